/* tests/integration/test_erasure.c - a person is erased while hosts serve: nobody hands anything of them out, offline
 * and online, no table has the name, counts and the signers' account stay as they were, and an older database is
 * brought to forget them again. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"

static struct cluster *cluster;
static struct daemon *d;

#define ASKED(sql) cluster_ask(d->cluster, d->database, (sql))

enum { HERO = 20, LONGEST = 16 * 1024 };
#define NAME "诸葛亮"

#define second d->token[BY_SECOND]
static char person[40], numbers[2][40], codes[2][64], credential[LONGEST], link_to[160];

static const struct answer *look_up(unsigned who)
{
	char body[512];
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"id_type\":\"resident_id\",\"id_number\":\"%s\"},\"purpose\":\"holder_request\"}",
	         daemon_resident_id(who));
	return ASK(d->https, .path = "/v1/people/lookup", .token = d->token[BY_ADMIN], .body = body);
}

static const struct answer *submit(const char *name, const char *scores)
{
	return daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name, HERO, scores);
}

/* Another try was signed for them and refused when it was to be stored. */
static void abandon(void)
{
	char sql[600];
	snprintf(sql, sizeof sql,
	         "INSERT INTO talent.abandoned_signature (version, key, issuer, document, list, idx, reason, request, void_rev)"
	         " SELECT gen_random_uuid(), v.key, v.issuer, talent._unsigned(t.document), v.list, v.idx, 'unstored', 'test',"
	         " c.rev FROM talent.certificate_version v JOIN talent.certificate_document t ON t.version = v.id,"
	         " talent.status_clock c WHERE v.number = '%s'", numbers[0]);
	cluster_sql(d->cluster, d->database, sql);
}

static void issue(void)
{
	const struct answer *a = expect_status(submit(NAME, "\"theory\":80,\"skill\":80"), 201);
	for (int i = 0; i < 2; i++) {
		char at[48];
		snprintf(at, sizeof at, "certificates.%d.number", i);
		snprintf(numbers[i], sizeof numbers[i], "%s", answer_text(a, at));
		snprintf(at, sizeof at, "certificates.%d.verification_code", i);
		snprintf(codes[i], sizeof codes[i], "%s", answer_text(a, at));
	}
	snprintf(link_to, sizeof link_to, "/v1/certificates/%s/credential", numbers[0]);
	a = expect_status(ASK(d->https, .path = link_to, .token = d->token[BY_SHILI]), 200);
	snprintf(credential, sizeof credential, "%s", a->body);
	expect_status(ASK(d->https, .path = link_to, .token = d->token[BY_SHILI], .accept = "application/jwt"), 200);
	snprintf(person, sizeof person, "%s", answer_text(expect_status(look_up(HERO), 200), "id"));
	abandon();
}

/* ---- what is asked before and after ---- */

static char *counted(void)
{
	return strdup(ASKED("SELECT string_agg(concat_ws('=', m.measure, m.n), ' ' ORDER BY 1) FROM (SELECT measure, sum(n) AS n"
	                    " FROM (SELECT measure, n FROM talent.count_delta UNION ALL SELECT measure, n FROM"
	                    " talent.count_total) x GROUP BY 1) m"));
}

static void counts_agree(void)
{
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/progress/shanghai-2025-27/audit",
	                                           .token = d->token[BY_AUDITOR]), 200);
	assert_true(json_is_true(json_object_get(a->json, "agrees")));
}

/* By code, by number and by the credential itself. */
static void result_is(const char *result)
{
	static char body[LONGEST + 256];
	snprintf(body, sizeof body, "{\"code\":\"%s\",\"name\":\"" NAME "\"}", codes[0]);
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200), "result"),
	                    result);
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"" NAME "\"}", numbers[1]);
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200), "result"),
	                    result);
	snprintf(body, sizeof body, "{\"credential\":%s}", credential);
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200), "result"),
	                    result);
}

