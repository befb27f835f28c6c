/* tests/lib/http.h - a blocking HTTPS client for tests, with what it takes to judge the answers.
 *
 * Every answer lives as long as its client. A request that gets no answer at all ends the running
 * cmocka test; so do the expectations that are not met. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct witness;

struct http_asked {
	const char *method; /* NULL = GET, or POST when there is a body */
	const char *path;
	const char *token;  /* bearer token */
	const char *body;   /* NULL = none */
	size_t body_n;      /* 0 = strlen(body) */
	const char *type;   /* Content-Type; NULL = application/json; "" = none */
	const char *accept, *language, *key /* Idempotency-Key */, *etag /* If-None-Match */;
	const char *from;   /* local address to ask from, "127.0.0.2" */
	const char *header; /* one more header line */
	bool fresh;         /* on a connection of its own */
};

struct answer {
	int status;
	char *head; /* all header lines, as received */
	char *body; /* NUL-terminated */
	size_t n;
	json_t *json; /* NULL when the body is no JSON */
};

struct http; /* opaque: one client, with connections that are kept alive */

/* base: "https://localhost:1234". ca: PEM path, NULL for plain HTTP. cert, key: PEM paths or NULL.
 * witness may be NULL. */
struct http *http_new(const char *base, const char *ca, const char *cert, const char *key,
                      struct witness *witness);
void http_free(struct http *h);

const struct answer *http_ask(struct http *h, const struct http_asked *asked);
#define ASK(h, ...) http_ask((h), &(const struct http_asked){__VA_ARGS__})

/* Whether the request fails before any answer comes (a refused handshake). */
bool http_fails(struct http *h, const struct http_asked *asked);

/* Several requests at the same moment, each on its own connection. */
void http_ask_all(struct http *h, const struct http_asked *asked, const struct answer **ret, int n);

/* Connections made so far by this client. */
long http_connections(const struct http *h);

/* A header's value in one of eight buffers used in turn, or NULL. */
const char *answer_header(const struct answer *a, const char *name);

/* A member by its path, "certificates.0.number": NULL when it is not there. */
const json_t *answer_at(const struct answer *a, const char *path);
const char *answer_text(const struct answer *a, const char *path); /* fails unless a string */
long long answer_int(const struct answer *a, const char *path);    /* fails unless an integer */

/* ---- expectations; each returns the answer ---- */

const struct answer *expect_status(const struct answer *a, int status);

/* Problem+json with this status and code, its request_id that of the header. */
const struct answer *expect_problem(const struct answer *a, int status, const char *code);

/* The body is this, byte for byte; each '@' of want stands for a run of any characters but '"'. */
const struct answer *expect_body(const struct answer *a, const char *want);

/* Sends bytes over TLS as they are and reads until the server closes or has been silent for some
 * time; returns what came, to be freed. */
char *http_raw(struct http *h, const char *bytes, size_t n);

/* The same in TLS records of a size, after which the client ends its side: by FIN alone, or by
 * close_notify and FIN. */
enum http_end { HTTP_STAYS, HTTP_END_SOCKET, HTTP_END_TLS };
char *http_raw_cut(struct http *h, const char *bytes, size_t n, size_t record, enum http_end end);
