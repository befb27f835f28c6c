/* api/standing_grant.c - accrediting a body, recognising a company. */
#include "api/outcome.h"
#include "api/standing.h"
#include "crypt/random.h"
#include "domain/standard.h"
#include "sql/standing_grant.h"

/* What is asked for is what is answered, with an id. */
struct grant {
	struct slice organisation, occupation, edition, work_type, standard;
	struct opt_uuid site;
	struct decode_array levels;
	struct opt_day valid_from, valid_to;
	struct uuid id, at; /* at: the site, or nil */
};

#define GRANT_FIELDS \
	{.name = "standard", .kind = DECODE_STRING, .nullable = true, \
	 .offset = offsetof(struct grant, standard), .min = 1, .max = STANDARD_NAME_MAX}, \
	{.name = "occupation", .kind = DECODE_STRING, .required = true, \
	 .offset = offsetof(struct grant, occupation), .min = 1, .max = 32}, \
	{.name = "edition", .kind = DECODE_STRING, .required = true, \
	 .offset = offsetof(struct grant, edition), .min = 1, .max = 16}, \
	{.name = "levels", .kind = DECODE_ARRAY, .required = true, \
	 .offset = offsetof(struct grant, levels), .min = 1, .max = 10}, \
	{.name = "valid_from", .kind = DECODE_DAY, .required = true, \
	 .offset = offsetof(struct grant, valid_from)}, \
	{.name = "valid_to", .kind = DECODE_DAY, .nullable = true, \
	 .offset = offsetof(struct grant, valid_to)}
#define ORGANISATION(called) \
	{.name = called, .kind = DECODE_STRING, .required = true, \
	 .offset = offsetof(struct grant, organisation), .min = 1, .max = 40}

static const struct decode_field accreditation_fields[] = {
	ORGANISATION("body"),
	{.name = "work_type", .kind = DECODE_STRING, .required = true,
	 .offset = offsetof(struct grant, work_type), .min = 1, .max = 64},
	{.name = "site", .kind = DECODE_UUID, .nullable = true, .offset = offsetof(struct grant, site)},
	GRANT_FIELDS,
};
static const struct decode_table accreditation_table = {accreditation_fields, ARRAY_LEN(accreditation_fields),
                                                        sizeof(struct grant)};
static const struct decode_field recognition_fields[] = {
	ORGANISATION("company"),
	{.name = "work_type", .kind = DECODE_STRING, .nullable = true,
	 .offset = offsetof(struct grant, work_type), .min = 1, .max = 64},
	GRANT_FIELDS,
};
static const struct decode_table recognition_table = {recognition_fields, ARRAY_LEN(recognition_fields),
                                                      sizeof(struct grant)};

static const struct view_field granted_fields[] = {
	VIEW_FIELD(struct grant, occupation, "occupation"),
	VIEW_FIELD(struct grant, edition, "edition"),
	VIEW_FIELD(struct grant, levels, "levels"),
	VIEW_FIELD(struct grant, valid_from, "valid_from"),
	VIEW_FIELD(struct grant, valid_to, "valid_to"),
};
static const struct view granted_view = VIEW(granted, struct grant, granted_fields);

static const struct view_field accredited_fields[] = {
	VIEW_FIELD(struct grant, id, "id"),
	VIEW_FIELD(struct grant, organisation, "body"),
	VIEW_FIELD(struct grant, work_type, "work_type"),
	VIEW_FIELD(struct grant, at, "site", .nullable = true),
	VIEW_FIELD(struct grant, standard, "standard", .nullable = true),
	VIEW_INCLUDE(granted_view),
};
static const struct view accredited_view = VIEW(accredited, struct grant, accredited_fields);
static const struct view_field recognised_fields[] = {
	VIEW_FIELD(struct grant, id, "id"),
	VIEW_FIELD(struct grant, organisation, "company"),
	VIEW_FIELD(struct grant, work_type, "work_type", .nullable = true),
	VIEW_FIELD(struct grant, standard, "standard", .nullable = true),
	VIEW_INCLUDE(granted_view),
};
static const struct view recognised_view = VIEW(recognised, struct grant, recognised_fields);

/* ---- what a table cannot say ---- */

static bool is_level(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9')))
			return false;
	return s.n > 0;
}

