/* pdf/document.c - pages are laid out once to see that they fit and which glyphs they need
 * (pdf/typeface.h), then drawn on a PDF surface one after the other; the credentials follow.
 *
 * Same facts, same fonts: same bytes. The dates of the file are the date of issue; nothing else in
 * it comes from outside. Version 1.4 keeps cairo to a classic cross-reference table, which
 * update.c extends. */
#include "pdf/document.h"

#include <stdlib.h>

#include <cairo-pdf.h>

#include "base/arena.h"
#include "base/outcome.h"
#include "pdf/archive.h"
#include "pdf/attach.h"
#include "pdf/ornament.h"
#include "pdf/page.h"
#include "pdf/typeface.h"

enum { FILE_MAX = 32 * 1024 * 1024, ARENA_MAX = 16 * 1024 * 1024 };

struct pdf_fonts {
	PangoFontMap *map;
	bool found; /* the Chinese font is here; looked for once */
};

struct pdf_document {
	struct pdf_fonts *fonts;
	struct typefaces *faces;
	struct buf file;
	struct arena *arena;
	cairo_surface_t *surface;
	cairo_surface_t *ornament[KIND_COUNT];
	struct pen pen;
	struct pdf_facts *page[PDF_PAGES_MAX];
	struct pdf_receipt *receipt; /* instead of pages of certificates */
	struct archive_facts about; /* the file's own facts: those of its first page */
	struct attachment attached[PDF_PAGES_MAX];
	size_t n, drawn;
	struct missed missed[PDF_PAGES_MAX];
	size_t n_missed;
	bool cut, closed, failed; /* closed: the page of what is missed is drawn */
};

