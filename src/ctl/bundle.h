/* ctl/bundle.h - everything that verifying offline takes, in one file: issuers' DID documents and
 * status lists, by address, as the registry signed or served them.
 *
 * {"made_at": "2026-11-22T03:04:05Z", "documents": {"https://…/did.json": "text", …}}, and where
 * something could not be had its address in "missing", for people to see. The lists
 * carry their own signatures; the DID documents are trusted because they came over TLS when the
 * bundle was made, so a bundle is as good as whoever hands it over. */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "credential/verify.h"

struct bundle {
	struct arena *arena;
	struct instant made_at;
	json_t *documents; /* address -> text */
	json_t *missing;   /* addresses; not read back */
};

enum { BUNDLE_MAX = 64 * 1024 * 1024, BUNDLE_DEPTH = 2 };

/* Empty, of now. False: out of memory. */
bool bundle_init(struct bundle *b, struct instant made_at);
void bundle_release(struct bundle *b);

/* 0; E_SYNTAX: not a bundle; E_NOMEM. Then there is nothing to release. */
MUSTUSE int bundle_read(struct slice text, struct bundle *ret);

/* Appends the file's text. E_NOMEM. */
MUSTUSE int bundle_write(const struct bundle *b, struct buf *out);

/* 0; E_SYNTAX when the text is no UTF-8; E_NOMEM. */
MUSTUSE int bundle_add(struct bundle *b, struct slice address, struct slice text);

/* Notes that what stands at this address could not be had. E_NOMEM. */
MUSTUSE int bundle_miss(struct bundle *b, struct slice address);

/* For struct verify_conf; arg is the bundle. */
int bundle_issuer(void *arg, struct slice did, struct slice *ret);
int bundle_list(void *arg, struct slice address, struct slice *ret);
