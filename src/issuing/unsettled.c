/* issuing/unsettled.c - a hook on the end of the request. */
#include "issuing/unsettled.h"

#include "base/outcome.h"
#include "credential/jwt.h"
#include "sql/signature_abandon.h"
#include "store/outbox.h"
#include "store/registry.h"
#include "web/helper.h"
#include "web/request.h"

enum { SCRATCH_MAX = 1024 * 1024 };

/* As it was signed, with zeros for the signature. */
static int text_of(struct arena *a, const struct unsettled_item *it, struct slice *ret)
{
	static const uint8_t zeros[ED25519_SIGNATURE];
	if (it->json.p)
		return proof_attach(a, it->json, &it->options, zeros, ret);
	return jwt_attach(a, it->jwt_input, zeros, ret);
}

static void hand_over(const struct unsettled *u, const struct unsettled_item *it)
{
	struct slice text = SLICE_NONE;
	struct arena *a = arena_new(SCRATCH_MAX);
	if (a && text_of(a, it, &text) == 0) {
		const bool placed = it->json.p;
		const struct db_call call = SIGNATURE_ABANDON_CALL(
			slice_of(u->request), it->version, it->options.key_id, text,
			(struct opt_int){placed, it->list}, (struct opt_int){placed, it->index},
			u->item[0].version);
		outbox_add(u->registry->outbox, &call, u->registry->log);
	} else if (u->registry->log) {
		log_error(u->registry->log, "write_lost", LOG_S("cause", "memory"));
	}
	arena_free(a);
}

static void request_over(void *arg)
{
	struct unsettled *u = arg;
	for (int i = 0; u->open && !request_nothing_signed(u->rq) && i < u->n; i++)
		hand_over(u, &u->item[i]);
	u->open = false;
}

int unsettled_open(struct request *rq, struct unsettled *u)
{
	u->registry = request_app(rq);
	u->rq = rq;
	if (!u->watched) {
		u->request = arena_copy(rq->arena, slice_of(rq->id));
		if (!u->request || arena_on_dispose(rq->arena, request_over, u) < 0)
			return E_NOMEM;
	}
	u->watched = true;
	u->open = true;
	return 0;
}

void unsettled_settle(struct unsettled *u)
{
	u->open = false;
}
