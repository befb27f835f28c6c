/* text/csv.h - rows of a comma-separated file (RFC 4180) as they arrive, over libcsv.
 *
 * A byte order mark at the start is skipped. Fields are the file's bytes: their encoding is the
 * caller's matter (UTF-8 is not checked here). Spaces around an unquoted field go. An empty line
 * is no row, but it counts: the row numbers are the spreadsheet's, from 1. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

enum { CSV_COLUMNS_MAX = 64, CSV_FIELD_MAX = 8192, CSV_ROW_MAX = 65536 };

struct csv_reader; /* opaque */

/* One row. The fields are valid during the call only. A value other than 0 stops the reading and
 * comes back from csv_reader_feed. */
typedef int csv_row_fn(void *arg, size_t row, const struct slice *fields, size_t n);

/* NULL when out of memory. */
struct csv_reader *csv_reader_new(csv_row_fn *fn, void *arg);
void csv_reader_free(struct csv_reader *r);

/* The next bytes, cut anywhere. Returns 0; E_SYNTAX (a stray quotation mark); E_LIMIT (a field, row
 * or number of columns too large); E_NOMEM; or fn's value. After anything but 0 only free it. */
MUSTUSE int csv_reader_feed(struct csv_reader *r, struct slice bytes);

/* The end: gives out a last row that has no line end. E_SYNTAX also for an open quotation. */
MUSTUSE int csv_reader_end(struct csv_reader *r);

/* The row that was being read, for errors. */
size_t csv_reader_row(const struct csv_reader *r);
