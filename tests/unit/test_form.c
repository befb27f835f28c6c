/* Bodies of forms (WHATWG URL, section 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/outcome.h"
#include "web/form.h"

struct sent {
	struct slice other, name;
};

static const struct decode_field sent_fields[] = {
	{.name = "other", .kind = DECODE_ANY_STRING, .offset = offsetof(struct sent, other)},
	{.name = "name", .kind = DECODE_ANY_STRING, .offset = offsetof(struct sent, name)},
};
static const struct decode_table table = {sent_fields, ARRAY_LEN(sent_fields), sizeof(struct sent)};

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
		{"name=%09a%0Db%0d%0A", " a b  "}, /* pasted */
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
		struct sent sent = {.other = SLICE_NONE};
		assert_int_equal(form_read(slice_of(cases[i].body), &table, a, &sent), 0);
		assert_int_equal(sent.name.p != NULL, cases[i].value != NULL);
		if (cases[i].value)
			assert_true(slice_is(sent.name, cases[i].value));
	}
	struct sent sent = {.other = SLICE_NONE};
	assert_int_equal(form_read(SLICE_NONE, &table, a, &sent), 0);
	assert_null(sent.name.p);
	assert_int_equal(form_read(SLICE("name=a&other=b&name=c"), &table, a, &sent), 0);
	assert_true(slice_is(sent.name, "a") && slice_is(sent.other, "b"));
	arena_free(a);
}

static void no_memory(void **state)
{
	struct arena *a = arena_new(32);
	assert_non_null(arena_alloc(a, 32));
	struct sent sent = {.other = SLICE_NONE};
	assert_int_equal(form_read(SLICE("name=%41"), &table, a, &sent), E_NOMEM);
	assert_null(sent.name.p);
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
