/* The command line, settings, relative dates, codes and numbers, patience. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "base/outcome.h"
#include "ctl/args.h"
#include "ctl/client.h"
#include "ctl/dates.h"
#include "ctl/patience.h"
#include "ctl/settings.h"
#include "ctl/verdict.h"

static const struct verb fruit[] = {
	{.name = "apple", .args = "", .max_args = 1},
	{.name = "apple",
	 .sub = "peel",
	 .args = "",
	 .min_args = 1,
	 .max_args = 2,
	 .options = {{"knife", "KIND", "", ""}, {"quick", NULL, "", ""}}},
	{0},
};
static const struct verb *const verbs[] = {fruit, NULL};

static void verbs_are_found_by_one_or_two_words(void **state)
{
	const char *two[] = {"apple", "peel", NULL}, *one[] = {"apple", "x", NULL};
	const char *none[] = {"pear", NULL};
	int used = 0;
	assert_ptr_equal(args_find_verb(verbs, 2, two, &used), &fruit[1]);
	assert_int_equal(used, 2);
	assert_ptr_equal(args_find_verb(verbs, 2, one, &used), &fruit[0]);
	assert_int_equal(used, 1);
	assert_null(args_find_verb(verbs, 1, none, &used));
	assert_null(args_find_verb(verbs, 0, none, &used));
}

static void common_options_stand_anywhere(void **state)
{
	const char *argv[] = {"talentctl", "apple", "--json", "peel", "--env=run.env", "--as", "auditor",
			"--knife", "k",	      "--",	"--json", NULL};
	int argc = 11;
	struct common_args common = {0};
	assert_null(args_take_common(&argc, argv, &common));
	assert_true(common.json);
	assert_string_equal(common.env_file, "run.env");
	assert_string_equal(common.as, "auditor");
	assert_int_equal(argc, 7);
	assert_string_equal(argv[5], "--");
	assert_string_equal(argv[6], "--json");
	assert_null(argv[7]);
	const char *lacking[] = {"talentctl", "--env", NULL};
	argc = 2;
	assert_string_equal(args_take_common(&argc, lacking, &common), "--env");
}

static int parse(struct args *a, const char **culprit, int argc, const char **argv)
{
	return args_parse(&fruit[1], argc, argv, a, culprit);
}

static void options_take_values_in_both_forms(void **state)
{
	struct args a;
	const char *culprit;
	assert_int_equal(parse(&a, &culprit, 3, (const char *[]){"--knife", "sharp", "red"}), 0);
	assert_string_equal(args_option(&a, "knife"), "sharp");
	assert_null(args_option(&a, "quick"));
	assert_string_equal(a.rest[0], "red");
	assert_int_equal(parse(&a, &culprit, 4, (const char *[]){"--quick", "--knife=", "--", "--knife"}), 0);
	assert_string_equal(args_option(&a, "knife"), "");
	assert_non_null(args_option(&a, "quick"));
	assert_string_equal(a.rest[0], "--knife");
	assert_int_equal(a.n_rest, 1);
}

static void wrong_arguments_are_named(void **state)
{
	static const struct {
		const char *argv[4];
		int argc;
		const char *culprit;
	} cases[] = {
		{{"red", "--spoon"}, 2, "--spoon"},   {{"red", "--knife"}, 2, "--knife"},
		{{"red", "--quick=1"}, 2, "--quick=1"}, {{"a", "b", "c"}, 3, "c"},
		{{"--quick"}, 1, NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct args a;
		const char *culprit = "";
		assert_int_equal(args_parse(&fruit[1], cases[i].argc, cases[i].argv, &a, &culprit),
				 E_SYNTAX);
		if (cases[i].culprit)
			assert_string_equal(culprit, cases[i].culprit);
		else
			assert_null(culprit);
	}
}

static void settings_files_are_read_as_a_shell_would(void **state)
{
	int line;
	unsetenv("TALENT_T1");
	struct settings *s = settings_new(SLICE("# a comment\n\nexport TALENT_T1='a b'\r\n"
						"TALENT_T2=\"c\"\nTALENT_T3=\n  TALENT_T2=d=e\n"),
					  &line);
	assert_non_null(s);
	assert_string_equal(settings_get(s, "TALENT_T1"), "a b");
	assert_string_equal(settings_get(s, "TALENT_T2"), "d=e");
	assert_null(settings_get(s, "TALENT_T3"));
	setenv("TALENT_T1", "environment", 1);
	assert_string_equal(settings_get(s, "TALENT_T1"), "environment");
	unsetenv("TALENT_T1");
	settings_free(s);
	assert_null(settings_new(SLICE("A=1\nnonsense\n"), &line));
	assert_int_equal(line, 2);
	assert_null(settings_new(SLICE("A='1\n"), &line));
	assert_int_equal(line, 1);
}

static void the_fitting_token_is_chosen(void **state)
{
	int line;
	unsetenv("TALENT_TOKEN");
	unsetenv("TALENT_INSTITUTION_TOKEN");
	struct settings *s =
		settings_new(SLICE("TALENT_TOKEN=admin\nTALENT_INSTITUTION_TOKEN=school\n"), &line);
	assert_string_equal(settings_token(s, "TALENT_INSTITUTION_TOKEN"), "school");
	assert_string_equal(settings_token(s, "TALENT_EMPLOYER_TOKEN"), "admin");
	assert_string_equal(settings_token(s, NULL), "admin");
	setenv("TALENT_TOKEN", "mine", 1);
	assert_string_equal(settings_token(s, "TALENT_INSTITUTION_TOKEN"), "mine");
	unsetenv("TALENT_TOKEN");
	settings_free(s);
}

static void dates_may_be_relative(void **state)
{
	struct day today, d;
	assert_true(day_parse(SLICE("2026-03-01"), &today));
	assert_true(date_read(SLICE("2024-02-29"), today, &d));
	assert_true(date_read(SLICE("today"), today, &d));
	assert_int_equal(d.n, today.n);
	assert_true(date_read(SLICE("today-1"), today, &d));
	assert_int_equal(d.n, today.n - 1);
	assert_true(date_read(SLICE("today+40"), today, &d));
	assert_int_equal(d.n, today.n + 40);
	assert_false(date_read(SLICE("today-"), today, &d));
	assert_false(date_read(SLICE("today-99999"), today, &d));
	assert_false(date_read(SLICE("todays"), today, &d));
	assert_false(date_read(SLICE("2026-02-29"), today, &d));
}

static void an_instant_stands_for_its_day_in_shanghai(void **state)
{
	struct day today, d, want;
	assert_true(day_parse(SLICE("2026-03-01"), &today));
	assert_true(day_parse(SLICE("2026-02-11"), &want));
	assert_true(date_or_instant_read(SLICE("2026-02-11"), today, &d));
	assert_int_equal(d.n, want.n);
	assert_true(date_or_instant_read(SLICE("2026-02-10T16:00:00Z"), today, &d));
	assert_int_equal(d.n, want.n);
	assert_true(date_or_instant_read(SLICE("2026-02-11T23:59:59+08:00"), today, &d));
	assert_int_equal(d.n, want.n);
	assert_true(date_or_instant_read(SLICE("2026-02-10T15:59:59Z"), today, &d));
	assert_int_equal(d.n, want.n - 1);
	assert_true(date_or_instant_read(SLICE("today-1"), today, &d));
	assert_int_equal(d.n, today.n - 1);
	assert_false(date_or_instant_read(SLICE("2026-02-11T25:00:00Z"), today, &d));
	assert_false(date_or_instant_read(SLICE("yesterday"), today, &d));
	assert_false(date_or_instant_read(SLICE(""), today, &d));
}

static void answers_have_exit_codes(void **state)
{
	assert_int_equal(verdict_exit("valid"), CTL_OK);
	assert_int_equal(verdict_exit("revoked"), CTL_NEGATIVE);
	assert_int_equal(verdict_exit("no_match"), CTL_NEGATIVE);
	assert_int_equal(verdict_exit("unknown"), CTL_UNKNOWN);
}

static void patience_grows_and_ends(void **state)
{
	struct patience p = patience_start();
	assert_int_equal(patience_next(&p, -1, 0), 200);
	assert_int_equal(patience_next(&p, -1, 0), 400);
	assert_int_equal(patience_next(&p, 3, 0), 3000);
	assert_int_equal(patience_next(&p, 0, 0), 200);
	assert_int_equal(patience_next(&p, 3600, 255), 30000 + 30000 * 255 / 1024);
	int more = 0;
	while (patience_next(&p, -1, 0) > 0)
		more++;
	assert_in_range(more, 5, 15);
	p = patience_start();
	for (int i = 0; patience_next(&p, 0, 0) > 0; i++)
		assert_in_range(i, 0, 1000);
	assert_true(patience_is_later(503));
	assert_true(patience_is_later(429));
	assert_false(patience_is_later(409));
}

static volatile sig_atomic_t told;

static void tell(int signal)
{
	told = signal;
}

/* Ctrl-C ends the waiting whenever it comes: in the request before a pause, and in the pause. */
static void an_interrupt_ends_patience(void **state)
{
	const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
	struct sigaction before;
	struct patience p = patience_start();
	told = SIGINT;
	assert_false(patience_wait(&p, 30, &told));
	assert_int_equal(p.waited_ms, 0);
	told = 0;
	assert_true(patience_wait(&p, 0, &told));
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = tell}, &before);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_false(patience_wait(&p, 30, &told));
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(told, SIGALRM);
}

