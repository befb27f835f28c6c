/* api/assessment.h - whose a result is, for all routes below /v1/assessments/{id}. */
#pragma once

#include "web/route.h"

/* Its rows are assessment_view's and assessment_certificates'. */
extern const struct route_object assessment_object;
