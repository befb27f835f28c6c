/* api/assessment_submit.c - one result in, two certificates out.
 *
 *   load  ─► decide ─► (numbers ─► sign ─►) store ─► done        a pass to be published now
 *                  └────────────────────────► store ─► done        everything else
 *                                               └─► replayed       the same result was there
 *
 * The decision is made on what was loaded; the write function takes its locks, looks again and
 * stores all rows or none. A repetition goes through the same function, which recognises it, and
 * so does what is bound to be refused: without numbers and signatures, so that a refusal costs
 * neither, and what the function finds is the answer. */
#include <stdio.h>

#include "api/assessment_json.h"
#include "issuing/issue.h"
#include "api/outcome.h"
#include "api/person.h"
#include "api/scores.h"
#include "base/failpoint.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "domain/number.h"
#include "domain/submission.h"
#include "domain/validity.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_submit.h"
#include "sql/assessment_view.h"
#include "sql/eligibility.h"
#include "sql/exam_load.h"
#include "text/fold.h"
#include "text/name.h"
#include "verifying/guess.h"
#include "web/request.h"

enum { AGAIN_MAX = 3 };

struct submit {
	struct submission submission; /* the body */
	struct exam exam;
	struct eligibility_row eligibility; /* of the candidate, by what was known and is declared */
	struct submission_facts facts;
	struct uuid assessment, person;
	struct slice document; /* its keyed hash */
	bool name_differs;     /* from the one that the document is bound to */
	bool publish_later;
	bool awaits_number; /* the site is given its numbers after the results */
	struct day publish_on;
	bool issuing;
	struct issue issue;
	int again;  /* loads and mintings repeated */
	bool first; /* a repetition by its key: answered as the first time, whatever has happened since */
};

static step_fn submit_decide, submit_sign, submit_store, submit_done, submit_replayed;

/* ---- load ---- */

/* The hash by which a person may be known already, the name (of whoever had the document by mistake) and the day of birth.
 * A number that is wrong has none: then nobody is found, and the check after loading says what is wrong with it. */
static struct slice tentative_hash(struct request *rq, const struct submission *s, uint8_t *hash, struct opt_day *ret_born,
                                   struct slice *ret_name)
{
	struct iddoc document;
	const char *code;
	if (name_check(s->candidate.name, rq->arena, ret_name, &code) < 0)
		*ret_name = SLICE_NONE;
	if (!candidate_document(&s->candidate, day_of(instant_now()), NULL, &document))
		return SLICE_NONE;
	*ret_born = iddoc_born_on(&document);
	person_hash(rq, &document, hash);
	return slice_from(hash, PERSON_HASH);
}

