/* Journals against what is stored: each verdict, several journals, keys, explanations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/outcome.h"
#include "ctl/journal_audit.h"

enum { MINUTE = 60 };

static size_t counts[AUDIT_VERDICTS];
static char said[1024]; /* "verdict key kind" and the object of each finding */

static struct instant at(int minute)
{
	return (struct instant){INT64_C(1000000) * MINUTE * (1000 + minute)};
}

static void line(struct journal_audit *a, uint8_t hash, const char *key, int minute)
{
	struct journal_line l = {
		.time = at(minute), .is_signed = true,
		.signature = {.issuer = SLICE("shili"), .key_id = slice_of(key)},
	};
	memset(l.signature.hash, hash, sizeof l.signature.hash);
	assert_int_equal(journal_audit_line(a, &l), 0);
}

static void stored(struct journal_audit *a, uint8_t hash, const char *key, int minute)
{
	uint8_t bytes[SHA256_SIZE];
	memset(bytes, hash, sizeof bytes);
	const struct audit_row row = {bytes, slice_of(key), SLICE("jwt"), SLICE("N1"), at(minute)};
	assert_int_equal(journal_audit_stored(a, &row), 0);
}

static void on_finding(void *arg, const struct audit_finding *f)
{
	size_t n = strlen(said);
	snprintf(said + n, sizeof said - n, "%s %s %s%s%s;", audit_code(f->verdict), f->key, f->kind,
	         *f->object ? " " : "", f->object);
}

static bool judge(struct journal_audit *a, int read)
{
	said[0] = '\0';
	bool clean = journal_audit_judge(a, at(read), counts, on_finding, NULL);
	journal_audit_free(a);
	return clean;
}

static struct journal_audit *new(void)
{
	struct journal_audit *a = journal_audit_new();
	assert_non_null(a);
	return a;
}

static void what_is_signed_and_stored_is_clean(void **state)
{
	struct journal_audit *a = new();
	for (uint8_t i = 0; i < 200; i++) {
		line(a, (uint8_t)(i * 7), "zA", i);
		stored(a, (uint8_t)(i * 7), "zA", i);
	}
	line(a, 7, "zA", 201); /* the same bytes again */
	journal_audit_end(a);
	assert_true(judge(a, 300));
	assert_int_equal(counts[AUDIT_STORED], 201);
	assert_string_equal(said, "");
}

static void what_is_not_stored_is_named(void **state)
{
	struct journal_audit *a = new();
	line(a, 1, "zA", 0);
	line(a, 3, "zB", 20);
	line(a, 2, "zA", 10);
	line(a, 4, "zA", 300); /* just now */
	line(a, 5, "zA", 400); /* a time that has not come is no excuse */
	journal_audit_end(a);
	stored(a, 1, "zA", 0);
	assert_false(judge(a, 300));
	assert_string_equal(said, "unstored zA ;unstored zB ;young zA ;unstored zA ;");
	assert_int_equal(counts[AUDIT_UNSTORED], 3);
}

static void only_young_ones_are_clean(void **state)
{
	struct journal_audit *a = new();
	line(a, 4, "zA", 300);
	journal_audit_end(a);
	assert_true(judge(a, 300));
	assert_string_equal(said, "young zA ;");
}

/* Of a line: what it was, and of which certificate or list. */
static void kind_and_object_are_named(void **state)
{
	const struct journal_signed lines[] = {
		{.what = SLICE("credential"), .subject = SLICE("S000031000123264000001"), .version = {{1}}},
		{.what = SLICE("jwt"), .version = {{0x7f, 1}}},
		{.what = SLICE("status_list"), .subject = SLICE("revocation"), .list = 2},
	};
	struct journal_audit *a = new();
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct journal_line l = {.time = at((int)i), .is_signed = true, .signature = lines[i]};
		l.signature.issuer = SLICE("shili");
		l.signature.key_id = SLICE("zA");
		l.signature.hash[0] = (uint8_t)i;
		assert_int_equal(journal_audit_line(a, &l), 0);
	}
	journal_audit_end(a);
	assert_false(judge(a, 300));
	assert_string_equal(said, "unstored zA credential S000031000123264000001;"
	                          "unstored zA jwt 7f010000-0000-0000-0000-000000000000;"
	                          "unstored zA status_list shili/revocation/2;");
}

