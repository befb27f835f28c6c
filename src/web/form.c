/* web/form.c - reading the forms of our own pages. */
#include "web/form.h"

#include "base/outcome.h"
#include "http/head.h"

static const struct decode_field *find(const struct decode_table *table, struct slice name)
{
	for (size_t i = 0; i < table->n; i++)
		if (slice_is(name, table->fields[i].name))
			return &table->fields[i];
	return NULL;
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
		int r = http_decode(value, true, arena, &decoded);
		if (r == E_NOMEM)
			return r;
		if (r == 0)
			*(struct slice *)(void *)((char *)out + field->offset) = decoded;
	}
	return 0;
}
