/* store/status.c - one read in flight at a time, shared by all who wait when it is sent.
 *
 *   IDLE --await--> DUE --soon--> READING --answer--> IDLE     (nobody came meanwhile)
 *                    ^               `------answer--> DUE      (somebody did)
 *
 * While DUE the loop turns as long as each turn brings somebody else, a few times at most: whoever
 * has just been answered and asks again shares the next read instead of waiting for the one after
 * it. A read wakes another process, and is then worth many verifications. */
#include "store/status.h"

#include <stdlib.h>

#include "db/db.h"
#include "loop/loop.h"
#include "sql/status_read.h"

enum { READ_LIMIT_MS = 2000, TURNS_MAX = 4 };

struct status {
	struct db *db;
	struct status_observer observer;
	struct list asked;   /* served by the read in flight */
	struct list waiting; /* came after it was sent */
	struct db_ticket *ticket;
	int64_t epoch, rev; /* of the last read; 0: none yet */
	enum { IDLE, READING, DUE } state;
	struct loop *loop;
	struct loop_task due;
	bool joined; /* somebody came in this turn while DUE */
	int turns;   /* in DUE so far */
};

static void on_due(void *arg);

struct status *status_new(struct loop *loop, struct db *db,
                          const struct status_observer *observer)
{
	struct status *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->db = db;
	s->observer = *observer;
	s->loop = loop;
	loop_task_init(&s->due, on_due, s);
	list_init(&s->asked);
	list_init(&s->waiting);
	return s;
}

void status_free(struct status *s)
{
	if (s && s->state == READING)
		db_cancel(s->db, s->ticket);
	if (s)
		loop_cancel(&s->due);
	free(s);
}

static void take_all(struct list *from, struct list *to)
{
	struct list *l;
	list_init(to);
	while ((l = list_pop(from)))
		list_append(to, l);
}

static void answer_all(struct list *waiters, const struct status_now *now)
{
	struct list *l;
	while ((l = list_pop(waiters))) {
		struct status_wait *w = CONTAINER_OF(l, struct status_wait, link);
		w->ready(w, now);
	}
}

static void tell_changes(struct status *s, const struct status_read_row *row)
{
	struct slice changed = row->changed;
	if (row->overflow) {
		s->observer.forget(s->observer.arg);
		return;
	}
	while (changed.n) {
		struct uuid certificate;
		if (uuid_parse(slice_cut(&changed, ','), &certificate))
			s->observer.changed(s->observer.arg, certificate, row->rev);
	}
}

static void take_answer(struct status *s, const PGresult *res, struct status_now *now)
{
	struct status_read_row row;
	status_read_read(res, 0, &row);
	if (row.in_recovery)
		return; /* a standby never decides a verdict */
	/* Another run of a server may have another history under the same revs, and a clock that
	 * went back has one for certain: what was cached under the old one proves nothing. */
	if ((s->epoch && row.epoch.v != s->epoch) || row.rev < s->rev)
		s->observer.forget(s->observer.arg);
	else if (row.rev > s->rev)
		tell_changes(s, &row);
	s->epoch = row.epoch.v;
	s->rev = row.rev;
	*now = (struct status_now){
		.known = true,
		.held = row.held,
		.epoch = row.epoch.v,
		.rev = row.rev,
		.now = row.now,
		.today = row.today,
	};
}

static void become_due(struct status *s)
{
	s->state = DUE;
	s->turns = 0;
	s->joined = false;
	loop_defer(s->loop, &s->due);
}

static db_done_fn on_read;

static int start_read(struct status *s)
{
	const struct db_call call = STATUS_READ_CALL(s->rev);
	struct list *l;
	while ((l = list_pop(&s->waiting)))
		list_append(&s->asked, l);
	int r = db_send(s->db, DB_STATUS, &call, 1, MILLIS(READ_LIMIT_MS), on_read, s, &s->ticket);
	s->state = r == 0 ? READING : IDLE;
	return r;
}

static void on_read(void *arg, const struct db_result *r)
{
	struct status *s = arg;
	struct status_now now = {0};
	struct list served;
	s->state = IDLE;
	s->ticket = NULL;
	take_all(&s->asked, &served);
	if (r->outcome == DB_OK && rows_n(r->res[0]) == 1)
		take_answer(s, r->res[0], &now);
	if (!list_empty(&s->waiting))
		become_due(s);
	answer_all(&served, &now);
}

static void on_due(void *arg)
{
	struct status *s = arg;
	const struct status_now unknown = {0};
	struct list unlucky;
	if (s->joined && ++s->turns < TURNS_MAX) {
		s->joined = false;
		loop_defer(s->loop, &s->due);
		return;
	}
	s->state = IDLE;
	if (list_empty(&s->waiting) || start_read(s) == 0)
		return;
	take_all(&s->asked, &unlucky);
	answer_all(&unlucky, &unknown);
}

void status_await(struct status *s, struct status_wait *w)
{
	list_append(&s->waiting, &w->link);
	s->joined = true;
	if (s->state == IDLE)
		become_due(s);
}

void status_cancel(struct status_wait *w)
{
	list_remove(&w->link);
}

bool status_covers(const struct status *s, int64_t epoch, int64_t rev)
{
	return epoch == s->epoch && rev >= s->rev;
}
