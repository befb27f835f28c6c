/* api/exam.h - whose an exam is, for all routes below /v1/exams/{id}. */
#pragma once

#include "web/route.h"

/* Its rows are exam_view's. */
extern const struct route_object exam_object;

/* The states of an exam; which follow which is a table of the database (talent.life). Ends with NULL. */
extern const char *const exam_states[];
