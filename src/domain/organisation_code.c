/* domain/organisation_code.c - 31 characters, weights that are powers of 3 modulo 31. */
#include "domain/organisation_code.h"

enum { CODE_LENGTH = 18, BASE = 31 };

static const char alphabet[BASE + 1] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

const char *organisation_code_check(struct slice code)
{
	if (code.n != CODE_LENGTH)
		return "credit_code_length";
	int sum = 0, weight = 1;
	for (size_t i = 0; i < CODE_LENGTH - 1; i++) {
		const char *at = memchr(alphabet, code.p[i], BASE);
		bool must_be_digit = i >= 2 && i < 8; /* the administrative division */
		if (!at || (must_be_digit && at - alphabet > 9))
			return "credit_code_characters";
		sum += weight * (int)(at - alphabet);
		weight = weight * 3 % BASE;
	}
	if (!memchr(alphabet, code.p[CODE_LENGTH - 1], BASE))
		return "credit_code_characters";
	/* The outer modulo matters: a sum divisible by 31 means 0, not 31. */
	int check = (BASE - sum % BASE) % BASE;
	return code.p[CODE_LENGTH - 1] == alphabet[check] ? NULL : "credit_code_check_digit";
}
