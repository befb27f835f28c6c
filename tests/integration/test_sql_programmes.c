/* What it takes that a programme may be added as data: nothing is shown of it before it is filled with
 * what was recorded earlier, each unit under the day of its recording; results that come meanwhile are
 * counted once; areas, milestones and people trained. The recount must agree to the unit each time. */
#include "../lib/registry.h"

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

#include "../lib/cluster.h"
#include "base/attr.h"
#include "db/migrate.h"
#include "db/statement.h"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.owner, "UPDATE talent.accreditation SET valid_from = '2020-01-01'", "");
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E2', '5'), test.exam('E3', '3', NULL)",
	       "created|created|created");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

/* A programme of the whole city for a year around today, with every measure and one goal. */
static void add_programme(const char *slug)
{
	char sql[1000];
	snprintf(sql, sizeof sql,
	         "INSERT INTO talent.programme (slug, title, title_en, window_from, window_to, district_prefix,"
	         " position) VALUES ('%s', 'x', 'x', talent._today() - 365, talent._today() + 365, '31', 9);"
	         " INSERT INTO talent.programme_measure (programme, measure) SELECT '%s', name FROM"
	         " talent.measure; INSERT INTO talent.goal (programme, key, unit, target, measures, rule,"
	         " rule_version, position) VALUES ('%s', 'newly', 'people', 10, '{newly_certified}',"
	         " 'newly-certified', 1, 1)", slug, slug, slug);
	expect(R.owner, sql, "");
}

static void fill(const char *slug)
{
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT talent._programme_fill('%s')", slug);
	expect(R.owner, sql, "");
}

/* The goal's count as an answer has it; "" when nothing is shown. */
static void expect_newly(const char *slug, const char *as_of, const char *want)
{
	const char *got = "";
	PGresult *res = PQexecParams(R.worker, statements[Q_PROGRESS].text, 2, NULL,
	                             (const char *const[]){slug, as_of}, NULL, NULL, 0);
	assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
	for (int i = 0; i < PQntuples(res); i++)
		if (strcmp(PQgetvalue(res, i, PQfnumber(res, "goal")), "newly") == 0)
			got = PQgetvalue(res, i, PQfnumber(res, "count"));
	assert_string_equal(got, want);
	PQclear(res);
}

/* ---- opening ---- */

/* Unfilled it would count from nothing, and taking back what came before would show -1. */
static void a_programme_added_as_data(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "stored");
	add_programme("new");
	expect_newly("new", NULL, "");
	expect(R.worker, "SELECT test.annul('E1', 'A')", "annulled");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'C', 80, 80)", "stored");
	expect_newly("new", NULL, "");
	fill("new");
	expect_newly("new", NULL, "2");
	expect_audit(R.worker, "new", 8);
	expect(R.worker, "SELECT test.annul('E1', 'B')", "annulled");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'D', 80, 80)", "stored");
	expect_newly("new", NULL, "2");
	expect_audit(R.worker, "new", 8);
	expect_audit(R.worker, "shanghai-2025-27", 8);
}

/* `talentd migrate` fills what is open, says so, and has nothing to do the next time. */
static void report(void *arg, const char *line)
{
	*(int *)arg += strcmp(line, "filled new") == 0;
}

static void migrate_fills_it(void **state)
{
	char why[MIGRATE_TEXT];
	int filled = 0;
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	add_programme("new");
	for (int i = 0; i < 2; i++)
		if (migrate_run(cluster_conninfo(R.cluster, R.database, NULL), migration_set_builtin(), report,
		                &filled, why) != 0)
			fail_msg("%s", why);
	assert_int_equal(filled, 1);
	expect_newly("new", NULL, "1");
}

/* Counted anew, what was counted wrongly is right; a window that moved holds other people. */
static void filling_again(void **state)
{
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	add_programme("new");
	fill("new");
	expect(R.owner, "UPDATE talent.programme SET window_to = talent._today() - 1 WHERE slug = 'new'", "");
	expect(R.owner, "UPDATE talent.programme_measure SET filled_at = NULL WHERE programme = 'new'", "");
	expect_newly("new", NULL, "");
	fill("new");
	expect_newly("new", NULL, "0");
	expect_audit(R.worker, "new", 8);
}

/* ---- days of recording ---- */

