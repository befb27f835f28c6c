/* verifying/verify.h - one verification: from a code or number and a name to a verdict. Shared by the
 * JSON routes and the page. Or from a credential, see presented.h.
 *
 *   ── status read ─┬─ row at hand in the cache ──► verdict    (nothing but the shared read)
 *                   └─ row read from the primary ──► verdict
 *
 * Either way the row is of the server, on the timeline, that the status read has answered from. */
#pragma once

#include <jansson.h>

#include "crypt/encode.h"
#include "verifying/guess.h"
#include "store/verdict.h"
#include "text/fold.h"
#include "web/request.h"

struct presented;

struct verify {
	bool by_code;
	bool name_differs; /* the code is somebody's, and only the name is not theirs: who has the code may know */
	bool incomplete; /* what was typed holds no whole code or number (domain/lookup.h): nobody's */
	uint8_t code[VERDICT_CODE];
	struct slice typed;  /* code or number as it came */
	struct slice number; /* folded */
	struct slice number_plain; /* without dashes: what wrong names are counted by */
	struct slice name;   /* as typed; p == NULL: not given */
	struct presented *presented; /* the credential presented instead of either, or NULL */
	struct uuid version; /* what a record was of instead of all these; else nil */
	step_fn *next;
	struct guess_refusal refusal; /* with a policy: nothing was judged, and there is no result */
	/* the result, for next; row is NULL or valid until the step returns, and longer if held */
	const struct verdict_row *row;
	struct verdict verdict;
	fold_steps name_folded, number_folded; /* without which they would not have matched */
	struct instant now;
	struct verdict_row *held;
	enum { NOT_RECORDED, RECORD_KEPT, RECORD_NOT_KEPT } record; /* see record.h */
	uint8_t reference[REFERENCE_BYTES];
	/* waiting */
	struct request *rq;
	int64_t epoch, rev; /* of the status read */
	int moved;     /* how often a row was of another */
	struct verdict_row *own;
	void *wait;
};

/* None returns with the verdict: next runs later. What holds no code, or no number, is answered no_match
 * all the same. */
struct verify *verify_by_code(struct request *rq, struct slice typed, struct slice name);
struct verify *verify_by_number(struct request *rq, struct slice typed, struct slice name);
struct verify *verify_by_either(struct request *rq, struct slice typed, struct slice name);
struct verify *verify_by_credential(struct request *rq, const json_t *credential,
                                    struct slice name);
/* Of the version of a certificate that somebody has been shown. */
struct verify *verify_by_version(struct request *rq, struct uuid version);
MUSTUSE struct step verify_go(struct request *rq, struct verify *v, step_fn *next);

/* Makes the row outlive the step, with the request. 0 or E_NOMEM. */
MUSTUSE int verify_hold(struct verify *v);

/* What answers while the registry cannot know: as rq->away, before something is read for it. */
step_fn verify_status_unknown;

/* What verify_write writes: a verdict, or of an item of a batch that it was not judged. */
extern const struct view verdict_view, unjudged_view;

/* Writes the answer of EXAMPLES section 2; of an item that was not judged, when again. E_NOMEM: something of it is missing. */
MUSTUSE int verify_write(struct jsonw *w, const struct verify *v);
