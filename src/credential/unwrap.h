/* credential/unwrap.h - the credentials inside what editors, browsers and wallets put around them: a byte
 * order mark, UTF-16, quotation marks, a list, a presentation (as JSON or as JWT), an envelope
 * (Verifiable Credentials 2.0, sections 4.12 and 4.13).
 *
 * Nothing is believed here. The proof of a wrapping says who handed the credential over, not whether it is
 * genuine, and is not looked at; what comes out is judged by credential/verify.h as if it had come
 * alone. */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/slice.h"
#include "credential/verify.h"

enum {
	UNWRAP_MAX = 16,                           /* credentials in one wrapping */
	UNWRAP_LEVELS = 6,                         /* wrappings around each other */
	UNWRAP_DEPTH_MAX = VERIFY_DEPTH_MAX + 5,   /* nested arrays and objects, wrapping and credential */
};

/* The texts of what may be credentials, in order; n == 0: the wrapping is empty. What is no wrapping that is
 * known here comes out as it is. */
struct unwrapped {
	struct slice text[UNWRAP_MAX];
	size_t n;
};

/* Texts lie in the input or live as long as the arena. 0; E_LIMIT: more than UNWRAP_MAX; E_NOMEM. */
MUSTUSE int unwrap(struct arena *a, struct slice input, struct unwrapped *ret);

/* The same of a value that has been read already; a string is what unwrap takes. */
MUSTUSE int unwrap_json(struct arena *a, const json_t *value, struct unwrapped *ret);
