/* test_sql_names - what people are called: who binds a name, who is refused, when it is free again, and the
 * keys of rows that have none. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"
#include "db/person_names.h"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('N1', '4')", "created");
	expect(R.worker, "SELECT test.exam('N2', '5')", "created");
	expect(R.worker, "SELECT test.exam('N3', '3')", "created");
	expect(R.worker, "SELECT test.session('T1')", "created");
	expect(R.worker, "SELECT test.session('T2')", "created");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

#define SUBMIT(exam, who, name) \
	"SELECT outcome FROM test.submit('" exam "', '" who "', 50, 80, _name => '" name "')"
#define ENROL(title, who, name) "SELECT test.enrol('" title "', '" who "', '" name "')"
#define NAMES(who) \
	"SELECT string_agg(k.basis || ' ' || coalesce(k.name, '-'), ', ' ORDER BY k.n) FROM talent.known_name k" \
	" JOIN talent.person p ON p.id = k.person WHERE p.id_hash = test.hash('" who "')"
#define IN_FORCE(who) \
	"SELECT coalesce(f.name, '-') || ' ' || f.basis FROM talent.name_in_force f" \
	" JOIN talent.person p ON p.id = f.person WHERE p.id_hash = test.hash('" who "')"

static void one_person_has_one_name_however_spelled(void **state)
{
	expect(R.worker, SUBMIT("N1", "A", "LI NA"), "stored");
	expect(R.worker, SUBMIT("N2", "A", "Li Na"), "stored");
	expect(R.worker, SUBMIT("N1", "A", "li  na"), "replayed");
	expect(R.worker, SUBMIT("N3", "A", "Li Nan"), "person_name_differs");
	expect(R.worker, NAMES("A"), "result LI NA");
	expect(R.worker, "SELECT string_agg(a.name, ', ' ORDER BY a.name COLLATE \"C\") FROM talent.assessment a"
	                 " JOIN talent.person p ON p.id = a.person WHERE p.id_hash = test.hash('A')",
	       "LI NA, Li Na"); /* each as it was handed in */
}

static void a_typo_at_enrolment_blocks_nobody(void **state)
{
	expect(R.worker, ENROL("T1", "B", "Zhang Wie"), "enrolled");
	expect(R.worker, ENROL("T2", "B", "Zhang Wei"), "enrolled");
	expect(R.worker, IN_FORCE("B"), "Zhang Wei enrolment");
	expect(R.worker, SUBMIT("N1", "B", "Zhang Weimin"), "stored");
	expect(R.worker, NAMES("B"), "enrolment Zhang Wie, enrolment Zhang Wei, result Zhang Weimin");
	expect(R.worker, IN_FORCE("B"), "Zhang Weimin result");
	expect(R.worker, SUBMIT("N2", "B", "Zhang Wei"), "person_name_differs");
	expect(R.worker, "SELECT string_agg(e.name, ', ' ORDER BY e.name COLLATE \"C\") FROM talent.enrolment e"
	                 " JOIN talent.person p ON p.id = e.person WHERE p.id_hash = test.hash('B')",
	       "Zhang Wei, Zhang Wie"); /* whoever enrolled sees what he wrote */
}

/* A second person under the first one's number, of one and the same institution: it has to look. */
static void a_number_twice_in_one_session_is_told(void **state)
{
	expect(R.worker, ENROL("T1", "C", "Qian Yi"), "enrolled");
	expect(R.worker, ENROL("T1", "C", "QIAN YI"), "replayed");
	expect(R.worker, ENROL("T1", "C", "Qian Er"), "person_name_differs");
	expect(R.worker, SUBMIT("N1", "C", "Qian Yi"), "stored");
	expect(R.worker, ENROL("T2", "C", "Qian Er"), "person_name_differs");
	expect(R.worker, ENROL("T2", "C", "qian yi"), "enrolled");
	expect(R.worker, ENROL("T2", "C", "Qian Yi"), "replayed");
	expect(R.worker, NAMES("C"), "enrolment Qian Yi, result Qian Yi");
}

static void a_name_whose_only_result_is_annulled_is_free(void **state)
{
	expect(R.worker, SUBMIT("N1", "D", "Wrong One"), "stored");
	expect(R.worker, SUBMIT("N2", "D", "Right One"), "person_name_differs");
	expect(R.worker, "SELECT test.annul('N1', 'D')", "annulled");
	expect(R.worker, IN_FORCE("D"), "- released");
	expect(R.worker, SUBMIT("N2", "D", "Right One"), "stored");
	expect(R.worker, SUBMIT("N3", "D", "Wrong One"), "person_name_differs");
	expect(R.worker, NAMES("D"), "result Wrong One, released -, result Right One");
	/* of two results one is enough to stand behind it */
	expect(R.worker, SUBMIT("N3", "D", "RIGHT ONE"), "stored");
	expect(R.worker, "SELECT test.annul('N2', 'D')", "annulled");
	expect(R.worker, IN_FORCE("D"), "Right One result");
	expect(R.worker, "SELECT test.annul('N3', 'D')", "annulled");
	expect(R.worker, IN_FORCE("D"), "- released");
}

