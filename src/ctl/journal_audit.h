/* ctl/journal_audit.h - what the signers' journals say against what the registry has stored. Pure:
 * lines and rows go in, the differences come out. The registry's own journals may be among them: they
 * say which certificates were stored once, also when a restored database has lost them.
 *
 * A signature is explained when something with its hash is stored, or written down as abandoned.
 * Where the journal says that the process that asked has ended, what it had signed last is listed
 * apart. (A signer that
 * was killed together with it says so at its next start: signer/askers.h.)
 * Anything else was signed by a process that was killed before it could say so, or by somebody
 * else who had the signer: a person decides, and writes the hash with a reason into the file of
 * --explained. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "crypt/digest.h"
#include "journal/read.h"

/* Signing comes before storing: younger lines than this are not judged. Likewise what was stored
 * so close to a journal's ends may be missing in it. */
#define AUDIT_MARGIN SECONDS(60)

enum audit_verdict {
	AUDIT_STORED,    /* signed and stored */
	AUDIT_ABANDONED, /* signed, refused when it was to be stored, and written down as that */
	AUDIT_YOUNG,     /* signed just now, not stored yet */
	AUDIT_NOTED,     /* signed and noted as a status list before such notes could be worked out */
	AUDIT_EXPLAINED, /* signed, not stored, and a person says why */
	AUDIT_LOST,      /* signed, stored and acknowledged, and lost with the database: named */
	AUDIT_LEFT,      /* signed, not stored: whoever asked ended before; unexplained, but apart */
	AUDIT_UNSTORED,  /* signed, not stored: unexplained */
	AUDIT_OUTSIDE,   /* stored before the journals begin, or after they were read */
	AUDIT_UNSIGNED,  /* stored while every journal ran, and in none of them: unexplained */
	AUDIT_ALTERED,   /* stored, and unreadable: unexplained */
	AUDIT_MISNOTED,  /* noted as a status list that there never was: unexplained */
	AUDIT_VERDICTS,
};
const char *audit_code(enum audit_verdict v); /* "stored", "young", … */

struct journal_audit; /* opaque */
struct journal_audit *journal_audit_new(void); /* NULL when out of memory */
void journal_audit_free(struct journal_audit *a);

/* A journal_each; arg is the audit. Call journal_audit_end after each journal. */
int journal_audit_line(void *arg, const struct journal_line *line);
void journal_audit_end(struct journal_audit *a);

/* A row of the registry. */
struct audit_row {
	const uint8_t *hash; /* NULL: unreadable */
	struct slice key, kind, object;
	struct instant at;
};

/* One row as stored. 0 or E_NOMEM. */
MUSTUSE int journal_audit_stored(struct journal_audit *a, const struct audit_row *row);

/* One row as abandoned. As journal_audit_stored. */
MUSTUSE int journal_audit_abandoned(struct journal_audit *a, const struct audit_row *row);

/* One note of a status list, which is not stored: from before notes could be worked out (older), or
 * of a list that there never was. As journal_audit_stored. */
MUSTUSE int journal_audit_noted(struct journal_audit *a, const struct audit_row *row, bool older);

/* Lines "hash reason"; empty ones and those that begin with # are skipped. 0, E_NOMEM, or E_SYNTAX
 * with the line's number: no hash, or no reason. */
MUSTUSE int journal_audit_explain(struct journal_audit *a, struct slice text, size_t *ret_line);

/* One difference; texts live as long as the audit. */
struct audit_finding {
	enum audit_verdict verdict;
	struct instant time;
	const uint8_t *hash; /* NULL: AUDIT_ALTERED */
	uint32_t process;     /* of a line: who asked; 0: not known */
	struct instant ended; /* of AUDIT_LEFT: when that process was seen to have ended */
	const char *key;
	const char *kind;   /* credential, jwt, status_list; "" in journals of the first version */
	const char *object; /* of what: a certificate's number or version, or ISSUER/PURPOSE/LIST; "": not known */
};
typedef void audit_each(void *arg, const struct audit_finding *f);

/* Judges everything, read when the journals were read: counts by verdict (of journal lines and of
 * rows without a line), and calls each for all that is not AUDIT_STORED, AUDIT_ABANDONED, AUDIT_NOTED or
 * AUDIT_OUTSIDE, in the order of time. False: something is unexplained. */
bool journal_audit_judge(struct journal_audit *a, struct instant read,
                         size_t counts[static AUDIT_VERDICTS], audit_each *each, void *arg);
