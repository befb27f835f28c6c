/* Two database servers: a primary and its synchronous standby, two hosts that know both.
 *
 * The standby is away, and nobody is told of what it lacks. The primary is frozen, the standby
 * promoted, certificates are revoked there, the old primary goes on: nobody believes it, not even a
 * host that is started again while it alone answers. Then the same way back. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "../lib/load.h"

enum { WORKERS = 2, CERTIFICATES = 16, CONNECTIONS = 8, FIRST = 100 };

static struct cluster *a, *b; /* the servers; a begins as primary */
static struct fleet fleet;
static struct issued issued[CERTIFICATES + 2];
static struct talk kept; /* to the worker of host 0 that has numbers in reserve */

/* ---- asking ---- */

/* GET of the operator's listener, which speaks plain HTTP: its status, 0 for none. */
static int ops(const struct host *h, const char *path)
{
	char command[128], out[8] = "";
	snprintf(command, sizeof command,
	         "curl -s -m 20 -o /dev/null -w '%%{http_code}' http://127.0.0.1:%d%s", h->ops_port, path);
	FILE *f = popen(command, "re");
	if (!f || !fgets(out, sizeof out, f))
		out[0] = '\0';
	if (f)
		pclose(f);
	return atoi(out);
}

static int readyz(const struct host *h)
{
	return ops(h, "/readyz");
}

static int verify_by_number(struct talk *t, const char *number, char result[static 24],
                            struct talk_answer *answer)
{
	char body[128];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"Jean Martin\"}", number);
	const struct talk_request rq = {.method = "POST", .path = "/v1/verifications", .body = body};
	result[0] = '\0';
	if (talk_ask(t, &rq, answer) == 200)
		talk_text(answer, "result", 0, result, 24);
	return answer->status;
}

struct answers {
	int valid, revoked, none; /* none: 503 */
};

/* Asks each host about each certificate, by code and by number, over new connections and kept
 * ones, so that all workers and their caches are met. Anything but these answers fails the test. */
static struct answers ask_all(const struct issued *is, int n)
{
	struct answers sum = {0};
	struct talk_answer answer;
	char result[24];
	for (int c = 0; c < FLEET_HOSTS * CONNECTIONS; c++) {
		struct talk t;
		talk_init(&t, fleet.ctx, fleet.host[c % FLEET_HOSTS].port);
		for (int i = 0; i < n; i++) {
			if (i % 4 == 3)
				verify_by_number(&t, is[i].number[0], result, &answer);
			else
				load_verify(&t, is[i].code[0], result, &answer);
			if (answer.status != 200 && answer.status != 503)
				fail_msg("%d %s", answer.status, answer.body);
			sum.valid += strcmp(result, "valid") == 0;
			sum.revoked += strcmp(result, "revoked") == 0;
			sum.none += answer.status == 503;
		}
		talk_close(&t);
	}
	return sum;
}

/* The same, asked again where a host does not know: one that has stalled says so for a moment. */
static struct answers ask_all_until_known(const struct issued *is, int n)
{
	struct answers s = ask_all(is, n);
	for (int64_t until = fair_ms() + 15000; s.none > 0 && s.valid == 0 && fair_ms() < until;)
		s = ask_all(is, n);
	return s;
}

/* One answer from a host over a new connection: "valid", ..., or "" for 503. */
static void ask_one(int host, const struct issued *is, char result[static 24])
{
	struct talk t;
	struct talk_answer answer;
	talk_init(&t, fleet.ctx, fleet.host[host].port);
	load_verify(&t, is->code[0], result, &answer);
	talk_close(&t);
}

/* Until both hosts answer from all their connections again; how long it took, in ms. */
static int64_t until_answered(const struct issued *is)
{
	int64_t from = fair_ms();
	for (struct answers s = {.none = 1}; s.none > 0; nap_ms(20)) {
		s = ask_all(is, 1);
		if (fair_ms() - from > 15000) {
			host_show_log(&fleet.host[0]);
			host_show_log(&fleet.host[1]);
			fail_msg("%d of %d not answered", s.none, FLEET_HOSTS * CONNECTIONS);
		}
	}
	return fair_ms() - from;
}

static void until_ready(const struct host *h)
{
	int status = readyz(h);
	for (int64_t until = fair_ms() + 15000; status != 200 && fair_ms() < until; nap_ms(20))
		status = readyz(h);
	assert_int_equal(status, 200);
}