static void happened(const char *days_ago, const char *sql, const char *want)
{
	static int moved;
	char shift[1200];
	if (moved++ == 0)
		expect(R.owner, "SET talent.maintenance = 'on'", "");
	expect(R.owner, sql, want);
	/* As if all that was written just now had been written then. */
	snprintf(shift, sizeof shift,
	         "SET session_replication_role = replica;"
	         " UPDATE talent.certificate SET recorded_at = now() - interval '%s days', issued_at = now()"
	         "  - interval '%s days', issued_on = talent._today() - %s WHERE recorded_at > now() - interval '1 hour';"
	         " UPDATE talent.certificate_version v SET issued_on = c.issued_on FROM talent.certificate c"
	         "  WHERE c.id = v.certificate;"
	         " UPDATE talent.assessment SET recorded_at = now() - interval '%s days'"
	         "  WHERE recorded_at > now() - interval '1 hour';"
	         " UPDATE talent.assessment SET annulled_on = talent._today() - %s WHERE annulled_on ="
	         "  talent._today();"
	         " UPDATE talent.certificate_event SET at = now() - interval '%s days' WHERE at > now() -"
	         "  interval '1 hour'; RESET session_replication_role",
	         days_ago, days_ago, days_ago, days_ago, days_ago, days_ago);
	cluster_sql(R.cluster, R.database, shift);
}

/* A is certified 9 days ago by E2 and 8 by E3; E2 annulled 6 days ago, E3 revoked 4 days ago; B is certified
 * 9 days ago and annulled on the same day; C 3 days ago. */
static void each_day_as_it_was_recorded(void **state)
{
	static const struct {
		int ago;
		const char *newly, *bucket;
	} days[] = {{10, "0", ""}, {9, "1", "5=1"}, {8, "1", "5=1"}, {7, "1", "5=1"}, {6, "1", "3=1"},
	            {5, "1", "3=1"}, {4, "0", ""}, {3, "1", "4=1"}, {0, "1", "4=1"}};
	happened("9", "SELECT outcome FROM test.submit('E2', 'A', 80, 80)", "stored");
	happened("9", "SELECT outcome FROM test.submit('E1', 'B', 80, 80)", "stored");
	happened("9", "SELECT test.annul('E1', 'B')", "annulled");
	happened("8", "SELECT outcome FROM test.submit('E3', 'A', 80, 80)", "stored");
	happened("6", "SELECT test.annul('E2', 'A')", "annulled");
	happened("4", "SELECT test.move('revoke', 'E3', 'A')", "revoked");
	happened("3", "SELECT outcome FROM test.submit('E1', 'C', 80, 80)", "stored");
	expect(R.owner, "RESET talent.maintenance", "");
	add_programme("new");
	fill("new");
	expect_audit(R.worker, "new", 8);
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		char sql[600];
		const char *day = ask(R.worker, (snprintf(sql, sizeof sql, "SELECT talent._today() - %d",
		                                         days[i].ago), sql));
		expect_newly("new", day, days[i].newly);
		snprintf(sql, sizeof sql,
		         "SELECT coalesce(string_agg(level || '=' || n, ' ' ORDER BY level), '') FROM (SELECT level,"
		         " sum(n) AS n FROM talent.count_total WHERE programme = 'new' AND measure ="
		         " 'newly_certified' AND day <= '%s' GROUP BY 1 HAVING sum(n) <> 0) x", day);
		expect(R.worker, sql, days[i].bucket);
	}
	expect_newly("new", NULL, "1");
	expect(R.worker, "SELECT string_agg(measure || '=' || n, ' ' ORDER BY measure) FROM talent.count_grand"
	       " WHERE programme = 'new' AND n <> 0",
	       "assessments_taken=2 certificates_company=1 certificates_skill_grade=2 mid_or_higher=1"
	       " newly_certified=1");
	/* Who stands for what is known as well: the one after it is counted by the difference. */
	expect(R.worker, "SELECT test.move('revoke', 'E1', 'C')", "revoked");
	expect_newly("new", NULL, "0");
	expect_audit(R.worker, "new", 8);
}

/* ---- meanwhile ---- */

/* A store holds its locks in an open transaction: filling waits, then sees what it stored; one that
 * comes behind the filling waits for it and counts itself. */
static void filling_between_two_stores(void **state)
{
	PGconn *a = registry_connect(&R, "talent_worker"), *b = registry_connect(&R, "talent_worker");
	PGconn *filling = registry_connect(&R, "talent_owner");
	add_programme("new");
	expect(b, "SET lock_timeout = '300s'; SET statement_timeout = '300s'", "");
	expect(a, "BEGIN", "");
	expect(a, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	start(filling, "SELECT talent._programme_fill('new')");
	until_waiting(&R, filling);
	start(b, "SELECT outcome FROM test.submit('E1', 'B', 80, 80)");
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(filling), "");
	assert_string_equal(finish(b), "stored");
	expect_newly("new", NULL, "2");
	expect_audit(R.worker, "new", 8);
	PQfinish(a);
	PQfinish(b);
	PQfinish(filling);
}

