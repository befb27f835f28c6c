/* tests/unit/test_signer_process.c - the signer as a process of its own on a real socket: who is
 * let in, garbage, overload, death in the middle, and the order of the priorities. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/outcome.h"
#include "crypt/digest.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "channel/client.h"
#include "channel/frame.h"
#include "journal/read.h"
#include "signer/client.h"
#include "signer/process.h"

static char folder[32], socket_path[64], kek_path[64], next_path[64], journal_path[64];
static bool rotated_kek; /* kek_path is the previous one, next_path the current */
static const struct log no_log = {.fd = -1, .level = LEVEL_ERROR};
static const struct log_ctx quiet = {.log = &no_log, .process = "signer"};
static pid_t signer;

static int run_signer(uid_t allowed)
{
	struct signer_conf conf = {
		.socket_path = socket_path, .socket_fd = -1,
		.kek_path = rotated_kek ? next_path : kek_path,
		.kek_previous_path = rotated_kek ? kek_path : NULL, .journal_path = journal_path,
		.uids = &allowed, .n_uids = 1, .log = &quiet,
	};
	return signer_run(&conf);
}

static void start_signer(uid_t allowed)
{
	fflush(NULL);
	signer = fork();
	assert_true(signer >= 0);
	if (signer == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(run_signer(allowed) == 0 ? 0 : 1);
	}
}

/* Returns the wait status. */
static int end_signer(int sig)
{
	int status = -1;
	if (signer > 0) {
		kill(signer, sig);
		waitpid(signer, &status, 0);
	}
	signer = 0;
	return status;
}

static int connect_raw(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	memcpy(at.sun_path, socket_path, strlen(socket_path));
	for (int i = 0; i < 1000; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
			return fd;
		close(fd);
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	fail_msg("no signer at %s", socket_path);
	return -1;
}

static int setup(void **state)
{
	snprintf(folder, sizeof folder, "/tmp/talent-signer-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(socket_path, sizeof socket_path, "%s/socket", folder);
	snprintf(kek_path, sizeof kek_path, "%s/kek", folder);
	snprintf(next_path, sizeof next_path, "%s/next", folder);
	snprintf(journal_path, sizeof journal_path, "%s/journal", folder);
	rotated_kek = false;
	return secret_key_create(kek_path);
}

static int teardown(void **state)
{
	end_signer(SIGKILL);
	unlink(socket_path);
	unlink(kek_path);
	unlink(next_path);
	unlink(journal_path);
	return rmdir(folder);
}

/* What a raw connection receives: one whole frame, or false when it was closed. */
static bool read_frame(int fd, struct buf *in, struct frame *ret)
{
	for (;;) {
		size_t used;
		if (frame_take(buf_slice(in), signer_service.version, SIGNER_FRAME_MAX, ret, &used) == 0)
			return true;
		struct pollfd p = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&p, 1, 60000), 1);
		char *room = buf_reserve(in, 64 * KIB);
		ssize_t n = recv(fd, room, 64 * KIB, 0);
		if (n <= 0)
			return false;
		buf_commit(in, (size_t)n);
	}
}

static void write_sign(struct buf *b, uint32_t id, enum signer_priority priority,
                       const struct sign_job *jobs, size_t n)
{
	size_t at = frame_begin(b, signer_service.version, SIGNER_SIGN, id);
	signer_write_sign(b, priority, jobs, n);
	frame_end(b, at, SIGNER_FRAME_MAX);
}

static void write_generate(struct buf *b, uint32_t id)
{
	size_t at = frame_begin(b, signer_service.version, SIGNER_GENERATE, id);
	signer_write_generate(b, SIGNER_INTERACTIVE, SIGNER_ED25519, SLICE("shili"));
	frame_end(b, at, SIGNER_FRAME_MAX);
}

static void send_all(int fd, struct slice s)
{
	while (s.n) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
		if (n <= 0)
			return; /* closed on us, which the caller looks for */
		s = slice_skip(s, (size_t)n);
	}
}

/* ------------------------------------------------------------------ the client's side */

struct world {
	struct loop *loop;
	struct channel_service service; /* the signer's, with less in flight */
	struct channel_client *client;
	struct channel *signer;
	struct generated_key key;
	int done, ok, last_outcome;
	uint8_t signature[64];
};