static const struct answer *decide(const char *id, const char *what, const char *token)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/erasures/%s/%s", id, what);
	return ASK(d->https, .method = "POST", .path = path, .token = token);
}

static const struct answer *ask_for(const char *token, const char *ground)
{
	char path[128], body[160];
	snprintf(path, sizeof path, "/v1/people/%s/erasure", person);
	snprintf(body, sizeof body, "{\"basis\":\"%s\",\"note\":\"申请书 7 号\"}", ground);
	return ASK(d->https, .path = path, .token = token, .body = body);
}

static char *signed_hashes(void)
{
	static char text[8192];
	size_t i, n = 0;
	json_t *item;
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/keys/signatures?limit=200",
	                                           .token = d->token[BY_ADMIN]), 200);
	json_array_foreach(json_object_get(a->json, "items"), i, item) {
		const char *hash = json_string_value(json_object_get(item, "sha256"));
		if (strcmp(json_string_value(json_object_get(item, "what")), "status_list") != 0)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s\n", hash ? hash : "unreadable");
	}
	return strdup(text);
}

/* ---- the tests, in order ---- */

/* What is signed about a check shows the masked name. */
static void a_check_is_signed(void)
{
	char text[160];
	daemon_own_key(d);
	snprintf(text, sizeof text, "{\"code\":\"%s\"}", codes[0]);
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = text), 200);
	snprintf(text, sizeof text, "/v1/verification-records/%s/receipt.pdf", answer_text(a, "reference"));
	expect_status(ASK(d->https, .path = text), 200);
}

#define RECEIPTS "SELECT count(*) || ' ' || count(input) FROM talent.verification_receipt"

static void it_takes_two(void **state)
{
	a_check_is_signed();
	assert_string_equal(cluster_ask(d->cluster, d->database, RECEIPTS), "1 1");
	char id[40];
	result_is("valid");
	snprintf(id, sizeof id, "%s", answer_text(expect_status(ask_for(d->token[BY_ADMIN], "holder_request"), 202), "id"));
	assert_string_equal(answer_text(expect_status(ask_for(second, "holder_request"), 202), "id"), id);
	expect_problem(ask_for(second, "whim"), 422, "invalid_fields");
	expect_problem(decide(id, "approval", d->token[BY_ADMIN]), 409, "second_person_needed");
	expect_problem(decide(id, "approval", d->token[BY_DISTRICT]), 403, "forbidden");
	expect_status(decide(id, "rejection", second), 200);
	expect_problem(decide(id, "approval", second), 409, "action_over");
	result_is("valid");
}

static void an_erased_person_is_nobody(void **state)
{
	char id[40], *counts = counted(), *hashes = signed_hashes();
	counts_agree();
	snprintf(id, sizeof id, "%s", answer_text(expect_status(ask_for(d->token[BY_ADMIN], "holder_request"), 202), "id"));
	const struct answer *a = expect_status(decide(id, "approval", second), 200);
	assert_int_equal(json_integer_value(json_object_get(a->json, "certificates")), 2);
	result_is("no_match");
	counts_agree();
	char *counts_now = counted(), *hashes_now = signed_hashes();
	assert_string_equal(counts_now, counts);
	assert_string_equal(hashes_now, hashes);
	assert_null(strstr(hashes, "unreadable"));
	expect_status(decide(id, "approval", second), 200); /* a repetition */
	expect_problem(look_up(HERO), 404, "not_found");
	expect_problem(ask_for(d->token[BY_ADMIN], "holder_request"), 404, "not_found");
	free(counts);
	free(hashes);
	free(counts_now);
	free(hashes_now);
	assert_string_equal(cluster_ask(d->cluster, d->database, RECEIPTS), "1 0"); /* of it the hash is left */
}

