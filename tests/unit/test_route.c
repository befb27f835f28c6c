/* The router: which route a request finds, and what it is told when there is none. First the
 * matching by itself, then the answers of the web layer over exchanges without sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/loopback.h"
#include "api/api.h"
#include "crypt/crypt.h"
#include "web/request.h"
#include "web/web.h"

static struct step echo(struct request *rq, const struct db_result *none)
{
	struct buf *out = request_out(rq);
	buf_adds(out, rq->route->name);
	for (int i = 0; i < ROUTE_PARAMS_MAX && rq->param[i].text.p; i++) {
		buf_addc(out, '|');
		buf_add(out, rq->param[i].text);
	}
	if (rq->body.n) {
		buf_addc(out, '=');
		buf_add(out, rq->body);
	}
	return reply(rq, 200, "text/plain");
}

#define ROUTE(n, m, p) \
	{.name = n, .method = m, .path = p, .deadline = INIT_SECONDS(5), .open = true, .first = echo}

static const struct route list = ROUTE("list", HTTP_GET, "/v1/things");
static const struct route make = {
	.name = "make", .method = HTTP_POST, .path = "/v1/things", .media = "application/json",
	.question = true, /* it writes nothing */
	.body_max = 16, .deadline = INIT_SECONDS(5), .open = true, .first = echo};
static const struct route special = ROUTE("special", HTTP_GET, "/v1/things/special");
static const struct route view = ROUTE("view", HTTP_GET, "/v1/things/{id}");
static const struct route drop = ROUTE("drop", HTTP_DELETE, "/v1/things/{id}");
static const struct route fixed = ROUTE("fixed", HTTP_PUT, "/v1/things/fixed");
static const struct route rest = ROUTE("rest", HTTP_GET, "/rest/{path:path}");
static const struct route four = ROUTE("four", HTTP_GET, "/v1/{a}/x/{b}/{c}/{d}");

/* Every kind of parameter, a body by a table, and a state behind it. */
struct thing {
	struct opt_int size;
	struct uuid id;
};

static const struct decode_field thing_fields[] = {
	{.name = "size", .kind = DECODE_INT, .required = true, .offset = offsetof(struct thing, size),
	 .max = 9},
};
static const struct decode_table thing_table = {thing_fields, ARRAY_LEN(thing_fields),
                                                sizeof(struct opt_int)};

static int refuse_seven(struct request *rq, void *state, struct fields *errors)
{
	const struct thing *t = state;
	if (t->size.v == 7)
		fields_add(errors, "/size", "not_a_choice");
	return 0;
}

static struct step typed_first(struct request *rq, const struct db_result *none)
{
	struct thing *t = rq->state;
	char id[UUID_TEXT];
	assert_true(uuid_is_nil(t->id)); /* the state is zeroed */
	t->id = rq->param[0].uuid;
	uuid_format(t->id, id);
	buf_addf(request_out(rq), "%s %d %.*s %d %d", id, (int)rq->param[1].integer,
	         SLICE_ARGS(rq->param[2].text), (int)t->size.v, rq->errors->total > 0);
	return reply(rq, 200, "text/plain");
}

#define TYPED(n, p) \
	.name = n, .method = HTTP_POST, .path = p "/{id:uuid}/{n:integer}/{number:certificate}", \
	.media = "application/json", .body_max = 64, .body = &thing_table, .question = true, \
	.state_size = sizeof(struct thing), .deadline = INIT_SECONDS(5), .open = true, \
	.first = typed_first
static const struct route typed = {TYPED("typed", "/typed"), .check = refuse_seven};
static const struct route judging = {TYPED("judging", "/judging"), .check = refuse_seven,
                                     .answers_fields = true};
static const struct route root = ROUTE("root", HTTP_GET, "/");
static const struct route seen = ROUTE("seen", HTTP_GET, "/seen/{code}");
static const struct route closed = {.name = "closed", .method = HTTP_GET, .path = "/v1/closed",
                                    .deadline = INIT_SECONDS(5), .first = echo};
static const struct route *const table[] = {&list, &make, &special, &view, &drop, &fixed,
                                            &four, &rest, &seen, &root, &closed, &typed, &judging, NULL};
static const struct route operator_only = ROUTE("operator", HTTP_GET, "/metrics");
static const struct route *const ops_table[] = {&operator_only, NULL};

