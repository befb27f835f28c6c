/* test_http_parser.c - heads and bodies, at once and cut at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/message.h"

static void parse_cstr(const char *text, struct message *s)
{
	message_parse(slice_of(text), strlen(text), s);
}

/* ---- accepted ---- */

#define HOST "Host: h\r\n"

static const struct {
	const char *in, *text, *body;
	size_t left; /* bytes that are not the message's */
} good[] = {
	{"GET / HTTP/1.1\r\n" HOST "\r\n", "GET|0|/|/||h|0 0 0 0 1 1|host=h;", "", 0},
	{"\r\nGET /a?b=c HTTP/1.1\r\n" HOST "\r\n", "GET|0|/a?b=c|/a|b=c|h|0 0 0 0 1 1|host=h;", "", 0},
	{"HEAD /x HTTP/1.0\r\n\r\n", "HEAD|1|/x|/x|||0 0 0 0 0 0|", "", 0},
	{"GET /x HTTP/1.0\r\n" HOST "Connection: Keep-Alive\r\n\r\n",
	 "GET|0|/x|/x||h|0 0 0 0 1 0|host=h;connection=Keep-Alive;", "", 0},
	{"GET / HTTP/1.1\r\n" HOST "Connection: x, close\r\n\r\n",
	 "GET|0|/|/||h|0 0 0 0 0 1|host=h;connection=x, close;", "", 0},
	{"POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcGET /",
	 "POST|2|/|/||h|3 0 1 0 1 1|host=h;content-length=3;", "abc", 5},
	{"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
	 "POST|2|/|/||h|0 0 0 0 1 1|host=h;content-length=0;", "", 0},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789"
	 "\r\n0\r\n\r\nGET",
	 "PUT|3|/|/||h|0 1 1 0 1 1|host=h;transfer-encoding=Chunked;", "abc0123456789", 3},
	{"POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
	 "POST|2|/|/||h|1 0 1 1 1 1|host=h;expect=100-Continue;content-length=1;", "x", 0},
	{"POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n",
	 "POST|2|/|/||h|0 0 0 0 1 1|host=h;expect=100-continue;", "", 0},
	{"GET https://H:8443/p?q HTTP/1.1\r\nHost: h:8443\r\n\r\n",
	 "GET|0|https://H:8443/p?q|/p|q|h:8443|0 0 0 0 1 1|host=h:8443;", "", 0},
	{"GET https://h HTTP/1.1\r\n" HOST "\r\n", "GET|0|https://h|/||h|0 0 0 0 1 1|host=h;", "", 0},
	{"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS|6|*|*||h|0 0 0 0 1 1|host=h;", "", 0},
	{"PURGE / HTTP/1.1\r\n" HOST "\r\n", "PURGE|7|/|/||h|0 0 0 0 1 1|host=h;", "", 0},
	{"GET / HTTP/1.1\r\nHost: [::1]:8443\r\nX-Empty:\r\nX-Tab:\t a\tb \t\r\nX-Utf: \xe5\xbc\xa0\r\n\r\n",
	 "GET|0|/|/||[::1]:8443|0 0 0 0 1 1|host=[::1]:8443;x-empty=;x-tab=a\tb;x-utf=\xe5\xbc\xa0;",
	 "", 0},
	{"GET / HTTP/1.1\r\nCookie: a=b\r\n" HOST "cOOKIE:\r\nCookies: x\r\nContent-Length: 2\r\ncookie: z\r\n\r\nabPOST",
	 "GET|0|/|/||h|2 0 1 0 1 1|host=h;cookies=x;content-length=2;", "ab", 4},
	{"GET / HTTP/1.1\r\n" HOST "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\nGET",
	 "GET|0|/|/||h|0 0 0 0 1 1|host=h;connection=Upgrade, HTTP2-Settings;upgrade=h2c;http2-settings=AA;", "", 3},
	{"POST / HTTP/1.1\r\n" HOST "Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n"
	 "1\r\na\r\n0\r\n\r\nGET",
	 "POST|2|/|/||h|0 1 1 0 1 1|host=h;connection=upgrade;upgrade=websocket;transfer-encoding=chunked;", "a", 3},
	{"DELETE /%E5%BC%A0/b HTTP/1.1\r\n" HOST "\r\n",
	 "DELETE|5|/%E5%BC%A0/b|/%E5%BC%A0/b||h|0 0 0 0 1 1|host=h;", "", 0},
};

static void accepts(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct message s;
		parse_cstr(good[i].in, &s);
		if (s.result != HTTP_READY)
			print_error("case %zu: %s\n", i, good[i].in);
		assert_int_equal(s.result, HTTP_READY);
		assert_string_equal(s.text, good[i].text);
		assert_string_equal(s.body, good[i].body);
		assert_int_equal(s.used, strlen(good[i].in) - good[i].left);
	}
}

