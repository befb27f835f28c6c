/* api/attendance.c - who attended a training session how long, day by day or in all; and its completion, which counts at
 * once whoever attended the hours that the standard's level asks for. */
#include "api/listing.h"
#include "api/outcome.h"
#include "api/session.h"
#include "base/failpoint.h"
#include "db/array.h"
#include "domain/session.h"
#include "sql/attendance_list.h"
#include "sql/session_attend.h"
#include "sql/session_complete.h"
#include "sql/session_view.h"

/* Two array literals of equal length: ids and hours. False: memory is out. */
static bool attendance_arrays(struct request *rq, const struct decode_array *enrolments, struct slice *ret_ids,
                              struct slice *ret_hours)
{
	const struct session_attendance *a = enrolments->items;
	struct buf ids = BUF_INIT(64 * KIB), hours = BUF_INIT(64 * KIB);
	db_array_begin(&ids);
	db_array_begin(&hours);
	for (size_t i = 0; i < enrolments->n; i++) {
		db_array_uuid(&ids, a[i].id.v);
		db_array_hundredths(&hours, a[i].hours_attended.v);
	}
	db_array_end(&ids);
	db_array_end(&hours);
	*ret_ids = arena_slice(rq->arena, buf_slice(&ids));
	*ret_hours = arena_slice(rq->arena, buf_slice(&hours));
	bool ok = !buf_failed(&ids) && !buf_failed(&hours) && !arena_failed(rq->arena);
	buf_free(&ids);
	buf_free(&hours);
	return ok;
}

/* ---- POST /v1/sessions/{id}/attendance ---- */

static step_fn attend_store, attend_done;

struct attended {
	struct uuid session;
	struct opt_day day;
	int64_t recorded;
};

static const struct view_field attended_fields[] = {
	VIEW_FIELD(struct attended, session, "session"),
	VIEW_FIELD(struct attended, day, "day"),
	VIEW_FIELD(struct attended, recorded, "recorded"),
};
static const struct view attended_view = VIEW(attendance_recorded, struct attended, attended_fields);

static int check_hours(struct request *rq, void *state, struct fields *errors)
{
	return session_hours_check(state, day_of(instant_now()), rq->arena, errors);
}

const struct route route_session_attend = {
	.name = "session_attend",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/attendance",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 256 * KIB,
	.body = &session_hours_table,
	.check = check_hours,
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, attended_view)),
	.write = &session_attend_statement,
	.first = attend_store,
};

static struct step attend_store(struct request *rq, const struct db_result *rows)
{
	const struct session_hours *h = rq->state;
	struct slice ids, hours;
	if (!attendance_arrays(rq, &h->enrolments, &ids, &hours))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, attend_done,
	                   SESSION_ATTEND_CALL(request_context(rq), rq->param[0].uuid, h->day, ids, hours));
}

static struct step attend_done(struct request *rq, const struct db_result *rows)
{
	const struct session_hours *h = rq->state;
	struct session_attend_row row;
	session_attend_read(rows->res[0], 0, &row);
	if (row.outcome == SESSION_ATTEND_SESSION_STATE)
		return reply_session_state(rq, row.state, row.allowed);
	if (row.outcome == SESSION_ATTEND_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != SESSION_ATTEND_RECORDED)
		return reply_outcome(rq, row.outcome);
	const struct attended answer = {rq->param[0].uuid, h->day, (int64_t)h->enrolments.n};
	return reply_view(rq, 200, &attended_view, &answer);
}

/* ---- GET /v1/sessions/{id}/attendance ---- */

static step_fn list_begin, list_done;

static const struct view_field day_fields[] = {
	VIEW_COLUMN(attendance_list_row, day, "day"),
	VIEW_COLUMN(attendance_list_row, enrolment, "enrolment"),
	VIEW_COLUMN(attendance_list_row, name, "name"),
	VIEW_COLUMN(attendance_list_row, hours, "hours", .as = VIEW_NUMBER),
};
static const struct view day_view = VIEW(attendance, struct attendance_list_row, day_fields);

static int read_day(struct request *rq, const PGresult *res, int row, void *item)
{
	attendance_list_read(res, row, item);
	return 1;
}

