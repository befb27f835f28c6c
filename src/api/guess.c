/* api/guess.c - three counters in the shared page. */
#include "api/guess.h"

#include "api/api.h"
#include "base/map.h"
#include "telemetry/metrics.h"
#include "telemetry/shared.h"
#include "web/run.h"

enum counter { BY_CLIENT = 'c', BY_BOTH = 'b', BY_NUMBER = 'n', KEY_MAX = 1 + CLIENT_BYTES + 128 };

/* A counter's key: what is counted, the client, the number; zero bytes where one does not matter. */
static uint64_t key_of(const struct request *rq, enum counter which, struct slice presented)
{
	const struct api *api = request_app(rq);
	char text[KEY_MAX] = {(char)which};
	char client[CLIENT_BYTES];
	struct slice from = request_client(rq, client);
	size_t n = presented.n < 128 ? presented.n : 128;
	if (which != BY_NUMBER)
		memcpy(text + 1, from.p, from.n);
	if (which != BY_CLIENT && n)
		memcpy(text + 1 + CLIENT_BYTES, presented.p, n);
	return siphash(shared_hash_key(api->shared), slice_from(text, sizeof text));
}

static uint32_t count(const struct request *rq, enum counter which, struct slice presented,
                      uint32_t add)
{
	const struct api *api = request_app(rq);
	return shared_limit_add(api->shared, key_of(rq, which, presented), api->guess.window,
	                        mono_now(), add);
}

static int64_t wait_of(const struct request *rq, enum counter which, struct slice presented)
{
	const struct api *api = request_app(rq);
	struct duration left =
		shared_limit_left(api->shared, key_of(rq, which, presented), mono_now());
	return left.us / 1000000 + 1;
}

bool guess_allowed(struct request *rq, struct slice presented, int64_t *ret_wait_s)
{
	const struct api *api = request_app(rq);
	if (!api->shared)
		return true;
	uint32_t both = count(rq, BY_BOTH, presented, 0);
	enum counter over;
	if (count(rq, BY_CLIENT, presented, 0) >= api->guess.per_client)
		over = BY_CLIENT;
	else if (both >= api->guess.per_client_and_number)
		over = BY_BOTH;
	else if (both > 0 && count(rq, BY_NUMBER, presented, 0) >= api->guess.per_number)
		over = BY_BOTH;
	else
		return true;
	*ret_wait_s = wait_of(rq, over, presented);
	metrics_add(web_conf_of(rq->web)->metrics, METRIC_GUESSES_REFUSED, 1);
	return false;
}

void guess_missed(struct request *rq, struct slice presented)
{
	const struct api *api = request_app(rq);
	if (!api->shared)
		return;
	count(rq, BY_CLIENT, presented, 1);
	count(rq, BY_BOTH, presented, 1);
	count(rq, BY_NUMBER, presented, 1);
}