static void same_at_every_cut(const char *text)
{
	struct slice all = slice_of(text);
	struct message whole, parts;
	message_parse(all, all.n, &whole);
	for (size_t cut = 0; cut < all.n; cut++) {
		message_parse(all, cut, &parts);
		if (memcmp(&whole, &parts, sizeof whole) != 0)
			print_error("cut %zu of: %s\n", cut, text);
		assert_memory_equal(&whole, &parts, sizeof whole);
	}
}

/* ---- refused, with the problem that says so ---- */

static const struct {
	const char *in;
	enum problem_id why;
} bad[] = {
	{"GET / HTTP/1.9\r\n" HOST "\r\n", P_HTTP_VERSION},
	{"GET / HTTP/2.0\r\n" HOST "\r\n", P_HTTP_VERSION},
	{"GET /\r\n\r\n", P_MALFORMED_REQUEST},
	/* at once: nothing more has come, and nothing of it may */
	{"GET /\r\n", P_MALFORMED_REQUEST},
	{"\r\nGET / HTTP/3.0\r\n", P_HTTP_VERSION},
	{"GET / HTTP/1.1\r\n" HOST "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Authorization: x\r\nauthorization: y\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Cookie : a\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Cookie: a\x01\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Cookie: a\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Cookie: a\r\n b\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n" HOST "Cookie: a\r\r\n", P_MALFORMED_REQUEST},
	{"CONNECT / HTTP/1.1\r\n" HOST "Upgrade: h2c\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\r\n\r\n", P_MALFORMED_REQUEST},
	{"GET / HTTP/1.1\n" HOST "\r\n", P_MALFORMED_REQUEST},
	{"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", P_MALFORMED_REQUEST},
	{"POST / HTTP/1.1\r\n" HOST "Expect: x\r\nContent-Length: 1\r\n\r\n", P_EXPECTATION_FAILED},
	{"POST / HTTP/1.1\r\n" HOST "Content-Length: 65\r\n\r\n"
	 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
	 P_BODY_TOO_LARGE},
	{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	 "41\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\r\n0\r\n\r\n",
	 P_BODY_TOO_LARGE},
	/* Too large is known from the size line, before what is wrong behind it. */
	{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n41\r\n", P_BODY_TOO_LARGE},
	{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3f\r\n"
	 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\r\n2\r\nxyz",
	 P_BODY_TOO_LARGE},
	{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
	 P_MALFORMED_REQUEST},
	{"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n",
	 P_MALFORMED_REQUEST},
};

static void refuses(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct message s;
		parse_cstr(bad[i].in, &s);
		if (s.result != HTTP_REFUSED || s.why != bad[i].why)
			print_error("case %zu: %s\n", i, bad[i].in);
		assert_int_equal(s.result, HTTP_REFUSED);
		assert_int_equal(s.why, bad[i].why);
	}
}

static void every_cut_is_equal(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		same_at_every_cut(good[i].in);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		same_at_every_cut(bad[i].in);
}

/* ---- limits ---- */

static struct slice repeat(struct buf *b, const char *head, const char *piece, size_t n)
{
	buf_adds(b, head);
	for (size_t i = 0; i < n; i++)
		buf_adds(b, piece);
	return buf_slice(b);
}

static void limit_case(const char *head, const char *piece, size_t n, const char *tail,
                       enum http_result result, enum problem_id why)
{
	struct buf b = BUF_INIT(2 * MIB);
	repeat(&b, head, piece, n);
	buf_adds(&b, tail);
	struct message s;
	for (size_t cut = 0; cut < 2; cut++) {
		message_parse(buf_slice(&b), cut * b.n, &s);
		assert_int_equal(s.result, result);
		if (result == HTTP_REFUSED)
			assert_int_equal(s.why, why);
	}
	buf_free(&b);
}

