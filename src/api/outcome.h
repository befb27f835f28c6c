/* api/outcome.h - one table from the outcome words of the write functions to problems. */
#pragma once

#include "web/request.h"

/* The reply for an outcome that is not success: a problem, or a 422 on the field that is wrong. */
MUSTUSE struct step reply_outcome(struct request *rq, struct slice outcome);

/* The first column of a write function's row. */
struct slice outcome_of(const struct db_result *rows);
