/* domain/iddoc.h - identity documents: which numbers can exist.
 *
 * What is only written differently is normalised: full-width characters, spaces, the check character
 * x. Nothing else is guessed, and what is refused is named as it was typed. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/opt.h"
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

/* By its code, "resident_id", its name or what else people call it: 身份证, 回乡证, 台胞证, ID card.
 * Spaces, full-width forms and the case of letters do not matter. */
bool id_type_parse(struct slice word, enum id_type *ret);
const char *id_type_code(enum id_type type);
const char *id_type_name(enum id_type type); /* in Chinese, as forms have it */

struct iddoc {
	enum id_type type;
	char number[ID_NUMBER_MAX + 1]; /* normalised */
	char country[4];                /* passports: ISO 3166-1 alpha-3, or what Doc 9303 has
					   beside it; else "" */
	bool non_chinese;               /* HA/MA card of a non-Chinese national: may not work in the
					   mainland without a permit, so somebody should look */
};

/* As it came. */
struct id_typed {
	struct slice number, country;
	bool confirmed; /* the sender says that the zeros at the end are right */
};

/* What is wrong with a number or a country, and what the sentence about it needs. */
struct id_fault {
	const char *code;     /* NULL: nothing */
	const char *hint;     /* a more particular text (text/field_text.h), or NULL */
	int32_t character;    /* id_characters: as typed */
	size_t place;         /* its place, from 1 */
	size_t length;        /* id_length: how many it has, spaces not counted, */
	const char *lengths;  /* and how many it should have: "18/15" */
};

/* Returns a fault without code and fills *ret, or one of: required, id_spreadsheet_number, id_length,
 * id_characters, id_area, id_birth_date, id_future_date, id_check_digit - about the number - or
 * id_country_required, id_country_unknown, id_country_not_applicable - about the country. The
 * number's errors come first. *ret is untouched on error. */
MUSTUSE struct id_fault iddoc_check(enum id_type type, const struct id_typed *typed, struct day today,
				    struct iddoc *ret);

/* The country's half, for telling both at once. */
MUSTUSE struct id_fault iddoc_check_country(enum id_type type, struct slice country);

/* Of the number's faults only those that a spreadsheet makes: id_spreadsheet_number or none. */
MUSTUSE struct id_fault iddoc_check_spreadsheet(enum id_type type, struct slice number, bool confirmed);

/* The three letters that are kept for a passport's country as printed; more may follow them. NULL for an
 * unknown one. */
const char *iddoc_country(struct slice printed);

/* "**************0014": stars for all but the last four characters; only stars when there are no
 * more than four. */
void iddoc_mask(const char *number, char out[static ID_NUMBER_MAX + 1]);

/* The birth date that the number has in it; not given: it has none, or (cards of foreign permanent residents
 * before December 2023) not its century. */
struct opt_day iddoc_born_on(const struct iddoc *document);
