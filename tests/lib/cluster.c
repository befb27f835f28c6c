/* tests/lib/cluster.c - the server is our own child, so that nothing is left to pg_ctl: it gets
 * SIGQUIT from the kernel when we die. A second child, the watcher, outlives us by the moment it
 * takes to see the server gone and to remove the folder. */
#include "cluster.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "db/migrate.h"
#include "saved_data.h"

#define TEMPLATE "talent_template"

enum { NAME_MAX_N = 64, PATH_N = 160, STRINGS_MAX = 512, WAIT_MS = 30000 };

struct cluster {
	struct cluster_options options;
	char dir[PATH_N]; /* holds data/, s/ (socket) and log */
	pid_t postmaster, watcher, owner;
	int databases;
	char *strings[STRINGS_MAX]; /* everything handed out that lives as long as we do */
	size_t n_strings;
	char answer[8192];
};

NORETURN PRINTF_LIKE(1, 2) static void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("test cluster: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(99);
}

static void nap(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static const char *keep(struct cluster *c, const char *s)
{
	for (size_t i = 0; i < c->n_strings; i++) {
		if (strcmp(c->strings[i], s) == 0)
			return c->strings[i];
	}
	assert(c->n_strings < STRINGS_MAX);
	char *copy = strdup(s);
	assert(copy);
	return c->strings[c->n_strings++] = copy;
}

/* Where initdb and postgres are. */
static const char *bindir(void)
{
	static const char *const known[] = {"/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin",
	                                    "/usr/lib/postgresql/17/bin", "/usr/local/pgsql/bin"};
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		char path[PATH_N];
		snprintf(path, sizeof(path), "%s/initdb", known[i]);
		if (access(path, X_OK) == 0)
			return known[i];
	}
	die("no initdb found: install postgresql-15");
}

/* In a child: become postgres for good when we are root. */
static void drop_root(void)
{
	if (geteuid() != 0)
		return;
	const struct passwd *pw = getpwnam("postgres");
	if (!pw || initgroups("postgres", pw->pw_gid) != 0 || setgid(pw->pw_gid) != 0 ||
	    setuid(pw->pw_uid) != 0)
		_exit(98);
}

/* In a child: the log file becomes stdout and stderr, no other descriptor stays open, and the
 * working directory is one that every user may enter: the checkout may be closed to postgres. */
static void redirect(const struct cluster *c)
{
	char path[PATH_N + 8];
	snprintf(path, sizeof(path), "%s/log", c->dir);
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || null < 0 || dup2(null, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ||
	    chdir("/") != 0)
		_exit(97);
	close_range(3, ~0u, 0);
}

static void show_log(const struct cluster *c)
{
	char path[PATH_N + 8], line[1024];
	snprintf(path, sizeof(path), "%s/log", c->dir);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		fputs(line, stderr);
	if (f)
		fclose(f);
}

/* Runs a program as the server's user and waits; its output goes to the log. */
static void run(const struct cluster *c, char *const argv[])
{
	pid_t pid = fork();
	if (pid == 0) {
		redirect(c);
		drop_root();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(argv[0], argv);
		_exit(96);
	}
	int status;
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		show_log(c);
		die("%s failed", argv[0]);
	}
}

/* --- taking away ------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	remove(path);
	return 0;
}

/* postmaster.pid: line 1 the process, line 7 the System V key and id that a killed server leaves. */
static pid_t read_pid_file(const char *dir, int *shm)
{
	char path[PATH_N + 32], line[256];
	long pid = 0, id = -1;
	snprintf(path, sizeof(path), "%s/data/postmaster.pid", dir);
	FILE *f = fopen(path, "r");
	for (int n = 1; f && fgets(line, sizeof(line), f); n++) {
		const char *second = strpbrk(line, " \t");
		if (n == 1)
			pid = atol(line);
		else if (n == 7 && (second = strrchr(line, ' ')) != NULL)
			id = atol(second);
	}
	if (f)
		fclose(f);
	*shm = (int)id;
	return (pid_t)pid;
}

/* Only a process that still is this folder's server is signalled: pids are used again. */
static bool is_server_of(pid_t pid, const char *dir)
{
	char path[64], cwd[PATH_N + 32], want[PATH_N + 32];
	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)pid);
	snprintf(want, sizeof(want), "%s/data", dir);
	ssize_t n = readlink(path, cwd, sizeof(cwd) - 1);
	if (n < 0)
		return false;
	cwd[n] = '\0';
	return strcmp(cwd, want) == 0;
}

