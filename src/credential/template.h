/* credential/template.h - one table describes a document; JSON and canonical form both come
 * from it, so they cannot disagree.
 *
 * A table is rows in the order of the JSON text. A row opens or closes an object, or gives the
 * object that is open one property. Values are taken from an array by index; a property marked
 * optional is left out when its value is absent (p == NULL). */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/slice.h"

enum template_op {
	T_CONTEXT,    /* "@context": json, as it is; no statement */
	T_ID,         /* "id": the address of the object that is open */
	T_TYPE,       /* "type": json as it is (NULL: none); statement rdf:type iri */
	T_TEXT,       /* "key": "value"; statement with an optional datatype */
	T_RAW,        /* "key": value without quotes; statement with datatype */
	T_LINK,       /* "key": "value"; statement whose object is that address */
	T_OPEN,       /* "key": {, an object whose address is value */
	T_OPEN_BLANK, /* "key": [{, an object without address: the blank node */
	T_CLOSE,      /* } or }] */
};

struct template_row {
	enum template_op op;
	bool optional;
	const char *key;      /* of the JSON member */
	const char *iri;      /* predicate, or the type's IRI */
	const char *datatype; /* of a literal; NULL: plain string */
	const char *json;     /* constant JSON of T_CONTEXT and T_TYPE */
	const char *text;     /* a constant value; NULL: values[value] */
	unsigned value;
};

struct unsecured_document {
	struct slice json;      /* the document without proof */
	struct slice canonical; /* its canonical N-Quads */
};

/* root: index of the value that is the document's own address. values and table are only read.
 * The result lives in the arena. Failures as nquads_finish. */
MUSTUSE int template_fill(struct arena *a, const struct template_row *rows, size_t n,
                          const struct slice *values, unsigned root, struct unsecured_document *ret);

/* The reverse: takes the values out of a JSON object that has exactly the members of the table.
 * A list of one and the one alone are the same, and types are a set, as JSON-LD has it.
 * A value that stands in several places must be the same in all. values: n_values of them; absent
 * optional ones become SLICE_NONE. Texts lie in json, numbers in the arena. E_SYNTAX: another
 * shape, *ret_at is the kind of row that does not fit (T_CLOSE: a member that no row has);
 * E_NOMEM. */
MUSTUSE int template_read(struct arena *a, const struct template_row *rows, size_t n,
                          const json_t *json, unsigned root, struct slice *values,
                          size_t n_values, enum template_op *ret_at);
