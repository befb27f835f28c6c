/* The crash test: clients submit, revoke and verify while the daemon is killed 50 times at random
 * moments - every other time the whole process group, in between a worker, the signer, background jobs or
 * the recorder. Each acknowledgement is written to a journal and synced before the client goes on; at the
 * end the database must hold exactly what the journal says, and no verification that was sent after
 * a revocation's answer may have said "valid".
 *
 * CRASH_SEED replays the moments of the kills, CRASH_KILLS changes their number. Clients are
 * threads; they record what went wrong, and only the test's own thread judges. */
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"

enum { SUBMITTERS = 3, REVOKERS = 2, VERIFIERS = 3, ISSUED_MAX = 60000, PER_CLIENT = 1000000,
       LET_THROUGH = 10 };

struct crash {
	struct fleet fleet;
	atomic_bool stop;
	int journal; /* descriptor */
	struct tally tally;

	pthread_mutex_t lock; /* of what follows */
	struct issued *issued;
	int n_issued, n_taken; /* taken: given to a revoker */
	int revoked[ISSUED_MAX], n_revoked; /* acknowledged, as indices of issued */

	atomic_int stale, verified, repeated, n_wrong;
	char wrong[1024]; /* the first false answer */
};

struct client {
	struct crash *c;
	int number;
	pthread_t thread;
	unsigned seed;
};

static void note_wrong(struct crash *c, const char *what, const struct talk_answer *a)
{
	pthread_mutex_lock(&c->lock);
	if (c->n_wrong++ == 0)
		snprintf(c->wrong, sizeof c->wrong, "%s: %d %.800s", what, a->status, a->body);
	pthread_mutex_unlock(&c->lock);
}

/* An acknowledgement counts once it is on disk. */
static void acknowledge(struct crash *c, const char *line)
{
	size_t n = strlen(line);
	if (write(c->journal, line, n) != (ssize_t)n || fdatasync(c->journal) != 0)
		abort();
}

/* ---- clients ---- */

/* Now and then the same body once more: it must be answered with the same bytes. */
static void repeat(struct crash *c, struct talk *t, int n, const struct issued *is)
{
	struct talk_answer a;
	if (load_submit_once(&c->fleet, t, n, NULL, &a) != 201)
		return;
	c->repeated++;
	if (strcmp(a.body, is->body) != 0)
		note_wrong(c, "another body for the same result", &a);
}

static void *submit_all(void *arg)
{
	struct client *me = arg;
	struct crash *c = me->c;
	struct talk t;
	struct talk_answer a;
	char line[256];
	talk_init(&t, c->fleet.ctx, c->fleet.host[0].port);
	for (int n = me->number * PER_CLIENT; !c->stop; n++) {
		struct issued is;
		if (!load_submit(&c->fleet, &t, n, &is, &c->tally, &a)) {
			note_wrong(c, "submission", &a);
			break;
		}
		snprintf(line, sizeof line, "issued %s %s %s\n", is.assessment, is.number[0], is.number[1]);
		acknowledge(c, line);
		if (n % 8 == 0)
			repeat(c, &t, n, &is);
		pthread_mutex_lock(&c->lock);
		if (c->n_issued < ISSUED_MAX)
			c->issued[c->n_issued++] = is;
		pthread_mutex_unlock(&c->lock);
	}
	talk_close(&t);
	return NULL;
}

static int take_issued(struct crash *c)
{
	pthread_mutex_lock(&c->lock);
	/* some distance, so that verifiers have seen it valid and workers have it cached */
	int i = c->n_taken + 8 < c->n_issued ? c->n_taken++ : -1;
	pthread_mutex_unlock(&c->lock);
	return i;
}

static void *revoke_all(void *arg)
{
	struct client *me = arg;
	struct crash *c = me->c;
	struct talk t;
	struct talk_answer a;
	char line[128];
	talk_init(&t, c->fleet.ctx, c->fleet.host[0].port);
	while (!c->stop) {
		int i = take_issued(c);
		if (i < 0) {
			nap_ms(2);
			continue;
		}
		const char *number = c->issued[i].number[0];
		if (!load_change(&c->fleet, &t, LOAD_REVOKE, number, &c->tally, &a)) {
			note_wrong(c, "revocation", &a);
			break;
		}
		pthread_mutex_lock(&c->lock); /* from here on nobody may hear "valid" */
		c->revoked[c->n_revoked++] = i;
		pthread_mutex_unlock(&c->lock);
		snprintf(line, sizeof line, "revoked %s\n", number);
		acknowledge(c, line);
	}
	talk_close(&t);
	return NULL;
}

