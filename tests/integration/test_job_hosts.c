/* Background jobs of two hosts on one database: each item is done once, no host waits for the other, and
 * what one leaves when it dies, or cannot do now, is done all the same. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"
#include "base/attr.h"

enum { PASSES = 200, TEXT = 32 * 1024, WAIT_MS = 60000, WAITS_MAX = 5 };

#define ROLE "talent_jobs"

static struct fleet fleet;
static struct cluster *cluster;
static int candidate;

static const char *ask(const char *sql)
{
	return cluster_ask(cluster, fleet.database, sql);
}

static void until(const char *sql, const char *want)
{
	for (int ms = 0; ms < WAIT_MS && strcmp(ask(sql), want) != 0; ms += 20)
		nap_ms(20);
	assert_string_equal(ask(sql), want);
}

/* A counter or gauge of a host; -1: it has none of that name. */
static long metric(const struct host *h, const char *name)
{
	static char text[TEXT];
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)h->ops_port),
	                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t n = 0;
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
		dprintf(fd, "GET /metrics HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n");
		for (ssize_t k; n < TEXT - 1 && (k = read(fd, text + n, TEXT - 1 - n)) > 0;)
			n += (size_t)k;
	}
	text[n] = '\0';
	close(fd);
	const char *at = strstr(text, name);
	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

static void until_metric(const struct host *h, const char *name, long want)
{
	for (int ms = 0; ms < WAIT_MS && metric(h, name) != want; ms += 100)
		nap_ms(100);
	assert_int_equal(metric(h, name), want);
}

/* ---- passes that wait ---- */

/* An exam whose company may object for five days: nothing of it is published at once. */
static void plan_exam(void)
{
	struct talk t;
	struct talk_answer a;
	char body[400];
	time_t day = time(NULL) + (time_t)8 * 3600; /* today, in Shanghai */
	struct tm tm;
	gmtime_r(&day, &tm);
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	const struct talk_request key = {"POST", "/v1/issuers/yunxuan/keys", fleet.admin, NULL, NULL};
	assert_int_equal(talk_ask(&t, &key, &a), 201);
	snprintf(body, sizeof body,
	         "{\"code\":\"W-1\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":"
	         "\"livestream-sales\",\"level\":\"4\",\"held_on\":\"%04d-%02d-%02d\",\"partner\":\"yunxuan\"}",
	         tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	const struct talk_request exam = {"POST", "/v1/exams", fleet.institution, NULL, body};
	assert_int_equal(talk_ask(&t, &exam, &a), 201);
	talk_text(&a, "id", 0, fleet.exam, sizeof fleet.exam);
	talk_close(&t);
}

static void submit(int n)
{
	struct talk t;
	struct talk_answer a;
	char state[40];
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	for (int i = 0; i < n; i++) {
		if (load_submit_once(&fleet, &t, ++candidate, NULL, &a) != 201)
			fail_msg("%d %s", a.status, a.body);
		talk_text(&a, "state", 0, state, sizeof state);
		assert_string_equal(state, "awaiting_publication");
	}
	talk_close(&t);
}

/* Their day has come, at one moment. */
static void come_due(void)
{
	ask("BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.assessment SET publish_on ="
	    " talent._today() WHERE state = 'awaiting_publication'; COMMIT; SELECT 1");
}

static const char waiting[] = "SELECT count(*) FROM talent.assessment WHERE state = 'awaiting_publication'";
static const char done[] = "talentd_jobs_done_total{job=\"publish\"} ";

/* ---- who waits for whom ---- */

/* From now on PostgreSQL says which session of a jobs process has waited 5 ms for a lock. Where the machine
 * stands still any lock lasts that long, now and then; who queues does so at each item. */
static void watch_locks(void)
{
	static const char *const settings[] = {"log_lock_waits = on", "deadlock_timeout = '5ms'",
	                                       "log_min_messages = 'log'"};
	char sql[200];
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		snprintf(sql, sizeof sql, "ALTER ROLE " ROLE " IN DATABASE %s SET %s", fleet.database, settings[i]);
		cluster_sql(cluster, fleet.database, sql);
	}
}

