/* ctl/offline.h - `talentctl verify --offline`: a file, a bundle, no network. */
#pragma once

#include "ctl/verb.h"

/* Verifies and prints; returns CTL_OK (valid), CTL_NEGATIVE (not valid), CTL_UNKNOWN or CTL_USAGE.
 * Of several credentials in one PDF the worst counts. */
int offline_run(struct ctl *ctl);

/* What a code of credential/verify.h, or one of our own, means; the code itself when there are no
 * words for it. */
const char *offline_words(enum lang lang, const char *code);
