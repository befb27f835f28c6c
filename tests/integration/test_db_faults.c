/* What happens to what was in flight, and to the connections, when the server misbehaves. */
#include "db_bench.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/fleet.h"

/* The host's memory, which the test can change as another process would. */
struct memory {
	struct timeline newest;
	int learnt;
	bool full;
	struct timeline_memory ops;
};

static struct timeline newest(void *arg)
{
	const struct memory *m = arg;
	return m->newest;
}

static int learn(void *arg, struct timeline met)
{
	struct memory *m = arg;
	if (m->full)
		return E_SYSTEM;
	m->learnt++;
	m->newest = met;
	return 0;
}

static void bench_open_with(struct bench *b, const char *conninfo, struct memory *m)
{
	m->ops = (struct timeline_memory){newest, learn, m};
	bench_timelines = &m->ops;
	bench_open(b, conninfo, 2, 0);
	bench_timelines = NULL;
}

static void terminate_others(struct bench *b)
{
	cluster_sql(b->cluster, b->database,
	            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name ="
	            " 'test' AND datname = current_database()");
}

/* A pool on a machine that stalls loses more than it was made to lose. */
static void expect_aways(struct bench *b, int n)
{
	if (bench_calm(b))
		assert_int_equal(b->aways, n);
	else
		assert_true(b->aways >= n);
}

/* Commits begin to wait for a standby some time after the setting was changed. */
static void until_commits_wait(struct bench *b)
{
	const char *waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
	cluster_sql(b->cluster, "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	cluster_sql(b->cluster, "postgres", "SELECT pg_reload_conf()");
	for (int i = 0; i < 3000 && strcmp(cluster_ask(b->cluster, "postgres", waits), "0") == 0; i++) {
		PGconn *conn = cluster_connect(b->cluster, b->database, NULL);
		assert_int_equal(PQsendQuery(conn, "SELECT pg_logical_emit_message(true, 'test', '')"), 1);
		assert_int_equal(PQflush(conn), 0);
		bench_spin(b, 20);
		PQfinish(conn); /* the server goes on waiting */
	}
	assert_string_not_equal(cluster_ask(b->cluster, "postgres", waits), "0");
}

static void a_lost_write_is_unknown(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "1.8", NULL, SECONDS(5), &s, NULL), 0);
	bench_spin(b, 50);
	terminate_others(b);
	bench_until(b, &s.times, 1);
	assert_true(s.outcome == DB_UNKNOWN || (s.outcome == DB_OK && !bench_calm(b))); /* 1.8 s are over */
	bench_spin(b, 20); /* the other connections end as well */
	assert_int_equal(bench_ask(b, DB_REPEAT, S_INSERT, "1", "a").outcome, DB_OK);
	expect_aways(b, 0); /* it was back before anybody had to be told */
}

/* What is wrong may change while it lasts, and the first cause would mislead whoever reads it. */
static void another_cause_is_told_too(void **state)
{
	struct bench *b = *state;
	bench_close(b);
	bench_tell_again = MILLIS(100);
	cluster_sql(b->cluster, "postgres", "CREATE DATABASE shut ALLOW_CONNECTIONS false");
	bench_open(b, cluster_conninfo(b->cluster, "shut", NULL), 2, 0);
	bench_tell_again = (struct duration){0};
	bench_until(b, &b->aways, 1);
	assert_null(strstr(b->cause, "start PostgreSQL"));
	cluster_server_shutdown(b->cluster);
	while (!strstr(b->cause, "start PostgreSQL")) /* it may be told to end in between */
		bench_until(b, &b->aways, b->aways + 1);
	assert_int_equal(b->ups, 0);
	cluster_server_start(b->cluster);
	bench_until(b, &b->aways, b->aways + 1); /* and the first again */
	cluster_sql(b->cluster, "postgres", "DROP DATABASE shut");
}

static void a_lost_read_is_repeated(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	assert_int_equal(bench_send(b, DB_READ, S_SLEEP, "0.3", NULL, SECONDS(5), &s, NULL), 0);
	bench_spin(b, 250); /* more than a short life */
	terminate_others(b);
	bench_until(b, &s.times, 1);
	assert_int_equal(s.outcome, DB_OK);
	assert_int_equal(s.times, 1);
}

