/* press/facts.h - everything a document says. The press knows no database: whoever asks for a
 * document hands over all of it, and the same facts always make the same bytes. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "domain/kind.h"

/* Texts are UTF-8 without control characters; empty = there is none. */
struct press_facts {
	enum certificate_kind kind;
	struct slice holder;     /* full name */
	struct slice number;
	struct slice title;
	struct slice occupation; /* skill grade only, as are level and level_en */
	struct slice occupation_en;
	struct slice work_type;
	struct slice work_type_en;
	struct slice level;
	struct slice level_en;
	struct slice issuer;
	struct slice issuer_en;
	struct slice partner;    /* who issued the other half of the pair; empty = no pair */
	struct slice issued_on;  /* YYYY-MM-DD */
	struct slice expires_on; /* empty = does not expire */
	struct slice url;        /* upper case, ending in the code: what the QR code holds */
	struct slice code;       /* 26 characters */
	struct slice host;       /* where a number and a name can be typed in */
	struct slice credential; /* the signed document, embedded as it is */
};

enum {
	PRESS_TEXT_MAX = 1024,             /* bytes of any text but the credential */
	PRESS_CREDENTIAL_MAX = 256 * 1024, /* bytes */
	PRESS_PAGES_MAX = 500,
};

/* What keeps a document from being made. */
struct press_fault {
	uint32_t character; /* no font here draws this one; 0 = it is something else */
	const char *field;  /* a constant: which text; NULL = no particular one */
	size_t page;        /* from 0: of which facts */
};

/* The constant of a text's name, for faults that come as bytes; NULL when there is none. */
const char *press_field(struct slice name);

/* 0; or, with *ret telling which text, E_SYNTAX (empty where it must not be, not UTF-8, a control
 * character, no such date) or E_LIMIT (too long). */
MUSTUSE int press_facts_check(const struct press_facts *f, struct press_fault *ret);

/* Facts and all texts in the arena; NULL when it is full. */
struct press_facts *press_facts_copy(struct arena *a, const struct press_facts *f);

/* kind u8, then each text as length u32 and bytes, in the order of the struct; big-endian. */
void press_facts_write(struct buf *b, const struct press_facts *f);

/* Takes one from the beginning of *in; its texts point into it. 0 or E_SYNTAX. */
MUSTUSE int press_facts_read(struct slice *in, struct press_facts *ret);
