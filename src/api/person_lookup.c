/* api/person_lookup.c - whose a document is, and what is recorded of that person. The number comes in the body,
 * never in an address; why somebody asks goes into the audit with the person's id, and everything shown of the
 * document is masked. Callers may ask so often an hour (verifying/guess.h). */

#include "api/listing.h"
#include "api/outcome.h"
#include "api/person.h"
#include "api/person_purpose.h"
#include "sql/person_lookup.h"
#include "text/fold.h"
#include "verifying/guess.h"
#include "web/request.h"

/* ---- what is asked ---- */

struct lookup {
	struct candidate candidate; /* its name only if one is to be compared */
	struct purpose why;
	struct candidate_facts who;
};

static const struct decode_field sought_fields[] = {
	{.name = "name", .kind = DECODE_ANY_STRING, .offset = offsetof(struct candidate, name)},
	{.name = "id_type", .kind = DECODE_ANY_STRING, .required = true, .offset = offsetof(struct candidate, id_type)},
	{.name = "id_country", .kind = DECODE_ANY_STRING, .offset = offsetof(struct candidate, id_country)},
	{.name = "id_number", .kind = DECODE_ANY_STRING, .required = true,
	 .offset = offsetof(struct candidate, id_number)},
	{.name = "id_confirmed", .kind = DECODE_BOOL, .offset = offsetof(struct candidate, id_confirmed)},
};
static const struct decode_table sought_table = {sought_fields, ARRAY_LEN(sought_fields), sizeof(struct candidate)};

const char *const purposes[] = {
#define X(code, zh) #code,
#include "domain/purpose_list.h"
#undef X
	NULL,
};

static const struct decode_field lookup_fields[] = {
	{.name = "candidate", .kind = DECODE_OBJECT, .required = true, .table = &sought_table,
	 .offset = offsetof(struct lookup, candidate)},
	PURPOSE_FIELDS(struct lookup, why.),
};
static const struct decode_table lookup_table = {lookup_fields, ARRAY_LEN(lookup_fields), sizeof(struct lookup)};

static int check_lookup(struct request *rq, void *state, struct fields *errors)
{
	struct lookup *st = state;
	return candidate_check(&st->candidate, day_of(instant_now()), rq->arena, errors, &st->who);
}

/* ---- what is answered ---- */

/* As _person_facts.sql writes them. */
static const char *const bases[] = {"enrolment", "result", "released", NULL};
static SHAPE(person_name,
             MEMBER(STRING, "name", .nullable = true),
             MEMBER(STRING, "basis", .words = bases),
             MEMBER(INSTANT, "since"));
static SHAPE(person_enrolment,
             MEMBER(UUID, "id"),
             MEMBER(UUID, "session"),
             MEMBER(STRING, "title"),
             MEMBER(STRING, "institution"),
             MEMBER(STRING, "district"),
             MEMBER(DAY, "ends_on"),
             MEMBER(STRING, "state"),
             MEMBER(STRING, "name"));
static SHAPE(person_result,
             MEMBER(UUID, "id"),
             MEMBER(UUID, "exam"),
             MEMBER(STRING, "exam_code"),
             MEMBER(STRING, "body"),
             MEMBER(STRING, "district"),
             MEMBER(STRING, "occupation"),
             MEMBER(STRING, "edition"),
             MEMBER(STRING, "work_type"),
             MEMBER(STRING, "level"),
             MEMBER(DAY, "held_on"),
             MEMBER(STRING, "outcome"),
             MEMBER(STRING, "state"),
             MEMBER(STRING, "name"));
static SHAPE(person_certificate,
             MEMBER(STRING, "number"),
             MEMBER(STRING, "kind"),
             MEMBER(STRING, "issuer"),
             MEMBER(STRING, "district"),
             MEMBER(DAY, "issued_on"),
             MEMBER(STRING, "state"));

struct found {
	struct person_lookup_row row;
	struct opt_bool name_matches; /* the name that came with the question is the one in force */
};

static const struct view_field document_fields[] = {
	VIEW_FIELD(struct found, row.id_type, "id_type"),
	VIEW_FIELD(struct found, row.id_country, "id_country", .nullable = true),
	VIEW_FIELD(struct found, row.id_masked, "id_number"),
};
static const struct view document_view = VIEW(document_masked, struct found, document_fields);

static const struct view_field found_fields[] = {
	VIEW_FIELD(struct found, row.person, "id"),
	VIEW_SELF(document_view, "document"),
	VIEW_FIELD(struct found, row.name, "name", .nullable = true),
	VIEW_FIELD(struct found, name_matches, "name_matches"),
	VIEW_FIELD(struct found, row.names, "names", .as = VIEW_JSON, .shape = &person_name_shape),
	VIEW_FIELD(struct found, row.enrolments, "enrolments", .as = VIEW_JSON, .shape = &person_enrolment_shape),
	VIEW_FIELD(struct found, row.results, "results", .as = VIEW_JSON, .shape = &person_result_shape),
	VIEW_FIELD(struct found, row.certificates, "certificates", .as = VIEW_JSON,
	           .shape = &person_certificate_shape),
};
static const struct view found_view = VIEW(person_found, struct found, found_fields);

/* ---- POST /v1/people/lookup ---- */

static step_fn lookup_begin, lookup_done;

const struct route route_person_lookup = {
	.name = "person_lookup",
	.method = HTTP_POST,
	.path = "/v1/people/lookup",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.right = RIGHT_READS, /* what it stores is that somebody asked */
	.own = OWN_ORG, /* what lies in their districts: asked of the database */
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &lookup_table,
	.check = check_lookup,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, found_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &person_lookup_statement,
	.first = lookup_begin,
};

static struct step lookup_begin(struct request *rq, const struct db_result *none)
{
	const struct lookup *st = rq->state;
	struct guess_refusal refusal;
	uint8_t hash[PERSON_HASH];
	if (!guess_may_look_up(rq, &refusal))
		return guess_refuse(rq, &refusal);
	person_hash(rq, &st->who.document, hash);
	return AWAIT_WRITE(rq, lookup_done,
	                   PERSON_LOOKUP_CALL(request_context(rq), slice_from(hash, sizeof hash),
	                                      principal_scope(&rq->who).districts, st->why.purpose, st->why.note));
}

static int compare_name(struct request *rq, struct slice typed, struct found *f)
{
	fold_steps needed;
	f->name_matches.given = typed.p != NULL;
	if (!typed.p || !f->row.name.p)
		return 0;
	return name_compare(typed, f->row.name, rq->arena, &f->name_matches.v, &needed);
}

static struct step lookup_done(struct request *rq, const struct db_result *rows)
{
	const struct lookup *st = rq->state;
	struct found found = {.name_matches = {false}};
	person_lookup_read(rows->res[0], 0, &found.row);
	if (found.row.outcome == PERSON_LOOKUP_REPLAYED)
		request_replayed(rq);
	else if (found.row.outcome != PERSON_LOOKUP_FOUND)
		return reply_outcome(rq, found.row.outcome);
	if (compare_name(rq, st->who.name, &found) < 0)
		return reply_out_of_memory(rq);
	return reply_view(rq, 200, &found_view, &found);
}
