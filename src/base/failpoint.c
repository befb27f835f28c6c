/* base/failpoint.c - one failpoint can be armed at a time, by the environment, so the count of
 * passes is the only state; it exists in test builds alone. */
#include "base/failpoint.h"

#ifdef TALENT_FAILPOINTS

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static unsigned long passes;

/* True for the first process to ask, or when nobody counts. */
static bool first_here(void)
{
	const char *path = getenv("FAIL_ONCE");
	if (!path)
		return true;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Whether this is a process that is meant. */
static bool meant(void)
{
	const char *only = getenv("FAIL_IN");
	char name[16] = ""; /* a process's name has 15 characters (prctl(2)) */
	return !only || (prctl(PR_GET_NAME, name) == 0 && strcmp(name, only) == 0);
}

bool failpoint_pass(const char *name)
{
	const char *fail = getenv("FAIL");
	size_t n = strlen(name);
	if (!fail || strncmp(fail, name, n) != 0 || fail[n] != ':' || !meant())
		return false;
	char *end;
	unsigned long at = strtoul(fail + n + 1, &end, 10);
	if (++passes != at || !first_here())
		return false;
	if (strcmp(end, ":error") == 0)
		return true;
	raise(SIGKILL);
	return true;
}

#else

/* A translation unit has to declare something. */
typedef int failpoint_absent;

#endif
