/* pdf/attach.h - files embedded into a PDF (ISO 32000-1, section 7.11.4), because cairo cannot attach any. */
#pragma once

#include "base/slice.h"
#include "pdf/update.h"

struct attachment {
	struct slice name; /* letters, digits, '-' and '.' */
	struct slice bytes;
	const char *type; /* of its media, as a PDF name: "application#2Fvc" */
	const char *what; /* in a few words of ASCII */
};

enum { ATTACH_OBJECTS = 2 }; /* of an update, for each file */

/* Adds them in the order of their names, stored uncompressed: the signed bytes stand in the file as they
 * are. date: of the files, as a PDF has it ("D:…"). Fails stickily with the update. */
void attach_files(struct update *u, struct attachment *files, size_t n, const char *date);
