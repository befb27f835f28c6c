/* db/statement.h - the table of prepared statements, made by the build from sql/queries and
 * sql/functions (sql/README.md); tests bring their own. sql/NAME.h has each one's typed call and row. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct statement_column {
	const char *name, *type; /* PostgreSQL's name of it */
	bool nullable;
	int bytes; /* a bytea's length; 0: any */
	bool (*known)(struct slice word); /* of a column that holds words of a table; else NULL */
};

struct statement_text {
	const char *name; /* the file's, without folder and ending: also the prepared name */
	const char *text;
	int n_args;
	const char *const *args; /* their types, PostgreSQL's names */
	const struct statement_column *columns; /* NULL: not described, nothing is checked */
	int n_columns;
	int journal;                 /* the column of that name, from 1; 0: it has none */
	const char *const *outcomes; /* words of the first column, NULL behind them; or NULL */
};

/* STATEMENT_COUNT entries, then one without a name. */
extern const struct statement_text statements[];

/* NULL when a result is what the statement's header promises: its columns, no null where none may
 * be, bytes of the length it says, an outcome that is one of its words. Otherwise what is wrong, written to why. */
enum { STATEMENT_WHY = 160 };
const char *statement_breach(const struct statement_text *s, const PGresult *res,
                             char why[static STATEMENT_WHY]);
