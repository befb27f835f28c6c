/* ctl/body.h - a request body from options, by table. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "ctl/verb.h"

enum body_kind {
	BODY_TEXT,
	BODY_DATE,  /* also relative: today-30 */
	BODY_COUNT, /* a whole number */
};

struct body_field {
	const char *option, *member;
	enum body_kind kind;
	bool required; /* others become null when absent */
};

/* json_decref *ret. Explains what is missing or malformed and returns CTL_USAGE, else CTL_OK. */
int body_from_options(const struct ctl *ctl, const struct body_field *fields, size_t n,
		      struct day today, json_t **ret);

/* An option that must be there; NULL after an explanation. */
const char *option_needed(const struct ctl *ctl, const char *name);
