/* api/person_purpose.h - why somebody asks about a person: {"purpose":…,"note":…}, in the body of every such question and
 * in its row of the audit. */
#pragma once

#include "text/decode.h"
#include "web/request.h"

struct purpose {
	struct slice purpose; /* one of domain/purpose_list.h */
	struct slice note;    /* free text, or SLICE_NONE */
};

extern const char *const purposes[];

/* In a body's table; the same of an erasure's ground. */
#define PURPOSE_FIELDS(type, prefix) \
	{.name = "purpose", .kind = DECODE_CHOICE, .required = true, .offset = offsetof(type, prefix purpose), \
	 .choices = purposes}, \
	PURPOSE_NOTE(type, prefix note)
#define PURPOSE_NOTE(type, member) \
	{.name = "note", .kind = DECODE_PROSE, .nullable = true, .offset = offsetof(type, member), .max = 1000}
