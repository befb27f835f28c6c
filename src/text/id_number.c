/* text/id_number.c - the shape: six digits of a place, a birth date, three digits, a check character. */
#include "text/id_number.h"

#include <string.h>

#include "text/character.h"

enum { EARLIEST_BIRTH_YEAR = 1800 };

/* Section 4: weights are 2^(18-i) mod 11. */
char id_number_check_character(const char digits[static 17])
{
	static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += weights[i] * (digits[i] - '0');
	return "10X98765432"[sum % 11];
}

static int number_at(const char *digits, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++)
		v = 10 * v + digits[i] - '0';
	return v;
}

bool id_number_birth(const char number[static ID_NUMBER_SHAPE], struct day *ret)
{
	int year = number_at(number + 6, 4);
	return year >= EARLIEST_BIRTH_YEAR &&
	       day_from_civil(year, number_at(number + 10, 2), number_at(number + 12, 2), ret);
}

static bool is_digit(int32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_check(int32_t c)
{
	return is_digit(c) || c == 'X' || c == 'x';
}

static bool is_number(const char *last18)
{
	struct day birth;
	const char check = last18[17] == 'x' ? 'X' : last18[17];
	for (int i = 0; i < ID_NUMBER_SHAPE - 1; i++)
		if (!is_digit(last18[i]))
			return false;
	return last18[0] != '0' && id_number_birth(last18, &birth) && id_number_check_character(last18) == check;
}

bool id_number_is_in(struct slice text)
{
	char run[2 * ID_NUMBER_SHAPE]; /* its second half: what stood last */
	size_t n = 0;
	int32_t c;
	while ((c = character_narrow(character_next(&text))) >= 0) {
		if (character_is_space(c) || c == '-')
			continue;
		if (!is_check(c)) {
			n = 0;
			continue;
		}
		if (n == sizeof run) {
			memmove(run, run + ID_NUMBER_SHAPE, ID_NUMBER_SHAPE);
			n = ID_NUMBER_SHAPE;
		}
		run[n++] = (char)c;
		if (n >= ID_NUMBER_SHAPE && is_number(run + n - ID_NUMBER_SHAPE))
			return true;
	}
	return false;
}

static bool is_of_word(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool id_number_stands_in(struct slice bytes)
{
	size_t n = 0; /* of the word before i */
	for (size_t i = 0; i <= bytes.n; i++) {
		if (i < bytes.n && is_of_word(bytes.p[i])) {
			n++;
			continue;
		}
		if (n == ID_NUMBER_SHAPE && is_number(bytes.p + i - n))
			return true;
		n = 0;
	}
	return false;
}
