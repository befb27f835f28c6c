/* issuing/issue.c - numbers, documents, signatures. */
#include "issuing/issue.h"

#include <assert.h>
#include <stdio.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "crypt/permute.h"
#include "crypt/random.h"
#include "domain/grading.h"
#include "domain/number.h"
#include "domain/validity.h"
#include "sql/numbers_reserve.h"
#include "sql/status_reserve.h"
#include "store/blocks.h"
#include "store/registry.h"
#include "web/request.h"

enum { SERIES_TEXT = 24 };

static void on_refilled(struct refill_wait *w, int outcome);

/* ---- who issues what ---- */

static int year_of(struct day d)
{
	int year, month, dom;
	day_to_civil(d, &year, &month, &dom);
	return year;
}

static struct issue_order order_of_exam(const struct exam *exam, enum certificate_kind kind, struct slice holder)
{
	bool partner = kind_row(kind)->of_partner;
	const struct exam_issuer *issuer = partner ? &exam->company : &exam->body;
	return (struct issue_order){
		.kind = kind,
		.issuer = issuer,
		.holder = holder,
		.title = partner ? exam->company_title : exam->title,
		.level = exam->level,
		.occupation = exam->occupation,
		.edition = exam->edition,
		.work_type = exam->work_type,
		.code = kind_row(kind)->own_achievements ? exam->company_code : SLICE_NONE,
		.series = partner ? issuer->id : exam->site,
		.narrative = exam->has_review
	                             ? SLICE(GRADING_THREE_PARTS)
	                             : SLICE(GRADING_TWO_PARTS),
		.place = {
			.prefix = exam->number_prefix,
			.slug = issuer->slug,
			.year = year_of(exam->today),
			.level_digit = exam->level_digit.n ? exam->level_digit.p[0] : '\0',
		},
	};
}

int issue_orders_of_exam(const struct exam *exam, struct slice holder, struct slice supplied,
                         struct issue_order out[static ISSUE_CERTIFICATES])
{
	out[0] = order_of_exam(exam, KIND_SKILL_GRADE, holder);
	out[0].number = supplied;
	if (uuid_is_nil(exam->company.id))
		return 1;
	out[1] = order_of_exam(exam, KIND_COMPANY, holder);
	if (exam->company_validity_months > 0)
		out[1].expires_on = (struct opt_day){
			true, validity_last_day(exam->today, (int)exam->company_validity_months)};
	return 2;
}

struct issue_order issue_order_of_version(const struct credential_facts *as, struct uuid certificate,
                                          const struct exam_issuer *issuer, struct slice holder)
{
	return (struct issue_order){
		.kind = as->kind,
		.issuer = issuer,
		.holder = holder.p ? holder : as->holder,
		.title = as->title,
		.level = as->level,
		.number = as->number,
		.as = as,
		.certificate = certificate,
	};
}

static void begin_item(struct issue_item *item, const struct issue_order *order, struct instant at)
{
	uint8_t random[4][16];
	random_bytes(random, sizeof random);
	*item = (struct issue_item){
		.order = *order,
		.certificate = order->as ? order->certificate : uuid_v7_of(at, random[0]),
		.version = uuid_v4_of(random[1]), /* stands in the document: tells nothing about when */
		.subject = uuid_v4_of(random[2]),
		.number = order->number,
	};
	memcpy(item->code, random[3], sizeof item->code);
}

bool issue_begin(struct issue *is, const struct issue_order *orders, int n, struct instant at)
{
	assert(n <= ISSUE_CERTIFICATES);
	*is = (struct issue){.n = n, .issued_at = at, .unsettled = is->unsettled};
	bool ready = true;
	for (int i = 0; i < n; i++) {
		begin_item(&is->item[i], &orders[i], at);
		ready = ready && orders[i].issuer->key_id.p;
	}
	return ready;
}

/* ---- numbers and status positions ---- */

/* The series within its site's or company's numbers: '-' for a level that no number can have. */
static void number_key(const struct issue_order *o, char out[static BLOCK_KEY_TEXT])
{
	char series[SERIES_TEXT];
	char level = kind_row(o->kind)->numbers_have_level && o->place.level_digit ? o->place.level_digit : '-';
	snprintf(series, sizeof series, "%s %04d %c", kind_code(o->kind), o->place.year % 10000, level);
	block_key_number(out, o->series, series);
}

/* 0; LACKING: the block is used up; E_ABSENT: the body or the level has no numbers; E_NOMEM. */
enum { LACKING = 1 };
static int take_number(struct request *rq, struct issue_item *item)
{
	const struct registry *registry = request_app(rq);
	char key[BLOCK_KEY_TEXT], text[NUMBER_TEXT];
	uint64_t sequence;
	if (uuid_is_nil(item->order.series))
		return E_ABSENT;
	number_key(&item->order, key);
	if (!blocks_take(registry->blocks, key, &sequence, NULL))
		return LACKING;
	if (!kind_row(item->order.kind)->number(&item->order.place, (int64_t)sequence, text))
		return E_ABSENT;
	item->number = arena_slice(rq->arena, slice_of(text));
	return item->number.p ? 0 : E_NOMEM;
}

