/* tests/integration/test_from_empty.c - from a database that has only what migrations bring to certificates of
 * three bodies, by public calls alone: what `make run` loads (.make/demo.sh, conf/demo), cut off again and again
 * and gone on with, then a pair of each body. Nothing here writes a row: the database says who did. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"

enum { CALLS = 12, RUNS_MAX = 40 };

static struct cluster *cluster;
static struct daemon *d;
static char run[128], env[160];

#define ASKED(sql) cluster_ask(cluster, d->database, (sql))

/* ---- loading ---- */

/* Folder and file names as make run has them. */
static void make_folders(void)
{
	char path[256];
	snprintf(run, sizeof run, "%s/run", d->dir);
	snprintf(env, sizeof env, "%s/run.env", d->dir);
	snprintf(path, sizeof path, "%s/etc", d->dir);
	assert_int_equal(mkdir(run, 0700) | mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/etc/talentd.conf", d->dir);
	assert_int_equal(symlink(d->conf, path), 0);
	snprintf(path, sizeof path, "%s/ca.pem", run);
	assert_int_equal(symlink(d->pki.ca, path), 0);
}

static void set_environment(void)
{
	static char build[256];
	const char *program = getenv("TALENT_BIN");
	snprintf(build, sizeof build, "%s", program ? program : "build/test/talentd");
	*strrchr(build, '/') = '\0';
	setenv("BUILD", build, 1);
	setenv("RUN", run, 1);
	setenv("STATE", d->dir, 1);
	setenv("DEMO_ENV", env, 1);
	setenv("OWNER", cluster_conninfo(cluster, d->database, "talent_owner"), 1);
	setenv("URL_LOCAL", d->url[PORT_PUBLIC], 1);
	setenv("MTLS_PORT", strrchr(d->url[PORT_CLIENT], ':') + 1, 1);
	setenv("OPS_PORT", strrchr(d->url[PORT_OPS], ':') + 1, 1);
}

/* Exit status; what it says goes to a file. */
static int load(int calls)
{
	char command[256];
	snprintf(command, sizeof command, "CALLS=%d sh tests/integration/from_empty.sh >%s/said 2>&1", calls, run);
	return WEXITSTATUS(system(command));
}

static const char *said(void)
{
	static char text[8192];
	char path[160];
	snprintf(path, sizeof path, "%s/said", run);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	return text;
}

static void what_was_cut_off_is_gone_on_with(void **state)
{
	int runs = 0;
	make_folders();
	set_environment();
	while (load(CALLS) != 0 && runs++ < RUNS_MAX)
		;
	if (runs > RUNS_MAX)
		fail_msg("%s", said());
	assert_in_range(runs, 5, RUNS_MAX); /* it was */
	assert_non_null(strstr(said(), "verify   VALID"));
	assert_non_null(strstr(said(), "verify   REVOKED"));
}

/* ---- what is there ---- */

static void an_authority_and_who_stands_for_what(void **state)
{
	static const char *const there[][2] = {
		{"SELECT string_agg(o.slug, ' ' ORDER BY o.slug) FROM talent.organisation o WHERE o.state = 'approved'",
		 "haolai pujiang qihang shili skills-authority xingbo yunxuan"},
		{"SELECT string_agg(s.number_prefix, ' ' ORDER BY s.number_prefix) FROM talent.site s",
		 "J000031000045 S000031000123 S000031000124"},
		{"SELECT string_agg(s.name || array_to_string(s.districts, ''), ' ' ORDER BY s.name COLLATE \"C\") FROM talent.staff s"
		 " WHERE s.admission = 'two_people' AND s.left_at IS NULL", "林芳310105 顾明310115"},
		{"SELECT count(*) FROM talent.staff", "12"},
		{"SELECT string_agg(DISTINCT coalesce(o.slug, '-'), ' ' ORDER BY coalesce(o.slug, '-')) FROM talent.staff s"
		 " LEFT JOIN talent.organisation o ON o.id = s.organisation WHERE s.name IS NOT NULL",
		 "- haolai pujiang qihang shili skills-authority xingbo yunxuan"},
		{"SELECT count(*) FROM talent.accreditation", "6"},
		{"SELECT count(*) FROM talent.recognition", "4"},
		{"SELECT string_agg(b.slug || '-' || c.slug || ' ' || g.state, ', ' ORDER BY b.slug, c.slug) FROM talent.agreement g"
		 " JOIN talent.organisation b ON b.id = g.body JOIN talent.organisation c ON c.id = g.company",
		 "pujiang-xingbo approved, qihang-yunxuan approved, shili-xingbo approved, shili-yunxuan approved"},
		{"SELECT s.document FROM talent.standard s WHERE s.name = '示例直播策划师/2025'", "示例职鉴〔2025〕1号"},
		{"SELECT count(*) FROM talent.exam", "6"},
		{"SELECT count(*) FROM talent.assessment", "218"}, /* 223 rows, five of them bad */
		{"SELECT count(*) FROM talent.training_session WHERE completed_on IS NOT NULL", "2"},
	};
	for (size_t i = 0; i < ARRAY_LEN(there); i++)
		if (strcmp(ASKED(there[i][0]), there[i][1]) != 0)
			fail_msg("%s\n  want %s\n  got  %s", there[i][0], there[i][1], ASKED(there[i][0]));
}

/* ---- a pair of each body ---- */

/* The token that run.env has for somebody. */
static const char *token_of(const char *who)
{
	static char found[96];
	char line[512], name[64];
	int n = snprintf(name, sizeof name, "TALENT_%s_TOKEN=", who);
	FILE *f = fopen(env, "r");
	assert_non_null(f);
	found[0] = '\0';
	while (fgets(line, sizeof line, f))
		if (strncmp(line, name, (size_t)n) == 0)
			snprintf(found, sizeof found, "%.*s", (int)strcspn(line + n, "\n"), line + n);
	fclose(f);
	if (!*found)
		fail_msg("run.env has no %s", name);
	return found;
}

/* Whoever has the number and the name is told that it is so. */
static void is_valid(const char *number, const char *name, const char *issuer)
{
	char body[256];
	snprintf(body, sizeof body, "{\"number\":\"%s\",\"name\":\"%s\"}", number, name);
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/verifications", .body = body), 200);
	assert_string_equal(answer_text(a, "result"), "valid");
	assert_non_null(strstr(a->body, issuer));
}

static void each_body_issues_a_pair(void **state)
{
	static const struct {
		const char *who, *occupation, *work_type, *partner, *prefix, *body_name, *company_name, *name;
	} pairs[] = {
		{"INSTITUTION", "4-01-06-02", "直播销售员", "xingbo", "S000031000123", "上海示例技能评价中心", "星播示例科技有限公司", "周一"},
		{"PUJIANG", "4-01-06-02", "直播销售员", "xingbo", "S000031000124", "浦江示例职业技能评价中心", "星播示例科技有限公司", "吴二"},
		{"QIHANG", "4-13-01-99", "直播策划", "yunxuan", "J000031000045", "启航示例技工学校", "云选示例网络科技有限公司", "郑三"},
	};
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		char body[512], path[96], numbers[2][64];
		const char *token = token_of(pairs[i].who);
		snprintf(body, sizeof body,
		         "{\"code\":\"PAIR\",\"occupation\":\"%s\",\"edition\":\"2022\",\"work_type\":\"%s\",\"level\":\"4\","
		         "\"held_on\":\"%s\",\"partner\":\"%s\"}",
		         pairs[i].occupation, pairs[i].work_type, daemon_day(0), pairs[i].partner);
		const struct answer *a = expect_status(ASK(d->https, .path = "/v1/exams", .token = token, .body = body), 201);
		snprintf(path, sizeof path, "/v1/exams/%s/assessments", answer_text(a, "id"));
		snprintf(body, sizeof body,
		         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
		         "\"scores\":{\"theory\":80,\"skill\":80}}", pairs[i].name, daemon_resident_id(9000 + (unsigned)i));
		a = expect_status(ASK(d->https, .path = path, .token = token, .body = body), 201);
		assert_int_equal(json_array_size(answer_at(a, "certificates")), 2);
		snprintf(numbers[0], sizeof numbers[0], "%s", answer_text(a, "certificates.0.number"));
		snprintf(numbers[1], sizeof numbers[1], "%s", answer_text(a, "certificates.1.number"));
		assert_memory_equal(numbers[0], pairs[i].prefix, strlen(pairs[i].prefix));
		is_valid(numbers[0], pairs[i].name, pairs[i].body_name);
		is_valid(numbers[1], pairs[i].name, pairs[i].company_name);
	}
}