static void nothing_is_handed_out(void **state)
{
	char path[160];
	expect_problem(ASK(d->https, .path = link_to, .token = d->token[BY_SHILI]), 404, "not_found");
	expect_problem(ASK(d->https, .path = link_to, .token = d->token[BY_SHILI], .accept = "application/jwt"), 404,
	               "not_found");
	snprintf(path, sizeof path, "/v1/certificates/%s/document.pdf", numbers[0]);
	expect_problem(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 404, "not_found");
	snprintf(path, sizeof path, "/v1/certificates/%s", numbers[0]);
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200), "state"),
	                    "revoked");
	snprintf(path, sizeof path, "/v/%s", codes[0]);
	assert_null(strstr(ASK(d->https, .path = path)->body, "诸"));
	assert_string_equal(ASKED("SELECT count(*) FROM talent.status_bit b JOIN talent.certificate_version v ON"
	                          " v.issuer = b.issuer AND v.list = b.list AND v.idx = b.idx"
	                          " WHERE b.purpose = 'revocation' AND v.holder = '*'"), "2");
}

/* Whatever the table. */
static void no_table_has_the_name(void **state)
{
	assert_string_equal(ASKED("SELECT coalesce(string_agg(t.table_name, ' '), 'none') FROM information_schema.tables t"
	                          " WHERE t.table_schema = 'talent' AND t.table_type = 'BASE TABLE' AND"
	                          " query_to_xml(format('SELECT 1 FROM talent.%I x WHERE x::text LIKE ''%%" NAME "%%''',"
	                          " t.table_name), false, false, '')::text LIKE '%row%'"), "none");
	assert_string_equal(ASKED("SELECT count(*) FROM talent.unverified_signature WHERE failed IS NOT NULL"), "0");
}

/* By the same document it is the same person, under the name of today; what was erased stays so, and nobody is
 * counted twice. */
static void who_comes_back_is_known_again(void **state)
{
	static const char people[] = "SELECT count(*) FROM talent.person_standing WHERE measure = 'newly_certified'";
	char *before = strdup(ASKED(people));
	expect_status(submit("诸葛孔明", "\"theory\":90,\"skill\":80"), 201);
	const struct answer *a = expect_status(look_up(HERO), 200);
	assert_string_equal(answer_text(a, "id"), person);
	assert_string_equal(answer_text(a, "name"), "诸葛孔明");
	assert_null(strstr(a->body, NAME));
	result_is("no_match");
	assert_string_equal(ASKED(people), before);
	counts_agree();
	free(before);
}

static void a_pass_that_waits_comes_first(void **state)
{
	cluster_sql(d->cluster, d->database, "ALTER TABLE talent.assessment DISABLE TRIGGER USER;"
	            "UPDATE talent.assessment SET state = 'awaiting_publication', publish_on = talent._today() + 9"
	            " WHERE name = '诸葛孔明'; ALTER TABLE talent.assessment ENABLE TRIGGER USER");
	expect_problem(ask_for(d->token[BY_ADMIN], "unlawful"), 409, "wrong_state");
}

/* The same lines as the daemon has written, met by a database of before: the person is erased again, with the hashes of
 * then. */
