/* ctl/table.c - two passes: the widest cell of each column, then the lines. */
#include "ctl/table.h"

#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/word.h"
#include "text/character.h"

size_t table_width(const char *text)
{
	size_t width = 0;
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	while (*p) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &c);
		if (n <= 0)
			return width;
		width += (size_t)utf8proc_charwidth(c);
		p += n;
	}
	return width;
}

static const json_t *member(const json_t *item, const char *name)
{
	const char *dot;
	while ((dot = strchr(name, '.'))) {
		char part[64];
		snprintf(part, sizeof(part), "%.*s", (int)(dot - name), name);
		item = json_object_get(item, part);
		name = dot + 1;
	}
	return json_object_get(item, name);
}

static void add_text(struct buf *cell, const char *text)
{
	struct slice rest = slice_of(text);
	while (rest.n) {
		const char *start = rest.p;
		if (character_is_hidden(character_next(&rest)))
			buf_addc(cell, '?');
		else
			buf_add(cell, slice_from(start, (size_t)(rest.p - start)));
	}
}

/* An instant is for people by the clock of Shanghai; false: it is none. */
static bool instant_for_people(struct slice s, char out[static INSTANT_LOCAL_TEXT])
{
	struct instant t;
	if (s.n != INSTANT_TEXT - 1 || s.p[10] != 'T' || !instant_parse(s, &t))
		return false;
	instant_format_local(t, out);
	return true;
}

static bool add_instant(struct buf *cell, const char *value)
{
	char text[INSTANT_LOCAL_TEXT];
	bool is = instant_for_people(slice_of(value), text);
	if (is)
		buf_adds(cell, text);
	return is;
}

void table_instant(const json_t *item, const char *name, char out[static INSTANT_LOCAL_TEXT])
{
	const char *value = json_string_value(member(item, name));
	if (!instant_for_people(value ? slice_of(value) : SLICE_NONE, out))
		snprintf(out, INSTANT_LOCAL_TEXT, "-");
}

/* A code word by what people call it. */
static void add_word(struct buf *cell, const char *name, const char *value, enum lang lang)
{
	const char *dot = strrchr(name, '.'), *word = code_word(dot ? dot + 1 : name, value, lang);
	add_text(cell, word ? word : value);
}

/* The member's text in cell, NUL-terminated; false when there is none. */
static bool cell_text(struct buf *cell, const json_t *item, const char *name, enum lang lang)
{
	const json_t *value = member(item, name), *part;
	size_t i;
	buf_clear(cell);
	if (json_is_string(value) && !add_instant(cell, json_string_value(value)))
		add_word(cell, name, json_string_value(value), lang);
	else if (json_is_integer(value))
		buf_addf(cell, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		buf_addf(cell, "%.10g", json_real_value(value));
	else if (json_is_boolean(value))
		buf_adds(cell, json_is_true(value) ? pick(lang, "true", "是") : pick(lang, "false", "否"));
	json_array_foreach(value, i, part) {
		if (i)
			buf_addc(cell, ',');
		add_word(cell, name, json_is_string(part) ? json_string_value(part) : "?", lang);
	}
	bool there = cell->n > 0;
	if (!there)
		buf_addc(cell, '-');
	buf_addc(cell, '\0');
	return there;
}

static void print_padded(FILE *out, const char *text, size_t width)
{
	fputs(text, out);
	for (size_t k = table_width(text); k < width; k++)
		fputc(' ', out);
}

static size_t column_width(struct buf *cell, const char *head, const json_t *items,
                           const char *name, enum lang lang)
{
	size_t widest = table_width(head), i;
	json_t *item;
	json_array_foreach(items, i, item) {
		cell_text(cell, item, name, lang);
		size_t w = buf_failed(cell) ? 0 : table_width(cell->p);
		if (w > widest)
			widest = w;
	}
	return widest;
}

enum { COLUMNS_MAX = 16, CELL_MAX = 4096 };

void table_print(FILE *out, enum lang lang, const struct column_spec *columns, size_t n,
                 const json_t *items)
{
	struct buf cell = BUF_INIT(CELL_MAX);
	size_t width[COLUMNS_MAX], i;
	json_t *item;
	if (n > COLUMNS_MAX)
		n = COLUMNS_MAX;
	for (size_t k = 0; k < n; k++) {
		const char *head = pick(lang, columns[k].en, columns[k].zh);
		width[k] = column_width(&cell, head, items, columns[k].name, lang);
		print_padded(out, head, k + 1 < n ? width[k] + 2 : 0);
	}
	fputc('\n', out);
	json_array_foreach(items, i, item) {
		for (size_t k = 0; k < n; k++) {
			cell_text(&cell, item, columns[k].name, lang);
			print_padded(out, buf_failed(&cell) ? "…" : cell.p, k + 1 < n ? width[k] + 2 : 0);
		}
		fputc('\n', out);
	}
	buf_free(&cell);
}

bool table_has(const json_t *items, const char *name)
{
	json_t *item;
	size_t i;
	json_array_foreach(items, i, item) {
		const json_t *value = member(item, name);
		if (value && !json_is_null(value))
			return true;
	}
	return false;
}

void table_print_item(FILE *out, enum lang lang, const struct column_spec *columns, size_t n,
                      const json_t *item)
{
	struct buf cell = BUF_INIT(CELL_MAX);
	size_t widest = 0;
	for (size_t k = 0; k < n; k++) {
		size_t w = table_width(pick(lang, columns[k].en, columns[k].zh));
		widest = w > widest ? w : widest;
	}
	for (size_t k = 0; k < n; k++) {
		if (!cell_text(&cell, item, columns[k].name, lang) || buf_failed(&cell))
			continue;
		fputs("  ", out);
		print_padded(out, pick(lang, columns[k].en, columns[k].zh), widest + 2);
		fprintf(out, "%s\n", cell.p);
	}
	buf_free(&cell);
}
