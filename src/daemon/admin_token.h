/* daemon/admin_token.h - the first administrator: nobody could make that token over the API. */
#pragma once

#include "base/attr.h"
#include "crypt/token.h"

enum { ADMIN_TOKEN_WHY = 256 };

/* Makes an administrator token, valid for a year, directly in the database; blocks. conninfo must
 * be able to act as talent_owner. Returns 0 and the token, or a failure with a sentence in why. */
MUSTUSE int admin_token_make(const char *conninfo, char token[static TOKEN_TEXT],
                             char why[static ADMIN_TOKEN_WHY]);
