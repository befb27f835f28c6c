/* telemetry/log.c - a line is composed in a buffer on the stack and written at once, so lines
 * of several processes on one descriptor never mix (a pipe takes up to 4096 bytes whole). */
#include "telemetry/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

struct line {
	char p[LOG_LINE_MAX];
	size_t n;
	bool full;
};

/* Room is always left for the "...\n" of a line that was cut. */
static const size_t LINE_ROOM = LOG_LINE_MAX - 4;

static void put(struct line *l, const char *s, size_t n)
{
	if (l->full || n > LINE_ROOM - l->n) {
		l->full = true;
		return;
	}
	memcpy(l->p + l->n, s, n);
	l->n += n;
}

static void puts_to(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
}

/* C1 controls (U+0080-U+009F) move a terminal's cursor like the C0 ones; in UTF-8 they are C2
 * followed by 80-9F. */
static bool is_c1(struct slice s, size_t i)
{
	return (unsigned char)s.p[i] == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0;
}

static void put_escaped(struct line *l, struct slice s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];
	char hex[8];
	if (c == '"' || c == '\\') {
		put(l, (const char[]){'\\', (char)c}, 2);
	} else if (c == '\n') {
		puts_to(l, "\\n");
	} else if (c < ' ' || c == 0x7f || is_c1(s, i)) {
		snprintf(hex, sizeof hex, "\\x%02x", c);
		puts_to(l, hex);
	} else {
		put(l, (const char *)&s.p[i], 1);
	}
}

static void put_text(struct line *l, struct slice s)
{
	bool plain = s.n > 0;
	for (size_t i = 0; i < s.n && plain; i++)
		plain = is_plain((unsigned char)s.p[i]) && !is_c1(s, i);
	if (plain) {
		put(l, s.p, s.n);
		return;
	}
	puts_to(l, "\"");
	for (size_t i = 0; i < s.n; i++)
		put_escaped(l, s, i);
	puts_to(l, "\"");
}

static void put_field(struct line *l, const struct log_field *f)
{
	char number[24];
	puts_to(l, " ");
	puts_to(l, f->key);
	puts_to(l, "=");
	if (f->kind == LOG_FIELD_NUMBER) {
		snprintf(number, sizeof number, "%lld", (long long)f->number);
		puts_to(l, number);
	} else {
		put_text(l, f->text);
	}
}

/* ---- repetition ---- */

static uint64_t mix(uint64_t h, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3); /* FNV-1a */
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

/* Of what makes two lines equal besides event and process; never 0. */
static uint64_t key_of(enum log_level level, const struct log_field *fields)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) + (uint64_t)level;
	for (const struct log_field *f = fields; f->key; f++) {
		h = mix(h, slice_of(f->key));
		if (f->kind == LOG_FIELD_TEXT)
			h = mix(h, f->text);
	}
	return h ? h : 1;
}

static const char *process_of(const struct log_ctx *ctx)
{
	return ctx->process ? ctx->process : "";
}

static bool same_event(const struct log_repeat *r, const struct log_ctx *ctx, const char *event)
{
	return r->since.us && strncmp(r->event, event, LOG_NAME_MAX - 1) == 0 &&
	       strncmp(r->process, process_of(ctx), LOG_NAME_MAX - 1) == 0;
}

static struct log_repeat *find_repeat(struct log_repeats *all, const struct log_ctx *ctx,
                                      const char *event, uint64_t key, size_t *ret_distinct)
{
	struct log_repeat *found = NULL;
	for (size_t i = 0; i < LOG_REPEATS; i++) {
		struct log_repeat *r = &all->line[i];
		if (!same_event(r, ctx, event))
			continue;
		++*ret_distinct;
		if (r->key == key)
			found = r;
	}
	return found;
}

static void write_count(const struct log *log, struct log_repeat *r, struct mono now)
{
	const struct log counts = {.fd = log->fd, .level = log->level, .style = log->style};
	const struct log_ctx ctx = {.log = &counts, .process = *r->process ? r->process : NULL};
	const struct log_repeat was = *r;
	r->since = (struct mono){0};
	if (was.n > LOG_BURST)
		log_at(&ctx, was.level, was.event, LOG_I("repeated", was.n - LOG_BURST),
		       LOG_I("seconds", mono_since(now, was.since).us / 1000000), LOG_END);
}

/* A free entry, or the oldest, whose count is written before its time. */
static struct log_repeat *take_repeat(const struct log *log, struct mono now)
{
	struct log_repeat *oldest = &log->repeats->line[0];
	for (size_t i = 0; i < LOG_REPEATS; i++)
		if (log->repeats->line[i].since.us < oldest->since.us)
			oldest = &log->repeats->line[i];
	write_count(log, oldest, now);
	return oldest;
}

