/* api/openapi.h - the description of the API (OpenAPI 3.1) from its routes. */
#pragma once

#include <jansson.h>

#include "web/route.h"

/* Of a NULL-terminated table; new. NULL when out of memory. */
json_t *openapi_document(const struct route *const *routes);
