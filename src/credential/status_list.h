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
	STATUS_LIST_SIZE_MAX = 1048576, /* that we build or read */
	STATUS_LIST_BYTES_MAX = STATUS_LIST_SIZE_MAX / 8,
};

/* Index 0 is the most significant bit of byte 0. */
static inline void status_bit_set(uint8_t *bits, uint32_t index)
{
	bits[index / 8] |= (uint8_t)(0x80 >> index % 8);
}

static inline bool status_bit(const uint8_t *bits, uint32_t index)
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
	const uint8_t *bits; /* n_bytes */
	size_t n_bytes;      /* 0 means STATUS_LIST_BYTES; at most STATUS_LIST_BYTES_MAX */
	struct slice encoded; /* the bits as encodedList has them, instead; empty: they are encoded */
};

/* Bits as encodedList has them, in the arena. E_NOMEM; E_LIBRARY: zlib. */
MUSTUSE int status_list_encode(struct arena *a, struct slice bits, struct slice *ret);

/* The list's credential without proof, in the arena (about 100 KiB at worst
 * for the usual size); sign it with
 * proof_options.created = *ret_created. E_SYNTAX, E_NOMEM as credential_build; E_LIBRARY: zlib. */
MUSTUSE int status_list_build(struct arena *a, const struct status_list_facts *f,
                              struct unsecured_document *ret, struct instant *ret_created);

/* A list as it says of itself. Texts lie in the JSON or the arena. */
struct status_list {
	struct slice public_url, issuer_slug, did;
	struct slice url, purpose, encoded;
	struct instant valid_from, valid_until;
	struct unsecured_document document; /* built anew from what was read */
};

/* Reads a list credential without its proof, as strictly as credential_read. */
MUSTUSE int status_list_parse(struct arena *a, const json_t *json, struct status_list *ret,
                              enum template_op *ret_at);

/* Unpacks encodedList into the arena. E_SYNTAX: not multibase base64url of one gzip member;
 * E_LIMIT: fewer bytes than STATUS_LIST_BYTES or more than STATUS_LIST_BYTES_MAX (no more than
 * that is ever unpacked); E_NOMEM. */
MUSTUSE int status_list_unpack(struct arena *a, struct slice encoded, const uint8_t **ret_bits,
                               size_t *ret_n);
