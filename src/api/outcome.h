/* api/outcome.h - one table from the outcome words of the write functions to problems. */
#pragma once

#include "sql_outcomes.h"
#include "web/request.h"

/* The reply for an outcome that is not success: a problem, or a 422 on the field that is wrong. word:
 * an enum NAME_outcome of any write function. */
MUSTUSE struct step reply_outcome(struct request *rq, int word);

/* 409 with the state that something is in, and the actions that this allows, comma separated (talent.life). */
MUSTUSE struct step reply_state(struct request *rq, enum problem_id problem, struct slice state, struct slice allowed);

/* The reply for a standing other than ok (sql/queries/exam_load.sql), or terms_changed. */
MUSTUSE struct step reply_standing(struct request *rq, struct slice standing);

/* Whether one of them may become that problem (web_conf.outcome_gives). */
bool outcome_gives(struct slice word, enum problem_id problem);
