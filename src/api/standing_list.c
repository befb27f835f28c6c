/* api/standing_list.c - who is accredited, recognised and in agreement with whom: lists, and each by its id. */
#include "api/audit.h"
#include "api/listing.h"
#include "api/standing.h"
#include "sql/accreditation_list.h"
#include "sql/agreement_list.h"
#include "sql/recognition_list.h"

static const struct uuid any = {{0}};
static const struct opt_day never = {0};
static const char *const states[] = {"not_yet", "in_force", "suspended", "ended", NULL};
static const char *const agreement_states[] = {"proposed", "confirmed", "withdrawn", "refused",
                                               "not_yet",  "in_force",  "suspended", "ended", NULL};

/* ---- as they are shown ---- */

static const struct view_field accreditation_fields[] = {
	VIEW_COLUMN(accreditation_row, id, "id"),
	VIEW_COLUMN(accreditation_row, body_slug, "body"),
	VIEW_COLUMN(accreditation_row, body_name, "body_name"),
	VIEW_COLUMN(accreditation_row, district, "district"),
	VIEW_COLUMN(accreditation_row, occupation, "occupation"),
	VIEW_COLUMN(accreditation_row, edition, "edition"),
	VIEW_COLUMN(accreditation_row, occupation_name, "occupation_name"),
	VIEW_COLUMN(accreditation_row, work_type, "work_type"),
	VIEW_COLUMN(accreditation_row, site, "site"),
	VIEW_COLUMN(accreditation_row, site_name, "site_name"),
	VIEW_COLUMN(accreditation_row, standard, "standard"),
	VIEW_COLUMN(accreditation_row, levels, "levels", .as = VIEW_WORDS),
	VIEW_COLUMN(accreditation_row, valid_from, "valid_from"),
	VIEW_COLUMN(accreditation_row, valid_to, "valid_to"),
	VIEW_COLUMN(accreditation_row, state, "state", .words = states),
	VIEW_COLUMN(accreditation_row, suspended_on, "suspended_on"),
	VIEW_COLUMN(accreditation_row, reason, "reason"),
};
static const struct view accreditation_view = VIEW(accreditation, struct accreditation_row, accreditation_fields);

static const struct view_field recognition_fields[] = {
	VIEW_COLUMN(recognition_row, id, "id"),
	VIEW_COLUMN(recognition_row, company_slug, "company"),
	VIEW_COLUMN(recognition_row, company_name, "company_name"),
	VIEW_COLUMN(recognition_row, district, "district"),
	VIEW_COLUMN(recognition_row, occupation, "occupation"),
	VIEW_COLUMN(recognition_row, edition, "edition"),
	VIEW_COLUMN(recognition_row, occupation_name, "occupation_name"),
	VIEW_COLUMN(recognition_row, work_type, "work_type"),
	VIEW_COLUMN(recognition_row, standard, "standard"),
	VIEW_COLUMN(recognition_row, levels, "levels", .as = VIEW_WORDS),
	VIEW_COLUMN(recognition_row, valid_from, "valid_from"),
	VIEW_COLUMN(recognition_row, valid_to, "valid_to"),
	VIEW_COLUMN(recognition_row, state, "state", .words = states),
	VIEW_COLUMN(recognition_row, suspended_on, "suspended_on"),
	VIEW_COLUMN(recognition_row, reason, "reason"),
};
static const struct view recognition_view = VIEW(recognition, struct recognition_row, recognition_fields);

/* What the company's certificate is called. */
static SHAPE(agreement_title, MEMBER(STRING, "occupation"), MEMBER(STRING, "edition"), MEMBER(STRING, "work_type"),
             MEMBER(STRING, "level"), MEMBER(STRING, "title"), MEMBER(STRING, "title_en", .nullable = true),
             MEMBER(STRING, "code"));

static const struct view_field agreement_fields[] = {
	VIEW_COLUMN(agreement_row, id, "id"),
	VIEW_COLUMN(agreement_row, body_slug, "body"),
	VIEW_COLUMN(agreement_row, body_name, "body_name"),
	VIEW_COLUMN(agreement_row, district, "district"),
	VIEW_COLUMN(agreement_row, company_slug, "company"),
	VIEW_COLUMN(agreement_row, company_name, "company_name"),
	VIEW_COLUMN(agreement_row, proposed_by, "proposed_by"),
	VIEW_COLUMN(agreement_row, window_days, "window_days"),
	VIEW_COLUMN(agreement_row, confirmer, "confirmer"),
	VIEW_COLUMN(agreement_row, validity_months, "validity_months"),
	VIEW_COLUMN(agreement_row, renewal_months, "renewal_months"),
	VIEW_COLUMN(agreement_row, valid_from, "valid_from"),
	VIEW_COLUMN(agreement_row, valid_to, "valid_to"),
	VIEW_COLUMN(agreement_row, state, "state", .words = agreement_states),
	VIEW_COLUMN(agreement_row, suspended_on, "suspended_on"),
	VIEW_COLUMN(agreement_row, reason, "reason"),
	VIEW_COLUMN(agreement_row, titles, "titles", .as = VIEW_JSON, .shape = &agreement_title_shape),
};
static const struct view agreement_view = VIEW(agreement, struct agreement_row, agreement_fields);

