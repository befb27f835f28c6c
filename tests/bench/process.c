/* bench/process.c - one walk over /proc lists parents; a process belongs to the tree when a chain
 * of parents leads to the root. */
#include "process.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSES_MAX = 65536, CHAIN_MAX = 16 };

struct table {
	size_t n;
	struct {
		pid_t pid, parent;
	} row[PROCESSES_MAX];
};

static FILE *open_proc(pid_t pid, const char *file)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	return fopen(path, "re");
}

static pid_t parent_of(pid_t pid)
{
	char line[512];
	FILE *f = open_proc(pid, "stat");
	if (!f)
		return 0;
	const char *end = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
	fclose(f);
	return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

static void list_all(struct table *t)
{
	DIR *d = opendir("/proc");
	t->n = 0;
	for (struct dirent *e; d && (e = readdir(d)) && t->n < PROCESSES_MAX;) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (pid <= 0)
			continue;
		t->row[t->n].pid = pid;
		t->row[t->n++].parent = parent_of(pid);
	}
	if (d)
		closedir(d);
}

static pid_t parent_in(const struct table *t, pid_t pid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->row[i].pid == pid)
			return t->row[i].parent;
	return 0;
}

static bool belongs(const struct table *t, pid_t pid, pid_t root)
{
	for (int i = 0; pid > 1 && i < CHAIN_MAX; i++, pid = parent_in(t, pid))
		if (pid == root)
			return true;
	return false;
}

static int64_t sum(pid_t root, int64_t (*of)(pid_t))
{
	static struct table t;
	int64_t total = 0;
	list_all(&t);
	for (size_t i = 0; i < t.n; i++)
		if (belongs(&t, t.row[i].pid, root))
			total += of(t.row[i].pid);
	return total;
}

/* What children that have ended took, as far as they were waited for; in clock ticks. */
static int64_t ended_children_of(pid_t pid)
{
	char line[512];
	long long user = 0, system = 0;
	FILE *f = open_proc(pid, "stat");
	if (!f)
		return 0;
	const char *end = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
	/* fields 16 and 17 of proc(5); the third comes after the name */
	if (!end || sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld",
	                   &user, &system) != 2)
		user = system = 0;
	fclose(f);
	return (user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
}

static int64_t cpu_of(pid_t pid)
{
	char line[128];
	FILE *f = open_proc(pid, "schedstat");
	if (!f)
		return 0;
	int64_t ns = fgets(line, sizeof line, f) ? strtoll(line, NULL, 10) : 0;
	fclose(f);
	return ns + ended_children_of(pid);
}

static int64_t pss_of(pid_t pid)
{
	char line[256];
	int64_t kib = 0;
	FILE *f = open_proc(pid, "smaps_rollup");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "Pss:", 4) == 0)
			kib = strtoll(line + 4, NULL, 10);
	fclose(f);
	return kib;
}

int64_t process_cpu_ns(pid_t root)
{
	return sum(root, cpu_of);
}

int64_t process_pss_kib(pid_t root)
{
	return sum(root, pss_of);
}
