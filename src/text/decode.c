/* text/decode.c - one walk over the table for the known fields, one over the object for unknown
 * ones. The path to the present place is kept as a chain of frames on the stack and turned into a
 * JSON pointer only when there is something to say. */
#include "text/decode.h"

#include <assert.h>
#include <math.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "text/character.h"
#include "text/id_number.h"
#include "text/json.h"

/* A longer key is not repeated in a pointer. */
enum { KEY_SHOWN_MAX = 100 };

struct place {
	const struct place *up;
	const char *key; /* NULL: an array's item */
	size_t index;
	int depth;
};

struct decoder {
	struct arena *arena;
	struct fields *fields;
};

static int decode_struct(struct decoder *d, const struct place *at, json_t *json,
			 const struct decode_table *table, void *out);

static void add_pointer(struct buf *b, const struct place *at)
{
	if (!at)
		return;
	add_pointer(b, at->up);
	if (!at->key) {
		buf_addf(b, "/%zu", at->index);
		return;
	}
	if (strlen(at->key) > KEY_SHOWN_MAX)
		return;
	buf_addc(b, '/');
	for (const char *p = at->key; *p; p++) {
		if (*p == '~')
			buf_adds(b, "~0");
		else if (*p == '/')
			buf_adds(b, "~1");
		else
			buf_addc(b, *p);
	}
}

static const char *pointer_of(struct decoder *d, const struct place *at)
{
	struct buf b = BUF_INIT(4 * KIB);
	add_pointer(&b, at);
	const char *pointer = arena_copy(d->arena, buf_slice(&b));
	buf_free(&b);
	return pointer;
}

static void complain_within(struct decoder *d, const struct place *at, const char *code,
                            const struct decode_field *field)
{
	const char *pointer = pointer_of(d, at);
	if (!pointer)
		return;
	struct field entry = {.pointer = pointer, .code = code};
	if (field) {
		entry.limit[0] = field->min;
		entry.limit[1] = field->max;
		if (strcmp(code, "out_of_range") == 0)
			entry.hint = field->hint;
	}
	fields_put(d->fields, entry);
}

static void complain(struct decoder *d, const struct place *at, const char *code)
{
	complain_within(d, at, code, NULL);
}

