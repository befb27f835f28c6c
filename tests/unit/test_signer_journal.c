/* tests/unit/test_signer_journal.c - the journal of signatures: what a line says, rotation, torn
 * ends, lines that were changed or taken out, a disk that is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/encode.h"
#include "signer/journal.h"

enum { FILES = 3 };

static char folder[40], path[64];
static struct crypt *crypto;
static const struct instant now = {INT64_C(1763604907) * 1000000}; /* 2025-11-20T02:15:07Z */

static const struct sign_job embedded = {
	.kind = SIGNER_ED25519, .issuer = {"shili", 5}, .key_id = {"z6MkA", 5},
	.proof = {"abc", 3}, .document = {"", 0},
};
static const struct sign_job jwt = {
	.kind = SIGNER_P256, .issuer = {"xingbo", 6}, .key_id = {"zDnB", 4}, .document = {"abc", 3},
};

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/talent-journal-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/journal", folder);
	crypto = crypt_new();
	return crypto ? 0 : -1;
}

static int teardown(void **state)
{
	char name[80];
	(void)state;
	crypt_free(crypto);
	unlink(path);
	for (int i = 1; i <= FILES + 1; i++) {
		snprintf(name, sizeof name, "%s.%d", path, i);
		unlink(name);
	}
	return rmdir(folder);
}

static struct journal *open_journal(size_t bytes)
{
	const struct journal_conf conf = {.path = path, .bytes_max = bytes, .files_max = FILES};
	struct journal *j;
	assert_int_equal(journal_open(&conf, &j), 0);
	return j;
}

struct seen {
	uint64_t n, first, last;
	struct instant time;
	uint8_t hash[SHA256_SIZE];
};

static int see(void *arg, const struct journal_line *line)
{
	struct seen *s = arg;
	if (s->n++ == 0)
		s->first = line->sequence;
	s->last = line->sequence;
	s->time = line->time;
	memcpy(s->hash, line->hash, sizeof s->hash);
	return 0;
}

static int read_all(struct seen *s, uint64_t *line)
{
	*s = (struct seen){0};
	return journal_read(path, see, s, line);
}

static void expect_hash(const struct sign_job *job, const char *hex)
{
	uint8_t hash[SHA256_SIZE], want[SHA256_SIZE];
	assert_true(hex_decode(slice_of(hex), want, sizeof want));
	journal_hash(crypto, job, hash);
	assert_memory_equal(hash, want, sizeof hash);
}

static void test_what_a_line_says(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	(void)state;
	/* SHA-256("abc") of FIPS 180-2; the other is SHA-256 of SHA-256("abc") and SHA-256(""). */
	expect_hash(&jwt, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect_hash(&embedded, "6f1290896ee81a0349174d19f4473d267a10289c40480861d5c42affffbd79f9");
	assert_int_equal(journal_add(j, crypto, now, &embedded, 1), 0);
	assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.last, 2);
	assert_int_equal(s.time.us, now.us);
	assert_memory_equal(s.hash, "\xba\x78\x16\xbf", 4);
	assert_int_equal(journal_sync(j), 0);
	assert_int_equal(journal_sync(j), 0);
	journal_free(j);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
}

static void test_one_writer(void **state)
{
	struct journal *j = open_journal(0), *other;
	const struct journal_conf conf = {.path = path};
	(void)state;
	assert_int_equal(journal_open(&conf, &other), E_FULL);
	journal_free(j);
	journal_free(open_journal(0));
}

static void test_rotation_keeps_the_numbers_going(void **state)
{
	struct journal *j = open_journal(1000);
	struct seen s;
	struct stat st;
	char name[80];
	uint64_t line;
	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.n, 20);
	assert_int_equal(s.first, 1);
	for (int i = 0; i < 100; i++)
		assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.last, 120);
	assert_true(s.n < 60);
	assert_int_equal(s.first, 121 - s.n);
	for (int i = 0; i <= FILES + 1; i++) {
		snprintf(name, sizeof name, i ? "%s.%d" : "%s", path, i);
		assert_int_equal(stat(name, &st), i <= FILES ? 0 : -1);
		assert_true(i > FILES || st.st_size <= 1000);
	}
	/* A new process goes on, also when the current file is still empty. */
	journal_free(j);
	assert_int_equal(truncate(path, 0), 0);
	snprintf(name, sizeof name, "%s.1", path);
	assert_int_equal(rename(name, path), 0);
	j = open_journal(1000);
	assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	journal_free(j);
}

static void test_torn_end(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	struct stat st;
	uint64_t line;
	(void)state;
	assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	journal_free(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 7), 0);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.n, 1);
	j = open_journal(0);
	assert_int_equal(journal_add(j, crypto, now, &embedded, 1), 0);
	journal_free(j);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.last, 2);
}

static void alter(off_t at, char to)
{
	int fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &to, 1, at), 1);
	close(fd);
}

static void test_alterations_show(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	const struct journal_conf conf = {.path = path};
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(journal_add(j, crypto, now, &jwt, 1), 0);
	journal_free(j);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	off_t length = st.st_size / 5;
	alter(2 * length, '9'); /* the third line is number 9: one was taken out, or put in */
	assert_int_equal(read_all(&s, &line), E_SYNTAX);
	assert_int_equal(line, 3);
	alter(2 * length, '3');
	assert_int_equal(read_all(&s, &line), 0);
	alter(2 * length - 2, 'x');
	assert_int_equal(read_all(&s, &line), E_SYNTAX);
	assert_int_equal(line, 2);
	alter(5 * length - 2, 'x');
	assert_int_equal(journal_open(&conf, &j), E_SYNTAX);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(read_all(&s, &line), E_ABSENT);
}

static void test_lines_that_are_none(void **state)
{
	static const char *const bad[] = {
		"", "1", "1 2025-11-20T02:15:07Z shili z6MkA ",
		"1 2025-11-20T02:15:07Z shili z6MkA ba7816bf",
		"x 2025-11-20T02:15:07Z shili z6MkA "
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"1 2025-11-20 shili z6MkA ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"1 2025-11-20T02:15:07Z shili z6MkA "
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad ",
	};
	struct journal_line line;
	struct journal *j = open_journal(0);
	struct sign_job job = jwt;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(journal_line_parse(slice_of(bad[i]), &line), E_SYNTAX);
	job.issuer = SLICE("shi li");
	assert_int_equal(journal_add(j, crypto, now, &job, 1), E_SYNTAX);
	job.issuer = SLICE("shi\nli");
	assert_int_equal(journal_add(j, crypto, now, &job, 1), E_SYNTAX);
	journal_free(j);
}

/* Of a batch whose lines cannot be written none stays, and the numbers go on. */
static void test_full_disk(void **state)
{
	const struct sign_job both[] = {embedded, jwt};
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	(void)state;
	assert_int_equal(journal_add(j, crypto, now, both, 2), 0);
	setenv("FAIL", "journal_write:1:error", 1);
	int r = journal_add(j, crypto, now, both, 2);
	unsetenv("FAIL");
	assert_int_equal(r, E_SYSTEM);
	assert_int_equal(journal_add(j, crypto, now, both, 2), 0);
	journal_free(j);
	assert_int_equal(read_all(&s, &line), 0);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.last, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_a_line_says, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_writer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rotation_keeps_the_numbers_going, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_alterations_show, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lines_that_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
	};
	return cmocka_run_group_tests_name("signer_journal", tests, NULL, NULL);
}
