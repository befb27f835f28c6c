/* tests/lib/terminal.h - the real talentctl ($TALENTCTL_BIN) as people run it at a terminal against a
 * daemon: both outputs together in one text, the exit code beside it. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "daemon.h"

struct terminal {
	struct daemon *d;
	const char *locale;       /* LC_ALL; NULL: C.UTF-8 */
	bool tty;                 /* at a real terminal: it may ask, and hears what terminal_type says */
	char said[64 * 1024];     /* by the last command, so far */
	size_t n_said;
	pid_t pid;                /* of one that was started and not finished */
	int from;                 /* what it says */
	void (*ran)(const char *const *argv, int code); /* told of every command, or NULL */
};

/* Runs argv, whose last is NULL, and returns its exit code. */
int terminal_run(struct terminal *t, const char *const *argv);

/* In three pieces: starts it, reads until it has said this text (fails the test when it ends before), reads
 * to the end and returns the exit code. */
void terminal_start(struct terminal *t, const char *const *argv);
void terminal_until(struct terminal *t, const char *text);
int terminal_finish(struct terminal *t);

/* Only with tty. */
void terminal_type(struct terminal *t, const char *text);

/* The same in one; fails the test unless the exit code and a text in what it says are these. */
void terminal_expect(struct terminal *t, int code, const char *text, const char *const *argv);

#define TERMINAL_ARGV(...) ((const char *[]){"talentctl", __VA_ARGS__, NULL})

/* A member of the JSON that the last command printed. In one of eight buffers. */
const char *terminal_member(const struct terminal *t, const char *name);

/* The word behind the first occurrence of a text in what was said. In one of eight buffers. */
const char *terminal_word_behind(const struct terminal *t, const char *text);

/* A path in the daemon's folder, in one of eight buffers; and a file there with this text. */
const char *terminal_path(const struct terminal *t, const char *name);
const char *terminal_write(const struct terminal *t, const char *name, const char *text);
