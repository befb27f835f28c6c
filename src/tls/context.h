/* tls/context.h - what a listener speaks TLS with: certificate, key, rules; replaceable while
 * serving.
 *
 * Two kinds never share anything a session could cross over on: the public listener resumes by
 * tickets under keys the processes share; the client-certificate listener never resumes, so every
 * connection on it proves its key. */
#pragma once

#include <openssl/ssl.h>

#include "base/attr.h"
#include "base/slice.h"
#include "tls/tickets.h"

enum tls_kind { TLS_PUBLIC, TLS_CLIENT };

/* What was read from a file; the path is for messages. Nothing here opens files: whoever may read
 * them does, once, and hands on what he read. */
struct tls_pem {
	const char *path;
	struct slice text;
};

struct tls_pems {
	enum tls_kind kind;
	struct tls_pem certificate; /* chain, leaf first */
	struct tls_pem key;         /* not encrypted */
	struct tls_pem client_ca;   /* TLS_CLIENT only */
};

enum { TLS_ERROR_TEXT = 256 };

struct tls_context; /* opaque */

/* Checks everything and keeps nothing of pems. tickets (may be NULL: none) must outlive the context; its keys may
 * change at any time. On failure *ret is untouched and error says what is wrong with which file.
 * Returns 0, E_NOMEM or E_LIBRARY. */
MUSTUSE int tls_context_new(const struct tls_pems *pems, const struct tls_tickets *tickets,
                            struct tls_context **ret, char error[static TLS_ERROR_TEXT]);

/* Takes new ones (the kind must be the same); connections made before keep what they have.
 * On failure the old one goes on serving. Returns as tls_context_new. */
MUSTUSE int tls_context_reload(struct tls_context *c, const struct tls_pems *pems,
                               char error[static TLS_ERROR_TEXT]);

void tls_context_free(struct tls_context *c);

/* A server connection on fd in handshake state, or NULL when out of memory. The caller frees it
 * with SSL_free, which leaves fd open. */
SSL *tls_accept(struct tls_context *c, int fd);

/* The leaf the peer proved: SHA-256 of its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
 * False without a client certificate. */
bool tls_peer_spki(const SSL *ssl, uint8_t ret[static 32]);
