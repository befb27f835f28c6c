/* ctl/results.h - one row of a results file and the request it becomes. Pure: no files, no
 * network. The columns are those of the registry's results template, in Chinese or English. */
#pragma once

#include "base/buf.h"
#include "ctl/lang.h"

enum column {
	COL_EXAM,
	COL_NAME,
	COL_ID_TYPE,
	COL_ID_NUMBER,
	COL_ID_COUNTRY,
	COL_THEORY,
	COL_SKILL,
	COL_REVIEW,
	COL_ATTENDANCE,
	COL_CERTIFICATE,
	COL_COUNT,
	COL_NONE = COL_COUNT, /* an error of the whole row */
};

/* The column's heading, as in the template. */
const char *column_name(enum column c, enum lang lang);

/* The column a JSON pointer of the registry's answer speaks about; COL_NONE for any other. */
enum column column_of_pointer(const char *pointer);

struct results_header {
	int at[COL_COUNT]; /* the cell's index, -1: the file has no such column */
	int reasons_at;    /* the column that an earlier report added, -1: none */
	size_t width;
};

/* The heading of the column that a report adds; ignored when the report is corrected and sent. */
#define RESULTS_REASONS_ZH "错误"
#define RESULTS_REASONS_EN "error"

enum header_outcome {
	HEADER_OK,
	HEADER_UNKNOWN,  /* *ret_culprit: index of a cell that names no column */
	HEADER_TWICE,    /* *ret_culprit: index of the second of two equal cells */
	HEADER_MISSING,  /* *ret_culprit: the enum column that must be there */
};

/* Matches headings in any order, in either language. Spaces around them and a trailing empty
 * cell do not matter. Exam may be absent; name, ID type, ID number, theory and skill may not. */
enum header_outcome results_header_read(const struct slice *cells, size_t n,
					struct results_header *ret, int *ret_culprit);

struct results_row {
	struct slice cell[COL_COUNT]; /* trimmed; empty when absent */
	bool too_wide;                /* more cells than headings, and not empty */
};

struct results_row results_row_read(const struct results_header *h, const struct slice *cells,
				    size_t n);

/* Nothing in any cell: a line that spreadsheets leave behind. */
bool results_row_is_empty(const struct results_row *row);

struct row_error {
	enum column column;
	const char *code; /* stable, as the registry's field codes */
};

enum { ROW_ERRORS_MAX = 12 };

/* What can be told without the registry, which is what JSON could not carry faithfully: a score
 * that is no number, an ID type or an attendance that is no known word, an ID number that a
 * spreadsheet has rounded (3.10199E+17), a row wider than its header. Returns how many. */
size_t results_row_check(const struct results_row *row, struct row_error out[ROW_ERRORS_MAX]);

/* The request body of POST /v1/exams/{id}/assessments. Only for a row without errors. */
void results_row_body(const struct results_row *row, struct buf *out);

/* "resident_id" for 居民身份证 and for itself; NULL when unknown. */
const char *id_type_code(struct slice s);

/* Appends what makes two rows speak of the same person in the same exam: codes and numbers
 * without spaces and in one case. */
void results_row_person(const struct results_row *row, struct buf *out);
