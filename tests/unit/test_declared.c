/* What routes declare that they answer: all of them do, every problem is somebody's, and in this build
 * nothing else can leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/loopback.h"
#include "api/api.h"
#include "api/outcome.h"
#include "crypt/crypt.h"
#include "web/declared.h"
#include "web/request.h"

static const struct route *const *const tables[] = {api_routes, internal_routes, ops_routes};

static const struct route *route_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct route *const *r = tables[i]; *r; r++)
			if (strcmp((*r)->name, name) == 0)
				return *r;
	fail_msg("no route %s", name);
	return NULL;
}

static void every_route_declares_a_success(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct route *const *r = tables[i]; *r; r++) {
			const struct route_answer *a = (*r)->answers;
			assert_non_null(a);
			assert_in_range(a->status, 200, 299);
			for (; a->status; a++)
				assert_int_equal(a->media == NULL, a->status == 204 || a->status == 304);
		}
}

/* Whether some request may be answered with it: a problem that is nobody's is to go. */
static bool is_given(enum problem_id problem)
{
	bool given = problem_is_of_connection(problem);
	for (const struct route *const *r = api_routes; *r; r++)
		given |= route_gives(*r, problem, outcome_gives);
	return given;
}

static void every_problem_is_given(void **state)
{
	for (int p = 0; p < PROBLEM_COUNT; p++)
		if (!is_given((enum problem_id)p))
			fail_msg("nothing answers %s", problems[p].code);
}

/* What follows from something else is not said by hand. (The signer has a journal of its own.) */
static void nothing_is_said_twice(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct route *const *r = tables[i]; *r; r++) {
			struct route bare = **r;
			bare.problems = NULL;
			for (const enum problem_id *p = (*r)->problems; p && *p != P_NONE; p++)
				if (*p != P_JOURNAL_AWAY && route_gives(&bare, *p, NULL))
					fail_msg("%s: %s follows", (*r)->name, problems[*p].code);
		}
}

static void what_follows(void **state)
{
	static const struct {
		const char *route;
		enum problem_id problem;
		bool given;
	} cases[] = {
		{"front_page", P_INVALID_QUERY, true},        {"front_page", P_DATABASE_AWAY, false},
		{"front_page", P_UNAUTHENTICATED, false},     {"front_page", P_NOT_FOUND, false},
		{"exam_view", P_UNAUTHENTICATED, true},       {"exam_view", P_UNEXPECTED_BODY, true},
		{"exam_view", P_NOT_FOUND, true},             {"exam_view", P_UNSUPPORTED_MEDIA_TYPE, false},
		{"exam_view", P_OUTCOME_UNKNOWN, false},      {"exam_create", P_UNEXPECTED_BODY, false},
		{"certificate_view", P_NOT_FOUND, true},      {"exam_list", P_NOT_FOUND, false},
		{"exam_create", P_INVALID_JSON, true},        {"exam_create", P_OUTCOME_UNKNOWN, true},
		{"exam_create", P_ALREADY_EXISTS, true},      {"exam_create", P_NOT_ACCREDITED, true},
		{"exam_create", P_ALREADY_CERTIFIED, false},  {"exam_create", P_IDEMPOTENCY_KEY_REUSED, true},
		{"verification_create", P_FORBIDDEN, true},   {"verification_create", P_OUTCOME_UNKNOWN, false},
		{"verification_page", P_INVALID_JSON, false}, {"certificate_revoke", P_JOURNAL_AWAY, true},
		{"assessment_submit", P_SIGNER_AWAY, true},   {"assessment_submit", P_NUMBER_TAKEN, true},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (route_gives(route_named(cases[i].route), cases[i].problem, outcome_gives) != cases[i].given)
			fail_msg("%s %s", cases[i].route, problems[cases[i].problem].code);
}

/* ---- what stands in the sources ---- */

#define X(ID, code, status, retry, ten, tzh, den, dzh) "P_" #ID,
static const char *const identifiers[PROBLEM_COUNT] = {
#include "http/problem_list.h"
};
#undef X

/* The next word that begins so, from *at on; *at: behind it. SLICE_NONE: there is none. */
static struct slice next_word(const char **at, const char *prefix)
{
	size_t n = strlen(prefix);
	const char *found = strstr(*at, prefix);
	if (!found)
		return SLICE_NONE;
	*at = found + n;
	while (**at == '_' || (**at >= 'A' && **at <= 'Z') || (**at >= 'a' && **at <= 'z') ||
	       (**at >= '0' && **at <= '9'))
		++*at;
	return slice_from(found, (size_t)(*at - found));
}

static bool some_route_gives(const char *text, enum problem_id problem)
{
	const char *at = text, prefix[] = "const struct route route_";
	bool any = false, given = false;
	struct slice word;
	while ((word = next_word(&at, prefix)).p) {
		char name[64];
		if (*at == '#') /* a macro's: several share it */
			continue;
		snprintf(name, sizeof name, "%.*s", SLICE_ARGS(slice_skip(word, sizeof prefix - 1)));
		given |= route_gives(route_named(name), problem, outcome_gives);
		any = true;
	}
	return given || !any; /* a file that several share says nothing of one route */
}

static void check_source(const char *path)
{
	static char text[64 * 1024];
	const char *at = text;
	struct slice word;
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	while ((word = next_word(&at, "P_")).p)
		for (int p = 0; p < PROBLEM_COUNT; p++)
			if (slice_is(word, identifiers[p]) && !some_route_gives(text, (enum problem_id)p))
				fail_msg("%s: no route declares %s", path, identifiers[p]);
}

/* Also what hardly ever happens. */
static void what_handlers_name_is_declared(void **state)
{
	char pattern[256];
	glob_t found;
	snprintf(pattern, sizeof pattern, "%s/src/api/*.c", getenv("TALENT_SOURCE"));
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 20);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!strstr(found.gl_pathv[i], "/routes.c")) /* of all of them */
			check_source(found.gl_pathv[i]);
	globfree(&found);
}

