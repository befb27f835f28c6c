/* api/ops.c - the operator's listener: alive, ready, metrics. Plain HTTP on a private address. */

#include "api/api.h"
#include "api/key.h"
#include "base/outcome.h"
#include "recorder/client.h"
#include "sql/key_to_check.h"
#include "sql/standby_awaited.h"
#include "sql/status_read.h"
#include "telemetry/shared.h"
#include "web/helper.h"
#include "web/request.h"

static step_fn healthz_begin, readyz_begin, readyz_read, readyz_primary, readyz_standby, readyz_recorder, readyz_key,
	readyz_done, metrics_begin;

const struct route route_healthz = {
	.name = "healthz",
	.method = HTTP_GET,
	.path = "/healthz",
	.deadline = INIT_SECONDS(2),
	.open = true,
	.local = true,
	.answers = ANSWERS(MEDIA(200, "text/plain; charset=utf-8")),
	.first = healthz_begin,
};

static struct step healthz_begin(struct request *rq, const struct db_result *none)
{
	buf_adds(request_out(rq), "ok\n");
	return reply(rq, 200, "text/plain; charset=utf-8");
}

/* /readyz: a verdict could be given now; what else cannot be done is named. /readyz/issuing: a
 * certificate could be issued now. Both ask the primary, whether its standby takes what is written,
 * and the signer about a key. */
struct readiness {
	bool issuing_asked; /* which of the two */
	int64_t epoch;      /* of the connection that has the status; that for reads must lead there too */
	struct recorder *recorder;
	const char *why; /* nothing can be issued; NULL: it can */
};

const struct route route_readyz = {
	.name = "readyz",
	.method = HTTP_GET,
	.path = "/readyz",
	.state_size = sizeof(struct readiness),
	.deadline = INIT_SECONDS(2),
	.open = true,
	.answers = ANSWERS(MEDIA(200, "text/plain; charset=utf-8"), MEDIA(503, "text/plain; charset=utf-8")),
	.problems = PROBLEMS(P_HISTORY_HELD),
	.first = readyz_begin,
};

const struct route route_readyz_issuing = {
	.name = "readyz_issuing",
	.method = HTTP_GET,
	.path = "/readyz/issuing",
	.state_size = sizeof(struct readiness),
	.deadline = INIT_SECONDS(2),
	.open = true,
	.answers = ANSWERS(MEDIA(200, "text/plain; charset=utf-8"), MEDIA(503, "text/plain; charset=utf-8")),
	.problems = PROBLEMS(P_HISTORY_HELD),
	.first = readyz_begin,
};

/* Of the request's two seconds: a signer that does not answer must still be named in time. */
static const struct duration SIGNER_LIMIT = INIT_SECONDS(1);
static const struct duration RECORDER_LIMIT = {500 * 1000};

static struct step readyz_begin(struct request *rq, const struct db_result *none)
{
	const struct registry *registry = request_app(rq);
	struct readiness *r = rq->state;
	r->issuing_asked = rq->route == &route_readyz_issuing;
	r->recorder = registry->recorder;
	return AWAIT_LANE(rq, readyz_read, DB_STATUS, STATUS_READ_CALL(INT64_MAX));
}

/* The epoch of a status read; 0: not of a primary. */
static int64_t epoch_of(const PGresult *res, struct status_read_row *ret)
{
	*ret = (struct status_read_row){0};
	if (rows_n(res) != 1)
		return 0;
	status_read_read(res, 0, ret);
	return ret->in_recovery ? 0 : ret->epoch.v;
}

static struct step readyz_read(struct request *rq, const struct db_result *rows)
{
	struct status_read_row row;
	struct readiness *r = rq->state;
	r->epoch = epoch_of(rows->res[0], &row);
	return AWAIT_READ(rq, readyz_primary, STATUS_READ_CALL(INT64_MAX));
}

static struct step readyz_primary(struct request *rq, const struct db_result *rows)
{
	struct status_read_row row;
	const struct readiness *r = rq->state;
	if (r->epoch == 0 || epoch_of(rows->res[0], &row) != r->epoch)
		return reply_problem(rq, P_DATABASE_AWAY);
	if (row.held)
		return reply_problem(rq, P_HISTORY_HELD);
	return AWAIT_READ(rq, readyz_standby, STANDBY_AWAITED_CALL());
}

