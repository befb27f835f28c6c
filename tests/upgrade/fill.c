/* tests/upgrade/fill.c - fills a registry through its own API with everything that can stand in one,
 * and writes it down as the fixture that later versions are upgraded from (README.md).
 *
 * It runs under libfaketime (make upgrade-fixture), because much comes only with time: certificates
 * that expired, passes whose publication is due, keys that were revoked from a day on. */
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
#include <time.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "crypt/encode.h"

static struct daemon *d;
static const char *folder;
static FILE *answers;

#define ADMIN d->token[BY_ADMIN]
#define SHILI d->token[BY_SHILI]
#define PASS "\"theory\":80,\"skill\":80"
#define FAIL "\"theory\":59.5,\"skill\":80"
#define REASON "{\"reason\":\"issued_in_error\",\"note\":\"file 2025-118\"}"
#define URL "https://registry.example"

/* ---- short ways ---- */

PRINTF_LIKE(4, 5)
static const struct answer *ask_as(const char *token, const char *method, const char *body,
                                   const char *form, ...)
{
	char path[200];
	va_list ap;
	va_start(ap, form);
	vsnprintf(path, sizeof path, form, ap);
	va_end(ap);
	return ASK(d->https, .method = method, .path = path, .body = body, .token = token, .fresh = true);
}

#define DO(status, token, method, body, ...) \
	expect_status(ask_as(token, method, body, __VA_ARGS__), status)

/* From now on it is this instant, UTC, for every process below us. Never backwards. */
static void travel(const char *to)
{
	struct tm tm = {0};
	assert_non_null(strptime(to, "%Y-%m-%d %H:%M", &tm));
	FILE *f = fopen(getenv("FAKETIME_TIMESTAMP_FILE"), "w");
	assert_non_null(f);
	fprintf(f, "%+lld\n", (long long)timegm(&tm) - atoll(getenv("REAL_TIME")));
	assert_int_equal(fclose(f), 0);
}

/* Background jobs publish what is due when they start. */
static void restart(void)
{
	assert_int_equal(daemon_stop(d), 0);
	daemon_run(d);
}

static const char *sql(const char *text)
{
	return cluster_ask(d->cluster, d->database, text);
}

static void until(const char *question, const char *want)
{
	for (int i = 0; i < 400 && strcmp(sql(question), want) != 0; i++)
		usleep(25000);
	assert_string_equal(sql(question), want);
}

struct pass {
	const char *assessment, *number[2]; /* of the body, of the company */
};

static const struct answer *submit(enum daemon_token by, const char *exam, const char *name,
                                   unsigned person, const char *scores)
{
	return expect_status(daemon_submit(d, by, exam, name, person, scores), 201);
}

static struct pass pass(enum daemon_token by, const char *exam, const char *name, unsigned person)
{
	const struct answer *a = submit(by, exam, name, person, PASS);
	struct pass p = {.assessment = answer_text(a, "id")};
	for (size_t i = 0; i < json_array_size(answer_at(a, "certificates")); i++) {
		char at[32];
		snprintf(at, sizeof at, "certificates.%zu.number", i);
		p.number[i] = answer_text(a, at);
	}
	return p;
}

static const struct answer *approve(const struct answer *asked)
{
	return DO(200, d->token[BY_SECOND], "POST", NULL, "/v1/key-actions/%s/approval", answer_text(asked, "id"));
}

static const char *active_key(const char *slug, const char *kind)
{
	const struct answer *list = DO(200, ADMIN, "GET", NULL, "/v1/issuers/%s/keys", slug);
	const json_t *items = answer_at(list, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *it = json_array_get(items, i);
		if (strcmp(json_string_value(json_object_get(it, "state")), "active") == 0 &&
		    strcmp(json_string_value(json_object_get(it, "kind")), kind) == 0)
			return json_string_value(json_object_get(it, "key_id"));
	}
	fail_msg("no active key of %s", slug);
	return NULL;
}

static void suspend(const char *number)
{
	DO(200, ADMIN, "PUT", REASON, "/v1/certificates/%s/suspension", number);
}

