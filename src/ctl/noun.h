/* ctl/noun.h - what the verbs of a noun have in common: list it with filters, show one, change one, tell its history.
 * A noun is a row: where it lives, and what of it people see. */
#pragma once

#include <jansson.h>

#include "ctl/table.h"
#include "ctl/verb.h"

struct noun {
	const char *path; /* "/v1/organisations"; one of them is PATH/ARGUMENT */
	const struct column_spec *listed, *shown; /* in a list; of one */
	size_t n_listed, n_shown;
};

#define NOUN(at, list, one) {at, list, one, ARRAY_LEN(list), ARRAY_LEN(one)}

/* All pages of the list behind the path; each filter is an option of the verb and a parameter of that name. */
int noun_list(struct ctl *ctl, const struct noun *noun, const char *path, const char *const *filters, size_t n);

/* The one that the first argument names, and what was done to it. */
int noun_show(struct ctl *ctl, const struct noun *noun);
int noun_history(struct ctl *ctl, const struct noun *noun);

/* Sends the body, which is given up (NULL: out of memory), to the first argument's address with what stands behind
 * it, or to the path alone when there is no argument; shows what comes of it. */
int noun_send(struct ctl *ctl, const struct noun *noun, const char *method, const char *behind, json_t *body);

/* The options reason and note as a body; NULL after an explanation that lists the reasons. */
json_t *noun_reason(struct ctl *ctl, const char *reasons_en, const char *reasons_zh);

/* What stands between commas, as an array; an empty one of NULL. */
json_t *noun_words(const char *option);
