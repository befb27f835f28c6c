/* make run, trust and reset, on a copy of this machine: demonstration.sh beside this file says what. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

static bool may_copy_machines(void)
{
	return geteuid() == 0 && system("unshare --mount --pid --fork --net --uts --ipc true 2>/dev/null") == 0;
}

static void the_demonstration_runs_refuses_and_is_forgotten(void **state)
{
	char folder[] = "/tmp/talent-demonstration-XXXXXX", command[1024];
	const char *program = getenv("TALENT_BIN");
	bool asan = program && strstr(program, "/asan/");
	if (!may_copy_machines()) {
		print_message("skip: only root can make a copy of the machine\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	snprintf(command, sizeof command,
	         "BUILD=build/%s MAKEFLAGS= tests/lib/machine.sh %s sh tests/integration/demonstration.sh >%s.log 2>&1",
	         asan ? "asan" : "test", folder, folder);
	int status = system(command);
	snprintf(command, sizeof command, "%s tail -n 40 %s.log; rm -f %s.log; rmdir %s", status ? "" : ": ", folder,
	         folder, folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demonstration_runs_refuses_and_is_forgotten),
	};
	return cmocka_run_group_tests_name("the demonstration", tests, NULL, NULL);
}
