/* ctl/settings.c - NAME=VALUE lines as a shell would read them, without running a shell: blank
 * lines and # comments are skipped, an `export` in front is allowed, and a value may stand in
 * single or double quotes. No substitution takes place. */
#include "ctl/settings.h"

#include <stdio.h>
#include <stdlib.h>

enum { SETTINGS_MAX = 64 };

struct settings {
	char *text;
	struct {
		const char *name, *value;
	} entry[SETTINGS_MAX];
	int n;
};

static bool is_name(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!(*s >= 'A' && *s <= 'Z') && !(*s >= '0' && *s <= '9') && *s != '_')
			return false;
	return true;
}

/* Removes one pair of quotes around the value; false when they do not match. */
static bool unquote(char **value)
{
	char *v = *value, quote = *v;
	size_t n = strlen(v);
	if (quote != '"' && quote != '\'')
		return true;
	if (n < 2 || v[n - 1] != quote)
		return false;
	v[n - 1] = '\0';
	*value = v + 1;
	return true;
}

static bool read_line(struct settings *s, char *line)
{
	line += strspn(line, " \t");
	line[strcspn(line, "\r")] = '\0';
	if (*line == '\0' || *line == '#')
		return true;
	if (strncmp(line, "export ", 7) == 0)
		line += 7;
	char *value = strchr(line, '=');
	if (!value || s->n == SETTINGS_MAX)
		return false;
	*value++ = '\0';
	if (!is_name(line) || !unquote(&value))
		return false;
	s->entry[s->n].name = line;
	s->entry[s->n++].value = value;
	return true;
}

struct settings *settings_new(struct slice text, int *ret_line)
{
	*ret_line = 0;
	struct settings *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->text = strndup(text.p ? text.p : "", text.n);
	if (!s->text) {
		free(s);
		return NULL;
	}
	char *rest = s->text, *line;
	for (int n = 1; (line = strsep(&rest, "\n")); n++)
		if (!read_line(s, line)) {
			*ret_line = n;
			settings_free(s);
			return NULL;
		}
	return s;
}

void settings_free(struct settings *s)
{
	if (!s)
		return;
	free(s->text);
	free(s);
}

static const char *from_environment(const char *name)
{
	const char *value = name ? getenv(name) : NULL;
	return value && *value ? value : NULL;
}

/* The last line wins, as in a shell. */
static const char *from_file(const struct settings *s, const char *name)
{
	for (int i = s->n; name && i-- > 0;)
		if (strcmp(s->entry[i].name, name) == 0)
			return *s->entry[i].value ? s->entry[i].value : NULL;
	return NULL;
}

const char *settings_get(const struct settings *s, const char *name)
{
	const char *value = from_environment(name);
	return value ? value : from_file(s, name);
}

const char *settings_token(const struct settings *s, const char *preferred)
{
	const char *token = from_environment(preferred);
	if (!token)
		token = from_environment("TALENT_TOKEN");
	if (!token)
		token = from_file(s, preferred);
	return token ? token : from_file(s, "TALENT_TOKEN");
}
