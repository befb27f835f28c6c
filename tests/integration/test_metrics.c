/* Every series of /metrics is made to move, and read. What is driven follows from METRIC_LIST: one that is
 * added without a driver fails here, as does a line of /metrics that is in no list. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/daemon.h"
#include "../lib/talk.h"
#include "telemetry/metrics.h"

enum { WAIT_MS = 20000, MANY = 60, PER_ADDRESS = 40 };

static struct cluster *cluster;
static struct daemon *d;

#define LIMITS "limits { head = 400ms guesses_per_number = 1 connections_per_address = 40 }\n"

/* ---- reading ---- */

static const struct {
	const char *name, *family, *label, *type;
} SERIES[METRIC_COUNT] = {
#define SERIES_ROW(name, family, label, type, help) {#name, family, label, type},
	METRIC_LIST(SERIES_ROW)
};

static const char *page(void)
{
	return expect_status(ASK(d->ops, .path = "/metrics"), 200)->body;
}

/* How a series' line begins. In one buffer. */
static const char *line_of(enum metric m)
{
	static char line[160];
	snprintf(line, sizeof line, SERIES[m].label[0] ? "\n%s{%s} " : "\n%s%s ", SERIES[m].family, SERIES[m].label);
	return line;
}

static long in_page(const char *text, enum metric m)
{
	const char *line = line_of(m), *at = strstr(text, line);
	if (!at)
		fail_msg("/metrics has no%s", line);
	return at ? strtol(at + strlen(line), NULL, 10) : 0;
}

static long value(enum metric m)
{
	return in_page(page(), m);
}

static void nap(int ms)
{
	usleep((useconds_t)ms * 1000);
}

/* Waits until a gauge is at least, or at most, so much. */
static void until(enum metric m, long least, long most)
{
	long n = value(m);
	for (int ms = 0; ms < WAIT_MS && (n < least || n > most); ms += 50) {
		nap(50);
		n = value(m);
	}
	if (n < least || n > most)
		fail_msg("%s is %ld, not from %ld to %ld", line_of(m) + 1, n, least, most);
}

/* ---- connections and handshakes ---- */

/* From 127.0.0.2, whose connections nobody else counts. */
static int connect_from_elsewhere(int port)
{
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	                         .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void connections(void)
{
	int fd[MANY];
	long before = value(METRIC_CONNECTIONS_OPEN);
	for (int i = 0; i < MANY; i++)
		fd[i] = connect_from_elsewhere(d->port[PORT_PUBLIC]);
	until(METRIC_CONNECTIONS_REFUSED, 1, MANY - PER_ADDRESS);
	until(METRIC_CONNECTIONS_OPEN, before + PER_ADDRESS, before + MANY - 1);
	for (int i = 0; i < MANY; i++)
		close(fd[i]);
	until(METRIC_CONNECTIONS_OPEN, 0, before + 5);
}

/* A whole request in a session, which is returned for the next one. */
static SSL_SESSION *session_of(SSL_CTX *ctx, SSL_SESSION *with)
{
	static const char request[] = "GET /v1/progress HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	char answer[1024];
	int fd = connect_from_elsewhere(d->port[PORT_PUBLIC]);
	SSL *ssl = SSL_new(ctx);
	SSL_set_fd(ssl, fd);
	if (with)
		SSL_set_session(ssl, with);
	assert_int_equal(SSL_connect(ssl), 1);
	assert_int_equal(SSL_session_reused(ssl), with != NULL);
	assert_true(SSL_write(ssl, request, sizeof request - 1) > 0);
	while (SSL_read(ssl, answer, sizeof answer) > 0)
		;
	SSL_SESSION *session = SSL_get1_session(ssl);
	SSL_shutdown(ssl);
	SSL_free(ssl);
	close(fd);
	return session;
}

static void handshakes(void)
{
	static const char junk[] = "\x16\x03\x01\x00\x02\xff\xff";
	SSL_CTX *ctx = talk_context(NULL);
	SSL_SESSION *one = session_of(ctx, NULL);
	long done = value(METRIC_HANDSHAKES_DONE);
	SSL_SESSION *other = session_of(ctx, one);
	assert_int_equal(value(METRIC_HANDSHAKES_DONE), done); /* it was resumed, and counted there */
	SSL_SESSION_free(one);
	SSL_SESSION_free(other);
	SSL_CTX_free(ctx);
	int fd = connect_from_elsewhere(d->port[PORT_PUBLIC]);
	long failed = value(METRIC_HANDSHAKES_FAILED); /* earlier connections may still end without one */
	assert_int_equal(write(fd, junk, sizeof junk - 1), sizeof junk - 1);
	until(METRIC_HANDSHAKES_FAILED, failed + 1, failed + 1000);
	close(fd);
}

/* ---- requests ---- */

static void requests(void)
{
	char etag[128];
	const struct answer *a = expect_status(ASK(d->https, .path = "/openapi.json"), 200);
	snprintf(etag, sizeof etag, "%s", answer_header(a, "ETag"));
	expect_status(ASK(d->https, .path = "/openapi.json", .etag = etag), 304);
	expect_status(ASK(d->https, .path = "/v1/nowhere"), 404);
}

static void malformed_requests(void)
{
	static const char junk[] = "\x01nonsense\r\n\r\n";
	free(http_raw(d->https, junk, sizeof junk - 1));
}

static void slow_requests(void)
{
	static const char begun[] = "GET /v1/progress HT";
	free(http_raw(d->https, begun, sizeof begun - 1));
}

/* The second wrong name for one number is one too many here. */
static void guesses(void)
{
	static const char body[] = "{\"number\":\"S000031000123264888888\",\"name\":\"关羽\"}";
	const struct http_asked guess = {.path = "/v1/verifications", .token = d->token[BY_EMPLOYER], .body = body};
	expect_status(http_ask(d->https, &guess), 200);
	expect_status(http_ask(d->https, &guess), 429);
}

static void verify(const char *number)
{
	char body[160];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"关羽\"}", number);
	expect_status(ASK(d->https, .path = "/v1/verifications", .token = d->token[BY_SHILI], .body = body), 200);
}

