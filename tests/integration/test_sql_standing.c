/* Standing in time: whoever holds an exam is in standing on the day it is held and on the day it is announced,
 * and what was announced after it was held needs an administrator. Nobody can issue by announcing old dates, or
 * before his time. */
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

#include <stdio.h>

#include "../lib/cluster.h"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

#define DAY(n) "talent._today() " n
#define ANNOUNCE(code, partner, on) "SELECT test.exam('" code "', '4', " partner ", " DAY(on) ")"
#define SHILI "(SELECT id FROM talent.organisation WHERE slug = 'shili')"
/* As the body itself does, who has no reason to give. */
#define BY_BODY(code, on) \
	"SELECT outcome FROM talent.exam_create(NULL, 't', NULL, NULL, to_json(jsonb_populate_record(" \
	"NULL::talent.new_exam, jsonb_build_object('id', gen_random_uuid(), 'body', " SHILI ", 'code', '" code "'," \
	" 'occupation', '4-01-06-02', 'edition', '2022', 'work_type', 'livestream-sales', 'level', '4'," \
	" 'held_on', " DAY(on) ", 'publicity_days', 0))))"
#define SUBMIT(code, who) "SELECT concat_ws('|', outcome, other) FROM test.submit('" code "', '" who "', 80, 80)"
#define EVERY(noun, from, to) \
	"UPDATE talent." noun " SET valid_from = " DAY(from) ", valid_to = " DAY(to)
/* As if it had been announced on that day. */
#define ANNOUNCED(code, on) \
	"SET talent.maintenance = 'on'; UPDATE talent.exam SET announced_on = " on " WHERE code = '" code "';" \
	"RESET talent.maintenance"

static const struct {
	const char *noun, *expired, *from_next_spring, *refusal;
} nouns[] = {
#define NOUN(noun, refusal) {noun, EVERY(noun, "- 700", "- 1"), EVERY(noun, "+ 100", "+ 700"), "standing|" refusal}
	NOUN("accreditation", "not_accredited"),
	NOUN("recognition", "recognition_not_in_force"),
	NOUN("agreement", "agreement_not_in_force"),
};
enum { NOUNS = sizeof nouns / sizeof nouns[0] };

/* In a transaction that is rolled back. */
static void in_standing(const char *standing, const char *announce, const char *want)
{
	expect(R.owner, "BEGIN", "");
	expect(R.owner, standing, "");
	expect(R.owner, announce, want);
	expect(R.owner, "ROLLBACK", "");
}

static void whose_time_is_over_announces_no_old_date(void **state)
{
	for (int i = 0; i < NOUNS; i++)
		in_standing(nouns[i].expired, ANNOUNCE("X", "'xingbo'", "- 1"), nouns[i].refusal);
	expect(R.worker, ANNOUNCE("X", "'xingbo'", "- 1"), "created");
}

static void whose_time_has_not_come_announces_nothing_today(void **state)
{
	for (int i = 0; i < NOUNS; i++)
		in_standing(nouns[i].from_next_spring, ANNOUNCE("X", "'xingbo'", "+ 120"), nouns[i].refusal);
	expect(R.worker, ANNOUNCE("X", "'xingbo'", "+ 120"), "created");
}

/* One after the other makes a whole. */
static void one_follows_another(void **state)
{
	expect(R.owner, EVERY("accreditation", "- 700", "+ 10"), "");
	expect(R.worker, ANNOUNCE("X", "NULL", "+ 20"), "standing|not_accredited");
	expect(R.owner, "INSERT INTO talent.accreditation (id, body, occupation, edition, work_type, levels, valid_from)"
	                " SELECT gen_random_uuid(), " SHILI ", '4-01-06-02', '2022', 'livestream-sales', '{4}', "
	                DAY("+ 11"), "");
	expect(R.worker, ANNOUNCE("X", "NULL", "+ 20"), "created");
	/* the one of the day it was announced is suspended: it stops too */
	expect(R.owner, "UPDATE talent.accreditation SET suspended_at = now() WHERE valid_to IS NOT NULL", "");
	expect(R.worker, "SELECT standing FROM talent.exam_facts WHERE code = 'X'", "not_accredited");
}

