/* Who is let in: tokens and client certificates against the roles of the routes, over the real gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../lib/office.h"

#define EXAM "/v1/exams/7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11"
#define ORG "11111111-0000-4000-8000-000000000001"

static int open_office(void **state)
{
	*state = office_new(false);
	return 0;
}

static int close_office(void **state)
{
	office_free(*state);
	return 0;
}

static struct visit *ask_as(struct office *o, const char *authorization)
{
	char fields[300];
	snprintf(fields, sizeof fields, "%s%s", authorization, authorization[0] ? "\r\n" : "");
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = "GET", .target = "/v1/tokens", .fields = fields});
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->phase, VISIT_OVER);
	return v;
}

static void expect_unauthenticated(const struct visit *v)
{
	assert_int_equal(v->status, 401);
	assert_true(slice_is(visit_member(v, "code"), "unauthenticated"));
	assert_true(slice_is(visit_field(v, "WWW-Authenticate"), "Bearer realm=\"talentd\""));
}

/* The checksum is looked at first: noise and guesses cost the database nothing. */
static void bad_tokens_never_reach_the_database(void **state)
{
	struct office *o = *state;
	char last[64 + TOKEN_TEXT], role[64 + TOKEN_TEXT], cut[64 + TOKEN_TEXT];
	snprintf(last, sizeof last, "Authorization: Bearer %s", o->token);
	char *end = last + strlen(last) - 1;
	*end = *end == 'A' ? 'B' : 'A';
	snprintf(role, sizeof role, "Authorization: Bearer tal_administrator%s",
	         strrchr(o->token, '_'));
	snprintf(cut, sizeof cut, "Authorization: Bearer %.*s", (int)strlen(o->token) - 1, o->token);
	const char *const cases[] = {
		"", "Authorization:", "Authorization: Bearer", "Authorization: Bearer x",
		"Authorization: Basic dXNlcjpwYXNz", "Authorization: Bearer  ",
		"Authorization: Bearer tal_institution_", last, role, cut,
	};
	office_caller(o, "administrator", NULL, "active");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_unauthenticated(ask_as(o, cases[i]));
	assert_int_equal(fake_db_sent(o->db, -1), 0);
}

static void a_limited_administrator_makes_no_credentials(void **state)
{
	struct office *o = *state;
	fake_db_always(o->db, Q_PRINCIPAL_BY_TOKEN,
	               FAKE_ROW("id role organisation organisation_slug districts state",
	                        "99999999-0000-4000-8000-000000000001", "administrator", NULL, NULL,
	                        "310105,310112", "active"));
	struct visit *v = office_done(o, "POST", "/v1/tokens",
	                              "{\"role\":\"administrator\",\"label\":\"mine\"}");
	assert_int_equal(v->status, 403);
	assert_true(slice_is(visit_member(v, "code"), "forbidden"));
	assert_int_equal(fake_db_sent(o->db, F_TOKEN_CREATE), 0);
}

static void the_scheme_has_no_case(void **state)
{
	struct office *o = *state;
	char text[64 + TOKEN_TEXT];
	office_caller(o, "employer", NULL, "active");
	snprintf(text, sizeof text, "Authorization: bearer   %s", o->token);
	struct visit *v = ask_as(o, text);
	assert_true(slice_is(visit_member(v, "code"), "forbidden"));
	assert_int_equal(fake_db_sent(o->db, Q_PRINCIPAL_BY_TOKEN), 1);
	/* What is looked up is the hash, never the token. */
	assert_int_equal(fake_db_arg(o->db, Q_PRINCIPAL_BY_TOKEN, 0).n, 32);
	uint8_t hash[SHA256_SIZE];
	token_hash(o->registry.crypt, slice_of(o->token), hash);
	assert_memory_equal(fake_db_arg(o->db, Q_PRINCIPAL_BY_TOKEN, 0).p, hash, sizeof hash);
}

