/* web/asset.h - files of src/web/assets and src/api/openapi, turned into C at build time. */
#pragma once

#include "base/slice.h"

struct asset {
	const char *name;
	struct slice content;
};

extern const struct asset assets[]; /* ends with a NULL name */

/* The content, or SLICE_NONE. */
struct slice asset_find(const char *name);
