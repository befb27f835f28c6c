/* ctl/output.h - files that a verb writes. They are opened before anything is sent, so that a path that
 * cannot be written is noticed while it costs nothing, and written when everything is known. */
#pragma once

#include "base/buf.h"
#include "ctl/verb.h"

struct output {
	const char *path; /* NULL: none is wanted, and the functions do nothing */
	int fd;
	bool made;  /* it was not there before */
	bool begun; /* something was added */
};

/* input: what is read, and never written over; NULL: nothing. other: another file to be written, or NULL.
 * Explains a failure and returns CTL_USAGE, else CTL_OK; then output_end it. */
int output_open(const struct ctl *ctl, const char *path, const char *input, const struct output *other,
		struct output *ret);

/* Replaces what the file holds. Explains a failure and returns CTL_USAGE, else CTL_OK. */
int output_write(const struct ctl *ctl, struct output *o, const struct buf *text);

/* Writes behind what was added before, for what is too much to be held at once; the first time in the place of what the
 * file held. As output_write. */
int output_add(const struct ctl *ctl, struct output *o, struct slice text);

/* Closes. A file that was made and never written goes again. */
void output_end(struct output *o);
