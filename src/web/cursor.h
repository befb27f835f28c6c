/* web/cursor.h - where a page of a list ended, as its client sees it: opaque text that says the sort key of
 * the last row shown, and of which list, so that it fits no other.
 *
 * A cursor holds no more than the row that the client has seen. It is no secret and no proof: whoever makes
 * one up only begins a page of his own rows elsewhere. */
#pragma once

#include "base/buf.h"
#include "base/opt.h"

enum { CURSOR_KEYS_MAX = 4, CURSOR_TEXT_MAX = 254, CURSOR_BYTES_MAX = 600 };

enum cursor_kind {
	CURSOR_UUID = 1,
	CURSOR_TEXT,   /* struct slice, none or up to CURSOR_TEXT_MAX bytes */
	CURSOR_NUMBER, /* int64_t */
};

/* The members of an item that its list is sorted by, in their order. */
struct cursor_shape {
	const char *list; /* its name */
	size_t n;
	struct cursor_key {
		enum cursor_kind kind;
		size_t offset;
	} key[CURSOR_KEYS_MAX];
};

/* CURSOR_KEY(struct session_row, id) */
#define CURSOR_KEY(type, member) \
	{_Generic(((type *)0)->member, struct uuid: CURSOR_UUID, struct slice: CURSOR_TEXT, \
	          int64_t: CURSOR_NUMBER), offsetof(type, member)}

/* One that was read. Zero: from the beginning. Not to be copied, texts point into it. */
struct cursor {
	bool given;
	struct {
		struct uuid uuid;
		struct slice text;
		int64_t number;
	} key[CURSOR_KEYS_MAX]; /* of each the member of its kind */
	char _bytes[CURSOR_BYTES_MAX];
};

/* A number, or null from the beginning. */
static inline struct opt_int cursor_number(const struct cursor *c, size_t key)
{
	return (struct opt_int){c->given, c->key[key].number};
}

/* The cursor behind an item: letters, digits, - and _. Fails stickily with b. */
void cursor_add(struct buf *b, const struct cursor_shape *shape, const void *item);

/* For tables of queries (DECODE_OWN): shape is a struct cursor_shape, to a struct cursor. NULL, or the code
 * "cursor": it is none of this list's. */
const char *cursor_read(const void *shape, struct slice text, void *to);
