/* text/fields.h - what is wrong with the fields of one input, collected so that everything is
 * told at once. Bounded: FIELDS_MAX are kept, the rest are only counted.
 *
 * A code is a stable word of the API (static storage). Its text for people is in
 * text/field_text.h. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"

enum { FIELDS_MAX = 50 };

struct field {
	const char *pointer; /* JSON pointer (RFC 6901), "" is the whole; in the arena or static */
	bool parameter;      /* of the query: pointer is its name */
	const char *code;
	const char *hint;    /* a more particular text than the code's own, or NULL */
	int64_t limit[2];    /* numbers that the text names: smallest and largest allowed, a place */
	const char *what;    /* what else the text names, or NULL; in the arena or static */
	size_t row;          /* spreadsheet row, 0 when the input was no spreadsheet */
	const char *column;  /* the spreadsheet's heading, or NULL */
};

struct fields {
	struct field at[FIELDS_MAX];
	size_t n;     /* kept */
	size_t total; /* found */
	struct arena *_arena;
};

/* The arena holds pointers made by fields_addf and by decoding. */
void fields_init(struct fields *f, struct arena *arena);

/* Adds f's entry as it is; pointer, code, hint and column are borrowed for as long as f lives.
 * The same pointer with the same code is added only once, and nothing below a pointer whose code is wrong_type. */
void fields_put(struct fields *f, struct field entry);

/* As fields_put, and the text names the character c at a place counted from 1. */
void fields_put_character(struct fields *f, struct field entry, int32_t c, size_t place);

/* As fields_put, and the text names the words, of which it should have been one; NULL-terminated. */
void fields_put_words(struct fields *f, struct field entry, const char *const *words);

/* As fields_put for the usual case. */
void fields_add(struct fields *f, const char *pointer, const char *code);

/* The pointer is formatted into the arena. When that is full only the count grows (the arena's
 * failure is sticky, check it once). */
void fields_addf(struct fields *f, const char *code, const char *format, ...) PRINTF_LIKE(3, 4);

/* True when something has been said about this very pointer. */
bool fields_has(const struct fields *f, const char *pointer);

static inline bool fields_any(const struct fields *f)
{
	return f->total > 0;
}

/* Orders by row, then pointer (numbers inside a pointer by value), then code, so that an answer
 * does not depend on the order of checks. */
void fields_sort(struct fields *f);