/* One that can be stored, and one that cannot. */
static void records(void)
{
	static const char function[] = "EXECUTE ON FUNCTION talent.verification_records_add";
	char sql[160];
	verify("S000031000123264888896");
	snprintf(sql, sizeof sql, "REVOKE %s FROM talent_worker", function);
	cluster_sql(cluster, d->database, sql);
	verify("S000031000123264888897");
	snprintf(sql, sizeof sql, "GRANT %s TO talent_worker", function);
	cluster_sql(cluster, d->database, sql);
}

static void signatures(void)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	expect_status(daemon_submit(d, BY_SHILI, exam, "张伟", 1,
	                            "\"theory\":78.5,\"skill\":60"), 201);
}

/* ---- PostgreSQL ---- */

static void a_server_that_goes_and_comes(void)
{
	cluster_server_shutdown(cluster);
	expect_status(ASK(d->https, .path = "/v1/progress"), 503);
	cluster_server_start(cluster);
	daemon_wait_ready(d);
	expect_status(ASK(d->https, .path = "/v1/progress"), 200);
}

/* ---- processes ---- */

static void reloads(void)
{
	daemon_reload(d, LIMITS "workers = many\n");
	until(METRIC_RELOADS_REFUSED, 1, 1);
	daemon_reload(d, LIMITS);
	until(METRIC_RELOADS_DONE, 1, 1);
}

/* The pid of the process for background jobs: among the supervisor's children, by its name. */
static pid_t jobs_process(void)
{
	char path[64], name[64];
	long pid;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)d->pid, (int)d->pid);
	FILE *children = fopen(path, "r");
	assert_non_null(children);
	pid_t found = 0;
	while (!found && fscanf(children, "%ld", &pid) == 1) {
		snprintf(path, sizeof path, "/proc/%ld/comm", pid);
		FILE *comm = fopen(path, "r");
		if (comm && fgets(name, sizeof name, comm) && strcmp(name, "jobs\n") == 0)
			found = (pid_t)pid;
		if (comm)
			fclose(comm);
	}
	fclose(children);
	return found;
}

/* From then on it begins nothing: what is prepared meanwhile finds the next one. */
static pid_t stop_jobs(void)
{
	pid_t pid = jobs_process();
	assert_true(pid > 0);
	kill(pid, SIGSTOP);
	return pid;
}

