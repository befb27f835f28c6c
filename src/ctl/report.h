/* ctl/report.h - what became of a results file: counts, reasons in words, and the sender's own
 * file with an error column. Pure. */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "ctl/lang.h"

struct summary {
	unsigned rows, issued, failed_exam, absent, already_there, rejected;
	unsigned awaiting, awaiting_number; /* passed, not yet published: part of no other count but rows */
	unsigned unknown;  /* given up on: may or may not be stored */
};

enum row_outcome {
	ROW_ISSUED,
	ROW_FAILED_EXAM,
	ROW_ABSENT,
	ROW_AWAITING,
	ROW_AWAITING_NUMBER,
	ROW_ALREADY_THERE,
	ROW_REJECTED,
	ROW_UNKNOWN,
};

/* Counts one row. */
void summary_add(struct summary *s, enum row_outcome outcome);

/* What a 2xx answer to a submitted row means. */
enum row_outcome row_outcome_of(bool replayed, struct slice outcome, struct slice state);

/* {"rows":5,"issued":1,"failed_exam":0,"absent":1,"already_there":0,"rejected":3}, with
 * "awaiting_publication", "awaiting_number" and "unknown" behind it when they are not zero. */
void summary_json(const struct summary *s, struct buf *out);

/* One sentence for people. */
void summary_text(const struct summary *s, enum lang lang, struct buf *out);

/* A short reason for a field's or a conflict's code, without a full stop; p == NULL when there is none without
 * limits to fill in (then show the registry's own detail). */
struct slice reason_text(const char *code, enum lang lang);

/* Appends one CSV cell (RFC 4180), quoted when it must be or when `always`. A cell that a
 * spreadsheet would take for a formula (= + - @ tab, but not a plain number) gets an apostrophe
 * in front. */
void csv_cell(struct buf *out, struct slice cell, bool always);

/* What begins a file that a spreadsheet should take for UTF-8. */
#define CSV_BOM "\xEF\xBB\xBF"

/* Rejected rows by their reason, in the order in which the reasons came: an object, json_decref it.
 * common: what equal refusals share; whole: with what is this row's alone. */
void refusal_add(json_t *refusals, size_t row, struct slice common, struct slice whole);

/* One line a reason, with its rows and, when there are several, how many. */
void refusals_text(const json_t *refusals, enum lang lang, struct buf *out);