static int check(struct request *rq, void *state, struct fields *errors)
{
	const struct grant *g = state;
	const struct slice *levels = g->levels.items;
	for (size_t i = 0; i < g->levels.n; i++) {
		if (!is_level(levels[i]))
			fields_addf(errors, "level_not_offered", "/levels/%zu", i);
		for (size_t before = 0; before < i; before++)
			if (slice_eq(levels[i], levels[before]))
				fields_addf(errors, "duplicate", "/levels/%zu", i);
	}
	if (g->valid_from.given && g->valid_to.given && g->valid_to.v.n < g->valid_from.v.n)
		fields_add(errors, "/valid_to", "date_order");
	return 0;
}

/* As PostgreSQL writes an array; they are letters and digits (check). */
static struct slice level_array(struct request *rq, const struct grant *g)
{
	const struct slice *levels = g->levels.items;
	struct slice text = SLICE("{");
	for (size_t i = 0; i < g->levels.n; i++)
		text = slice_of(arena_printf(rq->arena, "%.*s%s%.*s", (int)text.n, text.p, i ? "," : "",
		                             (int)levels[i].n, levels[i].p));
	return slice_of(arena_printf(rq->arena, "%.*s}", (int)text.n, text.p));
}

/* ---- POST /v1/accreditations, POST /v1/recognitions ---- */

static step_fn grant_begin, grant_done;

#define ROUTE(of, at, table, shown) \
	const struct route route_##of = { \
		.name = #of, \
		.method = HTTP_POST, \
		.path = at, \
		.roles = ROLE_ADMINISTRATOR, \
		.own = OWN_REGISTRY, \
		.media = "application/json", \
		.body_max = 16 * KIB, \
		.body = &(table), \
		.check = check, \
		.deadline = INIT_SECONDS(5), \
		.answers = ANSWERS(JSON_VIEW(201, shown)), \
		.write = &standing_grant_statement, \
		.first = grant_begin, \
	}
ROUTE(accreditation_create, "/v1/accreditations", accreditation_table, accredited_view);
ROUTE(recognition_create, "/v1/recognitions", recognition_table, recognised_view);

static bool accredits(const struct request *rq)
{
	return rq->route == &route_accreditation_create;
}

static struct step grant_begin(struct request *rq, const struct db_result *none)
{
	struct grant *g = rq->state;
	g->id = uuid_v7(instant_now());
	g->at = g->site.given ? g->site.v : (struct uuid){{0}};
	const struct new_standing standing = {
		.id = g->id,
		.organisation = g->organisation,
		.occupation = g->occupation,
		.edition = g->edition,
		.work_type = g->work_type,
		.levels = level_array(rq, g),
		.valid_from = g->valid_from,
		.valid_to = g->valid_to,
		.site = g->at,
		.standard = g->standard,
	};
	return AWAIT_WRITE(rq, grant_done,
	                   STANDING_GRANT_CALL(request_context(rq), standing_noun(rq),
	                                       new_standing_json(request_record(rq), &standing)));
}

/* Which of the levels, which other one, whose: what the words alone do not say. */
static struct step reply_refusal(struct request *rq, const struct standing_grant_row *row)
{
	struct fields errors;
	uint64_t which = 0;
	const char *code = outcome_name((enum outcome)row->outcome);
	fields_init(&errors, rq->arena);
	if (row->outcome == STANDING_GRANT_LEVEL_NOT_OFFERED && slice_to_u64(row->other, &which))
		fields_addf(&errors, code, "/levels/%d", (int)which - 1);
	else if (row->outcome == STANDING_GRANT_OVERLAPS)
		return reply_overlap(rq, row->other);
	else if (row->outcome == STANDING_GRANT_ORGANISATION_UNKNOWN ||
	         row->outcome == STANDING_GRANT_KIND_UNSUITABLE)
		fields_add(&errors, accredits(rq) ? "/body" : "/company", code);
	else
		return reply_outcome(rq, row->outcome);
	return reply_fields(rq, &errors);
}

static struct step grant_done(struct request *rq, const struct db_result *rows)
{
	struct grant *g = rq->state;
	struct standing_grant_row row;
	char id[UUID_TEXT];
	standing_grant_read(rows->res[0], 0, &row);
	if (row.outcome == STANDING_GRANT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != STANDING_GRANT_GRANTED)
		return reply_refusal(rq, &row);
	g->id = row.id;
	uuid_format(g->id, id);
	request_set_header(rq, "Location", slice_of(arena_printf(rq->arena, "%s/%s", rq->route->path, id)));
	return reply_view(rq, 201, accredits(rq) ? &accredited_view : &recognised_view, g);
}