static void take_back(const char *number)
{
	DO(200, ADMIN, "POST", REASON, "/v1/certificates/%s/revocation", number);
}

static void reissue(const char *number)
{
	DO(200, ADMIN, "POST", NULL, "/v1/certificates/%s/reissue", number);
}

static void annul(const char *assessment)
{
	DO(200, ADMIN, "POST", REASON, "/v1/assessments/%s/annulment", assessment);
}

static void jwt(const char *number)
{
	char path[128];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	expect_status(ASK(d->https, .path = path, .token = ADMIN, .accept = "application/jwt"), 200);
}

/* ---- what happened, in order ---- */

/* Before the plan's window: these people are not newly certified in it. */
static void before_the_window(void)
{
	const char *exam = daemon_exam(d, BY_SHILI, "5", NULL);
	pass(BY_SHILI, exam, "赵一", 1);
	take_back(pass(BY_SHILI, exam, "赵二", 2).number[0]);
	annul(pass(BY_SHILI, exam, "赵三", 3).assessment);
}

static void a_session(void)
{
	char body[600];
	snprintf(body, sizeof body,
	         "{\"title\":\"直播销售员四级班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\","
	         "\"hours\":104,\"capacity\":40,\"district\":\"310105\"}", daemon_day(-30), daemon_day(-1));
	const char *ids[2], *enrolments[3];
	static const char *const names[] = {"钱一", "钱二", "钱三"};
	for (int s = 0; s < 2; s++)
		ids[s] = answer_text(DO(201, SHILI, "POST", body, "/v1/sessions"), "id");
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(body, sizeof body,
		         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}",
		         names[i], daemon_resident_id(30 + i));
		enrolments[i] = answer_text(DO(201, SHILI, "POST", body, "/v1/sessions/%s/enrolments",
		                               ids[i / 2]), "id");
	}
	snprintf(body, sizeof body,
	         "{\"completed_on\":\"%s\",\"enrolments\":[{\"id\":\"%s\",\"hours_attended\":104},"
	         "{\"id\":\"%s\",\"hours_attended\":60}]}", daemon_day(-1), enrolments[0], enrolments[1]);
	DO(200, SHILI, "POST", body, "/v1/sessions/%s/completion", ids[0]);
}

static void every_state(void)
{
	const char *dual = daemon_exam(d, BY_SHILI, "4", "xingbo");
	const char *plain = daemon_exam(d, BY_SHILI, "5", NULL);
	struct pass p = pass(BY_SHILI, dual, "赵一", 1); /* certified before: not newly */
	jwt(p.number[0]);
	pass(BY_SHILI, dual, "赵三", 3); /* annulled before: newly */
	p = pass(BY_SHILI, dual, "孙一", 4);
	suspend(p.number[0]);
	take_back(p.number[1]);
	annul(pass(BY_SHILI, dual, "孙二", 5).assessment);
	p = pass(BY_SHILI, plain, "孙三", 6);
	suspend(p.number[0]);
	DO(200, ADMIN, "DELETE", REASON, "/v1/certificates/%s/suspension", p.number[0]);
	p = pass(BY_SHILI, plain, "孙四", 7);
	suspend(p.number[0]);
	take_back(p.number[0]);
	p = pass(BY_SHILI, plain, "孙五", 8);
	take_back(p.number[0]);
	annul(p.assessment);
	submit(BY_SHILI, dual, "李一", 9, FAIL);
	char body[400];
	snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"李二\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"%s\"},\"attendance\":\"absent\"}", daemon_resident_id(10));
	DO(201, SHILI, "POST", body, "/v1/exams/%s/assessments", plain);
	snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"李三\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"%s\"},\"scores\":{" PASS "},\"certificate_number\":"
	         "\"S000031000123%.2s5900001\"}", daemon_resident_id(11), daemon_day(0) + 2);
	DO(201, SHILI, "POST", body, "/v1/exams/%s/assessments", plain);
	/* the level counts by the earliest live one: taken back, the next one does */
	const char *four = daemon_exam(d, BY_SHILI, "4", NULL), *three = daemon_exam(d, BY_SHILI, "3", NULL);
	p = pass(BY_SHILI, four, "李四", 12);
	pass(BY_SHILI, three, "李四", 12);
	take_back(p.number[0]);
}

