/* tests/integration/test_hostile.c - every route with what no client should send. The request of each route's example
 * (src/api/openapi) is sent again and again with one value of it exchanged for a hostile one, so are the parameters
 * of its address and of its query. Whatever comes is answered: never 500, never a lost connection, with a problem
 * that the descriptor declares, and a 422 points at what was sent, or is missing in it.
 *
 * HOSTILE_SEED=n chooses other values, HOSTILE_ALL=1 takes all of them (a minute), HOSTILE_ROUTE=name only one
 * route's. */
#include "../lib/objects.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/talk.h"
#include "api/api.h"
#include "api/outcome.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "web/declared.h"

#define STORY_DAY "2026-11-30" /* of the examples */
enum { SHARE = 12, COMPLAINTS_MAX = 40, WAIT_TRIES = 300 };

static struct daemon *d;
static struct talk talk;
static struct talk_answer answer;
static unsigned asked, complaints, answered[600];
static uint64_t chance;
static bool all;

/* ---- the values ---- */

#define TEN(x) x x x x x x x x x x
#define HUNDRED(x) TEN(TEN(x))

/* As JSON text. */
static const char *const values[] = {
	"null", "true", "false", "0", "-1", "1", "1.5", "0.001", "1e300", "2147483647", "2147483648", "-2147483649",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e-400",
	"\"\"", "\" \"", "\"\\u3000\"", "\"a\"", "\"0\"", "\"-1\"", "\"1\"", "\"7\"", "\"999999999999999999999\"",
	"\"9223372036854775808\"", "\"1e9\"", "\"NaN\"", "\"Infinity\"", "\"null\"", "\"true\"",
	"\"\\u0000\"", "\"a\\u0000b\"", "\"\\u0007\"", "\"a\\nb\"", "\"a\\tb\"", "\"\\u202eabc\"", "\"a\\u200bb\"",
	"\"\\ufeffa\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\uffff\"", "\"e\\u0301\"", "\"\xff\"",
	"\"" HUNDRED("\u6f22") "\"", "\"" HUNDRED("abcdefghij") "\"", "\"" TEN(HUNDRED("x")) TEN(HUNDRED("y")) "\"",
	"\"'; DROP TABLE talent.staff; --\"", "\"{a,b}\"", "\"{}\"", "\"{\\\"\"", "\"\\\\\"", "\"\\\"\"", "\"%s%n\"", "\"../..\"",
	"\"<script>\"", "\"=1+1\"", "\"a,b\"", "\"(,)\"",
	"\"0001-01-01\"", "\"9999-12-31\"", "\"2027-02-30\"", "\"2027-02-29\"", "\"2028-02-29\"", "\"0000-01-01\"",
	"\"1900-01-01\"", "\"1969-12-31\"", "\"10000-01-01\"", "\"2027-1-1\"", "\"infinity\"", "\"-infinity\"", "\"today\"",
	"\"4713-01-01 BC\"", "\"2026-11-30T00:00:00Z\"",
	"\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"",
	"\"0d000000-0000-4000-8000-000000000001\"", "\"0d000000-0000-4000-8000-000000000012\"",
	"\"0d000000-0000-4000-8000-000000000101\"", "\"57a0da2d-0001-4000-8000-000000000001\"",
	"\"pujiang\"", "\"xingbo\"", "\"qihang\"", "\"haolai\"", "\"hongqiao-cbd\"", "\"shanghai-2025-27\"", "\"310115\"",
	"\"administrator\"", "\"institution\"", "\"manages\"", "\"evaluation_body\"", "\"other\"", "\"4-13-01-05\"",
	"[]", "{}", "[null]", "[[]]", "[1]", "[{}]", "[\"a\",\"a\"]", "{\"a\":{}}", "{\"\":1}", "{\"a\":1,\"a\":2}",
	"[" HUNDRED("\"4\",") "\"4\"]", "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", "[" HUNDRED("[") HUNDRED("]") "]",
};

/* splitmix64: the same for the same seed on every machine. */
static bool taken(unsigned one_in)
{
	uint64_t z = chance += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return all || (z ^ z >> 31) % one_in == 0;
}

/* ---- asking, and what must hold ---- */

PRINTF_LIKE(3, 4)
static void complain(const struct route *r, const struct talk_request *rq, const char *format, ...)
{
	va_list ap;
	if (complaints++ >= COMPLAINTS_MAX)
		return;
	fprintf(stderr, "%s %s %.300s: ", r->name, rq->path, rq->body ? rq->body : "");
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, " %.600s\n", answer.body);
}

