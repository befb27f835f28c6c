/* api/operation.h - one route as an operation of OpenAPI 3.1, from its descriptor alone. */
#pragma once

#include <jansson.h>

#include "web/route.h"

/* What is being described. */
struct description {
	json_t *document, *schemas; /* components/schemas within */
	bool failed; /* out of memory, once and for all */
};

/* Sets a member; takes the value. */
void description_put(struct description *d, json_t *object, const char *name, json_t *value);

/* The operation, new. Shapes that it refers to are added to the schemas. */
json_t *operation_describe(struct description *d, const struct route *r);

/* The address without types: "/v1/exams/{id}". */
enum { OPERATION_PATH = 128 };
void operation_path(const struct route *r, char out[static OPERATION_PATH]);

/* The content of a problem with one of these codes, which are taken. */
json_t *problem_content(json_t *codes);
