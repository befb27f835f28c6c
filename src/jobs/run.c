/* jobs/run.c
 *
 *              ┌── nothing ──────────────────────────── pace ──┐
 *   wait ──► claim ──► request ─┬─ done ───┬─ all, or no time left ──► end ──► wait
 *     ▲                  ▲      └─ failed ─┘ (written down)             │
 *     │                  └── the next items ◄─┘                         │
 *     ├── at once, when the portion was full and something was done ◄───┤
 *     └── a growing pause, when nothing can be done here ◄──────────────┘
 *
 * A job that is one statement: wait ──► claim and work at once ──► wait. */
#include "jobs/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypt/random.h"
#include "db/array.h"
#include "db/rows.h"
#include "jobs/internal.h"
#include "jobs/standby.h"
#include "sql/job_claim.h"
#include "sql/job_end.h"
#include "sql/job_failed.h"
#include "store/outbox.h"
#include "text/json.h"
#include "text/jsonw.h"

enum { SEND_LIMIT_S = 30, SLOW_LIMIT_S = 310, AWAY_MAX = 3, REASON_MAX = 64, ITEMS_TEXT = 32 * 1024 };

enum item_state { ITEM_WAITS, ITEM_DONE, ITEM_FAILED };

struct item {
	char name[JOB_ITEM_MAX + 1];
	int64_t tries;
	enum item_state state;
};

struct job_run {
	const struct job_conf *conf;
	const struct job *job;
	struct loop_timer timer; /* the next thing to do */
	loop_fn *next;
	struct db_ticket *ticket;
	struct internal *request; /* NULL: a statement does it */
	struct mono claimed;      /* before the claim was asked for */
	struct item items[JOB_PORTION_MAX];
	int n, at, asked; /* items of the portion; those before at are settled; as many are in the request */
	int away;         /* requests in a row that nothing could be done about here */
	int64_t troubles; /* rounds in a row that ended so */
	int done, failed, given_up, notable; /* since the log was told */
	char reason[REASON_MAX];             /* of the last failure */
};

static void go_on(void *arg)
{
	struct job_run *r = arg;
	r->next(r);
}

/* Not at once, but from the loop: a reply's memory is in use until then. */
static void then(struct job_run *r, struct duration wait, loop_fn *next)
{
	r->next = next;
	loop_timer_after(&r->timer, wait);
}

static void begin(void *arg);

/* Nothing can be done here for now. */
static void back_off(struct job_run *r)
{
	r->troubles++;
	then(r, job_pause(&r->job->retry, r->troubles, random_below(UINT32_MAX)), begin);
}

static bool is_ok(struct job_run *r, const struct db_result *result)
{
	r->ticket = NULL;
	if (result->outcome == DB_ERROR || result->outcome == DB_CONSTRAINT)
		log_error(r->conf->log, "job_statement_failed", LOG_S("job", r->job->name),
		          LOG_S("sqlstate", result->sqlstate), LOG_S("message", result->message));
	return result->outcome == DB_OK;
}

static int send_call(struct job_run *r, const struct db_call *call, db_done_fn *done)
{
	const struct duration limit = SECONDS(r->job->slow ? SLOW_LIMIT_S : SEND_LIMIT_S);
	return db_send(r->conf->db, r->job->slow ? DB_LONG : DB_WRITE, call, 1, limit, done, r, &r->ticket);
}

/* ---- what is told ---- */

static void count(struct job_run *r, int64_t done, int64_t failed)
{
	metrics_add(r->conf->metrics, r->job->done, done);
	metrics_add(r->conf->metrics, r->job->failed, failed);
}

/* Once a round of requests. */
static void tell(struct job_run *r)
{
	const struct log_ctx *log = r->conf->log;
	const char *job = r->job->name;
	if (r->done > 0)
		log_info(log, "job_done", LOG_S("job", job), LOG_I("items", r->done));
	if (r->notable > 0)
		log_warning(log, r->job->notable, LOG_S("job", job), LOG_I("items", r->notable),
		            LOG_S("meaning", r->job->meaning));
	if (r->failed > 0)
		log_warning(log, "job_failed", LOG_S("job", job), LOG_I("items", r->failed),
		            LOG_S("reason", r->reason), LOG_S("meaning", "they are tried again"));
	if (r->given_up > 0)
		log_error(log, "job_given_up", LOG_S("job", job), LOG_I("items", r->given_up),
		          LOG_S("reason", r->reason), LOG_S("meaning", "they are not tried again by themselves"),
		          LOG_S("remedy", "`talentctl job failures` names them; mend the cause, then `talentctl job retry`"));
	r->done = r->failed = r->given_up = r->notable = 0;
}

/* ---- a statement ---- */

