/* tests/lib/fake_db.c - sends are kept in order in one list; answering walks it. */
#include "fake_db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { CALLS_MAX = 32, ARGS_MAX = 100, COLUMNS_MAX = 64 };

struct answer {
	struct list node;
	int stmt, n;
	enum db_outcome outcome;
	char constraint[64];
	PGresult *res[CALLS_MAX];
};

struct sent {
	struct list node;
	enum db_lane lane;
	bool waiting;
	db_done_fn *done;
	void *arg;
	int n;
	struct {
		int stmt, n_args;
		struct slice args[ARGS_MAX]; /* copies; p == NULL for NULL */
	} calls[CALLS_MAX];
};

struct fake_db {
	struct db db;
	struct list answers, defaults, sent;
	int refuse;
};

static struct slice copy(struct slice s)
{
	if (!s.p)
		return s;
	char *p = malloc(s.n + 1);
	assert(p);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return slice_from(p, s.n);
}

static int fake_send(struct db *db, enum db_lane lane, const struct db_call *calls, int n,
                     struct duration limit, db_done_fn *done, void *arg,
                     struct db_ticket **ret_ticket)
{
	struct fake_db *f = (struct fake_db *)(void *)db;
	assert(limit.us > 0 && n > 0 && n <= CALLS_MAX && done);
	if (f->refuse)
		return f->refuse;
	struct sent *s = calloc(1, sizeof(*s));
	assert(s);
	s->lane = lane;
	s->waiting = true;
	s->done = done;
	s->arg = arg;
	s->n = n;
	for (int i = 0; i < n; i++) {
		assert(calls[i].n_args <= ARGS_MAX);
		s->calls[i].stmt = calls[i].stmt;
		s->calls[i].n_args = calls[i].n_args;
		for (int k = 0; k < calls[i].n_args; k++)
			s->calls[i].args[k] = copy(db_arg_slice(&calls[i].args[k]));
	}
	list_append(&f->sent, &s->node);
	if (ret_ticket)
		*ret_ticket = (struct db_ticket *)(void *)s;
	return 0;
}

static void fake_cancel(struct db *db, struct db_ticket *t)
{
	(void)db;
	struct sent *s = (struct sent *)(void *)t;
	assert(s->waiting && s->done);
	s->done = NULL; /* it completes all the same: an answer is used up */
}

static void free_answer(struct answer *a)
{
	list_remove(&a->node);
	for (int i = 0; i < a->n; i++)
		PQclear(a->res[i]);
	free(a);
}

static void free_db(struct db *db)
{
	struct fake_db *f = (struct fake_db *)(void *)db;
	struct list *l;
	while ((l = list_pop(&f->answers)) != NULL)
		free_answer(CONTAINER_OF(l, struct answer, node));
	while ((l = list_pop(&f->defaults)) != NULL)
		free_answer(CONTAINER_OF(l, struct answer, node));
	while ((l = list_pop(&f->sent)) != NULL) {
		struct sent *s = CONTAINER_OF(l, struct sent, node);
		for (int i = 0; i < s->n; i++) {
			for (int k = 0; k < s->calls[i].n_args; k++)
				free((void *)(uintptr_t)s->calls[i].args[k].p);
		}
		free(s);
	}
	free(f);
}

static const struct db_ops fake_ops = {.send = fake_send, .cancel = fake_cancel, .free = free_db};

struct fake_db *fake_db_new(void)
{
	struct fake_db *f = calloc(1, sizeof(*f));
	assert(f);
	f->db.ops = &fake_ops;
	list_init(&f->answers);
	list_init(&f->defaults);
	list_init(&f->sent);
	return f;
}

void fake_db_free(struct fake_db *f)
{
	if (f)
		db_free(&f->db);
}

struct db *fake_db_of(struct fake_db *f)
{
	return &f->db;
}