/* ---- who did it ---- */

static void everything_was_done_by_somebody_named(void **state)
{
	/* But for the applications, which anybody may make, the first two, whom the owner let in, and what the daemon does
	 * when it starts. */
	assert_string_equal(ASKED("SELECT string_agg(DISTINCT a.action, ' ' ORDER BY a.action) FROM talent.audit a"
	                          " WHERE a.actor IS NULL"),
	                    "administrators_begin issuer_key_store journal_joined organisation_apply");
	assert_string_equal(ASKED("SELECT count(*) FROM talent.audit a WHERE a.actor IS NOT NULL"
	                          " AND (talent._staff_of(a.actor)).name IS NULL"), "0");
	assert_string_equal(
		ASKED("SELECT string_agg(format(E'%s: %s\\n', y.name, y.did), '' ORDER BY y.name COLLATE \"C\") FROM (SELECT x.name,"
	          " string_agg(x.action || ' ' || x.n, ', ' ORDER BY x.action) AS did FROM (SELECT s.name, a.action,"
	          " count(*) AS n FROM talent.audit a CROSS JOIN LATERAL talent._staff_of(a.actor) s"
	          " WHERE a.actor IS NOT NULL GROUP BY 1, 2) x GROUP BY 1) y"),
		"何敏: invitation_accept 1\n"
		"周明: staff_approve 2\n"
		"宋廉: invitation_accept 1\n"
		"方舟: agreement_confirm 2, invitation_accept 1\n"
		"李想: invitation_accept 1, session_complete 2, session_create 2, session_enrol 23\n"
		"林芳: exam_create 6, invitation_accept 1\n"
		"沈欣: agreement_propose 1, assessment_submit 1, exam_create 1, invitation_accept 1\n"
		"王磊: agreement_propose 2, assessment_submit 219, exam_create 1, invitation_accept 1, staff_add 1\n"
		"白帆: agreement_confirm 2, invitation_accept 1\n"
		"许诺: agreement_propose 1, assessment_submit 1, exam_create 1, invitation_accept 1\n"
		"陈静: accreditation_grant 6, agreement_approve 4, certificate_revoked 1, issuer_key_store 15, occupation_create 1, organisation_approve 7, recognition_grant 4, site_create 3, staff_add 9, standard_create 1\n"
		"顾明: invitation_accept 1\n");
}

