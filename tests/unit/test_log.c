/* tests/unit/test_log.c - one line per event, nothing forged, nothing lost of errno. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/log.h"

struct sink {
	int read_fd;
	struct log log;
	struct log_ctx ctx;
	char text[2 * LOG_LINE_MAX];
};

static void sink_open(struct sink *s, enum log_style style)
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	s->read_fd = fds[0];
	s->log = (struct log){.fd = fds[1], .level = LEVEL_INFO, .style = style};
	s->ctx = (struct log_ctx){.log = &s->log, .process = "worker.1"};
}

static const char *sink_read(struct sink *s)
{
	ssize_t n = read(s->read_fd, s->text, sizeof s->text - 1);
	s->text[n < 0 ? 0 : n] = '\0';
	return s->text;
}

static void sink_close(struct sink *s)
{
	close(s->read_fd);
	close(s->log.fd);
}

static void test_logfmt(void **state UNUSED)
{
	struct sink s;
	sink_open(&s, LOG_STYLE_JOURNAL);
	log_info(&s.ctx, "ready");
	assert_string_equal(sink_read(&s), "<6>level=info event=ready process=worker.1\n");
	s.ctx.request = "r-1";
	log_warning(&s.ctx, "db_away", LOG_S("cause", "no route"), LOG_I("attempt", -3),
		LOG_SLICE("part", slice_from("abcdef", 3)));
	assert_string_equal(sink_read(&s), "<4>level=warning event=db_away process=worker.1 "
					   "request=r-1 cause=\"no route\" attempt=-3 part=abc\n");
	sink_close(&s);
}

static void test_escapes(void **state UNUSED)
{
	static const struct {
		struct slice value;
		const char *shown;
	} CASES[] = {
		{{"a\nevent=forged", 14}, "v=\"a\\nevent=forged\""},
		{{"\x1b[2J", 4}, "v=\"\\x1b[2J\""},
		{{"a\0b", 3}, "v=\"a\\x00b\""},
		{{"quote\"back\\", 11}, "v=\"quote\\\"back\\\\\""},
		{{"\xc2\x9b" "2J", 4}, "v=\"\\xc2\x9b" "2J\""}, /* C1 control: no longer UTF-8 */
		{{"\xe5\xbc\xa0", 3}, "v=\xe5\xbc\xa0"},
		{{"", 0}, "v=\"\""},
		{{NULL, 0}, "v=\"\""},
		{{"\x7f", 1}, "v=\"\\x7f\""},
	};
	struct sink s;
	sink_open(&s, LOG_STYLE_JOURNAL);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		log_error(&s.ctx, "e", LOG_SLICE("v", CASES[i].value));
		const char *line = sink_read(&s);
		const char *at = strstr(line, " v=");
		assert_non_null(at);
		assert_int_equal(strncmp(at + 1, CASES[i].shown, strlen(CASES[i].shown)), 0);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	}
	sink_close(&s);
}

static void test_levels(void **state UNUSED)
{
	struct sink s;
	sink_open(&s, LOG_STYLE_JOURNAL);
	log_debug(&s.ctx, "unseen");
	assert_string_equal(sink_read(&s), "");
	s.log.level = LEVEL_DEBUG;
	log_debug(&s.ctx, "seen");
	assert_non_null(strstr(sink_read(&s), "event=seen"));
	struct log_ctx silent = {.log = NULL};
	log_error(&silent, "nobody");
	enum log_level level = LEVEL_INFO;
	assert_true(log_level_parse(SLICE("warning"), &level));
	assert_int_equal(level, LEVEL_WARNING);
	assert_false(log_level_parse(SLICE("Warning"), &level));
	assert_string_equal(log_level_name(LEVEL_NOTICE), "notice");
	sink_close(&s);
}

static void test_long_line_is_cut(void **state UNUSED)
{
	static char big[3 * LOG_LINE_MAX];
	struct sink s;
	memset(big, 'x', sizeof big - 1);
	sink_open(&s, LOG_STYLE_JOURNAL);
	log_info(&s.ctx, "long", LOG_S("a", "1"), LOG_S("big", big), LOG_S("after", "2"));
	const char *line = sink_read(&s);
	size_t n = strlen(line);
	assert_true(n <= LOG_LINE_MAX);
	assert_string_equal(line + n - 4, "...\n");
	assert_non_null(strstr(line, "a=1"));
	memset(big, '\n', sizeof big - 1); /* each byte becomes two, and the end quote is lost */
	log_info(&s.ctx, "long", LOG_S("big", big));
	line = sink_read(&s);
	assert_true(strlen(line) <= LOG_LINE_MAX);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	sink_close(&s);
}

static void test_errno_is_kept(void **state UNUSED)
{
	struct log closed = {.fd = -1, .level = LEVEL_INFO, .style = LOG_STYLE_FILE};
	struct log_ctx ctx = {.log = &closed};
	errno = EAGAIN;
	log_error(&ctx, "nowhere");
	assert_int_equal(errno, EAGAIN);
}