size_t text_length(struct slice s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

/* The first C0 or C1 control or DEL, -1: none. Tabs and line ends are spaces of what was copied. */
static int32_t find_control(struct slice s, size_t *ret_place)
{
	int32_t c;
	for (size_t place = 1; (c = character_next(&s)) >= 0; place++) {
		if ((c >= 0x20 && (c < 0x7F || c > 0x9F)) || c == '\t' || c == '\n' || c == '\r')
			continue;
		*ret_place = place;
		return c;
	}
	return -1;
}

/* The first character that the kind does not take, -1: none. */
static int32_t find_culprit(const struct decode_field *field, struct slice s, size_t *ret_place)
{
	return field->kind == DECODE_TYPED ? find_control(s, ret_place)
	                                   : character_unfit(s, field->kind == DECODE_PROSE, ret_place);
}

static bool is_written_plainly(enum decode_kind kind)
{
	return kind == DECODE_INT || kind == DECODE_DAY || kind == DECODE_UUID;
}

void decode_refuse(struct fields *f, struct field entry, const struct decode_field *field,
                   struct slice text)
{
	size_t place = 0;
	int32_t c = -1;
	if (strcmp(entry.code, "characters") == 0)
		c = find_culprit(field, text, &place);
	else if (is_written_plainly(field->kind) && (c = character_not_plain(text, &place)) >= 0)
		entry.hint = "not_half_width"; /* "2026-02-28" is a date to the eye that wrote ２０２６-02-28 */
	entry.limit[0] = field->min;
	entry.limit[1] = field->max;
	if (strcmp(entry.code, "out_of_range") == 0)
		entry.hint = field->hint;
	if (field->choices && strcmp(entry.code, "not_a_choice") == 0) {
		entry.hint = "one_of";
		fields_put_words(f, entry, field->choices);
	} else if (c < 0)
		fields_put(f, entry);
	else
		fields_put_character(f, entry, c, place);
}

static bool is_blank(struct slice s)
{
	int32_t c;
	while ((c = character_next(&s)) >= 0)
		if (!character_is_space(c) && c != '\n' && c != '\t')
			return false;
	return true;
}

static const char *read_string(const struct decode_field *field, struct slice s, struct slice *out)
{
	size_t n = text_length(s), place;
	if (field->kind != DECODE_ANY_STRING) {
		if (field->min > 0 && is_blank(s))
			return "required";
		if (n < (size_t)field->min)
			return "too_short";
		if (field->max > 0 && n > (size_t)field->max)
			return "too_long";
		if (find_culprit(field, s, &place) >= 0)
			return "characters";
		if (field->kind != DECODE_TYPED && id_number_is_in(s))
			return "id_number_in_text";
	}
	*out = s;
	return NULL;
}

static const char *read_choice(const struct decode_field *field, struct slice s, struct slice *out)
{
	for (const char *const *choice = field->choices; *choice; choice++) {
		if (slice_is(s, *choice)) {
			*out = slice_of(*choice);
			return NULL;
		}
	}
	return "not_a_choice";
}

static const char *read_int(const struct decode_field *field, struct slice s, struct opt_int *out)
{
	uint64_t v;
	bool bounded = field->min != 0 || field->max != 0;
	if (!slice_to_u64(s, &v) || v > INT64_MAX)
		return "whole_number";
	if (bounded && ((int64_t)v < field->min || (int64_t)v > field->max))
		return "out_of_range";
	*out = (struct opt_int){.given = true, .v = (int64_t)v};
	return NULL;
}

static const char *read_day(struct slice s, struct opt_day *out)
{
	struct day v;
	if (!day_parse(s, &v))
		return "date";
	*out = (struct opt_day){.given = true, .v = v};
	return NULL;
}

static const char *read_uuid(struct slice s, struct opt_uuid *out)
{
	struct uuid v;
	if (!uuid_parse(s, &v))
		return "uuid";
	*out = (struct opt_uuid){.given = true, .v = v};
	return NULL;
}

const char *decode_text(const struct decode_field *field, struct slice text, void *to)
{
	switch (field->kind) {
	case DECODE_STRING:
	case DECODE_PROSE:
	case DECODE_TYPED:
	case DECODE_ANY_STRING:
		return read_string(field, text, to);
	case DECODE_CHOICE:
		return read_choice(field, text, to);
	case DECODE_INT:
		return read_int(field, text, to);
	case DECODE_DAY:
		return read_day(text, to);
	case DECODE_UUID:
		return read_uuid(text, to);
	case DECODE_OWN:
		return field->read(field->by, text, to);
	case DECODE_SCORE:
	case DECODE_BOOL:
	case DECODE_OBJECT:
	case DECODE_ARRAY:
	case DECODE_JSON:
		break;
	}
	assert(false); /* a kind that only JSON has */
	return "wrong_type";
}

/* A value that JSON has as a string too. */
static void decode_from_text(struct decoder *d, const struct place *at, json_t *json,
                             const struct decode_field *field, void *to)
{
	struct slice s = json_text(json);
	const char *code = "wrong_type";
	if (json_is_string(json)) {
		s = field->kind == DECODE_CHOICE ? s : arena_slice(d->arena, s);
		code = decode_text(field, s, to);
	}
	const char *pointer = code ? pointer_of(d, at) : NULL;
	if (pointer)
		decode_refuse(d->fields, (struct field){.pointer = pointer, .code = code}, field, s);
}

/* With at most 15 significant digits (json_read sees to that) two different decimals are two
 * different doubles, and h / 100.0 is the double nearest to the decimal h/100. So the text was
 * exactly h/100 if and only if the double it became equals h / 100.0. */
const char *decode_hundredths(const json_t *json, int64_t *ret)
{
	if (!json_is_number(json))
		return "wrong_type";
	double v = json_number_value(json);
	if (!(v >= -1e9 && v <= 1e9))
		return "out_of_range";
	long long hundredths = llround(v * 100.0);
	if ((double)hundredths / 100.0 < v || (double)hundredths / 100.0 > v)
		return "decimals";
	*ret = hundredths;
	return NULL;
}

static void decode_number(struct decoder *d, const struct place *at, json_t *json,
                          const struct decode_field *field, struct opt_int *out)
{
	int64_t v = 0;
	const char *code = NULL;
	if (field->kind == DECODE_SCORE)
		code = decode_hundredths(json, &v);
	else if (json_is_integer(json))
		v = json_integer_value(json);
	else
		code = json_is_real(json) ? "whole_number" : "wrong_type";
	bool bounded = field->min != 0 || field->max != 0;
	/* A score far outside is told so even when it has many decimals. */
	if (code && strcmp(code, "decimals") == 0 && bounded) {
		double x = json_number_value(json) * 100.0;
		if (x < (double)field->min || x > (double)field->max)
			code = "out_of_range";
	}
	if (!code && bounded && (v < field->min || v > field->max))
		code = "out_of_range";
	if (code)
		complain_within(d, at, code, field);
	else
		*out = (struct opt_int){.given = true, .v = v};
}

static void decode_bool(struct decoder *d, const struct place *at, json_t *json,
                        struct opt_bool *out)
{
	if (json_is_boolean(json))
		*out = (struct opt_bool){.given = true, .v = json_is_true(json)};
	else
		complain(d, at, "wrong_type");
}

static int decode_items(struct decoder *d, const struct place *at, json_t *json,
                        const struct decode_field *field, struct decode_array *out)
{
	size_t n = json_array_size(json);
	size_t size = field->table ? field->table->size : sizeof(struct slice);
	char *items = arena_alloc(d->arena, n ? n * size : 1);
	if (!items)
		return E_NOMEM;
	const struct decode_field text = {.kind = DECODE_STRING, .min = 1, .max = DECODE_ITEM_MAX};
	for (size_t i = 0; i < n; i++) {
		struct place item = {.up = at, .index = i, .depth = at->depth + 1};
		json_t *value = json_array_get(json, i);
		void *to = items + i * size;
		if (!field->table)
			decode_from_text(d, &item, value, &text, to);
		else if (decode_struct(d, &item, value, field->table, to) < 0)
			return E_NOMEM;
	}
	*out = (struct decode_array){.items = items, .n = n};
	return 0;
}

static int decode_array(struct decoder *d, const struct place *at, json_t *json,
                        const struct decode_field *field, struct decode_array *out)
{
	size_t n = json_array_size(json);
	if (!json_is_array(json))
		complain(d, at, "wrong_type");
	else if (n < (size_t)field->min)
		complain_within(d, at, "too_few", field);
	else if (field->max > 0 && n > (size_t)field->max)
		complain_within(d, at, "too_many", field);
	else
		return decode_items(d, at, json, field, out);
	return 0;
}

static int decode_value(struct decoder *d, const struct place *at, json_t *json,
                        const struct decode_field *field, void *to)
{
	switch (field->kind) {
	case DECODE_STRING:
	case DECODE_PROSE:
	case DECODE_TYPED:
	case DECODE_ANY_STRING:
	case DECODE_CHOICE:
	case DECODE_DAY:
	case DECODE_UUID:
	case DECODE_OWN:
		decode_from_text(d, at, json, field, to);
		break;
	case DECODE_INT:
	case DECODE_SCORE:
		decode_number(d, at, json, field, to);
		break;
	case DECODE_BOOL:
		decode_bool(d, at, json, to);
		break;
	case DECODE_OBJECT:
		return decode_struct(d, at, json, field->table, to);
	case DECODE_ARRAY:
		return decode_array(d, at, json, field, to);
	case DECODE_JSON:
		*(json_t **)to = json;
		break;
	}
	return 0;
}

static bool is_known(const struct decode_table *table, const char *key)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->fields[i].name, key) == 0)
			return true;
	return false;
}