static int lock_waits(void)
{
	char line[1024];
	int n = 0;
	FILE *f = fopen(cluster_log(cluster), "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		n += strstr(line, "still waiting for") != NULL;
	fclose(f);
	return n;
}

/* It does: two sessions that do wait are told of. */
static void the_watch_sees_a_wait(void **state)
{
	static const char lock[] = "SELECT pg_advisory_lock(1, 1)";
	PGconn *a = cluster_connect(cluster, fleet.database, ROLE), *b = cluster_connect(cluster, fleet.database, ROLE);
	PQclear(PQexec(a, lock));
	assert_int_equal(PQsendQuery(b, lock), 1);
	for (int ms = 0; ms < WAIT_MS && lock_waits() == 0; ms += 5)
		nap_ms(5);
	assert_int_equal(lock_waits(), 1);
	PQfinish(a);
	PQfinish(b);
}

static void start_hosts(void)
{
	for (int i = 0; i < FLEET_HOSTS; i++)
		host_start(&fleet.host[i]);
}

static void stop_hosts(void)
{
	for (int i = 0; i < FLEET_HOSTS; i++)
		if (fleet.host[i].pid)
			assert_int_equal(host_stop(&fleet.host[i], 20000), 0);
}

static void two_hosts_publish_each_pass_once(void **state)
{
	start_hosts();
	submit(PASSES);
	int waits = lock_waits();
	long before[FLEET_HOSTS];
	for (int i = 0; i < FLEET_HOSTS; i++)
		before[i] = metric(&fleet.host[i], done);
	assert_int_equal(before[0] + before[1], 0);
	int64_t began = now_ms();
	come_due();
	until(waiting, "0");
	int64_t took = now_ms() - began;
	until("SELECT count(*) FROM talent.job_item WHERE job = 'publish'", "0");
	nap_ms(300);
	long by[FLEET_HOSTS] = {metric(&fleet.host[0], done), metric(&fleet.host[1], done)};
	waits = lock_waits() - waits;
	printf("%d passes in %d ms: %ld by one host, %ld by the other; %d waits for a lock above 5 ms\n", PASSES,
	       (int)took, by[0], by[1], waits);
	assert_int_equal(by[0] + by[1], PASSES);
	assert_true(by[0] > 0 && by[1] > 0);
	assert_string_equal(ask("SELECT count(*) FROM talent.certificate"), "400");
	assert_string_equal(ask("SELECT count(*), count(DISTINCT object) FROM talent.audit"
	                        " WHERE action = 'assessment_publish'"), "200");
	assert_string_equal(ask("SELECT count(*) FROM talent.abandoned_signature"), "0"); /* signed once, too */
	assert_true(waits <= WAITS_MAX);
	assert_int_equal(metric(&fleet.host[0], "talentd_jobs_failed_total{job=\"publish\"} "), 0);
	until_metric(&fleet.host[1], "talentd_jobs_waiting{job=\"publish\"} ", 0);
	load_check_invariants(&fleet);
}

/* Killed with a portion in its hands: the other leaves those alone until their claim is over. */
static void what_a_dead_host_had_another_does(void **state)
{
	static const char claimed[] = "SELECT count(*) FROM talent.job_item WHERE job = 'publish' AND owner IS NOT NULL"
		" AND item IN (SELECT id::text FROM talent.assessment WHERE state = 'awaiting_publication')";
	char left[20], others[200];
	host_stop(&fleet.host[1], 20000);
	submit(60);
	come_due();
	for (int ms = 0; ms < WAIT_MS && strcmp(ask(claimed), "0") == 0; ms += 2)
		nap_ms(2);
	host_kill(&fleet.host[0]);
	ask("UPDATE talent.job_item SET ready_at = now() + interval '1 hour' WHERE owner IS NOT NULL RETURNING 1");
	snprintf(left, sizeof left, "%s", ask(claimed));
	assert_string_not_equal(left, "0");
	snprintf(others, sizeof others, "SELECT count(*) FROM talent.job_item WHERE owner IS DISTINCT FROM '%s'",
	         ask("SELECT owner FROM talent.job_item WHERE owner IS NOT NULL LIMIT 1"));
	host_start(&fleet.host[1]);
	until(waiting, left);
	nap_ms(2500); /* more than a pace */
	assert_string_equal(ask(waiting), left);
	ask("UPDATE talent.job_item SET ready_at = now() WHERE owner IS NOT NULL RETURNING 1"); /* a minute later */
	until(waiting, "0");
	until(others, "0"); /* the other has said of all of them that they are done */
	assert_string_equal(ask("SELECT count(*) FROM talent.audit WHERE action = 'assessment_publish'"), "260");
	/* What he had published and could no longer say so of is nothing to do: swept away, some day. */
	ask("UPDATE talent.job_item SET ready_at = now() - interval '2 days' RETURNING 1");
	ask("SELECT swept FROM talent.job_sweep(1000)"); /* unless the other is doing so at this moment */
	until("SELECT count(*) FROM talent.job_item", "0");
	host_start(&fleet.host[0]);
	load_check_invariants(&fleet);
}

/* The process that publishes, or the signer, dies at each step in turn: what it had claimed is published when its claim is
 * over, once and whole, and what was signed for nothing is written off. */
static void killed_at_each_step_of_publishing(void **state)
{
	static const struct {
		const char *fail, *in;
	} steps[] = {
		{"publish_begin:2", "jobs"}, {"publish_signed:1", "jobs"}, {"publish_signed:3", "jobs"}, {"publish_committed:2", "jobs"},
		{"signer_sign:2", "signer"}, {"signer_signed:1", "signer"},
	};
	static char fail[96], in[40], once[FLEET_PATH + 24];
	struct host *h = &fleet.host[0];
	host_stop(&fleet.host[1], 20000);
	int published = atoi(ask("SELECT count(*) FROM talent.audit WHERE action = 'assessment_publish'"));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if (h->pid)
			host_stop(h, 20000);
		snprintf(fail, sizeof fail, "FAIL=%s", steps[i].fail);
		snprintf(in, sizeof in, "FAIL_IN=%s", steps[i].in);
		snprintf(once, sizeof once, "FAIL_ONCE=%s/once", fleet.dir);
		unlink(once + strlen("FAIL_ONCE="));
		h->env[0] = fail;
		h->env[1] = once;
		h->env[2] = in;
		host_start(h);
		submit(4);
		come_due();
		for (int ms = 0; ms < WAIT_MS && access(once + strlen("FAIL_ONCE="), F_OK) != 0; ms += 10)
			nap_ms(10);
		if (access(once + strlen("FAIL_ONCE="), F_OK) != 0)
			fail_msg("%s was never reached", steps[i].fail);
		nap_ms(300); /* whoever died is there again */
		ask("UPDATE talent.job_item SET ready_at = now() WHERE ready_at < 'infinity' RETURNING 1"); /* a minute later */
		until(waiting, "0");
		published += 4;
	}
	h->env[0] = h->env[1] = h->env[2] = NULL;
	assert_int_equal(atoi(ask("SELECT count(*) FROM talent.audit WHERE action = 'assessment_publish'")), published);
	assert_int_equal(atoi(ask("SELECT count(*) FROM talent.certificate")), 2 * published);
	load_check_invariants(&fleet);
}

