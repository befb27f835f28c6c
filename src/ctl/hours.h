/* ctl/hours.h - the same hours for everybody who is in a session. */
#pragma once

#include <jansson.h>

#include "ctl/verb.h"

/* [{"id","hours_attended"}] of the session's enrolments but those of people who left it: json_decref *ret. Explains
 * what failed and returns its exit code, else CTL_OK. */
int hours_of_all(struct ctl *ctl, const char *session, json_t *hours, json_t **ret);
