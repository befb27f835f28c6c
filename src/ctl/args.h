/* ctl/args.h - the command line, split into options and the rest. */
#pragma once

#include "ctl/verb.h"

enum { ARGS_MAX = 16 };

struct args {
	const char *rest[ARGS_MAX]; /* what is no option, in order; rest[n_rest] is NULL */
	int n_rest;
	const char *value[VERB_OPTIONS_MAX]; /* parallel to the verb's options; "" for a switch */
	const struct verb *verb;
};

/* The options every verb takes: --json, --env FILE, --as ROLE, --help. They are removed from
 * argv (which is reordered; *argc shrinks) so that they may stand anywhere before "--". */
struct common_args {
	bool json, help, version;
	const char *env_file, *as;
};

/* Returns NULL, or the argument that lacks its value. */
const char *args_take_common(int *argc, const char **argv, struct common_args *ret);

/* Finds the verb in a NULL-ended list of zero-ended arrays. *ret_used is how many words name it
 * (1 or 2). NULL when there is none. */
const struct verb *args_find_verb(const struct verb *const *list, int argc, const char *const *argv,
				  int *ret_used);

/* Parses what follows the verb's name: --name VALUE, --name=VALUE, and after "--" no options.
 * Returns 0, or E_SYNTAX with *ret_culprit naming the argument that is wrong. */
int args_parse(const struct verb *verb, int argc, const char *const *argv, struct args *ret,
	       const char **ret_culprit);

/* The option's value, or NULL when it was not given. The name must be one of the verb's. */
const char *args_option(const struct args *args, const char *name);
