/* Credentials that are presented: valid only when they are, word for word, what the registry
 * stored, and the stored version's state decides. Whatever is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../lib/issuer.h"
#include "../lib/office.h"
#include "base/outcome.h"
#include "credential/verify.h"

static struct office *o;
static struct arena *arena;
static struct issuer body, company;
static struct credential_facts facts;
static struct slice embedded, jwt;

static int open_office(void **state)
{
	o = office_new(false);
	arena = arena_new(8 * MIB);
	if (!o || !arena)
		return -1;
	office_caller(o, "employer", NULL, "active");
	body = issuer_new(arena, o->registry.crypt, "shili", "上海示例技能评价中心", 1);
	company = issuer_new(arena, o->registry.crypt, "xingbo", "星播示例科技有限公司", 2);
	facts = issuer_facts(&body);
	embedded = issuer_credential(&body, &facts);
	jwt = issuer_jwt(&body, &facts);
	return 0;
}

static int close_office(void **state)
{
	issuer_free(&body);
	issuer_free(&company);
	arena_free(arena);
	office_free(o);
	return 0;
}

static const char *quoted(struct slice s)
{
	return arena_printf(arena, "\"%.*s\"", SLICE_ARGS(s));
}

/* What the database says: the keys of the body, and a stored version. */
static void answer(struct verdict_terms terms, struct slice stored, const char *key_state)
{
	terms.document = arena_copy(arena, stored);
	PGresult *keys = fake_rows("key state revoked_from", 2, (const char *const[]){
		body.key_id, key_state, NULL, body.jwt_key_id, key_state, NULL});
	fake_db_answer(o->db, Q_VERDICT_BY_VERSION, 2,
	               (PGresult *const[]){office_verdict(&terms), keys});
}

static struct visit *present(const char *credential, const char *more)
{
	char *text = arena_printf(arena, "{\"credential\":%s%s}", credential, more ? more : "");
	assert_non_null(text);
	return office_done(o, "POST", "/v1/verifications", text);
}

static void expect(const struct visit *v, const char *result, const char *check)
{
	assert_int_equal(v->status, 200);
	if (!slice_is(visit_member(v, "result"), result) || !strstr(v->body, check))
		fail_msg("no %s with %s: %s", result, check, v->body);
}

static void test_valid(void **state)
{
	answer((struct verdict_terms){0}, embedded, "active");
	struct visit *v = present(embedded.p, NULL);
	expect(v, "valid", "\"checks\":[{\"check\":\"form\",\"outcome\":\"passed\"},"
	       "{\"check\":\"name\",\"outcome\":\"not_made\"},"
	       "{\"check\":\"signature\",\"outcome\":\"passed\"},"
	       "{\"check\":\"issuer\",\"outcome\":\"passed\"},"
	       "{\"check\":\"dates\",\"outcome\":\"passed\"},"
	       "{\"check\":\"revocation\",\"outcome\":\"passed\"},"
	       "{\"check\":\"suspension\",\"outcome\":\"passed\"},"
	       "{\"check\":\"registration\",\"outcome\":\"passed\"}]");
	assert_true(slice_is(visit_member(v, "checked_at"), "2026-11-22T03:04:05Z"));
	assert_non_null(strstr(v->body, "\"holder\":\"张**\""));
	/* The question was this version of this issuer, asked of the primary now. */
	assert_true(slice_is(fake_db_arg(o->db, Q_VERDICT_BY_VERSION, 0),
	                     "c0a1f5d2-2b8e-4a6d-9d33-5b1f7e2a9c10"));
	assert_true(slice_is(fake_db_arg(o->db, Q_DID_DOCUMENT, 0), "shili"));
	/* As JWT, signed by a key that was retired since, with the name. */
	answer((struct verdict_terms){0}, embedded, "retired");
	expect(present(quoted(jwt), ",\"name\":\"张伟\""), "valid",
	       "{\"check\":\"name\",\"outcome\":\"passed\"}");
	answer((struct verdict_terms){0}, embedded, "active");
	expect(present(quoted(jwt), ",\"name\":\"张玮\""), "no_match",
	       "{\"check\":\"name\",\"outcome\":\"failed\"}");
}