/* Where the pointer leads, or would if what is missing were there. */
static bool leads_somewhere(const json_t *at, const char *pointer)
{
	char key[256];
	while (at && *pointer == '/') {
		size_t n = strcspn(++pointer, "/"), len = 0;
		for (size_t i = 0; i < n && len < sizeof key - 1; i++)
			if (pointer[i] != '~')
				key[len++] = pointer[i];
			else
				key[len++] = pointer[++i] == '1' ? '/' : '~';
		key[len] = '\0';
		pointer += n;
		bool last = *pointer == '\0';
		if (json_is_array(at)) {
			at = json_array_get(at, strtoul(key, NULL, 10));
			if (!at)
				return false;
		} else if (json_is_object(at)) {
			const json_t *next = json_object_get(at, key);
			if (!next)
				return last;
			at = next;
		} else {
			return false;
		}
	}
	return at && *pointer == '\0';
}

static void judge_fields(const struct route *r, const struct talk_request *rq, const json_t *problem)
{
	const json_t *errors = json_object_get(problem, "errors");
	json_t *sent = rq->body ? json_loads(rq->body, JSON_DECODE_ANY, NULL) : NULL;
	if (json_array_size(errors) == 0)
		complain(r, rq, "422 without errors");
	for (size_t i = 0; i < json_array_size(errors); i++) {
		const json_t *e = json_array_get(errors, i);
		const char *pointer = json_string_value(json_object_get(e, "pointer"));
		if (!json_string_value(json_object_get(e, "code")) || !json_string_value(json_object_get(e, "detail")))
			complain(r, rq, "an error without words");
		if (sent && (!pointer || !leads_somewhere(sent, pointer)))
			complain(r, rq, "points nowhere: %s", pointer ? pointer : "-");
	}
	json_decref(sent);
}

static void judge(const struct route *r, const struct talk_request *rq)
{
	if (answer.status < 400)
		return;
	json_t *problem = json_loads(answer.body, 0, NULL);
	const char *code = json_string_value(json_object_get(problem, "code"));
	const struct problem *p = code ? problem_find(slice_of(code)) : NULL;
	enum problem_id id = p ? (enum problem_id)(p - problems) : P_NONE;
	if (!p || p->status != answer.status)
		complain(r, rq, "%d is no problem of ours", answer.status);
	else if (!route_gives(r, id, outcome_gives) && !problem_is_of_connection(id) && id != P_NOT_FOUND)
		complain(r, rq, "%s is not declared", code);
	else if (id == P_INVALID_FIELDS)
		judge_fields(r, rq, problem);
	json_decref(problem);
}

/* A worker that ended comes back; whoever killed it is told of. */
static void wait_for_worker(void)
{
	talk_close(&talk);
	for (int i = 0; i < WAIT_TRIES && !talk_connect(&talk); i++)
		usleep(20000);
}

static int ask_once(const struct talk_request *rq)
{
	answer = (struct talk_answer){0};
	for (int i = 0; i < 2 && answer.status == 0; i++) { /* a kept connection may have been closed before */
		bool kept = talk.fd >= 0;
		if (!talk_connect(&talk))
			return 0;
		talk_send(&talk, rq); /* who refuses a body need not have read it */
		if (!talk_read(&talk, rq->method, &answer) && !kept)
			return 0;
	}
	return answer.status;
}

static void ask(const struct route *r, const struct talk_request *rq)
{
	asked++;
	for (int i = 0; i < 5 && (ask_once(rq), answer.status == 503); i++)
		usleep(100000); /* a machine that stands still */
	answered[answer.status]++;
	if (answer.status == 0) {
		complain(r, rq, "the connection is lost");
		wait_for_worker();
	} else if (answer.status >= 500) {
		complain(r, rq, "%d", answer.status);
	}
	judge(r, rq);
}

/* ---- who asks, about what ---- */

static int whom(const struct route *r)
{
	static const struct {
		int by;
		enum role role;
	} callers[] = {{BY_ADMIN, ROLE_ADMINISTRATOR}, {BY_SHILI, ROLE_INSTITUTION}, {BY_XINGBO, ROLE_COMPANY},
	               {BY_AUDITOR, ROLE_AUDITOR}, {BY_EMPLOYER, ROLE_EMPLOYER}};
	for (size_t i = 0; i < ARRAY_LEN(callers) && !r->open; i++)
		if (r->roles & callers[i].role)
			return callers[i].by;
	return BY_NOBODY;
}

static struct talk_request request_of(const struct route *r, const char *path, const char *body)
{
	int by = whom(r);
	return (struct talk_request){.method = http_method_name(r->method), .path = path, .body = body,
	                             .token = by == BY_NOBODY ? NULL : d->token[by]};
}

/* Administrators may stop and end what they are given, so they are given what nobody here works for. */
static const char *address_of(const struct route *r)
{
	int by = whom(r);
	const char *path = objects_address(r, by, by == BY_ADMIN ? PUJIANGS : SHILIS);
	return path ? path : r->path; /* of open routes not every one is known */
}

/* ---- bodies ---- */

