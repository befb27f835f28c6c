/* domain/standard.h - the dictionary of occupations and the standards that exams are held under: the bodies of
 * their requests.
 *
 * A version of a standard says all that it has: work types, their levels, and for each level the least hours of
 * training, the least age and who may apply: whoever meets all of one of its conditions. */
#pragma once

#include "text/decode.h"

enum {
	STANDARD_NAME_MAX = 80, /* "互联网营销师/2021" */
	STANDARD_WORK_TYPES_MAX = 40,
	STANDARD_LEVELS_MAX = 10,
	STANDARD_CONDITIONS_MAX = 20,
};

/* The body of POST /v1/occupations. */
struct occupation_body {
	struct slice code, edition, name, name_en;
};

extern const struct decode_table occupation_table;

/* Checks occupation_code, edition. Sorts f. */
void occupation_check(const struct occupation_body *o, struct fields *f);

/* One way to be admitted: all that it names. */
struct standard_condition {
	struct slice prerequisite; /* code of a level that is held; or none */
	struct opt_int years;      /* of work, since then if there is one */
	struct slice education;    /* or none */
	struct slice wording;      /* the document's own, or none */
};

struct standard_level {
	struct slice level; /* its code */
	struct opt_int min_hours, min_age;
	struct decode_array conditions; /* of struct standard_condition */
};

struct standard_work_type {
	struct slice slug;
	struct slice name, name_en; /* none: the occupation has no work types; it is examined as such */
	struct decode_array levels; /* of struct standard_level */
};

/* The body of POST /v1/standards/{id}/versions, and what POST /v1/standards says as its first one. */
struct standard_version {
	struct opt_day valid_from;
	struct slice note;
	struct decode_array work_types; /* of struct standard_work_type */
};

extern const struct decode_table standard_version_table;

/* Checks work_type_slug, work_type_name, duplicate (slug, name, level), condition_empty. */
void standard_version_check(const struct standard_version *v, struct fields *f);

/* The body of POST /v1/standards. */
struct standard_body {
	struct slice name, occupation, edition, document, printed_code;
	struct opt_day issued_on, valid_to;
	struct standard_version first;
};

extern const struct decode_table standard_table;

/* All that can be said without asking the registry: occupation_code, edition, standard_name, standard_year,
 * date_in_future (issued_on), before_issue, date_order and what standard_version_check says. Sorts f. */
void standard_check(const struct standard_body *s, struct day today, struct fields *f);

/* The body of POST /v1/standards/{id}/preview: a version, or an end with the day valid_to. */
struct standard_preview {
	struct standard_version version;
	struct opt_day valid_to;
	bool has_work_types;
};

extern const struct decode_table standard_preview_table;

/* Checks required, version_or_end and what standard_version_check says. Sorts f. */
void standard_preview_check(const struct standard_preview *p, struct fields *f);
