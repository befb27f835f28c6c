/* pdf/facts.h - everything a document says. The PDF process knows no database: whoever asks for a
 * document hands over all of it, and the same facts always make the same bytes. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "domain/kind.h"

/* Texts are UTF-8 without control characters; empty = there is none. */
struct pdf_facts {
	enum certificate_kind kind;
	struct slice holder;     /* full name */
	struct slice number;
	struct slice title;
	struct slice title_en;
	struct slice occupation; /* skill grade only, as are level and level_en */
	struct slice occupation_en;
	struct slice work_type;
	struct slice work_type_en;
	struct slice level;
	struct slice level_en;
	struct slice issuer;
	struct slice issuer_en;
	struct slice partner;    /* who issued the other half of the pair; empty = no pair */
	struct slice partner_en;
	/* Of a conforming print: the document that the holder is known by. Its number makes it one; who may have
	 * one is not asked here. Empty: the copy that others check. */
	struct slice id_type;
	struct slice id_number;
	struct slice issued_on;  /* YYYY-MM-DD */
	struct slice expires_on; /* empty = does not expire */
	struct slice url;        /* upper case, ending in the code: what the QR code holds */
	struct slice code;       /* 26 characters */
	struct slice host;       /* where a number and a name can be typed in */
	struct slice credential; /* the signed document, embedded as it is */
};

enum {
	PDF_TEXT_MAX = 1024,             /* bytes of any text but the credential */
	PDF_CREDENTIAL_MAX = 256 * 1024, /* bytes */
	PDF_PAGES_MAX = 500,
};

/* What keeps a document from being made. */
struct pdf_fault {
	uint32_t character; /* no font here draws this one; 0 = it is something else */
	const char *field;  /* a constant: which text; NULL = no particular one */
	size_t page;        /* from 0: of which facts */
};

/* The constant of a text's name, for faults that come as bytes; NULL when there is none. */
const char *pdf_field(struct slice name);

/* 0; or, with *ret telling which text, E_SYNTAX (empty where it must not be, not UTF-8, a control
 * character, no such date) or E_LIMIT (too long). */
MUSTUSE int pdf_facts_check(const struct pdf_facts *f, struct pdf_fault *ret);

/* Whether a fault is that of one page, which others need not wait for: a text of it, and not its number, by
 * which it is named. */
bool pdf_fault_is_of_page(int outcome, const struct pdf_fault *fault);

/* UTF-8 without control characters. */
bool pdf_is_text(struct slice s);

/* Facts and all texts in the arena; NULL when it is full. */
struct pdf_facts *pdf_facts_copy(struct arena *a, const struct pdf_facts *f);

/* kind u8, then each text as length u32 and bytes, in the order of the struct; big-endian. */
void pdf_facts_write(struct buf *b, const struct pdf_facts *f);

/* Takes one from the beginning of *in; its texts point into it. 0 or E_SYNTAX. */
MUSTUSE int pdf_facts_read(struct slice *in, struct pdf_facts *ret);
