/* ctl/verb.h - the descriptor of one verb, and what its function works with.
 *
 * Each cmd_*.c exports an array of descriptors that ends with a zero one; the build lists them.
 * A verb with a sub-verb ("session create") is one descriptor of its own. */
#pragma once

#include <stdio.h>

#include "base/slice.h"
#include "ctl/lang.h"

struct client;
struct settings;
struct args;
struct request;

/* What the shell sees; the manual of scripts that call talentctl. */
enum exit_code {
	CTL_OK = 0,          /* done; valid */
	CTL_NEGATIVE = 1,    /* the answer is no: not valid, rows rejected, counts differ */
	CTL_USAGE = 2,       /* the command line or an input file is wrong; nothing was sent */
	CTL_PROBLEM = 3,     /* the registry answered with a problem */
	CTL_UNREACHABLE = 4, /* no connection, or TLS was not trusted */
	CTL_UNKNOWN = 5,     /* unavailable, or whether it happened is not known: run it again */
};

/* value == NULL: a switch that takes no value. */
struct option {
	const char *name, *value;
	const char *en, *zh;
};

struct ctl {
	enum lang lang;
	bool json; /* print the registry's JSON and nothing else on out */
	const struct settings *settings;
	struct client *client;
	const struct args *args;
	FILE *out, *err;
};

enum { VERB_OPTIONS_MAX = 16 };

struct verb {
	const char *name, *sub;
	const char *args; /* of the usage line */
	const char *en, *zh;
	int min_args, max_args;
	const char *alone; /* a switch with which the verb needs no registry and no settings; or NULL */
	int limit_s; /* for each answer of the registry, in seconds; 0 = 30 */
	const char *token; /* the variable whose token fits, tried before TALENT_TOKEN; or NULL */
	struct option options[VERB_OPTIONS_MAX];
	const struct request *request; /* ctl/noun.h: what it asks for; or */
	int (*run)(struct ctl *);      /* what it does; returns an exit_code */
};

/* Prints "talentctl: …" and a newline to ctl->err; returns CTL_USAGE. */
int ctl_usage(const struct ctl *ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
