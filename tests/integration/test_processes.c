/* The processes as clients and the service manager see them: one of them dies and nobody notices,
 * the daemon drains, reloads, and tells systemd what it does. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <openssl/x509.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "../lib/load.h"

enum { CONNECTIONS = 64, BACK_MS = 1000, LOCK_MS = 400 };

static struct cluster *cluster;
static struct fleet fleet;
static int candidate = 100;

static const struct talk_request PROGRESS = {.method = "GET", .path = "/v1/progress"};

static int start_daemon(void **state)
{
	memset(fleet.host[0].env, 0, sizeof fleet.host[0].env);
	unlink(fleet.host[0].log);
	host_configure(&fleet.host[0], fleet.pki.cert, fleet.pki.key, NULL);
	host_start(&fleet.host[0]);
	return host_until(&fleet.host[0], "ready", "", 1) ? 0 : -1;
}

static int stop_daemon(void **state)
{
	host_kill(&fleet.host[0]);
	return 0;
}

/* ---- deaths ---- */

/* An answer; that the database is away is one too, on a machine that has just stalled. */
static bool answered(struct talk *t)
{
	struct talk_answer a;
	int status = talk_ask(t, &PROGRESS, &a);
	return status == 200 || (status == 503 && strstr(a.body, "\"database_away\""));
}

/* Connections, each with a request answered, held open. */
static void open_connections(struct talk *t, int n)
{
	for (int i = 0; i < n; i++) {
		talk_init(&t[i], fleet.ctx, fleet.host[0].port);
		assert_true(answered(&t[i]));
	}
}

static void close_connections(struct talk *t, int n)
{
	for (int i = 0; i < n; i++)
		talk_close(&t[i]);
}

/* How many of the kept connections still answer; the others lost theirs. */
static int still_answering(struct talk *t, int n)
{
	int alive = 0;
	for (int i = 0; i < n; i++)
		alive += t[i].fd >= 0 && answered(&t[i]);
	return alive;
}

/* Kills a child; returns the milliseconds until another has its name, by the fair clock. */
static int kill_child(const char *name)
{
	struct host *h = &fleet.host[0];
	pid_t was = host_child(h, name), is = 0;
	assert_true(was > 0);
	int64_t from = fair_ms();
	kill(was, SIGKILL);
	while (((is = host_child(h, name)) == 0 || is == was) && fair_ms() - from < 10000)
		nap_ms(1);
	return (int)(fair_ms() - from);
}

static void a_dead_worker_is_noticed_by_its_own_clients_only(void **state)
{
	struct talk t[CONNECTIONS], one;
	open_connections(t, CONNECTIONS);
	assert_in_range(kill_child("worker.1"), 0, BACK_MS);
	int alive = still_answering(t, CONNECTIONS);
	/* fair accepting: each worker had its half, give or take a quarter of it */
	assert_in_range(alive, CONNECTIONS * 3 / 8, CONNECTIONS * 5 / 8);
	close_connections(t, CONNECTIONS);
	kill(host_child(&fleet.host[0], "worker.2"), SIGKILL);
	for (int i = 0; i < 20; i++) { /* whichever worker is there takes new ones */
		talk_init(&one, fleet.ctx, fleet.host[0].port);
		assert_true(answered(&one));
		talk_close(&one);
	}
}

static void a_dead_helper_is_noticed_by_nobody(void **state)
{
	static const char *const names[] = {"jobs", "pdf", "recorder", "signer"};
	struct talk t[8];
	struct talk_answer a;
	struct tally tally = {0};
	open_connections(t, 8);
	for (int i = 0; i < 4; i++) {
		struct issued is;
		assert_in_range(kill_child(names[i]), 0, BACK_MS);
		assert_int_equal(still_answering(t, 8), 8);
		if (!load_submit(&fleet, &t[0], ++candidate, &is, &tally, &a))
			fail_msg("after the %s died: %d %s", names[i], a.status, a.body);
		free(is.body);
	}
	assert_int_equal(tally.lost + tally.refused, 0);
	assert_true(tally.unavailable == 0 || host_was_cut_off(&fleet.host[0]));
	close_connections(t, 8);
}

static void new_connections_pass_a_hanging_worker(void **state)
{
	struct talk t[24];
	pid_t hanging = host_child(&fleet.host[0], "worker.1");
	kill(hanging, SIGSTOP);
	int64_t from = fair_ms();
	open_connections(t, 24);
	assert_in_range(fair_ms() - from, 0, 4000);
	kill(hanging, SIGCONT);
	close_connections(t, 24);
}

struct submitter {
	pthread_t thread;
	int first;
	atomic_bool *stop;
	struct tally tally;
	atomic_int stored;
	char wrong[512];
};

