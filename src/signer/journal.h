/* signer/journal.h - what each key has signed, one line per signature, so that it can be held
 * against the database: nothing is signed that is not stored or explained.
 *
 *   142 2026-11-20T02:15:07Z shili z6Mk… 3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7
 *
 * sequence number, time, issuer, key id, SHA-256 in hexadecimal of the bytes that were signed
 * (journal_hash). Numbers go up by one without gaps, so a line that was taken out shows.
 *
 * Safety: lines are written before their signatures leave the signer, so the process may die at
 * any time; they are forced to disk once a second and at the end, so a power cut can lose the
 * lines of the last second. A torn last line is dropped when the file is opened again. A
 * signature whose line cannot be written is not given out.
 *
 * Size: a file that reaches bytes_max becomes PATH.1, that PATH.2 and so on; beyond files_max
 * the oldest is removed. Reconcile before that: see journal_read for the order. */
#pragma once

#include "base/clock.h"
#include "crypt/digest.h"
#include "signer/sign.h"

struct journal; /* opaque: the writing end */

struct journal_conf {
	const char *path;
	size_t bytes_max; /* of one file; 0 means 256 MiB, some 1.4 million lines */
	unsigned files_max; /* rotated files kept; 0 means 16 */
};

/* Opens or makes the file (mode 0640) and takes its lock. conf->path is copied. E_FULL: another
 * process writes it; E_SYNTAX: its last line is not a journal's; E_SYSTEM; E_NOMEM. */
MUSTUSE int journal_open(const struct journal_conf *conf, struct journal **ret);

/* Forces everything to disk. NULL is allowed. */
void journal_free(struct journal *j);

/* What of a job is signed: SHA-256 of the 64 bytes given to Ed25519, or of ES256's input. */
void journal_hash(struct crypt *c, const struct sign_job *job, uint8_t out[static SHA256_SIZE]);

/* Adds a line for each job with one write. E_SYSTEM: nothing may be given out (and what of the
 * lines did reach the file is taken back; where that fails too, nothing is added any more). */
MUSTUSE int journal_add(struct journal *j, struct crypt *c, struct instant now,
                        const struct sign_job *jobs, size_t n);

/* Forces to disk what has been added since the last time; cheap when there is nothing. */
MUSTUSE int journal_sync(struct journal *j);

struct journal_line {
	uint64_t sequence;
	struct instant time;
	struct slice issuer, key_id; /* within the line */
	uint8_t hash[SHA256_SIZE];
};

/* One line without its line feed. E_SYNTAX. */
MUSTUSE int journal_line_parse(struct slice line, struct journal_line *ret);

/* Reads PATH.files_max … PATH.1, PATH, oldest first, and calls each for every line; a torn last
 * line is left out. each returns 0 to go on, anything else ends the reading and is returned.
 * E_ABSENT: no such file; E_SYNTAX: a line that is none, or out of sequence, *ret_line is its
 * number as counted over all files; E_SYSTEM. */
typedef int journal_each(void *arg, const struct journal_line *line);
MUSTUSE int journal_read(const char *path, journal_each *each, void *arg, uint64_t *ret_line);
