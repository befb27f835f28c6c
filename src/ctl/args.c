/* ctl/args.c - a small parser of long options. getopt_long would do the splitting but not the
 * sub-verbs nor the table with help texts in two languages, and it prints by itself. */
#include "ctl/args.h"

#include <assert.h>
#include <string.h>

#include "base/outcome.h"

/* Whether arg is --name or --name=…; *ret_value is what follows '=' or NULL. */
static bool is_option(const char *arg, const char *name, const char **ret_value)
{
	size_t n = strlen(name);
	if (strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, n) != 0)
		return false;
	if (arg[2 + n] != '\0' && arg[2 + n] != '=')
		return false;
	*ret_value = arg[2 + n] == '=' ? arg + 2 + n + 1 : NULL;
	return true;
}

/* Takes a common option with a value at *i; false when arg is not it. */
static bool take_value(int argc, const char **argv, int *i, const char *name, const char **ret,
                       const char **ret_lacking)
{
	const char *value;
	if (!is_option(argv[*i], name, &value))
		return false;
	if (!value && *i + 1 < argc)
		value = argv[++*i];
	if (value)
		*ret = value;
	else
		*ret_lacking = argv[*i];
	return true;
}

const char *args_take_common(int *argc, const char **argv, struct common_args *ret)
{
	const char *lacking = NULL, *none;
	int kept = 1, i = 1;
	for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		if (is_option(argv[i], "json", &none) && !none)
			ret->json = true;
		else if ((is_option(argv[i], "help", &none) && !none) || !strcmp(argv[i], "-h"))
			ret->help = true;
		else if (is_option(argv[i], "version", &none) && !none)
			ret->version = true;
		else if (!take_value(*argc, argv, &i, "env", &ret->env_file, &lacking) &&
		         !take_value(*argc, argv, &i, "as", &ret->as, &lacking))
			argv[kept++] = argv[i];
	}
	for (; i < *argc; i++)
		argv[kept++] = argv[i];
	argv[kept] = NULL;
	*argc = kept;
	return lacking;
}

const struct verb *args_find_verb(const struct verb *const *list, int argc, const char *const *argv,
                                  int *ret_used)
{
	const struct verb *whole = NULL;
	if (argc < 1)
		return NULL;
	for (; *list; list++)
		for (const struct verb *v = *list; v->name; v++) {
			if (strcmp(v->name, argv[0]) != 0)
				continue;
			if (!v->sub) {
				whole = v;
			} else if (argc > 1 && strcmp(v->sub, argv[1]) == 0) {
				*ret_used = 2;
				return v;
			}
		}
	if (whole)
		*ret_used = 1;
	return whole;
}

static int find_option(const struct verb *verb, const char *arg, const char **ret_value)
{
	for (int i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
		if (is_option(arg, verb->options[i].name, ret_value))
			return i;
	return -1;
}

int args_parse(const struct verb *verb, int argc, const char *const *argv, struct args *ret,
               const char **ret_culprit)
{
	struct args a = {.verb = verb};
	bool options = true;
	for (int i = 0; i < argc; i++) {
		const char *value = NULL;
		*ret_culprit = argv[i];
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
			continue;
		}
		if (!options || strncmp(argv[i], "--", 2) != 0) {
			if (a.n_rest == ARGS_MAX - 1 || a.n_rest == verb->max_args)
				return E_SYNTAX;
			a.rest[a.n_rest++] = argv[i];
			continue;
		}
		int k = find_option(verb, argv[i], &value);
		if (k < 0 || (value && !verb->options[k].value))
			return E_SYNTAX;
		if (!verb->options[k].value)
			value = "";
		else if (!value && i + 1 < argc)
			value = argv[++i];
		if (!value)
			return E_SYNTAX;
		a.value[k] = value;
	}
	*ret_culprit = NULL;
	if (a.n_rest < verb->min_args)
		return E_SYNTAX;
	*ret = a;
	return 0;
}

const char *args_option(const struct args *args, const char *name)
{
	for (int i = 0; i < VERB_OPTIONS_MAX && args->verb->options[i].name; i++)
		if (strcmp(args->verb->options[i].name, name) == 0)
			return args->value[i];
	assert(false && "the verb has no such option");
	return NULL;
}
