/* api/standing.c - suspending, reinstating and ending an accreditation, a recognition or an agreement: the three
 * are one thing here. What is answered follows from what was asked, so a repetition is answered alike. */
#include "api/standing.h"

#include "api/outcome.h"
#include "api/reason.h"
#include "sql/standing_end.h"
#include "sql/standing_reinstate.h"
#include "sql/standing_suspend.h"

static const struct {
	const char *path, *noun;
} nouns[] = {
	{"/v1/accreditations", "accreditation"},
	{"/v1/recognitions", "recognition"},
	{"/v1/agreements", "agreement"},
};

struct slice standing_noun(const struct request *rq)
{
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++)
		if (strncmp(rq->route->path, nouns[i].path, strlen(nouns[i].path)) == 0)
			return slice_of(nouns[i].noun);
	return SLICE_NONE;
}

struct step reply_overlap(struct request *rq, struct slice other)
{
	struct fields errors;
	fields_init(&errors, rq->arena);
	fields_put(&errors, (struct field){.pointer = "/valid_from", .code = "overlaps", .what = arena_copy(rq->arena, other)});
	return reply_fields(rq, &errors);
}

/* ---- why, and until when ---- */

struct change {
	struct standing_reason why;
	struct opt_day valid_to;
	struct opt_bool suspended; /* what it comes to */
	struct uuid id;
};

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/standing_reason_list.h"
#undef X
	NULL,
};

#define REASON_FIELDS \
	{.name = "reason", .kind = DECODE_CHOICE, .required = true, \
	 .offset = offsetof(struct change, why.reason), .choices = reasons}, \
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, \
	 .offset = offsetof(struct change, why.note), .max = 1000}
static const struct decode_field reason_fields[] = {REASON_FIELDS};
static const struct decode_table why = {reason_fields, ARRAY_LEN(reason_fields), sizeof(struct change)};
const struct decode_table standing_reason_table = {reason_fields, ARRAY_LEN(reason_fields),
                                                   sizeof(struct standing_reason)};
_Static_assert(offsetof(struct change, why) == 0, "one table reads both");

static const struct decode_field ending_fields[] = {
	{.name = "valid_to", .kind = DECODE_DAY, .required = true,
	 .offset = offsetof(struct change, valid_to)},
	REASON_FIELDS,
};
static const struct decode_table ending = {ending_fields, ARRAY_LEN(ending_fields), sizeof(struct change)};

static const struct view_field change_fields[] = {
	VIEW_FIELD(struct change, id, "id"),
	VIEW_FIELD(struct change, suspended, "suspended", .omitted = true),
	VIEW_FIELD(struct change, valid_to, "valid_to", .omitted = true),
	VIEW_FIELD(struct change, why.reason, "reason", .words = reasons),
};
static const struct view change_view = VIEW(standing_change, struct change, change_fields);

static struct step reply_change(struct request *rq, int outcome)
{
	struct change *c = rq->state;
	if (outcome == OUTCOME_REPLAYED)
		request_replayed(rq);
	else if (outcome != OUTCOME_SUSPENDED && outcome != OUTCOME_REINSTATED && outcome != OUTCOME_ENDED)
		return reply_outcome(rq, outcome);
	c->id = rq->param[0].uuid;
	return reply_view(rq, 200, &change_view, c);
}

static step_fn suspend_store, suspend_done, reinstate_store, reinstate_done, end_store, end_done;

/* Whoever decides about standing does so for the whole city. */
#define ROUTE(of, verb, at, table, called) \
	const struct route route_##of = { \
		.name = #of, \
		.method = verb, \
		.path = at, \
		.roles = ROLE_ADMINISTRATOR, \
		.own = OWN_REGISTRY, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.deadline = INIT_SECONDS(8), \
		.answers = ANSWERS(JSON_VIEW(200, change_view)), \
		.write = &standing_##called##_statement, \
		.first = called##_store, \
	}

ROUTE(accreditation_suspend, HTTP_PUT, "/v1/accreditations/{id:uuid}/suspension", why, suspend);
ROUTE(accreditation_reinstate, HTTP_DELETE, "/v1/accreditations/{id:uuid}/suspension", why, reinstate);
ROUTE(accreditation_end, HTTP_POST, "/v1/accreditations/{id:uuid}/ending", ending, end);
ROUTE(recognition_suspend, HTTP_PUT, "/v1/recognitions/{id:uuid}/suspension", why, suspend);
ROUTE(recognition_reinstate, HTTP_DELETE, "/v1/recognitions/{id:uuid}/suspension", why, reinstate);
ROUTE(recognition_end, HTTP_POST, "/v1/recognitions/{id:uuid}/ending", ending, end);
ROUTE(agreement_suspend, HTTP_PUT, "/v1/agreements/{id:uuid}/suspension", why, suspend);
ROUTE(agreement_reinstate, HTTP_DELETE, "/v1/agreements/{id:uuid}/suspension", why, reinstate);
ROUTE(agreement_end, HTTP_POST, "/v1/agreements/{id:uuid}/ending", ending, end);

/* ---- PUT …/suspension ---- */

static struct step suspend_store(struct request *rq, const struct db_result *none)
{
	const struct change *c = rq->state;
	return AWAIT_WRITE(rq, suspend_done,
	                   STANDING_SUSPEND_CALL(request_context(rq), standing_noun(rq), rq->param[0].uuid,
	                                         c->why.reason, c->why.note));
}

static struct step suspend_done(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	struct standing_suspend_row row;
	standing_suspend_read(rows->res[0], 0, &row);
	if (row.outcome == STANDING_SUSPEND_OTHER_REASON)
		return reply_other_reason(rq, SLICE("suspended"), row.reason, row.since);
	c->suspended = (struct opt_bool){true, true};
	return reply_change(rq, row.outcome);
}

/* ---- DELETE …/suspension ---- */

static struct step reinstate_store(struct request *rq, const struct db_result *none)
{
	const struct change *c = rq->state;
	return AWAIT_WRITE(rq, reinstate_done,
	                   STANDING_REINSTATE_CALL(request_context(rq), standing_noun(rq), rq->param[0].uuid,
	                                           c->why.reason, c->why.note));
}

static struct step reinstate_done(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	struct standing_reinstate_row row;
	standing_reinstate_read(rows->res[0], 0, &row);
	c->suspended = (struct opt_bool){true, false};
	return reply_change(rq, row.outcome);
}

/* ---- POST …/ending ---- */

static struct step end_store(struct request *rq, const struct db_result *none)
{
	const struct change *c = rq->state;
	return AWAIT_WRITE(rq, end_done,
	                   STANDING_END_CALL(request_context(rq), standing_noun(rq), rq->param[0].uuid,
	                                     c->valid_to.v, c->why.reason, c->why.note));
}

static struct step end_done(struct request *rq, const struct db_result *rows)
{
	struct standing_end_row row;
	standing_end_read(rows->res[0], 0, &row);
	return reply_change(rq, row.outcome);
}
