/* tests/lib/daemon.c - the daemon is our child and dies with us (PR_SET_PDEATHSIG), its own
 * children die with it. Ports: taken free ones, bound here and handed over the way systemd hands
 * sockets over, so that nobody can come between. */
#include "daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <signal.h>
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
#include "base/clock.h"
#include "base/uuid.h"
#include "cluster.h"
#include "crypt/crypt.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "crypt/token.h"
#include "witness.h"

enum { READY_MS = 60000, STOP_MS = 60000, FIRST_FD = 3 };

static const struct {
	const char *role, *organisation, *districts, *state; /* or the name of a person whom the owner let in */
} tokens[DAEMON_TOKENS] = {
	[BY_SHILI] = {"institution", "shili", "{}", ""},
	[BY_PUJIANG] = {"institution", "pujiang", "{}", ""},
	[BY_XINGBO] = {"company", "xingbo", "{}", ""},
	[BY_YUNXUAN] = {"company", "yunxuan", "{}", ""},
	[BY_ADMIN] = {"administrator", NULL, "{}", "陈静"},
	[BY_SECOND] = {"administrator", NULL, "{}", "周明"},
	[BY_DISTRICT] = {"administrator", NULL, "{310105}", ""},
	[BY_ELSEWHERE] = {"administrator", NULL, "{310112}", ""},
	[BY_AUDITOR] = {"auditor", NULL, "{}", ""},
	[BY_EMPLOYER] = {"employer", "haolai", "{}", ""},
	[BY_EXPIRED] = {"institution", "shili", "{}", "expired"},
	[BY_REVOKED] = {"institution", "shili", "{}", "revoked"},
	[BY_SUSPENDED] = {"institution", "qihang", "{}", "suspended"},
};

static void nap(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Its last bytes (0: all of it). */
static void show_log(const struct daemon *d, long last)
{
	char line[1024];
	FILE *f = fopen(d->log, "r");
	if (f && last && fseek(f, -last, SEEK_END) != 0)
		rewind(f);
	while (f && fgets(line, sizeof line, f))
		fputs(line, stderr);
	if (f)
		fclose(f);
}

NORETURN PRINTF_LIKE(2, 3) static void die(const struct daemon *d, const char *fmt, ...)
{
	va_list ap;
	show_log(d, 4096);
	va_start(ap, fmt);
	fputs("test daemon: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(99);
}

/* ---- files ---- */

static void write_file(const struct daemon *d, const char *name, mode_t mode, const void *p, size_t n)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", d->dir, name);
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n)
		die(d, "%s: %s", path, strerror(errno));
	close(fd);
}

static void copy_file(const struct daemon *d, const char *from, const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(from, "r");
	ssize_t n = f ? getdelim(&text, &size, EOF, f) : -1;
	if (n < 0)
		die(d, "%s: %s", from, strerror(errno));
	fclose(f);
	write_file(d, name, 0600, text, (size_t)n);
	free(text);
}

static void write_secret(const struct daemon *d, const char *name)
{
	char path[160];
	uint8_t secret[32];
	if (d->options.secrets) {
		snprintf(path, sizeof path, "%s/%s", d->options.secrets, name);
		copy_file(d, path, name);
		return;
	}
	random_bytes(secret, sizeof secret);
	write_file(d, name, 0600, secret, sizeof secret);
}

static void copy_journal(const struct daemon *d)
{
	char path[160];
	snprintf(path, sizeof path, "%s/journal", d->options.secrets ? d->options.secrets : "");
	if (access(path, R_OK) == 0)
		copy_file(d, path, "journal");
}

static void write_conf(const struct daemon *d, const char *more)
{
	static const char form[] =
		"public_url = \"%s\"\nuser = \"\"\nworkers = %d\n"
		"state_directory = \"%s/state\"\ndatabase = \"%s\"\n"
		"listen public { address = \"127.0.0.1\" port = %d certificate = \"%s\" key = \"%s\" }\n"
		"listen client { address = \"127.0.0.1\" port = %d certificate = \"%s\" key = \"%s\""
		" client_ca = \"%s\" }\n"
		"listen ops { address = \"127.0.0.1\" port = %d }\n"
		"signer { socket = \"%s/sign.sock\" key_file = \"%s/kek\" journal = \"%s/journal\"\n"
		" previous_key_file = \"%s\" spawn = true }\n"
		"secrets { id_hash_key = \"%s/hash\" id_cipher_key = \"%s/cipher\" }\n"
		"log { level = \"%s\" access = true }\n%s\n";
	char text[8192];
	const struct pki *p = &d->pki;
	const char *url = d->options.public_url ? d->options.public_url : d->url[PORT_PUBLIC];
	int n = snprintf(text, sizeof text, form, url,
	                 d->options.workers ? d->options.workers : 2, d->dir,
	                 cluster_conninfo(d->cluster, d->database, "talent_worker"),
	                 d->port[PORT_PUBLIC], p->cert, p->key, d->port[PORT_CLIENT], p->cert, p->key,
	                 p->ca, d->port[PORT_OPS], d->dir, d->dir, d->dir,
	                 d->options.kek_previous ? d->options.kek_previous : "", d->dir, d->dir,
	                 d->options.info ? "info" : "debug", more ? more : "");
	write_file(d, "talentd.conf", 0644, text, (size_t)n);
}

