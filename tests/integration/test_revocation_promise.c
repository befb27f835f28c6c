/* The promise of verification, under races: two hosts with two workers each on one database, and
 * clients that ask all four about one certificate without a pause, so that every cache is hot. It
 * is suspended, reinstated and revoked through one host or the other; an answer to a question that
 * was sent after the change's 200 had been received must know of the change, wherever it was asked.
 *
 * The certificate's life is a sequence of phases. Even phases are stable and have one right answer;
 * during odd ones a change is under way and any answer goes. A question that was sent and answered
 * within one even phase is judged. */
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
#include "../lib/load.h"

enum { ROUNDS = 100, ASKERS = 6, PHASES = 8, PER_HOST = 2 };

static const char *const right_answer[PHASES] = {
	[0] = "valid", [2] = "suspended", [4] = "valid", [6] = "revoked"};

struct promise {
	struct fleet fleet;
	pthread_mutex_t lock; /* of is */
	struct issued is;
	atomic_int phase; /* 8 x round + one of the above */
	atomic_bool stop;
	atomic_int judged[PHASES], unjudged, n_wrong;
	char wrong[512];
};

struct asker {
	struct promise *p;
	pthread_t thread;
	struct talk talk[FLEET_HOSTS * PER_HOST];
};

/* That it does not know, a host may say at any time. */
static void judge(struct promise *p, int before, const char *result, const struct talk_answer *a)
{
	if (p->phase != before || before % 2 != 0 || a->status == 503) {
		p->unjudged++;
		return;
	}
	p->judged[before % PHASES]++;
	if (strcmp(result, right_answer[before % PHASES]) == 0)
		return;
	if (p->n_wrong++ == 0)
		snprintf(p->wrong, sizeof p->wrong, "round %d, should be %s: %d %.300s", before / PHASES,
		         right_answer[before % PHASES], a->status, a->body);
}

static void ask_by_number(struct talk *t, const char *number, char result[static 24],
                          struct talk_answer *a)
{
	char body[128];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"Jean Martin\"}", number);
	const struct talk_request rq = {.method = "POST", .path = "/v1/verifications", .body = body};
	result[0] = '\0';
	if (talk_ask(t, &rq, a) == 200)
		talk_text(a, "result", 0, result, 24);
}

static void *ask_on(void *arg)
{
	struct asker *me = arg;
	struct promise *p = me->p;
	struct talk_answer a;
	char result[24], code[LOAD_CODE], number[LOAD_NUMBER];
	for (int n = 0; !p->stop; n++) {
		struct talk *t = &me->talk[n % (FLEET_HOSTS * PER_HOST)];
		pthread_mutex_lock(&p->lock);
		int before = p->phase;
		memcpy(code, p->is.code[0], sizeof code);
		memcpy(number, p->is.number[0], sizeof number);
		pthread_mutex_unlock(&p->lock);
		if (n % 8 == 7)
			ask_by_number(t, number, result, &a);
		else
			load_verify(t, code, result, &a);
		judge(p, before, result, &a);
	}
	return NULL;
}

/* Lets the askers ask, at least a few times, within the phase. */
static void linger(struct promise *p)
{
	int k = p->phase % PHASES, from = p->judged[k];
	for (int ms = 0; ms < 10000 && p->judged[k] - from < 2 * ASKERS; ms++)
		nap_ms(1);
}

static void change(struct promise *p, struct talk *t, enum load_change what)
{
	struct tally tally = {0};
	struct talk_answer a;
	p->phase++;
	if (!load_change(&p->fleet, t, what, p->is.number[0], &tally, &a))
		fail_msg("%d: %d %s", what, a.status, a.body);
	p->phase++;
	linger(p);
}

static void next_certificate(struct promise *p, struct talk *t, int round)
{
	struct tally tally = {0};
	struct talk_answer a;
	struct issued is = {0};
	if (!load_submit(&p->fleet, t, round, &is, &tally, &a))
		fail_msg("%d %s", a.status, a.body);
	free(is.body);
	pthread_mutex_lock(&p->lock);
	p->is = is;
	p->phase = PHASES * round;
	pthread_mutex_unlock(&p->lock);
}

static void start_askers(struct promise *p, struct asker *askers)
{
	for (int i = 0; i < ASKERS; i++) {
		askers[i].p = p;
		for (int k = 0; k < FLEET_HOSTS * PER_HOST; k++)
			talk_init(&askers[i].talk[k], p->fleet.ctx, p->fleet.host[k % FLEET_HOSTS].port);
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_on, &askers[i]), 0);
	}
}

static void no_answer_is_stale(void **state)
{
	struct promise *p = *state;
	struct asker askers[ASKERS];
	struct talk t[FLEET_HOSTS];
	for (int i = 0; i < FLEET_HOSTS; i++)
		talk_init(&t[i], p->fleet.ctx, p->fleet.host[i].port);
	next_certificate(p, &t[0], 1);
	start_askers(p, askers);
	for (int round = 1; round <= ROUNDS && p->n_wrong == 0; round++) {
		if (round > 1) {
			p->phase++;
			next_certificate(p, &t[round % 2], round);
		}
		linger(p);
		change(p, &t[round % 2], LOAD_SUSPEND);
		change(p, &t[(round / 2) % 2], LOAD_REINSTATE);
		change(p, &t[(round / 4) % 2], LOAD_REVOKE);
	}
	p->stop = true;
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(askers[i].thread, NULL);
		for (int k = 0; k < FLEET_HOSTS * PER_HOST; k++)
			talk_close(&askers[i].talk[k]);
	}
	for (int i = 0; i < FLEET_HOSTS; i++)
		talk_close(&t[i]);
	print_message("judged %d valid, %d suspended, %d reinstated, %d revoked; %d in between\n",
	              p->judged[0], p->judged[2], p->judged[4], p->judged[6], p->unjudged);
	if (p->n_wrong)
		fail_msg("%d wrong answers, the first: %s", p->n_wrong, p->wrong);
	for (int k = 0; k < PHASES; k += 2)
		assert_true(p->judged[k] >= ROUNDS);
	load_check_invariants(&p->fleet);
}

static int open_all(void **state)
{
	struct promise *p = calloc(1, sizeof *p);
	pthread_mutex_init(&p->lock, NULL);
	signal(SIGPIPE, SIG_IGN);
	fleet_open(&p->fleet, cluster_start(), 2);
	for (int i = 0; i < FLEET_HOSTS; i++)
		host_start(&p->fleet.host[i]);
	fleet_furnish(&p->fleet);
	*state = p;
	return 0;
}

static int close_all(void **state)
{
	struct promise *p = *state;
	struct cluster *cluster = p->fleet.cluster;
	fleet_close(&p->fleet);
	cluster_stop(cluster);
	free(p);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_answer_is_stale)};
	return cmocka_run_group_tests_name("revocation_promise", tests, open_all, close_all);
}