/* Days keep their distance from the day of the story. */
static void shift_days(json_t *value)
{
	const char *key;
	json_t *at;
	size_t i;
	struct day day, story;
	day_parse(SLICE(STORY_DAY), &story);
	json_object_foreach(value, key, at) {
		if (json_is_string(at) && day_parse(slice_of(json_string_value(at)), &day))
			json_object_set_new(value, key, json_string(daemon_day((int)(day.n - story.n))));
		else
			shift_days(at);
	}
	json_array_foreach(value, i, at)
		shift_days(at);
}

static json_t *example_of(const struct route *r)
{
	char path[300];
	snprintf(path, sizeof path, "%s/src/api/openapi/%s.json", getenv("TALENT_SOURCE"), r->name);
	json_t *file = json_load_file(path, 0, NULL);
	json_t *sent = json_incref(json_object_get(file, "request"));
	json_decref(file);
	if (!sent)
		sent = json_object();
	shift_days(sent);
	return sent;
}

/* Every member that the table knows is there, so that each is tried. */
static void fill(json_t *value, const struct decode_table *table)
{
	for (size_t i = 0; json_is_object(value) && i < table->n; i++) {
		const struct decode_field *f = &table->fields[i];
		if (!json_object_get(value, f->name))
			json_object_set_new(value, f->name, json_null());
		json_t *at = json_object_get(value, f->name);
		if (f->kind == DECODE_OBJECT)
			fill(at, f->table);
		else if (f->kind == DECODE_ARRAY && f->table)
			fill(json_array_get(at, 0), f->table);
	}
}

#define MARK "\uE000"

/* The body with the value in the mark's place. */
static void try_value(const struct route *r, const json_t *body, const char *value)
{
	struct buf text = BUF_INIT(1024 * 1024);
	char *dumped = json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
	char *mark = strstr(dumped, "\"" MARK "\"");
	assert_non_null(mark);
	buf_addf(&text, "%.*s%s%s", (int)(mark - dumped), dumped, value, mark + strlen("\"" MARK "\""));
	buf_addc(&text, '\0');
	struct talk_request rq = request_of(r, address_of(r), text.p);
	ask(r, &rq);
	free(dumped);
	buf_free(&text);
}

static void try_repeated(const struct route *r, const json_t *body, const json_t *item, int n)
{
	struct buf text = BUF_INIT(1024 * 1024);
	char *dumped = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
	for (int i = 0; i < n; i++)
		buf_addf(&text, "%c%s", i ? ',' : '[', dumped);
	buf_adds(&text, "]");
	buf_addc(&text, '\0');
	try_value(r, body, text.p);
	buf_free(&text);
	free(dumped);
}

static void try_values(const struct route *r, const json_t *body, const json_t *was)
{
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (taken(SHARE))
			try_value(r, body, values[i]);
	for (int n = 2; json_array_size(was) && n <= 72; n += 70) /* one of its items twice, and too often */
		try_repeated(r, body, json_array_get(was, 0), n);
}

/* Each value within at is exchanged in its turn. */
static void walk_values(const struct route *r, const json_t *body, json_t *at)
{
	const char *key;
	json_t *was;
	void *next;
	json_object_foreach_safe(at, next, key, was) {
		json_incref(was);
		json_object_set_new(at, key, json_string(MARK));
		try_values(r, body, was);
		json_object_set(at, key, was);
		walk_values(r, body, was);
		json_decref(was);
	}
	for (size_t i = 0; i < json_array_size(at) && i < 2; i++) {
		was = json_incref(json_array_get(at, i));
		json_array_set_new(at, i, json_string(MARK));
		try_values(r, body, was);
		json_array_set(at, i, was);
		walk_values(r, body, was);
		json_decref(was);
	}
}

/* What is no object, or no JSON. */
static void try_whole(const struct route *r)
{
	static const char *const whole[] = {"", "{", "null", "[]", "\"a\"", "{\"a\":1,\"a\":2}", "{\"unknown\":1}",
	                                    "{\"\":1}", "{\"a~/b\":1}", "{} {}", "\xef\xbb\xbf{}", "{\"\\u0000\":1}"};
	for (size_t i = 0; i < ARRAY_LEN(whole); i++) {
		struct talk_request rq = request_of(r, address_of(r), whole[i]);
		ask(r, &rq);
	}
}

/* The example itself with one key, once more, and something else with that key; and keys that are none. */
static void try_keys(const struct route *r, const char *body)
{
	static const char *const keys[] = {"", " ", HUNDRED("abc"), "a\tb", "\xff", "\xe6\xb1\x89", "{a,b}", "'"};
	struct talk_request rq = request_of(r, address_of(r), body);
	rq.key = r->name;
	for (int i = 0; i < 3; i++) {
		int before = answer.status;
		rq.body = i < 2 || !body ? body : "{}";
		ask(r, &rq);
		if (i == 1 && before < 300 && answer.status != before)
			complain(r, &rq, "repeated, after %d: %d", before, answer.status);
	}
	rq.body = body;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		rq.key = keys[i];
		if (taken(SHARE / 3))
			ask(r, &rq);
	}
}

