/* ctl/verdict.h - telling codes from numbers, and answers from exit codes. Pure. */
#pragma once

#include "base/buf.h"

/* What was pasted after `talentctl verify`: a link ends in its code. Appends the code or number
 * without the link in front; true when it is a verification code (26 characters of Crockford's
 * base 32 once spaces and hyphens are dropped), false when it is a certificate number. */
bool verdict_subject(struct slice typed, struct buf *out);

/* The exit code of a verification's result: valid 0, unknown 5, everything else 1. */
int verdict_exit(const char *result);
