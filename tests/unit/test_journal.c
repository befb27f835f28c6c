/* tests/unit/test_journal.c - journals as files: numbers, rotation, torn ends, lines that were
 * changed or taken out, a disk that is full, reading on from anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/outcome.h"
#include "journal/file.h"
#include "journal/read.h"

enum { FILES = 40 };

static char folder[40], path[64];
static const struct instant now = {INT64_C(1763604907) * 1000000}; /* 2025-11-20T02:15:07Z */

static int setup(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/talent-journal-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/journal", folder);
	return 0;
}

static const char *file(int n)
{
	static char name[80];
	snprintf(name, sizeof name, n ? "%s.%d" : "%s", path, n);
	return name;
}

static int teardown(void **state)
{
	for (int i = 0; i <= FILES; i++)
		unlink(file(i));
	return rmdir(folder);
}

static struct journal *open_journal(size_t bytes)
{
	const struct journal_conf conf = {.path = path, .bytes_max = bytes};
	struct journal *j;
	assert_int_equal(journal_open(&conf, &j), 0);
	return j;
}

static void add(struct journal *j, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(journal_add(j, now, SLICE("test: one\n")), 0);
}

struct seen {
	uint64_t n, first, last, stop_at;
	struct instant time;
};

static int see(void *arg, const struct journal_line *line)
{
	struct seen *s = arg;
	assert_true(slice_starts(line->entry, SLICE("test:")));
	assert_false(line->is_signed);
	if (s->n++ == 0)
		s->first = line->sequence;
	s->last = line->sequence;
	s->time = line->time;
	return s->stop_at == line->sequence;
}

static int read_after(uint64_t after, struct seen *s, uint64_t *line)
{
	*s = (struct seen){0};
	return journal_read(path, after, see, s, line);
}

static void lines_are_numbered_and_dated(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	struct stat st;
	uint64_t line;
	assert_int_equal(journal_last(j), 0);
	assert_int_equal(journal_add(j, now, SLICE("test: a\ntest: b\n")), 0);
	assert_int_equal(journal_add(j, now, SLICE("test: c")), 0);
	assert_int_equal(journal_last(j), 3);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.last, 3);
	assert_int_equal(s.time.us, now.us);
	assert_int_equal(journal_sync(j), 0);
	assert_int_equal(journal_sync(j), 0);
	journal_free(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0137, 0);
}

static void there_is_one_writer(void **state)
{
	struct journal *j = open_journal(0), *other;
	const struct journal_conf conf = {.path = path};
	assert_int_equal(journal_open(&conf, &other), E_FULL);
	journal_free(j);
	journal_free(open_journal(0));
}

static void rotation_keeps_every_line(void **state)
{
	struct journal *j = open_journal(1000);
	struct seen s;
	struct stat st;
	uint64_t line;
	add(j, 500);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.first, 1);
	assert_int_equal(s.n, 500);
	assert_int_equal(s.last, 500);
	assert_int_equal(stat(file(10), &st), 0);
	assert_true(st.st_size <= 1000);
	/* A new process goes on, also when the current file is still empty. */
	journal_free(j);
	assert_int_equal(truncate(path, 0), 0);
	uint64_t rotated = 0;
	read_after(0, &s, &rotated);
	j = open_journal(1000);
	assert_int_equal(journal_last(j), s.last);
	add(j, 1);
	journal_free(j);
	assert_int_equal(read_after(0, &s, &line), 0);
}

/* Whoever has only the younger files knows whose they are. */
static void each_file_begins_with_its_head(void **state)
{
	struct journal *j = open_journal(1000);
	struct seen s;
	uint64_t line;
	assert_int_equal(journal_set_head(j, SLICE("test: head")), 0);
	add(j, 100);
	journal_free(j);
	for (int i = 0; access(file(i), F_OK) == 0; i++) {
		char text[64] = "";
		FILE *f = fopen(file(i), "r");
		assert_non_null(fgets(text, sizeof text, f));
		fclose(f);
		assert_non_null(strstr(text, " test: head\n"));
	}
	assert_int_equal(access(file(2), F_OK), 0);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_true(s.n > 102); /* numbered with the others */
	assert_int_equal(s.last, s.n);
}

static void the_end_is_found(void **state)
{
	uint64_t last = 1;
	assert_int_equal(journal_read_last(path, &last), E_ABSENT);
	struct journal *j = open_journal(6000);
	assert_int_equal(journal_read_last(path, &last), 0);
	assert_int_equal(last, 0);
	for (uint64_t n = 1; n <= 700; n++) {
		add(j, 1);
		assert_int_equal(journal_read_last(path, &last), 0);
		assert_int_equal(last, n);
	}
	journal_free(j);
	assert_int_equal(rename(path, file(FILES)), 0);
	j = open_journal(0); /* empty: a rotation that was cut short */
	assert_int_equal(journal_read_last(path, &last), 0);
	assert_int_equal(last, journal_last(j));
	assert_true(last > 0 && last < 700);
	journal_free(j);
	FILE *f = fopen(path, "w");
	fputs("none of a journal\n", f);
	fclose(f);
	assert_int_equal(journal_read_last(path, &last), E_SYNTAX);
}

