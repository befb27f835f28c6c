/* db/record.h - a composite type's value as the JSON object that a write function takes in its place
 * (json_populate_record, PostgreSQL 15 documentation, section 9.16). sql/types/NAME.h, which the build
 * makes of each CREATE TYPE, has the rest. */
#pragma once

#include "base/buf.h"
#include "base/opt.h"
#include "text/jsonw.h"

/* A member of type bytea; bytes.p == NULL writes null. Hashes, codes and boxes are short: more than this
 * is the caller's mistake. */
enum { RECORD_BYTES_MAX = 256 };
void record_kbytes(struct jsonw *w, const char *key, struct slice bytes);
