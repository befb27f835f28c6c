/* api/eligibility.c - what would speak against a candidate, asked by the exam's body before there is any result. The
 * number comes in the body, never in an address, with the name that the registry knows the document by; that somebody
 * asked goes into the audit. */
#include "api/exam.h"
#include "api/outcome.h"
#include "api/person.h"
#include "crypt/random.h"
#include "domain/candidate.h"
#include "domain/eligibility.h"
#include "sql/eligibility_ask.h"
#include "verifying/guess.h"
#include "web/request.h"

struct asked {
	struct candidate candidate;
	struct declared declared;
	struct candidate_facts who;
	struct slice document; /* its keyed hash */
	struct eligibility_ask_row row;
	bool eligible;
};

static const struct decode_field asked_fields[] = {
	{"candidate", DECODE_OBJECT, .required = true, .table = &candidate_table, .offset = offsetof(struct asked, candidate)},
	{"declared", DECODE_OBJECT, .table = &declared_table, .offset = offsetof(struct asked, declared)},
};
static const struct decode_table asked_table = {asked_fields, ARRAY_LEN(asked_fields), sizeof(struct asked)};

static const struct view_field eligibility_fields[] = {
	VIEW_FIELD(struct asked, eligible, "eligible"),
	VIEW_FIELD(struct asked, row.sitting, "sitting", .words = sittings),
	VIEW_FIELD(struct asked, row.advancement, "advancement", .words = advancements),
	VIEW_FIELD(struct asked, row.warned, "warnings", .as = VIEW_WORDS),
	VIEW_FIELD(struct asked, row.refused, "refusals", .as = VIEW_WORDS),
};
static const struct view eligibility_view = VIEW(eligibility, struct asked, eligibility_fields);

/* ---- POST /v1/exams/{id}/eligibility ---- */

static step_fn ask_begin, ask_done;

const struct route route_eligibility_ask = {
	.name = "eligibility_ask",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/eligibility",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &asked_table,
	.answers_fields = true, /* once it is known whose exam it is */
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, eligibility_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &eligibility_ask_statement,
	.first = ask_begin,
};

static struct step ask_begin(struct request *rq, const struct db_result *rows)
{
	struct asked *st = rq->state;
	struct guess_refusal refusal;
	struct new_person person;
	uint8_t hash[PERSON_HASH];
	declared_check(&st->declared, rq->errors);
	if (candidate_check(&st->candidate, day_of(instant_now()), rq->arena, rq->errors, &st->who) < 0)
		return reply_out_of_memory(rq);
	fields_sort(rq->errors);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	person_hash(rq, &st->who.document, hash);
	st->document = arena_slice(rq->arena, slice_from(hash, sizeof hash));
	if (!guess_allowed(rq, st->document, &refusal))
		return guess_refuse(rq, &refusal);
	const struct declared *d = &st->declared;
	if (!person_record(rq, uuid_v7(instant_now()), &st->who, &person) || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	return AWAIT_WRITE(rq, ask_done,
	                   ELIGIBILITY_ASK_CALL(request_context(rq), rq->param[0].uuid,
	                                        new_person_json(request_record(rq), &person), d->level, d->years,
	                                        d->education, d->basis));
}

static struct step ask_done(struct request *rq, const struct db_result *rows)
{
	struct asked *st = rq->state;
	eligibility_ask_read(rows->res[0], 0, &st->row);
	if (st->row.outcome == ELIGIBILITY_ASK_PERSON_NAME_DIFFERS)
		return guess_name_differs(rq, st->document);
	if (st->row.outcome == ELIGIBILITY_ASK_REPLAYED)
		request_replayed(rq);
	else if (st->row.outcome != ELIGIBILITY_ASK_ASKED)
		return reply_outcome(rq, st->row.outcome);
	st->eligible = st->row.refused.n == 0;
	return reply_view(rq, 200, &eligibility_view, st);
}