static void paths_are_escaped(void **state)
{
	struct buf path = BUF_INIT(256);
	path_add(&path, SLICE("A-b_1.~/?&张"));
	assert_true(slice_is(buf_slice(&path), "A-b_1.~%2F%3F%26%E5%BC%A0"));
	buf_clear(&path);
	path_fill(&path, PATH("/v1/x/%/y/%?z=1", "a/b", "%"));
	assert_true(slice_is(buf_slice(&path), "/v1/x/a%2Fb/y/%25?z=1"));
	buf_clear(&path);
	path_fill(&path, PATH("/issuers/a%20b"));
	assert_true(slice_is(buf_slice(&path), "/issuers/a%20b"));
	buf_free(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs_are_found_by_one_or_two_words),
		cmocka_unit_test(common_options_stand_anywhere),
		cmocka_unit_test(options_take_values_in_both_forms),
		cmocka_unit_test(wrong_arguments_are_named),
		cmocka_unit_test(settings_files_are_read_as_a_shell_would),
		cmocka_unit_test(the_fitting_token_is_chosen),
		cmocka_unit_test(dates_may_be_relative),
		cmocka_unit_test(an_instant_stands_for_its_day_in_shanghai),
		cmocka_unit_test(answers_have_exit_codes),
		cmocka_unit_test(patience_grows_and_ends),
		cmocka_unit_test(an_interrupt_ends_patience),
		cmocka_unit_test(paths_are_escaped),
	};
	return cmocka_run_group_tests_name("ctl_args", tests, NULL, NULL);
}
