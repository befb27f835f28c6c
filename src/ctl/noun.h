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
struct answer_view {
	const struct column_spec *columns;
	struct {
		const char *member;
		const struct column_spec *columns;
	} tables[4];
};

enum request_file {
	FILE_NONE,
	FILE_BODY,     /* the argument left over is a JSON file, which is the body */
	FILE_IF_GIVEN, /* the same when there is one, otherwise options make the body */
	FILE_OF_MANY,  /* the same, but the file has one body or an array of them; each is a request (ctl/batch.h) */
};

/* How what the first argument names is found, where it is no id. */
struct named {
	const char *path;   /* is asked for it */
	const char *member; /* of the list's items: is the name; NULL: the answer is no list */
	const char *id;     /* the member with the id */
	const char *en, *zh; /* there is none; a % for the name */
};

/* What the person at a terminal is asked before it is sent (ctl/confirm.h). */
struct question {
	int (*confirm)(const struct ctl *ctl, const char *what, const char *question);
	const char *en, *zh;
};

struct request {
	const char *method; /* NULL: all pages of a list; the verb's options are its parameters, work_type of --work-type */
	/* A % for each argument in turn. One argument may be left over: it is the file, or BODY_ARGUMENT. */
	const char *path;
	const char *of; /* an option that must be given, and fills the first % */
	/* When this option is given: another path, whose first % a value of the option fills. */
	struct {
		const char *option, *method, *path;
	} instead;
	enum request_file file;
	bool keyed; /* with an Idempotency-Key made of path and body: the same command again is the same request */
	const struct body_field *fields; /* the body's; of a list those that are named otherwise; end with a zero one */
	int (*complete)(struct ctl *ctl, json_t *body); /* what fields cannot say of the body; an exit_code */
	const struct named *named; /* the first argument may be an id or this; NULL: it stands in the path as it is */
	const struct question *question;
	const char *items; /* the list's member; NULL: "items" */
	const struct answer_view *view;
	const struct answer_view *many; /* of FILE_OF_MANY: what came of each, as a list */
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

/* Prints the answer, or each of a list's items, so. */
void view_print(struct ctl *ctl, const struct answer_view *view, const json_t *answer);
void view_list(struct ctl *ctl, const struct answer_view *view, const json_t *items);

/* ---- what the rows of many nouns say ---- */

#define LIST(...) .request = &(const struct request){.path = __VA_ARGS__}
#define ASK(how, ...) .request = &(const struct request){.method = how, .path = __VA_ARGS__}

/* history ID: of one thing, the newest first. */
extern const struct answer_view noun_history_view;
#define HISTORY(...) LIST(__VA_ARGS__, .view = &noun_history_view, .sparse = true)

#define NOUN_NOTE {"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}
#define NOUN_LAST_DAY {"to", "DATE", "the last day: YYYY-MM-DD, today, today+N", "最后一天：YYYY-MM-DD、today、today+N"}

extern const struct body_field note_fields[];        /* note */
extern const struct body_field reason_fields[];      /* reason, note */
extern const struct body_field purpose_fields[];     /* purpose, note */
extern const struct body_field last_day_fields[];    /* reason, note, to → valid_to */
