/* crypt/aead.h - AES-256-GCM (NIST SP 800-38D): sealed boxes of nonce ‖ ciphertext ‖ tag.
 *
 * The nonce is drawn at random for every box. Up to 2^32 boxes under one key keep the chance of
 * a repeated nonce below 2^-32 (SP 800-38D section 8.3); keys are rotated long before. The
 * associated data (aad) is not stored: give the same when opening, so that a box moved to
 * another row, column or issuer does not open. */
#pragma once

#include "base/slice.h"
#include "crypt/crypt.h"

enum {
	AEAD_KEY = 32,
	AEAD_NONCE = 12,
	AEAD_TAG = 16,
	AEAD_OVERHEAD = AEAD_NONCE + AEAD_TAG,
};

/* Writes plain.n + AEAD_OVERHEAD bytes to out (no overlap with plain). Aborts when OpenSSL is
 * out of memory. plain and aad together are at most 2^30 bytes. */
void aes256gcm_seal(struct crypt *c, const uint8_t key[static AEAD_KEY], struct slice plain,
                    struct slice aad, uint8_t *out);

/* Writes box.n - AEAD_OVERHEAD bytes to out. E_SYNTAX: shorter than the overhead; E_REFUSED: not
 * sealed under this key and aad (out is wiped then). */
MUSTUSE int aes256gcm_open(struct crypt *c, const uint8_t key[static AEAD_KEY], struct slice box,
                           struct slice aad, uint8_t *out);

/* With a nonce of the caller's, who vouches that it never repeats under this key. */
void aes256gcm_seal_nonce(struct crypt *c, const uint8_t key[static AEAD_KEY],
                          const uint8_t nonce[static AEAD_NONCE], struct slice plain,
                          struct slice aad, uint8_t *out);
