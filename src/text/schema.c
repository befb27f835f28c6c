/* text/schema.c - one switch for what is decoded, one for what is written. */
#include "text/schema.h"

#include <stdio.h>

/* ---- the smallest pieces ---- */

static void write_type(struct jsonw *w, const char *type, bool or_null)
{
	if (!or_null) {
		jsonw_kcstr(w, "type", type);
		return;
	}
	jsonw_karray(w, "type");
	jsonw_cstr(w, type);
	jsonw_cstr(w, "null");
	jsonw_end(w);
}

static void write_format(struct jsonw *w, const char *format, bool or_null)
{
	write_type(w, "string", or_null);
	jsonw_kcstr(w, "format", format);
}

static void write_words(struct jsonw *w, const char *const *words, bool or_null)
{
	write_type(w, "string", or_null);
	if (!words)
		return;
	jsonw_karray(w, "enum");
	for (; *words; words++)
		jsonw_cstr(w, *words);
	if (or_null)
		jsonw_null(w);
	jsonw_end(w);
}

static void write_bounds(struct jsonw *w, const char *least, const char *most,
                         const struct decode_field *f)
{
	if (f->min > 0)
		jsonw_ki64(w, least, f->min);
	if (f->max > 0)
		jsonw_ki64(w, most, f->max);
}

static void write_ref(struct jsonw *w, const char *name)
{
	char ref[128];
	snprintf(ref, sizeof ref, SCHEMA_REF "%s", name);
	jsonw_kcstr(w, "$ref", ref);
}

void schema_ref(struct jsonw *w, const char *name)
{
	jsonw_object(w);
	write_ref(w, name);
	jsonw_end(w);
}

/* ---- what is decoded ---- */

/* Controls are refused; in prose, line feeds and tabs are not. What else hides is too much for a
 * pattern that people read. */
static void write_text(struct jsonw *w, const struct decode_field *f, bool or_null)
{
	write_type(w, "string", or_null);
	write_bounds(w, "minLength", "maxLength", f);
	jsonw_kcstr(w, "pattern",
	            f->kind == DECODE_PROSE ? "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"
	                                    : "^[^\\u0000-\\u001f\\u007f-\\u009f]*$");
}

static void write_int(struct jsonw *w, const struct decode_field *f, bool or_null)
{
	write_type(w, "integer", or_null);
	if (f->min == 0 && f->max == 0)
		return;
	jsonw_ki64(w, "minimum", f->min);
	jsonw_ki64(w, "maximum", f->max);
}

/* Hundredths. */
static void write_score(struct jsonw *w, const struct decode_field *f, bool or_null)
{
	write_type(w, "number", or_null);
	jsonw_key(w, "multipleOf");
	jsonw_decimal(w, 1, 2);
	if (f->min == 0 && f->max == 0)
		return;
	jsonw_key(w, "minimum");
	jsonw_score(w, f->min);
	jsonw_key(w, "maximum");
	jsonw_score(w, f->max);
}

static void write_array(struct jsonw *w, const struct decode_field *f, bool or_null)
{
	write_type(w, "array", or_null);
	write_bounds(w, "minItems", "maxItems", f);
	jsonw_key(w, "items");
	if (f->table) {
		schema_of_table(w, f->table);
		return;
	}
	jsonw_object(w);
	jsonw_kcstr(w, "type", "string");
	jsonw_ki64(w, "minLength", 1);
	jsonw_ki64(w, "maxLength", DECODE_ITEM_MAX);
	jsonw_end(w);
}

static void write_members(struct jsonw *w, const struct decode_table *table, bool or_null);

static void write_value(struct jsonw *w, const struct decode_field *f, bool or_null)
{
	switch (f->kind) {
	case DECODE_STRING:
	case DECODE_PROSE:
	case DECODE_TYPED:
		write_text(w, f, or_null);
		break;
	case DECODE_ANY_STRING:
		write_type(w, "string", or_null);
		break;
	case DECODE_CHOICE:
		write_words(w, f->choices, or_null);
		break;
	case DECODE_INT:
		write_int(w, f, or_null);
		break;
	case DECODE_SCORE:
		write_score(w, f, or_null);
		break;
	case DECODE_BOOL:
		write_type(w, "boolean", or_null);
		break;
	case DECODE_DAY:
		write_format(w, "date", or_null);
		break;
	case DECODE_UUID:
		write_format(w, "uuid", or_null);
		break;
	case DECODE_OBJECT:
		write_members(w, f->table, or_null);
		break;
	case DECODE_ARRAY:
		write_array(w, f, or_null);
		break;
	case DECODE_OWN:
		write_type(w, "string", or_null);
		break;
	case DECODE_JSON: /* anything */
		break;
	}
}

