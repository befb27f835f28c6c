/* db/arg.c - parameters of statements. Short ones (numbers, identifiers, dates) are formatted
 * into the parameter itself, so that a caller builds an array of them without any memory. */
#include <inttypes.h>
#include <stdio.h>

#include "db/db.h"

struct db_arg db_null(void)
{
	return (struct db_arg){.kind = DB_NULL};
}

struct db_arg db_text(struct slice s)
{
	return (struct db_arg){.kind = s.p ? DB_TEXT : DB_NULL, .v = s};
}

struct db_arg db_cstr(const char *s)
{
	return db_text(slice_of(s));
}

struct db_arg db_bytes(struct slice s)
{
	return (struct db_arg){.kind = s.p ? DB_BYTES : DB_NULL, .v = s};
}

struct db_arg db_uuid(struct uuid u)
{
	struct db_arg a = {.kind = DB_SHORT};
	uuid_format(u, a.own);
	return a;
}

struct db_arg db_uuid_or_null(struct uuid u)
{
	return uuid_is_nil(u) ? db_null() : db_uuid(u);
}

struct db_arg db_i64(int64_t v)
{
	struct db_arg a = {.kind = DB_SHORT};
	snprintf(a.own, sizeof(a.own), "%" PRId64, v);
	return a;
}

struct db_arg db_bool(bool v)
{
	struct db_arg a = {.kind = DB_SHORT};
	a.own[0] = v ? 't' : 'f';
	return a;
}

struct db_arg db_day(struct day d)
{
	struct db_arg a = {.kind = DB_SHORT};
	day_format(d, a.own);
	return a;
}

struct db_arg db_instant(struct instant t)
{
	struct db_arg a = {.kind = DB_SHORT};
	int64_t us = t.us % 1000000;
	if (us < 0)
		us += 1000000;
	char whole[INSTANT_TEXT];
	instant_format((struct instant){t.us - us}, whole);
	snprintf(a.own, sizeof(a.own), "%.19s.%06dZ", whole, (int)us);
	return a;
}

struct db_arg db_opt_int(struct opt_int v)
{
	return v.given ? db_i64(v.v) : db_null();
}

struct db_arg db_opt_bool(struct opt_bool v)
{
	return v.given ? db_bool(v.v) : db_null();
}

struct db_arg db_opt_day(struct opt_day v)
{
	return v.given ? db_day(v.v) : db_null();
}

struct db_arg db_opt_instant(struct opt_instant v)
{
	return v.given ? db_instant(v.v) : db_null();
}

void db_context_bind(struct db_arg a[static DB_CONTEXT_ARGS], const struct db_context *c)
{
	a[0] = db_uuid_or_null(c->actor);
	a[1] = db_text(c->request);
	a[2] = db_bytes(c->idem_key);
	a[3] = db_bytes(c->idem_print);
}

struct slice db_arg_slice(const struct db_arg *a)
{
	switch (a->kind) {
	case DB_TEXT:
	case DB_BYTES:
		return a->v;
	case DB_SHORT:
		return slice_of(a->own);
	case DB_NULL:
		break;
	}
	return SLICE_NONE;
}

const char *db_outcome_name(enum db_outcome o)
{
	static const char *const names[] = {
		[DB_OK] = "ok",
		[DB_AWAY] = "away",
		[DB_FULL] = "full",
		[DB_TIMEOUT] = "timeout",
		[DB_CONSTRAINT] = "constraint",
		[DB_UNKNOWN] = "unknown",
		[DB_ERROR] = "error",
	};
	return (size_t)o < ARRAY_LEN(names) ? names[o] : "error";
}
