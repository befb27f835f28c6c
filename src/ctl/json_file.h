/* ctl/json_file.h - input files: whole into memory, and JSON with dates relative to today. */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "ctl/verb.h"

enum { FILE_MAX = 64 * 1024 * 1024 };

/* Appends the file ("-": standard input). Explains a failure and returns CTL_USAGE, else 0. */
int file_read(const struct ctl *ctl, const char *path, struct buf *out);

/* A JSON file; strings of the form "today", "today-N", "today+N" in members whose names end in "_on", "_from" or
 * "_to" become dates. Explains a failure and returns CTL_USAGE, else CTL_OK; json_decref *ret. */
int json_file_read(const struct ctl *ctl, const char *path, struct day today, json_t **ret);

/* Replaces relative dates in value and everything below it. */
void json_fix_dates(json_t *value, struct day today);
