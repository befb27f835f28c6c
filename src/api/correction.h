/* api/correction.h - whose a correction is, for all routes below /v1/corrections/{id}. */
#pragma once

#include "web/route.h"

/* Its rows are correction_view's: its body's, in the exam's district. */
extern const struct route_object correction_object;

/* The states of a correction; which follow which is a table of the database (talent.life). Ends with NULL. */
extern const char *const correction_states[];
