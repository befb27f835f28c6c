/* tests/integration/test_staff.c - who works for whom, and that everything done is somebody's: the audit and
 * the histories. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct daemon *d;

PRINTF_LIKE(2, 3) static const struct answer *get(enum daemon_token by, const char *fmt, ...)
{
	char path[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(path, sizeof path, fmt, ap);
	va_end(ap);
	return ASK(d->https, .path = path, .token = by == BY_NOBODY ? NULL : d->token[by]);
}

static size_t count(const struct answer *a)
{
	return json_array_size(answer_at(expect_status(a, 200), "items"));
}

/* ---- the audit ---- */

static char made[40]; /* a token */

static void the_audit_names_who_did_it(void **state)
{
	snprintf(made, sizeof made, "%s", answer_text(expect_status(ASK(d->https, .path = "/v1/tokens",
		.token = d->token[BY_ADMIN], .body = "{\"role\":\"auditor\",\"label\":\"x\"}"), 201), "id"));
	const struct answer *a = expect_status(get(BY_AUDITOR, "/v1/audit?object=%s", made), 200);
	assert_int_equal(count(a), 1);
	assert_string_equal(answer_text(a, "items.0.action"), "token_create");
	assert_string_equal(answer_text(a, "items.0.detail.role"), "auditor");
	assert_string_equal(answer_text(a, "items.0.by.role"), "administrator");
	assert_string_equal(answer_text(a, "items.0.by.credential"), "test");
	assert_string_equal(answer_text(a, "items.0.by.staff"), "陈静");
	assert_string_equal(answer_text(a, "items.0.request_id"),
	                    cluster_ask(d->cluster, d->database, "SELECT request FROM talent.audit"
	                                                         " WHERE action = 'token_create'"));
	/* what the registry did by itself is nobody's */
	for (int i = 0; i < 500 && count(get(BY_ADMIN, "/v1/audit?action=journal_joined")) == 0; i++)
		usleep(20000);
	a = get(BY_ADMIN, "/v1/audit?action=journal_joined");
	assert_true(count(a) > 0);
	assert_true(json_is_null(answer_at(a, "items.0.by")));
}

static void the_audit_is_filtered(void **state)
{
	char staff[40];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	expect_status(daemon_submit(d, BY_SHILI, exam, "甲乙", 1, "\"theory\":80,\"skill\":80"), 201);
	snprintf(staff, sizeof staff, "%s", answer_text(get(BY_ADMIN, "/v1/audit?action=exam_create"), "items.0.by.staff_id"));
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?staff=%s", staff)), 2);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?staff=%s&action=assessment_submit", staff)), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=shili&action=assessment_submit")), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=shili&action=issuer_key_store")), 3);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?organisation=pujiang&action=assessment_submit")), 0);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?from=%s&to=%s&action=exam_create", daemon_day(0), daemon_day(0))), 1);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?from=%s", daemon_day(1))), 0);
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?to=%s", daemon_day(-1))), 0);
	expect_problem(get(BY_ADMIN, "/v1/audit?from=%s&to=%s", daemon_day(0), daemon_day(-1)), 400, "invalid_query");
	expect_problem(get(BY_ADMIN, "/v1/audit?object=x"), 400, "invalid_query");
	expect_problem(get(BY_ADMIN, "/v1/audit?who=x"), 400, "invalid_query");
}

static void the_audit_is_for_the_city_and_auditors(void **state)
{
	static const enum daemon_token others[] = {BY_SHILI, BY_XINGBO, BY_DISTRICT, BY_EMPLOYER};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		expect_problem(get(others[i], "/v1/audit"), 403, "forbidden");
	expect_problem(get(BY_NOBODY, "/v1/audit"), 401, "unauthenticated");
}

/* ---- two people ---- */

