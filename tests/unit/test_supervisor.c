/* tests/unit/test_supervisor.c - the supervisor with bodies of the test's own. Each test forks a
 * supervisor and watches it from outside: by signals, by its notify messages, and by a board in
 * shared memory where the bodies write what happened to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/fair_clock.h"
#include "base/outcome.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/source.h"
#include "daemon/supervisor.h"

enum { SLOTS = 8 };

/* What happens, as the bodies see it. */
struct board {
	_Atomic pid_t pid[SLOTS];
	_Atomic int starts[SLOTS];
	_Atomic int64_t ended_us[SLOTS];
	_Atomic int level[SLOTS]; /* log level in force */
	_Atomic bool bad[SLOTS];  /* what the body needs is not as it should be */
	_Atomic int uid, gid, can_go_back, no_new_privs, stray_fd_open, kept_fd_open;
	_Atomic int loads;
	_Atomic bool hold; /* who hangs on warnings goes on doing so */
};

struct bench {
	struct board *board;
	struct shared *shared;
	struct source *source;
	struct log log;
	struct supervisor_conf conf;
	struct child_kind kinds[2];
	pid_t supervisor;
	int notify_fd;
	char notify_path[64];
	char messages[8192]; /* all notify messages so far, '|' behind each */
	const char *reload_text;
};

/* ---- bodies ---- */

static int level_of(const struct conf *conf)
{
	enum log_level level = LEVEL_ERROR;
	log_level_parse(slice_of(conf->log.level), &level);
	return (int)level;
}

static struct board *board_of(struct child *c)
{
	struct board *b = c->kind->arg;
	b->level[c->slot] = level_of(c->conf);
	b->pid[c->slot] = getpid();
	b->starts[c->slot]++;
	return b;
}

static int run_life(struct child *c, const struct life_ops *ops)
{
	struct board *b = board_of(c);
	struct life l;
	if (life_start(&l, c, ops, &l) != 0)
		return EXIT_TROUBLE;
	life_ready(&l);
	int status = life_run(&l);
	b->ended_us[c->slot] = mono_now().us;
	life_finish(&l);
	return status;
}

static int on_reload(void *arg, const struct conf *conf, uint32_t generation UNUSED)
{
	struct life *l = arg;
	struct board *b = l->child->kind->arg;
	b->level[l->child->slot] = level_of(conf);
	return 0;
}

static int body_good(struct child *c)
{
	static const struct life_ops OPS = {.reload = on_reload};
	return run_life(c, &OPS);
}

static void drain_never(void *arg UNUSED)
{
}

static int body_stubborn(struct child *c)
{
	static const struct life_ops OPS = {.drain = drain_never};
	return run_life(c, &OPS);
}

/* The second worker cannot do with warnings. */
static int refuse_warnings(void *arg, const struct conf *conf, uint32_t generation)
{
	struct life *l = arg;
	if (l->child->slot == 2 && level_of(conf) == LEVEL_WARNING)
		return -1;
	return on_reload(arg, conf, generation);
}

static int body_refuses_warnings(struct child *c)
{
	static const struct life_ops OPS = {.reload = refuse_warnings};
	return run_life(c, &OPS);
}

static int die_of_warnings(void *arg, const struct conf *conf, uint32_t generation)
{
	struct life *l = arg;
	if (l->child->slot == 2 && level_of(conf) == LEVEL_WARNING)
		raise(SIGKILL);
	return on_reload(arg, conf, generation);
}

static int body_dies_of_warnings(struct child *c)
{
	static const struct life_ops OPS = {.reload = die_of_warnings};
	return run_life(c, &OPS);
}

static int hang_on_warnings(void *arg, const struct conf *conf, uint32_t generation)
{
	struct life *l = arg;
	const struct board *b = l->child->kind->arg;
	if (l->child->slot == 2 && level_of(conf) == LEVEL_WARNING)
		do
			usleep(400000);
		while (b->hold);
	return on_reload(arg, conf, generation);
}

