/* tests/integration/test_e2e_documents.c - certificates on paper from a real daemon: over its
 * printer, its database and its files. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/cluster.h"
#include "../lib/paper.h"
#include "web/cursor.h"

static struct daemon *d;
static const char *exam, *skill, *company;
static char verify_url[160];

static const struct answer *get(enum daemon_token by, const char *path)
{
	return ASK(d->https, .path = path, .token = d->token[by]);
}

static const char *document_path(const char *number)
{
	static char path[4][96];
	static int next;
	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "/v1/certificates/%s/document.pdf", number);
	return p;
}

static struct paper *paper_of(const struct answer *a)
{
	expect_status(a, 200);
	assert_string_equal(answer_header(a, "Content-Type"), "application/pdf");
	return paper_new((struct slice){a->body, a->n});
}

static void test_link_and_document(void **state)
{
	const struct answer *a =
		daemon_submit(d, BY_SHILI, exam, "张𠮷", 1, "\"theory\":78.5,\"skill\":60");
	expect_status(a, 201);
	skill = answer_text(a, "certificates.0.number");
	company = answer_text(a, "certificates.1.number");
	assert_string_equal(answer_text(a, "certificates.0.links.document"), document_path(skill));
	snprintf(verify_url, sizeof verify_url, "%s", answer_text(a, "certificates.0.links.verify"));
	struct paper *p = paper_of(get(BY_SHILI, document_path(skill)));
	const char *text = paper_text(p);
	assert_non_null(strstr(text, "张𠮷"));
	assert_non_null(strstr(text, skill));
	assert_non_null(strstr(text, "上海示例技能评价中心"));
	assert_non_null(strstr(text, strrchr(verify_url, '/') + 1));
	assert_non_null(strstr(text, "internetmarketingspecialist,livestreamsalesperson,intermediateworker"));
	assert_non_null(strstr(text, "wasissuedbyXingboExampleTechnologyCo.,Ltd."));
	assert_non_null(strstr(text, "核验用副本，不载证件号码"));
	struct paper *half = paper_of(get(BY_SHILI, document_path(company)));
	assert_non_null(strstr(paper_text(half), "Xingbolivestreamsales,middle"));
	assert_non_null(strstr(paper_text(half), "wasissuedbyShanghaiExampleSkillEvaluationCentre"));
	paper_free(half);
	/* What is attached is what was signed. */
	char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", skill);
	const struct answer *credential = ASK(d->https, .path = path, .token = d->token[BY_SHILI],
	                                      .accept = "application/vc");
	assert_string_equal(paper_run(p, "pdfdetach -save 1 -o c a.pdf && cat c"), credential->body);
	/* The code leads to the page. */
	char *qr = strdup(paper_run(p, "pdftoppm -r 110 -png a.pdf page && "
	                               "zbarimg -q --raw page-1.png 2>/dev/null"));
	assert_non_null(qr);
	for (size_t i = 0; verify_url[i]; i++)
		assert_int_equal(qr[i], toupper((unsigned char)verify_url[i]));
	qr[strcspn(qr, "\n")] = '\0';
	const struct answer *page = ASK(d->https, .path = strstr(qr, "/V/"));
	expect_status(page, 200);
	assert_non_null(strstr(page->body, skill));
	free(qr);
	paper_free(p);
}

static void test_entity_tag(void **state)
{
	const struct answer *a = expect_status(get(BY_ADMIN, document_path(company)), 200);
	const char *tag = answer_header(a, "ETag");
	assert_int_equal(tag[0], '"');
	expect_status(ASK(d->https, .path = document_path(company), .token = d->token[BY_XINGBO],
	                  .etag = tag), 304);
	char want[96];
	snprintf(want, sizeof want, "attachment; filename=\"%s.pdf\"", company);
	assert_string_equal(answer_header(a, "Content-Disposition"), want);
}

static const char *print_path(const char *number)
{
	static char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/conforming-print", number);
	return path;
}

static const struct answer *conform(enum daemon_token by, const char *number)
{
	return ASK(d->https, .method = "POST", .path = print_path(number), .token = d->token[by]);
}

