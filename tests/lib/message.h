/* tests/lib/message.h - one HTTP message through the parser, cut anywhere, and all that can be seen
 * of it: for tables, the corpus and the fuzzer alike. */
#pragma once

#include <stdio.h>

#include "http/parser.h"

enum { MESSAGE_BODY_MAX = 64 };

/* Everything observable about it; bytes that are not set are zero, so that memcmp compares. */
struct message {
	enum http_result result;
	enum problem_id why;
	char text[2048];
	char body[MESSAGE_BODY_MAX + 1];
	size_t used;
};

static inline void message_describe(struct message *s, const struct http_head *h)
{
	int n = snprintf(s->text, sizeof s->text,
	                 "%.*s|%d|%.*s|%.*s|%.*s|%.*s|%llu %d %d %d %d %u|", SLICE_ARGS(h->method_name), (int)h->method, SLICE_ARGS(h->target),
	                 SLICE_ARGS(h->path), SLICE_ARGS(h->query), SLICE_ARGS(h->host),
	                 (unsigned long long)h->content_length, h->chunked, h->has_body,
	                 h->expect_continue, h->keep_alive, h->minor);
	for (size_t i = 0; i < h->n_fields && n < 1500; i++)
		n += snprintf(s->text + n, sizeof s->text - (size_t)n, "%.*s=%.*s;",
		              SLICE_ARGS(h->fields[i].name), SLICE_ARGS(h->fields[i].value));
}

/* The bytes arrive in two pieces, the second beginning at cut; one by one when cut is 0. */
struct message_feed {
	struct slice all;
	size_t cut, given;
	struct buf in; /* what was given, without cookies */
};

static inline void message_more(struct message_feed *f)
{
	size_t before = f->given;
	if (f->cut == 0)
		f->given++;
	else
		f->given = f->given < f->cut ? f->cut : f->all.n;
	buf_add(&f->in, slice_from(f->all.p + before, f->given - before));
}

static inline void message_read_body(struct message_feed *f, struct http_parser *p,
                                     const struct http_head *h, size_t at, struct message *s)
{
	struct buf body = BUF_INIT(MESSAGE_BODY_MAX);
	const size_t cookies = f->given - f->in.n;
	for (;;) {
		size_t used = 0;
		struct slice in = slice_skip(buf_slice(&f->in), at);
		s->result = http_parser_body(p, h, in, &body, &used, &s->why);
		at += used;
		if (s->result != HTTP_MORE || f->given >= f->all.n)
			break;
		message_more(f);
	}
	if (s->result == HTTP_READY)
		s->used = at + cookies;
	if (s->result != HTTP_REFUSED && body.n)
		memcpy(s->body, body.p, body.n);
	buf_free(&body);
}

static inline void message_read_head(struct message_feed *f, size_t n, struct message *s)
{
	struct arena *a = arena_new(64 * KIB);
	struct http_parser p;
	struct http_head *h = NULL;
	char *text = arena_copy(a, slice_from(f->in.p, n));
	s->result = http_parser_head(&p, text, n, a, &h, &s->why);
	if (s->result == HTTP_READY) {
		message_describe(s, h);
		message_read_body(f, &p, h, n, s);
	}
	arena_free(a);
}

static inline void message_parse(struct slice all, size_t cut, struct message *s)
{
	struct message_feed f = {.all = all, .cut = cut, .in = BUF_INIT(4 * MIB)};
	struct http_scan scan = {0};
	size_t n = 0;
	memset(s, 0, sizeof *s);
	do {
		message_more(&f);
		s->result = http_scan(&scan, &f.in, &n, &s->why);
	} while (s->result == HTTP_MORE && f.given < all.n);
	if (s->result == HTTP_READY)
		message_read_head(&f, n, s);
	buf_free(&f.in);
}
