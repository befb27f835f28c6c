/* api/assessment.c - reading one result, listing those that wait, and annulling one. */

#include "api/api.h"
#include "api/assessment.h"
#include "api/assessment_json.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "sql/assessment_annul.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_list.h"
#include "sql/assessment_view.h"
#include "web/request.h"

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, ASSESSMENT_VIEW_CALL(rq->param[0].uuid),
	                  ASSESSMENT_CERTIFICATES_CALL(rq->param[0].uuid, false));
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct assessment_view_row a;
	assessment_view_read(res, row, &a);
	*ret = (struct belongings){.holder = a.body, .partner = a.partner, .district = a.district};
	return 0;
}

static int whose_listed(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct assessment_list_row a;
	assessment_list_read(res, row, &a);
	*ret = (struct belongings){.holder = a.body, .partner = a.partner, .district = a.district};
	return 0;
}

const struct route_object assessment_object = {.load = load, .whose = whose};
static const struct route_object assessments = {.whose = whose_listed};

/* ---- GET /v1/assessments/{id} ---- */

static step_fn view;

const struct route route_assessment_view = {
	.name = "assessment_view",
	.method = HTTP_GET,
	.path = "/v1/assessments/{id:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &assessment_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, assessment_whole_view)),
	.first = view,
};

/* A company sees its own half: of the pair its certificate, and no number of somebody else's. */
static void show_own_half(const struct request *rq, struct assessment_answer *a)
{
	int n = 0;
	if (rq->who.role != ROLE_COMPANY)
		return;
	for (int i = 0; i < a->n_certificates; i++)
		if (a->certificates[i].kind == KIND_COMPANY)
			a->certificates[n++] = a->certificates[i];
	a->n_certificates = n;
	a->withheld_number = SLICE_NONE;
}

static struct step view(struct request *rq, const struct db_result *rows)
{
	struct assessment_answer answer;
	if (!assessment_read(rows->res[0], rows->res[1], rq->arena, &answer))
		return reply_out_of_memory(rq);
	show_own_half(rq, &answer);
	return assessment_reply(rq, 200, &answer);
}

/* ---- GET /v1/assessments?state= ---- */

/* Only passes without certificates are listed: those that wait, for their company or whatever else, and those that are
 * withheld. */
static const char *const listed_states[] = {"withheld", "awaiting_publication", "awaiting_number", NULL};
static const char *const listed_windows[] = {"open", NULL};

static const struct view_field withheld_fields[] = {
	VIEW_COLUMN(assessment_list_row, reason, "reason"),
	VIEW_COLUMN(assessment_list_row, withheld_at, "since"),
	VIEW_COLUMN(assessment_list_row, certificate_number, "certificate_number", .omitted = true),
};
static const struct view withheld_view = VIEW(withheld, struct assessment_list_row, withheld_fields);

static const struct view_field window_fields[] = {
	VIEW_COLUMN(assessment_list_row, window_state, "state", .words = window_states),
	VIEW_COLUMN(assessment_list_row, window_to, "to"),
};
static const struct view window_view = VIEW(waiting_window, struct assessment_list_row, window_fields);

static const struct view_field waiting_fields[] = {
	VIEW_COLUMN(assessment_list_row, id, "id"),
	VIEW_COLUMN(assessment_list_row, exam_id, "exam_id"),
	VIEW_COLUMN(assessment_list_row, exam_code, "exam_code"),
	VIEW_COLUMN(assessment_list_row, state, "state"),
	VIEW_COLUMN(assessment_list_row, name, "name"),
	VIEW_COLUMN(assessment_list_row, publish_on, "publish_on"),
	VIEW_SELF(window_view, "window", .omitted = true),
	VIEW_SELF(withheld_view, "withheld", .omitted = true),
};
static const struct view waiting_view = VIEW(waiting_assessment, struct assessment_list_row, waiting_fields);

static int read_waiting(struct request *rq, const PGresult *res, int row, void *item)
{
	struct assessment_list_row *waiting = item;
	assessment_list_read(res, row, waiting);
	if (rq->who.role == ROLE_COMPANY)
		waiting->certificate_number = SLICE_NONE;
	return 1;
}

static const struct listed assessment_list = {
	.key = {"assessment", 1, {CURSOR_KEY(struct assessment_list_row, id)}},
	.view = &waiting_view,
	.read = read_waiting,
};

struct assessment_query {
	struct listing page;
	struct slice state, window;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct assessment_query, page., assessment_list),
	{.name = "state", .kind = DECODE_CHOICE, .required = true,
	 .offset = offsetof(struct assessment_query, state), .choices = listed_states},
	{.name = "window", .kind = DECODE_CHOICE, .offset = offsetof(struct assessment_query, window),
	 .choices = listed_windows},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct assessment_query)};

static step_fn list_begin, list_done;

const struct route route_assessment_list = {
	.name = "assessment_list",
	.method = HTTP_GET,
	.path = "/v1/assessments",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &assessments,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(waiting_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct assessment_query *q = rq->query;
	const struct scope scope = principal_scope(&rq->who);
	return AWAIT_READ(rq, list_done,
	                  ASSESSMENT_LIST_CALL(scope.holder, scope.partner, scope.districts, q->state, q->window,
	                                       q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct assessment_query *q = rq->query;
	return listing_reply(rq, &assessment_list, &q->page, rows->res[0]);
}

/* ---- POST /v1/assessments/{id}/annulment ---- */

static step_fn annul_store, annul_done;

/* What was annulled, as it stands then. */
struct annulled {
	struct uuid id;
	const char *state;
	struct opt_day annulled_on;
	struct slice certificates;
};

static const struct view_field annulled_fields[] = {
	VIEW_FIELD(struct annulled, id, "id"),
	VIEW_FIELD(struct annulled, state, "state"),
	VIEW_FIELD(struct annulled, annulled_on, "annulled_on"),
	VIEW_FIELD(struct annulled, certificates, "certificates", .as = VIEW_WORDS),
};
static const struct view annulled_view = VIEW(assessment_annulled, struct annulled, annulled_fields);

const struct route route_assessment_annul = {
	.name = "assessment_annul",
	.method = HTTP_POST,
	.path = "/v1/assessments/{id:uuid}/annulment",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &assessment_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, annulled_view)),
	.write = &assessment_annul_statement,
	.first = annul_store,
};

static struct step annul_store(struct request *rq, const struct db_result *rows)
{
	const struct reason b = reason_of(rq);
	return AWAIT_WRITE(rq, annul_done,
	                   ASSESSMENT_ANNUL_CALL(request_context(rq), rq->param[0].uuid, b.reason,
	                                         b.note));
}

static struct step annul_done(struct request *rq, const struct db_result *rows)
{
	struct assessment_annul_row r;
	assessment_annul_read(rows->res[0], 0, &r);
	if (r.outcome == ASSESSMENT_ANNUL_OTHER_REASON)
		return reply_other_reason(rq, SLICE("annulled"), r.reason, r.annulled_on);
	if (r.outcome == ASSESSMENT_ANNUL_ASSESSMENT_SUPERSEDED)
		return reply_about_assessment(rq, P_ASSESSMENT_SUPERSEDED, r.assessment);
	if (r.outcome == ASSESSMENT_ANNUL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != ASSESSMENT_ANNUL_ANNULLED)
		return reply_outcome(rq, r.outcome);
	const struct annulled a = {r.assessment, "annulled", r.annulled_on, r.numbers};
	return reply_view(rq, 200, &annulled_view, &a);
}
