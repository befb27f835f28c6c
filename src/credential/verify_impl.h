/* credential/verify_impl.h - what the files of the verifier share. */
#pragma once

#include "credential/did_read.h"
#include "credential/proof.h"
#include "credential/verify.h"

/* A credential whose form has been accepted. */
struct verify_input {
	enum verify_kind kind;
	struct credential_facts facts;
	struct unsecured_document document;
	struct slice did;
	struct slice fragment; /* of the key */
	struct instant created;
	struct slice proof_canonical;                /* embedded */
	struct slice jwt_input;                      /* JWT */
	uint8_t signature[ED25519_SIGNATURE];        /* of either kind */
};

/* Fail with a code of verify.h in *ret_form, and E_REFUSED; or E_NOMEM. */
int verify_read_embedded(struct arena *a, struct slice text, struct verify_input *ret,
                         struct verify_finding *ret_form);
int verify_read_jwt(struct arena *a, struct slice text, struct verify_input *ret,
                    struct verify_finding *ret_form);

/* JSON of bounded size and depth, kept by the arena. Likewise. */
int verify_read_json(struct arena *a, struct slice text, size_t max, json_t **ret,
                     struct verify_finding *ret_form);

/* Set *form to failed, or to not made: it may be something else than a credential of this form.
 * Return E_REFUSED. */
int verify_refuse(struct verify_finding *form, const char *code);
int verify_not_understood(struct verify_finding *form, const char *code);

/* Whether a text says anywhere that an issuer of a registry like this one made it. What has another form is
 * then something altered, and without it something else. */
bool verify_names_issuer(struct slice text);

const char *verify_code_of(enum template_op at);

/* The two status checks, with the issuer's document. 0 or E_NOMEM. */
int verify_status(struct arena *a, const struct verify_conf *conf, const json_t *issuer,
                  const struct verify_input *in, struct verify_result *ret);
struct slice verify_status_url(struct arena *a, const struct credential_facts *f,
                               struct slice purpose);

/* Whether a proof made with this key at this time may be believed. */
static inline bool verify_key_in_force(const struct did_method *m, struct instant created)
{
	return m->revoked ? created.us < m->revoked_at.us : m->asserts;
}