/* The company has a window of five days, its certificates are valid for a month: this one is
 * published by a background job and has expired since, the other is annulled while it waits. */
static const char *waiting(void)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", "yunxuan");
	const char *first = answer_text(submit(BY_SHILI, exam, "周一", 13, PASS), "id");
	annul(answer_text(submit(BY_SHILI, exam, "周二", 14, PASS), "id"));
	return first;
}

static void keys_change(const char *pujiang_exam)
{
	char body[64], day[16];
	const char *number = pass(BY_PUJIANG, pujiang_exam, "吴二", 16).number[0];
	snprintf(day, sizeof day, "%s", daemon_day(-1));
	struct pass p[3];
	const char *plain = daemon_exam(d, BY_SHILI, "5", NULL);
	pass(BY_PUJIANG, pujiang_exam, "吴四", 21); /* and is not issued anew: unknown */
	static const char *const names[] = {"郑一", "郑二", "郑三"};
	for (unsigned i = 0; i < 3; i++)
		p[i] = pass(BY_SHILI, plain, names[i], 17 + i);
	jwt(p[0].number[0]);

	approve(DO(202, ADMIN, "POST", NULL, "/v1/issuers/shili/keys/rotation"));
	for (unsigned i = 0; i < 3; i++)
		reissue(p[i].number[0]);
	reissue(p[0].number[0]);
	jwt(p[0].number[0]);
	suspend(p[1].number[0]);
	take_back(p[2].number[0]);
	pass(BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), "郑四", 20);

	snprintf(body, sizeof body, "{\"from\":\"%s\"}", day);
	approve(DO(202, ADMIN, "POST", body, "/v1/issuers/pujiang/keys/%s/revocation",
	           active_key("pujiang", "ed25519")));
	DO(201, ADMIN, "POST", NULL, "/v1/issuers/pujiang/keys");
	reissue(number);
	pass(BY_PUJIANG, pujiang_exam, "吴三", 22);
	approve(DO(202, ADMIN, "POST", NULL, "/v1/issuers/yunxuan/keys/%s/retirement",
	           active_key("yunxuan", "p256")));
	const struct answer *taken_back =
		DO(202, ADMIN, "POST", NULL, "/v1/issuers/xingbo/keys/rotation");
	DO(200, ADMIN, "DELETE", NULL, "/v1/key-actions/%s", answer_text(taken_back, "id"));
	DO(202, ADMIN, "POST", NULL, "/v1/issuers/xingbo/keys/rotation"); /* and nobody decides */
}

static void wrapped_anew(void)
{
	char command[900], old[160];
	snprintf(old, sizeof old, "%s/old", d->dir);
	assert_int_equal(daemon_stop(d), 0);
	snprintf(command, sizeof command, "mv %s/kek %s; printf %%s 'the second key-encryption key 02' >%s/kek;"
	         "chmod 600 %s/kek; cp %s/kek %s/kek", d->dir, old, d->dir, d->dir, d->dir, folder);
	assert_int_equal(system(command), 0);
	d->options.kek_previous = old;
	daemon_run(d);
	assert_true(answer_int(DO(200, ADMIN, "POST", NULL, "/v1/keys/rewrap"), "rewrapped") > 8);
	d->options.kek_previous = NULL;
	restart();
}

