/* credential/did.h - issuers, and the registry, as did:web identifiers and their DID documents.
 *
 * did:web:host%3Aport:issuers:slug stands for https://host:port/issuers/slug/did.json. */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/slice.h"
#include "crypt/crypt.h"

/* "did:web:…:issuers:slug" in the arena; for the registry itself (domain/registry.h) the address alone, which
 * stands for /.well-known/did.json, or /path/did.json when there is a path. public_url: "https://host", optionally ":port" and a
 * path, no slash at the end. E_SYNTAX: not that form; E_NOMEM: arena full. */
MUSTUSE int did_web(struct arena *a, struct slice public_url, struct slice slug,
                    struct slice *ret);

/* The reverse: address and slug of an identifier that did_web makes. E_SYNTAX: not such a one;
 * E_NOMEM. */
MUSTUSE int did_parse(struct arena *a, struct slice did, struct slice *ret_public_url,
                      struct slice *ret_slug);

/* Whether the host of a public address is an IP address, which did:web forbids (section 2.1):
 * other people's software may refuse such issuers. */
bool did_host_is_address(struct slice public_url);

enum did_key_state {
	DID_KEY_ACTIVE,  /* signs, or is going to */
	DID_KEY_RETIRED, /* signs no more, what it signed stays good */
	DID_KEY_REVOKED, /* compromised: still listed, but no longer for assertions */
};

struct did_key {
	struct slice id; /* multibase (crypt/multikey.h, crypt/p256.h) */
	enum did_key_state state;
	struct instant revoked; /* since when a revoked key is not to be trusted */
};

/* The document as JSON in the arena; keys newest first. All are listed as Multikey, named
 * by their multibase text, P-256 keys as JsonWebKey too, named by their thumbprint. A revoked key
 * carries the property "revoked" with its date (Controlled Identifiers 1.0, section 2.2) and is no
 * assertion method: other people's verifiers refuse everything it signed, ours
 * (credential/verify.h) what it signed from that date on. E_SYNTAX: an id that is neither, or as
 * did_web; E_NOMEM. */
MUSTUSE int did_document(struct arena *a, struct crypt *c, struct slice public_url,
                         struct slice slug, const struct did_key *keys, size_t n,
                         struct slice *ret);
