/* tests/integration/test_ctl_verbs.c - every verb of talentctl, through the program, against a real
 * registry: the one list of verbs that the build makes says which there are, and each must have done once
 * what it is for. */
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
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/terminal.h"
#include "base/attr.h"
#include "ctl/args.h"
#include "ctl/word.h"
#include "ctl_verbs.h"

static struct daemon *d;
static struct terminal t;

static const struct verb *const verbs[] = {VERBS NULL};
enum { RUN_MAX = 400 };
static const struct verb *done[RUN_MAX];
static size_t n_done;

/* What ended with 0 has done it. */
static void note(const char *const *argv, int code)
{
	int n = 0, used;
	while (argv[n])
		n++;
	const struct verb *verb = args_find_verb(verbs, n - 1, argv + 1, &used);
	if (code == 0 && verb && n_done < RUN_MAX)
		done[n_done++] = verb;
}

#define CTL(code, text, ...) terminal_expect(&t, (code), (text), TERMINAL_ARGV(__VA_ARGS__))

static char number[2][40], verification[2][40]; /* of what submit issued: the body's, the company's */

static char revoked[40], annulled[40]; /* a certificate's number; a result's id */

static void tokens(void **state)
{
	char id[64];
	CTL(0, "\"id\"", "token", "create", "--role", "auditor", "--label", "审", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(0, id, "token", "list");
	CTL(0, "revoked", "token", "revoke", id);
	CTL(0, "token_revoke", "audit", "list", "--object", id, "--from", daemon_day(0), "--to", daemon_day(0));
	CTL(2, "--from yesterday: expected YYYY-MM-DD", "audit", "list", "--from", "yesterday");
	CTL(0, "token_revoke", "audit", "list", "--object", id, "--from", "today-1");
}

/* One comes with a code and leaves; a third administrator comes by two, and by a token of his. */
static void staff(void **state)
{
	char id[64], code[96];
	CTL(0, "tal_invitation_", "staff", "invite", "--name", "赵六", "--role", "institution", "--rights", "submits",
	    "--organisation", "shili", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(0, "tal_invitation_", "staff", "invite-again", id);
	snprintf(code, sizeof code, "%.*s", (int)strcspn(t.said, "\n"), t.said);
	CTL(0, "tal_staff_", "staff", "accept", code, "--label", "x");
	CTL(3, "invitation_used", "staff", "accept", code);
	CTL(0, "changed", "staff", "change", id, "--rights", "manages");
	CTL(0, "赵六", "staff", "list", "--organisation", "shili");
	CTL(0, "赵六", "staff", "list");
	CTL(0, "manages", "staff", "show", id);
	CTL(0, "all credentials have ended", "staff", "leave", id, "--note", "moved");
	CTL(0, "staff_leave", "staff", "history", id);

	CTL(0, "tal_invitation_", "staff", "invite", "--name", "王五", "--role", "administrator", "--rights", "manages",
	    "--districts", "310105", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(3, "second_person_needed", "staff", "approve", id);
	CTL(0, "approved", "staff", "approve", id, "--as", "second");
	CTL(0, "awaiting_approval", "staff", "change", id, "--whole-city", "--json");
	CTL(0, "rejected", "staff", "reject", terminal_member(&t, "request"));
	CTL(0, "周明", "staff", "requests");
	CTL(2, "--name is missing", "staff", "invite", "--role", "auditor");
}

/* A file of 465 bytes was "larger than 64 MiB". Its lines end as they like. */
static void client_certificates(void **state)
{
	char pem[8192], crlf[16384], id[64];
	FILE *f = fopen(d->pki.client_cert, "r");
	assert_non_null(f);
	size_t n = fread(pem, 1, sizeof pem - 1, f), k = 0;
	fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (pem[i] == '\n')
			crlf[k++] = '\r';
		crlf[k++] = pem[i];
	}
	crlf[k] = '\0';
	CTL(0, "\"spki_sha256\"", "client-certificate", "add", d->pki.client_cert, "--role", "employer",
	    "--organisation", "yunxuan", "--label", "label", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(0, id, "client-certificate", "list");
	CTL(0, "revoked", "client-certificate", "revoke", id);
	CTL(3, "certificate_pem", "client-certificate", "add", d->pki.junk, "--role", "auditor");
	CTL(3, "", "client-certificate", "add", terminal_write(&t, "crlf.pem", crlf), "--role", "employer",
	    "--organisation", "yunxuan");
	assert_null(strstr(t.said, "certificate_pem")); /* known already, and readable */
	static char large[70 * 1024];
	memset(large, 'x', sizeof large - 1);
	CTL(2, "larger than 64 KiB", "client-certificate", "add", terminal_write(&t, "large.pem", large), "--role",
	    "auditor");
	memset(large, '\0', sizeof large);
	memset(large, '\n', 64 * 1024 - strlen(pem)); /* as large as it may be */
	CTL(3, "", "client-certificate", "add", terminal_write(&t, "full.pem", large), "--role", "auditor");
}

static void plan_session(const char *title, char id[static 64])
{
	CTL(0, "", "session", "create", "--title", title, "--occupation", "4-01-06-02", "--edition", "2022",
	    "--work-type", "直播销售员", "--level", "4", "--starts-on", "today-30", "--ends-on", "today-2", "--hours",
	    "104", "--capacity", "40", "--district", "310105");
	snprintf(id, 64, "%.*s", (int)strcspn(t.said, "\n"), t.said);
}

/* Changed, published, filled from a list; somebody leaves; another session is cancelled. */
static void session_life(const char *id)
{
	char list[512], enrolment[64], other[64];
	CTL(0, "50", "session", "change", id, "--capacity", "50");
	CTL(0, "published", "session", "publish", id);
	CTL(3, "/capacity", "session", "change", id, "--capacity", "0");
	snprintf(list, sizeof list, "[{\"name\":\"周六\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}]",
	         daemon_resident_id(902));
	CTL(0, "enrolled: 1 of 1", "session", "roster", id, terminal_write(&t, "roster.json", list));
	CTL(0, "周六", "session", "enrolments", id, "--state", "enrolled");
	const char *line = strstr(t.said, "周六");
	while (line > t.said && line[-1] != '\n')
		line--;
	snprintf(enrolment, sizeof enrolment, "%.*s", (int)strcspn(line, " "), line);
	CTL(2, "own_wish", "session", "unenrol", id, enrolment);
	CTL(0, "withdrawn", "session", "unenrol", id, enrolment, "--reason", "own_wish");
	CTL(0, "enrolment_withdraw", "session", "enrolment-history", id, enrolment);
	CTL(0, "recorded", "session", "attend", id, "--day", "today-5", "--hours", "0");
	CTL(0, "张伟", "session", "attendance", id);
	plan_session("周末班", other);
	CTL(2, "too_few", "session", "cancel", other);
	CTL(0, "cancelled", "session", "cancel", other, "--reason", "too_few", "--note", "file 3");
	CTL(0, "周末班", "session", "list", "--state", "cancelled");
	assert_null(strstr(t.said, "十一月班"));
}

static void sessions(void **state)
{
	char id[64];
	plan_session("十二月班", id);
	CTL(3, "id_spreadsheet_number", "session", "enrol", id, "--name", "林三", "--id-type", "身份证", "--id-number",
	    "310199198501041000");
	CTL(0, "", "session", "enrol", id, "--name", "林三", "--id-type", "身份证", "--id-number", "310199198501041000",
	    "--id-confirmed");
	t.locale = "zh_CN.UTF-8";
	CTL(0, "课时不足", "session", "complete", id, "--completed-on", "today-1", "--hours", "1");
	t.locale = "C.UTF-8";
	plan_session("十一月班", id);
	CTL(0, "", "session", "enrol", id, "--name", "张伟", "--id-type", "身份证", "--id-number",
	    daemon_resident_id(900));
	CTL(0, "张伟", "session", "show", id);
	session_life(id);
	CTL(0, "completed: 1", "session", "complete", id, "--completed-on", "today-1", "--hours", "104");
	CTL(3, "allows nothing more", "session", "change", id, "--capacity", "50");
	CTL(0, "session_publish", "session", "history", id);
	char file[1024];
	snprintf(file, sizeof file,
	         "[{\"session\":{\"title\":\"十月班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"4\",\"starts_on\":\"today-60\",\"ends_on\":\"today-31\","
	         "\"hours\":104,\"capacity\":40,\"district\":\"310105\"},\"completed_on\":\"today-31\","
	         "\"candidates\":[{\"name\":\"李娜\",\"id_type\":\"resident_id\",\"id_number\":\"%s\","
	         "\"hours_attended\":104}]}]", daemon_resident_id(901));
	CTL(0, "十月班", "session", "record", terminal_write(&t, "sessions.json", file));
	CTL(0, "十一月班", "session", "list");
}

/* Of somebody who is enrolled; the number comes from standard input, or stands there. */
static void people(void **state)
{
	const char *id = daemon_resident_id(900);
	t.locale = "zh_CN.UTF-8";
	CTL(0, "登记姓名", "person", "lookup", "--id-type", "身份证", "--id-number", id, "--purpose", "name_correction",
	    "--name", "张 伟", "--note", "窗口");
	assert_non_null(strstr(t.said, "所给姓名与登记姓名一致"));
	assert_null(strstr(t.said, id));
	CTL(3, "/note", "person", "lookup", "--id-type", "身份证", "--id-number", id, "--purpose", "other", "--note", id);
	t.locale = NULL;
	CTL(3, "/purpose", "person", "lookup", "--id-type", "身份证", "--id-number", id, "--purpose", "whim");
	CTL(2, "--purpose", "person", "lookup", "--id-type", "身份证", "--id-number", id);
	CTL(0, "name_correction", "help", "person");
}

/* An exam that has results is closed and re-opened, another one cancelled. */
static void exam_ends(void)
{
	char exam[64], other[64];
	CTL(0, "", "exam", "list", "--code", "VERBS-1", "--json");
	const char *at = strstr(t.said, "\"id\":");
	assert_non_null(at);
	at = strchr(at + 5, '"');
	snprintf(exam, sizeof exam, "%.36s", at + 1);
	CTL(2, "--name", "exam", "eligibility", exam, "--id-type", "resident_id", "--id-number", daemon_resident_id(931));
	CTL(0, "promotion", "exam", "eligibility", exam, "--name", "钱晓红", "--id-type", "resident_id", "--id-number",
	    daemon_resident_id(931), "--held-level", "5", "--years", "3", "--basis", "certificate");
	CTL(0, "closed", "exam", "close", exam);
	CTL(3, "cancel", "exam", "cancel", exam, "--reason", "other");
	CTL(2, "--reason", "exam", "reopen", exam);
	CTL(0, "open", "exam", "reopen", exam, "--reason", "三份成绩漏报");
	snprintf(other, sizeof other, "%s", daemon_exam(d, BY_SHILI, "4", NULL));
	CTL(0, "students", "exam", "change", other, "--candidates", "students", "--held-on", "today+3", "--note", "场地改期");
	CTL(3, "candidate_group", "exam", "change", other, "--candidates", "nobody");
	CTL(3, "late_reason", "--as", "administrator", "exam", "change", other, "--level", "3");
	CTL(0, "assessors_even", "exam", "file", other,
	    terminal_write(&t, "plan.json", "{\"candidates\":9,\"rooms\":1,\"invigilators\":2,\"assessors\":["
	                                    "{\"number\":\"KP-1\",\"name\":\"考评一\"},{\"number\":\"KP-2\",\"name\":\"考评二\"}]}"));
	CTL(0, "考评二", "exam", "plan", other);
	char list[256], place[64];
	snprintf(list, sizeof list, "{\"candidates\":[{\"name\":\"韩雪\",\"id_type\":\"resident_id\",\"id_number\":\"%s\","
	         "\"employer\":\"申城传媒\"}]}", daemon_resident_id(77));
	CTL(0, "listed", "exam", "enrol", other, terminal_write(&t, "candidates.json", list));
	CTL(0, "申城传媒", "exam", "roster", other, "--state", "listed");
	CTL(0, "", "exam", "roster", other, "--json");
	at = strstr(t.said, "\"id\":");
	assert_non_null(at);
	snprintf(place, sizeof place, "%.36s", strchr(at + 5, '"') + 1);
	CTL(3, "exam_without_session", "exam", "enrol-session", other, "--json");
	char session[64];
	CTL(0, "", "session", "list", "--json");
	const char *first = strstr(t.said, "\"id\":");
	assert_non_null(first);
	snprintf(session, sizeof session, "%.36s", strchr(first + 5, '"') + 1);
	CTL(0, session, "exam", "change", other, "--session", session, "--roster", "yes");
	CTL(0, "added", "exam", "enrol-session", other);
	CTL(0, "removed", "exam", "unenrol", other, place, "--reason", "own_wish");
	CTL(2, "too_few", "exam", "cancel", other);
	CTL(0, "cancelled", "exam", "cancel", other, "--reason", "too_few", "--note", "file 4");
	CTL(3, "allows nothing more", "exam", "close", other);
}

/* The results file as a spreadsheet writes it: a BOM, CRLF, ID numbers with spaces, scores with zeros. */
static void exams_and_results(void **state)
{
	char file[1024], heading[] = "\xEF\xBB\xBF姓名,证件类型,证件号码,理论成绩,技能成绩\r\n";
	CTL(0, "VERBS-1", "exam", "create", "--code", "VERBS-1", "--occupation", "4-01-06-02", "--edition", "2022",
	    "--work-type", "直播销售员", "--level", "4", "--held-on", "today", "--partner", "xingbo");
	CTL(0, "VERBS-1", "exam", "list", "--code", "VERBS-1");
	const char *id = daemon_resident_id(902);
	snprintf(file, sizeof file, "%s王伟,身份证,%.6s %s,78.50,６０\r\n", heading, id, id + 6);
	const char *results = terminal_write(&t, "results.csv", file);
	CTL(1, "no such exam", "submit", results, "--exam", "VERBS"); /* the beginning of one */
	CTL(0, "1 issued", "submit", results, "--exam", "VERBS-1", "--certificates", terminal_path(&t, "out.csv"),
	    "--report", terminal_path(&t, "report.csv"));
	CTL(0, "1 already there", "submit", results, "--exam", "VERBS-1");
	snprintf(file, sizeof file, "%s王伟,身份证,%s,79,60\r\n", heading, id);
	CTL(1, "(result ", "submit", terminal_write(&t, "other.csv", file), "--exam", "VERBS-1");
	exam_ends();
}

/* Two fails: one should have been a pass, one stays. The third request is taken back. */
static void corrections(void **state)
{
	char result[64], id[64];
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL);
	for (unsigned i = 0; i < 3; i++) {
		const struct answer *a = daemon_submit(d, BY_SHILI, exam, "冯刚", 910 + i, "\"theory\":58.5,\"skill\":80");
		snprintf(result, sizeof result, "%s", answer_text(expect_status(a, 201), "id"));
		CTL(2, "adding_up", "correction", "request", result, "--kind", "score", "--theory", "68.5", "--skill", "80");
		CTL(2, "68,5", "correction", "request", result, "--kind", "score", "--theory", "68,5", "--skill", "80",
		    "--reason", "adding_up", "--evidence", "file 7");
		CTL(3, "/kind", "correction", "request", result, "--kind", "absence", "--theory", "68.5", "--skill", "80",
		    "--reason", "adding_up", "--evidence", "file 7");
		CTL(0, "correction approve", "correction", "request", result, "--kind", "score", "--theory", "68.5", "--skill", "80",
		    "--reason", "adding_up", "--evidence", "阅卷登记表第 3 页");
		CTL(0, "冯刚", "correction", "list", "--state", "requested", "--result", result, "--json");
		const char *at = strstr(t.said, "\"id\":");
		assert_non_null(at);
		snprintf(id, sizeof id, "%.36s", strchr(at + 5, '"') + 1);
		if (i == 0) {
			CTL(0, "approved", "correction", "approve", id, "--note", "已核对原卷");
			CTL(0, "published", "assessment", "show", terminal_word_behind(&t, "corrected result"));
			CTL(0, "corrected by", "assessment", "show", result);
		} else if (i == 1) {
			CTL(2, "resit_is_another_exam", "correction", "refuse", id);
			CTL(0, "refused", "correction", "refuse", id, "--reason", "resit_is_another_exam");
			CTL(3, "allows nothing more", "correction", "approve", id);
		} else {
			CTL(0, "withdrawn", "correction", "withdraw", id, "--reason", "asked_in_error");
		}
		CTL(0, "阅卷登记表第 3 页", "correction", "show", id);
		CTL(0, "correction_request", "correction", "history", id);
	}
}

/* Both certificates say the right name afterwards. */
static void a_name_is_corrected(void **state)
{
	char result[64];
	const struct answer *a = daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), "冯刚", 914,
	                                       "\"theory\":80,\"skill\":80");
	snprintf(result, sizeof result, "%s", answer_text(expect_status(a, 201), "id"));
	CTL(3, "/candidate/id_number", "correction", "request", result, "--kind", "name", "--name", "冯钢", "--id-type",
	    "resident_id", "--id-number", daemon_resident_id(915), "--reason", "misspelled", "--evidence", "户口簿");
	CTL(0, "correction approve", "correction", "request", result, "--kind", "name", "--name", "冯钢", "--id-type",
	    "resident_id", "--id-number", daemon_resident_id(914), "--reason", "misspelled", "--evidence", "户口簿");
	CTL(0, "", "correction", "list", "--kind", "name", "--json");
	const char *at = strstr(t.said, "\"id\":");
	assert_non_null(at);
	snprintf(result, sizeof result, "%.36s", strchr(at + 5, '"') + 1);
	CTL(0, "冯钢", "correction", "show", result);
	CTL(0, "approved", "correction", "approve", result);
	CTL(0, "冯钢", "assessment", "show", terminal_word_behind(&t, "corrected result"));
}

