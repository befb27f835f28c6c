/* text/view.c - one switch over the kinds of fields for each writer. */
#include "text/view.h"

#include <assert.h>
#include <stdio.h>

static const void *at(const struct view_field *f, const void *row)
{
	return (const char *)row + f->offset;
}

bool view_is_nullable(const struct view_field *f)
{
	bool optional = f->kind >= VIEW_OPT_INT && f->kind <= VIEW_OPT_INSTANT;
	return optional || f->nullable;
}

static bool all_absent(const struct view *v, const void *row)
{
	for (size_t i = 0; i < v->n; i++)
		if (!view_is_absent(&v->fields[i], row))
			return false;
	return true;
}

static int enum_value(const void *p)
{
	int value;
	memcpy(&value, p, sizeof value);
	return value;
}

/* The same as view_is_absent, without a call for what is asked most often. */
static inline bool is_absent(const struct view_field *f, const void *row)
{
	if (f->as == VIEW_NONE && f->kind == VIEW_CHARS)
		return !*(const char *const *)at(f, row);
	if (f->as == VIEW_NONE && f->kind == VIEW_OPT_INT)
		return !((const struct opt_int *)at(f, row))->given;
	return view_is_absent(f, row);
}

bool view_is_absent(const struct view_field *f, const void *row)
{
	const void *p = at(f, row);
	if (f->as == VIEW_OBJECT || f->as == VIEW_PART)
		return all_absent(f->view, p);
	if (f->as == VIEW_WORDS && !f->nullable)
		return false; /* none are an empty array */
	switch ((int)f->kind) {
	case VIEW_TEXT:
		return !((const struct slice *)p)->p;
	case VIEW_CHARS:
		return !*(const char *const *)p;
	case VIEW_UUID:
		return f->nullable && uuid_is_nil(*(const struct uuid *)p);
	case VIEW_OPT_INT:
		return !((const struct opt_int *)p)->given;
	case VIEW_OPT_BOOL:
		return !((const struct opt_bool *)p)->given;
	case VIEW_OPT_DAY:
		return !((const struct opt_day *)p)->given;
	case VIEW_OPT_INSTANT:
		return !((const struct opt_instant *)p)->given;
	case VIEW_CODE:
		return !f->code(enum_value(p));
	case VIEW_ITEM: {
		const struct view_item *item = p;
		return !item->row && !item->made.p;
	}
	default:
		return false;
	}
}

/* ---- JSON ---- */

static void write_words(struct jsonw *w, struct slice words)
{
	jsonw_array(w);
	while (words.n)
		jsonw_str(w, slice_cut(&words, ','));
	jsonw_end(w);
}

static void write_texts(struct jsonw *w, const struct decode_array *texts)
{
	const struct slice *text = texts->items;
	jsonw_array(w);
	for (size_t i = 0; i < texts->n; i++)
		jsonw_str(w, text[i]);
	jsonw_end(w);
}

static void write_list(struct jsonw *w, const struct view *v, const struct view_list *list)
{
	jsonw_array(w);
	for (size_t i = 0; i < list->n; i++)
		view_write(w, v, (const char *)list->items + i * v->size);
	jsonw_end(w);
}

static void write_item(struct jsonw *w, const struct view_item *item)
{
	if (item->made.p)
		jsonw_raw(w, item->made);
	else
		view_write(w, item->view, item->row);
}

static void write_items(struct jsonw *w, const struct view_items *items)
{
	jsonw_array(w);
	for (size_t i = 0; i < items->n; i++)
		write_item(w, &items->items[i]);
	jsonw_end(w);
}

static void write_key(struct jsonw *w, struct slice name)
{
	char key[VIEW_TEXT_MAX];
	snprintf(key, sizeof key, "%.*s", SLICE_ARGS(name));
	jsonw_key(w, key);
}

static void write_figures(struct jsonw *w, const struct view_figures *figures)
{
	struct slice open = SLICE_NONE; /* the object that is */
	jsonw_object(w);
	for (size_t i = 0; i < figures->n; i++) {
		struct slice name = figures->items[i].name;
		struct slice group = memchr(name.p, '.', name.n) ? slice_cut(&name, '.') : SLICE_NONE;
		bool same = slice_eq(group, open);
		if (!same && open.n)
			jsonw_end(w);
		if (!same && group.n) {
			write_key(w, group);
			jsonw_object(w);
		}
		open = group;
		write_key(w, name);
		jsonw_i64(w, figures->items[i].v);
	}
	if (open.n)
		jsonw_end(w);
	jsonw_end(w);
}

static void write_made(struct jsonw *w, const struct view_field *f, const void *bytes)
{
	char text[VIEW_TEXT_MAX];
	f->made(bytes, text);
	jsonw_cstr(w, text);
}

