/* api/standing.h - accreditations, recognitions and agreements: what their routes share. */
#pragma once

#include "web/request.h"

/* The noun of the route, as the write functions (sql/functions/standing_*.sql) call it. */
struct slice standing_noun(const struct request *rq);

/* Why: {"reason":…,"note":…}, what is read by the table. */
struct standing_reason {
	struct slice reason; /* a code of domain/standing_reason_list.h */
	struct slice note;   /* free text for the file, or SLICE_NONE */
};
extern const struct decode_table standing_reason_table;

/* 422: some of it is covered on some of the days by another one already, whose id it names. */
MUSTUSE struct step reply_overlap(struct request *rq, struct slice other);

/* One accreditation, recognition, agreement by the id in the address: with OWN_ORG, load and whose. */
extern const struct route_object accreditation_object, recognition_object, agreement_object;
