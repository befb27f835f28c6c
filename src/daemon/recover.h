/* daemon/recover.h - `talentd recover`: a database that is older than what was acknowledged becomes
 * one that may be served from. Everything that the hosts' journals have and it has not is entered
 * again or written down as lost, in one transaction (sql/functions/_recover.sql). */
#pragma once

#include <stddef.h>

#include "base/attr.h"

enum { RECOVER_FILES_MAX = 64 };

struct recover_request {
	const char *database; /* conninfo of a login that may act as talent_owner */
	const char *journals[RECOVER_FILES_MAX]; /* paths, one of each host */
	size_t n_journals;
	const char *lost[RECOVER_FILES_MAX]; /* journals that are given up, by their id */
	size_t n_lost;
};

/* Prints what it did. Returns the exit status: every journal that the database knows must be given
 * or named as lost; nothing is changed otherwise. */
int recover_run(const struct recover_request *request);
