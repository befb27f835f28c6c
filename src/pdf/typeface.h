/* pdf/typeface.h - the fonts of one document, cut down to the glyphs it uses.
 *
 * Cairo subsets the fonts it embeds, but keeps all subroutines of a CFF font as soon as two glyphs
 * share one in the wrong place: half a megabyte for each weight of a Chinese font. So glyphs are
 * collected first, HarfBuzz cuts the fonts down and resolves the subroutines, and what is drawn
 * with is already small. Without a cut font nothing is drawn.
 *
 *   typefaces_collect() for every run -> typefaces_cut() -> typefaces_draw() for every run */
#pragma once

#include <pango/pangocairo.h>

#include "base/attr.h"

struct typefaces;

struct typefaces *typefaces_new(void); /* NULL: memory */
void typefaces_free(struct typefaces *t);

/* E_LIMIT: more than TYPEFACES_MAX fonts; E_NOMEM. */
enum { TYPEFACES_MAX = 16 };
MUSTUSE int typefaces_collect(struct typefaces *t, const PangoGlyphItem *run);

/* Once, after the last collected run. 0, or E_LIBRARY. */
MUSTUSE int typefaces_cut(struct typefaces *t);

/* A run that was collected, at the baseline's beginning, with its text for extraction. The source
 * colour is the context's. 0, E_LIBRARY or E_NOMEM. */
MUSTUSE int typefaces_draw(struct typefaces *t, cairo_t *cr, const PangoGlyphItem *run,
                           const char *text, double size, double x, double y);
