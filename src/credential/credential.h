/* credential/credential.h - the certificate as an Open Badges 3.0 credential, without its proof.
 *
 * Open Badges 3.0 with context 3.0.3, W3C Verifiable Credentials 2.0, status by Bitstring Status
 * List 1.0. The holder's full name stands in it, because an offline employer needs it; an ID
 * number never does. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "credential/template.h"
#include "domain/kind.h"

/* Everything a credential says. Texts are UTF-8 without control characters; the caller keeps
 * them until the call returns. Codes and slugs are parts of addresses: letters, digits, - . _ */
struct credential_facts {
	enum certificate_kind kind;
	struct uuid id;      /* of this version of the certificate */
	struct uuid subject; /* stands for the holder in this credential only */
	struct slice title;  /* "互联网营销师 直播销售员 四级/中级工" */
	struct slice number;
	struct slice holder;
	struct slice issuer_slug, issuer_name;
	struct slice occupation, edition; /* "4-01-06-02", "2022" */
	struct slice work_type;           /* slug; empty: the occupation has none */
	struct slice level;               /* code; empty: no level */
	/* The issuer's own, "XINGBO-001": of a kind whose achievements are the issuer's (domain/kind.h) it is
	 * said instead of the four above, which are then left out. Empty: such a credential is as they were
	 * signed at first, with the national ones. */
	struct slice code;
	struct slice narrative;           /* what had to be achieved */
	struct instant valid_from;
	bool expires;
	struct instant valid_until; /* when it expires */
	struct slice public_url;    /* "https://localhost:8443", without a slash at the end */
	uint32_t list, index;       /* in the issuer's revocation lists, from 1 and from 0 */
};

/* Builds JSON and canonical form in the arena. E_SYNTAX: a text, code or address that cannot
 * stand in a credential; E_NOMEM: arena full (it takes about 16 KiB). */
MUSTUSE int credential_build(struct arena *a, const struct credential_facts *facts,
                             struct unsecured_document *ret);

/* The reverse: the facts of a credential without its proof, and the document built anew from
 * them. Strict: every member must stand where credential_build puts it (in any order), nothing
 * else may stand there, and the facts must give the same document again; so what was signed is
 * what *ret says, whatever the JSON looked like. Texts lie in json or the arena.
 * E_SYNTAX with *ret_at: T_CONTEXT or T_TYPE when that is what differs, else any other; E_NOMEM. */
MUSTUSE int credential_read(struct arena *a, const json_t *json, struct credential_facts *ret,
                            struct unsecured_document *ret_document, enum template_op *ret_at);

/* "https://…/issuers/slug/status/purpose/n", "/issuers/…" from the registry's own address.
 * SLICE_NONE when the arena is full. */
struct slice status_list_url(struct arena *a, struct slice public_url, struct slice slug,
                             struct slice purpose, uint32_t list);
