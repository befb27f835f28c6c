/* journal/read.h - the reading end of a journal. It may be read while it is written: a line that
 * is not whole yet is left for the next time, and files may be rotated meanwhile. */
#pragma once

#include "journal/line.h"

/* Returns 0 to go on; anything else ends the reading and is returned. */
typedef int journal_each(void *arg, const struct journal_line *line);

/* Calls each for every line behind sequence number `after` (0: from the oldest there is).
 * E_ABSENT: no such file; E_SYNTAX: a line that is none, or out of sequence, or `after` + 1 is not
 * there any more: *ret_line is its number as counted from where the reading began; E_SYSTEM;
 * E_NOMEM. */
MUSTUSE int journal_read(const char *path, uint64_t after, journal_each *each, void *arg,
                         uint64_t *ret_line);

/* The sequence number of the last whole line; 0: there is none. E_ABSENT: no such file; E_SYNTAX,
 * E_SYSTEM, E_NOMEM. */
MUSTUSE int journal_read_last(const char *path, uint64_t *ret);