static void revoke_one(int host, const struct issued *is)
{
	struct talk t;
	struct tally tally = {0};
	struct talk_answer answer;
	talk_init(&t, fleet.ctx, fleet.host[host].port);
	if (!load_change(&fleet, &t, LOAD_REVOKE, is->number[0], &tally, &answer))
		fail_msg("%d %s", answer.status, answer.body);
	talk_close(&t);
}

/* ---- the standby is away ---- */

/* A request whose answer is waited for by another thread. */
struct under_way {
	pthread_t thread;
	void (*ask)(struct talk *t, struct talk_answer *answer);
	struct talk *talk; /* NULL: a connection of its own */
	struct talk_answer answer;
	atomic_bool over;
};

static void ask_revocation(struct talk *t, struct talk_answer *answer)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", issued[CERTIFICATES].number[0]);
	const struct talk_request rq = {"POST", path, fleet.admin, NULL,
	                                "{\"reason\":\"issued_in_error\"}"};
	talk_ask(t, &rq, answer);
}

static void ask_submission(struct talk *t, struct talk_answer *answer)
{
	load_submit_once(&fleet, t, FIRST + CERTIFICATES + 1, "away", answer);
}

static void *run_under_way(void *arg);

static void start_one(struct under_way *u)
{
	u->over = false;
	assert_int_equal(pthread_create(&u->thread, NULL, run_under_way, u), 0);
}

static void *run_under_way(void *arg)
{
	struct under_way *u = arg;
	struct talk t;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	u->ask(u->talk ? u->talk : &t, &u->answer);
	talk_close(&t);
	u->over = true;
	return NULL;
}

static void start_both(struct under_way u[2], struct talk *submits)
{
	u[0] = (struct under_way){.ask = ask_revocation};
	u[1] = (struct under_way){.ask = ask_submission, .talk = submits};
	for (int i = 0; i < 2; i++)
		start_one(&u[i]);
}

/* Their answers, asked for again if that was 503: that of the change, 201 with what was stored. */
static void end_both(struct under_way u[2])
{
	for (int i = 0; i < 2; i++) {
		pthread_join(u[i].thread, NULL);
		u[i].talk = NULL;
		for (int64_t until = now_ms() + 60000; u[i].answer.status == 503 && now_ms() < until;) {
			nap_ms(50);
			run_under_way(&u[i]);
		}
		if (u[i].answer.status != (i == 0 ? 200 : 201))
			fail_msg("%d: %d %s", i, u[i].answer.status, u[i].answer.body);
	}
	talk_text(&u[1].answer, "verification_code", 0, issued[CERTIFICATES + 1].code[0], LOAD_CODE);
	talk_text(&u[1].answer, "number", 0, issued[CERTIFICATES + 1].number[0], LOAD_NUMBER);
}

/* No success, that is: one of two that want the same row may be told 503. */
static void expect_no_success(const struct under_way u[2])
{
	for (int i = 0; i < 2; i++)
		if (u[i].over && u[i].answer.status != 503)
			fail_msg("%d was answered %d while the standby was away: %s", i, u[i].answer.status,
			         u[i].answer.body);
}

/* Until both changes are written and wait for the standby: one back-end has inserted an assessment,
 * another has changed a certificate's state and inserted none. (A background job may wait there too.) One
 * that was refused before it was written, by a host that has stalled, is sent again. */
static void until_both_wait(struct under_way u[2])
{
	const char *waiting =
		"WITH holds AS (SELECT pid, bool_or(relation = 'talent.assessment'::regclass) AS submits"
		" FROM pg_locks JOIN pg_stat_activity USING (pid)"
		" WHERE wait_event = 'SyncRep' AND mode = 'RowExclusiveLock' AND relation IN"
		" ('talent.assessment'::regclass, 'talent.certificate_state'::regclass) GROUP BY pid)"
		" SELECT count(DISTINCT submits) FROM holds";
	for (int i = 0; i < 3000 && load_count(&fleet, waiting) < 2; i++, nap_ms(10)) {
		for (int k = 0; k < 2; k++) {
			if (!u[k].over || u[k].answer.status != 503)
				continue;
			pthread_join(u[k].thread, NULL);
			u[k].talk = NULL;
			start_one(&u[k]);
		}
	}
	assert_int_equal(load_count(&fleet, waiting), 2);
}

/* A frozen standby is still connected: what waits for it tells. */
static void until_not_issuing(const struct host *h)
{
	int status = 0;
	for (int64_t until = fair_ms() + 15000; status != 503 && fair_ms() < until; nap_ms(20))
		status = ops(h, "/readyz/issuing");
	assert_int_equal(status, 503);
	assert_int_equal(readyz(h), 200);
}

