/* credential/jwt.h - the credential in the JWT form of Open Badges 3.0 (section 8.2), signed with
 * ES256.
 *
 * Header: alg ES256, kid the address of the bare JWK (credential/jwk.h), typ JWT. Payload: the
 * credential itself, then iss, jti, sub, nbf, and exp when it expires. An ES256 signature differs
 * each time, so a JWT is made once and stored. Steps: jwt_input, the signer signs it
 * (SIGNER_P256, sign_job.document), jwt_attach. */
#pragma once

#include "credential/credential.h"
#include "crypt/p256.h"

/* The bytes to sign. json: the credential without proof, as credential_build or credential_read
 * made it from these facts. public: of the issuer's key. E_SYNTAX as did_web; E_NOMEM: arena
 * full. */
MUSTUSE int jwt_input(struct arena *a, struct crypt *c, const struct credential_facts *facts,
                      struct slice json, const uint8_t public[static P256_PUBLIC],
                      struct slice *ret);

/* The whole JWT in compact form. E_NOMEM. */
MUSTUSE int jwt_attach(struct arena *a, struct slice input,
                       const uint8_t signature[static P256_SIGNATURE], struct slice *ret);
