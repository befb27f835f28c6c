/* api/organisation.h - what the routes of organisations share. */
#pragma once

#include "sql/rows/organisation.h"
#include "web/request.h"

/* The one whose slug the address names; the first step has its row. Companies have their own, as institutions. */
extern const struct route_object organisation_object;

extern const char *const organisation_states[];
extern const char *const organisation_kinds[];
