/* text/shape.c - members of both kinds of shapes, and comparing a value with one. */
#include "text/shape.h"

#include "base/uuid.h"
#include "text/json.h"

/* ---- members ---- */

static enum shape_kind kind_of(enum view_kind kind)
{
	switch (kind) {
	case VIEW_UUID:
		return SHAPE_UUID;
	case VIEW_INT:
	case VIEW_OPT_INT:
		return SHAPE_INT;
	case VIEW_BOOL:
	case VIEW_OPT_BOOL:
		return SHAPE_BOOL;
	case VIEW_DAY:
	case VIEW_OPT_DAY:
		return SHAPE_DAY;
	case VIEW_INSTANT:
	case VIEW_OPT_INSTANT:
		return SHAPE_INSTANT;
	case VIEW_NUMBER:
	case VIEW_DECIMAL:
		return SHAPE_NUMBER;
	case VIEW_WORDS:
	case VIEW_TEXTS:
	case VIEW_SEVERAL:
	case VIEW_ITEMS:
		return SHAPE_LIST;
	case VIEW_OBJECT:
	case VIEW_PART:
	case VIEW_ITEM:
		return SHAPE_OBJECT;
	case VIEW_FIGURES:
		return SHAPE_FIGURES;
	case VIEW_JSON:
		return SHAPE_ANY;
	case VIEW_NONE:
	case VIEW_TEXT:
	case VIEW_CHARS:
	case VIEW_CODE:
	case VIEW_BYTES:
		break;
	}
	return SHAPE_STRING;
}

static bool view_each(const struct view *view, shape_member_fn *fn, void *arg)
{
	for (size_t i = 0; i < view->n; i++) {
		const struct view_field *f = &view->fields[i];
		const struct shape of = {.view = f->view}, or = {.view = f->or };
		const struct shape_field member = {
			.name = f->name,
			.kind = f->shape ? SHAPE_LIST : kind_of(view_as(f)),
			.nullable = !f->omitted && view_is_nullable(f),
			.omitted = f->omitted,
			.of = f->view ? &of : f->shape,
			.or = f->or ? & or : NULL,
			.words = f->words,
		};
		bool go_on = view_as(f) == VIEW_PART ? view_each(f->view, fn, arg) : fn(arg, &member);
		if (!go_on)
			return false;
	}
	return true;
}

bool shape_each(const struct shape *shape, shape_member_fn *fn, void *arg)
{
	bool go_on = true;
	if (shape->view)
		return view_each(shape->view, fn, arg);
	for (size_t i = 0; go_on && i < shape->n; i++)
		go_on = fn(arg, &shape->fields[i]);
	return go_on;
}

/* ---- values ---- */

static bool is_word(const char *const *words, const json_t *json)
{
	while (words && *words && !slice_is(json_text(json), *words))
		words++;
	return json_is_string(json) && (!words || *words);
}

/* "2026-11-30T10:00:00Z" */
static bool is_instant(struct slice s)
{
	struct day day;
	return s.n >= 20 && day_parse(slice_from(s.p, 10), &day) && s.p[10] == 'T' && s.p[s.n - 1] == 'Z';
}

static bool is_object(const struct shape_field *field, const json_t *json)
{
	return shape_fits(field->of, json) || (field->or &&shape_fits(field->or, json));
}

static bool is_list(const struct shape_field *field, const json_t *json)
{
	bool good = json_is_array(json);
	for (size_t i = 0; good && i < json_array_size(json); i++) {
		const json_t *item = json_array_get(json, i);
		good = field->of ? is_object(field, item) : is_word(field->words, item);
	}
	return good;
}

static bool is_figures(const json_t *json, bool whole)
{
	const char *name;
	json_t *value;
	bool good = json_is_object(json);
	json_object_foreach((json_t *)(uintptr_t)json, name, value)
		good = good && (json_is_integer(value) || (whole && is_figures(value, false)));
	return good;
}

static bool is_of_kind(const struct shape_field *field, const json_t *json)
{
	struct slice text = json_text(json);
	struct uuid id;
	struct day day;
	if (json_is_null(json) && field->kind != SHAPE_ANY)
		return field->nullable;
	switch (field->kind) {
	case SHAPE_STRING:
		return is_word(field->words, json);
	case SHAPE_UUID:
		return text.p && uuid_parse(text, &id);
	case SHAPE_DAY:
		return text.p && day_parse(text, &day);
	case SHAPE_INSTANT:
		return text.p && is_instant(text);
	case SHAPE_INT:
		return json_is_integer(json);
	case SHAPE_NUMBER:
		return json_is_number(json);
	case SHAPE_BOOL:
		return json_is_boolean(json);
	case SHAPE_OBJECT:
		return is_object(field, json);
	case SHAPE_LIST:
		return is_list(field, json);
	case SHAPE_FIGURES:
		return is_figures(json, true);
	case SHAPE_ANY:
		return true;
	}
	return false;
}

struct fitting {
	const json_t *json;
	size_t present;
};

static bool member_fits(void *arg, const struct shape_field *field)
{
	struct fitting *f = arg;
	const json_t *value = json_object_get(f->json, field->name);
	f->present += value != NULL;
	return value ? is_of_kind(field, value) : field->omitted;
}

bool shape_fits(const struct shape *shape, const json_t *json)
{
	struct fitting f = {.json = json};
	return json_is_object(json) && shape_each(shape, member_fits, &f) &&
	       f.present == json_object_size(json);
}
