/* store/records.c - gathering, sending, telling. */
#include "store/records.h"

#include <stdlib.h>

#include "db/db.h"
#include "loop/loop.h"
#include "sql/verification_records_add.h"

#define GATHER MILLIS(5)
#define SEND_LIMIT SECONDS(1)

enum { RECORD_TEXT = 512 }; /* more than one takes as JSON */

struct records {
	struct db *db;
	struct list waiting;
	size_t n; /* records that wait */
	int flights;
	struct list refused; /* there was no room for them: told in the next turn */
	struct loop_timer timer;
	struct loop_task tell;
	struct loop *loop;
	struct list all_flights;
};

struct flight {
	struct list link;
	struct records *records;
	struct list asked;
	struct db_ticket *ticket;
};

static void on_time(void *arg);
static void on_tell(void *arg);

struct records *records_new(struct loop *loop, struct db *db)
{
	struct records *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->db = db;
	r->loop = loop;
	list_init(&r->waiting);
	list_init(&r->refused);
	list_init(&r->all_flights);
	loop_timer_init(&r->timer, loop, on_time, r);
	loop_task_init(&r->tell, on_tell, r);
	return r;
}

void records_free(struct records *r)
{
	struct list *l;
	if (!r)
		return;
	while ((l = list_pop(&r->all_flights))) {
		struct flight *f = CONTAINER_OF(l, struct flight, link);
		db_cancel(r->db, f->ticket);
		free(f);
	}
	loop_timer_stop(&r->timer);
	loop_cancel(&r->tell);
	free(r);
}

static void answer_all(struct list *waiters, bool kept)
{
	struct list *l;
	while ((l = list_pop(waiters))) {
		struct records_wait *w = CONTAINER_OF(l, struct records_wait, link);
		w->ready(w, kept);
	}
}

static void move_all(struct list *from, struct list *to)
{
	struct list *l;
	while ((l = list_pop(from)))
		list_append(to, l);
}

static void on_tell(void *arg)
{
	struct records *r = arg;
	struct list now;
	list_init(&now);
	move_all(&r->refused, &now);
	answer_all(&now, false);
}

static void refuse(struct records *r, struct list *waiters)
{
	move_all(waiters, &r->refused);
	loop_defer(r->loop, &r->tell);
}

/* ---- sending ---- */

/* As many as go together; at least the first. */
static void take_batch(struct records *r, struct list *to, struct jsonw *w)
{
	size_t n = 0;
	for (struct list *l; n < RECORDS_BATCH && (l = list_pop(&r->waiting));) {
		struct records_wait *wait = CONTAINER_OF(l, struct records_wait, link);
		for (size_t i = 0; i < wait->n; i++)
			new_verification_record_write(w, &wait->all[i]);
		n += wait->n;
		wait->_waiting = false;
		list_append(to, l);
	}
	r->n -= n;
}

static void on_sent(void *arg, const struct db_result *result)
{
	struct flight *f = arg;
	struct records *r = f->records;
	struct list told;
	list_init(&told);
	move_all(&f->asked, &told);
	list_remove(&f->link);
	free(f);
	r->flights--;
	if (!list_empty(&r->waiting))
		loop_timer_after(&r->timer, (struct duration){0});
	answer_all(&told, result->outcome == DB_OK);
}

/* All who are in it are refused when it cannot be sent. */
static void send_batch(struct records *r)
{
	struct buf text = BUF_INIT(2 * RECORDS_BATCH * RECORD_TEXT);
	struct jsonw w;
	struct list batch;
	struct flight *f = calloc(1, sizeof *f);
	list_init(&batch);
	jsonw_init(&w, &text);
	jsonw_array(&w);
	take_batch(r, &batch, &w);
	jsonw_end(&w);
	const struct db_call call =
		VERIFICATION_RECORDS_ADD_CALL((struct new_verification_record_array){buf_slice(&text)});
	if (f && !buf_failed(&text) &&
	    db_send(r->db, DB_WRITE, &call, 1, SEND_LIMIT, on_sent, f, &f->ticket) == 0) {
		f->records = r;
		list_init(&f->asked);
		move_all(&batch, &f->asked);
		list_append(&r->all_flights, &f->link);
		r->flights++;
		f = NULL;
	}
	free(f);
	refuse(r, &batch);
	buf_free(&text);
}

static void on_time(void *arg)
{
	struct records *r = arg;
	while (r->flights < RECORDS_FLIGHTS && !list_empty(&r->waiting))
		send_batch(r);
}

/* ---- taking in ---- */

/* A timer that was armed for later is armed for now when nothing is under way. */
void records_keep(struct records *r, struct records_wait *w)
{
	w->_waiting = false;
	if (r->n + w->n > RECORDS_MAX) {
		list_append(&r->refused, &w->link);
		loop_defer(r->loop, &r->tell);
		return;
	}
	list_append(&r->waiting, &w->link);
	w->_waiting = true;
	r->n += w->n;
	if (r->flights == 0)
		loop_timer_after(&r->timer, (struct duration){0});
	else if (!loop_timer_armed(&r->timer))
		loop_timer_after(&r->timer, GATHER);
}

void records_cancel(struct records *r, struct records_wait *w)
{
	if (w->_waiting)
		r->n -= w->n;
	list_remove(&w->link);
}
