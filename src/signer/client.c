/* signer/client.c - the signer's requests as calls: written, and their answers read. */
#include "signer/client.h"

#include <assert.h>

#include "base/outcome.h"

struct signer_call {
	struct channel_call base; /* first */
	union {
		signer_sign_done *sign;
		signer_generate_done *generate;
		signer_rewrap_done *rewrap;
		signer_check_done *check;
	} done;
	void *arg;
	size_t n; /* signatures asked for */
};

static struct signer_call *own(struct channel_call *call)
{
	return CONTAINER_OF(call, struct signer_call, base);
}

/* ---- answers: each reads its own, and tells. False: nonsense ---- */

static bool sign_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct signer_call *call = own(base);
	const uint8_t *signatures = NULL;
	if (outcome == 0 && signer_read_signed(body, call->n, &signatures) != 0)
		return false;
	call->done.sign(call->arg, outcome, signatures, outcome ? 0 : call->n);
	return true;
}

static bool generate_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct signer_call *call = own(base);
	struct generated_key key;
	if (outcome == 0 && signer_read_generated(body, &key) != 0)
		return false;
	call->done.generate(call->arg, outcome, outcome ? NULL : &key);
	return true;
}

static bool rewrap_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct signer_call *call = own(base);
	struct rewrapped_key key;
	if (outcome == 0 && signer_read_rewrapped(body, &key) != 0)
		return false;
	call->done.rewrap(call->arg, outcome, outcome ? NULL : &key);
	return true;
}

static bool check_ended(struct channel_call *base, int outcome, struct slice body)
{
	const struct signer_call *call = own(base);
	if (outcome == 0 && body.n)
		return false;
	call->done.check(call->arg, outcome);
	return true;
}

/* ---- requests ---- */

static struct signer_call *call_new(struct channel *c, enum signer_request type,
                                    channel_ended *ended, void *arg, int *ret_failure)
{
	struct channel_call *base =
		channel_call_new(c, sizeof(struct signer_call), (uint8_t)type, ended, ret_failure);
	if (!base)
		return NULL;
	own(base)->arg = arg;
	return own(base);
}

static bool key_ok(struct slice issuer, struct slice key_id, struct slice wrapped)
{
	return issuer.n && issuer.n <= SIGNER_ISSUER_MAX && key_id.n &&
	       key_id.n < SIGNER_KEY_ID_TEXT && wrapped.n && wrapped.n <= SIGNER_WRAPPED_MAX;
}

static bool job_ok(const struct sign_job *j)
{
	return key_ok(j->issuer, j->key_id, j->wrapped) &&
	       j->about.subject.n <= SIGNER_SUBJECT_MAX && j->proof.n <= SIGNER_TEXT_MAX &&
	       (j->proof.n == 0) == (j->kind == SIGNER_P256) && j->document.n &&
	       j->document.n <= SIGNER_TEXT_MAX;
}

int signer_sign(struct channel *c, enum signer_priority priority, const struct sign_job *jobs, size_t n,
                struct duration limit, signer_sign_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	assert(n >= 1 && n <= SIGNER_JOBS_MAX);
	for (size_t i = 0; i < n; i++)
		if (!job_ok(&jobs[i]))
			return E_LIMIT;
	struct signer_call *call = call_new(c, SIGNER_SIGN, sign_ended, arg, &r);
	if (!call)
		return r;
	call->done.sign = done;
	call->n = n;
	signer_write_sign(channel_body(&call->base), priority, jobs, n);
	return channel_send(&call->base, limit, ret);
}

int signer_generate(struct channel *c, enum signer_kind kind, struct slice issuer,
                    struct duration limit, signer_generate_done *done, void *arg,
                    struct channel_call **ret)
{
	int r = 0;
	if (!issuer.n || issuer.n > SIGNER_ISSUER_MAX)
		return E_LIMIT;
	struct signer_call *call = call_new(c, SIGNER_GENERATE, generate_ended, arg, &r);
	if (!call)
		return r;
	call->done.generate = done;
	signer_write_generate(channel_body(&call->base), SIGNER_INTERACTIVE, kind, issuer);
	return channel_send(&call->base, limit, ret);
}

int signer_rewrap(struct channel *c, const struct rewrap_job *job, struct duration limit,
                  signer_rewrap_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	if (!key_ok(job->issuer, job->key_id, job->wrapped))
		return E_LIMIT;
	struct signer_call *call = call_new(c, SIGNER_REWRAP, rewrap_ended, arg, &r);
	if (!call)
		return r;
	call->done.rewrap = done;
	signer_write_key(channel_body(&call->base), SIGNER_BULK, job);
	return channel_send(&call->base, limit, ret);
}

int signer_check(struct channel *c, const struct rewrap_job *job, struct duration limit,
                 signer_check_done *done, void *arg, struct channel_call **ret)
{
	int r = 0;
	if (!key_ok(job->issuer, job->key_id, job->wrapped))
		return E_LIMIT;
	struct signer_call *call = call_new(c, SIGNER_CHECK, check_ended, arg, &r);
	if (!call)
		return r;
	call->done.check = done;
	signer_write_key(channel_body(&call->base), SIGNER_INTERACTIVE, job);
	return channel_send(&call->base, limit, ret);
}
