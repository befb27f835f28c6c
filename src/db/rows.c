/* db/rows.c - cells in PostgreSQL's text form, read strictly: what a statement returns is part of
 * the program, so anything unexpected here is a bug and an assertion says so at once. */
#include "db/rows.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int rows_n(const PGresult *res)
{
	return PQntuples(res);
}

bool row_is_null(const PGresult *res, int row, int col)
{
	assert(row >= 0 && row < PQntuples(res) && col >= 0 && col < PQnfields(res));
	return PQgetisnull(res, row, col) != 0;
}

struct slice row_text(const PGresult *res, int row, int col)
{
	if (row_is_null(res, row, col))
		return SLICE_NONE;
	return slice_from(PQgetvalue(res, row, col), (size_t)PQgetlength(res, row, col));
}

const char *row_cstr(const PGresult *res, int row, int col)
{
	return row_is_null(res, row, col) ? "" : PQgetvalue(res, row, col);
}

int64_t row_i64(const PGresult *res, int row, int col)
{
	if (row_is_null(res, row, col))
		return 0;
	const char *text = PQgetvalue(res, row, col);
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	assert(errno == 0 && end != text && *end == '\0');
	return v;
}

bool row_bool(const PGresult *res, int row, int col)
{
	struct slice s = row_text(res, row, col);
	assert(!s.p || slice_is(s, "t") || slice_is(s, "f"));
	return slice_is(s, "t");
}

struct uuid row_uuid(const PGresult *res, int row, int col)
{
	struct uuid u = {{0}};
	struct slice s = row_text(res, row, col);
	bool ok = !s.p || uuid_parse(s, &u);
	assert(ok);
	return u;
}

struct day row_day(const PGresult *res, int row, int col)
{
	struct day d = {0};
	struct slice s = row_text(res, row, col);
	bool ok = !s.p || day_parse(s, &d);
	assert(ok);
	return d;
}

struct instant row_instant(const PGresult *res, int row, int col)
{
	struct instant t = {0};
	struct slice s = row_text(res, row, col);
	bool ok = !s.p || instant_parse(s, &t);
	assert(ok);
	return t;
}

static uint8_t nibble(char c)
{
	assert((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void unhex(const char *hex, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

struct slice row_bytes(const PGresult *res, int row, int col, struct arena *a)
{
	struct slice s = row_text(res, row, col);
	if (!s.p)
		return SLICE_NONE;
	assert(s.n % 2 == 0 && slice_starts(s, SLICE("\\x")));
	size_t n = s.n / 2 - 1;
	uint8_t *out = arena_alloc(a, n + 1);
	if (!out)
		return SLICE_NONE;
	unhex(s.p + 2, out, n);
	return slice_from(out, n);
}

bool row_bytes_exact(const PGresult *res, int row, int col, void *out, size_t n)
{
	struct slice s = row_text(res, row, col);
	if (!s.p || s.n != 2 * n + 2 || !slice_starts(s, SLICE("\\x")))
		return false;
	unhex(s.p + 2, out, n);
	return true;
}

struct opt_int row_opt_int(const PGresult *res, int row, int col)
{
	return (struct opt_int){!row_is_null(res, row, col), row_i64(res, row, col)};
}

struct opt_bool row_opt_bool(const PGresult *res, int row, int col)
{
	return (struct opt_bool){!row_is_null(res, row, col), row_bool(res, row, col)};
}

struct opt_day row_opt_day(const PGresult *res, int row, int col)
{
	return (struct opt_day){!row_is_null(res, row, col), row_day(res, row, col)};
}

struct opt_instant row_opt_instant(const PGresult *res, int row, int col)
{
	return (struct opt_instant){!row_is_null(res, row, col), row_instant(res, row, col)};
}

bool row_bytes_fixed(const PGresult *res, int row, int col, void *out, size_t n)
{
	if (row_is_null(res, row, col)) {
		memset(out, 0, n);
		return false;
	}
	bool exact = row_bytes_exact(res, row, col, out, n);
	assert(exact);
	return exact;
}

void rows_of(const PGresult *res, int n_columns)
{
	assert(PQnfields(res) == n_columns);
}