/* The COMMITs wait for the frozen standby; the primary crashes, and after its recovery both are
 * visible there and nowhere else. Asking again, by ourselves or the client, finds everything done
 * and must wait all the same. */
static void what_the_standby_lacks_is_not_acknowledged(void **state)
{
	struct under_way first[2], again[2];
	server_freeze(b);
	start_both(first, &kept);
	until_both_wait(first);
	until_not_issuing(&fleet.host[1]);
	cluster_server_kill(a);
	cluster_server_start(a);
	assert_true(host_wait(&fleet.host[0], 20000));
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.certificate_state WHERE state ="
	                                    " 'revoked'"), 1); /* visible, as GETs may show it */
	start_both(again, NULL);
	nap_ms(1000);
	expect_no_success(first);
	expect_no_success(again);
	server_thaw(b);
	end_both(first);
	end_both(again);
	cluster_wait_for_standby(a);
	until_answered(&issued[0]);
}

static void until_one_says(int host, const char *want, int ms)
{
	char result[24] = "";
	for (int64_t until = now_ms() + ms; now_ms() < until && strcmp(result, want) != 0; nap_ms(20))
		ask_one(host, &issued[0], result);
	assert_string_equal(result, want);
}

/* A primary that was started again while its standby is away: as soon as both hosts have compared their
 * journals with it, it is as good as before. When one of them is away too, it may know of a promotion:
 * then the standby has to vouch for the primary. */
static void a_restarted_primary_alone(void **state)
{
	char result[24];
	server_freeze(b);
	cluster_server_kill(a);
	cluster_server_start(a);
	for (int h = 0; h < FLEET_HOSTS; h++)
		until_one_says(h, "valid", 10000);

	host_kill(&fleet.host[1]);
	cluster_server_kill(a);
	cluster_server_start(a);
	for (int i = 0; i < 3000 && load_count(&fleet, "SELECT count(*) FROM talent.journal_host"
	                                       " WHERE epoch = talent._epoch()") == 0; i++)
		nap_ms(10);
	load_count(&fleet, "SET synchronous_commit = local; UPDATE talent.status_clock SET rev = rev + 1,"
	                   " epoch_since = now() - interval '1 hour'; SELECT 0");
	for (int64_t until = now_ms() + 1000; now_ms() < until; nap_ms(20)) {
		ask_one(0, &issued[0], result);
		assert_string_equal(result, "");
	}
	server_thaw(b);
	until_one_says(0, "valid", 10000);
	host_start(&fleet.host[1]);
	until_answered(&issued[0]);
}

/* ---- there, and back ---- */

/* Both hosts say that they do not know within two seconds, and go on saying it at once. */
static void expect_refusal_within_two_seconds(void)
{
	char result[24];
	int64_t from = fair_ms();
	for (int h = 0; h < FLEET_HOSTS; h++) {
		int64_t asked = fair_ms();
		ask_one(h, &issued[0], result);
		assert_string_equal(result, "");
		assert_in_range(fair_ms() - asked, 0, 2000);
	}
	int64_t refused = fair_ms() - from;
	assert_in_range(refused, 0, 2000);
	while (fair_ms() - from < 2000)
		nap_ms(10);
	from = fair_ms();
	struct answers s = ask_all(issued, 1);
	assert_int_equal(s.valid + s.revoked, 0);
	assert_int_equal(readyz(&fleet.host[0]), 503);
	assert_int_equal(readyz(&fleet.host[1]), 503);
	assert_in_range(fair_ms() - from, 0, 3000); /* at once, each of many */
	print_message("refused %d ms after the freeze\n", (int)refused);
}

/* Nobody answers from the server that is not the primary any more. */
static void expect_nobody_on(struct cluster *old)
{
	const char *held = "SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'talent%'"
			   " AND backend_start < now() - interval '1.5 s'"
			   " AND wait_event IS DISTINCT FROM 'SyncRep'"; /* left alone, for ever */
	int n = 1;
	for (int64_t until = fair_ms() + 10000; n > 0 && fair_ms() < until; nap_ms(20))
		n = atoi(cluster_ask(old, "postgres", held));
	assert_int_equal(n, 0);
}

static void expect_all_revoked(void)
{
	struct answers s = ask_all_until_known(issued, CERTIFICATES + 1);
	print_message("%d revoked, %d not known\n", s.revoked, s.none);
	assert_int_equal(s.valid, 0);
	assert_int_equal(s.revoked, FLEET_HOSTS * CONNECTIONS * (CERTIFICATES + 1));
	until_ready(&fleet.host[0]);
	until_ready(&fleet.host[1]);
}

