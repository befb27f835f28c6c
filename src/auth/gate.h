/* auth/gate.h - who asks, and may they ask for this route. */
#pragma once

#include "web/request.h"

/* The gate of web_conf: reads the credential's standing from the database with this request, looks
 * the route up in the policy table and admits or refuses. */
struct step auth_gate(struct request *rq);

/* Whether a token (or what is meant for one) or a client certificate came with the request. */
bool auth_presented(const struct request *rq);

/* For a handler of an open route that turns out to need a caller: as the gate does under the
 * policy of the given route name, then goes on with next. */
struct step auth_require(struct request *rq, const char *policy_route, step_fn *next);

/* What a handler does once it has loaded an object that the policy calls OWN_ORG. */
bool auth_owns(const struct request *rq, const struct belongings *what);
