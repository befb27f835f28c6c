/* text/csv.c - libcsv splits; we gather a row's fields in one buffer, count lines as a spreadsheet
 * does, and bound everything. libcsv reports both halves of CR LF and both may be line ends of
 * their own, so an LF right after a CR is the same line end. */
#include "text/csv.h"

#include <csv.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/outcome.h"

struct csv_reader {
	struct csv_parser parser;
	csv_row_fn *fn;
	void *arg;
	size_t row;
	size_t n;
	size_t end[CSV_COLUMNS_MAX]; /* of each field in text */
	struct buf text;
	unsigned bom_seen; /* bytes of the byte order mark so far; 3 when decided */
	bool after_cr;
	int status;
};

static const unsigned char bom[] = {0xEF, 0xBB, 0xBF};

/* libcsv grows its buffer for one field without end; it has no bound but this. */
static void *bounded_realloc(void *p, size_t n)
{
	return n > CSV_FIELD_MAX + 1 ? NULL : realloc(p, n);
}

static void on_field(void *bytes, size_t n, void *arg)
{
	struct csv_reader *r = arg;
	r->after_cr = false;
	if (r->status)
		return;
	buf_add(&r->text, slice_from(bytes, n));
	if (r->n == CSV_COLUMNS_MAX || buf_failed(&r->text)) {
		r->status = E_LIMIT;
		return;
	}
	r->end[r->n++] = r->text.n;
}

static void on_line_end(int c, void *arg)
{
	struct csv_reader *r = arg;
	bool second_half = c == '\n' && r->after_cr;
	r->after_cr = c == '\r';
	if (r->status || second_half)
		return;
	if (r->n > 0) {
		struct slice fields[CSV_COLUMNS_MAX];
		for (size_t i = 0; i < r->n; i++) {
			size_t from = i > 0 ? r->end[i - 1] : 0;
			fields[i] = slice_from(r->text.p ? r->text.p + from : "", r->end[i] - from);
		}
		r->status = r->fn(r->arg, r->row, fields, r->n);
	}
	r->row++;
	r->n = 0;
	buf_clear(&r->text);
}

struct csv_reader *csv_reader_new(csv_row_fn *fn, void *arg)
{
	struct csv_reader *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
		free(r);
		return NULL;
	}
	csv_set_realloc_func(&r->parser, bounded_realloc);
	r->fn = fn;
	r->arg = arg;
	r->row = 1;
	r->text = BUF_INIT(CSV_ROW_MAX);
	return r;
}

void csv_reader_free(struct csv_reader *r)
{
	if (!r)
		return;
	csv_free(&r->parser);
	buf_free(&r->text);
	free(r);
}

static int parse(struct csv_reader *r, struct slice bytes)
{
	size_t n = csv_parse(&r->parser, bytes.p, bytes.n, on_field, on_line_end, r);
	if (n == bytes.n || r->status)
		return r->status;
	r->status = csv_error(&r->parser) == CSV_EPARSE ? E_SYNTAX : E_LIMIT;
	return r->status;
}

/* Skips a byte order mark that may come in pieces; what only looked like one is parsed. */
static int skip_bom(struct csv_reader *r, struct slice *bytes)
{
	while (r->bom_seen < sizeof bom && bytes->n > 0) {
		if ((unsigned char)bytes->p[0] != bom[r->bom_seen]) {
			unsigned seen = r->bom_seen;
			r->bom_seen = sizeof bom;
			return parse(r, slice_from(bom, seen));
		}
		r->bom_seen++;
		*bytes = slice_skip(*bytes, 1);
	}
	return 0;
}

int csv_reader_feed(struct csv_reader *r, struct slice bytes)
{
	if (r->status)
		return r->status;
	int status = skip_bom(r, &bytes);
	return status || bytes.n == 0 ? status : parse(r, bytes);
}

int csv_reader_end(struct csv_reader *r)
{
	if (r->status)
		return r->status;
	if (csv_fini(&r->parser, on_field, on_line_end, r) != 0 && !r->status)
		r->status = E_SYNTAX;
	return r->status;
}

size_t csv_reader_row(const struct csv_reader *r)
{
	return r->row;
}
