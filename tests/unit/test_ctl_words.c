/* What talentctl calls the API's code words in Chinese, held against the description of the API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "api/api.h"
#include "api/openapi.h"
#include "base/attr.h"
#include "ctl/word.h"

static const struct {
	const char *code, *zh;
} words[] = {
#define X(code, zh) {#code, zh},
#include "ctl/action_list.h"
#include "ctl/word_list.h"
#include "domain/basis_list.h"
#include "domain/organisation_kind_list.h"
#include "domain/organisation_reason_list.h"
#include "domain/purpose_list.h"
#include "domain/reason_list.h"
#include "domain/standing_reason_list.h"
#undef X
};

static const char *const own[] = {
#define X(code, zh) #code,
#include "ctl/word_list.h"
#undef X
};

/* Members whose values are shown in other words (ctl/verdict.c, ctl/submit.c) or not at all. */
static const char *const elsewhere[] = {"check", "code", "conditions", "name", "record", "result"};

/* Measures and what a state allows are rows, and what history tells is of SQL: no list of them stands in the description. */
static const char *const undeclared[] = {
	"assessments_taken", "certificates_company", "certificates_skill_grade", "mid_or_higher", "newly_certified",
	"sessions_completed", "trained_people", "training_completions", "days", "erased", "issued",
	"reinstated", "reissued", "submitted", "voided", "publish", "enrol", "unenrol", "attend", "complete", "cancel",
	"close", "reopen", "plan", "ok",
};

static bool is_among(const char *const *list, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

typedef void each_fn(const char *member, const char *value, void *arg);

/* Each value of each enum below, with the member whose value it is. */
static void each_choice(const json_t *at, const char *member, each_fn *fn, void *arg)
{
	const char *name;
	json_t *child, *choice;
	size_t i;
	if (member)
		json_array_foreach(json_object_get(at, "enum"), i, choice)
			if (json_is_string(choice))
				fn(member, json_string_value(choice), arg);
	json_object_foreach((json_t *)(uintptr_t)at, name, child) {
		bool same = strcmp(name, "items") == 0 || strcmp(name, "anyOf") == 0 || strcmp(name, "oneOf") == 0;
		if (strcmp(name, "properties") == 0) {
			const char *of;
			json_t *schema;
			json_object_foreach(child, of, schema)
				each_choice(schema, of, fn, arg);
		} else {
			each_choice(child, same ? member : NULL, fn, arg);
		}
	}
	json_array_foreach(at, i, child)
		each_choice(child, member, fn, arg);
}

static void has_word(const char *member, const char *value, void *arg)
{
	if (!is_among(elsewhere, ARRAY_LEN(elsewhere), member) && !code_word(member, value, LANG_ZH))
		fail_msg("%s \"%s\" has no Chinese word", member, value);
}

static void every_choice_of_an_answer_has_a_word(void **state)
{
	json_t *document = openapi_document(api_routes), *path, *operation;
	const char *address, *method;
	json_object_foreach(json_object_get(document, "paths"), address, path)
		json_object_foreach(path, method, operation)
			each_choice(json_object_get(operation, "responses"), NULL, has_word, NULL);
	json_decref(document);
}

static void mark(const char *member, const char *value, void *arg)
{
	bool *seen = arg;
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		seen[i] |= strcmp(own[i], value) == 0;
}

static void no_word_is_for_nothing(void **state)
{
	bool seen[ARRAY_LEN(own)] = {false};
	json_t *document = openapi_document(api_routes);
	each_choice(document, NULL, mark, seen);
	json_decref(document);
	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (seen[i] == is_among(undeclared, ARRAY_LEN(undeclared), own[i]))
			fail_msg("%s: %s", own[i], seen[i] ? "is declared" : "nothing is called so");
}

static void no_code_means_two_things(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(words[i].code, words[k].code) == 0)
				assert_string_equal(words[i].zh, words[k].zh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_choice_of_an_answer_has_a_word),
		cmocka_unit_test(no_word_is_for_nothing),
		cmocka_unit_test(no_code_means_two_things),
	};
	return cmocka_run_group_tests_name("words of talentctl", tests, NULL, NULL);
}
