/* signer/codec.c - the layout of each body. */
#include "signer/codec.h"

#include "base/outcome.h"
#include "channel/wire.h"

const struct channel_service signer_service = {
	.name = "signer",
	.version = '4', /* unlike any type of the first version, which had its type here */
	.request_max = SIGNER_FRAME_MAX,
	.answer_max = SIGNER_FRAME_MAX,
	.calls_max = 256,
	.calls_bytes = 16 * MIB,
	.peers_max = 300,
	.waiting_max = 256,
	.waiting_bytes = 8 * MIB,
	.unread_max = 2 * MIB,
};

static struct slice text(struct wire_reader *r, size_t length_bytes, size_t max)
{
	return wire_text(r, length_bytes, 1, max);
}

static enum signer_kind kind(struct wire_reader *r)
{
	uint32_t v = wire_number(r, 1);
	if (v >= SIGNER_KINDS)
		r->bad = true;
	return v == SIGNER_P256 ? SIGNER_P256 : SIGNER_ED25519;
}

static enum signer_priority priority(struct wire_reader *r)
{
	uint32_t v = wire_number(r, 1);
	if (v >= SIGNER_PRIORITIES)
		r->bad = true;
	return v == SIGNER_BULK ? SIGNER_BULK : SIGNER_INTERACTIVE;
}

static void read_about(struct wire_reader *r, struct sign_about *about)
{
	uint32_t what = wire_number(r, 1);
	if (what >= SIGN_WHATS)
		r->bad = true;
	about->what = what < SIGN_WHATS ? (enum sign_what)what : SIGN_CREDENTIAL;
	const uint8_t *version = wire_take(r, sizeof about->version.b);
	about->version = (struct uuid){0};
	if (version)
		memcpy(about->version.b, version, sizeof about->version.b);
	about->subject = wire_text(r, 2, 0, SIGNER_SUBJECT_MAX);
	about->list = wire_number(r, 4);
	uint32_t indexed = wire_number(r, 1);
	if (indexed > 1)
		r->bad = true;
	about->indexed = indexed == 1;
	about->index = wire_number(r, 4);
}

static void read_job(struct wire_reader *r, struct sign_job *job)
{
	job->kind = kind(r);
	read_about(r, &job->about);
	job->issuer = text(r, 2, SIGNER_ISSUER_MAX);
	job->key_id = text(r, 2, SIGNER_KEY_ID_TEXT - 1);
	job->wrapped = text(r, 2, SIGNER_WRAPPED_MAX);
	job->proof = wire_text(r, 4, 0, SIGNER_TEXT_MAX);
	if ((job->proof.n == 0) != (job->kind == SIGNER_P256))
		r->bad = true;
	job->document = text(r, 4, SIGNER_TEXT_MAX);
	if (!r->bad && !sign_job_fits(job))
		r->bad = true;
}

int signer_read_sign(struct slice body, struct sign_request *ret)
{
	struct wire_reader r = {.rest = body};
	ret->priority = priority(&r);
	ret->n = wire_number(&r, 2);
	if (ret->n == 0 || ret->n > SIGNER_JOBS_MAX)
		return E_SYNTAX;
	for (size_t i = 0; i < ret->n; i++)
		read_job(&r, &ret->job[i]);
	return wire_end(&r);
}

int signer_read_generate(struct slice body, struct generate_request *ret)
{
	struct wire_reader r = {.rest = body};
	ret->priority = priority(&r);
	ret->kind = kind(&r);
	ret->issuer = text(&r, 2, SIGNER_ISSUER_MAX);
	return wire_end(&r);
}

int signer_read_key(struct slice body, struct rewrap_request *ret)
{
	struct wire_reader r = {.rest = body};
	ret->priority = priority(&r);
	ret->job.kind = kind(&r);
	ret->job.issuer = text(&r, 2, SIGNER_ISSUER_MAX);
	ret->job.key_id = text(&r, 2, SIGNER_KEY_ID_TEXT - 1);
	ret->job.wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	return wire_end(&r);
}

