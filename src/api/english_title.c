/* api/english_title.c - see english_title.h. */
#include "api/english_title.h"

struct slice english_title(struct arena *a, struct slice occupation, struct slice work_type, struct slice level)
{
	const struct slice parts[] = {occupation, work_type, level};
	struct slice title = SLICE_NONE;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].n)
			title = slice_of(arena_printf(a, "%.*s%s%.*s", SLICE_ARGS(title), title.n ? ", " : "",
			                              SLICE_ARGS(parts[i])));
	return title;
}