static void person_of(unsigned n, char id[static 64])
{
	CTL(0, "", "person", "lookup", "--id-type", "身份证", "--id-number", daemon_resident_id(n), "--purpose", "other", "--json");
	snprintf(id, 64, "%s", terminal_member(&t, "id"));
}

/* Somebody was recorded with two documents; somebody else was not. */
static void links(void **state)
{
	char one[64], other[64], id[64];
	daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL), "何平", 916, "\"theory\":50,\"skill\":80");
	daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", NULL), "何平", 917, "\"theory\":50,\"skill\":80");
	person_of(916, one);
	person_of(917, other);
	CTL(2, "other_document", "link", "request", one, "--to", other);
	CTL(3, "/canonical", "link", "request", one, "--to", one, "--reason", "other", "--evidence", "file 8");
	for (int i = 0; i < 2; i++) {
		CTL(0, "link approve", "link", "request", one, "--to", other, "--reason", "other_document", "--evidence", "file 8");
		CTL(0, "file 8", "link", "list", "--json");
		const char *at = strstr(t.said, "\"id\":");
		assert_non_null(at);
		snprintf(id, sizeof id, "%.36s", strchr(at + 5, '"') + 1);
		CTL(3, "", "link", "approve", id); /* who asked */
		if (i == 0)
			CTL(0, "rejected", "link", "reject", id);
		else
			CTL(0, "linked", "link", "approve", id, "--as", "second");
	}
}

