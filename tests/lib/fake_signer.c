/* tests/lib/fake_signer.c - keeps each request as the frame the real client would send. */
#include "fake_signer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "signer/frame.h"

struct fake_signer {
	struct signer base;
	struct crypt *crypt;
	struct vault *vault;
	struct list calls;
	int refuse;
	bool spoil;
	size_t asked;
	struct sign_request request;
};

struct signer_call {
	struct list node;
	struct buf frame;
	signer_sign_done *sign_done;
	signer_generate_done *generate_done;
	signer_rewrap_done *rewrap_done;
	signer_check_done *check_done;
	void *arg;
};

static void call_free(struct signer_call *call)
{
	list_remove(&call->node);
	buf_free(&call->frame);
	free(call);
}

static int add(struct fake_signer *f, struct signer_call call, struct signer_call **ret)
{
	struct signer_call *copy = malloc(sizeof *copy);
	if (!copy || buf_failed(&call.frame)) {
		free(copy);
		buf_free(&call.frame);
		return E_NOMEM;
	}
	*copy = call;
	list_append(&f->calls, &copy->node);
	if (ret)
		*ret = copy;
	return 0;
}

static int fake_sign(struct signer *s, enum signer_lane lane, const struct sign_job *jobs, size_t n,
	struct duration limit, signer_sign_done *done, void *arg, struct signer_call **ret)
{
	struct fake_signer *f = CONTAINER_OF(s, struct fake_signer, base);
	struct signer_call call = {.frame = BUF_INIT(FRAME_MAX), .sign_done = done, .arg = arg};
	if (f->refuse)
		return f->refuse;
	f->asked += n;
	frame_write_sign(&call.frame, 1, lane, jobs, n);
	return add(f, call, ret);
}

static int fake_generate(struct signer *s, enum signer_kind kind, struct slice issuer,
	struct duration limit, signer_generate_done *done, void *arg, struct signer_call **ret)
{
	struct fake_signer *f = CONTAINER_OF(s, struct fake_signer, base);
	struct signer_call call = {.frame = BUF_INIT(FRAME_MAX), .generate_done = done, .arg = arg};
	if (f->refuse)
		return f->refuse;
	frame_write_generate(&call.frame, 1, SIGNER_INTERACTIVE, kind, issuer);
	return add(f, call, ret);
}

static int fake_rewrap(struct signer *s, const struct rewrap_job *job, struct duration limit,
	signer_rewrap_done *done, void *arg, struct signer_call **ret)
{
	struct fake_signer *f = CONTAINER_OF(s, struct fake_signer, base);
	struct signer_call call = {.frame = BUF_INIT(FRAME_MAX), .rewrap_done = done, .arg = arg};
	if (f->refuse)
		return f->refuse;
	frame_write_rewrap(&call.frame, 1, SIGNER_BULK, job);
	return add(f, call, ret);
}

static int fake_check(struct signer *s, const struct rewrap_job *job, struct duration limit,
	signer_check_done *done, void *arg, struct signer_call **ret)
{
	struct fake_signer *f = CONTAINER_OF(s, struct fake_signer, base);
	struct signer_call call = {.frame = BUF_INIT(FRAME_MAX), .check_done = done, .arg = arg};
	if (f->refuse)
		return f->refuse;
	frame_write_check(&call.frame, 1, SIGNER_INTERACTIVE, job);
	return add(f, call, ret);
}

static void fake_cancel(struct signer *s, struct signer_call *call)
{
	call_free(call);
}

static const struct signer_ops ops = {fake_sign, fake_generate, fake_rewrap, fake_check,
	fake_cancel};

struct fake_signer *fake_signer_new(void)
{
	static const uint8_t kek[VAULT_KEY] = "fake key-encryption key of tests";
	struct fake_signer *f = calloc(1, sizeof *f);
	assert(f);
	f->base.ops = &ops;
	f->crypt = crypt_new();
	assert(f->crypt);
	f->vault = vault_new(f->crypt, kek, NULL);
	assert(f->vault);
	list_init(&f->calls);
	return f;
}

