/* tests/integration/test_names.c - some 20,000 random accepted names in the texts of 5,000 credentials: their canonical
 * form is that of a JSON-LD processor (npm jsonld), byte for byte. Names are of letters and marks
 * from every plane of Unicode that has any; the seed is fixed. One Node.js process for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <utf8proc.h>

#include "base/outcome.h"
#include "credential/credential.h"
#include "text/jsonw.h"
#include "text/name.h"

enum { CREDENTIALS = 5000, LETTERS_MAX = 12, PLANES = 17 };

static uint64_t seed = 20261120;
static size_t seen[PLANES]; /* code points of each plane in the names */

/* xorshift64*: the same names every time. */
static uint32_t below(uint32_t bound)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % bound;
}

/* Ranges with letters or marks, as many of the rare as of the common ones. */
static const struct {
	int32_t first, last;
} ranges[] = {
	{0x41, 0x17f}, {0x300, 0x36f}, {0x370, 0x6ff}, {0x900, 0xdff}, {0xe00, 0x1fff},
	{0x2c00, 0x2dff}, {0x3041, 0x312f}, {0x3400, 0x4dbf}, {0x4e00, 0x9fff}, {0xa000, 0xabff},
	{0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfb50, 0xfdff}, {0xfe00, 0xfe0f}, {0x10000, 0x10fff},
	{0x11000, 0x123ff}, {0x16800, 0x18aff}, {0x1d165, 0x1d1ad}, {0x1d400, 0x1d7cb},
	{0x1e000, 0x1eeff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd}, {0xe0100, 0xe01ef},
};

static int32_t random_point(void)
{
	static const char punctuation[] = {' ', '.', '\'', '-'};
	if (below(12) == 0)
		return below(3) == 0 ? 0xb7 : punctuation[below(sizeof punctuation)];
	size_t r = below(ARRAY_LEN(ranges));
	return ranges[r].first + (int32_t)below((uint32_t)(ranges[r].last - ranges[r].first + 1));
}

/* A name that is accepted, in the form in which it is stored. */
static struct slice random_name(struct arena *arena)
{
	for (;;) {
		char text[LETTERS_MAX * 4];
		size_t n = 0, letters = 1 + below(LETTERS_MAX);
		struct slice name;
		const char *code;
		for (size_t i = 0; i < letters; i++)
			n += (size_t)utf8proc_encode_char(random_point(), (uint8_t *)text + n);
		int r = name_check(slice_from(text, n), arena, &name, &code);
		assert_true(r == 0 || r == E_REFUSED);
		if (r == 0)
			return name;
	}
}

static void count_planes(struct slice name)
{
	const uint8_t *p = (const uint8_t *)name.p;
	for (size_t i = 0; i < name.n;) {
		int32_t c;
		ptrdiff_t n = utf8proc_iterate(p + i, (ptrdiff_t)(name.n - i), &c);
		assert_true(n > 0);
		seen[c >> 16]++;
		i += (size_t)n;
	}
}

static void add_credential(struct buf *out, struct arena *arena, uint32_t i)
{
	struct unsecured_document d;
	struct jsonw w;
	struct credential_facts f = {
		.kind = i % 2 ? KIND_COMPANY : KIND_SKILL_GRADE,
		.id = {{0xc0, 0xa1, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i}},
		.subject = {{0xe1, 0xb7, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i}},
		.title = random_name(arena), .number = SLICE("S000031000123264000001"),
		.holder = random_name(arena), .issuer_slug = SLICE("shili"),
		.issuer_name = random_name(arena), .occupation = SLICE("4-01-06-02"),
		.edition = SLICE("2022"), .level = SLICE("4"), .narrative = i % 8 ? random_name(arena) : SLICE("theory and \"skill\""),
		.valid_from = {INT64_C(1763604907000000)}, .public_url = SLICE("https://localhost:8443"),
		.list = 1, .index = i,
	};
	const struct slice names[] = {f.holder, f.issuer_name, f.title, f.narrative};
	for (size_t n = 0; n < ARRAY_LEN(names); n++)
		count_planes(names[n]);
	assert_int_equal(credential_build(arena, &f, &d), 0);
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_kraw(&w, "document", d.json);
	jsonw_kstr(&w, "canonical", d.canonical);
	jsonw_end(&w);
	buf_addc(out, '\n');
	assert_false(buf_failed(out));
}

static bool node_missing(void)
{
	if (access("tests/node/node_modules/jsonld/package.json", R_OK) != 0) {
		print_message("skip: tests/node has no packages; run npm ci there\n");
		return true;
	}
	if (system("node -e 0 >/dev/null 2>&1") != 0) {
		print_message("skip: no Node.js\n");
		return true;
	}
	return false;
}

static void test_names(void **state)
{
	struct buf line = BUF_INIT(64 * KIB);
	if (node_missing())
		skip();
	fflush(NULL);
	FILE *node = popen("exec node --max-semi-space-size=64 tests/node/names.mjs", "w");
	struct arena *arena = arena_new(MIB);
	assert_true(node && arena);
	for (uint32_t i = 0; i < CREDENTIALS; i++) {
		add_credential(&line, arena, i);
		assert_int_equal(fwrite(line.p, 1, line.n, node), line.n);
		buf_clear(&line);
		arena_reset(arena);
	}
	assert_int_equal(pclose(node), 0);
	static const int planes[] = {0, 1, 2, 3};
	for (size_t i = 0; i < ARRAY_LEN(planes); i++)
		assert_true(seen[planes[i]] > CREDENTIALS / 10);
	assert_int_equal(seen[14], 0); /* selectors are gone at the door */
	arena_free(arena);
	buf_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