static void generated(void *arg, int outcome, const struct generated_key *key)
{
	struct world *w = arg;
	w->done++;
	w->last_outcome = outcome;
	if (outcome == 0)
		w->key = *key;
}

static void signed_(void *arg, int outcome, const uint8_t *signatures, size_t n)
{
	struct world *w = arg;
	w->done++;
	w->ok += outcome == 0;
	w->last_outcome = outcome;
	if (outcome == 0 && n)
		memcpy(w->signature, signatures, 64);
}

static void turn_until(struct world *w, int done)
{
	struct mono end = mono_add(mono_now(), SECONDS(60));
	while (w->done < done) {
		assert_int_equal(loop_turn(w->loop, MILLIS(50)), 0);
		if (mono_since(mono_now(), end).us > 0)
			fail_msg("%d of %d calls ended", w->done, done);
	}
}

static struct sign_job job_of(const struct world *w)
{
	return (struct sign_job){
		.issuer = SLICE("shili"), .key_id = slice_of(w->key.id),
		.wrapped = slice_from(w->key.wrapped, w->key.wrapped_n),
		.proof = SLICE("proof\n"), .document = SLICE("document\n"),
	};
}

static void world_init(struct world *w)
{
	*w = (struct world){.loop = loop_new()};
	assert_non_null(w->loop);
	struct channel_address to;
	struct channel_client_conf conf = {
		.loop = w->loop, .service = &w->service, .to = &to, .log = &quiet,
	};
	w->service = signer_service;
	w->service.calls_max = 64;
	assert_true(channel_address_at(socket_path, &to));
	w->client = channel_client_new(&conf);
	assert_non_null(w->client);
	w->signer = channel_client_channel(w->client);
}

static void world_with_key(struct world *w)
{
	world_init(w);
	assert_int_equal(signer_generate(w->signer, SIGNER_ED25519, SLICE("shili"), SECONDS(10), generated, w, NULL), 0);
	turn_until(w, 1);
	assert_int_equal(w->last_outcome, 0);
	w->done = 0;
}

static void world_free(struct world *w)
{
	channel_client_free(w->client);
	loop_free(w->loop);
}

static void ask(struct world *w, struct duration limit)
{
	struct sign_job job = job_of(w);
	assert_int_equal(signer_sign(w->signer, SIGNER_INTERACTIVE, &job, 1, limit, signed_, w, NULL),
	                 0);
}

static void test_generate_and_sign(void **state)
{
	struct world w;
	struct crypt *c = crypt_new();
	uint8_t hash[64];
	start_signer(geteuid());
	world_with_key(&w);
	ask(&w, SECONDS(10));
	turn_until(&w, 1);
	assert_int_equal(w.last_outcome, 0);
	sha256(c, SLICE("proof\n"), hash);
	sha256(c, SLICE("document\n"), hash + 32);
	assert_true(ed25519_verify(c, w.key.public, slice_from(hash, 64), w.signature));
	/* A key of another issuer. */
	struct sign_job job = job_of(&w);
	job.issuer = SLICE("xingbo");
	assert_int_equal(signer_sign(w.signer, SIGNER_BULK, &job, 1, SECONDS(10), signed_, &w, NULL), 0);
	turn_until(&w, 2);
	assert_int_equal(w.last_outcome, E_REFUSED);
	world_free(&w);
	crypt_free(c);
	int status = end_signer(SIGTERM);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_int_equal(access(socket_path, F_OK), -1);
}

static void rewrapped(void *arg, int outcome, const struct rewrapped_key *key)
{
	struct world *w = arg;
	w->done++;
	w->last_outcome = outcome;
	if (outcome == 0) {
		memcpy(w->key.wrapped, key->wrapped, key->wrapped_n);
		w->key.wrapped_n = key->wrapped_n;
	}
}

static int count_line(void *arg, const struct journal_line *line)
{
	uint64_t *n = arg;
	assert_true(line->ended || slice_is(line->signature.issuer, "shili"));
	assert_int_equal(line->sequence, ++*n);
	return 0;
}

static uint64_t journal_lines(void)
{
	uint64_t n = 0, line;
	assert_int_equal(journal_read(journal_path, 0, count_line, &n, &line), 0);
	return n;
}

