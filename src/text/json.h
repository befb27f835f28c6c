/* text/json.h - strict JSON reading (RFC 8259) over jansson.
 *
 * Beyond the grammar: UTF-8 must be valid, a key may stand once per object, strings may not hold
 * U+0000, numbers have at most 15 significant digits and exponents up to 300 (RFC 8259 section 9 lets a
 * reader limit them; up to 15 a decimal survives the way through a double exactly), nothing follows the value, and
 * nesting is bounded. */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

enum { JSON_DIGITS_MAX = 15 };

struct json_error_at {
	size_t offset;      /* bytes before the error */
	size_t line;        /* from 1 */
	size_t column;      /* characters, from 1 */
	const char *reason; /* json_syntax utf8 duplicate_key depth number nul empty; static */
};

/* Reads one value of any type. max_depth counts nested arrays and objects: 1 allows {} but not
 * {"a":{}}. The caller owns *ret (json_decref). Returns 0, E_SYNTAX with *err filled, or E_NOMEM;
 * outputs are untouched otherwise. */
MUSTUSE int json_read(struct slice in, size_t max_depth, json_t **ret, struct json_error_at *err);

/* Without the white space of RFC 8259 at both ends. */
struct slice json_trim(struct slice text);

/* A number's text without what says nothing: 78.50 is 78.5, 60.0 is 60. One with an exponent stays. */
struct slice json_decimal_trim(struct slice number);

/* Appends the text with every number trimmed so, and without an exponent where that takes few digits (7.85e1 is 78.5): two
 * texts that spell numbers otherwise become one. Never longer than json_trimmed_max; the text need not be JSON. */
void json_trim_numbers(struct slice in, struct buf *out);
size_t json_trimmed_max(struct slice in);

/* Appends the text with a stand-in for every number that json_read refuses as "number": as whole as it
 * was, about as large, with more than two decimals when it was not whole. Only for finding out what to say
 * about its place; what is read with a stand-in in it must go nowhere. */
void json_stand_in(struct slice in, struct buf *out);

/* Gives the reference to the arena, which drops it at reset or free. Returns 0 or E_NOMEM (then
 * the reference has been dropped already). */
MUSTUSE int json_keep(struct arena *a, json_t *json);

/* The text of a string value; SLICE_NONE for anything else. Valid as long as the value. */
struct slice json_text(const json_t *json);