/* The last things: counted, and folded only in part. */
static void the_end(void)
{
	until("SELECT count(*) FROM talent.count_delta", "0");
	PGconn *folding = cluster_connect(d->cluster, d->database, NULL);
	PQclear(PQexec(folding, "SELECT pg_advisory_lock(7103, 0)"));
	char body[400];
	snprintf(body, sizeof body, "{\"code\":\"PUBLIC-1\",\"occupation\":\"4-01-06-02\",\"edition\":"
	         "\"2022\",\"work_type\":\"直播销售员\",\"level\":\"4\",\"held_on\":\"%s\",\"partner\":"
	         "\"xingbo\",\"publicity_days\":7}", daemon_day(-1));
	const char *exam = answer_text(DO(201, SHILI, "POST", body, "/v1/exams"), "id");
	submit(BY_SHILI, exam, "王一", 23, PASS); /* due when an upgraded registry starts */
	exam = daemon_exam(d, BY_SHILI, "4", NULL);
	pass(BY_SHILI, exam, "王二", 24);
	char path[96];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"王三\",\"id_type\":\"resident_id\","
	         "\"id_number\":\"%s\"},\"scores\":{" PASS "}}", daemon_resident_id(25));
	expect_status(ASK(d->https, .path = path, .token = SHILI, .body = body, .key = "row-1"), 201);
	static const char *const lists[] = {"shili/status/revocation/1", "shili/status/suspension/1",
	                                    "xingbo/status/revocation/1", "pujiang/status/revocation/1"};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		DO(200, NULL, "GET", NULL, "/issuers/%s", lists[i]);
	until("SELECT count(*) FROM talent.signed_list", "4");
	sql("UPDATE talent.accreditation SET suspended_at = now() WHERE body ="
	    " (SELECT id FROM talent.organisation WHERE slug = 'pujiang') AND work_type = 'data-analysis'");
}

/* ---- what it answers to ---- */

/* Left out: what tells of the moment of asking, and what is said elsewhere. */
static void strip(json_t *json)
{
	static const char *const members[] = {
		"as_of", "plan_to_date", "ahead", "ahead_weeks", "remaining", "percent", "checked_at",
		"reference", "last_used_at", "checks", "links", "kind", "title", "occupation", "level",
		"work_type", "issuer", "window", "candidate", "scores", "issued_on"};
	const char *key;
	size_t i;
	json_t *value;
	for (i = 0; json_is_object(json) && i < ARRAY_LEN(members); i++)
		json_object_del(json, members[i]);
	json_object_foreach(json, key, value)
		strip(value);
	json_array_foreach(json, i, value)
		strip(value);
}

static void write_down(enum daemon_token by, const char *who, const char *method, const char *path,
                       const char *body)
{
	const struct answer *a = ASK(d->https, .method = method, .path = path, .body = body,
	                             .token = d->token[by], .fresh = true);
	json_t *json = json_deep_copy(a->json);
	assert_non_null(json);
	strip(json);
	char *text = json_dumps(json, JSON_COMPACT);
	fprintf(answers, "%s %s %s%s%s\n%d %s\n", who, method, path, body ? " " : "", body ? body : "",
	        a->status, text);
	free(text);
	json_decref(json);
}

/* One question for each row of a query, its first column. */
static void write_down_all(enum daemon_token by, const char *who, const char *query, const char *path)
{
	PGconn *db = cluster_connect(d->cluster, d->database, NULL);
	PGresult *rows = PQexec(db, query);
	assert_int_equal(PQresultStatus(rows), PGRES_TUPLES_OK);
	assert_true(PQntuples(rows) > 0);
	for (int i = 0; i < PQntuples(rows); i++) {
		char with[200];
		snprintf(with, sizeof with, "%s%s", path, PQgetvalue(rows, i, 0));
		bool posted = strcmp(path, "/v1/verifications") == 0;
		write_down(by, who, posted ? "POST" : "GET", posted ? path : with,
		           posted ? PQgetvalue(rows, i, 0) : NULL);
	}
	PQclear(rows);
	PQfinish(db);
}

/* Every code that was ever handed out: of versions that were replaced, too. */
static void write_down_codes(void)
{
	PGconn *db = cluster_connect(d->cluster, d->database, NULL);
	PGresult *rows = PQexec(db, "SELECT encode(code, 'hex') FROM talent.certificate_version"
	                            " ORDER BY made_at, id");
	for (int i = 0; i < PQntuples(rows); i++) {
		uint8_t code[CODE_BYTES];
		char text[CODE_TEXT], path[64];
		assert_true(hex_decode(slice_of(PQgetvalue(rows, i, 0)), code, sizeof code));
		code_format(code, text);
		snprintf(path, sizeof path, "/v1/verifications/%s", text);
		write_down(BY_NOBODY, "nobody", "GET", path, NULL);
	}
	PQclear(rows);
	PQfinish(db);
}

