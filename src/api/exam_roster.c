/* api/exam_roster.c - whom a body has registered for an exam: put on the roster, all of a list or nobody, with the
 * employer if there is one; shown; taken off it while there is no result. Where the exam asks for a roster, results are
 * taken for those who stand on it (assessment_submit.c). */
#include "api/exam.h"
#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "api/reason.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "sql/exam_enrol.h"
#include "sql/exam_enrol_session.h"
#include "sql/exam_roster.h"
#include "sql/exam_unenrol.h"
#include "sql/exam_view.h"
#include "sql/types/new_candidate.h"
#include "verifying/guess.h"

static const char *const candidate_states[] = {"listed", "removed", NULL};

/* ---- as it is shown ---- */

static const struct view_field who_fields[] = {
	VIEW_COLUMN(exam_roster_row, name, "name"),
	VIEW_COLUMN(exam_roster_row, id_type, "id_type"),
	VIEW_COLUMN(exam_roster_row, id_masked, "id_number"),
};
static const struct view who_view = VIEW(roster_candidate, struct exam_roster_row, who_fields);

static const struct view_field place_fields[] = {
	VIEW_COLUMN(exam_roster_row, id, "id"),
	VIEW_COLUMN(exam_roster_row, state, "state", .words = candidate_states),
	VIEW_COLUMN(exam_roster_row, since, "since"),
	VIEW_COLUMN(exam_roster_row, reason, "reason", .omitted = true),
	VIEW_SELF(who_view, "candidate"),
	VIEW_COLUMN(exam_roster_row, employer, "employer"),
	VIEW_COLUMN(exam_roster_row, assessment, "assessment"),
};
static const struct view place_view = VIEW(roster_place, struct exam_roster_row, place_fields);

/* ---- GET /v1/exams/{id}/roster ---- */

static int read_place(struct request *rq, const PGresult *res, int row, void *item)
{
	exam_roster_read(res, row, item);
	return 1;
}

static const struct listed places = {
	.key = {"roster", 1, {CURSOR_KEY(struct exam_roster_row, id)}},
	.view = &place_view,
	.read = read_place,
};

struct roster_query {
	struct listing page;
	struct slice state;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct roster_query, page., places),
	{.name = "state", .kind = DECODE_CHOICE, .offset = offsetof(struct roster_query, state), .choices = candidate_states},
};
static const struct decode_table roster_query = {query_fields, ARRAY_LEN(query_fields), sizeof(struct roster_query)};

static step_fn roster_read, roster_listed, enrol_store, enrol_done, unenrol_store, unenrol_done;

const struct route route_exam_roster = {
	.name = "exam_roster",
	.method = HTTP_GET,
	.path = "/v1/exams/{id:uuid}/roster",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &exam_object,
	.query = &roster_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(place_view)),
	.first = roster_read,
};

static struct step roster_read(struct request *rq, const struct db_result *rows)
{
	const struct roster_query *q = rq->query;
	return AWAIT_READ(rq, roster_listed,
	                  EXAM_ROSTER_CALL(rq->param[0].uuid, q->state, q->page.after.key[0].uuid, listing_rows(&q->page)));
}

static struct step roster_listed(struct request *rq, const struct db_result *rows)
{
	const struct roster_query *q = rq->query;
	return listing_reply(rq, &places, &q->page, rows->res[0]);
}

/* ---- POST /v1/exams/{id}/roster: all of a list, or nobody ---- */

struct entry {
	struct candidate candidate;
	struct slice employer;
};

static const struct decode_field entry_fields[] = {
	CANDIDATE_FIELDS(struct entry, candidate),
	{"employer", DECODE_STRING, .nullable = true, .offset = offsetof(struct entry, employer), .min = 1, .max = 100},
};
static const struct decode_table entry_table = {entry_fields, ARRAY_LEN(entry_fields), sizeof(struct entry)};

struct roster {
	struct decode_array candidates; /* of struct entry */
	struct candidate_facts who[CANDIDATES_MAX];
	struct new_candidate made[CANDIDATES_MAX];
	struct slice documents[CANDIDATES_MAX]; /* their keyed hashes */
};

static const struct decode_field list_fields[] = {
	{"candidates", DECODE_ARRAY, .required = true, .min = 1, .max = CANDIDATES_MAX, .table = &entry_table,
	 .offset = offsetof(struct roster, candidates)},
};
static const struct decode_table list_table = {list_fields, ARRAY_LEN(list_fields), sizeof(struct roster)};

static int check_roster(struct request *rq, void *state, struct fields *errors)
{
	struct roster *st = state;
	const struct entry *e = st->candidates.items;
	for (size_t i = 0; i < st->candidates.n; i++)
		if (candidate_check_at(&e[i].candidate, i, day_of(instant_now()), rq->arena, errors, &st->who[i]) < 0)
			return E_NOMEM;
	fields_sort(errors);
	return 0;
}

static SHAPE(roster_entry,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "state", .words = candidate_states));

static const struct view_field listed_fields[] = {
	VIEW_FIELD(struct exam_enrol_row, candidates, "candidates", .as = VIEW_JSON, .shape = &roster_entry_shape),
};
static const struct view listed_view = VIEW(exam_enrolled, struct exam_enrol_row, listed_fields);

