/* ctl/submit.h - a results file, row by row, to the registry. */
#pragma once

#include "ctl/verb.h"

struct submit_files {
	const char *results;
	const char *report;       /* written: the results with a column of reasons; or NULL */
	const char *certificates; /* written: what was issued, or had been before; or NULL */
};

/* Checks the whole file's form, then sends its rows. exam: of every row, or NULL. Rows that are
 * stored already are recognised, so that after any failure the same call may be made again.
 * Returns an exit_code; everything has been explained. */
int submit_file(struct ctl *ctl, const char *exam, const struct submit_files *files);
