/* api/assessment.c - reading one result, listing those that wait, and annulling one. */
#include "api/routes.h"

#include "api/api.h"
#include "api/assessment_json.h"
#include "api/listing.h"
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

/* ---- GET /v1/assessments?state= ---- */

static step_fn list_begin, list_done;

const struct route route_assessment_list = {
	.name = "assessment_list",
	.method = HTTP_GET,
	.path = "/v1/assessments",
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

/* Only passes without certificates are listed: those that wait and those that are withheld. */
static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct step refused;
	struct slice state = request_query(rq, "state");
	struct listing *l = request_state(rq, sizeof *l);
	if (!l)
		return reply_out_of_memory(rq);
	if (!slice_is(state, "withheld") && !slice_is(state, "awaiting_publication"))
		return reply_problem(rq, P_INVALID_QUERY);
	if (!listing_read(rq, l, &refused))
		return refused;
	return AWAIT_READ(rq, list_done,
	                  CALL(Q_ASSESSMENT_LIST, db_uuid_or_null(rq->who.organisation),
	                       db_text(state), db_uuid_or_null(l->after), listing_rows(l)));
}

static struct slice text_or_none(const PGresult *res, int row, const char *column)
{
	int col = rows_col(res, column);
	return row_is_null(res, row, col) ? SLICE_NONE : row_text(res, row, col);
}

static void write_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	const struct belongings what = {
		.holder = row_uuid(res, row, rows_col(res, "body")),
		.partner = row_uuid(res, row, rows_col(res, "partner")),
		.district = row_text(res, row, rows_col(res, "district")),
	};
	if (!auth_owns(rq, &what))
		return;
	jsonw_object(w);
	jsonw_kstr(w, "id", row_text(res, row, rows_col(res, "id")));
	jsonw_kstr(w, "exam_id", row_text(res, row, rows_col(res, "exam_id")));
	jsonw_kstr(w, "exam_code", row_text(res, row, rows_col(res, "exam_code")));
	jsonw_kstr(w, "state", row_text(res, row, rows_col(res, "state")));
	jsonw_kstr(w, "name", row_text(res, row, rows_col(res, "name")));
	jsonw_kstr(w, "publish_on", row_text(res, row, rows_col(res, "publish_on")));
	assessment_write_withheld(w, text_or_none(res, row, "reason"),
	                          text_or_none(res, row, "certificate_number"),
	                          text_or_none(res, row, "withheld_at"));
	jsonw_end(w);
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, rows, write_row);
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
	.recorded = true,
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
