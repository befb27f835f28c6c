/* api/exam.h - whose an exam is, for all routes below /v1/exams/{id}. */
#pragma once

#include "text/view.h"
#include "web/request.h"
#include "web/route.h"

/* Its rows are exam_view's. */
extern const struct route_object exam_object;

/* The states of an exam; which follow which is a table of the database (talent.life). Ends with NULL. */
extern const char *const exam_states[];

/* Who candidates are (domain/candidate_group_list.h). Ends with NULL. */
extern const char *const exam_groups[];

/* An exam as its own address shows it, of a row of exam_view; 200 with the row that was read. */
extern const struct view exam_whole_view;
struct step exam_shown(struct request *rq, const struct db_result *rows);