static void make_state_directory(const struct daemon *d)
{
	char path[160];
	snprintf(path, sizeof path, "%s/state", d->dir);
	if (mkdir(path, 0700) != 0)
		die(d, "%s: %s", path, strerror(errno));
}

static void make_files(struct daemon *d)
{
	static int count;
	snprintf(d->dir, sizeof d->dir, "%.80s/d%d", cluster_dir(d->cluster), ++count);
	snprintf(d->conf, sizeof d->conf, "%s/talentd.conf", d->dir);
	snprintf(d->log, sizeof d->log, "%s/log", d->dir);
	if (mkdir(d->dir, 0755) != 0)
		die(d, "%s: %s", d->dir, strerror(errno));
	if (!pki_make_in(&d->pki, d->dir))
		die(d, "no certificates in %s", d->dir);
	chmod(d->pki.key, 0600);
	make_state_directory(d);
	write_secret(d, "hash");
	write_secret(d, "cipher");
	write_secret(d, "kek");
	copy_journal(d);
}

/* ---- database ---- */

static void set_up_database(const struct daemon *d)
{
	char log_all[128];
	/* as an installation has it, so that the server's log is one worth searching */
	snprintf(log_all, sizeof log_all, "ALTER DATABASE %s SET log_min_messages = 'info'",
	         d->database);
	cluster_sql(d->cluster, d->database, log_all);
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'qihang'");
}

static void make_token(struct daemon *d, struct crypt *crypt, PGconn *db, int which)
{
	char *text = d->token[which], id[UUID_TEXT], hash[2 * SHA256_SIZE + 3] = "\\x";
	uint8_t digest[SHA256_SIZE];
	token_make(slice_of(tokens[which].role), text);
	token_hash(crypt, slice_of(text), digest);
	hex_format(slice_from(digest, sizeof digest), hash + 2);
	uuid_format(uuid_v7(instant_now()), id);
	const char *values[] = {id, tokens[which].role, tokens[which].organisation,
	                        tokens[which].districts, hash, tokens[which].state};
	PGresult *r = PQexecParams(
		db,
		"WITH person AS (INSERT INTO talent.staff (id, role, name, rights, admission, admitted_at, named_at)"
		" SELECT gen_random_uuid(), $2, $6, 'manages', 'owner', now(), now() WHERE $6 !~ '^[a-z]*$'"
		" RETURNING id)"
		" INSERT INTO talent.token (id, role, organisation, districts, label, hash, expires_at,"
		" revoked_at, staff) VALUES ($1::uuid, $2, (SELECT id FROM talent.organisation WHERE slug = $3),"
		" $4::text[], 'test', $5::bytea,"
		" now() + CASE $6 WHEN 'expired' THEN interval '-1 s' ELSE interval '1 day' END,"
		" CASE $6 WHEN 'revoked' THEN now() END, (SELECT id FROM person))",
		6, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		die(d, "token: %s", PQresultErrorMessage(r));
	PQclear(r);
	witness_note(d->witness, WITNESS_TOKEN, text);
}

static void make_tokens(struct daemon *d)
{
	struct crypt *crypt = crypt_new();
	PGconn *db = cluster_connect(d->cluster, d->database, NULL);
	for (int i = 0; i < DAEMON_TOKENS; i++)
		make_token(d, crypt, db, i);
	PQfinish(db);
	crypt_free(crypt);
}

/* ---- the process ---- */

/* A listening socket; port 0 = any, and *port says which. */
static int listen_on(const struct daemon *d, uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	                        .sin_port = htons(*port)};
	socklen_t n = sizeof a;
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	int bound = bind(fd, (const struct sockaddr *)&a, n);
	for (int ms = 0; bound != 0 && errno == EADDRINUSE && ms < STOP_MS; ms += 5) {
		nap(5); /* processes of a daemon that was killed are about to be gone */
		bound = bind(fd, (const struct sockaddr *)&a, n);
	}
	if (bound != 0 || listen(fd, 1024) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		die(d, "port %d: %s", *port, strerror(errno));
	*port = ntohs(a.sin_port);
	return fd;
}

/* In the child: sockets become descriptors 3, 4 and 5, everything else is closed. */
NORETURN static void become(const struct daemon *d, const int *fds, pid_t parent)
{
	const char *program = getenv("TALENT_BIN");
	char pid[16];
	int moved[DAEMON_PORTS];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	setsid();
	int log = open(d->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	for (int i = 0; i < DAEMON_PORTS; i++)
		moved[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 16);
	for (int i = 0; i < DAEMON_PORTS; i++)
		dup2(moved[i], FIRST_FD + i);
	dup2(log, 1);
	dup2(log, 2);
	close_range(FIRST_FD + DAEMON_PORTS, ~0u, 0);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "3", 1);
	setenv("LISTEN_FDNAMES", "public:client:ops", 1);
	if (d->options.fail)
		setenv("FAIL", d->options.fail, 1);
	if (!program)
		program = "build/test/talentd";
	execl(program, "talentd", "-c", d->conf, "run", (char *)NULL);
	fprintf(stderr, "%s: %s\n", program, strerror(errno));
	_exit(96);
}

static void spawn(struct daemon *d, const int *fds)
{
	pid_t parent = getpid();
	d->pid = fork();
	if (d->pid == 0)
		become(d, fds, parent);
	if (d->pid < 0)
		die(d, "fork: %s", strerror(errno));
}

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void daemon_wait_ready(struct daemon *d)
{
	const struct http_asked ready = {.path = "/readyz", .fresh = true};
	for (int ms = 0; ms < READY_MS; ms += 10) {
		int status;
		if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
			d->pid = 0;
			die(d, "it ended with status %d", status_of(status));
		}
		if (!http_fails(d->ops, &ready) && http_ask(d->ops, &ready)->status == 200)
			return;
		nap(10);
	}
	die(d, "it is not ready after %d ms", READY_MS);
}

