/* tls/tickets.h - the keys that session tickets are sealed with (RFC 5077 section 4).
 *
 * The supervisor makes them, rotates them and hands them to every worker, so that a session begun
 * on one worker resumes on another. Sealing uses current; opening also knows previous. */
#pragma once

#include <openssl/ssl.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct tls_ticket_key {
	uint8_t name[16];
	uint8_t aes[32]; /* AES-256-CBC */
	uint8_t mac[32]; /* HMAC-SHA-256 */
};

/* Plain bytes: may be sent over a pipe or stand in shared memory as it is. All zero = no keys. */
struct tls_tickets {
	struct tls_ticket_key current, previous;
	bool has_current, has_previous;
};

/* previous = current, current = a new random key. Returns 0 or E_LIBRARY (unchanged). */
MUSTUSE int tls_tickets_rotate(struct tls_tickets *t);

/* Makes ctx seal and open tickets with *t, which must outlive it; takes the app data of ctx.
 * Returns 0 or E_LIBRARY. */
MUSTUSE int tls_tickets_install(SSL_CTX *ctx, const struct tls_tickets *t);
