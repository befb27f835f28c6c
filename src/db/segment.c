/* db/segment.c - everything of a segment lies in one allocation: pointers first, then numbers,
 * then the bytes of the parameters. */
#include "db/segment.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "db/sqlstate.h"

#define SEGMENT_MAGIC 0x7365676du

struct layout {
	size_t args, bytes;
};

static int measure(const struct db_call *calls, int n, const struct statement_text *table,
                   size_t table_n, struct layout *ret)
{
	struct layout l = {0, 0};
	assert(n > 0 && n <= SEGMENT_CALLS_MAX);
	for (int i = 0; i < n; i++) {
		const struct db_call *c = &calls[i];
		assert(c->stmt >= 0 && (size_t)c->stmt < table_n);
		assert(c->n_args == table[c->stmt].n_args && c->n_args <= SEGMENT_ARGS_MAX);
		for (int k = 0; k < c->n_args; k++) {
			struct slice v = db_arg_slice(&c->args[k]);
			if (v.n && c->args[k].kind == DB_TEXT && memchr(v.p, '\0', v.n))
				return E_SYNTAX; /* libpq would cut the text there */
			if (v.n > 64 * MIB)
				return E_NOMEM;
			l.bytes += v.n + 1;
		}
		l.args += (size_t)c->n_args;
	}
	*ret = l;
	return 0;
}

static void copy_args(struct segment_call *to, const struct db_call *from, char **bytes)
{
	for (int k = 0; k < from->n_args; k++) {
		struct slice v = db_arg_slice(&from->args[k]);
		to->formats[k] = from->args[k].kind == DB_BYTES;
		to->lengths[k] = (int)v.n;
		to->values[k] = v.p ? *bytes : NULL;
		if (v.n)
			memcpy(*bytes, v.p, v.n);
		*bytes += v.n + 1; /* the allocation is zeroed: the NUL is there */
	}
}

int segment_new(const struct db_call *calls, int n, const struct statement_text *table,
                size_t table_n, struct segment **ret)
{
	struct layout l;
	int r = measure(calls, n, table, table_n, &l);
	if (r < 0)
		return r;
	size_t count = (size_t)n;
	struct segment *s = calloc(1, sizeof(*s) + sizeof(*s->calls) +
	                                      count * (sizeof(*s->calls) + sizeof(*s->res) +
	                                               sizeof(*s->stmt)) +
	                                      l.args * (sizeof(char *) + 2 * sizeof(int)) + l.bytes);
	if (!s)
		return E_NOMEM;
	s->magic = SEGMENT_MAGIC;
	s->n_calls = n;
	s->calls = (struct segment_call *)(void *)(s + 1);
	s->calls[count].stmt = OWN_CONFIRM;
	s->res = (PGresult **)(void *)(s->calls + count + 1);
	const char **values = (const char **)(void *)(s->res + count);
	int *numbers = (int *)(void *)(values + l.args);
	s->stmt = numbers + 2 * l.args;
	char *bytes = (char *)(s->stmt + count);
	for (int i = 0; i < n; i++) {
		struct segment_call *c = &s->calls[i];
		*c = (struct segment_call){calls[i].stmt, calls[i].n_args, values, numbers,
		                           numbers + calls[i].n_args, false};
		s->stmt[i] = calls[i].stmt;
		copy_args(c, &calls[i], &bytes);
		values += c->n_args;
		numbers += 2 * c->n_args;
	}
	list_init(&s->node);
	*ret = s;
	return 0;
}

struct segment *segment_new_probe(void)
{
	static const struct statement_text probe = {.name = "probe", .text = ""};
	static const struct db_call call = {0, 0, NULL};
	struct segment *s;
	if (segment_new(&call, 1, &probe, 1, &s) < 0)
		return NULL;
	s->calls[0].stmt = OWN_PROBE;
	s->probe = true;
	return s;
}

void segment_reset(struct segment *s)
{
	for (int i = 0; i < s->n_calls; i++) {
		PQclear(s->res[i]);
		s->res[i] = NULL;
	}
	for (int i = 0; i <= s->n_calls; i++)
		s->calls[i].prepares = false;
	s->call = 0;
	s->prepared = s->failed = s->uncertain = false;
	s->sqlstate[0] = s->constraint[0] = s->message[0] = '\0';
}

void segment_free(struct segment *s)
{
	if (!s)
		return;
	CHECK_MAGIC(s, SEGMENT_MAGIC);
	list_remove(&s->node);
	loop_timer_stop(&s->limit);
	segment_reset(s);
	s->magic = 0;
	free(s);
}

static void copy_field(char *out, size_t n, const PGresult *res, int field)
{
	const char *v = PQresultErrorField(res, field);
	snprintf(out, n, "%s", v ? v : "");
}

void segment_fail(struct segment *s, const PGresult *res)
{
	if (s->failed)
		return;
	s->failed = true;
	s->failed_call = s->call;
	copy_field(s->sqlstate, sizeof(s->sqlstate), res, PG_DIAG_SQLSTATE);
	copy_field(s->constraint, sizeof(s->constraint), res, PG_DIAG_CONSTRAINT_NAME);
	if (sqlstate_message_is_safe(s->sqlstate))
		copy_field(s->message, sizeof(s->message), res, PG_DIAG_MESSAGE_PRIMARY);
	if (!s->constraint[0] && sqlstate_meaning(s->sqlstate).outcome == DB_CONSTRAINT)
		memcpy(s->constraint, s->sqlstate, sizeof(s->sqlstate));
}

void segment_breach(struct segment *s, const char *why)
{
	if (s->failed)
		return;
	s->failed = true;
	snprintf(s->sqlstate, sizeof(s->sqlstate), "%s", SQLSTATE_BREACH);
	snprintf(s->message, sizeof(s->message), "%s", why);
}

enum db_outcome segment_outcome(const struct segment *s)
{
	if (s->failed)
		return sqlstate_meaning(s->sqlstate).outcome;
	return s->uncertain && s->write ? DB_UNKNOWN : DB_OK;
}

void segment_finish(struct segment *s, enum db_outcome outcome)
{
	CHECK_MAGIC(s, SEGMENT_MAGIC);
	struct db_result r = {.outcome = outcome,
	                      .n_calls = s->n_calls,
	                      .res = outcome == DB_OK ? s->res : NULL,
	                      .stmt = outcome == DB_OK ? s->stmt : NULL,
	                      .message = s->message};
	memcpy(r.sqlstate, s->sqlstate, sizeof(r.sqlstate));
	if (outcome == DB_CONSTRAINT)
		memcpy(r.constraint, s->constraint, sizeof(r.constraint));
	db_done_fn *done = s->done;
	s->done = NULL;
	list_remove(&s->node);
	loop_timer_stop(&s->limit);
	if (done)
		done(s->arg, &r);
	segment_free(s);
}