static void reading_goes_on_from_anywhere(void **state)
{
	struct journal *j = open_journal(6000);
	struct seen s;
	uint64_t line;
	add(j, 700);
	for (uint64_t after = 1; after < 700; after++) {
		assert_int_equal(read_after(after, &s, &line), 0);
		assert_int_equal(s.first, after + 1);
		assert_int_equal(s.n, 700 - after);
		assert_true(line <= s.n + 60); /* found, not read through */
	}
	assert_int_equal(read_after(700, &s, &line), 0);
	assert_int_equal(s.n, 0);
	s = (struct seen){.stop_at = 350};
	assert_int_equal(journal_read(path, 300, see, &s, &line), 1);
	assert_int_equal(s.n, 50);
	journal_free(j);
}

/* A rotation that was killed half way: the names have a hole, which the next one fills. */
static void a_killed_rotation_loses_nothing(void **state)
{
	struct journal *j = open_journal(1000);
	struct seen s;
	uint64_t line;
	char from[80], to[80];
	add(j, 120);
	for (int i = 6; i >= 3; i--) {
		snprintf(from, sizeof from, "%s", file(i));
		snprintf(to, sizeof to, "%s", file(i + 1));
		if (access(from, F_OK) == 0)
			assert_int_equal(rename(from, to), 0);
	}
	add(j, 60);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.first, 1);
	assert_int_equal(s.last, 180);
	journal_free(j);
}

static void older_lines_may_be_archived(void **state)
{
	struct journal *j = open_journal(1000);
	struct seen s;
	uint64_t line;
	int oldest = 1;
	add(j, 300);
	while (access(file(oldest + 1), F_OK) == 0)
		oldest++;
	assert_int_equal(unlink(file(oldest)), 0);
	assert_int_equal(unlink(file(oldest - 1)), 0);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_true(s.first > 1);
	uint64_t first = s.first;
	assert_int_equal(read_after(first - 1, &s, &line), 0);
	assert_int_equal(s.first, first);
	assert_int_equal(read_after(first - 2, &s, &line), E_SYNTAX);
	journal_free(j);
}

static void a_torn_end_is_dropped(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	struct stat st;
	uint64_t line;
	add(j, 2);
	journal_free(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size - 7), 0);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.n, 1);
	j = open_journal(0);
	add(j, 1);
	journal_free(j);
	assert_int_equal(read_after(0, &s, &line), 0);
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

static void alterations_show(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	const struct journal_conf conf = {.path = path};
	add(j, 5);
	journal_free(j);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	off_t length = st.st_size / 5;
	static const char wrong[] = "92"; /* one was taken out, or one is there twice */
	for (size_t i = 0; i < 2; i++) {
		alter(2 * length, wrong[i]);
		assert_int_equal(read_after(0, &s, &line), E_SYNTAX);
		assert_int_equal(line, 3);
	}
	alter(2 * length, '3');
	assert_int_equal(read_after(0, &s, &line), 0);
	alter(2 * length - 2, '\1');
	assert_int_equal(read_after(0, &s, &line), E_SYNTAX);
	assert_int_equal(line, 2);
	alter(5 * length - 2, '\1');
	assert_int_equal(journal_open(&conf, &j), E_SYNTAX);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(read_after(0, &s, &line), E_ABSENT);
}

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void lines_of_the_first_version_stay_readable(void **state)
{
	struct journal_line l;
	assert_int_equal(journal_line_parse(SLICE("142 2025-11-20T02:15:07Z shili z6MkA " HASH), &l), 0);
	assert_int_equal(l.sequence, 142);
	assert_int_equal(l.time.us, now.us);
	assert_true(l.is_signed);
	assert_true(slice_is(l.signature.issuer, "shili") && slice_is(l.signature.key_id, "z6MkA"));
	assert_true(slice_is(l.signature.what, "") && uuid_is_nil(l.signature.version));
	assert_memory_equal(l.signature.hash, "\xba\x78\x16\xbf", 4);
}

