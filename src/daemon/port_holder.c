/* daemon/port_holder.c - who listens on a port: /proc/net/tcp and tcp6 give the socket's inode
 * (proc(5)), /proc/PID/fd the process that holds it. */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/sockets.h"

enum { INODES_MAX = 64, STATE_LISTEN = 0x0a };

struct inodes {
	unsigned long inode[INODES_MAX];
	size_t n;
	unsigned uid; /* who opened the first of them */
};

static void listening_inodes(const char *table, uint16_t port, struct inodes *found)
{
	char line[512];
	FILE *f = fopen(table, "re");
	while (f && fgets(line, sizeof line, f)) {
		unsigned local, state, uid;
		unsigned long inode;
		/* sl local:port remote:port st tx:rx tr:when retransmits uid timeout inode */
		if (sscanf(line, "%*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %u %*d %lu",
		           &local, &state, &uid, &inode) != 4 ||
		    local != port || state != STATE_LISTEN || found->n == INODES_MAX)
			continue;
		if (found->n == 0)
			found->uid = uid;
		found->inode[found->n++] = inode;
	}
	if (f)
		fclose(f);
}

static bool is_wanted(const char *link, const struct inodes *wanted)
{
	unsigned long inode;
	if (sscanf(link, "socket:[%lu]", &inode) != 1)
		return false;
	for (size_t i = 0; i < wanted->n; i++)
		if (wanted->inode[i] == inode)
			return true;
	return false;
}

static bool holds(const char *pid, const struct inodes *wanted)
{
	char path[PATH_MAX], link[64];
	bool found = false;
	snprintf(path, sizeof path, "/proc/%s/fd", pid);
	DIR *fds = opendir(path);
	for (struct dirent *e; fds && !found && (e = readdir(fds));) {
		ssize_t n = readlinkat(dirfd(fds), e->d_name, link, sizeof link - 1);
		link[n < 0 ? 0 : n] = '\0';
		found = is_wanted(link, wanted);
	}
	if (fds)
		closedir(fds);
	return found;
}

static void describe(const char *pid, struct buf *out)
{
	char path[PATH_MAX], name[64] = "a program";
	snprintf(path, sizeof path, "/proc/%s/comm", pid);
	FILE *f = fopen(path, "re");
	if (f && fgets(name, sizeof name, f))
		name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
	buf_addf(out, "%s (process %s)", name, pid);
}

static void describe_user(unsigned uid, struct buf *out)
{
	const struct passwd *pw = getpwuid(uid);
	if (pw)
		buf_addf(out, "a process of user %s", pw->pw_name);
	else
		buf_addf(out, "a process of user %u", uid);
}

void port_holder(uint16_t port, struct buf *out)
{
	struct inodes wanted = {.n = 0};
	size_t before = out->n;
	listening_inodes("/proc/net/tcp", port, &wanted);
	listening_inodes("/proc/net/tcp6", port, &wanted);
	DIR *proc = wanted.n ? opendir("/proc") : NULL;
	for (struct dirent *e; proc && (e = readdir(proc));) {
		if (!isdigit((unsigned char)e->d_name[0]) || !holds(e->d_name, &wanted))
			continue;
		describe(e->d_name, out);
		break;
	}
	if (proc)
		closedir(proc);
	if (wanted.n && out->n == before)
		describe_user(wanted.uid, out);
}
