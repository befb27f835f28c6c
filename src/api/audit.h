/* api/audit.h - the audit as it is shown, and the history of anything, which is what the audit says about it.
 *
 * A history is a route of its own ("/v1/…/history") with
 *
 *     .query = &history_query, .answers = ANSWERS(VIEW_PAGE(audit_view)),
 *
 * whose last step is history_reply() of the object's id. */
#pragma once

#include "api/listing.h"
#include "sql/rows/audit_entry.h"

/* Of rows of audit_entry (sql/rows). */
extern const struct view audit_view;

extern const struct decode_table history_query; /* a struct listing */

/* The page of what was done to the object, the newest first. */
MUSTUSE struct step history_reply(struct request *rq, struct uuid object);
