/* text/fold.h - when two spellings are one: names and numbers as people type them, against what is
 * recorded. The only place that says so; the database compares what is made here (name_key).
 *
 * A name is folded by steps, each of which can be needed or not:
 *
 *   forms        full-width, half-width and other compatibility forms (NFKC); variation selectors and
 *                whatever else shows nothing
 *   case         full case folding
 *   diacritics   of Latin letters: ü is u, ø is o, ß is ss
 *   marks        dots and dashes of every kind, apostrophes, commas: there, another one, or none
 *   spaces       of any width, or none
 *   traditional  traditional characters for the simplified, where the mapping is one to one
 *                (text/traditional_list.h)
 *   order        of the words of a name without ideographs: Li Lei, Lei Li; Li, Lei
 *
 * and a number by forms, case, marks and spaces, and
 *
 *   letter_o     the letter O for the digit, where the form has digits only
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "text/lang.h"

enum { FOLD_MAX_BYTES = 4096, NUMBER_MAX_BYTES = 128 };

#define FOLD_STEPS(X)                                                                              \
	X(FORMS, "forms", "全角或异体字形", "character forms")                                         \
	X(CASE, "case", "大小写", "upper and lower case")                                              \
	X(DIACRITICS, "diacritics", "附加符号", "diacritics")                                          \
	X(MARKS, "marks", "间隔号等标点", "dots, hyphens and other marks")                             \
	X(SPACES, "spaces", "空格", "spaces")                                                          \
	X(TRADITIONAL, "traditional", "繁简体", "traditional and simplified characters")               \
	X(ORDER, "order", "姓名顺序", "the order of the names")                                        \
	X(LETTER_O, "letter_o", "字母 O 与数字 0", "the letter O for the digit 0")

#define FOLD_STEP_NUMBER(name, code, zh, en) FOLD_STEP_##name,
enum fold_step { FOLD_STEPS(FOLD_STEP_NUMBER) FOLD_STEP_COUNT };
#undef FOLD_STEP_NUMBER

/* A set of steps: a bit each. */
typedef unsigned fold_steps;
#define FOLD(step) (1u << FOLD_STEP_##step)
#define FOLD_ALL ((1u << FOLD_STEP_COUNT) - 1)

const char *fold_step_code(enum fold_step step); /* "forms" */
const char *fold_step_words(enum fold_step step, enum lang lang);

/* Their codes with commas between, in out; SLICE_NONE when there are none. */
enum { FOLD_CODES_TEXT = 96 };
struct slice fold_codes(fold_steps steps, char out[static FOLD_CODES_TEXT]);

/* Raised whenever the same name may give another key than before: stored keys are made again then. */
enum { NAME_KEY_RULE = 1 };

/* Two names are one if either half of their keys is the same. */
struct name_key {
	struct slice joined;  /* every letter, in the order given */
	struct slice ordered; /* the words in the order of their letters, a space between two; as joined
	                         when the name is one word or has ideographs */
};

/* By those steps. Returns 0, E_SYNTAX (no UTF-8), E_LIMIT (longer than FOLD_MAX_BYTES) or E_NOMEM. */
MUSTUSE int name_key(struct slice name, fold_steps steps, struct arena *arena, struct name_key *ret);

/* *ret_same: whether they are one name. Then *ret_needed are the steps without any of which they were
 * not. What is no text is nobody's name; what has no letter left is its own alone. 0 or E_NOMEM. */
MUSTUSE int name_compare(struct slice a, struct slice b, struct arena *arena, bool *ret_same,
                         fold_steps *ret_needed);

/* Whether nothing is left of a typed name by which to compare it. */
bool name_key_empty(const struct name_key *key);

/* A typed certificate number as it is written: a skill-grade number has no dashes, a company's has two
 * behind its short name, and both have no O among their digits. The short name itself keeps the dashes
 * that were typed; whose it is without them, the registry knows. Returns 0, E_SYNTAX, E_LIMIT (longer
 * than NUMBER_MAX_BYTES) or E_NOMEM. */
MUSTUSE int number_fold(struct slice typed, struct arena *arena, struct slice *ret);

/* The steps without any of which typed is not number: none when it was typed as it is written. */
MUSTUSE int number_needed(struct slice typed, struct slice number, struct arena *arena,
                          fold_steps *ret_needed);

/* A typed verification code: as number_fold, and all dashes removed. */
MUSTUSE int code_fold(struct slice typed, struct arena *arena, struct slice *ret);
