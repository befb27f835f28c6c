/* api/standard.h - standards as they are shown, and the records that their bodies become. */
#pragma once

#include "domain/standard.h"
#include "sql/types/new_standard.h"
#include "text/view.h"
#include "web/request.h"

/* Of sql/queries/standard_view. */
extern const struct view standard_view;

/* The standard as it is now; 404 when there is none. */
MUSTUSE struct step standard_answer(struct request *rq, int status, struct uuid standard);

/* The work types as the write functions take them, in the arena. False: it is full. */
bool standard_work_types(struct arena *a, const struct decode_array *work_types,
                         const struct new_standard_work_type **ret, size_t *ret_n);
