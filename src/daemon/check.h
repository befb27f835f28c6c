/* daemon/check.h - trying what a configuration names before it is used: for `talentd -t` and for
 * the start. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "crypt/secret.h"

/* The keys under `secrets`. Whoever holds them wipes them. */
struct secrets {
	uint8_t hash[SECRET_KEY], cipher[SECRET_KEY];
};

/* Reads the key files, which must belong to owner (the daemon's user) or root. Returns 0, or
 * E_REFUSED with one line in errors for each that is wrong. name stands for the configuration in
 * them. */
MUSTUSE int secrets_read(const struct conf *c, uid_t owner, const char *name, struct secrets *ret,
	struct buf *errors);

/* Only tries them. Returns as secrets_read. */
MUSTUSE int check_secrets(const struct conf *c, uid_t owner, const char *name, struct buf *errors);

/* The folder of `state_directory`: it exists and belongs to the user that the processes run as.
 * Returns as secrets_read. */
MUSTUSE int check_state_directory(const struct conf *c, const char *name, uid_t uid,
	struct buf *errors);

/* The signer's keys and the folder of its journal, as its user will find them. What a signer with a
 * unit of its own keeps where we cannot see it (credentials, a state directory) is left to its
 * start. Returns as secrets_read. */
MUSTUSE int check_signer(const struct conf *c, const char *name, struct buf *errors);

/* Asks the database for its schema's version; blocks. Returns 0, or E_REFUSED with one line. */
MUSTUSE int check_database(const struct conf *c, const char *name, struct buf *errors);

/* One line in remarks for each setting of the database's own that is foreign (db/settings.h).
 * Named, not refused: whoever set it may have reasons, and what we rely on is sent anyway.
 * Returns as settings_foreign, with a line; blocks. */
MUSTUSE int check_settings(const struct conf *c, const char *name, struct buf *remarks);
