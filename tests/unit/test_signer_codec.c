/* tests/unit/test_signer_codec.c - the bodies of the signer's channel: round trips, every truncation, every limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>

#include "base/outcome.h"
#include "channel/frame.h"
#include "signer/codec.h"

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
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	assert_non_null(rq);
	signer_write_sign(&b, SIGNER_BULK, jobs, 2);
	assert_int_equal(signer_priority_of(buf_slice(&b)), SIGNER_BULK);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), 0);
	assert_int_equal(rq->priority, SIGNER_BULK);
	assert_int_equal(rq->n, 2);
	expect_job(&rq->job[0], &jobs[0]);
	expect_job(&rq->job[1], &jobs[1]);
	/* Every prefix is malformed; so is a body with more. */
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(signer_read_sign(slice_from(b.p, n), rq), E_SYNTAX);
	buf_addc(&b, 0);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), E_SYNTAX);
	free(rq);
	buf_free(&b);
}

/* The registry's key signs receipts, which begin as nothing else does; nothing else of its, and no receipt of
 * another key, is even read. */
static void receipts_are_the_registrys_alone(void **state)
{
	const struct sign_job good = {SIGNER_P256, {SIGN_RECEIPT, {{0}}, TEXT("V-1"), 0, 0, false},
	                              TEXT(REGISTRY_ISSUER), TEXT("zDn1"), TEXT("wrapped"), TEXT(""),
	                              TEXT(RECEIPT_BEGINS "x.y")};
	struct sign_job bad[5] = {good, good, good, good, good};
	struct sign_request *rq = malloc(sizeof *rq);
	assert_non_null(rq);
	bad[0].about.what = SIGN_JWT;                /* the registry's key, of a certificate */
	bad[1].issuer = SLICE("shili");              /* a certificate's key, of a receipt */
	bad[2].document = SLICE("eyJhbGciOiJF.y");   /* said to be one */
	bad[3].issuer = SLICE("shili");              /* not said to be one */
	bad[3].about.what = SIGN_JWT;
	bad[4].kind = SIGNER_ED25519;
	bad[4].proof = SLICE("proof");
	for (size_t i = 0; i <= ARRAY_LEN(bad); i++) {
		struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
		signer_write_sign(&b, SIGNER_INTERACTIVE, i < ARRAY_LEN(bad) ? &bad[i] : &good, 1);
		assert_int_equal(signer_read_sign(buf_slice(&b), rq), i < ARRAY_LEN(bad) ? E_SYNTAX : 0);
		buf_free(&b);
	}
	free(rq);
}

static void test_generated_round_trip(void **state)
{
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	struct generated_key key = {.public_n = 32, .wrapped = "wrapped", .wrapped_n = 7}, got;
	memset(key.public, 0x5a, 32);
	multikey_format(key.public, key.id);
	signer_write_generated(&b, &key);
	assert_int_equal(signer_read_generated(buf_slice(&b), &got), 0);
	assert_string_equal(got.id, key.id);
	assert_int_equal(got.public_n, 32);
	assert_memory_equal(got.public, key.public, 32);
	assert_int_equal(got.wrapped_n, 7);
	assert_memory_equal(got.wrapped, "wrapped", 7);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(signer_read_generated(slice_from(b.p, n), &got), E_SYNTAX);
	/* A public key that is not the one the id names. */
	key.public[0] ^= 1;
	buf_clear(&b);
	signer_write_generated(&b, &key);
	assert_int_equal(signer_read_generated(buf_slice(&b), &got), E_SYNTAX);
	buf_free(&b);
}

static void test_small_bodies(void **state)
{
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	uint8_t signatures[3 * ED25519_SIGNATURE];
	const uint8_t *got;
	struct generate_request g;
	memset(signatures, 0xa5, sizeof signatures);
	signer_write_signed(&b, signatures, 3);
	assert_int_equal(signer_read_signed(buf_slice(&b), 3, &got), 0);
	assert_memory_equal(got, signatures, sizeof signatures);
	assert_int_equal(signer_read_signed(buf_slice(&b), 2, &got), E_SYNTAX);
	assert_int_equal(signer_read_signed(buf_slice(&b), 4, &got), E_SYNTAX);
	buf_clear(&b);
	signer_write_generate(&b, SIGNER_INTERACTIVE, SIGNER_P256, SLICE("shili"));
	assert_int_equal(signer_read_generate(buf_slice(&b), &g), 0);
	assert_int_equal(g.kind, SIGNER_P256);
	assert_true(slice_is(g.issuer, "shili"));
	buf_free(&b);
}

static void test_p256_key(void **state)
{
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	struct generated_key key = {.kind = SIGNER_P256, .wrapped = "w", .wrapped_n = 1}, got;
	uint8_t scalar[P256_SCALAR];
	struct p256_key *k = p256_key_generate(scalar);
	assert_non_null(k);
	memcpy(key.public, p256_key_public(k), P256_PUBLIC);
	key.public_n = P256_PUBLIC;
	p256_multikey_format(key.public, key.id);
	p256_key_free(k);
	signer_write_generated(&b, &key);
	assert_int_equal(signer_read_generated(buf_slice(&b), &got), 0);
	assert_int_equal(got.kind, SIGNER_P256);
	assert_string_equal(got.id, key.id);
	assert_int_equal(got.public_n, P256_PUBLIC);
	assert_memory_equal(got.public, key.public, P256_PUBLIC);
	b.p[0] = SIGNER_ED25519; /* an id of the other kind */
	assert_int_equal(signer_read_generated(buf_slice(&b), &got), E_SYNTAX);
	buf_free(&b);
}

