/* tests/integration/test_corrections.c - wrong results that are corrected, over real TLS: who asks, who decides, what
 * others see of the certificates, and that nothing changes when nothing can be signed. */
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
#include "base/attr.h"

static struct daemon *d;
static char result[64], id[64];

#define PASSES "\"theory\":80,\"skill\":80"
#define FAILS "\"theory\":58,\"skill\":80"
#define WHY ",\"reason\":\"marking_error\",\"evidence\":\"阅卷登记表第 3 页\"}"

static const struct answer *submit(const char *name, unsigned person, const char *scores)
{
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name, person, scores);
	snprintf(result, sizeof result, "%s", answer_text(expect_status(a, 201), "id"));
	return a;
}

static const struct answer *at(int by, const char *kind, const char *which, const char *behind, const char *body)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/%s/%s%s", kind, which, behind);
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

static const struct answer *request(int by, const char *body)
{
	return at(by, "assessments", result, "/corrections", body);
}

static void asked(const char *body)
{
	snprintf(id, sizeof id, "%s", answer_text(expect_status(request(BY_SHILI, body), 201), "id"));
}

static const struct answer *decide(int by, const char *verb, const char *body)
{
	return at(by, "corrections", id, verb, body);
}

static const char *verdict(const char *code)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	return answer_text(expect_status(ASK(d->https, .path = path), 200), "result");
}

static void a_body_asks_with_evidence(void **state)
{
	submit("赵敏", 1, FAILS);
	const struct answer *a = request(BY_SHILI, "{\"kind\":\"score\"}");
	expect_problem(a, 422, "invalid_fields");
	assert_non_null(strstr(a->body, "/evidence"));
	assert_non_null(strstr(a->body, "/reason"));
	a = expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{\"theory\":101,\"skill\":80}" WHY), 422,
	                   "invalid_fields");
	assert_non_null(strstr(a->body, "/scores/theory"));
	a = expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{\"theory\":80,\"skill\":80,\"review\":80}" WHY), 422,
	                   "invalid_fields");
	assert_non_null(strstr(a->body, "part_not_applicable"));
	expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{" FAILS "}" WHY), 422, "invalid_fields");
	expect_problem(request(BY_PUJIANG, "{\"kind\":\"score\",\"scores\":{" PASSES "}" WHY), 404, "not_found");
	expect_problem(request(BY_XINGBO, "{\"kind\":\"score\",\"scores\":{" PASSES "}" WHY), 403, "forbidden");
	asked("{\"kind\":\"score\",\"scores\":{" PASSES "}" WHY);
	a = expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{\"theory\":90,\"skill\":80}" WHY), 409,
	                   "correction_open");
	assert_string_equal(answer_text(a, "correction_id"), id);
	expect_problem(decide(BY_SHILI, "/approval", "{}"), 403, "forbidden");
	expect_problem(decide(BY_ELSEWHERE, "/approval", "{}"), 404, "not_found");
	expect_problem(decide(BY_ADMIN, "/withdrawal", "{\"reason\":\"other\"}"), 403, "forbidden");
	a = expect_status(ASK(d->https, .path = "/v1/corrections?state=requested&kind=score", .token = d->token[BY_DISTRICT]), 200);
	assert_string_equal(answer_text(a, "items.0.candidate.name"), "赵敏");
	a = expect_status(ASK(d->https, .path = "/v1/corrections", .token = d->token[BY_PUJIANG]), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 0);
	expect_status(decide(BY_ADMIN, "/refusal", "{\"reason\":\"resit_is_another_exam\"}"), 200);
	a = expect_problem(decide(BY_ADMIN, "/approval", "{}"), 409, "correction_state");
	assert_string_equal(answer_text(a, "state"), "refused");
	expect_problem(decide(BY_ADMIN, "/refusal", "{\"reason\":\"other\"}"), 409, "other_reason");
}

