/* talentctl's nouns: each has the verbs that people expect, each row is whole, and whoever types half a command is told
 * the other half. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/attr.h"
#include "ctl/noun.h"
#include "ctl/verbs.h"
#include "ctl_verbs.h"
#include "text/decode.h"
#include "web/route.h"

static const struct verb *const verbs[] = {VERBS NULL};

static const struct verb *find(const char *name, const char *sub)
{
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++)
			if (v->sub && strcmp(v->name, name) == 0 && strcmp(v->sub, sub) == 0)
				return v;
	return NULL;
}

static void nouns_have_the_verbs_that_make_sense(void **state)
{
	static const char *const nouns[][6] = {
		{"organisation", "list", "show", "history", "apply", "end"},
		{"site", "list", "show", "history", "create", "end"},
		{"staff", "list", "show", "history", "invite", "leave"},
		{"accreditation", "list", "show", "history", "create", "end"},
		{"recognition", "list", "show", "history", "create", "end"},
		{"agreement", "list", "show", "history", "propose", "end"},
		{"standard", "list", "show", "history", "add", "end"},
		{"occupation", "list", "show", "history", "add"}, /* it has no end: exams keep it */
		{"programme", "list", "show", "history", "create"}, /* its window ends it */
		{"audit", "list"},
		{"person", "lookup", "report"}, /* nobody lists people */
	};
	for (size_t i = 0; i < ARRAY_LEN(nouns); i++)
		for (size_t k = 1; k < ARRAY_LEN(nouns[i]) && nouns[i][k]; k++)
			if (!find(nouns[i][0], nouns[i][k]))
				fail_msg("there is no %s %s", nouns[i][0], nouns[i][k]);
}

/* ---- rows ---- */

static bool has_option(const struct verb *v, const char *name)
{
	for (size_t i = 0; i < VERB_OPTIONS_MAX && v->options[i].name; i++)
		if (strcmp(v->options[i].name, name) == 0)
			return true;
	return false;
}

static int places(const char *path)
{
	int n = 0;
	for (; (path = strchr(path, '%')); path++)
		n++;
	return n;
}

/* How many arguments the row takes: those of its path, and the one left over. */
static int arguments(const struct request *r)
{
	int n = places(r->path) - (r->of != NULL) + (r->file != FILE_NONE);
	for (const struct body_field *f = r->fields; f && f->option; f++)
		n += f->kind == BODY_ARGUMENT;
	return n;
}

static void check_row(const struct verb *v)
{
	const struct request *r = v->request;
	const char *what = r->path;
	if (arguments(r) != v->max_args || places(r->path) - (r->of != NULL) > v->min_args)
		fail_msg("%s %s: %s takes other arguments", v->name, v->sub, what);
	if (!r->view && !r->show && !r->says.en)
		fail_msg("%s %s shows nothing", v->name, v->sub);
	if (r->says.en && (places(r->says.en) != places(r->says.zh) || places(r->says.en) > 2))
		fail_msg("%s %s says two things", v->name, v->sub);
	for (int i = 0; r->says.en && i < places(r->says.en); i++)
		assert_non_null(r->says.members[i]);
	assert_true(!r->of || has_option(v, r->of));
	assert_int_equal(r->file == FILE_OF_MANY, r->many != NULL);
	assert_true(!r->complete || r->fields);
	for (const struct body_field *f = r->fields; f && f->option; f++)
		if (f->kind != BODY_ARGUMENT && !has_option(v, f->option))
			fail_msg("%s %s has no option %s", v->name, v->sub, f->option);
	if (r->instead.option && !has_option(v, r->instead.option))
		fail_msg("%s %s has no option %s", v->name, v->sub, r->instead.option);
}

static void rows_are_whole(void **state)
{
	int n = 0;
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++) {
			assert_true((v->run != NULL) != (v->request != NULL));
			if (v->request)
				check_row(v);
			n += v->request != NULL;
		}
	assert_in_range(n, 120, 400);
}

/* ---- lists ---- */

