/* domain/eligibility.h - who may be examined: what a body declares of a candidate, and what the registry says against one
 * (sql/functions/_eligibility.sql). */
#pragma once

#include "text/decode.h"

/* What the body has seen, as far as the registry cannot know it: {"level":…,"years":…,"education":…,"basis":…}. */
struct declared {
	struct slice level;     /* code of a level that is held; or none */
	struct opt_int years;   /* of work, since then if there is one */
	struct slice education; /* or none */
	struct slice basis;     /* of domain/declared_basis_list.h */
};

extern const struct decode_table declared_table;

/* Schooling, the least first, and what a body has seen. Both end with NULL. */
extern const char *const educations[];
extern const char *const declared_bases[];

/* 正考, 补考; 初次, 晋级. Both end with NULL. */
extern const char *const sittings[];
extern const char *const advancements[];

/* Adds declared_empty (/declared) when nothing is declared. */
void declared_check(const struct declared *d, struct fields *f);

/* Adds a field error for each of the words of _eligibility, comma separated. Sorts f. */
void eligibility_refuse(struct slice words, struct fields *f);