/* A statement that ends its own session would go round for ever if reads had no end of tries. */
static void a_read_that_kills_its_connection_ends(void **state)
{
	struct bench *b = *state;
	struct seen s = bench_ask(b, DB_READ, S_KILL, NULL, NULL);
	assert_int_equal(s.outcome, DB_AWAY);
	bench_connected(b, 5);
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "on", NULL).text, "on");
}

static void idle_connections_come_back(void **state)
{
	struct bench *b = *state;
	bench_spin(b, 250);
	terminate_others(b);
	bench_spin(b, 50);
	bench_connected(b, 5);
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "1", "a").outcome, DB_OK);
	expect_aways(b, 0);
}

static void stopped_and_started_again(void **state)
{
	struct bench *b = *state;
	struct seen write = {0}, patient = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "1", NULL, SECONDS(5), &write, NULL), 0);
	bench_spin(b, 50);
	int aways = b->aways, ups = b->ups;
	cluster_server_kill(b->cluster);
	bench_until(b, &b->aways, aways + 1);
	bench_until(b, &write.times, 1);
	assert_true(write.outcome == DB_UNKNOWN || (write.outcome == DB_OK && !bench_calm(b)));
	assert_false(pool_is_up(b->db));
	assert_non_null(strstr(b->cause, "start PostgreSQL"));
	int64_t before = fair_ms();
	assert_int_equal(bench_ask(b, DB_READ, S_ECHO, "x", NULL).outcome, DB_AWAY);
	assert_int_equal(bench_ask(b, DB_STATUS, S_ECHO, "x", NULL).outcome, DB_AWAY);
	assert_int_equal(bench_ask(b, DB_WRITE, S_ECHO, "x", NULL).outcome, DB_AWAY);
	assert_true(fair_ms() - before < 1500); /* refused at once */
	assert_int_equal(bench_send(b, DB_REPEAT, S_INSERT, "1", "a", SECONDS(60), &patient, NULL), 0);
	bench_spin(b, 200);
	assert_int_equal(patient.times, 0);
	cluster_server_start(b->cluster);
	bench_until(b, &patient.times, 1);
	assert_int_equal(patient.outcome, DB_OK);
	bench_until(b, &b->ups, ups + 1);
	bench_connected(b, 5);
	expect_aways(b, 1); /* told once, however many connections and attempts */
	assert_true(b->ups == 2 || (b->ups > 2 && !bench_calm(b)));
	assert_int_equal(bench_ask(b, DB_WRITE, S_INSERT, "2", "b").outcome, DB_OK);
}

static void waiting_for_nothing_ends_at_the_limit(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	struct db_ticket *t = NULL;
	bench_close(b);
	bench_open(b, "host=/nonexistent dbname=x", 1, 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "x", NULL, SECONDS(5), &s, NULL), 0);
	bench_until(b, &s.times, 1); /* waited only for the first attempt */
	assert_int_equal(s.outcome, DB_AWAY);
	assert_int_equal(b->aways, 1);
	assert_non_null(strstr(b->cause, "no server at socket /nonexistent port 5432"));
	assert_int_equal(bench_send(b, DB_REPEAT, S_ECHO, "x", NULL, MILLIS(100), &s, NULL), 0);
	bench_until(b, &s.times, 2);
	assert_int_equal(s.outcome, DB_AWAY);
	assert_int_equal(bench_send(b, DB_REPEAT, S_ECHO, "x", NULL, MILLIS(100), &s, &t), 0);
	db_cancel(b->db, t);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "x", NULL, MILLIS(100), &s, &t), 0);
	db_cancel(b->db, t);
	bench_spin(b, 200);
	assert_int_equal(s.times, 2);
}

/* A listening socket that nobody accepts from: the kernel completes the handshake, then silence. */
static int silent_listener(char *port, size_t n)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(port, n, "%d", ntohs(a.sin_port));
	return fd;
}

static void a_frozen_first_host_is_passed_over(void **state)
{
	struct bench *b = *state;
	char port[8], conninfo[512];
	int fd = silent_listener(port, sizeof(port));
	/* "localhost" also goes through the resolver */
	snprintf(conninfo, sizeof(conninfo),
	         "host=localhost,%s port=%s,5432 dbname=%s user=postgres sslmode=disable",
	         cluster_socket(b->cluster), port, b->database);
	bench_close(b);
	struct mono before = mono_now();
	bench_open(b, conninfo, 1, 0);
	bench_connected(b, 4);
	int64_t ms = mono_since(mono_now(), before).us / 1000;
	assert_true(ms >= 1900);
	expect_aways(b, 0);
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "x", NULL).text, "x");
	bench_spin(b, 250);
	terminate_others(b); /* the good host is remembered: no 2 s this time */
	int64_t from = fair_ms();
	bench_spin(b, 50);
	bench_connected(b, 4);
	assert_true(fair_ms() - from < 1000);
	close(fd);
}