/* The rule as a table: who asked, who approves, and what follows. */
static void the_rule_of_two_people(void **state)
{
	static const struct {
		const char *first, *second, *word; /* what differs from two administrators whom the owner let in */
	} cases[] = {
		{"{}", "{}", "approved"},
		{"{}", "{\"id\": \"00000000-0000-4000-8000-000000000001\"}", "second_person_needed"},
		{"{}", "{\"name\": null}", "staff_unnamed"},
		{"{\"name\": null}", "{}", "staff_unnamed"},
		{"{\"admission\": \"none\"}", "{}", "staff_unnamed"},
		{"{}", "{\"admission\": \"one_person\"}", "staff_unnamed"},
		{"{}", "{\"role\": \"auditor\"}", "staff_unnamed"},
		{"{}", "{\"admitted_at\": null}", "staff_unnamed"},
		{"{\"left_at\": \"2026-01-01\"}", "{}", "first_person_gone"},
		{"{}", "{\"left_at\": \"2026-01-01\"}", "staff_unnamed"},
		{"{}", "{\"named_at\": \"2026-03-01\"}", "second_person_too_new"},
		{"{}", "{\"named_at\": \"2026-02-28 23:59:59\"}", "approved"},
		{"{}", "{\"admitted_at\": \"2026-03-02\"}", "second_person_too_new"},
		{"{\"named_at\": \"2026-03-02\"}", "{}", "approved"},
		{"{}", "{\"admission\": \"two_people\", \"admitted_by\": \"00000000-0000-4000-8000-000000000001\"}",
		 "second_person_not_independent"},
		{"{}", "{\"admission\": \"two_people\", \"approved_by\": \"00000000-0000-4000-8000-000000000001\"}",
		 "second_person_not_independent"},
		{"{}", "{\"admission\": \"two_people\", \"admitted_by\": \"00000000-0000-4000-8000-000000000003\"}", "approved"},
		{"{\"admission\": \"two_people\", \"admitted_by\": \"00000000-0000-4000-8000-000000000002\"}", "{}", "approved"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char sql[1400];
		snprintf(sql, sizeof sql,
		         "WITH p AS (SELECT '{\"role\": \"administrator\", \"name\": \"x\", \"admission\": \"owner\","
		         " \"admitted_at\": \"2026-01-01\", \"named_at\": \"2026-01-01\"}'::jsonb AS was)"
		         " SELECT talent._decision('approved', 'awaiting_approval', '2026-03-01 12:00', '2026-03-01',"
		         " '2026-03-02', jsonb_populate_record(NULL::talent.staff, was ||"
		         " '{\"id\": \"00000000-0000-4000-8000-000000000001\"}' || '%s'), jsonb_populate_record("
		         "NULL::talent.staff, was || '{\"id\": \"00000000-0000-4000-8000-000000000002\"}' || '%s')) FROM p",
		         cases[i].first, cases[i].second);
		assert_string_equal(cluster_ask(d->cluster, d->database, sql), cases[i].word);
	}
}

static const struct answer *send(enum daemon_token by, const char *method, const char *path, const char *body)
{
	return ASK(d->https, .method = method, .path = path, .body = body, .token = d->token[by]);
}

static const struct answer *approve(enum daemon_token by, const char *request)
{
	char path[120];
	snprintf(path, sizeof path, "/v1/staff-requests/%s/approval", request);
	return send(by, "POST", path, NULL);
}

/* One person lets somebody in, with another's approval, and wants to be two with him: nothing that the two ask for
 * afterwards, not even another name, makes the second independent of the first. */
static void one_person_does_not_become_two(void **state)
{
	char staff[40], path[120], code[128], puppet[sizeof d->token[0]];
	const struct answer *a = expect_status(send(BY_ADMIN, "POST", "/v1/staff",
		"{\"name\":\"孙七\",\"role\":\"administrator\",\"rights\":\"manages\"}"), 202);
	snprintf(staff, sizeof staff, "%s", answer_text(a, "id"));
	snprintf(code, sizeof code, "{\"code\":\"%s\"}", answer_text(a, "invitation.code"));
	expect_problem(ASK(d->https, .path = "/v1/invitations/acceptance", .body = code), 409, "invitation_not_approved");
	expect_problem(approve(BY_ADMIN, staff), 409, "second_person_needed");
	expect_status(approve(BY_SECOND, staff), 200);
	snprintf(puppet, sizeof puppet, "%s",
	         answer_text(expect_status(ASK(d->https, .path = "/v1/invitations/acceptance", .body = code), 201), "token"));
	memcpy(d->token[BY_REVOKED], puppet, sizeof puppet); /* nobody needs that one here */
	/* with a second credential he is the same person; the first one's wish is not his to approve */
	const char *wish = "{\"name\":\"钱八\",\"role\":\"administrator\",\"rights\":\"manages\"}";
	a = expect_status(send(BY_ADMIN, "POST", "/v1/staff", wish), 202);
	expect_problem(approve(BY_REVOKED, answer_text(a, "id")), 409, "second_person_not_independent");
	/* a new name, asked for by himself and approved by the one who did not invite him */
	snprintf(path, sizeof path, "/v1/staff/%s", staff);
	const struct answer *named = expect_status(send(BY_REVOKED, "PATCH", path, "{\"name\":\"孙奇\"}"), 202);
	expect_status(approve(BY_SECOND, answer_text(named, "request")), 200);
	a = expect_status(send(BY_ADMIN, "POST", "/v1/staff", "{\"name\":\"李九\",\"role\":\"administrator\","
	                                                      "\"rights\":\"manages\"}"), 202);
	expect_problem(approve(BY_REVOKED, answer_text(a, "id")), 409, "second_person_not_independent");
	expect_problem(send(BY_ADMIN, "POST", "/v1/tokens", "{\"role\":\"administrator\",\"label\":\"x\",\"districts\":[],"
	                    "\"staff\":\"00000000-0000-0000-0000-000000000001\"}"), 422, "invalid_fields");
	/* who has left comes back as somebody new, let in by whoever lets him in */
	snprintf(path, sizeof path, "/v1/staff/%s/leaving", staff);
	expect_status(send(BY_SECOND, "POST", path, "{}"), 200);
	expect_problem(send(BY_REVOKED, "GET", "/v1/staff", NULL), 401, "unauthenticated");
	expect_problem(ASK(d->https, .path = "/v1/invitations/acceptance", .body = code), 409, "invitation_used");
	snprintf(path, sizeof path, "/v1/staff/%s/invitation", staff);
	expect_problem(send(BY_SECOND, "POST", path, NULL), 409, "wrong_state");
}

/* Tokens of before there were staff belong to somebody unnamed. Who that is takes two people to say: neither the one
 * who asks nor the unnamed one is the second. */
static void two_people_give_a_name(void **state)
{
	char unnamed[40], path[120], asked[40];
	snprintf(unnamed, sizeof unnamed, "%s", cluster_ask(d->cluster, d->database,
		"SELECT id FROM talent.staff WHERE role = 'administrator' AND name IS NULL"));
	snprintf(path, sizeof path, "/v1/staff/%s", unnamed);
	const char *name = "{\"name\":\"吴十\"}";
	expect_problem(send(BY_SHILI, "PATCH", path, name), 403, "forbidden");
	const struct answer *a = expect_status(send(BY_ADMIN, "PATCH", path, name), 202);
	snprintf(asked, sizeof asked, "%s", answer_text(a, "request"));
	assert_false(json_is_string(answer_at(expect_status(send(BY_ADMIN, "GET", path, NULL), 200), "name")));
	expect_problem(approve(BY_ADMIN, asked), 409, "second_person_needed");
	expect_problem(approve(BY_DISTRICT, asked), 403, "forbidden");
	expect_status(approve(BY_SECOND, asked), 200);
	assert_string_equal(answer_text(send(BY_ADMIN, "GET", path, NULL), "name"), "吴十");
	assert_string_equal(cluster_ask(d->cluster, d->database, "SELECT s.admission || ' ' || a.name || ' ' || b.name"
		" FROM talent.staff s JOIN talent.staff a ON a.id = s.admitted_by JOIN talent.staff b ON b.id = s.approved_by"
		" WHERE s.name = '吴十'"), "two_people 陈静 周明");
	snprintf(path, sizeof path, "/v1/staff/%s/leaving", unnamed);
	expect_status(send(BY_SECOND, "POST", path, "{}"), 200);
}

enum { CLIENTS = 64 };

/* How many of the answers have the status. */
static int answered(const struct http_asked *asked, int status)
{
	static const struct answer *answers[CLIENTS];
	int n = 0;
	http_ask_all(d->https, asked, answers, CLIENTS);
	for (int i = 0; i < CLIENTS; i++)
		n += answers[i]->status == status;
	return n;
}

static void a_code_gives_one_token(void **state)
{
	static struct http_asked asked[CLIENTS];
	char body[200], path[100], id[40];
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/organisations/shili/staff",
		.token = d->token[BY_ADMIN],
		.body = "{\"name\":\"赵六\",\"role\":\"institution\",\"rights\":\"reads\"}"), 201);
	snprintf(id, sizeof id, "%s", answer_text(a, "id"));
	snprintf(body, sizeof body, "{\"code\":\"%s\"}", answer_text(a, "invitation.code"));
	for (int i = 0; i < CLIENTS; i++)
		asked[i] = (struct http_asked){.path = "/v1/invitations/acceptance", .body = body};
	assert_int_equal(answered(asked, 201), 1);
	expect_problem(ASK(d->https, .path = "/v1/invitations/acceptance", .body = body), 409, "invitation_used");
	expect_problem(ASK(d->https, .path = "/v1/invitations/acceptance", .body = "{\"code\":\"x\"}"), 404, "not_found");
	snprintf(path, sizeof path, "/v1/staff/%s", id);
	assert_int_equal(answer_int(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), "credentials"), 1);
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_PUJIANG]), 404, "not_found");
}