const struct route route_exam_enrol = {
	.name = "exam_enrol",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/roster",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 64 * KIB,
	.body = &list_table,
	.check = check_roster,
	.answers_fields = true, /* births are compared with the exam's day */
	.state_size = sizeof(struct roster),
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(201, listed_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &exam_enrol_statement,
	.first = enrol_store,
};

static struct step enrol_store(struct request *rq, const struct db_result *rows)
{
	struct roster *st = rq->state;
	const size_t n = st->candidates.n;
	const struct entry *e = st->candidates.items;
	struct exam_view_row exam;
	struct guess_refusal refusal;
	exam_view_read(rows->res[0], 0, &exam);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	for (size_t i = 0; i < n; i++) {
		candidate_check_born_at(&st->who[i], i, exam.exam_summary.held_on, "born_after_exam", rq->errors);
		st->made[i] = (struct new_candidate){.id = uuid_v7(instant_now()), .employer = e[i].employer};
		if (!person_record(rq, uuid_v7(instant_now()), &st->who[i], &st->made[i].person))
			return reply_out_of_memory(rq);
		st->documents[i] = st->made[i].person.id_hash;
	}
	person_refuse_twice(rq->errors, st->documents, n);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	for (size_t i = 0; i < n; i++)
		if (!guess_allowed(rq, st->documents[i], &refusal))
			return guess_refuse(rq, &refusal);
	return AWAIT_WRITE(rq, enrol_done,
	                   EXAM_ENROL_CALL(request_context(rq), rq->param[0].uuid,
	                                   new_candidate_array(request_record(rq), st->made, n)));
}

static struct step enrol_done(struct request *rq, const struct db_result *rows)
{
	const struct roster *st = rq->state;
	struct exam_enrol_row r;
	exam_enrol_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_ENROL_PERSON_NAME_DIFFERS)
		return person_names_differ(rq, st->documents, st->candidates.n, r.differs);
	if (r.outcome == EXAM_ENROL_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, r.state, r.allowed);
	if (r.outcome == EXAM_ENROL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_ENROL_ENROLLED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 201, &listed_view, &r);
}

/* ---- PUT /v1/exams/{id}/roster/session: whoever is in the session that the exam ends ---- */

struct filled {
	struct uuid exam;
	int64_t added;
};

static const struct view_field filled_fields[] = {
	VIEW_FIELD(struct filled, exam, "exam"),
	VIEW_FIELD(struct filled, added, "added"),
};
static const struct view filled_view = VIEW(roster_filled, struct filled, filled_fields);

static step_fn fill_store, fill_done;

const struct route route_exam_enrol_session = {
	.name = "exam_enrol_session",
	.method = HTTP_PUT,
	.path = "/v1/exams/{id:uuid}/roster/session",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &exam_object,
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, filled_view)),
	.write = &exam_enrol_session_statement,
	.first = fill_store,
};

static struct step fill_store(struct request *rq, const struct db_result *rows)
{
	return AWAIT_WRITE(rq, fill_done, EXAM_ENROL_SESSION_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step fill_done(struct request *rq, const struct db_result *rows)
{
	struct exam_enrol_session_row r;
	exam_enrol_session_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_ENROL_SESSION_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, r.state, r.allowed);
	if (r.outcome == EXAM_ENROL_SESSION_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_ENROL_SESSION_ENROLLED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &filled_view, &(struct filled){rq->param[0].uuid, r.added.v});
}

/* ---- POST /v1/exams/{id}/roster/{candidate}/removal ---- */

struct removal {
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

static const struct decode_field removal_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct removal, reason),
	 .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct removal, note), .max = 1000},
};
static const struct decode_table removal_table = {removal_fields, ARRAY_LEN(removal_fields), sizeof(struct removal)};

static const struct view_field removed_fields[] = {
	VIEW_FIELD(struct removal, id, "id"),
	VIEW_FIELD(struct removal, state, "state", .words = candidate_states),
	VIEW_FIELD(struct removal, reason, "reason"),
};
static const struct view removed_view = VIEW(roster_removed, struct removal, removed_fields);

const struct route route_exam_unenrol = {
	.name = "exam_unenrol",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/roster/{candidate:uuid}/removal",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &removal_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, removed_view)),
	.write = &exam_unenrol_statement,
	.first = unenrol_store,
};

static struct step unenrol_store(struct request *rq, const struct db_result *rows)
{
	const struct removal *w = rq->state;
	return AWAIT_WRITE(rq, unenrol_done,
	                   EXAM_UNENROL_CALL(request_context(rq), rq->param[0].uuid, rq->param[1].uuid, w->reason, w->note));
}

static struct step unenrol_done(struct request *rq, const struct db_result *rows)
{
	struct removal *w = rq->state;
	struct exam_unenrol_row r;
	exam_unenrol_read(rows->res[0], 0, &r);
	if (r.outcome == EXAM_UNENROL_EXAM_STATE)
		return reply_state(rq, P_EXAM_STATE, r.state, r.allowed);
	if (r.outcome == EXAM_UNENROL_OTHER_REASON)
		return reply_other_reason(rq, SLICE("removed"), r.reason, r.since);
	if (r.outcome == EXAM_UNENROL_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != EXAM_UNENROL_REMOVED)
		return reply_outcome(rq, r.outcome);
	w->id = rq->param[1].uuid;
	w->state = "removed";
	return reply_view(rq, 200, &removed_view, w);
}
