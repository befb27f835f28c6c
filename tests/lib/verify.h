/* tests/lib/verify.h - a certificate is issued, and asked for. */
#pragma once

#include "daemon.h"

struct issued {
	char number[40], code[32], company_code[32], company_number[40];
};

/* A pass of a dual exam of shili and xingbo. */
struct issued verify_issue(struct daemon *d, const char *name, unsigned person);

/* key: "code" or "number"; name NULL: none. from NULL: the usual address. */
const struct answer *verify_from(struct daemon *d, const char *from, const char *key, const char *value,
                                 const char *name);
const struct answer *verify_for(struct daemon *d, const char *key, const char *value, const char *name);

/* A 200 with this result, and when that was. */
void verify_expect(const struct answer *a, const char *result);

/* What an administrator does to a certificate, because of fraud: 200. */
const struct answer *verify_change(struct daemon *d, const char *method, const char *number, const char *what);
