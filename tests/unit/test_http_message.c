/* test_http_message.c - looking into heads, writing responses, naming requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "http/head.h"
#include "http/request_id.h"
#include "http/response.h"

/* ---- decoding ---- */

static const struct {
	const char *in, *out; /* out NULL = refused */
	bool plus;
} escapes[] = {
	{"abc", "abc", false},      {"a+b", "a+b", false},     {"a+b", "a b", true},
	{"%41%62", "Ab", false},    {"%e5%BC%A0", "张", false}, {"", "", false},
	{"%F0%A0%AE%B7", "𠮷", false}, {"%", NULL, false},      {"%4", NULL, false},
	{"%zz", NULL, false},       {"%00", NULL, false},      {"%0a", NULL, false},
	{"%7F", NULL, false},       {"%ff", NULL, false},      {"%c0%af", NULL, false},
	{"%ed%a0%80", NULL, false}, {"%e5%bc", NULL, false},   {"%f4%90%80%80", NULL, false},
	{"\xe5\xbc", NULL, false},  {"%2f", "/", false},
};

static void decodes(void **state)
{
	struct arena *a = arena_new(4096);
	for (size_t i = 0; i < ARRAY_LEN(escapes); i++) {
		struct slice out = SLICE_NONE;
		int e = http_decode(slice_of(escapes[i].in), escapes[i].plus, a, &out);
		assert_int_equal(e, escapes[i].out ? 0 : E_SYNTAX);
		if (escapes[i].out)
			assert_true(slice_is(out, escapes[i].out));
	}
	arena_free(a);
}

static void finds_query_parameters(void **state)
{
	struct arena *a = arena_new(4096);
	struct http_head h = {.query = SLICE("a=1&b=%E5%BC%A0+x&empty=&flag&a=2&bad=%")};
	struct slice v;
	assert_int_equal(http_query(&h, "a", a, &v), 0);
	assert_true(slice_is(v, "1"));
	assert_int_equal(http_query(&h, "b", a, &v), 0);
	assert_true(slice_is(v, "张 x"));
	assert_int_equal(http_query(&h, "empty", a, &v), 0);
	assert_int_equal(v.n, 0);
	assert_int_equal(http_query(&h, "flag", a, &v), 0);
	assert_int_equal(v.n, 0);
	assert_int_equal(http_query(&h, "none", a, &v), E_ABSENT);
	assert_int_equal(http_query(&h, "bad", a, &v), E_SYNTAX);
	h.query = SLICE_NONE;
	assert_int_equal(http_query(&h, "a", a, &v), E_ABSENT);
	arena_free(a);
}

static void finds_headers(void **state)
{
	struct http_field fields[] = {
		{SLICE("accept"), SLICE("a")}, {SLICE("x"), SLICE_NONE}, {SLICE("accept"), SLICE("b")}};
	struct http_head h = {.n_fields = ARRAY_LEN(fields), .fields = fields};
	assert_true(slice_is(http_header(&h, "accept"), "a"));
	assert_int_equal(http_header_count(&h, "accept"), 2);
	assert_non_null(http_header(&h, "x").p); /* empty, but there */
	assert_null(http_header(&h, "y").p);
	assert_true(http_list_has(SLICE("a, Close ,b"), "close"));
	assert_false(http_list_has(SLICE("closed"), "close"));
	assert_false(http_list_has(SLICE_NONE, "close"));
}

/* ---- responses ---- */

static struct buf written(const struct http_response *r, struct response_manner m)
{
	struct buf out = BUF_INIT(4096);
	assert_int_equal(response_write(r, &m, &out), 0);
	buf_addc(&out, '\0');
	return out;
}

static void writes_responses(void **state)
{
	struct http_response r = {.status = 200, .content_type = "text/plain", .body = SLICE("hi")};
	response_header(&r, "ETag", SLICE("\"1\""));
	struct buf out = written(&r, (struct response_manner){.request_id = SLICE("ID"),
	                                                      .date = SLICE("D"),
	                                                      .keep_alive = true,
	                                                      .minor = 1,
	                                                      .secure = true});
	assert_string_equal(out.p, "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\n"
	                           "Content-Type: text/plain\r\nContent-Length: 2\r\nETag: \"1\"\r\n"
	                           "Date: D\r\nX-Request-Id: ID\r\nX-Content-Type-Options: nosniff\r\n"
	                           "Strict-Transport-Security: max-age=31536000\r\n\r\nhi");
	buf_free(&out);
	r.cache_control = "max-age=60";
	out = written(&r, (struct response_manner){.head_only = true, .keep_alive = true});
	assert_string_equal(out.p, "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
	                           "Content-Type: text/plain\r\nContent-Length: 2\r\nETag: \"1\"\r\n"
	                           "Connection: keep-alive\r\nX-Content-Type-Options: nosniff\r\n\r\n");
	buf_free(&out);
}

