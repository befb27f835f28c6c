/* api/english_title.h - the title of a skill-grade certificate in English. */
#pragma once

#include "base/arena.h"

/* "internet marketing specialist, livestream salesperson, intermediate worker": what is known of it. SLICE_NONE:
 * nothing is, or the arena is full. */
struct slice english_title(struct arena *a, struct slice occupation, struct slice work_type, struct slice level);
