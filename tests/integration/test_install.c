/* What README says under "Running it for real", done literally: the commands of its block, on a copy of this
 * machine (tests/lib/machine.sh) with a PostgreSQL of its own; then what stands under "Who may", until a body of the
 * empty registry has issued a certificate.
 *
 * This program has three parts: the test; "inside", which runs in the copy; and systemctl, which there does
 * what the units say: their sockets, users, credentials and folders. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/pki.h"
#include "base/attr.h"

#define HOST "registry.test"
#define UNITS "/usr/lib/systemd/system/"

enum { TEXT = 64 * 1024, SOCKETS_MAX = 4, FIRST_FD = 3 };

NORETURN static void give_up(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- systemctl ---- */

/* The nth value (from 0) of a key in a unit's file. */
static bool unit_value(const char *unit, const char *key, int nth, char out[static 512])
{
	char path[256], line[512];
	size_t n = strlen(key);
	snprintf(path, sizeof path, UNITS "%s", unit);
	FILE *f = fopen(path, "re");
	if (!f)
		give_up(path);
	bool found = false;
	while (!found && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, key, n) == 0 && line[n] == '=' && nth-- == 0) {
			memmove(out, line + n + 1, strlen(line + n));
			found = true;
		}
	}
	fclose(f);
	return found;
}

static void name_of_user(const char *unit, const char *key, uid_t *uid, gid_t *gid)
{
	char name[512];
	const struct passwd *pw = unit_value(unit, key, 0, name) ? getpwnam(name) : NULL;
	if (!pw)
		give_up(unit);
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
}

static int listen_at_path(const char *unit, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char folder[512], mode[512];
	uid_t uid;
	gid_t gid;
	snprintf(a.sun_path, sizeof a.sun_path, "%.100s", path);
	snprintf(folder, sizeof folder, "%s", path);
	*strrchr(folder, '/') = '\0';
	mkdir(folder, 0755);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	name_of_user(unit, "SocketUser", &uid, &gid);
	if (bind(fd, (const struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0 ||
	    !unit_value(unit, "SocketMode", 0, mode) || chmod(path, (mode_t)strtol(mode, NULL, 8)) != 0 ||
	    chown(path, uid, gid) != 0)
		give_up(path);
	return fd;
}

static int listen_at_port(const char *port)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)strtol(port, NULL, 10))};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	if (bind(fd, (const struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0)
		give_up(port);
	return fd;
}

static int open_socket(const char *unit)
{
	char where[512];
	if (!unit_value(unit, "ListenStream", 0, where))
		give_up(unit);
	return where[0] == '/' ? listen_at_path(unit, where) : listen_at_port(where);
}

/* LoadCredential: copies for the unit's user alone, at the path that talentd.conf names. */
static void hand_over(const char *unit, uid_t uid)
{
	char credential[512], folder[600], to[1200], command[2400];
	snprintf(folder, sizeof folder, "/run/credentials/%s", unit);
	mkdir("/run/credentials", 0755);
	mkdir(folder, 0700);
	for (int i = 0; unit_value(unit, "LoadCredential", i, credential); i++) {
		char *from = strchr(credential, ':');
		*from++ = '\0';
		snprintf(to, sizeof to, "%s/%s", folder, credential);
		snprintf(command, sizeof command, "install -m 0400 -o %d %s %s", (int)uid, from, to);
		if (system(command) != 0)
			give_up(command);
	}
	if (chown(folder, uid, (gid_t)-1) != 0)
		give_up(folder);
}

static void make_state(const char *unit, uid_t uid, gid_t gid)
{
	char name[512], mode[512], path[600];
	if (!unit_value(unit, "StateDirectory", 0, name) || !unit_value(unit, "StateDirectoryMode", 0, mode))
		return;
	snprintf(path, sizeof path, "/var/lib/%s", name);
	mkdir(path, 0700);
	if (chown(path, uid, gid) != 0 || chmod(path, (mode_t)strtol(mode, NULL, 8)) != 0)
		give_up(path);
}

static void run_command(const char *unit)
{
	char line[512], log[600];
	char *argv[16] = {0}, *rest = line;
	snprintf(log, sizeof log, "/run/%s.log", unit);
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0 || !unit_value(unit, "ExecStart", 0, line))
		give_up(unit);
	for (size_t n = 0; rest && n < ARRAY_LEN(argv) - 1; n++)
		argv[n] = strsep(&rest, " ");
	dup2(fd, 1);
	dup2(fd, 2);
	uid_t uid;
	gid_t gid;
	name_of_user(unit, "User", &uid, &gid);
	hand_over(unit, uid);
	make_state(unit, uid, gid);
	if (setgroups(0, NULL) != 0 || setgid(gid) != 0 || setuid(uid) != 0)
		give_up(unit);
	execv(argv[0], argv);
	give_up(argv[0]);
}

