/* tests/fuzz/fuzz_signer_frame.c - the signer's wire format: no input crashes it, and what is
 * read from a request can be written again to the same bytes. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "channel/frame.h"
#include "signer/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void same(struct buf *b, const struct frame *f)
{
	assert(slice_eq(buf_slice(b), f->body));
	buf_clear(b);
}

static void read_bodies(const struct frame *f)
{
	static struct sign_request sign;
	struct generate_request generate;
	struct generated_key key;
	struct rewrap_request rewrap;
	struct rewrapped_key rewrapped;
	const uint8_t *signatures;
	struct slice refusal = f->body;
	struct buf b = BUF_INIT(2 * SIGNER_FRAME_MAX);
	if (signer_read_sign(f->body, &sign) == 0) {
		signer_write_sign(&b, sign.priority, sign.job, sign.n);
		same(&b, f);
	}
	if (signer_read_generate(f->body, &generate) == 0) {
		signer_write_generate(&b, generate.priority, generate.kind, generate.issuer);
		same(&b, f);
	}
	if (signer_read_generated(f->body, &key) == 0) {
		signer_write_generated(&b, &key);
		same(&b, f);
	}
	if (signer_read_key(f->body, &rewrap) == 0) {
		signer_write_key(&b, rewrap.priority, &rewrap.job);
		same(&b, f);
	}
	if (signer_read_rewrapped(f->body, &rewrapped) == 0) {
		signer_write_rewrapped(&b, &rewrapped);
		same(&b, f);
	}
	if (signer_read_signed(f->body, 2, &signatures) == 0) {
		signer_write_signed(&b, signatures, 2);
		same(&b, f);
	}
	if (frame_failure(&refusal) != 0)
		assert(refusal.n + 1 == f->body.n);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = slice_from(data, n);
	struct frame f;
	size_t used;
	while (frame_take(in, signer_service.version, SIGNER_FRAME_MAX, &f, &used) == 0) {
		read_bodies(&f);
		in = slice_skip(in, used);
	}
	return 0;
}