/* ---- whose they are ---- */

static struct step load_accreditation(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next,
	                  ACCREDITATION_LIST_CALL(rq->param[0].uuid, any, SLICE_NONE, SLICE_NONE, SLICE_NONE, never,
	                                          SLICE_NONE, SLICE_NONE, any, 1));
}

static int whose_accreditation(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct accreditation_row a;
	accreditation_row_read(res, row, 0, &a);
	*ret = (struct belongings){.holder = a.body, .district = a.district};
	return 0;
}

static struct step load_recognition(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next,
	                  RECOGNITION_LIST_CALL(rq->param[0].uuid, any, SLICE_NONE, SLICE_NONE, SLICE_NONE, never,
	                                        SLICE_NONE, SLICE_NONE, any, 1));
}

static int whose_recognition(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct recognition_row r;
	recognition_row_read(res, row, 0, &r);
	*ret = (struct belongings){.partner = r.company, .district = r.district};
	return 0;
}

static struct step load_agreement(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next,
	                  AGREEMENT_LIST_CALL(rq->param[0].uuid, any, any, SLICE_NONE, SLICE_NONE, SLICE_NONE, never,
	                                      SLICE_NONE, SLICE_NONE, any, 1));
}

static int whose_agreement(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct agreement_row g;
	agreement_row_read(res, row, 0, &g);
	*ret = (struct belongings){.holder = g.body, .partner = g.company, .district = g.district};
	return 0;
}

const struct route_object accreditation_object = {load_accreditation, whose_accreditation};
const struct route_object recognition_object = {load_recognition, whose_recognition};
const struct route_object agreement_object = {load_agreement, whose_agreement};
static const struct route_object accreditations = {.whose = whose_accreditation};
static const struct route_object recognitions = {.whose = whose_recognition};
static const struct route_object agreements = {.whose = whose_agreement};

/* ---- lists ---- */

static int read_accreditation(struct request *rq, const PGresult *res, int row, void *item)
{
	accreditation_row_read(res, row, 0, item);
	return 1;
}

static int read_recognition(struct request *rq, const PGresult *res, int row, void *item)
{
	recognition_row_read(res, row, 0, item);
	return 1;
}

static int read_agreement(struct request *rq, const PGresult *res, int row, void *item)
{
	agreement_row_read(res, row, 0, item);
	return 1;
}

static const struct listed accreditation_list = {
	.key = {"accreditation", 1, {CURSOR_KEY(struct accreditation_row, id)}},
	.view = &accreditation_view,
	.read = read_accreditation,
};
static const struct listed recognition_list = {
	.key = {"recognition", 1, {CURSOR_KEY(struct recognition_row, id)}},
	.view = &recognition_view,
	.read = read_recognition,
};
static const struct listed agreement_list = {
	.key = {"agreement", 1, {CURSOR_KEY(struct agreement_row, id)}},
	.view = &agreement_view,
	.read = read_agreement,
};

struct standing_query {
	struct listing page;
	struct slice organisation, state, occupation, district;
	struct opt_day on;
};

#define QUERY(query, of, of_states) \
	static const struct decode_field query##_fields[] = { \
		LISTING_FIELDS(struct standing_query, page., of), \
		{.name = "organisation", .kind = DECODE_STRING, \
		 .offset = offsetof(struct standing_query, organisation), .min = 1, .max = 40}, \
		{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct standing_query, state), \
		 .choices = of_states}, \
		{.name = "on", .kind = DECODE_DAY, .offset = offsetof(struct standing_query, on)}, \
		{.name = "occupation", .kind = DECODE_STRING, \
		 .offset = offsetof(struct standing_query, occupation), .min = 1, .max = 32}, \
		{.name = "district", .kind = DECODE_STRING, \
		 .offset = offsetof(struct standing_query, district), .min = 6, .max = 6}, \
	}; \
	static const struct decode_table query = {query##_fields, ARRAY_LEN(query##_fields), \
	                                         sizeof(struct standing_query)}
QUERY(accreditation_query, accreditation_list, states);
QUERY(recognition_query, recognition_list, states);
QUERY(agreement_query, agreement_list, agreement_states);

static step_fn history, accreditation_begin, recognition_begin, agreement_begin, accreditation_done, recognition_done,
	agreement_done, accreditation_show, recognition_show, agreement_show;

