/* store/refill.c - the reservations in flight: few, so a list of them is enough. */
#include "store/refill.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "crypt/secret.h"
#include "recorder/client.h"
#include "sql/numbers_reserve.h"
#include "sql/status_reserve.h"
#include "sql_constraints.h"
#include "store/record.h"

#define SEND_LIMIT SECONDS(5)
#define RECORD_LIMIT SECONDS(5)

struct refill {
	struct list node;
	struct refills *owner;
	char key[BLOCK_KEY_TEXT];
	struct list waits;
	struct db_ticket *ticket;         /* while it is reserved */
	struct channel_call *recording;  /* then, while it is recorded */
	uint64_t first;
	bool secretive;
	uint8_t secret[BLOCK_SECRET];
};

struct refills {
	struct db *db;
	struct blocks *blocks;
	struct recorder *recorder;
	struct list in_flight;
};

struct refills *refills_new(struct db *db, struct blocks *blocks, struct recorder *recorder)
{
	struct refills *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->db = db;
	r->blocks = blocks;
	r->recorder = recorder;
	list_init(&r->in_flight);
	return r;
}

static struct refill_wait *first_wait(struct list *waits)
{
	struct list *node = list_first(waits);
	return node ? CONTAINER_OF(node, struct refill_wait, _node) : NULL;
}

static void refill_free(struct refill *f)
{
	struct refill_wait *w;
	while ((w = first_wait(&f->waits)) != NULL)
		list_remove(&w->_node);
	list_remove(&f->node);
	free(f);
}

void refills_free(struct refills *r)
{
	struct list *node;
	if (!r)
		return;
	while ((node = list_first(&r->in_flight)) != NULL) {
		struct refill *f = CONTAINER_OF(node, struct refill, node);
		if (f->ticket)
			db_cancel(r->db, f->ticket);
		if (f->recording)
			channel_cancel(f->recording);
		refill_free(f);
	}
	free(r);
}

/* ---- the answer ---- */

static int take_numbers(struct refill *f, const PGresult *res)
{
	struct numbers_reserve_row row;
	numbers_reserve_read(res, 0, &row);
	f->first = (uint64_t)row.first.v;
	return row.first.given ? 0 : E_ABSENT;
}

static void take_positions(struct refill *f, const PGresult *res)
{
	struct status_reserve_row row;
	status_reserve_read(res, 0, &row);
	f->first = (uint64_t)row.first;
	f->secretive = true;
	memcpy(f->secret, row.list_key, BLOCK_SECRET);
	secret_wipe(row.list_key, sizeof row.list_key);
}

static int take_block(struct refill *f, const struct db_result *r)
{
	if (r->stmt[0] == numbers_reserve_statement)
		return take_numbers(f, r->res[0]);
	assert(r->stmt[0] == status_reserve_statement);
	take_positions(f, r->res[0]);
	return 0;
}

static int outcome_of_send(const struct db_result *r)
{
	switch (r->outcome) {
	case DB_AWAY:
		return E_CLOSED;
	case DB_FULL:
		return E_LIMIT;
	case DB_TIMEOUT:
	case DB_UNKNOWN: /* a block is lost, at worst */
		return E_FULL;
	case DB_CONSTRAINT:
		return constraint_named(r->constraint) == CONSTRAINT_HISTORY_HELD ? E_REFUSED : E_LIBRARY;
	case DB_OK:
	case DB_ERROR:
		break;
	}
	return E_LIBRARY;
}

/* Whoever is woken may ask for the same series again: that is another refill. */
static void wake_all(struct refill *f, int outcome)
{
	struct refill_wait *w;
	list_remove(&f->node);
	while ((w = first_wait(&f->waits)) != NULL) {
		list_remove(&w->_node);
		w->ready(w, outcome);
	}
	secret_wipe(f->secret, sizeof f->secret);
	free(f);
}

/* No number is used before the journal says that it was given out. */
static void on_recorded(void *arg, int outcome)
{
	struct refill *f = arg;
	f->recording = NULL;
	wake_all(f, outcome ? E_SYSTEM
	                    : blocks_fill(f->owner->blocks, f->key, f->first, BLOCK_SIZE,
	                                  f->secretive ? f->secret : NULL));
}

static int begin_recording(struct refill *f, const struct db_result *r)
{
	struct buf entries = BUF_INIT(RECORDER_ENTRIES_MAX);
	record_entries(r, &entries);
	int rc = buf_failed(&entries)
	                 ? E_NOMEM
	                 : recorder_record(f->owner->recorder, buf_slice(&entries), RECORD_LIMIT,
	                                   on_recorded, f, &f->recording);
	buf_free(&entries);
	return rc;
}

static void on_reserved(void *arg, const struct db_result *r)
{
	struct refill *f = arg;
	f->ticket = NULL;
	int outcome = r->outcome == DB_OK ? take_block(f, r) : outcome_of_send(r);
	if (outcome == 0 && !f->owner->recorder)
		on_recorded(f, 0);
	else if (outcome || begin_recording(f, r) != 0)
		wake_all(f, outcome ? outcome : E_SYSTEM);
}

/* ---- asking ---- */

static struct refill *in_flight(struct refills *r, const char *key)
{
	for (struct list *n = r->in_flight.next; n != &r->in_flight; n = n->next) {
		struct refill *f = CONTAINER_OF(n, struct refill, node);
		if (strcmp(f->key, key) == 0)
			return f;
	}
	return NULL;
}

static int start(struct refills *r, const char *key, const struct db_call *call,
                 struct refill **ret)
{
	struct refill *f = calloc(1, sizeof *f);
	if (!f)
		return E_NOMEM;
	f->owner = r;
	snprintf(f->key, sizeof f->key, "%s", key);
	list_init(&f->waits);
	int failed = db_send(r->db, DB_WRITE, call, 1, SEND_LIMIT, on_reserved, f, &f->ticket);
	if (failed) {
		free(f);
		return failed == E_NOMEM ? E_NOMEM : E_FULL;
	}
	list_append(&r->in_flight, &f->node);
	*ret = f;
	return 0;
}

int refill_await(struct refills *r, const char *key, const struct db_call *call,
                 struct refill_wait *w)
{
	struct refill *f = in_flight(r, key);
	int failed = f ? 0 : start(r, key, call, &f);
	if (failed == 0)
		list_append(&f->waits, &w->_node);
	return failed;
}

void refill_cancel(struct refill_wait *w)
{
	list_remove(&w->_node);
}
