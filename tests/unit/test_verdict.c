/* test_verdict - every combination of facts, and the answers of the published table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "domain/verdict.h"

static struct verdict_facts good(void)
{
	return (struct verdict_facts){.found = true,
				      .state = CERTIFICATE_VALID,
				      .today = {20779},
				      .name = NAME_MATCHES,
				      .signature = CHECK_PASSED,
				      .issuer = CHECK_PASSED,
				      .status_known = true};
}

static void expect(struct verdict_facts facts, const char *result, const char *checks)
{
	struct verdict v = verdict_of(&facts);
	assert_string_equal(verdict_result_code(v.result), result);
	assert_int_equal(v.discloses, checks[0] != '\0');
	for (size_t i = 0; i < CHECK_COUNT && checks[0]; i++) {
		char c = checks[i];
		assert_int_equal(v.checks[i], c == 'p'   ? CHECK_PASSED
					      : c == 'f' ? CHECK_FAILED
							 : CHECK_NOT_MADE);
	}
}

/* One letter a check, in order: name signature issuer dates revocation suspension. */
static void answers_as_the_table(void **state)
{
	struct verdict_facts f = good();
	expect(f, "valid", "pppppp");
	f.name = NAME_NOT_GIVEN;
	expect(f, "valid", "nppppp");
	f = good();
	f.state = CERTIFICATE_REVOKED;
	expect(f, "revoked", "ppppfp");
	f.state = CERTIFICATE_VOID;
	expect(f, "revoked", "ppppfp");
	f.state = CERTIFICATE_SUSPENDED;
	expect(f, "suspended", "pppppf");
	f = good();
	f.expires = true;
	f.expires_on = f.today;
	expect(f, "valid", "pppppp");
	f.expires_on.n--;
	expect(f, "expired", "pppfpp");
	f = good();
	f.replaced = true;
	expect(f, "replaced", "pppppp");
	f = good();
	f.found = false;
	expect(f, "no_match", "");
	f = good();
	f.name = NAME_DIFFERS;
	f.state = CERTIFICATE_REVOKED;
	expect(f, "no_match", "");
	f = good();
	f.link_over = true;
	expect(f, "link_expired", "");
	f = good();
	f.status_known = false;
	expect(f, "unknown", "ppppnn");
	assert_string_equal(verdict_of(&f).revocation_code, "status_list_unavailable");
	f = good();
	f.key_revoked = true;
	expect(f, "unknown", "pnpppp");
	assert_string_equal(verdict_of(&f).signature_code, "key_revoked");
	f.state = CERTIFICATE_SUSPENDED;
	expect(f, "unknown", "pnpppf");
	f.replaced = true; /* issued anew: this version is over whatever its key */
	expect(f, "replaced", "pnpppf");
	f.state = CERTIFICATE_REVOKED;
	expect(f, "revoked", "pnppfp");
	f = good();
	f.signature = CHECK_NOT_MADE;
	expect(f, "no_match", "");
	f.name = NAME_DIFFERS;
	f.signature = CHECK_FAILED;
	expect(f, "no_match", ""); /* who does not know the name is told nothing */
	f.name = NAME_MATCHES;
	assert_int_equal(verdict_of(&f).checks[CHECK_SIGNATURE], CHECK_FAILED);
	assert_false(verdict_of(&f).discloses);
	f = good();
	f.issuer = CHECK_NOT_MADE;
	expect(f, "no_match", "");
	struct verdict_facts nothing = {0};
	expect(nothing, "no_match", "");
}

