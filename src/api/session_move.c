/* api/session_move.c - what becomes of a training session before it is completed: changed, published, cancelled. Which
 * of it its state allows, the write functions look up in the table that draws its life (talent.life). */
#include "api/outcome.h"
#include "api/reason.h"
#include "api/session.h"
#include "domain/session.h"
#include "sql/session_change.h"
#include "sql/session_move.h"

struct step reply_session_state(struct request *rq, struct slice state, struct slice allowed)
{
	return reply_state(rq, P_SESSION_STATE, state, allowed);
}

/* ---- PATCH /v1/sessions/{id}: what was written is what is answered ---- */

struct change {
	struct session_change body;
	struct uuid id;
};

static const struct view_field changed_fields[] = {
	VIEW_FIELD(struct change, id, "id"),
	VIEW_FIELD(struct change, body.title, "title", .omitted = true),
	VIEW_FIELD(struct change, body.starts_on, "starts_on", .omitted = true),
	VIEW_FIELD(struct change, body.ends_on, "ends_on", .omitted = true),
	VIEW_FIELD(struct change, body.hours, "hours", .omitted = true),
	VIEW_FIELD(struct change, body.capacity, "capacity", .omitted = true),
};
static const struct view changed_view = VIEW(session_changed, struct change, changed_fields);

static step_fn change_store, change_done;

static int check_change(struct request *rq, void *state, struct fields *errors)
{
	session_change_check(state, errors);
	return 0;
}

const struct route route_session_change = {
	.name = "session_change",
	.method = HTTP_PATCH,
	.path = "/v1/sessions/{id:uuid}",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &session_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &session_change_table,
	.check = check_change,
	.state_size = sizeof(struct change),
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, changed_view)),
	.write = &session_change_statement,
	.first = change_store,
};

static struct step change_store(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	c->id = rq->param[0].uuid;
	return AWAIT_WRITE(rq, change_done,
	                   SESSION_CHANGE_CALL(request_context(rq), c->id, c->body.title, c->body.starts_on,
	                                       c->body.ends_on, c->body.hours, c->body.capacity, c->body.note));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct session_change_row row;
	session_change_read(rows->res[0], 0, &row);
	if (row.outcome == SESSION_CHANGE_SESSION_STATE)
		return reply_session_state(rq, row.state, row.allowed);
	if (row.outcome == SESSION_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != SESSION_CHANGE_CHANGED)
		return reply_outcome(rq, row.outcome);
	return reply_view(rq, 200, &changed_view, rq->state);
}

/* ---- POST /v1/sessions/{id}/publication, …/cancellation ---- */

struct move {
	struct slice reason, note;
	struct uuid id;
	const char *state;
	struct opt_int enrolments;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/session_reason_list.h"
#undef X
	NULL,
};

static const struct decode_field reason_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(struct move, reason),
	 .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(struct move, note), .max = 1000},
};
static const struct decode_table why = {reason_fields, ARRAY_LEN(reason_fields), sizeof(struct move)};
static const struct decode_table note_only = {reason_fields + 1, 1, sizeof(struct move)};

static const struct view_field moved_fields[] = {
	VIEW_FIELD(struct move, id, "id"),
	VIEW_FIELD(struct move, state, "state", .words = session_states),
	VIEW_FIELD(struct move, reason, "reason", .omitted = true),
	VIEW_FIELD(struct move, enrolments, "enrolments_cancelled", .omitted = true),
};
static const struct view moved_view = VIEW(session_moved, struct move, moved_fields);

static step_fn move_store, move_done;

#define ROUTE(of, at, table) \
	const struct route route_session_##of = { \
		.name = "session_" #of, \
		.method = HTTP_POST, \
		.path = "/v1/sessions/{id:uuid}/" at, \
		.roles = ROLE_INSTITUTION, \
		.own = OWN_ORG, \
		.object = &session_object, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.deadline = INIT_SECONDS(5), \
		.answers = ANSWERS(JSON_VIEW(200, moved_view)), \
		.write = &session_move_statement, \
		.first = move_store, \
	}

ROUTE(publish, "publication", note_only);
ROUTE(cancel, "cancellation", why);

static bool is_cancellation(const struct request *rq)
{
	return rq->route == &route_session_cancel;
}

static struct step move_store(struct request *rq, const struct db_result *rows)
{
	const struct move *m = rq->state;
	const struct slice action = is_cancellation(rq) ? SLICE("cancel") : SLICE("publish");
	return AWAIT_WRITE(rq, move_done,
	                   SESSION_MOVE_CALL(request_context(rq), rq->param[0].uuid, action, m->reason, m->note));
}

static struct step move_done(struct request *rq, const struct db_result *rows)
{
	struct move *m = rq->state;
	struct session_move_row row;
	session_move_read(rows->res[0], 0, &row);
	switch (row.outcome) {
	case SESSION_MOVE_SESSION_STATE:
		return reply_session_state(rq, row.state, row.allowed);
	case SESSION_MOVE_OTHER_REASON:
		return reply_other_reason(rq, row.state, row.reason, row.since);
	case SESSION_MOVE_REPLAYED:
		request_replayed(rq);
		break;
	case SESSION_MOVE_PUBLISHED:
	case SESSION_MOVE_CANCELLED:
		break;
	case SESSION_MOVE_SESSION_NOT_FOUND:
	case SESSION_MOVE_IDEMPOTENCY_KEY_REUSED:
	default:
		return reply_outcome(rq, row.outcome);
	}
	m->id = rq->param[0].uuid;
	m->state = is_cancellation(rq) ? "cancelled" : "published";
	if (is_cancellation(rq))
		m->enrolments = row.cancelled;
	return reply_view(rq, 200, &moved_view, m);
}