static int body_hangs_on_warnings(struct child *c)
{
	static const struct life_ops OPS = {.reload = hang_on_warnings};
	return run_life(c, &OPS);
}

/* Refuses to live while what it needs is bad. */
static int body_needs(struct child *c)
{
	struct board *b = c->kind->arg;
	if (!b->bad[c->slot])
		return body_good(c);
	board_of(c);
	return EXIT_CONF;
}

static int body_crashes(struct child *c)
{
	board_of(c);
	return EXIT_TROUBLE;
}

static int body_refuses(struct child *c)
{
	board_of(c);
	return EXIT_CONF;
}

static int body_hangs(struct child *c)
{
	board_of(c);
	shared_set_state(c->shared, c->slot, SLOT_READY);
	while (pause() < 0)
		;
	return EXIT_TROUBLE;
}

static int stray_fd, kept_fd;

static int body_looks_around(struct child *c)
{
	struct board *b = c->kind->arg;
	b->uid = (int)getuid();
	b->gid = (int)getgid();
	b->can_go_back = setuid(0) == 0;
	b->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	b->stray_fd_open = fcntl(stray_fd, F_GETFD) >= 0;
	b->kept_fd_open = fcntl(kept_fd, F_GETFD) >= 0;
	return body_good(c);
}

/* ---- the bench ---- */

#define URL "public_url = \"https://a.example\"\n"

static int load(void *arg, const struct supervisor_offer *offer, struct conf **ret)
{
	struct bench *b = arg;
	b->board->loads++;
	int rc = conf_parse(slice_of(b->reload_text), "t.conf", ret, offer->errors);
	return rc == 0 ? source_put(b->source, offer->generation, slice_of(b->reload_text)) : rc;
}

/* What is in force at the start. */
static struct conf *initial_conf(struct bench *b)
{
	struct buf errors = BUF_INIT(KIB);
	struct conf *c = NULL;
	assert_int_equal(conf_parse(SLICE(URL "log { level = info }"), "t.conf", &c, &errors), 0);
	assert_int_equal(source_put(b->source, 0, SLICE(URL "log { level = info }")), 0);
	buf_free(&errors);
	return c;
}

