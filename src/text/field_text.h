/* text/field_text.h - every field-error code of the API with its text in both languages. The
 * texts say what to do. Whoever makes up a code puts its row here. */
#pragma once

#include "text/fields.h"
#include "text/lang.h"

/* The sentence for a code or a hint, "%1", "%2" and "%s" still in it; NULL for an unknown code. */
const char *field_text(const char *code, enum lang lang);

/* The short form for a spreadsheet's error column, where the column's name stands before it:
 * no subject, no full stop. p == NULL for an unknown code. */
struct slice field_text_short(const char *code, enum lang lang);

/* The sentence for one entry, what it names filled in; the hint's text when it has one. A code
 * without text gives the code itself. NULL when the arena is full. */
const char *field_detail(const struct field *field, enum lang lang, struct arena *arena);

/* The i-th code, NULL behind the last: for tests and for documentation. */
const char *field_code_at(size_t i);
