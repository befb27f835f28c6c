/* Which representation is preferred: RFC 9110 section 12.5.1, its weights and precedence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/accept.h"

static const char *const types[] = {"application/vc", "application/json", "text/plain"};
enum { N = 3 };

static const struct {
	const char *accept;
	size_t pick;
} cases[] = {
	{"", 0},
	{"  ", 0},
	{"*/*", 0},
	{"application/json", 1},
	{"APPLICATION/JSON", 1},
	{"text/plain", 2},
	{"text/*", 2},
	{"text/html", N},
	{"image/*, text/html", N},
	{"text/html, */*;q=0.1", 0},
	{"text/plain, application/json", 1},             /* equal: our order */
	{"text/plain;q=0.9, application/json;q=0.8", 2},
	{"application/*;q=0.5, application/json", 1},    /* the more specific range decides */
	{"*/*, application/vc;q=0", 1},
	{"application/json;q=0", N},
	{"*/*;q=0", N},
	{"application/json;charset=utf-8;q=0.5, text/plain;q=0.4", 1},
	{"application/json; Q=0.001", 1},
	{"application/json;q=1.000", 1},
	/* weights that are none name nothing */
	{"application/json;q=1.001", N},
	{"application/json;q=2", N},
	{"application/json;q", N},
	{"application/json;q=", N},
	{"application/json;q=0.1234", N},
	{"application/json;q=-1", N},
	{"application/json;q=0,5", N},
	{"application", N},
	{",,;,/", N},
	{"application/json;q=x, application/*;q=0.3", 0},
};

static void test_pick(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (accept_pick(slice_of(cases[i].accept), types, N) != cases[i].pick)
			fail_msg("\"%s\": %zu", cases[i].accept,
			         accept_pick(slice_of(cases[i].accept), types, N));
	assert_int_equal(accept_pick(SLICE_NONE, types, N), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pick)};
	return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