/* Of the noun two, from and to, and from then on for ever: what covers the work on some days. */
static void two_windows(const char *noun, int from, int to, int again)
{
	char sql[1600];
	expect(R.owner, "BEGIN", "");
	snprintf(sql, sizeof sql,
	         "UPDATE talent.%s SET valid_from = talent._today() + %d, valid_to = talent._today() + %d;"
	         "INSERT INTO talent.%s SELECT (jsonb_populate_record(x, jsonb_build_object('id', md5(x.id::text)::uuid,"
	         " 'valid_from', talent._today() + %d, 'valid_to', NULL))).* FROM talent.%s x", noun, from, to, noun, again, noun);
	expect(R.owner, sql, "");
	if (strcmp(noun, "agreement") == 0)
		expect(R.owner, "INSERT INTO talent.agreement_title SELECT (jsonb_populate_record(x, jsonb_build_object("
		                "'agreement', md5(x.agreement::text)::uuid))).* FROM talent.agreement_title x", "");
}

/* The day of the exam and today, on which it is announced, before, on and behind each edge of two windows that follow
 * each other at once or after a gap: both days are covered, by one or by two, or it is refused. */
static void every_day_and_its_neighbours(void **state)
{
	for (int noun = 0; noun < NOUNS; noun++)
		for (int i = 0; i < 3 * 2 * 3; i++) {
			const int from = i % 3 - 1, to = from + i / 3 % 2, again = to + 1 + i / 6;
			two_windows(nouns[noun].noun, from, to, again);
			for (int held = -1; held <= 3; held++) {
				char sql[200];
				const bool today = (from <= 0 && to >= 0) || again <= 0;
				const bool then = (from <= held && to >= held) || again <= held;
				snprintf(sql, sizeof sql, "SELECT test.exam('X%d', '4', 'xingbo', talent._today() + %d)", held + 1, held);
				expect(R.owner, sql, today && then ? "created" : nouns[noun].refusal);
			}
			expect(R.owner, "ROLLBACK", "");
		}
}

#define SITE "(SELECT id FROM talent.site WHERE organisation = " SHILI " AND code = "
#define ACCREDITED(site, standard) \
	"INSERT INTO talent.accreditation (id, body, occupation, edition, work_type, levels, valid_from, site, standard)" \
	" SELECT gen_random_uuid(), " SHILI ", '4-01-06-02', '2022', 'livestream-sales', '{4}', talent._today(), " site \
	", (SELECT id FROM talent.standard WHERE name = " standard ")"
#define AT(code, site) \
	"SELECT concat_ws('|', outcome, other) FROM talent.exam_create(NULL, 't', NULL, NULL, to_json(jsonb_populate_record(" \
	"NULL::talent.new_exam, jsonb_build_object('id', gen_random_uuid(), 'body', " SHILI ", 'code', '" code "'," \
	" 'occupation', '4-01-06-02', 'edition', '2022', 'work_type', 'livestream-sales', 'level', '4'," \
	" 'held_on', talent._today(), 'publicity_days', 0, 'site', " site "))))"

