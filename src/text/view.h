/* text/view.h - how a noun is shown: a constant table of the fields of its struct, written once.
 *
 * A field's kind follows from the C type of the member, so a table cannot disagree with its struct; whether
 * a column may be null follows from its statement's header in sql/ (NAME_row_null_COLUMN).
 *
 *     static const struct view_field fields[] = {
 *             VIEW_COLUMN(session_row, id, "id"),
 *             VIEW_COLUMN(session_row, completed_on, "completed_on"),
 *             VIEW_COLUMN(session_row, hours_attended, "hours_attended", .as = VIEW_NUMBER, .omitted = true),
 *     };
 *     const struct view session_view = VIEW(session, struct session_row, fields);
 *
 * A JSON schema is derived so: an object named after the view; a property for each field, where the fields of
 * a VIEW_PART stand in its place; required are those that are not omitted, and there are no others. Types:
 * TEXT, CHARS, CODE and BYTES string, UUID string (format uuid), DAY string (date), INSTANT string (date-time), INT
 * integer, BOOL boolean, NUMBER and DECIMAL number, WORDS and TEXTS array of strings, OBJECT and LIST the schema of
 * .view (ITEM and ITEMS: or of .or), FIGURES an object of integers whose names are data, JSON anything, or an array
 * of .shape. view_is_nullable adds null, but not to an omitted field, which is left out instead. */
#pragma once

#include "base/opt.h"
#include "text/decode.h"
#include "text/jsonw.h"

enum view_kind {
	VIEW_NONE = 0,
	/* by the member's type */
	VIEW_TEXT,        /* struct slice; none: absent */
	VIEW_CHARS,       /* const char *; NULL: absent */
	VIEW_UUID,        /* struct uuid; where it may be null, nil is absent */
	VIEW_INT,         /* int64_t */
	VIEW_BOOL,        /* bool */
	VIEW_DAY,         /* struct day */
	VIEW_INSTANT,     /* struct instant */
	VIEW_OPT_INT,     /* struct opt_int, and so on */
	VIEW_OPT_BOOL,
	VIEW_OPT_DAY,
	VIEW_OPT_INSTANT,
	VIEW_CODE,        /* any enum: the text of .code */
	VIEW_BYTES,       /* an array of uint8_t: the text that .made makes of it */
	VIEW_TEXTS,       /* struct decode_array of texts */
	VIEW_SEVERAL,     /* struct view_list */
	VIEW_ITEM,        /* struct view_item, of .view or of .or */
	VIEW_ITEMS,       /* struct view_items, each of .view or of .or */
	VIEW_FIGURES,     /* struct view_figures */
	/* said by .as */
	VIEW_NUMBER,      /* of a slice: decimal text, as PostgreSQL writes it */
	VIEW_DECIMAL,     /* of an int64_t: divided by 10 to the power of .places */
	VIEW_WORDS,       /* of a slice: words between commas */
	VIEW_JSON,        /* of a slice: JSON already */
	VIEW_OBJECT,      /* any struct: by .view; absent when all that it shows is */
	VIEW_PART,        /* the same, its fields standing among the others */
};

/* n structs of .view. */
struct view_list {
	const void *items;
	size_t n;
};

struct view;
struct shape;

/* A struct of one of several views; or, as JSON, what its view wrote before. Absent: neither. */
struct view_item {
	const struct view *view;
	const void *row;
	struct slice made;
};

struct view_items {
	const struct view_item *items;
	size_t n;
};

/* Numbers whose names are data: a, or b.c in an object b. Those of one b stand behind each other. */
struct view_figure {
	struct slice name;
	int64_t v;
};

struct view_figures {
	const struct view_figure *items;
	size_t n;
};

enum { VIEW_TEXT_MAX = 80 };

struct view_field {
	const char *name;
	enum view_kind kind; /* by the member's type */
	enum view_kind as;   /* VIEW_NONE: as its kind */
	size_t offset;
	bool nullable;       /* may be absent, which is null (the optional kinds always may) */
	bool omitted;        /* left out when absent, instead of null */
	const struct view *view, *or;
	const struct shape *shape;      /* of each in an array that is JSON already; NULL: anything */
	unsigned places;
	const char *(*code)(int value); /* NULL for absent */
	void (*made)(const void *bytes, char text[static VIEW_TEXT_MAX]);
	const char *const *words; /* of text: it is one of these; ends with NULL */
};

