/* crypt/secret.h - handling of bytes that must not leak. */
#pragma once

#include <sys/types.h>

#include "base/attr.h"
#include "base/slice.h"

/* Overwrites in a way the compiler keeps. p may be NULL when n is 0. */
void secret_wipe(void *p, size_t n);

/* Whether two byte strings are equal, in time that depends on the lengths only. */
bool secret_equal(struct slice a, struct slice b);

/* Key files: exactly SECRET_KEY raw bytes in a regular file of mode 0600 or narrower, owned by
 * the user of the process or by root. A wider mode is refused, because somebody else may have
 * read the key already.
 * E_ABSENT: no such file. E_REFUSED: mode, owner or kind. E_SYNTAX: size. E_SYSTEM: errno. */
enum { SECRET_KEY = 32 };
MUSTUSE int secret_key_read(const char *path, uint8_t out[static SECRET_KEY]);

/* The same for root, who reads on behalf of another user: the file belongs to him or to root. */
MUSTUSE int secret_key_read_of(const char *path, uid_t owner, uint8_t out[static SECRET_KEY]);

/* Creates the file with fresh random bytes, mode 0600, synced to disk together with its folder.
 * Never overwrites: E_REFUSED when it exists. E_SYSTEM: errno. */
MUSTUSE int secret_key_create(const char *path);
