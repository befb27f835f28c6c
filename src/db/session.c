/* db/session.c - the blocking twin of the connecting loop: each server in turn, each with a limit,
 * until one is a primary that accepts writes. And of a send: one statement, one result. */
#include "db/session.h"

#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/outcome.h"
#include "db/cause.h"
#include "db/hosts.h"
#include "db/segment.h"
#include "db/settings.h"

enum { HOST_LIMIT_S = 5 };

const char *session_unfit(const PGconn *conn)
{
	const char *standby = PQparameterStatus(conn, "in_hot_standby");
	const char *read_only = PQparameterStatus(conn, "default_transaction_read_only");
	if (!standby || !read_only)
		return "in_hot_standby is not reported";
	if (standby[0] == 'o' && standby[1] == 'n')
		return "standby";
	if (read_only[0] == 'o' && read_only[1] == 'n')
		return "read-only";
	return NULL;
}

/* NULL when connected; otherwise why not. */
static const char *wait_connected(PGconn *conn)
{
	struct mono deadline = mono_add(mono_now(), SECONDS(HOST_LIMIT_S));
	PostgresPollingStatusType s = PGRES_POLLING_WRITING;
	while (PQstatus(conn) != CONNECTION_BAD) {
		if (s == PGRES_POLLING_OK)
			return session_unfit(conn);
		int64_t left = mono_since(deadline, mono_now()).us / 1000;
		struct pollfd fd = {PQsocket(conn), s == PGRES_POLLING_READING ? POLLIN : POLLOUT,
		                    0};
		if (left <= 0 || poll(&fd, 1, (int)left) == 0)
			return "timeout";
		s = PQconnectPoll(conn);
	}
	return PQerrorMessage(conn);
}

int session_open(const char *conninfo, const char *application, PGconn **ret_conn, char *why,
                 size_t why_n)
{
	struct hosts *h = NULL;
	if (hosts_parse(conninfo, &h, why, why_n) < 0)
		return E_CLOSED;
	int r = E_CLOSED;
	for (size_t i = 0; i < hosts_count(h) && r < 0; i++) {
		struct host_params p;
		char label[HOST_TEXT + 96];
		host_params(h, hosts_at(h, i), application, settings_of_session, &p);
		host_label(hosts_at(h, i), label, sizeof(label));
		PGconn *conn = PQconnectStartParams(p.keywords, p.values, 0);
		if (conn)
			PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
		const char *trouble = conn ? wait_connected(conn) : "out of memory";
		if (trouble) {
			cause_of_connect(trouble, label, why, why_n);
			PQfinish(conn);
			continue;
		}
		PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
		PQsetNoticeProcessor(conn, session_ignore_notice, NULL);
		*ret_conn = conn;
		why[0] = '\0';
		r = 0;
	}
	hosts_free(h);
	return r;
}

const char *session_state(const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	return state ? state : "";
}

const char *session_reason(const PGresult *res)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	return primary ? primary : "the connection was lost";
}

int session_ask(PGconn *conn, struct session_call call, PGresult **ret, char *why, size_t why_n)
{
	const struct db_call one = {.stmt = 0, .n_args = call.n_args, .args = call.args};
	struct segment *s;
	char breach[STATEMENT_WHY];
	*ret = NULL;
	int r = segment_new(&one, 1, call.statement, 1, &s);
	if (r < 0) {
		snprintf(why, why_n, r == E_NOMEM ? "memory is out" : "a text holds a NUL byte");
		return E_REFUSED;
	}
	const struct segment_call *c = s->calls;
	*ret = PQexecParams(conn, call.statement->text, c->n_args, NULL, c->values, c->lengths, c->formats, 0);
	segment_free(s);
	ExecStatusType status = PQresultStatus(*ret);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		snprintf(why, why_n, "%s", session_reason(*ret));
	else if (statement_breach(call.statement, *ret, breach))
		snprintf(why, why_n, "%s", breach);
	else
		return 0;
	return E_REFUSED;
}

int session_do(PGconn *conn, struct session_call call, char *why, size_t why_n)
{
	PGresult *res;
	int r = session_ask(conn, call, &res, why, why_n);
	PQclear(res);
	return r;
}

void session_ignore_notice(void *arg, const char *text)
{
}