static void a_deposed_primary_is_never_believed(void **state)
{
	char result[24];
	struct answers warm = ask_all(issued, CERTIFICATES);
	for (int i = 0; i < 100 && warm.none > 0; i++)
		warm = ask_all(issued, CERTIFICATES);
	assert_int_equal(warm.valid, FLEET_HOSTS * CONNECTIONS * CERTIFICATES);
	server_freeze(a);
	expect_refusal_within_two_seconds();
	cluster_promote(b);
	print_message("answered %d ms after the promotion\n", (int)until_answered(&issued[0]));
	for (int i = 0; i < CERTIFICATES; i++)
		revoke_one(i % FLEET_HOSTS, &issued[i]);
	server_thaw(a);
	for (int64_t until = now_ms() + 1500; now_ms() < until;) {
		struct answers s = ask_all(issued, CERTIFICATES);
		assert_int_equal(s.valid, 0);
	}
	expect_all_revoked();
	expect_nobody_on(a);
	result[0] = '\0';
	for (int i = 0; i < 500 && !result[0]; i++)
		ask_one(0, &issued[CERTIFICATES + 1], result);
	assert_string_equal(result, "valid"); /* acknowledged before the failover */

	/* Started again while the old server alone answers. */
	assert_int_equal(host_stop(&fleet.host[0], 20000), 0);
	server_freeze(b);
	host_spawn(&fleet.host[0]);
	assert_true(host_until(&fleet.host[0], "former primary", "", 1));
	ask_one(0, &issued[0], result);
	assert_string_equal(result, "");
	assert_int_equal(readyz(&fleet.host[0]), 503);
	server_thaw(b);
	until_answered(&issued[0]);
	expect_all_revoked();
}

static void and_the_way_back(void **state)
{
	char result[24];
	cluster_follow(a, b);
	cluster_wait_for_standby(b);
	expect_all_revoked();
	server_freeze(b);
	cluster_promote(a);
	until_answered(&issued[0]);
	revoke_one(0, &issued[CERTIFICATES + 1]);
	server_thaw(b);
	for (int64_t until = now_ms() + 700; now_ms() < until;) {
		for (int h = 0; h < FLEET_HOSTS; h++) {
			ask_one(h, &issued[CERTIFICATES + 1], result);
			assert_string_not_equal(result, "valid");
		}
	}
	expect_all_revoked();
	expect_nobody_on(b);
	load_check_invariants(&fleet);
}

/* ---- the whole ---- */

static int open_all(void **state)
{
	struct tally tally = {0};
	struct talk_answer answer;
	static char both[512];
	signal(SIGPIPE, SIG_IGN);
	a = cluster_start();
	fleet_open(&fleet, a, WORKERS);
	b = cluster_standby(a);
	snprintf(both, sizeof both, "host=%s,%s/s port=5432,5432 dbname=%s user=talent_worker",
	         cluster_socket(a), cluster_dir(b), fleet.database);
	for (int h = 0; h < FLEET_HOSTS; h++) {
		fleet.host[h].database = both;
		host_configure(&fleet.host[h], fleet.pki.cert, fleet.pki.key, NULL);
		host_start(&fleet.host[h]);
	}
	fleet_furnish(&fleet);
	cluster_wait_for_standby(a);
	talk_init(&kept, fleet.ctx, fleet.host[0].port);
	for (int i = 0; i <= CERTIFICATES; i++) {
		if (!load_submit(&fleet, &kept, FIRST + i, &issued[i], &tally, &answer))
			fail_msg("%d %s", answer.status, answer.body);
		free(issued[i].body);
	}
	return 0;
}

static int thaw_all(void **state)
{
	server_thaw(a);
	server_thaw(b);
	return 0;
}

static int close_all(void **state)
{
	talk_close(&kept);
	fleet_close(&fleet);
	cluster_stop(b);
	cluster_stop(a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_the_standby_lacks_is_not_acknowledged, thaw_all),
		cmocka_unit_test_teardown(a_restarted_primary_alone, thaw_all),
		cmocka_unit_test_teardown(a_deposed_primary_is_never_believed, thaw_all),
		cmocka_unit_test_teardown(and_the_way_back, thaw_all),
	};
	return cmocka_run_group_tests_name("two_servers", tests, open_all, close_all);
}
