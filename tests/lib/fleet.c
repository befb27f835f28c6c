/* tests/lib/fleet.c - folders, configuration, processes. */
#include "fleet.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "cluster.h"
#include "daemon/admin_token.h"
#include "fair_clock.h"

enum { START_MS = 20000, WAIT_MS = 60000, EXIT_PORT = 69 };

NORETURN PRINTF_LIKE(1, 2) static void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("fleet: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(99);
}

void nap_ms(int ms)
{
	nanosleep(&(struct timespec){ms / 1000, (long)(ms % 1000) * 1000000}, NULL);
}

int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- files ------------------------------------------------------------------------------ */

static void write_secret(const char *dir, const char *name)
{
	char path[FLEET_PATH + 32], bytes[32];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7 + (unsigned char)name[strlen(name) - 1]);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes || close(fd) != 0)
		die("%s: %s", path, strerror(errno));
}

static int free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		die("no free port: %s", strerror(errno));
	close(fd);
	return ntohs(a.sin_port);
}

void host_configure(struct host *h, const char *certificate, const char *key, const char *extra)
{
	const struct fleet *f = h->fleet;
	FILE *out = fopen(h->conf, "w");
	if (!out)
		die("%s: %s", h->conf, strerror(errno));
	fprintf(out,
	        "public_url = \"https://registry.test\"\nuser = \"\"\nworkers = %d\ndatabase = \"%s\"\n"
	        "state_directory = \"%s\"\n"
	        "listen public { address = \"127.0.0.1\" port = %d\n certificate = \"%s\" key = \"%s\" }\n"
	        "listen client { port = 0 }\n"
	        "listen ops { address = \"127.0.0.1\" port = %d }\n"
	        "signer { socket = \"%s/sign.sock\" key_file = \"%s/kek\" journal = \"%s/journal\"\n"
	        " spawn = true }\n"
	        "secrets { id_hash_key = \"%s/id_hash\" id_cipher_key = \"%s/id_cipher\" }\n"
	        "limits { connections_per_address = 2000 guesses_per_address = 1000000 }\n"
	        "log { level = \"info\" }\n%s",
	        h->workers, h->database ? h->database : cluster_conninfo(f->cluster, f->database, "talent_worker"),
	        h->dir, h->port, certificate, key, h->ops_port, h->dir, f->dir, h->dir, f->dir, f->dir,
	        extra ? extra : "");
	if (fclose(out) != 0)
		die("%s: %s", h->conf, strerror(errno));
}

static int remove_one(const char *path, const struct stat *st UNUSED, int flag UNUSED,
                      struct FTW *ftw UNUSED)
{
	return remove(path);
}

/* --- opening ---------------------------------------------------------------------------- */

static void open_host(struct fleet *f, int i, int workers)
{
	struct host *h = &f->host[i];
	*h = (struct host){.fleet = f, .workers = workers, .port = free_port(), .ops_port = free_port()};
	snprintf(h->dir, sizeof h->dir, "%.150s/host%d", f->dir, i);
	snprintf(h->log, sizeof h->log, "%.150s/log%d", f->dir, i);
	snprintf(h->conf, sizeof h->conf, "%.150s/conf%d", f->dir, i);
	if (mkdir(h->dir, 0755) != 0)
		die("%s: %s", h->dir, strerror(errno));
	host_configure(h, f->pki.cert, f->pki.key, NULL);
}

void fleet_open(struct fleet *f, struct cluster *c, int workers)
{
	static const char *const names[] = {"陈静", "周明"};
	char why[ADMIN_TOKEN_WHY] = "", tokens[ADMIN_TOKEN_PEOPLE][TOKEN_TEXT];
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	*f = (struct fleet){.cluster = c, .database = cluster_demo(c)};
	/* beside the cluster's socket folder: the cluster takes it away however the test ends */
	const char *socket_dir = cluster_socket(c), *end = strrchr(socket_dir, '/');
	snprintf(f->dir, sizeof f->dir, "%.*s/fleet-XXXXXX", (int)(end - socket_dir), socket_dir);
	if (!mkdtemp(f->dir) || !pki_make(&f->pki))
		die("no folder: %s", strerror(errno));
	write_secret(f->dir, "kek");
	write_secret(f->dir, "id_hash");
	write_secret(f->dir, "id_cipher");
	if (admin_token_make(cluster_conninfo(c, f->database, NULL), names, tokens, why) != 0)
		die("no administrator: %s", why);
	snprintf(f->admin, sizeof f->admin, "%s", tokens[0]);
	snprintf(f->second, sizeof f->second, "%s", tokens[1]);
	f->ctx = talk_context(NULL);
	for (int i = 0; i < FLEET_HOSTS; i++)
		open_host(f, i, workers);
}

