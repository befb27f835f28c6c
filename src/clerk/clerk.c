/* clerk/clerk.c - kinds of work, each on its own timer; a full portion is followed by the next at
 * once.
 *
 *   fold      count deltas into totals           every second
 *   publish   passes whose publication day came  every half minute, one after the other
 *   confirm   keys that were wrapped anew        every ten seconds
 *   verify    signatures that were stored        every second
 *   withheld  passes that could not be published  every ten minutes, each
 *   void      places of abandoned certificates   every few seconds
 *   purge     idempotency keys of last week      every hour
 *   compare   the registry's journal (compare.h)
 *   standby   whether COMMITs wait for it (standby.h)
 */
#include "clerk/clerk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "clerk/compare.h"
#include "clerk/errand.h"
#include "clerk/standby.h"
#include "sql/abandoned_void.h"
#include "sql/assessments_due.h"
#include "sql/counts_fold.h"
#include "sql/idempotency_purge.h"
#include "sql/withheld_reconsider.h"

enum { FOLD_PORTION = 5000, PUBLISH_PORTION = 50, PURGE_PORTION = 5000, VOID_PORTION = 100, WITHHELD_PORTION = 200,
       SEND_LIMIT_S = 30 };
enum { PATH_TEXT = 128, CHORE_ARGS_MAX = 2 };

/* A statement that says how much it did, repeated on a timer. */
struct chore {
	struct clerk *clerk;
	struct loop_timer timer;
	struct duration pause;
	struct db_ticket *ticket;
	struct db_call call; /* of args */
	struct db_arg args[CHORE_ARGS_MAX];
	int64_t portion; /* as much as one call does at most */
};

struct clerk {
	struct clerk_conf conf;
	struct chore fold, voids, withheld_chore, purge;
	struct errand *errand, *confirm, *verify;
	struct compare *compare;
	struct standby *standby;
	struct loop_timer publish_timer, confirm_timer, verify_timer;
	struct db_ticket *publish_ticket;
	struct uuid due[PUBLISH_PORTION];
	struct day last_day; /* of the last in due: the next portion begins behind it */
	bool more;           /* there may be a next portion */
	int n_due, at, published, withheld;
	int refused; /* status of the last other refusal in this round; 0 = none */
};

/* ---- fold and purge ---- */

static void chore_run(void *arg);

static void chore_done(void *arg, const struct db_result *r)
{
	struct chore *c = arg;
	bool full = r->outcome == DB_OK && row_i64(r->res[0], 0, 0) >= c->portion;
	c->ticket = NULL;
	if (r->outcome == DB_ERROR || r->outcome == DB_CONSTRAINT || r->outcome == DB_FULL)
		log_error(c->clerk->conf.log, "chore_failed", LOG_S("sqlstate", r->sqlstate),
		          LOG_S("message", r->message));
	loop_timer_after(&c->timer, full ? (struct duration){0} : c->pause);
}

static void chore_run(void *arg)
{
	struct chore *c = arg;
	if (standby_is_awaited(c->clerk->standby) ||
	    db_send(c->clerk->conf.db, DB_WRITE, &c->call, 1, SECONDS(SEND_LIMIT_S), chore_done, c,
	            &c->ticket) < 0)
		loop_timer_after(&c->timer, c->pause);
}

static void chore_start(struct clerk *clerk, struct chore *c, struct db_call call, int64_t portion,
                        struct duration pause)
{
	*c = (struct chore){.clerk = clerk, .pause = pause, .call = call, .portion = portion};
	assert(call.n_args <= CHORE_ARGS_MAX);
	memcpy(c->args, call.args, (size_t)call.n_args * sizeof *call.args);
	c->call.args = c->args;
	loop_timer_init(&c->timer, clerk->conf.loop, chore_run, c);
	loop_timer_after(&c->timer, (struct duration){0});
}

static void chore_stop(struct chore *c)
{
	loop_timer_stop(&c->timer);
	if (c->ticket)
		db_cancel(c->clerk->conf.db, c->ticket);
}

/* ---- publish ----
 *
 * A round goes through everything that is due, portion by portion. What cannot be published (a
 * standing withdrawn, say) is withheld then, and due no more. What fails for a passing reason stays
 * due and is passed over until the next round. */

static void publish_next(struct clerk *c);

static void round_over(struct clerk *c)
{
	if (c->published > 0)
		log_info(c->conf.log, "published", LOG_I("results", c->published));
	if (c->withheld > 0)
		log_warning(c->conf.log, "withheld", LOG_I("results", c->withheld),
		            LOG_S("meaning", "passes whose day has come cannot be published; "
		                             "`talentctl withheld` says why"));
	if (c->refused)
		log_warning(c->conf.log, "not_published", LOG_I("status", c->refused),
		            LOG_S("meaning", "results that are due could not be published; they are "
		                             "tried again"));
	c->published = c->withheld = c->refused = 0;
	c->more = false;
	loop_timer_after(&c->publish_timer, SECONDS(30));
}

static void published(void *arg, int status)
{
	struct clerk *c = arg;
	if (status == 204)
		c->published++;
	else if (status == 200)
		c->withheld++;
	else if (status != 404) /* another clerk was first */
		c->refused = status;
	/* Not from inside the answer: its arena is still in use. */
	loop_timer_after(&c->publish_timer, (struct duration){0});
}

static void publish_next(struct clerk *c)
{
	char id[UUID_TEXT], path[PATH_TEXT];
	uuid_format(c->due[c->at++], id);
	snprintf(path, sizeof path, "/assessments/%s/publication", id);
	if (errand_send(c->errand, path, published, c) < 0)
		round_over(c);
}

