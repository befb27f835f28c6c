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

static const char *cell_breach(const struct statement_column *c, const PGresult *res, int row,
                               int col)
{
	if (PQgetisnull(res, row, col))
		return c->nullable ? NULL : "null";
	if (c->bytes && PQgetlength(res, row, col) != 2 + 2 * c->bytes) /* in hex, behind \x */
		return "of another length";
	if (c->known && !c->known(slice_from(PQgetvalue(res, row, col), (size_t)PQgetlength(res, row, col))))
		return "a word that is not known";
	return NULL;
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
			const char *is = cell_breach(&s->columns[col], res, row, col);
			if (is) {
				snprintf(why, STATEMENT_WHY, "%s: %s is %s", s->name,
				         s->columns[col].name, is);
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
