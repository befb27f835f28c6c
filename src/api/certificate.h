/* api/certificate.h - whose a certificate is. */
#pragma once

#include <libpq-fe.h>

#include "credential/document.h"
#include "web/request.h"

/* Whether the caller may touch the certificate of the first row (body, company, district). Whether
 * one exists is private: without a row the answer is no too, and the reply is the same 404. */
bool certificate_may_touch(struct request *rq, const PGresult *res);

/* The facts of a stored document, and the same document without its proof. Everything lives in the
 * request's arena. E_SYNTAX: not one that we sign; E_NOMEM. */
MUSTUSE int certificate_facts(struct request *rq, struct slice document,
                              struct credential_facts *ret, struct document *ret_bare);
