/* credential/did.h - issuers as did:web identifiers and their DID documents.
 *
 * did:web:host%3Aport:issuers:slug stands for https://host:port/issuers/slug/did.json. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* "did:web:…:issuers:slug" in the arena. public_url: "https://host", optionally ":port" and a
 * path, no slash at the end. E_SYNTAX: not that form; E_NOMEM: arena full. */
MUSTUSE int did_web(struct arena *a, struct slice public_url, struct slice slug,
                    struct slice *ret);

/* Whether the host of a public address is an IP address, which did:web forbids (section 2.1):
 * other people's software may refuse such issuers. */
bool did_host_is_address(struct slice public_url);

enum did_key_state {
	DID_KEY_ACTIVE,
	DID_KEY_RETIRED, /* signs no more, what it signed stays good */
	DID_KEY_REVOKED, /* compromised: still listed, but no longer for assertions */
};

struct did_key {
	struct slice id; /* multibase (crypt/multikey.h) */
	enum did_key_state state;
};

/* The document as JSON in the arena; keys newest first. E_SYNTAX: an id that is no Ed25519
 * Multikey, or as did_web; E_NOMEM. */
MUSTUSE int did_document(struct arena *a, struct slice public_url, struct slice slug,
                         const struct did_key *keys, size_t n, struct slice *ret);