/* revoked > replaced > suspended > expired, over all sixteen combinations that the facts allow. */
static void keeps_precedence(void **state)
{
	for (int s = CERTIFICATE_VALID; s <= CERTIFICATE_VOID; s++) {
		for (int bits = 0; bits < 4; bits++) {
			struct verdict_facts f = good();
			f.state = (enum certificate_state)s;
			f.replaced = bits & 1;
			f.expires = bits & 2;
			f.expires_on.n = f.today.n - 1;
			const char *expected = s >= CERTIFICATE_REVOKED       ? "revoked"
					       : f.replaced                   ? "replaced"
					       : s == CERTIFICATE_SUSPENDED   ? "suspended"
					       : f.expires                    ? "expired"
									      : "valid";
			struct verdict v = verdict_of(&f);
			assert_string_equal(verdict_result_code(v.result), expected);
		}
	}
}

/* Nothing but a found, unrevoked, unsuspended, current, unexpired certificate is ever valid. */
static void is_valid_only_when_all_is_well(void **state)
{
	for (int bits = 0; bits < 1 << 8; bits++) {
		struct verdict_facts f = good();
		f.found = !(bits & 1);
		f.link_over = bits & 2;
		f.replaced = bits & 4;
		f.expires = bits & 8;
		f.status_known = !(bits & 16);
		f.name = bits & 32 ? NAME_DIFFERS : NAME_NOT_GIVEN;
		f.signature = bits & 64 ? CHECK_FAILED : CHECK_PASSED;
		f.state = bits & 128 ? CERTIFICATE_SUSPENDED : CERTIFICATE_VALID;
		assert_int_equal(verdict_of(&f).result == VERDICT_VALID, bits == 0);
	}
}

static enum name_answer compare(const char *holder, const char *typed)
{
	struct arena *a = arena_new(64 * KIB);
	enum name_answer answer;
	fold_steps folded;
	assert_int_equal(verdict_compare_names(slice_of(holder), slice_of(typed), a, &answer, &folded), 0);
	arena_free(a);
	return answer;
}

static void compares_names_forgivingly(void **state)
{
	assert_int_equal(compare("张伟", " 张 伟"), NAME_MATCHES);
	assert_int_equal(compare("阿依古丽·买买提", "阿依古丽•买买提"), NAME_MATCHES);
	assert_int_equal(compare("Anna Smith", "ＡＮＮＡ smith"), NAME_MATCHES);
	assert_int_equal(compare("张伟", "张玮"), NAME_DIFFERS);
	assert_int_equal(compare("张伟", "张"), NAME_DIFFERS);
	assert_int_equal(compare("张伟", "张**"), NAME_DIFFERS);
	assert_int_equal(compare("张伟", "\xFF"), NAME_DIFFERS);
	assert_int_equal(compare("张伟", ""), NAME_NOT_GIVEN);
	assert_int_equal(compare("张伟", " · "), NAME_NOT_GIVEN);
	assert_int_equal(compare("", ""), NAME_NOT_GIVEN);
	struct arena *none = arena_new(0);
	enum name_answer answer;
	fold_steps folded;
	assert_int_equal(verdict_compare_names(SLICE("a"), SLICE("a"), none, &answer, &folded), E_NOMEM);
	arena_free(none);
}

static void names_everything(void **state)
{
	static const char *const checks[] = {"name",  "signature",  "issuer",
					     "dates", "revocation", "suspension"};
	for (size_t i = 0; i < CHECK_COUNT; i++)
		assert_string_equal(check_code((enum check)i), checks[i]);
	assert_string_equal(check_outcome_code(CHECK_NOT_MADE), "not_made");
	assert_string_equal(check_outcome_code(CHECK_PASSED), "passed");
	assert_string_equal(check_outcome_code(CHECK_FAILED), "failed");
	enum certificate_state s;
	assert_true(certificate_state_parse(SLICE("void"), &s));
	assert_int_equal(s, CERTIFICATE_VOID);
	assert_false(certificate_state_parse(SLICE("Valid"), &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_the_table),
		cmocka_unit_test(keeps_precedence),
		cmocka_unit_test(is_valid_only_when_all_is_well),
		cmocka_unit_test(compares_names_forgivingly),
		cmocka_unit_test(names_everything),
	};
	return cmocka_run_group_tests_name("domain/verdict", tests, NULL, NULL);
}
