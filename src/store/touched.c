/* store/touched.c - gathering ids. */
#include "store/touched.h"

#include "base/buf.h"
#include "db/db.h"

void touched_add(struct touched *t, struct uuid id)
{
	for (size_t i = 0; i < t->n; i++)
		if (uuid_eq(t->id[i], id))
			return;
	if (t->n < TOUCHED_MAX)
		t->id[t->n++] = id;
}

static void nothing(void *arg, const struct db_result *r)
{
	(void)arg;
	(void)r;
}

void touched_flush(struct touched *t, struct db *db, int statement_credentials_touch)
{
	struct buf ids = BUF_INIT(TOUCHED_MAX * UUID_TEXT + 2);
	for (size_t i = 0; i < t->n; i++) {
		char text[UUID_TEXT];
		uuid_format(t->id[i], text);
		buf_addf(&ids, "%c%s", i ? ',' : '{', text);
	}
	buf_addc(&ids, '}');
	const struct db_arg arg = db_text(buf_slice(&ids));
	const struct db_call call = {statement_credentials_touch, 1, &arg};
	if (t->n > 0 && !buf_failed(&ids) &&
	    db_send(db, DB_WRITE, &call, 1, SECONDS(5), nothing, NULL, NULL) == 0)
		t->n = 0;
	buf_free(&ids);
}
