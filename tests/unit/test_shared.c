/* tests/unit/test_shared.c - the segment all processes share, and the metrics in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/shared.h"

static int setup(void **state)
{
	*state = shared_create(4);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	shared_free(*state);
	return 0;
}

static void test_slots(void **state)
{
	struct shared *s = *state;
	assert_int_equal(shared_slots(s), 4);
	assert_int_equal(shared_state(s, 1), SLOT_EMPTY);
	shared_set_state(s, 1, SLOT_READY);
	shared_beat(s, 1, (struct mono){77});
	shared_announce(s, 3);
	shared_confirm(s, 1, 3);
	assert_int_equal(shared_state(s, 1), SLOT_READY);
	assert_int_equal(shared_last_beat(s, 1).us, 77);
	assert_int_equal(shared_confirmed(s, 1), shared_announced(s));
	assert_int_equal(shared_confirmed(s, 2), 0);
	shared_slot_reset(s, 1);
	assert_int_equal(shared_state(s, 1), SLOT_EMPTY);
	assert_int_equal(shared_last_beat(s, 1).us, 0);
	assert_int_equal(shared_confirmed(s, 1), 0);
}

static void test_connections(void **state)
{
	struct shared *s = *state;
	assert_int_equal(shared_connections_share(s), 1);
	shared_set_state(s, 1, SLOT_READY);
	shared_set_state(s, 2, SLOT_READY);
	shared_set_state(s, 3, SLOT_READY); /* a process that serves nobody */
	shared_set_accepts(s, 1);
	shared_set_accepts(s, 2);
	for (int i = 0; i < 5; i++)
		shared_connections_add(s, 1, 1);
	assert_int_equal(shared_connections_add(s, 2, 1), 1);
	assert_int_equal(shared_connections_all(s), 6);
	assert_int_equal(shared_connections_share(s), 3);
	assert_int_equal(shared_connections_add(s, 2, -1), 0);
	assert_int_equal(shared_connections_share(s), 3); /* 5 over 2, rounded up */
	shared_set_state(s, 1, SLOT_DRAINING); /* takes no more: its share is nobody's measure */
	assert_int_equal(shared_connections_share(s), 1);
}

static void test_dead_worker_leaves_nothing(void **state)
{
	struct shared *s = *state;
	pid_t pid = fork();
	if (pid == 0) {
		shared_connections_add(s, 1, 1);
		metrics_add(shared_metrics(s, 1), METRIC_CONNECTIONS_ACCEPTED, 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(shared_connections_all(s), 1);
	shared_slot_reset(s, 1);
	assert_int_equal(shared_connections_all(s), 0);
	assert_int_equal(shared_metrics(s, 1)->v[METRIC_CONNECTIONS_OPEN], 0);
	assert_int_equal(shared_metrics(s, 1)->v[METRIC_CONNECTIONS_ACCEPTED], 1);
}

/* Two tables, apart from each other and from all else, seen by every process. */
static void test_quotas(void **state)
{
	struct shared *s = *state;
	const struct quota_use u = {0xfeedfacecafebeef, 2, SECONDS(60)};
	const struct mono t = {5000000000};
	struct duration wait;
	pid_t pid = fork();
	if (pid == 0)
		_exit(quota_take(shared_quota(s, QUOTA_OF_CALLERS), &u, t, &wait) ? 0 : 1);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(quota_take(shared_quota(s, QUOTA_OF_CALLERS), &u, t, &wait));
	assert_false(quota_take(shared_quota(s, QUOTA_OF_CALLERS), &u, t, &wait));
	assert_true(quota_take(shared_quota(s, QUOTA_OF_NUMBERS), &u, t, &wait));
	assert_int_equal(shared_state(s, 3), SLOT_EMPTY);
	assert_int_equal(shared_metrics(s, 3)->v[METRIC_SIGNATURES], 0);
}

static void test_metrics(void **state)
{
	struct shared *s = *state;
	struct buf out = BUF_INIT(64 * KIB);
	metrics_request(shared_metrics(s, 1), 200, (struct duration){400});
	metrics_request(shared_metrics(s, 2), 404, (struct duration){3000});
	metrics_request(shared_metrics(s, 2), 503, SECONDS(9));
	metrics_request(NULL, 200, SECONDS(1));
	metrics_add(shared_metrics(s, 1), METRIC_SIGNATURES, 2);
	shared_metrics_write(&out, s);
	buf_addc(&out, '\0');
	static const char *const LINES[] = {
		"talentd_requests_total{status=\"2xx\"} 1\n",
		"talentd_requests_total{status=\"4xx\"} 1\n",
		"talentd_requests_total{status=\"5xx\"} 1\n",
		"# TYPE talentd_requests_total counter\n",
		"# TYPE talentd_connections gauge\n",
		"talentd_signatures_total 2\n",
		"talentd_request_seconds_bucket{le=\"0.0005\"} 1\n",
		"talentd_request_seconds_bucket{le=\"0.01\"} 2\n",
		"talentd_request_seconds_bucket{le=\"+Inf\"} 3\n",
		"talentd_request_seconds_sum 9.003400\n",
		"talentd_request_seconds_count 3\n",
	};
	for (size_t i = 0; i < ARRAY_LEN(LINES); i++)
		if (!strstr(out.p, LINES[i]))
			fail_msg("no line %s in\n%s", LINES[i], out.p);
	/* each family is announced once */
	const char *first = strstr(out.p, "# TYPE talentd_requests_total ");
	assert_null(strstr(first + 1, "# TYPE talentd_requests_total "));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_slots, setup, teardown),
		cmocka_unit_test_setup_teardown(test_connections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dead_worker_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_quotas, setup, teardown),
		cmocka_unit_test_setup_teardown(test_metrics, setup, teardown),
	};
	return cmocka_run_group_tests_name("shared", tests, NULL, NULL);
}
