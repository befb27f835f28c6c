/* tests/fuzz/fuzz_signer_frame.c - the signer's wire format: no input crashes it, and what is
 * read from a request can be written again to the same bytes. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "signer/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void same(struct buf *b, const struct frame *f)
{
	struct frame again;
	size_t used;
	int r = frame_take(buf_slice(b), &again, &used);
	assert(r == 0 && slice_eq(again.body, f->body));
	buf_free(b);
}

static void read_bodies(const struct frame *f)
{
	static struct sign_request sign;
	struct generate_request generate;
	struct generated_key key;
	struct rewrap_request rewrap;
	struct rewrapped_key rewrapped;
	const uint8_t *signatures;
	enum frame_reason reason;
	struct buf b = BUF_INIT(2 * FRAME_MAX);
	if (frame_read_sign(f->body, &sign) == 0) {
		frame_write_sign(&b, f->id, sign.lane, sign.job, sign.n);
		same(&b, f);
	}
	if (frame_read_generate(f->body, &generate) == 0) {
		frame_write_generate(&b, f->id, generate.lane, generate.kind, generate.issuer);
		same(&b, f);
	}
	if (frame_read_generated(f->body, &key) == 0) {
		frame_write_generated(&b, f->id, &key);
		same(&b, f);
	}
	if (frame_read_rewrap(f->body, &rewrap) == 0) {
		frame_write_rewrap(&b, f->id, rewrap.lane, &rewrap.job);
		same(&b, f);
	}
	if (f->type == FRAME_CHECK && frame_read_rewrap(f->body, &rewrap) == 0) {
		frame_write_check(&b, f->id, rewrap.lane, &rewrap.job);
		same(&b, f);
	}
	if (frame_read_rewrapped(f->body, &rewrapped) == 0) {
		frame_write_rewrapped(&b, f->id, &rewrapped);
		same(&b, f);
	}
	if (frame_read_signed(f->body, 2, &signatures) == 0) {
		frame_write_signed(&b, f->id, signatures, 2);
		same(&b, f);
	}
	if (frame_read_refused(f->body, &reason) == 0) {
		frame_write_refused(&b, f->id, reason);
		same(&b, f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = slice_from(data, n);
	struct frame f;
	size_t used;
	while (frame_take(in, &f, &used) == 0) {
		read_bodies(&f);
		in = slice_skip(in, used);
	}
	return 0;
}