static bool take_position(struct request *rq, struct issue_item *item)
{
	const struct registry *registry = request_app(rq);
	char key[BLOCK_KEY_TEXT];
	uint8_t secret[BLOCK_SECRET];
	uint64_t ordinal;
	block_key_status(key, item->order.issuer->id);
	if (!blocks_take(registry->blocks, key, &ordinal, secret))
		return false;
	item->list = (uint32_t)(ordinal / PERMUTE_SIZE) + 1;
	item->index = permute(secret, (uint32_t)(ordinal % PERMUTE_SIZE));
	item->placed = true;
	return true;
}

/* Asks for the next block of one series, together with everybody else who lacks it. */
static int lack(struct request *rq, struct issue *is, const char *key, const struct db_call *call)
{
	const struct registry *registry = request_app(rq);
	struct issue_lack *l = &is->lack[is->n_lacking];
	l->issue = is;
	l->wait.ready = on_refilled;
	int r = refill_await(registry->refills, key, call, &l->wait);
	is->n_lacking += r == 0;
	return r;
}

static int lack_number(struct request *rq, struct issue *is, const struct issue_order *o)
{
	char key[BLOCK_KEY_TEXT];
	number_key(o, key);
	return lack(rq, is, key,
	            &NUMBERS_RESERVE_CALL(o->series, slice_of(kind_code(o->kind)), o->place.year,
	                                  kind_row(o->kind)->numbers_have_level ? o->level : SLICE(""),
	                                  BLOCK_SIZE));
}

static int lack_position(struct request *rq, struct issue *is, const struct issue_item *item)
{
	char key[BLOCK_KEY_TEXT];
	block_key_status(key, item->order.issuer->id);
	return lack(rq, is, key,
	            &STATUS_RESERVE_CALL(item->order.issuer->id, BLOCK_SIZE));
}

/* Takes what is there and asks for what is not. */
static int take_all(struct request *rq, struct issue *is)
{
	int r = 0;
	is->n_lacking = is->n_woken = 0;
	is->failure = 0;
	for (int i = 0; r == 0 && i < is->n; i++) {
		struct issue_item *item = &is->item[i];
		if (!item->number.p)
			r = take_number(rq, item);
		if (r == LACKING)
			r = lack_number(rq, is, &item->order);
		if (r == 0 && !item->placed && !take_position(rq, item))
			r = lack_position(rq, is, item);
	}
	return r;
}

static void forget_refills(void *arg)
{
	struct issue *is = arg;
	for (int i = 0; i < is->n_lacking; i++)
		refill_cancel(&is->lack[i].wait);
}

enum problem_id issue_problem_of_refill(int failure)
{
	switch (failure) {
	case E_ABSENT:
		return P_NUMBERS_USED_UP; /* of the year */
	case E_CLOSED:
		return P_DATABASE_AWAY;
	case E_LIMIT:
		return P_DATABASE_FULL;
	case E_REFUSED:
		return P_HISTORY_HELD;
	case E_SYSTEM:
		return P_JOURNAL_AWAY;
	case E_FULL:
	case E_NOMEM:
		return P_OVERLOADED;
	default:
		return P_INTERNAL;
	}
}

static step_fn refilled;

static void on_refilled(struct refill_wait *w, int outcome)
{
	struct issue *is = CONTAINER_OF(w, struct issue_lack, wait)->issue;
	if (outcome < 0)
		is->failure = outcome;
	if (++is->n_woken < is->n_lacking)
		return;
	if (is->failure && !(is->failure == E_ABSENT && is->used_up))
		request_fail(is->rq, issue_problem_of_refill(is->failure));
	else
		request_resume(is->rq);
}

struct step issue_numbers(struct request *rq, struct issue *is, step_fn *next)
{
	is->next = next;
	is->rq = rq;
	int r = take_all(rq, is);
	if (r < 0) {
		forget_refills(is);
		return reply_problem(rq, issue_problem_of_refill(r));
	}
	if (is->n_lacking == 0)
		return request_continue(rq, next);
	return request_await_event(rq, refilled, forget_refills, is);
}

/* Others may have been faster than we: then once more. */
static struct step refilled(struct request *rq, const struct db_result *none)
{
	struct issue *is = request_awaited(rq);
	if (is->failure)
		return request_continue(rq, is->used_up);
	if (mono_since(rq->deadline, mono_now()).us <= 0)
		return reply_problem(rq, P_DEADLINE);
	return issue_numbers(rq, is, is->next);
}

