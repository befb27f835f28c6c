/* api/key.h - issuing keys on their way between the signer and the database. */
#pragma once

#include "sql/rows/wrapped_key.h"
#include "web/helper.h"

/* A fresh key as write functions take it; all SLICE_NONE when none was generated (zeros). */
struct key_args {
	struct slice id, public, wrapped;
};
struct key_args key_args(const struct generated_key *key);

/* What keys sign, as the words of issuer_key.signs. */
extern const char *const key_uses[];

/* A stored key as the signer is asked about it; lives as long as the row. */
struct rewrap_job key_job(const struct wrapped_key_row *key);
