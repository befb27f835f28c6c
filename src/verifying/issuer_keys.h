/* verifying/issuer_keys.h - an issuer's DID document from the rows of sql/queries/did_document.sql. */
#pragma once

#include <libpq-fe.h>

#include "web/request.h"

/* 0 with the document in the request's arena; E_ABSENT: there are no rows, so there is no such
 * issuer or it has no key yet; otherwise as did_document. */
MUSTUSE int issuer_keys_document(struct request *rq, struct slice slug, const PGresult *res,
                                 struct slice *ret);
