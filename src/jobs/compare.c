/* jobs/compare.c
 *
 *   ask how far (journal_state) ──► read on in the file ──► compare (journal_check) ─┐
 *        ▲           ├── nothing new: pause                                          │
 *        │           └── not heard of for a while: a sign of life (the same) ────────┤
 *        └──────────────── pause, or at once when there is more ◄────────────────────┘
 *
 * The sign of life comes before reading: whoever reads for long, or cannot read, is waited for. */
#include "jobs/compare.h"

#include <errno.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "journal/read.h"
#include "sql/journal_check.h"
#include "sql/journal_state.h"

enum {
	LINES_MAX = 500,
	TEXT_MAX = LINES_MAX * JOURNAL_LINE_MAX,
	SEND_LIMIT_S = 20,
	PAUSE_MS = 1000,
	HURRY_MS = 100, /* while nothing can be issued because of us, or of another host */
	NAME_MAX_BYTES = 255,
};

struct compare {
	struct loop *loop;
	struct db *db;
	const struct log_ctx *log;
	char *path;
	struct loop_timer timer;
	struct db_ticket *ticket;
	struct uuid id; /* of the journal; nil: not read yet */
	char name[NAME_MAX_BYTES + 1];
	struct buf lines;
	uint64_t after, through;
	size_t n;
	bool end, due;
	bool told_gap, told_unread, told_waiting;
};

/* ---- the file ---- */

static int take_name(void *arg, const struct journal_line *line)
{
	struct compare *c = arg;
	struct slice rest = line->entry;
	if (!slice_is(slice_cut(&rest, ' '), "journal:") ||
	    !uuid_parse(slice_cut(&rest, ' '), &c->id) || !rest.n || rest.n > NAME_MAX_BYTES)
		return E_REFUSED;
	memcpy(c->name, rest.p, rest.n);
	c->name[rest.n] = '\0';
	return 1; /* one line is enough */
}

static int take_line(void *arg, const struct journal_line *line)
{
	struct compare *c = arg;
	if (c->n == LINES_MAX)
		return 1;
	c->n++;
	c->through = line->sequence;
	buf_add(&c->lines, line->entry);
	buf_addc(&c->lines, '\n');
	return 0;
}

static void tell_unreadable(struct compare *c, const char *cause, struct slice line)
{
	if (!c->told_unread)
		log_error(c->log, "registry_journal_unreadable", LOG_S("path", c->path),
		          LOG_S("cause", cause), LOG_SLICE("line", line),
		          LOG_S("remedy", "put the files back as they were, or `talentd recover --lost` it"));
	c->told_unread = true;
}

static void unreadable(struct compare *c, int r)
{
	if (r == E_ABSENT) /* the recorder is just about to make it */
		c->told_unread = false;
	else
		tell_unreadable(c, r == E_SYSTEM ? strerror(errno) : "a line is damaged, or lines are missing", SLICE_NONE);
	loop_timer_after(&c->timer, MILLIS(r == E_ABSENT ? HURRY_MS : PAUSE_MS));
}

/* A journal may be shorter than what was compared of it: an old copy was put back, or lines were read that
 * a power cut then took (nobody had been told of them). Whatever follows has numbers that were compared once, so
 * comparing goes back to where it ends. */
static int go_back(struct compare *c)
{
	uint64_t last;
	int r = c->after ? journal_read_last(c->path, &last) : 0;
	if (r || !c->after || last >= c->after)
		return r;
	log_warning(c->log, "registry_journal_shorter", LOG_S("path", c->path),
	            LOG_I("ends", (int64_t)last), LOG_I("compared", (int64_t)c->after),
	            LOG_S("meaning", "after a power cut, a few lines nobody was told of; else somebody put an "
	                             "old copy back"),
	            LOG_S("remedy", "an old copy: stop talentd, move it away, start again; a new one is made"));
	c->through = last;
	return 0;
}

static int read_on(struct compare *c)
{
	uint64_t line;
	buf_clear(&c->lines);
	c->n = 0;
	c->through = c->after;
	int r = journal_read(c->path, c->after, take_line, c, &line);
	c->end = r == 0;
	if (r == 1)
		r = 0;
	if (r == 0 && buf_failed(&c->lines))
		r = E_NOMEM;
	if (r == 0 && c->n == 0)
		r = go_back(c);
	if (c->lines.n)
		c->lines.n--; /* the last line feed */
	return r;
}

/* ---- the database ---- */

static void ask(void *arg);