/* One that is known to be revoked (ret_revoked), or any of the latest. */
static bool choose(struct client *me, struct issued *ret, bool *ret_revoked)
{
	struct crash *c = me->c;
	pthread_mutex_lock(&c->lock);
	int n = c->n_issued, n_revoked = c->n_revoked, i = -1;
	*ret_revoked = n_revoked > 0 && rand_r(&me->seed) % 2 == 0;
	int back = 1 + rand_r(&me->seed) % 12;
	if (*ret_revoked)
		i = c->revoked[n_revoked > back ? n_revoked - back : n_revoked - 1];
	else if (n > 0)
		i = n > back ? n - back : n - 1;
	if (i >= 0)
		*ret = c->issued[i];
	pthread_mutex_unlock(&c->lock);
	return i >= 0;
}

/* Some connections are kept and some new, so that both workers are asked. */
static void *verify_all(void *arg)
{
	struct client *me = arg;
	struct crash *c = me->c;
	struct talk t[2];
	struct talk_answer a;
	struct issued is;
	bool revoked;
	char result[24];
	for (int i = 0; i < 2; i++)
		talk_init(&t[i], c->fleet.ctx, c->fleet.host[0].port);
	for (int n = 0; !c->stop; n++) {
		if (!choose(me, &is, &revoked)) {
			nap_ms(5);
			continue;
		}
		if (n % 16 == 0)
			talk_close(&t[n / 16 % 2]);
		load_verify(&t[n % 2], is.code[0], result, &a);
		c->verified += result[0] != '\0';
		if (revoked && result[0] && strcmp(result, "revoked") != 0) {
			c->stale++;
			note_wrong(c, "verification after the revocation's answer", &a);
		} else if (a.status != 0 && a.status != 200 && a.status != 503) {
			note_wrong(c, "verification", &a);
		}
		if (a.status != 200)
			nap_ms(5);
	}
	talk_close(&t[0]);
	talk_close(&t[1]);
	return NULL;
}

/* ---- killing ---- */

static void kill_somebody(struct crash *c, int round)
{
	static const char *const names[] = {"worker.1", "signer", "recorder", "worker.2", "jobs"};
	struct host *h = &c->fleet.host[0];
	if (round % 2 == 0) {
		host_kill(h);
		host_spawn(h);
		return;
	}
	pid_t victim = host_child(h, names[round / 2 % 5]);
	if (victim > 0)
		kill(victim, SIGKILL);
}

/* An environment variable as a number. */
static unsigned number_of(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);
	return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

/* ---- judging ---- */

/* Each line of the journal has its rows; and nothing is there that nobody was told of. */
static void check_journal(struct crash *c, const char *path)
{
	FILE *in = fopen(path, "r");
	char line[256], sql[640], id[64], first[64], second[64];
	long issued = 0, revoked = 0;
	assert_non_null(in);
	cluster_sql(c->fleet.cluster, c->fleet.database,
	            "CREATE TABLE public.acknowledged (assessment uuid, number text, state text)");
	PGconn *conn = cluster_connect(c->fleet.cluster, c->fleet.database, NULL);
	PQclear(PQexec(conn, "BEGIN"));
	while (fgets(line, sizeof line, in)) {
		if (sscanf(line, "issued %63s %63s %63s", id, first, second) == 3) {
			issued++;
			snprintf(sql, sizeof sql, "INSERT INTO public.acknowledged VALUES ('%s', '%s', 'issued'), "
			         "('%s', '%s', 'issued')", id, first, id, second);
		} else if (sscanf(line, "revoked %63s", first) == 1) {
			revoked++;
			snprintf(sql, sizeof sql,
			         "INSERT INTO public.acknowledged VALUES (NULL, '%s', 'revoked')", first);
		} else {
			fail_msg("journal: %s", line);
		}
		PQclear(PQexec(conn, sql));
	}
	PQclear(PQexec(conn, "COMMIT"));
	PQfinish(conn);
	fclose(in);
	assert_int_equal(issued * 2 + revoked,
	                 load_count(&c->fleet, "SELECT count(*) FROM public.acknowledged"));
	assert_int_equal(0, load_count(&c->fleet,
		"SELECT count(*) FROM public.acknowledged k WHERE state = 'issued' AND NOT EXISTS (SELECT "
		"FROM talent.certificate x WHERE (x.assessment, x.number) = (k.assessment, k.number))"));
	assert_int_equal(0, load_count(&c->fleet,
		"SELECT count(*) FROM public.acknowledged k WHERE state = 'revoked' AND NOT EXISTS (SELECT "
		"FROM talent.certificate x JOIN talent.certificate_state s ON s.certificate = x.id WHERE "
		"x.number = k.number AND s.state = 'revoked')"));
	assert_int_equal(load_count(&c->fleet, "SELECT count(*) FROM talent.assessment"), issued);
	assert_int_equal(load_count(&c->fleet, "SELECT count(*) FROM talent.certificate"), 2 * issued);
	assert_int_equal(load_count(&c->fleet, "SELECT count(*) FROM talent.certificate_state WHERE "
	                                       "state = 'revoked'"), revoked);
	assert_true(issued > 0 && revoked > 0);
	print_message("journal: %ld issued, %ld revoked\n", issued, revoked);
}

