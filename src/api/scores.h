/* api/scores.h - scores as the write functions take them and as answers show them. */
#pragma once

#include "domain/grading.h"
#include "web/request.h"

/* 78.5; SLICE_NONE: not given. In the request's arena. */
struct slice score_text(struct request *rq, const struct scores *scores, enum part part);

/* theory,skill: the elements of an array. In the request's arena. */
struct slice failed_parts_text(struct request *rq, const struct grade *grade);