enum { CLIENTS = 4, RESULTS = 40, FILLINGS = 5 };

static bool next(PGconn *conn, int client, int *sent)
{
	char sql[160];
	if (*sent == RESULTS)
		return false;
	snprintf(sql, sizeof sql, "SELECT outcome FROM test.submit('E%d', 'P%d-%d', 80, 80)", 1 + *sent % 3, client,
	         *sent / 3);
	start(conn, sql);
	(*sent)++;
	return true;
}

/* Whole programmes are opened while four clients submit without a pause. */
static void filling_while_results_come(void **state)
{
	PGconn *conn[CLIENTS];
	int sent[CLIENTS] = {0};
	for (int i = 0; i < CLIENTS; i++) {
		conn[i] = registry_connect(&R, "talent_worker");
		expect(conn[i], "SET lock_timeout = '60s'; SET statement_timeout = '60s'", "");
	}
	for (int round = 0; round < RESULTS; round++) {
		for (int i = 0; i < CLIENTS; i++)
			assert_true(next(conn[i], i, &sent[i]));
		if (round % (RESULTS / FILLINGS) == 3) {
			char slug[16];
			snprintf(slug, sizeof slug, "new-%d", round);
			add_programme(slug);
			fill(slug);
		}
		for (int i = 0; i < CLIENTS; i++)
			assert_string_equal(finish(conn[i]), "stored");
	}
	for (int i = 0; i < CLIENTS; i++)
		PQfinish(conn[i]);
	for (int round = 3; round < RESULTS; round += RESULTS / FILLINGS) {
		char slug[16];
		snprintf(slug, sizeof slug, "new-%d", round);
		expect_audit(R.worker, slug, 8);
		expect_newly(slug, NULL, "56"); /* 14 people of each client */
	}
	expect_audit(R.worker, "shanghai-2025-27", 8);
}

/* ---- areas, people, milestones ---- */

static void an_organisation_is_in_one_area_on_a_day(void **state)
{
	static const char add[] = "INSERT INTO talent.organisation_area (organisation, area, valid_from, valid_to)"
	                          " SELECT id, 'expo', %s FROM talent.organisation WHERE slug = 'pujiang'";
	char sql[300];
	expect(R.owner, "INSERT INTO talent.area (slug, name, name_en) VALUES ('expo', 'x', 'x')", "");
	snprintf(sql, sizeof sql, add, "'2026-01-01', '2026-06-30'");
	expect(R.owner, sql, "");
	snprintf(sql, sizeof sql, add, "'2026-06-30', 'infinity'");
	expect_error(R.owner, sql, "23P01", "organisation_area_once");
	snprintf(sql, sizeof sql, add, "'2026-07-01', 'infinity'");
	expect(R.owner, sql, "");
}

/* shili is in Hongqiao, pujiang is not; what lies in no area has a bucket too, so that areas add up. */
static void areas_add_up(void **state)
{
	expect(R.owner, "UPDATE talent.programme SET window_to = '2099-12-31' WHERE slug = 'hongqiao-cbd-2026'", "");
	expect(R.worker, "SELECT test.exam_create(gen_random_uuid(), (SELECT id FROM talent.organisation WHERE"
	       " slug = 'pujiang'), 'PJ', NULL, '4-01-06-02', '2022', '直播销售员', '4', NULL,"
	       " talent._today() - 1, 0)", NULL);
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT outcome FROM test.submit('PJ', 'B', 80, 80)", "stored");
	expect(R.worker, "SELECT string_agg(x, ' ' ORDER BY x) FROM (SELECT programme || ' ' || area || '=' ||"
	       " sum(n) AS x FROM talent.count_delta WHERE measure = 'assessments_taken'"
	       " GROUP BY programme, area) y",
	       "hongqiao-cbd-2026 hongqiao-cbd=1 shanghai-2025-27 hongqiao-cbd=1 shanghai-2025-27 none=1");
	expect_audit(R.worker, "hongqiao-cbd-2026", 8);
	expect_audit(R.worker, "shanghai-2025-27", 8);
}

/* People, not participations: who completes twice counts once, where it was first. */
static void trained_people_are_people(void **state)
{
	expect(R.worker, "SELECT test.session('T1'), test.session('T2'), test.enrol('T1', 'A'), test.enrol('T2', 'A'),"
	       " test.enrol('T2', 'B')", "created|created|enrolled|enrolled|enrolled");
	expect(R.worker, "SELECT test.complete('T1', 104)", "completed|1");
	expect(R.worker, "SELECT test.complete('T2', 104)", "completed|2");
	expect(R.worker, "SELECT string_agg(measure || '=' || n, ' ' ORDER BY measure) FROM (SELECT measure, sum(n) AS n"
	       " FROM talent.count_delta WHERE programme = 'shanghai-2025-27' GROUP BY 1) x",
	       "sessions_completed=2 trained_people=2 training_completions=3");
	expect_audit(R.worker, "shanghai-2025-27", 8);
	add_programme("new");
	fill("new");
	expect_audit(R.worker, "new", 8);
}

