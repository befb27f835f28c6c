/* domain/organisation.c - one pass over each. */
#include "domain/organisation.h"

#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* a character's value is its place */
enum { BASE = sizeof alphabet - 1, DISTRICT_BEGIN = 2, DISTRICT_END = 8 };

static int value_of(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

const char *credit_code_check(struct slice code, size_t *ret_place)
{
	int sum = 0, weight = 1;
	if (code.n != CREDIT_CODE)
		return "credit_code_length";
	for (size_t i = 0; i < CREDIT_CODE; i++) {
		int value = value_of(code.p[i]);
		bool digit_only = i >= DISTRICT_BEGIN && i < DISTRICT_END;
		if (value < 0 || (digit_only && value > 9)) {
			*ret_place = i + 1;
			return "credit_code_character";
		}
		if (i < CREDIT_CODE - 1)
			sum += value * weight;
		weight = weight * 3 % BASE;
	}
	int wanted = (BASE - sum % BASE) % BASE;
	return value_of(code.p[CREDIT_CODE - 1]) == wanted ? NULL : "credit_code_check";
}

static char lower_or_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '\0';
}

bool slug_offer(struct slice name_en, char out[static SLUG_MAX + 1])
{
	char slug[SLUG_MAX + 1];
	size_t n = 0, whole = 0; /* behind the last word that fits */
	const size_t max = SLUG_MAX - 3;
	bool gap = false, cut = false;
	for (size_t i = 0; i < name_en.n && !cut; i++) {
		char c = lower_or_digit(name_en.p[i]);
		if (!c) {
			gap = n > 0;
			whole = n;
			continue;
		}
		cut = n + gap >= max;
		if (cut)
			break;
		if (gap && name_en.p[i - 1] != '\'')
			slug[n++] = '-';
		gap = false;
		slug[n++] = c;
	}
	if (cut && whole)
		n = whole;
	slug[n] = '\0';
	if (!slug_valid(slice_from(slug, n)) || (slug[0] >= '0' && slug[0] <= '9'))
		return false;
	memcpy(out, slug, n + 1);
	return true;
}
