/* tests/lib/fake_signer.c - a vault behind a fake channel. */
#include "fake_signer.h"

#include <assert.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "fake_channel.h"
#include "signer/codec.h"

struct fake_signer {
	struct fake_channel channel;
	const struct channel_ops *ops;    /* of the channel; what is asked is counted here */
	struct channel_ops counting;
	struct crypt *crypt;
	struct vault *vault;
	bool spoil;
	size_t asked;
	struct sign_request request;
};

static int fake_send(struct channel *c, struct channel_call *call, struct duration limit)
{
	struct fake_signer *f = CONTAINER_OF(c, struct fake_signer, channel.base);
	int r = f->ops->send(c, call, limit);
	if (r == 0 && call->type == SIGNER_SIGN &&
	    signer_read_sign(fake_channel_request(call), &f->request) == 0)
		f->asked += f->request.n;
	return r;
}

struct fake_signer *fake_signer_new(void)
{
	static const uint8_t kek[VAULT_KEY] = "fake key-encryption key of tests";
	struct fake_signer *f = calloc(1, sizeof *f);
	assert(f);
	fake_channel_init(&f->channel, &signer_service);
	f->ops = f->channel.base.ops;
	f->counting = (struct channel_ops){fake_send, f->ops->cancel};
	f->channel.base.ops = &f->counting;
	f->crypt = crypt_new();
	assert(f->crypt);
	f->vault = vault_new(f->crypt, kek, NULL);
	assert(f->vault);
	return f;
}

static int do_sign(struct fake_signer *f, struct slice body, struct buf *answer)
{
	uint8_t signatures[SIGNER_JOBS_MAX * SIGNER_SIGNATURE];
	int r = signer_read_sign(body, &f->request);
	for (size_t i = 0; r == 0 && i < f->request.n; i++)
		r = vault_sign(f->vault, &f->request.job[i], signatures + i * SIGNER_SIGNATURE);
	if (f->spoil)
		signatures[0] ^= 1;
	if (r == 0)
		signer_write_signed(answer, signatures, f->request.n);
	return r;
}

static int do_generate(struct fake_signer *f, struct slice body, struct buf *answer)
{
	struct generate_request request;
	struct generated_key key;
	int r = signer_read_generate(body, &request);
	if (r == 0)
		r = vault_generate(f->vault, request.kind, request.issuer, &key);
	if (r == 0)
		signer_write_generated(answer, &key);
	return r;
}

static int do_wrap(struct fake_signer *f, struct slice body, struct buf *answer)
{
	struct rewrap_request request;
	struct rewrapped_key key;
	int r = signer_read_key(body, &request);
	if (r == 0)
		r = vault_rewrap(f->vault, &request.job, &key);
	if (r == 0 && answer)
		signer_write_rewrapped(answer, &key);
	return r;
}

static int do_call(struct fake_signer *f, const struct channel_call *call, struct buf *answer)
{
	struct slice body = fake_channel_request(call);
	switch (call->type) {
	case SIGNER_SIGN:
		return do_sign(f, body, answer);
	case SIGNER_GENERATE:
		return do_generate(f, body, answer);
	case SIGNER_REWRAP:
		return do_wrap(f, body, answer);
	default:
		return do_wrap(f, body, NULL);
	}
}

bool fake_signer_answer(struct fake_signer *f, int outcome)
{
	const struct channel_call *call = fake_channel_first(&f->channel);
	struct buf answer = BUF_INIT(SIGNER_FRAME_MAX);
	if (!call)
		return false;
	if (outcome == 0)
		outcome = do_call(f, call, &answer);
	if (buf_failed(&answer))
		outcome = E_NOMEM;
	fake_channel_answer(&f->channel, outcome, outcome ? SLICE_NONE : buf_slice(&answer));
	buf_free(&answer);
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
	f->channel.refuse = failure;
}

void fake_signer_free(struct fake_signer *f)
{
	if (!f)
		return;
	fake_channel_close(&f->channel);
	vault_free(f->vault);
	crypt_free(f->crypt);
	free(f);
}

struct channel *fake_signer_channel(struct fake_signer *f)
{
	return &f->channel.base;
}

struct vault *fake_signer_vault(struct fake_signer *f)
{
	return f->vault;
}

void fake_signer_spoil(struct fake_signer *f, bool spoil)
{
	f->spoil = spoil;
}
