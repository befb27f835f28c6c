/* api/two_people.h - how it is shown that one person asked and another one decided: the same in every list of it. */
#pragma once

#include "sql/rows/decision.h"
#include "text/view.h"

/* Of a struct decision_row, whose members stand among the others: VIEW_INCLUDE_STRUCT. */
extern const struct view two_people_view;
