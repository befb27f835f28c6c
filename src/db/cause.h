/* db/cause.h - why PostgreSQL could not be reached, as one sentence with its remedy. */
#pragma once

#include <stddef.h>

enum { CAUSE_TEXT = 256 }; /* room for one */

/* text is the message of a failed connection: libpq's with PQERRORS_VERBOSE, or our own "timeout",
 * "standby", "read-only", "resolve", "older timeline", .... where names the server (host_label). Writes one line of at
 * most out_n bytes with its NUL. */
void cause_of_connect(const char *text, const char *where, char *out, size_t out_n);

/* The same for a statement that the server refused with this SQLSTATE. */
void cause_of_state(const char *state, const char *where, char *out, size_t out_n);