static void refuse_unknown(struct decoder *d, const struct place *at, json_t *json,
                           const struct decode_table *table)
{
	for (void *it = json_object_iter(json); it; it = json_object_iter_next(json, it)) {
		const char *key = json_object_iter_key(it);
		if (is_known(table, key))
			continue;
		struct place here = {.up = at, .key = key};
		complain(d, &here, "unknown_field");
	}
}

static int decode_struct(struct decoder *d, const struct place *at, json_t *json,
                         const struct decode_table *table, void *out)
{
	int depth = at ? at->depth : 0;
	assert(depth <= DECODE_DEPTH_MAX);
	if (!json_is_object(json)) {
		complain(d, at, "wrong_type");
		return 0;
	}
	for (size_t i = 0; i < table->n; i++) {
		const struct decode_field *field = &table->fields[i];
		struct place here = {.up = at, .key = field->name, .depth = depth + 1};
		json_t *value = json_object_get(json, field->name);
		if (!value || (json_is_null(value) && field->kind != DECODE_JSON)) {
			if (field->required && !(value && field->nullable))
				complain(d, &here, "required");
			continue;
		}
		if (field->given)
			*(bool *)((char *)out + field->given - 1) = true;
		if (decode_value(d, &here, value, field, (char *)out + field->offset) < 0)
			return E_NOMEM;
	}
	refuse_unknown(d, at, json, table);
	return 0;
}

int decode_object(json_t *json, const struct decode_table *table, void *out,
                  struct arena *arena, struct fields *f)
{
	struct decoder d = {.arena = arena, .fields = f};
	if (decode_struct(&d, NULL, json, table, out) < 0 || arena_failed(arena))
		return E_NOMEM;
	return 0;
}
