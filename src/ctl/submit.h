/* ctl/submit.h - a results file, row by row, to the registry. */
#pragma once

#include "ctl/verb.h"

/* Checks the whole file's form, then sends its rows. exam and report may be NULL. Rows that are
 * stored already are recognised, so that after any failure the same call may be made again.
 * Returns an exit_code; everything has been explained. */
int submit_file(struct ctl *ctl, const char *path, const char *exam, const char *report);