static void what_is_no_line_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "1", "1 2025-11-20T02:15:07Z", "1 2025-11-20T02:15:07Z ",
		"1 2025-11-20T02:15:07Z shili z6MkA ", "1 2025-11-20T02:15:07Z shili z6MkA ba7816bf",
		"x 2025-11-20T02:15:07Z shili z6MkA " HASH, "1 2025-11-20 shili z6MkA " HASH,
		"1 2025-11-20T02:15:07Z shili z6MkA " HASH " ",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH,
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " x - - -",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " - - -1 -",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " - - 4294967296 -",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " - - - - -",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " - - - - 0",
		"1 2025-11-20T02:15:07Z signed: jwt shili z6MkA " HASH " - - - - 7 7",
		"1 2025-11-20T02:15:07Z ended:",
		"1 2025-11-20T02:15:07Z ended: 0",
		"1 2025-11-20T02:15:07Z ended: 7 7",
		"1 2025-11-20T02:15:07Z test: \x7f", "1 2025-11-20T02:15:07Z test: \t",
	};
	struct journal_line line;
	struct journal *j = open_journal(0);
	char longest[JOURNAL_ENTRY_MAX + 2];
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(journal_line_parse(slice_of(bad[i]), &line), E_SYNTAX);
	assert_int_equal(journal_add(j, now, SLICE("test: a\n\ntest: b")), E_SYNTAX);
	assert_int_equal(journal_add(j, now, SLICE("test: a\ntest: 上")), E_SYNTAX);
	assert_int_equal(journal_add(j, now, SLICE("test a")), E_SYNTAX);
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "test: ", 6);
	assert_int_equal(journal_add(j, now, slice_from(longest, JOURNAL_ENTRY_MAX + 1)), E_SYNTAX);
	assert_int_equal(journal_add(j, now, slice_from(longest, JOURNAL_ENTRY_MAX)), 0);
	assert_int_equal(journal_last(j), 1);
	journal_free(j);
	struct seen s;
	uint64_t at;
	assert_int_equal(read_after(0, &s, &at), 0);
	assert_int_equal(s.n, 1);
}

/* So little memory that a line without an end would be noticed. A sanitizer needs more for itself:
 * there the answers alone count. */
static void limit_memory(bool little)
{
#ifndef __SANITIZE_ADDRESS__
	static struct rlimit before;
	if (little)
		assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
	struct rlimit now_allowed = {little ? 64 << 20 : before.rlim_cur, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_DATA, &now_allowed), 0);
#endif
}

/* What a crash may leave behind, and what has no end at all. */
static void a_line_has_an_end(void **state)
{
	uint64_t line;
	struct seen s = {0};
	struct journal *j = open_journal(0);
	add(j, 2);
	journal_free(j);
	assert_int_equal(truncate(path, 1 << 30), 0); /* zeros, which take no room */
	limit_memory(true);
	int r = journal_read(path, 0, see, &s, &line);
	int endless = journal_read("/dev/zero", 0, see, &s, &line);
	limit_memory(false);
	assert_int_equal(r, E_SYNTAX);
	assert_int_equal(s.n, 2);
	assert_int_equal(endless, E_SYNTAX);
}

/* Of a batch whose lines cannot be written none stays, and the numbers go on. */
static void a_full_disk_takes_nothing(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	assert_int_equal(journal_add(j, now, SLICE("test: a\ntest: b\n")), 0);
	setenv("FAIL", "journal_write:1:error", 1);
	int r = journal_add(j, now, SLICE("test: a\ntest: b\n"));
	unsetenv("FAIL");
	assert_int_equal(r, E_SYSTEM);
	assert_int_equal(journal_add(j, now, SLICE("test: a\ntest: b\n")), 0);
	journal_free(j);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.last, 4);
}

/* Trying leaves nothing, whether it succeeds or not, and a failure is over when there is room. */
static void trying_leaves_nothing(void **state)
{
	struct journal *j = open_journal(0);
	struct seen s;
	uint64_t line;
	assert_int_equal(journal_try(j), 0); /* the very first, too */
	assert_int_equal(journal_add(j, now, SLICE("test: a\n")), 0);
	assert_int_equal(journal_try(j), 0);
	struct rlimit was, small = {40, RLIM_INFINITY};
	getrlimit(RLIMIT_FSIZE, &was);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	int tried = journal_try(j), added = journal_add(j, now, SLICE("test: no\n"));
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(tried, E_SYSTEM);
	assert_int_equal(added, E_SYSTEM);
	assert_int_equal(journal_try(j), 0);
	assert_int_equal(journal_add(j, now, SLICE("test: b\n")), 0);
	journal_free(j);
	assert_int_equal(read_after(0, &s, &line), 0);
	assert_int_equal(s.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_are_numbered_and_dated, setup, teardown),
		cmocka_unit_test_setup_teardown(there_is_one_writer, setup, teardown),
		cmocka_unit_test_setup_teardown(rotation_keeps_every_line, setup, teardown),
		cmocka_unit_test_setup_teardown(each_file_begins_with_its_head, setup, teardown),
		cmocka_unit_test_setup_teardown(the_end_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(reading_goes_on_from_anywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(a_killed_rotation_loses_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(older_lines_may_be_archived, setup, teardown),
		cmocka_unit_test_setup_teardown(a_torn_end_is_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(alterations_show, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_of_the_first_version_stay_readable, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_line_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_has_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_takes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(trying_leaves_nothing, setup, teardown),
	};
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
