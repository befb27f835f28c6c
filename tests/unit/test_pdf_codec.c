/* tests/unit/test_pdf_codec.c - what passes between workers and printer, and the cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/paper.h"
#include "base/outcome.h"
#include "pdf/cache.h"
#include "pdf/codec.h"

static void test_print_round_trip(void **state)
{
	const struct pdf_facts f[] = {paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_COMPANY)};
	struct buf b = BUF_INIT(PDF_REQUEST_MAX);
	pdf_write_print(&b, f, 2);
	struct slice body = buf_slice(&b);
	assert_int_equal(pdf_read_count(&body), 2);
	for (int i = 0; i < 2; i++) {
		struct pdf_facts got;
		assert_int_equal(pdf_facts_read(&body, &got), 0);
		assert_int_equal(got.kind, f[i].kind);
		assert_true(slice_eq(got.holder, f[i].holder));
		assert_true(slice_eq(got.expires_on, f[i].expires_on));
		assert_true(slice_eq(got.credential, f[i].credential));
	}
	assert_int_equal(body.n, 0);
	buf_free(&b);
}

/* No prefix of facts is taken for facts, and no changed length reads past the end. */
static void test_facts_cut_off(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct pdf_facts got;
	struct buf b = BUF_INIT(64 * KIB);
	pdf_facts_write(&b, &f);
	for (size_t n = 0; n < b.n; n++) {
		char *copy = test_malloc(n + 1);
		memcpy(copy, b.p, n);
		struct slice in = {copy, n};
		assert_int_equal(pdf_facts_read(&in, &got), E_SYNTAX);
		assert_ptr_equal(in.p, copy);
		test_free(copy);
	}
	struct slice in = buf_slice(&b);
	b.p[0] = 3;
	assert_int_equal(pdf_facts_read(&in, &got), E_SYNTAX);
	b.p[0] = KIND_COMPANY;
	b.p[1] = (char)0xff;
	assert_int_equal(pdf_facts_read(&in, &got), E_SYNTAX);
	buf_free(&b);
}

static void test_counts(void **state)
{
	static const struct {
		const char bytes[3];
		size_t n, want;
	} cases[] = {
		{"", 0, 0}, {"\1", 1, 0}, {"\0\0", 2, 0}, {"\0\1", 2, 1}, {"\1\xf4", 2, 500},
		{"\1\xf5", 2, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice body = {cases[i].bytes, cases[i].n};
		assert_int_equal(pdf_read_count(&body), cases[i].want);
	}
}

static void test_faults(void **state)
{
	const struct pdf_fault fault = {.character = 0x20BB7, .field = "holder", .page = 499};
	struct buf b = BUF_INIT(256);
	struct pdf_fault got;
	pdf_write_fault(&b, &fault);
	assert_int_equal(pdf_read_fault(buf_slice(&b), &got), 0);
	assert_int_equal(got.character, 0x20BB7);
	assert_string_equal(got.field, "holder");
	assert_int_equal(got.page, 499);
	for (size_t n = 1; n < 6; n++)
		assert_int_equal(pdf_read_fault(slice_from(b.p, n), &got), E_SYNTAX);
	assert_int_equal(pdf_read_fault(SLICE_NONE, &got), 0); /* nothing more is known */
	assert_null(got.field);
	assert_null(pdf_field(SLICE("no such text")));
	buf_free(&b);
}

static void what_a_file_goes_without(void **state)
{
	const struct missed m[] = {{SLICE("A"), {0x30000, "holder", 3}}, {SLICE("B"), {0, "title", 499}}};
	struct pdf_fault got[PDF_PAGES_MAX];
	struct buf b = BUF_INIT(256);
	size_t n = 9;
	pdf_write_missed(&b, m, 2);
	size_t head = b.n;
	buf_adds(&b, "%PDF");
	struct slice body = buf_slice(&b);
	assert_int_equal(pdf_read_missed(&body, got, &n), 0);
	assert_int_equal(n, 2);
	assert_true(slice_is(body, "%PDF"));
	assert_int_equal(got[0].character, 0x30000);
	assert_string_equal(got[0].field, "holder");
	assert_int_equal(got[1].page, 499);
	assert_string_equal(got[1].field, "title");
	for (size_t i = 0; i < head; i++) {
		body = slice_from(b.p, i);
		assert_int_equal(pdf_read_missed(&body, got, &n), E_SYNTAX);
	}
	body = slice_from("\xff\xff", 2);
	assert_int_equal(pdf_read_missed(&body, got, &n), E_SYNTAX);
	buf_free(&b);
}

static void put(struct cache *c, uint8_t name, size_t n)
{
	uint8_t key[CACHE_KEY] = {name};
	static char bytes[4096];
	memset(bytes, name, n);
	cache_put(c, key, slice_from(bytes, n));
}

static size_t held(struct cache *c, uint8_t name)
{
	uint8_t key[CACHE_KEY] = {name};
	struct slice s = cache_get(c, key);
	if (s.n)
		assert_int_equal(s.p[s.n - 1], name);
	return s.n;
}

static void test_cache(void **state)
{
	struct cache *c = cache_new(800);
	assert_non_null(c);
	assert_int_equal(held(c, 1), 0);
	for (uint8_t i = 1; i <= 8; i++)
		put(c, i, 100);
	assert_int_equal(held(c, 1), 100); /* now the freshest */
	put(c, 9, 100);
	assert_int_equal(held(c, 2), 0);
	assert_int_equal(held(c, 1), 100);
	put(c, 1, 50); /* replaced */
	assert_int_equal(held(c, 1), 50);
	put(c, 10, 101); /* larger than an eighth */
	assert_int_equal(held(c, 10), 0);
	assert_int_equal(held(c, 3), 100);
	cache_free(c);
	cache_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print_round_trip),
		cmocka_unit_test(test_facts_cut_off),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(what_a_file_goes_without),
		cmocka_unit_test(test_cache),
	};
	return cmocka_run_group_tests_name("pdf codec", tests, NULL, NULL);
}