/* One site's accreditation is not the other's; one standard's neither. */
static void by_site_and_standard(void **state)
{
	expect(R.owner, "INSERT INTO talent.site (id, organisation, code, name, district, number_mode) VALUES"
	                " (gen_random_uuid(), " SHILI ", 'second', 'Second', '310105', 'supplied')", "");
	expect(R.owner, EVERY("accreditation", "- 700", "- 1"), "");
	expect(R.owner, ACCREDITED(SITE "'second')", "NULL"), "");
	expect(R.worker, AT("A", SITE "'main')"), "standing|not_accredited");
	expect(R.worker, AT("A", SITE "'second')"), "created");
	/* none of the second site's, none of all sites; another site's, yes */
	expect_error(R.owner, ACCREDITED(SITE "'second')", "NULL"), "23P01", "accreditation_overlap");
	expect_error(R.owner, ACCREDITED("NULL", "NULL"), "23P01", "accreditation_overlap");
	expect_error(R.owner, ACCREDITED("(SELECT id FROM talent.site WHERE organisation <> " SHILI " LIMIT 1)", "NULL"), "23503",
	             "accreditation_site_of_body");
	expect_error(R.owner, ACCREDITED(SITE "'main')", "'全媒体运营师/2023'"), "23503", "accreditation_standard_of_occupation");
	expect(R.owner, ACCREDITED(SITE "'main')", "'互联网营销师/2021'"), "");
	expect(R.worker, AT("B", SITE "'main')"), "created");
	expect(R.owner, "SET talent.maintenance = 'on'; UPDATE talent.exam SET standard = NULL WHERE code = 'B';"
	                "RESET talent.maintenance", "");
	expect(R.worker, "SELECT standing FROM talent.exam_facts WHERE code = 'B'", "not_accredited");
}

#define RECOGNISED(work_type, standard) \
	"INSERT INTO talent.recognition (id, company, occupation, edition, work_type, levels, valid_from, standard)" \
	" SELECT gen_random_uuid(), (SELECT id FROM talent.organisation WHERE slug = 'xingbo'), '4-01-06-02', '2022'," \
	" " work_type ", '{4}', talent._today(), (SELECT id FROM talent.standard WHERE name = " standard ")"

/* A company that is recognised for one work type, or under one standard, is for no other. */
static void a_recognition_by_work_type_and_standard(void **state)
{
	expect(R.owner, EVERY("recognition", "- 700", "- 1"), "");
	expect(R.owner, RECOGNISED("'product-selection'", "NULL"), "");
	expect(R.worker, ANNOUNCE("A", "'xingbo'", ""), "standing|recognition_not_in_force");
	expect_error(R.owner, RECOGNISED("NULL", "NULL"), "23P01", "recognition_overlap");
	expect_error(R.owner, RECOGNISED("'product-selection'", "'互联网营销师/2021'"), "23P01", "recognition_overlap");
	expect_error(R.owner, RECOGNISED("'livestream-sales'", "'全媒体运营师/2023'"), "23503",
	             "recognition_standard_of_occupation");
	expect(R.owner, RECOGNISED("'livestream-sales'", "'互联网营销师/2021'"), "");
	expect(R.worker, ANNOUNCE("A", "'xingbo'", ""), "created");
	expect(R.owner, "SET talent.maintenance = 'on'; UPDATE talent.exam SET standard = NULL WHERE code = 'A';"
	                "RESET talent.maintenance", "");
	expect(R.worker, "SELECT standing FROM talent.exam_facts WHERE code = 'A'", "recognition_not_in_force");
}

static void announced_after_it_was_held(void **state)
{
	expect(R.worker, BY_BODY("X", "- 1"), "announced_late");
	expect(R.worker, BY_BODY("X", ""), "created");
	expect(R.worker, BY_BODY("Y", "+ 1"), "created");
	expect(R.worker, ANNOUNCE("Z", "NULL", "- 1"), "created");
	expect(R.worker, "SELECT late_reason FROM talent.exam WHERE code = 'Z'", "announced late");
	expect(R.worker, "SELECT detail ->> 'late_reason' FROM talent.audit WHERE object = test.exam_id('Z')", "announced late");
	/* one that was announced in time is the same one when it is sent again later */
	expect(R.owner, "SET talent.maintenance = 'on'; UPDATE talent.exam SET held_on = " DAY("- 3") ", announced_on = "
	       DAY("- 9") " WHERE code = 'X'; RESET talent.maintenance", "");
	expect(R.worker, BY_BODY("X", "- 3"), "replayed");
	expect(R.worker, BY_BODY("X", "- 2"), "code_taken");
}

#define COPY(id, more) \
	"INSERT INTO talent.exam SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'code', '" id \
	"', " more "))).* FROM talent.exam e WHERE code = 'E'"