static void take_away(const char *dir)
{
	int shm;
	pid_t pid = read_pid_file(dir, &shm);
	for (int ms = 0; pid > 0 && ms < 5000 && is_server_of(pid, dir); ms += 5) {
		if (ms == 0) {
			kill(pid, SIGQUIT); /* immediate shutdown */
			kill(pid, SIGCONT);
		} else if (ms == 4000) {
			kill(pid, SIGKILL);
		}
		nap(5);
	}
	if (shm >= 0)
		shmctl(shm, IPC_RMID, NULL);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Sleeps until the test tells it or dies, then takes everything away. */
NORETURN static void watch(const struct cluster *c, const sigset_t *set)
{
	setsid();
	prctl(PR_SET_NAME, "cluster-watch");
	close_range(3, ~0u, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	while (getppid() == c->owner) {
		if (sigtimedwait(set, NULL, &(struct timespec){1, 0}) == SIGTERM)
			break;
	}
	take_away(c->dir);
	_exit(0);
}

static void start_watcher(struct cluster *c)
{
	sigset_t set, old;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &old); /* before the fork, so that no signal is missed */
	c->watcher = fork();
	if (c->watcher == 0)
		watch(c, &set);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (c->watcher < 0)
		die("fork: %s", strerror(errno));
}

/* --- the server ------------------------------------------------------------------------- */

static pid_t spawn_postmaster(const struct cluster *c)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	char program[PATH_N], data[PATH_N + 8], sockets[PATH_N + 32];
	snprintf(program, sizeof(program), "%s/postgres", bindir());
	snprintf(data, sizeof(data), "%s/data", c->dir);
	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s/s", c->dir);
	setsid(); /* Ctrl-C is for the test, not for the server */
	redirect(c);
	drop_root();
	prctl(PR_SET_PDEATHSIG, SIGQUIT); /* after the change of user, which clears it */
	if (getppid() != c->owner)
		_exit(0);
	const char *fsync = c->options.fsync ? "fsync=on" : "fsync=off";
	const char *commit = c->options.fsync ? "full_page_writes=on" : "full_page_writes=off";
	/* The whole path once more: the server finds its own executable by it, or in PATH, where
	 * Debian does not put it. The registry's sessions have no JIT; the tests' own would compile
	 * a recount of 300 rows for ten seconds. */
	execl(program, program, "-D", data, "-c", sockets, "-c", "listen_addresses=", "-c", fsync,
	      "-c", commit, "-c", "port=5432", "-c", "max_connections=100", "-c",
	      "shared_buffers=16MB", "-c", "dynamic_shared_memory_type=mmap", "-c",
	      "autovacuum=off", "-c", "jit=off", "-c", "max_wal_size=256MB", "-c", "lc_messages=C", "-c",
	      "unix_socket_permissions=0777", "-c", "log_min_messages=fatal", "-c",
	      "restart_after_crash=on", (char *)NULL);
	_exit(96);
}

void cluster_server_start(struct cluster *c)
{
	assert(c->postmaster == 0);
	c->postmaster = spawn_postmaster(c);
	if (c->postmaster < 0)
		die("fork: %s", strerror(errno));
	for (int ms = 0; ms < WAIT_MS; ms += 5) {
		if (PQping(cluster_conninfo(c, "postgres", NULL)) == PQPING_OK)
			return;
		if (waitpid(c->postmaster, NULL, WNOHANG) == c->postmaster)
			break;
		nap(5);
	}
	show_log(c);
	die("the server did not start");
}

static void server_end(struct cluster *c, int signal)
{
	assert(c->postmaster > 0);
	kill(c->postmaster, signal);
	kill(c->postmaster, SIGCONT);
	waitpid(c->postmaster, NULL, 0);
	c->postmaster = 0;
}

/* The server's children notice that their parent is gone; a new server waits for that itself, by
 * the shared memory they still hold. So it may refuse for a moment. */
void cluster_server_kill(struct cluster *c)
{
	int shm;
	struct shmid_ds ds;
	read_pid_file(c->dir, &shm);
	server_end(c, SIGKILL);
	for (int ms = 0; shm >= 0 && ms < WAIT_MS; ms += 5) {
		if (shmctl(shm, IPC_STAT, &ds) != 0 || ds.shm_nattch == 0)
			return;
		nap(5);
	}
}

void cluster_server_shutdown(struct cluster *c)
{
	server_end(c, SIGINT);
}

pid_t cluster_server_pid(const struct cluster *c)
{
	return c->postmaster;
}

/* --- making ----------------------------------------------------------------------------- */