static void answer_sign(struct fake_signer *f, struct slice body, signer_sign_done *done, void *arg,
	int outcome)
{
	uint8_t signatures[SIGNER_JOBS_MAX * SIGNER_SIGNATURE];
	if (outcome == 0)
		outcome = frame_read_sign(body, &f->request);
	for (size_t i = 0; outcome == 0 && i < f->request.n; i++)
		outcome = vault_sign(f->vault, &f->request.job[i],
			signatures + i * SIGNER_SIGNATURE);
	if (f->spoil)
		signatures[0] ^= 1;
	done(arg, outcome, outcome ? NULL : signatures, outcome ? 0 : f->request.n);
}

static void answer_generate(struct fake_signer *f, struct slice body, signer_generate_done *done,
	void *arg, int outcome)
{
	struct generate_request request;
	struct generated_key key;
	if (outcome == 0)
		outcome = frame_read_generate(body, &request);
	if (outcome == 0)
		outcome = vault_generate(f->vault, request.kind, request.issuer, &key);
	done(arg, outcome, outcome ? NULL : &key);
}

static void answer_rewrap(struct fake_signer *f, struct slice body, signer_rewrap_done *done,
	void *arg, int outcome)
{
	struct rewrap_request request;
	struct rewrapped_key key;
	if (outcome == 0)
		outcome = frame_read_rewrap(body, &request);
	if (outcome == 0)
		outcome = vault_rewrap(f->vault, &request.job, &key);
	done(arg, outcome, outcome ? NULL : &key);
}

static void answer_check(struct fake_signer *f, struct slice body, signer_check_done *done, void *arg,
	int outcome)
{
	struct rewrap_request request;
	struct rewrapped_key key;
	if (outcome == 0)
		outcome = frame_read_rewrap(body, &request);
	if (outcome == 0)
		outcome = vault_rewrap(f->vault, &request.job, &key);
	done(arg, outcome);
}

bool fake_signer_answer(struct fake_signer *f, int outcome)
{
	struct list *first = list_first(&f->calls);
	struct frame frame;
	size_t used;
	if (!first)
		return false;
	struct signer_call *call = CONTAINER_OF(first, struct signer_call, node);
	struct signer_call copy = *call;
	list_remove(&call->node);
	free(call);
	int r = frame_take(buf_slice(&copy.frame), &frame, &used);
	assert(r == 0);
	if (copy.sign_done)
		answer_sign(f, frame.body, copy.sign_done, copy.arg, outcome);
	else if (copy.rewrap_done)
		answer_rewrap(f, frame.body, copy.rewrap_done, copy.arg, outcome);
	else if (copy.check_done)
		answer_check(f, frame.body, copy.check_done, copy.arg, outcome);
	else
		answer_generate(f, frame.body, copy.generate_done, copy.arg, outcome);
	buf_free(&copy.frame);
	return true;
}

size_t fake_signer_run(struct fake_signer *f)
{
	size_t n = 0;
	while (fake_signer_answer(f, 0))
		n++;
	return n;
}

size_t fake_signer_asked(const struct fake_signer *f)
{
	return f->asked;
}

void fake_signer_refuse(struct fake_signer *f, int failure)
{
	f->refuse = failure;
}

void fake_signer_free(struct fake_signer *f)
{
	if (!f)
		return;
	while (fake_signer_answer(f, E_CLOSED))
		;
	vault_free(f->vault);
	crypt_free(f->crypt);
	free(f);
}

struct signer *fake_signer_signer(struct fake_signer *f)
{
	return &f->base;
}

struct vault *fake_signer_vault(struct fake_signer *f)
{
	return f->vault;
}

void fake_signer_spoil(struct fake_signer *f, bool spoil)
{
	f->spoil = spoil;
}
