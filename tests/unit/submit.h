/* tests/unit/submit.h - an office that takes results: a submission up to its writing, and what that was
 * given. Included by the test_submit*.c only. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "crypt/encode.h"

#define TARGET "/v1/exams/" OFFICE_EXAM "/assessments"
#define CANDIDATE \
	"{\"candidate\":{\"name\":\"张伟\",\"id_type\":\"resident_id\"," \
	"\"id_number\":\"310199199003070014\"},"
#define PASS CANDIDATE "\"scores\":{\"theory\":78.50,\"skill\":60}}"
#define FAIL CANDIDATE "\"scores\":{\"theory\":59.5,\"skill\":59.99}}"
#define OTHER "33333333-0000-4000-8000-000000000003"
#define ROW(outcome, id, other) FAKE_ROW("outcome assessment other", outcome, id, other)

enum { SUBMIT = F_ASSESSMENT_SUBMIT, ARGS = 7, ISSUED_AT = 5, RESULTS = 6 };

/* Where the certificates stand in a result. */
#define GRADE "certificates.0."
#define COMPANY "certificates.1."

/* What was read of results lives until the test ends. */
enum { KEPT_MAX = 1024 };
static json_t *kept[KEPT_MAX];
static int n_kept;

static UNUSED int open_office(void **state)
{
	struct office *o = office_new(false);
	office_caller(o, "institution", OFFICE_BODY, "active");
	*state = o;
	return 0;
}

static UNUSED int close_office(void **state)
{
	office_free(*state);
	while (n_kept > 0)
		json_decref(kept[--n_kept]);
	return 0;
}

static UNUSED const struct exam_terms dual, plain = {.plain = true};

/* A submission, until the write function has been sent once more (or it is over). */
static UNUSED struct visit *until_stored(struct office *o, const struct exam_terms *t, const char *body)
{
	int before = fake_db_sent(o->db, SUBMIT);
	fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, t));
	struct visit *v = office_ask(o, "POST", TARGET, body);
	while (fake_db_sent(o->db, SUBMIT) == before && office_step(o))
		;
	return v;
}

static UNUSED const json_t *keep(json_t *json)
{
	assert_non_null(json);
	assert_true(n_kept < KEPT_MAX);
	kept[n_kept++] = json;
	return json;
}

/* A member of the only result of the which-th writing: its text, "17" for a number, NULL for null and for
 * what is not there. */
static UNUSED const char *arg_of(struct office *o, int which, const char *path)
{
	struct slice text = fake_db_arg_of(o->db, SUBMIT, which, RESULTS), rest = slice_of(path);
	const json_t *all = keep(json_loadb(text.p, text.n, 0, NULL)), *at = json_array_get(all, 0);
	assert_int_equal(json_array_size(all), 1);
	while (rest.n) {
		char name[32];
		struct slice step = slice_cut(&rest, '.');
		snprintf(name, sizeof name, "%.*s", (int)step.n, step.p);
		at = json_is_array(at) ? json_array_get(at, strtoul(name, NULL, 10))
		                       : json_object_get(at, name);
	}
	if (json_is_integer(at)) {
		char digits[24];
		snprintf(digits, sizeof digits, "%d", (int)json_integer_value(at));
		at = keep(json_string(digits));
	}
	return json_string_value(at);
}

static UNUSED const char *arg(struct office *o, const char *path)
{
	return arg_of(o, fake_db_sent(o->db, SUBMIT) - 1, path);
}

static UNUSED bool arg_is(struct office *o, const char *path, const char *text)
{
	const char *is = arg(o, path);
	return is && strcmp(is, text) == 0;
}

/* The document of the which-th certificate, byte by byte: no quotes are around it. */
static UNUSED const char *document(struct office *o, int which)
{
	const char *p = fake_db_arg(o->db, SUBMIT, RESULTS).p;
	json_error_t end;
	for (int i = 0; i <= which; i++) {
		p = strstr(p, "\"document\":");
		assert_non_null(p);
		p += strlen("\"document\":");
	}
	keep(json_loads(p, JSON_DISABLE_EOF_CHECK, &end));
	return json_string_value(keep(json_stringn(p, (size_t)end.position)));
}

static UNUSED void code_of(struct office *o, const char *path, char out[static CODE_TEXT])
{
	uint8_t code[CODE_BYTES];
	assert_true(hex_decode(slice_of(arg(o, path) + 2), code, sizeof code));
	code_format(code, out);
}

static UNUSED void answer(struct office *o, struct visit *v, const char *outcome, const char *id,
                   const char *other)
{
	assert_int_equal(v->phase, VISIT_WAITS);
	fake_db_answer_one(o->db, SUBMIT, ROW(outcome, id, other));
	office_run(o);
	assert_int_equal(v->phase, VISIT_OVER);
}

static UNUSED void expect_problem(const struct visit *v, int status, const char *code)
{
	assert_int_equal(v->status, status);
	assert_true(slice_is(visit_member(v, "code"), code));
}

#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)
