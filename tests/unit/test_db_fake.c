/* The scripted database keeps the promises of db/db.h that handlers rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/fake_db.h"
#include "base/outcome.h"
#include "db/rows.h"

struct seen {
	int times;
	enum db_outcome outcome;
	char text[32], constraint[64];
};

static void on_done(void *arg, const struct db_result *r)
{
	struct seen *s = arg;
	s->times++;
	s->outcome = r->outcome;
	memcpy(s->constraint, r->constraint, sizeof(s->constraint));
	if (r->outcome == DB_OK && rows_n(r->res[0]) > 0)
		snprintf(s->text, sizeof(s->text), "%s", row_cstr(r->res[0], 0, 0));
}

static int send_one(struct fake_db *f, int stmt, const char *arg, struct seen *s, struct db_ticket **t)
{
	struct db_arg args[] = {db_cstr(arg), db_i64(7)};
	struct db_call call = {stmt, 2, args};
	return db_send(fake_db_of(f), DB_WRITE, &call, 1, SECONDS(1), on_done, s, t);
}

static void answers_as_scripted(void **state)
{
	struct fake_db *f = fake_db_new();
	fake_db_plain(f);
	struct seen s = {0};
	fake_db_always(f, 3, FAKE_ROW("outcome id", "always", NULL));
	fake_db_answer_one(f, 3, FAKE_ROW("outcome id", "first", "1"));
	fake_db_fail(f, 3, DB_CONSTRAINT, "pair_complete");
	assert_int_equal(send_one(f, 3, "x", &s, NULL), 0);
	assert_int_equal(s.times, 0);
	assert_int_equal(fake_db_run(f), 1);
	assert_string_equal(s.text, "first");
	assert_int_equal(send_one(f, 3, NULL, &s, NULL), 0);
	assert_int_equal(fake_db_run(f), 1);
	assert_int_equal(s.outcome, DB_CONSTRAINT);
	assert_string_equal(s.constraint, "pair_complete");
	assert_int_equal(send_one(f, 3, "z", &s, NULL), 0);
	assert_int_equal(fake_db_run(f), 1);
	assert_string_equal(s.text, "always");
	assert_int_equal(send_one(f, 4, "z", &s, NULL), 0);
	assert_int_equal(fake_db_run(f), 1);
	assert_int_equal(s.outcome, DB_ERROR);
	assert_int_equal(s.times, 4);
	assert_int_equal(fake_db_sent(f, 3), 3);
	assert_int_equal(fake_db_sent(f, -1), 4);
	assert_true(slice_is(fake_db_arg(f, 3, 0), "z"));
	assert_true(slice_is(fake_db_arg(f, 4, 1), "7"));
	assert_int_equal(fake_db_lane(f, 3), DB_WRITE);
	fake_db_free(f);
}

static void cancelled_and_refused(void **state)
{
	struct fake_db *f = fake_db_new();
	fake_db_plain(f);
	struct seen s = {0};
	struct db_ticket *t;
	fake_db_always(f, 1, FAKE_NONE("a b"));
	assert_int_equal(send_one(f, 1, NULL, &s, &t), 0);
	db_cancel(fake_db_of(f), t);
	assert_int_equal(fake_db_run(f), 1);
	assert_int_equal(s.times, 0);
	assert_null(fake_db_arg(f, 1, 0).p);
	fake_db_refuse(f, E_FULL);
	assert_int_equal(send_one(f, 1, NULL, &s, NULL), E_FULL);
	fake_db_refuse(f, 0);
	assert_int_equal(send_one(f, 1, NULL, &s, NULL), 0);
	assert_int_equal(fake_db_run(f), 1);
	assert_int_equal(s.times, 1);
	assert_int_equal(fake_db_run(f), 0);
	fake_db_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_scripted),
		cmocka_unit_test(cancelled_and_refused),
	};
	return cmocka_run_group_tests_name("fake_db", tests, NULL, NULL);
}
