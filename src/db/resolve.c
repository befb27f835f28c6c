/* db/resolve.c - the child writes each address and a newline into a pipe and exits. */
#include "db/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outcome.h"

NORETURN static void child(const char *name, int fd)
{
	sigset_t none;
	sigemptyset(&none);
	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(10);
	if (dup2(fd, 3) < 0)
		_exit(1);
	close_range(4, ~0u, 0); /* nobody's connections stay open in here */
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	if (getaddrinfo(name, NULL, &hints, &list) != 0)
		_exit(1);
	int n = 0;
	for (struct addrinfo *a = list; a && n < RESOLVE_MAX; a = a->ai_next, n++) {
		char text[RESOLVE_TEXT];
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), NULL, 0,
		                NI_NUMERICHOST) == 0)
			dprintf(3, "%s\n", text);
	}
	_exit(0);
}

void resolve_stop(struct resolve *r)
{
	if (!r->_pid)
		return;
	loop_fd_stop(&r->_watch);
	close(r->_fd);
	kill(r->_pid, SIGKILL);
	while (waitpid(r->_pid, NULL, 0) < 0 && errno == EINTR)
		;
	r->_pid = 0;
}

static void finish(struct resolve *r)
{
	char addrs[RESOLVE_MAX][RESOLVE_TEXT];
	int n = 0;
	struct slice rest = slice_from(r->_text, r->_n);
	while (rest.p && n < RESOLVE_MAX) {
		struct slice line = slice_cut(&rest, '\n');
		if (rest.p && line.n && line.n < RESOLVE_TEXT)
			snprintf(addrs[n++], RESOLVE_TEXT, "%.*s", SLICE_ARGS(line));
	}
	resolve_stop(r);
	r->_fn(r->_arg, n, (const char(*)[RESOLVE_TEXT])addrs);
}

static void on_read(void *arg, unsigned ready)
{
	struct resolve *r = arg;
	ssize_t n = read(r->_fd, r->_text + r->_n, sizeof(r->_text) - r->_n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		r->_n += (size_t)n;
		if (r->_n < sizeof(r->_text))
			return;
	}
	finish(r);
}

int resolve_start(struct resolve *r, struct loop *l, const char *name, resolve_fn *fn, void *arg)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0)
		return E_SYSTEM;
	r->_pid = fork();
	if (r->_pid == 0)
		child(name, fds[1]);
	close(fds[1]);
	if (r->_pid < 0) {
		close(fds[0]);
		r->_pid = 0;
		return E_SYSTEM;
	}
	r->_fd = fds[0];
	r->_n = 0;
	r->_fn = fn;
	r->_arg = arg;
	loop_fd_init(&r->_watch, l, r->_fd, on_read, r);
	if (loop_fd_watch(&r->_watch, LOOP_READ) < 0) {
		resolve_stop(r);
		return E_SYSTEM;
	}
	return 0;
}
