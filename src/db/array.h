/* db/array.h - array literals for parameters (PostgreSQL 15 documentation, section 8.15.2).
 *
 * Begin, add, end; the buffer may hold other text before. A buffer that has failed stays so, and its
 * slice must not be sent. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"
#include "base/uuid.h"

void db_array_begin(struct buf *b);
void db_array_text(struct buf *b, struct slice text); /* quoted */
void db_array_hundredths(struct buf *b, int64_t v); /* 0 and more, as a decimal number */
void db_array_uuid(struct buf *b, struct uuid v);
void db_array_end(struct buf *b);
