/* api/assessment_json.h - an assessment as EXAMPLES section 1 shows it. A first write and its
 * repetition answer the same bytes, so there is one writer and one struct for both. */
#pragma once

#include "base/opt.h"
#include "domain/eligibility.h"
#include "domain/kind.h"
#include "text/jsonw.h"
#include "web/request.h"

struct assessment_certificate {
	enum certificate_kind kind;
	struct slice number, title, issuer;
	struct slice level; /* SLICE_NONE = null */
	struct day issued_on;
	uint8_t code[16];
	const char *verify, *credential, *document; /* links, of assessment_write */
};

struct assessment_answer {
	struct uuid id, exam;
	struct slice state, outcome, failed_parts; /* comma separated */
	struct slice name, id_type, id_masked;
	struct slice theory, skill, review; /* decimal text or SLICE_NONE */
	struct slice attendance;
	struct opt_day publish_on, promised_on; /* the latter: as it was told first, if it was moved */
	bool awaited_number;                    /* it was submitted without one and had to wait for it */
	struct opt_day window_to;               /* the last day of the company's window, if it has one */
	struct slice window_state, veto_reason, decision_note;
	struct opt_day decided_on;
	struct slice recheck, recheck_state; /* its id; or SLICE_NONE */
	struct opt_day recheck_by;
	struct slice withheld_reason, withheld_number; /* or SLICE_NONE */
	struct opt_instant withheld_at;
	struct uuid supersedes, superseded_by; /* nil: none */
	struct opt_day superseded_on;
	struct slice sitting, advancement; /* first or resit, first or promotion; SLICE_NONE: not asked then */
	struct slice warned;               /* comma separated */
	struct declared declared;          /* basis.p NULL: nothing */
	int n_certificates;
	struct assessment_certificate certificates[KIND_COUNT];
	struct view_list _shown; /* of them */
};

extern const struct view assessment_whole_view;

/* The states of a re-check; which follow which is a table of the database (talent.life). Ends with NULL. */
extern const char *const recheck_states[];

/* How the company of a dual exam stands to a pass (sql/functions/_window_state). Ends with NULL. */
extern const char *const window_states[];

/* Writes the object; public_url without a slash at its end. Links are put together in the arena:
 * an arena that is full afterwards (sticky) means that some are missing. */
void assessment_write(struct jsonw *w, struct assessment_answer *a, struct arena *arena,
                      struct slice public_url);
MUSTUSE struct step assessment_reply(struct request *rq, int status, struct assessment_answer *a);

/* A conflict with that result, which the problem names as assessment_id. */
MUSTUSE struct step reply_about_assessment(struct request *rq, enum problem_id problem, struct uuid assessment);

/* From the rows of assessment_view and assessment_certificates; texts are copied into the arena.
 * False when there is no such assessment or the arena is full. */
bool assessment_read(const PGresult *view, const PGresult *certificates, struct arena *arena,
                     struct assessment_answer *ret);