/* Raw SQL obeys; who announced is not chosen; what was announced stays so. */
static void whoever_writes(void **state)
{
	expect(R.worker, ANNOUNCE("E", "'xingbo'", ""), "created");
	expect_error(R.owner, COPY("X", "'held_on', " DAY("- 1")), "23514", "exam_announced_late");
	expect(R.owner, COPY("X", "'announced_on', " DAY("- 100")), "");
	expect(R.worker, "SELECT announced_on = talent._today() FROM talent.exam WHERE code = 'X'", "t");
	for (int i = 0; i < NOUNS; i++) {
		expect(R.owner, "BEGIN", "");
		expect(R.owner, nouns[i].from_next_spring, "");
		expect_error(R.owner, COPY("Y", "'held_on', " DAY("+ 120")), "23514", "exam_standing");
		expect(R.owner, "ROLLBACK", "");
	}
	expect_error(R.owner, "UPDATE talent.exam SET announced_on = NULL", "TA002", "exam_immutable");
	expect_error(R.owner, "UPDATE talent.exam SET late_reason = 'x'", "TA002", "exam_immutable");
}

/* An exam that was announced and held in time: its results may follow. A suspension stops them. */
static void results_follow_the_end(void **state)
{
	expect(R.worker, ANNOUNCE("E", "'xingbo'", "- 3"), "created");
	expect(R.owner, ANNOUNCED("E", DAY("- 9")), "");
	for (int i = 0; i < NOUNS; i++)
		expect(R.owner, nouns[i].expired, "");
	expect(R.worker, SUBMIT("E", "A"), "stored");
	expect(R.worker, ANNOUNCE("F", "'xingbo'", ""), "standing|not_accredited");
	expect(R.owner, "UPDATE talent.accreditation SET suspended_at = now()", "");
	expect(R.worker, SUBMIT("E", "B"), "standing|accreditation_suspended");
	expect(R.worker, "SELECT string_agg(state, ' ') FROM talent.certificate_state", "valid valid");
}

/* What was announced before this rule, or is recorded history: the day it was held alone counts. */
static void announced_nobody_knows_when(void **state)
{
	expect(R.worker, ANNOUNCE("E", "'xingbo'", "- 3"), "created");
	expect(R.owner, ANNOUNCED("E", "NULL"), "");
	for (int i = 0; i < NOUNS; i++)
		expect(R.owner, nouns[i].expired, "");
	expect(R.worker, SUBMIT("E", "A"), "stored");
}

static void an_agreement_that_does_not_cover_the_level(void **state)
{
	expect(R.owner, "DELETE FROM talent.agreement_title WHERE level = '4'", "");
	expect(R.worker, ANNOUNCE("E", "'xingbo'", ""), "level_not_agreed");
	expect(R.worker, "SELECT test.exam('E', '3')", "created");
	expect(R.owner, "UPDATE talent.agreement SET suspended_at = now()", "");
	expect(R.worker, ANNOUNCE("F", "'xingbo'", ""), "standing|agreement_not_in_force");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whose_time_is_over_announces_no_old_date, setup, teardown),
		cmocka_unit_test_setup_teardown(whose_time_has_not_come_announces_nothing_today, setup, teardown),
		cmocka_unit_test_setup_teardown(one_follows_another, setup, teardown),
		cmocka_unit_test_setup_teardown(every_day_and_its_neighbours, setup, teardown),
		cmocka_unit_test_setup_teardown(by_site_and_standard, setup, teardown),
		cmocka_unit_test_setup_teardown(a_recognition_by_work_type_and_standard, setup, teardown),
		cmocka_unit_test_setup_teardown(announced_after_it_was_held, setup, teardown),
		cmocka_unit_test_setup_teardown(whoever_writes, setup, teardown),
		cmocka_unit_test_setup_teardown(results_follow_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(announced_nobody_knows_when, setup, teardown),
		cmocka_unit_test_setup_teardown(an_agreement_that_does_not_cover_the_level, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_standing", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