/* With the ID number, for the body alone; each is on record, and the copy for checking has none. */
static void the_conforming_print_is_the_bodys(void **state)
{
	static const char audited[] = "SELECT count(*) FROM talent.audit WHERE action = 'certificate_print'"
	                              " AND detail->>'number' IS NOT NULL AND actor IS NOT NULL";
	struct paper *p = paper_of(conform(BY_SHILI, skill));
	const char *text = paper_text(p);
	assert_non_null(strstr(text, daemon_resident_id(1)));
	assert_non_null(strstr(text, "居民身份证"));
	assert_non_null(strstr(text, "jndj.osta.org.cn"));
	assert_null(strstr(text, "核验用副本"));
	paper_free(p);
	p = paper_of(get(BY_SHILI, document_path(skill)));
	assert_null(strstr(paper_text(p), daemon_resident_id(1)));
	paper_free(p);
	assert_string_equal(cluster_ask(d->cluster, d->database, audited), "1");
	expect_problem(conform(BY_PUJIANG, skill), 404, "not_found");
	expect_problem(conform(BY_XINGBO, skill), 403, "forbidden");
	expect_problem(conform(BY_ADMIN, skill), 403, "forbidden");
	expect_problem(conform(BY_AUDITOR, skill), 403, "forbidden");
	expect_problem(conform(BY_EMPLOYER, skill), 403, "forbidden");
	expect_problem(conform(BY_NOBODY, skill), 401, "unauthenticated");
	expect_problem(conform(BY_SHILI, company), 409, "no_documents");
	assert_string_equal(cluster_ask(d->cluster, d->database, audited), "1");
}

static void test_a_name_that_cannot_be_printed(void **state)
{
	const struct answer *a = daemon_submit(d, BY_SHILI, exam, "张\xf0\xb0\x80\x80", 2,
	                                       "\"theory\":78.5,\"skill\":60");
	const char *number = answer_text(expect_status(a, 201), "certificates.0.number");
	const char *other = answer_text(a, "certificates.1.number");
	a = expect_problem(get(BY_SHILI, document_path(number)), 409, "character_not_printable");
	assert_string_equal(answer_text(a, "character"), "U+30000");
	assert_string_equal(answer_text(a, "field"), "holder");
	char path[96];
	/* The others of the exam are printed all the same; the file and its head say which are missing. */
	snprintf(path, sizeof path, "/v1/exams/%s/documents.pdf", exam);
	a = get(BY_SHILI, path);
	struct paper *p = paper_of(a);
	char want[160];
	snprintf(want, sizeof want, "%s;field=holder;character=\"U+30000\", %s;field=holder;character=\"U+30000\"",
	         number, other);
	assert_string_equal(answer_header(a, "Not-Printed"), want);
	assert_non_null(strstr(paper_run(p, "pdfinfo a.pdf"), "Pages:           3\n"));
	assert_non_null(strstr(paper_run(p, "pdftotext -f 3 a.pdf -"), number));
	paper_free(p);
	char without[160];
	snprintf(without, sizeof without, "%s?without=%s,%s", path, number, other);
	a = get(BY_SHILI, without);
	assert_null(answer_header(a, "Not-Printed"));
	p = paper_of(a);
	assert_non_null(strstr(paper_run(p, "pdfinfo a.pdf"), "Pages:           2\n"));
	paper_free(p);
	/* Out of the way of the next test. */
	snprintf(path, sizeof path, "/v1/assessments/%s/annulment",
	         cluster_ask(d->cluster, d->database,
	                     "SELECT id FROM talent.assessment ORDER BY recorded_at DESC LIMIT 1"));
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"issued_in_error\"}"), 200);
}

/* As Link says it once a file is full, at 500 pages. */
static const char *behind(const char *assessment)
{
	static char text[200];
	struct place {
		struct uuid assessment;
		struct slice kind;
	} place = {.kind = SLICE("skill_grade")};
	static const struct cursor_shape key = {
		"exam_documents", 2, {CURSOR_KEY(struct place, assessment), CURSOR_KEY(struct place, kind)}};
	struct buf b = BUF_INIT(KIB);
	assert_true(uuid_parse(slice_of(assessment), &place.assessment));
	cursor_add(&b, &key, &place);
	snprintf(text, sizeof text, "%.*s", SLICE_ARGS(buf_slice(&b)));
	buf_free(&b);
	return text;
}

