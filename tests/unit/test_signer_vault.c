/* tests/unit/test_signer_vault.c - wrapped keys work for their issuer, id and key-encryption key
 * and for nothing else, with a cold and with a warm cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "crypt/digest.h"
#include "crypt/p256.h"
#include "signer/vault.h"

static const uint8_t kek[VAULT_KEY] = "0123456789abcdef0123456789abcdef";
static struct crypt *crypt;
static struct vault *vault;
static struct generated_key key;

static int setup(void **state)
{
	crypt = crypt_new();
	vault = crypt ? vault_new(crypt, kek, NULL) : NULL;
	return vault ? vault_generate(vault, SIGNER_ED25519, SLICE("shili"), &key) : -1;
}

static int teardown(void **state)
{
	vault_free(vault);
	crypt_free(crypt);
	return 0;
}

static struct sign_job job_of(const struct generated_key *k)
{
	return (struct sign_job){
		.issuer = SLICE("shili"), .key_id = slice_of(k->id),
		.wrapped = slice_from(k->wrapped, k->wrapped_n),
		.proof = SLICE("proof\n"), .document = SLICE("document\n"),
	};
}

static void test_signature_is_over_both_hashes(void **state)
{
	struct sign_job job = job_of(&key);
	uint8_t signature[64], again[64], hash[64];
	assert_int_equal(vault_sign(vault, &job, signature), 0);
	sha256(crypt, job.proof, hash);
	sha256(crypt, job.document, hash + 32);
	assert_true(ed25519_verify(crypt, key.public, slice_from(hash, 64), signature));
	assert_int_equal(vault_sign(vault, &job, again), 0);
	assert_memory_equal(signature, again, 64);
}

/* Tried before and after the key is in the cache: a hit must prove as much as an opening. */
static void test_wrong_in_any_way(void **state)
{
	uint8_t out[64], wrapped[SIGNER_WRAPPED_MAX];
	struct generated_key other, fresh;
	struct sign_job good, job;
	assert_int_equal(vault_generate(vault, SIGNER_ED25519, SLICE("shili"), &fresh), 0);
	assert_int_equal(vault_generate(vault, SIGNER_ED25519, SLICE("shili"), &other), 0);
	good = job_of(&fresh);
	for (int warm = 0; warm < 2; warm++) {
		job = good, job.issuer = SLICE("xingbo");
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		job = good, job.issuer = SLICE("shil");
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		job = good, job.issuer = slice_from("shili\0", 6);
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		job = good, job.key_id = slice_of(other.id);
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		job = good, job.key_id.n--;
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		job = good, job.wrapped.n--;
		assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
		memcpy(wrapped, fresh.wrapped, fresh.wrapped_n);
		for (size_t i = 0; i < fresh.wrapped_n; i++) {
			wrapped[i] ^= 0x40;
			job = good, job.wrapped = slice_from(wrapped, fresh.wrapped_n);
			assert_int_equal(vault_sign(vault, &job, out), E_REFUSED);
			wrapped[i] ^= 0x40;
		}
		assert_int_equal(vault_sign(vault, &good, out), 0);
	}
}

static void test_same_key_encryption_key_on_another_host(void **state)
{
	struct vault *same = vault_new(crypt, kek, NULL);
	uint8_t foreign_kek[VAULT_KEY], here[64], there[64];
	struct sign_job job = job_of(&key);
	memcpy(foreign_kek, kek, sizeof foreign_kek);
	foreign_kek[31] ^= 1;
	struct vault *foreign = vault_new(crypt, foreign_kek, NULL);
	assert_int_equal(vault_sign(vault, &job, here), 0);
	assert_int_equal(vault_sign(same, &job, there), 0);
	assert_memory_equal(here, there, 64);
	assert_int_equal(vault_sign(foreign, &job, there), E_REFUSED);
	vault_free(same);
	vault_free(foreign);
}

static void test_more_keys_than_the_cache_holds(void **state)
{
	enum { KEYS = VAULT_CACHE + 20 };
	struct vault *v = vault_new(crypt, kek, NULL);
	struct generated_key first, next;
	uint8_t before[64], out[64];
	assert_int_equal(vault_generate(v, SIGNER_ED25519, SLICE("shili"), &first), 0);
	struct sign_job job = job_of(&first);
	assert_int_equal(vault_sign(v, &job, before), 0);
	for (int i = 0; i < KEYS; i++) {
		assert_int_equal(vault_generate(v, SIGNER_ED25519, SLICE("shili"), &next), 0);
		struct sign_job other = job_of(&next);
		assert_int_equal(vault_sign(v, &other, out), 0);
	}
	assert_int_equal(vault_sign(v, &job, out), 0);
	assert_memory_equal(before, out, 64);
	vault_free(v);
}