static int open_notify(struct bench *b)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	static int count;
	snprintf(b->notify_path, sizeof b->notify_path, "@talentd-test-%d-%d", getpid(), count++);
	size_t n = strlen(b->notify_path);
	memcpy(a.sun_path + 1, b->notify_path + 1, n - 1);
	b->notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return bind(b->notify_fd, (struct sockaddr *)&a,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	b->board = mmap(NULL, sizeof *b->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	b->shared = shared_create(SLOTS);
	b->source = source_new("t.conf");
	b->log = (struct log){.fd = open("/dev/null", O_WRONLY | O_CLOEXEC), .level = LEVEL_DEBUG};
	b->kinds[0] = (struct child_kind){.name = "worker", .count = 2, .run = body_good,
		.announces = true, .arg = b->board};
	b->kinds[1] = (struct child_kind){.name = "pdf", .count = 1, .run = body_good,
		.stop_round = 1, .arg = b->board};
	b->conf = (struct supervisor_conf){.kinds = b->kinds, .n_kinds = 2, .shared = b->shared,
		.source = b->source, .log = &b->log, .reload = {.load = load, .arg = b},
		.times = supervisor_times()};
	b->conf.conf = initial_conf(b);
	*state = b;
	return open_notify(b);
}

static int teardown(void **state)
{
	struct bench *b = *state;
	if (b->supervisor > 0) {
		kill(b->supervisor, SIGKILL);
		waitpid(b->supervisor, NULL, 0);
	}
	close(b->notify_fd);
	close(b->log.fd);
	source_free(b->source);
	conf_free(b->conf.conf);
	shared_free(b->shared);
	munmap(b->board, sizeof *b->board);
	free(b);
	return 0;
}

static void start(struct bench *b)
{
	b->supervisor = fork();
	if (b->supervisor == 0) {
		setenv("NOTIFY_SOCKET", b->notify_path, 1);
		_exit(supervisor_run(&b->conf));
	}
}

static void read_messages(struct bench *b)
{
	size_t n = strlen(b->messages);
	for (;;) {
		ssize_t k = recv(b->notify_fd, b->messages + n, sizeof b->messages - n - 2, 0);
		if (k < 0)
			return;
		n += (size_t)k;
		b->messages[n++] = '|';
		b->messages[n] = '\0';
	}
}

/* Waits until the condition holds; the test fails after a minute. */
#define WAIT_FOR(condition) \
	do { \
		struct mono until = mono_add(mono_now(), SECONDS(60)); \
		while (!(condition) && mono_now().us < until.us) \
			usleep(2000); \
		assert_true(condition); \
	} while (0)

static bool heard(struct bench *b, const char *text)
{
	read_messages(b);
	return strstr(b->messages, text) != NULL;
}

static int wait_end(struct bench *b)
{
	int status = 0;
	struct mono until = mono_add(mono_now(), SECONDS(60));
	while (waitpid(b->supervisor, &status, WNOHANG) == 0) {
		assert_true(mono_now().us < until.us);
		usleep(2000);
	}
	b->supervisor = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool is_alive(pid_t pid)
{
	return pid > 0 && kill(pid, 0) == 0;
}

static void start_ready(struct bench *b)
{
	start(b);
	WAIT_FOR(heard(b, "READY=1"));
	for (size_t slot = 1; slot <= 3; slot++) /* one that does not handle signals yet would just die of them */
		WAIT_FOR(shared_state(b->shared, slot) == SLOT_READY);
}

/* ---- tests ---- */

static void test_ready_and_stop(void **state)
{
	struct bench *b = *state;
	int64_t before = fair_ms();
	start_ready(b);
	assert_true(fair_ms() - before < 2000);
	assert_true(heard(b, "STATUS=Serving"));
	int64_t asked = mono_now().us;
	kill(b->supervisor, SIGTERM);
	assert_int_equal(wait_end(b), EXIT_DONE);
	assert_true(heard(b, "STOPPING=1"));
	for (int slot = 1; slot <= 3; slot++)
		assert_false(is_alive(b->board->pid[slot]));
	int64_t first = b->board->ended_us[1], second = b->board->ended_us[2], pdf = b->board->ended_us[3];
	if (pdf < first || pdf < second) /* the PDF process is of the second round */
		fail_msg("workers ended at %" PRId64 " and %" PRId64 " us, the PDF process at %" PRId64 ", stopped at %" PRId64 ", over at %" PRId64,
		         first, second, pdf, asked, mono_now().us);
}

static void test_killed_child_is_back(void **state)
{
	struct bench *b = *state;
	start_ready(b);
	for (int slot = 1; slot <= 3; slot++) {
		pid_t others[SLOTS], was = b->board->pid[slot];
		for (int i = 1; i <= 3; i++)
			others[i] = b->board->pid[i];
		int64_t killed = fair_ms();
		kill(was, SIGKILL);
		WAIT_FOR(b->board->starts[slot] == 2 && b->board->pid[slot] != was);
		assert_true(fair_ms() - killed < 1000);
		for (int i = 1; i <= 3; i++)
			assert_true(i == slot || b->board->pid[i] == others[i]);
		WAIT_FOR(shared_state(b->shared, (size_t)slot) == SLOT_READY);
	}
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_CHILD_RESTARTS], 3);
}

