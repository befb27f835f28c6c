/* tests/integration/test_e2e_refusals.c - bad input over real TLS: what each kind gets, in both
 * languages, and that nothing of it is stored; request ids; the listener for client certificates. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;
static char submit_path[96]; /* of an exam of shili's */

#define ID "\"id_type\":\"resident_id\",\"id_number\":\"310199199003070014\""
#define GOOD "{\"candidate\":{\"name\":\"张伟\"," ID "},\"scores\":{\"theory\":78.5,\"skill\":60}}"

/* Everything that a refused request could have changed. */
static const char *stored(void)
{
	return cluster_ask(d->cluster, d->database,
	                   "SELECT concat_ws(' ', (SELECT count(*) FROM talent.person),"
	                   " (SELECT count(*) FROM talent.assessment),"
	                   " (SELECT count(*) FROM talent.certificate),"
	                   " (SELECT count(*) FROM talent.training_session),"
	                   " (SELECT count(*) FROM talent.exam), (SELECT count(*) FROM talent.token),"
	                   " (SELECT count(*) FROM talent.idempotency),"
	                   " (SELECT count(*) FROM talent.audit))");
}

static bool has_chinese(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0xe4 && (unsigned char)*s <= 0xe9)
			return true;
	return false;
}

/* The problem in English and Chinese; returns the English one. */
static const struct answer *refused(struct http_asked q, int status, const char *code)
{
	static const char *const tags[] = {"zh-CN", "en"};
	const struct answer *a = NULL;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		q.language = tags[i];
		a = expect_problem(http_ask(d->https, &q), status, code);
		assert_string_equal(answer_header(a, "Content-Language"), tags[i]);
		assert_int_equal(has_chinese(answer_text(a, "title")), i == 0);
		assert_int_equal(has_chinese(answer_text(a, "detail")), i == 0);
		char type[160];
		snprintf(type, sizeof type, "%s/problems/%s", d->url[PORT_PUBLIC], code);
		assert_string_equal(answer_text(a, "type"), type);
		/* the type is an address that explains it */
		expect_status(ASK(d->https, .path = type + strlen(d->url[PORT_PUBLIC])), 200);
	}
	return a;
}

static struct http_asked submission(const char *body)
{
	return (struct http_asked){.path = submit_path, .token = d->token[BY_SHILI], .body = body};
}

/* ---- addresses and methods ---- */

static void test_unknown_address(void **state)
{
	static const char *const paths[] = {"/v1/nothing", "/v1", "/v1/", "/v1/exams/", "///x",
	                                    "/v1/progress/shanghai-2025-27/", "/metrics", "/healthz",
	                                    "/V1/progress", "/assessments/7/publication"};
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		refused((struct http_asked){.path = paths[i]}, 404, "not_found");
	refused((struct http_asked){.path = "/v1/nothing", .body = "{}"}, 404, "not_found");
}

static void test_wrong_method(void **state)
{
	static const struct {
		const char *method, *path, *allow;
	} cases[] = {{"DELETE", "/v1/progress", "GET, HEAD"},
	             {"GET", "/v1/verifications", "POST"},
	             {"POST", "/v1/tokens/7", "DELETE"},
	             {"PATCH", "/v1/certificates/7/suspension", "PUT, DELETE"},
	             {"PUT", "/v1/sessions", "POST, GET, HEAD"},
	             {"PROPFIND", "/v1/sessions", "POST, GET, HEAD"}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct answer *a = refused((struct http_asked){.method = cases[i].method,
		                                                     .path = cases[i].path},
		                                 405, "method_not_allowed");
		assert_string_equal(answer_header(a, "Allow"), cases[i].allow);
	}
}

/* ---- bodies ---- */

static void test_too_large(void **state)
{
	static char body[20 * 1024];
	memset(body, ' ', sizeof body - 1);
	struct http_asked q = submission(body);
	refused(q, 413, "body_too_large");
	q.header = "Transfer-Encoding: chunked"; /* the size is not announced */
	refused(q, 413, "body_too_large");
	refused((struct http_asked){.method = "GET", .path = "/v1/progress", .body = "{}"}, 400,
	        "unexpected_body");
}

static void test_wrong_media_type(void **state)
{
	static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded", "",
	                                    "application/json-patch+json", "application/jsonx"};
	struct http_asked q = submission(GOOD);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		q.type = types[i];
		refused(q, 415, "unsupported_media_type");
	}
	q.path = "/v1/verifications";
	q.type = "text/html";
	refused(q, 415, "unsupported_media_type");
}

