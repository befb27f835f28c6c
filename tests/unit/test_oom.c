/* Memory that is out: the n-th allocation fails, for every n until there are no more, and so does
 * every one from the n-th on; then the arena's maximum falls short at every size. A whole
 * submission and whole verifications must end in their right answer or in 503, without a leak. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../lib/office.h"
#include "web/word.h"

enum { N_MAX = 5000, ARENA_STEP = 379 };

/* ---- an allocator that fails when it is told to ---- */

static long left = -1; /* allocations until the failure; negative: none fails */
static bool lasting;   /* all later ones fail, too */
static bool failed;

static bool fails(void)
{
	if (left < 0)
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	failed = true;
	if (!lasting)
		left = -1;
	return true;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

/* ---- what is tried ---- */

struct scene {
	const char *method, *target, *type, *body;
	void (*prepare)(struct office *o);
	int status;
	size_t body_n; /* of the right answer, once known */
};

struct lack {
	long nth; /* negative: enough */
	bool lasting;
	size_t arena_max;
};

static void prepare_submit(struct office *o)
{
	office_caller(o, "institution", OFFICE_BODY, "active");
	fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &(struct exam_terms){0}));
	office_reserve(o, 2);
	fake_db_always(o->db, F_ASSESSMENT_SUBMIT,
	               FAKE_ROW("outcome assessment other", "stored", OFFICE_EXAM, NULL));
}

static void prepare_verify(struct office *o)
{
	const struct verdict_terms valid = {0};
	fake_db_always(o->db, Q_VERDICT_BY_NUMBER, office_verdict(&valid));
	fake_db_always(o->db, Q_VERDICT_BY_CODE, office_verdict(&valid));
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
	office_caller(o, "employer", NULL, "active"); /* batches need somebody */
}

static void prepare_cached(struct office *o)
{
	prepare_verify(o);
	struct visit *v = office_done(o, "GET", "/v1/verifications/" OFFICE_CODE, NULL);
	assert_int_equal(v->status, 200);
	assert_int_equal(fake_db_sent(o->db, Q_STATUS_READ), 1);
	loopback_forget(v);
}

static struct visit *play(struct office *o, const struct scene *s, struct lack lack)
{
	char fields[700];
	snprintf(fields, sizeof fields, "%s%s", o->fields, s->type ? s->type : "");
	s->prepare(o);
	struct visit *v = loopback_open(o->loop, &(struct visit_request){
		.method = s->method, .target = s->target, .fields = fields, .body = s->body,
		.arena_max = lack.arena_max});
	failed = false;
	lasting = lack.lasting;
	left = lack.nth;
	loopback_head(v);
	office_run(o);
	left = -1;
	assert_int_equal(v->phase, VISIT_OVER);
	return v;
}

/* A verdict is told all the same, with the word that nothing of it is kept. */
static bool lacks_a_record(const struct visit *v)
{
	return strstr(v->body, "\"record\":\"not_kept\"") || strstr(v->body, word_text(W_RECORD_NOT_KEPT, LANG_ZH));
}

/* True when nothing was lacking. */
static bool try_scene(struct scene *s, struct lack lack)
{
	struct office *o = office_new(true);
	struct visit *v = play(o, s, lack);
	bool whole = v->status == s->status;
	if (!whole)
		assert_int_equal(v->status, 503);
	if (whole && s->body_n && !lacks_a_record(v))
		assert_int_equal(v->body_n, s->body_n);
	if (whole && !s->body_n)
		s->body_n = v->body_n;
	/* What was stored is never denied. */
	if (!whole && fake_db_sent(o->db, F_ASSESSMENT_SUBMIT) > 0)
		assert_true(slice_is(visit_member(v, "code"), "outcome_unknown"));
	office_free(o);
	return whole && !failed;
}

static void lack_everywhere(struct scene *s)
{
	assert_true(try_scene(s, (struct lack){.nth = -1}));
	assert_true(s->body_n > 0);
	for (int i = 0; i < 2; i++) {
		long n = 0;
		while (!try_scene(s, (struct lack){.nth = n, .lasting = i == 1}))
			assert_true(++n < N_MAX);
		assert_true(n > 0);
	}
	size_t max = 64;
	while (!try_scene(s, (struct lack){.nth = -1, .arena_max = max}))
		max += ARENA_STEP;
	assert_true(max > 1024);
}

static void submitting(void **state)
{
	struct scene s = {
		"POST", "/v1/exams/" OFFICE_EXAM "/assessments", "Content-Type: application/json\r\n",
		"{\"candidate\":{\"name\":\"张伟\",\"id_type\":\"resident_id\","
		"\"id_number\":\"310199199003070014\"},\"scores\":{\"theory\":78.5,\"skill\":60}}",
		prepare_submit, 201, 0};
	lack_everywhere(&s);
}

static void verifying_by_number(void **state)
{
	struct scene s = {"POST", "/v1/verifications", "Content-Type: application/json\r\n",
	                  "{\"number\":\"s000031000123264000001\",\"name\":\"张 伟\"}", prepare_verify,
	                  200, 0};
	lack_everywhere(&s);
}

static void verifying_by_code(void **state)
{
	struct scene s = {"POST", "/v1/verifications", "Content-Type: application/json\r\n",
	                  "{\"code\":\"" OFFICE_CODE "\",\"name\":\"张伟\"}", prepare_cached, 200, 0};
	lack_everywhere(&s);
}

static void verifying_on_the_page(void **state)
{
	struct scene s = {"POST", "/v/" OFFICE_CODE "?lang=zh",
	                  "Content-Type: application/x-www-form-urlencoded\r\n",
	                  "name=%E5%BC%A0%E4%BC%9F", prepare_verify, 200, 0};
	lack_everywhere(&s);
}

static void a_batch(void **state)
{
	struct scene s = {"POST", "/v1/verifications", "Content-Type: application/json\r\n",
	                  "{\"items\":[{\"code\":\"" OFFICE_CODE "\"},{\"code\":\"" OFFICE_CODE
	                  "\",\"name\":\"张伟\"},{\"number\":\"A-2026-00000001\",\"name\":\"张伟\"}]}",
	                  prepare_verify, 200, 0};
	lack_everywhere(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submitting),          cmocka_unit_test(verifying_by_number),
		cmocka_unit_test(verifying_by_code),   cmocka_unit_test(verifying_on_the_page),
		cmocka_unit_test(a_batch),
	};
	return cmocka_run_group_tests_name("out of memory", tests, NULL, NULL);
}
