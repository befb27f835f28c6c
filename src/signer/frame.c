/* signer/frame.c - a reader that remembers its first failure, so that the layout of each body
 * can be read off its function. */
#include "signer/frame.h"

#include "base/outcome.h"

struct reader {
	struct slice rest;
	bool bad;
};

static const uint8_t *take(struct reader *r, size_t n)
{
	const uint8_t *p = (const uint8_t *)r->rest.p;
	if (r->bad || n > r->rest.n) {
		r->bad = true;
		return NULL;
	}
	r->rest = slice_skip(r->rest, n);
	return p;
}

static uint32_t number(struct reader *r, size_t bytes)
{
	const uint8_t *p = take(r, bytes);
	uint32_t v = 0;
	for (size_t i = 0; p && i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* A string with a length of 2 or 4 bytes and min to max bytes. */
static struct slice text_of(struct reader *r, size_t length_bytes, size_t min, size_t max)
{
	size_t n = number(r, length_bytes);
	if (n < min || n > max)
		r->bad = true;
	return slice_from(take(r, n), n);
}

static struct slice text(struct reader *r, size_t length_bytes, size_t max)
{
	return text_of(r, length_bytes, 1, max);
}

static enum signer_kind kind(struct reader *r)
{
	uint32_t v = number(r, 1);
	if (v >= SIGNER_KINDS)
		r->bad = true;
	return v == SIGNER_P256 ? SIGNER_P256 : SIGNER_ED25519;
}

static enum signer_lane lane(struct reader *r)
{
	uint32_t v = number(r, 1);
	if (v >= SIGNER_LANES)
		r->bad = true;
	return v == SIGNER_BULK ? SIGNER_BULK : SIGNER_INTERACTIVE;
}

static int end(const struct reader *r)
{
	return r->bad || r->rest.n ? E_SYNTAX : 0;
}

int frame_take(struct slice in, struct frame *ret, size_t *ret_used)
{
	struct reader r = {.rest = in};
	if (in.n < 4)
		return FRAME_PARTIAL;
	size_t length = number(&r, 4);
	if (length < FRAME_HEAD - 4 || length > FRAME_MAX - 4)
		return E_SYNTAX;
	if (r.rest.n && (uint8_t)r.rest.p[0] != FRAME_VERSION)
		return E_SYNTAX;
	if (r.rest.n < length)
		return FRAME_PARTIAL;
	take(&r, 1);
	ret->type = (uint8_t)number(&r, 1);
	ret->id = number(&r, 4);
	ret->body = slice_from(r.rest.p, length - (FRAME_HEAD - 4));
	*ret_used = 4 + length;
	return 0;
}

static void read_about(struct reader *r, struct sign_about *about)
{
	uint32_t what = number(r, 1);
	if (what >= SIGN_WHATS)
		r->bad = true;
	about->what = what < SIGN_WHATS ? (enum sign_what)what : SIGN_CREDENTIAL;
	const uint8_t *version = take(r, sizeof about->version.b);
	about->version = (struct uuid){0};
	if (version)
		memcpy(about->version.b, version, sizeof about->version.b);
	about->subject = text_of(r, 2, 0, SIGNER_SUBJECT_MAX);
	about->list = number(r, 4);
	uint32_t indexed = number(r, 1);
	if (indexed > 1)
		r->bad = true;
	about->indexed = indexed == 1;
	about->index = number(r, 4);
}

static void read_job(struct reader *r, struct sign_job *job)
{
	job->kind = kind(r);
	read_about(r, &job->about);
	job->issuer = text(r, 2, SIGNER_ISSUER_MAX);
	job->key_id = text(r, 2, SIGNER_KEY_ID_TEXT - 1);
	job->wrapped = text(r, 2, SIGNER_WRAPPED_MAX);
	job->proof = text_of(r, 4, 0, SIGNER_TEXT_MAX);
	if ((job->proof.n == 0) != (job->kind == SIGNER_P256))
		r->bad = true;
	job->document = text(r, 4, SIGNER_TEXT_MAX);
}

int frame_read_sign(struct slice body, struct sign_request *ret)
{
	struct reader r = {.rest = body};
	ret->lane = lane(&r);
	ret->n = number(&r, 2);
	if (ret->n == 0 || ret->n > SIGNER_JOBS_MAX)
		return E_SYNTAX;
	for (size_t i = 0; i < ret->n; i++)
		read_job(&r, &ret->job[i]);
	return end(&r);
}

int frame_read_generate(struct slice body, struct generate_request *ret)
{
	struct reader r = {.rest = body};
	ret->lane = lane(&r);
	ret->kind = kind(&r);
	ret->issuer = text(&r, 2, SIGNER_ISSUER_MAX);
	return end(&r);
}

int frame_read_rewrap(struct slice body, struct rewrap_request *ret)
{
	struct reader r = {.rest = body};
	ret->lane = lane(&r);
	ret->job.kind = kind(&r);
	ret->job.issuer = text(&r, 2, SIGNER_ISSUER_MAX);
	ret->job.key_id = text(&r, 2, SIGNER_KEY_ID_TEXT - 1);
	ret->job.wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	return end(&r);
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

int frame_read_generated(struct slice body, struct generated_key *ret)
{
	struct reader r = {.rest = body};
	enum signer_kind kind_of = kind(&r);
	struct slice id = text(&r, 2, SIGNER_KEY_ID_TEXT - 1);
	struct slice public = text(&r, 2, P256_PUBLIC);
	struct slice wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	if (end(&r) != 0 || !names(kind_of, id, public))
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

int frame_read_rewrapped(struct slice body, struct rewrapped_key *ret)
{
	struct reader r = {.rest = body};
	struct slice wrapped = text(&r, 2, SIGNER_WRAPPED_MAX);
	if (end(&r) != 0)
		return E_SYNTAX;
	memcpy(ret->wrapped, wrapped.p, wrapped.n);
	ret->wrapped_n = wrapped.n;
	return 0;
}

int frame_read_signed(struct slice body, size_t n, const uint8_t **ret_signatures)
{
	struct reader r = {.rest = body};
	size_t count = number(&r, 2);
	const uint8_t *p = take(&r, count * SIGNER_SIGNATURE);
	if (end(&r) != 0 || count != n)
		return E_SYNTAX;
	*ret_signatures = p;
	return 0;
}

int frame_read_refused(struct slice body, enum frame_reason *ret)
{
	struct reader r = {.rest = body};
	uint32_t reason = number(&r, 1);
	if (end(&r) != 0 || reason < REASON_MALFORMED || reason > REASON_JOURNAL)
		return E_SYNTAX;
	*ret = (enum frame_reason)reason;
	return 0;
}

static void put_number(struct buf *b, size_t v, size_t bytes)
{
	while (bytes-- > 0)
		buf_addc(b, (char)(v >> (8 * bytes)));
}

static void put_text(struct buf *b, struct slice s, size_t length_bytes)
{
	put_number(b, s.n, length_bytes);
	buf_add(b, s);
}

/* Head with the length to be filled in by finish; returns where the frame starts. */
static size_t start(struct buf *b, enum frame_type type, uint32_t id)
{
	size_t at = b->n;
	put_number(b, 0, 4);
	put_number(b, FRAME_VERSION, 1);
	put_number(b, type, 1);
	put_number(b, id, 4);
	return at;
}

static void finish(struct buf *b, size_t at)
{
	if (buf_failed(b))
		return;
	size_t length = b->n - at - 4;
	if (length > FRAME_MAX - 4) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < 4; i++)
		b->p[at + i] = (char)(length >> (24 - 8 * i));
}

static void put_about(struct buf *b, const struct sign_about *about)
{
	put_number(b, about->what, 1);
	buf_add(b, slice_from(about->version.b, sizeof about->version.b));
	put_text(b, about->subject, 2);
	put_number(b, about->list, 4);
	put_number(b, about->indexed, 1);
	put_number(b, about->index, 4);
}

void frame_write_sign(struct buf *b, uint32_t id, enum signer_lane lane_of,
                      const struct sign_job *jobs, size_t n)
{
	size_t at = start(b, FRAME_SIGN, id);
	put_number(b, lane_of, 1);
	put_number(b, n, 2);
	for (size_t i = 0; i < n; i++) {
		put_number(b, jobs[i].kind, 1);
		put_about(b, &jobs[i].about);
		put_text(b, jobs[i].issuer, 2);
		put_text(b, jobs[i].key_id, 2);
		put_text(b, jobs[i].wrapped, 2);
		put_text(b, jobs[i].proof, 4);
		put_text(b, jobs[i].document, 4);
	}
	finish(b, at);
}

void frame_write_generate(struct buf *b, uint32_t id, enum signer_lane lane_of,
                          enum signer_kind kind_of, struct slice issuer)
{
	size_t at = start(b, FRAME_GENERATE, id);
	put_number(b, lane_of, 1);
	put_number(b, kind_of, 1);
	put_text(b, issuer, 2);
	finish(b, at);
}

static void write_key(struct buf *b, enum frame_type type, uint32_t id, enum signer_lane lane_of,
                      const struct rewrap_job *job)
{
	size_t at = start(b, type, id);
	put_number(b, lane_of, 1);
	put_number(b, job->kind, 1);
	put_text(b, job->issuer, 2);
	put_text(b, job->key_id, 2);
	put_text(b, job->wrapped, 2);
	finish(b, at);
}

void frame_write_rewrap(struct buf *b, uint32_t id, enum signer_lane lane_of,
                        const struct rewrap_job *job)
{
	write_key(b, FRAME_REWRAP, id, lane_of, job);
}

void frame_write_check(struct buf *b, uint32_t id, enum signer_lane lane_of,
                       const struct rewrap_job *job)
{
	write_key(b, FRAME_CHECK, id, lane_of, job);
}

void frame_write_checked(struct buf *b, uint32_t id)
{
	finish(b, start(b, FRAME_CHECKED, id));
}

void frame_write_generated(struct buf *b, uint32_t id, const struct generated_key *key)
{
	size_t at = start(b, FRAME_GENERATED, id);
	put_number(b, key->kind, 1);
	put_text(b, slice_of(key->id), 2);
	put_text(b, slice_from(key->public, key->public_n), 2);
	put_text(b, slice_from(key->wrapped, key->wrapped_n), 2);
	finish(b, at);
}

void frame_write_rewrapped(struct buf *b, uint32_t id, const struct rewrapped_key *key)
{
	size_t at = start(b, FRAME_REWRAPPED, id);
	put_text(b, slice_from(key->wrapped, key->wrapped_n), 2);
	finish(b, at);
}

void frame_write_signed(struct buf *b, uint32_t id, const uint8_t *signatures, size_t n)
{
	size_t at = start(b, FRAME_SIGNED, id);
	put_number(b, n, 2);
	buf_add(b, slice_from(signatures, n * SIGNER_SIGNATURE));
	finish(b, at);
}

void frame_write_refused(struct buf *b, uint32_t id, enum frame_reason reason)
{
	size_t at = start(b, FRAME_REFUSED, id);
	put_number(b, reason, 1);
	finish(b, at);
}
