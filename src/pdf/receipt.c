/* pdf/receipt.c - one table of the texts serves checking, copying, writing and reading. */
#include "pdf/receipt.h"

#include <stddef.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "channel/wire.h"
#include "pdf/ornament.h"
#include "pdf/qr.h"

enum { TAG = 0xff, FIXED = 7 };

static const struct {
	const char *name;
	size_t offset;
	size_t max;
} texts[FIXED] = {
	{"number", offsetof(struct pdf_receipt, reference), 64},
	{"title", offsetof(struct pdf_receipt, title), PDF_TEXT_MAX},
	{"issuer", offsetof(struct pdf_receipt, author), PDF_TEXT_MAX},
	{"issued_on", offsetof(struct pdf_receipt, day), DAY_TEXT},
	{"url", offsetof(struct pdf_receipt, url), PDF_TEXT_MAX},
	{"words", offsetof(struct pdf_receipt, note), PDF_TEXT_MAX},
	{"credential", offsetof(struct pdf_receipt, jwt), PDF_CREDENTIAL_MAX},
};

/* The i-th text: the fixed ones, then label and value of each line. */
static struct slice *text_at(struct pdf_receipt *r, size_t i)
{
	if (i < FIXED)
		return (struct slice *)(void *)((char *)r + texts[i].offset);
	struct pdf_line *of = &r->line[(i - FIXED) / 2];
	return (i - FIXED) % 2 ? &of->value : &of->label;
}

static size_t count(const struct pdf_receipt *r)
{
	return FIXED + 2 * r->n;
}

static int fault(struct pdf_fault *ret, int r, const char *field)
{
	*ret = (struct pdf_fault){.field = field};
	return r;
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '-' && !(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return s.n > 0;
}

int pdf_receipt_check(const struct pdf_receipt *r, struct pdf_fault *ret)
{
	struct pdf_receipt copy = *r;
	struct day day;
	if (r->n == 0 || r->n > PDF_LINES_MAX)
		return fault(ret, E_SYNTAX, "words");
	for (size_t i = 0; i < count(r); i++) {
		struct slice s = *text_at(&copy, i);
		const char *name = i < FIXED ? texts[i].name : "words";
		if (s.n > (i < FIXED ? texts[i].max : PDF_TEXT_MAX))
			return fault(ret, E_LIMIT, name);
		if (s.n == 0 || !pdf_is_text(s))
			return fault(ret, E_SYNTAX, name);
	}
	if (!is_name(r->reference)) /* it stands in the file's structure */
		return fault(ret, E_SYNTAX, "number");
	return day_parse(r->day, &day) ? 0 : fault(ret, E_SYNTAX, "issued_on");
}

struct pdf_receipt *pdf_receipt_copy(struct arena *a, const struct pdf_receipt *r)
{
	struct pdf_receipt *copy = arena_alloc(a, sizeof *copy);
	if (!copy)
		return NULL;
	*copy = *r;
	for (size_t i = 0; i < count(r); i++)
		*text_at(copy, i) = arena_slice(a, *text_at(copy, i));
	return arena_failed(a) ? NULL : copy;
}

void pdf_receipt_write(struct buf *b, const struct pdf_receipt *r)
{
	struct pdf_receipt copy = *r;
	buf_addc(b, (char)TAG);
	wire_put_number(b, r->n, 1);
	for (size_t i = 0; i < count(r); i++)
		wire_put_text(b, *text_at(&copy, i), 4);
}

int pdf_receipt_read(struct slice in, struct pdf_receipt *ret)
{
	struct wire_reader w = {.rest = in};
	struct pdf_receipt r = {0};
	if (wire_number(&w, 1) != TAG)
		return E_SYNTAX;
	r.n = wire_number(&w, 1);
	if (w.bad || r.n > PDF_LINES_MAX)
		return E_SYNTAX;
	for (size_t i = 0; i < count(&r); i++)
		*text_at(&r, i) = wire_text(&w, 4, 0, SIZE_MAX);
	if (wire_end(&w) != 0)
		return E_SYNTAX;
	*ret = r;
	return 0;
}

/* ---- the page ---- */

#define LEFT 72.0
#define RIGHT 72.0
#define WIDTH (PAGE_WIDTH - LEFT - RIGHT)

enum { TOP = 84, LINES = 140, LABEL = 130, GAP = 10, LINE = 15, VALUE_MAX = 60, FOOT = 640, QR = 104 };

static const struct colour ink = {0.08, 0.08, 0.10}, quiet = {0.36, 0.38, 0.42};

static int line(struct pen *pen, double *y, const struct pdf_line *l)
{
	const struct box label = {LEFT, *y, LABEL, VALUE_MAX, 9.5, 5, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL,
	                          quiet, false, 0};
	const struct box value = {LEFT + LABEL + GAP, *y, WIDTH - LABEL - GAP, VALUE_MAX, 11, 4, PANGO_ALIGN_LEFT,
	                          PANGO_WEIGHT_NORMAL, ink, false, 8};
	double of_label = 0, of_value = 0;
	int r = pen_text(pen, &label, l->label, "words", &of_label);
	if (r == 0)
		r = pen_text(pen, &value, l->value, "words", &of_value);
	if (of_value < of_label)
		of_value = of_label;
	*y += (of_value > LINE ? of_value : LINE) + GAP;
	if (r == 0 && *y > FOOT - GAP) {
		pen->fault = (struct pdf_fault){.field = "words"};
		return E_LIMIT;
	}
	return r;
}

static void rule(struct pen *pen, double y)
{
	cairo_set_source_rgb(pen->cr, quiet.r, quiet.g, quiet.b);
	cairo_set_line_width(pen->cr, 0.6);
	cairo_move_to(pen->cr, LEFT, y);
	cairo_line_to(pen->cr, LEFT + WIDTH, y);
	cairo_stroke(pen->cr);
}

static int foot(struct pen *pen, const struct pdf_receipt *r)
{
	const double x = LEFT + QR + GAP, width = WIDTH - QR - GAP;
	const struct box note = {x, FOOT + GAP, width, 66, 9, 4, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL, ink, false, 0};
	const struct box url = {x, FOOT + 82, width, 22, 8, 4, PANGO_ALIGN_LEFT, PANGO_WEIGHT_NORMAL, quiet, false, 5};
	int failed = pen_text(pen, &note, r->note, "words", NULL);
	if (failed == 0)
		failed = pen_text(pen, &url, r->url, "url", NULL);
	if (failed == 0 && (failed = qr_draw(pen->cr, r->url, LEFT, FOOT + 4, QR)) == E_LIMIT)
		pen->fault = (struct pdf_fault){.field = "url"};
	return failed;
}

int pdf_receipt_draw(struct pen *pen, const struct pdf_receipt *r)
{
	const struct box title = {LEFT, TOP, WIDTH, 32, 20, 8, PANGO_ALIGN_LEFT, PANGO_WEIGHT_BOLD, ink, true, 12};
	double y = LINES;
	int failed = pen_text(pen, &title, r->title, "title", NULL);
	rule(pen, LINES - 14);
	for (size_t i = 0; failed == 0 && i < r->n; i++)
		failed = line(pen, &y, &r->line[i]);
	rule(pen, FOOT);
	return failed ? failed : foot(pen, r);
}
