/* api/agreement.c - agreements between a body and a company: one party proposes, the other confirms, an
 * administrator approves. Nobody can change the terms in between: they are never changed at all. */
#include "api/outcome.h"
#include "api/standing.h"
#include "crypt/random.h"
#include "sql/agreement_move.h"
#include "sql/agreement_propose.h"
#include "sql/types/new_agreement.h"

enum { TITLES_MAX = 60, WINDOW_DAYS_MAX = 90, MONTHS_MAX = 600 };

/* ---- POST /v1/agreements ---- */

struct title {
	struct slice occupation, edition, work_type, level, title, title_en, code;
};

struct proposal {
	struct slice with, as, confirmer;
	struct opt_int window_days, validity_months, renewal_months;
	struct opt_day valid_from, valid_to;
	struct decode_array titles;
	struct uuid id;
};

#define TITLE(member, must, most) \
	{.name = #member, .kind = DECODE_STRING, .required = must, .nullable = !(must), \
	 .offset = offsetof(struct title, member), .min = 1, .max = most}
static const struct decode_field title_fields[] = {
	TITLE(occupation, true, 32), TITLE(edition, true, 16),   TITLE(work_type, true, 64), TITLE(level, true, 16),
	TITLE(title, true, 100),     TITLE(title_en, false, 200), TITLE(code, false, 60),
};
static const struct decode_table title_table = {title_fields, ARRAY_LEN(title_fields), sizeof(struct title)};

/* As which the proposer does: said where either could be either. */
static const char *const parties[] = {"evaluation_body", "livestreaming_company", NULL};

static const struct decode_field proposal_fields[] = {
	{.name = "with", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct proposal, with),
	 .min = 1, .max = 40},
	{.name = "as", .kind = DECODE_CHOICE, .nullable = true, .offset = offsetof(struct proposal, as),
	 .choices = parties},
	{.name = "valid_from", .kind = DECODE_DAY, .required = true, .offset = offsetof(struct proposal, valid_from)},
	{.name = "valid_to", .kind = DECODE_DAY, .nullable = true, .offset = offsetof(struct proposal, valid_to)},
	{.name = "window_days", .kind = DECODE_INT, .nullable = true,
	 .offset = offsetof(struct proposal, window_days), .max = WINDOW_DAYS_MAX},
	{.name = "confirmer", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct proposal, confirmer),
	 .min = 1, .max = 100},
	{.name = "validity_months", .kind = DECODE_INT, .nullable = true,
	 .offset = offsetof(struct proposal, validity_months), .min = 1, .max = MONTHS_MAX},
	{.name = "renewal_months", .kind = DECODE_INT, .nullable = true,
	 .offset = offsetof(struct proposal, renewal_months), .min = 1, .max = MONTHS_MAX},
	{.name = "titles", .kind = DECODE_ARRAY, .required = true, .offset = offsetof(struct proposal, titles),
	 .min = 1, .max = TITLES_MAX, .table = &title_table},
};
static const struct decode_table proposal_table = {proposal_fields, ARRAY_LEN(proposal_fields),
                                                   sizeof(struct proposal)};

/* Each date and number against its neighbours. */
static int check_terms(struct request *rq, void *state, struct fields *errors)
{
	const struct proposal *p = state;
	if (p->valid_from.given && p->valid_to.given && p->valid_to.v.n < p->valid_from.v.n)
		fields_add(errors, "/valid_to", "date_order");
	else if (p->valid_to.given && p->valid_to.v.n < day_of(instant_now()).n)
		fields_add(errors, "/valid_to", "date_in_past");
	if ((p->window_days.v > 0) != (p->confirmer.p != NULL))
		fields_add(errors, "/confirmer", p->confirmer.p ? "confirmer_without_window" : "required");
	if (p->renewal_months.given && p->renewal_months.v > p->validity_months.v)
		fields_add(errors, "/renewal_months", "renewal_beyond_validity");
	return 0;
}

/* How far it is: what is asked for is what is answered. */
struct step_of_agreement {
	struct uuid id;
	const char *state;
};

static const char *const states[] = {"proposed", "confirmed", "approved", "withdrawn", "refused", NULL};
static const struct view_field moved_fields[] = {
	VIEW_FIELD(struct step_of_agreement, id, "id"),
	VIEW_FIELD(struct step_of_agreement, state, "state", .words = states),
};
static const struct view moved_view = VIEW(agreement_state, struct step_of_agreement, moved_fields);

static step_fn propose_begin, propose_done;

const struct route route_agreement_propose = {
	.name = "agreement_propose",
	.method = HTTP_POST,
	.path = "/v1/agreements",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY,
	.own = OWN_ORG,
	.media = "application/json",
	.body_max = 64 * KIB,
	.body = &proposal_table,
	.check = check_terms,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, moved_view)),
	.write = &agreement_propose_statement,
	.first = propose_begin,
};

static struct step propose_begin(struct request *rq, const struct db_result *none)
{
	struct proposal *p = rq->state;
	const struct title *t = p->titles.items;
	struct new_agreement_title *titles = arena_alloc(rq->arena, sizeof *titles * p->titles.n);
	if (!titles)
		return reply_out_of_memory(rq);
	for (size_t i = 0; i < p->titles.n; i++)
		titles[i] = (struct new_agreement_title){t[i].occupation, t[i].edition, t[i].work_type, t[i].level,
		                                         t[i].title, t[i].title_en, t[i].code};
	p->id = uuid_v7(instant_now());
	const struct new_agreement agreement = {
		.id = p->id,
		.proposer = rq->who.organisation,
		.partner = p->with,
		.proposes_as = p->as,
		.window_days = p->window_days.v,
		.confirmer = p->confirmer,
		.validity_months = p->validity_months.v,
		.renewal_months = p->renewal_months.v,
		.valid_from = p->valid_from,
		.valid_to = p->valid_to,
		.titles = titles,
		.n_titles = p->titles.n,
	};
	return AWAIT_WRITE(rq, propose_done,
	                   AGREEMENT_PROPOSE_CALL(request_context(rq),
	                                          new_agreement_json(request_record(rq), &agreement)));
}