static void replace_jobs(pid_t stopped)
{
	kill(stopped, SIGKILL);
	for (int ms = 0; ms < WAIT_MS && (jobs_process() == 0 || jobs_process() == stopped); ms += 20)
		nap(20);
}

/* ---- background jobs ---- */

/* What each does its work with; a job without a row has no driver. */
static const struct {
	enum metric done;
	const char *function;
} WORK[] = {
	{METRIC_JOBS_DONE_PUBLISH, "assessment_publish"}, {METRIC_JOBS_DONE_CONFIRM, "issuer_key_confirm"},
	{METRIC_JOBS_DONE_LIST_KEY, "issuer_key_store"}, {METRIC_JOBS_DONE_KEY_BEGIN, "keys_begin"},
	{METRIC_JOBS_DONE_VERIFY, "signatures_verified"}, {METRIC_JOBS_DONE_RESEAL, "person_reseal"}, {METRIC_JOBS_DONE_FOLD, "counts_fold"},
	{METRIC_JOBS_DONE_RECONSIDER, "withheld_reconsider"}, {METRIC_JOBS_DONE_VOID, "abandoned_void"},
	{METRIC_JOBS_DONE_PURGE, "idempotency_purge"}, {METRIC_JOBS_DONE_SWEEP, "job_sweep"},
	{METRIC_JOBS_DONE_FORGET, "retention_forget"}, {METRIC_JOBS_DONE_FILL, "measures_fill"},
};

static void allow(bool yes)
{
	char sql[500];
	for (size_t i = 0; i < ARRAY_LEN(WORK); i++) {
		snprintf(sql, sizeof sql,
		         "DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT p.oid FROM pg_proc p"
		         " WHERE p.pronamespace = 'talent'::regnamespace AND p.proname = '%s' LOOP"
		         " EXECUTE '%s EXECUTE ON FUNCTION ' || f || ' %s talent_jobs, talent_clerk'; END LOOP; END $$",
		         WORK[i].function, yes ? "GRANT" : "REVOKE", yes ? "TO" : "FROM");
		cluster_sql(cluster, d->database, sql);
	}
}

/* Something of each kind to do: a pass whose day has come, a key wrapped anew, an issuer without a list key, a
 * key that is to begin, a signature and counts of a new pass, a withheld pass, an abandoned place, an old idempotency key, a claim nobody ends, a number
 * sealed under an older key, the record of a verification whose day is over. */
static void work_for_all(void)
{
	const char *open = daemon_exam(d, BY_SHILI, "4", "yunxuan"), *dual = daemon_exam(d, BY_SHILI, "4", "xingbo");
	static const char scores[] = "\"theory\":78.5,\"skill\":60", name[] = "张伟";
	expect_status(daemon_submit(d, BY_SHILI, open, name, 2, scores), 201);
	expect_status(daemon_submit(d, BY_SHILI, open, name, 3, scores), 201);
	expect_status(daemon_submit(d, BY_SHILI, dual, name, 4, scores), 201);
	cluster_sql(cluster, d->database,
	            "BEGIN; SET LOCAL session_replication_role = replica;"
	            " UPDATE talent.assessment SET publish_on = talent._today() WHERE state = 'awaiting_publication';"
	            " UPDATE talent.issuer_key SET wrapped_before = wrapped"
	            "  WHERE key = (SELECT min(key) FROM talent.issuer_key WHERE wrapped IS NOT NULL);"
	            " UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE signs = 'lists'"
	            "  AND organisation = (SELECT id FROM talent.organisation WHERE slug = 'yunxuan');"
	            " UPDATE talent.issuer_key SET state = 'published', signs_from = now() WHERE signs = 'lists'"
	            "  AND organisation = (SELECT id FROM talent.organisation WHERE slug = 'xingbo');"
	            " INSERT INTO talent.withheld_pass (assessment, reason, judged_at)"
	            "  SELECT id, 'no_free_number', now() - interval '1 hour' FROM talent.assessment"
	            "  WHERE state = 'awaiting_publication' ORDER BY id DESC LIMIT 1;"
	            " UPDATE talent.assessment SET state = 'withheld'"
	            "  WHERE id IN (SELECT assessment FROM talent.withheld_pass);"
	            " INSERT INTO talent.abandoned_signature (version, key, issuer, document, list, idx, reason)"
	            "  SELECT gen_random_uuid(), key, organisation, '{}', 1, 131071, 'unstored'"
	            "  FROM talent.issuer_key ORDER BY key LIMIT 1;"
	            " INSERT INTO talent.idempotency (principal, route, key, print, at)"
	            "  VALUES (gen_random_uuid(), 'a', '\\x01', '\\x01', now() - interval '8 days');"
	            " INSERT INTO talent.verification_record (reference, checked_at, result, name, asked, caller, kept_until)"
	            "  VALUES (decode(repeat('01', 10), 'hex'), now() - interval '9 days', 'no_match', 'not_made',"
	            "  decode(repeat('01', 32), 'hex'), 'public', talent._today() - 1);"
	            " UPDATE talent.programme_measure SET filled_at = NULL WHERE programme = 'hongqiao-cbd-2026';"
	            " INSERT INTO talent.job_item (job, item, owner, ready_at, tries)"
	            "  VALUES ('publish', gen_random_uuid()::text, 'gone', now() - interval '2 days', 1);"
	            " UPDATE talent.person SET id_key = 0 WHERE id = (SELECT id FROM talent.person ORDER BY id DESC LIMIT 1);"
	            " COMMIT");
}