static void *submit_until_stopped(void *arg)
{
	struct submitter *s = arg;
	struct talk t;
	struct talk_answer a;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	for (int n = s->first; !*s->stop && !s->wrong[0]; n++) {
		struct issued is = {0};
		if (load_submit(&fleet, &t, n, &is, &s->tally, &a))
			s->stored++;
		else
			snprintf(s->wrong, sizeof s->wrong, "%d %.400s", a.status, a.body);
		free(is.body);
	}
	talk_close(&t);
	return NULL;
}

static void a_dying_signer_delays_submissions_and_halves_none(void **state)
{
	struct submitter s[2] = {0};
	atomic_bool stop = false;
	for (int i = 0; i < 2; i++) {
		s[i].first = 10000 * (i + 1);
		s[i].stop = &stop;
		assert_int_equal(pthread_create(&s[i].thread, NULL, submit_until_stopped, &s[i]), 0);
	}
	for (int i = 0; i < 6; i++) {
		nap_ms(120);
		assert_in_range(kill_child("signer"), 0, BACK_MS + 1000 * (i > 0));
	}
	nap_ms(300);
	stop = true;
	for (int i = 0; i < 2; i++) {
		pthread_join(s[i].thread, NULL);
		if (s[i].wrong[0])
			fail_msg("%s", s[i].wrong);
		assert_int_equal(s[i].tally.lost + s[i].tally.refused, 0);
		assert_true(s[i].stored > 0);
	}
	load_check_invariants(&fleet);
}

/* ---- SIGTERM ---- */

static void drains_when_told_to_stop(void **state)
{
	struct host *h = &fleet.host[0];
	struct talk slow, idle, late;
	struct talk_answer a;
	char waits[160];
	talk_init(&slow, fleet.ctx, h->port);
	talk_init(&idle, fleet.ctx, h->port);
	talk_init(&late, fleet.ctx, h->port);
	assert_true(answered(&idle));
	assert_true(talk_connect(&slow));
	/* A request that waits in the database, because somebody has locked the tokens. */
	PGconn *lock = cluster_connect(cluster, fleet.database, NULL);
	PQclear(PQexec(lock, "BEGIN"));
	PQclear(PQexec(lock, "LOCK TABLE talent.token IN ACCESS EXCLUSIVE MODE"));
	const struct talk_request rq = {.method = "GET", .path = "/v1/exams", .token = fleet.institution};
	int64_t asked = now_ms();
	assert_true(talk_send(&slow, &rq));
	snprintf(waits, sizeof waits, "SELECT count(*) FROM pg_locks WHERE NOT granted AND"
	         " relation = 'talent.token'::regclass");
	while (load_count(&fleet, waits) == 0 && now_ms() - asked < 10000)
		nap_ms(5);
	int64_t from = fair_ms();
	kill(h->pid, SIGTERM);
	nap_ms(150);
	PQclear(PQexec(lock, "COMMIT"));
	PQfinish(lock);
	int64_t waiting = now_ms() - asked;
	assert_true(talk_read(&slow, "GET", &a));
	if (a.status != 503 || waiting < LOCK_MS) /* nobody waits for a lock for ever */
		assert_int_equal(a.status, 200);
	assert_int_equal(host_stop(h, 60000), 0);
	assert_in_range(fair_ms() - from, 0, 30000);
	assert_int_equal(talk_ask(&late, &PROGRESS, &a), 0);
	talk_close(&slow);
	talk_close(&idle);
}

/* ---- SIGHUP ---- */

/* The common name of the certificate that a new connection is shown. */
static void served_name(char name[static 64])
{
	struct talk t;
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	name[0] = '\0';
	if (talk_connect(&t)) {
		X509 *x = SSL_get1_peer_certificate(t.ssl);
		X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, name, 64);
		X509_free(x);
	}
	talk_close(&t);
}

struct knocker {
	pthread_t thread;
	atomic_bool stop;
	atomic_int answered, failed;
};

/* New connections and requests on a kept one, as fast as they go. */
static void *knock(void *arg)
{
	struct knocker *k = arg;
	struct talk kept, new;
	talk_init(&kept, fleet.ctx, fleet.host[0].port);
	while (!k->stop) {
		talk_init(&new, fleet.ctx, fleet.host[0].port);
		bool ok = answered(&new) && answered(&kept);
		talk_close(&new);
		k->answered += ok;
		k->failed += !ok;
	}
	talk_close(&kept);
	return NULL;
}