/* A JWT key signs, is wrapped anew under the next key-encryption key, and signs without the old. */
static void test_p256_and_a_new_key_encryption_key(void **state)
{
	struct world w;
	struct crypt *c = crypt_new();
	start_signer(geteuid());
	world_init(&w);
	assert_int_equal(signer_generate(w.signer, SIGNER_P256, SLICE("shili"), SECONDS(10), generated,
	                                 &w, NULL), 0);
	turn_until(&w, 1);
	assert_int_equal(w.key.kind, SIGNER_P256);
	assert_int_equal(secret_key_create(next_path), 0);
	end_signer(SIGTERM);
	rotated_kek = true;
	start_signer(geteuid());
	struct rewrap_job job = {SIGNER_P256, SLICE("shili"), slice_of(w.key.id),
	                         slice_from(w.key.wrapped, w.key.wrapped_n)};
	assert_int_equal(signer_rewrap(w.signer, &job, SECONDS(10), rewrapped, &w, NULL), 0);
	turn_until(&w, 2);
	assert_int_equal(w.last_outcome, 0);
	job.issuer = SLICE("xingbo");
	assert_int_equal(signer_rewrap(w.signer, &job, SECONDS(10), rewrapped, &w, NULL), 0);
	turn_until(&w, 3);
	assert_int_equal(w.last_outcome, E_REFUSED);
	end_signer(SIGTERM);
	assert_int_equal(rename(next_path, kek_path), 0); /* the old one is gone */
	rotated_kek = false;
	start_signer(geteuid());
	struct sign_job sign = job_of(&w);
	sign.kind = SIGNER_P256;
	sign.proof = SLICE_NONE;
	assert_int_equal(signer_sign(w.signer, SIGNER_BULK, &sign, 1, SECONDS(10), signed_, &w, NULL), 0);
	turn_until(&w, 4);
	assert_int_equal(w.last_outcome, 0);
	assert_true(p256_verify(c, w.key.public, sign.document, w.signature));
	assert_int_equal(journal_lines(), 1);
	world_free(&w);
	crypt_free(c);
}

static void checked(void *arg, int outcome)
{
	struct world *w = arg;
	w->done++;
	w->last_outcome = outcome;
}

/* Whether it could sign: with the key it has, not with somebody else's, and nothing is signed. */
static void test_check(void **state)
{
	struct world w;
	start_signer(geteuid());
	world_with_key(&w);
	struct rewrap_job job = {SIGNER_ED25519, SLICE("shili"), slice_of(w.key.id),
	                         slice_from(w.key.wrapped, w.key.wrapped_n)};
	assert_int_equal(signer_check(w.signer, &job, SECONDS(10), checked, &w, NULL), 0);
	turn_until(&w, 1);
	assert_int_equal(w.last_outcome, 0);
	job.issuer = SLICE("xingbo");
	assert_int_equal(signer_check(w.signer, &job, SECONDS(10), checked, &w, NULL), 0);
	turn_until(&w, 2);
	assert_int_equal(w.last_outcome, E_REFUSED);
	job.issuer = SLICE_NONE;
	assert_int_equal(signer_check(w.signer, &job, SECONDS(10), checked, &w, NULL), E_LIMIT);
	assert_int_equal(journal_lines(), 0);
	end_signer(SIGTERM);
	setenv("FAIL", "journal_write:1:error", 1);
	start_signer(geteuid());
	unsetenv("FAIL");
	job.issuer = SLICE("shili");
	assert_int_equal(signer_check(w.signer, &job, SECONDS(10), checked, &w, NULL), 0);
	turn_until(&w, 3);
	assert_int_equal(w.last_outcome, E_SYSTEM);
	assert_int_equal(signer_check(w.signer, &job, SECONDS(10), checked, &w, NULL), 0);
	turn_until(&w, 4);
	assert_int_equal(w.last_outcome, 0);
	world_free(&w);
}

/* The line is there as soon as the signature is, also when the process is killed then. */
static void test_journal_before_signature(void **state)
{
	struct world w;
	start_signer(geteuid());
	world_with_key(&w);
	for (int i = 1; i <= 20; i++) {
		ask(&w, SECONDS(10));
		turn_until(&w, i);
		assert_int_equal(journal_lines(), i);
	}
	assert_int_equal(w.ok, 20);
	end_signer(SIGKILL);
	assert_int_equal(journal_lines(), 20);
	start_signer(geteuid());
	ask(&w, SECONDS(10));
	turn_until(&w, 21);
	assert_int_equal(journal_lines(), 21);
	world_free(&w);
}