static void make_folder(struct cluster *c)
{
	const char *tmp = getenv("TMPDIR");
	if (!tmp || !tmp[0] || strlen(tmp) > 60) /* a socket's path has at most 107 bytes */
		tmp = "/tmp";
	snprintf(c->dir, sizeof(c->dir), "%s/talent-pg-XXXXXX", tmp);
	if (!mkdtemp(c->dir))
		die("%s: %s", c->dir, strerror(errno));
	char real[4096];
	if (!realpath(c->dir, real) || strlen(real) >= sizeof(c->dir))
		die("%s: path too long", c->dir);
	memcpy(c->dir, real, strlen(real) + 1);
	const struct passwd *pw = geteuid() == 0 ? getpwnam("postgres") : NULL;
	char path[PATH_N + 8];
	snprintf(path, sizeof(path), "%s/s", c->dir);
	if (geteuid() == 0 && !pw)
		die("no user postgres: install postgresql-15");
	if (mkdir(path, 0755) != 0 || chmod(c->dir, 0755) != 0 ||
	    (pw && (chown(c->dir, pw->pw_uid, pw->pw_gid) != 0 ||
	            chown(path, pw->pw_uid, pw->pw_gid) != 0)))
		die("%s: %s", path, strerror(errno));
}

static void init_data(const struct cluster *c)
{
	char program[PATH_N], data[PATH_N + 8];
	snprintf(program, sizeof(program), "%s/initdb", bindir());
	snprintf(data, sizeof(data), "%s/data", c->dir);
	char *argv[] = {program, (char[]){"-D"}, data, (char[]){"-U"}, (char[]){"postgres"},
	                (char[]){"-A"}, (char[]){"trust"}, (char[]){"-E"}, (char[]){"UTF8"},
	                (char[]){"--locale=C.UTF-8"}, (char[]){"--wal-segsize=1"},
	                (char[]){"--no-sync"}, (char[]){"--no-instructions"}, NULL};
	run(c, argv);
}

void cluster_file(struct cluster *c, const char *database, const char *path)
{
	char log[PATH_N + 8], command[PATH_N * 6];
	snprintf(log, sizeof(log), "%s/log", c->dir);
	snprintf(command, sizeof(command),
	         "%s/psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f %s >>%s 2>&1 </dev/null", bindir(),
	         cluster_conninfo(c, database, NULL), path, log);
	if (system(command) != 0) {
		show_log(c);
		die("%s failed", path);
	}
}

/* The bootstrap may be run any number of times; rights on a database are not cloned with it. */
static void bootstrap(struct cluster *c, const char *database)
{
	static const char file[] = "sql/bootstrap.sql";
	if (!c->options.empty && access(file, R_OK) == 0)
		cluster_load(c, database, file);
}

/* Tests log in as the daemons' roles by name, whatever an installation does. */
static const char let_log_in[] =
	"DO $$ DECLARE r text; BEGIN"
	" FOR r IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'talent\\_%' AND NOT rolcanlogin"
	" LOOP EXECUTE format('ALTER ROLE %I LOGIN', r); END LOOP; END $$";

static void make_template(struct cluster *c)
{
	char why[MIGRATE_TEXT];
	cluster_sql(c, "postgres", "CREATE DATABASE " TEMPLATE);
	if (c->options.empty)
		return;
	bootstrap(c, TEMPLATE);
	if (migrate_run(cluster_conninfo(c, TEMPLATE, NULL), migration_set_builtin(), NULL, NULL,
	                why) != 0)
		die("%s", why);
	cluster_sql(c, TEMPLATE, let_log_in);
}

/* The first of a run makes all this and keeps it for the others, who have it by copying. */
static void make_server(struct cluster *c)
{
	char data[PATH_N + 8];
	snprintf(data, sizeof(data), "%s/data", c->dir);
	bool copied = !c->options.empty && saved_data_copy(data);
	if (!copied)
		init_data(c);
	cluster_server_start(c);
	if (copied)
		return;
	make_template(c);
	if (saved_data_wanted()) {
		cluster_server_shutdown(c);
		saved_data_keep(data);
		cluster_server_start(c);
	}
}

struct cluster *cluster_start_with(struct cluster_options options)
{
	struct cluster *c = calloc(1, sizeof(*c));
	assert(c);
	c->options = options;
	c->owner = getpid();
	make_folder(c);
	start_watcher(c);
	make_server(c);
	return c;
}

struct cluster *cluster_start(void)
{
	return cluster_start_with((struct cluster_options){0});
}

void cluster_stop(struct cluster *c)
{
	if (!c)
		return;
	if (c->postmaster)
		server_end(c, SIGQUIT);
	kill(c->watcher, SIGTERM);
	waitpid(c->watcher, NULL, 0);
	for (size_t i = 0; i < c->n_strings; i++)
		free(c->strings[i]);
	free(c);
}

/* --- standbys --------------------------------------------------------------------------- */