static void test_crash_loop_backs_off(void **state)
{
	struct bench *b = *state;
	b->kinds[1].run = body_crashes;
	struct mono before = mono_now();
	start(b);
	WAIT_FOR(heard(b, "READY=1")); /* the workers are, and they do not suffer */
	usleep(700000);
	WAIT_FOR(b->board->starts[3] >= 3);
	int starts = b->board->starts[3]; /* at 0, 0, 25, 75, 175, 375, 775 ms and so on */
	int64_t ms = mono_since(mono_now(), before).us / 1000;
	int allowed = 3;
	for (int64_t at = 25, pause = 50; at <= ms; at += pause, pause *= 2)
		allowed++;
	assert_in_range(starts, 3, allowed);
	assert_int_equal(b->board->starts[1], 1);
	kill(b->supervisor, SIGTERM);
	assert_int_equal(wait_end(b), EXIT_DONE);
}

static void test_drain_deadline(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_stubborn;
	b->conf.times.drain = MILLIS(300);
	start_ready(b);
	struct mono asked = mono_now();
	int64_t from = fair_ms();
	kill(b->supervisor, SIGTERM);
	assert_int_equal(wait_end(b), EXIT_DONE);
	int64_t ended = b->board->ended_us[3]; /* the PDF process waits for the workers; 0: it was killed with them */
	assert_true(ended == 0 || ended - asked.us >= 290000);
	assert_true(mono_since(mono_now(), asked).us >= 290000);
	assert_true(fair_ms() - from < 3000);
	assert_true(heard(b, "STOPPING=1"));
	assert_false(is_alive(b->board->pid[1]));
}

static void test_second_interrupt_kills(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_stubborn;
	start_ready(b);
	kill(b->supervisor, SIGINT);
	WAIT_FOR(heard(b, "STOPPING=1"));
	assert_true(is_alive(b->supervisor));
	int64_t again = fair_ms();
	kill(b->supervisor, SIGINT);
	wait_end(b);
	assert_true(fair_ms() - again < 2000);
}

static void test_hanging_worker_is_killed(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_hangs;
	b->conf.times.hang = MILLIS(300);
	start(b);
	WAIT_FOR(b->board->starts[1] >= 1);
	pid_t was = b->board->pid[1];
	WAIT_FOR(b->board->starts[1] >= 2 && b->board->pid[1] != was);
	assert_int_equal(b->board->starts[3], 1); /* the PDF process does not announce: not watched */
}

static void test_reload(void **state)
{
	struct bench *b = *state;
	b->reload_text = URL "log { level = warning }";
	start_ready(b);
	b->messages[0] = '\0';
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(heard(b, "READY=1"));
	char *reloading = strstr(b->messages, "RELOADING=1\nMONOTONIC_USEC=");
	assert_non_null(reloading);
	assert_true(reloading < strstr(b->messages, "READY=1"));
	assert_in_range(strtoll(reloading + 27, NULL, 10), mono_now().us - 10000000, mono_now().us);
	assert_int_equal(b->board->level[1], LEVEL_WARNING);
	assert_int_equal(b->board->level[2], LEVEL_WARNING);
	WAIT_FOR(b->board->level[3] == LEVEL_WARNING);
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_DONE], 1);
	/* one that is started afterwards needs no reload to have it */
	pid_t was = b->board->pid[1];
	kill(was, SIGKILL);
	WAIT_FOR(b->board->pid[1] != was && shared_confirmed(b->shared, 1) == 1);
}

static void test_bad_reload_keeps_the_old(void **state)
{
	struct bench *b = *state;
	b->reload_text = URL "log { level = shouting }";
	start_ready(b);
	b->messages[0] = '\0';
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(heard(b, "READY=1"));
	assert_true(heard(b, "RELOADING=1"));
	assert_true(heard(b, "STATUS=Reload refused, the old configuration stays in force: "
			     "t.conf:2: level must be one of"));
	assert_int_equal(b->board->level[1], LEVEL_INFO);
	assert_int_equal(shared_announced(b->shared), 0);
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_REFUSED], 1);
	assert_int_equal(b->board->starts[1], 1);
}