/* Stopped in order, it lets go of what it has claimed. */
static void a_host_that_is_stopped_keeps_nothing(void **state)
{
	host_stop(&fleet.host[1], 20000);
	submit(60);
	come_due();
	until("SELECT count(*) > 0 FROM talent.job_item WHERE job = 'publish' AND owner IS NOT NULL", "t");
	assert_int_equal(host_stop(&fleet.host[0], 20000), 0);
	assert_string_not_equal(ask(waiting), "0");
	assert_string_equal(ask("SELECT count(*) FROM talent.job_item WHERE owner IS NOT NULL AND ready_at > now()"), "0");
	start_hosts();
	until(waiting, "0");
	load_check_invariants(&fleet);
}

/* ---- failing ---- */

/* From now on the newest pass cannot be stored as published, by nobody's fault that we know. */
static void stumble(char id[static 40])
{
	char sql[400];
	snprintf(id, 40, "%s", ask("SELECT id FROM talent.assessment ORDER BY recorded_at DESC LIMIT 1"));
	snprintf(sql, sizeof sql, "CREATE TRIGGER stumble BEFORE UPDATE ON talent.assessment FOR EACH ROW"
	         " WHEN (NEW.id = '%s' AND NEW.state = 'published') EXECUTE FUNCTION talent._immutable()", id);
	cluster_sql(cluster, fleet.database, sql);
}

static void walk_on(void)
{
	cluster_sql(cluster, fleet.database, "DROP TRIGGER stumble ON talent.assessment");
}

static const char time_passes[] = "UPDATE talent.job_item SET ready_at = now() WHERE owner IS NULL AND"
	" ready_at < 'infinity' RETURNING 1";

static long both(const char *name)
{
	return metric(&fleet.host[0], name) + metric(&fleet.host[1], name);
}

