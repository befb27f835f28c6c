/* api/assessment.c - reading one result, and annulling it. */
#include "api/routes.h"

#include "api/api.h"
#include "api/assessment_json.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "auth/gate.h"
#include "db/rows.h"
#include "sql_statements.h"

static struct step load(struct request *rq, step_fn *next)
{
	struct uuid id;
	if (!uuid_parse(rq->param[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, next, CALL(Q_ASSESSMENT_VIEW, db_uuid(id)),
	                  CALL(Q_ASSESSMENT_CERTIFICATES, db_uuid(id)));
}

/* Whether a result exists is private: other people's look like none. */
static bool may_touch(const struct request *rq, const PGresult *view)
{
	if (rows_n(view) == 0)
		return false;
	const struct belongings what = {
		.holder = row_uuid(view, 0, rows_col(view, "body")),
		.partner = row_uuid(view, 0, rows_col(view, "partner")),
		.district = row_text(view, 0, rows_col(view, "district")),
	};
	return auth_owns(rq, &what);
}

/* ---- GET /v1/assessments/{id} ---- */

static step_fn view_begin, view_done;

const struct route route_assessment_view = {
	.name = "assessment_view",
	.method = HTTP_GET,
	.path = "/v1/assessments/{id}",
	.deadline = INIT_SECONDS(5),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return load(rq, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	struct assessment_answer answer;
	struct jsonw w;
	if (!may_touch(rq, rows->res[0]))
		return reply_problem(rq, P_NOT_FOUND);
	if (!assessment_read(rows->res[0], rows->res[1], rq->arena, &answer))
		return reply_out_of_memory(rq);
	jsonw_init(&w, request_out(rq));
	assessment_write(&w, &answer, rq->arena, request_public_url(rq));
	return reply_json(rq, 200);
}

/* ---- POST /v1/assessments/{id}/annulment ---- */

static step_fn annul_begin, annul_store, annul_done;

const struct route route_assessment_annul = {
	.name = "assessment_annul",
	.method = HTTP_POST,
	.path = "/v1/assessments/{id}/annulment",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(8),
	.first = annul_begin,
};

static struct step annul_begin(struct request *rq, const struct db_result *none)
{
	struct step refused;
	(void)none;
	if (!reason_read(rq, &refused))
		return refused;
	return load(rq, annul_store);
}

static struct step annul_store(struct request *rq, const struct db_result *rows)
{
	const struct reason b = reason_of(rq);
	const PGresult *view = rows->res[0];
	if (!may_touch(rq, view))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_WRITE(rq, annul_done,
	                   CALL(F_ASSESSMENT_ANNUL, WRITE_CONTEXT(rq),
	                        db_uuid(row_uuid(view, 0, rows_col(view, "id"))),
	                        db_text(b.reason), db_text(b.note)));
}

static struct step annul_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "annulled"))
		return reply_outcome(rq, outcome);
	struct slice numbers = row_text(res, 0, rows_col(res, "numbers"));
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "id", row_text(res, 0, rows_col(res, "assessment")));
	jsonw_kcstr(&w, "state", "annulled");
	jsonw_kstr(&w, "annulled_on", row_text(res, 0, rows_col(res, "annulled_on")));
	jsonw_karray(&w, "certificates");
	while (numbers.n)
		jsonw_str(&w, slice_cut(&numbers, ','));
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