static void test_key_round_trip(void **state)
{
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	const struct rewrap_job job = {SIGNER_P256, TEXT("shili"), TEXT("zDn1"), TEXT("wrapped")};
	const struct rewrapped_key key = {.wrapped = "anew", .wrapped_n = 4};
	struct rewrap_request rq;
	struct rewrapped_key got;
	signer_write_key(&b, SIGNER_BULK, &job);
	assert_int_equal(signer_read_key(buf_slice(&b), &rq), 0);
	assert_int_equal(rq.priority, SIGNER_BULK);
	assert_int_equal(rq.job.kind, SIGNER_P256);
	assert_true(slice_is(rq.job.issuer, "shili") && slice_is(rq.job.key_id, "zDn1") &&
	            slice_is(rq.job.wrapped, "wrapped"));
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(signer_read_key(slice_from(b.p, n), &rq), E_SYNTAX);
	buf_clear(&b);
	signer_write_rewrapped(&b, &key);
	assert_int_equal(signer_read_rewrapped(buf_slice(&b), &got), 0);
	assert_int_equal(got.wrapped_n, 4);
	assert_memory_equal(got.wrapped, "anew", 4);
	buf_free(&b);
}

/* A proof belongs to Ed25519 and to nothing else; a kind must be known. */
static void test_kind_and_proof(void **state)
{
	struct buf b = BUF_INIT(SIGNER_FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	struct sign_job job = jobs[1];
	assert_non_null(rq);
	job.proof = SLICE("proof");
	signer_write_sign(&b, SIGNER_BULK, &job, 1);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), E_SYNTAX);
	buf_clear(&b);
	job = jobs[0], job.proof = SLICE("");
	signer_write_sign(&b, SIGNER_BULK, &job, 1);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), E_SYNTAX);
	buf_clear(&b);
	signer_write_sign(&b, SIGNER_BULK, jobs, 1);
	b.p[3] = SIGNER_KINDS;
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), E_SYNTAX);
	free(rq);
	buf_free(&b);
}

static void test_limits(void **state)
{
	struct buf b = BUF_INIT(2 * SIGNER_FRAME_MAX);
	struct sign_request *rq = malloc(sizeof *rq);
	struct sign_job job = jobs[0], many[SIGNER_JOBS_MAX + 1];
	char *big = calloc(1, SIGNER_TEXT_MAX + 1);
	assert_true(rq && big);
	job.document = slice_from(big, SIGNER_TEXT_MAX);
	signer_write_sign(&b, SIGNER_BULK, &job, 1);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), 0);
	buf_clear(&b);
	job.document = slice_from(big, SIGNER_TEXT_MAX + 1);
	signer_write_sign(&b, SIGNER_BULK, &job, 1);
	assert_int_equal(signer_read_sign(buf_slice(&b), rq), E_SYNTAX);
	buf_clear(&b);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = jobs[0];
	static const size_t counts[] = {SIGNER_JOBS_MAX, SIGNER_JOBS_MAX + 1, 0};
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		buf_clear(&b);
		signer_write_sign(&b, SIGNER_BULK, many, counts[i]);
		assert_int_equal(signer_read_sign(buf_slice(&b), rq), i == 0 ? 0 : E_SYNTAX);
	}
	free(big);
	free(rq);
	buf_free(&b);
}

/* Whether the body of a request is one that the signer would work on. */
static bool reads(const struct frame *f)
{
	static struct sign_request sign;
	struct generate_request generate;
	struct rewrap_request rewrap;
	switch (f->type) {
	case SIGNER_SIGN:
		return signer_read_sign(f->body, &sign) == 0;
	case SIGNER_GENERATE:
		return signer_read_generate(f->body, &generate) == 0;
	case SIGNER_REWRAP:
	case SIGNER_CHECK:
		return signer_read_key(f->body, &rewrap) == 0;
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
		{"sign", SIGNER_SIGN}, {"sign-two", SIGNER_SIGN}, {"sign-jwt", SIGNER_SIGN},
		{"generate", SIGNER_GENERATE}, {"generate-p256", SIGNER_GENERATE},
		{"rewrap", SIGNER_REWRAP}, {"check", SIGNER_CHECK}, {"check-ed25519", SIGNER_CHECK},
		{"generated", SIGNER_GENERATE + FRAME_ANSWER}, {"signed", SIGNER_SIGN + FRAME_ANSWER},
		{"rewrapped", SIGNER_REWRAP + FRAME_ANSWER}, {"checked", SIGNER_CHECK + FRAME_ANSWER}, {"refused", FRAME_REFUSED},
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
		if (frame_take(slice_from(bytes, n), signer_service.version, SIGNER_FRAME_MAX, &f,
		               &used) != 0 || f.type != seeds[i].type || !reads(&f))
			fail_msg("%s is no frame of its type", path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_round_trip), cmocka_unit_test(receipts_are_the_registrys_alone),
		cmocka_unit_test(test_generated_round_trip),
		cmocka_unit_test(test_small_bodies),
		cmocka_unit_test(test_p256_key),
		cmocka_unit_test(test_key_round_trip),
		cmocka_unit_test(test_kind_and_proof),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(the_seeds_of_the_fuzzer_are_of_this_version),
	};
	return cmocka_run_group_tests_name("signer_codec", tests, NULL, NULL);
}
