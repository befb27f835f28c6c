/* PostgreSQL dies under load, is not there at the start, or has another schema: what clients are
 * answered, what the operator reads in the log, and how it comes back. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "../lib/load.h"

enum { CLIENTS = 4, KILLS = 4, WORKERS = 2, EXIT_CONF = 78 };

static struct cluster *cluster;
static struct fleet fleet;

static const struct talk_request PROGRESS = {.method = "GET", .path = "/v1/progress"};

static int stop_daemon(void **state)
{
	host_kill(&fleet.host[0]);
	if (cluster_server_pid(cluster) == 0)
		cluster_server_start(cluster);
	server_thaw(cluster); /* whatever a test that failed left behind */
	unlink(fleet.host[0].log);
	return 0;
}

/* ---- under load ---- */

struct client {
	pthread_t thread;
	int first;
	atomic_bool *stop;
	struct tally tally;
	atomic_int stored;
	char wrong[512];
};

static void *submit(void *arg)
{
	struct client *c = arg;
	struct talk t;
	struct talk_answer a;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	for (int n = c->first; !*c->stop && !c->wrong[0]; n++) {
		struct issued is = {0};
		if (load_submit(&fleet, &t, n, &is, &c->tally, &a))
			c->stored++;
		else
			snprintf(c->wrong, sizeof c->wrong, "%d %.400s", a.status, a.body);
		free(is.body);
	}
	talk_close(&t);
	return NULL;
}

/* A read's answer while the server is away: 503, soon, and when to come again. */
static void expect_unavailable(void)
{
	struct talk t;
	struct talk_answer a;
	char after[16];
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	int64_t from = fair_ms();
	assert_int_equal(talk_ask(&t, &PROGRESS, &a), 503);
	assert_in_range(fair_ms() - from, 0, 2000);
	talk_header(&a, "Retry-After", after, sizeof after);
	assert_true(atoi(after) > 0);
	assert_non_null(strstr(a.body, "\"code\":\"database_away\""));
	char result[24];
	load_verify(&t, "4R8ZN0V3KX5T7YHQ2MCB6JDW9E", result, &a);
	assert_int_equal(a.status, 503);
	talk_close(&t);
}

static const char *const workers[WORKERS] = {"worker.1", "worker.2"};

/* How often each worker lost the database and found it; a machine that stalls adds pairs of these. */
struct changes {
	int away[WORKERS], up[WORKERS];
};

static struct changes changes_now(void)
{
	struct changes n;
	for (int w = 0; w < WORKERS; w++) {
		n.away[w] = host_logged_both(&fleet.host[0], "database_away", workers[w]);
		n.up[w] = host_logged_both(&fleet.host[0], "database_up", workers[w]);
	}
	return n;
}

/* Until each worker has said once more than it had that the database is away, or is up. */
static void until_all_say(const char *text, const int before[WORKERS])
{
	for (int w = 0; w < WORKERS; w++) {
		if (!host_until(&fleet.host[0], text, workers[w], before[w] + 1)) {
			host_show_log(&fleet.host[0]);
			fail_msg("%s did not say %s", workers[w], text);
		}
	}
}

static void until_up_first(void)
{
	until_all_say("database_up", (int[WORKERS]){0});
}

/* One line for each change, not one for each request that met it; soon, for one may be away just now. */
static void expect_one_line_a_change(void)
{
	for (int w = 0; w < WORKERS; w++) {
		struct changes n = changes_now();
		for (int i = 0; i < 3000 && n.up[w] != n.away[w] + 1; i++, n = changes_now())
			nap_ms(10);
		assert_int_equal(n.up[w], n.away[w] + 1);
	}
}

static void killed_under_load(void **state)
{
	struct host *h = &fleet.host[0];
	struct client c[CLIENTS] = {0};
	atomic_bool stop = false;
	long before = load_count(&fleet, "SELECT count(*) FROM talent.assessment"), stored = 0;
	host_start(h);
	until_up_first();
	for (int i = 0; i < CLIENTS; i++) {
		c[i].first = 100000 * (i + 1);
		c[i].stop = &stop;
		assert_int_equal(pthread_create(&c[i].thread, NULL, submit, &c[i]), 0);
	}
	for (int i = 0; i < KILLS; i++) {
		nap_ms(300);
		struct changes said = changes_now();
		cluster_server_kill(cluster);
		until_all_say("database_away", said.away);
		expect_unavailable();
		said = changes_now();
		cluster_server_start(cluster);
		int64_t from = fair_ms();
		assert_true(host_wait(h, 5000));
		until_all_say("database_up", said.up);
		assert_in_range(fair_ms() - from, 0, 5000);
	}
	stop = true;
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(c[i].thread, NULL);
		if (c[i].wrong[0])
			fail_msg("a submission was answered %s", c[i].wrong);
		assert_int_equal(c[i].tally.lost + c[i].tally.refused, 0); /* the daemon lives */
		stored += c[i].stored;
	}
	expect_one_line_a_change();
	assert_true(host_logged(h, "start PostgreSQL") >= WORKERS); /* the remedy */
	assert_int_equal(host_logged(h, "child_died"), 0);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), before + stored);
	load_check_invariants(&fleet);
}

