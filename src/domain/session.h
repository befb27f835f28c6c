/* domain/session.h - training sessions: the bodies of their requests. */
#pragma once

#include "text/decode.h"

/* The body of POST /v1/sessions. */
struct session_plan {
	struct slice title, occupation, edition, work_type;
	struct slice level; /* SLICE_NONE: an item without level (null) */
	struct opt_day starts_on, ends_on;
	struct opt_int hours, capacity;
	struct slice district; /* SLICE_NONE: the institution's; no other can be */
	struct slice standard; /* its name; SLICE_NONE: whichever is in force */
	struct opt_uuid site;  /* not given: the only one that the institution has */
};

extern const struct decode_table session_plan_table;

/* Checks what decoding has left to check: occupation_code, edition, district,
 * date_order. Sorts f. */
void session_plan_check(const struct session_plan *plan, struct fields *f);

/* The body of POST /v1/sessions/{id}/completion. */
struct session_attendance {
	struct opt_uuid id;
	struct opt_int hours_attended;
};
struct session_completion {
	struct opt_day completed_on;
	struct decode_array enrolments; /* of struct session_attendance */
};

enum { SESSION_ENROLMENTS_MAX = 1000, SESSION_HOURS_MAX = 2000 };

extern const struct decode_table session_completion_table;

/* Checks: date_in_future, before_end (completed_on against the session's last day), duplicate (an
 * enrolment listed twice). Sorts f. 0 or E_NOMEM. */
MUSTUSE int session_completion_check(const struct session_completion *body, struct day ends_on,
				     struct day today, struct arena *arena, struct fields *f);
