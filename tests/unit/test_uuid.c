/* The text form of identifiers (RFC 9562 section 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/uuid.h"

static void text(void **state)
{
	char out[UUID_TEXT];
	struct uuid u;
	assert_true(uuid_parse(SLICE("F81D4FAE-7dec-11d0-A765-00a0c91e6bf6"), &u));
	uuid_format(u, out);
	assert_string_equal(out, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
	assert_int_equal(u.b[0], 0xf8);
	assert_int_equal(u.b[15], 0xf6);
	assert_false(uuid_is_nil(u));
	assert_true(uuid_parse(SLICE("00000000-0000-0000-0000-000000000000"), &u));
	assert_true(uuid_is_nil(u));
}

static void what_is_none(void **state)
{
	static const char *const bad[] = {
		"", "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf60",
		"f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf}",
		"g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf ",
		"f81d4fae_7dec_11d0_a765_00a0c91e6bf6", "f81d4fa-e7dec-11d0-a765-00a0c91e6bf6",
		"f81d4fae-7dec-11d0-a765-00a0c91e6b-6", "f81d4fae-7dec-11d0-a765 00a0c91e6bf6",
	};
	struct uuid u = {{1}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(uuid_parse(slice_of(bad[i]), &u));
	assert_true(uuid_eq(u, (struct uuid){{1}}));
	assert_false(uuid_parse(SLICE("f81d4fae-7dec-11d0-a765-00a0c91e6b\0" "6"), &u));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(what_is_none),
	};
	return cmocka_run_group_tests_name("uuid", tests, NULL, NULL);
}
