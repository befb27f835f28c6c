/* verifying/guess.c - two counts in the shared page: of the caller, and of the caller on this number. */
#include "verifying/guess.h"

#include "base/map.h"
#include "http/problem.h"
#include "store/registry.h"
#include "telemetry/metrics.h"
#include "telemetry/quota.h"
#include "telemetry/shared.h"
#include "web/request.h"
#include "web/run.h"

enum { CALLER_BYTES = 17, PRESENTED_MAX = 128, KEY_BYTES = CALLER_BYTES + 1 + PRESENTED_MAX };

static const char LOOKUPS[] = "lookups", APPLICATIONS[] = "applications";

static bool has_token(const struct request *rq)
{
	return !uuid_is_nil(rq->who.id);
}

/* The caller, then what was presented with its length before it: one text for each pair of both. */
static uint64_t key_of(const struct request *rq, struct slice presented)
{
	const struct registry *registry = request_app(rq);
	char text[KEY_BYTES] = {has_token(rq) ? 't' : 'a'};
	char client[CLIENT_BYTES];
	struct slice from = has_token(rq)
	                            ? slice_from((const char *)rq->who.id.b, sizeof rq->who.id.b)
	                            : request_client(rq, client);
	size_t n = presented.n < PRESENTED_MAX ? presented.n : PRESENTED_MAX;
	memcpy(text + 1, from.p, from.n);
	text[CALLER_BYTES] = (char)n;
	if (n)
		memcpy(text + CALLER_BYTES + 1, presented.p, n);
	return siphash(shared_hash_key(registry->shared), slice_from(text, sizeof text));
}

struct count {
	struct quota *quota;
	struct quota_use use;
	const char *policy;
};

static struct count of_caller(const struct request *rq)
{
	const struct registry *registry = request_app(rq);
	bool token = has_token(rq);
	return (struct count){
		.quota = shared_quota(registry->shared, QUOTA_OF_CALLERS),
		.use = {key_of(rq, SLICE_NONE), token ? registry->guess.per_token : registry->guess.per_address,
	                registry->guess.window},
		.policy = token ? "token" : "address",
	};
}

static struct count of_number(const struct request *rq, struct slice presented)
{
	const struct registry *registry = request_app(rq);
	return (struct count){
		.quota = shared_quota(registry->shared, QUOTA_OF_NUMBERS),
		.use = {key_of(rq, presented), registry->guess.per_number, registry->guess.window},
		.policy = "number",
	};
}

static bool refuse(const struct request *rq, const struct count *c, struct duration wait,
                   struct guess_refusal *ret)
{
	*ret = (struct guess_refusal){
		.policy = c->policy,
		.limit = c->use.limit,
		.window_s = c->use.window.us / 1000000,
		.wait_s = wait.us / 1000000 + 1,
	};
	metrics_add(web_conf_of(rq->web)->metrics, METRIC_GUESSES_REFUSED, 1);
	return false;
}

bool guess_allowed(struct request *rq, struct slice presented, struct guess_refusal *ret)
{
	const struct registry *registry = request_app(rq);
	struct duration wait;
	if (!registry->shared)
		return true;
	struct count caller = of_caller(rq), number = of_number(rq, presented);
	if (!quota_has(caller.quota, &caller.use, mono_now(), &wait))
		return refuse(rq, &caller, wait, ret);
	if (!quota_has(number.quota, &number.use, mono_now(), &wait))
		return refuse(rq, &number, wait, ret);
	return true;
}

/* The number first: what it counts for a moment too many concerns nobody but a caller who is over
 * his limit as a whole. */
bool guess_may_record(struct request *rq)
{
	const struct registry *registry = request_app(rq);
	struct duration wait;
	if (!registry->shared || has_token(rq))
		return true;
	const struct quota_use use = {key_of(rq, SLICE_NONE), registry->guess.records_per_address,
	                              registry->guess.window};
	return quota_take(shared_quota(registry->shared, QUOTA_OF_RECORDS), &use, mono_now(), &wait);
}

bool guess_missed(struct request *rq, struct slice presented, struct guess_refusal *ret)
{
	const struct registry *registry = request_app(rq);
	struct duration wait;
	if (!registry->shared)
		return true;
	struct count caller = of_caller(rq), number = of_number(rq, presented);
	struct mono now = mono_now();
	if (!quota_take(number.quota, &number.use, now, &wait))
		return refuse(rq, &number, wait, ret);
	if (quota_take(caller.quota, &caller.use, now, &wait))
		return true;
	quota_return(number.quota, &number.use, now);
	return refuse(rq, &caller, wait, ret);
}

/* One more of what is limited by the caller alone. */
static bool take_one(struct request *rq, enum shared_quota of, uint32_t limit, const char *policy,
                     struct guess_refusal *ret)
{
	const struct registry *registry = request_app(rq);
	struct duration wait;
	if (!registry->shared)
		return true;
	const struct count c = {
		.quota = shared_quota(registry->shared, of),
		.use = {key_of(rq, SLICE_NONE), limit, registry->guess.window},
		.policy = policy,
	};
	return quota_take(c.quota, &c.use, mono_now(), &wait) || refuse(rq, &c, wait, ret);
}

bool guess_may_look_up(struct request *rq, struct guess_refusal *ret)
{
	const struct registry *registry = request_app(rq);
	return take_one(rq, QUOTA_OF_LOOKUPS, registry->guess.lookups_per_caller, LOOKUPS, ret);
}

bool guess_may_apply(struct request *rq, struct guess_refusal *ret)
{
	const struct registry *registry = request_app(rq);
	return take_one(rq, QUOTA_OF_APPLICATIONS, registry->guess.applications_per_address, APPLICATIONS, ret);
}

/* ---- in words ---- */

struct slice guess_detail(struct request *rq, const struct guess_refusal *r)
{
	const bool zh = rq->lang == LANG_ZH;
	const char *when = problem_retry_words(r->wait_s, rq->lang, rq->arena);
	const char *what = r->policy == APPLICATIONS
	                           ? (zh ? "来自您所在地址的申请过多，暂不受理。"
	                                 : "Too many applications came from your address for now. ")
	                   : r->policy == LOOKUPS
	                           ? (zh ? "查询人员的次数过多，暂不能继续查询。"
	                                 : "You have looked up as many people as you may for now. ")
	                           : (zh ? "不符的次数过多，暂不再核对姓名。"
	                                 : "Too many did not match; no name is compared now. ");
	return slice_of(arena_printf(rq->arena, "%s%s", what, when ? when : ""));
}

struct step guess_refuse(struct request *rq, const struct guess_refusal *r)
{
	const char *policy = arena_printf(rq->arena, "\"%s\";q=%u;w=%lld", r->policy, r->limit,
	                                  (long long)r->window_s);
	const char *left = arena_printf(rq->arena, "\"%s\";r=0;t=%lld", r->policy,
	                                (long long)r->wait_s);
	struct slice detail = guess_detail(rq, r);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	request_set_header(rq, "RateLimit-Policy", slice_of(policy));
	request_set_header(rq, "RateLimit", slice_of(left));
	return reply_problem_retry(rq, P_RATE_LIMITED, detail, r->wait_s);
}

struct step guess_name_differs(struct request *rq, struct slice document)
{
	struct guess_refusal refusal;
	if (!guess_missed(rq, document, &refusal))
		return guess_refuse(rq, &refusal);
	return reply_problem(rq, P_PERSON_NAME_DIFFERS);
}
