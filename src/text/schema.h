/* text/schema.h - JSON Schema (2020-12) from the tables that values are decoded and written by. */
#pragma once

#include "text/decode.h"
#include "text/jsonw.h"
#include "text/shape.h"

/* Of an object that the table decodes: its members, and no others. */
void schema_of_table(struct jsonw *w, const struct decode_table *table);

/* Of one value that comes as text: a query parameter. */
void schema_of_parameter(struct jsonw *w, const struct decode_field *field);

/* Of an object of that shape; other shapes within are referred to as SCHEMA_REF of their names. */
#define SCHEMA_REF "#/components/schemas/"
void schema_of_shape(struct jsonw *w, const struct shape *shape);
void schema_ref(struct jsonw *w, const char *name);
