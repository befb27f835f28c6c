/* domain/organisation_code.h - the unified social credit code of organisations, GB 32100-2015. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

/* NULL, or credit_code_length, credit_code_characters, credit_code_check_digit. Capitals only. The
 * organisation code inside (characters 9-17) has a check character of its own that the registrars
 * do not enforce, so neither do we. */
MUSTUSE const char *organisation_code_check(struct slice code);