/* A daemon of the version before hands over no keys: then the spelling decides, as it did. */
static void keys_of_another_rule_say_nothing(void **state)
{
	expect(R.worker, SUBMIT("N1", "E", "Sun Wu"), "stored");
	expect(R.owner, "UPDATE talent.known_name k SET rule = 0 FROM talent.person p"
	                " WHERE p.id = k.person AND p.id_hash = test.hash('E')", "");
	expect(R.worker, SUBMIT("N2", "E", "SUN WU"), "person_name_differs");
	expect(R.worker, SUBMIT("N2", "E", "Sun Wu"), "stored");
}

static void names_stay(void **state)
{
	expect(R.worker, SUBMIT("N1", "F", "Feng Yi"), "stored");
	expect_error(R.owner, "UPDATE talent.known_name SET name = 'X'", "TA002", "known_name_immutable");
	expect_error(R.owner, "DELETE FROM talent.known_name", "TA002", "known_name_immutable");
	expect_error(R.owner, "TRUNCATE talent.known_name", "TA002", "known_name_immutable");
	expect_error(R.owner, "UPDATE talent.known_name SET joined = NULL", "23514", "known_name_form");
	expect_error(R.owner, "INSERT INTO talent.known_name (person, n, basis) SELECT id, 9, 'result' FROM talent.person",
	             "23514", "known_name_form");
	expect_error(R.owner, "INSERT INTO talent.known_name (person, n, basis, name)"
	                      " SELECT id, 9, 'rumour', 'X' FROM talent.person", "23514", "name_basis_known");
	expect_error(R.worker, "INSERT INTO talent.known_name (person, n, basis, name)"
	                       " SELECT id, 9, 'result', 'X' FROM talent.person", "42501", NULL);
}

static char lines[8][1024];
static int n_lines;

static void keep(void *arg, const char *line)
{
	assert_true(n_lines < 8);
	snprintf(lines[n_lines++], sizeof lines[0], "%s", line);
}

/* Rows of the version before: recorded as they came, without keys. */
static void older_names_get_keys_and_are_not_merged(void **state)
{
	char why[MIGRATE_TEXT] = "";
	expect(R.worker, SUBMIT("N1", "1111", "阿依古丽.买买提"), "stored");
	expect(R.worker, SUBMIT("N1", "x1111", "阿依古丽·买买提"), "stored"); /* another number that ends so */
	expect(R.worker, SUBMIT("N1", "y1111", "张伟"), "stored");
	expect(R.owner, "UPDATE talent.known_name k SET rule = NULL, joined = NULL, ordered = NULL", "");
	expect(R.worker, SUBMIT("N2", "1111", "阿依古丽·买买提"), "person_name_differs");
	n_lines = 0;
	assert_int_equal(person_names(R.owner, keep, NULL, why), 0);
	assert_int_equal(n_lines, 3);
	assert_non_null(strstr(lines[0], "made the keys of "));
	assert_non_null(strstr(lines[1], "names that would be written otherwise today: 1, of people "));
	assert_non_null(strstr(lines[2], "people who may be one"));
	assert_non_null(strstr(lines[2], ": 1 ("));
	assert_non_null(strstr(lines[2], " and "));
	for (int i = 0; i < n_lines; i++)
		assert_null(strstr(lines[i], "阿依古丽"));
	expect(R.owner, "SELECT k.rule, k.joined FROM talent.known_name k JOIN talent.person p ON p.id = k.person"
	                " WHERE p.id_hash = test.hash('1111')", "1|阿依古丽买买提");
	expect(R.owner, "SELECT count(*) FROM talent.known_name WHERE name IS NOT NULL AND rule IS DISTINCT FROM 1", "0");
	expect(R.owner, "SELECT count(*) FROM talent.person WHERE id_masked = '*****1111'", "3");
	/* progress audit says so too */
	char sql[4000];
	snprintf(sql, sizeof sql, "SELECT what, array_length(string_to_array(ids, ','), 1), total FROM (%s) x",
	         statements[Q_PROGRESS_DOUBTFUL].text);
	expect(R.worker, sql, "people_who_may_be_one|2|1");
	/* nothing is left to fill; who may be one is said each time */
	n_lines = 0;
	assert_int_equal(person_names(R.owner, keep, NULL, why), 0);
	assert_int_equal(n_lines, 1);
	/* ordered by letters: a rule of today */
	expect(R.worker, SUBMIT("N1", "G", "Li Lei"), "stored");
	expect(R.owner, "UPDATE talent.known_name k SET rule = NULL, joined = NULL, ordered = NULL FROM talent.person p"
	                " WHERE p.id = k.person AND p.id_hash = test.hash('G')", "");
	assert_int_equal(person_names(R.owner, NULL, NULL, why), 0);
	expect(R.owner, "SELECT k.joined, k.ordered FROM talent.known_name k JOIN talent.person p ON p.id = k.person"
	                " WHERE p.id_hash = test.hash('G')", "lilei|lei li");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_person_has_one_name_however_spelled),
		cmocka_unit_test(a_typo_at_enrolment_blocks_nobody),
		cmocka_unit_test(a_number_twice_in_one_session_is_told),
		cmocka_unit_test(a_name_whose_only_result_is_annulled_is_free),
		cmocka_unit_test(keys_of_another_rule_say_nothing),
		cmocka_unit_test(names_stay),
		cmocka_unit_test(older_names_get_keys_and_are_not_merged),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_names", tests, setup, teardown);
	cluster_stop(R.cluster);
	return failed;
}
