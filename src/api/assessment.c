/* api/assessment.c - reading one result, listing those that wait, and annulling one. */
#include "api/routes.h"

#include "api/api.h"
#include "api/assessment_json.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "auth/gate.h"
#include "sql/assessment_annul.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_list.h"
#include "sql/assessment_view.h"

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, ASSESSMENT_VIEW_CALL(rq->param[0].uuid),
	                  ASSESSMENT_CERTIFICATES_CALL(rq->param[0].uuid));
}

static bool may_see(const struct request *rq, struct uuid body, struct uuid partner,
                    struct slice district)
{
	const struct belongings what = {.holder = body, .partner = partner, .district = district};
	return auth_owns(rq, &what);
}

/* Whether a result exists is private: other people's look like none. */
static bool may_touch(const struct request *rq, const PGresult *view, struct uuid *ret_id)
{
	struct assessment_view_row a;
	if (rows_n(view) == 0)
		return false;
	assessment_view_read(view, 0, &a);
	*ret_id = a.id;
	return may_see(rq, a.body, a.partner, a.district);
}

/* ---- GET /v1/assessments/{id} ---- */

static step_fn view_begin, view_done;

const struct route route_assessment_view = {
	.name = "assessment_view",
	.method = HTTP_GET,
	.path = "/v1/assessments/{id:uuid}",
	.deadline = INIT_SECONDS(5),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return load(rq, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	struct assessment_answer answer;
	struct uuid id;
	struct jsonw w;
	if (!may_touch(rq, rows->res[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	if (!assessment_read(rows->res[0], rows->res[1], rq->arena, &answer))
		return reply_out_of_memory(rq);
	jsonw_init(&w, request_out(rq));
	assessment_write(&w, &answer, rq->arena, request_public_url(rq));
	return reply_json(rq, 200);
}

/* ---- GET /v1/assessments?state= ---- */

/* Only passes without certificates are listed: those that wait and those that are withheld. */
static const char *const listed_states[] = {"withheld", "awaiting_publication", NULL};

struct assessment_query {
	struct listing page;
	struct slice state;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct assessment_query, page),
	{.name = "state", .kind = DECODE_CHOICE, .required = true,
	 .offset = offsetof(struct assessment_query, state), .choices = listed_states},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct assessment_query)};

static step_fn list_begin, list_done;

const struct route route_assessment_list = {
	.name = "assessment_list",
	.method = HTTP_GET,
	.path = "/v1/assessments",
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct assessment_query *q = rq->query;
	return AWAIT_READ(rq, list_done,
	                  ASSESSMENT_LIST_CALL(rq->who.organisation, q->state, q->page.after.v,
	                                       listing_rows(&q->page)));
}

static struct uuid list_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	struct assessment_list_row a;
	assessment_list_read(res, row, &a);
	if (!may_see(rq, a.body, a.partner, a.district))
		return a.id;
	jsonw_object(w);
	jsonw_kuuid(w, "id", a.id);
	jsonw_kuuid(w, "exam_id", a.exam_id);
	jsonw_kstr(w, "exam_code", a.exam_code);
	jsonw_kstr(w, "state", a.state);
	jsonw_kstr(w, "name", a.name);
	jsonw_kopt_day(w, "publish_on", a.publish_on);
	assessment_write_withheld(w, a.reason, a.certificate_number, a.withheld_at);
	jsonw_end(w);
	return a.id;
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct assessment_query *q = rq->query;
	return listing_reply(rq, &q->page, rows, list_row);
}

/* ---- POST /v1/assessments/{id}/annulment ---- */

static step_fn annul_begin, annul_store, annul_done;

const struct route route_assessment_annul = {
	.name = "assessment_annul",
	.method = HTTP_POST,
	.path = "/v1/assessments/{id:uuid}/annulment",
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = annul_begin,
};

static struct step annul_begin(struct request *rq, const struct db_result *none)
{
	return load(rq, annul_store);
}

static struct step annul_store(struct request *rq, const struct db_result *rows)
{
	const struct reason b = reason_of(rq);
	struct uuid id;
	if (!may_touch(rq, rows->res[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_WRITE(rq, annul_done,
	                   ASSESSMENT_ANNUL_CALL(request_context(rq), id, b.reason, b.note));
}

static struct step annul_done(struct request *rq, const struct db_result *rows)
{
	struct assessment_annul_row r;
	assessment_annul_read(rows->res[0], 0, &r);
	if (r.outcome == ASSESSMENT_ANNUL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != ASSESSMENT_ANNUL_ANNULLED)
		return reply_outcome(rq, r.outcome);
	struct slice numbers = r.numbers;
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kuuid(&w, "id", r.assessment);
	jsonw_kcstr(&w, "state", "annulled");
	jsonw_kopt_day(&w, "annulled_on", r.annulled_on);
	jsonw_karray(&w, "certificates");
	while (numbers.n)
		jsonw_str(&w, slice_cut(&numbers, ','));
	jsonw_end(&w);
	jsonw_end(&w);
	return reply_json(rq, 200);
}