/* The body's key does not open: nothing is signed, nothing changes, and later the same request is good. */
static void a_fail_becomes_a_pass_when_it_can_be_signed(void **state)
{
	submit("孙丽", 2, FAILS);
	asked("{\"kind\":\"score\",\"scores\":{" PASSES "}" WHY);
	cluster_sql(d->cluster, d->database,
	            "CREATE TABLE talent.kept AS SELECT key, wrapped FROM talent.issuer_key;"
	            "SELECT set_config('talent.maintenance', 'on', true);UPDATE talent.issuer_key SET wrapped = sha512(wrapped)");
	expect_problem(decide(BY_ADMIN, "/approval", "{}"), 503, "signer_key_not_opened");
	assert_string_equal(answer_text(expect_status(at(BY_SHILI, "corrections", id, "", NULL), 200), "state"), "requested");
	assert_string_equal(answer_text(expect_status(at(BY_SHILI, "assessments", result, "", NULL), 200), "outcome"), "fail");
	cluster_sql(d->cluster, d->database,
	            "SELECT set_config('talent.maintenance', 'on', true);UPDATE talent.issuer_key k SET wrapped = o.wrapped FROM talent.kept o WHERE o.key = k.key;"
	            "DROP TABLE talent.kept");
	const struct answer *a = expect_status(decide(BY_ADMIN, "/approval", "{\"note\":\"已核对\"}"), 200);
	char made[64];
	snprintf(made, sizeof made, "%s", answer_text(a, "result_id"));
	const struct answer *again = expect_status(decide(BY_SECOND, "/approval", "{}"), 200);
	assert_string_equal(again->body, a->body);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
	a = expect_status(at(BY_SHILI, "assessments", result, "", NULL), 200);
	assert_string_equal(answer_text(a, "state"), "superseded");
	assert_string_equal(answer_text(a, "superseded_by"), made);
	assert_string_equal(answer_text(a, "superseded_on"), daemon_day(0));
	a = expect_status(at(BY_SHILI, "assessments", made, "", NULL), 200);
	assert_string_equal(answer_text(a, "supersedes"), result);
	assert_int_equal(json_array_size(answer_at(a, "certificates")), 2);
	assert_string_equal(verdict(answer_text(a, "certificates.0.verification_code")), "valid");
	a = expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{" PASSES "}" WHY), 409, "assessment_superseded");
	assert_string_equal(answer_text(a, "assessment_id"), made);
	a = expect_problem(at(BY_ADMIN, "assessments", result, "/annulment", "{\"reason\":\"fraud\"}"), 409,
	                   "assessment_superseded");
	assert_string_equal(answer_text(a, "assessment_id"), made);
	/* A number is a new pass's alone. */
	snprintf(result, sizeof result, "%s", made);
	a = expect_problem(request(BY_SHILI, "{\"kind\":\"score\",\"scores\":{\"theory\":90,\"skill\":80},"
	                                     "\"certificate_number\":\"S000031000123264000777\"" WHY), 422, "invalid_fields");
	assert_non_null(strstr(a->body, "number_stays"));
}

static void a_pass_becomes_a_fail(void **state)
{
	char code[64];
	const struct answer *a = submit("周六", 3, PASSES);
	snprintf(code, sizeof code, "%s", answer_text(a, "certificates.1.verification_code"));
	assert_string_equal(verdict(code), "valid");
	asked("{\"kind\":\"score\",\"scores\":{" FAILS "}" WHY);
	assert_string_equal(verdict(code), "valid"); /* asking changes nothing */
	expect_status(decide(BY_DISTRICT, "/approval", "{}"), 200);
	assert_string_equal(verdict(code), "revoked");
	a = expect_status(at(BY_AUDITOR, "corrections", id, "", NULL), 200);
	assert_string_equal(answer_text(a, "decided_by.credential"), "test");
	assert_string_equal(answer_text(a, "from.outcome"), "pass");
	assert_string_equal(answer_text(a, "to.failed_parts.0"), "theory");
	a = expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27/audit", .token = d->token[BY_AUDITOR]), 200);
	assert_true(json_is_true(answer_at(a, "agrees")));
}

#define CANDIDATE(name, person) \
	"\"candidate\":{\"name\":\"" name "\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}" WHY, daemon_resident_id(person)

static const struct answer *verify(const char *what, const char *value, const char *as)
{
	char body[300];
	snprintf(body, sizeof body, "{\"%s\":\"%s\",\"name\":\"%s\"}", what, value, as);
	return expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
}

static const char *result_of(const char *what, const char *value, const char *as)
{
	return answer_text(verify(what, value, as), "result");
}

static const struct answer *credential(const char *number)
{
	return expect_status(at(BY_SHILI, "certificates", number, "/credential", NULL), 200);
}

