/* db/rows.h - reading cells of a result. Results are in text form; slices point into the result.
 *
 * Which columns a statement has and of what type is part of the program, so a row or column out of
 * range, or a number that is none, is a programmer's error and stops the process. A NULL reads as
 * empty, 0, false or nil: ask row_is_null where that differs. */
#pragma once

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/opt.h"
#include "base/slice.h"

int rows_n(const PGresult *res);

bool row_is_null(const PGresult *res, int row, int col);

/* p == NULL for NULL; otherwise NUL-terminated behind its end. */
struct slice row_text(const PGresult *res, int row, int col);

/* "" for NULL. */
const char *row_cstr(const PGresult *res, int row, int col);

int64_t row_i64(const PGresult *res, int row, int col);
bool row_bool(const PGresult *res, int row, int col);
struct uuid row_uuid(const PGresult *res, int row, int col);
struct day row_day(const PGresult *res, int row, int col);
struct instant row_instant(const PGresult *res, int row, int col);

/* bytea in its hex form (PostgreSQL 15 documentation, section 8.4.1), decoded into the arena.
 * p == NULL for NULL or when the arena is full (arena_failed). */
struct slice row_bytes(const PGresult *res, int row, int col, struct arena *a);

/* The same of what may be null and has no value of its own for that. */
struct opt_int row_opt_int(const PGresult *res, int row, int col);
struct opt_bool row_opt_bool(const PGresult *res, int row, int col);
struct opt_day row_opt_day(const PGresult *res, int row, int col);
struct opt_instant row_opt_instant(const PGresult *res, int row, int col);

/* n bytes into out; false, and out zeroed, for NULL. Another length is a programmer's error. */
bool row_bytes_fixed(const PGresult *res, int row, int col, void *out, size_t n);

/* The result is one with so many columns: a reader was not given another statement's. */
void rows_of(const PGresult *res, int n_columns);

/* Likewise into a fixed field: false, and out untouched, unless it is exactly n bytes. */
bool row_bytes_exact(const PGresult *res, int row, int col, void *out, size_t n);
