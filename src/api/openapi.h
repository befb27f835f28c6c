/* api/openapi.h - the description of the API (OpenAPI 3.1) from its routes. */
#pragma once

#include <jansson.h>

#include "web/route.h"

/* Of a NULL-terminated table; new. NULL when out of memory. */
json_t *openapi_document(const struct route *const *routes);

/* Makes what GET /openapi.json answers, some 200 KB, for as long as the process lives: a worker does before
 * it serves, so that no request waits for it. Otherwise, or when out of memory, the first request does. */
void openapi_prepare(void);
