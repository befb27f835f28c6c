/* api/session.h - what the files about training sessions share: the object that their addresses name, and how a move
 * that its state does not allow is refused. */
#pragma once

#include "web/request.h"

/* The session of /v1/sessions/{id:uuid}/…: the first step has its row (sql/rows/session.h). */
extern const struct route_object session_object;

/* 409 session_state: the state that it is in, and the actions that this allows, comma separated (talent.life). */
MUSTUSE struct step reply_session_state(struct request *rq, struct slice state, struct slice allowed);
