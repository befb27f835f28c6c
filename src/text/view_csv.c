/* text/view_csv.c - a view as rows of a table. */
#include <stdio.h>

#include "text/view.h"

enum { COLUMN_NAME = 128, CELL_MAX = 64 * 1024 };

struct line {
	struct buf *out;
	bool begun; /* a cell stands there: a comma comes before the next */
};

typedef void cell_fn(struct line *l, const char *name, const struct view_field *f, const void *row);

/* What has no cell. */
static bool is_nested(enum view_kind kind)
{
	return kind == VIEW_SEVERAL || kind == VIEW_ITEM || kind == VIEW_ITEMS || kind == VIEW_FIGURES || kind == VIEW_JSON;
}

/* Calls fn for each column, with the struct that its field is of; row may be NULL. */
static void each(struct line *l, const struct view *v, const char *within, const void *row, cell_fn *fn)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct view_field *f = &v->fields[i];
		const enum view_kind kind = view_as(f);
		char name[COLUMN_NAME];
		snprintf(name, sizeof name, "%s%s%s", within, f->name ? f->name : "", kind == VIEW_OBJECT ? "." : "");
		if (kind == VIEW_OBJECT || kind == VIEW_PART)
			each(l, f->view, name, row ? (const char *)row + f->offset : NULL, fn);
		else if (!is_nested(kind))
			fn(l, name, f, row);
	}
}

static bool has_any(struct slice text, const char *of)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] && strchr(of, text.p[i]))
			return true;
	return false;
}

/* words: what a person wrote, which may begin as a formula does. */
static void add_cell(struct line *l, struct slice text, bool words)
{
	bool formula = words && text.n && has_any(slice_from(text.p, 1), "=+-@\t\r");
	bool quoted = formula || has_any(text, "\",;\r\n");
	if (l->begun)
		buf_addc(l->out, ',');
	l->begun = true;
	if (quoted)
		buf_addc(l->out, '"');
	if (formula)
		buf_addc(l->out, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_addc(l->out, '"');
		buf_addc(l->out, text.p[i]);
	}
	if (quoted)
		buf_addc(l->out, '"');
}

static void add_name(struct line *l, const char *name, const struct view_field *f, const void *row)
{
	add_cell(l, slice_of(name), false);
}

void view_csv_head(struct buf *b, const struct view *v)
{
	struct line l = {.out = b};
	buf_adds(b, "\xef\xbb\xbf");
	each(&l, v, "", NULL, add_name);
	buf_adds(b, "\r\n");
}

/* Words between commas. */
static void join(struct buf *joined, struct slice words)
{
	while (words.n) {
		if (joined->n)
			buf_addc(joined, ';');
		buf_add(joined, slice_cut(&words, ','));
	}
}

static void add_several(struct line *l, const struct view_field *f, const void *at)
{
	struct buf joined = BUF_INIT(CELL_MAX);
	if (view_as(f) == VIEW_WORDS) {
		join(&joined, *(const struct slice *)at);
	} else {
		const struct decode_array *texts = at;
		const struct slice *text = texts->items;
		for (size_t i = 0; i < texts->n; i++) {
			if (i)
				buf_addc(&joined, ';');
			buf_add(&joined, text[i]);
		}
	}
	add_cell(l, buf_slice(&joined), true);
	l->out->failed = l->out->failed || buf_failed(&joined);
	buf_free(&joined);
}

static void add_value(struct line *l, const char *name, const struct view_field *f, const void *row)
{
	char scratch[VIEW_TEXT_MAX];
	const enum view_kind kind = view_as(f);
	if (kind == VIEW_WORDS || kind == VIEW_TEXTS)
		add_several(l, f, (const char *)row + f->offset);
	else
		add_cell(l, view_text(f, row, scratch), kind == VIEW_TEXT || kind == VIEW_CHARS);
}

void view_csv_row(struct buf *b, const struct view *v, const void *row)
{
	struct line l = {.out = b};
	each(&l, v, "", row, add_value);
	buf_adds(b, "\r\n");
}
