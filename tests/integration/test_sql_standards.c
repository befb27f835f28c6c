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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(standards_at_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(an_exam_names_what_is_in_force, setup, teardown),
		cmocka_unit_test_setup_teardown(an_exam_without_one, setup, teardown),
		cmocka_unit_test_setup_teardown(whoever_writes, setup, teardown),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_standards", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
