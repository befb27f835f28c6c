/* domain/principal.h - who may ask: roles and what a caller stands for. Pure data. */
#pragma once

#include "base/slice.h"
#include "base/uuid.h"

enum role {
	ROLE_INSTITUTION = 1 << 0,   /* training institution or evaluation body */
	ROLE_COMPANY = 1 << 1,       /* recognised livestreaming company */
	ROLE_ADMINISTRATOR = 1 << 2, /* city, or limited to districts */
	ROLE_AUDITOR = 1 << 3,       /* reads everything, changes nothing */
	ROLE_EMPLOYER = 1 << 4,
};

/* How far a staff member may go; each has those before it. */
enum right {
	RIGHT_READS = 1,
	RIGHT_SUBMITS, /* may change what is an organisation's */
	RIGHT_MANAGES, /* and what is the registry's: standing, standards, programmes; staff and their credentials */
};

/* What a route demands of the caller besides the role. */
enum ownership {
	OWN_NOTHING,  /* the role alone decides */
	OWN_ORG,      /* the object belongs to the caller's organisation (or, for administrators,
	               * lies in their districts; auditors read everything) */
	OWN_REGISTRY, /* belongs to no district: administrators limited to some are refused */
};

/* One authenticated caller, as read from the database with this very request. */
struct principal {
	struct uuid id;           /* of the token or client certificate; nil = nobody */
	enum role role;
	struct uuid organisation; /* nil when the credential belongs to none */
	struct slice slug;        /* of the organisation */
	struct slice districts;   /* comma separated codes; empty = all */
	struct uuid staff;        /* whose the credential is */
	bool named;               /* somebody has said who that is */
	enum right right;
};

/* Who an object belongs to. */
struct belongings {
	struct uuid holder;   /* evaluation body or institution that runs it */
	struct uuid partner;  /* company of a dual exam; nil = none */
	struct slice district;
};

/* The role's code as tokens carry it ("administrator"), NULL for an unknown value; and back,
 * returning 0 for an unknown code. */
const char *role_code(enum role role);
enum role role_from_code(struct slice code);

/* The same of rights: "reads", "submits", "manages". */
const char *right_code(enum right right);
enum right right_from_code(struct slice code);

/* Whether the caller may touch an object that belongs so. Institutions: own objects. Companies:
 * those they partner. Administrators: those in their districts. Auditors: all (routes keep them
 * to reading). Everybody else: none. */
bool principal_owns(const struct principal *who, const struct belongings *what);

/* The same, as a list is asked for: whose rows, with which partner, in which of the districts, separated by
 * commas (nil, SLICE_NONE: any). Of who owns nothing the holder is nobody. */
struct scope {
	struct uuid holder, partner;
	struct slice districts;
};
struct scope principal_scope(const struct principal *who);
