/* web/form.c - reading the forms of our own pages. */
#include "web/form.h"

#include "http/head.h"

struct slice form_field(struct slice body, const char *name, struct arena *arena)
{
	while (body.p) {
		struct slice value = slice_cut(&body, '&'), decoded;
		struct slice key = slice_cut(&value, '=');
		if (!value.p || !slice_is(key, name))
			continue;
		return http_decode(value, true, arena, &decoded) == 0 ? decoded : SLICE_NONE;
	}
	return SLICE_NONE;
}