void daemon_run(struct daemon *d)
{
	int fds[DAEMON_PORTS];
	for (int i = 0; i < DAEMON_PORTS; i++)
		fds[i] = listen_on(d, &d->port[i]);
	for (int i = 0; i < DAEMON_PORTS; i++)
		snprintf(d->url[i], sizeof d->url[i], "http%s://localhost:%d",
		         i == PORT_OPS ? "" : "s", d->port[i]);
	write_conf(d, d->options.conf);
	spawn(d, fds);
	for (int i = 0; i < DAEMON_PORTS; i++)
		close(fds[i]);
	if (!d->https) {
		d->https = http_new(d->url[PORT_PUBLIC], d->pki.ca, NULL, NULL, d->witness);
		d->ops = http_new(d->url[PORT_OPS], NULL, NULL, NULL, d->witness);
	}
	daemon_wait_ready(d);
}

int daemon_stop(struct daemon *d)
{
	int status = 0;
	if (!d->pid)
		return 0;
	kill(d->pid, SIGTERM);
	for (int ms = 0; ms < STOP_MS; ms += 5) {
		if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
			d->pid = 0;
			return status_of(status);
		}
		nap(5);
	}
	daemon_kill(d);
	return -1;
}

void daemon_kill(struct daemon *d)
{
	if (!d->pid)
		return;
	kill(d->pid, SIGKILL);
	waitpid(d->pid, NULL, 0);
	d->pid = 0;
}

void daemon_reload(struct daemon *d, const char *conf)
{
	write_conf(d, conf);
	kill(d->pid, SIGHUP);
}

bool daemon_log_has(const struct daemon *d, const char *text)
{
	char line[4096];
	for (int ms = 0; ms < 30000; ms += 20) {
		FILE *f = fopen(d->log, "r");
		bool found = false;
		while (f && !found && fgets(line, sizeof line, f))
			found = strstr(line, text) != NULL;
		if (f)
			fclose(f);
		if (found)
			return true;
		nap(20);
	}
	return false;
}

/* ---- the whole ---- */

static void make_keys(struct daemon *d)
{
	static const char *const issuers[] = {"shili", "pujiang", "xingbo", "yunxuan"};
	for (size_t i = 0; i < ARRAY_LEN(issuers); i++) {
		char path[80];
		snprintf(path, sizeof path, "/v1/issuers/%s/keys", issuers[i]);
		const struct answer *a = ASK(d->https, .method = "POST", .path = path,
		                             .token = d->token[BY_ADMIN]);
		if (a->status != 201)
			die(d, "key of %s: %d %s", issuers[i], a->status, a->body);
	}
}

struct daemon *daemon_start(struct cluster *c, struct daemon_options options)
{
	struct daemon *d = calloc(1, sizeof *d);
	if (!d)
		exit(99);
	d->cluster = c;
	d->options = options;
	d->witness = witness_new();
	d->database = options.database ? options.database : cluster_demo(c);
	make_files(d);
	if (!options.database)
		set_up_database(d);
	if (!options.empty)
		make_tokens(d);
	daemon_run(d);
	if (!options.database)
		make_keys(d);
	return d;
}

