/* fuzz_spelling - two lines of any bytes as names and numbers. What is recorded is recorded the same again
 * and is, as compared, what was handed in; comparing does not ask who was first; a number is read once. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/lookup.h"
#include "text/fold.h"
#include "text/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* False: the arena is full. */
static bool same(struct slice a, struct slice b, struct arena *arena, bool *ret)
{
	bool reversed;
	fold_steps needed, others;
	if (name_compare(a, b, arena, ret, &needed) < 0 || name_compare(b, a, arena, &reversed, &others) < 0)
		return false;
	assert(*ret == reversed && needed == others);
	assert(*ret || needed == 0);
	return true;
}

static void try_name(struct slice typed, struct arena *arena)
{
	struct slice name, again;
	const char *code;
	size_t place;
	bool is;
	if (name_check(typed, arena, &name, &code) != 0)
		return;
	assert(name_unfit(typed, &place) < 0);
	assert(name_check(name, arena, &again, &code) == 0 && slice_eq(again, name));
	if (same(typed, name, arena, &is))
		assert(is);
}

/* As numbers are: what else is typed is looked up as it comes, and found nowhere. */
static bool is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void try_number(struct slice typed, struct arena *arena)
{
	struct slice number, again;
	struct lookup found;
	fold_steps needed;
	if (number_fold(typed, arena, &number) == 0 && is_ascii(number) && number.n <= NUMBER_MAX_BYTES) {
		assert(number_fold(number, arena, &again) == 0 && slice_eq(again, number));
		assert(number_needed(number, number, arena, &needed) == 0 && needed == 0);
	}
	if (lookup_read(typed, arena, &found) == 0 && found.kind == LOOKUP_NUMBER)
		assert(number_fold(found.typed, arena, &again) == 0 && slice_eq(again, found.number));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice second = slice_from(data, size < 2000 ? size : 2000), first = slice_cut(&second, '\n');
	struct arena *arena = arena_new(16 * MIB);
	bool is;
	try_name(first, arena);
	try_number(first, arena);
	if (second.p && same(first, second, arena, &is) && is)
		assert(first.n > 0 && second.n > 0);
	arena_free(arena);
	return 0;
}