/* What another key signed of the same bytes is not what is stored. */
static void the_key_counts(void **state)
{
	struct journal_audit *a = new();
	line(a, 1, "zA", 0);
	line(a, 1, "zThief", 50);
	journal_audit_end(a);
	stored(a, 1, "zA", 0);
	assert_false(judge(a, 300));
	assert_string_equal(said, "unstored zThief ;");
}

static void stored_but_never_signed(void **state)
{
	struct journal_audit *a = new();
	line(a, 1, "zA", 100);
	journal_audit_end(a);
	stored(a, 1, "zA", 100);
	stored(a, 2, "zA", 50);  /* before the journal begins */
	stored(a, 3, "zA", 150); /* it ran */
	stored(a, 4, "zA", 301); /* after it was read */
	const struct audit_row altered = {NULL, SLICE("zB"), SLICE("credential"), SLICE("N2"), at(10)};
	assert_int_equal(journal_audit_stored(a, &altered), 0);
	assert_false(judge(a, 300));
	assert_string_equal(said, "altered zB credential N2;unsigned zA jwt N1;");
	assert_int_equal(counts[AUDIT_OUTSIDE], 2);
}

static void line_of(struct journal_audit *a, uint8_t hash, uint32_t process, int minute)
{
	line(a, hash, "zA", minute);
	struct journal_line l = {
		.time = at(minute), .is_signed = true,
		.signature = {.issuer = SLICE("shili"), .key_id = SLICE("zP"), .process = process},
	};
	memset(l.signature.hash, hash, sizeof l.signature.hash);
	assert_int_equal(journal_audit_line(a, &l), 0);
}

static void ended(struct journal_audit *a, uint32_t process, int minute)
{
	const struct journal_line l = {.time = at(minute), .ended = process};
	assert_int_equal(journal_audit_line(a, &l), 0);
}

/* Apart, because it is to be expected; not clean, because a thief can end a process as well. */
static void what_a_process_left_is_listed_apart(void **state)
{
	struct journal_audit *a = new();
	line_of(a, 1, 7, 10);
	line_of(a, 2, 8, 11);
	ended(a, 7, 12);
	line_of(a, 3, 7, 13); /* the number is another's now */
	journal_audit_end(a);
	ended(a, 8, 14); /* on another host */
	journal_audit_end(a);
	for (uint8_t i = 1; i <= 3; i++)
		stored(a, i, "zA", 9 + i);
	assert_false(judge(a, 300));
	assert_string_equal(said, "left zP ;unstored zP ;unstored zP ;");
	a = new();
	line_of(a, 1, 7, 10);
	ended(a, 7, 12);
	journal_audit_end(a);
	stored(a, 1, "zA", 10);
	assert_false(judge(a, 300));
	assert_int_equal(counts[AUDIT_LEFT], 1);
	/* What it had signed long before, and lived on, is not explained by its end. */
	a = new();
	line_of(a, 1, 7, 10);
	line_of(a, 2, 7, 12);
	ended(a, 7, 13);
	ended(a, 7, 14);
	journal_audit_end(a);
	stored(a, 1, "zA", 10);
	stored(a, 2, "zA", 12);
	assert_false(judge(a, 300));
	assert_string_equal(said, "unstored zP ;left zP ;");
}

static void noted(struct journal_audit *a, uint8_t hash, bool older)
{
	uint8_t bytes[SHA256_SIZE];
	memset(bytes, hash, sizeof bytes);
	const struct audit_row row = {bytes, SLICE("zA"), SLICE("status_list"), SLICE("shili/revocation/1"), at(20)};
	assert_int_equal(journal_audit_noted(a, &row, older), 0);
}

/* That a hash was noted as a list's explains nothing unless the list comes out; of notes that were
 * made before that could be found out, it is counted. */
static void notes_of_lists(void **state)
{
	static const char why[] =
		"0202020202020202020202020202020202020202020202020202020202020202 a rehearsal\n";
	size_t bad;
	for (int explained = 0; explained < 2; explained++) {
		struct journal_audit *a = new();
		line(a, 1, "zA", 10);
		line(a, 1, "zThief", 11);
		line(a, 2, "zA", 12);
		journal_audit_end(a);
		noted(a, 1, true);
		noted(a, 2, false);
		if (explained)
			assert_int_equal(journal_audit_explain(a, slice_of(why), &bad), 0);
		assert_false(judge(a, 300));
		assert_string_equal(said, explained
			? "unstored zThief ;explained zA ;explained zA status_list shili/revocation/1;"
			: "unstored zThief ;unstored zA ;misnoted zA status_list shili/revocation/1;");
		assert_int_equal(counts[AUDIT_NOTED], 1);
	}
}