/* A server that is there and says nothing: the postmaster and all backends are stopped. */
static void frozen_under_clients(void **state)
{
	struct host *h = &fleet.host[0];
	struct talk t;
	struct talk_answer a;
	host_start(h);
	until_up_first();
	talk_init(&t, fleet.ctx, h->port);
	struct changes before = changes_now();
	server_freeze(cluster);
	int64_t from = fair_ms();
	assert_int_equal(talk_ask(&t, &PROGRESS, &a), 503);
	assert_in_range(fair_ms() - from, 0, 2000);
	until_all_say("database_away", before.away);
	server_thaw(cluster);
	assert_true(host_wait(h, 5000));
	until_all_say("database_up", before.up);
	for (int i = 0; i < 3000 && talk_ask(&t, &PROGRESS, &a) != 200; i++)
		nap_ms(10);
	assert_int_equal(a.status, 200);
	assert_int_equal(host_logged(h, "child_"), 0);
	talk_close(&t);
}

/* ---- at the start ---- */

static void started_while_it_is_frozen(void **state)
{
	struct host *h = &fleet.host[0];
	server_freeze(cluster);
	host_spawn(h);
	int64_t from = fair_ms();
	struct talk t;
	struct talk_answer a;
	talk_init(&t, fleet.ctx, h->port);
	int status = 0;
	for (; status == 0 && fair_ms() - from < 15000; nap_ms(10))
		status = talk_ask(&t, &PROGRESS, &a);
	assert_int_equal(status, 503);
	assert_in_range(fair_ms() - from, 0, 10000);
	talk_close(&t);
	server_thaw(cluster);
	assert_true(host_wait(h, 5000));
}

static void started_before_it(void **state)
{
	struct host *h = &fleet.host[0];
	struct talk t;
	struct talk_answer a;
	cluster_server_shutdown(cluster);
	host_spawn(h);
	until_all_say("database_away", (int[WORKERS]){0});
	talk_init(&t, fleet.ctx, h->port);
	for (int i = 0; i < 3000 && talk_ask(&t, &PROGRESS, &a) == 0; i++)
		nap_ms(10);
	talk_close(&t);
	expect_unavailable();
	cluster_server_start(cluster);
	assert_true(host_wait(h, 5000));
	until_up_first();
	assert_int_equal(host_logged(h, "child_died"), 0);
}

/* ---- talentd -t, and schemas ---- */

/* Runs talentd -t; its exit status, what it printed in out. */
static int check(const struct host *h, char *out, size_t out_n)
{
	const char *named = getenv("TALENT_BIN");
	int pipe_fd[2], status;
	assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipe_fd[1], 1);
		dup2(pipe_fd[1], 2);
		execl(named ? named : "build/test/talentd", "talentd", "-c", h->conf, "-t", (char *)NULL);
		_exit(96);
	}
	close(pipe_fd[1]);
	size_t n = 0;
	for (ssize_t r; n + 1 < out_n && (r = read(pipe_fd[0], out + n, out_n - 1 - n)) > 0;)
		n += (size_t)r;
	out[n] = '\0';
	close(pipe_fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

/* The daemon ends by itself with the status that keeps systemd from trying again. */
static void expect_refusal(struct host *h, const char *says)
{
	int status = -1;
	host_spawn(h);
	for (int i = 0; i < 6000 && waitpid(h->pid, &status, WNOHANG) != h->pid; i++)
		nap_ms(10);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_CONF);
	h->pid = 0;
	if (host_logged(h, says) == 0) {
		host_show_log(h);
		fail_msg("the log does not say \"%s\"", says);
	}
	unlink(h->log);
}