static void issue(const char *name, unsigned person)
{
	const struct answer *a = expect_status(daemon_submit(d, BY_SHILI, daemon_exam(d, BY_SHILI, "4", "xingbo"), name,
	                                                     person, "\"theory\":80,\"skill\":80"), 201);
	for (int i = 0; i < 2; i++) {
		char at[48];
		snprintf(at, sizeof at, "certificates.%d.number", i);
		snprintf(number[i], sizeof number[i], "%s", answer_text(a, at));
		snprintf(at, sizeof at, "certificates.%d.verification_code", i);
		snprintf(verification[i], sizeof verification[i], "%s", answer_text(a, at));
	}
}

static void certificates(void **state)
{
	issue("赵敏", 903);
	CTL(0, number[0], "certificate", "show", number[0]);
	const char *result = terminal_word_behind(&t, "result");
	CTL(0, verification[0], "certificate", "show", number[0], "--json");
	assert_string_equal(terminal_member(&t, "assessment_id"), result);
	CTL(0, "issued", "certificate", "history", number[0]);
	const char *paper = terminal_path(&t, "conforming.pdf");
	CTL(0, "saved", "certificate", "print", number[0], paper);
	CTL(0, "", "certificate", "print", number[0], paper, "--json");
	CTL(3, "", "certificate", "print", number[1], terminal_path(&t, "company.pdf"));
	assert_int_equal(access(terminal_path(&t, "company.pdf"), F_OK), -1); /* nothing came, nothing is there */
	CTL(0, "suspended", "suspend", number[0], "--reason", "investigation");
	CTL(2, "--reason", "reinstate", number[0]);
	CTL(0, "valid", "reinstate", number[0], "--reason", "appeal_upheld");
	CTL(0, "VALID", "verify", verification[0]);
	CTL(0, "revoked", "revoke", number[1], "--reason", "issued_in_error");
	snprintf(revoked, sizeof revoked, "%s", number[1]);
}