#define JOB_OF(X, JOB, job) {METRIC_JOBS_DONE_##JOB, METRIC_JOBS_FAILED_##JOB},
static const struct {
	enum metric done, failed;
} JOBS[] = {METRIC_JOBS(JOB_OF, )};
#define WAITING_OF(X, JOB, job) METRIC_JOBS_WAITING_##JOB,
static const enum metric WAITING[] = {METRIC_JOBS_COUNTED(WAITING_OF, )};
#define GIVEN_UP_OF(X, JOB, job) METRIC_JOBS_GIVEN_UP_##JOB,
static const enum metric GIVEN_UP[] = {METRIC_JOBS_CLAIMED(GIVEN_UP_OF, )};

/* None may do its work: each fails, and what waits is counted; then what waits is given up; then all may. */
static void jobs(void)
{
	long before[ARRAY_LEN(JOBS)];
	assert_int_equal(ARRAY_LEN(WORK), ARRAY_LEN(JOBS));
	pid_t stopped = stop_jobs();
	allow(false);
	work_for_all();
	replace_jobs(stopped);
	for (size_t i = 0; i < ARRAY_LEN(JOBS); i++)
		until(JOBS[i].failed, 1, 100000);
	for (size_t i = 0; i < ARRAY_LEN(WAITING); i++)
		until(WAITING[i], 1, 100000);
	cluster_sql(cluster, d->database,
	            "UPDATE talent.job_item SET ready_at = 'infinity', given_up_at = now(), owner = NULL, reason = 'test'"
	            " WHERE owner IS DISTINCT FROM 'gone'");
	for (size_t i = 0; i < ARRAY_LEN(GIVEN_UP); i++)
		until(GIVEN_UP[i], 1, 100000);
	stopped = stop_jobs();
	cluster_sql(cluster, d->database, "DELETE FROM talent.job_item WHERE owner IS DISTINCT FROM 'gone'");
	for (size_t i = 0; i < ARRAY_LEN(JOBS); i++)
		before[i] = value(JOBS[i].done);
	allow(true);
	replace_jobs(stopped);
	for (size_t i = 0; i < ARRAY_LEN(JOBS); i++)
		until(JOBS[i].done, before[i] + 1, 100000);
	for (size_t i = 0; i < ARRAY_LEN(WAITING); i++)
		until(WAITING[i], 0, 0);
	for (size_t i = 0; i < ARRAY_LEN(GIVEN_UP); i++)
		until(GIVEN_UP[i], 0, 0);
}

/* ---- each series has its driver ---- */

