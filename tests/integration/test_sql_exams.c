/* tests/integration/test_sql_exams.c - announced exams, in PostgreSQL: what may be changed of them and until when,
 * whoever writes, and who wins when many write at once. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>

#include "../lib/cluster.h"
#include "base/attr.h"

enum { MEASURES = 8 };

static struct registry R;

#define CHANGE(code, what) \
	"SELECT outcome, other FROM talent.exam_change(NULL, 't', NULL, NULL, test.exam_id('" code \
	"'), json_build_object(" what "), NULL, NULL)"
#define CHANGED(code, what) \
	"SELECT outcome FROM talent.exam_change(NULL, 't', NULL, NULL, test.exam_id('" code "'), json_build_object(" what "), NULL, NULL)"
#define END(code, how) \
	"SELECT outcome FROM talent.exam_end(NULL, 't', NULL, NULL, test.exam_id('" code "'), " how ", NULL)"
#define SUBMIT(code, who) "SELECT outcome FROM test.submit('" code "', '" who "', 80, 80)"
#define SHILI "(SELECT id FROM talent.organisation WHERE slug = 'shili')"
#define DAY(n) "talent._today() " n

static int setup(void **state)
{
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E', '4'), test.exam('F', '4', NULL)", "created|created");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

/* ---- changes ---- */

/* As if it had been announced ten days ago for tomorrow. */
static void announced_before(const char *code)
{
	char sql[300];
	snprintf(sql, sizeof sql, "SET talent.maintenance = 'on'; UPDATE talent.exam SET announced_on = " DAY("- 10")
	         ", held_on = " DAY("+ 1") " WHERE code = '%s'; RESET talent.maintenance", code);
	expect(R.owner, sql, "");
}

static void what_is_changed_is_announced_anew(void **state)
{
	announced_before("E");
	expect(R.worker, CHANGE("E", "'candidate_group', 'own_staff', 'held_on', " DAY("+ 3")), "changed|");
	expect(R.worker, "SELECT candidate_group, held_on - talent._today(), announced_on - talent._today(), standing"
	                 " FROM talent.exam e JOIN talent.exam_facts f USING (id, candidate_group, held_on) WHERE e.code = 'E'",
	       "own_staff|3|0|ok");
	expect(R.worker, "SELECT detail ->> 'candidate_group' FROM talent.audit WHERE action = 'exam_change'",
	       "[null, \"own_staff\"]");
	expect(R.worker, CHANGE("E", "'candidate_group', 'own_staff'"), "replayed|");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'exam_change'", "1");
}

/* The day of the exam and today, on which it is changed, both count: as they do when it is announced. */
static void standing_is_that_of_the_new_day_and_of_today(void **state)
{
	announced_before("F");
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = " DAY("+ 5") " WHERE body = " SHILI, "");
	expect(R.worker, CHANGE("F", "'held_on', " DAY("+ 6")), "standing|not_accredited");
	expect(R.worker, "SELECT held_on - talent._today() FROM talent.exam WHERE code = 'F'", "1");
	expect(R.worker, CHANGE("F", "'held_on', " DAY("+ 5")), "changed|");
	/* it ended, and another one begins: of the days between nobody has standing */
	announced_before("F");
	expect(R.owner, "UPDATE talent.accreditation SET valid_from = " DAY("- 20") ", valid_to = " DAY("- 1") " WHERE body = "
	                SHILI ";INSERT INTO talent.accreditation (id, body, occupation, edition, work_type, levels, valid_from)"
	                " SELECT gen_random_uuid(), " SHILI ", '4-01-06-02', '2022', 'livestream-sales', '{4}', " DAY("+ 1"), "");
	expect(R.worker, "SELECT standing FROM talent.exam_facts WHERE code = 'F'", "ok");
	expect(R.worker, CHANGE("F", "'held_on', " DAY("+ 2")), "standing|not_accredited");
	/* who its candidates are, nobody needs standing for */
	expect(R.worker, CHANGE("F", "'candidate_group', 'public'"), "changed|");
}

