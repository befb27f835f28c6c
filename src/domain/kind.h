/* domain/kind.h - the kinds of certificates, a row each: what they are called, who signs them, how they
 * are numbered and printed. Whoever does not mean one kind asks its row.
 *
 * A kind that this program does not know is none: no certificate of it is shown, least of all as another
 * kind's. A new kind: the enum and a row here, words and figure of its page in pdf/page.c and
 * pdf/ornament.c, and in the database what may issue it. */
#pragma once

#include "base/slice.h"
#include "domain/number.h"
#include "text/lang.h"

enum certificate_kind {
	KIND_SKILL_GRADE, /* public, of the evaluation body that held the exam */
	KIND_COMPANY,     /* the company's own: must neither look nor read like a public one */
	KIND_COUNT
};

struct kind_words {
	const char *zh, *en;
};

static inline const char *kind_words_in(const struct kind_words *words, enum lang lang)
{
	return lang == LANG_ZH ? words->zh : words->en;
}

struct kind_row {
	const char *code;           /* in the database and in JSON */
	struct kind_words name;     /* what it is, and what it is not */
	struct kind_words many;     /* the same of all that an issuer issues */
	const char *description;    /* what credentials say of it: signed, so it never changes */
	const char *issuer;         /* the kind of organisation that issues it */
	bool of_partner;            /* signed by the exam's partner, not by the body that held it */
	bool own_achievements;      /* they are its issuer's own: its slug in their addresses, its code */
	bool numbers_have_level;    /* each level has a series of numbers */
	number_fn *number;          /* composes one */
	bool names_grade;           /* occupation and level are printed */
	bool plain;                 /* printed as something of a firm, not as a public document */
};

const struct kind_row *kind_row(enum certificate_kind kind);
const char *kind_code(enum certificate_kind kind);

/* The same for views (text/view.h). */
static inline const char *kind_text(int kind)
{
	return kind_code((enum certificate_kind)kind);
}

/* By code; false when there is none. */
bool kind_parse(struct slice code, enum certificate_kind *ret);

/* For columns of that type (sql/README.md): whether it is a code; and what it is, which it must be. */
bool kind_known(struct slice code);
enum certificate_kind kind_of(struct slice code);

/* By what a credential says; false when no kind says that. */
bool kind_described(struct slice description, enum certificate_kind *ret);
