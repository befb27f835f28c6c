/* tests/lib/fake_db.c - sends are kept in order in one list; answering walks it. */
#include "fake_db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/outcome.h"
#include "db/statement.h"

/* Generated with the statements: a row that each could return. */
extern const char *const *const statement_examples[];

enum { CALLS_MAX = 32, ARGS_MAX = 100, COLUMNS_MAX = 64 };

struct answer {
	struct list node;
	int stmt, n;
	enum db_outcome outcome;
	char constraint[64];
	bool conforms; /* the results are in the form of their statements */
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
	bool plain;
};

/* False: memory is out, and that is an answer of db_send, too. */
static bool copy(struct slice s, struct slice *ret)
{
	*ret = s;
	if (!s.p)
		return true;
	char *p = malloc(s.n + 1);
	if (!p) {
		*ret = SLICE_NONE;
		return false;
	}
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	*ret = slice_from(p, s.n);
	return true;
}

static void free_sent(struct sent *s)
{
	for (int i = 0; i < s->n; i++)
		for (int k = 0; k < s->calls[i].n_args; k++)
			free((void *)(uintptr_t)s->calls[i].args[k].p);
	free(s);
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
	if (!s)
		return E_NOMEM;
	s->lane = lane;
	s->waiting = true;
	s->done = done;
	s->arg = arg;
	s->n = n;
	bool copied = true;
	for (int i = 0; i < n; i++) {
		assert(calls[i].n_args <= ARGS_MAX);
		s->calls[i].stmt = calls[i].stmt;
		s->calls[i].n_args = calls[i].n_args;
		for (int k = 0; k < calls[i].n_args; k++)
			copied &= copy(db_arg_slice(&calls[i].args[k]), &s->calls[i].args[k]);
	}
	if (!copied) {
		free_sent(s);
		return E_NOMEM;
	}
	list_append(&f->sent, &s->node);
	if (ret_ticket)
		*ret_ticket = (struct db_ticket *)(void *)s;
	return 0;
}

