/* pdf/ornament.h - what is drawn behind the words: frame, rosette, rules. Recorded once for a
 * document and shared by its pages. No emblem, seal or sign of anybody. */
#pragma once

#include <cairo.h>

#include "pdf/facts.h"
#include "pdf/text.h"

#define PAGE_WIDTH 595.276 /* A4 in points */
#define PAGE_HEIGHT 841.89

/* The colours of a kind. */
struct palette {
	struct colour strong; /* frame, headings */
	struct colour faint;  /* the rosette: light enough to read over and to copy */
	struct colour line;   /* hairlines */
	struct colour ink, quiet;
};
const struct palette *palette_of(enum certificate_kind kind);

/* A recording surface of one page. Freed with cairo_surface_destroy; check its status. */
cairo_surface_t *ornament_new(enum certificate_kind kind);

/* A rule with a lozenge in its middle. */
void ornament_rule(cairo_t *cr, double x, double y, double width, struct colour c);
