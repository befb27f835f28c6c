/* api/enrolment.c - who is in a training session: enrolled, one or a list; shown; withdrawn, which keeps the record and
 * frees the seat. Whoever comes back has the enrolment of before. */
#include <stdlib.h>

#include "api/audit.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "api/reason.h"
#include "api/session.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "db/array.h"
#include "domain/session.h"
#include "sql/enrolment_list.h"
#include "sql/enrolment_view.h"
#include "sql/enrolment_withdraw.h"
#include "sql/session_enrol.h"
#include "sql/session_enrol_list.h"
#include "sql/session_view.h"
#include "verifying/guess.h"

/* ---- as it is shown ---- */

static const char *const ways[] = {"daily", "total", NULL};

static const struct view_field candidate_fields[] = {
	VIEW_COLUMN(enrolment_row, name, "name"),
	VIEW_COLUMN(enrolment_row, id_type, "id_type"),
	VIEW_COLUMN(enrolment_row, id_masked, "id_number"),
};
static const struct view candidate_view = VIEW(candidate_masked, struct enrolment_row, candidate_fields);

static const struct view_field enrolment_fields[] = {
	VIEW_COLUMN(enrolment_row, id, "id"),
	VIEW_COLUMN(enrolment_row, state, "state", .words = enrolment_states),
	VIEW_COLUMN(enrolment_row, since, "since"),
	VIEW_COLUMN(enrolment_row, reason, "reason", .omitted = true),
	VIEW_SELF(candidate_view, "candidate"),
	VIEW_COLUMN(enrolment_row, hours_attended, "hours_attended", .as = VIEW_NUMBER, .omitted = true),
	VIEW_COLUMN(enrolment_row, attendance, "attendance", .words = ways, .omitted = true),
};
static const struct view enrolment_view = VIEW(enrolment, struct enrolment_row, enrolment_fields);

static int read_enrolment(struct request *rq, const PGresult *res, int row, void *item)
{
	enrolment_row_read(res, row, 0, item);
	return 1;
}

static const struct listed enrolment_list = {
	.key = {"enrolment", 1, {CURSOR_KEY(struct enrolment_row, id)}},
	.view = &enrolment_view,
	.read = read_enrolment,
};

struct enrolment_query {
	struct listing page;
	struct slice state;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct enrolment_query, page., enrolment_list),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct enrolment_query, state),
	 .choices = enrolment_states},
};
static const struct decode_table enrolments_query = {query_fields, ARRAY_LEN(query_fields),
                                                     sizeof(struct enrolment_query)};

/* ---- whose it is: its session's ---- */

static struct step load_enrolment(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, ENROLMENT_VIEW_CALL(rq->param[0].uuid, rq->param[1].uuid));
}

static int whose_enrolment(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct enrolment_row e;
	enrolment_row_read(res, row, 0, &e);
	*ret = (struct belongings){.holder = e.institution, .district = e.district};
	return 0;
}

static const struct route_object enrolment_object = {load_enrolment, whose_enrolment};

/* ---- POST /v1/sessions/{id}/enrolments ---- */

static step_fn enrol_store, enrol_done;

struct enrolled {
	struct uuid id;
	const char *state;
};

static const struct view_field enrolled_fields[] = {
	VIEW_FIELD(struct enrolled, id, "id"),
	VIEW_FIELD(struct enrolled, state, "state"),
};
static const struct view enrolled_view = VIEW(enrolment_made, struct enrolled, enrolled_fields);

struct enrol {
	struct enrolment body;
	struct candidate_facts who;
	struct slice document; /* its keyed hash */
};

static int check_enrolment(struct request *rq, void *state, struct fields *errors)
{
	struct enrol *st = state;
	return candidate_check(&st->body.candidate, day_of(instant_now()), rq->arena, errors, &st->who);
}

const struct route route_enrolment_create = {
	.name = "enrolment_create",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/enrolments",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &enrolment_table,
	.check = check_enrolment,
	.answers_fields = true, /* the birth date is checked against the session's */
	.state_size = sizeof(struct enrol),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, enrolled_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &session_enrol_statement,
	.first = enrol_store,
};

static struct step enrol_store(struct request *rq, const struct db_result *rows)
{
	struct enrol *st = rq->state;
	struct session_row s;
	struct new_person p;
	struct guess_refusal refusal;
	session_view_read(rows->res[0], 0, &s);
	candidate_check_born(&st->who, s.starts_on, "born_after_session", rq->errors);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	struct instant now = instant_now();
	if (!person_record(rq, uuid_v7(now), &st->who, &p))
		return reply_out_of_memory(rq);
	st->document = p.id_hash;
	if (!guess_allowed(rq, p.id_hash, &refusal))
		return guess_refuse(rq, &refusal);
	return AWAIT_WRITE(rq, enrol_done,
	                   SESSION_ENROL_CALL(request_context(rq), uuid_v7(now), s.id,
	                                      new_person_json(request_record(rq), &p)));
}

