/* issuing/issue.h - from a pass to signed certificates, and from a certificate to its new version; shared
 * by whatever issues:
 *
 *     issue_begin         who issues what, fresh identities and codes
 *     issue_numbers       numbers and status positions, reserving a block when the worker has none left
 *     issue_sign          documents built, sent to the signer, proofs attached
 *     issue_certificates  what the write function is given
 *
 * Nothing here touches the database's truth: numbers may be lost (gaps), and signatures that are
 * not stored are never released. */
#pragma once

#include "issuing/unsettled.h"
#include "credential/credential.h"
#include "credential/proof.h"
#include "domain/kind.h"
#include "sql/types/new_certificate.h"
#include "store/exam.h"
#include "store/refill.h"
#include "web/helper.h"

enum { ISSUE_CERTIFICATES = 2 };

/* What a route that issues may answer besides (web/declared.h). */
#define ISSUE_PROBLEMS P_ISSUER_NOT_READY, P_NUMBERS_USED_UP, P_HISTORY_HELD, SIGNER_PROBLEMS

/* What is to be issued: the facts of one certificate. */
struct issue_order {
	enum certificate_kind kind;
	const struct exam_issuer *issuer;
	struct slice holder, title, level;
	struct slice occupation, edition, work_type, narrative;
	struct slice code; /* the issuer's own, which it says instead of these; or none */
	struct slice number;       /* supplied, or SLICE_NONE: minted */
	struct uuid series;        /* where it is minted: the site's or the company's; nil: nowhere */
	struct number_place place;
	struct opt_day expires_on;
	struct instant valid_from; /* earlier than it is signed; 0: then */
	/* A new version of a certificate that is there: it says what this one said, under that number; only holder,
	 * identity, status position and proof are new. NULL: a new certificate. */
	const struct credential_facts *as;
	struct uuid certificate; /* that one */
};

/* One certificate in the making. */
struct issue_item {
	struct issue_order order;
	struct uuid certificate, version, subject;
	uint8_t code[16];
	struct slice number;
	uint32_t list, index;
	bool placed; /* list and index are set */
	struct unsecured_document document;
	struct proof_options options;
	struct slice proof, json; /* canonical options; the signed document */
};

/* A series whose block was used up. */
struct issue_lack {
	struct refill_wait wait;
	struct issue *issue;
};

struct issue {
	struct instant issued_at;
	int n;
	struct issue_item item[ISSUE_CERTIFICATES];
	step_fn *next;
	step_fn *used_up; /* when a series has no number left; NULL: 409 numbers_used_up */
	struct request *rq;
	struct issue_lack lack[2 * ISSUE_CERTIFICATES]; /* number and position of each, at most */
	int n_lacking, n_woken, failure;
	struct sign_job jobs[ISSUE_CERTIFICATES];
	struct unsettled unsettled; /* the signatures, until the write function has answered */
};

/* What the orders point to must live as long as the issue, which is zeroed at first and may begin anew when
 * nothing is unsettled. False: an issuer has no key yet (P_ISSUER_NOT_READY). */
bool issue_begin(struct issue *is, const struct issue_order *orders, int n, struct instant at);

/* The orders of a pass, the skill grade's first. supplied: the number the client brought for that, or
 * SLICE_NONE. Returns how many. The exam and the name must live as long as they. */
int issue_orders_of_exam(const struct exam *exam, struct slice holder, struct slice supplied,
                         struct issue_order out[static ISSUE_CERTIFICATES]);

/* The order of a new version, from what was signed last (certificate_facts), which must live as long as it; whoever
 * asks has found that good (verifying/stored_signature.h). holder: another name than that one's, or SLICE_NONE. */
struct issue_order issue_order_of_version(const struct credential_facts *as, struct uuid certificate,
                                          const struct exam_issuer *issuer, struct slice holder);

/* Each goes on with next when it is done. */
MUSTUSE struct step issue_numbers(struct request *rq, struct issue *is, step_fn *next);
MUSTUSE struct step issue_sign(struct request *rq, struct issue *is, step_fn *next);

/* Returns how many; none of NULL. Texts are not copied. */
size_t issue_certificates(const struct issue *is, struct new_certificate out[static ISSUE_CERTIFICATES]);

/* What a refill that failed is to the client (store/refill.h). */
enum problem_id issue_problem_of_refill(int failure);