static void test_the_stored_state_decides(void **state)
{
	static const struct {
		struct verdict_terms terms;
		const char *result, *check;
	} cases[] = {
		{{.state = "revoked"}, "revoked", "\"revocation\",\"outcome\":\"failed\""},
		{{.state = "void"}, "revoked", "\"revocation\",\"outcome\":\"failed\""},
		{{.state = "suspended"}, "suspended", "\"suspension\",\"outcome\":\"failed\""},
		{{.expires_on = "2026-11-21"}, "expired", "\"dates\",\"outcome\":\"failed\""},
		{{.replaced_on = "2026-11-21"}, "replaced", "\"registration\",\"outcome\":\"passed\""},
		{{.signature = "failed"}, "no_match", "\"outcome\":\"failed\",\"code\":\"not_registered\""},
		{{.missing = true}, "no_match", "\"outcome\":\"failed\",\"code\":\"not_registered\""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		answer(cases[i].terms, embedded, "active");
		expect(present(embedded.p, NULL), cases[i].result, cases[i].check);
		answer(cases[i].terms, embedded, "active");
		expect(present(quoted(jwt), NULL), cases[i].result, cases[i].check);
	}
	for (int i = 0; i < 2; i++)
		answer((struct verdict_terms){.in_recovery = true}, embedded, "active");
	struct visit *v = present(embedded.p, NULL);
	assert_int_equal(v->status, 503);
	assert_true(slice_is(visit_member(v, "code"), "status_unknown"));
}

/* Signed with the issuer's own key, but not what the registry has under this id. */
static void test_signed_but_not_stored(void **state)
{
	struct credential_facts other = facts;
	other.holder = SLICE("王芳");
	answer((struct verdict_terms){0}, embedded, "active");
	struct visit *v = present(issuer_credential(&body, &other).p, ",\"name\":\"王芳\"");
	expect(v, "no_match", "\"registration\",\"outcome\":\"failed\",\"code\":\"not_registered\"");
	assert_null(strstr(v->body, "certificate\":{"));
	/* Nor does the name of what is stored instead come out. */
	assert_non_null(strstr(v->body, "{\"check\":\"name\",\"outcome\":\"not_made\"}"));
	other = facts;
	other.level = SLICE("3");
	answer((struct verdict_terms){0}, embedded, "active");
	expect(present(quoted(issuer_jwt(&body, &other)), NULL), "no_match", "\"not_registered\"");
}

static void test_a_revoked_key(void **state)
{
	answer((struct verdict_terms){0}, embedded, "revoked");
	expect(present(embedded.p, NULL), "unknown",
	       "\"signature\",\"outcome\":\"not_made\",\"code\":\"key_revoked\"");
	answer((struct verdict_terms){.state = "revoked"}, embedded, "revoked");
	expect(present(embedded.p, NULL), "revoked", "key_revoked");
}

static char *altered(struct slice text, const char *from, const char *to)
{
	const char *p = memmem(text.p, text.n, from, strlen(from));
	if (!p)
		fail_msg("nothing to alter: %s", from);
	size_t before = (size_t)(p - text.p);
	struct slice rest = slice_skip(text, before + strlen(from));
	return arena_printf(arena, "%.*s%s%.*s", (int)before, text.p, to, SLICE_ARGS(rest));
}

static void test_altered_and_foreign(void **state)
{
	static const struct {
		const char *from, *to, *check;
	} cases[] = {
		{"张伟", "张玮", "\"signature\",\"outcome\":\"failed\",\"code\":\"signature\""},
		{"/4\",\"criteria", "/3\",\"criteria", "\"form\",\"outcome\":\"failed\""},
		{"\"proof\":", "\"proofs\":", "\"form\",\"outcome\":\"failed\",\"code\":\"unsupported_form\""},
		{"eddsa-rdfc-2022", "eddsa-jcs-2022", "\"code\":\"cryptosuite\""},
		{"{", "{\"termsOfUse\":\"x\",", "\"code\":\"unsupported_form\""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		answer((struct verdict_terms){.missing = true}, embedded, "active");
		expect(present(altered(embedded, cases[i].from, cases[i].to), NULL), "no_match",
		       cases[i].check);
	}
	/* An issuer that the registry does not have, and one elsewhere with the same slug. */
	struct credential_facts f = issuer_facts(&company);
	fake_db_answer(o->db, Q_VERDICT_BY_VERSION, 2, (PGresult *const[]){
		office_verdict(&(struct verdict_terms){.document = embedded.p}), FAKE_NONE("key state")});
	expect(present(issuer_credential(&company, &f).p, NULL), "no_match",
	       "\"issuer\",\"outcome\":\"failed\",\"code\":\"foreign_issuer\"");
	f = facts;
	f.public_url = SLICE("https://elsewhere.example");
	struct issuer elsewhere = body;
	assert_int_equal(did_web(arena, f.public_url, f.issuer_slug, &elsewhere.did), 0);
	answer((struct verdict_terms){0}, embedded, "active");
	expect(present(issuer_credential(&elsewhere, &f).p, NULL), "no_match", "foreign_issuer");
	assert_true(slice_is(fake_db_arg(o->db, Q_DID_DOCUMENT, 0), ""));
}

static void test_limits(void **state)
{
	const char *deep = "{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}";
	answer((struct verdict_terms){.missing = true}, embedded, "active");
	expect(present(deep, NULL), "unknown",
	       "\"form\",\"outcome\":\"not_made\",\"code\":\"too_deep\",\"limit\":12");
	char *large = malloc(VERIFY_SIZE_MAX + 4);
	assert_non_null(large);
	memset(large, 'a', VERIFY_SIZE_MAX + 3);
	large[0] = large[VERIFY_SIZE_MAX + 2] = '"';
	large[VERIFY_SIZE_MAX + 3] = '\0';
	answer((struct verdict_terms){.missing = true}, embedded, "active");
	expect(present(large, NULL), "unknown",
	       "\"form\",\"outcome\":\"not_made\",\"code\":\"too_large\",\"limit\":65536");
	free(large);
	struct visit *v = present("[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]", NULL);
	assert_int_equal(v->status, 400);
	assert_true(slice_is(visit_member(v, "reason"), "depth"));
	assert_non_null(strstr(v->body, "\"limit\":20"));
	v = present("7", NULL);
	assert_int_equal(v->status, 422);
	assert_non_null(strstr(v->body, "{\"pointer\":\"/credential\",\"code\":\"wrong_type\""));
	v = present(embedded.p, ",\"code\":\"7\"");
	assert_int_equal(v->status, 422);
	assert_non_null(strstr(v->body, "{\"pointer\":\"/credential\",\"code\":\"code_or_number\""));
}

#define PRESENTATION "{\"type\":[\"VerifiablePresentation\"],\"verifiableCredential\":%s}"
#define ENVELOPE "{\"type\":\"EnvelopedVerifiableCredential\",\"id\":\"data:application/vc+jwt,%s\"}"

/* The same wrappings as offline (test_ctl_offline has them all) lead to the same credential. */
static void test_wrapped(void **state)
{
	char *envelope = arena_printf(arena, ENVELOPE, jwt.p);
	const char *const forms[] = {
		arena_printf(arena, PRESENTATION, embedded.p), arena_printf(arena, PRESENTATION, envelope),
		envelope, arena_printf(arena, "\"\xef\xbb\xbf%s\"", jwt.p),
		arena_printf(arena, "\"\\\"%s\\\"\"", jwt.p), altered(embedded, "[\"Profile\"]", "\"Profile\""),
	};
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		answer((struct verdict_terms){0}, embedded, "active");
		expect(present(forms[i], NULL), "valid", "\"registration\",\"outcome\":\"passed\"");
		answer((struct verdict_terms){.state = "revoked"}, embedded, "active");
		expect(present(forms[i], NULL), "revoked", "\"registration\",\"outcome\":\"passed\"");
	}
	answer((struct verdict_terms){0}, embedded, "active");
	expect(present(arena_printf(arena, PRESENTATION, altered(embedded, "张伟", "张玮")), NULL), "no_match",
	       "\"code\":\"signature\"");
	/* One answer is about one credential. */
	answer((struct verdict_terms){.missing = true}, embedded, "active");
	char *two = arena_printf(arena, "[%s,\"%s\"]", embedded.p, jwt.p);
	expect(present(arena_printf(arena, PRESENTATION, two), NULL), "unknown",
	       "\"form\",\"outcome\":\"not_made\",\"code\":\"several_credentials\"");
	answer((struct verdict_terms){.missing = true}, embedded, "active");
	expect(present(arena_printf(arena, PRESENTATION, "[]"), NULL), "unknown",
	       "\"form\",\"outcome\":\"not_made\",\"code\":\"no_credential\"");
	/* Somebody else's. */
	answer((struct verdict_terms){.missing = true}, embedded, "active");
	expect(present("{\"issuer\":\"https://university.example\"}", NULL), "unknown",
	       "\"form\",\"outcome\":\"not_made\",\"code\":\"context\"");
}

static void test_batch(void **state)
{
	answer((struct verdict_terms){0}, embedded, "active");
	answer((struct verdict_terms){.state = "revoked"}, embedded, "active");
	char *text = arena_printf(arena, "{\"items\":[{\"credential\":%s},{\"credential\":\"%.*s\"}]}",
	                          embedded.p, SLICE_ARGS(jwt));
	struct visit *v = office_done(o, "POST", "/v1/verifications", text);
	assert_int_equal(v->status, 200);
	const char *valid = strstr(v->body, "\"result\":\"valid\"");
	assert_non_null(valid);
	assert_non_null(strstr(valid, "\"result\":\"revoked\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_valid, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_the_stored_state_decides, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_signed_but_not_stored, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_a_revoked_key, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_altered_and_foreign, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_limits, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_wrapped, open_office, close_office),
		cmocka_unit_test_setup_teardown(test_batch, open_office, close_office),
	};
	return cmocka_run_group_tests_name("presented", tests, NULL, NULL);
}
