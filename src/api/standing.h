/* api/standing.h - accreditations, recognitions and agreements: what their routes share. */
#pragma once

#include "web/request.h"

/* The noun of the route, as the write functions (sql/functions/standing_*.sql) call it. */
struct slice standing_noun(const struct request *rq);

/* One accreditation, recognition, agreement by the id in the address: with OWN_ORG, load and whose. */
extern const struct route_object accreditation_object, recognition_object, agreement_object;
