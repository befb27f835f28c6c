/* api/programme.h - a programme as its administrators see it. */
#pragma once

#include "text/view.h"

/* Of rows of programme_list (sql/queries). */
extern const struct view programme_view;
