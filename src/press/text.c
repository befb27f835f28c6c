/* press/text.c - Pango lays out, and is asked afterwards what it could not draw. A missing glyph
 * would come out as a box with a number in it, or as nothing; both are refused by name. */
#include "press/text.h"

#include "base/outcome.h"

#define FAMILIES "Noto Serif CJK SC, HanaMinA, HanaMinB"

static const double shrink = 0.94;

static bool has_ink(PangoFont *font, PangoGlyph glyph)
{
	PangoRectangle ink;
	if (glyph == PANGO_GLYPH_EMPTY)
		return false;
	pango_font_get_glyph_extents(font, glyph, &ink, NULL);
	return ink.width > 0 && ink.height > 0;
}

/* Marks and format characters may melt into their letter; what is a letter must be seen. */
static bool must_show(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ispunct(c);
}

/* The first character of a run that is not drawn, or 0. A cluster (one or more characters drawn
 * as one) needs one glyph with ink. */
static uint32_t missing_in_run(const PangoGlyphItem *run, const char *text)
{
	const PangoGlyphString *gs = run->glyphs;
	for (int i = 0, next; i < gs->num_glyphs; i = next) {
		bool ink = false;
		for (next = i; next < gs->num_glyphs && gs->log_clusters[next] == gs->log_clusters[i];
		     next++) {
			PangoGlyph g = gs->glyphs[next].glyph;
			if (g & PANGO_GLYPH_UNKNOWN_FLAG)
				return g & ~PANGO_GLYPH_UNKNOWN_FLAG;
			ink = ink || has_ink(run->item->analysis.font, g);
		}
		gunichar c = g_utf8_get_char(text + run->item->offset + gs->log_clusters[i]);
		if (!ink && must_show(c))
			return c;
	}
	return 0;
}

static uint32_t missing_in(PangoLayout *layout)
{
	PangoLayoutIter *it = pango_layout_get_iter(layout);
	uint32_t missing = 0;
	do {
		const PangoGlyphItem *run = pango_layout_iter_get_run_readonly(it);
		if (run)
			missing = missing_in_run(run, pango_layout_get_text(layout));
	} while (!missing && pango_layout_iter_next_run(it));
	pango_layout_iter_free(it);
	return missing;
}

static void set_font(struct pen *p, const struct box *box, double size)
{
	PangoFontDescription *d = pango_font_description_new();
	pango_font_description_set_family_static(d, FAMILIES);
	pango_font_description_set_weight(d, box->weight);
	pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
	pango_layout_set_font_description(p->layout, d);
	pango_font_description_free(d);
}

/* Ink counts too: an accent may stand above its line's logical extent. */
static bool fits(PangoLayout *layout, const struct box *box, double *ret_height)
{
	PangoRectangle ink, logical;
	pango_layout_get_extents(layout, &ink, &logical);
	*ret_height = (double)logical.height / PANGO_SCALE;
	return *ret_height <= box->h && (double)logical.width / PANGO_SCALE <= box->w + 0.01 &&
	       (double)ink.width / PANGO_SCALE <= box->w + 0.01;
}

static int refuse(struct pen *p, uint32_t character, const char *field, int r)
{
	p->fault = (struct press_fault){.character = character, .field = field};
	return r;
}

int pen_text(struct pen *p, const struct box *box, struct slice text, const char *field,
             double *ret_height)
{
	double size = box->size, height;
	pango_layout_set_text(p->layout, text.p, (int)text.n);
	pango_layout_set_width(p->layout, (int)(box->w * PANGO_SCALE));
	pango_layout_set_alignment(p->layout, box->align);
	set_font(p, box, size);
	uint32_t missing = missing_in(p->layout);
	if (missing)
		return refuse(p, missing, field, E_REFUSED);
	while (!fits(p->layout, box, &height)) {
		if (size <= box->size_min)
			return refuse(p, 0, field, E_LIMIT);
		size = size * shrink > box->size_min ? size * shrink : box->size_min;
		set_font(p, box, size);
	}
	cairo_set_source_rgb(p->cr, box->colour.r, box->colour.g, box->colour.b);
	cairo_move_to(p->cr, box->x, box->y + (box->middle ? (box->h - height) / 2 : 0));
	pango_cairo_show_layout(p->cr, p->layout);
	if (ret_height)
		*ret_height = height;
	return cairo_status(p->cr) == CAIRO_STATUS_SUCCESS ? 0 : E_NOMEM;
}
