/* tests/unit/test_sockets.c - listening sockets, opened or inherited, and who holds a port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/outcome.h"
#include "daemon/sockets.h"

/* A listening socket on a free port of the loopback. */
static int taken(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static struct conf one_listener(const char *address, uint16_t port)
{
	struct conf c = {.workers = 1};
	for (int l = 0; l < LISTENERS; l++)
		c.listen[l] = (struct conf_listen){.address = "127.0.0.1"};
	c.listen[LISTEN_OPS] = (struct conf_listen){.address = address, .port = port};
	return c;
}

static void test_open(void **state UNUSED)
{
	struct buf errors = BUF_INIT(KIB);
	struct sockets s;
	uint16_t port;
	close(taken(&port));
	struct conf c = one_listener("127.0.0.1", port);
	assert_int_equal(sockets_open(&c, &s, &errors), 0);
	assert_int_equal(s.fd[LISTEN_PUBLIC], -1);
	assert_int_equal(sockets_port(&s, LISTEN_OPS), port);
	assert_int_equal(sockets_port(&s, LISTEN_PUBLIC), 0);
	assert_true(fcntl(s.fd[LISTEN_OPS], F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(s.fd[LISTEN_OPS], F_GETFD) & FD_CLOEXEC);
	assert_false(s.inherited[LISTEN_OPS]);
	sockets_close(&s);
	assert_int_equal(s.fd[LISTEN_OPS], -1);
	assert_int_equal(errors.n, 0);
}

static void test_taken_port_names_the_holder(void **state UNUSED)
{
	struct buf errors = BUF_INIT(KIB);
	struct sockets s = {.fd = {5, 6, 7}};
	char expected[128];
	uint16_t port;
	int fd = taken(&port);
	struct conf c = one_listener("127.0.0.1", port);
	assert_int_equal(sockets_open(&c, &s, &errors), E_REFUSED);
	assert_int_equal(s.fd[LISTEN_OPS], 7); /* untouched */
	snprintf(expected, sizeof expected,
		"listen ops: port %d is taken by test_sockets (process %d); ", port, getpid());
	buf_addc(&errors, '\0');
	assert_int_equal(strncmp(errors.p, expected, strlen(expected)), 0);
	buf_free(&errors);
	close(fd);
}

static void test_holder_of_a_free_port(void **state UNUSED)
{
	struct buf out = BUF_INIT(KIB);
	uint16_t port;
	close(taken(&port));
	port_holder(port, &out);
	assert_int_equal(out.n, 0);
	buf_free(&out);
}

/* What another user's process is called cannot be seen; whose it is can. */
static void test_holder_of_another_user(void **state UNUSED)
{
	if (geteuid() != 0) {
		print_message("skip: changing the user needs root\n");
		skip();
	}
	uint16_t port;
	int status, fd = taken(&port);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct buf out = BUF_INIT(KIB);
		close(fd);
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(2);
		port_holder(port, &out);
		_exit(slice_is(buf_slice(&out), "a process of user root") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
}

static void test_bad_address(void **state UNUSED)
{
	struct buf errors = BUF_INIT(KIB);
	struct sockets s;
	struct conf c = one_listener("localhost", 1);
	assert_int_equal(sockets_open(&c, &s, &errors), E_REFUSED);
	buf_addc(&errors, '\0');
	assert_string_equal(errors.p, "listen ops: \"localhost\" is not a numeric address\n");
	buf_free(&errors);
}

/* In a process of its own, because inherited descriptors begin at 3. */
static int inherits(int ops_fd, uint16_t port)
{
	struct buf errors = BUF_INIT(KIB);
	struct sockets s;
	char pid[16];
	if (dup2(ops_fd, 3) < 0)
		return 1;
	snprintf(pid, sizeof pid, "%d", getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
	setenv("LISTEN_FDNAMES", "ops", 1);
	struct conf c = one_listener("192.0.2.1", 9); /* would fail: does not count */
	if (sockets_inherited("ops") != 3 || sockets_inherited("public") != -1)
		return 2;
	if (sockets_open(&c, &s, &errors) != 0 || s.fd[LISTEN_OPS] != 3)
		return 3;
	if (!s.inherited[LISTEN_OPS] || sockets_port(&s, LISTEN_OPS) != port)
		return 4;
	if (!(fcntl(3, F_GETFL) & O_NONBLOCK) || !(fcntl(3, F_GETFD) & FD_CLOEXEC))
		return 5;
	return getenv("LISTEN_FDS") ? 6 : 0;
}

static void test_inherited(void **state UNUSED)
{
	uint16_t port;
	int status, fd = taken(&port);
	pid_t pid = fork();
	if (pid == 0)
		_exit(inherits(fd, port));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_taken_port_names_the_holder),
		cmocka_unit_test(test_holder_of_a_free_port),
		cmocka_unit_test(test_holder_of_another_user),
		cmocka_unit_test(test_bad_address),
		cmocka_unit_test(test_inherited),
	};
	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