/* The supervisor is a copy of the test: it has the text that was set before the fork. */
static void start_to_reload(struct bench *b, int (*run)(struct child *), struct duration confirm)
{
	b->kinds[0].run = run;
	b->conf.times.confirm = confirm;
	b->reload_text = URL "log { level = warning }";
	start_ready(b);
	b->messages[0] = '\0';
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(heard(b, "READY=1"));
}

/* Nobody is left with what another one refused, nor is anybody started with it. */
static void expect_taken_back(struct bench *b, const char *says)
{
	assert_true(heard(b, "STATUS=Reload refused, the old configuration stays in force"));
	assert_true(heard(b, says));
	WAIT_FOR(b->board->level[1] == LEVEL_INFO && b->board->level[2] == LEVEL_INFO &&
		b->board->level[3] == LEVEL_INFO);
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_REFUSED], 1);
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_DONE], 0);
	int starts = b->board->starts[1];
	kill(b->board->pid[1], SIGKILL);
	WAIT_FOR(b->board->starts[1] == starts + 1);
	WAIT_FOR(shared_confirmed(b->shared, 1) == shared_announced(b->shared));
	assert_int_equal(b->board->level[1], LEVEL_INFO);
}

static void a_reload_that_a_worker_refuses_is_taken_back(void **state)
{
	struct bench *b = *state;
	start_to_reload(b, body_refuses_warnings, SECONDS(60));
	expect_taken_back(b, "worker.2 refused it");
	assert_int_equal(b->board->starts[2], 1);
}

static void a_reload_that_a_worker_dies_of_is_taken_back(void **state)
{
	struct bench *b = *state;
	start_to_reload(b, body_dies_of_warnings, SECONDS(1));
	expect_taken_back(b, "worker.2 has not confirmed it in time");
	assert_true(b->board->starts[2] > 1);
}

static void a_reload_that_a_worker_hangs_on_is_taken_back(void **state)
{
	struct bench *b = *state;
	b->board->hold = true;
	start_to_reload(b, body_hangs_on_warnings, SECONDS(1));
	b->board->hold = false;
	expect_taken_back(b, "worker.2 has not confirmed it in time");
	assert_int_equal(b->board->starts[2], 1);
}

static void a_reload_after_one_that_was_taken_back_is_good(void **state)
{
	struct bench *b = *state;
	start_to_reload(b, body_refuses_warnings, SECONDS(60));
	for (int i = 0; i < 3; i++) {
		b->messages[0] = '\0';
		kill(b->supervisor, SIGHUP);
		WAIT_FOR(heard(b, "READY=1"));
	}
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_REFUSED], 4);
	WAIT_FOR(b->board->level[1] == LEVEL_INFO && b->board->level[2] == LEVEL_INFO);
	assert_int_equal(shared_announced(b->shared), 8);
}

/* One that has to be started while a reload is under way gets the new configuration too. */
static void a_child_that_dies_during_a_reload_has_it_in_the_end(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_hangs_on_warnings; /* the second takes 400 ms */
	b->reload_text = URL "log { level = warning }";
	start_ready(b);
	b->messages[0] = '\0';
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(b->board->level[1] == LEVEL_WARNING);
	for (int slot = 1; slot <= 3; slot += 2)
		kill(b->board->pid[slot], SIGKILL);
	WAIT_FOR(heard(b, "READY=1"));
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_DONE], 1);
	for (int slot = 1; slot <= 3; slot++)
		WAIT_FOR(b->board->level[slot] == LEVEL_WARNING &&
			shared_confirmed(b->shared, (size_t)slot) == 1);
}

static void test_reloads_do_not_overlap(void **state)
{
	struct bench *b = *state;
	b->reload_text = URL "log { level = warning }";
	b->kinds[0].run = body_hangs_on_warnings; /* so that the first lasts as long as we want */
	b->board->hold = true;
	b->conf.times.confirm = SECONDS(60);
	start_ready(b);
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(b->board->loads == 1);
	kill(b->supervisor, SIGHUP);
	usleep(100000);
	assert_int_equal(b->board->loads, 1);
	b->board->hold = false;
	WAIT_FOR(b->board->loads == 2);
}