static void matching(void **state)
{
	static const struct {
		enum http_method method;
		const char *path, *route, *p0, *p3, *allow;
	} cases[] = {
		{HTTP_GET, "/v1/things", "list", NULL, NULL, ""},
		{HTTP_HEAD, "/v1/things", "list", NULL, NULL, ""},
		{HTTP_POST, "/v1/things", "make", NULL, NULL, ""},
		{HTTP_GET, "/v1/things/special", "special", NULL, NULL, ""},
		{HTTP_GET, "/v1/things/specialx", "view", "specialx", NULL, ""},
		{HTTP_GET, "/v1/things/a%2Fb", "view", "a%2Fb", NULL, ""},
		{HTTP_PUT, "/v1/things/fixed", "fixed", NULL, NULL, ""}, /* nothing is left of those before */
		{HTTP_GET, "/v1/1/x/2/3/4", "four", "1", "4", ""},
		{HTTP_GET, "/rest/a", "rest", "a", NULL, ""},
		{HTTP_GET, "/rest/a/b%2F/c", "rest", "a/b%2F/c", NULL, ""},
		{HTTP_GET, "/rest/a//", "rest", "a//", NULL, ""},
		{HTTP_GET, "/rest/", NULL, NULL, NULL, ""},
		{HTTP_GET, "/rest//a", NULL, NULL, NULL, ""},
		{HTTP_GET, "/rest", NULL, NULL, NULL, ""},
		{HTTP_GET, "/", "root", NULL, NULL, ""},
		/* outside /v1 what was typed, printed or scanned too much means nothing */
		{HTTP_GET, "//", "root", NULL, NULL, ""},
		{HTTP_GET, "/seen/7", "seen", "7", NULL, ""},
		{HTTP_GET, "//seen/7", "seen", "7", NULL, ""},
		{HTTP_GET, "/seen//7/", "seen", "7", NULL, ""},
		{HTTP_GET, "/seen/7%0D%0A", "seen", "7", NULL, ""},
		{HTTP_GET, "/seen/7//%0a/%09", "seen", "7", NULL, ""},
		{HTTP_GET, "/seen/7%0a8", "seen", "7%0a8", NULL, ""},
		{HTTP_GET, "/seen/", NULL, NULL, NULL, ""},
		{HTTP_GET, "/seen//%0A", NULL, NULL, NULL, ""},
		{HTTP_GET, "/seen/7/8", NULL, NULL, NULL, ""},
		{HTTP_GET, "/SEEN/7", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1/closed%0A", NULL, NULL, NULL, ""},
		{HTTP_PUT, "/v1/things", NULL, NULL, NULL, "GET, HEAD, POST"},
		{HTTP_OTHER, "/v1/things", NULL, NULL, NULL, "GET, HEAD, POST"},
		{HTTP_POST, "/v1/things/7", NULL, NULL, NULL, "GET, HEAD, DELETE"},
		{HTTP_POST, "/", NULL, NULL, NULL, "GET, HEAD"},
		{HTTP_GET, "/v1/things/", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1/things//", NULL, NULL, NULL, ""},
		{HTTP_GET, "//v1/things", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1/things/7/8", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1/thing", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1", NULL, NULL, NULL, ""},
		{HTTP_GET, "/V1/things", NULL, NULL, NULL, ""},
		{HTTP_GET, "/v1//x/2/3/4", NULL, NULL, NULL, ""},
		{HTTP_GET, "", NULL, NULL, NULL, ""},
		{HTTP_OPTIONS, "*", NULL, NULL, NULL, ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct route_match m = route_find(table, cases[i].method, slice_of(cases[i].path));
		assert_int_equal(m.route != NULL, cases[i].route != NULL);
		if (m.route)
			assert_string_equal(m.route->name, cases[i].route);
		if (cases[i].p0)
			assert_true(slice_is(m.param[0], cases[i].p0));
		else
			assert_null(m.param[0].p);
		if (cases[i].p3)
			assert_true(slice_is(m.param[3], cases[i].p3));
		assert_int_equal(!m.route && m.path_known, cases[i].allow[0] != '\0');
		if (!m.route)
			assert_string_equal(m.allow, cases[i].allow);
	}
}

/* No path of the real tables is reached by a route that stands later, and Allow has room. */
static void every_real_route_is_found(void **state)
{
	const struct route *const *tables[] = {api_routes, ops_routes};
	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		for (const struct route *const *r = tables[t]; *r; r++) {
			struct route_match m =
				route_find(tables[t], (*r)->method, slice_of((*r)->path));
			assert_ptr_equal(m.route, *r);
			struct route_match none =
				route_find(tables[t], HTTP_OTHER, slice_of((*r)->path));
			assert_true(none.path_known);
			assert_true(strlen(none.allow) + 10 < sizeof none.allow);
		}
	}
}

struct desk {
	struct crypt *crypt;
	struct web *web;
	struct loopback *loop;
};

static int open_desk(void **state)
{
	static struct desk d;
	d.crypt = crypt_new();
	const struct web_conf conf = {.routes = table, .ops_routes = ops_table, .crypt = d.crypt,
	                              .public_url = SLICE("https://localhost:8443")};
	d.web = web_new(&conf);
	d.loop = loopback_new(web_exchange_app(d.web));
	*state = &d;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *d = *state;
	loopback_free(d->loop);
	int left = (int)web_active(d->web);
	web_free(d->web);
	crypt_free(d->crypt);
	return left;
}

static struct visit *ask(struct desk *d, struct visit_request r)
{
	struct visit *v = loopback_open(d->loop, &r);
	loopback_head(v);
	loopback_run(d->loop);
	assert_int_equal(v->phase, VISIT_OVER);
	return v;
}

static void parameters_are_decoded(void **state)
{
	static const struct {
		const char *target, *body;
	} cases[] = {
		{"/v1/things/7", "view|7"},
		{"/v1/things/7?lang=/y", "view|7"},
		{"/v1/things/a%20b", "view|a b"},
		{"/v1/things/a+b", "view|a+b"},
		{"/v1/things/%E5%BC%A0", "view|张"},
		{"/v1/%7B/x/%25/c/d", "four|{|%|c|d"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v =
			ask(*state, (struct visit_request){.method = "GET", .target = cases[i].target});
		assert_int_equal(v->status, 200);
		assert_string_equal(v->body, cases[i].body);
	}
}

#define THING "7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11"

/* What is none of the path's types is at no address; what the table does not take is 400 or 422. */
static void types_and_bodies(void **state)
{
	static const struct {
		const char *target, *body;
		int status;
		const char *answer;
	} cases[] = {
		{"/typed/" THING "/7/y%20123", "{\"size\":3}", 200, THING " 7 Y123 3 0"},
		{"/typed/7D1C0A52-9d5e-4c3a-8b1f-2f6c1f0e9a1%31/2147483647/x", "{\"size\":3}", 200,
		 THING " 2147483647 X 3 0"},
		{"/typed/x/7/x", "{\"size\":3}", 404, "not_found"},
		{"/typed/" THING "/0/x", "{\"size\":3}", 404, "not_found"},
		{"/typed/" THING "/07/x", "{\"size\":3}", 404, "not_found"},
		{"/typed/" THING "/-7/x", "{\"size\":3}", 404, "not_found"},
		{"/typed/" THING "/2147483648/x", "{\"size\":3}", 404, "not_found"},
		{"/typed/" THING "/7/x", "{\"size\":", 400, "invalid_json"},
		{"/typed/" THING "/7/x", "{\"size\":\"3\"}", 422, "\"pointer\":\"/size\",\"code\":\"wrong_type\""},
		{"/typed/" THING "/7/x", "{}", 422, "\"pointer\":\"/size\",\"code\":\"required\""},
		{"/typed/" THING "/7/x", "{\"size\":3,\"x\":1}", 422, "unknown_field"},
		{"/typed/" THING "/7/x", "{\"size\":7}", 422, "not_a_choice"},
		{"/typed/" THING "/7/x", "[[[[[[[[[[1]]]]]]]]]]", 400, "depth"},
		{"/judging/" THING "/7/x", "{\"size\":7}", 200, THING " 7 X 7 1"},
		{"/judging/" THING "/7/x", "{\"size\":", 400, "invalid_json"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = ask(*state, (struct visit_request){
			.method = "POST", .target = cases[i].target, .body = cases[i].body,
			.fields = "Content-Type: application/json\r\n"});
		if (v->status != cases[i].status || !strstr(v->body, cases[i].answer))
			fail_msg("%s %s: %d %s", cases[i].target, cases[i].body, v->status, v->body);
	}
}

static void problems_of_routing(void **state)
{
	static const struct {
		const char *method, *target, *fields, *body;
		bool chunked;
		int status;
		const char *code;
	} cases[] = {
		{"GET", "/nothing", NULL, NULL, false, 404, "not_found"},
		{"GET", "/metrics", NULL, NULL, false, 404, "not_found"},
		{"PUT", "/v1/things", NULL, NULL, false, 405, "method_not_allowed"},
		{"GET", "/v1/closed", NULL, NULL, false, 403, "forbidden"},
		{"GET", "/v1/things", NULL, "{}", false, 400, "unexpected_body"},
		{"POST", "/v1/things", "Content-Type: text/csv\r\n", "{}", false, 415,
		 "unsupported_media_type"},
		{"POST", "/v1/things", NULL, "{}", false, 415, "unsupported_media_type"},
		{"POST", "/v1/things", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", "{}", false, 415,
		 "unsupported_content_encoding"},
		{"POST", "/v1/things", "Content-Type: application/json\r\nContent-Encoding: identity, br\r\n", "{}", false,
		 415, "unsupported_content_encoding"},
		{"POST", "/v1/things",
		 "Content-Type: application/json\r\nContent-Encoding: identity\r\nContent-Encoding: zstd\r\n", "{}", false,
		 415, "unsupported_content_encoding"},
		{"POST", "/v1/things", "Content-Type: application/json\r\n", "{\"a\":\"0123456\"}  ",
		 false, 413, "body_too_large"},
		{"POST", "/v1/things",
		 "Content-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n", "{}",
		 false, 400, "invalid_idempotency_key"},
		{"POST", "/v1/things", "Content-Type: application/json\r\nIdempotency-Key:\r\n", "{}",
		 false, 400, "invalid_idempotency_key"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = ask(*state, (struct visit_request){
			.method = cases[i].method, .target = cases[i].target, .fields = cases[i].fields,
			.body = cases[i].body, .chunked = cases[i].chunked});
		assert_int_equal(v->status, cases[i].status);
		assert_true(slice_is(visit_member(v, "code"), cases[i].code));
		assert_true(slice_is(visit_field(v, "Content-Type"), "application/problem+json"));
	}
}

static void allow_and_language(void **state)
{
	struct visit *v = ask(*state, (struct visit_request){.method = "DELETE", .target = "/v1/things",
		.fields = "Accept-Language: zh-CN\r\n"});
	assert_int_equal(v->status, 405);
	assert_true(slice_is(visit_field(v, "Allow"), "GET, HEAD, POST"));
	assert_true(slice_is(visit_member(v, "title"), "不支持的请求方法"));
	v = ask(*state, (struct visit_request){.method = "GET", .target = "/x?lang=en",
		.fields = "Accept-Language: zh-CN\r\n"});
	assert_true(slice_is(visit_member(v, "title"), "Not found"));
	assert_true(slice_is(visit_member(v, "request_id"), "visit-2"));
}

static void bodies(void **state)
{
	const char *json = "Content-Type: Application/JSON ; charset=utf-8\r\n";
	struct visit *v = ask(*state, (struct visit_request){.method = "POST", .target = "/v1/things",
		.fields = json, .body = "{\"a\":1}"});
	assert_string_equal(v->body, "make={\"a\":1}");
	v = ask(*state, (struct visit_request){.method = "POST", .target = "/v1/things",
		.fields = json, .body = "{\"a\":1}", .chunked = true});
	assert_string_equal(v->body, "make={\"a\":1}");
	/* Longer than announced by nobody: the connection side refuses, the app hears gone. */
	v = ask(*state, (struct visit_request){.method = "POST", .target = "/v1/things",
		.fields = json, .body = "{\"a\":\"0123456789\"}", .chunked = true});
	assert_int_equal(v->status, 413);
	assert_string_equal(v->body, "");
}

static void head_and_operator(void **state)
{
	struct visit *v = ask(*state, (struct visit_request){.method = "HEAD", .target = "/v1/things"});
	assert_int_equal(v->status, 200);
	v = ask(*state, (struct visit_request){.method = "GET", .target = "/metrics",
		.peer = {.listener = LISTENER_OPS}});
	assert_string_equal(v->body, "operator");
	v = ask(*state, (struct visit_request){.method = "GET", .target = "/v1/things",
		.peer = {.listener = LISTENER_OPS}});
	assert_int_equal(v->status, 404);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matching),
		cmocka_unit_test(every_real_route_is_found),
		DESK_TEST(parameters_are_decoded),
		DESK_TEST(types_and_bodies),
		DESK_TEST(problems_of_routing),
		DESK_TEST(allow_and_language),
		DESK_TEST(bodies),
		DESK_TEST(head_and_operator),
	};
	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
