/* api/certificate.h - whose a certificate is. */
#pragma once

#include "issuing/issue.h"
#include "sql/rows/belongings.h"
#include "sql/rows/proof.h"
#include "web/request.h"

/* Whose a certificate is, from the columns that its reads have for it. 0. */
int certificate_whose(const struct belongings_row *row, struct belongings *ret);

/* The facts of a stored document, and the same document without its proof. Everything lives in the
 * request's arena. E_SYNTAX: not one that we sign; E_NOMEM. */
MUSTUSE int certificate_facts(struct request *rq, struct slice document,
                              struct credential_facts *ret, struct unsecured_document *ret_bare);

/* A certificate that is signed anew: as it is stored, and with which key. */
struct renewed {
	struct uuid certificate;         /* nil: the write function knows it by its number */
	struct exam_issuer issuer;       /* id, key_id and wrapped are set; the rest comes from what was signed */
	struct credential_facts said;
};

/* The order of its new version, for this holder (SLICE_NONE: the same), when what is stored is well signed (signature: as
 * verdict_by_code). The struct must live as long as the order. False: *ret_refused is the reply. */
MUSTUSE bool certificate_renew(struct request *rq, const struct proof_row *proof, struct slice signature,
                               struct slice holder, struct renewed *r, struct issue_order *ret,
                               struct step *ret_refused);