/* A second host that began later, and one that has signed nothing, have no say about before. */
static void several_journals(void **state)
{
	struct journal_audit *a = new();
	line(a, 1, "zA", 0);
	journal_audit_end(a);
	line(a, 2, "zA", 100);
	journal_audit_end(a);
	stored(a, 1, "zA", 0);
	stored(a, 2, "zA", 100);
	stored(a, 3, "zA", 50);
	assert_true(judge(a, 300));
	assert_int_equal(counts[AUDIT_OUTSIDE], 1);
	a = new();
	line(a, 1, "zA", 0);
	journal_audit_end(a);
	journal_audit_end(a);
	stored(a, 3, "zA", 50);
	assert_false(judge(a, 300));
	assert_string_equal(said, "unstored zA ;");
	assert_int_equal(counts[AUDIT_OUTSIDE], 1);
}

#define H8 "0202020202020202"

static void a_person_explains(void **state)
{
	struct journal_audit *a = new();
	size_t at_line;
	line(a, 1, "zA", 0);
	line(a, 2, "zA", 10);
	journal_audit_end(a);
	stored(a, 1, "zA", 0);
	assert_int_equal(journal_audit_explain(a, SLICE("# looked into\n\n" H8 H8 H8 H8
	                                                " the database was away\n"), &at_line), 0);
	assert_int_equal(journal_audit_explain(a, SLICE(H8 H8 H8 H8 " why\n" H8 H8 H8 H8 " \n"),
	                                       &at_line), E_SYNTAX);
	assert_int_equal(at_line, 2);
	assert_int_equal(journal_audit_explain(a, SLICE(H8 " short\n"), &at_line), E_SYNTAX);
	assert_true(judge(a, 300));
	assert_string_equal(said, "explained zA ;");
}

#define SEVENS "0707070707070707"

/* What a database that was restored has lost, the registry's journal knows. */
static void a_receipt_that_was_given_out_is_lost(void **state)
{
	struct journal_audit *a = new();
	static const char entry[] = "receipt: " SEVENS SEVENS SEVENS SEVENS " k1 1700000000000000";
	struct journal_line l = {.time = at(1), .is_signed = true,
	                         .signature = {.what = SLICE("receipt"), .subject = SLICE("V-1"), .key_id = SLICE("k1")}};
	memset(l.signature.hash, 7, sizeof l.signature.hash);
	assert_int_equal(journal_audit_line(a, &l), 0);
	memset(l.signature.hash, 8, sizeof l.signature.hash);
	assert_int_equal(journal_audit_line(a, &l), 0);
	journal_audit_end(a);
	assert_int_equal(journal_audit_line(a, &(struct journal_line){.time = at(1), .entry = slice_of(entry)}), 0);
	assert_int_equal(journal_audit_line(a, &(struct journal_line){.time = at(1), .entry = SLICE("receipt: 07 k1 1")}),
	                 E_SYNTAX);
	journal_audit_end(a);
	assert_false(judge(a, 10));
	assert_int_equal(counts[AUDIT_LOST], 1);
	assert_int_equal(counts[AUDIT_UNSTORED], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_and_stored_is_clean),
		cmocka_unit_test(what_is_not_stored_is_named),
		cmocka_unit_test(kind_and_object_are_named),
		cmocka_unit_test(only_young_ones_are_clean),
		cmocka_unit_test(the_key_counts),
		cmocka_unit_test(stored_but_never_signed),
		cmocka_unit_test(what_a_process_left_is_listed_apart),
		cmocka_unit_test(notes_of_lists),
		cmocka_unit_test(several_journals),
		cmocka_unit_test(a_person_explains),
		cmocka_unit_test(a_receipt_that_was_given_out_is_lost),
	};
	return cmocka_run_group_tests_name("ctl_journal_audit", tests, NULL, NULL);
}
