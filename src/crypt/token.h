/* crypt/token.h - API tokens: tal_<role>_<30 base62 characters><6 checksum characters>.
 *
 * The prefix lets a leaked token be recognised by scanners, the checksum (CRC-32 of everything
 * before it, base62, left-padded with 0) lets a mistyped or invented one be refused before the
 * database is asked. The 30 characters carry 178 random bits. Only the hash is ever stored. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "crypt/crypt.h"
#include "crypt/digest.h"

enum {
	TOKEN_ROLE_MAX = 20,
	TOKEN_RANDOM = 30,
	TOKEN_CHECKSUM = 6,
	TOKEN_TEXT = 4 + TOKEN_ROLE_MAX + 1 + TOKEN_RANDOM + TOKEN_CHECKSUM + 1,
};

/* Writes a fresh token and NUL. role: 1-20 letters a-z (asserted). */
void token_make(struct slice role, char out[static TOKEN_TEXT]);

/* Whether the text has the form and checksum of a token. Sets *ret_role (may be NULL) to the
 * part of text that names the role; only the database decides what a token may do. */
bool token_check(struct slice text, struct slice *ret_role);

/* SHA-256 of the whole text. */
void token_hash(struct crypt *c, struct slice text, uint8_t out[static SHA256_SIZE]);
