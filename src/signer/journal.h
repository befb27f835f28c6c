/* signer/journal.h - what each key has signed, one line per signature (journal/line.h), so that it
 * can be held against the database: nothing is signed that is not stored, abandoned or explained.
 *
 * Lines are on disk before their signatures leave the signer, so a power cut loses none that anybody
 * was given. A signature whose line cannot be written, or forced to disk, is not given out. What became of a signature stands elsewhere: in the registry's own
 * journal when it was stored, in the database when it was abandoned. */
#pragma once

#include "crypt/digest.h"
#include "journal/file.h"
#include "signer/sign.h"

/* What of a job is signed: SHA-256 of the 64 bytes given to Ed25519, or of ES256's input. */
void journal_hash(struct crypt *c, const struct sign_job *job, uint8_t out[static SHA256_SIZE]);

/* Adds a line for each job that process (0: not known) asked for. E_SYNTAX: one of its texts cannot stand in a line; otherwise as
 * journal_add. */
MUSTUSE int journal_add_jobs(struct journal *j, struct crypt *c, struct instant now,
                             const struct sign_job *jobs, size_t n, uint32_t process);

/* Adds the line of a process that has ended. As journal_add. */
MUSTUSE int journal_add_end(struct journal *j, struct instant now, uint32_t process);