static void empty_responses(void **state)
{
	struct http_response r = {.status = 204, .content_type = "text/plain", .close = true};
	struct buf out = written(&r, (struct response_manner){.keep_alive = true, .minor = 1});
	assert_string_equal(out.p, "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\n"
	                           "Connection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n");
	buf_free(&out);
	r = (struct http_response){.status = 304, .body = SLICE("x")};
	out = written(&r, (struct response_manner){.keep_alive = true, .minor = 1});
	assert_null(strstr(out.p, "Content-Length"));
	assert_string_equal(out.p + strlen(out.p) - 4, "\r\n\r\n");
	buf_free(&out);
}

static void fields_cannot_be_injected(void **state)
{
	const char *values[] = {"a\r\nSet-Cookie: b", "a\nb", "a\x01", "a\x7f"};
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		struct http_response r = {.status = 200};
		response_header(&r, "Location", slice_of(values[i]));
		assert_true(r.failed);
		struct response_manner m = {0};
		struct buf out = BUF_INIT(1024);
		assert_int_equal(response_write(&r, &m, &out), E_REFUSED);
		assert_int_equal(out.n, 0);
		buf_free(&out);
	}
	struct http_response r = {.status = 200};
	for (size_t i = 0; i < RESPONSE_FIELDS_MAX; i++)
		response_header(&r, "X", SLICE("y"));
	assert_false(r.failed);
	response_header(&r, "X", SLICE("y"));
	assert_true(r.failed);
}

static void too_large_for_the_buffer(void **state)
{
	struct http_response r = {.status = 200, .body = SLICE("0123456789")};
	struct response_manner m = {0};
	struct buf out = BUF_INIT(64);
	assert_int_equal(response_write(&r, &m, &out), E_LIMIT);
	buf_free(&out);
}

static void dates(void **state)
{
	char d[HTTP_DATE_TEXT];
	http_date_format(0, d);
	assert_string_equal(d, "Thu, 01 Jan 1970 00:00:00 GMT");
	http_date_format(784111777, d); /* RFC 9110 section 5.6.7 */
	assert_string_equal(d, "Sun, 06 Nov 1994 08:49:37 GMT");
	http_date_format(1709210096, d);
	assert_string_equal(d, "Thu, 29 Feb 2024 12:34:56 GMT");
	http_date_format(-1, d);
	assert_string_equal(d, "Wed, 31 Dec 1969 23:59:59 GMT");
}

/* ---- request ids ---- */

static void request_ids(void **state)
{
	struct request_ids ids = {.seed = {7}};
	char one[REQUEST_ID_TEXT], two[REQUEST_ID_TEXT], other[REQUEST_ID_TEXT];
	request_id_choose(&ids, SLICE_NONE, one);
	request_id_choose(&ids, SLICE("bad id"), two);
	assert_int_equal(strlen(one), 13);
	assert_string_not_equal(one, two);
	struct request_ids elsewhere = {.seed = {8}};
	request_id_choose(&elsewhere, SLICE_NONE, other);
	assert_string_not_equal(one, other);
	request_id_choose(&ids, SLICE("Mine-1_2.3:4+5"), one);
	assert_string_equal(one, "Mine-1_2.3:4+5");
	char longest[REQUEST_ID_TEXT + 1];
	memset(longest, 'a', sizeof longest);
	request_id_choose(&ids, slice_from(longest, 64), one);
	assert_int_equal(strlen(one), 64);
	request_id_choose(&ids, slice_from(longest, 65), one);
	assert_int_equal(strlen(one), 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(finds_query_parameters),
		cmocka_unit_test(finds_headers),
		cmocka_unit_test(writes_responses),
		cmocka_unit_test(empty_responses),
		cmocka_unit_test(fields_cannot_be_injected),
		cmocka_unit_test(too_large_for_the_buffer),
		cmocka_unit_test(dates),
		cmocka_unit_test(request_ids),
	};
	return cmocka_run_group_tests_name("http_message", tests, NULL, NULL);
}
