/* verifying/signed_text.h - a credential in either form, read for what was signed and nothing else: no key is asked
 * for, and whether its signature is one is not looked at. */
#pragma once

#include "credential/verify.h"
#include "web/request.h"

/* *ret lives in scratch (VERIFY_ARENA); its signed_hash is the signer's. 0, E_SYNTAX: it is none that we sign, or
 * E_NOMEM. */
MUSTUSE int signed_text_read(struct request *rq, struct arena *scratch, struct slice text, struct verify_result *ret);
