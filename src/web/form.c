/* web/form.c - reading the forms of our own pages. */
#include "web/form.h"

#include <string.h>

#include "base/attr.h"
#include "base/outcome.h"
#include "http/head.h"

static const struct decode_field *find(const struct decode_table *table, struct slice name)
{
	for (size_t i = 0; i < table->n; i++)
		if (slice_is(name, table->fields[i].name))
			return &table->fields[i];
	return NULL;
}

/* A copy in which the escapes of tabs and line ends, which come along with what is pasted, are those of spaces:
 * fields of ours are lines. NULL: no memory. */
static char *one_line(struct slice value, struct arena *arena)
{
	static const char *const ends[] = {"%09", "%0A", "%0a", "%0D", "%0d"};
	char *line = arena_copy(arena, value);
	for (size_t i = 0; line && i + 3 <= value.n; i++)
		for (size_t k = 0; k < ARRAY_LEN(ends); k++)
			if (memcmp(line + i, ends[k], 3) == 0)
				memcpy(line + i, "%20", 3);
	return line;
}

int form_read(struct slice body, const struct decode_table *table, struct arena *arena, void *out)
{
	uint64_t seen = 0; /* bit i: field i */
	while (body.p) {
		struct slice value = slice_cut(&body, '&'), decoded;
		const struct decode_field *field = find(table, slice_cut(&value, '='));
		uint64_t bit = field ? UINT64_C(1) << (field - table->fields) : 0;
		if (!value.p || !field || (seen & bit))
			continue;
		seen |= bit;
		const char *line = one_line(value, arena);
		if (!line)
			return E_NOMEM;
		int r = http_decode(slice_from(line, value.n), true, arena, &decoded);
		if (r == E_NOMEM)
			return r;
		if (r == 0)
			*(struct slice *)(void *)((char *)out + field->offset) = decoded;
	}
	return 0;
}