static void start_clients(struct client *clients, struct crash *c, unsigned seed)
{
	for (int i = 0; i < SUBMITTERS + REVOKERS + VERIFIERS; i++) {
		clients[i] = (struct client){.c = c, .number = i, .seed = seed + (unsigned)i};
		void *(*body)(void *) = i < SUBMITTERS              ? submit_all
		                        : i < SUBMITTERS + REVOKERS ? revoke_all
		                                                    : verify_all;
		assert_int_equal(pthread_create(&clients[i].thread, NULL, body, &clients[i]), 0);
	}
}

/* On a slow machine a start takes longer than the time between two kills. Every so often somebody
 * must have been served, or there is nothing that could be lost. */
static void let_some_through(struct crash *c)
{
	int before = c->n_issued;
	for (int i = 0; i < 3000 && c->n_issued < before + LET_THROUGH && c->n_wrong == 0; i++)
		nap_ms(10);
}

/* Of each kind at least one, or the journal shows nothing. */
static void let_all_kinds_through(struct crash *c)
{
	for (int i = 0; i < 6000 && c->n_wrong == 0; i++) {
		if (c->n_revoked > 0 && c->verified > 0)
			return;
		nap_ms(10);
	}
}

static void nothing_is_lost(void **state)
{
	struct crash *c = *state;
	struct client clients[SUBMITTERS + REVOKERS + VERIFIERS];
	unsigned seed = number_of("CRASH_SEED", (unsigned)time(NULL) ^ (unsigned)getpid());
	unsigned kills = number_of("CRASH_KILLS", 50), dice = seed;
	char path[FLEET_PATH + 16];
	print_message("seed %u, %u kills\n", seed, kills);
	snprintf(path, sizeof path, "%s/journal", c->fleet.dir);
	c->journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	assert_true(c->journal >= 0);
	start_clients(clients, c, seed);
	for (unsigned i = 0; i < kills && c->n_wrong == 0; i++) {
		if (i % 5 == 0)
			let_some_through(c);
		nap_ms(5 + rand_r(&dice) % 496);
		kill_somebody(c, (int)i);
	}
	host_wait(&c->fleet.host[0], 20000);
	let_all_kinds_through(c);
	c->stop = true;
	for (int i = 0; i < SUBMITTERS + REVOKERS + VERIFIERS; i++)
		pthread_join(clients[i].thread, NULL);
	close(c->journal);
	print_message("unknown %d, refused %d, 503 %d, replayed %d, repeated %d, verified %d\n",
	              c->tally.lost, c->tally.refused, c->tally.unavailable, c->tally.replayed,
	              c->repeated, c->verified);
	if (c->n_wrong)
		fail_msg("%d wrong answers (%d stale), the first: %s", c->n_wrong, c->stale, c->wrong);
	assert_true(c->tally.lost > 0 || kills < 10); /* otherwise nothing was tested */
	check_journal(c, path);
	load_check_invariants(&c->fleet);
}

static int open_all(void **state)
{
	struct crash *c = calloc(1, sizeof *c);
	c->issued = calloc(ISSUED_MAX, sizeof *c->issued);
	pthread_mutex_init(&c->lock, NULL);
	signal(SIGPIPE, SIG_IGN);
	fleet_open(&c->fleet, cluster_start(), 2);
	host_start(&c->fleet.host[0]);
	fleet_furnish(&c->fleet);
	*state = c;
	return 0;
}

static int close_all(void **state)
{
	struct crash *c = *state;
	struct cluster *cluster = c->fleet.cluster;
	if (c->n_wrong)
		host_show_log(&c->fleet.host[0]);
	fleet_close(&c->fleet);
	cluster_stop(cluster);
	for (int i = 0; i < c->n_issued; i++)
		free(c->issued[i].body);
	free(c->issued);
	free(c);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_lost)};
	return cmocka_run_group_tests_name("crash", tests, open_all, close_all);
}
