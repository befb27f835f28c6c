/* http/field.h - one field line of a head (RFC 9110 section 5). */
#pragma once

#include "base/slice.h"

enum { HTTP_FIELDS_MAX = 64 };

struct http_field {
	struct slice name;
	struct slice value; /* without surrounding blanks; no control characters */
};