static void a_milestone_is_reached_with_evidence(void **state)
{
	static const char set[] = "UPDATE talent.goal SET %s WHERE programme = 'hongqiao-cbd-2026' AND key = 'bases'";
	char sql[300];
	snprintf(sql, sizeof sql, set, "reached_on = '2026-01-01'");
	expect_error(R.owner, sql, "23514", "goal_number_or_milestone");
	snprintf(sql, sizeof sql, set, "reached_on = '2026-01-01', evidence = ' '");
	expect_error(R.owner, sql, "23514", "goal_number_or_milestone");
	snprintf(sql, sizeof sql, set, "target = 3");
	expect_error(R.owner, sql, "23514", "goal_number_or_milestone");
	snprintf(sql, sizeof sql, set, "reached_on = '2026-01-01', evidence = 'record 7'");
	expect(R.owner, sql, "");
}

/* What earlier versions took before its day is listed until it is annulled. */
static void untimely_records_are_listed(void **state)
{
	const char *untimely = statements[Q_PROGRESS_UNTIMELY].text;
	expect(R.worker, untimely, "");
	expect(R.worker, "SELECT outcome FROM test.submit('E1', 'A', 80, 80)", "stored");
	expect(R.worker, "SELECT test.session('T3'), test.complete('T3', 104)", "created|completed|0");
	expect(R.owner, "ALTER TABLE talent.exam DISABLE TRIGGER USER;"
	       "ALTER TABLE talent.training_session DISABLE TRIGGER USER;"
	       "UPDATE talent.exam SET held_on = talent._today() + 400 WHERE code = 'E1';"
	       "UPDATE talent.training_session SET ends_on = talent._today() + 9, title = 'Later' WHERE title = 'T3';"
	       "ALTER TABLE talent.exam ENABLE TRIGGER USER;"
	       "ALTER TABLE talent.training_session ENABLE TRIGGER USER", "");
	char sql[4000];
	snprintf(sql, sizeof sql, "SELECT string_agg(concat_ws(' ', what, organisation, name, recorded_on - talent._today(),"
	         " not_before - talent._today(), total), ', ') FROM (%s) x", untimely);
	expect(R.worker, sql, "completion_before_end qihang Later -1 9 2, result_before_exam shili E1 0 400 2");
	expect(R.worker, "SELECT test.annul('E1', 'A')", "annulled");
	expect(R.worker, sql, "completion_before_end qihang Later -1 9 1");
}

/* Sessions that another district's administrator sees, and people whom nobody has merged. */
static void what_is_doubtful_is_listed(void **state)
{
	char sql[4000];
	snprintf(sql, sizeof sql, "SELECT string_agg(concat_ws(' ', what, organisation, name, district, belongs_in,"
	         " array_length(string_to_array(ids, ','), 1), total), ', ' ORDER BY what) FROM (%s) x",
	         statements[Q_PROGRESS_DOUBTFUL].text);
	expect(R.worker, "SELECT test.session('T4'), test.session('T5')", NULL);
	expect(R.worker, sql, "");
	expect(R.owner, "UPDATE talent.training_session SET district = '310115' WHERE title = 'T4';"
	       "UPDATE talent.training_session SET district = '310115', state = 'cancelled' WHERE title = 'T5'", "");
	expect(R.worker, sql, "session_of_another_district qihang T4 310115 310104 1 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_doubtful_is_listed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_programme_added_as_data, setup, teardown),
		cmocka_unit_test_setup_teardown(migrate_fills_it, setup, teardown),
		cmocka_unit_test_setup_teardown(filling_again, setup, teardown),
		cmocka_unit_test_setup_teardown(each_day_as_it_was_recorded, setup, teardown),
		cmocka_unit_test_setup_teardown(filling_between_two_stores, setup, teardown),
		cmocka_unit_test_setup_teardown(filling_while_results_come, setup, teardown),
		cmocka_unit_test_setup_teardown(an_organisation_is_in_one_area_on_a_day, setup, teardown),
		cmocka_unit_test_setup_teardown(areas_add_up, setup, teardown),
		cmocka_unit_test_setup_teardown(trained_people_are_people, setup, teardown),
		cmocka_unit_test_setup_teardown(a_milestone_is_reached_with_evidence, setup, teardown),
		cmocka_unit_test_setup_teardown(untimely_records_are_listed, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_programmes", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