#define READERS (ROLE_ADMINISTRATOR | ROLE_AUDITOR)
#define ROUTE(called, at, who, whose, shown, ...) \
	const struct route route_##called = { \
		.name = #called, \
		.method = HTTP_GET, \
		.path = at, \
		.roles = (who) | READERS, \
		.own = OWN_ORG, \
		.object = &(whose), \
		.deadline = INIT_SECONDS(5), \
		.answers = ANSWERS(shown), \
		__VA_ARGS__, \
	}

ROUTE(accreditation_list, "/v1/accreditations", ROLE_INSTITUTION, accreditations, VIEW_PAGE(accreditation_view),
      .query = &accreditation_query, .first = accreditation_begin);
ROUTE(accreditation_view, "/v1/accreditations/{id:uuid}", ROLE_INSTITUTION, accreditation_object,
      JSON_VIEW(200, accreditation_view), .first = accreditation_show);
ROUTE(recognition_list, "/v1/recognitions", ROLE_COMPANY, recognitions, VIEW_PAGE(recognition_view),
      .query = &recognition_query, .first = recognition_begin);
ROUTE(recognition_view, "/v1/recognitions/{id:uuid}", ROLE_COMPANY, recognition_object,
      JSON_VIEW(200, recognition_view), .first = recognition_show);
ROUTE(agreement_list, "/v1/agreements", ROLE_INSTITUTION | ROLE_COMPANY, agreements, VIEW_PAGE(agreement_view),
      .query = &agreement_query, .first = agreement_begin);
ROUTE(agreement_view, "/v1/agreements/{id:uuid}", ROLE_INSTITUTION | ROLE_COMPANY, agreement_object,
      JSON_VIEW(200, agreement_view), .first = agreement_show);

/* What was done to one, by whom and why: notes are for the file. */
ROUTE(accreditation_history, "/v1/accreditations/{id:uuid}/history", 0, accreditation_object, VIEW_PAGE(audit_view),
      .query = &history_query, .first = history);
ROUTE(recognition_history, "/v1/recognitions/{id:uuid}/history", 0, recognition_object, VIEW_PAGE(audit_view),
      .query = &history_query, .first = history);
ROUTE(agreement_history, "/v1/agreements/{id:uuid}/history", 0, agreement_object, VIEW_PAGE(audit_view),
      .query = &history_query, .first = history);

static struct step history(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[0].uuid);
}

static struct step accreditation_begin(struct request *rq, const struct db_result *none)
{
	const struct standing_query *q = rq->query;
	const struct scope s = principal_scope(&rq->who);
	return AWAIT_READ(rq, accreditation_done,
	                  ACCREDITATION_LIST_CALL(any, s.holder, s.districts, q->organisation, q->state, q->on, q->occupation,
	                                          q->district, q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step accreditation_done(struct request *rq, const struct db_result *rows)
{
	const struct standing_query *q = rq->query;
	return listing_reply(rq, &accreditation_list, &q->page, rows->res[0]);
}

static struct step accreditation_show(struct request *rq, const struct db_result *rows)
{
	struct accreditation_row a;
	accreditation_row_read(rows->res[0], 0, 0, &a);
	return reply_view(rq, 200, &accreditation_view, &a);
}

static struct step recognition_begin(struct request *rq, const struct db_result *none)
{
	const struct standing_query *q = rq->query;
	const struct scope s = principal_scope(&rq->who);
	return AWAIT_READ(rq, recognition_done,
	                  RECOGNITION_LIST_CALL(any, s.partner, s.districts, q->organisation, q->state, q->on, q->occupation,
	                                        q->district, q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step recognition_done(struct request *rq, const struct db_result *rows)
{
	const struct standing_query *q = rq->query;
	return listing_reply(rq, &recognition_list, &q->page, rows->res[0]);
}

static struct step recognition_show(struct request *rq, const struct db_result *rows)
{
	struct recognition_row r;
	recognition_row_read(rows->res[0], 0, 0, &r);
	return reply_view(rq, 200, &recognition_view, &r);
}

static struct step agreement_begin(struct request *rq, const struct db_result *none)
{
	const struct standing_query *q = rq->query;
	const struct scope s = principal_scope(&rq->who);
	return AWAIT_READ(rq, agreement_done,
	                  AGREEMENT_LIST_CALL(any, s.holder, s.partner, s.districts, q->organisation, q->state, q->on, q->occupation,
	                                      q->district, q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step agreement_done(struct request *rq, const struct db_result *rows)
{
	const struct standing_query *q = rq->query;
	return listing_reply(rq, &agreement_list, &q->page, rows->res[0]);
}

static struct step agreement_show(struct request *rq, const struct db_result *rows)
{
	struct agreement_row g;
	agreement_row_read(rows->res[0], 0, 0, &g);
	return reply_view(rq, 200, &agreement_view, &g);
}
