/* The JSON of an assessment: as EXAMPLES show it, the same from the first writing and from rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "sql_statements.h"
#include "api/assessment_json.h"

#define VIEW_COLUMNS \
	"id exam_id state outcome failed_parts name id_type id_masked theory skill review attendance " \
	"publish_on withheld_reason withheld_number withheld_at"
#define CERTIFICATE_COLUMNS "kind number level title issuer_name issued_on code"
#define ID "3b9d6c1e-5a77-4e0b-9a53-6d2f0c8e4b10"
#define BEGIN(state, outcome, failed) \
	"{\"id\":\"" ID "\",\"exam_id\":\"" OFFICE_EXAM "\",\"state\":\"" state \
	"\",\"outcome\":\"" outcome "\",\"failed_parts\":[" failed "],\"candidate\":{\"name\":\"张伟\"," \
	"\"id_type\":\"resident_id\",\"id_number\":\"**************0014\"},"

/* Takes over both results. */
static void expect(PGresult *view, PGresult *certificates, const char *json)
{
	struct arena *a = arena_new(64 * KIB);
	struct buf out = BUF_INIT(64 * KIB);
	struct jsonw w;
	struct assessment_answer answer;
	assert_true(assessment_read(view, certificates, a, &answer));
	PQclear(view);
	PQclear(certificates);
	jsonw_init(&w, &out);
	assessment_write(&w, &answer, a, SLICE("https://localhost:8443"));
	buf_addc(&out, '\0');
	assert_string_equal(out.p, json);
	buf_free(&out);
	arena_free(a);
}

static PGresult *view(const char *state, const char *outcome, const char *failed,
                      const char *theory, const char *skill, const char *review,
                      const char *publish_on)
{
	bool withheld = strcmp(state, "withheld") == 0;
	return fake_conform(Q_ASSESSMENT_VIEW, FAKE_ROW(VIEW_COLUMNS, ID, OFFICE_EXAM, state, outcome, failed, "张伟", "resident_id",
	                "**************0014", theory, skill, review, theory ? "present" : "absent",
	                publish_on, withheld ? "already_certified" : NULL, withheld ? "S0" : NULL,
	                withheld ? "2026-12-01T02:03:04Z" : NULL));
}

static PGresult *certificates(int n, const char *const *cells)
{
	return fake_conform(Q_ASSESSMENT_CERTIFICATES, fake_rows(CERTIFICATE_COLUMNS, n, cells));
}

static void a_dual_pass(void **state)
{
	const char *const cells[] = {
		"skill_grade", "S000031000123264000001", "4", "互联网营销师 四级/中级工", "评价中心",
		"2026-11-20", "\\x00112233445566778899aabbccddeeff",
		"company", "XINGBO-2026-00000001", NULL, "星播 \"中级\"", "星播",
		"2026-11-20", "\\xffffffffffffffffffffffffffffffff",
	};
	expect(view("published", "pass", "", "78.5", "60", NULL, NULL),
	       certificates(2, cells),
	       BEGIN("published", "pass", "") "\"scores\":{\"theory\":78.5,\"skill\":60},"
	       "\"certificates\":[{\"kind\":\"skill_grade\",\"number\":\"S000031000123264000001\","
	       "\"level\":\"4\",\"title\":\"互联网营销师 四级/中级工\",\"issuer\":\"评价中心\","
	       "\"issued_on\":\"2026-11-20\",\"verification_code\":\"0024H36H2NCSVRH6DAQF6DVVQZ\","
	       "\"links\":{\"verify\":\"https://localhost:8443/v/0024H36H2NCSVRH6DAQF6DVVQZ\","
	       "\"credential\":\"/v1/certificates/S000031000123264000001/credential\","
	       "\"document\":\"/v1/certificates/S000031000123264000001/document.pdf\"}},"
	       "{\"kind\":\"company\",\"number\":\"XINGBO-2026-00000001\",\"level\":null,"
	       "\"title\":\"星播 \\\"中级\\\"\",\"issuer\":\"星播\",\"issued_on\":\"2026-11-20\","
	       "\"verification_code\":\"7ZZZZZZZZZZZZZZZZZZZZZZZZZ\","
	       "\"links\":{\"verify\":\"https://localhost:8443/v/7ZZZZZZZZZZZZZZZZZZZZZZZZZ\","
	       "\"credential\":\"/v1/certificates/XINGBO-2026-00000001/credential\","
	       "\"document\":\"/v1/certificates/XINGBO-2026-00000001/document.pdf\"}}]}");
}

static void the_other_outcomes(void **state)
{
	expect(view("published", "fail", "theory,skill", "59.5", "0", "60.25", NULL),
	       certificates(0, NULL),
	       BEGIN("published", "fail", "\"theory\",\"skill\"")
	       "\"scores\":{\"theory\":59.5,\"skill\":0,\"review\":60.25},\"certificates\":[]}");
	expect(view("published", "absent", "", NULL, NULL, NULL, NULL),
	       certificates(0, NULL),
	       BEGIN("published", "absent", "") "\"certificates\":[]}");
	expect(view("awaiting_publication", "pass", "", "78.5", "60", NULL, "2026-12-01"),
	       certificates(0, NULL),
	       BEGIN("awaiting_publication", "pass", "") "\"scores\":{\"theory\":78.5,\"skill\":60},"
	       "\"publish_on\":\"2026-12-01\",\"certificates\":[]}");
	expect(view("withheld", "pass", "", "78.5", "60", NULL, "2026-12-01"),
	       certificates(0, NULL),
	       BEGIN("withheld", "pass", "") "\"scores\":{\"theory\":78.5,\"skill\":60},"
	       "\"withheld\":{\"reason\":\"already_certified\",\"since\":\"2026-12-01T02:03:04Z\","
	       "\"certificate_number\":\"S0\"},\"certificates\":[]}");
	/* Once it is out the day of publication is no news. */
	expect(view("published", "pass", "", "78.5", "60", NULL, "2026-12-01"),
	       certificates(0, NULL),
	       BEGIN("published", "pass", "") "\"scores\":{\"theory\":78.5,\"skill\":60},"
	       "\"certificates\":[]}");
}

static void nothing_to_read(void **state)
{
	struct assessment_answer answer;
	struct arena *a = arena_new(64 * KIB), *full = arena_new(64);
	PGresult *none = fake_conform(Q_ASSESSMENT_VIEW, FAKE_NONE(VIEW_COLUMNS));
	PGresult *nobodys = certificates(0, NULL);
	PGresult *one = view("published", "pass", "", "78.5", "60", NULL, NULL);
	assert_false(assessment_read(none, nobodys, a, &answer));
	assert_false(assessment_read(one, nobodys, full, &answer));
	assert_true(arena_failed(full));
	PQclear(none);
	PQclear(nobodys);
	PQclear(one);
	arena_free(a);
	arena_free(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dual_pass),
		cmocka_unit_test(the_other_outcomes),
		cmocka_unit_test(nothing_to_read),
	};
	return cmocka_run_group_tests_name("assessment json", tests, NULL, NULL);
}