/* Which member of a title is wrong, by the word. */
static const struct {
	enum outcome outcome;
	const char *member, *code;
} wrong_titles[] = {
	{OUTCOME_WORK_TYPE_UNKNOWN, "/work_type", "work_type_unknown"},
	{OUTCOME_LEVEL_NOT_OFFERED, "/level", "level_not_offered"},
	{OUTCOME_NO_STANDARD_THEN, "/level", "no_standard_then"},
	{OUTCOME_NOT_ACCREDITED_THEN, "/level", "not_accredited_then"},
	{OUTCOME_NOT_RECOGNISED_THEN, "/level", "not_recognised_then"},
	{OUTCOME_DUPLICATE, "", "duplicate"},
	{OUTCOME_RESERVED_WORDS, "/title", "reserved_words"},
	{OUTCOME_RESERVED_WORDS_EN, "/title_en", "reserved_words"},
	{OUTCOME_COMPANY_CODE, "/code", "company_code"},
	{OUTCOME_COMPANY_CODE_TAKEN, "/code", "company_code_taken"},
};

/* The title which is refused; none when it is not about a title. */
static void add_wrong_title(struct fields *errors, int outcome, struct slice which)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_titles); i++)
		if ((enum outcome)outcome == wrong_titles[i].outcome)
			fields_addf(errors, wrong_titles[i].code, "/titles/%.*s%s", SLICE_ARGS(which),
			            wrong_titles[i].member);
}

static struct step reply_refusal(struct request *rq, const struct agreement_propose_row *row)
{
	struct fields errors;
	fields_init(&errors, rq->arena);
	add_wrong_title(&errors, row->outcome, row->other);
	if (row->outcome == AGREEMENT_PROPOSE_ORGANISATION_UNKNOWN || row->outcome == AGREEMENT_PROPOSE_KIND_UNSUITABLE)
		fields_add(&errors, "/with", outcome_name((enum outcome)row->outcome));
	return fields_any(&errors) ? reply_fields(rq, &errors) : reply_outcome(rq, row->outcome);
}

static struct step propose_done(struct request *rq, const struct db_result *rows)
{
	struct agreement_propose_row row;
	char id[UUID_TEXT];
	agreement_propose_read(rows->res[0], 0, &row);
	if (row.outcome == AGREEMENT_PROPOSE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != AGREEMENT_PROPOSE_PROPOSED)
		return reply_refusal(rq, &row);
	uuid_format(row.id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "/v1/agreements/%s", id)));
	return reply_view(rq, 201, &moved_view, &(struct step_of_agreement){row.id, "proposed"});
}

/* ---- what becomes of it ---- */

static step_fn move_begin, move_done;

#define MOVE(of, at, who, whose, ...) \
	const struct route route_agreement_##of = { \
		.name = "agreement_" #of, \
		.method = HTTP_POST, \
		.path = "/v1/agreements/{id:uuid}/" at, \
		.roles = who, \
		.own = whose, \
		.deadline = INIT_SECONDS(5), \
		.answers = ANSWERS(JSON_VIEW(200, moved_view)), \
		.write = &agreement_move_statement, \
		.first = move_begin, \
		__VA_ARGS__, \
	}
#define REASON .media = "application/json", .body_max = 16 * KIB, .body = &standing_reason_table
#define PARTIES (ROLE_INSTITUTION | ROLE_COMPANY)

MOVE(confirm, "confirmation", PARTIES, OWN_ORG, .object = &agreement_object);
MOVE(approve, "approval", ROLE_ADMINISTRATOR, OWN_REGISTRY, .right = RIGHT_MANAGES);
MOVE(withdraw, "withdrawal", PARTIES, OWN_ORG, .object = &agreement_object, REASON);
MOVE(refuse, "refusal", ROLE_ADMINISTRATOR, OWN_REGISTRY, REASON);

static const char *state_of(const struct request *rq)
{
	return rq->route == &route_agreement_confirm    ? "confirmed"
	       : rq->route == &route_agreement_approve  ? "approved"
	       : rq->route == &route_agreement_withdraw ? "withdrawn"
	                                                : "refused";
}

static struct step move_begin(struct request *rq, const struct db_result *none)
{
	const struct standing_reason none_given = {{NULL, 0}, {NULL, 0}};
	const struct standing_reason *why = rq->route->body ? rq->state : &none_given;
	const bool is_party = rq->route->own == OWN_ORG;
	return AWAIT_WRITE(rq, move_done,
	                   AGREEMENT_MOVE_CALL(request_context(rq), rq->param[0].uuid, slice_of(state_of(rq)),
	                                       is_party ? rq->who.organisation : (struct uuid){{0}}, why->reason,
	                                       why->note));
}

static struct step move_done(struct request *rq, const struct db_result *rows)
{
	struct agreement_move_row row;
	struct fields errors;
	agreement_move_read(rows->res[0], 0, &row);
	fields_init(&errors, rq->arena);
	add_wrong_title(&errors, row.outcome, row.other);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	if (row.outcome == AGREEMENT_MOVE_OVERLAPS)
		return reply_overlap(rq, row.other);
	if (row.outcome == AGREEMENT_MOVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != AGREEMENT_MOVE_MOVED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &moved_view, &(struct step_of_agreement){rq->param[0].uuid, state_of(rq)});
}