/* Passes of an exam whose company has five days: it says no to one of them, yes to the other. */
static void a_company_decides(void **state)
{
	char no[64], yes[64];
	const char *exam = daemon_exam(d, BY_SHILI, "4", "yunxuan");
	snprintf(no, sizeof no, "%s", answer_text(daemon_submit(d, BY_SHILI, exam, "吴敏", 991, "\"theory\":80,\"skill\":80"), "id"));
	snprintf(yes, sizeof yes, "%s", answer_text(daemon_submit(d, BY_SHILI, exam, "郑强", 992, "\"theory\":80,\"skill\":80"), "id"));
	CTL(3, "required", "assessment", "list");
	CTL(0, no, "assessment", "list", "--state", "awaiting_publication", "--window", "open", "--as", "company");
	CTL(2, "conduct", "assessment", "veto", no);
	CTL(0, "vetoed", "assessment", "veto", no, "--reason", "conduct", "--note", "违规直播");
	CTL(3, "allows nothing more", "assessment", "confirm", no);
	CTL(0, "confirmed", "assessment", "confirm", yes);
	CTL(0, "违规直播", "assessment", "show", no);
}

static void a_recheck(void **state)
{
	char exam[64], result[64], sql[200];
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "4", NULL));
	snprintf(sql, sizeof sql, "SET session_replication_role = replica; UPDATE talent.exam SET publicity_days = 3 WHERE id = '%s'", exam);
	cluster_sql(d->cluster, d->database, sql);
	snprintf(result, sizeof result, "%s", answer_text(daemon_submit(d, BY_SHILI, exam, "冯强", 995, "\"theory\":80,\"skill\":80"), "id"));
	CTL(2, "adding_up", "recheck", "request", result);
	CTL(0, "open", "recheck", "request", result, "--reason", "adding_up", "--note", "第三题");
	const char *id = terminal_word_behind(&t, "id");
	CTL(0, result, "recheck", "list", "--state", "open");
	CTL(0, "stands", "recheck", "answer", id);
	CTL(3, "recheck_exists", "recheck", "request", result, "--reason", "other");
}

/* Of two people in the list one has passed. */
static void numbers_that_come_later(void **state)
{
	char exam[64], entries[700];
	snprintf(exam, sizeof exam, "%s", daemon_exam(d, BY_SHILI, "4", NULL));
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.site (id, organisation, code, name, district, number_mode) SELECT gen_random_uuid(), o.id,"
	            " 'later', 'x', '310112', 'supplied_later' FROM talent.organisation o WHERE o.slug = 'shili'");
	snprintf(entries, sizeof entries, "BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.exam SET site ="
	         " (SELECT id FROM talent.site WHERE code = 'later') WHERE id = '%s'; UPDATE talent.site SET valid_to ="
	         " talent._today() - 9 WHERE code = 'later'; COMMIT", exam);
	cluster_sql(d->cluster, d->database, entries);
	expect_status(daemon_submit(d, BY_SHILI, exam, "吴敏", 993, "\"theory\":80,\"skill\":80"), 201);
#define ENTRY \
	"{\"name\":\"吴敏\",\"id_type\":\"resident_id\",\"id_number\":\"%s\",\"certificate_number\":\"S000031000187%.2s400000%d\"," \
	"\"printed_on\":\"today\"}"
	snprintf(entries, sizeof entries, "{\"candidates\":[" ENTRY "," ENTRY "]}", daemon_resident_id(993), daemon_day(0) + 2, 1,
	         daemon_resident_id(994), daemon_day(0) + 2, 2);
	CTL(1, "not_found", "exam", "number", exam, terminal_write(&t, "numbers.json", entries));
	snprintf(entries, sizeof entries, "{\"candidates\":[" ENTRY "]}", daemon_resident_id(993), daemon_day(0) + 2, 1);
	CTL(0, "numbered", "exam", "number", exam, terminal_write(&t, "numbers.json", entries));
}

/* By the result that `certificate show` names, and by the certificate's number alone. */
static void annulments(void **state)
{
	issue("钱进", 904);
	CTL(0, "", "certificate", "show", number[0]);
	const char *result = terminal_word_behind(&t, "result");
	CTL(0, "annulled", "annul", result, "--reason", "issued_in_error");
	snprintf(annulled, sizeof annulled, "%s", result);
	issue("孙丽", 905);
	CTL(0, "annulled", "annul", number[1], "--reason", "issued_in_error");
	CTL(1, "", "verify", verification[0]);
	CTL(3, "not_found", "annul", "NO-SUCH-NUMBER", "--reason", "issued_in_error");
}

static int answered(const char *question, const char *answer, const char *const *argv)
{
	t.tty = true;
	terminal_start(&t, argv);
	terminal_until(&t, question);
	terminal_type(&t, answer);
	int code = terminal_finish(&t);
	t.tty = false;
	return code;
}

/* At a terminal, and only there: a number with a digit too many is somebody else's. */
static void a_person_is_asked_first(void **state)
{
	issue("王小明", 905);
	const char *const revoke[] = {"talentctl", "revoke", number[1], "--reason", "issued_in_error", NULL};
	const char *const annul[] = {"talentctl", "annul", number[1], "--reason", "issued_in_error", NULL};
	assert_int_equal(answered("[y/N]", "\n", revoke), 1);
	assert_non_null(strstr(t.said, "王**"));
	assert_null(strstr(t.said, "王小明"));
	assert_non_null(strstr(t.said, number[1]));
	assert_non_null(strstr(t.said, "nothing was changed"));
	CTL(0, "valid", "certificate", "show", number[1]);
	assert_int_equal(answered("[y/N]", "y\n", revoke), 0);
	CTL(0, "revoked", "certificate", "show", number[1]);
	assert_int_equal(answered("[y/N]", "no\n", annul), 1);
	assert_non_null(strstr(t.said, number[0])); /* both halves are */
	assert_null(strstr(t.said, "王小明"));
	t.tty = true;
	CTL(0, "annulled", "annul", number[1], "--reason", "issued_in_error", "--yes");
	t.tty = false;
}

static void keys(void **state)
{
	CTL(0, "z6Mk", "key", "generate", "--issuer", "yunxuan", "--json");
	const char *key = terminal_member(&t, "key_id");
	CTL(0, key, "key", "list", "--issuer", "yunxuan");
	CTL(0, "", "key", "rotate", "--issuer", "yunxuan", "--json");
	CTL(0, "rejected", "key", "reject", terminal_member(&t, "id"));
	CTL(0, "rejected", "key", "actions");
	CTL(0, "", "key", "retire", "--issuer", "yunxuan", key, "--json");
	CTL(0, "", "key", "approve", terminal_member(&t, "id"), "--as", "second");
	CTL(0, "sealed anew", "key", "rewrap");
	CTL(0, "every signature is stored or explained", "key", "audit", "--journal", terminal_path(&t, "journal"));
}

static void a_revoked_key_and_a_new_document(void **state)
{
	issue("周杰", 906);
	CTL(0, "", "key", "list", "--issuer", "xingbo", "--json");
	CTL(0, "z6Mk", "key", "generate", "--issuer", "xingbo", "--json");
	CTL(0, "", "key", "revoke", "--issuer", "xingbo", terminal_member(&t, "key_id"), "--from", "today", "--json");
	CTL(0, "", "key", "approve", terminal_member(&t, "id"), "--as", "second");
	CTL(0, "z6Mk", "key", "generate", "--issuer", "xingbo");
	CTL(0, number[1], "reissue", number[1]);
}

