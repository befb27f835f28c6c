/* api/organisation_move.c - deciding about an application; suspending, reinstating and ending an organisation. What
 * it becomes holds with the answer: its accounts and its exams are stopped with the same COMMIT, what it has issued
 * stays valid. */
#include "api/organisation.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "sql/organisation_move.h"

struct move {
	struct slice reason, note;
	struct slice slug;
	const char *state;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/organisation_reason_list.h"
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
	VIEW_FIELD(struct move, slug, "slug"),
	VIEW_FIELD(struct move, state, "state", .words = organisation_states),
	VIEW_FIELD(struct move, reason, "reason", .omitted = true),
};
static const struct view moved_view = VIEW(organisation_moved, struct move, moved_fields);

static step_fn move_store, move_done;

/* Whoever decides about organisations does so for the whole city. */
#define ROUTE(of, verb, at, table) \
	const struct route route_organisation_##of = { \
		.name = "organisation_" #of, \
		.method = verb, \
		.path = "/v1/organisations/{slug}/" at, \
		.roles = ROLE_ADMINISTRATOR, \
		.own = OWN_REGISTRY, \
		.right = RIGHT_MANAGES, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.deadline = INIT_SECONDS(8), \
		.answers = ANSWERS(JSON_VIEW(200, moved_view)), \
		.write = &organisation_move_statement, \
		.first = move_store, \
	}

ROUTE(approve, HTTP_POST, "approval", note_only);
ROUTE(refuse, HTTP_POST, "refusal", why);
ROUTE(suspend, HTTP_PUT, "suspension", why);
ROUTE(reinstate, HTTP_DELETE, "suspension", why);
ROUTE(end, HTTP_POST, "ending", why);

/* What each of them wants, and what the organisation is then. */
static const struct {
	const struct route *route;
	enum organisation_move_outcome done;
	const char *wanted, *state;
} moves[] = {
	{&route_organisation_approve, ORGANISATION_MOVE_APPROVED, "approved", "approved"},
	{&route_organisation_refuse, ORGANISATION_MOVE_REFUSED, "refused", "refused"},
	{&route_organisation_suspend, ORGANISATION_MOVE_SUSPENDED, "suspended", "suspended"},
	{&route_organisation_reinstate, ORGANISATION_MOVE_REINSTATED, "reinstated", "approved"},
	{&route_organisation_end, ORGANISATION_MOVE_ENDED, "ended", "ended"},
};

static size_t move_of(const struct request *rq)
{
	size_t i = 0;
	while (moves[i].route != rq->route)
		i++;
	return i;
}

static struct step move_store(struct request *rq, const struct db_result *none)
{
	const struct move *m = rq->state;
	return AWAIT_WRITE(rq, move_done,
	                   ORGANISATION_MOVE_CALL(request_context(rq), rq->param[0].text,
	                                          slice_of(moves[move_of(rq)].wanted), m->reason, m->note));
}

static struct step move_done(struct request *rq, const struct db_result *rows)
{
	struct move *m = rq->state;
	struct organisation_move_row row;
	const size_t i = move_of(rq);
	organisation_move_read(rows->res[0], 0, &row);
	if (row.outcome == ORGANISATION_MOVE_OTHER_REASON)
		return reply_other_reason(rq, slice_of(moves[i].state), row.reason, row.since);
	if (row.outcome == ORGANISATION_MOVE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != moves[i].done)
		return reply_outcome(rq, row.outcome);
	m->slug = rq->param[0].text;
	m->state = moves[i].state;
	return reply_view(rq, 200, &moved_view, m);
}