static struct step load(struct request *rq, step_fn *next)
{
	const struct submit *st = rq->state;
	const struct declared *d = &st->submission.declared;
	uint8_t hash_made[PERSON_HASH];
	struct opt_day born = {0};
	struct slice name = SLICE_NONE;
	struct slice hash = tentative_hash(rq, &st->submission, hash_made, &born, &name);
	struct slice number = st->submission.certificate_number; /* checked when the exam is known */
	const struct db_context *context = request_context(rq);
	if (FAILPOINT("submit_begin"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_READ(rq, next,
	                  EXAM_LOAD_CALL(rq->param[0].uuid, hash, name, number_is_skill_grade(number) ? number : SLICE_NONE,
	                                 context->actor, context->idem_key, context->idem_print),
	                  ELIGIBILITY_CALL(rq->param[0].uuid, hash, name, born, d->level, d->years, d->education, d->basis));
}

/* One read of the row serves both. */
static int keep_exam(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct submit *st = rq->state;
	if (!exam_from_rows(res, rq->arena, &st->exam))
		return E_NOMEM;
	*ret = (struct belongings){st->exam.body.id, st->exam.company.id, st->exam.district};
	return 0;
}

static const struct route_object exam_object = {.load = load, .whose = keep_exam};

const struct route route_assessment_submit = {
	.name = "assessment_submit",
	.method = HTTP_POST,
	.path = "/v1/exams/{id:uuid}/assessments",
	.roles = ROLE_INSTITUTION,
	.own = OWN_ORG,
	.object = &exam_object,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &submission_table,
	.answers_fields = true, /* what the exam asks for is checked once it is known */
	.state_size = sizeof(struct submit),
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(201, assessment_whole_view)),
	.problems = PROBLEMS(ISSUE_PROBLEMS, P_RATE_LIMITED),
	.write = &assessment_submit_statement,
	.first = submit_decide,
};

/* ---- decide ---- */

/* A repetition, or a conflict: nothing to issue. */
static bool is_known(const struct submit *st)
{
	return !uuid_is_nil(st->exam.assessment) || st->exam.seen.p;
}

/* What is known already is answered as it was taken. */
static int check(struct request *rq, struct submit *st)
{
	const struct exam_rules rules = {
		.level_digit = st->exam.level_digit.n ? st->exam.level_digit.p[0] : '\0',
		.has_review = st->exam.has_review,
		.number_prefix = st->exam.number_prefix,
		.numbers = is_known(st) ? NUMBER_EITHER : number_source_from_code(st->exam.numbers),
		.held_on = st->exam.held_on,
	};
	int r = submission_check(&st->submission, &rules, st->exam.today, rq->arena, rq->errors,
	                         &st->facts);
	if (r == 0 && !is_known(st)) {
		candidate_check_born(&st->facts.candidate, st->exam.held_on, "born_after_exam", rq->errors);
		fields_sort(rq->errors);
	}
	return r;
}

/* Not yet: the same result is good on that day. */
static struct step reply_not_held(struct request *rq, struct slice held_on)
{
	const struct problem_member about = {.name = "held_on", .kind = PROBLEM_TEXT, .text = held_on};
	const char *detail = arena_printf(rq->arena,
	                                  rq->lang == LANG_ZH ? "本次考试于 %.*s 举行，此前不接收成绩。"
	                                                      : "The exam is held on %.*s; no result is taken before.",
	                                  (int)held_on.n, held_on.p);
	if (!detail)
		return reply_out_of_memory(rq);
	return reply_problem_with(rq, P_EXAM_NOT_HELD, slice_of(detail), &about, 1);
}

static void set_publication(struct submit *st)
{
	const struct exam *exam = &st->exam;
	st->publish_on = validity_publication_day(exam->today, (int)exam->publicity_days,
	                                          (int)exam->window_days);
	st->publish_later = st->publish_on.n > exam->today.n;
	st->awaits_number = number_source_from_code(exam->numbers) == NUMBER_LATER && !st->facts.certificate_number.p;
}

/* A pass that has no certificates yet. */
static bool waits(const struct submit *st)
{
	return st->facts.grade.outcome == OUTCOME_PASS && (st->publish_later || st->awaits_number);
}

static struct slice state_of(const struct submit *st)
{
	if (!waits(st))
		return SLICE("published");
	return st->awaits_number ? SLICE("awaiting_number") : SLICE("awaiting_publication");
}

/* Whether storing would find something in the way of this pass. */
static bool is_in_the_way(const struct submit *st)
{
	const struct exam *exam = &st->exam;
	return exam->certified.p || exam->number_taken || st->name_differs;
}

/* 0 or E_NOMEM. The database compares again, by the keys that it keeps. */
static int compare_names(struct request *rq, struct submit *st)
{
	bool same = true;
	fold_steps folded;
	int r = 0;
	if (st->exam.person_name.p)
		r = name_compare(st->exam.person_name, st->facts.candidate.name, rq->arena, &same, &folded);
	st->name_differs = !same;
	return r;
}

/* Whoever has handed in too many wrong names is told of none, right or wrong, of people whose name is
 * bound; a document that nobody has handed in before tells him nothing. */
static bool may_be_told(struct request *rq, struct submit *st, struct guess_refusal *ret)
{
	uint8_t hash[PERSON_HASH];
	person_hash(rq, &st->facts.candidate.document, hash);
	st->document = arena_slice(rq->arena, slice_from(hash, sizeof hash));
	return !st->exam.person_name.p || guess_allowed(rq, st->document, ret);
}

static bool begin_issue(struct submit *st)
{
	struct issue_order orders[ISSUE_CERTIFICATES];
	int n = issue_orders_of_exam(&st->exam, st->facts.candidate.name, st->facts.certificate_number, orders);
	return issue_begin(&st->issue, orders, n, st->exam.now);
}

static struct step refuse_ineligible(struct request *rq, struct slice words)
{
	eligibility_refuse(words, rq->errors);
	return reply_fields(rq, rq->errors);
}

static struct step submit_decide(struct request *rq, const struct db_result *rows)
{
	struct submit *st = rq->state;
	if (FAILPOINT("submit_loaded"))
		return reply_problem(rq, P_INTERNAL);
	eligibility_read(rows->res[1], 0, &st->eligibility);
	eligibility_keep(rq->arena, &st->eligibility);
	const struct exam *exam = &st->exam;
	struct guess_refusal refusal;
	if (check(rq, st) < 0)
		return reply_out_of_memory(rq);
	if (fields_any(rq->errors))
		return reply_fields(rq, rq->errors);
	if (!may_be_told(rq, st, &refusal))
		return guess_refuse(rq, &refusal);
	if (compare_names(rq, st) < 0 || arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	st->assessment = uuid_v7(exam->now);
	st->person = uuid_is_nil(exam->person) ? uuid_v7(exam->now) : exam->person;
	bool known = is_known(st);
	if (!known && exam->held_on.n > exam->today.n) {
		char held_on[DAY_TEXT];
		day_format(exam->held_on, held_on);
		return reply_not_held(rq, arena_slice(rq->arena, slice_of(held_on)));
	}
	if (!known && !slice_is(exam->standing, "ok"))
		return reply_standing(rq, exam->standing);
	if (!known && !st->name_differs && exam->off_roster)
		return reply_outcome(rq, ASSESSMENT_SUBMIT_NOT_ON_ROSTER);
	if (!known && !st->name_differs && st->eligibility.refused.n)
		return refuse_ineligible(rq, st->eligibility.refused);
	set_publication(st);
	st->issuing = !known && st->facts.grade.outcome == OUTCOME_PASS && !waits(st) && !is_in_the_way(st);
	if (!st->issuing)
		return request_continue(rq, submit_store);
	if (!begin_issue(st))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	if (FAILPOINT("submit_decided"))
		return reply_problem(rq, P_INTERNAL);
	return issue_numbers(rq, &st->issue, submit_sign);
}

static struct step submit_sign(struct request *rq, const struct db_result *none)
{
	struct submit *st = rq->state;
	if (FAILPOINT("submit_numbered"))
		return reply_problem(rq, P_INTERNAL);
	return issue_sign(rq, &st->issue, submit_store);
}

/* ---- store ---- */

static bool result_record(struct request *rq, const struct submit *st, struct new_result *ret)
{
	struct slice parts = failed_parts_text(rq, &st->facts.grade);
	char *array = arena_printf(rq->arena, "{%.*s}", (int)parts.n, parts.p);
	if (!array)
		return false;
	*ret = (struct new_result){
		.assessment = st->assessment,
		.attendance = st->facts.present ? SLICE("present") : SLICE("absent"),
		.theory = score_text(rq, &st->facts.scores, PART_THEORY),
		.skill = score_text(rq, &st->facts.scores, PART_SKILL),
		.review = score_text(rq, &st->facts.scores, PART_REVIEW),
		.supplied_number = st->facts.certificate_number,
		.outcome = slice_of(exam_outcome_code(st->facts.grade.outcome)),
		.failed_parts = slice_of(array),
		.publish_on = {waits(st), st->publish_on},
		.sitting = st->eligibility.sitting,
		.advancement = st->eligibility.advancement,
		.warned = st->eligibility.warned,
		.declared = st->eligibility.declared,
	};
	return person_record(rq, st->person, &st->facts.candidate, &ret->person) && !arena_failed(rq->arena);
}

static struct step submit_store(struct request *rq, const struct db_result *none)
{
	struct submit *st = rq->state;
	struct new_result result;
	struct new_certificate certificates[ISSUE_CERTIFICATES];
	if (FAILPOINT("submit_signed"))
		return reply_problem(rq, P_INTERNAL);
	if (!result_record(rq, st, &result))
		return reply_out_of_memory(rq);
	result.n_certificates = issue_certificates(st->issuing ? &st->issue : NULL, certificates);
	result.certificates = certificates;
	if (FAILPOINT("submit_store"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, submit_done,
	                   ASSESSMENT_SUBMIT_CALL(request_context(rq), st->exam.id, st->exam.now,
	                                          new_result_array(request_record(rq), &result, 1)));
}

/* ---- answer ---- */

static void answer_certificate(const struct issue *is, int i, struct assessment_certificate *c)
{
	const struct issue_item *item = &is->item[i];
	*c = (struct assessment_certificate){
		.kind = item->order.kind,
		.number = item->number,
		.title = item->order.title,
		.issuer = item->order.issuer->name,
		.level = item->order.level,
		.issued_on = day_of(is->issued_at),
	};
	memcpy(c->code, item->code, sizeof c->code);
}

/* What is ordinary is not said: the first sitting, the first certificate of its line, nothing noted. */
static void answer_eligibility(const struct eligibility_row *e, struct assessment_answer *a)
{
	if (slice_is(e->sitting, "resit"))
		a->sitting = e->sitting;
	if (slice_is(e->advancement, "promotion"))
		a->advancement = e->advancement;
	if (e->warned.n)
		a->warned = e->warned;
}

static struct step reply_stored(struct request *rq, const struct submit *st)
{
	char *masked = arena_alloc(rq->arena, ID_NUMBER_MAX + 1);
	if (!masked)
		return reply_out_of_memory(rq);
	iddoc_mask(st->facts.candidate.document.number, masked);
	const bool window = waits(st) && st->exam.window_days > 0;
	struct assessment_answer answer = {
		.id = st->assessment,
		.exam = st->exam.id,
		.state = state_of(st),
		.outcome = slice_of(exam_outcome_code(st->facts.grade.outcome)),
		.failed_parts = failed_parts_text(rq, &st->facts.grade),
		.name = st->facts.candidate.name,
		.id_type = slice_of(id_type_code(st->facts.candidate.document.type)),
		.id_masked = slice_of(masked),
		.theory = score_text(rq, &st->facts.scores, PART_THEORY),
		.skill = score_text(rq, &st->facts.scores, PART_SKILL),
		.review = score_text(rq, &st->facts.scores, PART_REVIEW),
		.publish_on = {true, st->publish_on},
		.window_to = {window, {st->exam.today.n + (int32_t)st->exam.window_days}},
		.window_state = window ? SLICE("open") : SLICE_NONE,
		.n_certificates = st->issuing ? st->issue.n : 0,
	};
	answer_eligibility(&st->eligibility, &answer);
	answer.declared = st->submission.declared;
	for (int i = 0; i < answer.n_certificates; i++)
		answer_certificate(&st->issue, i, &answer.certificates[i]);
	return assessment_reply(rq, 201, &answer);
}

static void set_location(struct request *rq, struct uuid assessment)
{
	char id[UUID_TEXT];
	uuid_format(assessment, id);
	char *location = arena_printf(rq->arena, "/v1/assessments/%s", id);
	if (location)
		request_set_header(rq, "Location", slice_of(location));
}

/* Somebody else took a number that this worker minted: only a supplied number can do that. What
 * was signed under it is abandoned, so everything about the new pair is new. */
static struct step mint_again(struct request *rq, struct submit *st)
{
	if (!st->issuing || st->facts.certificate_number.p || st->again++ == AGAIN_MAX)
		return reply_problem(rq, P_NUMBER_TAKEN);
	if (!begin_issue(st))
		return reply_problem(rq, P_ISSUER_NOT_READY);
	return issue_numbers(rq, &st->issue, submit_sign);
}

static struct step submit_done(struct request *rq, const struct db_result *rows)
{
	struct submit *st = rq->state;
	struct assessment_submit_row r;
	assessment_submit_read(rows->res[0], 0, &r);
	unsettled_settle(&st->issue.unsettled);
	if (FAILPOINT("submit_committed"))
		return reply_problem(rq, P_INTERNAL);
	switch (r.outcome) {
	case ASSESSMENT_SUBMIT_STORED:
		set_location(rq, r.assessment);
		return reply_stored(rq, st);
	case ASSESSMENT_SUBMIT_REPLAYED:
		st->first = slice_is(r.other, "first");
		return AWAIT_READ(rq, submit_replayed, ASSESSMENT_VIEW_CALL(r.assessment),
		                  ASSESSMENT_CERTIFICATES_CALL(r.assessment, st->first));
	case ASSESSMENT_SUBMIT_ALREADY_ASSESSED:
		return reply_about_assessment(rq, P_ALREADY_ASSESSED, r.assessment);
	case ASSESSMENT_SUBMIT_ALREADY_CERTIFIED:
		return reply_problem_about(rq, P_ALREADY_CERTIFIED, "certificate_number", r.other);
	case ASSESSMENT_SUBMIT_NUMBER_TAKEN:
		return mint_again(rq, st);
	case ASSESSMENT_SUBMIT_NOT_ELIGIBLE:
		return refuse_ineligible(rq, r.other);
	case ASSESSMENT_SUBMIT_EXAM_NOT_HELD:
		return reply_not_held(rq, r.other);
	case ASSESSMENT_SUBMIT_STANDING:
		if (slice_is(r.other, "terms_changed") && st->again++ < AGAIN_MAX)
			return request_load(rq);
		return reply_standing(rq, r.other);
	case ASSESSMENT_SUBMIT_PERSON_NAME_DIFFERS:
		return guess_name_differs(rq, st->document);
	case ASSESSMENT_SUBMIT_ASSESSMENT_ANNULLED:
	case ASSESSMENT_SUBMIT_NUMBER_NEEDED:
	case ASSESSMENT_SUBMIT_NUMBER_MINTED_HERE:
	case ASSESSMENT_SUBMIT_NOT_ON_ROSTER:
	case ASSESSMENT_SUBMIT_EXAM_NOT_FOUND:
	case ASSESSMENT_SUBMIT_IDEMPOTENCY_KEY_REUSED:
		break;
	}
	return reply_outcome(rq, r.outcome);
}

static void show_as_at_first(struct assessment_answer *a)
{
	a->state = !a->publish_on.given ? SLICE("published")
	           : a->awaited_number  ? SLICE("awaiting_number")
	                                : SLICE("awaiting_publication");
	a->withheld_reason = a->withheld_number = SLICE_NONE;
	a->withheld_at.given = false;
	if (a->publish_on.given)
		a->n_certificates = 0;
	if (a->promised_on.given)
		a->publish_on = a->promised_on;
	if (a->window_to.given)
		a->window_state = SLICE("open");
	a->veto_reason = a->decision_note = SLICE_NONE;
	a->decided_on.given = false;
	a->recheck = a->recheck_state = SLICE_NONE;
	a->recheck_by.given = false;
	a->superseded_by = (struct uuid){{0}};
	a->superseded_on.given = false;
}

static struct step submit_replayed(struct request *rq, const struct db_result *rows)
{
	struct assessment_answer answer;
	if (FAILPOINT("submit_replayed"))
		return reply_problem(rq, P_INTERNAL);
	if (!assessment_read(rows->res[0], rows->res[1], rq->arena, &answer))
		return reply_out_of_memory(rq);
	if (((const struct submit *)rq->state)->first)
		show_as_at_first(&answer);
	set_location(rq, answer.id);
	request_replayed(rq);
	return assessment_reply(rq, 201, &answer);
}