#define DRIVEN_DONE(X, JOB, job) [METRIC_JOBS_DONE_##JOB] = jobs, [METRIC_JOBS_FAILED_##JOB] = jobs,
#define DRIVEN_WAITING(X, JOB, job) [METRIC_JOBS_WAITING_##JOB] = jobs,
#define DRIVEN_GIVEN_UP(X, JOB, job) [METRIC_JOBS_GIVEN_UP_##JOB] = jobs,
static void (*const DRIVER[METRIC_COUNT])(void) = {
	[METRIC_CONNECTIONS_ACCEPTED] = connections,
	[METRIC_CONNECTIONS_REFUSED] = connections,
	[METRIC_CONNECTIONS_OPEN] = connections,
	[METRIC_HANDSHAKES_DONE] = handshakes,
	[METRIC_HANDSHAKES_RESUMED] = handshakes,
	[METRIC_HANDSHAKES_FAILED] = handshakes,
	[METRIC_REQUESTS_2XX] = requests,
	[METRIC_REQUESTS_3XX] = requests,
	[METRIC_REQUESTS_4XX] = requests,
	[METRIC_REQUESTS_5XX] = a_server_that_goes_and_comes,
	[METRIC_REQUESTS_MALFORMED] = malformed_requests,
	[METRIC_DEADLINES_PASSED] = slow_requests,
	[METRIC_GUESSES_REFUSED] = guesses,
	[METRIC_RECORDS_KEPT] = records,
	[METRIC_RECORDS_NOT_KEPT] = records,
	[METRIC_DB_SEGMENTS] = signatures,
	[METRIC_SIGNATURES] = signatures,
	[METRIC_DB_FAILURES] = a_server_that_goes_and_comes,
	[METRIC_DB_CONNECTS] = a_server_that_goes_and_comes,
	METRIC_JOBS(DRIVEN_DONE, ) METRIC_JOBS_COUNTED(DRIVEN_WAITING, ) METRIC_JOBS_CLAIMED(DRIVEN_GIVEN_UP, )
	[METRIC_CHILD_RESTARTS] = jobs,
	[METRIC_RELOADS_DONE] = reloads,
	[METRIC_RELOADS_REFUSED] = reloads,
};

/* Gauges come back to where they were; their drivers have seen them move. */
static void expect_moved(const char *before, const char *after, void (*driver)(void))
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (DRIVER[m] != driver || strcmp(SERIES[m].type, "counter") != 0)
			continue;
		long was = in_page(before, (enum metric)m), is = in_page(after, (enum metric)m);
		if (is <= was)
			fail_msg("%s was %ld, is %ld", SERIES[m].name, was, is);
	}
}

static void every_series_moves(void **state)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		bool again = false;
		if (!DRIVER[m])
			fail_msg("%s: nothing drives it; add how it comes to move", SERIES[m].name);
		for (int earlier = 0; earlier < m; earlier++)
			again |= DRIVER[earlier] == DRIVER[m];
		if (again)
			continue;
		char *before = strdup(page());
		DRIVER[m]();
		expect_moved(before, page(), DRIVER[m]);
		free(before);
	}
}

static void nothing_stands_there_that_is_in_no_list(void **state)
{
	char *text = strdup(page()), *rest = text;
	for (char *line; (line = strsep(&rest, "\n"));) {
		bool known = line[0] == '#' || line[0] == '\0' || strncmp(line, "talentd_request_seconds_", 24) == 0;
		for (int m = 0; m < METRIC_COUNT && !known; m++) {
			const char *begin = line_of((enum metric)m) + 1;
			known = strncmp(line, begin, strlen(begin)) == 0;
		}
		if (!known)
			fail_msg("%s", line);
	}
	free(text);
}

static double number_in(const char *text, const char *line)
{
	const char *at = strstr(text, line);
	assert_non_null(at);
	return strtod(at + strlen(line), NULL);
}

/* The buckets add up, and the sum is of the time it took. */
static void requests_are_in_the_histogram(void **state)
{
	static const char count[] = "\ntalentd_request_seconds_count ", sum[] = "\ntalentd_request_seconds_sum ",
	                  all[] = "\ntalentd_request_seconds_bucket{le=\"+Inf\"} ";
	char *before = strdup(page());
	for (int i = 0; i < 10; i++)
		expect_status(ASK(d->https, .path = "/v1/progress"), 200);
	const char *after = page();
	assert_true(number_in(after, count) >= number_in(before, count) + 10);
	assert_true(number_in(after, sum) > number_in(before, sum));
	assert_true(number_in(after, all) == number_in(after, count));
	free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_series_moves),
		cmocka_unit_test(nothing_stands_there_that_is_in_no_list),
		cmocka_unit_test(requests_are_in_the_histogram),
	};
	cluster = cluster_start();
	d = daemon_start(cluster, (struct daemon_options){.conf = LIMITS, .workers = 1});
	int failed = cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(cluster);
	return failed;
}
