/* daemon/check.h - trying what a configuration names before it is used: for `talentd -t`, and in part
 * for the start.
 *
 * Each line says where (file and line), what is wrong and what to do. What would keep the daemon from
 * starting, or from doing its work some day, is refused; what is about to be so is a warning. Every
 * check goes on after a failure, so that one run shows all there is. */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "crypt/secret.h"

struct identity;

struct check_report {
	const struct conf *conf;
	const char *name; /* stands for the configuration's file */
	struct buf *out;
	unsigned refused, warned;
};

/* Adds a line about a value, whose field is a member of k->conf (conf_say). note: of what could not be
 * looked at from here; counts as nothing. */
void check_refuse(struct check_report *k, const void *field, const char *fmt, ...) PRINTF_LIKE(3, 4);
void check_warn(struct check_report *k, const void *field, const char *fmt, ...) PRINTF_LIKE(3, 4);
void check_note(struct check_report *k, const void *field, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* All of it, for `talentd -t`; blocks. Returns the number of refusals, or a failure; lines go to out,
 * their warnings are counted. */
MUSTUSE int check_all(const char *path, struct buf *out, unsigned *ret_warned);

/* ---- what the start tries as well ---- */

/* public_url: one that DIDs can carry, and not the example of the sample. */
void check_public_url(struct check_report *k);
/* Whether it leads somewhere at all: else there is nothing to compare with its host. */
bool check_url_leads_somewhere(const struct conf *c);

/* The folder of `state_directory`: it exists and belongs to the user that the processes run as. */
void check_state_directory(struct check_report *k, uid_t uid);

/* The keys under `secrets`. Whoever holds them wipes them. */
struct secrets {
	uint8_t hash[SECRET_KEY], cipher[SECRET_KEY];
	uint8_t previous_cipher[SECRET_KEY];
	bool has_previous;
	int cipher_version;
};

/* Reads the key files, which must belong to owner (the daemon's user) or root, and must not be one.
 * Returns 0, or E_REFUSED with a line for each that is wrong. */
MUSTUSE int secrets_read(struct check_report *k, uid_t owner, struct secrets *ret);

/* ---- the parts of check_all ---- */

/* check_keys.c: files of the daemon and of its signer. id: whom the daemon's processes run as. */
void check_secrets(struct check_report *k, uid_t owner);
void check_signer(struct check_report *k, const struct identity *id);

/* check_certificates.c */
void check_certificates(struct check_report *k, const struct identity *id);

/* check_database.c */
void check_database(struct check_report *k, const struct identity *id);