/* "/v1/sites/%" is "/v1/sites/{id:uuid}", whatever stands behind a "?". */
static bool is_path(const char *asked, const char *path)
{
	while (*asked && *asked != '?') {
		if (*asked == '%' && *path == '{') {
			path = strchr(path, '}');
			asked++;
			path++;
		} else if (*asked++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

/* Of the list that is asked; NULL: it takes no parameters. */
static const struct decode_table *query_of(const char *asked)
{
	const struct decode_table *query = NULL;
	int n = 0;
	for (const struct route *const *r = api_routes; *r; r++)
		if ((*r)->method == HTTP_GET && is_path(asked, (*r)->path)) {
			query = (*r)->query;
			n++;
		}
	if (n != 1)
		fail_msg("%d routes list what is at %s", n, asked);
	return query;
}

/* Of which parameter the option gives the value: NULL: it leads to an address instead. */
static const char *parameter_of(const struct request *r, const char *option, char out[static 64])
{
	if ((r->of && strcmp(r->of, option) == 0) || (r->instead.option && strcmp(r->instead.option, option) == 0))
		return NULL;
	for (const struct body_field *f = r->fields; f && f->option; f++)
		if (strcmp(f->option, option) == 0)
			return f->member;
	snprintf(out, 64, "%s", option);
	for (char *c = out; (c = strchr(c, '-'));)
		*c = '_';
	return out;
}

static bool takes(const struct decode_table *query, const char *parameter)
{
	for (size_t i = 0; query && i < query->n; i++)
		if (strcmp(query->fields[i].name, parameter) == 0)
			return true;
	return false;
}

/* The option for the parameter; NULL: none. */
static const struct option *option_for(const struct verb *v, const char *parameter)
{
	char name[64];
	for (size_t i = 0; i < VERB_OPTIONS_MAX && v->options[i].name; i++) {
		const char *of = parameter_of(v->request, v->options[i].name, name);
		if (of && strcmp(of, parameter) == 0)
			return &v->options[i];
	}
	return NULL;
}

/* Help says each code that may be given, in both languages; a word that is the only one may stand for itself. */
static void check_choices(const struct verb *v, const struct option *o, const char *const *choices)
{
	for (; choices && *choices; choices++)
		if (strcmp(o->value, *choices) != 0 && (!strstr(o->en, *choices) || !strstr(o->zh, *choices)))
			fail_msg("%s %s --%s does not say %s", v->name, v->sub ? v->sub : "", o->name, *choices);
}

/* What the API's list is asked by, but for the pages, the verb has an option for; or the address says it. */
static int check_filters(const struct verb *v, const char *at)
{
	const struct decode_table *query = query_of(at);
	char name[64];
	int n = 0;
	for (size_t i = 0; query && i < query->n; i++) {
		const char *parameter = query->fields[i].name;
		const char *said = strstr(at, parameter);
		if (strcmp(parameter, "limit") == 0 || strcmp(parameter, "after") == 0 || (said && strchr("?&", said[-1])))
			continue;
		const struct option *o = option_for(v, parameter);
		if (!o)
			fail_msg("%s %s has no option for the filter %s of %s", v->name, v->sub ? v->sub : "", parameter, at);
		else
			check_choices(v, o, query->fields[i].choices);
		n++;
	}
	for (size_t i = 0; i < VERB_OPTIONS_MAX && v->options[i].name; i++) {
		const char *parameter = parameter_of(v->request, v->options[i].name, name);
		if (parameter && !takes(query, parameter))
			fail_msg("%s takes no %s, as %s %s --%s would ask", at, parameter, v->name, v->sub, v->options[i].name);
	}
	return n;
}

static void lists_have_the_filters_of_the_api(void **state)
{
	int n = 0;
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++)
			if (v->request && !v->request->method) {
				n += check_filters(v, v->request->path);
				if (v->request->instead.option)
					check_filters(v, v->request->instead.path);
			}
	assert_in_range(n, 30, 200);
}

/* ---- half a command ---- */

static char said[64 * 1024];

/* The exit code of a command line that ends before anything is sent. */
static int type(const char *locale, const char *const *argv)
{
	int argc = 0;
	FILE *out = fmemopen(said, sizeof said, "w");
	assert_non_null(out);
	setenv("LC_ALL", locale, 1);
	setenv("TALENT_URL", "https://127.0.0.1:1", 1);
	setenv("HOME", "/nonexistent", 1);
	while (argv[argc])
		argc++;
	int code = ctl_main(argc, (char **)(uintptr_t)argv, out, out);
	fclose(out);
	return code;
}

#define TYPE(locale, ...) type(locale, (const char *const[]){"talentctl", __VA_ARGS__, NULL})

static void a_noun_tells_its_verbs(void **state)
{
	assert_int_equal(TYPE("C.UTF-8", "accreditation"), 2);
	assert_non_null(strstr(said, "what of accreditation? There is create, list, show, history, suspend, reinstate, end;"));
	assert_int_equal(TYPE("C.UTF-8", "policy", "repeal"), 2);
	assert_non_null(strstr(said, "no verb \"policy repeal\", but list, show, set; `talentctl help policy`"));
	assert_int_equal(TYPE("zh_CN.UTF-8", "policy", "repeal"), 2);
	assert_non_null(strstr(said, "没有命令“policy repeal”，可用：list、show、set；"));
	assert_int_equal(TYPE("C.UTF-8", "polity"), 2);
	assert_non_null(strstr(said, "no verb \"polity\""));
	assert_int_equal(TYPE("C.UTF-8", "site", "--help"), 0);
	assert_non_null(strstr(said, "talentctl site create SLUG"));
	assert_null(strstr(said, "talentctl staff"));
}

/* Codes, kinds, roles and rights stand where they are asked for. */
static void what_is_missing_is_named_with_what_it_may_be(void **state)
{
	assert_int_equal(TYPE("C.UTF-8", "agreement", "end", "x", "--to", "today"), 2);
	assert_non_null(strstr(said, "--reason is missing: one of: "));
	assert_int_equal(TYPE("zh_CN.UTF-8", "organisation", "suspend", "shili"), 2);
	assert_non_null(strstr(said, "缺少 --reason：原因，以下之一："));
	assert_int_equal(TYPE("C.UTF-8", "staff", "invite", "--name", "x", "--role", "auditor"), 2);
	assert_non_null(strstr(said, "--rights is missing: reads, submits"));
	assert_int_equal(TYPE("C.UTF-8", "erasure", "request", "x"), 2);
	assert_non_null(strstr(said, "--basis is missing: on what ground:"));
	assert_int_equal(TYPE("C.UTF-8", "area", "set", "x", "--name", "x", "--name-en", "x"), 2);
	assert_non_null(strstr(said, "--districts is missing"));
}

/* A file says everything, options do, and never half of each; a date that is none is not sent. */
static void a_file_or_options(void **state)
{
	assert_int_equal(TYPE("C.UTF-8", "session", "create"), 2);
	assert_non_null(strstr(said, "give a file, or options: session create FILE.json | --title TEXT"));
	assert_int_equal(TYPE("C.UTF-8", "standard", "preview", "x", "/dev/null", "--to", "today"), 2);
	assert_non_null(strstr(said, "/dev/null says everything: not --to besides"));
	assert_int_equal(TYPE("zh_CN.UTF-8", "accreditation", "create", "x.json", "--from", "today"), 2);
	assert_non_null(strstr(said, "已给出文件 x.json，不得再用 --from"));
	assert_int_equal(TYPE("C.UTF-8", "standard", "list", "--on", "soon"), 2);
	assert_non_null(strstr(said, "--on soon: expected YYYY-MM-DD, today"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nouns_have_the_verbs_that_make_sense),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(lists_have_the_filters_of_the_api),
		cmocka_unit_test(a_noun_tells_its_verbs),
		cmocka_unit_test(what_is_missing_is_named_with_what_it_may_be),
		cmocka_unit_test(a_file_or_options),
	};
	return cmocka_run_group_tests_name("ctl_nouns", tests, NULL, NULL);
}
