/* base/buf.c - growing buffer. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_SIZE = 256 };

void buf_free(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT(b->max);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

char *_buf_grow(struct buf *b, size_t n)
{
	if (b->failed)
		return NULL;
	if (n > b->max || b->n > b->max - n) {
		b->failed = true;
		return NULL;
	}
	size_t size = b->size ? b->size : FIRST_SIZE;
	while (size < b->n + n)
		size *= 2;
	if (size > b->max)
		size = b->max;
	char *p = realloc(b->p, size);
	if (!p) {
		b->failed = true;
		return NULL;
	}
	b->p = p;
	b->size = size;
	return p + b->n;
}

void buf_commit(struct buf *b, size_t k)
{
	assert(k <= b->size - b->n);
	b->n += k;
}

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= b->n);
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

void buf_adds(struct buf *b, const char *cstr)
{
	buf_add(b, slice_of(cstr));
}

void buf_addu(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t i = sizeof digits;
	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_add(b, slice_from(digits + i, sizeof digits - i));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *to = n < 0 ? NULL : buf_reserve(b, (size_t)n + 1);
	if (to) {
		vsnprintf(to, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	} else {
		b->failed = true;
	}
	va_end(again);
}