/* ---- addresses ---- */

static const char *const places[] = {
	"0", "-1", "2147483648", "9223372036854775808", "%00", "a%00b", "%ff", "%E2%80%AE", "%F0%9F%98%80", "%2e%2e", "%2f", "%",
	"%zz", "'", "%22", "%7B%7D", "nobody", "haolai", "qihang", "Shili", "00000000-0000-0000-0000-000000000000",
	"ffffffff-ffff-ffff-ffff-ffffffffffff", "0d000000-0000-4000-8000-000000000001", "%20", "%0A",
	"0D000000-0000-4000-8000-000000000101", "\xe6\xb1\x89", "0001-01-01", "9999-12-31", "2027-02-30", "infinity", "{a,b}",
	"%EF%BC%91", HUNDRED("abcdefghij"), "", "null", "true", "310115", "20", "1.5", "1e3", "a,b", ",", "%28%2C%29"};

/* Each segment of the address that a parameter stands for. */
static void walk_path(const struct route *r, const char *body)
{
	for (const char *open = strchr(r->path, '{'); open; open = strchr(open + 1, '{'))
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			char path[4000], *out = path;
			const char *known = address_of(r);
			if (!taken(SHARE / 3))
				continue;
			/* Segment by segment: the route's own, what is known, or what is tried. */
			for (const char *p = r->path; *p;) {
				size_t n = strcspn(p + 1, "/") + 1, k = strcspn(known + 1, "/?") + 1;
				if (p + 1 <= open && open < p + n)
					out += snprintf(out, (size_t)(path + sizeof path - out), "%.*s%s", (int)(open - p), p, places[i]);
				else
					out += snprintf(out, (size_t)(path + sizeof path - out), "%.*s", (int)k, known);
				p += n;
				known += *known ? k : 0;
			}
			struct talk_request rq = request_of(r, path, body);
			ask(r, &rq);
		}
}

static void walk_query(const struct route *r, const char *body)
{
	for (size_t f = 0; r->query && f < r->query->n; f++)
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			char path[4000];
			if (!taken(SHARE / 3))
				continue;
			snprintf(path, sizeof path, "%s?%s=%s", address_of(r), r->query->fields[f].name, places[i]);
			struct talk_request rq = request_of(r, path, body);
			ask(r, &rq);
		}
}

/* ---- the walk ---- */

static void walk_route(const struct route *r)
{
	json_t *body = r->body ? example_of(r) : NULL;
	char *plain = body ? json_dumps(body, JSON_COMPACT) : NULL;
	walk_path(r, plain);
	walk_query(r, plain);
	if (!route_asks(r))
		try_keys(r, plain);
	if (body) {
		try_whole(r);
		fill(body, r->body);
		walk_values(r, body, body);
	}
	free(plain);
	json_decref(body);
}

static bool is_final(const struct route *r)
{
	static const char *const ways[] = {"/ending", "/leaving", "/revocation", "/annulment"};
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (strstr(r->path, ways[i]))
			return true;
	return r->method == HTTP_DELETE;
}

static void whatever_comes_is_answered(void **state)
{
	const char *only = getenv("HOSTILE_ROUTE");
	for (int last = 0; last < 2; last++) /* what ends for good comes behind what may be asked before */
		for (const struct route *const *r = api_routes; *r; r++)
			if ((!only || strcmp(only, (*r)->name) == 0) && is_final(*r) == (last == 1))
				walk_route(*r);
	fprintf(stderr, "%u requests:", asked);
	for (int i = 0; i < 600; i++)
		if (answered[i])
			fprintf(stderr, " %d %u", i, answered[i]);
	fprintf(stderr, "\n");
	assert_int_equal(complaints, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_comes_is_answered),
	};
	struct cluster *c = cluster_start();
	const char *seed = getenv("HOSTILE_SEED");
	chance = seed ? strtoull(seed, NULL, 10) : 1;
	all = getenv("HOSTILE_ALL") != NULL;
	d = daemon_start(c, (struct daemon_options){
		.workers = 1,
		.conf = "limits { guesses_per_token = 1000000 guesses_per_address = 1000000 guesses_per_number = 1000000"
		        " lookups_per_caller = 1000000 applications_per_address = 1000000 records_per_address = 1000000 }"});
	objects_make(d);
	SSL_CTX *ctx = talk_context(NULL);
	talk_init(&talk, ctx, d->port[PORT_PUBLIC]);
	int failed = cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
	talk_close(&talk);
	SSL_CTX_free(ctx);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