static void unknown_names_and_roles_are_explained(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *conninfo, *part;
	} cases[] = {
		{"host=no-such-host.invalid dbname=x", "cannot be resolved"},
		{"host=%s user=nobody_here dbname=postgres", "refused the role"},
		{"host=%s user=postgres dbname=nothing_here", "no such database"},
		{"host=127.0.0.1 port=1 dbname=x", "no server listens at 127.0.0.1 port 1"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char conninfo[512];
		const char *at = strstr(cases[i].conninfo, "%s");
		snprintf(conninfo, sizeof(conninfo), "%.*s%s%s",
		         at ? (int)(at - cases[i].conninfo) : 512, cases[i].conninfo,
		         at ? cluster_socket(b->cluster) : "", at ? at + 2 : "");
		bench_close(b);
		bench_open(b, conninfo, 1, 0);
		bench_until(b, &b->aways, 1);
		if (!strstr(b->cause, cases[i].part))
			fail_msg("%s: %s", conninfo, b->cause);
		assert_int_equal(b->ups, 0);
	}
}

static void a_read_only_server_is_no_primary(void **state)
{
	struct bench *b = *state;
	char sql[128];
	snprintf(sql, sizeof(sql), "ALTER DATABASE %s SET default_transaction_read_only = on",
	         b->database);
	cluster_sql(b->cluster, "postgres", sql);
	bench_close(b);
	bench_open(b, cluster_conninfo(b->cluster, b->database, NULL), 1, 0);
	bench_until(b, &b->aways, 1);
	assert_non_null(strstr(b->cause, "accepts no writes"));
	snprintf(sql, sizeof(sql), "ALTER DATABASE %s RESET default_transaction_read_only",
	         b->database);
	cluster_sql(b->cluster, "postgres", sql);
	bench_until(b, &b->ups, 1);
}

/* One backend stops in the middle: no answer, no reset. Its connection is given up, and nobody is
 * told, because the others live. */
static void a_frozen_backend_is_given_up(void **state)
{
	struct bench *b = *state;
	struct seen write = {0}, pid = {0};
	struct db_call call = {S_PID, 0, NULL};
	assert_int_equal(db_send(b->db, DB_STATUS, &call, 1, SECONDS(5), on_done, &pid, NULL), 0);
	bench_until(b, &pid.times, 1);
	pid_t backend = (pid_t)atoi(pid.text);
	assert_true(backend > 1);
	assert_int_equal(kill(backend, SIGSTOP), 0);
	struct mono before = mono_now();
	int64_t from = fair_ms();
	assert_int_equal(bench_send(b, DB_STATUS, S_ECHO, "a", NULL, SECONDS(60), &write, NULL), 0);
	bench_until(b, &write.times, 1); /* repeated on a new connection */
	int64_t ms = mono_since(mono_now(), before).us / 1000;
	from = fair_ms() - from;
	kill(backend, SIGCONT);
	assert_true(write.outcome == DB_OK || (write.outcome == DB_AWAY && !bench_calm(b)));
	assert_true(ms >= 1000 || !bench_calm(b));
	assert_in_range(from, 0, 1990);
	expect_aways(b, 0);
}

static int thaw(void **state)
{
	struct bench *b = *state;
	server_thaw(b->cluster); /* whatever a test that failed left behind */
	return bench_teardown(state);
}

/* The whole server stops. Nothing is asked, so only the pulse can tell; then what comes is refused
 * at once, what was under way is settled, and all is as before when it goes on. */
