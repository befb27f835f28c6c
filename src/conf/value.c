/* conf/value.c - single values: text to field and back, with units and ranges. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <libpq-fe.h>

#include "base/arena.h"
#include "conf/options.h"

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit DURATIONS[] = {
	{"h", 3600000000}, {"min", 60000000}, {"s", 1000000}, {"ms", 1000}, {NULL, 0}};
static const struct unit SIZES[] = {
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}, {NULL, 0}};
static const struct unit RATES[] = {
	{"GiB/s", 1 << 30}, {"MiB/s", 1 << 20}, {"KiB/s", 1 << 10}, {"B/s", 1}, {NULL, 0}};
static const struct unit PLAIN[] = {{"", 1}, {NULL, 0}};

static const struct unit *units_of(enum conf_type type)
{
	switch (type) {
	case CONF_DURATION:
		return DURATIONS;
	case CONF_SIZE:
		return SIZES;
	case CONF_RATE:
		return RATES;
	case CONF_INT:
		return PLAIN;
	case CONF_TEXT:
	case CONF_PATH:
	case CONF_CHOICE:
	case CONF_ADDRESS:
	case CONF_CONNINFO:
	case CONF_BOOL:
		break;
	}
	return NULL;
}

static const char *example_of(enum conf_type type)
{
	switch (type) {
	case CONF_DURATION:
		return "a time such as 500ms, 10s, 5min or 2h";
	case CONF_SIZE:
		return "a size such as 512, 8KiB or 1MiB";
	case CONF_RATE:
		return "a rate such as 16KiB/s";
	case CONF_INT:
		return "a whole number";
	case CONF_TEXT:
	case CONF_PATH:
	case CONF_CHOICE:
	case CONF_ADDRESS:
	case CONF_CONNINFO:
	case CONF_BOOL:
		break;
	}
	return "a text";
}

/* Digits, then exactly one of the units. */
static bool parse_amount(struct slice text, const struct unit *units, int64_t *ret)
{
	size_t digits = 0;
	uint64_t n;
	while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
		digits++;
	if (!slice_to_u64(slice_from(text.p, digits), &n))
		return false;
	struct slice rest = slice_trim(slice_skip(text, digits));
	for (const struct unit *u = units; u->name; u++) {
		if (!slice_is(rest, u->name))
			continue;
		return n <= INT64_MAX && !__builtin_mul_overflow((int64_t)n, u->factor, ret);
	}
	return false;
}

static void write_amount(int64_t n, const struct unit *units, struct buf *out)
{
	const struct unit *u = units;
	while (u[1].name && (n == 0 || n % u->factor != 0))
		u++;
	buf_addf(out, "%" PRId64 "%s", n / u->factor, u->name);
}

static bool parse_bool(struct slice text, bool *ret)
{
	static const struct {
		const char *word;
		bool value;
	} WORDS[] = {{"true", true}, {"yes", true}, {"on", true}, {"false", false}, {"no", false}, {"off", false}};
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
		if (slice_is(text, WORDS[i].word)) {
			*ret = WORDS[i].value;
			return true;
		}
	}
	return false;
}

static bool is_choice(const char *choices, struct slice text)
{
	struct slice rest = slice_of(choices);
	while (rest.p)
		if (slice_eq(slice_cut(&rest, ' '), text))
			return true;
	return false;
}

static const char *conninfo_problem(const char *text, struct arena *arena)
{
	char *error = NULL;
	PQconninfoOption *o = PQconninfoParse(text, &error);
	PQconninfoFree(o);
	if (o)
		return NULL;
	struct slice why = slice_trim(slice_of(error));
	while (why.n && why.p[why.n - 1] == '\n')
		why.n--;
	char *p = arena_printf(arena, "is not a PostgreSQL connection string: %.*s",
	                       SLICE_ARGS(why));
	PQfreemem(error);
	return p;
}

/* Names are looked up by nobody at the start: a listener must not depend on a name server. */
static bool is_address(const char *text)
{
	struct in6_addr any;
	return inet_pton(AF_INET, text, &any) == 1 || inet_pton(AF_INET6, text, &any) == 1;
}

