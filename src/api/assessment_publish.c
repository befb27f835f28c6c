/* api/assessment_publish.c - a pass whose publicity and company window are over becomes a pair of
 * certificates, or is withheld. The job "publish" asks for it (jobs/list.c), which has claimed the pass, so
 * that one host signs it; no listener has the route. */

#include "api/job_items.h"
#include "api/outcome.h"
#include "base/failpoint.h"
#include "issuing/issue.h"
#include "sql/assessment_due.h"
#include "sql/assessment_publish.h"
#include "sql/exam_load.h"
#include "web/request.h"

enum { AGAIN_MAX = 3 };

struct publish {
	struct job_items asked; /* one */
	struct uuid assessment, exam_id;
	struct slice holder, supplied;
	struct opt_day printed_on; /* the public certificate was issued on */
	struct slice public_standing; /* vetoed by its company: the public certificate is published alone */
	bool in_the_way; /* something that storing would refuse: nothing is signed */
	struct exam exam;
	struct issue issue;
	int again;
};

static step_fn publish_begin, publish_loaded, publish_decide, publish_unnumbered, publish_sign,
	publish_store, publish_done;

static int check_item(struct request *rq, void *state, struct fields *errors)
{
	struct publish *st = state;
	if (!fields_any(errors) && !uuid_parse(job_item(&st->asked, 0), &st->assessment))
		fields_add(errors, "/items/0", "uuid");
	return 0;
}

const struct route route_assessment_publish = {
	.name = "assessment_publish",
	.method = HTTP_POST,
	.path = "/jobs/publish",
	.media = "application/json",
	.body_max = JOB_BODY_MAX,
	.body = &job_one_table,
	.check = check_item,
	.state_size = sizeof(struct publish),
	.deadline = INIT_SECONDS(20),
	.open = true,
	.recorded = true,
	.internal = true,
	.answers = ANSWERS(JSON_VIEW(200, job_done_view)),
	.problems = PROBLEMS(ISSUE_PROBLEMS),
	.write = &assessment_publish_statement,
	.first = publish_begin,
};

static struct step publish_begin(struct request *rq, const struct db_result *none)
{
	const struct publish *st = rq->state;
	if (FAILPOINT("publish_begin"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_READ(rq, publish_loaded, ASSESSMENT_DUE_CALL(st->assessment));
}

static struct step publish_loaded(struct request *rq, const struct db_result *rows)
{
	struct publish *st = rq->state;
	struct assessment_due_row r;
	if (rows_n(rows->res[0]) == 0) /* published, withheld or annulled meanwhile */
		return reply_job(rq, "gone", SLICE_NONE);
	assessment_due_read(rows->res[0], 0, &r);
	st->exam_id = r.exam_id;
	st->holder = arena_slice(rq->arena, r.name);
	if (r.supplied_number.p)
		st->supplied = arena_slice(rq->arena, r.supplied_number);
	st->printed_on = r.printed_on;
	st->public_standing = SLICE_NONE;
	if (r.public_standing.p)
		st->public_standing = arena_slice(rq->arena, r.public_standing);
	st->in_the_way = r.certified.p || r.number_taken;
	return AWAIT_READ(rq, publish_decide,
	                  EXAM_LOAD_CALL(st->exam_id, SLICE_NONE, SLICE_NONE, SLICE_NONE, (struct uuid){{0}},
	                                 SLICE_NONE, SLICE_NONE));
}

static struct step publish_decide(struct request *rq, const struct db_result *rows)
{
	struct publish *st = rq->state;
	if (!exam_from_rows(rows->res[0], rq->arena, &st->exam))
		return reply_out_of_memory(rq);
	if (slice_is(st->exam.standing, "history_held"))
		return reply_problem(rq, P_HISTORY_HELD); /* says nothing of this pass */
	if (st->public_standing.p) {
		st->exam.company = (struct exam_issuer){.id = {{0}}};
		st->exam.standing = st->public_standing;
	}
	bool closed = slice_is(st->exam.standing, "exam_closed"); /* takes no results; these are in */
	st->in_the_way |= !closed && !slice_is(st->exam.standing, "ok");
	st->in_the_way |= !st->supplied.p && (!st->exam.number_prefix.n || !st->exam.level_digit.n);
	struct issue_order orders[ISSUE_CERTIFICATES];
	int n = issue_orders_of_exam(&st->exam, st->holder, st->supplied, orders);
	if (st->printed_on.given && st->printed_on.v.n < st->exam.today.n)
		orders[0].valid_from = day_begins(st->printed_on.v);
	if (!issue_begin(&st->issue, orders, n, st->exam.now))
		st->in_the_way = true;
	if (st->in_the_way)
		return request_continue(rq, publish_store);
	st->issue.used_up = publish_unnumbered;
	return issue_numbers(rq, &st->issue, publish_sign);
}

/* A series of this year has no number left: that is told by withholding the pass, not by trying again
 * and again. */
static struct step publish_unnumbered(struct request *rq, const struct db_result *none)
{
	struct publish *st = rq->state;
	st->in_the_way = true;
	return request_continue(rq, publish_store);
}

static struct step publish_sign(struct request *rq, const struct db_result *none)
{
	struct publish *st = rq->state;
	return issue_sign(rq, &st->issue, publish_store);
}

static struct step publish_store(struct request *rq, const struct db_result *none)
{
	const struct publish *st = rq->state;
	struct new_certificate certificates[ISSUE_CERTIFICATES];
	size_t n = issue_certificates(st->in_the_way ? NULL : &st->issue, certificates);
	if (FAILPOINT("publish_signed"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, publish_done,
	                   ASSESSMENT_PUBLISH_CALL(request_context(rq), st->assessment, st->exam.now,
	                                           new_certificate_array(request_record(rq),
	                                                                 certificates, n)));
}

static struct step publish_done(struct request *rq, const struct db_result *rows)
{
	struct publish *st = rq->state;
	struct assessment_publish_row r;
	assessment_publish_read(rows->res[0], 0, &r);
	unsettled_settle(&st->issue.unsettled);
	if (FAILPOINT("publish_committed"))
		return reply_problem(rq, P_INTERNAL);
	if (r.outcome == ASSESSMENT_PUBLISH_PUBLISHED || r.outcome == ASSESSMENT_PUBLISH_REPLAYED)
		return reply_job(rq, "published", SLICE_NONE);
	if (r.outcome == ASSESSMENT_PUBLISH_NOT_FOUND || r.outcome == ASSESSMENT_PUBLISH_ASSESSMENT_ANNULLED ||
	    r.outcome == ASSESSMENT_PUBLISH_RECHECK_OPEN) /* it waits anew when that is answered */
		return reply_job(rq, "gone", SLICE_NONE);
	bool standing = r.outcome == ASSESSMENT_PUBLISH_STANDING;
	bool taken = r.outcome == ASSESSMENT_PUBLISH_NUMBER_TAKEN && !st->supplied.p;
	bool changed = standing && slice_is(r.other, "terms_changed");
	if ((taken || changed) && st->again++ < AGAIN_MAX)
		return request_continue(rq, publish_begin); /* mints anew */
	if (r.outcome == ASSESSMENT_PUBLISH_WITHHELD)
		return reply_job(rq, "withheld", r.other);
	return standing ? reply_standing(rq, r.other) : reply_outcome(rq, r.outcome);
}