/* null is as good as absent where a member may be absent (text/decode.h). */
static bool may_be_null(const struct decode_field *f)
{
	return !f->required || f->nullable;
}

static void write_members(struct jsonw *w, const struct decode_table *table, bool or_null)
{
	write_type(w, "object", or_null);
	jsonw_kobject(w, "properties");
	for (size_t i = 0; i < table->n; i++) {
		const struct decode_field *f = &table->fields[i];
		jsonw_kobject(w, f->name);
		write_value(w, f, may_be_null(f));
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_karray(w, "required");
	for (size_t i = 0; i < table->n; i++)
		if (table->fields[i].required)
			jsonw_cstr(w, table->fields[i].name);
	jsonw_end(w);
	jsonw_kbool(w, "additionalProperties", false);
}

void schema_of_table(struct jsonw *w, const struct decode_table *table)
{
	jsonw_object(w);
	write_members(w, table, false);
	jsonw_end(w);
}

void schema_of_parameter(struct jsonw *w, const struct decode_field *field)
{
	jsonw_object(w);
	write_value(w, field, false);
	jsonw_end(w);
}

/* ---- what is written ---- */

/* One, the other, or null. */
static void write_object(struct jsonw *w, const struct shape_field *f, bool or_null)
{
	if (!f->or &&!or_null) {
		write_ref(w, shape_name(f->of));
		return;
	}
	jsonw_karray(w, "anyOf");
	schema_ref(w, shape_name(f->of));
	if (f->or)
		schema_ref(w, shape_name(f->or));
	if (or_null) {
		jsonw_object(w);
		jsonw_kcstr(w, "type", "null");
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void write_items(struct jsonw *w, const struct shape_field *f)
{
	jsonw_kcstr(w, "type", "array");
	jsonw_kobject(w, "items");
	if (f->of)
		write_object(w, f, false);
	else
		write_words(w, f->words, false);
	jsonw_end(w);
}

/* Names that are data: whole numbers, or objects of them. */
static void write_figures(struct jsonw *w)
{
	jsonw_kcstr(w, "type", "object");
	jsonw_kobject(w, "additionalProperties");
	jsonw_karray(w, "anyOf");
	jsonw_object(w);
	jsonw_kcstr(w, "type", "integer");
	jsonw_end(w);
	jsonw_object(w);
	jsonw_kcstr(w, "type", "object");
	jsonw_kobject(w, "additionalProperties");
	jsonw_kcstr(w, "type", "integer");
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
}

static void write_member(struct jsonw *w, const struct shape_field *f)
{
	bool or_null = f->nullable;
	switch (f->kind) {
	case SHAPE_STRING:
		write_words(w, f->words, or_null);
		break;
	case SHAPE_UUID:
		write_format(w, "uuid", or_null);
		break;
	case SHAPE_DAY:
		write_format(w, "date", or_null);
		break;
	case SHAPE_INSTANT:
		write_format(w, "date-time", or_null);
		break;
	case SHAPE_INT:
		write_type(w, "integer", or_null);
		break;
	case SHAPE_NUMBER:
		write_type(w, "number", or_null);
		break;
	case SHAPE_BOOL:
		write_type(w, "boolean", or_null);
		break;
	case SHAPE_OBJECT:
		write_object(w, f, or_null);
		break;
	case SHAPE_LIST:
		write_items(w, f);
		break;
	case SHAPE_FIGURES:
		write_figures(w);
		break;
	case SHAPE_ANY:
		break;
	}
}

static bool write_property(void *arg, const struct shape_field *f)
{
	struct jsonw *w = arg;
	jsonw_kobject(w, f->name);
	write_member(w, f);
	jsonw_end(w);
	return true;
}

static bool write_required(void *arg, const struct shape_field *f)
{
	if (!f->omitted)
		jsonw_cstr(arg, f->name);
	return true;
}

void schema_of_shape(struct jsonw *w, const struct shape *shape)
{
	jsonw_object(w);
	jsonw_kcstr(w, "type", "object");
	jsonw_kobject(w, "properties");
	shape_each(shape, write_property, w);
	jsonw_end(w);
	jsonw_karray(w, "required");
	shape_each(shape, write_required, w);
	jsonw_end(w);
	jsonw_kbool(w, "additionalProperties", false);
	jsonw_end(w);
}