static const char *text_parse(const struct conf_option *o, struct slice text, void *field,
                              struct arena *arena)
{
	if ((int64_t)text.n < o->min || (int64_t)text.n > o->max)
		return arena_printf(arena,
		                    text.n ? "must have %" PRId64 " to %" PRId64 " characters"
		                           : "must not be empty (%" PRId64 " to %" PRId64 " characters)",
		                    o->min, o->max);
	if (o->type == CONF_CHOICE && !is_choice(o->choices, text))
		return arena_printf(arena, "must be one of: %s", o->choices);
	char *copy = arena_copy(arena, text);
	const char *problem = NULL;
	if (!copy)
		return "is too long";
	if (o->type == CONF_CONNINFO)
		problem = conninfo_problem(copy, arena);
	if (o->type == CONF_ADDRESS && !is_address(copy))
		problem = arena_printf(arena,
		                       "must be a numeric address such as 127.0.0.1, ::1 or 0.0.0.0, not \"%s\"", copy);
	if (!problem)
		*(const char **)field = copy;
	return problem;
}

static const char *amount_parse(const struct conf_option *o, struct slice text, void *field,
                                struct arena *arena)
{
	const struct unit *units = units_of(o->type);
	struct buf low = BUF_INIT(64), high = BUF_INIT(64);
	const char *problem = NULL;
	int64_t n = 0;
	if (!parse_amount(text, units, &n)) {
		problem = arena_printf(arena, "must be %s, not \"%.*s\"", example_of(o->type),
		                       SLICE_ARGS(text));
	} else if (n < o->min || n > o->max) {
		write_amount(o->min, units, &low);
		write_amount(o->max, units, &high);
		problem = arena_printf(arena, "must be between %.*s and %.*s",
		                       SLICE_ARGS(buf_slice(&low)), SLICE_ARGS(buf_slice(&high)));
	} else if (o->type == CONF_DURATION) {
		*(struct duration *)field = (struct duration){n};
	} else {
		*(int64_t *)field = n; /* sizes are uint64_t: same width, never negative here */
	}
	buf_free(&low);
	buf_free(&high);
	return problem;
}

const char *conf_value_parse(const struct conf_option *o, struct slice text, void *field,
                             struct arena *arena)
{
	if (units_of(o->type))
		return amount_parse(o, text, field, arena);
	if (o->type == CONF_BOOL)
		return parse_bool(text, field) ? NULL : "must be true or false";
	return text_parse(o, text, field, arena);
}

static void write_quoted(const char *text, struct buf *out)
{
	buf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || *text == '$')
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '"');
}

static bool is_secret(const char *keyword)
{
	return strcmp(keyword, "password") == 0 || strcmp(keyword, "sslpassword") == 0;
}

/* A conninfo value in single quotes where it needs them. */
static void add_conninfo_value(const char *v, struct buf *out)
{
	bool plain = *v != '\0' && strpbrk(v, " '\\") == NULL;
	if (plain) {
		buf_adds(out, v);
		return;
	}
	buf_addc(out, '\'');
	for (; *v; v++) {
		if (*v == '\'' || *v == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *v);
	}
	buf_addc(out, '\'');
}

static void write_masked(const char *conninfo, struct buf *out)
{
	struct buf plain = BUF_INIT(4 * KIB);
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	for (PQconninfoOption *o = options; o && o->keyword; o++) {
		if (!o->val)
			continue;
		buf_addf(&plain, "%s%s=", plain.n ? " " : "", o->keyword);
		add_conninfo_value(is_secret(o->keyword) ? "****" : o->val, &plain);
	}
	buf_addc(&plain, '\0');
	PQconninfoFree(options);
	write_quoted(buf_failed(&plain) ? "****" : plain.p, out);
	buf_free(&plain);
}

void conf_value_write(const struct conf_option *o, const void *field, bool mask, struct buf *out)
{
	if (o->type == CONF_DURATION)
		write_amount(((const struct duration *)field)->us, DURATIONS, out);
	else if (units_of(o->type))
		write_amount(*(const int64_t *)field, units_of(o->type), out);
	else if (o->type == CONF_BOOL)
		buf_adds(out, *(const bool *)field ? "true" : "false");
	else if (o->type == CONF_CONNINFO && mask)
		write_masked(*(const char *const *)field, out);
	else
		write_quoted(*(const char *const *)field, out);
}

bool conf_value_equal(const struct conf_option *o, const void *a, const void *b)
{
	if (units_of(o->type)) /* all are 64 bits wide */
		return memcmp(a, b, sizeof(int64_t)) == 0;
	if (o->type == CONF_BOOL)
		return *(const bool *)a == *(const bool *)b;
	return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
}

bool conf_value_copy(const struct conf_option *o, void *to, const void *from, struct arena *arena)
{
	if (units_of(o->type)) {
		memcpy(to, from, sizeof(int64_t));
		return true;
	}
	if (o->type == CONF_BOOL) {
		*(bool *)to = *(const bool *)from;
		return true;
	}
	const char *copy = arena_copy(arena, slice_of(*(const char *const *)from));
	if (copy)
		*(const char **)to = copy;
	return copy != NULL;
}
