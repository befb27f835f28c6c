/* Cursors: what comes back is what went in; anything else is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/cursor.h"

struct item {
	struct slice slug, none;
	struct uuid id;
	int64_t n;
};

static const struct cursor_shape shape = {"thing", 4, {CURSOR_KEY(struct item, n),
                                                       CURSOR_KEY(struct item, slug),
                                                       CURSOR_KEY(struct item, none),
                                                       CURSOR_KEY(struct item, id)}};
static const struct cursor_shape twin = {"thong", 4, {CURSOR_KEY(struct item, n),
                                                      CURSOR_KEY(struct item, slug),
                                                      CURSOR_KEY(struct item, none),
                                                      CURSOR_KEY(struct item, id)}};
static const struct cursor_shape by_id = {"thing", 1, {CURSOR_KEY(struct item, id)}};

static const struct item item = {.slug = {"上海-1", 8}, .id = {{1, 2, 0xff}}, .n = -7};

static void made(const struct cursor_shape *s, const struct item *of, struct buf *b)
{
	*b = BUF_INIT(2 * CURSOR_BYTES_MAX);
	cursor_add(b, s, of);
	assert_false(buf_failed(b));
}

static void every_key_comes_back(void **state)
{
	struct cursor c = {0};
	struct buf b;
	made(&shape, &item, &b);
	for (size_t i = 0; i < b.n; i++)
		assert_non_null(memchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", b.p[i], 64));
	assert_null(cursor_read(&shape, buf_slice(&b), &c));
	assert_true(c.given);
	assert_int_equal(c.key[0].number, -7);
	assert_true(slice_eq(c.key[1].text, item.slug));
	assert_null(c.key[2].text.p);
	assert_true(uuid_eq(c.key[3].uuid, item.id));
	buf_free(&b);
}

static void expect_none(const struct cursor_shape *s, struct slice text)
{
	struct cursor c = {0};
	assert_string_equal(cursor_read(s, text, &c), "cursor");
	assert_false(c.given);
}

static void what_is_none(void **state)
{
	struct buf b;
	char copy[CURSOR_BYTES_MAX * 2];
	made(&shape, &item, &b);
	expect_none(&twin, buf_slice(&b));
	expect_none(&by_id, buf_slice(&b));
	for (size_t n = 0; n < b.n; n++)
		expect_none(&shape, slice_from(b.p, n));
	for (size_t i = 0; i < b.n; i++) {
		memcpy(copy, b.p, b.n);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		expect_none(&shape, slice_from(copy, b.n));
	}
	memcpy(copy, b.p, b.n);
	copy[b.n] = 'A';
	expect_none(&shape, slice_from(copy, b.n + 1));
	expect_none(&shape, SLICE("7d1c0a52-9d5e-4c3a-8b1f-2f6c1f0e9a11"));
	expect_none(&shape, SLICE("%00"));
	memset(copy, 'A', sizeof copy);
	expect_none(&shape, slice_from(copy, sizeof copy));
	buf_free(&b);
}

/* Text that PostgreSQL would refuse is no key, though the check is right. */
static void text_that_is_none(void **state)
{
	const struct item bad[] = {{.slug = {"a\0b", 3}}, {.slug = {"\xff", 1}}, {.slug = {"a\n", 2}}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct buf b;
		made(&shape, &bad[i], &b);
		expect_none(&shape, buf_slice(&b));
		buf_free(&b);
	}
}

static void a_key_that_is_too_long(void **state)
{
	char text[CURSOR_TEXT_MAX + 1];
	memset(text, 'x', sizeof text);
	struct buf b;
	made(&shape, &(struct item){.slug = {text, CURSOR_TEXT_MAX}}, &b);
	struct cursor c = {0};
	assert_null(cursor_read(&shape, buf_slice(&b), &c));
	assert_int_equal(c.key[1].text.n, CURSOR_TEXT_MAX);
	buf_free(&b);
	b = BUF_INIT(2 * CURSOR_BYTES_MAX);
	cursor_add(&b, &shape, &(struct item){.slug = {text, sizeof text}});
	assert_true(buf_failed(&b));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_comes_back),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(text_that_is_none),
		cmocka_unit_test(a_key_that_is_too_long),
	};
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
