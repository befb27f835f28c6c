/* tests/integration/test_achievements.c - whoever follows an address that a certificate has signed finds what
 * the certificate said, whatever has become of editions, levels, titles and terms since. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"

static struct daemon *d;
static json_t *skill, *company; /* achievements as signed */
static char company_page[64];   /* of its verdict */

/* The achievement in the credential of a number. */
static json_t *signed_in(const char *number)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI],
	                                           .accept = "application/json"), 200);
	json_t *achievement = json_deep_copy(answer_at(a, "credentialSubject.achievement"));
	assert_non_null(achievement);
	return achievement;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	assert_non_null(text);
	return text;
}

static const char *path_of(const json_t *object)
{
	const char *id = text_of(object, "id");
	assert_memory_equal(id, d->url[PORT_PUBLIC], strlen(d->url[PORT_PUBLIC]));
	return id + strlen(d->url[PORT_PUBLIC]);
}

static void pass(const char *exam, unsigned person)
{
	const struct answer *a =
		expect_status(daemon_submit(d, BY_SHILI, exam, "张伟", person, "\"theory\":78.5,\"skill\":60"), 201);
	json_decref(skill);
	json_decref(company);
	skill = signed_in(answer_text(a, "certificates.0.number"));
	company = signed_in(answer_text(a, "certificates.1.number"));
	snprintf(company_page, sizeof company_page, "%s", strstr(answer_text(a, "certificates.1.links.verify"), "/v/"));
}

/* Every member that was signed, as it was signed. */
static void expect_signed(const json_t *achievement)
{
	const char *key;
	json_t *value;
	const struct answer *a = expect_status(ASK(d->https, .path = path_of(achievement),
	                                           .accept = "application/json"), 200);
	assert_string_equal(answer_header(a, "Content-Type"), "application/json");
	json_object_foreach((json_t *)(uintptr_t)achievement, key, value)
		if (!json_equal(value, json_object_get(a->json, key)))
			fail_msg("%s is not as signed: %s", key, a->body);
}

static void what_was_signed_stands_at_its_address(void **state)
{
	expect_signed(skill);
	expect_signed(company);
	const json_t *criteria = json_object_get(skill, "criteria");
	const struct answer *a = expect_status(ASK(d->https, .path = path_of(criteria),
	                                           .accept = "application/ld+json"), 200);
	assert_string_equal(answer_header(a, "Content-Type"), "application/ld+json");
	assert_string_equal(answer_text(a, "id"), text_of(criteria, "id"));
	assert_string_equal(answer_text(a, "narrative"), text_of(criteria, "narrative"));
	assert_non_null(strstr(a->body, text_of(skill, "id")));
	expect_status(ASK(d->https, .path = path_of(json_object_get(company, "criteria")),
	                  .accept = "application/json"), 200);
}

/* Neither in the signed document nor on the page of the verdict. */
static void a_companys_certificate_has_no_national_code(void **state)
{
	char *text = json_dumps(company, JSON_ENSURE_ASCII);
	assert_null(strstr(text, "4-01-06-02"));
	assert_null(strstr(text, "2022"));
	assert_string_equal(text_of(company, "humanCode"), strrchr(text_of(company, "id"), '/') + 1);
	assert_memory_equal(text_of(company, "humanCode"), "XINGBO-", 7);
	free(text);
	assert_non_null(strstr(expect_status(ASK(d->https, .path = company_page), 200)->body, text_of(company, "name")));
	assert_null(strstr(expect_status(ASK(d->https, .path = company_page), 200)->body, "四级/中级工"));
	assert_null(strstr(expect_status(ASK(d->https, .path = company_page, .language = "en"), 200)->body,
	                   "intermediate worker"));
}

/* The same title of the same work has one code; every other has another. */
static void codes_are_the_companys(void **state)
{
	assert_string_equal(cluster_ask(d->cluster, d->database,
		"SELECT count(*) FROM (SELECT FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement"
		" GROUP BY a.company, t.occupation, t.edition, t.work_type, t.level, t.title"
		" HAVING count(DISTINCT t.code) > 1) x"), "0");
	assert_string_equal(cluster_ask(d->cluster, d->database,
		"SELECT count(*) FROM (SELECT FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement"
		" GROUP BY a.company, t.code HAVING count(DISTINCT (t.occupation, t.work_type, t.level)) > 1) x"), "0");
	cluster_sql(d->cluster, d->database, "DO $$ BEGIN UPDATE talent.agreement_title SET code = '4-01-06-02';"
	            " RAISE 'taken'; EXCEPTION WHEN check_violation THEN NULL; END $$");
}

