/* credential/template_read.c - walks the table that writes a document, taking values out of one.
 *
 * Every row must find its member, and at the end of each object the members that rows have found
 * must be all it has. Nothing is skipped: what no row knows might mean anything. */
#include "credential/template.h"

#include <assert.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "text/json.h"

enum { DEPTH_MAX = 8 };

struct reader {
	struct arena *arena;
	struct slice *values;
	struct level {
		const json_t *object;
		size_t found;
		unsigned node; /* the value that is its address */
	} level[DEPTH_MAX];
	size_t depth;
	int failure;
};

static struct level *top(struct reader *r)
{
	return &r->level[r->depth];
}

static const json_t *take(struct reader *r, const char *key)
{
	const json_t *member = json_object_get(top(r)->object, key);
	if (member)
		top(r)->found++;
	return member;
}

/* In JSON-LD a value and a list of this one value say the same, and software that others process it with
 * makes either of the other. */
static const json_t *take_value(struct reader *r, const char *key)
{
	const json_t *member = take(r, key);
	return json_array_size(member) == 1 ? json_array_get(member, 0) : member;
}

/* The first time a value is met it is kept, later it must be the same. */
static bool keep(struct reader *r, const struct template_row *row, unsigned index,
                 struct slice text)
{
	if (!text.p)
		return false;
	if (row && row->text)
		return slice_is(text, row->text);
	if (r->values[index].p)
		return slice_eq(r->values[index], text);
	r->values[index] = text;
	return true;
}

static bool same_json(const json_t *member, const char *text)
{
	json_t *want = json_loads(text, JSON_DECODE_ANY, NULL);
	bool same = want && member && json_equal(member, want);
	json_decref(want);
	return same;
}

static size_t n_types(const json_t *types)
{
	return json_is_array(types) ? json_array_size(types) : 1;
}

static const json_t *type_at(const json_t *types, size_t i)
{
	return json_is_array(types) ? json_array_get(types, i) : types;
}

static bool has_type(const json_t *types, const json_t *type)
{
	for (size_t i = 0; i < n_types(types); i++)
		if (json_equal(type_at(types, i), type))
			return true;
	return false;
}

/* Types are a set. */
static bool same_types(const json_t *member, const char *text)
{
	json_t *want = json_loads(text, JSON_DECODE_ANY, NULL);
	bool same = want && member && n_types(member) == n_types(want);
	for (size_t i = 0; same && i < n_types(want); i++)
		same = has_type(member, type_at(want, i));
	json_decref(want);
	return same;
}

/* true, false and numbers, as text. */
static struct slice raw_text(struct reader *r, const json_t *member)
{
	if (!json_is_integer(member) && !json_is_boolean(member))
		return SLICE_NONE;
	if (json_is_boolean(member))
		return json_is_true(member) ? SLICE("true") : SLICE("false");
	char *text = arena_printf(r->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(member));
	if (!text)
		r->failure = E_NOMEM;
	return slice_of(text);
}

static bool open_object(struct reader *r, const struct template_row *row)
{
	const json_t *object = take_value(r, row->key);
	assert(r->depth + 1 < DEPTH_MAX);
	r->level[++r->depth] = (struct level){.object = object, .node = row->value};
	return json_is_object(object);
}

static bool close_object(struct reader *r)
{
	bool all = json_object_size(top(r)->object) == top(r)->found;
	r->depth--;
	return all;
}

static bool read_row(struct reader *r, const struct template_row *row)
{
	switch (row->op) {
	case T_CONTEXT:
		return same_json(take(r, "@context"), row->json);
	case T_ID:
		return keep(r, NULL, top(r)->node, json_text(take(r, "id")));
	case T_TYPE:
		return !row->json || same_types(take(r, "type"), row->json);
	case T_TEXT:
	case T_LINK:
		return keep(r, row, row->value, json_text(take_value(r, row->key)));
	case T_RAW:
		return keep(r, row, row->value, raw_text(r, take_value(r, row->key)));
	case T_OPEN:
	case T_OPEN_BLANK:
		return open_object(r, row);
	case T_CLOSE:
		return close_object(r);
	}
	return false;
}

int template_read(struct arena *a, const struct template_row *rows, size_t n, const json_t *json,
                  unsigned root, struct slice *values, size_t n_values, enum template_op *ret_at)
{
	struct reader r = {.arena = a, .values = values};
	for (size_t i = 0; i < n_values; i++)
		values[i] = SLICE_NONE;
	r.level[0] = (struct level){.object = json, .node = root};
	*ret_at = T_OPEN;
	if (!json_is_object(json))
		return E_SYNTAX;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].optional && !json_object_get(top(&r)->object, rows[i].key))
			continue;
		if (!read_row(&r, &rows[i])) {
			*ret_at = rows[i].op;
			return r.failure ? r.failure : E_SYNTAX;
		}
	}
	*ret_at = T_CLOSE;
	return close_object(&r) ? 0 : E_SYNTAX;
}
