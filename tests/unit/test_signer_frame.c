/* tests/unit/test_signer_frame.c - the wire format: round trips, every truncation, every limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/outcome.h"
#include "signer/frame.h"

#define TEXT(literal) {literal, sizeof literal - 1}
static const struct sign_job jobs[] = {
	{SIGNER_ED25519,
	 {SIGN_CREDENTIAL, {{1, 2, 3}}, TEXT("Y31000000000122"), 7, 0x1ffff, true},
	 TEXT("shili"), TEXT("z6Mk1"), TEXT("wrapped-1"), TEXT("proof 1"), TEXT("document 1")},
	{SIGNER_P256, {SIGN_JWT, {{0}}, TEXT(""), 0, 0, false}, TEXT("xingbo"), TEXT("zDn2"),
	 TEXT("wrapped-2"), TEXT(""), TEXT("header.body")},
};

static void expect_job(const struct sign_job *got, const struct sign_job *want)
{
	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->about.what, want->about.what);
	assert_true(uuid_eq(got->about.version, want->about.version));
	assert_true(slice_eq(got->about.subject, want->about.subject));
	assert_int_equal(got->about.list, want->about.list);
	assert_int_equal(got->about.indexed, want->about.indexed);
	assert_int_equal(got->about.index, want->about.index);
	assert_true(slice_eq(got->issuer, want->issuer));
	assert_true(slice_eq(got->key_id, want->key_id));
	assert_true(slice_eq(got->wrapped, want->wrapped));
	assert_true(slice_eq(got->proof, want->proof));
	assert_true(slice_eq(got->document, want->document));
}

static void test_sign_round_trip(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	struct frame f;
	size_t used;
	assert_non_null(rq);
	frame_write_sign(&b, 0xdeadbeef, SIGNER_BULK, jobs, 2);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(used, b.n);
	assert_int_equal(f.type, FRAME_SIGN);
	assert_int_equal(f.id, 0xdeadbeef);
	assert_int_equal(frame_read_sign(f.body, rq), 0);
	assert_int_equal(rq->lane, SIGNER_BULK);
	assert_int_equal(rq->n, 2);
	expect_job(&rq->job[0], &jobs[0]);
	expect_job(&rq->job[1], &jobs[1]);
	/* Every prefix: the frame is partial, the body malformed; so is a body with more. */
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(frame_take(slice_from(b.p, n), &f, &used), FRAME_PARTIAL);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	for (size_t n = 0; n < f.body.n; n++)
		assert_int_equal(frame_read_sign(slice_from(f.body.p, n), rq), E_SYNTAX);
	buf_addc(&b, 0);
	assert_int_equal(frame_read_sign(slice_from(f.body.p, f.body.n + 1), rq), E_SYNTAX);
	free(rq);
	buf_free(&b);
}

static void test_generated_round_trip(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	struct generated_key key = {.public_n = 32, .wrapped = "wrapped", .wrapped_n = 7}, got;
	struct frame f;
	size_t used;
	memset(key.public, 0x5a, 32);
	multikey_format(key.public, key.id);
	frame_write_generated(&b, 7, &key);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_generated(f.body, &got), 0);
	assert_string_equal(got.id, key.id);
	assert_int_equal(got.public_n, 32);
	assert_memory_equal(got.public, key.public, 32);
	assert_int_equal(got.wrapped_n, 7);
	assert_memory_equal(got.wrapped, "wrapped", 7);
	for (size_t n = 0; n < f.body.n; n++)
		assert_int_equal(frame_read_generated(slice_from(f.body.p, n), &got), E_SYNTAX);
	/* A public key that is not the one the id names. */
	key.public[0] ^= 1;
	buf_clear(&b);
	frame_write_generated(&b, 7, &key);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_generated(f.body, &got), E_SYNTAX);
	buf_free(&b);
}