/* Under which standard it is held depends on its day, as when it was announced. */
static void another_day_may_be_one_of_another_standard(void **state)
{
	expect(R.owner, "UPDATE talent.standard SET valid_to = " DAY("+ 9") " WHERE name = '互联网营销师/2021';"
	                "INSERT INTO talent.standard (id, name, occupation, edition, document, issued_on, valid_from)"
	                " SELECT '0d0000aa-0000-4000-8000-000000000001', '互联网营销师/2040', '4-01-06-02', '2022', 'x',"
	                " '2020-01-01', " DAY("+ 10") ";"
	                "INSERT INTO talent.standard_version (standard, version, valid_from)"
	                " SELECT '0d0000aa-0000-4000-8000-000000000001', 1, " DAY("+ 10") ";"
	                "INSERT INTO talent.standard_work_type (standard, version, work_type, occupation, edition)"
	                " SELECT '0d0000aa-0000-4000-8000-000000000001', 1, 'livestream-sales', '4-01-06-02', '2022';"
	                "INSERT INTO talent.standard_level (standard, version, work_type, level)"
	                " SELECT '0d0000aa-0000-4000-8000-000000000001', 1, 'livestream-sales', '4'", "");
	expect(R.worker, CHANGE("E", "'held_on', " DAY("+ 12")), "changed|");
	expect(R.worker, "SELECT standard_name FROM talent.exam_facts WHERE code = 'E'", "互联网营销师/2040");
	expect(R.worker, CHANGE("E", "'level', '5'"), "level_not_offered|");
}

static void what_was_held_an_administrator_changes(void **state)
{
	expect(R.worker, "SELECT test.exam('P', '4', NULL, " DAY("- 2") ")", "created");
	expect(R.worker, CHANGE("P", "'candidate_group', 'public'"), "announced_late|");
	expect(R.worker, CHANGE("P", "'held_on', " DAY("+ 2")), "announced_late|");
	expect(R.worker, CHANGE("P", "'held_on', " DAY("- 1") ", 'late_reason', '登记有误'"), "changed|");
	expect(R.worker, "SELECT late_reason FROM talent.exam WHERE code = 'P'", "登记有误");
}

static void whoever_writes_is_held_to_it(void **state)
{
	static const struct {
		const char *sql, *sqlstate, *constraint;
	} wrong[] = {
		{"UPDATE talent.exam SET code = 'X' WHERE code = 'E'", "TA002", "exam_immutable"},
		{"UPDATE talent.exam SET partner = NULL WHERE code = 'E'", "TA002", "exam_immutable"},
		{"UPDATE talent.exam SET announced_on = announced_on - 1 WHERE code = 'E'", "TA002", "exam_immutable"},
		{"UPDATE talent.exam SET held_on = " DAY("- 1") " WHERE code = 'E'", "23514", "exam_announced_late"},
		{"UPDATE talent.exam SET held_on = '2020-01-01', late_reason = 'x' WHERE code = 'E'", "23514", "exam_standard"},
		{"UPDATE talent.exam SET level = '3' WHERE code = 'RESULT'", "23514", "exam_without_results"},
		{"UPDATE talent.exam SET level = '3' WHERE code = 'CLOSED'", "23514", "exam_open"},
		{"UPDATE talent.exam SET candidate_group = 'x' WHERE code = 'E'", "23514", "exam_candidate_group"},
	};
	expect(R.worker, "SELECT test.exam('RESULT', '5', NULL), test.exam('CLOSED', '5', NULL)", "created|created");
	expect(R.worker, SUBMIT("RESULT", "A"), "stored");
	expect(R.worker, END("CLOSED", "'close', NULL"), "closed");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		expect_error(R.owner, wrong[i].sql, wrong[i].sqlstate, wrong[i].constraint);
}

/* ---- plans ---- */

#define LACKS(candidates, rooms, invigilators, assessors, panel, review) \
	"SELECT array_to_string(talent._staffing_lacks(" #candidates ", " #rooms ", " #invigilators ", " #assessors ", " #panel \
	", " #review "), ' ')"

