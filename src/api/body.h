/* api/body.h - from the request body to a struct, or to the refusal. */
#pragma once

#include <jansson.h>

#include "text/decode.h"
#include "web/request.h"

/* Depth of JSON that any of our bodies needs, with some to spare. */
enum { BODY_DEPTH = 8 };

/* Parses the body; the value belongs to the request's arena. NULL: *refused is the reply. */
json_t *body_json(struct request *rq, struct step *refused);

/* Parses and decodes by table. Field errors are collected in *errors (initialised here), for the
 * handler to add its own and to answer with reply_fields. False: *refused is the reply. */
bool body_decode(struct request *rq, const struct decode_table *table, void *out,
                 struct fields *errors, struct step *refused);

/* The same for a body that may nest deeper than BODY_DEPTH. */
bool body_decode_deep(struct request *rq, size_t max_depth, const struct decode_table *table,
                      void *out, struct fields *errors, struct step *refused);