static void start_failing_signer(const char *at)
{
	setenv("FAIL", at, 1);
	start_signer(geteuid());
	unsetenv("FAIL");
}

/* Killed between writing the line and forcing it to disk: nobody has the signature. */
static void test_journal_on_disk_before_signature(void **state)
{
	struct world w;
	struct buf in = BUF_INIT(MIB), out = BUF_INIT(MIB);
	struct frame f;
	start_failing_signer("journal_sync:1");
	world_with_key(&w);
	struct sign_job job = job_of(&w);
	write_sign(&out, 1, SIGNER_INTERACTIVE, &job, 1);
	int fd = connect_raw();
	send_all(fd, buf_slice(&out));
	assert_false(read_frame(fd, &in, &f));
	int status = end_signer(0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(fd);
	world_free(&w);
	buf_free(&in);
	buf_free(&out);
}

/* What cannot be forced to disk is refused and leaves no line: nobody has it. */
static void test_line_that_is_not_on_disk_is_taken_back(void **state)
{
	struct world w;
	start_failing_signer("journal_sync:2:error");
	world_with_key(&w);
	for (int i = 1; i <= 3; i++) {
		ask(&w, SECONDS(10));
		turn_until(&w, i);
		assert_int_equal(w.last_outcome, i == 2 ? E_SYSTEM : 0);
		assert_int_equal(journal_lines(), i == 1 ? 1 : i - 1);
	}
	assert_int_equal(w.ok, 2);
	world_free(&w);
}

/* A process that has asked and dies has a line; one that only closes its connection has none. */
static void test_end_of_a_process(void **state)
{
	struct world w;
	start_signer(geteuid());
	world_with_key(&w);
	ask(&w, SECONDS(10));
	turn_until(&w, 1);
	world_free(&w);
	fflush(NULL);
	pid_t asker = fork();
	if (asker == 0) {
		world_with_key(&w);
		ask(&w, SECONDS(10));
		turn_until(&w, 1);
		raise(SIGKILL);
	}
	assert_true(asker > 0);
	assert_int_equal(waitpid(asker, NULL, 0), asker);
	for (int i = 0; i < 500 && journal_lines() < 3; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_int_equal(journal_lines(), 3);
	char want[64], text[512] = "";
	FILE *f = fopen(journal_path, "r");
	assert_non_null(f);
	while (fgets(text, sizeof text, f))
		;
	fclose(f);
	snprintf(want, sizeof want, "ended: %d\n", (int)asker);
	assert_non_null(strstr(text, want));
}

static int journal_says(const char *what)
{
	char text[512];
	int n = 0;
	FILE *f = fopen(journal_path, "r");
	assert_non_null(f);
	while (fgets(text, sizeof text, f))
		n += strstr(text, what) != NULL;
	fclose(f);
	return n;
}

static void wait_for_line(const char *what)
{
	for (int i = 0; i < 500 && journal_says(what) == 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_int_equal(journal_says(what), 1);
}

/* Asks once, then waits for its end. */
static pid_t start_asker(void)
{
	struct world w;
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	pid_t asker = fork();
	if (asker == 0) {
		world_with_key(&w);
		ask(&w, SECONDS(10));
		turn_until(&w, 1);
		(void)!write(ready[1], "", 1);
		for (;;)
			pause();
	}
	assert_true(asker > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return asker;
}

/* The signer dies with one who asked: its next start has the line. One who lives on has it when it
 * ends, also if it never asks again. */
static void test_end_of_a_process_while_no_signer_is_there(void **state)
{
	char first[64], second[64];
	start_signer(geteuid());
	pid_t dies = start_asker(), lives = start_asker();
	snprintf(first, sizeof first, " ended: %d\n", (int)dies);
	snprintf(second, sizeof second, " ended: %d\n", (int)lives);
	end_signer(SIGKILL);
	kill(dies, SIGKILL);
	assert_int_equal(waitpid(dies, NULL, 0), dies);
	assert_int_equal(journal_says(" ended: "), 0);
	start_signer(geteuid());
	wait_for_line(first);
	assert_int_equal(journal_says(second), 0);
	end_signer(SIGKILL);
	start_signer(geteuid()); /* once */
	close(connect_raw());
	assert_int_equal(journal_says(first), 1);
	kill(lives, SIGKILL);
	assert_int_equal(waitpid(lives, NULL, 0), lives);
	wait_for_line(second);
}

static void test_refusals_without_sending(void **state)
{
	struct world w;
	static char big[SIGNER_TEXT_MAX + 1];
	start_signer(geteuid());
	world_with_key(&w);
	struct sign_job job = job_of(&w);
	job.document = slice_from(big, sizeof big);
	assert_int_equal(signer_sign(w.signer, SIGNER_BULK, &job, 1, SECONDS(1), signed_, &w, NULL),
	                 E_LIMIT);
	for (int i = 0; i < 64; i++)
		ask(&w, SECONDS(10));
	job = job_of(&w);
	assert_int_equal(signer_sign(w.signer, SIGNER_BULK, &job, 1, SECONDS(1), signed_, &w, NULL),
	                 E_FULL);
	turn_until(&w, 64);
	assert_int_equal(w.ok, 64);
	world_free(&w);
}

static void test_cancelled_and_closed(void **state)
{
	struct world w;
	struct channel_call *call;
	start_signer(geteuid());
	world_with_key(&w);
	struct sign_job job = job_of(&w);
	assert_int_equal(signer_sign(w.signer, SIGNER_BULK, &job, 1, SECONDS(9), signed_, &w, &call), 0);
	ask(&w, SECONDS(10));
	channel_cancel(call);
	turn_until(&w, 1);
	assert_int_equal(loop_turn(w.loop, MILLIS(20)), 0);
	assert_int_equal(w.done, 1);
	ask(&w, SECONDS(10));
	world_free(&w);
	assert_int_equal(w.done, 2);
	assert_int_equal(w.last_outcome, E_CLOSED);
}

static void test_killed_in_the_middle(void **state)
{
	struct world w;
	uint8_t before[64];
	start_signer(geteuid());
	world_with_key(&w);
	ask(&w, SECONDS(10));
	turn_until(&w, 1);
	memcpy(before, w.signature, 64);
	/* Stopped, so that the requests are surely unanswered when it dies. */
	kill(signer, SIGSTOP);
	for (int i = 0; i < 20; i++)
		ask(&w, SECONDS(15));
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_turn(w.loop, MILLIS(5)), 0);
	assert_int_equal(w.done, 1);
	end_signer(SIGKILL);
	start_signer(geteuid());
	turn_until(&w, 21);
	assert_int_equal(w.ok, 21);
	assert_memory_equal(w.signature, before, 64);
	world_free(&w);
}

static void test_away_until_the_deadline(void **state)
{
	struct world w;
	start_signer(geteuid());
	world_with_key(&w);
	end_signer(SIGKILL);
	ask(&w, MILLIS(80));
	turn_until(&w, 1);
	assert_int_equal(w.last_outcome, E_TIMEOUT);
	world_free(&w);
}

static void test_wrong_user_is_cut_off(void **state)
{
	struct buf in = BUF_INIT(MIB), out = BUF_INIT(MIB);
	struct frame f;
	start_signer(geteuid() + 1);
	int fd = connect_raw();
	write_generate(&out, 1);
	send_all(fd, buf_slice(&out));
	assert_false(read_frame(fd, &in, &f));
	assert_int_equal(in.n, 0);
	close(fd);
	buf_free(&in);
	buf_free(&out);
}

static bool still_serves(void)
{
	struct buf in = BUF_INIT(MIB), out = BUF_INIT(MIB);
	struct frame f;
	int fd = connect_raw();
	write_generate(&out, 9);
	send_all(fd, buf_slice(&out));
	bool ok = read_frame(fd, &in, &f) && f.type == SIGNER_GENERATE + FRAME_ANSWER && f.id == 9;
	close(fd);
	buf_free(&in);
	buf_free(&out);
	return ok;
}

static void test_garbage(void **state)
{
	start_signer(geteuid());
	for (int i = 0; i < 60; i++) {
		uint8_t noise[300];
		struct buf in = BUF_INIT(4 * MIB);
		struct frame f;
		int fd = connect_raw();
		random_bytes(noise, sizeof noise);
		if (i % 2) /* a plausible length, so that the body is looked at */
			memcpy(noise, "\x00\x00\x00\x10" "4", 5);
		if (i % 4 == 3)
			noise[5] = SIGNER_SIGN;
		send_all(fd, slice_from(noise, sizeof noise));
		shutdown(fd, SHUT_WR);
		while (read_frame(fd, &in, &f)) {
			assert_int_equal(f.type, FRAME_REFUSED);
			buf_consume(&in, FRAME_HEAD + 1);
		}
		close(fd);
		buf_free(&in);
	}
	assert_true(still_serves());
}

static void test_malformed_body_is_refused_and_the_connection_goes_on(void **state)
{
	struct buf in = BUF_INIT(MIB), out = BUF_INIT(MIB);
	struct frame f;
	start_signer(geteuid());
	int fd = connect_raw();
	static const uint8_t types[] = {0, SIGNER_GENERATE, SIGNER_SIGN, SIGNER_REWRAP, SIGNER_CHECK,
	                                SIGNER_SIGN + FRAME_ANSWER, FRAME_REFUSED};
	for (size_t i = 0; i < sizeof types; i++) {
		uint8_t frame[] = {0, 0, 0, 9, signer_service.version, types[i], 0, 0, 0, (uint8_t)i, 1, 2, 3};
		send_all(fd, slice_from(frame, sizeof frame));
		assert_true(read_frame(fd, &in, &f));
		assert_int_equal(f.type, FRAME_REFUSED);
		assert_int_equal(f.id, i);
		assert_int_equal(frame_failure(&f.body), E_SYNTAX);
		buf_clear(&in);
	}
	write_generate(&out, 77);
	for (size_t i = 0; i < out.n; i++) /* byte by byte */
		send_all(fd, slice_from(out.p + i, 1));
	assert_true(read_frame(fd, &in, &f));
	assert_int_equal(f.type, SIGNER_GENERATE + FRAME_ANSWER);
	close(fd);
	buf_free(&in);
	buf_free(&out);
}

static void test_oversize_frame_is_cut_off(void **state)
{
	struct buf in = BUF_INIT(MIB);
	struct frame f;
	start_signer(geteuid());
	int fd = connect_raw();
	send_all(fd, slice_from("\x00\x10\x00\x00" "4\x02", 6));
	assert_false(read_frame(fd, &in, &f));
	close(fd);
	buf_free(&in);
	assert_true(still_serves());
}

/* How many signatures stand in the journal before the one of a subject. */
static size_t journalled_before(const char *subject)
{
	char line[1024];
	size_t n = 0;
	FILE *f = fopen(journal_path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) && !strstr(line, subject))
		n += strstr(line, " signed: ") != NULL;
	assert_false(feof(f));
	fclose(f);
	return n;
}

/* 200 bulk requests of 64 signatures each are on their way when an interactive one is sent; it is
 * signed before most of those that had arrived. The journal tells, whoever stalls. */
static void test_bulk_does_not_starve_interactive(void **state)
{
	enum { BULK = 200 };
	struct world w;
	struct sign_job jobs[SIGNER_JOBS_MAX];
	struct buf in = BUF_INIT(4 * MIB), bulk = BUF_INIT(8 * MIB), single = BUF_INIT(MIB);
	struct frame f;
	start_signer(geteuid());
	world_with_key(&w);
	for (size_t i = 0; i < SIGNER_JOBS_MAX; i++)
		jobs[i] = job_of(&w);
	for (uint32_t i = 0; i < BULK; i++)
		write_sign(&bulk, i, SIGNER_BULK, jobs, SIGNER_JOBS_MAX);
	jobs[0].about.subject = SLICE("interactive");
	write_sign(&single, 5000, SIGNER_INTERACTIVE, jobs, 1);
	int fd = connect_raw(), other = connect_raw();
	kill(signer, SIGSTOP);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	struct slice rest = buf_slice(&bulk);
	ssize_t n = send(fd, rest.p, rest.n, MSG_NOSIGNAL);
	assert_true(n > 0 && (size_t)n > rest.n / BULK * 12); /* a dozen requests are there */
	send_all(other, buf_slice(&single));
	kill(signer, SIGCONT);
	assert_true(read_frame(other, &in, &f));
	assert_int_equal(f.type, SIGNER_SIGN + FRAME_ANSWER);
	assert_int_equal(f.id, 5000);
	assert_in_range(journalled_before(" interactive"), 0, 6 * SIGNER_JOBS_MAX);
	close(fd);
	close(other);
	world_free(&w);
	buf_free(&in);
	buf_free(&bulk);
	buf_free(&single);
}

static void test_overload_is_refused_not_stored(void **state)
{
	enum { ASKED = 2000 };
	struct world w;
	struct buf in = BUF_INIT(16 * MIB), out = BUF_INIT(16 * MIB);
	struct frame f;
	size_t full = 0, done = 0;
	start_signer(geteuid());
	world_with_key(&w);
	struct sign_job job = job_of(&w);
	for (uint32_t i = 0; i < ASKED; i++)
		write_sign(&out, i, SIGNER_BULK, &job, 1);
	int fd = connect_raw();
	kill(signer, SIGSTOP);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	ssize_t n = send(fd, out.p, out.n, MSG_NOSIGNAL);
	kill(signer, SIGCONT);
	assert_true(n > 0);
	size_t whole = (size_t)n / (out.n / ASKED);
	assert_true(whole > 300);
	while (full + done < whole) {
		assert_true(read_frame(fd, &in, &f));
		if (f.type == SIGNER_SIGN + FRAME_ANSWER)
			done++;
		else if (f.type == FRAME_REFUSED && f.body.p[0] == -E_FULL)
			full++;
		else
			fail_msg("frame of type %u", f.type);
		buf_consume(&in, FRAME_HEAD + f.body.n);
	}
	assert_true(full > 0);
	assert_true(done >= 256);
	close(fd);
	world_free(&w);
	buf_free(&in);
	buf_free(&out);
}

static int start_result(void)
{
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(-run_signer(geteuid()));
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void test_refuses_to_start(void **state)
{
	start_signer(geteuid());
	close(connect_raw());
	assert_int_equal(start_result(), E_FULL);
	assert_true(still_serves());
	end_signer(SIGKILL);
	assert_int_equal(access(socket_path, F_OK), 0); /* left behind by SIGKILL */
	assert_int_equal(chmod(kek_path, 0640), 0);
	assert_int_equal(start_result(), E_REFUSED);
	assert_int_equal(chmod(kek_path, 0600), 0);
	assert_int_equal(truncate(kek_path, 31), 0);
	assert_int_equal(start_result(), E_SYNTAX);
	assert_int_equal(unlink(kek_path), 0);
	assert_int_equal(start_result(), E_ABSENT);
	assert_int_equal(secret_key_create(kek_path), 0);
	start_signer(geteuid());
	assert_true(still_serves());
}

/* Ctrl-C in a terminal: for a signer of its own it is the end, below a supervisor it is not. */
static void test_interrupt_is_the_starters_choice(void **state)
{
	void (*before)(int) = signal(SIGINT, SIG_IGN);
	start_signer(geteuid());
	assert_true(still_serves());
	kill(signer, SIGINT);
	assert_true(still_serves());
	end_signer(SIGTERM);
	signal(SIGINT, SIG_DFL);
	start_signer(geteuid());
	assert_true(still_serves());
	end_signer(SIGINT);
	signal(SIGINT, before);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_generate_and_sign),
		TEST(test_p256_and_a_new_key_encryption_key),
		TEST(test_check),
		TEST(test_journal_before_signature),
		TEST(test_journal_on_disk_before_signature),
		TEST(test_line_that_is_not_on_disk_is_taken_back),
		TEST(test_end_of_a_process),
		TEST(test_end_of_a_process_while_no_signer_is_there),
		TEST(test_refusals_without_sending),
		TEST(test_cancelled_and_closed),
		TEST(test_killed_in_the_middle),
		TEST(test_away_until_the_deadline),
		TEST(test_wrong_user_is_cut_off),
		TEST(test_garbage),
		TEST(test_malformed_body_is_refused_and_the_connection_goes_on),
		TEST(test_oversize_frame_is_cut_off),
		TEST(test_bulk_does_not_starve_interactive),
		TEST(test_overload_is_refused_not_stored),
		TEST(test_refuses_to_start),
		TEST(test_interrupt_is_the_starters_choice),
	};
	return cmocka_run_group_tests_name("signer_process", tests, NULL, NULL);
}
