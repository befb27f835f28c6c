/* crypt/crypt.h - the cryptographic algorithms of one process, fetched from OpenSSL once.
 *
 * OpenSSL 3 looks an algorithm up by name under a lock each time it is not given a fetched
 * object; at a few microseconds a call that would be a large part of hashing a short text. One
 * struct crypt is made at the start of a process (again after fork) and handed to whoever needs
 * it. It holds scratch contexts, so it is not for use by two threads. */
#pragma once

#include "base/attr.h"

struct crypt; /* opaque */

/* NULL when OpenSSL lacks an algorithm or memory is out. */
struct crypt *crypt_new(void);
void crypt_free(struct crypt *c);