/* Of four pages the first was in the file before; that its certificate was suspended since then moves none. */
static void the_next_file_begins_behind_the_last_certificate(const char *exam_path)
{
	char path[400], sql[400], first[64];
	snprintf(sql, sizeof sql,
	         "SELECT min(a.id::text) FROM talent.assessment a JOIN talent.certificate c ON c.assessment = a.id JOIN"
	         " talent.certificate_state s ON s.certificate = c.id AND s.state = 'valid' WHERE a.exam = '%s'", exam);
	snprintf(first, sizeof first, "%s", cluster_ask(d->cluster, d->database, sql));
	for (int suspended = 0; suspended < 2; suspended++) {
		snprintf(path, sizeof path, "%s?after=%s", exam_path, behind(first));
		struct paper *p = paper_of(get(BY_SHILI, path));
		assert_non_null(strstr(paper_run(p, "pdfinfo a.pdf"), "Pages:           3\n"));
		paper_free(p);
		snprintf(sql, sizeof sql, "SELECT number FROM talent.certificate WHERE assessment = '%s' AND kind = 'skill_grade'",
		         first);
		snprintf(path, sizeof path, "/v1/certificates/%s/suspension", cluster_ask(d->cluster, d->database, sql));
		expect_status(ASK(d->https, .method = suspended ? "DELETE" : "PUT", .path = path, .token = d->token[BY_ADMIN],
		                  .body = "{\"reason\":\"investigation\"}"), 200);
	}
}

static void test_batch(void **state)
{
	char path[96];
	expect_status(daemon_submit(d, BY_SHILI, exam, "李娜", 3, "\"theory\":90,\"skill\":90"), 201);
	expect_status(daemon_submit(d, BY_SHILI, exam, "王婷", 4, "\"theory\":50,\"skill\":90"), 201);
	snprintf(path, sizeof path, "/v1/exams/%s/documents.pdf", exam);
	struct paper *p = paper_of(get(BY_SHILI, path));
	assert_non_null(strstr(paper_run(p, "pdfinfo a.pdf"), "Pages:           4\n"));
	assert_non_null(strstr(paper_text(p), "李娜"));
	paper_free(p);
	p = paper_of(get(BY_XINGBO, path)); /* the company's half */
	assert_non_null(strstr(paper_run(p, "pdfinfo a.pdf"), "Pages:           2\n"));
	assert_null(strstr(paper_text(p), "CertificateofVocational"));
	paper_free(p);
	expect_problem(get(BY_PUJIANG, path), 404, "not_found");
	the_next_file_begins_behind_the_last_certificate(path);
}

static void test_not_valid_is_not_printed(void **state)
{
	char path[112];
	snprintf(path, sizeof path, "/v1/certificates/%s/suspension", company);
	expect_status(ASK(d->https, .method = "PUT", .path = path, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"investigation\"}"), 200);
	const struct answer *a =
		expect_problem(get(BY_XINGBO, document_path(company)), 409, "wrong_state");
	assert_string_equal(answer_text(a, "state"), "suspended");
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", skill);
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"fraud\"}"), 200);
	a = expect_problem(get(BY_SHILI, document_path(skill)), 409, "wrong_state");
	assert_string_equal(answer_text(a, "state"), "revoked");
}

/* The process named so below the supervisor, or 0. */
static pid_t child_named(const char *name)
{
	char path[300], comm[64];
	int parent;
	pid_t found = 0;
	DIR *proc = opendir("/proc");
	for (struct dirent *e; proc && (e = readdir(proc));) {
		snprintf(path, sizeof path, "/proc/%s/stat", e->d_name);
		FILE *f = isdigit((unsigned char)e->d_name[0]) ? fopen(path, "r") : NULL;
		if (f && fscanf(f, "%*d (%63[^)]) %*c %d", comm, &parent) == 2 && parent == d->pid &&
		    strcmp(comm, name) == 0)
			found = (pid_t)strtol(e->d_name, NULL, 10);
		if (f)
			fclose(f);
	}
	if (proc)
		closedir(proc);
	return found;
}

static void test_pdf_dies(void **state)
{
	const struct answer *a =
		daemon_submit(d, BY_SHILI, exam, "赵敏", 5, "\"theory\":78.5,\"skill\":60");
	const char *number = answer_text(expect_status(a, 201), "certificates.1.number");
	for (int i = 0; i < 2; i++) {
		pid_t printer = child_named("pdf");
		assert_true(printer > 0);
		kill(printer, SIGKILL);
		expect_status(get(BY_SHILI, document_path(number)), 200);
		while (child_named("pdf") == printer || child_named("pdf") == 0)
			nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_and_document),
		cmocka_unit_test(test_entity_tag),
		cmocka_unit_test(the_conforming_print_is_the_bodys),
		cmocka_unit_test(test_a_name_that_cannot_be_printed),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_not_valid_is_not_printed),
		cmocka_unit_test(test_pdf_dies),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	exam = daemon_exam(d, BY_SHILI, "4", "xingbo");
	int failed = cmocka_run_group_tests_name("e2e_documents", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
