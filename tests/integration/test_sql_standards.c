/* Standards and the dictionary: what is there from the start, what an exam is held under, and what no writer can
 * change or leave out. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct registry R;

static int setup(void **state)
{
	registry_open(&R);
	expect(R.owner, "UPDATE talent.accreditation SET valid_from = '2020-01-01'", "");
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

#define STANDARD(name) "(SELECT id FROM talent.standard WHERE name = '" name "')"
#define SALES STANDARD("互联网营销师/2021")

static void standards_at_hand(void **state)
{
	expect(R.worker, "SELECT string_agg(concat_ws(' ', name, occupation, edition, document, issued_on, printed_code,"
	       " valid_from, valid_to), ', ' ORDER BY valid_from) FROM talent.standard",
	       "互联网营销师/2021 4-01-06-02 2022 人社厅发〔2021〕79号 2021-10-15 4-01-02-07 2021-10-15, "
	       "电子商务师/2022 4-01-06-01 2022 人社厅发〔2022〕33号 2022-12-31, "
	       "全媒体运营师/2023 4-13-01-05 2022 人社厅发〔2023〕46号 2023-10-11 2023-10-11, "
	       "商务数据分析师/2024 4-07-02-05 2022 人社厅发〔2024〕15号 2024-02-06 2024-02-06, "
	       "用户增长运营师/2026 4-07-02-06 2022 人社厅发〔2026〕13号 2026-06-10");
	expect(R.worker, "SELECT string_agg(o.name, ' ' ORDER BY o.code) FROM talent.occupation o WHERE o.edition = '2022'"
	       " AND NOT EXISTS (SELECT FROM talent.standard s WHERE s.occupation = o.code AND s.edition = o.edition)",
	       "跨境电商运营管理师 供应链管理师 版权经纪人 网络主播");
	/* work types, levels and hours as they were without standards */
	expect(R.worker, "SELECT count(*) FROM (SELECT s.occupation, s.edition, l.work_type, l.level, l.min_hours"
	       " FROM talent.standard_level l JOIN talent.standard s ON s.id = l.standard"
	       " EXCEPT ALL SELECT occupation, edition, work_type, level, min_hours FROM talent.work_type_level) x", "0");
	expect(R.worker, "SELECT count(*), count(min_hours), sum(min_hours) FROM talent.standard_level", "37|18|1680");
}

static void an_exam_names_what_is_in_force(void **state)
{
	expect(R.worker, "SELECT test.exam('OLD', '4', NULL, '2021-10-15'), test.exam('E', '4', NULL)", "created|created");
	expect(R.worker, "SELECT string_agg(standard_name, ' ') FROM talent.exam_facts",
	       "互联网营销师/2021 互联网营销师/2021");
	expect(R.worker, "SELECT test.exam('X', '4', NULL, '2021-10-14')", "no_standard_in_force");
	/* sent again it is the same one, named or not; under another one it is another exam */
#define AGAIN(standard) \
	"SELECT outcome FROM talent.exam_create(NULL, 't', NULL, NULL, to_json(jsonb_populate_record(NULL::talent.new_exam," \
	" (SELECT to_jsonb(e) || '{\"standard\": " standard "}' FROM talent.exam e WHERE code = 'E'))))"
	expect(R.worker, AGAIN("null"), "replayed");
	expect(R.worker, AGAIN("\"互联网营销师/2021\""), "replayed");
	expect(R.worker, AGAIN("\"全媒体运营师/2023\""), "standard_differs");
}

/* An exam from before there were standards is the same one when it is sent again. */
static void an_exam_without_one(void **state)
{
	expect(R.worker, "SELECT test.exam('E', '4', NULL)", "created");
	expect(R.owner, "SET talent.maintenance = 'on'; UPDATE talent.exam SET standard = NULL, held_on = '2021-01-01'", "");
	expect(R.owner, "RESET talent.maintenance", "");
	expect(R.worker, AGAIN("null"), "replayed");
	expect(R.worker, "SELECT test.exam('E', '5', NULL, '2021-01-01')", "code_taken");
	/* it may be given one that is added later, once */
	expect(R.owner, "UPDATE talent.exam SET standard = " SALES, "");
	expect_error(R.owner, "UPDATE talent.exam SET standard = " STANDARD("电子商务师/2022"), "TA002", "exam_immutable");
	expect_error(R.owner, "UPDATE talent.exam SET standard = NULL", "TA002", "exam_immutable");
	expect_error(R.owner, "UPDATE talent.exam SET moved_on = talent._today()", "TA002", "exam_immutable");
}