/* What a restored database has lost, as its journal says. */
static void lose(const char *lost)
{
	char sql[600];
	snprintf(sql, sizeof sql,
	         "INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx, state,"
	         " journal, line) SELECT v.id, c.id, c.number, c.issuer, 1, 0, 'valid',"
	         " (SELECT id FROM talent.journal_host LIMIT 1), 1 FROM talent.certificate c"
	         " JOIN talent.certificate_version v ON v.certificate = c.id WHERE c.number = '%s'"
	         " ORDER BY v.ordinal DESC LIMIT 1", lost);
	cluster_sql(d->cluster, d->database, sql);
}

/* The one that ends above is followed by another; what shili wants yunxuan confirms, or not. */
static void agreements(void)
{
	static const char terms[] =
		"{\"with\":\"yunxuan\",\"valid_from\":\"%s\",\"window_days\":3,\"confirmer\":\"人事部\",\"titles\":["
		"{\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"选品员\",\"level\":\"4\","
		"\"title\":\"云选选品师\",\"code\":\"YX.SELECT-4\"}]}";
	char file[512], id[64];
	snprintf(file, sizeof file, terms, daemon_day(40));
	const char *path = terminal_write(&t, "agreement.json", file);
	for (int i = 0; i < 3; i++) {
		CTL(0, "\"proposed\"", "agreement", "propose", path, "--as", "institution", "--json");
		snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
		if (i == 0)
			CTL(0, "withdrawn", "agreement", "withdraw", id, "--reason", "own_request", "--as", "company");
		else if (i == 1)
			CTL(0, "refused", "agreement", "refuse", id, "--reason", "other");
	}
	CTL(3, "other_party_needed", "agreement", "confirm", id, "--as", "institution");
	CTL(3, "wrong_state", "agreement", "approve", id);
	CTL(0, "confirmed", "agreement", "confirm", id, "--as", "company");
	CTL(0, "approved", "agreement", "approve", id);
	CTL(0, "YX.SELECT-4", "agreement", "show", id);
}

/* From a file, with days from today on; sent again it makes nothing twice. What is wrong is named by its entry. */
static void standing_from_files(void)
{
	static const char grant[] = "{\"%s\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",%s"
				    "\"levels\":[\"%s\"],\"valid_from\":\"today+1000\",\"valid_to\":\"today+1100\"}";
	char first[256], second[256], file[600], id[64];
	snprintf(first, sizeof first, grant, "body", "pujiang", "\"work_type\":\"选品员\",", "5");
	snprintf(second, sizeof second, grant, "body", "pujiang", "\"work_type\":\"选品员\",", "9");
	const char *path = terminal_write(&t, "one.json", first);
	CTL(0, daemon_day(1000), "accreditation", "create", path);
	snprintf(id, sizeof id, "%s", terminal_word_behind(&t, "state\n"));
	assert_int_equal(strlen(id), 36);
	CTL(0, id, "accreditation", "create", path); /* again */
	snprintf(file, sizeof file, "[%s,%s]", first, second);
	CTL(3, "entry 2 of 2", "accreditation", "create", terminal_write(&t, "two.json", file));
	assert_non_null(strstr(t.said, id)); /* what came of the first */
	snprintf(first, sizeof first, grant, "company", "yunxuan", "", "3");
	CTL(0, daemon_day(1100), "recognition", "create", terminal_write(&t, "three.json", first));
	CTL(2, "entry 1 of 1", "recognition", "create", terminal_write(&t, "four.json", "[1]"));
}

/* Suspending one stops results at once; an ending may not lie in the past. */
static void standing(void **state)
{
	char id[3][64] = {"", "", "0d000000-0000-4000-8000-000000000302"};
	static const char *const nouns[] = {"accreditation", "recognition", "agreement"};
	CTL(0, "product-selection", "accreditation", "create", "--body", "pujiang", "--occupation", "4-01-06-02", "--edition",
	    "2022", "--work-type", "product-selection", "--levels", "5,4", "--from", "today", "--to", "today+900", "--json");
	snprintf(id[0], sizeof id[0], "%s", terminal_member(&t, "id"));
	CTL(3, id[0], "accreditation", "create", "--body", "pujiang", "--occupation", "4-01-06-02", "--edition",
	    "2022", "--work-type", "选品员", "--levels", "4,3", "--from", "today+900");
	CTL(0, "\"id\"", "recognition", "create", "--company", "yunxuan", "--occupation", "4-13-01-05", "--edition", "2022",
	    "--levels", "4", "--from", "today", "--work-type", "流量运营", "--standard", "全媒体运营师/2023", "--json");
	snprintf(id[1], sizeof id[1], "%s", terminal_member(&t, "id"));
	CTL(2, "--company", "recognition", "create", "--occupation", "4-13-01-05", "--edition", "2022",
	    "--levels", "4", "--from", "today");
	for (int i = 0; i < 3; i++) {
		CTL(0, id[i], nouns[i], "list", "--organisation", i ? "yunxuan" : "pujiang");
		CTL(2, "own_request", nouns[i], "suspend", id[i]);
		CTL(0, "quality", nouns[i], "suspend", id[i], "--reason", "quality", "--note", "2026-7");
		CTL(3, "quality", nouns[i], "suspend", id[i], "--reason", "fraud");
		CTL(0, "suspended", nouns[i], "show", id[i]);
		CTL(0, id[i], nouns[i], "list", "--state", "suspended", "--on", "today");
		CTL(0, "remedied", nouns[i], "reinstate", id[i], "--reason", "remedied");
		CTL(3, "date_in_past", nouns[i], "end", id[i], "--to", "today-1", "--reason", "own_request");
		CTL(0, "own_request", nouns[i], "end", id[i], "--to", "today+30", "--reason", "own_request");
		CTL(3, "ends_before", nouns[i], "end", id[i], "--to", "today+31", "--reason", "own_request");
		CTL(0, "in_force", nouns[i], "show", id[i]);
		CTL(0, "2026-7", nouns[i], "history", id[i]);
	}
	agreements();
	standing_from_files();
}

