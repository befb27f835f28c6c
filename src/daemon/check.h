/* daemon/check.h - trying a configuration before it is used: for `talentd -t`, for the start and
 * for a reload. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "conf/conf.h"

/* Opens certificates, keys and CA files of all listeners that are on. Returns 0, or E_REFUSED
 * with one line in errors for each that is wrong. name stands for the file in them. */
MUSTUSE int check_certificates(const struct conf *c, const char *name, struct buf *errors);

/* The key files under `secrets`. Returns as check_certificates. */
MUSTUSE int check_secrets(const struct conf *c, const char *name, struct buf *errors);

/* The folder of `state_directory`: it exists and belongs to the user that the processes run as.
 * Returns as check_certificates. */
MUSTUSE int check_state_directory(const struct conf *c, const char *name, uid_t uid,
	struct buf *errors);

/* The signer's keys and the folder of its journal, as its user will find them. What a signer with a
 * unit of its own keeps where we cannot see it (credentials, a state directory) is left to its
 * start. Returns as check_certificates. */
MUSTUSE int check_signer(const struct conf *c, const char *name, struct buf *errors);

/* Asks the database for its schema's version; blocks. Returns 0, or E_REFUSED with one line. */
MUSTUSE int check_database(const struct conf *c, const char *name, struct buf *errors);
