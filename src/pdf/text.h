/* pdf/text.h - text in a box of the page: wrapped, made smaller until it fits, and refused when
 * a character has no glyph. */
#pragma once

#include <pango/pangocairo.h>

#include "pdf/facts.h"

struct colour {
	double r, g, b;
};

struct typefaces;

/* Every page is gone through twice: first to see that all fits and to collect the glyphs, then to
 * draw. */
struct pen {
	cairo_t *cr;
	PangoLayout *layout;
	struct typefaces *faces;
	bool draws; /* the second time */
	struct pdf_fault fault; /* of the last failure */
};

/* A place for text. Lengths in points. */
struct box {
	double x, y, w, h; /* from the page's upper left corner */
	double size;       /* of the font, tried first */
	double size_min;   /* and last */
	PangoAlignment align;
	PangoWeight weight;
	struct colour colour;
	bool middle; /* centred between top and bottom, else from the top */
	double line_min; /* on one line down to this size before it is wrapped; 0 = wrapped at once */
};

/* field: the name of the text in a fault; a constant. Returns 0; E_REFUSED: a character has no
 * glyph; E_LIMIT: does not fit; E_NOMEM; E_LIBRARY. *ret_height may be NULL. */
MUSTUSE int pen_text(struct pen *p, const struct box *box, struct slice text, const char *field,
                     double *ret_height);