static void what_failed_is_tried_again_later(void **state)
{
	static const char pause[] = "SELECT extract(epoch FROM max(ready_at) - now()) > %s FROM talent.job_item"
		" WHERE owner IS NULL AND failures = %s";
	static const char failed[] = "talentd_jobs_failed_total{job=\"publish\"} ";
	char id[40], sql[300];
	long before = both(failed);
	submit(3);
	stumble(id);
	come_due();
	until(waiting, "1"); /* it stands in nobody's way */
	until("SELECT failures FROM talent.job_item WHERE reason IS NOT NULL", "1");
	ask("UPDATE talent.job_item SET tries = 5, ready_at = now() WHERE reason IS NOT NULL RETURNING 1"); /* the sixth: 2 s x 2^5, or half */
	snprintf(sql, sizeof sql, pause, "10", "2");
	until(sql, "t");
	assert_string_equal(ask("SELECT reason || ' ' || tries FROM talent.job_item WHERE reason IS NOT NULL"), "internal 6");
	assert_true(both(failed) >= before + 2);
	walk_on();
	nap_ms(2500);
	assert_string_equal(ask(waiting), "1");
	ask(time_passes);
	until(waiting, "0");
	until("SELECT count(*) FROM talent.job_item WHERE reason IS NOT NULL", "0");
}

static void speak(const char *method, const char *path, const char *body, int status, struct talk_answer *a)
{
	struct talk t;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	const struct talk_request rq = {method, path, fleet.admin, NULL, body};
	if (talk_ask(&t, &rq, a) != status)
		fail_msg("%s %s: %d %s", method, path, a->status, a->body);
	talk_close(&t);
}

/* Whichever host it was. */
static void until_somebody_tells(const char *event)
{
	for (int ms = 0; ms < WAIT_MS; ms += 20, nap_ms(20))
		if (host_logged(&fleet.host[0], event) || host_logged(&fleet.host[1], event))
			return;
	fail_msg("no host tells of %s", event);
}

/* What cannot be done is shown with its reason, left alone, and tried again when somebody says so. */
static void what_was_given_up_waits_for_somebody(void **state)
{
	static const char gauge[] = "talentd_jobs_given_up{job=\"publish\"} ";
	struct talk_answer a;
	char id[40], text[64];
	submit(1);
	stumble(id);
	come_due();
	until("SELECT count(*) FROM talent.job_item WHERE failures > 0", "1");
	ask("UPDATE talent.job_item SET failures = 19, ready_at = now() WHERE failures > 0 RETURNING 1");
	until("SELECT count(*) FROM talent.job_item WHERE given_up_at IS NOT NULL", "1");
	until_somebody_tells("event=job_given_up");
	walk_on();
	for (int i = 0; i < FLEET_HOSTS; i++)
		until_metric(&fleet.host[i], gauge, 1);
	nap_ms(2500);
	assert_string_equal(ask(waiting), "1");
	speak("GET", "/v1/jobs/failures", NULL, 200, &a);
	talk_text(&a, "item", 0, text, sizeof text);
	assert_string_equal(text, id);
	talk_text(&a, "state", 0, text, sizeof text);
	assert_string_equal(text, "given_up");
	talk_text(&a, "reason", 0, text, sizeof text);
	assert_string_equal(text, "internal");
	speak("GET", "/v1/jobs", NULL, 200, &a);
	assert_non_null(strstr(a.body, "{\"job\":\"publish\",\"waiting\":1,\"working\":0,\"given_up\":1}"));
	speak("POST", "/v1/jobs/nonsense/retry", "{}", 404, &a);
	speak("POST", "/v1/jobs/publish/retry", "{\"item\":\"another\"}", 200, &a);
	assert_string_equal(a.body, "{\"job\":\"publish\",\"retried\":0}");
	speak("POST", "/v1/jobs/publish/retry", "{}", 200, &a);
	assert_string_equal(a.body, "{\"job\":\"publish\",\"retried\":1}");
	until(waiting, "0");
	until_metric(&fleet.host[0], gauge, 0);
	load_check_invariants(&fleet);
}

static int open_fleet(void **state)
{
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 1);
	watch_locks();
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	plan_exam();
	return host_stop(&fleet.host[0], 20000);
}

static int close_fleet(void **state)
{
	stop_hosts();
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_watch_sees_a_wait),
		cmocka_unit_test(two_hosts_publish_each_pass_once),
		cmocka_unit_test(what_a_dead_host_had_another_does),
		cmocka_unit_test(a_host_that_is_stopped_keeps_nothing),
		cmocka_unit_test(what_failed_is_tried_again_later),
		cmocka_unit_test(what_was_given_up_waits_for_somebody),
		cmocka_unit_test(killed_at_each_step_of_publishing),
	};
	return cmocka_run_group_tests_name("jobs of two hosts", tests, open_fleet, close_fleet);
}
