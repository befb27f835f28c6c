/* domain/lookup.h - what somebody typed, pasted or scanned in order to look a certificate up: the one place
 * that says what of it is a number or a verification code. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "crypt/encode.h"

/* Longer texts hold neither; fields of forms and of JSON take no more characters. */
enum { LOOKUP_MAX_BYTES = 2000, LOOKUP_MAX_CHARACTERS = 500 };

enum lookup_kind {
	LOOKUP_NEITHER, /* nothing, or a piece of either */
	LOOKUP_NUMBER,
	LOOKUP_CODE,
};

struct lookup {
	enum lookup_kind kind;
	uint8_t code[CODE_BYTES]; /* of LOOKUP_CODE */
	struct slice number;      /* of LOOKUP_NUMBER: as number_fold leaves it */
	struct slice typed;       /* what it was read from, without what stood around it; of neither: all */
};

/* Finds it wherever it stands: behind a label ("证书编号：S…") or in an address, before punctuation,
 * invisible characters or words that follow it. It stands alone, or in groups that together have its length:
 * of more letters and digits in a row than it has, none is one. The first one counts. 0 or E_NOMEM. */
MUSTUSE int lookup_read(struct slice typed, struct arena *arena, struct lookup *ret);
