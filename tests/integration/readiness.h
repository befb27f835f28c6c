/* tests/integration/readiness.h - one host whose /readyz and /readyz/issuing are asked while something is full, gone or
 * wrong. Included by test_readiness.c and test_full_disks.c only. */
#pragma once

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"

enum { TEXT = 4096 };

static struct cluster *cluster;
static struct fleet fleet;
static int candidate = 100;

static inline struct host *host(void)
{
	return &fleet.host[0];
}

/* ---- the operator's listener: plain HTTP ---- */

static inline int ask_ops(const char *path, char text[static TEXT])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)host()->ops_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t n = 0;
	text[0] = '\0';
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0) {
		dprintf(fd, "GET %s HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n", path);
		for (ssize_t k; n < TEXT - 1 && (k = read(fd, text + n, TEXT - 1 - n)) > 0;)
			n += (size_t)k;
		text[n] = '\0';
	}
	close(fd);
	return strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
}

/* Until the answer has a text; both listeners' answers at that moment. why NULL: nothing lacks. */
static inline void expect_issuing_lacks(const char *why)
{
	char ready[TEXT] = "", issuing[TEXT] = "";
	for (int i = 0; i < 1200; i++, nap_ms(50)) {
		int status = ask_ops("/readyz/issuing", issuing);
		bool says = why ? status == 503 && strstr(issuing, why) : status == 200;
		if (says && ask_ops("/readyz", ready) == 200 && strstr(ready, "\r\n\r\nready\n") &&
		    (why ? strstr(ready, why) != NULL : strstr(ready, "issuing:") == NULL))
			return;
	}
	fail_msg("%s\n%s", issuing, ready);
}

/* One attempt; the problem's code, "" when it was stored. */
static inline int submit(char code[static 40])
{
	struct talk t;
	struct talk_answer a;
	char key[32];
	snprintf(key, sizeof key, "ready-%d", ++candidate);
	talk_init(&t, fleet.ctx, host()->port);
	int status = load_submit_once(&fleet, &t, candidate, key, &a);
	talk_text(&a, "code", 0, code, 40);
	talk_close(&t);
	return status;
}

static inline void expect_submitted(int status, const char *problem)
{
	char code[40];
	int got = submit(code);
	for (int i = 0; i < 600 && got == 503 && (status != 503 || strcmp(code, problem) != 0); i++) {
		nap_ms(50); /* a worker on a machine that stalls may not have met the other process yet */
		got = submit(code);
	}
	if (got != status)
		host_show_log(host());
	assert_int_equal(got, status);
	if (problem)
		assert_string_equal(code, problem);
}

static inline int start_daemon(void **state)
{
	unlink(host()->log);
	host_configure(host(), fleet.pki.cert, fleet.pki.key, NULL);
	host_start(host());
	return host_until(host(), "event=ready", "", 1) ? 0 : -1;
}

static inline int stop_daemon(void **state)
{
	host_kill(host());
	return 0;
}

static inline int open_all(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	cluster = cluster_start();
	fleet_open(&fleet, cluster, 2);
	host_start(host());
	fleet_furnish(&fleet);
	host_kill(host());
	return 0;
}

static inline int close_all(void **state)
{
	char disk[FLEET_PATH + 16];
	snprintf(disk, sizeof disk, "%s/disk", fleet.dir);
	host_kill(host());
	umount2(disk, MNT_DETACH);
	snprintf(disk, sizeof disk, "%s/state_disk", fleet.dir);
	umount2(disk, MNT_DETACH);
	snprintf(disk, sizeof disk, "%s/pg_disk", cluster_dir(cluster));
	umount2(disk, MNT_DETACH);
	fleet_close(&fleet);
	cluster_stop(cluster);
	return 0;
}

#define WITH_DAEMON(f) cmocka_unit_test_setup_teardown(f, start_daemon, stop_daemon)