static void a_frozen_server_is_refused_within_two_seconds(void **state)
{
	struct bench *b = *state;
	struct seen write = {0}, read = {0};
	bench_spin(b, 300);
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "1.9", NULL, SECONDS(8), &write, NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_SLEEP, "1.9", NULL, SECONDS(8), &read, NULL), 0);
	bench_spin(b, 20);
	struct mono before = mono_now();
	int64_t from = fair_ms();
	int aways = b->aways, ups = b->ups;
	server_freeze(b->cluster);
	bench_until(b, &b->aways, aways + 1);
	assert_true(mono_since(mono_now(), before).us >= 1000000 || !bench_calm(b));
	assert_in_range(fair_ms() - from, 0, 1999);
	assert_non_null(strstr(b->cause, "does not answer"));
	bench_spin(b, 5);
	assert_true(read.outcome == DB_AWAY || !bench_calm(b)); /* 1.9 s may be over */
	assert_true(write.outcome == DB_UNKNOWN || !bench_calm(b));
	from = fair_ms();
	for (enum db_lane lane = DB_STATUS; lane <= DB_LONG; lane++)
		assert_int_equal(bench_ask(b, lane, S_ECHO, "x", NULL).outcome, DB_AWAY);
	assert_in_range(fair_ms() - from, 0, 200);
	server_thaw(b->cluster);
	bench_until(b, &b->ups, ups + 1);
	bench_connected(b, 5);
	assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "x", NULL).text, "x");
}

/* A server need not stop all at once. That the status link was lost while the others still lived says
 * nothing about them; from then on they are asked, until it is there again. */
static void a_server_that_freezes_bit_by_bit_is_refused_too(void **state)
{
	struct bench *b = *state;
	struct seen pid = {0}, read = {0};
	struct db_call call = {S_PID, 0, NULL};
	bench_spin(b, 300);
	assert_int_equal(db_send(b->db, DB_STATUS, &call, 1, SECONDS(5), on_done, &pid, NULL), 0);
	bench_until(b, &pid.times, 1);
	assert_true(atoi(pid.text) > 1);
	int aways = b->aways, ups = b->ups;
	assert_int_equal(kill((pid_t)atoi(pid.text), SIGSTOP), 0);
	bench_spin(b, 800);
	server_freeze(b->cluster);
	int64_t from = fair_ms();
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "x", NULL, SECONDS(8), &read, NULL), 0);
	bench_until(b, &read.times, 1);
	assert_in_range(fair_ms() - from, 0, 1999);
	assert_int_equal(read.outcome, DB_AWAY);
	assert_int_equal(b->aways, aways + 1);
	server_thaw(b->cluster);
	bench_until(b, &b->ups, ups + 1);
	bench_connected(b, 5);
}

/* Silent, but alive: the COMMIT waits for its standby and the pulse goes on. */
static void a_commit_that_waits_is_no_frozen_server(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_LATE, "1", NULL, SECONDS(20), &s, NULL), 0);
	until_commits_wait(b); /* S_LATE takes longer than that */
	bench_spin(b, 3500);
	cluster_sql(b->cluster, "postgres", "ALTER SYSTEM RESET synchronous_standby_names");
	cluster_sql(b->cluster, "postgres", "SELECT pg_reload_conf()");
	bench_until(b, &s.times, 1);
	assert_true(s.outcome == DB_OK || (s.outcome == DB_UNKNOWN && !bench_calm(b)));
	expect_aways(b, 0);
}

/* A write that finds nothing to do writes all the same: while the standby is away its COMMIT waits. */
static void a_write_that_does_nothing_waits_for_the_standby(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	assert_int_equal(bench_ask(b, DB_WRITE, S_ECHO, "x", NULL).outcome, DB_OK);
	until_commits_wait(b);
	assert_int_equal(bench_send(b, DB_WRITE, S_ECHO, "x", NULL, SECONDS(20), &s, NULL), 0);
	if (bench_calm(b))
		assert_string_equal(bench_ask(b, DB_READ, S_ECHO, "r", NULL).text, "r");
	bench_spin(b, 500);
	assert_true(s.times == 0 || (s.outcome == DB_UNKNOWN && !bench_calm(b)));
	cluster_sql(b->cluster, "postgres", "ALTER SYSTEM RESET synchronous_standby_names");
	cluster_sql(b->cluster, "postgres", "SELECT pg_reload_conf()");
	bench_until(b, &s.times, 1);
	if (s.outcome == DB_UNKNOWN && !bench_calm(b))
		return;
	assert_int_equal(s.outcome, DB_OK);
	assert_string_equal(s.text, "x"); /* the answer of its own call */
}