/* In a process of its own: the sockets become descriptors from 3 on. */
static void become_service(const char *unit, const int *fds, int n, const char *names)
{
	char text[16];
	for (int i = 0; i < n; i++)
		dup2(fcntl(fds[i], F_DUPFD, 32), FIRST_FD + i);
	close_range((unsigned)(FIRST_FD + n), ~0u, 0);
	snprintf(text, sizeof text, "%d", (int)getpid());
	setenv("LISTEN_PID", text, 1);
	snprintf(text, sizeof text, "%d", n);
	setenv("LISTEN_FDS", text, 1);
	setenv("LISTEN_FDNAMES", names, 1);
	run_command(unit);
}

static void start_service(const char *unit)
{
	char list[512], names[1024] = "", name[512];
	int fds[SOCKETS_MAX], n = 0;
	if (!unit_value(unit, "Sockets", 0, list))
		give_up(unit);
	for (char *rest = list, *one; (one = strsep(&rest, " ")) && n < SOCKETS_MAX;) {
		fds[n++] = open_socket(one);
		if (!unit_value(one, "FileDescriptorName", 0, name))
			give_up(one);
		strncat(names, n > 1 ? ":" : "", sizeof names - strlen(names) - 1);
		strncat(names, name, sizeof names - strlen(names) - 1);
	}
	if (fork() == 0 && setsid() > 0)
		become_service(unit, fds, n, names);
}

/* The signer's socket: its service starts when somebody comes. The others are opened with their service. */
static void start_socket(const char *unit)
{
	char where[512], service[512], name[512];
	if (!unit_value(unit, "ListenStream", 0, where))
		give_up(unit);
	if (where[0] != '/')
		return;
	if (!unit_value(unit, "FileDescriptorName", 0, name))
		give_up(unit);
	snprintf(service, sizeof service, "%.*s.service", (int)(strlen(unit) - strlen(".socket")), unit);
	int fd = open_socket(unit);
	if (fork() != 0 || setsid() < 0)
		return;
	struct pollfd p = {fd, POLLIN, 0};
	while (poll(&p, 1, -1) < 1)
		;
	become_service(service, &fd, 1, name);
}

static int systemctl(int argc, char **argv)
{
	if (argc < 4 || strcmp(argv[1], "enable") != 0 || strcmp(argv[2], "--now") != 0) {
		fprintf(stderr, "systemctl %s: not known here\n", argc > 1 ? argv[1] : "");
		return 1;
	}
	for (int i = 3; i < argc; i++)
		if (strstr(argv[i], ".socket"))
			start_socket(argv[i]);
		else
			start_service(argv[i]);
	return 0;
}

/* ---- inside the copy ---- */

static void loopback_up(void)
{
	struct ifreq r = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &r) != 0 || sethostname(HOST, sizeof HOST - 1) != 0)
		give_up("network");
	close(fd);
}

static void must(const char *command)
{
	if (system(command) == 0)
		return;
	fprintf(stderr, "failed: %s\n", command);
	exit(1);
}

/* The one block of commands of a chapter of README, into a file. */
static void extract(const char *chapter, const char *to)
{
	static char text[TEXT];
	FILE *f = fopen("README.md", "re");
	if (!f)
		give_up("README.md");
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	char *at = strstr(text, chapter), *begin = at ? strstr(at, "\n```sh\n") : NULL;
	char *end = begin ? strstr(begin + 7, "\n```\n") : NULL;
	if (!end)
		give_up(chapter);
	f = fopen(to, "we");
	if (!f || fprintf(f, "set -eu\n%.*s\n", (int)(end - begin - 7), begin + 7) < 0 || fclose(f) != 0)
		give_up(to);
}