/* What a preview counts, an end then meets. */
static void standards(void **state)
{
	char id[64], file[1024], name[64];
	CTL(0, "互联网营销师/2021", "occupation", "list");
	CTL(0, "直播销售员", "occupation", "show", "4-01-06-02", "2022");
	CTL(3, "", "occupation", "show", "4-01-06-02", "2000");
	CTL(2, "--name-en", "occupation", "add", "--code", "4-13-01-12", "--edition", "2022", "--name", "直播助理");
	CTL(3, "", "occupation", "add", "--code", "4-13-1-12", "--edition", "2022", "--name", "直播助理", "--name-en", "x");
	CTL(0, "4-13-01-12", "occupation", "add", "--code", "4-13-01-12", "--edition", "2022", "--name", "直播助理",
	    "--name-en", "livestream assistant");
	CTL(0, "occupation_create", "occupation", "history", "4-13-01-12", "2022");
	CTL(0, "全媒体运营师/2023", "standard", "list", "--occupation", "4-13-01-05", "--on", "2026-01-01");
	snprintf(name, sizeof name, "直播助理/%.4s", daemon_day(-9));
	snprintf(file, sizeof file,
	         "{\"name\":\"%s\",\"occupation\":\"4-13-01-12\",\"edition\":\"2022\",\"document\":\"x\","
	         "\"issued_on\":\"today-9\",\"printed_code\":null,\"valid_from\":\"%s\",\"work_types\":[{\"slug\":"
	         "\"whole\",\"name\":null,\"name_en\":null,\"levels\":[{\"level\":\"5\",\"min_hours\":77}]}]}",
	         name, daemon_day(-9));
	CTL(0, "77", "standard", "add", terminal_write(&t, "standard.json", file));
	CTL(0, "\"stated\"", "standard", "show", name, "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	snprintf(file, sizeof file,
	         "{\"valid_from\":\"%s\",\"note\":\"fewer\",\"work_types\":[{\"slug\":\"whole\",\"name\":null,"
	         "\"name_en\":null,\"levels\":[{\"level\":\"5\",\"min_hours\":66}]}]}", daemon_day(5));
	const char *version = terminal_write(&t, "version.json", file);
	CTL(0, "accreditations", "standard", "preview", name, version);
	CTL(0, "66", "standard", "revise", name, version);
	CTL(2, "", "standard", "preview", name);
	CTL(0, "exams", "standard", "preview", id, "--to", "today+9");
	CTL(3, "before_version", "standard", "end", id, "--to", "today", "--json");
	CTL(0, daemon_day(9), "standard", "end", id, "--to", "today+9", "--note", "x");
	CTL(0, "standard_end", "standard", "history", name);
	CTL(0, "", "exam", "create", "--code", "MOVES", "--occupation", "4-01-06-02", "--edition", "2022", "--work-type",
	    "直播销售员", "--level", "4", "--held-on", "today+20");
	CTL(0, "MOVES", "standard", "preview", "互联网营销师/2021", "--to", "today+9");
	CTL(3, "standard_in_use", "standard", "end", "互联网营销师/2021", "--to", "today+9");
	CTL(0, daemon_day(9), "standard", "end", "互联网营销师/2021", "--to", "today+9", "--announced-stay");
	snprintf(name, sizeof name, "互联网营销师/%.4s", daemon_day(-9));
	snprintf(file, sizeof file,
	         "{\"name\":\"%s\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"document\":\"x\","
	         "\"issued_on\":\"today-9\",\"printed_code\":null,\"valid_from\":\"%s\",\"work_types\":[{\"slug\":"
	         "\"livestream-sales\",\"name\":\"直播销售员\",\"name_en\":\"x\",\"levels\":[{\"level\":\"4\"}]}]}", name, daemon_day(10));
	CTL(0, name, "standard", "add", terminal_write(&t, "standard.json", file));
	CTL(2, "--reason", "exam", "move", "MOVES", "--standard", name);
	CTL(0, name, "exam", "move", "MOVES", "--standard", name, "--reason", "标准更替", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(0, "标准更替", "exam", "history", id);
	CTL(3, "no exam", "exam", "move", "NOWHERE", "--standard", name, "--reason", "x");
	CTL(3, "no standard", "standard", "show", "无/2021");
}

/* Of chenguang, who is approved. */
static void sites(void)
{
	char id[64];
	CTL(2, "--district", "site", "create", "chenguang", "--code", "main", "--name", "晨光基地");
	CTL(3, "/number_prefix", "site", "create", "chenguang", "--code", "main", "--name", "晨光基地", "--district", "310115",
	    "--prefix", "S0000310001");
	CTL(0, "\"minted\"", "site", "create", "chenguang", "--code", "main", "--name", "晨光基地", "--district", "310115",
	    "--prefix", "S000031000177", "--also-supplied", "--json");
	snprintf(id, sizeof id, "%s", terminal_member(&t, "id"));
	CTL(0, "S000031000177", "site", "list", "chenguang");
	CTL(0, "晨光基地", "site", "show", id);
	CTL(3, "/number_prefix", "site", "change", id, "--prefix", "S000031000123");
	CTL(2, "yes", "site", "change", id, "--also-supplied", "perhaps");
	CTL(0, "S000031000178", "site", "change", id, "--prefix", "S000031000178", "--also-supplied", "no", "--note", "x");
	CTL(2, "lease_over", "site", "end", id, "--to", "today");
	CTL(3, "date_in_past", "site", "end", id, "--to", "today-1", "--reason", "moved");
	CTL(0, daemon_day(30), "site", "end", id, "--to", "today+30", "--reason", "moved");
	CTL(0, "site_create", "site", "history", id);
}

/* Anybody applies; what is decided is shown, and refused when it does not follow. */
static void organisations(void **state)
{
	CTL(2, "--phone", "organisation", "apply", "--name", "晨光示例学校", "--credit-code", "91310115MA1TEXT144", "--kinds",
	    "school,training_institution", "--district", "310115", "--contact", "王经理");
	CTL(3, "/credit_code", "organisation", "apply", "--name", "晨光示例学校", "--credit-code", "91310115MA1TEXT145",
	    "--kinds", "school", "--district", "310115", "--contact", "王经理", "--phone", "021-0", "--slug", "chenguang");
	CTL(0, "chenguang-example-school", "organisation", "apply", "--name", "晨光示例学校", "--name-en",
	    "Chenguang Example School", "--credit-code", "91310115MA1TEXT144", "--kinds", "school,training_institution",
	    "--district", "310115", "--contact", "王经理", "--phone", "021-0", "--evidence", "2026-1,2026-2");
	CTL(0, "chenguang-example-school", "organisation", "list", "--state", "applied", "--kind", "school");
	CTL(2, "evidence_missing", "organisation", "refuse", "chenguang-example-school");
	CTL(0, "refused", "organisation", "refuse", "chenguang-example-school", "--reason", "evidence_missing");
	CTL(3, "state", "organisation", "approve", "chenguang-example-school");
	CTL(0, "applied", "organisation", "apply", "--name", "晨光示例学校", "--credit-code", "91310115MA1TEXT144", "--kinds",
	    "school", "--district", "310115", "--contact", "王经理", "--phone", "021-0", "--slug", "chenguang");
	CTL(0, "approved", "organisation", "approve", "chenguang", "--note", "2026-1");
	CTL(0, "晨光职业学校", "organisation", "rename", "chenguang", "--name", "晨光职业学校");
	sites();
	CTL(0, "investigation", "organisation", "suspend", "chenguang", "--reason", "investigation");
	CTL(3, "investigation", "organisation", "suspend", "chenguang", "--reason", "fraud");
	CTL(0, "晨光职业学校", "organisation", "show", "chenguang");
	CTL(0, "approved", "organisation", "reinstate", "chenguang", "--reason", "remedied");
	CTL(0, "ended", "organisation", "end", "chenguang", "--reason", "closed_down");
	CTL(3, "state", "organisation", "reinstate", "chenguang", "--reason", "remedied");
	CTL(0, "organisation_change", "organisation", "history", "chenguang");
	CTL(3, "", "organisation", "show", "nobody");

	const char *path = terminal_write(&t, "organisations.json",
	                                  "[{\"name\":\"晚霞示例学校\",\"slug\":\"wanxia\",\"credit_code\":\"12310000MB1DEM0A2J\","
	                                  "\"kinds\":[\"school\"],\"district\":\"310115\","
	                                  "\"contact\":{\"name\":\"王经理\",\"phone\":\"021-0\"}}]");
	CTL(0, "wanxia", "organisation", "apply", path);
	CTL(0, "approved", "organisation", "approve", "wanxia");
	CTL(0, "wanxia", "organisation", "apply", path); /* the same application */
}

/* A line each, and a last one that says how many; for nobody else's eyes. */
static void a_leaving_organisation(void **state)
{
	char line[64 * 1024], path[128];
	int lines = 0, numbers = 0;
	struct stat is;
	snprintf(path, sizeof path, "%s", terminal_path(&t, "shili.jsonl"));
	CTL(2, "purpose", "organisation", "export", "shili", path);
	CTL(2, "No such file", "organisation", "export", "shili", "/nowhere/x.jsonl", "--purpose", "leaving");
	CTL(3, "", "organisation", "export", "nobody", path, "--purpose", "leaving");
	assert_int_not_equal(stat(path, &is), 0);
	CTL(0, "results: ", "organisation", "export", "shili", path, "--purpose", "leaving", "--note", "退出申请 7 号");
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	json_t *last = NULL;
	while (fgets(line, sizeof line, f)) {
		json_decref(last);
		last = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(json_object_get(last, "part"));
		numbers += json_object_get(last, "id_number") != NULL;
		lines++;
	}
	fclose(f);
	assert_true(numbers > 2);
	assert_string_equal(json_string_value(json_object_get(last, "part")), "end");
	assert_int_equal(json_integer_value(json_object_get(last, "items")), lines - 1);
	json_decref(last);
}

static void adoptions(void **state)
{
	char path[96];
	issue("吴霞", 907);
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number[0]);
	const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN]), 200);
	const char *file = terminal_write(&t, "lost.json", a->body);
	CTL(0, "", "bundle", "--issuer", "shili", terminal_path(&t, "issuers.bundle"));
	CTL(0, "VALID", "verify", "--offline", file, "--bundle", terminal_path(&t, "issuers.bundle"), "--name", "吴霞");
	lose(number[0]);
	CTL(0, number[0], "adoption", "request", file);
	const char *id = terminal_word_behind(&t, "talentctl adoption approve ");
	CTL(0, id, "adoption", "list", "--open");
	CTL(0, number[0], "adoption", "reject", id, "--reason", "not_the_holder", "--as", "second");
	CTL(0, number[0], "adoption", "request", file);
	CTL(0, number[0], "adoption", "approve", terminal_word_behind(&t, "talentctl adoption approve "), "--as",
	    "second");
}

