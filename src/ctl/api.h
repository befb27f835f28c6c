/* ctl/api.h - one call of the API as the verbs make it: JSON in, JSON out, and a refusal
 * explained to the person at the terminal. */
#pragma once

#include <jansson.h>

#include "ctl/client.h"
#include "ctl/table.h"
#include "ctl/verb.h"

/* Calls and explains. path: PATH(…). body may be NULL and stays the caller's; key may be NULL. On CTL_OK *ret
 * is the answer (json_decref it; NULL for 204), and with --json it has been printed. Any other
 * exit code has been explained on ctl->err. */
int api_call(struct ctl *ctl, const char *method, const char *const *path, const json_t *body,
	     const char *key, json_t **ret);

/* The same with a key made of path and body, so that sending it again changes nothing. */
int api_call_once(struct ctl *ctl, const char *method, const char *const *path, const json_t *body, json_t **ret);

/* Gives fn each page of a list; what it returns other than CTL_OK ends the list. path as below. */
int api_pages(struct ctl *ctl, const char *const *path, int (*fn)(void *arg, const json_t *page), void *arg);

/* All pages of a list: follows next_cursor and returns one array of "items". With --json each
 * page has been printed on a line of its own. */
int api_list(struct ctl *ctl, const char *const *path, json_t **ret_items);

/* The same of the pages' member of that name. */
int api_list_of(struct ctl *ctl, const char *const *path, const char *member, json_t **ret_items);

/* Explains why client_call failed; returns CTL_UNREACHABLE or CTL_UNKNOWN. */
int api_explain_failure(const struct ctl *ctl, int failure, bool is_read);

/* Explains a status of 400 and above: title, detail, each field error, what to do, request id. */
int api_explain_problem(const struct ctl *ctl, const struct answer *a);

/* Parses an answer's body; NULL when it is no JSON. */
json_t *api_json(const struct answer *a);

/* A key that repeats with the content: the same request sent again is the same request. */
enum { API_KEY_TEXT = 45 };
void api_key(struct slice route, struct slice body, char out[static API_KEY_TEXT]);

/* The first item of a list whose member is this very text; NULL when there is none. What a list was asked
 * for is not relied on. */
json_t *api_find(const json_t *items, const char *member, const char *text);

/* The member's text, or "" when it is absent or no string. */
const char *api_str(const json_t *object, const char *name);
