/* daemon/child.c - from fork to work: everything that must not be inherited goes, privileges are
 * dropped for good, and the death of the supervisor becomes ours.
 *
 * The order matters. Groups go before the user (afterwards we may not); PR_SET_PDEATHSIG comes
 * after the change of user, which clears it, and is followed by a look whether the parent is
 * still there. */
#include "daemon/child.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/exit.h"
#include "daemon/source.h"

static bool number(const char *text, uint64_t *ret)
{
	return slice_to_u64(slice_of(text), ret) && *ret < UINT32_MAX;
}

static bool resolve_user(const char *user, struct identity *ret)
{
	uint64_t n;
	bool numeric = number(user, &n);
	struct passwd *pw = numeric ? getpwuid((uid_t)n) : getpwnam(user);
	if (!pw && !numeric)
		return false;
	ret->uid = pw ? pw->pw_uid : (uid_t)n;
	ret->gid = pw ? pw->pw_gid : (gid_t)n;
	snprintf(ret->name, sizeof ret->name, "%s", pw ? pw->pw_name : "");
	return true;
}

static bool resolve_group(const char *group, struct identity *ret)
{
	uint64_t n;
	bool numeric = number(group, &n);
	struct group *gr = numeric ? NULL : getgrnam(group);
	if (!gr && !numeric)
		return false;
	ret->gid = gr ? gr->gr_gid : (gid_t)n;
	return true;
}

static int no_user(const char *user, struct buf *errors)
{
	buf_addf(errors, "user \"%s\" does not exist; create it (systemd-sysusers) or name another in "
	                 "talentd.conf\n",
	         user);
	return E_ABSENT;
}

int identity_uid(const char *user, uid_t *ret, struct buf *errors)
{
	struct identity id;
	if (!resolve_user(user, &id))
		return no_user(user, errors);
	*ret = id.uid;
	return 0;
}

int identity_resolve(const char *user, const char *group, struct identity *ret,
                     struct buf *errors)
{
	struct identity id = {.change = *user != '\0' && geteuid() == 0};
	if (id.change && !resolve_user(user, &id))
		return no_user(user, errors);
	if (id.change && *group && !resolve_group(group, &id)) {
		buf_addf(errors, "group \"%s\" does not exist\n", group);
		return E_ABSENT;
	}
	*ret = id;
	return 0;
}

uid_t identity_uid_of(const struct identity *id)
{
	return id->change ? id->uid : geteuid();
}

static int take_groups(const struct identity *id)
{
	return id->name[0] ? initgroups(id->name, id->gid) : setgroups(0, NULL);
}

void identity_return(const struct identity_own *own)
{
	if (own->changed && (seteuid(0) != 0 || setegid(own->gid) != 0 ||
	                     setgroups((size_t)own->n_groups, own->groups) != 0))
		abort();
}

int identity_assume(const struct identity *id, struct identity_own *own)
{
	*own = (struct identity_own){.changed = id->change, .gid = getegid()};
	if (!id->change)
		return 0;
	own->n_groups = getgroups(OWN_GROUPS, own->groups);
	if (own->n_groups < 0)
		return E_SYSTEM;
	if (take_groups(id) == 0 && setegid(id->gid) == 0 && seteuid(id->uid) == 0)
		return 0;
	int error = errno;
	identity_return(own);
	errno = error;
	return E_SYSTEM;
}

static bool become(const struct identity *id)
{
	if (!id->change)
		return true;
	if (take_groups(id) < 0)
		return false;
	if (setresgid(id->gid, id->gid, id->gid) < 0 || setresuid(id->uid, id->uid, id->uid) < 0)
		return false;
	return id->uid == 0 || setuid(0) < 0; /* there must be no way back */
}

static bool seal(pid_t parent)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
#ifndef TALENT_FAILPOINTS /* a test build may be traced and may dump */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return false;
#endif
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return false;
	return getppid() == parent;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Closes all descriptors but the standard ones and those that are kept: the supervisor's event
 * loop, whose epoll instance would otherwise be shared with it, and other kinds' sockets. */
static void close_others(const struct child *c)
{
	int keep[CHILD_KEEP_MAX + 4], n = 0;
	for (size_t i = 0; i < c->kind->n_keep; i++)
		keep[n++] = c->kind->keep[i];
	keep[n++] = c->news_fd;
	keep[n++] = c->log->fd;
	if (c->source)
		keep[n++] = source_fd(c->source);
	qsort(keep, (size_t)n, sizeof keep[0], compare);
	unsigned from = STDERR_FILENO + 1;
	for (int i = 0; i < n; i++) {
		unsigned fd = (unsigned)(keep[i] < 0 ? 0 : keep[i]);
		if (fd < from)
			continue;
		if (fd > from)
			close_range(from, fd - 1, 0);
		from = fd + 1;
	}
	close_range(from, ~0U, 0);
}

/* TERM and HUP stay blocked: they wait for the child's loop. INT is for the supervisor: a
 * terminal sends it to everybody. */
static void reset_signals(void)
{
	sigset_t wait_for_loop;
	sigemptyset(&wait_for_loop);
	sigaddset(&wait_for_loop, SIGTERM);
	sigaddset(&wait_for_loop, SIGHUP);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, &wait_for_loop, NULL);
}

static NORETURN void work(struct child *c, pid_t parent)
{
	reset_signals();
	close_others(c);
	if (c->log->repeats) /* what the supervisor counted is for it to tell */
		*c->log->repeats = (struct log_repeats){0};
	unsetenv("NOTIFY_SOCKET"); /* only the supervisor speaks for the service */
	unsetenv("WATCHDOG_USEC");
	if (!become(&c->kind->identity) || !seal(parent)) {
		log_error(&c->ctx, "privileges_not_dropped", LOG_S("cause", strerror(errno)));
		_exit(EXIT_TROUBLE);
	}
	prctl(PR_SET_NAME, c->name, 0, 0, 0);
	exit(c->kind->run(c));
}

pid_t child_start(struct child *c)
{
	pid_t parent = getpid();
	fflush(NULL); /* what stdio holds must not be written twice */
	pid_t pid = fork();
	if (pid == 0)
		work(c, parent);
	return pid < 0 ? E_SYSTEM : pid;
}
