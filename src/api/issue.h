/* api/issue.h - from a pass to signed certificates, shared by submitting and publishing:
 *
 *     issue_begin         who issues what, fresh identities and codes
 *     issue_numbers       numbers and status positions, reserving a block when the worker has none left
 *     issue_sign          documents built, sent to the signer, proofs attached
 *     issue_certificates  what the write function is given
 *
 * Nothing here touches the database's truth: numbers may be lost (gaps), and signatures that are
 * not stored are never released. */
#pragma once

#include "api/unsettled.h"
#include "credential/document.h"
#include "credential/proof.h"
#include "signer/client.h"
#include "sql/types/new_certificate.h"
#include "store/exam.h"
#include "store/refill.h"
#include "web/request.h"

enum { ISSUE_CERTIFICATES = 2 };

/* One certificate in the making. */
struct issue_half {
	enum credential_kind kind;
	const struct exam_issuer *issuer;
	struct uuid certificate, version, subject;
	uint8_t code[16];
	struct slice title, number, level;
	uint32_t list, index;
	bool placed; /* list and index are set */
	bool expires;
	struct day expires_on;
	struct document document;
	struct proof_options options;
	struct slice proof, json; /* canonical options; the signed document */
};

/* A series whose block was used up. */
struct issue_lack {
	struct refill_wait wait;
	struct issue *issue;
};

struct issue {
	const struct exam *exam;
	struct slice holder;
	struct instant issued_at;
	int n; /* 1 or 2; the skill-grade certificate first */
	struct issue_half half[ISSUE_CERTIFICATES];
	step_fn *next;
	step_fn *used_up; /* when a series has no number left; NULL: 409 numbers_used_up */
	struct request *rq;
	struct issue_lack lack[2 * ISSUE_CERTIFICATES]; /* number and position of each half, at most */
	int n_lacking, n_woken, failure;
	struct sign_job jobs[ISSUE_CERTIFICATES];
	struct channel *signer;
	struct channel_call *call;
	struct unsettled unsettled; /* the signatures, until the write function has answered */
};

/* supplied: the skill-grade number the client brought, or SLICE_NONE. The exam and the name must
 * live as long as the issue, which is zeroed at first and may begin anew when nothing is unsettled.
 * False: an issuer of the exam has no key yet (P_ISSUER_NOT_READY). */
bool issue_begin(struct issue *is, const struct exam *exam, struct slice holder,
                 struct slice supplied);

/* Each goes on with next when it is done. */
MUSTUSE struct step issue_numbers(struct request *rq, struct issue *is, step_fn *next);
MUSTUSE struct step issue_sign(struct request *rq, struct issue *is, step_fn *next);

/* Returns how many; none of NULL. Texts are not copied. */
size_t issue_certificates(const struct issue *is, struct new_certificate out[static ISSUE_CERTIFICATES]);

/* What a refill that failed is to the client (store/refill.h). */
enum problem_id issue_problem_of_refill(int failure);
