/* tests/lib/objects.h - an object of every kind that an address may name, of two organisations, for tests that walk
 * all routes: a new route is walked by itself once its address is known here. */
#pragma once

#include "daemon.h"
#include "web/route.h"

enum owner { SHILIS, PUJIANGS, OWNERS };

struct objects {
	const char *session, *enrolment, *exam, *assessment, *number, *slug;
	const char *correction;
	const char *recheck;
	const char *accreditation, *recognition, *agreement, *site;
	const char *partners; /* the number that the company owns; NULL: there is none */
	char staff[40];
};
extern struct objects objects[OWNERS];

/* Makes them in the daemon's database. Once in a program; what they hold lives as long as the daemon's client. */
void objects_make(struct daemon *d);

/* The route's address with an owner's object in it, in a static buffer; NULL when none is known for it. by: an
 * enum daemon_token, whose own number it is where both parties have one. */
const char *objects_address(const struct route *r, int by, enum owner owner);

/* A body that reaches the question whose object it is; NULL: the route takes none. */
const char *objects_body(const struct route *r, int by);