/* Whether an id names this public key. */
static bool names(enum signer_kind kind_of, struct slice id, struct slice public)
{
	uint8_t named[P256_PUBLIC];
	switch (kind_of) {
	case SIGNER_ED25519:
		return multikey_parse(id, named) && slice_eq(public, slice_from(named, ED25519_PUBLIC));
	case SIGNER_P256:
		return p256_multikey_parse(id, named) && slice_eq(public, slice_from(named, P256_PUBLIC));
	case SIGNER_KINDS:
		break;
	}
	return false;
}

int signer_read_generated(struct slice body, struct generated_key *ret)
{
	struct wire_reader r = {.rest = body};
	enum signer_kind kind_of = kind(&r);
	struct slice id = text(&r, 2, SIGNER_KEY_ID_TEXT - 1);
	struct slice public = text(&r, 2, P256_PUBLIC);
	struct slice wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	if (wire_end(&r) != 0 || !names(kind_of, id, public))
		return E_SYNTAX;
	ret->kind = kind_of;
	memcpy(ret->id, id.p, id.n);
	ret->id[id.n] = '\0';
	memcpy(ret->public, public.p, public.n);
	ret->public_n = public.n;
	memcpy(ret->wrapped, wrapped.p, wrapped.n);
	ret->wrapped_n = wrapped.n;
	return 0;
}

int signer_read_rewrapped(struct slice body, struct rewrapped_key *ret)
{
	struct wire_reader r = {.rest = body};
	struct slice wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	if (wire_end(&r) != 0)
		return E_SYNTAX;
	memcpy(ret->wrapped, wrapped.p, wrapped.n);
	ret->wrapped_n = wrapped.n;
	return 0;
}

int signer_read_signed(struct slice body, size_t n, const uint8_t **ret_signatures)
{
	struct wire_reader r = {.rest = body};
	size_t count = wire_number(&r, 2);
	const uint8_t *p = wire_take(&r, count * SIGNER_SIGNATURE);
	if (wire_end(&r) != 0 || count != n)
		return E_SYNTAX;
	*ret_signatures = p;
	return 0;
}

static void put_about(struct buf *b, const struct sign_about *about)
{
	wire_put_number(b, about->what, 1);
	buf_add(b, slice_from(about->version.b, sizeof about->version.b));
	wire_put_text(b, about->subject, 2);
	wire_put_number(b, about->list, 4);
	wire_put_number(b, about->indexed, 1);
	wire_put_number(b, about->index, 4);
}

void signer_write_sign(struct buf *b, enum signer_priority priority, const struct sign_job *jobs,
                       size_t n)
{
	wire_put_number(b, priority, 1);
	wire_put_number(b, n, 2);
	for (size_t i = 0; i < n; i++) {
		wire_put_number(b, jobs[i].kind, 1);
		put_about(b, &jobs[i].about);
		wire_put_text(b, jobs[i].issuer, 2);
		wire_put_text(b, jobs[i].key_id, 2);
		wire_put_text(b, jobs[i].wrapped, 2);
		wire_put_text(b, jobs[i].proof, 4);
		wire_put_text(b, jobs[i].document, 4);
	}
}

void signer_write_generate(struct buf *b, enum signer_priority priority, enum signer_kind kind_of,
                           struct slice issuer)
{
	wire_put_number(b, priority, 1);
	wire_put_number(b, kind_of, 1);
	wire_put_text(b, issuer, 2);
}

void signer_write_key(struct buf *b, enum signer_priority priority, const struct rewrap_job *job)
{
	wire_put_number(b, priority, 1);
	wire_put_number(b, job->kind, 1);
	wire_put_text(b, job->issuer, 2);
	wire_put_text(b, job->key_id, 2);
	wire_put_text(b, job->wrapped, 2);
}

void signer_write_generated(struct buf *b, const struct generated_key *key)
{
	wire_put_number(b, key->kind, 1);
	wire_put_text(b, slice_of(key->id), 2);
	wire_put_text(b, slice_from(key->public, key->public_n), 2);
	wire_put_text(b, slice_from(key->wrapped, key->wrapped_n), 2);
}

void signer_write_rewrapped(struct buf *b, const struct rewrapped_key *key)
{
	wire_put_text(b, slice_from(key->wrapped, key->wrapped_n), 2);
}

void signer_write_signed(struct buf *b, const uint8_t *signatures, size_t n)
{
	wire_put_number(b, n, 2);
	buf_add(b, slice_from(signatures, n * SIGNER_SIGNATURE));
}
