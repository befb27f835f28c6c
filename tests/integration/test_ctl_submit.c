/* tests/integration/test_ctl_submit.c - a results file on its way, as the person who sends it lives it: files
 * that Excel opens, nothing overwritten, nothing sent that could not be written down, one line for one
 * thing, and Ctrl-C. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/terminal.h"
#include "../lib/witness.h"

static struct daemon *d;
static struct terminal t;

#define CTL(code, text, ...) terminal_expect(&t, (code), (text), TERMINAL_ARGV(__VA_ARGS__))
#define HEADING "姓名,证件类型,证件号码,理论成绩,技能成绩\r\n"

static char file_text[256 * 1024];

static const char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	size_t n = fread(file_text, 1, sizeof file_text - 1, f);
	file_text[n] = '\0';
	fclose(f);
	return file_text;
}

static long results(void)
{
	return strtol(cluster_ask(d->cluster, d->database, "SELECT count(*) FROM talent.assessment"), NULL, 10);
}

static const char *one_row(const char *name, unsigned person)
{
	static char text[512];
	snprintf(text, sizeof text, HEADING "%s,身份证,%s,80,80\r\n", name, daemon_resident_id(person));
	witness_note(d->witness, WITNESS_PERSON, daemon_resident_id(person));
	return text;
}

static void an_exam(void **state)
{
	CTL(0, "E-1", "exam", "create", "--code", "E-1", "--occupation", "4-01-06-02", "--edition", "2022",
	    "--work-type", "直播销售员", "--level", "4", "--held-on", "today", "--partner", "xingbo");
}

/* A spreadsheet takes a file for UTF-8 only when it begins so; its headings are the reader's. */
static void files_are_for_a_spreadsheet(void **state)
{
	const char *in = terminal_write(&t, "in.csv", one_row("王一", 1));
	const char *report = terminal_path(&t, "report.csv"), *made = terminal_path(&t, "made.csv");
	t.locale = "zh_CN.UTF-8";
	CTL(0, "发证 1", "submit", in, "--exam", "E-1", "--report", report, "--certificates", made);
	t.locale = NULL;
	assert_int_equal(strncmp(read_file(made), "\xEF\xBB\xBF行,姓名,证书种类,证书编号,查验码,查验链接\r\n2,王一,", 60), 0);
	assert_null(strstr(file_text, "skill_grade"));
	assert_non_null(strstr(file_text, "/v/"));
	assert_int_equal(strncmp(read_file(report), "\xEF\xBB\xBF姓名,", 10), 0);
	assert_non_null(strstr(file_text, "错误"));
	CTL(0, "1 already there", "submit", report, "--exam", "E-1", "--certificates", made); /* it reads its own */
	assert_int_equal(strncmp(read_file(made), "\xEF\xBB\xBFrow,name,kind,number,verification_code,link\r\n", 48), 0);
}

static void nothing_is_overwritten_or_sent_in_vain(void **state)
{
	char text[512], link_path[200];
	snprintf(text, sizeof text, "%s", one_row("王二", 2));
	const char *in = terminal_write(&t, "input.csv", text);
	snprintf(link_path, sizeof link_path, "%s", terminal_path(&t, "link.csv"));
	assert_int_equal(symlink(in, link_path), 0);
	const char *out = terminal_path(&t, "both.csv");
	long before = results();
	CTL(2, "is the file that is read", "submit", in, "--exam", "E-1", "--report", in);
	CTL(2, "is the file that is read", "submit", in, "--exam", "E-1", "--certificates", link_path);
	CTL(2, "cannot hold both", "submit", in, "--exam", "E-1", "--report", out, "--certificates", out);
	assert_int_equal(access(out, F_OK), -1); /* what was not written is not left behind */
	CTL(2, "No such file", "submit", in, "--exam", "E-1", "--report", terminal_path(&t, "nowhere/report.csv"));
	CTL(2, "Is a directory", "submit", in, "--exam", "E-1", "--certificates", d->dir);
	assert_int_equal(results(), before);
	assert_string_equal(read_file(in), text);
}

/* 400 rows of somebody else's exam are one line with a count; what differs keeps its own. */
static void equal_refusals_are_one(void **state)
{
	static char text[64 * 1024];
	size_t n = (size_t)snprintf(text, sizeof text, HEADING);
	for (unsigned i = 0; i < 400; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "李%s,军官证,%s,80,80\r\n", i % 2 ? "一" : "二",
		                      daemon_resident_id(100 + i));
	snprintf(text + n, sizeof text - n, "赵一,身份证,310199199003070015,80,80\r\n");
	CTL(1, "400 rows (2, 3, 4, 5, 6, 7, 8, 9, …)  id_type: unknown document type", "submit",
	    terminal_write(&t, "many.csv", text), "--exam", "E-1");
	assert_non_null(strstr(t.said, "\nrow 402  "));
	assert_null(strstr(t.said, "row 3"));
}

/* The registry is away: one line says so, not none and not a hundred; Ctrl-C says what was done. */
static void a_silence_is_told_and_can_be_ended(void **state)
{
	static char text[4096];
	snprintf(text, sizeof text, "%s王四,身份证,%s,80,80\r\n", one_row("王三", 3), daemon_resident_id(4));
	const char *in = terminal_write(&t, "away.csv", text), *report = terminal_path(&t, "away-report.csv");
	cluster_server_shutdown(d->cluster);
	terminal_start(&t, TERMINAL_ARGV("submit", in, "--exam", "E-1", "--report", report));
	terminal_until(&t, "trying again, for up to two minutes");
	assert_int_equal(kill(t.pid, SIGINT), 0);
	int code = terminal_finish(&t);
	cluster_server_start(d->cluster);
	assert_int_equal(code, 5);
	assert_null(strstr(strstr(t.said, "trying again") + 1, "trying again"));
	assert_non_null(strstr(t.said, "interrupted."));
	assert_non_null(strstr(t.said, "stopped with 2 rows not sent. Run the same command again"));
	daemon_wait_ready(d);
	CTL(0, "2 issued", "submit", in, "--exam", "E-1");
}

/* Any other verb, while it reads its file: what may have happened, and what to do. */
static void an_interrupted_verb_says_how_to_go_on(void **state)
{
	static const char *const locales[] = {"C.UTF-8", "zh_CN.UTF-8"};
	static const char *const words[] = {"run it again", "请再次运行"};
	char path[200];
	snprintf(path, sizeof path, "%s", terminal_path(&t, "sessions.fifo"));
	assert_int_equal(mkfifo(path, 0600), 0);
	for (size_t i = 0; i < 2; i++) {
		t.locale = locales[i];
		terminal_start(&t, TERMINAL_ARGV("session", "record", path));
		int fd = open(path, O_WRONLY); /* until it has opened it, too */
		assert_true(fd >= 0);
		assert_int_equal(kill(t.pid, SIGINT), 0);
		assert_int_equal(terminal_finish(&t), 5);
		close(fd);
		assert_non_null(strstr(t.said, words[i]));
	}
	t.locale = NULL;
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exam),
		cmocka_unit_test(files_are_for_a_spreadsheet),
		cmocka_unit_test(nothing_is_overwritten_or_sent_in_vain),
		cmocka_unit_test(equal_refusals_are_one),
		cmocka_unit_test(a_silence_is_told_and_can_be_ended),
		cmocka_unit_test(an_interrupted_verb_says_how_to_go_on),
		cmocka_unit_test(test_logs),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	t = (struct terminal){.d = d};
	int failed = cmocka_run_group_tests_name("ctl submit", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
