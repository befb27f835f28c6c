/* Which server is the one: the rule, what a server says about itself, and the host's memory of it in
 * the shared segment and in state_directory. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/fake_db.h"
#include "base/attr.h"
#include "base/outcome.h"
#include "daemon/timelines.h"
#include "telemetry/shared.h"

#define S 7000000000000000001u
#define OTHER 7000000000000000002u

/* ---- the rule ---- */

static void the_higher_timeline_of_one_cluster_wins(void **state)
{
	static const struct {
		struct timeline met, newest;
		enum timeline_rank rank;
	} cases[] = {
		{{S, 1}, {0, 0}, TIMELINE_NEWER}, /* the first one met */
		{{S, 1}, {S, 0}, TIMELINE_NEWER},
		{{S, 1}, {S, 1}, TIMELINE_CURRENT},
		{{S, 2}, {S, 1}, TIMELINE_NEWER},
		{{S, 1}, {S, 2}, TIMELINE_OLDER},
		{{S, UINT32_MAX}, {S, 1}, TIMELINE_NEWER},
		{{OTHER, 1}, {S, 1}, TIMELINE_FOREIGN},
		{{OTHER, 9}, {S, 1}, TIMELINE_FOREIGN},
		{{S, 1}, {OTHER, 9}, TIMELINE_FOREIGN},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (timeline_rank(cases[i].met, cases[i].newest) != cases[i].rank)
			fail_msg("case %d", (int)i);
}

static void a_server_says_where_it_is(void **state)
{
	struct timeline t = {0};
	PGresult *res = FAKE_ROW("timeline system_identifier", "3", "7000000000000000001");
	assert_true(timeline_read(res, &t));
	assert_int_equal(t.id, 3);
	assert_true(t.system == S);
	PQclear(res);
	res = FAKE_ROW("timeline", "4"); /* a probe */
	assert_true(timeline_read(res, &t));
	assert_int_equal(t.id, 4);
	assert_true(t.system == S);
	PQclear(res);
	res = FAKE_ROW("timeline system_identifier", "0", "7000000000000000001"); /* a standby */
	assert_false(timeline_read(res, &t));
	PQclear(res);
	res = FAKE_NONE("timeline");
	assert_false(timeline_read(res, &t));
	PQclear(res);
}

/* ---- the memory ---- */

/* A daemon on this host, from one start to the next. */
struct life {
	struct shared *shared;
	struct log log;
	struct log_ctx ctx;
	struct timelines timelines;
	struct timeline_memory memory;
};

static char folder[64];

static int make_folder(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/talent-timelines-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static const char *file(const char *name)
{
	static char path[96];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int remove_folder(void **state)
{
	chmod(folder, 0700);
	unlink(file("timelines"));
	unlink(file("timelines.new"));
	rmdir(folder);
	return 0;
}

static void begin(struct life *l)
{
	l->shared = shared_create(1);
	l->log = log_open(-1, LEVEL_ERROR);
	l->ctx = (struct log_ctx){.log = &l->log, .process = "test"};
	l->timelines = (struct timelines){l->shared, folder, &l->ctx};
	l->memory = timelines_memory(&l->timelines);
}

static void restart(struct life *l)
{
	shared_free(l->shared);
	begin(l);
}

static const char *judge(const struct life *l, uint64_t system, uint32_t id)
{
	const char *word = timeline_judge(&l->memory, (struct timeline){system, id});
	return word ? word : "good";
}

static void an_older_one_is_never_taken_again(void **state)
{
	struct life l;
	begin(&l);
	assert_string_equal(judge(&l, S, 1), "good");
	assert_string_equal(judge(&l, S, 1), "good");
	assert_string_equal(judge(&l, S, 3), "good");
	assert_string_equal(judge(&l, S, 2), "older timeline");
	assert_string_equal(judge(&l, OTHER, 9), "other system identifier");
	restart(&l);
	assert_string_equal(judge(&l, S, 2), "older timeline");
	assert_string_equal(judge(&l, S, 3), "good");
	restart(&l);
	assert_string_equal(judge(&l, OTHER, 1), "good"); /* what was replaced, after a restart */
	assert_string_equal(judge(&l, S, 4), "other system identifier");
	restart(&l);
	assert_string_equal(judge(&l, S, 2), "older timeline"); /* and back again */
	shared_free(l.shared);
}

/* Only that: `talentd recover`, and a start after it. */
static void forgetting_is_durable_and_explicit(void **state)
{
	struct life l;
	begin(&l);
	assert_int_equal(timelines_forget(folder), 0); /* nothing there yet */
	assert_string_equal(judge(&l, S, 2), "good");
	assert_int_equal(timelines_forget(folder), 0);
	assert_string_equal(judge(&l, S, 1), "older timeline"); /* this daemon still knows */
	restart(&l);
	assert_string_equal(judge(&l, S, 1), "good");
	shared_free(l.shared);
	assert_int_equal(timelines_forget("/nonexistent"), E_SYSTEM);
}

/* What cannot be made durable, or read, does not count: the server is not used. */
static void what_cannot_be_kept_does_not_count(void **state)
{
	static const char *const damaged[] = {"7 1", "x 1\n", "7 x\n", "7 0\n", "0 1\n", "7\n", "\n",
	                                      "7 4294967296\n"};
	struct life l;
	begin(&l);
	l.timelines.directory = "/nonexistent";
	assert_string_equal(judge(&l, S, 1), "not remembered");
	l.timelines.directory = folder;
	for (size_t i = 0; i < ARRAY_LEN(damaged); i++) {
		FILE *f = fopen(file("timelines"), "w");
		assert_true(f && fputs(damaged[i], f) >= 0 && fclose(f) == 0);
		assert_string_equal(judge(&l, S, 1), "not remembered");
	}
	unlink(file("timelines"));
	assert_int_equal(mkdir(file("timelines.new"), 0700), 0); /* in the way of writing */
	assert_string_equal(judge(&l, S, 1), "not remembered");
	rmdir(file("timelines.new"));
	uint32_t id;
	assert_true(shared_timeline(l.shared, &id) == 0);
	assert_string_equal(judge(&l, S, 1), "good");
	shared_free(l.shared);
}

/* Another process of the host has met a newer one meanwhile. */
static void what_one_process_meets_all_know(void **state)
{
	struct life l, other;
	begin(&l);
	other = l;
	other.timelines = l.timelines;
	other.memory = timelines_memory(&other.timelines);
	assert_string_equal(judge(&l, S, 1), "good");
	assert_string_equal(judge(&other, S, 2), "good");
	assert_int_equal(l.memory.newest(l.memory.arg).id, 2);
	assert_string_equal(judge(&l, S, 1), "older timeline");
	shared_raise_timeline(l.shared, S, 1); /* never down */
	shared_raise_timeline(l.shared, OTHER, 9);
	assert_int_equal(l.memory.newest(l.memory.arg).id, 2);
	shared_free(l.shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_higher_timeline_of_one_cluster_wins),
		cmocka_unit_test(a_server_says_where_it_is),
		cmocka_unit_test_setup_teardown(an_older_one_is_never_taken_again, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(forgetting_is_durable_and_explicit, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_cannot_be_kept_does_not_count, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_one_process_meets_all_know, make_folder, remove_folder),
	};
	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
