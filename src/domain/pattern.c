/* domain/pattern.c - see pattern.h. */
#include "domain/pattern.h"

#include "text/character.h"

bool pattern_fits(struct slice s, const char *pattern)
{
	if (s.n != strlen(pattern))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool digit = s.p[i] >= '0' && s.p[i] <= '9';
		if (pattern[i] == '9' ? !digit : s.p[i] != pattern[i])
			return false;
	}
	return true;
}

void pattern_check(struct slice s, const char *pattern, const char *pointer, const char *code, struct fields *f)
{
	struct field entry = {.pointer = pointer, .code = code};
	size_t place;
	if (!s.p || pattern_fits(s, pattern))
		return;
	int32_t c = character_not_plain(s, &place);
	if (c < 0) {
		fields_put(f, entry);
		return;
	}
	entry.hint = "not_half_width";
	fields_put_character(f, entry, c, place);
}