/* What is given of an optional kind is as what always is. */
static enum view_kind plain(enum view_kind kind, const void **p)
{
	switch ((int)kind) {
	case VIEW_OPT_INT:
		*p = &((const struct opt_int *)*p)->v;
		return VIEW_INT;
	case VIEW_OPT_BOOL:
		*p = &((const struct opt_bool *)*p)->v;
		return VIEW_BOOL;
	case VIEW_OPT_DAY:
		*p = &((const struct opt_day *)*p)->v;
		return VIEW_DAY;
	case VIEW_OPT_INSTANT:
		*p = &((const struct opt_instant *)*p)->v;
		return VIEW_INSTANT;
	default:
		return kind;
	}
}

/* What is an object or an array. */
static void write_nested(struct jsonw *w, const struct view_field *f, const void *p)
{
	switch ((int)view_as(f)) {
	case VIEW_TEXTS:
		write_texts(w, p);
		break;
	case VIEW_WORDS:
		write_words(w, *(const struct slice *)p);
		break;
	case VIEW_SEVERAL:
		write_list(w, f->view, p);
		break;
	case VIEW_ITEM:
		write_item(w, p);
		break;
	case VIEW_ITEMS:
		write_items(w, p);
		break;
	case VIEW_FIGURES:
		write_figures(w, p);
		break;
	case VIEW_OBJECT:
		view_write(w, f->view, p);
		break;
	default: /* one that is no value, or that plain has made another */
		assert(false);
	}
}

/* What is there. */
static void write_value(struct jsonw *w, const struct view_field *f, const void *p)
{
	switch ((int)plain(view_as(f), &p)) {
	case VIEW_TEXT:
		jsonw_str(w, *(const struct slice *)p);
		break;
	case VIEW_CHARS:
		jsonw_cstr(w, *(const char *const *)p);
		break;
	case VIEW_UUID:
		jsonw_uuid(w, *(const struct uuid *)p);
		break;
	case VIEW_INT:
		jsonw_i64(w, *(const int64_t *)p);
		break;
	case VIEW_BOOL:
		jsonw_bool(w, *(const bool *)p);
		break;
	case VIEW_DAY:
		jsonw_day(w, *(const struct day *)p);
		break;
	case VIEW_INSTANT:
		jsonw_instant(w, *(const struct instant *)p);
		break;
	case VIEW_CODE:
		jsonw_cstr(w, f->code(enum_value(p)));
		break;
	case VIEW_BYTES:
		write_made(w, f, p);
		break;
	case VIEW_DECIMAL:
		jsonw_decimal(w, *(const int64_t *)p, f->places);
		break;
	case VIEW_NUMBER:
	case VIEW_JSON:
		jsonw_raw(w, *(const struct slice *)p);
		break;
	default:
		write_nested(w, f, p);
	}
}

void view_write_members(struct jsonw *w, const struct view *v, const void *row)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct view_field *f = &v->fields[i];
		if (f->as == VIEW_PART) {
			view_write_members(w, f->view, at(f, row));
			continue;
		}
		bool absent = is_absent(f, row);
		if (absent && f->omitted)
			continue;
		jsonw_key(w, f->name);
		if (absent)
			jsonw_null(w);
		else
			write_value(w, f, at(f, row));
	}
}

void view_write(struct jsonw *w, const struct view *v, const void *row)
{
	jsonw_object(w);
	view_write_members(w, v, row);
	jsonw_end(w);
}

/* ---- text ---- */

static void decimal_text(int64_t v, unsigned places, char scratch[static VIEW_TEXT_MAX])
{
	struct buf b = BUF_INIT(VIEW_TEXT_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_decimal(&w, v, places);
	snprintf(scratch, VIEW_TEXT_MAX, "%.*s", SLICE_ARGS(buf_slice(&b)));
	buf_free(&b);
}

struct slice view_text(const struct view_field *f, const void *row, char scratch[static VIEW_TEXT_MAX])
{
	const void *p = at(f, row);
	if (view_is_absent(f, row))
		return SLICE("");
	switch ((int)plain(view_as(f), &p)) {
	case VIEW_TEXT:
	case VIEW_NUMBER:
		return *(const struct slice *)p;
	case VIEW_CHARS:
		return slice_of(*(const char *const *)p);
	case VIEW_CODE:
		return slice_of(f->code(enum_value(p)));
	case VIEW_BOOL:
		return *(const bool *)p ? SLICE("true") : SLICE("false");
	case VIEW_INT:
		snprintf(scratch, VIEW_TEXT_MAX, "%lld", (long long)*(const int64_t *)p);
		break;
	case VIEW_UUID:
		uuid_format(*(const struct uuid *)p, scratch);
		break;
	case VIEW_DAY:
		day_format(*(const struct day *)p, scratch);
		break;
	case VIEW_INSTANT:
		instant_format(*(const struct instant *)p, scratch);
		break;
	case VIEW_BYTES:
		f->made(p, scratch);
		break;
	case VIEW_DECIMAL:
		decimal_text(*(const int64_t *)p, f->places, scratch);
		break;
	default:
		assert(false);
	}
	return slice_of(scratch);
}