static void reloads_certificates_without_a_failed_request(void **state)
{
	struct host *h = &fleet.host[0];
	struct knocker k = {0};
	char name[64];
	served_name(name);
	assert_string_equal(name, "localhost");
	assert_int_equal(pthread_create(&k.thread, NULL, knock, &k), 0);
	for (int i = 0; i < 10; i++) {
		const char *want = i % 2 == 0 ? "other" : "localhost";
		host_configure(h, i % 2 == 0 ? fleet.pki.other_cert : fleet.pki.cert,
		               i % 2 == 0 ? fleet.pki.other_key : fleet.pki.key, NULL);
		int64_t from = fair_ms();
		kill(h->pid, SIGHUP);
		for (int same = 0; same < 6 && fair_ms() - from < 5000;) { /* both workers, some luck */
			served_name(name);
			same = strcmp(name, want) == 0 ? same + 1 : 0;
		}
		assert_string_equal(name, want);
		assert_in_range(fair_ms() - from, 0, 1000);
	}
	k.stop = true;
	pthread_join(k.thread, NULL);
	assert_int_equal(k.failed, 0);
	assert_true(k.answered > 0);
	assert_int_equal(host_logged(h, "reload_refused"), 0);
}

static void until_logged(const char *text, int times)
{
	assert_true(host_until(&fleet.host[0], text, "", times));
	assert_int_equal(host_logged(&fleet.host[0], text), times);
}

static void a_bad_reload_keeps_the_old_and_says_so(void **state)
{
	struct host *h = &fleet.host[0];
	struct talk t[8];
	char name[64];
	open_connections(t, 8);
	host_configure(h, fleet.pki.junk, fleet.pki.key, NULL);
	kill(h->pid, SIGHUP);
	until_logged("reload_refused", 1);
	host_configure(h, fleet.pki.other_cert, fleet.pki.key, NULL); /* the key is another's */
	kill(h->pid, SIGHUP);
	until_logged("reload_refused", 2);
	host_configure(h, fleet.pki.cert, fleet.pki.key, "no_such_option = 1\n");
	kill(h->pid, SIGHUP);
	until_logged("reload_refused", 3);
	assert_true(host_logged(h, "stay in force") >= 3);
	served_name(name);
	assert_string_equal(name, "localhost");
	assert_int_equal(still_answering(t, 8), 8);
	close_connections(t, 8);
}

/* ---- the service manager ---- */

/* Waits for a datagram that begins a line with text; the others are passed over. */
static bool told(int fd, const char *text)
{
	char got[4096];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	for (int64_t until = now_ms() + 60000; now_ms() < until;) {
		if (poll(&p, 1, 200) <= 0)
			continue;
		ssize_t n = recv(fd, got, sizeof got - 1, 0);
		if (n > 0) {
			got[n] = '\0';
			const char *at = strstr(got, text);
			if (at && (at == got || at[-1] == '\n'))
				return true;
		}
	}
	return false;
}

static void tells_the_service_manager(void **state)
{
	struct host *h = &fleet.host[0];
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char socket_name[128];
	host_kill(h);
	snprintf(a.sun_path, sizeof a.sun_path, "%.90s/notify", fleet.dir);
	unlink(a.sun_path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	snprintf(socket_name, sizeof socket_name, "NOTIFY_SOCKET=%.100s", a.sun_path);
	h->env[0] = socket_name;
	h->env[1] = "WATCHDOG_USEC=400000";
	host_spawn(h);
	assert_true(told(fd, "READY=1"));
	assert_true(host_wait(h, 5000));
	assert_true(told(fd, "WATCHDOG=1"));
	assert_true(told(fd, "WATCHDOG=1"));
	kill(h->pid, SIGHUP);
	assert_true(told(fd, "RELOADING=1"));
	assert_true(told(fd, "READY=1"));
	kill(h->pid, SIGTERM);
	assert_true(told(fd, "STOPPING=1"));
	assert_int_equal(host_stop(h, 60000), 0);
	close(fd);
}

static int open_all(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 2);
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	host_kill(&fleet.host[0]);
	return 0;
}

static int close_all(void **state)
{
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

#define WITH_DAEMON(f) cmocka_unit_test_setup_teardown(f, start_daemon, stop_daemon)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DAEMON(a_dead_worker_is_noticed_by_its_own_clients_only),
		WITH_DAEMON(a_dead_helper_is_noticed_by_nobody),
		WITH_DAEMON(new_connections_pass_a_hanging_worker),
		WITH_DAEMON(a_dying_signer_delays_submissions_and_halves_none),
		WITH_DAEMON(drains_when_told_to_stop),
		WITH_DAEMON(reloads_certificates_without_a_failed_request),
		WITH_DAEMON(a_bad_reload_keeps_the_old_and_says_so),
		WITH_DAEMON(tells_the_service_manager),
	};
	return cmocka_run_group_tests_name("processes", tests, open_all, close_all);
}
