/* The demonstration's input is what conf/demo/README.md says: its counts, its five bad rows, a
 * person of every document type, and relative dates that become dates. Run from the checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "ctl/json_file.h"
#include "ctl/results.h"
#include "text/csv.h"
#include "text/name.h"

struct demo {
	struct results_header header;
	bool have_header;
	unsigned rows, passed, failed, absent, refused_here, types;
	json_t *persons, *exams;
	unsigned contradictions;
};

static bool below_60(struct slice score)
{
	char text[16];
	snprintf(text, sizeof(text), "%.*s", SLICE_ARGS(score));
	return score.n && strtod(text, NULL) < 60;
}

static void check_name(struct slice name)
{
	struct arena *arena = arena_new(64 * KIB);
	struct slice nfc;
	const char *code = NULL;
	assert_int_equal(name_check(name, arena, &nfc, &code), 0);
	arena_free(arena);
}

static void count_type(struct demo *d, struct slice type)
{
	enum id_type known;
	if (id_type_parse(type, &known))
		d->types |= 1U << known;
}

static void count_person(struct demo *d, const struct results_row *row)
{
	struct buf person = BUF_INIT(4096), body = BUF_INIT(4096);
	results_row_person(row, &person);
	results_row_body(row, &body);
	json_t *before = json_object_getn(d->persons, person.p, person.n);
	if (before && !slice_is(buf_slice(&body), json_string_value(before)))
		d->contradictions++;
	json_object_setn_new(d->persons, person.p, person.n, json_stringn(body.p, body.n));
	buf_free(&person);
	buf_free(&body);
}

static int on_row(void *arg, size_t number, const struct slice *cells, size_t n)
{
	struct demo *d = arg;
	struct fields errors;
	int culprit;
	if (!d->have_header) {
		d->have_header = true;
		return (int)results_header_read(cells, n, &d->header, &culprit);
	}
	struct results_row row = results_row_read(&d->header, cells, n);
	d->rows++;
	check_name(row.cell[RESULTS_NAME]);
	json_object_setn_new(d->exams, row.cell[RESULTS_EXAM].p, row.cell[RESULTS_EXAM].n, json_true());
	fields_init(&errors, NULL);
	results_row_check(&row, number, LANG_EN, &errors);
	if (fields_any(&errors)) {
		d->refused_here++;
		return 0;
	}
	count_type(d, row.cell[RESULTS_ID_TYPE]);
	count_person(d, &row);
	if (slice_is(row.cell[RESULTS_ATTENDANCE], "缺考"))
		d->absent++;
	else if (below_60(row.cell[RESULTS_THEORY]) || below_60(row.cell[RESULTS_SKILL]) ||
		 below_60(row.cell[RESULTS_REVIEW]))
		d->failed++;
	else
		d->passed++;
	return 0;
}

static void read_results(const char *path, struct demo *d)
{
	struct ctl ctl = {.out = stdout, .err = stderr};
	struct buf text = BUF_INIT(MIB);
	*d = (struct demo){.persons = json_object(), .exams = json_object()};
	assert_int_equal(file_read(&ctl, path, &text), CTL_OK);
	struct csv_reader *reader = csv_reader_new(on_row, d);
	assert_int_equal(csv_reader_feed(reader, buf_slice(&text)), 0);
	assert_int_equal(csv_reader_end(reader), 0);
	csv_reader_free(reader);
	buf_free(&text);
}

static void forget(struct demo *d)
{
	json_decref(d->persons);
	json_decref(d->exams);
}

static void results_are_what_the_page_says(void **state)
{
	struct demo d;
	read_results("conf/demo/results.csv", &d);
	assert_int_equal(d.rows, 223);
	assert_int_equal(d.refused_here, 2);   /* 3.10199E+17, unknown type */
	assert_int_equal(d.contradictions, 1); /* one person twice */
	assert_int_equal(d.passed, 177 + 3);   /* and three that the registry refuses */
	assert_int_equal(d.failed, 24);
	assert_int_equal(d.absent, 17);
	assert_int_equal(d.types, 0x3f);
	assert_int_equal(json_object_size(d.exams), 6);
	forget(&d);
	read_results("conf/demo/three-bad-rows.csv", &d);
	assert_int_equal(d.rows, 5);
	assert_int_equal(d.refused_here, 1);
	assert_int_equal(d.contradictions, 1);
	forget(&d);
}

static void dates_are_relative_to_today(void **state)
{
	struct ctl ctl = {.out = stdout, .err = stderr};
	struct day today, d;
	json_t *value = NULL, *item;
	size_t i;
	assert_true(day_parse(SLICE("2027-01-05"), &today));
	assert_int_equal(json_file_read(&ctl, "conf/demo/exams.json", today, &value), CTL_OK);
	assert_int_equal(json_array_size(value), 6);
	json_array_foreach(value, i, item) {
		assert_true(day_parse(slice_of(json_string_value(json_object_get(item, "held_on"))), &d));
		assert_in_range(today.n - d.n, 1, 60);
	}
	json_decref(value);
	assert_int_equal(json_file_read(&ctl, "conf/demo/sessions.json", today, &value), CTL_OK);
	json_array_foreach(value, i, item) {
		json_t *session = json_object_get(item, "session");
		struct day end;
		assert_true(day_parse(slice_of(json_string_value(json_object_get(session, "ends_on"))), &end));
		assert_true(day_parse(slice_of(json_string_value(json_object_get(item, "completed_on"))), &d));
		assert_true(d.n >= end.n && d.n <= today.n);
	}
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_are_what_the_page_says),
		cmocka_unit_test(dates_are_relative_to_today),
	};
	return cmocka_run_group_tests_name("ctl_demo", tests, NULL, NULL);
}
