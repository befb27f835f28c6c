/* db/hosts.h - the servers a conninfo names, one by one.
 *
 * libpq tries several hosts by itself, but without a time limit for each when it is used without
 * blocking, and resolving names it blocks. So the list is taken apart here, and every attempt is
 * made with parameters for exactly one server. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum { HOSTS_MAX = 16, HOST_TEXT = 256, HOST_PARAMS = 64 };

struct host {
	char name[HOST_TEXT]; /* host name, socket folder, or "" for libpq's default */
	char addr[64];        /* numeric address, or "" */
	char port[8];         /* or "" for the default */
};

struct hosts; /* opaque: the list and all other parameters */

/* Takes conninfo apart (keyword=value or URI form; libpq's PQconninfoParse decides). Returns 0 and
 * *ret, freed with hosts_free; E_SYNTAX with one sentence in why; E_NOMEM. */
MUSTUSE int hosts_parse(const char *conninfo, struct hosts **ret, char *why, size_t why_n);
void hosts_free(struct hosts *h);

size_t hosts_count(const struct hosts *h);
const struct host *hosts_at(const struct hosts *h, size_t i);

/* True when connecting to it needs no name to be resolved (socket, address or default). */
bool host_is_numeric(const struct host *host);

/* "socket /run/postgresql port 5432" or "db1 (10.0.0.7) port 5432". */
void host_label(const struct host *host, char *out, size_t out_n);

/* Keywords and values, NULL-terminated, for PQconnectStartParams to this server. options is put
 * before the conninfo's own options ("-c name=value ..."; at most 1023 bytes together, kept in
 * options_text). The arrays point into h, host and the arguments. */
struct host_params {
	const char *keywords[HOST_PARAMS], *values[HOST_PARAMS];
	char options_text[2048];
};
void host_params(const struct hosts *h, const struct host *host, const char *application,
                 const char *options, struct host_params *ret);