/* ---- documents and signatures ---- */

/* The last moment of the last valid day in Shanghai. */
static struct instant end_of(struct day last)
{
	const int64_t second = 1000000;
	return (struct instant){day_begins((struct day){last.n + 1}).us - second};
}

static struct credential_facts new_facts(const struct issue *is, const struct issue_item *item)
{
	const struct issue_order *o = &item->order;
	return (struct credential_facts){
		.kind = o->kind,
		.title = o->title,
		.number = item->number,
		.issuer_slug = o->issuer->slug,
		.issuer_name = o->issuer->name,
		.occupation = o->occupation,
		.edition = o->edition,
		.work_type = o->work_type,
		.code = o->code,
		.level = o->level,
		.narrative = o->narrative,
		.valid_from = o->valid_from.us ? o->valid_from : is->issued_at,
		.expires = o->expires_on.given,
		.valid_until = end_of(o->expires_on.v),
	};
}

static int build(struct request *rq, const struct issue *is, struct issue_item *item)
{
	const struct registry *registry = request_app(rq);
	struct credential_facts facts = item->order.as ? *item->order.as : new_facts(is, item);
	facts.id = item->version;
	facts.subject = item->subject;
	facts.holder = item->order.holder;
	facts.public_url = registry->public_url;
	facts.list = item->list;
	facts.index = item->index;
	return credential_build(rq->arena, &facts, &item->document);
}

static int prepare(struct request *rq, struct issue *is, struct issue_item *item, struct sign_job *job)
{
	const struct registry *registry = request_app(rq);
	int r = build(rq, is, item);
	item->options = (struct proof_options){.key_id = item->order.issuer->key_id, .created = is->issued_at};
	if (r == 0)
		r = did_web(rq->arena, registry->public_url, item->order.issuer->slug, &item->options.did);
	if (r == 0)
		r = proof_canonical(rq->arena, &item->options, &item->proof);
	if (r == 0)
		*job = (struct sign_job){
			.about = {
				.what = SIGN_CREDENTIAL,
				.version = item->version,
				.subject = item->number,
				.list = item->list,
				.index = item->index,
				.indexed = true,
			},
			.issuer = item->order.issuer->slug,
			.key_id = item->order.issuer->key_id,
			.wrapped = item->order.issuer->wrapped,
			.proof = item->proof,
			.document = item->document.canonical,
		};
	return r;
}

static enum problem_id problem_of_building(int failure)
{
	return failure == E_NOMEM ? P_OVERLOADED : P_INTERNAL;
}

static struct step attach(struct request *rq, const struct db_result *none)
{
	struct issue *is = request_awaited(rq);
	for (int i = 0; i < is->n; i++) {
		struct issue_item *item = &is->item[i];
		int r = proof_attach(rq->arena, item->document.json, &item->options,
		                     request_signatures(rq) + i * ED25519_SIGNATURE, &item->json);
		if (r < 0)
			return reply_problem(rq, problem_of_building(r));
	}
	return request_continue(rq, is->next);
}

static int open_unsettled(struct request *rq, struct issue *is)
{
	struct unsettled *u = &is->unsettled;
	u->n = is->n;
	for (int i = 0; i < is->n; i++) {
		const struct issue_item *item = &is->item[i];
		u->item[i] = (struct unsettled_item){
			.version = item->version,
			.json = item->document.json,
			.options = item->options,
			.list = item->list,
			.index = item->index,
		};
	}
	return unsettled_open(rq, u);
}

struct step issue_sign(struct request *rq, struct issue *is, step_fn *next)
{
	is->next = next;
	for (int i = 0; i < is->n; i++) {
		int r = prepare(rq, is, &is->item[i], &is->jobs[i]);
		if (r < 0)
			return reply_problem(rq, problem_of_building(r));
	}
	if (open_unsettled(rq, is) < 0)
		return reply_out_of_memory(rq);
	return AWAIT_SIGN(rq, attach, is->jobs, (size_t)is->n, is);
}

/* ---- what the write function is given ---- */

size_t issue_certificates(const struct issue *is, struct new_certificate out[static ISSUE_CERTIFICATES])
{
	int n = is ? is->n : 0;
	for (int i = 0; i < n; i++) {
		const struct issue_item *item = &is->item[i];
		out[i] = (struct new_certificate){
			.kind = slice_of(kind_code(item->order.kind)),
			.certificate = item->certificate,
			.version = item->version,
			.number = item->number,
			.title = item->order.title,
			.code = slice_from(item->code, sizeof item->code),
			.key = item->order.issuer->key_id,
			.list = item->list,
			.idx = item->index,
			.expires = item->order.expires_on,
			.document = item->json,
		};
	}
	return (size_t)n;
}
