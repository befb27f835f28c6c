/* One process dies at each named step of a submission and of a revocation in turn. The client repeats itself as it
 * should; then everything must be there once. */
#include "failpoints.h"

static void killed_at_each_step(void **state)
{
	static const char *const steps[] = {
		"submit_begin:1", "submit_loaded:1", "submit_decided:1",  "submit_numbered:1",
		"signer_sign:1",  "signer_sign:2",   "signer_signed:1",   "submit_signed:1",
		"submit_store:1", "submit_committed:1", "submit_replayed:1", "change_begin:1",
		"change_loaded:1", "change_store:1", "change_committed:1",
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (!scenario(steps[i]))
			fail_msg("%s was never reached", steps[i]);
	load_check_invariants(&fleet);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), candidate);
}

static void killed_before_sync(void **state)
{
	each_pass("db_sync", "");
}

static void killed_with_commit_sent(void **state)
{
	each_pass("db_sent", "");
}

static void killed_with_commit_unread(void **state)
{
	each_pass("db_reply", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_each_step),
		cmocka_unit_test(killed_before_sync),
		cmocka_unit_test(killed_with_commit_sent),
		cmocka_unit_test(killed_with_commit_unread),
	};
	return cmocka_run_group_tests_name("failpoints: killed", tests, open_all, close_all);
}