static void take_due(void *arg, const struct db_result *r)
{
	struct clerk *c = arg;
	c->publish_ticket = NULL;
	c->n_due = c->at = 0;
	for (int i = 0; r->outcome == DB_OK && i < rows_n(r->res[0]) && i < PUBLISH_PORTION; i++) {
		struct assessments_due_row due;
		assessments_due_read(r->res[0], i, &due);
		c->due[c->n_due++] = due.id;
		c->last_day = due.publish_on;
	}
	c->more = c->n_due == PUBLISH_PORTION;
	if (c->n_due > 0)
		publish_next(c);
	else
		round_over(c);
}

static void publish_run(void *arg)
{
	struct clerk *c = arg;
	errand_end(c->errand);
	if (c->at < c->n_due) {
		publish_next(c);
		return;
	}
	if (c->n_due > 0 && !c->more) {
		c->n_due = c->at = 0;
		round_over(c);
		return;
	}
	const struct uuid last = c->more ? c->due[c->n_due - 1] : (struct uuid){{0}};
	const struct db_call call = ASSESSMENTS_DUE_CALL(
		PUBLISH_PORTION, ((struct opt_day){c->more, c->last_day}), last);
	if (standby_is_awaited(c->standby) ||
	    db_send(c->conf.db, DB_READ, &call, 1, SECONDS(SEND_LIMIT_S), take_due, c,
	            &c->publish_ticket) < 0)
		loop_timer_after(&c->publish_timer, SECONDS(5));
}

/* ---- confirm: whether the new boxes of keys open ---- */

static void confirmed(void *arg, int status)
{
	struct clerk *c = arg;
	if (status == 409)
		log_error(c->conf.log, "key_box_not_opened",
		          LOG_S("meaning", "an issuing key was wrapped anew and the new box does not "
		                           "open; where the old one does it has been put back"),
		          LOG_S("remedy", "find out who asked for it (audit: issuer_key_rewrap), and that "
		                          "every host has the same key-encryption keys"));
	loop_timer_after(&c->confirm_timer, status == 409 ? SECONDS(60) : SECONDS(10));
}

static void confirm_run(void *arg)
{
	struct clerk *c = arg;
	if (errand_send(c->confirm, "/keys/confirmation", confirmed, c) < 0)
		loop_timer_after(&c->confirm_timer, SECONDS(10));
}

/* ---- verify: whether what was stored as signed is ---- */

static void verified(void *arg, int status)
{
	struct clerk *c = arg;
	loop_timer_after(&c->verify_timer, status == 200   ? (struct duration){0}
	                                   : status == 204 ? SECONDS(1)
	                                                   : SECONDS(5));
}

static void verify_run(void *arg)
{
	struct clerk *c = arg;
	if (errand_send(c->verify, "/signatures/verification", verified, c) < 0)
		loop_timer_after(&c->verify_timer, SECONDS(5));
}

/* ---- the whole ---- */

struct clerk *clerk_new(const struct clerk_conf *conf)
{
	struct clerk *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->conf = *conf;
	c->errand = errand_new(conf->app);
	c->confirm = errand_new(conf->app);
	c->verify = errand_new(conf->app);
	c->compare = compare_new(conf->loop, conf->db, conf->journal, conf->log);
	c->standby = standby_new(conf->loop, conf->db, conf->log);
	if (!c->errand || !c->confirm || !c->verify || !c->compare || !c->standby) {
		standby_free(c->standby);
		compare_free(c->compare);
		errand_free(c->errand);
		errand_free(c->confirm);
		errand_free(c->verify);
		free(c);
		return NULL;
	}
	loop_timer_init(&c->confirm_timer, conf->loop, confirm_run, c);
	loop_timer_after(&c->confirm_timer, SECONDS(10));
	loop_timer_init(&c->verify_timer, conf->loop, verify_run, c);
	loop_timer_after(&c->verify_timer, SECONDS(1));
	chore_start(c, &c->fold, COUNTS_FOLD_CALL(FOLD_PORTION), FOLD_PORTION, SECONDS(1));
	chore_start(c, &c->voids, ABANDONED_VOID_CALL(VOID_PORTION), VOID_PORTION, SECONDS(5));
	chore_start(c, &c->withheld_chore,
	            WITHHELD_RECONSIDER_CALL(WITHHELD_PORTION, SLICE("10 minutes")), WITHHELD_PORTION,
	            SECONDS(60));
	chore_start(c, &c->purge, IDEMPOTENCY_PURGE_CALL(SLICE("7 days"), PURGE_PORTION),
	            PURGE_PORTION, SECONDS(3600));
	loop_timer_init(&c->publish_timer, conf->loop, publish_run, c);
	loop_timer_after(&c->publish_timer, SECONDS(1));
	return c;
}

void clerk_free(struct clerk *c)
{
	if (!c)
		return;
	chore_stop(&c->fold);
	chore_stop(&c->voids);
	chore_stop(&c->withheld_chore);
	chore_stop(&c->purge);
	loop_timer_stop(&c->publish_timer);
	if (c->publish_ticket)
		db_cancel(c->conf.db, c->publish_ticket);
	loop_timer_stop(&c->confirm_timer);
	loop_timer_stop(&c->verify_timer);
	errand_free(c->errand);
	compare_free(c->compare);
	standby_free(c->standby);
	errand_free(c->confirm);
	errand_free(c->verify);
	free(c);
}