static void an_older_database_forgets_again(void **state)
{
	static const char *const steps[] = {
		"BEGIN", "SET LOCAL ROLE talent_owner",
		"CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])",
		"INSERT INTO talent.recover_line SELECT gen_random_uuid(), 1, string_to_array('erased: "
		"0d0000aa-0000-4000-8000-00000000000e ' || p.id, ' ') FROM talent.person p WHERE p.name = '周瑜'",
		"INSERT INTO talent.recover_line SELECT gen_random_uuid(), 2, ARRAY['gone:', v.id::text, v.key, repeat('ab', 32)]"
		" FROM talent.certificate_version v WHERE v.holder = '周瑜'",
		"SELECT 1 / (count(*) = 1)::int FROM talent._journal_missing(ARRAY(SELECT array_to_string(w, ' ') FROM"
		" talent.recover_line))",
		"SELECT 1 / bool_and(talent._journal_line_ok(array_to_string(w, ' ')))::int FROM talent.recover_line",
		"SELECT * FROM talent._recover('{}')",
		"SELECT 1 / (count(*) = 0)::int FROM talent._journal_missing(ARRAY(SELECT array_to_string(w, ' ') FROM"
		" talent.recover_line))",
		"SELECT 1 / (count(*) = 0)::int FROM talent.known_name WHERE name = '周瑜'",
		"SELECT 1 / (count(*) = 2 AND bool_and(s.erased_from = 'valid'))::int FROM talent.erased_signature g"
		" JOIN talent.certificate_version v ON v.id = g.version JOIN talent.certificate_state s"
		" ON s.certificate = v.certificate WHERE encode(g.hash, 'hex') = repeat('ab', 32)",
		"SET CONSTRAINTS ALL IMMEDIATE", "ROLLBACK",
	};
	char command[300];
	snprintf(command, sizeof command, "grep -rq 'erased: .* %s$' %s/state", person, d->dir);
	assert_int_equal(system(command), 0);
	expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), "周瑜", HERO + 1,
	                            "\"theory\":80,\"skill\":80"), 201);
	PGconn *c = cluster_connect(d->cluster, d->database, NULL);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		PGresult *r = PQexec(c, steps[i]);
		if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", steps[i], PQresultErrorMessage(r));
		PQclear(r);
	}
	PQfinish(c);
}

static bool refused(const char *sql)
{
	PGconn *c = cluster_connect(d->cluster, d->database, NULL);
	PGresult *r = PQexec(c, sql);
	bool is = PQresultStatus(r) == PGRES_FATAL_ERROR;
	PQclear(r);
	PQfinish(c);
	return is;
}

/* Nobody else, and the eraser nothing else: neither another column nor another text. */
static void only_the_eraser_erases(void **state)
{
	static const char *const tried[] = {
		"SET ROLE talent_owner; UPDATE talent.person SET name = '*', id_masked = '*'",
		"SET ROLE talent_owner; DELETE FROM talent.known_name",
		"SET ROLE talent_owner; UPDATE talent.certificate_version SET holder = '*' WHERE holder <> '*'",
		"SET ROLE talent_owner; UPDATE talent.certificate_state SET erased_from = 'valid'",
		"SET ROLE talent_eraser; UPDATE talent.certificate_version SET holder = 'x'",
		"SET ROLE talent_eraser; UPDATE talent.certificate_version SET number = '*'",
		"SET ROLE talent_eraser; UPDATE talent.person SET name = '*'",
		"SET ROLE talent_eraser; DELETE FROM talent.person",
		"SET ROLE talent_eraser; UPDATE talent.assessment SET name = 'x'",
		"SET ROLE talent_worker; SELECT talent._person_forget(id) FROM talent.person",
		"SET ROLE talent_jobs; SELECT talent._person_forget(id) FROM talent.person",
	};
	for (size_t i = 0; i < ARRAY_LEN(tried); i++)
		if (!refused(tried[i]))
			fail_msg("%s", tried[i]);
}

static void nothing_wrote_it_down(void **state)
{
	daemon_expect_clean_logs(d);
}

static int start(void **state)
{
	cluster = cluster_start();
	d = daemon_start(cluster, (struct daemon_options){0});
	issue();
	return 0;
}

static int stop(void **state)
{
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_takes_two),
		cmocka_unit_test(an_erased_person_is_nobody),
		cmocka_unit_test(nothing_is_handed_out),
		cmocka_unit_test(no_table_has_the_name),
		cmocka_unit_test(who_comes_back_is_known_again),
		cmocka_unit_test(a_pass_that_waits_comes_first),
		cmocka_unit_test(an_older_database_forgets_again),
		cmocka_unit_test(only_the_eraser_erases),
		cmocka_unit_test(nothing_wrote_it_down),
	};
	return cmocka_run_group_tests_name("erasure", tests, start, stop);
}
