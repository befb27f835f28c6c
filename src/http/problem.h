/* http/problem.h - what can go wrong, in one table, and its form on the wire (RFC 9457).
 *
 * Every problem the service answers with is listed in http/problem_list.h: code, status, title
 * and detail in both languages. The code is stable; the texts may be improved. */
#pragma once

#include "base/buf.h"
#include "http/language.h"

struct fields;   /* text/fields.h */
struct http_response;
struct arena;

/* What a problem says of a request that wanted to store something. */
#define UNSTORED_EN "; nothing was stored"
#define UNSTORED_ZH "，未保存任何内容"

#define X(ID, code, status, retry, ten, tzh, den, dzh) P_##ID,
enum problem_id {
	P_NONE = -1,
#include "http/problem_list.h"
	PROBLEM_COUNT
};
#undef X

struct problem {
	const char *code;
	int status;
	int retry_after; /* seconds of Retry-After; 0 = none */
	struct {
		const char *title, *detail;
	} text[LANG_COUNT];
};

extern const struct problem problems[PROBLEM_COUNT];

/* By code; NULL when there is none. */
const struct problem *problem_find(struct slice code);

enum problem_member_kind {
	PROBLEM_TEXT,
	PROBLEM_NUMBER,
	PROBLEM_LIST, /* text: items separated by commas */
};
struct problem_member {
	const char *name; /* e.g. "assessment_id" */
	enum problem_member_kind kind;
	struct slice text;
	int64_t number;
};

/* One occurrence. Everything but problem and request_id may be left zero. */
struct problem_report {
	const struct problem *problem;
	enum lang lang;
	struct slice base_url; /* public_url without a slash at the end */
	struct slice request_id;
	bool unstored_unsaid;        /* nothing was to be stored, or something was: it is not said */
	struct slice detail;         /* instead of the table's, already in lang */
	int64_t retry_after;         /* seconds, instead of the table's; 0: those */
	const struct fields *fields; /* errors[]; the detail then counts them */
	const struct problem_member *members;
	size_t n_members;
};

/* Appends what happened, in words. */
void problem_detail(const struct problem_report *p, struct buf *out);

/* After so many seconds it is worth trying again; 0: that is not said. */
int64_t problem_retry_after(const struct problem_report *p);

/* That in words: "Try again in 2 minutes." NULL when the arena is full. */
const char *problem_retry_words(int64_t seconds, enum lang lang, struct arena *a);

/* Appends the JSON object. Failures are the buffer's. */
void problem_write(const struct problem_report *p, struct buf *out);

/* Content-Language, Vary and, where it is said, Retry-After. */
void problem_fields(struct http_response *r, const struct problem_report *p, struct arena *a);

/* A whole response in the arena: status, application/problem+json, Content-Language, Vary,
 * Retry-After where the table has one. NULL when the arena is full. */
struct http_response *problem_response(const struct problem_report *p, struct arena *a);