static void an_auditor_finds_it(void **state)
{
	const struct answer *a = expect_status(ASK(d->https, .path = "/v1/audit?action=organisation_approve",
	                                           .token = token_of("AUDITOR")), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 7);
	assert_string_equal(answer_text(a, "items.6.by.staff"), "陈静");
	a = expect_status(ASK(d->https, .path = "/v1/audit?action=exam_create", .token = token_of("AUDITOR")), 200);
	assert_int_equal(json_array_size(answer_at(a, "items")), 9);
	assert_string_equal(answer_text(a, "items.8.by.staff"), "林芳"); /* who administers shili's district */

	/* of an organisation also what was done to what it has, by whomever */
	static const char *const of_qihang[] = {"organisation_apply", "organisation_approve", "site_create", "staff_add",
	                                        "accreditation_grant", "agreement_propose", "agreement_confirm",
	                                        "agreement_approve", "issuer_key_store", "exam_create"};
	a = expect_status(ASK(d->https, .path = "/v1/audit?organisation=qihang", .token = token_of("AUDITOR")), 200);
	for (size_t i = 0; i < ARRAY_LEN(of_qihang); i++)
		if (!strstr(a->body, of_qihang[i]))
			fail_msg("no %s in %s", of_qihang[i], a->body);
	assert_null(strstr(a->body, "recognition_grant")); /* its partner's */
}

/* The server's log has each statement that changes something and is not a call of a function. */
static bool something_was_written(void)
{
	char line[4096];
	bool found = false;
	FILE *f = fopen(cluster_log(cluster), "r");
	assert_non_null(f);
	while (!found && fgets(line, sizeof line, f))
		found = strstr(line, "LOG:  statement: ") || strstr(line, "LOG:  execute ");
	fclose(f);
	return found;
}

static void no_row_was_written_by_the_test(void **state)
{
	assert_false(something_was_written());
	cluster_sql(cluster, d->database, "UPDATE talent.organisation SET name = 'x' WHERE false");
	assert_true(something_was_written()); /* and would be seen */
}

/* ---- the whole ---- */

static int begin(void **state)
{
	char sql[160];
	cluster = cluster_start();
	const char *database = cluster_database(cluster);
	snprintf(sql, sizeof sql, "ALTER DATABASE %s SET log_statement = 'mod';"
	         "ALTER DATABASE %s SET log_min_messages = 'log'", database, database);
	cluster_sql(cluster, database, sql);
	d = daemon_start(cluster, (struct daemon_options){.database = database, .empty = true});
	return 0;
}

static int end(void **state)
{
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_cut_off_is_gone_on_with),
		cmocka_unit_test(an_authority_and_who_stands_for_what),
		cmocka_unit_test(each_body_issues_a_pair),
		cmocka_unit_test(everything_was_done_by_somebody_named),
		cmocka_unit_test(an_auditor_finds_it),
		cmocka_unit_test(no_row_was_written_by_the_test),
	};
	return cmocka_run_group_tests_name("from an empty database", tests, begin, end);
}
