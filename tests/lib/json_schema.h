/* tests/lib/json_schema.h - whether a value is what a schema says: so much of JSON Schema (2020-12) as
 * /openapi.json uses. A keyword that is not known here ends the test, so that none is passed over. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* root: the document that "$ref" points into. False: why says where and what. */
enum { SCHEMA_WHY = 200 };
bool schema_accepts(json_t *root, json_t *schema, json_t *value,
                    char why[static SCHEMA_WHY]);

/* Whether all keywords of a schema are among those, at its own level. */
bool schema_is_known(json_t *schema);

/* What "#/a/b" points to; NULL when there is nothing. */
json_t *schema_resolve(json_t *root, const char *ref);