/* The host meets a newer timeline: whatever this server says is over, however fast it says it. */
static void a_deposed_server_is_left(void **state)
{
	struct bench *b = *state;
	struct memory m = {.learnt = 0};
	struct seen read = {0}, write = {0}, patient = {0};
	bench_close(b);
	bench_open_with(b, cluster_conninfo(b->cluster, b->database, NULL), &m);
	bench_connected(b, 5);
	assert_int_equal(m.learnt, 1);
	assert_int_equal(m.newest.id, 1);
	assert_true(m.newest.system > 1);
	assert_int_equal(bench_send(b, DB_READ, S_SLEEP, "0.2", NULL, SECONDS(5), &read, NULL), 0);
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "0.2", NULL, SECONDS(20), &write, NULL), 0);
	m.newest.id = 2;
	int64_t before = fair_ms();
	int aways = b->aways, ups = b->ups;
	bench_until(b, &b->aways, aways + 1); /* idle ones too */
	assert_in_range(fair_ms() - before, 0, 1500);
	assert_non_null(strstr(b->cause, "former primary"));
	assert_int_equal(write.outcome, DB_UNKNOWN);
	assert_int_equal(bench_ask(b, DB_READ, S_ECHO, "x", NULL).outcome, DB_AWAY);
	assert_int_equal(bench_send(b, DB_REPEAT, S_ECHO, "x", NULL, SECONDS(60), &patient, NULL), 0);
	bench_until(b, &read.times, 1);
	assert_int_equal(read.outcome, DB_AWAY); /* asked for again, and nobody was there */
	m.newest.id = 1;
	bench_until(b, &patient.times, 1);
	assert_int_equal(patient.outcome, DB_OK);
	bench_until(b, &b->ups, ups + 1);
	aways = b->aways;
	m.newest.system++;
	bench_until(b, &b->aways, aways + 1);
	assert_non_null(strstr(b->cause, "another cluster"));
}

static void a_timeline_that_cannot_be_kept_is_not_used(void **state)
{
	struct bench *b = *state;
	struct memory m = {.full = true};
	bench_close(b);
	bench_open_with(b, cluster_conninfo(b->cluster, b->database, NULL), &m);
	bench_until(b, &b->aways, 1);
	assert_non_null(strstr(b->cause, "state_directory"));
	assert_int_equal(pool_connections(b->db), 0);
	m.full = false;
	bench_until(b, &b->ups, 1);
}

/* The COMMIT itself takes its time, and the connection goes away meanwhile. */
static void a_commit_cut_off_is_unknown(void **state)
{
	struct bench *b = *state;
	struct seen s = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_LATE, "1", NULL, SECONDS(5), &s, NULL), 0);
	bench_spin(b, 100);
	terminate_others(b);
	bench_until(b, &s.times, 1);
	assert_true(s.outcome == DB_UNKNOWN || (s.outcome == DB_OK && !bench_calm(b))); /* 1.5 s are over */
}

/* A write waits for a standby that does not exist; cancelling the wait commits it here only. The
 * server calls that a success with a WARNING. */
static void a_commit_without_its_standby_is_unknown(void **state)
{
	struct bench *b = *state;
	static const char waiting[] = "SELECT coalesce(bool_or(pg_cancel_backend(pid)), false) FROM"
				      " pg_stat_activity WHERE wait_event = 'SyncRep'";
	struct seen s = {0};
	until_commits_wait(b);
	int64_t before = fair_ms();
	assert_int_equal(bench_send(b, DB_WRITE, S_INSERT, "1", "a", SECONDS(20), &s, NULL), 0);
	for (int i = 0; i < 500 && s.times == 0; i++) {
		bench_spin(b, 20);
		cluster_ask(b->cluster, "postgres", waiting);
	}
	bench_until(b, &s.times, 1);
	assert_true(fair_ms() - before < 3000); /* the WARNING, not the limit */
	cluster_sql(b->cluster, "postgres", "ALTER SYSTEM RESET synchronous_standby_names");
	cluster_sql(b->cluster, "postgres", "SELECT pg_reload_conf()");
	assert_int_equal(s.outcome, DB_UNKNOWN);
	assert_string_equal(bench_ask(b, DB_READ, S_COUNT, NULL, NULL).text, "1");
}

