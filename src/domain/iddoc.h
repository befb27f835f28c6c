/* domain/iddoc.h - identity documents: which numbers can exist.
 *
 * Checks are strict: no spaces, no full-width digits; the only thing normalised is the check
 * character x, which becomes X. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/slice.h"

enum id_type {
	ID_RESIDENT,
	ID_HMT_RESIDENCE,
	ID_FOREIGN_PR,
	ID_PASSPORT,
	ID_HM_PERMIT,
	ID_TW_PERMIT,
};
enum { ID_TYPE_COUNT = ID_TW_PERMIT + 1, ID_NUMBER_MAX = 18 };

/* By its code, "resident_id". */
bool id_type_parse(struct slice code, enum id_type *ret);
const char *id_type_code(enum id_type type);
const char *id_type_name(enum id_type type); /* in Chinese, as forms have it */

struct iddoc {
	enum id_type type;
	char number[ID_NUMBER_MAX + 1]; /* normalised */
	char country[4];                /* passports: ISO 3166-1 alpha-3; else "" */
	bool non_chinese;               /* HA/MA card of a non-Chinese national: may not work in the
					   mainland without a permit, so somebody should look */
};

/* Returns NULL and fills *ret, or one of: required, id_spreadsheet_number, id_length,
 * id_characters, id_area, id_birth_date, id_future_date, id_check_digit - about the number - or
 * id_country_required, id_country_unknown, id_country_not_applicable - about the country. The
 * number's errors come first. *ret is untouched on error. */
MUSTUSE const char *iddoc_check(enum id_type type, struct slice number, struct slice country,
				struct day today, struct iddoc *ret);

/* The two halves, for telling both at once: NULL or a code as above. */
MUSTUSE const char *iddoc_check_number(enum id_type type, struct slice number, struct day today);
MUSTUSE const char *iddoc_check_country(enum id_type type, struct slice country);

/* "**************0014": stars for all but the last four characters; only stars when there are no
 * more than four. */
void iddoc_mask(const char *number, char out[static ID_NUMBER_MAX + 1]);

/* The check character of GB 11643-1999 (ISO 7064 MOD 11-2) for 17 digits. */
char iddoc_check_character(const char digits[static 17]);