static void fake_cancel(struct db *db, struct db_ticket *t)
{
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
	while ((l = list_pop(&f->sent)) != NULL)
		free_sent(CONTAINER_OF(l, struct sent, node));
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

PGresult *fake_conform(int stmt, PGresult *given)
{
	const struct statement_text *s = &statements[stmt];
	PGresAttDesc atts[COLUMNS_MAX] = {0};
	int from[COLUMNS_MAX], found = 0;
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	assert(res && s->n_columns <= COLUMNS_MAX);
	for (int c = 0; c < s->n_columns; c++) {
		atts[c] = (PGresAttDesc){.name = (char *)(uintptr_t)s->columns[c].name, .typid = 25,
		                         .typlen = -1};
		from[c] = PQnfields(given) - 1;
		while (from[c] >= 0 && strcmp(PQfname(given, from[c]), s->columns[c].name) != 0)
			from[c]--;
		found += from[c] >= 0;
	}
	if (found != PQnfields(given))
		fprintf(stderr, "fake_db: %s has not all these columns\n", s->name);
	assert(found == PQnfields(given));
	int ok = PQsetResultAttrs(res, s->n_columns, atts);
	for (int i = 0; i < PQntuples(given) * s->n_columns && ok; i++) {
		int row = i / s->n_columns, c = i % s->n_columns;
		const char *v = from[c] < 0                          ? statement_examples[stmt][c]
		                : PQgetisnull(given, row, from[c]) ? NULL
		                                                     : PQgetvalue(given, row, from[c]);
		ok = PQsetvalue(res, row, c, (char *)(uintptr_t)v, v ? (int)strlen(v) : -1);
	}
	assert(ok);
	PQclear(given);
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

void fake_db_fail(struct fake_db *f, int stmt, enum db_outcome outcome, const char *constraint)
{
	struct answer *a = add(&f->answers, stmt, outcome);
	if (constraint)
		strncpy(a->constraint, constraint, sizeof(a->constraint) - 1);
}

void fake_db_plain(struct fake_db *f)
{
	f->plain = true;
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

void fake_db_always(struct fake_db *f, int stmt, PGresult *result)
{
	struct answer *before = find(&f->defaults, stmt);
	if (before)
		free_answer(before);
	struct answer *a = add(&f->defaults, stmt, DB_OK);
	a->n = 1;
	a->res[0] = result;
}

/* What an answer has no result for is answered as its statement always is. */
static void fill_up(struct fake_db *f, const struct sent *s, struct answer *a)
{
	for (; a->n < s->n; a->n++) {
		const struct answer *usual = find(&f->defaults, s->calls[a->n].stmt);
		assert(usual && usual->n == 1);
		a->res[a->n] = PQcopyResult(usual->res[0], PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
		assert(a->res[a->n]);
		a->conforms = false;
	}
}

static void answer(struct fake_db *f, struct sent *s)
{
	struct answer *queued = find(&f->answers, s->calls[0].stmt);
	struct answer *a = queued ? queued : find(&f->defaults, s->calls[0].stmt);
	struct db_result r = {.outcome = a ? a->outcome : DB_ERROR, .n_calls = s->n};
	char why[STATEMENT_WHY];
	int stmt[CALLS_MAX];
	r.message = a ? "" : "no answer was scripted";
	if (a && a->outcome == DB_OK) {
		fill_up(f, s, a);
		for (int i = 0; i < s->n && !f->plain && !a->conforms; i++)
			a->res[i] = fake_conform(s->calls[i].stmt, a->res[i]);
		a->conforms = true;
		for (int i = 0; i < s->n && !f->plain; i++)
			if ((r.message = statement_breach(&statements[s->calls[i].stmt], a->res[i], why)))
				r.outcome = DB_ERROR; /* as the pool does */
		r.message = r.message ? r.message : "";
		r.res = a->res;
		for (int i = 0; i < s->n; i++)
			stmt[i] = s->calls[i].stmt;
		r.stmt = stmt;
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

bool fake_db_step(struct fake_db *f)
{
	for (struct list *l = f->sent.next; l != &f->sent; l = l->next) {
		struct sent *s = CONTAINER_OF(l, struct sent, node);
		if (!s->waiting)
			continue;
		answer(f, s);
		return true;
	}
	return false;
}

int fake_db_run(struct fake_db *f)
{
	int n = 0;
	while (fake_db_step(f))
		n++;
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

/* The which-th sending of a statement, from 0; negative: the latest. */
static const struct sent *sending(const struct fake_db *f, int stmt, int which, int *ret_call)
{
	const struct sent *found = NULL;
	for (struct list *l = f->sent.next; l != &f->sent; l = l->next) {
		const struct sent *s = CONTAINER_OF(l, struct sent, node);
		for (int i = 0; i < s->n; i++) {
			if (s->calls[i].stmt != stmt)
				continue;
			found = s;
			*ret_call = i;
			if (which-- == 0)
				return found;
		}
	}
	if (found && which < 0)
		return found;
	fputs("fake_db: no such statement was sent\n", stderr);
	abort();
}

struct slice fake_db_arg_of(const struct fake_db *f, int stmt, int which, int k)
{
	int i = 0;
	const struct sent *s = sending(f, stmt, which, &i);
	assert(k < s->calls[i].n_args);
	return s->calls[i].args[k];
}

struct slice fake_db_arg(const struct fake_db *f, int stmt, int k)
{
	return fake_db_arg_of(f, stmt, -1, k);
}

int fake_db_n_args(const struct fake_db *f, int stmt)
{
	int i = 0;
	return sending(f, stmt, -1, &i)->calls[i].n_args;
}

enum db_lane fake_db_lane(const struct fake_db *f, int stmt)
{
	int i = 0;
	return sending(f, stmt, -1, &i)->lane;
}

int fake_db_statement(const struct fake_db *f, int nth)
{
	for (struct list *l = f->sent.next; l != &f->sent; l = l->next) {
		const struct sent *s = CONTAINER_OF(l, struct sent, node);
		for (int i = 0; i < s->n; i++)
			if (nth-- == 0)
				return s->calls[i].stmt;
	}
	return -1;
}