/* What is issued is acknowledged when the standby has it. */
static struct step readyz_standby(struct request *rq, const struct db_result *rows)
{
	struct readiness *r = rq->state;
	struct standby_awaited_row row;
	standby_awaited_read(rows->res[0], 0, &row);
	if (row.awaited) {
		r->why = "PostgreSQL waits for its synchronous standby: mend it, or take it out of "
			 "synchronous_standby_names";
		return request_continue(rq, readyz_done);
	}
	return request_continue(rq, readyz_recorder);
}

static void on_recorded(void *arg, int outcome)
{
	struct request *rq = arg;
	struct readiness *r = rq->state;
	if (outcome != 0)
		r->why = outcome == E_TIMEOUT ? "the recorder does not answer"
		                              : "the registry's journal cannot be written: make room in "
		                                "state_directory";
	request_resume(rq);
}

static struct step ask_key(struct request *rq, const struct db_result *none)
{
	const struct readiness *r = rq->state;
	if (r->why)
		return request_continue(rq, readyz_done);
	return AWAIT_LANE(rq, readyz_key, DB_STATUS, KEY_TO_CHECK_CALL());
}

/* Nothing to record: a recorder that could not write tries again for it. */
static struct step readyz_recorder(struct request *rq, const struct db_result *none)
{
	struct readiness *r = rq->state;
	if (!r->recorder)
		return request_continue(rq, ask_key);
	if (recorder_record(r->recorder, SLICE_NONE, RECORDER_LIMIT, on_recorded, rq, request_call(rq)) == 0)
		return request_await_call(rq, ask_key);
	r->why = "the recorder has too much to do";
	return request_continue(rq, readyz_done);
}

static const char *why_not_issuing(int outcome)
{
	switch (outcome) {
	case 0:
		return NULL;
	case E_TIMEOUT:
		return "the signer does not answer";
	case E_REFUSED:
		return "the signer cannot open the newest issuing key: it has another key-encryption key";
	case E_SYSTEM:
		return "the signer's journal cannot be written: make room for it";
	case E_FULL:
		return "the signer has too much to do";
	default:
		return "the signer failed: see its log";
	}
}

static void on_checked(void *arg, int outcome)
{
	struct request *rq = arg;
	struct readiness *r = rq->state;
	r->why = why_not_issuing(outcome);
	request_resume(rq);
}

static struct step readyz_key(struct request *rq, const struct db_result *rows)
{
	struct wrapped_key_row key;
	struct readiness *r = rq->state;
	if (rows_n(rows->res[0]) == 0) {
		r->why = "no issuer has a key yet";
		return request_continue(rq, readyz_done);
	}
	key_to_check_read(rows->res[0], 0, rq->arena, &key);
	const struct rewrap_job job = key_job(&key);
	int outcome = signer_check(request_channel(rq, &signer_service), &job, SIGNER_LIMIT, on_checked, rq, request_call(rq));
	if (outcome == 0)
		return request_await_call(rq, readyz_done);
	r->why = why_not_issuing(outcome);
	return request_continue(rq, readyz_done);
}

/* Everything the host cannot do at present, a line each. */
static void write_lacking(struct buf *out, const struct registry *registry, const struct readiness *r)
{
	if (r->why)
		buf_addf(out, "issuing: %s\n", r->why);
	for (size_t i = 0; registry->shared && i < shared_slots(registry->shared); i++) {
		const char *name = shared_down_name(registry->shared, i);
		if (name)
			buf_addf(out, "%s: not running; see the log\n", name);
	}
}

static struct step readyz_done(struct request *rq, const struct db_result *none)
{
	const struct readiness *r = rq->state;
	bool ready = !r->issuing_asked || !r->why;
	struct buf *out = request_out(rq);
	buf_adds(out, ready ? "ready\n" : "not ready\n");
	write_lacking(out, request_app(rq), r);
	return reply(rq, ready ? 200 : 503, "text/plain; charset=utf-8");
}

const struct route route_metrics = {
	.name = "metrics",
	.method = HTTP_GET,
	.path = "/metrics",
	.deadline = INIT_SECONDS(2),
	.open = true,
	.local = true,
	.answers = ANSWERS(MEDIA(200, "text/plain; version=0.0.4; charset=utf-8")),
	.first = metrics_begin,
};

static struct step metrics_begin(struct request *rq, const struct db_result *none)
{
	const struct registry *registry = request_app(rq);
	struct buf *out = request_out(rq);
	if (registry->shared)
		shared_metrics_write(out, registry->shared);
	return reply(rq, 200, "text/plain; version=0.0.4; charset=utf-8");
}
