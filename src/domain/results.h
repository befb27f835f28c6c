/* domain/results.h - rows of a results file, whoever reads it: which columns there are, what stands in them,
 * and what is wrong that only the file can show. The columns are those of the registry's results template, in
 * Chinese or English. Cells are the caller's (text/csv.h). */
#pragma once

#include "base/buf.h"
#include "domain/iddoc.h"
#include "text/fields.h"
#include "text/lang.h"

enum results_column {
	RESULTS_EXAM,
	RESULTS_NAME,
	RESULTS_ID_TYPE,
	RESULTS_ID_NUMBER,
	RESULTS_ID_COUNTRY,
	RESULTS_THEORY,
	RESULTS_SKILL,
	RESULTS_REVIEW,
	RESULTS_ATTENDANCE,
	RESULTS_CERTIFICATE,
	RESULTS_ID_CONFIRMED, /* only in files that need it */
	RESULTS_COLUMNS,
	RESULTS_NONE = RESULTS_COLUMNS, /* an error of the whole row */
};

/* The column's heading, as in the template. */
const char *results_column_name(enum results_column c, enum lang lang);

/* The column that a JSON pointer of a submission speaks about; RESULTS_NONE for any other. */
enum results_column results_column_of(const char *pointer);

struct results_header {
	int at[RESULTS_COLUMNS]; /* the cell's index, -1: the file has no such column */
	int reasons_at;    /* the column that an earlier report added, -1: none */
	size_t width;
};

/* The heading of the column that a report adds; ignored when the report is corrected and sent. */
#define RESULTS_REASONS_ZH "错误"
#define RESULTS_REASONS_EN "error"

enum results_header_outcome {
	RESULTS_HEADER_OK,
	RESULTS_HEADER_UNKNOWN,  /* *ret_culprit: index of a cell that names no column */
	RESULTS_HEADER_TWICE,    /* *ret_culprit: index of the second of two equal cells */
	RESULTS_HEADER_MISSING,  /* *ret_culprit: the enum results_column that must be there */
};

/* Matches headings in any order, in either language. Spaces around them and a trailing empty
 * cell do not matter. Exam may be absent; name, ID type, ID number, theory and skill may not. */
enum results_header_outcome results_header_read(const struct slice *cells, size_t n,
					struct results_header *ret, int *ret_culprit);

struct results_row {
	struct slice cell[RESULTS_COLUMNS]; /* trimmed; empty when absent */
	bool too_wide;                /* more cells than headings, and not empty */
};

struct results_row results_row_read(const struct results_header *h, const struct slice *cells,
				    size_t n);

/* Nothing in any cell: a line that spreadsheets leave behind. */
bool results_row_is_empty(const struct results_row *row);

/* What can be told without the exam, which is what JSON could not carry faithfully: a score that is no
 * number, an ID type or an attendance that is no known word, an ID number that a spreadsheet has rounded
 * (3.10199E+17, or zeros at its end), a row wider than its header. number: the spreadsheet's row, put into each entry with the
 * column's heading. */
void results_row_check(const struct results_row *row, size_t number, enum lang lang, struct fields *f);

/* Appends a score's cell as a JSON number without zeros at its end. False: it is no number. */
bool results_score(struct slice cell, struct buf *out);

/* Whether the cell says that the ID number's zeros at the end are right: 是 or yes. False: the word is
 * unknown. */
bool results_confirmed(struct slice word, bool *ret);

/* "present" or "absent" of a cell; an empty one means present. NULL: the word is unknown. */
const char *results_attendance(struct slice word);