static void the_check_says_what_is_wrong(void **state)
{
	char said[4096];
	assert_int_equal(check(&fleet.host[0], said, sizeof said), 0);
	assert_non_null(strstr(said, "good"));
	cluster_server_shutdown(cluster);
	assert_int_equal(check(&fleet.host[0], said, sizeof said), EXIT_CONF);
	assert_non_null(strstr(said, "start PostgreSQL"));
	cluster_server_start(cluster);
}

static void a_schema_that_is_not_there_is_refused(void **state)
{
	struct host *h = &fleet.host[1];
	char said[4096];
	cluster_sql(cluster, "postgres", "CREATE DATABASE bare TEMPLATE template0");
	h->database = cluster_conninfo(cluster, "bare", "talent_worker");
	host_configure(h, fleet.pki.cert, fleet.pki.key, NULL);
	assert_int_equal(check(h, said, sizeof said), EXIT_CONF);
	assert_non_null(strstr(said, "talentd migrate"));
	expect_refusal(h, "talentd migrate");
}

/* After an upgrade: it would start, or else among the rest of what is to be mended. */
static void check_names_a_former_option(void **state)
{
	struct host *h = &fleet.host[0];
	char said[4096];
	static const char former[] = "limits { guesses_per_pair = 5 }\n";
	host_configure(h, fleet.pki.cert, fleet.pki.key, former);
	assert_int_equal(check(h, said, sizeof said), 0);
	assert_non_null(strstr(said, "limits.guesses_per_pair is a former option"));
	assert_non_null(strstr(said, ": would start"));
	host_configure(h, "/nowhere", fleet.pki.key, former);
	assert_int_equal(check(h, said, sizeof said), EXIT_CONF);
	assert_non_null(strstr(said, "limits.guesses_per_pair is a former option"));
	host_configure(h, fleet.pki.cert, fleet.pki.key, NULL);
}

static void an_altered_schema_is_refused(void **state)
{
	struct host *h = &fleet.host[1];
	const char *altered = cluster_database(cluster);
	char said[4096];
	cluster_sql(cluster, altered,
	            "UPDATE talent.schema_migration SET checksum = repeat('0', 64) WHERE name LIKE '0001%'");
	h->database = cluster_conninfo(cluster, altered, "talent_worker");
	host_configure(h, fleet.pki.cert, fleet.pki.key, NULL);
	assert_int_equal(check(h, said, sizeof said), EXIT_CONF);
	assert_non_null(strstr(said, "0001"));
	expect_refusal(h, "0001");
}

/* The database was away when the workers asked; when it is back, the process for background jobs finds out. */
static void a_wrong_schema_that_appears_later_is_refused(void **state)
{
	struct host *h = &fleet.host[1];
	int status = 0;
	h->database = cluster_conninfo(cluster, "bare", "talent_worker");
	host_configure(h, fleet.pki.cert, fleet.pki.key, NULL);
	cluster_server_shutdown(cluster);
	host_spawn(h);
	nap_ms(300);
	assert_int_equal(waitpid(h->pid, &status, WNOHANG), 0);
	cluster_server_start(cluster);
	for (int i = 0; i < 6000 && waitpid(h->pid, &status, WNOHANG) != h->pid; i++)
		nap_ms(10);
	assert_int_equal(WEXITSTATUS(status), EXIT_CONF);
	h->pid = 0;
	assert_true(host_logged(h, "talentd migrate") > 0);
}

static int open_all(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	cluster = cluster_start();
	fleet_open(&fleet, cluster, WORKERS);
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	return stop_daemon(state);
}

static int close_all(void **state)
{
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(killed_under_load, stop_daemon),
		cmocka_unit_test_teardown(frozen_under_clients, stop_daemon),
		cmocka_unit_test_teardown(started_before_it, stop_daemon),
		cmocka_unit_test_teardown(started_while_it_is_frozen, stop_daemon),
		cmocka_unit_test_teardown(the_check_says_what_is_wrong, stop_daemon),
		cmocka_unit_test_teardown(a_schema_that_is_not_there_is_refused, stop_daemon),
		cmocka_unit_test_teardown(check_names_a_former_option, stop_daemon),
		cmocka_unit_test_teardown(an_altered_schema_is_refused, stop_daemon),
		cmocka_unit_test_teardown(a_wrong_schema_that_appears_later_is_refused, stop_daemon),
	};
	return cmocka_run_group_tests_name("postgres_away", tests, open_all, close_all);
}