static const struct listed attendance_list = {
	.key = {"attendance", 2, {CURSOR_KEY(struct attendance_list_row, place),
	                          CURSOR_KEY(struct attendance_list_row, enrolment)}},
	.view = &day_view,
	.read = read_day,
};

struct attendance_query {
	struct listing page;
	struct opt_day day;
	struct opt_uuid enrolment;
};

static const struct decode_field query_fields[] = {
	LISTING_FIELDS(struct attendance_query, page., attendance_list),
	{.name = "day", .kind = DECODE_DAY, .offset = offsetof(struct attendance_query, day)},
	{.name = "enrolment", .kind = DECODE_UUID, .offset = offsetof(struct attendance_query, enrolment)},
};
static const struct decode_table query_table = {query_fields, ARRAY_LEN(query_fields),
                                                sizeof(struct attendance_query)};

const struct route route_attendance_list = {
	.name = "attendance_list",
	.method = HTTP_GET,
	.path = "/v1/sessions/{id:uuid}/attendance",
	.roles = ROLE_INSTITUTION | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &session_object,
	.query = &query_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(day_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *rows)
{
	const struct attendance_query *q = rq->query;
	return AWAIT_READ(rq, list_done,
	                  ATTENDANCE_LIST_CALL(rq->param[0].uuid, q->day, q->enrolment.v,
	                                       cursor_number(&q->page.after, 0),
	                                       q->page.after.key[1].uuid, listing_rows(&q->page)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	const struct attendance_query *q = rq->query;
	return listing_reply(rq, &attendance_list, &q->page, rows->res[0]);
}

/* ---- POST /v1/sessions/{id}/completion ---- */

static step_fn complete_store, complete_done;

static const char *const shortfalls[] = {"hours_below_minimum", "not_reported", NULL};

/* As session_complete writes it. */
static SHAPE(not_completed,
             MEMBER(UUID, "id"),
             MEMBER(STRING, "code", .words = shortfalls),
             MEMBER(INT, "minimum"));

static const struct view_field completed_fields[] = {
	VIEW_FIELD(struct session_complete_row, completed.v, "completed"),
	VIEW_FIELD(struct session_complete_row, not_completed, "not_completed", .as = VIEW_JSON,
	           .shape = &not_completed_shape),
};
static const struct view session_completed_view =
	VIEW(session_completed, struct session_complete_row, completed_fields);

const struct route route_session_complete = {
	.name = "session_complete",
	.method = HTTP_POST,
	.path = "/v1/sessions/{id:uuid}/completion",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 256 * KIB,
	.body = &session_completion_table,
	.answers_fields = true, /* the date is checked against the session's */
	.deadline = INIT_SECONDS(10),
	.answers = ANSWERS(JSON_VIEW(200, session_completed_view)),
	.write = &session_complete_statement,
	.first = complete_store,
};

static struct step complete_store(struct request *rq, const struct db_result *rows)
{
	struct session_row s;
	const struct session_completion *c = rq->state;
	struct slice ids, hours;
	session_view_read(rows->res[0], 0, &s);
	/* A repetition is answered as it was, by the write function. */
	struct day ends_on = slice_is(s.state, "completed") ? c->completed_on.v : s.ends_on;
	if (session_completion_check(c, ends_on, day_of(instant_now()), rq->arena, rq->errors) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	if (!attendance_arrays(rq, &c->enrolments, &ids, &hours))
		return reply_out_of_memory(rq);
	if (FAILPOINT("session_complete"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, complete_done,
	                   SESSION_COMPLETE_CALL(request_context(rq), s.id, c->completed_on.v, ids,
	                                         hours));
}

static struct step complete_done(struct request *rq, const struct db_result *rows)
{
	struct session_complete_row r;
	session_complete_read(rows->res[0], 0, &r);
	if (r.outcome == SESSION_COMPLETE_ALREADY_COMPLETED || r.outcome == SESSION_COMPLETE_SESSION_CANCELLED)
		return reply_session_state(rq, r.state, r.allowed);
	if (r.outcome == SESSION_COMPLETE_REPLAYED)
		request_replayed(rq);
	else if (r.outcome != SESSION_COMPLETE_COMPLETED)
		return reply_outcome(rq, r.outcome);
	return reply_view(rq, 200, &session_completed_view, &r);
}
