/* Failpoints: the n-th pass, once across processes, and nothing at all when not named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/failpoint.h"

/* Passes five times through two points in a child; the result is the pass that failed (0: none),
 * or -1 when it was killed. */
static int child(const char *fail, const char *once)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (fail)
			setenv("FAIL", fail, 1);
		if (once)
			setenv("FAIL_ONCE", once, 1);
		for (int i = 1; i <= 5; i++) {
			if (FAILPOINT("other"))
				_exit(99);
			if (FAILPOINT("step"))
				_exit(i);
		}
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? -1 : -2;
	return WEXITSTATUS(status);
}

static void hits_the_nth_pass(void **state)
{
#ifdef TALENT_FAILPOINTS
	assert_int_equal(child("step:3:error", NULL), 3);
	assert_int_equal(child("step:1:error", NULL), 1);
	assert_int_equal(child("step:2", NULL), -1);
	assert_int_equal(child("step:2:kill", NULL), -1);
#endif
	assert_int_equal(child("step:6", NULL), 0);
	assert_int_equal(child("steps:1", NULL), 0);
	assert_int_equal(child("ste:1", NULL), 0);
	assert_int_equal(child(NULL, NULL), 0);
}

static void only_the_first_process(void **state)
{
	char dir[] = "/tmp/talent-fail-XXXXXX", path[64];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/once", dir);
#ifdef TALENT_FAILPOINTS
	assert_int_equal(child("step:1", path), -1);
#endif
	FILE *f = fopen(path, "a");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(child("step:1", path), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void only_processes_of_a_name(void **state)
{
	char was[16] = "";
	assert_int_equal(prctl(PR_GET_NAME, was), 0);
	assert_int_equal(prctl(PR_SET_NAME, "worker"), 0);
	setenv("FAIL_IN", "jobs", 1);
	assert_int_equal(child("step:1:error", NULL), 0);
	setenv("FAIL_IN", "worker", 1);
#ifdef TALENT_FAILPOINTS
	assert_int_equal(child("step:1:error", NULL), 1);
#endif
	unsetenv("FAIL_IN");
	assert_int_equal(prctl(PR_SET_NAME, was), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_the_nth_pass),
		cmocka_unit_test(only_the_first_process),
		cmocka_unit_test(only_processes_of_a_name),
	};
	return cmocka_run_group_tests_name("failpoint", tests, NULL, NULL);
}