static void freeing_with_work_in_flight(void **state)
{
	struct bench *b = *state;
	struct seen s[3] = {0};
	assert_int_equal(bench_send(b, DB_WRITE, S_SLEEP, "1", NULL, SECONDS(5), &s[0], NULL), 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "1", NULL, SECONDS(5), &s[1], NULL), 0);
	bench_close(b);
	assert_int_equal(s[0].times + s[1].times, 0);
	bench_open(b, "host=localhost,/nonexistent port=1 dbname=x", 1, 0);
	assert_int_equal(bench_send(b, DB_READ, S_ECHO, "1", NULL, SECONDS(5), &s[2], NULL), 0);
	bench_spin(b, 5); /* resolver and connections under way; teardown frees them */
}

/* In a child: dies, or loses the connection, at the failpoint. */
static int child_at_failpoint(struct bench *b, const char *fail, enum db_outcome *ret_outcome)
{
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct bench c = {.cluster = b->cluster, .database = b->database};
		setenv("FAIL", fail, 1);
		bench_open(&c, cluster_conninfo(c.cluster, c.database, NULL), 1, 0);
		bench_connected(&c, 4);
		struct seen s = bench_ask(&c, DB_WRITE, S_INSERT, "1", "a");
		_exit(write(fds[1], &s.outcome, sizeof(s.outcome)) < 0);
	}
	int status = 0;
	close(fds[1]);
	if (read(fds[0], ret_outcome, sizeof(*ret_outcome)) <= 0)
		*ret_outcome = DB_ERROR;
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* The server may still be at what a child has sent: until our own connections are the only ones. */
static void until_alone(struct bench *b)
{
	const char *others = "SELECT count(*) > 5 FROM pg_stat_activity WHERE application_name = 'test'"
			     " AND datname = current_database()";
	for (int i = 0; i < 6000 && strcmp(cluster_ask(b->cluster, b->database, others), "t") == 0; i++)
		usleep(10000);
}

static void failpoints_around_the_commit(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *fail, *rows;
		bool dies;
	} cases[] = {
		{"db_send:1", "0", true},        {"db_sync:1", "0", true},
		{"db_sent:1", "1", true},        {"db_reply:1", "1", true},
		{"db_send:1:error", "0", false}, {"db_sync:1:error", "0", false},
		{"db_reply:1:error", "1", false}, {"db_sent:1:error", "1", false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		enum db_outcome outcome = DB_OK;
		int status = child_at_failpoint(b, cases[i].fail, &outcome);
		if (cases[i].dies) {
			assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		} else {
			assert_int_equal(status, 0);
			assert_int_equal(outcome, DB_UNKNOWN);
		}
		until_alone(b);
		const char *rows = cluster_ask(b->cluster, b->database,
		                               "SELECT count(*) FROM talent.t");
		if (strcmp(rows, cases[i].rows) != 0)
			fail_msg("%s: %s rows", cases[i].fail, rows);
		cluster_sql(b->cluster, b->database, "TRUNCATE talent.t");
	}
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		BENCH_TEST(a_lost_write_is_unknown),
		BENCH_TEST(another_cause_is_told_too),
		BENCH_TEST(a_lost_read_is_repeated),
		BENCH_TEST(a_read_that_kills_its_connection_ends),
		BENCH_TEST(idle_connections_come_back),
		BENCH_TEST(stopped_and_started_again),
		BENCH_TEST(waiting_for_nothing_ends_at_the_limit),
		BENCH_TEST(a_frozen_first_host_is_passed_over),
		BENCH_TEST(unknown_names_and_roles_are_explained),
		BENCH_TEST(a_read_only_server_is_no_primary),
		BENCH_TEST(a_frozen_backend_is_given_up),
		cmocka_unit_test_setup_teardown(a_frozen_server_is_refused_within_two_seconds, bench_setup, thaw),
		cmocka_unit_test_setup_teardown(a_server_that_freezes_bit_by_bit_is_refused_too, bench_setup, thaw),
		BENCH_TEST(a_commit_that_waits_is_no_frozen_server),
		BENCH_TEST(a_write_that_does_nothing_waits_for_the_standby),
		BENCH_TEST(a_deposed_server_is_left),
		BENCH_TEST(a_timeline_that_cannot_be_kept_is_not_used),
		BENCH_TEST(a_commit_cut_off_is_unknown),
		BENCH_TEST(a_commit_without_its_standby_is_unknown),
		BENCH_TEST(freeing_with_work_in_flight),
#ifdef TALENT_FAILPOINTS
		BENCH_TEST(failpoints_around_the_commit),
#endif
	};
	return cmocka_run_group_tests_name("db_faults", tests, bench_group_setup,
	                                   bench_group_teardown);
}
