/* store/refill.c - the reservations in flight: few, so a list of them is enough. */
#include "store/refill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/outcome.h"
#include "crypt/secret.h"
#include "db/rows.h"

#define SEND_LIMIT SECONDS(5)

struct refill {
	struct list node;
	struct refills *owner;
	char key[BLOCK_KEY_TEXT];
	struct list waits;
	struct db_ticket *ticket;
};

struct refills {
	struct db *db;
	struct blocks *blocks;
	struct list in_flight;
};

struct refills *refills_new(struct db *db, struct blocks *blocks)
{
	struct refills *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->db = db;
	r->blocks = blocks;
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
		db_cancel(r->db, f->ticket);
		refill_free(f);
	}
	free(r);
}

/* ---- the answer ---- */

static bool hex_secret(const PGresult *res, uint8_t out[static BLOCK_SECRET])
{
	uint8_t whole[2 * BLOCK_SECRET];
	bool good = row_bytes_exact(res, 0, 1, whole, sizeof whole);
	if (good)
		memcpy(out, whole, BLOCK_SECRET);
	secret_wipe(whole, sizeof whole);
	return good;
}

static int fill(struct refill *f, const PGresult *res)
{
	uint8_t secret[BLOCK_SECRET];
	bool secretive = PQnfields(res) > 1;
	if (row_is_null(res, 0, 0))
		return E_ABSENT;
	if (secretive && !hex_secret(res, secret))
		return E_LIBRARY;
	return blocks_fill(f->owner->blocks, f->key, (uint64_t)row_i64(res, 0, 0), BLOCK_SIZE,
	                   secretive ? secret : NULL);
}

static int outcome_of_send(enum db_outcome outcome)
{
	switch (outcome) {
	case DB_AWAY:
		return E_CLOSED;
	case DB_FULL:
	case DB_TIMEOUT:
	case DB_UNKNOWN: /* a block is lost, at worst */
		return E_FULL;
	case DB_OK:
	case DB_CONSTRAINT:
	case DB_ERROR:
		break;
	}
	return E_LIBRARY;
}

/* Whoever is woken may ask for the same series again: that is another refill. */
static void on_reserved(void *arg, const struct db_result *r)
{
	struct refill *f = arg;
	struct refill_wait *w;
	int outcome = r->outcome == DB_OK ? fill(f, r->res[0]) : outcome_of_send(r->outcome);
	list_remove(&f->node);
	while ((w = first_wait(&f->waits)) != NULL) {
		list_remove(&w->_node);
		w->ready(w, outcome);
	}
	free(f);
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