struct pdf_fonts *pdf_fonts_new(void)
{
	struct pdf_fonts *f = calloc(1, sizeof *f);
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

void pdf_fonts_free(struct pdf_fonts *f)
{
	if (!f)
		return;
	g_object_unref(f->map);
	free(f);
}

/* Without the font of the Chinese text every page would be refused for its first character, which
 * says nothing about the cause. */
static bool fonts_found(struct pdf_fonts *f, PangoContext *context)
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
	struct pdf_document *d = arg;
	buf_add(&d->file, slice_from(p, n));
	return buf_failed(&d->file) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* The page is for any printer: nothing is fitted to a grid of pixels. */
static cairo_font_options_t *font_options(void)
{
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	return o;
}

/* Takes over the caller's reference. */
static void use_surface(struct pdf_document *d, cairo_surface_t *surface)
{
	cairo_destroy(d->pen.cr);
	d->pen.cr = cairo_create(surface);
	cairo_font_options_t *o = font_options();
	cairo_set_font_options(d->pen.cr, o);
	cairo_font_options_destroy(o);
	cairo_surface_destroy(surface);
}

static PangoLayout *make_layout(struct pdf_document *d)
{
	PangoContext *context = pango_font_map_create_context(d->fonts->map);
	cairo_font_options_t *o = font_options();
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

struct pdf_document *pdf_document_new(struct pdf_fonts *fonts)
{
	struct pdf_document *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->fonts = fonts;
	d->file = BUF_INIT(FILE_MAX);
	d->arena = arena_new(ARENA_MAX);
	d->faces = typefaces_new();
	d->surface = cairo_pdf_surface_create_for_stream(on_bytes, d, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_pdf_surface_restrict_to_version(d->surface, CAIRO_PDF_VERSION_1_4);
	use_surface(d, cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
	d->pen.faces = d->faces;
	d->pen.layout = make_layout(d);
	if (d->arena && d->faces && cairo_status(d->pen.cr) == CAIRO_STATUS_SUCCESS &&
	    cairo_surface_status(d->surface) == CAIRO_STATUS_SUCCESS)
		return d;
	pdf_document_free(d);
	return NULL;
}

void pdf_document_free(struct pdf_document *d)
{
	if (!d)
		return;
	g_object_unref(d->pen.layout);
	cairo_destroy(d->pen.cr);
	for (size_t i = 0; i < ARRAY_LEN(d->ornament); i++)
		cairo_surface_destroy(d->ornament[i]);
	cairo_surface_destroy(d->surface); /* writes what is left: before the buffer goes */
	typefaces_free(d->faces);
	arena_free(d->arena);
	buf_free(&d->file);
	free(d);
}

/* Without a date cairo takes the clock's. What the file says of itself is added to it (pdf/archive.h). */
static int set_date(struct pdf_document *d, struct slice day)
{
	char *date = arena_printf(d->arena, "%.*sT00:00:00+08:00", SLICE_ARGS(day));
	if (!date)
		return E_NOMEM;
	cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	return 0;
}

static void draw_ornament(struct pdf_document *d, enum certificate_kind kind)
{
	if (!d->ornament[kind])
		d->ornament[kind] = ornament_new(kind);
	cairo_set_source_surface(d->pen.cr, d->ornament[kind], 0, 0);
	cairo_paint(d->pen.cr);
}

/* Copies and lays out. */
static int add(struct pdf_document *d, const struct pdf_facts *f, struct pdf_fault *ret)
{
	struct pdf_facts *copy;
	if (d->failed || d->drawn || d->n + d->n_missed == PDF_PAGES_MAX)
		return E_FULL;
	int r = pdf_facts_check(f, ret);
	if (r)
		return r;
	if (!fonts_found(d->fonts, pango_layout_get_context(d->pen.layout)))
		return E_ABSENT;
	copy = pdf_facts_copy(d->arena, f);
	char *name = arena_printf(d->arena, "%.*s.json", SLICE_ARGS(f->number));
	if (!copy || !name)
		return E_NOMEM;
	r = page_draw(&d->pen, copy);
	if (r) {
		*ret = d->pen.fault;
		return r;
	}
	if (d->n == 0) {
		char *title = arena_printf(d->arena, "%.*s %.*s", SLICE_ARGS(copy->title), SLICE_ARGS(copy->number));
		d->about = (struct archive_facts){slice_of(title), copy->issuer, copy->issued_on};
	}
	d->attached[d->n] = (struct attachment){slice_of(name), copy->credential, "application#2Fvc", "Verifiable credential"};
	d->page[d->n++] = copy;
	return arena_failed(d->arena) ? E_NOMEM : 0;
}

static bool miss(struct pdf_document *d, const struct pdf_facts *f, const struct pdf_fault *fault)
{
	struct slice number = arena_slice(d->arena, f->number);
	d->missed[d->n_missed++] = (struct missed){number, *fault};
	return number.p != NULL;
}

size_t pdf_document_missed(const struct pdf_document *d, const struct missed **ret)
{
	*ret = d->missed;
	return d->n_missed;
}

int pdf_document_add(struct pdf_document *d, const struct pdf_facts *f,
                     struct pdf_fault *ret)
{
	int r = add(d, f, ret);
	if (r == 0)
		return 0;
	ret->page = d->n + d->n_missed;
	d->failed = !pdf_fault_is_of_page(r, ret) || !miss(d, f, ret);
	return r;
}

static int add_receipt(struct pdf_document *d, const struct pdf_receipt *receipt, struct pdf_fault *ret)
{
	if (d->failed || d->n || d->n_missed)
		return E_FULL;
	int r = pdf_receipt_check(receipt, ret);
	if (r)
		return r;
	if (!fonts_found(d->fonts, pango_layout_get_context(d->pen.layout)))
		return E_ABSENT;
	d->receipt = pdf_receipt_copy(d->arena, receipt);
	char *name = arena_printf(d->arena, "%.*s.jwt", SLICE_ARGS(receipt->reference));
	char *title = arena_printf(d->arena, "%.*s %.*s", SLICE_ARGS(receipt->title), SLICE_ARGS(receipt->reference));
	if (!d->receipt || !name || !title)
		return E_NOMEM;
	r = pdf_receipt_draw(&d->pen, d->receipt);
	*ret = d->pen.fault;
	d->about = (struct archive_facts){slice_of(title), d->receipt->author, d->receipt->day};
	d->attached[0] = (struct attachment){slice_of(name), d->receipt->jwt, "application#2Fjwt", "Signed receipt"};
	d->n = 1;
	return r;
}

int pdf_document_add_receipt(struct pdf_document *d, const struct pdf_receipt *r, struct pdf_fault *ret)
{
	*ret = (struct pdf_fault){0};
	int failed = add_receipt(d, r, ret);
	d->failed = failed != 0;
	return failed;
}

static int cut(struct pdf_document *d)
{
	int r = d->n_missed ? missed_draw(&d->pen, d->missed, d->n_missed) : 0;
	if (r == 0)
		r = typefaces_cut(d->faces);
	if (r == 0)
		r = set_date(d, d->about.day);
	if (r)
		return r;
	use_surface(d, cairo_surface_reference(d->surface));
	d->pen.draws = true;
	d->cut = true;
	return arena_failed(d->arena) ? E_NOMEM : 0;
}

static int page_ended(struct pdf_document *d)
{
	cairo_show_page(d->pen.cr);
	return cairo_status(d->pen.cr) == CAIRO_STATUS_SUCCESS ? 0 : E_LIBRARY;
}

static int draw_missed(struct pdf_document *d)
{
	int r = missed_draw(&d->pen, d->missed, d->n_missed);
	d->closed = true;
	return r ? r : page_ended(d);
}

static int draw(struct pdf_document *d)
{
	if (d->failed || !d->n)
		return E_LIBRARY;
	if (d->drawn == d->n)
		return d->n_missed && !d->closed ? draw_missed(d) : PDF_DRAWN;
	int r = d->cut ? 0 : cut(d);
	if (r == 0 && d->receipt) {
		r = pdf_receipt_draw(&d->pen, d->receipt);
	} else if (r == 0) {
		draw_ornament(d, d->page[d->drawn]->kind);
		r = page_draw(&d->pen, d->page[d->drawn]);
	}
	if (r)
		return r;
	d->drawn++;
	return page_ended(d);
}

int pdf_document_draw(struct pdf_document *d)
{
	int r = draw(d);
	d->failed = r < 0;
	return r;
}

/* What cairo cannot write. */
static int add_to_file(struct pdf_document *d)
{
	struct update u;
	char date[ARCHIVE_DATE], id[ARCHIVE_ID];
	archive_date(d->about.day, date);
	archive_id(buf_slice(&d->file), id);
	int r = update_begin(&u, &d->file, d->n * ATTACH_OBJECTS + ARCHIVE_OBJECTS);
	if (r)
		return r;
	buf_adds(&u.catalog, "   /Version /1.7 /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >>\n");
	attach_files(&u, d->attached, d->n, date);
	r = archive_add(&u, d->arena, &d->about);
	int end = update_end(&u, id);
	return r ? r : end;
}

int pdf_document_finish(struct pdf_document *d, struct buf *out)
{
	int r;
	while ((r = pdf_document_draw(d)) == 0)
		;
	if (r < 0)
		return r;
	cairo_surface_finish(d->surface);
	if (buf_failed(&d->file))
		return E_LIMIT;
	if (cairo_surface_status(d->surface) != CAIRO_STATUS_SUCCESS)
		return E_LIBRARY;
	r = add_to_file(d);
	if (r)
		return r == E_SYNTAX ? E_LIBRARY : r;
	buf_add(out, buf_slice(&d->file));
	return buf_failed(out) ? E_LIMIT : 0;
}