void daemon_free(struct daemon *d)
{
	if (!d)
		return;
	daemon_stop(d);
	if (getenv("TALENT_SHOW_LOG"))
		show_log(d, 0);
	http_free(d->https);
	http_free(d->ops);
	witness_free(d->witness);
	free(d);
}

/* ---- what many tests need ---- */

/* Of 17 digits. In one of eight buffers. */
static const char *resident_id(const char *digits)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	static char buffers[8][19];
	static unsigned at;
	char *out = buffers[at++ % 8];
	unsigned sum = 0;
	for (int i = 0; i < 17; i++)
		sum += (unsigned)((digits[i] - '0') * weights[i]);
	snprintf(out, sizeof buffers[0], "%.17s%c", digits, "10X98765432"[sum % 11]);
	return out;
}

const char *daemon_resident_id(unsigned n)
{
	char digits[24];
	const char *id;
	unsigned order = n / 336 % 1000;
	do { /* never ...000 at the end: that is what spreadsheets make (domain/iddoc.c) */
		snprintf(digits, sizeof digits, "3101991990%02u%02u%03u", n / 28 % 12 + 1, n % 28 + 1, order);
		id = resident_id(digits);
		order = 999 - order;
	} while (strcmp(id + 15, "000") == 0);
	return id;
}

const char *daemon_resident_id_born(const char *day)
{
	char digits[24];
	snprintf(digits, sizeof digits, "310199%.4s%.2s%.2s001", day, day + 5, day + 8);
	return resident_id(digits);
}

const char *daemon_day(int from_today)
{
	static char buffers[8][DAY_TEXT];
	static unsigned at;
	char *out = buffers[at++ % 8];
	struct day day = day_of(instant_now());
	day.n += from_today;
	day_format(day, out);
	return out;
}

const char *daemon_exam(struct daemon *d, enum daemon_token by, const char *level,
                        const char *partner)
{
	static int count;
	char body[512];
	snprintf(body, sizeof body,
	         "{\"code\":\"E2E-%d\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"%s\",\"held_on\":\"%s\"%s%s%s}",
	         ++count, level, daemon_day(0), partner ? ",\"partner\":\"" : "",
	         partner ? partner : "", partner ? "\"" : "");
	return answer_text(expect_status(ASK(d->https, .path = "/v1/exams", .token = d->token[by],
	                                     .body = body), 201), "id");
}

const struct answer *daemon_submit(struct daemon *d, enum daemon_token by, const char *exam,
                                   const char *name, unsigned person, const char *scores)
{
	char path[96], body[512];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"scores\":{%s}}", name, daemon_resident_id(person), scores);
	return ASK(d->https, .path = path, .token = d->token[by], .body = body);
}

/* A search that finds nothing must be one that could find something. */
static void check_search(const struct daemon *d)
{
	char path[160], text[160];
	int n = snprintf(text, sizeof text, "one line\nx=%s y\n", d->token[BY_ADMIN]);
	write_file(d, "leak", 0600, text, (size_t)n);
	snprintf(path, sizeof path, "%s/leak", d->dir);
	assert_non_null(witness_find(d->witness, WITNESS_TOKEN, path));
	assert_null(witness_find(d->witness, WITNESS_PERSON, path));
}

void daemon_keys_begin(struct daemon *d)
{
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.issuer_key SET signs_from = now() WHERE state = 'published'");
	for (int i = 0; i < 600; i++) {
		if (strcmp(cluster_ask(d->cluster, d->database, "SELECT count(*) FROM talent.key_due"), "0") == 0)
			return;
		nap(50);
	}
	die(d, "published keys do not begin to sign");
}

const char *daemon_own_key(struct daemon *d)
{
	for (int i = 0; i < 600; i++) {
		const char *key = cluster_ask(d->cluster, d->database,
		                              "SELECT coalesce(max(key), '') FROM talent.issuer_key WHERE signs = 'receipts' AND state = 'active'");
		if (*key)
			return key;
		nap(50);
	}
	die(d, "the registry has no key of its own");
	return NULL;
}

void daemon_expect_clean_logs(struct daemon *d)
{
	const unsigned personal = WITNESS_PERSON | WITNESS_TOKEN;
	check_search(d);
	assert_true(daemon_log_has(d, "status=")); /* the access log is on */
	assert_true(witness_count(d->witness, WITNESS_PERSON) > 0);
	assert_true(witness_count(d->witness, WITNESS_TOKEN) > 0);
	const char *found = witness_find(d->witness, personal | WITNESS_CODE, d->log);
	if (found)
		fail_msg("the daemon's log has %s", found);
	found = witness_find(d->witness, personal, cluster_log(d->cluster));
	if (found)
		fail_msg("PostgreSQL's log has %s", found);
}