static void test_small_bodies(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	uint8_t signatures[3 * ED25519_SIGNATURE];
	const uint8_t *got;
	struct generate_request g;
	enum frame_reason reason;
	struct frame f;
	size_t used, at;
	memset(signatures, 0xa5, sizeof signatures);
	frame_write_signed(&b, 1, signatures, 3);
	frame_write_refused(&b, 2, REASON_KEY);
	frame_write_generate(&b, 3, SIGNER_INTERACTIVE, SIGNER_P256, SLICE("shili"));
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_signed(f.body, 3, &got), 0);
	assert_memory_equal(got, signatures, sizeof signatures);
	assert_int_equal(frame_read_signed(f.body, 2, &got), E_SYNTAX);
	assert_int_equal(frame_read_signed(f.body, 4, &got), E_SYNTAX);
	at = used;
	assert_int_equal(frame_take(slice_skip(buf_slice(&b), at), &f, &used), 0);
	assert_int_equal(f.id, 2);
	assert_int_equal(frame_read_refused(f.body, &reason), 0);
	assert_int_equal(reason, REASON_KEY);
	assert_int_equal(frame_read_refused(SLICE("\x05"), &reason), 0);
	assert_int_equal(reason, REASON_JOURNAL);
	assert_int_equal(frame_read_refused(SLICE("\x06"), &reason), E_SYNTAX);
	assert_int_equal(frame_read_refused(slice_from("\0", 1), &reason), E_SYNTAX);
	at += used;
	assert_int_equal(frame_take(slice_skip(buf_slice(&b), at), &f, &used), 0);
	assert_int_equal(frame_read_generate(f.body, &g), 0);
	assert_int_equal(g.kind, SIGNER_P256);
	assert_true(slice_is(g.issuer, "shili"));
	buf_free(&b);
}

static void test_p256_key(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	struct generated_key key = {.kind = SIGNER_P256, .wrapped = "w", .wrapped_n = 1}, got;
	uint8_t scalar[P256_SCALAR];
	struct p256_key *k = p256_key_generate(scalar);
	struct frame f;
	size_t used;
	assert_non_null(k);
	memcpy(key.public, p256_key_public(k), P256_PUBLIC);
	key.public_n = P256_PUBLIC;
	p256_multikey_format(key.public, key.id);
	p256_key_free(k);
	frame_write_generated(&b, 7, &key);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_generated(f.body, &got), 0);
	assert_int_equal(got.kind, SIGNER_P256);
	assert_string_equal(got.id, key.id);
	assert_int_equal(got.public_n, P256_PUBLIC);
	assert_memory_equal(got.public, key.public, P256_PUBLIC);
	b.p[FRAME_HEAD] = SIGNER_ED25519; /* an id of the other kind */
	assert_int_equal(frame_read_generated(f.body, &got), E_SYNTAX);
	buf_free(&b);
}

static void test_check_round_trip(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	const struct rewrap_job job = {SIGNER_ED25519, TEXT("shili"), TEXT("z6Mk1"), TEXT("wrapped")};
	struct rewrap_request rq;
	struct frame f;
	size_t used, at;
	frame_write_check(&b, 4, SIGNER_INTERACTIVE, &job);
	frame_write_checked(&b, 4);
	assert_int_equal(frame_take(buf_slice(&b), &f, &at), 0);
	assert_int_equal(f.type, FRAME_CHECK);
	assert_int_equal(frame_read_rewrap(f.body, &rq), 0);
	assert_int_equal(rq.lane, SIGNER_INTERACTIVE);
	assert_true(slice_is(rq.job.issuer, "shili") && slice_is(rq.job.wrapped, "wrapped"));
	assert_int_equal(frame_take(slice_skip(buf_slice(&b), at), &f, &used), 0);
	assert_int_equal(f.type, FRAME_CHECKED);
	assert_int_equal(f.body.n, 0);
	buf_free(&b);
}

