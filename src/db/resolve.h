/* db/resolve.h - a host name's addresses, without blocking the loop.
 *
 * The system's resolver blocks and knows more than DNS (hosts file, mDNS, whatever nsswitch.conf
 * says), so it runs in a child process that lives for the one question. */
#pragma once

#include "loop/loop.h"

enum { RESOLVE_MAX = 8, RESOLVE_TEXT = 64 };

/* n addresses in text form; 0 when the name has none. Valid while it runs. */
typedef void resolve_fn(void *arg, int n, const char (*addrs)[RESOLVE_TEXT]);

struct resolve {
	pid_t _pid; /* 0: not running */
	int _fd;
	struct loop_fd _watch;
	size_t _n;
	char _text[RESOLVE_MAX * RESOLVE_TEXT];
	resolve_fn *_fn;
	void *_arg;
};

/* Asks; fn runs later from the loop, unless stopped. Returns 0 or E_SYSTEM. r must be zeroed
 * before its first use and not be running. */
MUSTUSE int resolve_start(struct resolve *r, struct loop *l, const char *name, resolve_fn *fn,
                          void *arg);

/* Ends the child; fn does not run. Also when not running. */
void resolve_stop(struct resolve *r);