/* The position is behind the token that did not fit, or of the byte that is no UTF-8. */
static void test_invalid_json(void **state)
{
	static const struct {
		const char *body, *code;
		int offset, line, column;
	} cases[] = {{"{\"candidate\":}", "invalid_json", 14, 1, 15},
	             {"{\n \"a\":1,\n \"b\" 2}", "invalid_json", 16, 3, 7},
	             {"{\"a\":1}x", "invalid_json", 8, 1, 9},
	             {"", "invalid_json", 0, 1, 1},
	             {"{\"a\":1,\"a\":2}", "invalid_json", 10, 1, 11},
	             {"{\"candidate\":{\"name\":\"x\",\"name\":\"y\"}}", "invalid_json", 31, 1, 32},
	             {"{\"a\":NaN}", "invalid_json", 8, 1, 9},
	             {"{\"a\":\"\\ud800\"}", "invalid_json", 13, 1, 14},
	             {"{\"a\":\"\xc3(\"}", "invalid_utf8", 6, 1, 7},
	             {"{\"a\":\"\xed\xa0\x80\"}", "invalid_utf8", 6, 1, 7}};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct answer *a = refused(submission(cases[i].body), 400, cases[i].code);
		if (answer_int(a, "offset") != cases[i].offset || answer_int(a, "line") != cases[i].line ||
		    answer_int(a, "column") != cases[i].column)
			fail_msg("%s: %s", cases[i].body, a->body);
		assert_non_null(answer_at(a, "reason"));
	}
	char deep[64] = "";
	for (int i = 0; i < 20; i++)
		deep[i] = '[';
	refused(submission(deep), 400, "invalid_json");
}