static void states(void **state)
{
	struct office *o = *state;
	static const struct {
		const char *state;
		int status;
		const char *code;
	} cases[] = {
		{"active", 403, "forbidden"},
		{"expired", 401, "unauthenticated"},
		{"revoked", 401, "unauthenticated"},
		{"suspended", 403, "caller_suspended"},
		{"something_new", 401, "unauthenticated"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		office_caller(o, "institution", ORG, cases[i].state);
		struct visit *v = office_done(o, "GET", "/v1/tokens", NULL);
		assert_int_equal(v->status, cases[i].status);
		assert_true(slice_is(visit_member(v, "code"), cases[i].code));
	}
	fake_db_always(o->db, Q_PRINCIPAL_BY_TOKEN,
	               FAKE_NONE("id role organisation organisation_slug districts state"));
	expect_unauthenticated(office_done(o, "GET", "/v1/tokens", NULL));
	assert_int_equal(fake_db_sent(o->db, Q_TOKEN_LIST), 0);
}

/* A role that this program does not know may do nothing, and that is not for want of memory. */
static void an_unknown_role_may_nothing(void **state)
{
	struct office *o = *state;
	office_caller(o, "emperor", NULL, "active");
	struct visit *v = office_done(o, "GET", "/v1/tokens", NULL);
	assert_int_equal(v->status, 403);
	assert_true(slice_is(visit_member(v, "code"), "forbidden"));
}

/* Each closed route by each role: who is not named is refused before the body is read, who is comes
 * past the gate. */
static void roles_by_route(void **state)
{
	struct office *o = *state;
	static const enum role roles[] = {ROLE_INSTITUTION, ROLE_COMPANY, ROLE_ADMINISTRATOR,
	                                  ROLE_AUDITOR, ROLE_EMPLOYER};
	for (const struct route *const *r = api_routes; *r; r++) {
		char target[OFFICE_TARGET];
		if ((*r)->open)
			continue;
		office_target(*r, target);
		for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
			const char *body = (*r)->body_max ? "{" : NULL;
			office_caller(o, role_code(roles[i]), ORG, "active");
			struct visit *v = office_done(o, http_method_name((*r)->method), target, body);
			bool refused = slice_is(visit_member(v, "code"), "forbidden");
			assert_int_equal(refused, !((*r)->roles & (unsigned)roles[i]));
			assert_int_equal(refused && v->body_read, false);
			loopback_forget(v);
		}
	}
}

static void client_certificates(void **state)
{
	struct office *o = *state;
	struct visit_request r = {
		.method = "GET", .target = "/v1/tokens",
		.peer = {.listener = LISTENER_CLIENT, .has_client_cert = true}};
	memset(r.peer.spki_sha256, 0x5a, sizeof r.peer.spki_sha256);
	fake_db_always(o->db, Q_PRINCIPAL_BY_SPKI,
	               FAKE_ROW("id role organisation organisation_slug districts state",
	                        "99999999-0000-4000-8000-000000000002", "company", ORG, "xingbo", "",
	                        "active"));
	struct visit *v = loopback_open(o->loop, &r);
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->status, 403);
	assert_memory_equal(fake_db_arg(o->db, Q_PRINCIPAL_BY_SPKI, 0).p, r.peer.spki_sha256, 32);
	/* The certificate says who asks, whatever token comes with it. */
	r.fields = o->fields;
	v = loopback_open(o->loop, &r);
	loopback_head(v);
	office_run(o);
	assert_int_equal(v->status, 403);
	assert_int_equal(fake_db_sent(o->db, Q_PRINCIPAL_BY_TOKEN), 0);
	fake_db_always(o->db, Q_PRINCIPAL_BY_SPKI,
	               FAKE_NONE("id role organisation organisation_slug districts state"));
	v = loopback_open(o->loop, &r);
	loopback_head(v);
	office_run(o);
	expect_unauthenticated(v);
}

/* A batch of verifications is an open route's exception: it needs a caller. */
static void an_open_route_that_requires_somebody(void **state)
{
	struct office *o = *state;
	const char *batch = "{\"items\":[{\"code\":\"4R8ZN0V3KX5T7YHQ2MCB6JDW9E\"}]}";
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = "POST", .target = "/v1/verifications", .body = batch,
		.fields = "Content-Type: application/json\r\n"});
	loopback_head(v);
	office_run(o);
	expect_unauthenticated(v);
	assert_int_equal(fake_db_sent(o->db, -1), 0);
	office_caller(o, "employer", ORG, "revoked");
	expect_unauthenticated(office_done(o, "POST", "/v1/verifications", batch));
	assert_int_equal(fake_db_sent(o->db, Q_VERDICT_BY_CODE), 0);
	office_caller(o, "employer", ORG, "active");
	fake_db_fail(o->db, Q_VERDICT_BY_CODE, DB_AWAY, NULL);
	v = office_done(o, "POST", "/v1/verifications", batch);
	assert_int_equal(v->status, 503);
	assert_int_equal(fake_db_sent(o->db, Q_VERDICT_BY_CODE), 1);
}

static void the_database_is_away(void **state)
{
	struct office *o = *state;
	fake_db_fail(o->db, Q_PRINCIPAL_BY_TOKEN, DB_AWAY, NULL);
	struct visit *v = office_done(o, "GET", "/v1/tokens", NULL);
	assert_int_equal(v->status, 503);
	assert_true(slice_is(visit_member(v, "code"), "database_away"));
	/* The client leaves while it is looked up. */
	v = office_ask(o, "POST", EXAM "/assessments", "{}");
	loopback_leave(v);
	office_run(o);
	assert_int_equal(web_active(o->web), 0);
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(bad_tokens_never_reach_the_database),
		OFFICE_TEST(the_scheme_has_no_case),
		OFFICE_TEST(a_limited_administrator_makes_no_credentials),
		OFFICE_TEST(states),
		OFFICE_TEST(an_unknown_role_may_nothing),
		OFFICE_TEST(roles_by_route),
		OFFICE_TEST(client_certificates),
		OFFICE_TEST(an_open_route_that_requires_somebody),
		OFFICE_TEST(the_database_is_away),
	};
	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