/* ---- refusals ---- */

static void one_that_refuses_after_the_start_is_tried_again(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_needs;
	b->kinds[1].run = body_needs;
	b->conf.times.refused_max = MILLIS(200);
	start_ready(b);
	b->messages[0] = '\0';
	for (int slot = 1; slot <= 3; slot += 2) {
		b->board->bad[slot] = true;
		kill(b->board->pid[slot], SIGKILL);
	}
	struct mono before = mono_now();
	WAIT_FOR(b->board->starts[1] >= 4 && b->board->starts[3] >= 4);
	int64_t ms = mono_since(mono_now(), before).us / 1000;
	assert_in_range(b->board->starts[1], 4, 6 + ms / 100); /* with pauses */
	assert_true(heard(b, "STATUS=Serving, but worker.1 refuses to start"));
	assert_int_equal(b->board->starts[2], 1);
	assert_true(is_alive(b->board->pid[2]));
	assert_int_equal(shared_state(b->shared, 2), SLOT_READY);
	b->board->bad[1] = b->board->bad[3] = false;
	WAIT_FOR(shared_state(b->shared, 1) == SLOT_READY);
	WAIT_FOR(shared_state(b->shared, 3) == SLOT_READY);
	kill(b->supervisor, SIGTERM);
	assert_int_equal(wait_end(b), EXIT_DONE);
}

static void a_reload_does_not_wait_for_one_that_refuses_to_live(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_needs;
	b->reload_text = URL "log { level = warning }";
	start_ready(b);
	b->board->bad[1] = true;
	kill(b->board->pid[1], SIGKILL);
	WAIT_FOR(heard(b, "worker.1 refuses to start"));
	b->messages[0] = '\0';
	kill(b->supervisor, SIGHUP);
	WAIT_FOR(heard(b, "READY=1"));
	assert_int_equal(shared_metrics(b->shared, 0)->v[METRIC_RELOADS_DONE], 1);
	assert_int_equal(b->board->level[2], LEVEL_WARNING);
	b->board->bad[1] = false;
	WAIT_FOR(shared_state(b->shared, 1) == SLOT_READY);
	assert_int_equal(b->board->level[1], LEVEL_WARNING); /* it came with it */
}

static void test_refusing_child_stops_everything(void **state)
{
	struct bench *b = *state;
	b->kinds[1].run = body_refuses;
	start(b);
	assert_int_equal(wait_end(b), EXIT_CONF);
	assert_false(is_alive(b->board->pid[1]));
}

static void test_watchdog(void **state)
{
	struct bench *b = *state;
	setenv("WATCHDOG_USEC", "100000", 1);
	unsetenv("WATCHDOG_PID");
	start_ready(b);
	unsetenv("WATCHDOG_USEC");
	b->messages[0] = '\0';
	WAIT_FOR(heard(b, "WATCHDOG=1|WATCHDOG=1"));
}

/* If systemd ended all because of one, those that serve would go too. Messages are read all the
 * while: the socket takes few, and the supervisor waits for it. */
static void pings_as_long_as_somebody_serves(void **state)
{
	struct bench *b = *state;
	b->kinds[0].run = body_needs;
	b->kinds[1].run = body_crashes;
	setenv("WATCHDOG_USEC", "20000", 1);
	start(b);
	unsetenv("WATCHDOG_USEC");
	WAIT_FOR(heard(b, "READY=1"));
	b->board->bad[1] = true;
	kill(b->board->pid[1], SIGKILL);
	WAIT_FOR(!heard(b, "!") && b->board->starts[1] >= 2 && b->board->starts[3] >= 6);
	read_messages(b);
	b->messages[0] = '\0';
	WAIT_FOR(heard(b, "WATCHDOG=1"));
	b->board->bad[2] = true;
	kill(b->board->pid[2], SIGKILL);
	WAIT_FOR(!heard(b, "!") && b->board->starts[2] >= 2);
	usleep(50000);
	read_messages(b);
	b->messages[0] = '\0';
	usleep(100000); /* nobody serves */
	assert_false(heard(b, "WATCHDOG=1"));
}

