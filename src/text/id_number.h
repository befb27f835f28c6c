/* text/id_number.h - numbers of the common shape of mainland identity documents (GB 11643-1999), wherever text may
 * have one in it. Which document a number is of, and what is wrong with it: domain/iddoc.h. */
#pragma once

#include "base/clock.h"
#include "base/slice.h"

enum { ID_NUMBER_SHAPE = 18 };

/* The check character for 17 digits (section 4, ISO 7064 MOD 11-2). */
char id_number_check_character(const char digits[static 17]);

/* The birth date in eighteen characters whose first seventeen are digits. False: none. */
bool id_number_birth(const char number[static ID_NUMBER_SHAPE], struct day *ret);

/* Whether what somebody wrote - a note, a title, a reason - has a whole number in it, spaced, dashed or full-width as it
 * may be, whatever stands around it: then it must not be kept where others read it. */
bool id_number_is_in(struct slice text);

/* Whether a number stands in bytes of any kind as a word of its own, as programs write it: digests and keys are full of
 * digits. */
bool id_number_stands_in(struct slice bytes);
