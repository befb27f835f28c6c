/* db/statement.h - the table of prepared statements. The build makes one from sql/queries and
 * sql/functions (sql_statements.h has the enum that indexes it); tests bring their own. */
#pragma once

#include <stddef.h>

struct statement_text {
	const char *name; /* the file's, without folder and ending: also the prepared name */
	const char *text;
	int n_args;
};

/* STATEMENT_COUNT entries, then one of NULLs. */
extern const struct statement_text statements[];