static void policies(void **state)
{
	CTL(0, "verification_record_days", "policy", "list");
	CTL(0, "instead of", "policy", "set", "publicity_days_min", "0", "--reason", "file 1", "--from", "today+2",
	    "--preview");
	CTL(2, "--reason is missing", "policy", "set", "publicity_days_min", "0");
	CTL(3, "/value", "policy", "set", "publicity_days_min", "90", "--reason", "file 1");
	CTL(0, "file 1", "policy", "set", "publicity_days_min", "0", "--reason", "file 1", "--from", "today+2");
	CTL(0, "file 1", "policy", "show", "publicity_days_min");
}

static void erasures(void **state)
{
	char who[64];
	issue("郑爽朗", 908);
	CTL(0, "\"id\"", "person", "lookup", "--id-type", "身份证", "--id-number", daemon_resident_id(908), "--purpose",
	    "holder_request", "--json");
	snprintf(who, sizeof who, "%s", terminal_member(&t, "id"));
	CTL(0, "Who asked or decided", "person", "report", who, "--purpose", "holder_request");
	assert_non_null(strstr(t.said, "person_lookup"));
	CTL(0, "version 1", "person", "reseal");
	CTL(2, "--basis", "erasure", "request", who);
	CTL(0, "Another administrator", "erasure", "request", who, "--basis", "holder_request");
	CTL(0, "rejected", "erasure", "reject", terminal_word_behind(&t, "talentctl erasure approve "));
	CTL(0, "Another administrator", "erasure", "request", who, "--basis", "consent_withdrawn");
	CTL(0, "ended: 2", "erasure", "approve", terminal_word_behind(&t, "talentctl erasure approve "), "--as", "second");
	CTL(0, who, "erasure", "list");
}

static void programmes(void **state)
{
	CTL(0, "hongqiao-cbd", "area", "list");
	CTL(0, "shanghai-2025-27/newly_certified", "rule", "list");
	CTL(0, "zhangjiang", "area", "set", "zhangjiang", "--name", "张江", "--name-en", "Zhangjiang", "--districts", "310115",
	    "--reason", "2026-1");
	CTL(3, "/districts", "area", "set", "zhangjiang", "--name", "张江", "--name-en", "Zhangjiang", "--districts", "440100",
	    "--reason", "2026-1");
	CTL(0, "exams announced", "area", "join", "zhangjiang", "pujiang", "--from", "today+1", "--reason", "2026-2", "--preview");
	CTL(0, "hongqiao-cbd-2026 ", "area", "join", "none", "shili", "--from", "today", "--reason", "2026-2", "--preview");
	CTL(3, "/from", "area", "join", "zhangjiang", "pujiang", "--from", "today-1", "--reason", "2026-2", "--preview");
	CTL(0, "pujiang", "area", "join", "zhangjiang", "pujiang", "--from", "today+1", "--reason", "2026-2");
	CTL(0, "hongqiao-cbd-2026", "programme", "list");
	CTL(0, "2026-3", "programme", "reach", "hongqiao-cbd-2026", "bases", "--on", "2026-01-15", "--evidence", "2026-3");
	CTL(0, "2026-3", "programme", "show", "hongqiao-cbd-2026");
	CTL(0, "bases", "programme", "withdraw", "hongqiao-cbd-2026", "bases", "--reason", "2026-4");
	CTL(0, "2026-4", "programme", "history", "hongqiao-cbd-2026");
	CTL(0, "planned by now", "programme", "goal", "shanghai-2025-27", "completions", "--title", "结业", "--title-en",
	    "completions", "--target", "10", "--measures", "training_completions", "--rule", "participation", "--reason",
	    "2026-5", "--preview");
	CTL(0, "completions", "programme", "goal", "shanghai-2025-27", "completions", "--title", "结业", "--title-en",
	    "completions", "--target", "10", "--measures", "training_completions", "--rule", "participation", "--reason",
	    "2026-5");
	CTL(0, "then", "programme", "create", "short-2026", "--title", "短", "--title-en", "short", "--from", "today-9",
	    "--to", "today+9", "--districts", "31", "--measures", "newly_certified", "--reason", "2026-7", "--preview");
	CTL(0, "short-2026", "programme", "create", "short-2026", "--title", "短", "--title-en", "short", "--from", "today-9",
	    "--to", "today+9", "--districts", "31", "--measures", "newly_certified", "--reason", "2026-7");
	CTL(0, "short-2026", "programme", "change", "short-2026", "--title-en", "shorter", "--reason", "2026-8");
	CTL(0, "mid_or_higher", "programme", "count", "short-2026", "--measures", "mid_or_higher", "--reason", "2026-9",
	    "--preview");
	CTL(0, "short-2026", "programme", "count", "short-2026", "--measures", "mid_or_higher", "--reason", "2026-9");
	CTL(3, "/to", "programme", "change", "short-2026", "--to", "today-10", "--reason", "2026-8", "--preview");
	CTL(3, "/measures", "programme", "goal", "shanghai-2025-27", "more", "--title", "结业", "--title-en", "more",
	    "--target", "10", "--rule", "participation", "--reason", "2026-6");
}