/* What an operator brings: a certificate for the name, authorities of clients. */
static void bring_certificates(void)
{
	static struct pki pki;
	if (mkdir("/root/tls", 0700) != 0 || !pki_make_in(&pki, "/root/tls"))
		give_up("/root/tls");
	must("cd /root/tls && cp cert.pem fullchain.pem && cp key.pem privkey.pem && cp ca.pem clients.pem");
	must("echo '127.0.0.1 " HOST " localhost' >/etc/hosts");
}

/* What README says under "Who may", as one of the two administrators of the block before; then 王经理 comes, and
 * submits a result: the registry was empty, and a certificate is valid. */
static void use_it(void)
{
	must("for i in $(seq 1 300); do curl -sf http://127.0.0.1:9443/readyz && exit; sleep 0.1; done;"
	     " curl -s http://127.0.0.1:9443/readyz; exit 1");
	must("mkdir -p ~/.config; printf 'TALENT_URL=https://" HOST "\nTALENT_CA=/root/tls/ca.pem\nTALENT_TOKEN=%s\n'"
	     " $(grep -o '^tal_[A-Za-z0-9_]*' /run/said | head -n 1) >~/.config/talentctl.env");
	extract("## Who may", "/run/who-may");
	must("sh -c 't() { talentctl \"$@\"; }; . /run/who-may' >/run/who 2>&1 || { cat /run/who; exit 1; }");
	must("code=$(grep -o 'tal_invitation_[A-Za-z0-9]*' /run/who);"
	     " echo TALENT_INSTITUTION_TOKEN=$(talentctl staff accept $code) >>~/.config/talentctl.env");
	must("talentctl exam create --code FIRST --occupation 4-01-06-02 --edition 2022 --work-type 直播销售员 --level 4"
	     " --held-on today");
	must("{ head -n 1 conf/demo/results.csv; echo FIRST,汤霞,居民身份证,310199198309019604,,64.5,80.68,,,; } >/run/one.csv;"
	     " talentctl submit /run/one.csv --certificates /run/issued.csv");
	must("talentctl verify $(grep -o 'S000031000177[0-9]*' /run/issued.csv) 汤霞");
	must("! grep signer_peer_refused /run/*.log");
	must("grep -q '^/etc/talentd/talentd.conf: good$' /run/said");
}

static int inside(const char *self)
{
	char link[600];
	setenv("HOME", "/root", 1);
	setvbuf(stdout, NULL, _IONBF, 0);
	snprintf(link, sizeof link, "ln -sf %s /usr/bin/systemctl", self);
	loopback_up();
	bring_certificates();
	must("rm -rf /etc/talentd /etc/postgresql /var/lib/postgresql/15");
	must(link);
	extract("## Running it for real", "/run/steps");
	must("sh -x /run/steps >/run/said 2>&1 || { cat /run/said /run/*.log; exit 1; }");
	use_it();
	return 0;
}

/* ---- the test ---- */

static char self[512];

static bool may_copy_machines(void)
{
	return geteuid() == 0 && system("unshare --mount --pid --fork --net --uts --ipc true 2>/dev/null") == 0;
}

/* make builds the variant that is there already. */
static void the_steps_of_readme_lead_to_a_registry_that_signs(void **state)
{
	char folder[] = "/tmp/talent-install-XXXXXX", command[2048];
	const char *program = getenv("TALENT_BIN");
	if (!may_copy_machines()) {
		print_message("skip: only root can make a copy of the machine\n");
		skip();
	}
	assert_non_null(mkdtemp(folder));
	bool asan = program && strstr(program, "/asan/");
	snprintf(command, sizeof command,
	         "VARIANT=%s MAKEFLAGS= ASAN_OPTIONS=detect_leaks=0 tests/lib/machine.sh %s %s inside >%s.log 2>&1",
	         asan ? "asan" : "test", folder, self, folder);
	int status = system(command);
	snprintf(command, sizeof command, "%s tail -n 60 %s.log; rm -f %s.log; rmdir %s", status ? "" : ": ", folder,
	         folder, folder);
	assert_int_equal(system(command), 0);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	if (strcmp(name ? name + 1 : argv[0], "systemctl") == 0)
		return systemctl(argc, argv);
	if (n > 0 && argc > 1 && strcmp(argv[1], "inside") == 0)
		return inside(self);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_steps_of_readme_lead_to_a_registry_that_signs),
	};
	return cmocka_run_group_tests_name("installation", tests, NULL, NULL);
}