static void report(struct compare *c, const struct journal_check_row *r)
{
	if (r->joined.v)
		log_notice(c->log, "journal_joined", LOG_S("host", c->name),
		           LOG_S("meaning", "what this host may have acknowledged before is not known"));
	bool gap = r->outcome == JOURNAL_CHECK_GAP;
	if (r->outcome == JOURNAL_CHECK_DAMAGED)
		tell_unreadable(c, "a line is not as it was written", r->missing);
	else if (c->n || c->end)
		c->told_unread = false;
	if (gap && !c->told_gap)
		log_error(c->log, "history_older_than_journal",
		          LOG_I("missing", r->n_missing.v),
		          LOG_SLICE("first", r->missing),
		          LOG_S("meanwhile", "nothing is issued and no verdict is given, on any host"),
		          LOG_S("remedy", "if this is the right database: talentd recover"));
	c->told_gap = gap;
	if (r->waiting.n && !c->told_waiting)
		log_warning(c->log, "journals_not_compared", LOG_SLICE("hosts", r->waiting),
		            LOG_S("meanwhile", "nothing is issued and no verdict is given, on any host"),
		            LOG_S("remedy", "let them finish, or mend them; one that is beyond that: talentd "
		                            "recover --lost"));
	c->told_waiting = r->waiting.n > 0;
}

static void checked(void *arg, const struct db_result *r)
{
	struct compare *c = arg;
	bool cleared = false, gap = false;
	c->ticket = NULL;
	if (r->outcome == DB_OK) {
		struct journal_check_row row;
		journal_check_read(r->res[0], 0, &row);
		report(c, &row);
		cleared = row.cleared.v;
		gap = c->told_gap || row.outcome == JOURNAL_CHECK_DAMAGED;
	} else if (r->outcome == DB_ERROR || r->outcome == DB_CONSTRAINT) {
		log_error(c->log, "compare_failed", LOG_S("sqlstate", r->sqlstate),
		          LOG_S("message", r->message));
		gap = true; /* in no hurry */
	}
	bool more = r->outcome == DB_OK && !gap && !c->end;
	loop_timer_after(&c->timer, MILLIS(more             ? 0
	                                   : cleared || gap ? PAUSE_MS
	                                                    : HURRY_MS));
}

static void check(struct compare *c)
{
	const struct db_call call = JOURNAL_CHECK_CALL(
		c->id, slice_of(c->name), (int64_t)c->after, (int64_t)c->through,
		c->n ? buf_slice(&c->lines) : SLICE(""), c->end);
	if (db_send(c->db, DB_WRITE, &call, 1, SECONDS(SEND_LIMIT_S), checked, c, &c->ticket) < 0)
		loop_timer_after(&c->timer, MILLIS(PAUSE_MS));
}

static void show_life(struct compare *c)
{
	buf_clear(&c->lines);
	c->n = 0;
	c->through = c->after;
	c->end = false;
	check(c);
}

static void told_how_far(void *arg, const struct db_result *r)
{
	struct compare *c = arg;
	c->ticket = NULL;
	if (r->outcome != DB_OK || rows_n(r->res[0]) != 1) {
		loop_timer_after(&c->timer, MILLIS(HURRY_MS));
		return;
	}
	struct journal_state_row row;
	journal_state_read(r->res[0], 0, &row);
	c->after = (uint64_t)row.compared;
	c->due = row.due;
	if (row.silent) {
		show_life(c);
		return;
	}
	int rc = read_on(c);
	if (rc)
		unreadable(c, rc);
	else if (c->n || c->due || c->through != c->after)
		check(c);
	else
		loop_timer_after(&c->timer, MILLIS(PAUSE_MS));
}

static void ask(void *arg)
{
	struct compare *c = arg;
	uint64_t line;
	if (uuid_is_nil(c->id)) {
		int r = journal_read(c->path, 0, take_name, c, &line);
		if (r != 1) {
			unreadable(c, r ? r : E_ABSENT);
			return;
		}
	}
	const struct db_call call = JOURNAL_STATE_CALL(c->id);
	if (db_send(c->db, DB_READ, &call, 1, SECONDS(SEND_LIMIT_S), told_how_far, c, &c->ticket) < 0)
		loop_timer_after(&c->timer, MILLIS(HURRY_MS));
}

/* ---- the whole ---- */

struct compare *compare_new(struct loop *loop, struct db *db, const char *path,
                            const struct log_ctx *log)
{
	struct compare *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	*c = (struct compare){.loop = loop, .db = db, .log = log, .lines = BUF_INIT(TEXT_MAX)};
	c->path = strdup(path);
	if (!c->path) {
		free(c);
		return NULL;
	}
	loop_timer_init(&c->timer, loop, ask, c);
	loop_timer_after(&c->timer, MILLIS(0));
	return c;
}

void compare_free(struct compare *c)
{
	if (!c)
		return;
	loop_timer_stop(&c->timer);
	if (c->ticket)
		db_cancel(c->db, c->ticket);
	buf_free(&c->lines);
	free(c->path);
	free(c);
}
