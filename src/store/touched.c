/* store/touched.c - gathering ids. */
#include "store/touched.h"

#include "base/buf.h"
#include "db/array.h"
#include "sql/credentials_touch.h"

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
}

void touched_flush(struct touched *t, struct db *db)
{
	struct buf ids = BUF_INIT(TOUCHED_MAX * UUID_TEXT + 2);
	db_array_begin(&ids);
	for (size_t i = 0; i < t->n; i++)
		db_array_uuid(&ids, t->id[i]);
	db_array_end(&ids);
	const struct db_call call = CREDENTIALS_TOUCH_CALL(buf_slice(&ids));
	if (t->n > 0 && !buf_failed(&ids) &&
	    db_send(db, DB_WRITE, &call, 1, SECONDS(5), nothing, NULL, NULL) == 0)
		t->n = 0;
	buf_free(&ids);
}
