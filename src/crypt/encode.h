/* crypt/encode.h - bytes as text: base64 (RFC 4648), base58btc (multibase z), hexadecimal, and
 * Crockford's base32 for verification codes. Encoders append to a buf and fail stickily with it;
 * decoders are strict (canonical padding bits, no white space) except for the one that reads what
 * people type. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

void base64_add(struct buf *b, struct slice data);    /* section 4, padded */
void base64url_add(struct buf *b, struct slice data); /* section 5, no padding */

/* E_SYNTAX; the buffer keeps what it had before. E_NOMEM / E_LIMIT through the buffer: E_LIMIT. */
MUSTUSE int base64_decode(struct slice text, struct buf *out);
MUSTUSE int base64url_decode(struct slice text, struct buf *out);

/* Bitcoin's alphabet, big-endian number, leading zero bytes as '1'. At most BASE58_MAX bytes of
 * data (asserted); *ret_n <= size bytes come back. E_SYNTAX: foreign character; E_LIMIT: longer
 * than size. */
enum { BASE58_MAX = 128 };
void base58_add(struct buf *b, struct slice data);
MUSTUSE int base58_decode(struct slice text, uint8_t *out, size_t size, size_t *ret_n);

/* Lower case; decoding takes either case and exactly 2 n characters. */
void hex_add(struct buf *b, struct slice data);
void hex_format(struct slice data, char *out); /* 2 n characters and NUL */
bool hex_decode(struct slice text, uint8_t *out, size_t n);

/* Verification codes: 16 bytes as 26 characters of 0-9 A-Z without I L O U. Of the 130 bits the
 * first two are zero, so the first character is 0-7. */
enum { CODE_BYTES = 16, CODE_TEXT = 27 };
void code_format(const uint8_t code[static CODE_BYTES], char out[static CODE_TEXT]);

/* The same for views (text/view.h). */
static inline void code_text(const void *code, char *text)
{
	code_format(code, text);
}

/* Reads what people type: any case, I and L as 1, O as 0, full-width forms; spaces, hyphens and
 * dashes of any kind are dropped. False when that is not a code. */
bool code_parse(struct slice typed, uint8_t out[static CODE_BYTES]);

/* References of verification records: 10 bytes as "V-9K3T-5Q2M-7XZA-1BCD". Reading is as forgiving. */
enum { REFERENCE_BYTES = 10, REFERENCE_TEXT = 22 };
void reference_format(const uint8_t reference[static REFERENCE_BYTES], char out[static REFERENCE_TEXT]);
bool reference_parse(struct slice typed, uint8_t out[static REFERENCE_BYTES]);
