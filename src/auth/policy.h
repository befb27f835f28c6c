/* auth/policy.h - who may do what: one table, default deny. */
#pragma once

#include "domain/principal.h"

struct policy {
	const char *route;    /* name of the route */
	unsigned roles;       /* union of enum role */
	enum ownership own;   /* what the handler must check once it has the object */
};

extern const struct policy policies[]; /* ends with a NULL route */

/* The row of a route, or NULL: then nobody may. */
const struct policy *policy_of(const char *route);

/* Whether this caller may ask for the route at all. */
bool policy_admits(const char *route, const struct principal *who);

/* The same of the role alone. */
bool policy_allows(const char *route, enum role role);