/* While a token is used by many it is revoked by many: once. Whoever asks with it then is nobody, whoever asked before got
 * an answer or was nobody, too. */
static void a_token_is_revoked_once(void **state)
{
	static struct http_asked asked[CLIENTS];
	static const struct answer *answers[CLIENTS];
	char path[100];
	snprintf(path, sizeof path, "/v1/tokens/%s", cluster_ask(d->cluster, d->database,
		"SELECT t.id FROM talent.token t JOIN talent.organisation o ON o.id = t.organisation WHERE o.slug = 'pujiang'"));
	for (int i = 0; i < CLIENTS; i++)
		asked[i] = i % 2 ? (struct http_asked){.path = "/v1/exams", .token = d->token[BY_PUJIANG]}
		                 : (struct http_asked){.method = "DELETE", .path = path, .token = d->token[i % 4 ? BY_ADMIN : BY_SECOND]};
	http_ask_all(d->https, asked, answers, CLIENTS);
	for (int i = 0; i < CLIENTS; i++)
		assert_true(answers[i]->status == (i % 2 ? 200 : 204) || (i % 2 && answers[i]->status == 401));
	expect_problem(get(BY_PUJIANG, "/v1/exams"), 401, "unauthenticated");
	assert_int_equal(count(get(BY_ADMIN, "/v1/audit?action=token_revoke")), 1);
}

