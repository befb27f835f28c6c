/* pdf/archive.h - what archives ask of a PDF and cairo does not write (ISO 19005): the facts about the file in
 * its information dictionary and, equal to them, as XMP; the colours that its numbers mean; dates as PDF has
 * them; an identity. The file says nothing about conforming to a standard: that is for who has validated it. */
#pragma once

#include "base/arena.h"
#include "pdf/update.h"

struct archive_facts {
	struct slice title, author; /* UTF-8 */
	struct slice day;           /* YYYY-MM-DD: made at the beginning of that day, Beijing time */
};

enum { ARCHIVE_OBJECTS = 2, ARCHIVE_DATE = 32, ARCHIVE_ID = 33 };

/* "D:20261120000000+08'00'" */
void archive_date(struct slice day, char out[static ARCHIVE_DATE]);

/* 32 hexadecimal digits that follow from the bytes. */
void archive_id(struct slice bytes, char out[static ARCHIVE_ID]);

/* 0, E_NOMEM or E_LIBRARY. */
MUSTUSE int archive_add(struct update *u, struct arena *arena, const struct archive_facts *f);
