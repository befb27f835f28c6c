/* journal/line.h - one line of a journal, without I/O.
 *
 *   142 2026-11-20T02:15:07Z signed: credential shili z6Mk… 3b0c…91b7 7f0c…-…-2d Y0…12 1 77321
 *   143 2026-11-20T02:15:07Z stored: 7f0c…-…-2d …
 *
 * Sequence number, time, and what happened. Numbers go up by one without gaps, so a line that was
 * taken out shows. The signer's lines are of the first kind, or say that a process has ended, and are understood here; the others are
 * the registry's, whose words belong to the database (sql/functions/journal_missing.sql).
 *
 *   signed: WHAT ISSUER KEY SHA-256 VERSION SUBJECT LIST INDEX PROCESS     "-" where there is none
 *   ended: PROCESS
 *
 * PROCESS is who asked for it, by its number on that host; it is left out where it is not known.
 * A process that has asked and is seen to end has a line of the second kind behind its own.
 *
 * The first version's lines end after the hash and have no word with a colon; they stay readable:
 *
 *   142 2026-11-20T02:15:07Z shili z6Mk… 3b0c…91b7 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/uuid.h"
#include "crypt/digest.h"

enum {
	JOURNAL_LINE_MAX = 512, /* bytes, with its line feed */
	JOURNAL_ENTRY_MAX = JOURNAL_LINE_MAX - 48, /* of what follows number and time */
	JOURNAL_SUBJECT_MAX = 64,
};

/* What a key signed. */
struct journal_signed {
	struct slice what;           /* "credential", "jwt", "status_list"; "" in the first version */
	struct slice issuer, key_id; /* slug, multibase */
	uint8_t hash[SHA256_SIZE];   /* of the signed bytes: signer/journal.h, journal_hash */
	struct uuid version;         /* the certificate's; nil: none */
	struct slice subject;        /* its number, or a list's purpose; "" : none */
	uint32_t list, index;        /* position in a status list; list 0: none */
	bool indexed;                /* index is one */
	uint32_t process;            /* that asked; 0: not known */
};

struct journal_line {
	uint64_t sequence;
	struct instant time;
	struct slice entry; /* everything behind the time */
	bool is_signed;     /* signature is set; its slices lie within the line */
	struct journal_signed signature;
	uint32_t ended; /* the process that has; 0: none */
};

/* One line without its line feed. E_SYNTAX. */
MUSTUSE int journal_line_parse(struct slice line, struct journal_line *ret);

/* The entry of a signature. False: a text cannot stand in a line. */
MUSTUSE bool journal_add_signed(struct buf *entry, const struct journal_signed *s);

/* The entry of a process that has ended. */
void journal_add_ended(struct buf *entry, uint32_t process);

/* Whether an entry can stand in a line: printable ASCII that begins with a word and a colon, not too
 * long. */
bool journal_entry_ok(struct slice entry);