struct view {
	const char *name; /* of the noun: of its schema */
	const struct view_field *fields;
	size_t n;
	size_t size; /* of the struct */
};

/* Further members of the field follow the name: VIEW_FIELD(struct x, words, "words", .as = VIEW_WORDS). */
#define VIEW_FIELD(type, member, ...) \
	{.kind = VIEW_KIND(type, member), .offset = offsetof(type, member), .name = __VA_ARGS__}

/* Of a row that the build has made. */
#define VIEW_COLUMN(row, column, ...) \
	{.kind = VIEW_KIND(struct row, column), .offset = offsetof(struct row, column), \
	 .nullable = row##_null_##column, .name = __VA_ARGS__}

/* Members that are structs: an object of its own, also of the whole struct ("candidate" of a flat row). */
#define VIEW_STRUCT(type, member, shown, ...) \
	{.as = VIEW_OBJECT, .view = &(shown), .offset = offsetof(type, member), .name = __VA_ARGS__}
#define VIEW_SELF(shown, ...) {.as = VIEW_OBJECT, .view = &(shown), .name = __VA_ARGS__}
#define VIEW_INCLUDE(shown) {.as = VIEW_PART, .view = &(shown)}
#define VIEW_INCLUDE_STRUCT(type, member, shown) \
	{.as = VIEW_PART, .view = &(shown), .offset = offsetof(type, member)}

#define VIEW(noun, type, table) {#noun, table, ARRAY_LEN(table), sizeof(type)}

#define VIEW_KIND(type, member) \
	_Generic(((type *)0)->member, \
		struct slice: VIEW_TEXT, \
		const char *: VIEW_CHARS, \
		struct uuid: VIEW_UUID, \
		int64_t: VIEW_INT, \
		bool: VIEW_BOOL, \
		struct day: VIEW_DAY, \
		struct instant: VIEW_INSTANT, \
		struct opt_int: VIEW_OPT_INT, \
		struct opt_bool: VIEW_OPT_BOOL, \
		struct opt_day: VIEW_OPT_DAY, \
		struct opt_instant: VIEW_OPT_INSTANT, \
		unsigned: VIEW_CODE, \
		uint8_t *: VIEW_BYTES, \
		struct decode_array: VIEW_TEXTS, \
		struct view_list: VIEW_SEVERAL, \
		struct view_item: VIEW_ITEM, \
		struct view_items: VIEW_ITEMS, \
		struct view_figures: VIEW_FIGURES)

static inline enum view_kind view_as(const struct view_field *f)
{
	return f->as ? f->as : f->kind;
}

bool view_is_nullable(const struct view_field *f);

/* Whether there is nothing to show of that field of the struct. */
bool view_is_absent(const struct view_field *f, const void *row);

/* ---- JSON ---- */

void view_write(struct jsonw *w, const struct view *v, const void *row);

/* The same, into an object that is open. */
void view_write_members(struct jsonw *w, const struct view *v, const void *row);

/* ---- text ---- */

/* What a scalar says: as JSON does, without quotation marks; empty when it is absent. Points into the row or
 * into scratch. Objects, lists and JSON are no text (asserted). */
struct slice view_text(const struct view_field *f, const void *row, char scratch[static VIEW_TEXT_MAX]);

/* ---- CSV (RFC 4180) ---- */

/* The first row, after a byte order mark, without which spreadsheets take UTF-8 for something else: a column
 * for each field, those of objects as "object.field". Lists of objects and JSON have none. */
void view_csv_head(struct buf *b, const struct view *v);

/* A row; several words stand in a cell with semicolons between them. Text that a spreadsheet would take for a
 * formula gets an apostrophe before it. Both fail stickily with b. */
void view_csv_row(struct buf *b, const struct view *v, const void *row);
