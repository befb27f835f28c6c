/* daemon/process.h - what a process of the daemon is: a constant row, in its own file beside its function,
 * and its place in the list of processes.c. */
#pragma once

#include "channel/address.h"
#include "channel/service.h"
#include "daemon/child.h"

/* What it gets of what was opened and read before the fork, besides its own socket. */
enum {
	NEEDS_LISTENERS = 1,
	NEEDS_CERTIFICATES = 2, /* of the listeners, and their ticket keys */
	NEEDS_SECRETS = 4,      /* for ID numbers */
};

struct process {
	const char *name;
	int (*run)(struct child *); /* kind->arg is the struct boot */
	size_t (*count)(const struct conf *);     /* NULL: one */
	const char *(*user)(const struct conf *); /* NULL: the daemon's */
	unsigned needs;
	const struct channel_service *serves;       /* NULL: nobody asks it */
	const char *(*socket)(const struct conf *); /* where, by a path that it makes; NULL: a socket that is
	                                               there before it is, and outlives it */
	bool announces; /* daemon/child.h, as the next one */
	int stop_round;
};

/* NULL-terminated. */
extern const struct process *const processes[];
size_t processes_n(void);

/* Where each of those that are asked listens. */
struct helpers {
	struct helper {
		const struct channel_service *service;
		int fd; /* -1: it makes its own */
		struct channel_address address;
	} *at;
	size_t n;
};
