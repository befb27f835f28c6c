/* journal/file.h - the writing end of a journal (journal/line.h).
 *
 * Safety: journal_add writes the lines with one call, so the process may die at any time;
 * journal_sync makes them survive a power cut. A torn last line is dropped when the file is opened
 * again. Lines that could not be written as a whole are taken back.
 *
 * Size: a file that reaches bytes_max becomes PATH.1, that PATH.2 and so on. Nothing is ever
 * removed here: a journal is what remains when the database was lost. Archive rotated files once
 * they were compared (`talentctl key audit`) and the backups they go with are gone. */
#pragma once

#include "journal/line.h"

struct journal; /* opaque */

struct journal_conf {
	const char *path;
	size_t bytes_max; /* of one file; 0 means 256 MiB, some million lines */
};

/* Opens or makes the file (mode 0640) and takes its lock. conf->path is copied. E_FULL: another
 * process writes it; E_SYNTAX: its last line is not a journal's; E_SYSTEM; E_NOMEM. */
MUSTUSE int journal_open(const struct journal_conf *conf, struct journal **ret);

/* Forces everything to disk. NULL is allowed. */
void journal_free(struct journal *j);

/* From now on each file begins with a line of this entry (copied), so that whoever has only some of the files
 * knows whose they are. E_NOMEM. */
MUSTUSE int journal_set_head(struct journal *j, struct slice entry);

/* The sequence number of the last line; 0: there is none. */
uint64_t journal_last(const struct journal *j);

/* Adds a line for each entry (one entry a line of text, each ended by a line feed). E_SYNTAX: an
 * entry cannot stand in a line; E_SYSTEM, E_NOMEM: none of them counts as written (what did reach
 * the file is taken back; where that fails too, nothing is added any more). */
MUSTUSE int journal_add(struct journal *j, struct instant now, struct slice entries);

/* Whether a line could be written now: writes as much and takes it back, and with it what an earlier
 * failure has left. 0, E_SYSTEM or E_NOMEM. */
MUSTUSE int journal_try(struct journal *j);

/* Forces to disk what has been added since the last time; cheap when there is nothing. After
 * E_SYSTEM nothing is known of what was added since, and it stays to be forced. */
MUSTUSE int journal_sync(struct journal *j);

/* Takes back what has been added since the last time it was forced to disk: after journal_sync failed,
 * by a writer who has told nobody. Where that fails too, nothing is added any more. */
void journal_take_back(struct journal *j);
