/* tests/integration/failpoints.h - a host that fails at one named step (FAIL=step:n, src/base/failpoint.h) while it does
 * one round of the main job: submit, verify, revoke, verify. FAIL_ONCE lets the restarted process live. Included by
 * test_failpoints.c and test_failpoints_lost.c only. */
#pragma once

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/fair_clock.h"
#include "../lib/load.h"

enum { PASSES_MAX = 11 }; /* probe, submit: 4, verify, revoke: 3, verify twice */

static struct cluster *cluster;
static struct fleet fleet;
static int candidate;

/* Arms a failpoint for the next start, in the signer or in the only worker. */
static inline void arm(const char *fail, char text[static 96], char once[static FLEET_PATH + 16])
{
	struct host *h = &fleet.host[0];
	snprintf(text, 96, "FAIL=%s", fail);
	snprintf(once, FLEET_PATH + 16, "FAIL_ONCE=%s/once", fleet.dir);
	unlink(once + strlen("FAIL_ONCE="));
	h->env[0] = text;
	h->env[1] = once;
	h->env[2] = strncmp(fail, "signer_", 7) == 0 ? "FAIL_IN=signer" : "FAIL_IN=worker";
}

static inline bool was_hit(const char *once)
{
	return access(once + strlen("FAIL_ONCE="), F_OK) == 0;
}

/* The same result without a key: answered with the same bytes. */
static inline void submit_again(struct talk *t, const struct issued *is)
{
	struct talk_answer a;
	if (load_submit_once(&fleet, t, candidate, NULL, &a) == 0) /* the kept connection died */
		load_submit_once(&fleet, t, candidate, NULL, &a);
	if (a.status == 201)
		assert_string_equal(a.body, is->body);
}

/* The main job once. Every answer must be right; what is not definite is repeated. */
static inline void round_of_the_job(const char *fail, bool again)
{
	struct talk t;
	struct talk_answer a;
	struct tally tally = {0};
	struct issued is = {0};
	char result[24] = "";
	talk_init(&t, fleet.ctx, fleet.host[0].port);
	if (!load_submit(&fleet, &t, ++candidate, &is, &tally, &a))
		fail_msg("%s: submission answered %d %s", fail, a.status, a.body);
	if (again)
		submit_again(&t, &is);
	for (int i = 0; i < LOAD_TRIES && !result[0]; i++, nap_ms(10))
		load_verify(&t, is.code[0], result, &a);
	assert_string_equal(result, "valid");
	if (!load_change(&fleet, &t, LOAD_REVOKE, is.number[0], &tally, &a))
		fail_msg("%s: revocation answered %d %s", fail, a.status, a.body);
	for (int i = 0, n = 0; n < 2 && i < LOAD_TRIES; i++) {
		load_verify(&t, is.code[0], result, &a);
		n += result[0] != '\0';
		if (result[0])
			assert_string_equal(result, "revoked");
	}
	free(is.body);
	talk_close(&t);
}

/* Returns whether the failpoint was reached. */
static inline bool scenario(const char *fail)
{
	struct host *h = &fleet.host[0];
	char text[96], once[FLEET_PATH + 16];
	arm(fail, text, once);
	host_start(h);
	round_of_the_job(fail, strncmp(fail, "db_", 3) != 0);
	host_kill(h);
	return was_hit(once);
}

/* Every send of the process, its Sync and its answer, until a round has no n-th one. */
static inline void each_pass(const char *point, const char *how)
{
	char fail[64];
	bool hit = true;
	for (int n = 1; hit && n <= PASSES_MAX; n++) {
		snprintf(fail, sizeof fail, "%s:%d%s", point, n, how);
		hit = scenario(fail);
		assert_true(hit || n > 9);
	}
	load_check_invariants(&fleet);
	assert_int_equal(load_count(&fleet, "SELECT count(*) FROM talent.assessment"), candidate);
}

static inline int open_all(void **state)
{
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 1);
	host_start(&fleet.host[0]);
	fleet_furnish(&fleet);
	host_kill(&fleet.host[0]);
	return 0;
}

static inline int close_all(void **state)
{
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}
