/* db/statement.c - what came back, held against what the header of the statement's file says. */
#include "db/statement.h"

#include <stdio.h>
#include <string.h>

static bool is_word(const struct statement_text *s, const char *word)
{
	for (const char *const *w = s->outcomes; *w; w++)
		if (strcmp(*w, word) == 0)
			return true;
	return false;
}

const char *statement_breach(const struct statement_text *s, const PGresult *res,
                             char why[static STATEMENT_WHY])
{
	if (!s->columns)
		return NULL;
	if (PQnfields(res) != s->n_columns) {
		snprintf(why, STATEMENT_WHY, "%s has %d columns, not %d", s->name, PQnfields(res),
		         s->n_columns);
		return why;
	}
	for (int row = 0; row < PQntuples(res); row++) {
		for (int col = 0; col < s->n_columns; col++) {
			if (!s->columns[col].nullable && PQgetisnull(res, row, col)) {
				snprintf(why, STATEMENT_WHY, "%s: %s is null", s->name,
				         s->columns[col].name);
				return why;
			}
		}
		if (s->outcomes && !is_word(s, PQgetvalue(res, row, 0))) {
			snprintf(why, STATEMENT_WHY, "%s says \"%.40s\"", s->name,
			         PQgetvalue(res, row, 0));
			return why;
		}
	}
	return NULL;
}
