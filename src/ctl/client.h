/* ctl/client.h - one kept-alive HTTPS connection to the registry, over libcurl. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/lang.h"

struct client; /* opaque */

struct client_conf {
	const char *url; /* https://host:port, no path */
	const char *ca;  /* PEM file of trusted authorities, or NULL for the system's */
	const char *token;
	enum lang lang;
	struct duration limit; /* for one whole request */
};

/* Copies the configuration. NULL when memory is out or libcurl does not start. */
struct client *client_new(const struct client_conf *conf);
void client_free(struct client *c);

struct call {
	const char *method;
	const char *path; /* with its query, already escaped */
	struct slice body; /* JSON; SLICE_NONE: no body */
	const char *key; /* Idempotency-Key, or NULL */
};

enum { ANSWER_BODY_MAX = 64 * 1024 * 1024 };

struct answer {
	long status;
	struct buf body; /* freed with answer_free */
	int retry_after; /* seconds, -1 when the registry named none */
	bool replayed;   /* Idempotent-Replayed: true */
	char request_id[64];
	char content_type[64];
};

void answer_free(struct answer *a);

/* Sends and waits. Returns 0 with the answer whatever its status, else nothing is in *ret:
 *   E_CLOSED   no connection: nothing was sent
 *   E_REFUSED  TLS failed: the registry was not trusted; nothing was sent
 *   E_TIMEOUT  the request went out, no complete answer came back: it may have happened
 *   E_NOMEM    memory, or the answer was larger than ANSWER_BODY_MAX */
int client_call(struct client *c, const struct call *call, struct answer *ret);

/* libcurl's words for the last failure; valid until the next call. */
const char *client_failure(const struct client *c);
const char *client_url(const struct client *c);

/* A path of the API: its text, then what each % in it stands for, not yet escaped. Without any it is taken as it
 * is. */
#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})
void path_fill(struct buf *out, const char *const *path);

/* Appends s percent-encoded as one path segment or query value (RFC 3986 section 2.3). */
void path_add(struct buf *path, struct slice s);