/* Counts the line. False: it is one too many to be written. */
static bool count(const struct log_ctx *ctx, enum log_level level, const char *event,
                  const struct log_field *fields)
{
	const struct log *log = ctx->log;
	struct mono now = mono_now();
	uint64_t key = key_of(level, fields);
	size_t distinct = 0, again = 0;
	log_flush(log, now);
	struct log_repeat *r = find_repeat(log->repeats, ctx, event, key, &distinct);
	if (!r && distinct >= LOG_DISTINCT) {
		key = 0;
		r = find_repeat(log->repeats, ctx, event, key, &again);
	}
	if (!r) {
		r = take_repeat(log, now);
		*r = (struct log_repeat){.key = key, .since = now, .level = level};
		snprintf(r->event, sizeof r->event, "%s", event);
		snprintf(r->process, sizeof r->process, "%s", process_of(ctx));
	}
	if (r->n < UINT32_MAX)
		r->n++;
	return r->n <= LOG_BURST;
}

void log_flush(const struct log *log, struct mono now)
{
	for (size_t i = 0; log->repeats && i < LOG_REPEATS; i++) {
		struct log_repeat *r = &log->repeats->line[i];
		if (r->since.us && mono_since(now, r->since).us >= SECONDS(LOG_WINDOW_S).us)
			write_count(log, r, now);
	}
}

/* ---- lines ---- */

static void put_head_tty(struct line *l, const struct log_ctx *ctx, enum log_level level,
                         const char *event)
{
	char text[96];
	struct tm tm;
	time_t now = time(NULL);
	localtime_r(&now, &tm);
	snprintf(text, sizeof text, "%02d:%02d:%02d %-10s %s%s", tm.tm_hour, tm.tm_min, tm.tm_sec,
	         ctx->process ? ctx->process : "-",
	         level <= LEVEL_ERROR     ? "ERROR "
	         : level == LEVEL_WARNING ? "WARNING "
	                                  : "",
	         event);
	puts_to(l, text);
}

static void put_head_logfmt(struct line *l, const struct log_ctx *ctx, enum log_level level,
                            const char *event)
{
	char text[96], time[INSTANT_TEXT];
	snprintf(text, sizeof text, "<%d>", (int)level);
	puts_to(l, text);
	if (ctx->log->style == LOG_STYLE_FILE) {
		instant_format(instant_now(), time);
		snprintf(text, sizeof text, "time=%s ", time);
		puts_to(l, text);
	}
	snprintf(text, sizeof text, "level=%s event=%s", log_level_name(level), event);
	puts_to(l, text);
	if (ctx->process)
		put_field(l, &LOG_S("process", ctx->process));
}

void log_write(const struct log_ctx *ctx, enum log_level level, const char *event,
               const struct log_field *fields)
{
	if (!log_wants(ctx, level))
		return;
	int saved = errno;
	if (level <= LEVEL_WARNING && ctx->log->repeats && !count(ctx, level, event, fields)) {
		errno = saved;
		return;
	}
	struct line l = {.n = 0};
	if (ctx->log->style == LOG_STYLE_TTY)
		put_head_tty(&l, ctx, level, event);
	else
		put_head_logfmt(&l, ctx, level, event);
	if (ctx->request)
		put_field(&l, &LOG_S("request", ctx->request));
	for (const struct log_field *f = fields; f->key; f++)
		put_field(&l, f);
	if (l.full) {
		memcpy(l.p + l.n, "...", 3);
		l.n += 3;
	}
	l.p[l.n++] = '\n';
	ssize_t written = write(ctx->log->fd, l.p, l.n);
	(void)written; /* a log that cannot be written has nowhere to say so */
	errno = saved;
}

/* JOURNAL_STREAM is "device:inode" of the stream (systemd.exec(5)). */
static bool is_journal(int fd)
{
	const char *named = getenv("JOURNAL_STREAM");
	struct stat st;
	char mine[64];
	if (!named || fstat(fd, &st) < 0)
		return false;
	snprintf(mine, sizeof mine, "%llu:%llu", (unsigned long long)st.st_dev,
	         (unsigned long long)st.st_ino);
	return strcmp(mine, named) == 0;
}

struct log log_open(int fd, enum log_level level)
{
	struct log log = {.fd = fd, .level = level, .style = LOG_STYLE_FILE};
	if (isatty(fd))
		log.style = LOG_STYLE_TTY;
	else if (is_journal(fd))
		log.style = LOG_STYLE_JOURNAL;
	return log;
}

static const struct {
	enum log_level level;
	const char *name;
} LEVELS[] = {
	{LEVEL_ERROR, "error"},
	{LEVEL_WARNING, "warning"},
	{LEVEL_NOTICE, "notice"},
	{LEVEL_INFO, "info"},
	{LEVEL_DEBUG, "debug"},
};

const char *log_level_name(enum log_level level)
{
	for (size_t i = 0; i < ARRAY_LEN(LEVELS); i++)
		if (LEVELS[i].level == level)
			return LEVELS[i].name;
	return "unknown";
}

bool log_level_parse(struct slice name, enum log_level *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(LEVELS); i++) {
		if (slice_is(name, LEVELS[i].name)) {
			*ret = LEVELS[i].level;
			return true;
		}
	}
	return false;
}
