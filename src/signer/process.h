/* signer/process.h - the process that alone holds issuing keys: its own user, a Unix socket, no
 * network, no database. */
#pragma once

#include <sys/types.h>

#include "base/attr.h"
#include "telemetry/log.h"

struct signer_conf {
	const char *socket_path; /* made by the process; or NULL with socket_fd */
	int socket_fd;           /* an inherited listening socket, used when socket_path is NULL */
	const char *kek_path;    /* key-encryption key: crypt/secret.h, secret_key_create */
	const char *kek_previous_path; /* the one before it while keys are wrapped anew; or NULL */
	const char *journal_path;      /* what was signed: signer/journal.h; NULL: no journal */
	size_t journal_bytes;          /* of one file; 0: as journal/file.h says */
	const uid_t *uids;       /* users that may ask for signatures */
	size_t n_uids;
	const struct log_ctx *log;
};

/* Runs until SIGTERM, or SIGINT if it was not ignored at the start, and returns 0. Tells the
 * service manager READY and STOPPING. Failures to start are logged with their remedy and returned:
 * E_ABSENT, E_REFUSED, E_SYNTAX (a key file or the journal), E_FULL (another signer serves this
 * socket or writes this journal), E_SYSTEM, E_NOMEM. Makes the process undumpable; call it in a
 * process of its own. */
MUSTUSE int signer_run(const struct signer_conf *conf);
