/* db/session.h - one blocking connection, for what happens before the loop runs. */
#pragma once

#include <libpq-fe.h>
#include <stddef.h>

#include "base/attr.h"
#include "db/db.h"
#include "db/statement.h"

/* Opens a connection to the read-write server among conninfo's hosts (5 s each unless conninfo
 * says otherwise). Returns 0; the caller frees with PQfinish. Or E_CLOSED with one sentence, cause
 * and remedy, in why (why_n bytes); then *ret_conn is untouched. */
MUSTUSE int session_open(const char *conninfo, const char *application, PGconn **ret_conn,
                         char *why, size_t why_n);

/* NULL when the connected server is a primary that accepts writes; otherwise what it is, for
 * cause_of_connect. Both settings are reported by the server on its own (PostgreSQL 14 and newer),
 * so that asking costs no round trip. */
const char *session_unfit(const PGconn *conn);

/* A statement of sql/session with its arguments; the build makes NAME_CALL(…) of each file. Another type
 * than what a pool sends, whose statements stand in another table. */
struct session_call {
	const struct statement_text *statement;
	int n_args;
	const struct db_arg *args;
};

/* Room for a reason. */
enum { SESSION_REASON = 320 };

/* Sends it and waits. Returns 0, and then *ret is its result, which is what the file's header promises;
 * the caller clears it. Otherwise E_REFUSED, with PostgreSQL's reason in one line in why (why_n bytes), and *ret
 * is the failed result, which PQclear and session_state take, or NULL. */
MUSTUSE int session_ask(PGconn *conn, struct session_call call, PGresult **ret, char *why, size_t why_n);

/* The same for a statement without a row. */
MUSTUSE int session_do(PGconn *conn, struct session_call call, char *why, size_t why_n);

/* The SQLSTATE of a failed result; "" when there is none. */
const char *session_state(const PGresult *res);

/* PostgreSQL's reason of a failed result on one line; that the connection was lost, when there was no answer. */
const char *session_reason(const PGresult *res);

/* Every statement of sql/session, NULL behind them. */
extern const struct statement_text *const session_statements[];

/* A PQnoticeProcessor that drops the text instead of writing it to stderr. */
void session_ignore_notice(void *arg, const char *text);
