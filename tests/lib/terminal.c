/* tests/lib/terminal.c - a child with the environment of a person, its outputs read to the end. */
#include "terminal.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster.h"
#include "witness.h"

enum { KEPT = 8, TEXT = 192 };

static char *kept(void)
{
	static char texts[KEPT][TEXT];
	static unsigned turn;
	return texts[turn++ % KEPT];
}

static void become_talentctl(const struct terminal *t, int out, const char *const *argv)
{
	const char *program = getenv("TALENTCTL_BIN");
	const struct daemon *d = t->d;
	setenv("LC_ALL", t->locale ? t->locale : "C.UTF-8", 1);
	setenv("HOME", d->dir, 1);
	setenv("TALENT_URL", d->url[PORT_PUBLIC], 1);
	setenv("TALENT_CA", d->pki.ca, 1);
	setenv("TALENT_TOKEN", d->token[BY_ADMIN], 1);
	setenv("TALENT_SECOND_TOKEN", d->token[BY_SECOND], 1);
	setenv("TALENT_DISTRICT_TOKEN", d->token[BY_DISTRICT], 1);
	setenv("TALENT_INSTITUTION_TOKEN", d->token[BY_SHILI], 1);
	setenv("TALENT_COMPANY_TOKEN", d->token[BY_YUNXUAN], 1);
	dup2(out, 1);
	dup2(out, 2);
	execvp(program ? program : "build/test/talentctl", (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* Both ends of a terminal: what a person sees and types, and what a program has. */
static void open_tty(int ends[2])
{
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(ends[0] >= 0);
	assert_int_equal(grantpt(ends[0]), 0);
	assert_int_equal(unlockpt(ends[0]), 0);
	ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(ends[1] >= 0);
}

void terminal_start(struct terminal *t, const char *const *argv)
{
	int pipes[2];
	fflush(NULL);
	if (t->tty)
		open_tty(pipes);
	else
		assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	t->pid = fork();
	assert_true(t->pid >= 0);
	if (t->pid == 0) {
		if (t->tty)
			dup2(pipes[1], 0);
		become_talentctl(t, pipes[1], argv);
	}
	close(pipes[1]);
	t->from = pipes[0];
	t->n_said = 0;
	t->said[0] = '\0';
}

static bool read_more(struct terminal *t)
{
	ssize_t got = read(t->from, t->said + t->n_said, sizeof t->said - 1 - t->n_said);
	t->n_said += got > 0 ? (size_t)got : 0;
	t->said[t->n_said] = '\0';
	return got > 0;
}

void terminal_until(struct terminal *t, const char *text)
{
	while (!strstr(t->said, text))
		if (!read_more(t))
			fail_msg("ended without \"%s\": %s", text, t->said);
}

void terminal_type(struct terminal *t, const char *text)
{
	assert_int_equal(write(t->from, text, strlen(text)), strlen(text));
}

int terminal_finish(struct terminal *t)
{
	int status;
	while (read_more(t))
		continue;
	close(t->from);
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

int terminal_run(struct terminal *t, const char *const *argv)
{
	terminal_start(t, argv);
	int code = terminal_finish(t);
	if (t->ran)
		t->ran(argv, code);
	return code;
}

void terminal_expect(struct terminal *t, int code, const char *text, const char *const *argv)
{
	int got = terminal_run(t, argv);
	if (got != code || !strstr(t->said, text))
		fail_msg("%s %s: exit %d instead of %d, or no \"%s\" in:\n%s", argv[1], argv[2] ? argv[2] : "", got,
		         code, text, t->said);
}

const char *terminal_member(const struct terminal *t, const char *name)
{
	char *text = kept();
	json_t *json = json_loads(t->said, 0, NULL);
	const char *value = json_string_value(json_object_get(json, name));
	if (!value)
		fail_msg("no \"%s\" in: %s", name, t->said);
	snprintf(text, TEXT, "%s", value);
	json_decref(json);
	return text;
}

const char *terminal_word_behind(const struct terminal *t, const char *text)
{
	char *word = kept();
	const char *at = strstr(t->said, text);
	if (!at)
		fail_msg("no \"%s\" in: %s", text, t->said);
	at += strlen(text);
	at += strspn(at, " ");
	snprintf(word, TEXT, "%.*s", (int)strcspn(at, " \n"), at);
	return word;
}

const char *terminal_path(const struct terminal *t, const char *name)
{
	char *path = kept();
	snprintf(path, TEXT, "%s/%s", t->d->dir, name);
	return path;
}

const char *terminal_write(const struct terminal *t, const char *name, const char *text)
{
	const char *path = terminal_path(t, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return path;
}