void fleet_close(struct fleet *f)
{
	for (int i = 0; i < FLEET_HOSTS; i++)
		host_kill(&f->host[i]);
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	pki_remove(&f->pki);
	SSL_CTX_free(f->ctx);
}

/* --- furnishing ------------------------------------------------------------------------- */

static void must(struct fleet *f, const char *token, const char *path, const char *body,
                 const char *member, char *out, size_t out_n)
{
	struct talk t;
	struct talk_answer a;
	talk_init(&t, f->ctx, f->host[0].port);
	int status = talk_ask(&t, &(struct talk_request){"POST", path, token, NULL, body}, &a);
	talk_close(&t);
	if (status != 200 && status != 201) {
		host_show_log(&f->host[0]);
		die("POST %s: %d %s", path, status, a.body);
	}
	if (member)
		talk_text(&a, member, 0, out, out_n);
}

void fleet_furnish(struct fleet *f)
{
	char body[512];
	time_t day = time(NULL) + (time_t)8 * 3600; /* today, in Shanghai */
	struct tm tm;
	gmtime_r(&day, &tm);
	must(f, f->admin, "/v1/issuers/shili/keys", NULL, NULL, NULL, 0);
	must(f, f->admin, "/v1/issuers/xingbo/keys", NULL, NULL, NULL, 0);
	must(f, f->admin, "/v1/tokens",
	     "{\"role\":\"institution\",\"organisation\":\"shili\",\"label\":\"test\"}", "token",
	     f->institution, sizeof f->institution);
	snprintf(body, sizeof body,
	         "{\"code\":\"E-1\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":"
	         "\"livestream-sales\",\"level\":\"4\",\"held_on\":\"%04d-%02d-%02d\",\"partner\":"
	         "\"xingbo\"}",
	         tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	must(f, f->institution, "/v1/exams", body, "id", f->exam, sizeof f->exam);
}

/* --- processes -------------------------------------------------------------------------- */

static const char *program(void)
{
	const char *named = getenv("TALENT_BIN");
	return named ? named : "build/test/talentd";
}

void host_spawn(struct host *h)
{
	pid_t parent = getpid();
	h->pid = fork();
	if (h->pid < 0)
		die("fork: %s", strerror(errno));
	if (h->pid > 0) {
		setpgid(h->pid, h->pid);
		return;
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int log = open(h->log, O_WRONLY | O_CREAT | O_APPEND, 0644);
	int null = open("/dev/null", O_RDONLY);
	if (getppid() != parent || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(97);
	close_range(3, ~0u, 0);
	for (int i = 0; i < FLEET_ENV && h->env[i]; i++)
		putenv((char *)(uintptr_t)h->env[i]);
	execl(program(), "talentd", "-c", h->conf, "run", (char *)NULL);
	_exit(96);
}

/* A port lost to somebody else between the look and the bind: take others. */
static bool lost_port(struct host *h)
{
	int status;
	if (waitpid(h->pid, &status, WNOHANG) != h->pid)
		return false;
	h->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_PORT) {
		host_show_log(h);
		die("the daemon ended with status %d", status);
	}
	h->port = free_port();
	h->ops_port = free_port();
	host_configure(h, h->fleet->pki.cert, h->fleet->pki.key, NULL);
	host_spawn(h);
	return true;
}

bool host_wait(struct host *h, int ms)
{
	struct talk t;
	struct talk_answer a;
	for (int64_t until = fair_ms() + ms; fair_ms() < until; nap_ms(5)) {
		talk_init(&t, h->fleet->ctx, h->port);
		int status = talk_ask(&t, &(struct talk_request){.method = "GET", .path = "/v1/progress"}, &a);
		talk_close(&t);
		if (status > 0 && status < 500)
			return true;
	}
	return false;
}

void host_start(struct host *h)
{
	host_spawn(h);
	for (int64_t until = fair_ms() + START_MS; fair_ms() < until;) {
		if (!lost_port(h) && host_wait(h, 200))
			return;
	}
	host_show_log(h);
	die("the daemon is not ready");
}

void host_kill(struct host *h)
{
	if (h->pid <= 0)
		return;
	kill(-h->pid, SIGKILL);
	while (waitpid(-h->pid, NULL, 0) > 0) /* its children too: they have become ours */
		;
	h->pid = 0;
}

int host_stop(struct host *h, int ms)
{
	int status;
	kill(h->pid, SIGTERM);
	for (int64_t until = fair_ms() + ms; fair_ms() < until; nap_ms(2)) {
		if (waitpid(h->pid, &status, WNOHANG) == h->pid) {
			h->pid = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
	}
	return -1;
}

/* The parent of a process and its name; 0 when it is gone. */
static pid_t parent_of(const char *pid, char name[static 32])
{
	char path[64], line[256] = "";
	int parent = 0;
	snprintf(path, sizeof path, "/proc/%.10s/stat", pid);
	FILE *in = fopen(path, "re");
	if (!in)
		return 0;
	bool read = fgets(line, sizeof line, in) &&
	            sscanf(line, "%*d (%31[^)]) %*c %d", name, &parent) == 2;
	fclose(in);
	return read ? parent : 0;
}

/* Calls each with every child of a process until it returns true; whom it stopped at, or 0. */
static pid_t find_child(pid_t parent, bool (*each)(void *arg, pid_t child, const char *name), void *arg)
{
	DIR *proc = opendir("/proc");
	pid_t found = 0;
	char name[32];
	for (struct dirent *e; proc && !found && (e = readdir(proc));) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9' || parent_of(e->d_name, name) != parent)
			continue;
		pid_t child = (pid_t)atol(e->d_name);
		found = each(arg, child, name) ? child : 0;
	}
	if (proc)
		closedir(proc);
	return found;
}

static bool is_named(void *arg, pid_t child UNUSED, const char *name)
{
	return strcmp(name, (const char *)arg) == 0;
}

pid_t host_child(const struct host *h, const char *name)
{
	char sought[32];
	snprintf(sought, sizeof sought, "%s", name);
	return find_child(h->pid, is_named, sought);
}

struct signalling {
	int signal, n;
};

static bool signal_one(void *arg, pid_t child, const char *name UNUSED)
{
	struct signalling *s = arg;
	s->n += kill(child, s->signal) == 0;
	return false;
}

int signal_children(pid_t parent, int signal)
{
	struct signalling s = {signal, 0};
	find_child(parent, signal_one, &s);
	return s.n;
}

void server_freeze(struct cluster *c)
{
	kill(cluster_server_pid(c), SIGSTOP); /* first, so that it starts no more of them */
	signal_children(cluster_server_pid(c), SIGSTOP);
}

void server_thaw(struct cluster *c)
{
	signal_children(cluster_server_pid(c), SIGCONT);
	kill(cluster_server_pid(c), SIGCONT);
}

bool host_until(const struct host *h, const char *text, const char *other, int n)
{
	for (int64_t until = now_ms() + WAIT_MS; now_ms() < until; nap_ms(10))
		if (host_logged_both(h, text, other) >= n)
			return true;
	return false;
}

bool host_was_cut_off(const struct host *h)
{
	return host_logged(h, "database_away") > 0;
}

int host_logged(const struct host *h, const char *text)
{
	return host_logged_both(h, text, "");
}

int host_logged_both(const struct host *h, const char *text, const char *other)
{
	char line[4096];
	int n = 0;
	FILE *in = fopen(h->log, "re");
	while (in && fgets(line, sizeof line, in))
		n += strstr(line, text) && strstr(line, other);
	if (in)
		fclose(in);
	return n;
}

void host_show_log(const struct host *h)
{
	char line[4096];
	FILE *in = fopen(h->log, "re");
	while (in && fgets(line, sizeof line, in))
		fputs(line, stderr);
	if (in)
		fclose(in);
}
