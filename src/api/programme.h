/* api/programme.h - a programme as its administrators see it, and what a change would do to its figures. */
#pragma once

#include <libpq-fe.h>

#include "text/decode.h"
#include "text/view.h"
#include "web/request.h"

/* Of rows of programme_list (sql/queries). */
extern const struct view programme_view;

/* Names as an array for a statement, in memory of the request; SLICE_NONE for none of them. */
struct slice programme_names(struct request *rq, const struct decode_array *list);

/* What is counted and what would be then, of rows of progress_audit. */
extern const struct view programme_preview_view;
struct step reply_programme_preview(struct request *rq, struct slice programme, struct day from, struct day to,
                                    const PGresult *figures);
