/* db/session.h - one blocking connection, for what happens before the loop runs. */
#pragma once

#include <libpq-fe.h>
#include <stddef.h>

#include "base/attr.h"

/* Opens a connection to the read-write server among conninfo's hosts (5 s each unless conninfo
 * says otherwise). Returns 0; the caller frees with PQfinish. Or E_CLOSED with one sentence, cause
 * and remedy, in why (why_n bytes); then *ret_conn is untouched. */
MUSTUSE int session_open(const char *conninfo, const char *application, PGconn **ret_conn,
                         char *why, size_t why_n);

/* NULL when the connected server is a primary that accepts writes; otherwise what it is, for
 * cause_of_connect. Both settings are reported by the server on its own (PostgreSQL 14 and newer),
 * so that asking costs no round trip. */
const char *session_unfit(const PGconn *conn);

/* A PQnoticeProcessor that drops the text instead of writing it to stderr. */
void session_ignore_notice(void *arg, const char *text);