/* ---- a reply that is not declared ---- */

static SHAPE(pair, MEMBER(INT, "a"), MEMBER(DAY, "b", .nullable = true));

static struct step reply_text(struct request *rq, const char *json)
{
	buf_adds(request_out(rq), json);
	return reply_json(rq, 200);
}

static struct step as_asked(struct request *rq, const struct db_result *none)
{
	struct slice how = rq->param[0].text;
	if (slice_is(how, "listed"))
		return reply_problem(rq, P_NO_DOCUMENTS);
	if (slice_is(how, "problem"))
		return reply_problem(rq, P_SESSION_FULL);
	if (slice_is(how, "items"))
		return reply_text(rq, "{\"items\":[{\"a\":1,\"b\":null}],\"next_cursor\":null}");
	if (slice_is(how, "kind"))
		return reply_text(rq, "{\"items\":[{\"a\":1,\"b\":2}],\"next_cursor\":null}");
	if (slice_is(how, "cursor"))
		return reply_text(rq, "{\"items\":[]}");
	if (slice_is(how, "field"))
		request_set_header(rq, "Link", SLICE("</people?id_number=310199199003070014>; rel=\"next\""));
	buf_adds(request_out(rq), slice_is(how, "number") ? "张伟,310199199003070014\r\n" : "张伟,**************0014\r\n");
	return reply(rq, slice_is(how, "status") ? 201 : 200,
	             slice_is(how, "media") ? "text/html" : "text/plain");
}

static const struct route loose = {
	.name = "loose",
	.method = HTTP_GET,
	.path = "/{how}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.answers = ANSWERS(MEDIA(200, "text/plain"), {200, "application/json", &pair_shape, true}),
	.problems = PROBLEMS(P_NO_DOCUMENTS),
	.first = as_asked,
};
static const struct route *const routes[] = {&loose, NULL};

/* The status; 0: the process ended. In a child, which says what it sees by its exit. */
static int asked(const char *target)
{
	int status;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit no_core = {0};
		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		struct web *w = web_new(&(struct web_conf){.routes = routes, .ops_routes = routes,
		                                           .crypt = crypt_new(),
		                                           .public_url = SLICE("https://x")});
		struct loopback *l = loopback_new(web_exchange_app(w));
		struct visit *v =
			loopback_open(l, &(struct visit_request){.method = "GET", .target = target});
		loopback_head(v);
		loopback_run(l);
		_exit(v->status / 100 * 10 + v->status % 10);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? 0 : WEXITSTATUS(status);
}

static void nothing_undeclared_leaves(void **state)
{
	assert_int_equal(asked("/good"), 20);
	assert_int_equal(asked("/listed"), 49);
	assert_int_equal(asked("/good?lang=zh&lang=en"), 40);
	assert_int_equal(asked("/status"), 0);
	assert_int_equal(asked("/media"), 0);
	assert_int_equal(asked("/problem"), 0);
	assert_int_equal(asked("/items"), 20);
	assert_int_equal(asked("/kind"), 0);
	assert_int_equal(asked("/cursor"), 0);
	assert_int_equal(asked("/number"), 0);
	assert_int_equal(asked("/field"), 0);
}

/* Who shows whole numbers answers a known caller, once that is written down, and only to who asks for it with a body
 * of its own or by an address that is for nothing else. */
static void numbers_are_shown_on_the_record(void **state)
{
	int shown = 0;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct route *const *r = tables[i]; *r; r++) {
			if (!(*r)->shows_numbers)
				continue;
			shown++;
			if ((*r)->open || (*r)->shared || (*r)->cache || (*r)->question || (*r)->method != HTTP_POST || !(*r)->write)
				fail_msg("%s shows ID numbers without a record", (*r)->name);
		}
	assert_int_equal(shown, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_declares_a_success),
		cmocka_unit_test(every_problem_is_given),
		cmocka_unit_test(nothing_is_said_twice),
		cmocka_unit_test(what_follows),
		cmocka_unit_test(what_handlers_name_is_declared),
		cmocka_unit_test(nothing_undeclared_leaves),
		cmocka_unit_test(numbers_are_shown_on_the_record),
	};
	return cmocka_run_group_tests_name("declared", tests, NULL, NULL);
}