static void test_supervisor_killed_takes_children_along(void **state)
{
	struct bench *b = *state;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	start_ready(b);
	kill(b->supervisor, SIGKILL);
	waitpid(b->supervisor, NULL, 0);
	b->supervisor = 0;
	for (int i = 0; i < 3; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_true(WIFSIGNALED(status));
	}
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

static void test_privileges(void **state)
{
	struct bench *b = *state;
	struct buf errors = BUF_INIT(KIB);
	if (geteuid() != 0) {
		print_message("skip: dropping privileges needs root\n");
		skip();
	}
	stray_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	kept_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	b->kinds[0].run = body_looks_around;
	b->kinds[0].keep[b->kinds[0].n_keep++] = kept_fd;
	assert_int_equal(identity_resolve("65534", "65533", &b->kinds[0].identity, &errors), 0);
	start_ready(b);
	assert_int_equal(b->board->uid, 65534);
	assert_int_equal(b->board->gid, 65533);
	assert_int_equal(b->board->can_go_back, 0);
	assert_int_equal(b->board->no_new_privs, 1);
	assert_int_equal(b->board->stray_fd_open, 0);
	assert_int_equal(b->board->kept_fd_open, 1);
	close(stray_fd);
	close(kept_fd);
}

static void test_identity(void **state UNUSED)
{
	struct buf errors = BUF_INIT(KIB);
	struct identity id = {.uid = 7};
	assert_int_equal(identity_resolve("", "", &id, &errors), 0);
	assert_false(id.change);
	if (geteuid() == 0) {
		assert_int_equal(identity_resolve("nobody", "", &id, &errors), 0);
		assert_true(id.change && id.uid == 65534 && strcmp(id.name, "nobody") == 0);
		assert_int_equal(identity_resolve("no-such-user", "", &id, &errors), E_ABSENT);
		buf_addc(&errors, '\0');
		assert_non_null(strstr(errors.p, "user \"no-such-user\" does not exist"));
		assert_int_equal(identity_resolve("nobody", "no-such-group", &id, &errors), E_ABSENT);
	}
	buf_free(&errors);
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(test_ready_and_stop),
		BENCH(test_killed_child_is_back),
		BENCH(test_crash_loop_backs_off),
		BENCH(test_drain_deadline),
		BENCH(test_second_interrupt_kills),
		BENCH(test_hanging_worker_is_killed),
		BENCH(test_reload),
		BENCH(test_bad_reload_keeps_the_old),
		BENCH(a_reload_that_a_worker_refuses_is_taken_back),
		BENCH(a_reload_that_a_worker_dies_of_is_taken_back),
		BENCH(a_reload_that_a_worker_hangs_on_is_taken_back),
		BENCH(a_reload_after_one_that_was_taken_back_is_good),
		BENCH(a_child_that_dies_during_a_reload_has_it_in_the_end),
		BENCH(test_reloads_do_not_overlap),
		BENCH(one_that_refuses_after_the_start_is_tried_again),
		BENCH(a_reload_does_not_wait_for_one_that_refuses_to_live),
		BENCH(test_refusing_child_stops_everything),
		BENCH(test_watchdog),
		BENCH(pings_as_long_as_somebody_serves),
		BENCH(test_supervisor_killed_takes_children_along),
		BENCH(test_privileges),
		cmocka_unit_test(test_identity),
	};
	return cmocka_run_group_tests_name("supervisor", tests, NULL, NULL);
}
