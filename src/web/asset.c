/* web/asset.c - looking up a built-in file. */
#include "web/asset.h"

struct slice asset_find(const char *name)
{
	for (const struct asset *a = assets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a->content;
	return SLICE_NONE;
}
