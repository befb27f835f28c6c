/* ctl/confirm.h - whether the person at the terminal means this certificate, or this result. */
#pragma once

#include "ctl/verb.h"

/* --yes, for verbs that ask. */
#define CONFIRM_OPTION {"yes", NULL, "do not ask, also at a terminal", "在终端上也不再询问"}

/* At a terminal: shows whose it is (the name masked) and what, and asks the question. Elsewhere, with --yes and
 * with --json nothing is asked. CTL_OK: go on; CTL_NEGATIVE: the answer was no; else as api_call. */
int confirm_certificate(const struct ctl *ctl, const char *number, const char *question);
int confirm_result(const struct ctl *ctl, const char *id, const char *question);