static void test_fields(void **state)
{
	static const struct {
		const char *body, *pointer, *code;
	} cases[] = {
		{"[]", "", "wrong_type"},
		{"{}", "/candidate", "required"},
		{"{\"candidate\":{\"name\":\"张伟\"," ID ",\"sex\":1},\"scores\":{\"theory\":1,\"skill\":1}}",
		 "/candidate/sex", "unknown_field"},
		{"{\"candidate\":{\"name\":\"张伟\"," ID "},\"scores\":{\"theory\":\"1\",\"skill\":1}}",
		 "/scores/theory", "wrong_type"},
		{"{\"candidate\":{\"name\":\"张伟\"," ID "},\"scores\":{\"theory\":60.001,\"skill\":1}}",
		 "/scores/theory", "decimals"},
		{"{\"candidate\":{\"name\":\"\"," ID "},\"scores\":{\"theory\":1,\"skill\":1}}",
		 "/candidate/name", "name_empty"},
		{"{\"candidate\":{\"name\":\"张\\u0001伟\"," ID "},\"scores\":{\"theory\":1,\"skill\":1}}",
		 "/candidate/name", "name_character"},
		{"{\"candidate\":{\"name\":\"张伟\",\"id_type\":\"library_card\",\"id_number\":\"1234567\"},"
		 "\"scores\":{\"theory\":1,\"skill\":1}}", "/candidate/id_type", "id_type_unknown"},
		{"{\"candidate\":{\"name\":\"张伟\",\"id_type\":\"passport\",\"id_number\":\"AB123457\"},"
		 "\"scores\":{\"theory\":1,\"skill\":1}}", "/candidate/id_country", "id_country_required"},
		{"{\"candidate\":{\"name\":\"张伟\"," ID "},\"attendance\":\"absent\",\"scores\":{\"skill\":1}}",
		 "/scores", "absent_with_score"},
		{"{\"candidate\":{\"name\":\"张伟\"," ID "},\"attendance\":\"late\","
		 "\"scores\":{\"theory\":1,\"skill\":1}}", "/attendance", "not_a_choice"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct answer *a = refused(submission(cases[i].body), 422, "invalid_fields");
		if (strcmp(answer_text(a, "errors.0.pointer"), cases[i].pointer) ||
		    strcmp(answer_text(a, "errors.0.code"), cases[i].code))
			fail_msg("%s: %s", cases[i].body, a->body);
		assert_string_not_equal(answer_text(a, "errors.0.detail"), cases[i].code);
	}
}

#define EXAM(level, held_on, more) \
	"{\"code\":\"X\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\"," \
	"\"level\":\"" level "\",\"held_on\":\"" held_on "\"" more "}"

/* Errors of everything else that takes a body: pointers, codes and words. */
static void test_fields_elsewhere(void **state)
{
	static const struct {
		enum daemon_token by;
		const char *path, *body, *pointer, *code;
	} cases[] = {
		{BY_SHILI, "/v1/exams",
		 "{\"code\":\"X\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"厨师\","
		 "\"level\":\"4\",\"held_on\":\"2026-01-02\"}", "/work_type", "work_type_unknown"},
		{BY_SHILI, "/v1/exams",
		 "{\"code\":\"X\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		 "\"work_type\":\"直播销售员\",\"level\":\"4\",\"held_on\":\"2026-01-02\","
		 "\"partner\":\"nobody\"}", "/partner", "partner_unknown"},
		{BY_SHILI, "/v1/exams",
		 "{\"code\":\"X\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
		 "\"work_type\":\"直播销售员\",\"level\":\"9\",\"held_on\":\"2026-02-30\"}", "/held_on", "date"},
		{BY_SHILI, "/v1/exams", EXAM("4", "2026-01-02", ""), "/held_on", "announced_late"},
		{BY_SHILI, "/v1/exams", EXAM("4", "2026-01-02", ",\"late_reason\":\"x\""), "/late_reason",
		 "administrators_only"},
		{BY_SHILI, "/v1/exams", EXAM("4", "2026-01-02", ",\"body\":\"shili\""), "/body", "administrators_only"},
		{BY_ADMIN, "/v1/exams", EXAM("4", "2026-01-02", ",\"body\":\"shili\""), "/late_reason", "required"},
		{BY_ADMIN, "/v1/exams", EXAM("4", "2026-01-02", ",\"late_reason\":\"x\""), "/body", "required"},
		{BY_ELSEWHERE, "/v1/exams", EXAM("4", "2026-01-02", ",\"body\":\"shili\",\"late_reason\":\"x\""),
		 "/body", "organisation_unknown"},
		{BY_ADMIN, "/v1/tokens", "{\"role\":\"king\",\"label\":\"x\"}", "/role", "not_a_choice"},
		{BY_ADMIN, "/v1/tokens", "{\"role\":\"auditor\",\"label\":\"x\",\"expires_on\":\"2026-01-02\"}", "/expires_on",
		 "date_in_past"},
		{BY_ADMIN, "/v1/tokens", "{\"role\":\"employer\",\"organisation\":\"nobody\",\"label\":\"x\"}",
		 "/organisation", "organisation_unknown"},
		{BY_ADMIN, "/v1/tokens", "{\"role\":\"company\",\"organisation\":\"haolai\",\"label\":\"x\"}",
		 "/role", "role_unsuitable"},
		{BY_ADMIN, "/v1/tokens",
		 "{\"role\":\"administrator\",\"districts\":[\"310105\",\"Jing'an\"],\"label\":\"x\"}",
		 "/districts/1", "district_unknown"},
		{BY_ADMIN, "/v1/tokens",
		 "{\"role\":\"administrator\",\"districts\":[\"999999\"],\"label\":\"x\"}",
		 "/districts", "district_unknown"},
		{BY_ADMIN, "/v1/tokens",
		 "{\"role\":\"auditor\",\"districts\":[\"310105\"],\"label\":\"x\"}",
		 "/districts", "districts_for_administrators"},
		{BY_ADMIN, "/v1/client-certificates",
		 "{\"role\":\"auditor\",\"label\":\"x\",\"certificate_pem\":\"junk\"}",
		 "/certificate_pem", "certificate_pem"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct answer *a = refused((struct http_asked){.path = cases[i].path,
		                                                     .token = d->token[cases[i].by],
		                                                     .body = cases[i].body},
		                                 422, "invalid_fields");
		if (!strstr(answer_text(a, "errors.0.pointer"), cases[i].pointer) ||
		    strcmp(answer_text(a, "errors.0.code"), cases[i].code))
			fail_msg("%s: %s", cases[i].body, a->body);
		assert_string_not_equal(answer_text(a, "errors.0.detail"), cases[i].code);
	}
}

/* ---- who asks ---- */

static void test_unauthenticated(void **state)
{
	char altered[80], header[120];
	snprintf(altered, sizeof altered, "%s", d->token[BY_SHILI]);
	altered[strlen(altered) - 1] ^= 1;
	static char long_token[300];
	memset(long_token, 'a', 299);
	const char *const tokens[] = {NULL, d->token[BY_EXPIRED], d->token[BY_REVOKED], altered, "x", "",
	                              long_token, "tal_institution_000000000000000000000000000000000000"};
	struct http_asked q = submission(GOOD);
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		q.token = tokens[i];
		const struct answer *a = refused(q, 401, "unauthenticated");
		assert_string_equal(answer_header(a, "WWW-Authenticate"), "Bearer realm=\"talentd\"");
	}
	q.token = NULL;
	snprintf(header, sizeof header, "Authorization: Basic %s", d->token[BY_SHILI]);
	q.header = header;
	refused(q, 401, "unauthenticated");
	/* the scheme's name has no case; a bad body is not looked at before that */
	snprintf(header, sizeof header, "Authorization: bEARER %s", d->token[BY_SHILI]);
	q.body = "{";
	refused(q, 400, "invalid_json");
	q.header = NULL;
	refused(q, 401, "unauthenticated");
}

static void test_forbidden(void **state)
{
	struct http_asked q = submission(GOOD);
	q.token = d->token[BY_AUDITOR];
	refused(q, 403, "forbidden");
	q.token = d->token[BY_PUJIANG];
	refused(q, 404, "not_found");
	q.token = d->token[BY_SUSPENDED];
	refused(q, 403, "caller_suspended");
}

/* ---- bytes that are no request ---- */

static void test_malformed(void **state)
{
	static const struct {
		const char *bytes, *status;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", "400"},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "400"},
		{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
		{"GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"},
		{"GET / HTTP/1.1\nHost: a\n\n", "400"},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400"},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", "400"},
		{"POST /v1/verifications HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
		{"POST /v1/verifications HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n"
		 "\r\n{}", "400"},
		{"POST /v1/verifications HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}", "400"},
		{"POST /v1/verifications HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
		 "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
		{"\x16\x03\x01 hello\r\n\r\n", "400"},
		{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
		{"GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", "417"},
	};
	static const char *const languages[] = {"", "Accept-Language: zh\r\n"};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t l = 0; l < ARRAY_LEN(languages); l++) {
			char bytes[512];
			const char *line = strchr(cases[i].bytes, '\n') + 1;
			snprintf(bytes, sizeof bytes, "%.*s%s%s", (int)(line - cases[i].bytes), cases[i].bytes,
			         line == strrchr(cases[i].bytes, '\n') + 1 ? "" : languages[l], line);
			char *got = http_raw(d->https, bytes, strlen(bytes));
			bool ok = strncmp(got, "HTTP/1.1 ", 9) == 0 && memcmp(got + 9, cases[i].status, 3) == 0 &&
			          strstr(got, "Connection: close\r\n") &&
			          strstr(got, "application/problem+json") && strstr(got, "X-Request-Id: ") &&
			          !strstr(strstr(got, "\r\n\r\n"), "\nHTTP/1.1 ");
			if (!ok)
				fail_msg("%s\ngot\n%s", bytes, got);
			free(got);
		}
	}
}

/* ---- request ids ---- */

static void test_request_ids(void **state)
{
	const struct answer *a =
		ASK(d->https, .path = "/v1/progress", .header = "X-Request-Id: import-7_row.2");
	assert_string_equal(answer_header(expect_status(a, 200), "X-Request-Id"), "import-7_row.2");
	a = ASK(d->https, .path = "/v1/nothing", .header = "X-Request-Id: import-7_row.3");
	expect_problem(a, 404, "not_found");
	assert_string_equal(answer_text(a, "request_id"), "import-7_row.3");
	char long_id[90] = "X-Request-Id: ";
	memset(long_id + 14, 'a', 65);
	const char *const bad[] = {"X-Request-Id: a b", "X-Request-Id: <script>", long_id};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		a = expect_problem(ASK(d->https, .path = "/v1/nothing", .header = bad[i]), 404, "not_found");
		assert_null(strstr(bad[i], answer_text(a, "request_id")));
	}
	/* and it is the one that the audit knows */
	char sql[128];
	a = ASK(d->https, .path = submit_path, .token = d->token[BY_SHILI], .body = GOOD,
	        .header = "X-Request-Id: audit-me-1");
	expect_status(a, 201);
	snprintf(sql, sizeof sql, "SELECT action FROM talent.audit WHERE request = 'audit-me-1'");
	assert_string_equal(cluster_ask(d->cluster, d->database, sql), "assessment_submit");
}

static void test_nothing_stored(void **state)
{
	char before[128];
	snprintf(before, sizeof before, "%s", stored());
	test_unknown_address(state);
	test_wrong_method(state);
	test_too_large(state);
	test_wrong_media_type(state);
	test_invalid_json(state);
	test_fields(state);
	test_fields_elsewhere(state);
	test_unauthenticated(state);
	test_forbidden(state);
	test_malformed(state);
	assert_string_equal(stored(), before);
}

/* ---- client certificates ---- */

static char *pem_in_json(const char *path)
{
	static char out[8192];
	char line[256];
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	out[0] = '\0';
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		size_t n = strlen(out);
		snprintf(out + n, sizeof out - n, "%s\\n", line);
	}
	fclose(f);
	return out;
}