static void a_name_gives_new_documents(void **state)
{
	char code[2][64], number[64], body[512];
	const struct answer *a = submit("吴敏", 7, PASSES);
	for (int i = 0; i < 2; i++) {
		char where[48];
		snprintf(where, sizeof where, "certificates.%d.verification_code", i);
		snprintf(code[i], sizeof code[i], "%s", answer_text(a, where));
	}
	snprintf(number, sizeof number, "%s", answer_text(a, "certificates.0.number"));
	char *old = strdup(credential(number)->body);
	snprintf(body, sizeof body, "{\"kind\":\"name\"," CANDIDATE("吴敏", 7));
	expect_problem(request(BY_SHILI, body), 422, "invalid_fields");
	snprintf(body, sizeof body, "{\"kind\":\"name\",\"scores\":{" PASSES "}," CANDIDATE("吴旻", 7));
	assert_non_null(strstr(expect_problem(request(BY_SHILI, body), 422, "invalid_fields")->body, "not_of_kind"));
	expect_problem(request(BY_SHILI, "{\"kind\":\"name\"" WHY), 422, "invalid_fields");
	snprintf(body, sizeof body, "{\"kind\":\"name\"," CANDIDATE("吴旻", 7));
	asked(body);
	assert_string_equal(result_of("code", code[0], "吴敏"), "valid");
	expect_status(decide(BY_ADMIN, "/approval", "{}"), 200);
	/* The old code and credential say so, to whoever has them; the way to the new ones is the number and the right name. */
	for (int i = 0; i < 2; i++)
		assert_string_equal(result_of("code", code[i], "吴敏"), "replaced");
	assert_string_equal(result_of("number", number, "吴敏"), "no_match");
	assert_string_equal(result_of("number", number, "吴旻"), "valid");
	a = verify("code", code[0], "吴敏");
	assert_null(strstr(a->body, "吴旻"));
	static char sent[32768];
	snprintf(sent, sizeof sent, "{\"credential\":%s}", old);
	a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = sent), 200);
	assert_string_equal(answer_text(a, "result"), "replaced");
	a = credential(number);
	assert_non_null(strstr(a->body, "吴旻"));
	assert_null(strstr(a->body, "吴敏"));
	snprintf(sent, sizeof sent, "{\"credential\":%s}", a->body);
	a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = sent), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	expect_status(at(BY_SHILI, "certificates", number, "/document.pdf", NULL), 200);
	a = expect_status(at(BY_SHILI, "certificates", number, "/history", NULL), 200);
	assert_non_null(strstr(a->body, "identity_error"));
	free(old);
}

static void a_document_is_another_one(void **state)
{
	char code[64], body[512], lookup[256];
	const struct answer *a = submit("郑强", 8, PASSES);
	snprintf(code, sizeof code, "%s", answer_text(a, "certificates.1.verification_code"));
	snprintf(body, sizeof body, "{\"kind\":\"id_document\"," CANDIDATE("郑强", 7));
	asked(body);
	expect_problem(decide(BY_ADMIN, "/approval", "{}"), 409, "document_known"); /* 吴旻's */
	expect_status(decide(BY_ADMIN, "/refusal", "{\"reason\":\"evidence_contradicts\"}"), 200);
	snprintf(body, sizeof body, "{\"kind\":\"id_document\"," CANDIDATE("郑强", 9));
	asked(body);
	expect_status(decide(BY_ADMIN, "/approval", "{}"), 200);
	assert_string_equal(result_of("code", code, "郑强"), "replaced");
	a = expect_status(at(BY_ADMIN, "corrections", id, "", NULL), 200);
	assert_string_equal(answer_text(a, "to.id_number") + 14, daemon_resident_id(9) + 14);
	assert_string_equal(answer_text(a, "from.id_number") + 14, daemon_resident_id(8) + 14);
	for (unsigned i = 8; i < 10; i++) {
		snprintf(lookup, sizeof lookup, "{\"candidate\":{\"id_type\":\"resident_id\",\"id_number\":\"%s\"},\"purpose\":\"name_correction\"}",
		         daemon_resident_id(i));
		a = ASK(d->https, .path = "/v1/people/lookup", .token = d->token[BY_ADMIN], .body = lookup);
		if (a->status != (i == 9 ? 200 : 404))
			fail_msg("%d %s", a->status, a->body);
	}
	a = expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27/audit", .token = d->token[BY_AUDITOR]), 200);
	assert_true(json_is_true(answer_at(a, "agrees")));
}

static void a_submission_sent_again_is_answered_as_at_first(void **state)
{
	char path[128];
	static const char body[] = "{\"candidate\":{\"name\":\"孙丽\",\"id_type\":\"resident_id\",\"id_number\":\"310199199003070014\"},"
	                           "\"scores\":{" PASSES "}}";
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", daemon_exam(d, BY_SHILI, "5", "xingbo"));
	const struct answer *a = ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body, .key = "first");
	snprintf(result, sizeof result, "%s", answer_text(expect_status(a, 201), "id"));
	asked("{\"kind\":\"score\",\"scores\":{\"theory\":90,\"skill\":80}" WHY);
	expect_status(decide(BY_ADMIN, "/approval", "{}"), 200);
	const struct answer *again = ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body, .key = "first");
	assert_string_equal(expect_status(again, 201)->body, a->body);
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body), 409, "already_assessed");
}

static int setup(void **state)
{
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.info = true});
	return 0;
}

static int teardown(void **state)
{
	struct cluster *c = d->cluster;
	daemon_expect_clean_logs(d);
	daemon_free(d);
	cluster_stop(c);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_asks_with_evidence),
		cmocka_unit_test(a_fail_becomes_a_pass_when_it_can_be_signed),
		cmocka_unit_test(a_pass_becomes_a_fail),
		cmocka_unit_test(a_name_gives_new_documents),
		cmocka_unit_test(a_document_is_another_one),
		cmocka_unit_test(a_submission_sent_again_is_answered_as_at_first),
	};
	return cmocka_run_group_tests_name("corrections", tests, setup, teardown);
}
