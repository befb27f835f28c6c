/* credential/status_list.h - Bitstring Status List 1.0 credentials.
 *
 * A list is built from committed state on demand. Everything in it follows from that state and
 * the UTC day, so every host builds and signs the same bytes: validFrom is the list's last
 * change, validUntil the midnight that ends tomorrow. */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "credential/template.h"

enum {
	STATUS_LIST_SIZE = 131072, /* entries: the least the standard allows (section 6.1) */
	STATUS_LIST_BYTES = STATUS_LIST_SIZE / 8,
};

/* Index 0 is the most significant bit of byte 0. */
static inline void status_bit_set(uint8_t bits[static STATUS_LIST_BYTES], uint32_t index)
{
	bits[index / 8] |= (uint8_t)(0x80 >> index % 8);
}

static inline bool status_bit(const uint8_t bits[static STATUS_LIST_BYTES], uint32_t index)
{
	return bits[index / 8] & 0x80 >> index % 8;
}

struct status_list_facts {
	struct slice public_url, issuer_slug;
	struct slice purpose; /* "revocation", "suspension" */
	uint32_t list;        /* number in the issuer's lists of this purpose, from 1 */
	struct instant changed;
	struct instant now;  /* the database's; only its day matters */
	struct duration ttl; /* how long copies may be kept; whole milliseconds */
	const uint8_t *bits; /* STATUS_LIST_BYTES */
};

/* The list's credential without proof, in the arena (about 100 KiB at worst); sign it with
 * proof_options.created = *ret_created. E_SYNTAX, E_NOMEM as credential_build; E_LIBRARY: zlib. */
MUSTUSE int status_list_build(struct arena *a, const struct status_list_facts *f,
                              struct document *ret, struct instant *ret_created);
