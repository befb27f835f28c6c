/* ctl/noun.h - a verb that is one request, as data: where it goes, what of the command line goes with it, and what of
 * the answer people see. A noun is a row for each of its verbs (struct verb.request); with --json the answer is
 * printed as it came. */
#pragma once

#include <jansson.h>

#include "base/uuid.h"
#include "ctl/body.h"
#include "ctl/table.h"
#include "ctl/verb.h"

/* What people see of a thing, or of each in a list: columns, and tables of what it has many of. They end with a zero
 * column and a zero table. */
struct view {
	const struct column_spec *columns;
	struct {
		const char *member;
		const struct column_spec *columns;
	} tables[2];
};

struct request {
	const char *method; /* NULL: all pages of a list */
	/* A % for each argument in turn. One argument may be left over: it is the body's file, or BODY_ARGUMENT. */
	const char *path;
	/* When this option is given: another path, whose first % a value of the option fills. */
	struct {
		const char *option, *method, *path;
	} instead;
	bool file; /* the argument left over is a JSON file, which is the body */
	const struct body_field *fields; /* the body's, or the list's parameters, as they were typed; end with a zero one */
	/* The id that stands in the path for the first argument; an exit_code. NULL: the argument itself. */
	int (*find)(struct ctl *ctl, char id[static UUID_TEXT]);
	const char *items; /* the list's member; NULL: "items" */
	const struct view *view;
	bool sparse; /* of a list: without the columns that are empty in every line */
	/* A sentence instead, with the answer's members for its %, in their order. */
	struct {
		const char *en, *zh, *members[2];
	} says;
	void (*show)(struct ctl *ctl, const json_t *answer); /* instead of both */
};

/* Does what the verb's request, or this one, says; an exit_code. */
int noun_run(struct ctl *ctl);
int noun_do(struct ctl *ctl, const struct request *request);

/* Prints the answer so. */
void view_print(struct ctl *ctl, const struct view *view, const json_t *answer);

/* ---- what the rows of many nouns say ---- */

#define LIST(...) .request = &(const struct request){.path = __VA_ARGS__}
#define ASK(how, ...) .request = &(const struct request){.method = how, .path = __VA_ARGS__}

/* history ID: of one thing, the newest first. */
extern const struct view noun_history_view;
#define HISTORY(...) LIST(__VA_ARGS__, .view = &noun_history_view, .sparse = true)

#define NOUN_NOTE {"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}
#define NOUN_LAST_DAY {"to", "DATE", "the last day: YYYY-MM-DD, today, today+N", "最后一天：YYYY-MM-DD、today、today+N"}

extern const struct body_field note_fields[];        /* note */
extern const struct body_field reason_fields[];      /* reason, note */
extern const struct body_field last_day_fields[];    /* reason, note, to → valid_to */

/* ---- for verbs that are functions ---- */

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

#define noun_words body_words