PGresult *fake_rows(const char *columns, int rows, const char *const *cells)
{
	PGresAttDesc atts[COLUMNS_MAX] = {0};
	char *names = strdup(columns), *save = NULL;
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	int n = 0;
	assert(names && res);
	for (char *w = strtok_r(names, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		assert(n < COLUMNS_MAX);
		atts[n].typid = 25; /* text */
		atts[n].typlen = -1;
		atts[n++].name = w;
	}
	int ok = PQsetResultAttrs(res, n, atts);
	for (int i = 0; i < rows * n && ok; i++) {
		char *v = cells[i] ? strdup(cells[i]) : NULL;
		ok = PQsetvalue(res, i / n, i % n, v, v ? (int)strlen(v) : -1);
		free(v);
	}
	assert(ok);
	free(names);
	return res;
}

static struct answer *add(struct list *to, int stmt, enum db_outcome outcome)
{
	struct answer *a = calloc(1, sizeof(*a));
	assert(a);
	a->stmt = stmt;
	a->outcome = outcome;
	list_append(to, &a->node);
	return a;
}

void fake_db_answer(struct fake_db *f, int stmt, int n, PGresult *const *results)
{
	struct answer *a = add(&f->answers, stmt, DB_OK);
	assert(n <= CALLS_MAX);
	a->n = n;
	memcpy(a->res, results, (size_t)n * sizeof(PGresult *));
}

void fake_db_answer_one(struct fake_db *f, int stmt, PGresult *result)
{
	fake_db_answer(f, stmt, 1, &result);
}

void fake_db_always(struct fake_db *f, int stmt, PGresult *result)
{
	struct answer *a = add(&f->defaults, stmt, DB_OK);
	a->n = 1;
	a->res[0] = result;
}

void fake_db_fail(struct fake_db *f, int stmt, enum db_outcome outcome, const char *constraint)
{
	struct answer *a = add(&f->answers, stmt, outcome);
	if (constraint)
		strncpy(a->constraint, constraint, sizeof(a->constraint) - 1);
}

void fake_db_refuse(struct fake_db *f, int failure)
{
	f->refuse = failure;
}

static struct answer *find(struct list *among, int stmt)
{
	LIST_FOR (it, among) {
		struct answer *a = CONTAINER_OF(it, struct answer, node);
		if (a->stmt == stmt)
			return a;
	}
	return NULL;
}

static void answer(struct fake_db *f, struct sent *s)
{
	struct answer *queued = find(&f->answers, s->calls[0].stmt);
	struct answer *a = queued ? queued : find(&f->defaults, s->calls[0].stmt);
	struct db_result r = {.outcome = a ? a->outcome : DB_ERROR, .n_calls = s->n};
	r.message = a ? "" : "no answer was scripted";
	if (a && a->outcome == DB_OK) {
		assert(a->n >= s->n);
		r.res = a->res;
	}
	if (a)
		memcpy(r.constraint, a->constraint, sizeof(r.constraint));
	if (queued)
		list_remove(&queued->node); /* the callback may run us again */
	s->waiting = false;
	if (s->done)
		s->done(s->arg, &r);
	if (queued)
		free_answer(queued);
}

int fake_db_run(struct fake_db *f)
{
	int n = 0;
	for (struct list *l = f->sent.next; l != &f->sent; l = l->next) {
		struct sent *s = CONTAINER_OF(l, struct sent, node);
		if (!s->waiting)
			continue;
		answer(f, s);
		n++;
	}
	return n;
}

int fake_db_sent(const struct fake_db *f, int stmt)
{
	int n = 0;
	for (struct list *l = f->sent.next; l != &f->sent; l = l->next) {
		const struct sent *s = CONTAINER_OF(l, struct sent, node);
		for (int i = 0; i < s->n; i++)
			n += stmt < 0 || s->calls[i].stmt == stmt;
	}
	return n;
}

static const struct sent *latest(const struct fake_db *f, int stmt, int *ret_call)
{
	for (struct list *l = f->sent.prev; l != &f->sent; l = l->prev) {
		const struct sent *s = CONTAINER_OF(l, struct sent, node);
		for (int i = s->n - 1; i >= 0; i--) {
			if (s->calls[i].stmt == stmt) {
				*ret_call = i;
				return s;
			}
		}
	}
	fputs("fake_db: no such statement was sent\n", stderr);
	abort();
}

struct slice fake_db_arg(const struct fake_db *f, int stmt, int k)
{
	int i = 0;
	const struct sent *s = latest(f, stmt, &i);
	assert(k < s->calls[i].n_args);
	return s->calls[i].args[k];
}

enum db_lane fake_db_lane(const struct fake_db *f, int stmt)
{
	int i = 0;
	const struct sent *s = latest(f, stmt, &i);
	return s->lane;
}