static struct step enrol_done(struct request *rq, const struct db_result *rows)
{
	const struct enrol *st = rq->state;
	struct session_enrol_row r;
	session_enrol_read(rows->res[0], 0, &r);
	if (r.outcome == SESSION_ENROL_PERSON_NAME_DIFFERS)
		return guess_name_differs(rq, st->document);
	if (r.outcome == SESSION_ENROL_SESSION_CLOSED)
		return reply_session_state(rq, r.state, r.allowed);
	if (r.outcome == SESSION_ENROL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != SESSION_ENROL_ENROLLED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 201, &enrolled_view, &(struct enrolled){r.enrolment, "enrolled"});
}

/* ---- POST /v1/sessions/{id}/roster: all of a list, or nobody ---- */

struct roster {
	struct enrolment_list body;
	struct candidate_facts *who;
	struct new_person *people;
	struct slice *documents; /* their keyed hashes */
};

static step_fn roster_store, roster_done;

static int check_roster(struct request *rq, void *state, struct fields *errors)
{
	struct roster *st = state;
	const struct candidate *candidates = st->body.candidates.items;
	const size_t n = st->body.candidates.n;
	st->who = arena_alloc(rq->arena, (n + 1) * sizeof *st->who);
	st->people = arena_alloc(rq->arena, (n + 1) * sizeof *st->people);
	st->documents = arena_alloc(rq->arena, (n + 1) * sizeof *st->documents);
	if (!st->who || !st->people || !st->documents)
		return E_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (candidate_check_at(&candidates[i], i, day_of(instant_now()), rq->arena, errors, &st->who[i]) < 0)
			return E_NOMEM;
	fields_sort(errors);
	return 0;
}

static SHAPE(roster_enrolment,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "state", .words = enrolment_states));

static const struct view_field roster_fields[] = {
	VIEW_FIELD(struct session_enrol_list_row, enrolments, "enrolments", .as = VIEW_JSON,
	           .shape = &roster_enrolment_shape),
};
static const struct view roster_view = VIEW(roster_enrolled, struct session_enrol_list_row, roster_fields);

const struct route route_enrolment_create_list = {
	.name = "enrolment_create_list",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/roster",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 64 * KIB,
	.body = &enrolment_list_table,
	.check = check_roster,
	.answers_fields = true,
	.state_size = sizeof(struct roster),
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(201, roster_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &session_enrol_list_statement,
	.first = roster_store,
};

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* As many new ids, ascending as the list is read, as PostgreSQL writes an array; p == NULL when memory is out. */
static struct slice new_ids(struct request *rq, size_t n)
{
	struct uuid made[CANDIDATES_MAX] = {{{0}}};
	struct buf ids = BUF_INIT(16 * KIB);
	for (size_t i = 0; i < n; i++)
		made[i] = uuid_v7(instant_now());
	qsort(made, n, sizeof made[0], compare_ids);
	db_array_begin(&ids);
	for (size_t i = 0; i < n; i++)
		db_array_uuid(&ids, made[i]);
	db_array_end(&ids);
	struct slice kept = buf_failed(&ids) ? SLICE_NONE : arena_slice(rq->arena, buf_slice(&ids));
	buf_free(&ids);
	return kept;
}

static struct step roster_store(struct request *rq, const struct db_result *rows)
{
	struct roster *st = rq->state;
	const size_t n = st->body.candidates.n;
	struct session_row s;
	struct guess_refusal refusal;
	session_view_read(rows->res[0], 0, &s);
	for (size_t i = 0; i < n; i++) {
		candidate_check_born_at(&st->who[i], i, s.starts_on, "born_after_session", rq->errors);
		if (!person_record(rq, uuid_v7(instant_now()), &st->who[i], &st->people[i]))
			return reply_out_of_memory(rq);
		st->documents[i] = st->people[i].id_hash;
	}
	person_refuse_twice(rq->errors, st->documents, n);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	for (size_t i = 0; i < n; i++)
		if (!guess_allowed(rq, st->documents[i], &refusal))
			return guess_refuse(rq, &refusal);
	struct slice ids = new_ids(rq, n);
	if (!ids.p)
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, roster_done,
	                   SESSION_ENROL_LIST_CALL(request_context(rq), s.id, ids,
	                                           new_person_array(request_record(rq), st->people, n)));
}

