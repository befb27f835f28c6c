/* api/certificate.h - whose a certificate is. */
#pragma once

#include "credential/credential.h"
#include "sql/rows/belongings.h"
#include "web/request.h"

/* Whose a certificate is, from the columns that its reads have for it. 0. */
int certificate_whose(const struct belongings_row *row, struct belongings *ret);

/* The facts of a stored document, and the same document without its proof. Everything lives in the
 * request's arena. E_SYNTAX: not one that we sign; E_NOMEM. */
MUSTUSE int certificate_facts(struct request *rq, struct slice document,
                              struct credential_facts *ret, struct unsecured_document *ret_bare);