static void worked(void *arg, const struct db_result *result)
{
	struct job_run *r = arg;
	if (!is_ok(r, result)) {
		count(r, 0, 1);
		back_off(r);
		return;
	}
	int64_t did = row_i64(result->res[0], 0, 0);
	count(r, did, 0);
	r->troubles = 0;
	then(r, did >= r->job->portion ? (struct duration){0} : r->job->pace, begin);
}

static void work(struct job_run *r)
{
	struct db_arg args[JOB_ARGS_MAX];
	const struct db_call call = r->job->call(args, r->job->portion);
	if (send_call(r, &call, worked) < 0)
		back_off(r);
}

/* ---- the end of a portion ---- */

/* The names of the items in a state, from one on, as an array for a statement. */
static struct slice items_in(const struct job_run *r, enum item_state state, struct buf *out)
{
	db_array_begin(out);
	for (int i = 0; i < r->n; i++)
		if (r->items[i].state == state)
			db_array_text(out, slice_of(r->items[i].name));
	db_array_end(out);
	return buf_slice(out);
}

static void ended(void *arg, const struct db_result *result)
{
	struct job_run *r = arg;
	bool full = r->n == r->job->portion, stopped = r->away >= AWAY_MAX;
	r->n = 0;
	if (stopped) /* one more, and it stops again */
		r->away--;
	if (!is_ok(r, result) || stopped) {
		back_off(r);
		return;
	}
	r->troubles = 0;
	if (!full)
		tell(r);
	then(r, full ? (struct duration){0} : r->job->pace, begin);
}

/* What is done and what is left, handed to whoever sends it. */
static int send_end(struct job_run *r, int (*by)(struct job_run *, const struct db_call *))
{
	struct buf done = BUF_INIT(ITEMS_TEXT), left = BUF_INIT(ITEMS_TEXT);
	int rc = -1;
	items_in(r, ITEM_DONE, &done);
	items_in(r, ITEM_WAITS, &left);
	if (!buf_failed(&done) && !buf_failed(&left)) {
		const struct db_call call = JOB_END_CALL(slice_of(r->job->name), slice_of(r->conf->owner),
		                                         buf_slice(&done), buf_slice(&left));
		rc = by(r, &call);
	}
	buf_free(&done);
	buf_free(&left);
	return rc;
}

static int end_by_statement(struct job_run *r, const struct db_call *call)
{
	return send_call(r, call, ended);
}

static void end_portion(struct job_run *r)
{
	if (r->away >= AWAY_MAX)
		tell(r);
	if (send_end(r, end_by_statement) < 0)
		back_off(r);
}

/* ---- requests ---- */

static void next_request(void *arg);

static void settle(struct job_run *r, enum item_state state)
{
	for (int i = 0; i < r->asked; i++)
		r->items[r->at + i].state = state;
	r->at += r->asked;
	then(r, (struct duration){0}, next_request);
}

static void failure_stored(void *arg, const struct db_result *result)
{
	struct job_run *r = arg;
	struct job_failed_row row;
	if (is_ok(r, result)) {
		job_failed_read(result->res[0], 0, &row);
		r->given_up += (int)row.given_up;
		r->failed += (int)(row.failed - row.given_up);
	}
	settle(r, ITEM_FAILED);
}

/* Of several items the one that was tried most says how long all pause. */
static int64_t most_tries(const struct job_run *r)
{
	int64_t most = 1;
	for (int i = 0; i < r->asked; i++)
		if (r->items[r->at + i].tries > most)
			most = r->items[r->at + i].tries;
	return most;
}

static void store_failure(struct job_run *r, enum job_verdict verdict)
{
	const struct job *job = r->job;
	struct duration pause = job_pause(&job->retry, most_tries(r), random_below(UINT32_MAX));
	struct buf items = BUF_INIT(ITEMS_TEXT);
	int rc = -1;
	db_array_begin(&items);
	for (int i = 0; i < r->asked; i++)
		db_array_text(&items, slice_of(r->items[r->at + i].name));
	db_array_end(&items);
	if (!buf_failed(&items)) {
		const struct db_call call = JOB_FAILED_CALL(
			slice_of(job->name), slice_of(r->conf->owner), buf_slice(&items), slice_of(r->reason),
			pause.us / 1000, verdict != JOB_AWAY, verdict == JOB_REFUSED, job->failures_max);
		rc = send_call(r, &call, failure_stored);
	}
	buf_free(&items);
	if (rc < 0) /* their claim ends by itself */
		settle(r, ITEM_FAILED);
}

/* The text of a member of a reply, into out; "" when there is none. */
static void member_of(struct slice body, const char *name, char *out, size_t size)
{
	json_t *json = NULL;
	struct json_error_at at;
	out[0] = '\0';
	if (body.n == 0 || json_read(body, 8, &json, &at) < 0)
		return;
	struct slice text = json_text(json_object_get(json, name));
	if (text.p)
		snprintf(out, size, "%.*s", SLICE_ARGS(text));
	json_decref(json);
}

