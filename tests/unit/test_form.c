/* Bodies of forms (WHATWG URL, section 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "web/form.h"

static void fields(void **state)
{
	struct arena *a = arena_new(64 * KIB);
	static const struct {
		const char *body, *value; /* NULL: no such field */
	} cases[] = {
		{"name=a", "a"},
		{"name=", ""},
		{"name=%E5%BC%A0%E4%BC%9F", "张伟"},
		{"name=a+b%2Bc", "a b+c"},
		{"x=1&name=a&name=b", "a"},
		{"name=a=b", "a=b"},
		{"xname=1&namex=2&name=3", "3"},
		{"&&name=a", "a"},
		{"name", NULL},
		{"", NULL},
		{"Name=a", NULL},
		{"name=%E5%BC", NULL},  /* not UTF-8 */
		{"name=%zz", NULL},
		{"name=%00", NULL},
		{"other=name=a", NULL},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice v = form_field(slice_of(cases[i].body), "name", a);
		assert_int_equal(v.p != NULL, cases[i].value != NULL);
		if (cases[i].value)
			assert_true(slice_is(v, cases[i].value));
	}
	assert_null(form_field(SLICE_NONE, "name", a).p);
	arena_free(a);
}

static void no_memory(void **state)
{
	struct arena *a = arena_new(32);
	assert_non_null(arena_alloc(a, 32));
	assert_null(form_field(SLICE("name=%41"), "name", a).p);
	assert_true(arena_failed(a));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(no_memory),
	};
	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