static void write_answers(void)
{
	write_down_codes();
	write_down_all(BY_EMPLOYER, "employer",
	               "SELECT format('{\"number\":\"%s\",\"name\":\"%s\"}', v.number, v.holder)"
	               " FROM talent.certificate_version v JOIN talent.certificate_state s"
	               " ON s.version = v.id ORDER BY v.made_at, v.id", "/v1/verifications");
	write_down_all(BY_ADMIN, "administrator", "SELECT id FROM talent.assessment ORDER BY id",
	               "/v1/assessments/");
	write_down_all(BY_ADMIN, "administrator", "SELECT slug || '/keys' FROM talent.organisation"
	               " WHERE id IN (SELECT organisation FROM talent.issuer_key) ORDER BY slug",
	               "/v1/issuers/");
	write_down(BY_ADMIN, "administrator", "GET", "/v1/key-actions", NULL);
	write_down_all(BY_NOBODY, "nobody", "SELECT slug || '/did.json' FROM talent.organisation"
	               " WHERE id IN (SELECT organisation FROM talent.issuer_key) ORDER BY slug",
	               "/issuers/");
	write_down(BY_NOBODY, "nobody", "GET", "/v1/progress/shanghai-2025-27", NULL);
	write_down(BY_ADMIN, "administrator", "GET", "/v1/progress/shanghai-2025-27/audit", NULL);
}

/* The rows as text, without what the migrations themselves put there. */
static void write_down_data(void)
{
	char command[2000];
	snprintf(command, sizeof command,
	         "set -e; cp %s/journal %s/journal; dump=$(ls /usr/lib/postgresql/*/bin/pg_dump | tail -1);"
	         "for t in district area area_district level occupation work_type work_type_level"
	         " counting_rule programme goal; do set -- \"$@\" --exclude-table=talent.$t; done;"
	         "{ echo 'SET session_replication_role = replica;';"
	         " echo 'DELETE FROM talent.status_clock; DELETE FROM talent.schema_migration;';"
	         " $dump -h %s -U postgres -d %s --data-only --schema=talent \"$@\" |"
	         " awk '/^(--|SET |\\\\(un)?restrict|SELECT pg_catalog.set_config|$)/ {next} /^COPY/ {copy = $0; next}"
	         " copy != \"\" {if ($0 != \"\\\\.\") {print copy; open = 1} copy = \"\"; if (!open) next}"
	         " {print} $0 == \"\\\\.\" {open = 0}'; } >%s/data.sql",
	         d->dir, folder, cluster_socket(d->cluster), d->database, folder);
	assert_int_equal(system(command), 0);
}

static void fill(void **state)
{
	sql("UPDATE talent.programme SET window_from = '2025-01-01', window_to = '2027-12-31'"
	    " WHERE slug = 'shanghai-2025-27'"); /* as an installation has it */
	sql("UPDATE talent.agreement SET validity_months = 1 WHERE window_days = 5");
	sql("UPDATE talent.token SET expires_at = NULL WHERE revoked_at IS NULL AND expires_at > now()");
	before_the_window();
	travel("2025-03-10 02:00");
	restart();
	a_session();
	every_state();
	const char *first = waiting(), *pujiang = daemon_exam(d, BY_PUJIANG, "4", "xingbo");
	pass(BY_PUJIANG, pujiang, "吴一", 15);
	travel("2025-03-20 02:00");
	restart();
	char published[160];
	snprintf(published, sizeof published, "SELECT state FROM talent.assessment WHERE id = '%s'", first);
	until(published, "published");
	keys_change(pujiang);
	travel("2025-06-02 02:00");
	wrapped_anew();
	the_end();
	char path[200];
	snprintf(path, sizeof path, "%s/answers", folder);
	answers = fopen(path, "w");
	assert_non_null(answers);
	write_answers();
	assert_int_equal(fclose(answers), 0);
	daemon_kill(d);
	write_down_data();
}

/* fill FOLDER: which exists and holds hash, cipher and kek. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fill)};
	if (argc != 2)
		return 2;
	folder = argv[1];
	travel("2024-11-20 02:00");
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){.secrets = folder, .public_url = URL});
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
