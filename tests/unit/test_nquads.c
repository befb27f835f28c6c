/* tests/unit/test_nquads.c - order, escapes and refusals of canonical N-Quads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "credential/nquads.h"

#define S SLICE("https://r.example/s")
#define P SLICE("https://r.example/p")

static struct arena *arena;

static int setup(void **state)
{
	arena = arena_new(KIB * 256);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static int literal(struct slice value, struct slice *ret)
{
	struct nquads *q = nquads_new(arena);
	nquads_literal(q, S, P, value, SLICE_NONE);
	return nquads_finish(q, ret);
}

static void test_sorted_and_once(void **state)
{
	struct nquads *q = nquads_new(arena);
	struct slice text;
	nquads_literal(q, NQUADS_BLANK, P, SLICE("z"), SLICE_NONE);
	nquads_literal(q, S, P, SLICE("b"), SLICE("https://r.example/t"));
	nquads_literal(q, S, P, SLICE("张"), SLICE_NONE);
	nquads_literal(q, S, P, SLICE("\xf0\xa0\xae\xb7"), SLICE_NONE);
	nquads_literal(q, S, P, SLICE("\xef\xbc\xa1"), SLICE_NONE);
	nquads_literal(q, S, P, SLICE("a"), SLICE_NONE);
	nquads_link(q, S, P, NQUADS_BLANK);
	nquads_link(q, S, P, SLICE("did:web:r.example"));
	nquads_literal(q, S, P, SLICE("a"), SLICE_NONE);
	assert_int_equal(nquads_finish(q, &text), 0);
	assert_true(slice_is(text,
		"<https://r.example/s> <https://r.example/p> \"a\" .\n"
		"<https://r.example/s> <https://r.example/p> \"b\"^^<https://r.example/t> .\n"
		"<https://r.example/s> <https://r.example/p> \"张\" .\n"
		"<https://r.example/s> <https://r.example/p> \"\xef\xbc\xa1\" .\n"
		"<https://r.example/s> <https://r.example/p> \"\xf0\xa0\xae\xb7\" .\n"
		"<https://r.example/s> <https://r.example/p> <did:web:r.example> .\n"
		"<https://r.example/s> <https://r.example/p> _:c14n0 .\n"
		"_:c14n0 <https://r.example/p> \"z\" .\n"));
}

static void test_escapes(void **state)
{
	struct slice text;
	assert_int_equal(literal(SLICE("a\"b\\c'd\xc2\x85/"), &text), 0);
	assert_true(slice_is(text, "<https://r.example/s> <https://r.example/p> "
	                           "\"a\\\"b\\\\c'd\xc2\x85/\" .\n"));
	assert_int_equal(literal(SLICE(""), &text), 0);
	assert_true(slice_is(text, "<https://r.example/s> <https://r.example/p> \"\" .\n"));
}

static void test_control_characters_are_refused(void **state)
{
	struct slice text;
	for (int ch = 0; ch < 0x80; ch++) {
		char value[3] = {'a', (char)ch, 'b'};
		bool control = ch < 0x20 || ch == 0x7f;
		assert_int_equal(literal(slice_from(value, 3), &text), control ? E_SYNTAX : 0);
	}
}

static void test_broken_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xc0\xaf", "\xc1\x81", "\xc3", "\xe5\xbc", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe5\xbc\xa0\xbc",
		"\xc3(", "\xf0\xa0\xae",
	};
	static const char *const good[] = {
		"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
	};
	struct slice text;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(literal(slice_of(bad[i]), &text), E_SYNTAX);
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_int_equal(literal(slice_of(good[i]), &text), 0);
}

static void test_addresses_are_checked(void **state)
{
	static const char *const bad[] = {
		"", "relative", "https://r.example/a b", "https://r.example/>", "https://r.example/\"",
		"https://r.example/{a}", "https://r.example/张", "https://r.example/\n", "a:\\b",
		"https://r.example/\x7f",
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct slice iri = slice_of(bad[i]), text;
		struct nquads *subject = nquads_new(arena), *predicate = nquads_new(arena);
		struct nquads *object = nquads_new(arena), *datatype = nquads_new(arena);
		nquads_link(subject, iri, P, S);
		nquads_link(predicate, S, iri, S);
		nquads_link(object, S, P, iri);
		nquads_literal(datatype, S, P, SLICE("a"), iri);
		assert_int_equal(nquads_finish(subject, &text), E_SYNTAX);
		assert_int_equal(nquads_finish(predicate, &text), E_SYNTAX);
		assert_int_equal(nquads_finish(object, &text), E_SYNTAX);
		assert_int_equal(nquads_finish(datatype, &text), E_SYNTAX);
	}
}

/* Whatever the byte and wherever it stands: eight of them are looked at together. */
static void test_every_byte_of_an_address_is_checked(void **state)
{
	static const char never[] = "<>\"{}|^`\\";
	for (int ch = 0; ch < 256; ch++) {
		const bool good = ch > ' ' && ch < 0x7f && !memchr(never, ch, sizeof never - 1);
		for (size_t at = 0; at < 18; at++) {
			char iri[] = "a:~!~!~!~!~!~!~!~!";
			struct nquads *q = nquads_new(arena);
			struct slice text;
			iri[at] = (char)ch;
			iri[at == 1 ? 2 : 1] = ':';
			nquads_link(q, S, P, slice_from(iri, sizeof iri - 1));
			assert_int_equal(nquads_finish(q, &text), good ? 0 : E_SYNTAX);
		}
		arena_reset(arena);
	}
}

static void test_limits(void **state)
{
	struct nquads *q = nquads_new(arena);
	struct slice text;
	for (int i = 0; i < NQUADS_MAX; i++)
		nquads_literal(q, S, P, SLICE("a"), SLICE_NONE);
	assert_int_equal(nquads_finish(q, &text), 0);
	nquads_literal(q, S, P, SLICE("a"), SLICE_NONE);
	assert_int_equal(nquads_finish(q, &text), E_LIMIT);
	struct arena *small = arena_new(4 * KIB);
	q = nquads_new(small);
	assert_non_null(q);
	for (int i = 0; i < NQUADS_MAX; i++)
		nquads_literal(q, S, P, SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), SLICE_NONE);
	assert_int_equal(nquads_finish(q, &text), E_NOMEM);
	arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_and_once),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_control_characters_are_refused),
		cmocka_unit_test(test_broken_utf8_is_refused),
		cmocka_unit_test(test_addresses_are_checked),
		cmocka_unit_test(test_every_byte_of_an_address_is_checked),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests_name("nquads", tests, setup, teardown);
}
