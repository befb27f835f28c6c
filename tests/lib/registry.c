/* tests/lib/registry.c - a thin layer of blocking libpq calls: what a test compares is one line of
 * text, so that a failure shows both sides. */
#include "registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cluster.h"

enum { ANSWER_MAX = 4096, ANSWERS = 8 };

PGconn *registry_connect(struct registry *r, const char *role)
{
	return cluster_connect(r->cluster, r->database, role);
}

void registry_open(struct registry *r)
{
	r->database = cluster_demo(r->cluster);
	cluster_load(r->cluster, r->database, "tests/lib/registry.sql");
	r->owner = registry_connect(r, "talent_owner");
	r->worker = registry_connect(r, "talent_worker");
	r->jobs = registry_connect(r, "talent_jobs");
}

void registry_close(struct registry *r)
{
	PQfinish(r->owner);
	PQfinish(r->worker);
	PQfinish(r->jobs);
}

static char *next_answer(void)
{
	static char answers[ANSWERS][ANSWER_MAX];
	static size_t turn;
	return answers[turn++ % ANSWERS];
}

/* "!SQLSTATE constraint" for a failure, the first row otherwise. */
static const char *answer_of(const PGresult *res)
{
	char *out = next_answer();
	ExecStatusType status = PQresultStatus(res);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		const char *name = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
		snprintf(out, ANSWER_MAX, "!%s %s", state ? state : "?", name ? name : "");
		return out;
	}
	size_t n = 0;
	out[0] = '\0';
	for (int i = 0; PQntuples(res) > 0 && i < PQnfields(res) && n < ANSWER_MAX; i++)
		n += (size_t)snprintf(out + n, ANSWER_MAX - n, "%s%s", i ? "|" : "",
		                      PQgetvalue(res, 0, i));
	return out;
}

static void check(const char *sql, const PGresult *res, const char *want)
{
	const char *got = answer_of(res);
	if (got[0] == '!')
		fail_msg("%s\n  failed: %s", sql, PQresultErrorMessage(res));
	if (want && strcmp(got, want) != 0)
		fail_msg("%s\n  want %s\n  got  %s", sql, want, got);
}

void expect(PGconn *conn, const char *sql, const char *want)
{
	PGresult *res = PQexec(conn, sql);
	check(sql, res, want);
	PQclear(res);
}

void expect_error(PGconn *conn, const char *sql, const char *sqlstate, const char *constraint)
{
	PGresult *res = PQexec(conn, sql);
	char want[128];
	snprintf(want, sizeof(want), "!%s %s", sqlstate, constraint ? constraint : "");
	const char *got = answer_of(res);
	if (strncmp(got, want, constraint ? sizeof(want) : 1 + strlen(sqlstate)) != 0)
		fail_msg("%s\n  want %s\n  got  %s %s", sql, want, got, PQresultErrorMessage(res));
	PQclear(res);
}

void expect_query(PGconn *conn, enum statement stmt, const char *const *args, const char *want)
{
	const struct statement_text *s = &statements[stmt];
	PGresult *res = PQexecParams(conn, s->text, s->n_args, NULL, args, NULL, NULL, 0);
	check(s->name, res, want);
	PQclear(res);
}

void expect_audit(PGconn *conn, const char *programme, int measures)
{
	PGresult *res = PQexecParams(conn, statements[Q_PROGRESS_AUDIT].text, 10, NULL,
	                             (const char *const[10]){programme}, NULL, NULL, 0);
	assert_int_equal(PQntuples(res), measures);
	for (int i = 0; i < PQntuples(res); i++) {
		if (strcmp(PQgetvalue(res, i, 1), PQgetvalue(res, i, 2)) != 0 ||
		    strcmp(PQgetvalue(res, i, 1), PQgetvalue(res, i, 3)) != 0)
			fail_msg("%s %s: counted %s, recounted %s, by days %s", programme, PQgetvalue(res, i, 0),
			         PQgetvalue(res, i, 1), PQgetvalue(res, i, 2), PQgetvalue(res, i, 3));
	}
	PQclear(res);
}

const char *ask(PGconn *conn, const char *sql)
{
	PGresult *res = PQexec(conn, sql);
	const char *got = answer_of(res);
	PQclear(res);
	return got;
}

void start(PGconn *conn, const char *sql)
{
	if (!PQsendQuery(conn, sql))
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
}

const char *finish(PGconn *conn)
{
	const char *got = "";
	for (PGresult *res; (res = PQgetResult(conn)) != NULL; PQclear(res))
		got = answer_of(res);
	return got;
}

void until_waiting(struct registry *r, PGconn *conn)
{
	char sql[128];
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM pg_locks WHERE pid = %d AND NOT granted",
	         PQbackendPID(conn));
	for (int i = 0; i < 500; i++) {
		if (strcmp(ask(r->owner, sql), "0") != 0)
			return;
		nanosleep(&(struct timespec){0, 10000000}, NULL);
	}
	fail_msg("backend %d does not wait", PQbackendPID(conn));
}

void registry_race(struct registry *r, const char *const sql[2], const char *const words[], int counts[], size_t n)
{
	PGconn *conns[REGISTRY_CLIENTS];
	memset(counts, 0, n * sizeof *counts);
	for (int i = 0; i < REGISTRY_CLIENTS; i++) {
		conns[i] = registry_connect(r, "talent_worker");
		expect(conns[i], "SET lock_timeout = '60s'; SET statement_timeout = '60s'", "");
	}
	for (int i = 0; i < REGISTRY_CLIENTS; i++)
		start(conns[i], sql[i % 2]);
	for (int i = 0; i < REGISTRY_CLIENTS; i++) {
		const char *got = finish(conns[i]);
		size_t w = 0;
		while (w < n && strcmp(words[w], got) != 0)
			w++;
		if (w == n)
			fail_msg("%s: %s", sql[i % 2], got);
		counts[w]++;
		PQfinish(conns[i]);
	}
}
