/* Submitting, when something comes between: another writer, a signer that is away, a client that leaves.
 * What was signed and not stored is written down. */
#include "submit.h"

#include "base/outcome.h"

static void races_that_constraints_decide(void **state)
{
	struct office *o = *state;
	static const struct {
		const char *constraint, *code;
	} cases[] = {
		{"certificate_already_certified", "already_certified"},
		{"certificate_number_key", "number_taken"},
		{"assessment_person_key", "already_assessed"},
	};
	office_reserve(o, 2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = until_stored(o, &dual, PASS);
		fake_db_fail(o->db, SUBMIT, DB_CONSTRAINT, cases[i].constraint);
		office_run(o);
		expect_problem(v, 409, cases[i].code);
	}
}

static void the_signer_is_away(void **state)
{
	struct office *o = *state;
	static const struct {
		int outcome, status;
		const char *code;
	} cases[] = {
		{E_TIMEOUT, 503, "signer_away"},
		{E_CLOSED, 503, "signer_away"},
		{E_FULL, 503, "signer_away"},
		{E_REFUSED, 503, "signer_key_not_opened"},
	};
	office_reserve(o, 2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
		struct visit *v = office_ask(o, "POST", TARGET, PASS);
		while (fake_db_run(o->db) + loopback_run(o->loop) > 0)
			;
		assert_true(fake_signer_answer(o->signer, cases[i].outcome));
		office_run(o);
		expect_problem(v, cases[i].status, cases[i].code);
	}
	fake_signer_refuse(o->signer, E_FULL);
	expect_problem(until_stored(o, &dual, PASS), 503, "overloaded");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 0);
}

/* Signed, and no write has said what became of it: both halves are written down as abandoned, with
 * zeros for their signatures. */
static void expect_abandoned(struct office *o, int before)
{
	fake_db_always(o->db, F_SIGNATURE_ABANDON, FAKE_ROW("outcome", "abandoned"));
	office_run(o);
	assert_int_equal(fake_db_sent(o->db, F_SIGNATURE_ABANDON), before + 2);
	struct slice first = fake_db_arg_of(o->db, F_SIGNATURE_ABANDON, before, 1);
	for (int i = 0; i < 2; i++) {
		const char *document = fake_db_arg_of(o->db, F_SIGNATURE_ABANDON, before + i, 3).p;
		assert_true(slice_is(fake_db_arg_of(o->db, F_SIGNATURE_ABANDON, before + i, 2),
		                     o->keys[i].id));
		assert_non_null(strstr(document, "\"proofValue\":\"z11111111"));
		assert_true(slice_eq(fake_db_arg_of(o->db, F_SIGNATURE_ABANDON, before + i, 6), first));
	}
}

static void what_is_signed_and_not_stored_is_written_down(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	/* The client leaves while the signer works, */
	fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
	struct visit *v = office_ask(o, "POST", TARGET, PASS);
	while (fake_signer_asked(o->signer) == 0)
		assert_true(fake_db_step(o->db) || loopback_run(o->loop) > 0);
	loopback_leave(v);
	loopback_forget(v);
	expect_abandoned(o, 0);
	/* while it is stored, */
	v = until_stored(o, &dual, PASS);
	loopback_leave(v);
	loopback_forget(v);
	expect_abandoned(o, 2);
	/* or the database refuses or is away. */
	v = until_stored(o, &dual, PASS);
	fake_db_fail(o->db, SUBMIT, DB_CONSTRAINT, "certificate_already_certified");
	office_run(o);
	expect_problem(v, 409, "already_certified");
	loopback_forget(v);
	expect_abandoned(o, 4);
	v = until_stored(o, &dual, PASS);
	fake_db_fail(o->db, SUBMIT, DB_AWAY, NULL);
	office_run(o);
	expect_problem(v, 503, "database_away");
	loopback_forget(v);
	expect_abandoned(o, 6);
	/* A write that answers has settled it. */
	v = until_stored(o, &dual, PASS);
	answer(o, v, "already_certified", NULL, "S0");
	loopback_forget(v);
	v = until_stored(o, &dual, PASS);
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	loopback_forget(v);
	office_run(o);
	assert_int_equal(fake_db_sent(o->db, F_SIGNATURE_ABANDON), 8);
}

/* After every single thing that happens on the way, the client may be gone. */
static void the_client_leaves_at_every_point(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	for (int steps = 0; steps < 40; steps++) {
		bool done = false;
		fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
		fake_db_always(o->db, SUBMIT, ROW("stored", OTHER, NULL));
		struct visit *v = office_ask(o, "POST", TARGET, PASS);
		for (int i = 0; i < steps && !done; i++)
			done = !office_step(o);
		loopback_leave(v);
		loopback_forget(v);
		office_run(o);
		assert_int_equal(web_active(o->web), 0);
		if (done)
			return;
		fake_db_always(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
	}
	fail_msg("a submission takes more than forty steps");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(races_that_constraints_decide),
		OFFICE_TEST(the_signer_is_away),
		OFFICE_TEST(what_is_signed_and_not_stored_is_written_down),
		OFFICE_TEST(the_client_leaves_at_every_point),
	};
	return cmocka_run_group_tests_name("submit, lost", tests, NULL, NULL);
}
