/* domain/session.h - training sessions: the bodies of their requests, and the names of their states. */
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

/* The body of PATCH /v1/sessions/{id}: what is not given stays. */
struct session_change {
	struct slice title, note;
	struct opt_day starts_on, ends_on;
	struct opt_int hours, capacity;
};

extern const struct decode_table session_change_table;

/* Checks: date_order. Sorts f. */
void session_change_check(const struct session_change *change, struct fields *f);

/* The states of a session and of an enrolment; which follow which is a table of the database (talent.life, drawn in
 * its migration). End with NULL. */
extern const char *const session_states[];
extern const char *const enrolment_states[];

/* Somebody's hours, in hundredths. */
struct session_attendance {
	struct opt_uuid id;
	struct opt_int hours_attended;
};

/* The body of POST /v1/sessions/{id}/attendance. */
struct session_hours {
	struct opt_day day;              /* not given: in all */
	struct decode_array enrolments; /* of struct session_attendance */
};

extern const struct decode_table session_hours_table;

/* Checks: date_in_future, hours_above_day, duplicate. Sorts f. 0 or E_NOMEM. */
MUSTUSE int session_hours_check(const struct session_hours *body, struct day today, struct arena *arena,
				struct fields *f);

/* The body of POST /v1/sessions/{id}/completion: whose hours are not listed has those on record. */
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