/* Both leave at once, and each is asked to by many: one stays. */
static void one_administrator_stays(void **state)
{
	static struct http_asked asked[CLIENTS];
	static char paths[2][100];
	for (int i = 0; i < 2; i++)
		snprintf(paths[i], sizeof paths[i], "/v1/staff/%s/leaving",
		         cluster_ask(d->cluster, d->database, i ? "SELECT id FROM talent.staff WHERE name = '陈静'"
		                                                : "SELECT id FROM talent.staff WHERE name = '周明'"));
	for (int i = 0; i < CLIENTS; i++)
		asked[i] = (struct http_asked){.path = paths[i % 2], .body = "{}", .token = d->token[i % 4 < 2 ? BY_ADMIN : BY_SECOND]};
	assert_true(answered(asked, 200) > 0);
	assert_string_equal(cluster_ask(d->cluster, d->database,
		"SELECT count(*) FILTER (WHERE s.left_at IS NULL) || '/' || count(*) FILTER (WHERE s.left_at IS NOT NULL"
		" AND t.revoked_at IS NOT NULL) || '/' || count(*) FROM talent.staff s JOIN talent.token t ON t.staff = s.id"
		" WHERE s.admission = 'owner'"), "1/1/2");
	assert_string_equal(cluster_ask(d->cluster, d->database,
		"SELECT count(*) FROM talent.audit a JOIN talent.staff s ON s.id = a.object WHERE a.action = 'staff_leave'"
		" AND s.admission = 'owner'"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_audit_names_who_did_it),
		cmocka_unit_test(the_audit_is_filtered),
		cmocka_unit_test(the_audit_is_for_the_city_and_auditors),
		cmocka_unit_test(the_rule_of_two_people),
		cmocka_unit_test(one_person_does_not_become_two),
		cmocka_unit_test(two_people_give_a_name),
		cmocka_unit_test(a_code_gives_one_token),
		cmocka_unit_test(a_token_is_revoked_once),
		cmocka_unit_test(one_administrator_stays),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	int failed = cmocka_run_group_tests_name("staff", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
