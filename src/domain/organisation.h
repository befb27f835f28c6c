/* domain/organisation.h - who applies: the unified social credit code, and the short name that addresses and
 * certificate numbers carry. Pure. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"
#include "domain/number.h"

enum { CREDIT_CODE = 18, ORGANISATION_NAME_MAX = 100, EVIDENCE_MAX = 20 };

/* A unified social credit code (GB 32100-2015): NULL when it is one, otherwise credit_code_length,
 * credit_code_character (*ret_place: which one, from 1) or credit_code_check (the 18th character does not fit the
 * others). The organisation code inside it has a check character of its own, which older codes break: it is not
 * looked at. */
MUSTUSE const char *credit_code_check(struct slice code, size_t *ret_place);

/* The short name offered for an English name: its letters and digits in lower case, words joined by hyphens,
 * as many words as fit into SLUG_MAX - 3 (room for "-NN"). False: nothing is left of it, or it begins with a
 * digit. */
MUSTUSE bool slug_offer(struct slice name_en, char out[static SLUG_MAX + 1]);
