/* telemetry/log.h - the daemon's log: one line per event, in logfmt, on one descriptor.
 *
 *   log_warning(&ctx, "db_away", LOG_S("cause", text), LOG_I("attempt", n));
 *
 * An event is a fixed snake_case word; everything variable is a field. Values are quoted where
 * needed and control bytes are escaped, so a client cannot forge a line. Personal data (ID
 * numbers, names) never goes into a field: log identifiers instead.
 *
 * What repeats itself is counted: of equal lines (numbers and request apart) of one process, warnings
 * and errors, LOG_BURST are written within LOG_WINDOW_S; the rest follow as one line
 * "event=... repeated=171 seconds=10". So neither a client nor a full disk can flood the log, and
 * what else happens can be seen in it.
 *
 * Only edges log (daemon, net, web, jobs); lower layers return errors. There is no global
 * logger: a struct log is made once per process and a struct log_ctx is passed. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/slice.h"

enum log_level { /* the numbers of syslog(3), which are also the journal's priorities */
	LEVEL_ERROR = 3,
	LEVEL_WARNING = 4,
	LEVEL_NOTICE = 5,
	LEVEL_INFO = 6,
	LEVEL_DEBUG = 7,
};

enum log_style {
	LOG_STYLE_JOURNAL, /* "<6>event=...": the journal adds the time */
	LOG_STYLE_FILE,    /* the same with a time= field */
	LOG_STYLE_TTY,     /* "10:15:07 worker.1  event  key=value": for eyes */
};

enum {
	LOG_BURST = 5,
	LOG_WINDOW_S = 10,
	LOG_REPEATS = 32,  /* different lines that are counted at a time */
	LOG_DISTINCT = 8,  /* of one event; further different ones are counted together */
	LOG_NAME_MAX = 48, /* of an event or process, as kept for the count */
};

/* What a process has written of late; all zero at first. */
struct log_repeats {
	struct log_repeat {
		uint64_t key;
		struct mono since; /* 0 = free */
		uint32_t n;        /* lines, written or not */
		enum log_level level;
		char event[LOG_NAME_MAX], process[LOG_NAME_MAX];
	} line[LOG_REPEATS];
};

struct log {
	int fd;
	enum log_level level; /* less important lines are dropped */
	enum log_style style;
	struct log_repeats *repeats; /* NULL: every line is written */
};

/* A log to fd: a terminal is for eyes; where JOURNAL_STREAM names this descriptor it is a
 * journal; anything else gets the time with each line. */
struct log log_open(int fd, enum log_level level);

/* Who speaks. Both texts must outlive the context; request may be NULL. */
struct log_ctx {
	const struct log *log;
	const char *process; /* "supervisor", "worker.2", ... */
	const char *request;
};

struct log_field {
	const char *key; /* NULL ends a list */
	enum { LOG_FIELD_TEXT, LOG_FIELD_NUMBER } kind;
	struct slice text;
	int64_t number;
};

#define LOG_S(k, cstr) \
	((struct log_field){.key = (k), .kind = LOG_FIELD_TEXT, .text = slice_of(cstr)})
#define LOG_SLICE(k, s) ((struct log_field){.key = (k), .kind = LOG_FIELD_TEXT, .text = (s)})
#define LOG_I(k, n) ((struct log_field){.key = (k), .kind = LOG_FIELD_NUMBER, .number = (n)})
#define LOG_END ((struct log_field){.key = NULL})

/* event, then any number of fields. */
#define log_error(ctx, ...) log_at((ctx), LEVEL_ERROR, __VA_ARGS__, LOG_END)
#define log_warning(ctx, ...) log_at((ctx), LEVEL_WARNING, __VA_ARGS__, LOG_END)
#define log_notice(ctx, ...) log_at((ctx), LEVEL_NOTICE, __VA_ARGS__, LOG_END)
#define log_info(ctx, ...) log_at((ctx), LEVEL_INFO, __VA_ARGS__, LOG_END)
#define log_debug(ctx, ...) log_at((ctx), LEVEL_DEBUG, __VA_ARGS__, LOG_END)
#define log_at(ctx, level, event, ...) \
	log_write((ctx), (level), (event), (const struct log_field[]){__VA_ARGS__})

/* Writes one line with one write(2), at most LOG_LINE_MAX bytes (a longer one ends in "...").
 * Never fails towards the caller; errno is kept. fields ends with LOG_END. */
enum { LOG_LINE_MAX = 4096 };
void log_write(const struct log_ctx *ctx, enum log_level level, const char *event,
	const struct log_field *fields);

/* Writes the counts of windows that are over. Also done by each line; call it now and then for those
 * that nothing follows. */
void log_flush(const struct log *log, struct mono now);

static inline bool log_wants(const struct log_ctx *ctx, enum log_level level)
{
	return ctx->log && level <= ctx->log->level;
}

/* "error", "warning", "notice", "info", "debug". log_level_parse returns false for other words. */
const char *log_level_name(enum log_level level);
bool log_level_parse(struct slice name, enum log_level *ret);