static const char *page(const json_t *object, const char *language)
{
	const struct answer *a = expect_status(
		ASK(d->https, .path = path_of(object), .accept = "text/html", .language = language), 200);
	assert_string_equal(answer_header(a, "Content-Type"), "text/html; charset=utf-8");
	return a->body;
}

static void people_read_it_in_both_languages(void **state)
{
	const char *zh = page(skill, "zh-CN"), *en = page(skill, "en");
	assert_non_null(strstr(zh, text_of(skill, "name")));
	assert_non_null(strstr(zh, "理论知识和技能操作均不低于60分"));
	assert_non_null(strstr(en, text_of(skill, "name")));
	assert_non_null(strstr(en, "internet marketing specialist, livestream salesperson, intermediate worker"));
	assert_non_null(strstr(en, "Theory and skill each at least 60"));
	zh = page(company, "zh-CN");
	assert_non_null(strstr(zh, "企业证书，非职业技能等级证书"));
	assert_non_null(strstr(zh, "星播示例科技有限公司"));
	assert_null(strstr(page(company, "en"), "intermediate worker"));
	en = page(json_object_get(skill, "criteria"), "en");
	assert_non_null(strstr(en, text_of(skill, "id")));
	/* Whoever asks for nothing gets the page, in Chinese. */
	const struct answer *a = expect_status(ASK(d->https, .path = path_of(skill)), 200);
	assert_non_null(strstr(a->body, "lang=\"zh-CN\""));
}

/* The company's title changes: the same address has said both. */
static void a_changed_title_takes_nothing_away(void **state)
{
	char before[96];
	json_t *old = json_incref(company);
	snprintf(before, sizeof before, "%s", text_of(company, "name"));
	cluster_sql(d->cluster, d->database, "UPDATE talent.agreement_title SET title = '星播主播 新'");
	pass(daemon_exam(d, BY_SHILI, "4", "xingbo"), 5);
	expect_signed(company);
	assert_string_equal(text_of(company, "name"), "星播主播 新");
	if (strcmp(text_of(old, "id"), text_of(company, "id")) == 0) {
		const struct answer *a = expect_status(ASK(d->https, .path = path_of(company),
		                                           .accept = "application/json"), 200);
		assert_string_equal(answer_text(a, "previously.0.name"), before);
		assert_null(answer_at(a, "previously.1"));
		assert_non_null(strstr(page(company, "en"), before));
	} else {
		expect_signed(old);
	}
	json_decref(old);
}

/* Neither terms nor rows of certificates are asked: what was signed stays, also behind an erasure. */
static void what_is_over_answers_still(void **state)
{
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.accreditation SET valid_to = valid_from;"
	            "UPDATE talent.agreement SET valid_to = valid_from;"
	            "DELETE FROM talent.agreement_title");
	expect_signed(skill);
	expect_signed(company);
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.achievement"), "3");
}

static void what_was_never_signed_is_not_found(void **state)
{
	static const char *const paths[] = {
		"/achievements/4-01-06-02/2022/livestream-sales/5", "/achievements/4-01-06-02/2022/livestream-sales",
		"/achievements/xingbo", "/achievements/a/b/c/d/e/f/g", "/criteria/4-01-06-02/5", "/criteria/x",
		"/achievements/%E2%80%AE", "/criteria/%27%22%3E"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		expect_problem(ASK(d->https, .path = paths[i], .accept = "application/json"), 404, "not_found");
	expect_status(ASK(d->https, .path = "/achievements/", .accept = "application/json"), 404);
	expect_status(ASK(d->https, .path = "/achievements", .accept = "application/json"), 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_signed_stands_at_its_address),
		cmocka_unit_test(a_companys_certificate_has_no_national_code),
		cmocka_unit_test(codes_are_the_companys),
		cmocka_unit_test(people_read_it_in_both_languages),
		cmocka_unit_test(a_changed_title_takes_nothing_away),
		cmocka_unit_test(what_is_over_answers_still),
		cmocka_unit_test(what_was_never_signed_is_not_found),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	pass(daemon_exam(d, BY_SHILI, "4", "xingbo"), 1);
	int failed = cmocka_run_group_tests_name("achievements", tests, NULL, NULL);
	json_decref(skill);
	json_decref(company);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
