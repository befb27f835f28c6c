/* pdf/typeface.c - one entry for each font file and style in use. Sizes share an entry: HarfBuzz
 * faces, which Pango keeps one of for each file, have none. */
#include "pdf/typeface.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cairo-ft.h>
#include <ft2build.h>
#include FT_MODULE_H
#include <hb-subset.h>

#include "base/outcome.h"

struct typeface {
	hb_face_t *whole;
	hb_set_t *glyphs;
	hb_map_t *renumbered; /* old to new glyph ids; NULL until cut */
	cairo_font_face_t *cut;
};

struct typefaces {
	FT_Library freetype;
	size_t n;
	struct typeface list[TYPEFACES_MAX];
};

/* What the cut font stands on; cairo lets go of it last. */
struct backing {
	FT_Face face;
	hb_blob_t *blob;
	FT_Library freetype;
};

/* FreeType's usual memory, but as a constant: FT_Init_FreeType allocates it, and only
 * FT_Done_FreeType frees it, which does not count who still needs the library. */
static void *ft_alloc(FT_Memory m, long n)
{
	return malloc((size_t)n);
}

static void ft_free(FT_Memory m, void *p)
{
	free(p);
}

static void *ft_realloc(FT_Memory m, long old, long n, void *p)
{
	return realloc(p, (size_t)n);
}

static const struct FT_MemoryRec_ ft_memory = {
	.alloc = ft_alloc, .free = ft_free, .realloc = ft_realloc,
};

struct typefaces *typefaces_new(void)
{
	struct typefaces *t = calloc(1, sizeof *t);
	if (t && FT_New_Library((FT_Memory)(uintptr_t)&ft_memory, &t->freetype) != 0) {
		free(t);
		return NULL;
	}
	if (t)
		FT_Add_Default_Modules(t->freetype);
	return t;
}

void typefaces_free(struct typefaces *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		hb_face_destroy(t->list[i].whole);
		hb_set_destroy(t->list[i].glyphs);
		hb_map_destroy(t->list[i].renumbered);
		cairo_font_face_destroy(t->list[i].cut);
	}
	FT_Done_Library(t->freetype); /* counted: the backings keep it as long as they live */
	free(t);
}

static struct typeface *find(struct typefaces *t, const PangoGlyphItem *run)
{
	hb_font_t *font = pango_font_get_hb_font(run->item->analysis.font);
	hb_face_t *face = hb_font_get_face(font);
	for (size_t i = 0; i < t->n; i++)
		if (t->list[i].whole == face)
			return &t->list[i];
	if (t->n == TYPEFACES_MAX)
		return NULL;
	t->list[t->n] = (struct typeface){
		.whole = hb_face_reference(face),
		.glyphs = hb_set_create(),
	};
	return &t->list[t->n++];
}

int typefaces_collect(struct typefaces *t, const PangoGlyphItem *run)
{
	struct typeface *face = find(t, run);
	if (!face)
		return E_LIMIT;
	for (int i = 0; i < run->glyphs->num_glyphs; i++)
		if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY)
			hb_set_add(face->glyphs, run->glyphs->glyphs[i].glyph);
	return hb_set_allocation_successful(face->glyphs) ? 0 : E_NOMEM;
}

/* ---- cutting ---- */

