/* tests/lib/json_schema.c - a function for each keyword. */
#include "json_schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "text/decode.h"
#include "text/json.h"

struct check {
	json_t *root, *schema, *value;
	char *why;
};

static bool fail(const struct check *c, const char *keyword)
{
	char *shown = json_dumps(c->value, JSON_COMPACT | JSON_ENCODE_ANY);
	snprintf(c->why, SCHEMA_WHY, "%s: %.120s", keyword, shown ? shown : "");
	free(shown);
	return false;
}

static bool accepts(const struct check *c);

static bool accepts_as(const struct check *c, json_t *schema, json_t *value)
{
	return accepts(&(struct check){c->root, schema, value, c->why});
}

json_t *schema_resolve(json_t *root, const char *ref)
{
	char path[160];
	if (strncmp(ref, "#/", 2) != 0 || strlen(ref) >= sizeof path)
		return NULL;
	memcpy(path, ref + 2, strlen(ref) - 1);
	for (char *rest = path, *name; root && (name = strsep(&rest, "/"));)
		root = json_object_get(root, name);
	return root;
}

static bool is_type(const char *type, json_t *v)
{
	if (strcmp(type, "integer") == 0)
		return json_is_integer(v);
	if (strcmp(type, "number") == 0)
		return json_is_number(v);
	if (strcmp(type, "string") == 0)
		return json_is_string(v);
	if (strcmp(type, "boolean") == 0)
		return json_is_boolean(v);
	if (strcmp(type, "null") == 0)
		return json_is_null(v);
	if (strcmp(type, "array") == 0)
		return json_is_array(v);
	return strcmp(type, "object") == 0 && json_is_object(v);
}

static bool on_type(const struct check *c, json_t *arg)
{
	if (json_is_string(arg))
		return is_type(json_string_value(arg), c->value);
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (is_type(json_string_value(json_array_get(arg, i)), c->value))
			return true;
	return false;
}

static bool on_enum(const struct check *c, json_t *arg)
{
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (json_equal(json_array_get(arg, i), c->value))
			return true;
	return false;
}

static bool on_format(const struct check *c, json_t *arg)
{
	struct slice s = json_text(c->value);
	const char *format = json_string_value(arg);
	struct uuid id;
	struct day day;
	if (!s.p)
		return true;
	if (strcmp(format, "uuid") == 0)
		return uuid_parse(s, &id);
	if (strcmp(format, "date") == 0)
		return day_parse(s, &day);
	if (strcmp(format, "date-time") == 0)
		return s.n >= 20 && day_parse(slice_from(s.p, 10), &day) && s.p[10] == 'T';
	return strcmp(format, "uri") == 0 && memchr(s.p, ':', s.n);
}

/* Only of classes of characters that are refused; POSIX knows no \uXXXX, so the controls are asked for. */
static bool on_pattern(const struct check *c, json_t *arg)
{
	struct slice s = json_text(c->value);
	bool prose = strstr(json_string_value(arg), "u0008") != NULL;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 && !(prose && (s.p[i] == '\n' || s.p[i] == '\t')))
			return false;
	return true;
}

static bool on_min_length(const struct check *c, json_t *arg)
{
	return !json_is_string(c->value) ||
	       text_length(json_text(c->value)) >= (size_t)json_integer_value(arg);
}

static bool on_max_length(const struct check *c, json_t *arg)
{
	return !json_is_string(c->value) ||
	       text_length(json_text(c->value)) <= (size_t)json_integer_value(arg);
}

static bool on_minimum(const struct check *c, json_t *arg)
{
	return !json_is_number(c->value) || json_number_value(c->value) >= json_number_value(arg);
}

static bool on_maximum(const struct check *c, json_t *arg)
{
	return !json_is_number(c->value) || json_number_value(c->value) <= json_number_value(arg);
}

static bool on_multiple(const struct check *c, json_t *arg)
{
	double n = json_number_value(c->value) / json_number_value(arg);
	return fabs(n - round(n)) < 1e-9;
}