static void limits(void **state)
{
	const char *line = "GET / HTTP/1.1\r\nHost: h\r\n";
	const char *chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
	limit_case(line, "a: b\r\n", 63, "\r\n", HTTP_READY, 0);
	limit_case(line, "a: b\r\n", 64, "\r\n", HTTP_REFUSED, P_HEADER_TOO_LARGE);
	limit_case("GET /", "a", 4095, " HTTP/1.1\r\nHost: h\r\n\r\n", HTTP_READY, 0);
	limit_case("GET /", "a", 4096, " HTTP/1.1\r\nHost: h\r\n\r\n", HTTP_REFUSED, P_URI_TOO_LONG);
	limit_case("GET /", "a", 9000, "", HTTP_REFUSED, P_URI_TOO_LONG);
	limit_case("GET / HTTP/1.1\r\nHost: h\r\nx: ", "a", 16384 - 28 - 4, "\r\n\r\n", HTTP_READY, 0);
	limit_case("GET / HTTP/1.1\r\nHost: h\r\nx: ", "a", 16384 - 28 - 3, "\r\n\r\n", HTTP_REFUSED,
	           P_HEADER_TOO_LARGE);
	limit_case("GET / HTTP/1.1\r\nHost: h\r\nCookie: ", "a", 65535 - 7 - 10, "\r\n\r\n", HTTP_READY, 0);
	limit_case("GET / HTTP/1.1\r\nHost: h\r\nCookie: ", "a", 65535 - 7 - 9, "\r\n\r\n", HTTP_REFUSED,
	           P_HEADER_TOO_LARGE);
	limit_case("GET / HTTP/1.1\r\nHost: h\r\nCookie: ", "a", 1 << 20, "", HTTP_REFUSED, P_HEADER_TOO_LARGE);
	limit_case(line, "cookie:\r\n", 64, "\r\n", HTTP_REFUSED, P_HEADER_TOO_LARGE);
	limit_case(chunked, "0", 16, "1\r\nx\r\n0\r\n\r\n", HTTP_REFUSED, P_MALFORMED_REQUEST);
	limit_case(chunked, "1;", 1, "", HTTP_MORE, 0);
	limit_case("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;", "e", 256, "",
	           HTTP_REFUSED, P_MALFORMED_REQUEST);
	limit_case(chunked, "1\r\nx\r\n", MESSAGE_BODY_MAX, "0\r\n\r\n", HTTP_READY, 0);
	limit_case("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n", "", 1,
	           "", HTTP_REFUSED, P_MALFORMED_REQUEST);
}

/* Mountains of extension around crumbs of data. */
static void framing_is_bounded(void **state)
{
	struct buf b = BUF_INIT(64 * KIB);
	repeat(&b, "1;", "e", 240);
	buf_adds(&b, "\r\nx\r\n");
	struct http_chunks c = {0};
	size_t fed = 0, used;
	enum problem_id why;
	enum http_result r = HTTP_MORE;
	for (; fed < 1000 && r == HTTP_MORE; fed++)
		r = http_chunks(&c, buf_slice(&b), SIZE_MAX, &used, &why);
	buf_free(&b);
	assert_int_equal(r, HTTP_REFUSED);
	assert_in_range(fed, 10, 30);
}

static void scan_knows_when_it_has_begun(void **state)
{
	struct http_scan s = {0};
	size_t n;
	enum problem_id why;
	struct buf in = BUF_INIT(64);
	buf_adds(&in, "\r\n");
	assert_int_equal(http_scan(&s, &in, &n, &why), HTTP_MORE);
	assert_false(http_scan_begun(&s));
	buf_adds(&in, "G");
	assert_int_equal(http_scan(&s, &in, &n, &why), HTTP_MORE);
	assert_true(http_scan_begun(&s));
	buf_free(&in);
}

/* However large they are, and however they come, nothing of them stays. */
static void cookies_take_no_room(void **state)
{
	struct http_scan s = {0};
	struct buf in = BUF_INIT(HTTP_HEAD_MAX);
	size_t n;
	enum problem_id why;
	buf_adds(&in, "GET / HTTP/1.1\r\nHost: h\r\nCookie: ");
	for (int i = 0; i < 60; i++) {
		for (int k = 0; k < 64; k++)
			buf_adds(&in, "0123456789abcdef");
		assert_int_equal(http_scan(&s, &in, &n, &why), HTTP_MORE);
		assert_int_equal(in.n, 25);
	}
	buf_adds(&in, "\r\n\r\nGET");
	assert_int_equal(http_scan(&s, &in, &n, &why), HTTP_READY);
	assert_int_equal(n, 27);
	assert_true(slice_is(buf_slice(&in), "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET"));
	buf_free(&in);
}

/* Runs out of arena at every point: refused as internal, never a crash. */
static void small_arenas(void **state)
{
	for (size_t max = 1; max < 4096; max += 61) {
		struct arena *a = arena_new(max);
		char text[] = "GET /%41 HTTP/1.1\r\nHost: h\r\n\r\n";
		struct http_parser p;
		struct http_head *h;
		enum problem_id why;
		enum http_result r = http_parser_head(&p, text, sizeof text - 1, a, &h, &why);
		assert_true(r == HTTP_READY || (r == HTTP_REFUSED && (why == P_INTERNAL ||
		                                                       why == P_MALFORMED_REQUEST)));
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(every_cut_is_equal),
		cmocka_unit_test(limits),
		cmocka_unit_test(framing_is_bounded),
		cmocka_unit_test(scan_knows_when_it_has_begun),
		cmocka_unit_test(cookies_take_no_room),
		cmocka_unit_test(small_arenas),
	};
	return cmocka_run_group_tests_name("http_parser", tests, NULL, NULL);
}
