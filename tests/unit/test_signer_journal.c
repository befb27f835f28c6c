/* tests/unit/test_signer_journal.c - what the signer's journal says of a signature. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/encode.h"
#include "journal/read.h"
#include "signer/journal.h"

static char folder[40], path[64];
static struct crypt *crypto;
static const struct instant now = {INT64_C(1763604907) * 1000000}; /* 2025-11-20T02:15:07Z */

static const struct sign_job embedded = {
	.kind = SIGNER_ED25519, .issuer = {"shili", 5}, .key_id = {"z6MkA", 5},
	.about = {.what = SIGN_CREDENTIAL, .version = {{0x7f, 0x0c}}, .subject = {"Y0001", 5},
	          .list = 2, .index = 0, .indexed = true},
	.proof = {"abc", 3}, .document = {"", 0},
};
static const struct sign_job jwt = {
	.kind = SIGNER_P256, .issuer = {"xingbo", 6}, .key_id = {"zDnB", 4}, .document = {"abc", 3},
	.about = {.what = SIGN_JWT},
};
static const struct sign_job list = {
	.kind = SIGNER_ED25519, .issuer = {"shili", 5}, .key_id = {"z6MkA", 5},
	.about = {.what = SIGN_STATUS_LIST, .subject = {"revocation", 10}, .list = 3},
	.proof = {"abc", 3}, .document = {"", 0},
};

static int setup(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/talent-journal-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/journal", folder);
	crypto = crypt_new();
	return crypto ? 0 : -1;
}

static int teardown(void **state)
{
	crypt_free(crypto);
	unlink(path);
	return rmdir(folder);
}

static void expect_hash(const struct sign_job *job, const char *hex)
{
	uint8_t hash[SHA256_SIZE], want[SHA256_SIZE];
	assert_true(hex_decode(slice_of(hex), want, sizeof want));
	journal_hash(crypto, job, hash);
	assert_memory_equal(hash, want, sizeof hash);
}

static const char *const lines[] = {
	"1 2025-11-20T02:15:07Z signed: credential shili z6MkA "
	"6f1290896ee81a0349174d19f4473d267a10289c40480861d5c42affffbd79f9 "
	"7f0c0000-0000-0000-0000-000000000000 Y0001 2 0 4711",
	"2 2025-11-20T02:15:07Z signed: jwt xingbo zDnB "
	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad - - - - 4711",
	"3 2025-11-20T02:15:07Z signed: status_list shili z6MkA "
	"6f1290896ee81a0349174d19f4473d267a10289c40480861d5c42affffbd79f9 - revocation 3 - 4711",
	"4 2025-11-20T02:15:07Z ended: 4711",
};

static void what_was_signed_is_one_line(void **state)
{
	const struct sign_job jobs[] = {embedded, jwt, list};
	const struct journal_conf conf = {.path = path};
	struct journal *j;
	char text[512];
	/* SHA-256("abc") of FIPS 180-2; the other is SHA-256 of SHA-256("abc") and SHA-256(""). */
	expect_hash(&jwt, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect_hash(&embedded, "6f1290896ee81a0349174d19f4473d267a10289c40480861d5c42affffbd79f9");
	assert_int_equal(journal_open(&conf, &j), 0);
	assert_int_equal(journal_add_jobs(j, crypto, now, jobs, ARRAY_LEN(jobs), 4711), 0);
	assert_int_equal(journal_add_end(j, now, 4711), 0);
	journal_free(j);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		assert_non_null(fgets(text, sizeof text, f));
		text[strlen(text) - 1] = '\0';
		assert_string_equal(text, lines[i]);
	}
	fclose(f);
}

static void it_is_read_as_it_was_written(void **state)
{
	struct journal_line l;
	assert_int_equal(journal_line_parse(slice_of(lines[0]), &l), 0);
	assert_true(l.is_signed);
	assert_true(slice_is(l.signature.what, "credential") && slice_is(l.signature.issuer, "shili"));
	assert_true(slice_is(l.signature.key_id, "z6MkA") && slice_is(l.signature.subject, "Y0001"));
	assert_true(uuid_eq(l.signature.version, embedded.about.version));
	assert_int_equal(l.signature.list, 2);
	assert_int_equal(l.signature.process, 4711);
	assert_true(l.signature.indexed && l.signature.index == 0);
	assert_int_equal(journal_line_parse(slice_of(lines[1]), &l), 0);
	assert_true(uuid_is_nil(l.signature.version) && !l.signature.subject.n);
	assert_int_equal(l.signature.list, 0);
	assert_int_equal(journal_line_parse(slice_of(lines[2]), &l), 0);
	assert_int_equal(l.signature.list, 3);
	assert_false(l.signature.indexed);
	assert_int_equal(l.ended, 0);
	assert_int_equal(journal_line_parse(slice_of(lines[3]), &l), 0);
	assert_true(!l.is_signed && l.ended == 4711);
}

static void what_cannot_stand_in_a_line_is_refused(void **state)
{
	const struct journal_conf conf = {.path = path};
	struct journal *j;
	struct sign_job job = jwt;
	assert_int_equal(journal_open(&conf, &j), 0);
	static const char *const bad[] = {"", "shi li", "shi\nli", "上海"};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		job.issuer = slice_of(bad[i]);
		assert_int_equal(journal_add_jobs(j, crypto, now, &job, 1, 0), E_SYNTAX);
		job.issuer = jwt.issuer;
		job.about.subject = slice_of(bad[i]);
		assert_int_equal(journal_add_jobs(j, crypto, now, &job, 1, 0), *bad[i] ? E_SYNTAX : 0);
		job.about.subject = SLICE_NONE;
	}
	journal_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_signed_is_one_line, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_read_as_it_was_written, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_stand_in_a_line_is_refused, setup, teardown),
	};
	return cmocka_run_group_tests_name("signer_journal", tests, NULL, NULL);
}
