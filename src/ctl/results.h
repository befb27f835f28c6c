/* ctl/results.h - a row of a results file (domain/results.h) and the request it becomes. Pure. */
#pragma once

#include "base/buf.h"
#include "domain/results.h"

/* The request body of POST /v1/exams/{id}/assessments. Only for a row without errors. */
void results_row_body(const struct results_row *row, struct buf *out);

/* Appends what makes two rows speak of the same person in the same exam: codes and numbers
 * without spaces and in one case. */
void results_row_person(const struct results_row *row, struct buf *out);