static void test_styles(void **state UNUSED)
{
	struct sink s;
	struct stat st;
	char stream[64];
	sink_open(&s, LOG_STYLE_TTY);
	log_warning(&s.ctx, "db_away", LOG_S("cause", "x"));
	assert_non_null(strstr(sink_read(&s), " worker.1   WARNING db_away cause=x\n"));
	s.log.style = LOG_STYLE_FILE;
	log_info(&s.ctx, "e");
	assert_int_equal(strncmp(sink_read(&s), "<6>time=2", 9), 0);
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(log_open(s.log.fd, LEVEL_INFO).style, LOG_STYLE_FILE);
	assert_int_equal(fstat(s.log.fd, &st), 0);
	snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_int_equal(log_open(s.log.fd, LEVEL_INFO).style, LOG_STYLE_JOURNAL);
	setenv("JOURNAL_STREAM", "0:1", 1);
	assert_int_equal(log_open(s.log.fd, LEVEL_INFO).style, LOG_STYLE_FILE);
	unsetenv("JOURNAL_STREAM");
	sink_close(&s);
}

static size_t lines_of(const char *text, const char *sought)
{
	size_t n = 0;
	for (const char *at = text; (at = strstr(at, sought)); at++)
		n++;
	return n;
}

/* As a full disk or a client of nonsense would have it. */
static void what_repeats_itself_is_counted(void **state UNUSED)
{
	struct log_repeats repeats = {0};
	struct sink s;
	sink_open(&s, LOG_STYLE_JOURNAL);
	s.log.repeats = &repeats;
	for (int i = 0; i < 176; i++) {
		errno = ENOSPC;
		log_error(&s.ctx, "journal_failed", LOG_S("system", "no room"), LOG_I("try", i));
		assert_int_equal(errno, ENOSPC);
	}
	log_error(&s.ctx, "journal_failed", LOG_S("system", "another cause"));
	const char *text = sink_read(&s);
	assert_int_equal(lines_of(text, "no room"), LOG_BURST);
	assert_int_equal(lines_of(text, "another cause"), 1);
	log_flush(&s.log, mono_now());
	assert_string_equal(sink_read(&s), ""); /* its time is not over */
	log_flush(&s.log, mono_add(mono_now(), SECONDS(LOG_WINDOW_S)));
	assert_string_equal(sink_read(&s), "<3>level=error event=journal_failed process=worker.1 "
					   "repeated=171 seconds=10\n");
	log_flush(&s.log, mono_add(mono_now(), SECONDS(2 * LOG_WINDOW_S)));
	assert_string_equal(sink_read(&s), "");
	log_error(&s.ctx, "journal_failed", LOG_S("system", "no room"));
	assert_int_equal(lines_of(sink_read(&s), "no room"), 1); /* a new window */
	sink_close(&s);
}

/* Text that changes with every line does not get around it, nor do many events push others out. */
static void different_lines_of_one_event_are_bounded(void **state UNUSED)
{
	struct log_repeats repeats = {0};
	struct sink s;
	char text[32];
	sink_open(&s, LOG_STYLE_JOURNAL);
	s.log.repeats = &repeats;
	size_t n = 0;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "%d", i);
		log_warning(&s.ctx, "peer_refused", LOG_S("who", text));
		n += lines_of(sink_read(&s), "who=");
	}
	assert_int_equal(n, LOG_DISTINCT + LOG_BURST);
	log_error(&s.ctx, "something_else");
	assert_int_equal(lines_of(sink_read(&s), "something_else"), 1);
	log_flush(&s.log, mono_add(mono_now(), SECONDS(LOG_WINDOW_S)));
	assert_non_null(strstr(sink_read(&s), "repeated=987 "));
	sink_close(&s);
}

static void counts_are_written_when_the_table_is_full(void **state UNUSED)
{
	struct log_repeats repeats = {0};
	struct sink s;
	char event[32];
	sink_open(&s, LOG_STYLE_JOURNAL);
	s.log.repeats = &repeats;
	for (int i = 0; i < LOG_BURST + 2; i++)
		log_error(&s.ctx, "first");
	sink_read(&s);
	size_t told = 0;
	for (int i = 0; i < 2 * LOG_REPEATS; i++) {
		snprintf(event, sizeof event, "event_%d", i);
		log_error(&s.ctx, event);
		told += lines_of(sink_read(&s), "event=first process=worker.1 repeated=2 ");
	}
	assert_int_equal(told, 1);
	for (int i = 0; i < 2 * LOG_BURST; i++)
		log_info(&s.ctx, "request"); /* access lines are never held back */
	assert_int_equal(lines_of(sink_read(&s), "event=request"), 2 * LOG_BURST);
	sink_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logfmt),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_long_line_is_cut),
		cmocka_unit_test(test_errno_is_kept),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(what_repeats_itself_is_counted),
		cmocka_unit_test(different_lines_of_one_event_are_bounded),
		cmocka_unit_test(counts_are_written_when_the_table_is_full),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