#define COPY_EXAM(column, value) \
	"INSERT INTO talent.exam SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'code', 'C'," \
	" '" column "', " value "))).* FROM talent.exam e WHERE code = 'E'"
#define COPY_STANDARD(...) \
	"INSERT INTO talent.standard SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'name'," \
	" 'x/2020', " __VA_ARGS__ "))).* FROM talent.standard s WHERE name = '互联网营销师/2021'"

static void whoever_writes(void **state)
{
	expect(R.worker, "SELECT test.exam('E', '4', NULL)", "created");
	expect_error(R.owner, COPY_EXAM("held_on", "'2021-10-14'"), "23514", "exam_standard");
	expect_error(R.owner, COPY_EXAM("standard", STANDARD("电子商务师/2022")), "23514", "exam_standard");
	expect_error(R.owner, COPY_STANDARD("'valid_from', '2024-01-01'"), "23P01", "standard_alone");
	expect_error(R.owner, COPY_STANDARD("'valid_from', '2020-01-01', 'valid_to', '2021-10-15', 'issued_on', NULL"),
	             "23P01", "standard_alone");
	expect_error(R.owner, COPY_STANDARD("'valid_from', '2020-01-02', 'valid_to', '2020-01-01', 'issued_on', NULL"),
	             "23514", "standard_dates");
	expect_error(R.owner, "INSERT INTO talent.standard_version VALUES (" SALES ", 2, '2021-10-15')", "23514",
	             "standard_version_order");
	expect_error(R.owner, "INSERT INTO talent.standard_version VALUES (" SALES ", 3, '2027-01-01')", "23514",
	             "standard_version_order");
	expect(R.owner, "UPDATE talent.standard SET valid_to = '2026-12-31' WHERE name = '互联网营销师/2021'", "");
	expect_error(R.owner, "INSERT INTO talent.standard_version VALUES (" SALES ", 2, '2027-01-01')", "23514",
	             "standard_version_order");
	expect(R.owner, COPY_STANDARD("'valid_from', '2027-01-01', 'valid_to', NULL"), "");
	expect_error(R.owner, "UPDATE talent.standard SET document = 'x'", "TA002", "standard_immutable");
	expect_error(R.owner, "UPDATE talent.standard_level SET min_hours = 1", "TA002", "standard_level_immutable");
	expect_error(R.owner, "DELETE FROM talent.standard_work_type", "TA002", "standard_work_type_immutable");
	expect_error(R.owner, "DELETE FROM talent.standard", "TA002", "standard_immutable");
}

#define VERSION(day, hours) \
	"SELECT outcome FROM talent.standard_version_add(NULL, 't', NULL, NULL, json_build_object('standard', " SALES "," \
	" 'valid_from', talent._today() + " day ", 'work_types', '[{\"slug\": \"livestream-sales\", \"name\": \"直播销售员\"," \
	" \"name_en\": \"x\", \"levels\": [{\"level\": \"4\", \"min_hours\": " hours "}, {\"level\": \"3\"}]}]'::json))"
#define END(day) "SELECT outcome FROM talent.standard_end(NULL, 't', NULL, NULL, " SALES ", talent._today() + " day ", false, NULL)"
#define ON_DAY(code, level, day) "SELECT test.exam('" code "', '" level "', NULL, talent._today() + " day ")"
#define VERSION_ON(day) "SELECT talent._standard_version(" SALES ", talent._today() + " day ")"

/* Up to the day before, the version before; what is signed is called as ever. */
static void the_version_of_the_day(void **state)
{
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = NULL", "");
	expect(R.worker, VERSION("10", "100"), "created");
	expect(R.worker, VERSION("20", "90"), "created");
	expect(R.worker, VERSION_ON("9"), "1");
	expect(R.worker, VERSION_ON("10"), "2");
	expect(R.worker, VERSION_ON("19"), "2");
	expect(R.worker, VERSION_ON("20"), "3");
	expect(R.worker, ON_DAY("A", "5", "9"), "created");
	expect(R.worker, ON_DAY("B", "5", "10"), "level_not_offered");
	expect(R.worker, ON_DAY("C", "4", "10"), "created");
	expect(R.worker, END("30"), "ended");
	expect(R.worker, VERSION_ON("30"), "3");
	expect(R.worker, VERSION_ON("31"), "");
	expect(R.worker, ON_DAY("D", "4", "31"), "no_standard_in_force");
	/* the day may be moved, as long as nothing is announced for later */
	expect(R.worker, END("40"), "ended");
	expect(R.worker, ON_DAY("D", "4", "31"), "created");
	expect(R.worker, END("30"), "standard_in_use");
	expect(R.worker, "SELECT string_agg(DISTINCT title, '|') FROM talent.exam_facts WHERE level = '4'",
	       "互联网营销师 直播销售员 四级/中级工");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE object = " SALES " AND action = 'standard_end'", "2");
}