static void remove_data(const struct cluster *c)
{
	char data[PATH_N + 8];
	snprintf(data, sizeof(data), "%s/data", c->dir);
	nftw(data, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void cluster_follow(struct cluster *c, struct cluster *primary)
{
	char program[PATH_N], data[PATH_N + 8], from[PATH_N + 64];
	if (c->postmaster)
		server_end(c, SIGQUIT);
	remove_data(c);
	snprintf(program, sizeof(program), "%s/pg_basebackup", bindir());
	snprintf(data, sizeof(data), "%s/data", c->dir);
	snprintf(from, sizeof(from), "host=%s/s port=5432 user=postgres application_name=standby",
	         primary->dir);
	char *argv[] = {program, (char[]){"-D"}, data, (char[]){"-d"}, from, (char[]){"-R"},
	                (char[]){"-X"}, (char[]){"stream"}, (char[]){"--checkpoint=fast"},
	                (char[]){"--no-sync"}, NULL};
	run(c, argv);
	cluster_server_start(c);
}

struct cluster *cluster_standby(struct cluster *primary)
{
	struct cluster *c = calloc(1, sizeof(*c));
	assert(c);
	c->options = primary->options;
	c->owner = getpid();
	make_folder(c);
	start_watcher(c);
	cluster_follow(c, primary);
	return c;
}

void cluster_wait_for_standby(struct cluster *primary)
{
	cluster_sql(primary, "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
	cluster_sql(primary, "postgres", "SELECT pg_reload_conf()");
	for (int ms = 0; ms < WAIT_MS; ms += 20) {
		if (strcmp(cluster_ask(primary, "postgres",
		                       "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"),
		           "1") == 0)
			return;
		nap(20);
	}
	die("no standby");
}

void cluster_promote(struct cluster *c)
{
	cluster_sql(c, "postgres", "ALTER SYSTEM RESET synchronous_standby_names");
	cluster_sql(c, "postgres", "SELECT pg_reload_conf()");
	if (strcmp(cluster_ask(c, "postgres", "SELECT pg_promote(true, 30)"), "t") != 0)
		die("not promoted");
}

/* --- using ------------------------------------------------------------------------------ */

const char *cluster_dir(const struct cluster *c)
{
	return c->dir;
}

const char *cluster_log(const struct cluster *c)
{
	static char path[PATH_N + 8];
	snprintf(path, sizeof(path), "%s/log", c->dir);
	return path;
}

const char *cluster_socket(const struct cluster *c)
{
	static char path[PATH_N + 8];
	snprintf(path, sizeof(path), "%s/s", c->dir);
	return path;
}

const char *cluster_conninfo(struct cluster *c, const char *database, const char *role)
{
	char text[PATH_N * 3];
	snprintf(text, sizeof(text), "host=%s port=5432 dbname=%s user=%s", cluster_socket(c),
	         database, role ? role : "postgres");
	return keep(c, text);
}

const char *cluster_database(struct cluster *c)
{
	char name[NAME_MAX_N], sql[256];
	snprintf(name, sizeof(name), "test_%d", ++c->databases);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE " TEMPLATE " STRATEGY file_copy",
	         name);
	cluster_sql(c, "postgres", sql);
	bootstrap(c, name);
	return keep(c, name);
}

const char *cluster_empty_database(struct cluster *c)
{
	char name[NAME_MAX_N], sql[256];
	snprintf(name, sizeof(name), "test_%d", ++c->databases);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0", name);
	cluster_sql(c, "postgres", sql);
	return keep(c, name);
}

static void quiet(void *arg, const char *text)
{
}

PGconn *cluster_connect(struct cluster *c, const char *database, const char *role)
{
	PGconn *conn = PQconnectdb(cluster_conninfo(c, database, role));
	if (PQstatus(conn) != CONNECTION_OK)
		die("%s", PQerrorMessage(conn));
	PQsetNoticeProcessor(conn, quiet, NULL);
	return conn;
}

const char *cluster_ask(struct cluster *c, const char *database, const char *sql)
{
	PGconn *conn = cluster_connect(c, database, NULL);
	PGresult *res = PQexec(conn, sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
		die("%s\nin: %.400s", PQerrorMessage(conn), sql);
	bool some = PQntuples(res) > 0 && PQnfields(res) > 0;
	snprintf(c->answer, sizeof(c->answer), "%s", some ? PQgetvalue(res, 0, 0) : "");
	PQclear(res);
	PQfinish(conn);
	return c->answer;
}

void cluster_sql(struct cluster *c, const char *database, const char *sql)
{
	cluster_ask(c, database, sql);
}

void cluster_load(struct cluster *c, const char *database, const char *path)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = fopen(path, "r");
	if (!f || getdelim(&text, &n, '\0', f) < 0)
		die("%s: run the tests from the top of the source tree", path);
	fclose(f);
	cluster_sql(c, database, text);
	free(text);
}

const char *cluster_demo(struct cluster *c)
{
	const char *database = cluster_database(c);
	cluster_load(c, database, "tests/lib/organisations.sql");
	cluster_sql(c, database,
	            "UPDATE talent.programme SET window_from = talent._today() - 365,"
	            " window_to = talent._today() + 365 WHERE slug = 'shanghai-2025-27'");
	return database;
}
