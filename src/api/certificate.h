/* api/certificate.h - whose a certificate is. */
#pragma once

#include "credential/document.h"
#include "sql/rows/belongings.h"
#include "web/request.h"

/* Whether the caller may touch it. If not, the reply is the same 404 as when there is none: whether
 * one exists is private. */
bool certificate_may_touch(struct request *rq, const struct belongings_row *whose);

/* The facts of a stored document, and the same document without its proof. Everything lives in the
 * request's arena. E_SYNTAX: not one that we sign; E_NOMEM. */
MUSTUSE int certificate_facts(struct request *rq, struct slice document,
                              struct credential_facts *ret, struct document *ret_bare);