static struct http *client(const char *cert, const char *key)
{
	return http_new(d->url[PORT_CLIENT], d->pki.ca, cert, key, d->witness);
}

static void test_client_certificate(void **state)
{
	static char body[9000];
	const struct pki *p = &d->pki;
	struct http *h = client(p->client_cert, p->client_key);
	expect_problem(ASK(h, .path = "/v1/sessions"), 401, "unauthenticated"); /* not registered yet */
	snprintf(body, sizeof body,
	         "{\"role\":\"institution\",\"organisation\":\"shili\",\"label\":\"batch system\","
	         "\"certificate_pem\":\"%s\"}", pem_in_json(p->client_cert));
	const struct answer *a = ASK(d->https, .path = "/v1/client-certificates", .body = body,
	                             .token = d->token[BY_ADMIN]);
	assert_int_equal(strlen(answer_text(expect_status(a, 201), "spki_sha256")), 64);
	expect_problem(ASK(d->https, .path = "/v1/client-certificates", .body = body,
	                   .token = d->token[BY_ADMIN]), 409, "already_exists");
	const struct http_asked sessions = {.path = "/v1/sessions"};
	expect_status(http_ask(h, &sessions), 200);
	expect_status(ASK(h, .path = submit_path, .body = GOOD), 201);
	expect_problem(ASK(h, .path = "/v1/tokens"), 403, "forbidden");
	/* the certificate says who asks, whatever token comes with it */
	expect_problem(ASK(h, .path = "/v1/tokens", .token = d->token[BY_ADMIN]), 403, "forbidden");
	/* revoked between two requests of one connection */
	long made = http_connections(h);
	char path[96];
	snprintf(path, sizeof path, "/v1/client-certificates/%s", answer_text(a, "id"));
	expect_status(ASK(d->https, .method = "DELETE", .path = path, .token = d->token[BY_ADMIN]), 204);
	expect_problem(http_ask(h, &sessions), 401, "unauthenticated");
	assert_int_equal(http_connections(h), made);
	http_free(h);
}

