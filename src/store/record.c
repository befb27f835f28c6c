/* store/record.c - finding the entries, and keeping the result until they are on disk. */
#include "store/record.h"

#include "base/outcome.h"
#include "db/rows.h"
#include "db/statement.h"

void record_entries(const struct db_result *r, struct buf *out)
{
	for (int i = 0; i < r->n_calls; i++) {
		int column = statements[r->stmt[i]].journal;
		for (int row = 0; column && row < rows_n(r->res[i]); row++) {
			struct slice text = row_text(r->res[i], row, column - 1);
			if (!text.n)
				continue;
			buf_add(out, text);
			buf_addc(out, '\n');
		}
	}
}

static void clear(void *arg)
{
	PQclear(arg);
}

int record_keep(struct arena *arena, const struct db_result *r, struct db_result **ret)
{
	struct db_result *copy = arena_alloc(arena, sizeof *copy);
	PGresult **res = arena_alloc(arena, (size_t)r->n_calls * sizeof(PGresult *));
	int *stmt = arena_alloc(arena, (size_t)r->n_calls * sizeof *stmt);
	if (!copy || !res || !stmt)
		return E_NOMEM;
	memcpy(stmt, r->stmt, (size_t)r->n_calls * sizeof *stmt);
	for (int i = 0; i < r->n_calls; i++) {
		res[i] = PQcopyResult(r->res[i], PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
		if (!res[i])
			return E_NOMEM;
		if (arena_on_dispose(arena, clear, res[i]) < 0) {
			PQclear(res[i]);
			return E_NOMEM;
		}
	}
	*copy = (struct db_result){
		.outcome = DB_OK, .n_calls = r->n_calls, .res = res, .stmt = stmt, .message = ""};
	*ret = copy;
	return 0;
}