static void test_rewrap_round_trip(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	const struct rewrap_job job = {SIGNER_P256, TEXT("shili"), TEXT("zDn1"), TEXT("wrapped")};
	const struct rewrapped_key key = {.wrapped = "anew", .wrapped_n = 4};
	struct rewrap_request rq;
	struct rewrapped_key got;
	struct frame f;
	size_t used, at;
	frame_write_rewrap(&b, 4, SIGNER_BULK, &job);
	frame_write_rewrapped(&b, 4, &key);
	assert_int_equal(frame_take(buf_slice(&b), &f, &at), 0);
	assert_int_equal(f.type, FRAME_REWRAP);
	assert_int_equal(frame_read_rewrap(f.body, &rq), 0);
	assert_int_equal(rq.lane, SIGNER_BULK);
	assert_int_equal(rq.job.kind, SIGNER_P256);
	assert_true(slice_is(rq.job.issuer, "shili") && slice_is(rq.job.key_id, "zDn1") &&
	            slice_is(rq.job.wrapped, "wrapped"));
	for (size_t n = 0; n < f.body.n; n++)
		assert_int_equal(frame_read_rewrap(slice_from(f.body.p, n), &rq), E_SYNTAX);
	assert_int_equal(frame_take(slice_skip(buf_slice(&b), at), &f, &used), 0);
	assert_int_equal(f.type, FRAME_REWRAPPED);
	assert_int_equal(frame_read_rewrapped(f.body, &got), 0);
	assert_int_equal(got.wrapped_n, 4);
	assert_memory_equal(got.wrapped, "anew", 4);
	buf_free(&b);
}

/* A proof belongs to Ed25519 and to nothing else; a kind must be known. */
static void test_kind_and_proof(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	struct sign_job job = jobs[1];
	struct frame f;
	size_t used;
	assert_non_null(rq);
	job.proof = SLICE("proof");
	frame_write_sign(&b, 1, SIGNER_BULK, &job, 1);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_sign(f.body, rq), E_SYNTAX);
	buf_clear(&b);
	job = jobs[0], job.proof = SLICE("");
	frame_write_sign(&b, 1, SIGNER_BULK, &job, 1);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_sign(f.body, rq), E_SYNTAX);
	buf_clear(&b);
	frame_write_sign(&b, 1, SIGNER_BULK, jobs, 1);
	b.p[FRAME_HEAD + 3] = SIGNER_KINDS;
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_sign(f.body, rq), E_SYNTAX);
	free(rq);
	buf_free(&b);
}

static void test_another_version(void **state)
{
	struct buf b = BUF_INIT(FRAME_MAX);
	struct frame f;
	size_t used;
	frame_write_refused(&b, 2, REASON_KEY);
	b.p[4] = '2';
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), E_SYNTAX);
	/* A frame of the first version: length, type, id, body. */
	assert_int_equal(frame_take(slice_from("\0\0\0\x06\x82\0\0\0\x01x", 10), &f, &used), E_SYNTAX);
	buf_free(&b);
}

static void test_limits(void **state)
{
	struct buf b = BUF_INIT(2 * FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	struct sign_job job = jobs[0], many[SIGNER_JOBS_MAX + 1];
	char *big = calloc(1, SIGNER_TEXT_MAX + 1);
	struct frame f;
	size_t used;
	assert_true(rq && big);
	job.document = slice_from(big, SIGNER_TEXT_MAX);
	frame_write_sign(&b, 1, SIGNER_BULK, &job, 1);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_sign(f.body, rq), 0);
	buf_clear(&b);
	job.document = slice_from(big, SIGNER_TEXT_MAX + 1);
	frame_write_sign(&b, 1, SIGNER_BULK, &job, 1);
	assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
	assert_int_equal(frame_read_sign(f.body, rq), E_SYNTAX);
	buf_clear(&b);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = jobs[0];
	frame_write_sign(&b, 1, SIGNER_BULK, many, SIGNER_JOBS_MAX);
	frame_write_sign(&b, 1, SIGNER_BULK, many, SIGNER_JOBS_MAX + 1);
	frame_write_sign(&b, 1, SIGNER_BULK, many, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(frame_take(buf_slice(&b), &f, &used), 0);
		assert_int_equal(frame_read_sign(f.body, rq), i == 0 ? 0 : E_SYNTAX);
		buf_consume(&b, used);
	}
	/* More than a frame may hold fails in the buffer. */
	job.document = slice_from(big, SIGNER_TEXT_MAX);
	for (size_t i = 0; i < 5; i++)
		many[i] = job;
	frame_write_sign(&b, 1, SIGNER_BULK, many, 5);
	assert_true(buf_failed(&b));
	free(big);
	free(rq);
	buf_free(&b);
}

