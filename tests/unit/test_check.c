/* What a configuration names is tried before it is used: the folder of this host's own state. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/check.h"

enum { SOMEBODY_ELSE = 12345 };

static char folder[64], file[80];

static int make_folder(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/talent-check-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof file, "%s/file", folder);
	FILE *f = fopen(file, "w");
	return f && fclose(f) == 0 && chmod(folder, 0700) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
	unlink(file);
	rmdir(folder);
	return 0;
}

/* says NULL: it is taken. */
static void expect_state_directory(const char *path, uid_t uid, const char *says)
{
	const struct conf c = {.state_directory = path};
	struct buf errors = BUF_INIT(1024);
	struct check_report k = {.conf = &c, .name = "a.conf", .out = &errors};
	check_state_directory(&k, uid);
	char text[1024];
	snprintf(text, sizeof text, "%.*s", SLICE_ARGS(buf_slice(&errors)));
	buf_free(&errors);
	assert_int_equal(k.refused, says ? 1 : 0);
	if (says && (!strstr(text, says) || !strstr(text, path)))
		fail_msg("\"%s\" is not in \"%s\"", says, text);
}

static void the_state_directory_is_a_folder_of_the_daemons_user(void **state)
{
	expect_state_directory(folder, getuid(), NULL);
	expect_state_directory(folder, SOMEBODY_ELSE, "must belong to the daemon's user");
	expect_state_directory(file, getuid(), "must be a folder");
	expect_state_directory("relative", getuid(), "must be an absolute path");
	expect_state_directory("/nonexistent/state", getuid(), "No such file or directory");
}

static void nobody_else_may_write_there(void **state)
{
	assert_int_equal(chmod(folder, 0770), 0);
	expect_state_directory(folder, getuid(), "chmod 0700");
	assert_int_equal(chmod(folder, 0702), 0);
	expect_state_directory(folder, getuid(), "chmod 0700");
	assert_int_equal(chmod(folder, 0755), 0);
	expect_state_directory(folder, getuid(), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_state_directory_is_a_folder_of_the_daemons_user,
		                                make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(nobody_else_may_write_there, make_folder, remove_folder),
	};
	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
