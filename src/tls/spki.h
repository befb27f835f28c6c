/* tls/spki.h - who a client certificate is: the SHA-256 of its public key. */
#pragma once

#include "base/slice.h"

/* The SHA-256 of the SubjectPublicKeyInfo (DER) of the first certificate in a PEM text. False when
 * there is none. Names inside the certificate mean nothing to us. */
bool tls_spki_of_pem(struct slice pem, uint8_t out[static 32]);
