/* The cache of verdict rows: what it must not keep, and what it must forget. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "sql_statements.h"
#include "store/verdict.h"

enum { ROWS = 4 };

static const uint8_t seed[16] = "cache of a test ";
static const uint8_t code[VERDICT_CODE] = "sixteen bytes 1";
static const uint8_t code2[VERDICT_CODE] = "sixteen bytes 2";

static struct uuid certificate(void)
{
	struct uuid u;
	assert_true(uuid_parse(SLICE(OFFICE_CERTIFICATE), &u));
	return u;
}

static struct verdict_row *row(struct verdict_terms t)
{
	bool empty;
	PGresult *res = fake_conform(Q_VERDICT_BY_CODE, office_verdict(&t));
	struct verdict_row *v = verdict_row_new(res, &empty);
	PQclear(res); /* the row stands by itself */
	assert_false(empty);
	assert_non_null(v);
	return v;
}

static int open_cache(void **state)
{
	*state = verdict_cache_new(ROWS, seed);
	return *state ? 0 : -1;
}

static int close_cache(void **state)
{
	verdict_cache_free(*state);
	return 0;
}

static void rows(void **state)
{
	struct verdict_row *v = row((struct verdict_terms){.state = "suspended", .expires_on = "2027-01-31"});
	assert_int_equal(v->rev, 7);
	assert_true(v->found);
	assert_true(slice_is(v->holder, "张伟"));
	assert_true(slice_is(v->level_name_en, "intermediate worker"));
	assert_int_equal(v->facts.state, CERTIFICATE_SUSPENDED);
	assert_true(v->facts.expires);
	assert_true(uuid_eq(v->certificate, certificate()));
	verdict_row_free(v);
	v = row((struct verdict_terms){.state = "a state of a later version"});
	assert_int_equal(v->facts.state, CERTIFICATE_VOID);
	verdict_row_free(v);
	bool empty = false;
	PGresult *none = FAKE_NONE("rev");
	assert_null(verdict_row_new(none, &empty));
	assert_true(empty);
	PQclear(none);
	verdict_row_free(NULL);
}

static void kept_and_found(void **state)
{
	struct verdict_cache *c = *state;
	assert_null(verdict_cache_get(c, code));
	verdict_cache_put(c, code, row((struct verdict_terms){0}));
	assert_non_null(verdict_cache_get(c, code));
	assert_null(verdict_cache_get(c, code2));
	verdict_cache_put(c, code, row((struct verdict_terms){.state = "revoked", .rev = "8"}));
	assert_int_equal(verdict_cache_get(c, code)->facts.state, CERTIFICATE_REVOKED);
}

static void a_changed_certificate_is_dropped(void **state)
{
	struct verdict_cache *c = *state;
	verdict_cache_put(c, code, row((struct verdict_terms){0}));
	verdict_cache_put(c, code2, row((struct verdict_terms){.certificate = OFFICE_EXAM}));
	verdict_cache_changed(c, certificate(), 9);
	assert_null(verdict_cache_get(c, code));
	assert_non_null(verdict_cache_get(c, code2));
	/* A row that does not know the event yet comes late, then one that does. */
	verdict_cache_put(c, code, row((struct verdict_terms){.rev = "8"}));
	assert_null(verdict_cache_get(c, code));
	verdict_cache_put(c, code, row((struct verdict_terms){.rev = "9"}));
	assert_non_null(verdict_cache_get(c, code));
}

static void forgetting(void **state)
{
	struct verdict_cache *c = *state;
	verdict_cache_put(c, code, row((struct verdict_terms){0}));
	verdict_cache_forget(c);
	assert_null(verdict_cache_get(c, code));
	/* Too many changes to remember: all is forgotten rather than one of them lost. */
	verdict_cache_put(c, code, row((struct verdict_terms){0}));
	for (uint32_t i = 0; i <= 70000; i++) {
		struct uuid other = {{0xff, (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)}};
		verdict_cache_changed(c, other, 8);
	}
	assert_null(verdict_cache_get(c, code));
}

static void bounded(void **state)
{
	struct verdict_cache *c = *state;
	uint8_t many[VERDICT_CODE] = {0};
	for (uint8_t i = 0; i <= ROWS; i++) {
		many[0] = i;
		verdict_cache_put(c, many, row((struct verdict_terms){0}));
	}
	assert_non_null(verdict_cache_get(c, many));
	many[0] = 0;
	assert_null(verdict_cache_get(c, many));
}

#define CACHE_TEST(name) cmocka_unit_test_setup_teardown(name, open_cache, close_cache)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		CACHE_TEST(kept_and_found),
		CACHE_TEST(a_changed_certificate_is_dropped),
		CACHE_TEST(forgetting),
		CACHE_TEST(bounded),
	};
	return cmocka_run_group_tests_name("verdict cache", tests, NULL, NULL);
}
