/* tests/unit/test_token.c - made tokens pass, every single changed character is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypt/encode.h"
#include "crypt/token.h"

static void test_make_and_check(void **state)
{
	static const char *const roles[] = {"institution", "company", "administrator", "auditor",
	                                    "employer", "a", "abcdefghijklmnopqrst"};
	char text[TOKEN_TEXT], other[TOKEN_TEXT];
	struct slice role;
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		token_make(slice_of(roles[i]), text);
		token_make(slice_of(roles[i]), other);
		assert_string_not_equal(text, other);
		assert_int_equal(strlen(text), 4 + strlen(roles[i]) + 1 + 36);
		assert_true(token_check(slice_of(text), &role));
		assert_true(slice_is(role, roles[i]));
		assert_true(token_check(slice_of(text), NULL));
	}
}

static void test_each_changed_character_is_refused(void **state)
{
	char text[TOKEN_TEXT];
	token_make(SLICE("institution"), text);
	struct slice whole = slice_of(text);
	for (size_t i = 0; i < whole.n; i++) {
		char right = text[i];
		for (int ch = 0; ch < 256; ch++) {
			if ((char)ch == right)
				continue;
			text[i] = (char)ch;
			if (token_check(whole, NULL))
				fail_msg("position %zu, character %d", i, ch);
		}
		text[i] = right;
	}
	assert_true(token_check(whole, NULL));
}

static void test_form(void **state)
{
	static const char *const bad[] = {
		"", "tal_", "tal__", "tal_employer_", "ghp_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94v",
		"tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94",
		"tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94vv",
		"tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94w",
		"tal_Employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94v",
		" tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94v",
	};
	assert_true(token_check(SLICE("tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94v"), NULL));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(token_check(slice_of(bad[i]), NULL));
}

static void test_hash(void **state)
{
	struct crypt *c = crypt_new();
	uint8_t a[SHA256_SIZE], b[SHA256_SIZE];
	struct slice token = SLICE("tal_employer_yrMBanoigyrKfyWXxYiMPdLIjNxO9C3UA94v");
	token_hash(c, token, a);
	sha256(c, token, b);
	assert_memory_equal(a, b, SHA256_SIZE);
	crypt_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_make_and_check),
		cmocka_unit_test(test_each_changed_character_is_refused),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_hash),
	};
	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