static void test_p256(void **state)
{
	struct generated_key k;
	uint8_t signature[64];
	assert_int_equal(vault_generate(vault, SIGNER_P256, SLICE("shili"), &k), 0);
	assert_int_equal(k.public_n, P256_PUBLIC);
	struct sign_job job = {
		.kind = SIGNER_P256, .issuer = SLICE("shili"), .key_id = slice_of(k.id),
		.wrapped = slice_from(k.wrapped, k.wrapped_n), .document = SLICE("header.payload"),
	};
	for (int warm = 0; warm < 2; warm++) {
		assert_int_equal(vault_sign(vault, &job, signature), 0);
		assert_true(p256_verify(crypt, k.public, SLICE("header.payload"), signature));
		struct sign_job wrong = job;
		wrong.issuer = SLICE("xingbo");
		assert_int_equal(vault_sign(vault, &wrong, signature), E_REFUSED);
		wrong = job, wrong.kind = SIGNER_ED25519;
		assert_int_equal(vault_sign(vault, &wrong, signature), E_REFUSED);
		wrong.key_id = slice_of(key.id); /* an Ed25519 id and a P-256 box */
		assert_int_equal(vault_sign(vault, &wrong, signature), E_REFUSED);
	}
	/* The other way round: an Ed25519 box never becomes a P-256 key. */
	struct sign_job wrong = job_of(&key);
	wrong.kind = SIGNER_P256;
	assert_int_equal(vault_sign(vault, &wrong, signature), E_REFUSED);
	wrong.key_id = slice_of(k.id);
	assert_int_equal(vault_sign(vault, &wrong, signature), E_REFUSED);
}

static void test_key_encryption_key_rotation(void **state)
{
	static const uint8_t next[VAULT_KEY] = "the next key-encryption key is";
	static const enum signer_kind kinds[] = {SIGNER_ED25519, SIGNER_P256};
	struct vault *both = vault_new(crypt, next, kek), *after = vault_new(crypt, next, NULL);
	struct vault *swapped = vault_new(crypt, kek, next);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct generated_key old, fresh;
		struct rewrapped_key anew, again;
		uint8_t signature[64];
		assert_int_equal(vault_generate(vault, kinds[i], SLICE("shili"), &old), 0);
		assert_int_equal(vault_generate(both, kinds[i], SLICE("shili"), &fresh), 0);
		struct sign_job job = job_of(&old);
		job.kind = kinds[i];
		if (kinds[i] == SIGNER_P256)
			job.proof = SLICE_NONE;
		assert_int_equal(vault_sign(both, &job, signature), 0);
		assert_int_equal(vault_sign(after, &job, signature), E_REFUSED);
		struct rewrap_job rewrap = {kinds[i], job.issuer, job.key_id, job.wrapped};
		assert_int_equal(vault_rewrap(after, &rewrap, &anew), E_REFUSED);
		assert_int_equal(vault_rewrap(both, &rewrap, &anew), 0);
		job.wrapped = rewrap.wrapped = slice_from(anew.wrapped, anew.wrapped_n);
		assert_int_equal(vault_sign(after, &job, signature), 0);
		assert_int_equal(vault_sign(both, &job, signature), 0);
		assert_int_equal(vault_sign(swapped, &job, signature), 0);
		assert_int_equal(vault_sign(vault, &job, signature), E_REFUSED);
		/* Once more changes nothing; another owner's is refused. */
		assert_int_equal(vault_rewrap(both, &rewrap, &again), 0);
		assert_memory_equal(again.wrapped, anew.wrapped, anew.wrapped_n);
		rewrap.issuer = SLICE("xingbo");
		assert_int_equal(vault_rewrap(both, &rewrap, &again), E_REFUSED);
		/* Fresh keys are under the current one. */
		job.key_id = slice_of(fresh.id);
		job.wrapped = slice_from(fresh.wrapped, fresh.wrapped_n);
		assert_int_equal(vault_sign(after, &job, signature), 0);
	}
	vault_free(both);
	vault_free(after);
	vault_free(swapped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signature_is_over_both_hashes),
		cmocka_unit_test(test_wrong_in_any_way),
		cmocka_unit_test(test_same_key_encryption_key_on_another_host),
		cmocka_unit_test(test_more_keys_than_the_cache_holds),
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_key_encryption_key_rotation),
	};
	return cmocka_run_group_tests_name("signer_vault", tests, setup, teardown);
}
