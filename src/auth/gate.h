/* auth/gate.h - who asks, and may they ask for this route. */
#pragma once

#include "web/request.h"

/* The gate of web_conf: reads the credential's standing from the database with this request, admits or
 * refuses by the roles of the route. */
struct step auth_gate(struct request *rq);

/* Whether a token (or what is meant for one) or a client certificate came with the request. */
bool auth_presented(const struct request *rq);

/* For a handler of an open route that turns out to need a caller: as the gate does, by the roles of the
 * route, then goes on with next. */
struct step auth_require(struct request *rq, step_fn *next);
