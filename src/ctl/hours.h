/* ctl/hours.h - the same hours for everybody who is in a session. */
#pragma once

#include <jansson.h>

#include "ctl/verb.h"

/* Of a body with "hours" makes one with "enrolments": [{"id","hours_attended"}] of the session that the first argument
 * names, but those of people who left it; of one without it nothing. Explains what failed and returns its exit code, else
 * CTL_OK. */
int hours_of_all(struct ctl *ctl, json_t *body);
