/* text/shape.h - what JSON of ours looks like: a view (text/view.h), or a table beside the code that
 * writes it. /openapi.json has its schema from there, and in builds for tests the runtime compares every
 * reply with it.
 *
 *     static SHAPE(exam, MEMBER(UUID, "id"), MEMBER(STRING, "partner", .nullable = true), ...);
 */
#pragma once

#include <jansson.h>

#include "base/slice.h"
#include "text/view.h"

enum shape_kind {
	SHAPE_STRING,  /* words: one of them */
	SHAPE_UUID,
	SHAPE_DAY,     /* "YYYY-MM-DD" */
	SHAPE_INSTANT, /* RFC 3339 */
	SHAPE_INT,
	SHAPE_NUMBER,
	SHAPE_BOOL,
	SHAPE_OBJECT,  /* of */
	SHAPE_LIST,    /* of objects; without of: of strings, as words say */
	SHAPE_FIGURES, /* an object of whole numbers, or of such objects, whose names are data */
	SHAPE_ANY,
};

struct shape;

struct shape_field {
	const char *name;
	enum shape_kind kind;
	bool nullable; /* it may be null */
	bool omitted;  /* it may be left out */
	const struct shape *of, *or; /* or: another that it may be of */
	const char *const *words;    /* ends with NULL */
};

struct shape {
	const char *name; /* of its schema */
	const struct shape_field *fields;
	size_t n;
	const struct view *view; /* has name and fields instead */
};

#define MEMBER(what, ...) {.kind = SHAPE_##what, .name = __VA_ARGS__}

/* static SHAPE(...), or SHAPE(...) declared in a header. */
#define SHAPE(noun, ...) \
	const struct shape noun##_shape = { \
		.name = #noun, .fields = (const struct shape_field[]){__VA_ARGS__}, \
		.n = ARRAY_LEN(((const struct shape_field[]){__VA_ARGS__}))}

/* The shape of what a view writes. */
#define SHAPE_OF(shown) (&(const struct shape){.view = &(shown)})

static inline const char *shape_name(const struct shape *s)
{
	return s->view ? s->view->name : s->name;
}

/* Calls fn for each member, until it returns false: then so does this. What a field of a view refers to
 * lives until fn returns. */
typedef bool shape_member_fn(void *arg, const struct shape_field *field);
bool shape_each(const struct shape *shape, shape_member_fn *fn, void *arg);

/* Whether the value is of that shape: all members but such as may be left out, each of its kind, no other. */
bool shape_fits(const struct shape *shape, const json_t *json);