static void the_registry_itself(void **state)
{
	CTL(0, "behind ", "progress");
	assert_null(strstr(t.said, "ahead -"));
	assert_non_null(strstr(t.said, "60,000"));
	CTL(0, "", "progress", "audit");
	assert_null(strstr(t.said, "recorded before their day"));
	cluster_sql(d->cluster, d->database,
	            "SET session_replication_role = replica; UPDATE talent.training_session SET ends_on = completed_on + 9,"
	            " district = '310115', title = 'T-late' WHERE id = (SELECT min(id::text)::uuid FROM"
	            " talent.training_session WHERE state = 'completed')");
	CTL(0, "recorded before their day: 1", "progress", "audit");
	assert_non_null(strstr(t.said, "completion before the last day"));
	assert_non_null(strstr(t.said, "to be looked at: 1"));
	assert_non_null(strstr(t.said, "session of another district"));
	assert_non_null(strstr(t.said, "T-late"));
	t.locale = "zh_CN.UTF-8";
	CTL(0, "早于最后一天的结业", "progress", "audit");
	assert_non_null(strstr(t.said, "区与机构不一致的班次"));
	t.locale = NULL;
	CTL(0, "", "withheld");
	CTL(0, "publish", "job", "list");
	CTL(0, "", "job", "failures");
	CTL(0, "", "job", "retry", "publish");
}

/* "(null)" stood in the help of a verb without arguments. */
static void help_shows_every_verb(void **state)
{
	static const char *const locales[] = {"C.UTF-8", "zh_CN.UTF-8"};
	for (size_t i = 0; i < ARRAY_LEN(locales); i++) {
		t.locale = locales[i];
		CTL(0, "talentctl withheld", "help");
		assert_null(strstr(t.said, "(null)"));
	}
	t.locale = NULL;
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++)
			CTL(0, v->en, "help", v->name);
}

/* Words that are neither names nor what people type again: no word of four letters or more. */
static void expect_no_english(const char *const *argv)
{
	static const char *const names[] = {"shili", "xingbo", "yunxuan", "pujiang", "haolai", "qihang", "talentctl",
	                                    "test", "shanghai-2025-27", "hongqiao-cbd-2026", "ed25519",
	                                    "publish", "confirm", "verify", "fold", "reconsider", "void", "purge",
	                                    "sweep", "fill", "list_key", "key_begin", "reseal", "label"};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
	assert_int_equal(terminal_run(&t, argv), 0);
	for (const char *p = t.said; *p; p += strcspn(p, " \n")) {
		p += strspn(p, " \n");
		size_t n = strcspn(p, " \n");
		bool allowed = strspn(p, letters) != n || n < 4;
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			allowed |= strlen(names[i]) == n && memcmp(p, names[i], n) == 0;
		if (!allowed)
			fail_msg("\"%.*s\" in what %s %s says in Chinese:\n%s", (int)n, p, argv[1],
			         argv[2] ? argv[2] : "", t.said);
	}
}

static void chinese_output_has_no_english_keys(void **state)
{
	t.locale = "zh_CN.UTF-8";
	expect_no_english(TERMINAL_ARGV("token", "list"));
	expect_no_english(TERMINAL_ARGV("client-certificate", "list"));
	expect_no_english(TERMINAL_ARGV("adoption", "list"));
	expect_no_english(TERMINAL_ARGV("erasure", "list"));
	expect_no_english(TERMINAL_ARGV("exam", "list"));
	expect_no_english(TERMINAL_ARGV("session", "list"));
	expect_no_english(TERMINAL_ARGV("job", "list"));
	expect_no_english(TERMINAL_ARGV("job", "failures"));
	expect_no_english(TERMINAL_ARGV("key", "list", "--issuer", "xingbo"));
	expect_no_english(TERMINAL_ARGV("key", "actions"));
	expect_no_english(TERMINAL_ARGV("progress"));
	expect_no_english(TERMINAL_ARGV("progress", "audit"));
	expect_no_english(TERMINAL_ARGV("withheld"));
	expect_no_english(TERMINAL_ARGV("accreditation", "list"));
	expect_no_english(TERMINAL_ARGV("recognition", "list"));
	expect_no_english(TERMINAL_ARGV("standard", "list"));
	expect_no_english(TERMINAL_ARGV("standard", "show", "全媒体运营师/2023"));
	expect_no_english(TERMINAL_ARGV("agreement", "list"));
	expect_no_english(TERMINAL_ARGV("certificate", "show", number[0]));
	expect_no_english(TERMINAL_ARGV("certificate", "history", revoked));
	expect_no_english(TERMINAL_ARGV("annul", annulled, "--reason", "issued_in_error"));
	t.locale = NULL;
}

static void every_verb_has_run(void **state)
{
	for (const struct verb *const *list = verbs; *list; list++)
		for (const struct verb *v = *list; v->name; v++) {
			bool ran = false;
			for (size_t i = 0; i < n_done; i++)
				ran |= done[i] == v;
			if (!ran)
				fail_msg("nothing here has `talentctl %s %s` done what it is for", v->name,
				         v->sub ? v->sub : "");
		}
}

/* Whatever was done above is told in Chinese. */
static void every_action_has_a_word(void **state)
{
	static char all[16 * 1024], *rest;
	int n = 0;
	snprintf(all, sizeof all, "%s", cluster_ask(d->cluster, d->database,
	         "SELECT string_agg(DISTINCT action, ' ' ORDER BY action) FROM talent.audit"));
	for (char *action = strtok_r(all, " ", &rest); action; action = strtok_r(NULL, " ", &rest), n++)
		if (!code_word("action", action, LANG_ZH))
			fail_msg("%s has no Chinese word", action);
	assert_in_range(n, 60, 200);
	t.locale = "zh_CN.UTF-8";
	CTL(0, "停用令牌", "audit", "list", "--action", "token_revoke");
	t.locale = NULL;
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(staff),
		cmocka_unit_test(client_certificates),
		cmocka_unit_test(sessions),
		cmocka_unit_test(people),
		cmocka_unit_test(exams_and_results),
		cmocka_unit_test(corrections),
		cmocka_unit_test(a_name_is_corrected),
		cmocka_unit_test(links),
		cmocka_unit_test(certificates),
		cmocka_unit_test(a_company_decides),
		cmocka_unit_test(a_recheck),
		cmocka_unit_test(numbers_that_come_later),
		cmocka_unit_test(annulments),
		cmocka_unit_test(a_person_is_asked_first),
		cmocka_unit_test(keys),
		cmocka_unit_test(a_revoked_key_and_a_new_document),
		cmocka_unit_test(standing),
		cmocka_unit_test(standards),
		cmocka_unit_test(organisations),
		cmocka_unit_test(a_leaving_organisation),
		cmocka_unit_test(adoptions),
		cmocka_unit_test(policies),
		cmocka_unit_test(erasures),
		cmocka_unit_test(programmes),
		cmocka_unit_test(the_registry_itself),
		cmocka_unit_test(help_shows_every_verb),
		cmocka_unit_test(chinese_output_has_no_english_keys),
		cmocka_unit_test(every_verb_has_run),
		cmocka_unit_test(every_action_has_a_word),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	t = (struct terminal){.d = d, .ran = note};
	int failed = cmocka_run_group_tests_name("ctl verbs", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
