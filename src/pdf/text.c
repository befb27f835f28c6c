/* pdf/text.c - Pango lays out, and is asked afterwards what it could not draw. A missing glyph
 * would come out as a box with a number in it, or as nothing; both are refused by name. */
#include "pdf/text.h"

#include "base/outcome.h"
#include "pdf/typeface.h"

#define FIRST_FAMILY "Noto Serif CJK SC"
#define FAMILIES FIRST_FAMILY ", HanaMinA, HanaMinB"

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

/* Collects or draws what is laid out, its upper left corner at x, y. */
static int use(struct pen *p, double size, double x, double y)
{
	PangoLayoutIter *it = pango_layout_get_iter(p->layout);
	int r = 0;
	do {
		const PangoGlyphItem *run = pango_layout_iter_get_run_readonly(it);
		PangoRectangle at;
		if (!run)
			continue;
		pango_layout_iter_get_run_extents(it, NULL, &at);
		double baseline = (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE;
		r = p->draws ? typefaces_draw(p->faces, p->cr, run, pango_layout_get_text(p->layout),
		                              size, x + (double)at.x / PANGO_SCALE, y + baseline)
		             : typefaces_collect(p->faces, run);
	} while (r == 0 && pango_layout_iter_next_run(it));
	pango_layout_iter_free(it);
	return r;
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

/* Ink counts too: a slanted or decorated letter may stand out of its logical extent. */
static bool fits(PangoLayout *layout, const struct box *box, double *ret_height)
{
	PangoRectangle ink, logical;
	pango_layout_get_extents(layout, &ink, &logical);
	*ret_height = (double)logical.height / PANGO_SCALE;
	return *ret_height <= box->h && (double)logical.width / PANGO_SCALE <= box->w + 0.01 &&
	       (double)ink.width / PANGO_SCALE <= box->w + 0.01;
}

/* The largest size from size down to least at which the text fits, or 0. */
static double try_sizes(struct pen *p, const struct box *box, double size, double least,
                        int max_lines, double *ret_height)
{
	for (;; size = size * shrink > least ? size * shrink : least) {
		set_font(p, box, size);
		if (fits(p->layout, box, ret_height) &&
		    (!max_lines || pango_layout_get_line_count(p->layout) <= max_lines))
			return size;
		if (size <= least)
			return 0;
	}
}

/* Whether another font than the first has to help. The others have one weight only. */
static bool falls_back(PangoLayout *layout)
{
	PangoLayoutIter *it = pango_layout_get_iter(layout);
	bool other = false;
	do {
		const PangoGlyphItem *run = pango_layout_iter_get_run_readonly(it);
		if (!run)
			continue;
		PangoFontDescription *d = pango_font_describe(run->item->analysis.font);
		other = strcmp(pango_font_description_get_family(d), FIRST_FAMILY) != 0;
		pango_font_description_free(d);
	} while (!other && pango_layout_iter_next_run(it));
	pango_layout_iter_free(it);
	return other;
}

/* ---- parts of a name ---- */

#define DOT "\xc2\xb7" /* U+00B7, between the parts of a name: 阿卜杜热合曼·买买提 */

/* "fi" is to be found as two letters. */
static PangoAttrList *usual_attributes(void)
{
	PangoAttrList *list = pango_attr_list_new();
	pango_attr_list_insert(list, pango_attr_font_features_new("liga=0, clig=0"));
	return list;
}

/* Lines end behind a dot, and nowhere in a part; false when there is no dot. */
static bool keep_parts(PangoLayout *layout, struct slice text)
{
	const char *dot = memmem(text.p, text.n, DOT, strlen(DOT));
	PangoAttrList *list = usual_attributes();
	for (size_t from = 0; dot && from < text.n;) {
		const char *next = memmem(text.p + from, text.n - from, DOT, strlen(DOT));
		size_t to = next ? (size_t)(next - text.p) + strlen(DOT) : text.n;
		PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
		whole->start_index = (guint)from;
		whole->end_index = (guint)to;
		pango_attr_list_insert(list, whole);
		from = to;
	}
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
	return dot != NULL;
}

static void break_anywhere(PangoLayout *layout)
{
	PangoAttrList *list = usual_attributes();
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

/* ---- the whole ---- */

/* The size at which the text fits, or 0. A part of a name is broken only when it does not fit at all. */
static double find_size(struct pen *p, const struct box *box, struct slice text, double *ret_height)
{
	double size = 0;
	bool parts = keep_parts(p->layout, text);
	if (box->line_min > 0)
		size = try_sizes(p, box, box->size, box->line_min, 1, ret_height);
	if (size <= 0)
		size = try_sizes(p, box, box->size, box->size_min, 0, ret_height);
	if (size > 0 || !parts)
		return size;
	break_anywhere(p->layout);
	return try_sizes(p, box, box->size, box->size_min, 0, ret_height);
}

int pen_text(struct pen *p, const struct box *box, struct slice text, const char *field,
             double *ret_height)
{
	double height;
	struct box as = *box;
	p->fault = (struct pdf_fault){.field = field};
	pango_layout_set_text(p->layout, text.p, (int)text.n);
	pango_layout_set_width(p->layout, (int)(box->w * PANGO_SCALE));
	pango_layout_set_alignment(p->layout, box->align);
	set_font(p, box, box->size);
	p->fault.character = missing_in(p->layout);
	if (p->fault.character)
		return E_REFUSED;
	if (falls_back(p->layout))
		as.weight = PANGO_WEIGHT_NORMAL; /* all of the text: no character looks lighter than its neighbours */
	double size = find_size(p, &as, text, &height);
	if (size <= 0)
		return E_LIMIT;
	if (ret_height)
		*ret_height = height;
	cairo_set_source_rgb(p->cr, box->colour.r, box->colour.g, box->colour.b);
	return use(p, size, box->x, box->y + (box->middle ? (box->h - height) / 2 : 0));
}
