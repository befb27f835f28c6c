/* daemon/boot.h - from a configuration file to a running daemon: conf, sockets, shared memory,
 * fork, in this order. Nothing is forked before everything that can be wrong was tried. */
#pragma once

#include "daemon/child.h"
#include "daemon/process.h"
#include "daemon/sockets.h"
#include "daemon/ticket_file.h"

/* What all children inherit; child_kind.arg of the daemon's own kinds points to it. */
struct boot {
	const char *path; /* of the configuration */
	struct conf *conf;
	struct log log;
	struct log_repeats repeats; /* of log */
	struct sockets sockets;
	struct shared *shared;
	struct source *source;       /* the configuration in force: everybody */
	struct source *certificates; /* daemon/certificates.h: workers */
	struct source *secrets;      /* struct secrets of daemon/check.h: workers and jobs */
	struct ticket_file *tickets;
	struct helpers helpers;
	uid_t daemon_uid; /* whom workers run as: the signer serves them */
};

/* The socket on which a helper process is to listen. */
int boot_socket(const struct boot *b, const struct channel_service *service);

/* Reads, parses and tries the configuration at path, certificates too. Returns 0, or a failure with
 * lines in errors. *ret is set, also after a failure, once the file could be parsed. */
MUSTUSE int boot_load(const char *path, struct conf **ret, struct buf *errors);

/* Runs the daemon until it is stopped. Returns the exit status. What keeps it from starting goes
 * to stderr, one line each. */
int boot_run(const char *path);