static bool on_min_items(const struct check *c, json_t *arg)
{
	return !json_is_array(c->value) || json_array_size(c->value) >= (size_t)json_integer_value(arg);
}

static bool on_max_items(const struct check *c, json_t *arg)
{
	return !json_is_array(c->value) || json_array_size(c->value) <= (size_t)json_integer_value(arg);
}

static bool on_items(const struct check *c, json_t *arg)
{
	for (size_t i = 0; i < json_array_size(c->value); i++)
		if (!accepts_as(c, arg, json_array_get(c->value, i)))
			return false;
	return true;
}

static bool on_required(const struct check *c, json_t *arg)
{
	for (size_t i = 0; json_is_object(c->value) && i < json_array_size(arg); i++)
		if (!json_object_get(c->value, json_string_value(json_array_get(arg, i))))
			return false;
	return true;
}

static bool on_properties(const struct check *c, json_t *arg)
{
	const char *name;
	json_t *schema;
	json_object_foreach(arg, name, schema) {
		json_t *value = json_object_get(c->value, name);
		if (value && !accepts_as(c, schema, value))
			return false;
	}
	return true;
}

/* False, or a schema, for members that "properties" beside it does not have. */
static bool on_additional(const struct check *c, json_t *arg)
{
	json_t *known = json_object_get(c->schema, "properties");
	const char *name;
	json_t *value;
	json_object_foreach(c->value, name, value)
		if (!json_object_get(known, name) && (json_is_false(arg) || !accepts_as(c, arg, value)))
			return false;
	return true;
}

static bool on_any_of(const struct check *c, json_t *arg)
{
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (accepts_as(c, json_array_get(arg, i), c->value))
			return true;
	return false;
}

static bool on_all_of(const struct check *c, json_t *arg)
{
	for (size_t i = 0; i < json_array_size(arg); i++)
		if (!accepts_as(c, json_array_get(arg, i), c->value))
			return false;
	return true;
}

static bool on_ref(const struct check *c, json_t *arg)
{
	json_t *schema = schema_resolve(c->root, json_string_value(arg));
	return schema && accepts_as(c, schema, c->value);
}

static bool on_words(const struct check *c, json_t *arg)
{
	return true;
}

static const struct {
	const char *name;
	bool (*check)(const struct check *c, json_t *arg);
} keywords[] = {
	{"type", on_type},           {"enum", on_enum},           {"format", on_format},
	{"pattern", on_pattern},     {"minLength", on_min_length}, {"maxLength", on_max_length},
	{"minimum", on_minimum},     {"maximum", on_maximum},     {"multipleOf", on_multiple},
	{"minItems", on_min_items},  {"maxItems", on_max_items},  {"items", on_items},
	{"required", on_required},   {"properties", on_properties},
	{"additionalProperties", on_additional},                  {"anyOf", on_any_of},
	{"allOf", on_all_of},        {"$ref", on_ref},            {"description", on_words},
};

static size_t keyword(const char *name)
{
	size_t i = 0;
	while (i < ARRAY_LEN(keywords) && strcmp(keywords[i].name, name) != 0)
		i++;
	return i;
}

bool schema_is_known(json_t *schema)
{
	const char *name;
	json_t *arg;
	json_object_foreach(schema, name, arg)
		if (keyword(name) == ARRAY_LEN(keywords))
			return false;
	return true;
}

static bool accepts(const struct check *c)
{
	const char *name;
	json_t *arg;
	json_object_foreach(c->schema, name, arg) {
		size_t i = keyword(name);
		c->why[0] = '\0';
		if (i == ARRAY_LEN(keywords) || !keywords[i].check(c, arg))
			return c->why[0] ? false : fail(c, name);
	}
	return true;
}

bool schema_accepts(json_t *root, json_t *schema, json_t *value,
                    char why[static SCHEMA_WHY])
{
	why[0] = '\0';
	return accepts(&(struct check){root, schema, value, why});
}
