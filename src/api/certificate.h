/* api/certificate.h - whose a certificate is. */
#pragma once

#include <libpq-fe.h>

#include "web/request.h"

/* Whether the caller may touch the certificate of the first row (body, company, district). Whether
 * one exists is private: without a row the answer is no too, and the reply is the same 404. */
bool certificate_may_touch(struct request *rq, const PGresult *res);
