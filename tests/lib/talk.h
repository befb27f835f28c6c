/* tests/lib/talk.h - an HTTPS client for tests that break things: blocking, one connection, usable
 * from any thread, and no trouble ends the test. A request gets an answer or it does not, and only
 * the caller can say whether that was allowed. */
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

enum { TALK_HEAD = 2048, TALK_BODY = 16384 };

struct talk {
	SSL_CTX *ctx; /* shared: the caller's */
	int port;     /* on 127.0.0.1 */
	int fd;       /* -1: not connected */
	SSL *ssl;
	bool again; /* connect anew for every request */
};

struct talk_request {
	const char *method, *path;
	const char *token; /* NULL: none */
	const char *key;   /* Idempotency-Key, NULL: none */
	const char *body;  /* JSON, NULL: none */
};

struct talk_answer {
	int status;     /* 0: none came */
	bool connected; /* false: nothing was sent, so nothing can have happened */
	char head[TALK_HEAD];
	char body[TALK_BODY];
};

/* A client context for all talks of a test. ca NULL: anybody is believed. */
SSL_CTX *talk_context(const char *ca);

void talk_init(struct talk *t, SSL_CTX *ctx, int port);
void talk_close(struct talk *t);

/* Connects (with a new handshake) unless connected. */
bool talk_connect(struct talk *t);

/* Sends the request; false when the connection failed. talk_read then waits for the answer. */
bool talk_send(struct talk *t, const struct talk_request *rq);
bool talk_read(struct talk *t, const char *method, struct talk_answer *a);

/* Both, connecting where needed. A kept connection that turns out to be closed is not tried again:
 * the answer is status 0. Returns the status. */
int talk_ask(struct talk *t, const struct talk_request *rq, struct talk_answer *a);

/* The text of a JSON member of the body ("key":"text"), copied to out; "" when there is none. The
 * n-th occurrence, from 0. */
void talk_text(const struct talk_answer *a, const char *key, int nth, char *out, size_t out_n);

/* A header's value, "" when there is none. name with its capitals as the daemon writes them. */
void talk_header(const struct talk_answer *a, const char *name, char *out, size_t out_n);
