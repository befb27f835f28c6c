/* base/arena.c - a chain of blocks, each twice as large as the last, bump-allocated. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"

enum { FIRST_BLOCK = 8192 - 64, ALIGN = _Alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size, used; /* of data */
	_Alignas(max_align_t) unsigned char data[];
};

struct hook {
	struct hook *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *head; /* newest */
	struct hook *hooks;
	size_t max, taken;
	bool failed;
};

static struct block *block_new(struct arena *a, size_t size)
{
	if (size > a->max || a->taken > a->max - size)
		return NULL;
	struct block *b = malloc(sizeof *b + size);
	if (!b)
		return NULL;
	*b = (struct block){.next = a->head, .size = size};
	a->head = b;
	a->taken += size;
	return b;
}

struct arena *arena_new(size_t max)
{
	struct arena *a = calloc(1, sizeof *a);
	if (!a)
		return NULL;
	a->max = max;
	if (!block_new(a, max < FIRST_BLOCK ? max : FIRST_BLOCK)) {
		free(a);
		return NULL;
	}
	return a;
}

static void run_hooks(struct arena *a)
{
	while (a->hooks) {
		struct hook *h = a->hooks;
		a->hooks = h->next;
		h->fn(h->arg);
	}
}

void arena_reset(struct arena *a)
{
	run_hooks(a);
	while (a->head->next) {
		struct block *b = a->head;
		a->head = b->next;
		a->taken -= b->size;
		free(b);
	}
	a->head->used = 0;
	a->failed = false;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->head);
	free(a);
}

static size_t next_size(const struct arena *a, size_t need)
{
	size_t size = a->head->size * 2;
	size_t left = a->max - a->taken;
	if (size > left)
		size = left;
	return size < need ? need : size;
}

static void *take(struct arena *a, size_t n)
{
	size_t need = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (need < n) {
		a->failed = true;
		return NULL;
	}
	struct block *b = a->head;
	if (need > b->size - b->used)
		b = block_new(a, next_size(a, need));
	if (!b) {
		a->failed = true;
		return NULL;
	}
	void *p = b->data + b->used;
	b->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
	void *p = take(a, n);
	return p ? memset(p, 0, n) : NULL;
}

char *arena_text(struct arena *a, size_t n)
{
	char *p = n < SIZE_MAX ? take(a, n + 1) : NULL;
	if (p)
		p[n] = '\0';
	return p;
}

char *arena_copy(struct arena *a, struct slice s)
{
	char *p = arena_text(a, s.n);
	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct slice arena_slice(struct arena *a, struct slice s)
{
	char *p = arena_copy(a, s);
	return p ? slice_from(p, s.n) : SLICE_NONE;
}

struct slice arena_slice_or_none(struct arena *a, struct slice s)
{
	return s.p ? arena_slice(a, s) : SLICE_NONE;
}

struct slice arena_join(struct arena *a, const struct slice *parts, size_t n)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += parts[i].n;
	char *p = a->failed ? NULL : arena_text(a, total), *at = p;
	if (!p)
		return SLICE_NONE;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	return slice_from(p, total);
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	/* What fits here is written once. */
	char here[256];
	int n = vsnprintf(here, sizeof here, fmt, args);
	va_end(args);
	char *p = n < 0 ? NULL : arena_text(a, (size_t)n);
	if (p && (size_t)n < sizeof here)
		memcpy(p, here, (size_t)n);
	else if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

int arena_on_dispose(struct arena *a, void (*fn)(void *), void *arg)
{
	struct hook *h = arena_alloc(a, sizeof *h);
	if (!h) {
		fn(arg);
		return E_NOMEM;
	}
	*h = (struct hook){.next = a->hooks, .fn = fn, .arg = arg};
	a->hooks = h;
	return 0;
}

size_t arena_size(const struct arena *a)
{
	return a->taken;
}
