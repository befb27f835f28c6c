/* text/fields.c - a plain array with a count that goes on when the array is full. */
#include "text/fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "text/character.h"

void fields_init(struct fields *f, struct arena *arena)
{
	*f = (struct fields){._arena = arena};
}

static bool is_same(const struct field *a, const struct field *b)
{
	return a->row == b->row && strcmp(a->pointer, b->pointer) == 0 &&
	       strcmp(a->code, b->code) == 0;
}

/* Something of the wrong type has no members that could be wrong. */
static bool is_above(const struct field *a, const struct field *b)
{
	size_t n = strlen(a->pointer);
	return a->row == b->row && !b->parameter && strcmp(a->code, "wrong_type") == 0 &&
	       strncmp(a->pointer, b->pointer, n) == 0 && b->pointer[n] == '/';
}

void fields_put(struct fields *f, struct field entry)
{
	for (size_t i = 0; i < f->n; i++)
		if (is_same(&f->at[i], &entry) || is_above(&f->at[i], &entry))
			return;
	f->total++;
	if (f->n < FIELDS_MAX)
		f->at[f->n++] = entry;
}

void fields_put_character(struct fields *f, struct field entry, int32_t c, size_t place)
{
	entry.limit[0] = (int64_t)place;
	entry.what = character_name(c, f->_arena);
	if (entry.what)
		fields_put(f, entry);
	else
		f->total++;
}

void fields_put_words(struct fields *f, struct field entry, const char *const *words)
{
	struct buf b = BUF_INIT(KIB);
	for (; *words; words++) {
		buf_adds(&b, b.n ? ", " : "");
		buf_adds(&b, *words);
	}
	entry.what = buf_failed(&b) ? NULL : arena_copy(f->_arena, buf_slice(&b));
	buf_free(&b);
	if (entry.what)
		fields_put(f, entry);
	else
		f->total++;
}

void fields_add(struct fields *f, const char *pointer, const char *code)
{
	fields_put(f, (struct field){.pointer = pointer, .code = code});
}

void fields_addf(struct fields *f, const char *code, const char *format, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof text)
		n = 0; /* too long to repeat: speak of the whole */
	char *pointer = arena_copy(f->_arena, slice_from(text, (size_t)n));
	if (pointer)
		fields_add(f, pointer, code);
	else
		f->total++;
}

bool fields_has(const struct fields *f, const char *pointer)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->at[i].pointer, pointer) == 0)
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* As strcmp, but a run of digits counts as a number: /items/9 stands before /items/10. */
static int compare_pointers(const char *a, const char *b)
{
	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			char *a_end, *b_end;
			unsigned long long x = strtoull(a, &a_end, 10), y = strtoull(b, &b_end, 10);
			if (x != y)
				return x < y ? -1 : 1;
			a = a_end;
			b = b_end;
		} else if (*a != *b) {
			break;
		} else {
			a++;
			b++;
		}
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static int compare(const void *left, const void *right)
{
	const struct field *a = left, *b = right;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	int order = compare_pointers(a->pointer, b->pointer);
	return order ? order : strcmp(a->code, b->code);
}

void fields_sort(struct fields *f)
{
	qsort(f->at, f->n, sizeof f->at[0], compare);
}