static void test_strange_certificates(void **state)
{
	const struct pki *p = &d->pki;
	const struct http_asked open = {.path = "/v1/progress"};
	struct http *other = client(p->other_cert, p->other_key), *none = client(NULL, NULL),
		    *foreign = client(p->foreign_cert, p->foreign_key);
	expect_status(http_ask(other, &open), 200);
	expect_problem(ASK(other, .path = "/v1/sessions"), 401, "unauthenticated");
	expect_problem(ASK(other, .path = "/v1/sessions", .token = d->token[BY_ADMIN]), 401,
	               "unauthenticated");
	assert_true(http_fails(none, &open));
	assert_true(http_fails(foreign, &open));
	http_free(other);
	http_free(none);
	http_free(foreign);
}

/* A token revoked between two requests of one connection. */
static void test_token_revoked(void **state)
{
	char path[96];
	const struct answer *a = ASK(d->https, .path = "/v1/tokens", .token = d->token[BY_ADMIN],
	                             .body = "{\"role\":\"auditor\",\"label\":\"short\"}");
	const char *token = answer_text(expect_status(a, 201), "token");
	expect_status(ASK(d->https, .path = "/v1/sessions", .token = token), 200);
	snprintf(path, sizeof path, "/v1/tokens/%s", answer_text(a, "id"));
	expect_status(ASK(d->https, .method = "DELETE", .path = path, .token = d->token[BY_ADMIN]), 204);
	expect_status(ASK(d->https, .method = "DELETE", .path = path, .token = d->token[BY_ADMIN]), 204);
	expect_problem(ASK(d->https, .path = "/v1/sessions", .token = token), 401, "unauthenticated");
	a = expect_status(ASK(d->https, .path = "/v1/tokens", .token = d->token[BY_AUDITOR]), 200);
	assert_null(strstr(a->body, token));
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_address),
		cmocka_unit_test(test_wrong_method),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_wrong_media_type),
		cmocka_unit_test(test_invalid_json),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_elsewhere),
		cmocka_unit_test(test_unauthenticated),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_nothing_stored),
		cmocka_unit_test(test_request_ids),
		cmocka_unit_test(test_client_certificate),
		cmocka_unit_test(test_strange_certificates),
		cmocka_unit_test(test_token_revoked),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	snprintf(submit_path, sizeof submit_path, "/v1/exams/%s/assessments",
	         daemon_exam(d, BY_SHILI, "4", "xingbo"));
	int failed = cmocka_run_group_tests_name("e2e_refusals", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
