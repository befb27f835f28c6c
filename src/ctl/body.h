/* ctl/body.h - a request body from options, by table. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "ctl/verb.h"

enum body_kind {
	BODY_TEXT,
	BODY_DATE,     /* also relative: today-30 */
	BODY_DAY,      /* the same, or an instant, which means its day in Shanghai */
	BODY_COUNT,    /* a whole number */
	BODY_DECIMAL,  /* 78.5; left out when absent */
	BODY_WORDS,    /* between commas, as an array; an empty one when absent */
	BODY_WORDS_IF, /* the same, but null when absent */
	BODY_NONE,     /* a switch: an empty array */
	BODY_TRUE,     /* a switch: true */
	BODY_YES,      /* yes or no, as a boolean */
	BODY_ARGUMENT, /* no option, but the argument that stands in no path */
};

/* member: its name, "a.b" for a member of a member. */
struct body_field {
	const char *option, *member;
	enum body_kind kind;
	bool required; /* other texts, dates and counts become null when absent */
};

/* json_decref *ret. The fields end with a zero one. Explains what is missing or malformed and returns CTL_USAGE,
 * else CTL_OK. argument: for BODY_ARGUMENT; may be NULL. */
int body_from_fields(const struct ctl *ctl, const struct body_field *fields, const char *argument, struct day today,
                     json_t **ret);

/* An option that must be there; NULL after an explanation that says what it may be. */
const char *option_needed(const struct ctl *ctl, const char *name);

/* Explains that the option's value is no date; CTL_USAGE. */
int body_no_date(const struct ctl *ctl, const char *option, const char *value);
