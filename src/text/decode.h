/* text/decode.h - from a JSON object to a struct, by a const table that describes the fields.
 *
 * Everything wrong is collected in one go: unknown fields, missing ones, wrong types, lengths,
 * ranges. Values are copied into the arena, so the JSON may be freed afterwards. A field that is
 * absent (or null, where allowed) leaves its place in the struct untouched; the caller zeroes it.
 *
 * Codes: required, unknown_field, wrong_type, too_long, too_short, characters, out_of_range,
 * id_number_in_text, whole_number, decimals, date, uuid, not_a_choice, too_many, too_few. */
#pragma once

#include <jansson.h>

#include "base/opt.h"
#include "text/fields.h"

/* The kind of a field and the C type at its offset. */
enum decode_kind {
	DECODE_STRING, /* struct slice; min and max count characters; none that hides (text/character.h), and
			* no ID number in it: what is not declared as one is shown and kept as any text */
	DECODE_PROSE,  /* the same, but line feeds, tabs and what spells words and emoji are allowed */
	DECODE_TYPED,  /* the same for what is looked up and folded: only controls other than tabs and line ends are refused */
	DECODE_ANY_STRING, /* struct slice, any text at all: the caller judges it */
	DECODE_CHOICE, /* struct slice, one of choices */
	DECODE_INT,    /* struct opt_int; min and max are the range */
	DECODE_SCORE,  /* struct opt_int in hundredths; min and max too; two decimals at most */
	DECODE_BOOL,   /* struct opt_bool */
	DECODE_DAY,    /* struct opt_day, "YYYY-MM-DD" */
	DECODE_UUID,   /* struct opt_uuid */
	DECODE_OBJECT, /* struct described by table */
	DECODE_ARRAY,  /* struct decode_array of structs by table, or without one of struct slice
			  (1 to DECODE_ITEM_MAX characters each); min and max count items */
	DECODE_JSON,   /* json_t *, borrowed from the input: any value */
	DECODE_OWN,    /* text that read makes what it likes of */
};

struct decode_array {
	void *items; /* n structs, or n slices; in the arena */
	size_t n;
};

struct decode_table;

struct decode_field {
	const char *name;
	enum decode_kind kind;
	bool required; /* absent or null: code required; so is an empty or blank string when min > 0 */
	bool nullable; /* null is as good as absent even though the field is required */
	size_t offset;
	size_t given;  /* DECODE_GIVEN(struct, bool member) to be told of presence; 0 = not */
	int64_t min, max; /* max 0: no bound */
	const char *hint; /* text for out_of_range instead of the general one (field_text.h) */
	const char *const *choices; /* ends with NULL */
	const struct decode_table *table;
	/* DECODE_OWN: fills the place from the text, by what by says. NULL or the code. */
	const char *(*read)(const void *by, struct slice text, void *to);
	const void *by;
};

#define DECODE_GIVEN(type, member) (offsetof(type, member) + 1)

struct decode_table {
	const struct decode_field *fields;
	size_t n;
	size_t size; /* of the struct; needed for items of arrays */
};

enum { DECODE_ITEM_MAX = 200 };

/* Tables may nest to this depth. */
enum { DECODE_DEPTH_MAX = 6 };

/* Fills *out from json; errors go to f with pointers below the root (""). Returns 0 (look at f) or
 * E_NOMEM. */
MUSTUSE int decode_object(json_t *json, const struct decode_table *table, void *out,
			  struct arena *arena, struct fields *f);

/* One value that came as text: a query parameter. Kinds that are text in JSON too, and DECODE_INT. The
 * text must live as long as *to, a place of the kind's type. Returns NULL or the code. */
const char *decode_text(const struct decode_field *field, struct slice text, void *to);

/* Puts entry, its code being one for text (decode_text), with what the code's sentence names. */
void decode_refuse(struct fields *f, struct field entry, const struct decode_field *field,
		   struct slice text);

/* A decimal number as whole hundredths, exactly. Returns NULL or the code: wrong_type,
 * out_of_range (outside +-10^9), decimals (more than two). */
const char *decode_hundredths(const json_t *json, int64_t *ret);

/* Characters (code points) of valid UTF-8. */
size_t text_length(struct slice s);
