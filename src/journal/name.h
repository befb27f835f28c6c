/* journal/name.h - the files of one journal: PATH, and PATH.1, PATH.2 … from the youngest to the
 * oldest that were rotated away. */
#pragma once

/* malloc'd; n = 0 is PATH itself. NULL when out of memory. */
char *journal_name(const char *path, unsigned n);

/* How many follow PATH without a hole. */
unsigned journal_count_rotated(const char *path);