static struct step roster_done(struct request *rq, const struct db_result *rows)
{
	const struct roster *st = rq->state;
	struct session_enrol_list_row r;
	session_enrol_list_read(rows->res[0], 0, &r);
	switch (r.outcome) {
	case SESSION_ENROL_LIST_PERSON_NAME_DIFFERS:
		return person_names_differ(rq, st->documents, st->body.candidates.n, r.differs);
	case SESSION_ENROL_LIST_SESSION_CLOSED:
		return reply_session_state(rq, r.state, r.allowed);
	case SESSION_ENROL_LIST_SESSION_FULL:
		return reply_problem_with(rq, P_SESSION_FULL, SLICE_NONE,
		                          &(struct problem_member){.name = "seats", .kind = PROBLEM_NUMBER, .number = r.seats.v}, 1);
	case SESSION_ENROL_LIST_REPLAYED:
		request_replayed(rq);
		break;
	case SESSION_ENROL_LIST_ENROLLED:
		break;
	case SESSION_ENROL_LIST_SESSION_NOT_FOUND:
	case SESSION_ENROL_LIST_IDEMPOTENCY_KEY_REUSED:
	default:
		return reply_outcome(rq, r.outcome);
	}
	return reply_view(rq, 201, &roster_view, &r);
}

/* ---- GET /v1/sessions/{id}/enrolments, …/enrolments/{enrolment}, …/history ---- */

static step_fn enrolments_read, enrolments_done, enrolment_shown, history;

const struct route route_enrolment_list = {
	.name = "enrolment_list",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/enrolments",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &session_object,
	.query = &enrolments_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(enrolment_view)),
	.first = enrolments_read,
};

static struct step enrolments_read(struct request *rq, const struct db_result *rows)
{
	const struct enrolment_query *q = rq->query;
	return AWAIT_READ(rq, enrolments_done,
	                  ENROLMENT_LIST_CALL(rq->param[0].uuid, q->state, q->page.after.key[0].uuid,
	                                      listing_rows(&q->page)));
}

static struct step enrolments_done(struct request *rq, const struct db_result *rows)
{
	const struct enrolment_query *q = rq->query;
	return listing_reply(rq, &enrolment_list, &q->page, rows->res[0]);
}

const struct route route_enrolment_view = {
	.name = "enrolment_view",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/enrolments/{enrolment:uuid}",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &enrolment_object,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, enrolment_view)),
	.first = enrolment_shown,
};

static struct step enrolment_shown(struct request *rq, const struct db_result *rows)
{
	struct enrolment_row e;
	enrolment_row_read(rows->res[0], 0, 0, &e);
	return reply_view(rq, 200, &enrolment_view, &e);
}

const struct route route_enrolment_history = {
	.name = "enrolment_history",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/enrolments/{enrolment:uuid}/history",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &enrolment_object,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(audit_view)),
	.first = history,
};

static struct step history(struct request *rq, const struct db_result *rows)
{
	return history_reply(rq, rq->param[1].uuid);
}

/* ---- POST /v1/sessions/{id}/enrolments/{enrolment}/withdrawal ---- */

struct withdrawal {
	struct slice reason, note;
	struct uuid id;
	const char *state;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/withdrawal_reason_list.h"
#undef X
	NULL,
};

static const struct decode_field withdrawal_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct withdrawal, reason),
	 .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct withdrawal, note),
	 .max = 1000},
};
static const struct decode_table withdrawal_table = {withdrawal_fields, ARRAY_LEN(withdrawal_fields),
                                                     sizeof(struct withdrawal)};

static const struct view_field withdrawn_fields[] = {
	VIEW_FIELD(struct withdrawal, id, "id"),
	VIEW_FIELD(struct withdrawal, state, "state", .words = enrolment_states),
	VIEW_FIELD(struct withdrawal, reason, "reason"),
};
static const struct view withdrawn_view = VIEW(enrolment_withdrawn, struct withdrawal, withdrawn_fields);

static step_fn withdraw_store, withdraw_done;

const struct route route_enrolment_withdraw = {
	.name = "enrolment_withdraw",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/enrolments/{enrolment:uuid}/withdrawal",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &enrolment_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &withdrawal_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, withdrawn_view)),
	.write = &enrolment_withdraw_statement,
	.first = withdraw_store,
};

static struct step withdraw_store(struct request *rq, const struct db_result *rows)
{
	const struct withdrawal *w = rq->state;
	return AWAIT_WRITE(rq, withdraw_done,
	                   ENROLMENT_WITHDRAW_CALL(request_context(rq), rq->param[0].uuid, rq->param[1].uuid, w->reason,
	                                           w->note));
}

static struct step withdraw_done(struct request *rq, const struct db_result *rows)
{
	struct withdrawal *w = rq->state;
	struct enrolment_withdraw_row row;
	enrolment_withdraw_read(rows->res[0], 0, &row);
	if (row.outcome == ENROLMENT_WITHDRAW_SESSION_STATE)
		return reply_session_state(rq, row.state, row.allowed);
	if (row.outcome == ENROLMENT_WITHDRAW_OTHER_REASON)
		return reply_other_reason(rq, SLICE("withdrawn"), row.reason, row.since);
	if (row.outcome == ENROLMENT_WITHDRAW_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ENROLMENT_WITHDRAW_WITHDRAWN)
		return reply_outcome(rq, row.outcome);
	w->id = rq->param[1].uuid;
	w->state = "withdrawn";
	return reply_view(rq, 200, &withdrawn_view, w);
}
