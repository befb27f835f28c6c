/* press/document.c - a PDF surface, one page after the other, then the credentials behind it.
 *
 * Same facts, same fonts: same bytes. The dates of the file are the date of issue; nothing else in
 * it comes from outside. Version 1.4 keeps cairo to a classic cross-reference table, which
 * attach.c extends. */
#include "press/document.h"

#include <stdlib.h>

#include <cairo-pdf.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/outcome.h"
#include "press/attach.h"
#include "press/ornament.h"
#include "press/page.h"

enum { FILE_MAX = 32 * 1024 * 1024, ARENA_MAX = 8 * 1024 * 1024 };

struct press_fonts {
	PangoFontMap *map;
	bool found; /* the Chinese font is here; looked for once */
};

struct press_document {
	struct press_fonts *fonts;
	struct buf file;
	struct arena *arena; /* attachments */
	cairo_surface_t *surface;
	cairo_surface_t *ornament[PRESS_COMPANY + 1];
	struct pen pen;
	struct attachment attached[PRESS_PAGES_MAX];
	size_t n;
	bool failed;
};

struct press_fonts *press_fonts_new(void)
{
	struct press_fonts *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (!f->map) {
		free(f);
		return NULL;
	}
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(f->map), 72); /* a unit is a point */
	return f;
}

void press_fonts_free(struct press_fonts *f)
{
	if (!f)
		return;
	g_object_unref(f->map);
	free(f);
}

/* Without the font of the Chinese text every page would be refused for its first character, which
 * says nothing about the cause. */
static bool fonts_found(struct press_fonts *f, PangoContext *context)
{
	if (f->found)
		return true;
	PangoFontDescription *d = pango_font_description_from_string("Noto Serif CJK SC 12");
	PangoFont *font = pango_font_map_load_font(f->map, context, d);
	pango_font_description_free(d);
	if (font) {
		d = pango_font_describe(font);
		f->found = strcmp(pango_font_description_get_family(d), "Noto Serif CJK SC") == 0;
		pango_font_description_free(d);
		g_object_unref(font);
	}
	return f->found;
}

static cairo_status_t on_bytes(void *arg, const unsigned char *p, unsigned n)
{
	struct press_document *d = arg;
	buf_add(&d->file, slice_from(p, n));
	return buf_failed(&d->file) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static PangoLayout *make_layout(struct press_document *d)
{
	PangoContext *context = pango_font_map_create_context(d->fonts->map);
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, o);
	pango_cairo_update_context(d->pen.cr, context);
	pango_context_set_language(context, pango_language_from_string("zh-CN"));
	cairo_font_options_destroy(o);
	PangoLayout *layout = pango_layout_new(context);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	g_object_unref(context);
	return layout;
}

struct press_document *press_document_new(struct press_fonts *fonts)
{
	struct press_document *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->fonts = fonts;
	d->file = BUF_INIT(FILE_MAX);
	d->arena = arena_new(ARENA_MAX);
	d->surface =
		cairo_pdf_surface_create_for_stream(on_bytes, d, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_pdf_surface_restrict_to_version(d->surface, CAIRO_PDF_VERSION_1_4);
	d->pen.cr = cairo_create(d->surface);
	d->pen.layout = make_layout(d);
	if (d->arena && cairo_status(d->pen.cr) == CAIRO_STATUS_SUCCESS)
		return d;
	press_document_free(d);
	return NULL;
}

void press_document_free(struct press_document *d)
{
	if (!d)
		return;
	g_object_unref(d->pen.layout);
	cairo_destroy(d->pen.cr);
	for (size_t i = 0; i < ARRAY_LEN(d->ornament); i++)
		cairo_surface_destroy(d->ornament[i]);
	cairo_surface_destroy(d->surface); /* writes what is left: before the buffer goes */
	arena_free(d->arena);
	buf_free(&d->file);
	free(d);
}

static void metadata(struct press_document *d, const struct press_facts *f)
{
	char *title = arena_printf(d->arena, "%.*s %.*s", SLICE_ARGS(f->title), SLICE_ARGS(f->number));
	char *author = arena_copy(d->arena, f->issuer);
	char *date = arena_printf(d->arena, "%.*sT00:00:00+08:00", SLICE_ARGS(f->issued_on));
	if (!title || !author || !date)
		return; /* finish reports the full arena */
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE, title);
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_AUTHOR, author);
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_MOD_DATE, date);
}

static void draw_ornament(struct press_document *d, enum press_kind kind)
{
	if (!d->ornament[kind])
		d->ornament[kind] = ornament_new(kind);
	cairo_set_source_surface(d->pen.cr, d->ornament[kind], 0, 0);
	cairo_paint(d->pen.cr);
}

static void link_to(struct press_document *d, const struct press_facts *f)
{
	char *what = arena_printf(d->arena, "uri='%.*s' rect=[70 624 118 118]", SLICE_ARGS(f->url));
	if (!what)
		return;
	cairo_tag_begin(d->pen.cr, CAIRO_TAG_LINK, what);
	cairo_tag_end(d->pen.cr, CAIRO_TAG_LINK);
}

static void attach(struct press_document *d, const struct press_facts *f)
{
	char *name = arena_printf(d->arena, "%.*s.json", SLICE_ARGS(f->number));
	d->attached[d->n++] = (struct attachment){
		.name = slice_of(name),
		.bytes = arena_slice(d->arena, f->credential),
	};
}

static int add(struct press_document *d, const struct press_facts *f, struct press_fault *ret)
{
	if (d->failed || d->n == PRESS_PAGES_MAX)
		return E_FULL;
	int r = press_facts_check(f, ret);
	if (r)
		return r;
	if (!fonts_found(d->fonts, pango_layout_get_context(d->pen.layout)))
		return E_ABSENT;
	if (d->n == 0)
		metadata(d, f);
	draw_ornament(d, f->kind);
	r = page_draw(&d->pen, f);
	if (r) {
		*ret = d->pen.fault;
		return r;
	}
	link_to(d, f);
	attach(d, f);
	cairo_show_page(d->pen.cr);
	return cairo_status(d->pen.cr) || arena_failed(d->arena) ? E_NOMEM : 0;
}

int press_document_add(struct press_document *d, const struct press_facts *f,
                       struct press_fault *ret)
{
	int r = add(d, f, ret);
	d->failed = r != 0;
	return r;
}

int press_document_finish(struct press_document *d, struct buf *out)
{
	if (d->failed || !d->n)
		return E_LIBRARY;
	cairo_surface_finish(d->surface);
	if (buf_failed(&d->file))
		return E_LIMIT;
	if (cairo_surface_status(d->surface) != CAIRO_STATUS_SUCCESS)
		return E_LIBRARY;
	int r = attach_files(&d->file, d->attached, d->n);
	if (r)
		return r == E_SYNTAX ? E_LIBRARY : r;
	buf_add(out, buf_slice(&d->file));
	return buf_failed(out) ? E_LIMIT : 0;
}