static void test_impossible_lengths(void **state)
{
	static const char *const bad[] = {
		"\x00\x00\x00\x00", "\x00\x00\x00\x05", "\x00\x0f\xff\xfd", "\x7f\xff\xff\xff",
		"\xff\xff\xff\xff", "GET ",
	};
	struct frame f;
	size_t used;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(frame_take(slice_from(bad[i], 4), &f, &used), E_SYNTAX);
	assert_int_equal(frame_take(slice_from("\x00\x0f\xff\xfc", 4), &f, &used), FRAME_PARTIAL);
}

/* Whether the body of a request is one that the signer would work on. */
static bool reads(const struct frame *f)
{
	static struct sign_request sign;
	struct generate_request generate;
	struct rewrap_request rewrap;
	switch (f->type) {
	case FRAME_SIGN:
		return frame_read_sign(f->body, &sign) == 0;
	case FRAME_GENERATE:
		return frame_read_generate(f->body, &generate) == 0;
	case FRAME_REWRAP:
	case FRAME_CHECK:
		return frame_read_rewrap(f->body, &rewrap) == 0;
	default:
		return true;
	}
}

/* A fuzzer whose seeds are of an older version begins with nothing. */
static void the_seeds_of_the_fuzzer_are_of_this_version(void **state)
{
	static const struct {
		const char *name;
		uint8_t type;
	} seeds[] = {
		{"sign", FRAME_SIGN}, {"sign-two", FRAME_SIGN}, {"sign-jwt", FRAME_SIGN},
		{"generate", FRAME_GENERATE}, {"generate-p256", FRAME_GENERATE},
		{"rewrap", FRAME_REWRAP}, {"check", FRAME_CHECK}, {"check-ed25519", FRAME_CHECK},
		{"generated", FRAME_GENERATED}, {"signed", FRAME_SIGNED},
		{"rewrapped", FRAME_REWRAPPED}, {"checked", FRAME_CHECKED}, {"refused", FRAME_REFUSED},
	};
	for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
		char path[96], bytes[1024];
		struct frame f;
		size_t used;
		snprintf(path, sizeof path, "tests/fuzz/corpus/signer_frame/%s", seeds[i].name);
		FILE *in = fopen(path, "re");
		assert_non_null(in);
		size_t n = fread(bytes, 1, sizeof bytes, in);
		fclose(in);
		if (frame_take(slice_from(bytes, n), &f, &used) != 0 || f.type != seeds[i].type || !reads(&f))
			fail_msg("%s is no frame of its type", path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_round_trip),
		cmocka_unit_test(test_generated_round_trip),
		cmocka_unit_test(test_small_bodies),
		cmocka_unit_test(test_p256_key),
		cmocka_unit_test(test_check_round_trip),
		cmocka_unit_test(test_rewrap_round_trip),
		cmocka_unit_test(test_kind_and_proof),
		cmocka_unit_test(test_another_version),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_impossible_lengths),
		cmocka_unit_test(the_seeds_of_the_fuzzer_are_of_this_version),
	};
	return cmocka_run_group_tests_name("signer_frame", tests, NULL, NULL);
}
