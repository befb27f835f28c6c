/* api/verification_record.h - a record of a verification as it is told, in whichever form. */
#pragma once

#include "base/clock.h"
#include "domain/verdict.h"
#include "text/jsonw.h"
#include "verifying/disclosed.h"
#include "verifying/verify.h"
#include "web/word.h"

struct record_state {
	uint8_t reference[REFERENCE_BYTES];
	struct instant checked_at;
	enum verdict_result result;
	enum check_outcome name;
	struct day kept_until;
	struct verify *now; /* of the certificate that was shown; NULL: none was */
	struct receipt *receipt; /* when that is asked for */
};

/* Since when the certificate is as it is now; none: nothing has happened to it. */
struct opt_day record_since(const struct record_state *st);
bool record_has_changed(const struct record_state *st);
enum word record_name_word(enum check_outcome name);

/* The answer as JSON, an object. disclosed: NULL when no certificate was shown, or it must not be shown any more. */
void record_write(struct jsonw *w, const struct record_state *st, const struct disclosed *disclosed);

/* The same as a signed receipt on paper (api/verification_receipt.c). */
MUSTUSE struct step receipt_reply(struct request *rq, struct record_state *st, const struct disclosed *disclosed);
