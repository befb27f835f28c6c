/* daemon/admin_token.h - the first administrators: nobody could let them in over the API. They are two, because what
 * matters most takes two people. */
#pragma once

#include "base/attr.h"
#include "crypt/token.h"

enum { ADMIN_TOKEN_WHY = 256, ADMIN_TOKEN_PEOPLE = 2 };

/* Lets two named administrators in, each with a token that is valid for a year, directly in the database; blocks. Only
 * while fewer than two named administrators hold a credential that lives. conninfo must be able to act as
 * talent_owner. Returns 0 and the tokens, or a failure with a sentence in why. */
MUSTUSE int admin_token_make(const char *conninfo, const char *const names[static ADMIN_TOKEN_PEOPLE],
                             char tokens[static ADMIN_TOKEN_PEOPLE][TOKEN_TEXT], char why[static ADMIN_TOKEN_WHY]);