/* Layout tables have done their work: glyphs are chosen and placed. */
static hb_subset_input_t *wishes(const struct typeface *face)
{
	static const hb_tag_t needless[] = {
		HB_TAG('G', 'S', 'U', 'B'),
		HB_TAG('G', 'P', 'O', 'S'),
		HB_TAG('G', 'D', 'E', 'F'),
		HB_TAG('B', 'A', 'S', 'E'),
		HB_TAG('V', 'O', 'R', 'G'),
		HB_TAG('v', 'h', 'e', 'a'),
		HB_TAG('v', 'm', 't', 'x'),
		HB_TAG('D', 'S', 'I', 'G'),
	};
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	if (!in)
		return NULL;
	hb_subset_input_set_flags(in, HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_NO_HINTING |
	                                      HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
	hb_set_union(hb_subset_input_glyph_set(in), face->glyphs);
	for (size_t i = 0; i < ARRAY_LEN(needless); i++)
		hb_set_add(hb_subset_input_set(in, HB_SUBSET_SETS_DROP_TABLE_TAG), needless[i]);
	return in;
}

/* The small font as a file in memory; NULL when HarfBuzz cannot. */
static hb_blob_t *cut_file(struct typeface *face)
{
	hb_blob_t *blob = NULL;
	hb_subset_input_t *in = wishes(face);
	hb_subset_plan_t *plan = in ? hb_subset_plan_create_or_fail(face->whole, in) : NULL;
	hb_face_t *small = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
	if (small) {
		blob = hb_face_reference_blob(small);
		face->renumbered = hb_map_copy(hb_subset_plan_old_to_new_glyph_mapping(plan));
	}
	hb_face_destroy(small);
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(in);
	return blob;
}

static void backing_free(void *arg)
{
	struct backing *b = arg;
	FT_Done_Face(b->face);
	FT_Done_Library(b->freetype);
	hb_blob_destroy(b->blob);
	free(b);
}

static cairo_font_face_t *open_font(struct typefaces *t, hb_blob_t *blob)
{
	static const cairo_user_data_key_t key;
	unsigned n;
	const char *p = hb_blob_get_data(blob, &n);
	struct backing *b = malloc(sizeof *b);
	if (!b)
		return NULL;
	*b = (struct backing){.blob = blob, .freetype = t->freetype};
	if (FT_New_Memory_Face(t->freetype, (const FT_Byte *)p, (FT_Long)n, 0, &b->face) != 0) {
		free(b);
		return NULL;
	}
	FT_Reference_Library(t->freetype);
	hb_blob_reference(blob);
	cairo_font_face_t *font =
		cairo_ft_font_face_create_for_ft_face(b->face, FT_LOAD_NO_HINTING);
	if (cairo_font_face_set_user_data(font, &key, b, backing_free) == CAIRO_STATUS_SUCCESS)
		return font;
	cairo_font_face_destroy(font);
	backing_free(b);
	return NULL;
}

int typefaces_cut(struct typefaces *t)
{
	for (size_t i = 0; i < t->n; i++) {
		hb_blob_t *blob = cut_file(&t->list[i]);
		t->list[i].cut = blob ? open_font(t, blob) : NULL;
		hb_blob_destroy(blob);
		if (!t->list[i].cut)
			return E_LIBRARY;
	}
	return 0;
}

/* ---- drawing ---- */

struct strokes { /* a run as cairo wants it */
	cairo_glyph_t *glyphs;
	cairo_text_cluster_t *clusters;
	int n_glyphs, n_clusters;
	bool backward;
};

static void place_glyphs(struct strokes *s, const struct typeface *face,
                         const PangoGlyphString *gs, double x, double y)
{
	int along = 0;
	for (int i = 0; i < gs->num_glyphs; i++) {
		const PangoGlyphInfo *g = &gs->glyphs[i];
		if (g->glyph != PANGO_GLYPH_EMPTY)
			s->glyphs[s->n_glyphs++] = (cairo_glyph_t){
				.index = hb_map_get(face->renumbered, g->glyph),
				.x = x + (double)(along + g->geometry.x_offset) / PANGO_SCALE,
				.y = y + (double)g->geometry.y_offset / PANGO_SCALE,
			};
		along += g->geometry.width;
	}
}

static int shown(const PangoGlyphString *gs, int from, int to)
{
	int n = 0;
	for (int i = from; i < to; i++)
		n += gs->glyphs[i].glyph != PANGO_GLYPH_EMPTY;
	return n;
}

/* Which bytes of the text each glyph stands for. Right to left the glyphs of a cluster count
 * backwards (pango_glyph_item_iter_init_start). */
static void tell_clusters(struct strokes *s, PangoGlyphItem *run, const char *text)
{
	PangoGlyphItemIter it;
	s->backward = run->item->analysis.level % 2 == 1;
	for (gboolean have = pango_glyph_item_iter_init_start(&it, run, text); have;
	     have = pango_glyph_item_iter_next_cluster(&it)) {
		int from = s->backward ? it.end_glyph + 1 : it.start_glyph;
		int to = s->backward ? it.start_glyph + 1 : it.end_glyph;
		s->clusters[s->n_clusters++] = (cairo_text_cluster_t){
			.num_bytes = it.end_index - it.start_index,
			.num_glyphs = shown(run->glyphs, from, to),
		};
	}
}

int typefaces_draw(struct typefaces *t, cairo_t *cr, const PangoGlyphItem *run,
                   const char *text, double size, double x, double y)
{
	struct typeface *face = find(t, run);
	const PangoItem *item = run->item;
	if (!face || !face->cut)
		return E_LIBRARY;
	struct strokes s = {
		.glyphs = cairo_glyph_allocate(run->glyphs->num_glyphs + 1),
		.clusters = cairo_text_cluster_allocate(item->num_chars + 1),
	};
	if (!s.glyphs || !s.clusters) {
		cairo_glyph_free(s.glyphs);
		cairo_text_cluster_free(s.clusters);
		return E_NOMEM;
	}
	PangoGlyphItem *copy = pango_glyph_item_copy((PangoGlyphItem *)(uintptr_t)run);
	place_glyphs(&s, face, run->glyphs, x, y);
	tell_clusters(&s, copy, text);
	pango_glyph_item_free(copy);
	cairo_set_font_face(cr, face->cut);
	cairo_set_font_size(cr, size);
	cairo_show_text_glyphs(cr, text + item->offset, item->length, s.glyphs, s.n_glyphs, s.clusters,
	                       s.n_clusters,
	                       s.backward ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0);
	cairo_glyph_free(s.glyphs);
	cairo_text_cluster_free(s.clusters);
	return cairo_status(cr) == CAIRO_STATUS_SUCCESS ? 0 : E_LIBRARY;
}