/* Each ratio on both sides of its edge. */
static void ratios_are_compared(void **state)
{
	static const struct {
		const char *sql, *lacks;
	} cases[] = {
		{LACKS(15, 1, 2, 3, NULL, false), ""},
		{LACKS(30, 1, 2, 7, NULL, false), ""},
		{LACKS(31, 1, 2, 7, NULL, false), "invigilators_per_candidate"},
		{LACKS(15, 2, 4, 3, NULL, false), ""},
		{LACKS(15, 2, 3, 3, NULL, false), "invigilators_per_room"},
		{LACKS(5, 1, 2, 1, NULL, false), "assessors_below_three"},
		{LACKS(15, 1, 2, 4, NULL, false), "assessors_even"},
		{LACKS(16, 1, 2, 3, NULL, false), "assessors_per_candidate"},
		{LACKS(5, 1, 2, 3, NULL, true), "panel_below_three"},
		{LACKS(5, 1, 2, 3, 1, true), "panel_below_three"},
		{LACKS(5, 1, 2, 3, 4, true), "panel_even"},
		{LACKS(5, 1, 2, 3, 3, true), ""},
		{LACKS(31, 1, 1, 0, 0, true), "invigilators_per_candidate invigilators_per_room assessors_below_three assessors_even"
	                                      " assessors_per_candidate panel_below_three panel_even"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(R.owner, cases[i].sql, cases[i].lacks);
}

#define FILE_PLAN(code, candidates) \
	"SELECT outcome FROM talent.exam_plan_file(NULL, 't', NULL, NULL, json_build_object('id', gen_random_uuid(), 'exam'," \
	" test.exam_id('" code "'), 'candidates', " candidates ", 'rooms', 1, 'invigilators', 2, 'staff'," \
	" json_build_array(test.staff('1'))), NULL, NULL)"

static void a_plan_is_filed_before_and_kept(void **state)
{
	expect(R.worker, FILE_PLAN("E", "9"), "filed");
	expect(R.worker, FILE_PLAN("E", "8"), "filed");
	expect(R.worker, "SELECT string_agg(concat_ws(' ', version, candidates, cardinality(lacks)), ', ' ORDER BY version)"
	                 " FROM talent.exam_plan", "1 9 2, 2 8 2");
	expect_error(R.owner, "UPDATE talent.exam_plan SET candidates = 7", "TA002", "exam_plan_immutable");
	expect_error(R.owner, "DELETE FROM talent.exam_staff", "TA002", "exam_staff_immutable");
	expect(R.worker, "SELECT test.exam('P', '4', NULL, " DAY("- 1") ")", "created");
	expect_error(R.owner, "INSERT INTO talent.exam_plan (id, exam, version, candidates, rooms, invigilators)"
	                      " SELECT gen_random_uuid(), test.exam_id('P'), 1, 1, 1, 1", "23514", "exam_plan_in_time");
	expect(R.owner, "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES"
	                " ('exam_staffing', 2, 'off', talent._today(), 'x')", "");
	expect(R.worker, FILE_PLAN("E", "7"), "filed");
	expect(R.worker, "SELECT lacks FROM talent.exam_plan WHERE version = 3", "{}");
}

/* ---- rosters ---- */

#define ENROL(code, ...) \
	"SELECT outcome FROM talent.exam_enrol(NULL, 't', NULL, NULL, test.exam_id('" code "'), json_build_array(" __VA_ARGS__ "))"
#define UNENROL(code, who) \
	"SELECT outcome FROM talent.exam_unenrol(NULL, 't', NULL, NULL, test.exam_id('" code "'), (SELECT c.id FROM" \
	" talent.exam_candidate c JOIN talent.person p ON p.id = c.person WHERE c.exam = test.exam_id('" code \
	"') AND p.id_hash = test.hash('" who "')), 'own_wish', NULL)"
#define ROSTER \
	"SELECT string_agg(concat_ws(' ', c.name, c.state, c.employer), ', ' ORDER BY c.name) FROM talent.exam_candidate c" \
	" WHERE c.exam = test.exam_id('E')"

/* As announced today: but what is not judged anew keeps what it asks. */
static void a_changed_exam_asks_what_is_asked_by_then(void **state)
{
	static const char asked[] = "SELECT eligibility ->> 'level_held' FROM talent.exam WHERE code = 'E'";
	expect(R.worker, asked, "warn");
	expect(R.owner, "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES"
	                " ('eligibility_level_held', 2, 'refuse', talent._today(), 'x')", "");
	expect(R.worker, "SELECT outcome FROM talent.exam_change(NULL, 't', NULL, NULL, test.exam_id('E'), '{}', 7, NULL)", "changed");
	expect(R.worker, asked, "warn");
	expect(R.worker, CHANGED("E", "'held_on', " DAY("+ 9")), "changed");
	expect(R.worker, asked, "refuse");
	expect_error(R.owner, "UPDATE talent.exam SET eligibility = NULL WHERE code = 'E'", "TA002", "exam_immutable");
}

static void with_a_roster_results_are_its_peoples(void **state)
{
	expect(R.worker, "SELECT outcome FROM talent.exam_change(NULL, 't', NULL, NULL, test.exam_id('E'), '{}', NULL, true)",
	       "changed");
	expect(R.worker, ENROL("E", "test.candidate('A', '申城传媒'), test.candidate('B')"), "enrolled");
	expect(R.worker, ROSTER, "Name A listed 申城传媒, Name B listed");
	expect(R.worker, SUBMIT("E", "C"), "not_on_roster");
	expect(R.worker, UNENROL("E", "B"), "removed");
	expect(R.worker, SUBMIT("E", "B"), "not_on_roster");
	expect(R.worker, SUBMIT("E", "A"), "stored");
	expect(R.worker, UNENROL("E", "A"), "candidate_has_result");
	expect(R.worker, ENROL("E", "test.candidate('B', '浦江直播')"), "enrolled");
	expect(R.worker, ROSTER, "Name A listed 申城传媒, Name B listed 浦江直播");
	expect(R.worker, SUBMIT("E", "B"), "stored");
	expect(R.worker, SUBMIT("E", "B"), "replayed");
	/* nobody asks where none is required */
	expect(R.worker, SUBMIT("F", "C"), "stored");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

#define PERSON(who) "(SELECT id FROM talent.person WHERE id_hash = test.hash('" who "'))"

/* Whoever was removed, and whoever stands on it. */
static void an_erasure_takes_who_stood_on_it(void **state)
{
	expect(R.worker, ENROL("E", "test.candidate('A', '申城传媒'), test.candidate('B', '浦江直播')"), "enrolled");
	expect(R.worker, UNENROL("E", "B"), "removed");
	expect(R.worker, "SELECT string_agg(concat_ws(' ', r ->> 'session', r ->> 'state', r ->> 'employer'), ',')"
	                 " FROM talent.person_report(NULL, 't', NULL, NULL, " PERSON("B") ", 'holder_request', NULL) p,"
	                 " json_array_elements(p.enrolments::json) r", "E removed 浦江直播");
	expect(R.owner, "SELECT talent._person_forget(" PERSON("A") "), talent._person_forget(" PERSON("B") ")", "|");
	expect(R.worker, "SELECT string_agg(concat_ws(' ', name, state, employer), ',' ORDER BY state) FROM talent.exam_candidate",
	       "* listed,* removed");
	/* with the same document it is the same person, in the place of before */
	expect(R.worker, ENROL("E", "test.candidate('A')"), "enrolled");
	expect(R.worker, "SELECT string_agg(concat_ws(' ', name, state, employer), ',' ORDER BY state) FROM talent.exam_candidate",
	       "Name A listed,* removed");
}

static void the_policy_asks_of_what_is_announced_from_then_on(void **state)
{
	expect(R.owner, "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES"
	                " ('exam_roster', 2, 'required', talent._today(), 'x')", "");
	expect(R.worker, "SELECT test.exam('G', '5', NULL)", "created");
	expect(R.worker, "SELECT string_agg(code || ' ' || roster_required, ',' ORDER BY code) FROM talent.exam",
	       "E false,F false,G true");
}

static void nobody_else_changes_a_roster(void **state)
{
	static const struct {
		const char *sql, *sqlstate, *constraint;
	} wrong[] = {
		{"UPDATE talent.exam_candidate SET person = gen_random_uuid()", "TA002", "exam_candidate_immutable"},
		{"UPDATE talent.exam_candidate SET name = '*'", "TA002", "exam_candidate_immutable"},
		{"UPDATE talent.exam_candidate SET state = 'removed'", "23514", NULL},
		{"UPDATE talent.exam_candidate SET state = 'removed', state_reason = 'other'", "23514", "exam_candidate_assessed"},
		{"DELETE FROM talent.exam_candidate", "TA002", "exam_candidate_immutable"},
	};
	expect(R.worker, ENROL("E", "test.candidate('A')"), "enrolled");
	expect(R.worker, SUBMIT("E", "A"), "stored");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		expect_error(R.owner, wrong[i].sql, wrong[i].sqlstate, wrong[i].constraint);
	expect(R.worker, END("E", "'close', NULL"), "closed");
	expect_error(R.owner, "INSERT INTO talent.exam_candidate (id, exam, person, name) SELECT gen_random_uuid(), c.exam,"
	                      " c.person, c.name FROM talent.exam_candidate c", "23514", "exam_candidate_open");
}

/* ---- races ---- */

static void of_64_clients_one_is_put_on_a_roster_or_taken_off(void **state)
{
	int n[4];
	registry_race(&R, (const char *const[]){ENROL("E", "test.candidate('A'), test.candidate('B')"),
	                                        ENROL("E", "test.candidate('B'), test.candidate('A')")},
	              (const char *const[]){"enrolled", "replayed"}, n, 2);
	assert_int_equal(n[0], 1);
	registry_race(&R, (const char *const[]){UNENROL("E", "A"), SUBMIT("E", "A")},
	              (const char *const[]){"removed", "replayed", "stored", "candidate_has_result"}, n, 4);
	assert_true(n[0] <= 1);
	assert_int_equal(n[2], 1);	/* none is required */
	expect(R.worker, "SELECT outcome FROM talent.exam_change(NULL, 't', NULL, NULL, test.exam_id('F'), '{}', NULL, true)",
	       "changed");
	expect(R.worker, ENROL("F", "test.candidate('C')"), "enrolled");
	int m[5];
	registry_race(&R, (const char *const[]){UNENROL("F", "C"), SUBMIT("F", "C")},
	              (const char *const[]){"removed", "stored", "replayed", "not_on_roster", "candidate_has_result"}, m, 5);
	assert_int_equal(m[0] + m[1], 1); /* off the roster, or a result */
}

static void of_64_plans_that_say_the_same_one_is_filed(void **state)
{
	int n[2];
	registry_race(&R, (const char *const[]){FILE_PLAN("E", "9"), FILE_PLAN("E", "9")},
	              (const char *const[]){"filed", "replayed"}, n, 2);
	assert_int_equal(n[0], 1);
	expect(R.worker, "SELECT count(*) FROM talent.exam_plan", "1");
}

static void of_a_result_and_a_change_one_is_first(void **state)
{
	int n[5];
	registry_race(&R, (const char *const[]){SUBMIT("E", "A"), CHANGED("E", "'level', '3', 'note', 'x'")},
	              (const char *const[]){"stored", "changed", "replayed", "exam_has_results", "standing"}, n, 5);
	assert_true(n[0] <= 1); /* what was signed for the level that it had is not stored for another one */
	assert_true(n[1] <= 1 && n[0] + n[1] > 0);
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'exam_change'", n[1] ? "1" : "0");
	expect(R.worker, CHANGE("E", "'level', '5'"), n[0] ? "exam_has_results|" : "changed|");
}

static void of_64_changes_and_cancellations_each_is_judged_by_what_is_there(void **state)
{
	int n[4];
	registry_race(&R, (const char *const[]){CHANGED("F", "'level', '3'"), END("F", "'cancel', 'other'")},
	              (const char *const[]){"changed", "replayed", "exam_state", "cancelled"}, n, 4);
	assert_int_equal(n[3], 1);
	assert_true(n[0] <= 1);
	expect(R.worker, CHANGE("F", "'level', '5'"), "exam_state|");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_changed_is_announced_anew),
		CASE(standing_is_that_of_the_new_day_and_of_today),
		CASE(another_day_may_be_one_of_another_standard),
		CASE(what_was_held_an_administrator_changes),
		CASE(whoever_writes_is_held_to_it),
		CASE(ratios_are_compared),
		CASE(a_plan_is_filed_before_and_kept),
		CASE(of_64_plans_that_say_the_same_one_is_filed),
		CASE(a_changed_exam_asks_what_is_asked_by_then),
		CASE(with_a_roster_results_are_its_peoples),
		CASE(an_erasure_takes_who_stood_on_it),
		CASE(the_policy_asks_of_what_is_announced_from_then_on),
		CASE(nobody_else_changes_a_roster),
		CASE(of_64_clients_one_is_put_on_a_roster_or_taken_off),
		CASE(of_a_result_and_a_change_one_is_first),
		CASE(of_64_changes_and_cancellations_each_is_judged_by_what_is_there),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("exams", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