static void answered(void *arg, const struct internal_reply *reply)
{
	struct job_run *r = arg;
	enum job_verdict verdict = job_verdict(reply->status);
	char outcome[REASON_MAX];
	r->away = verdict == JOB_AWAY ? r->away + 1 : 0;
	if (verdict == JOB_DONE) {
		member_of(reply->body, "outcome", outcome, sizeof outcome);
		bool notable = r->job->notable && strcmp(outcome, r->job->notable) == 0;
		r->done += notable ? 0 : r->asked;
		r->notable += notable ? r->asked : 0;
		count(r, r->asked, 0);
		settle(r, ITEM_DONE);
		return;
	}
	member_of(reply->body, "code", r->reason, sizeof r->reason);
	if (!r->reason[0])
		snprintf(r->reason, sizeof r->reason, "status_%d", reply->status);
	count(r, 0, r->asked);
	store_failure(r, verdict);
}

static void write_items(const struct job_run *r, struct buf *out)
{
	struct jsonw w;
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_karray(&w, "items");
	for (int i = 0; i < r->asked; i++)
		jsonw_cstr(&w, r->items[r->at + i].name);
	jsonw_end(&w);
	jsonw_end(&w);
}

static bool is_time_left(const struct job_run *r)
{
	int64_t gone = mono_since(mono_now(), r->claimed).us;
	return gone + r->job->request.us < r->job->lease.us;
}

static void next_request(void *arg)
{
	struct job_run *r = arg;
	struct buf body = BUF_INIT(INTERNAL_BODY_MAX);
	internal_end(r->request);
	if (r->at >= r->n || r->away >= AWAY_MAX || !is_time_left(r)) {
		end_portion(r);
		return;
	}
	r->asked = r->n - r->at < r->job->at_once ? r->n - r->at : r->job->at_once;
	write_items(r, &body);
	if (buf_failed(&body) || internal_post(r->request, r->job->path, buf_slice(&body), answered, r) < 0)
		end_portion(r);
	buf_free(&body);
}

/* ---- claiming ---- */

static void take(struct job_run *r, const PGresult *res)
{
	r->n = r->at = r->asked = 0;
	for (int i = 0; i < rows_n(res) && i < JOB_PORTION_MAX; i++) {
		struct job_claim_row row;
		job_claim_read(res, i, &row);
		struct item *it = &r->items[r->n++];
		*it = (struct item){.tries = row.tries};
		snprintf(it->name, sizeof it->name, "%.*s", SLICE_ARGS(row.item));
	}
}

static void claimed(void *arg, const struct db_result *result)
{
	struct job_run *r = arg;
	if (!is_ok(r, result)) {
		back_off(r);
		return;
	}
	take(r, result->res[0]);
	if (r->n > 0) {
		next_request(r);
		return;
	}
	r->troubles = 0;
	tell(r);
	then(r, r->job->pace, begin);
}

static void claim(struct job_run *r)
{
	const struct job *job = r->job;
	const struct db_call call = JOB_CLAIM_CALL(slice_of(job->name), slice_of(r->conf->owner), job->portion,
	                                           job->lease.us / 1000, job->failures_max);
	r->claimed = mono_now();
	if (send_call(r, &call, claimed) < 0)
		back_off(r);
}

/* Each COMMIT that waits for the standby keeps a session of PostgreSQL. */
static void begin(void *arg)
{
	struct job_run *r = arg;
	if (r->conf->standby && standby_is_awaited(r->conf->standby))
		then(r, r->job->retry.first, begin);
	else if (r->request)
		claim(r);
	else
		work(r);
}

/* ---- the whole ---- */

struct job_run *job_run_new(const struct job_conf *conf, const struct job *job)
{
	struct job_run *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	*r = (struct job_run){.conf = conf, .job = job};
	if (job->path && !(r->request = internal_new(conf->loop, conf->app))) {
		free(r);
		return NULL;
	}
	loop_timer_init(&r->timer, conf->loop, go_on, r);
	then(r, (struct duration){0}, begin);
	return r;
}

static int end_by_outbox(struct job_run *r, const struct db_call *call)
{
	outbox_add(r->conf->outbox, call, r->conf->log);
	return 0;
}

void job_run_free(struct job_run *r)
{
	if (!r)
		return;
	loop_timer_stop(&r->timer);
	if (r->ticket)
		db_cancel(r->conf->db, r->ticket);
	internal_free(r->request);
	if (r->conf->outbox && r->n > 0 && send_end(r, end_by_outbox) < 0)
		log_warning(r->conf->log, "job_claim_kept", LOG_S("job", r->job->name),
		            LOG_S("meaning", "until it ends by itself"));
	free(r);
}