/* Whoever comes second sees what the first one did: an exam and the end or the version that would leave it
 * without. */
static void second_comes_after_first(void **state)
{
	PGconn *a = registry_connect(&R, "talent_worker"), *b = registry_connect(&R, "talent_worker");
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = NULL", "");
	expect(a, "BEGIN", "");
	expect(a, ON_DAY("A", "5", "10"), "created");
	start(b, END("5"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "standard_in_use");
	expect(a, "BEGIN", "");
	expect(a, ON_DAY("B", "5", "20"), "created");
	start(b, VERSION("15", "90"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "standard_in_use");
	expect(a, "BEGIN", "");
	expect(a, END("20"), "ended");
	start(b, ON_DAY("C", "5", "21"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "no_standard_in_force");
	/* two ends: the second one moves the first */
	expect(a, "BEGIN", "");
	expect(a, END("25"), "ended");
	start(b, END("30"));
	until_waiting(&R, b);
	expect(a, "COMMIT", "");
	assert_string_equal(finish(b), "ended");
	expect(R.worker, "SELECT valid_to - talent._today() FROM talent.standard WHERE id = " SALES, "30");
	PQfinish(a);
	PQfinish(b);
}

enum { CLIENTS = 64 };

#define NEXT "互联网营销师/2099"
#define MOVE \
	"SELECT outcome FROM talent.exam_move(NULL, 't', NULL, NULL, (SELECT id FROM talent.exam WHERE code = 'E'), '" NEXT \
	"', NULL, 'x')"
#define END_OF(standard, day) \
	"SELECT outcome FROM talent.standard_end(NULL, 't', NULL, NULL, " standard ", talent._today() + " day ", false, NULL)"

/* A successor of SALES in another edition, in force from the tenth day on; E is announced for the twentieth. */
static void successor_make(void)
{
	expect(R.owner, "UPDATE talent.accreditation SET valid_to = NULL;"
	       "INSERT INTO talent.occupation VALUES ('4-01-06-02', '2099', '互联网营销师', 'x')", "");
	expect(R.worker, "SELECT outcome FROM talent.standard_create(NULL, 't', NULL, NULL, json_build_object('id',"
	       " '0d0000aa-0000-4000-8000-000000000002', 'name', '" NEXT "', 'occupation', '4-01-06-02', 'edition', '2099',"
	       " 'document', 'x', 'issued_on', talent._today(), 'valid_from', talent._today() + 10, 'work_types',"
	       " '[{\"slug\": \"livestream-sales\", \"name\": \"直播销售员\", \"name_en\": \"x\", \"levels\":"
	       " [{\"level\": \"4\"}]}]'::json))", "created");
	expect(R.owner, "INSERT INTO talent.accreditation SELECT (jsonb_populate_record(a, jsonb_build_object('id',"
	       " gen_random_uuid(), 'edition', '2099', 'levels', ARRAY['4']))).* FROM talent.accreditation a JOIN talent.exam e ON e.code = 'E'"
	       " AND a.body = e.body AND (a.occupation, a.edition, a.work_type) = (e.occupation, e.edition, e.work_type)", "");
}

static int said(char *const *answers, int first, const char *word)
{
	int n = 0;
	for (int i = first; i < CLIENTS; i += 3)
		n += strcmp(answers[i], word) == 0;
	return n;
}

/* 64 at once move an exam to the standard that follows, end its own before the day of the exam, and end the one that
 * follows before it: whoever is first, the exam is under a standard that is in force on its day, everybody was told
 * the same of that, and what happened is in the history once. */
static void moved_while_its_standard_ends(void **state)
{
	static const char *const asks[] = {MOVE, END_OF(SALES, "19"), END_OF(STANDARD(NEXT), "19")};
	PGconn *conns[CLIENTS];
	char *answers[CLIENTS];
	expect(R.worker, ON_DAY("E", "4", "20"), "created");
	successor_make();
	for (int i = 0; i < CLIENTS; i++) {
		conns[i] = registry_connect(&R, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'", "");
		expect(conns[i], "SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < CLIENTS; i++)
		start(conns[i], asks[i % 3]);
	for (int i = 0; i < CLIENTS; i++) {
		answers[i] = strdup(finish(conns[i]));
		PQfinish(conns[i]);
	}
	const int movers = (CLIENTS + 2) / 3, enders = (CLIENTS + 1) / 3, enders_of_next = CLIENTS / 3;
	bool moved = said(answers, 0, "moved") == 1;
	if (moved) {
		assert_int_equal(said(answers, 0, "replayed"), movers - 1);
		assert_int_equal(said(answers, 2, "standard_in_use"), enders_of_next);
		/* whoever asked before it was moved was refused; the first one behind that ended it */
		int ended = said(answers, 1, "ended");
		assert_in_range(ended, 0, 1);
		assert_int_equal(said(answers, 1, "standard_in_use") + ended + (ended ? said(answers, 1, "replayed") : 0), enders);
		expect(R.worker, END_OF(SALES, "19"), ended ? "replayed" : "ended");
	} else {
		assert_int_equal(said(answers, 0, "standard_not_in_force"), movers);
		assert_int_equal(said(answers, 1, "standard_in_use"), enders);
		assert_int_equal(said(answers, 2, "ended"), 1);
		assert_int_equal(said(answers, 2, "replayed"), enders_of_next - 1);
	}
	expect(R.worker, "SELECT s.name, e.standing FROM talent.exam_facts e JOIN talent.standard s ON s.name = e.standard_name"
	       " WHERE e.held_on BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity')",
	       moved ? NEXT "|ok" : "互联网营销师/2021|ok");
	expect(R.worker, "SELECT string_agg(action, ' ' ORDER BY action) FROM talent.audit WHERE action IN ('exam_move',"
	       " 'standard_end')", moved ? "exam_move standard_end" : "standard_end");
	for (int i = 0; i < CLIENTS; i++)
		free(answers[i]);
}

/* An occupation whose standard was not at hand: what was held under it comes under it. */
static void a_standard_that_was_missing(void **state)
{
	expect(R.owner, "INSERT INTO talent.work_type VALUES ('4-13-01-10', '2022', 'live', '直播', 'live');"
	       "INSERT INTO talent.work_type_level VALUES ('4-13-01-10', '2022', 'live', '4', NULL),"
	       " ('4-13-01-10', '2022', 'live', '3', NULL);"
	       "ALTER TABLE talent.exam DISABLE TRIGGER USER;"
	       "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district)"
	       " SELECT gen_random_uuid(), o.id, x.code, '4-13-01-10', '2022', 'live', x.level, x.day::date, o.district"
	       " FROM talent.organisation o, (VALUES ('IN', '4', '2025-01-01'), ('BEFORE', '4', '2024-12-31'),"
	       " ('ELSE', '3', '2025-01-02')) x (code, level, day) WHERE o.slug = 'shili';"
	       "ALTER TABLE talent.exam ENABLE TRIGGER USER", "");
	expect(R.worker, "SELECT outcome FROM talent.standard_create(NULL, 't', NULL, NULL, '{\"id\": "
	       "\"0d0000aa-0000-4000-8000-000000000001\", \"name\": \"网络主播/2025\", \"occupation\": \"4-13-01-10\","
	       " \"edition\": \"2022\", \"document\": \"x\", \"issued_on\": \"2025-01-01\", \"valid_from\": \"2025-01-01\","
	       " \"work_types\": [{\"slug\": \"live\", \"name\": \"直播\", \"name_en\": \"x\", \"levels\":"
	       " [{\"level\": \"4\"}]}]}')", "created");
	expect(R.worker, "SELECT string_agg(concat_ws(' ', code, standard_name), ', ' ORDER BY code) FROM talent.exam_facts"
	       " WHERE occupation = '4-13-01-10'", "BEFORE, ELSE, IN 网络主播/2025");
	expect(R.worker, "SELECT name_en FROM talent.work_type WHERE slug = 'live'", "live");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(standards_at_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(an_exam_names_what_is_in_force, setup, teardown),
		cmocka_unit_test_setup_teardown(an_exam_without_one, setup, teardown),
		cmocka_unit_test_setup_teardown(whoever_writes, setup, teardown),
		cmocka_unit_test_setup_teardown(the_version_of_the_day, setup, teardown),
		cmocka_unit_test_setup_teardown(second_comes_after_first, setup, teardown),
		cmocka_unit_test_setup_teardown(moved_while_its_standard_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(a_standard_that_was_missing, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_standards", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
