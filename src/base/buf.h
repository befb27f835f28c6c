/* base/buf.h - a growing byte buffer with a maximum and a sticky failure.
 *
 * Append as often as you like and check buf_failed() once: after a failure (maximum reached or
 * memory out) nothing more is appended. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct buf {
	char *p;
	size_t n, size, max;
	bool failed;
};

#define BUF_INIT(maximum) ((struct buf){.max = (maximum)})

/* Frees the memory; the buffer may be used again with the same maximum. */
void buf_free(struct buf *b);

/* Forgets the content and a failure, keeps the memory. */
void buf_clear(struct buf *b);

static inline void buf_add(struct buf *b, struct slice s);
static inline void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *cstr);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_addu(struct buf *b, uint64_t v); /* decimal */

/* Makes room for n more bytes and returns where to write them, or NULL (sticky failure). After
 * writing k <= n bytes call buf_commit(b, k). */
static inline char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t k);

/* Drops the first n bytes (n <= b->n). */
void buf_consume(struct buf *b, size_t n);

char *_buf_grow(struct buf *b, size_t n);

static inline char *buf_reserve(struct buf *b, size_t n)
{
	return n <= b->size - b->n && !b->failed ? b->p + b->n : _buf_grow(b, n);
}

static inline void buf_add(struct buf *b, struct slice s)
{
	char *to = s.n ? buf_reserve(b, s.n) : NULL;
	if (!to)
		return;
	memcpy(to, s.p, s.n);
	b->n += s.n;
}

static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, slice_from(&c, 1));
}

static inline struct slice buf_slice(const struct buf *b)
{
	return slice_from(b->p, b->n);
}

static inline bool buf_failed(const struct buf *b)
{
	return b->failed;
}
