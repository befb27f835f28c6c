/* tests/lib/wire.h - the client's end of a connection, driven together with the server's event
 * base in one thread: sending and waiting let the server run. */
#pragma once

#include <openssl/ssl.h>

#include "base/buf.h"

struct event_base;

struct wire {
	struct event_base *base;
	int fd;
	SSL *ssl; /* NULL = plain */
	bool established, closed, failed;
	struct buf got;
	size_t records; /* TLS application data records received */
};

/* Takes the non-blocking fd. ctx NULL = plain; session may be NULL. */
void wire_init(struct wire *w, struct event_base *base, int fd, SSL_CTX *ctx, SSL_SESSION *session);

/* Lets the server and the client run for about so long, or until the condition holds. True when it
 * does: got contains text; the server closed; n bytes have come; the handshake is done. */
void wire_run(struct wire *w, int ms);
bool wire_sees(struct wire *w, const char *text);
bool wire_sees_within(struct wire *w, const char *text, int ms);
bool wire_closed_within(struct wire *w, int ms);
bool wire_got_within(struct wire *w, size_t n, int ms);
bool wire_handshake(struct wire *w);

/* All of it, in one write where the socket takes it. */
bool wire_send(struct wire *w, const char *text);
bool wire_send_bytes(struct wire *w, const char *p, size_t n);

/* How often text occurs in what came. */
size_t wire_count(const struct wire *w, const char *text);
void wire_forget(struct wire *w);

/* Closes as a client that vanishes. */
void wire_close(struct wire *w);

/* A client context offering ALPN http/1.1, with a certificate when paths are given. */
SSL_CTX *wire_context(const char *cert, const char *key);
