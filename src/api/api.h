/* api/api.h - the tables of routes. */
#pragma once

#include "store/registry.h"
#include "web/web.h"

/* Everything the public and client-certificate listeners answer; NULL-terminated. */
extern const struct route *const api_routes[];

/* What background jobs ask of this process; no listener has them. */
extern const struct route *const internal_routes[];

/* What the operator's listener answers. */
extern const struct route *const ops_routes[];

/* What PostgreSQL's constraints mean to a client. */
extern const struct constraint_problem api_constraints[];
