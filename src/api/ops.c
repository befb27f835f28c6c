/* api/ops.c - the operator's listener: alive, ready, metrics. Plain HTTP on a private address. */
#include "api/routes.h"

#include "api/api.h"
#include "db/rows.h"
#include "sql_statements.h"
#include "telemetry/shared.h"
#include "web/request.h"

static step_fn healthz_begin, readyz_begin, readyz_done, metrics_begin;

const struct route route_healthz = {
	.name = "healthz",
	.method = HTTP_GET,
	.path = "/healthz",
	.deadline = INIT_SECONDS(2),
	.open = true,
	.first = healthz_begin,
};

static struct step healthz_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	buf_adds(request_out(rq), "ok\n");
	return reply(rq, 200, "text/plain; charset=utf-8");
}

const struct route route_readyz = {
	.name = "readyz",
	.method = HTTP_GET,
	.path = "/readyz",
	.deadline = INIT_SECONDS(2),
	.open = true,
	.first = readyz_begin,
};

/* Ready means that a verdict could be given now: the primary answers. */
static struct step readyz_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return AWAIT_LANE(rq, readyz_done, DB_STATUS, CALL(Q_STATUS_READ, db_i64(INT64_MAX)));
}

static struct step readyz_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	if (rows_n(res) != 1 || row_bool(res, 0, rows_col(res, "in_recovery")))
		return reply_problem(rq, P_DATABASE_AWAY);
	buf_adds(request_out(rq), "ready\n");
	return reply(rq, 200, "text/plain; charset=utf-8");
}

const struct route route_metrics = {
	.name = "metrics",
	.method = HTTP_GET,
	.path = "/metrics",
	.deadline = INIT_SECONDS(2),
	.open = true,
	.first = metrics_begin,
};

static struct step metrics_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct api *api = request_app(rq);
	struct buf *out = request_out(rq);
	if (api->shared)
		shared_metrics_write(out, api->shared);
	return reply(rq, 200, "text/plain; version=0.0.4; charset=utf-8");
}
