/* test_jsonw - the writer's bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/json.h"
#include "text/jsonw.h"

static void writes_every_kind(void **state)
{
	struct buf b = BUF_INIT(4 * KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kcstr(&w, "name", "张伟");
	jsonw_kstr(&w, "none", SLICE_NONE);
	jsonw_kstr(&w, "empty", SLICE(""));
	jsonw_ki64(&w, "low", INT64_MIN);
	jsonw_kbool(&w, "yes", true);
	jsonw_kbool(&w, "no", false);
	jsonw_knull(&w, "null");
	jsonw_kraw(&w, "raw", SLICE("[1,{}]"));
	jsonw_karray(&w, "list");
	jsonw_end(&w);
	jsonw_karray(&w, "items");
	jsonw_i64(&w, 1);
	jsonw_object(&w);
	jsonw_end(&w);
	jsonw_array(&w);
	jsonw_null(&w);
	jsonw_end(&w);
	jsonw_cstr(&w, "x");
	jsonw_end(&w);
	jsonw_kobject(&w, "object");
	jsonw_ki64(&w, "a", -1);
	jsonw_end(&w);
	jsonw_kday(&w, "day", (struct day){20777});
	jsonw_kinstant(&w, "instant", (struct instant){0});
	jsonw_kuuid(&w, "id", (struct uuid){{0xAB}});
	jsonw_end(&w);
	assert_false(buf_failed(&b));
	char day[DAY_TEXT];
	day_format((struct day){20777}, day);
	assert_string_equal(day, "2026-11-20");
	buf_addc(&b, '\0');
	assert_string_equal(
		b.p, "{\"name\":\"张伟\",\"none\":null,\"empty\":\"\",\"low\":-9223372036854775808,"
		     "\"yes\":true,\"no\":false,\"null\":null,\"raw\":[1,{}],\"list\":[],"
		     "\"items\":[1,{},[null],\"x\"],\"object\":{\"a\":-1},\"day\":\"2026-11-20\","
		     "\"instant\":\"1970-01-01T00:00:00Z\","
		     "\"id\":\"ab000000-0000-0000-0000-000000000000\"}");
	buf_free(&b);
}

static void escapes(void **state)
{
	struct buf b = BUF_INIT(KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_cstr(&w, "\"\\/\b\f\n\r\t\x01\x1f\x7f·");
	buf_addc(&b, '\0');
	assert_string_equal(b.p, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f·\"");
	buf_free(&b);
}

/* Whatever bytes below 0x80 a string holds, the reader gets them back. */
static void reads_back(void **state)
{
	for (int c = 1; c < 128; c++) {
		char text[] = {'a', (char)c, 'b'};
		struct buf b = BUF_INIT(KIB);
		struct jsonw w;
		jsonw_init(&w, &b);
		jsonw_str(&w, slice_from(text, sizeof text));
		json_t *json;
		struct json_error_at err;
		assert_int_equal(json_read(buf_slice(&b), 1, &json, &err), 0);
		assert_true(slice_eq(json_text(json), slice_from(text, sizeof text)));
		json_decref(json);
		buf_free(&b);
	}
}

static void writes_decimals(void **state)
{
	struct buf b = BUF_INIT(KIB);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_array(&w);
	jsonw_decimal(&w, 6202, 2);
	jsonw_decimal(&w, -17, 1);
	jsonw_decimal(&w, -270, 1);
	jsonw_decimal(&w, -5, 1);
	jsonw_decimal(&w, 5, 2);
	jsonw_decimal(&w, 7, 0);
	jsonw_score(&w, 7850);
	jsonw_score(&w, 6000);
	jsonw_score(&w, 5999);
	jsonw_score(&w, 5);
	jsonw_score(&w, 0);
	jsonw_score(&w, 10000);
	jsonw_end(&w);
	buf_addc(&b, '\0');
	assert_string_equal(b.p, "[62.02,-1.7,-27.0,-0.5,0.05,7,78.5,60,59.99,0.05,0,100]");
	buf_free(&b);
}

static void fails_once_and_for_all(void **state)
{
	struct buf b = BUF_INIT(8);
	struct jsonw w;
	jsonw_init(&w, &b);
	jsonw_array(&w);
	for (int i = 0; i < 100; i++)
		jsonw_cstr(&w, "0123456789");
	jsonw_end(&w);
	assert_true(buf_failed(&b));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_kind),  cmocka_unit_test(escapes),
		cmocka_unit_test(reads_back),         cmocka_unit_test(writes_decimals),
		cmocka_unit_test(fails_once_and_for_all),
	};
	return cmocka_run_group_tests_name("text/jsonw", tests, NULL, NULL);
}
