/* tests/unit/test_pdf_process.c - the PDF process as a process of its own on a real socket: printing,
 * the cache, refusals, garbage, overload, and death in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/paper.h"
#include "base/outcome.h"
#include "channel/client.h"
#include "channel/frame.h"
#include "pdf/client.h"
#include "pdf/jail.h"
#include "pdf/server.h"

static const struct log no_log = {.fd = -1, .level = LEVEL_ERROR};
static const struct log_ctx quiet = {.log = &no_log, .process = "pdf"};
static struct channel_address address;
static int listening = -1;
static pid_t printer;

static NORETURN void serve(void)
{
	const uid_t uid = geteuid();
	struct pdf_server_conf conf = {
		.loop = loop_new(), .crypt = crypt_new(), .uids = &uid, .n_uids = 1, .log = &quiet,
	};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct pdf_server *s = pdf_server_new(&conf, listening);
	int r = s && pdf_jail() == 0 ? loop_run(conf.loop) : 1;
	_exit(r == 0 ? 0 : 1);
}

static void start_pdf(void)
{
	fflush(NULL);
	printer = fork();
	assert_true(printer >= 0);
	if (printer == 0)
		serve();
}

static int end_pdf(int sig)
{
	int status = -1;
	if (printer > 0) {
		kill(printer, sig);
		kill(printer, SIGCONT);
		waitpid(printer, &status, 0);
	}
	printer = 0;
	return status;
}

/* ---- the client's side ---- */



struct world {
	struct loop *loop;
	struct channel_client *client;
	struct channel *printer;
	int done, ok, by_outcome[16];
	struct pdf_fault fault;
	size_t n_faults;
	struct buf file; /* of the last success */
};

static void on_done(void *arg, int outcome, struct slice file, const struct pdf_fault *fault, size_t n)
{
	struct world *w = arg;
	w->n_faults = n;
	w->done++;
	w->ok += outcome == 0;
	w->by_outcome[-outcome]++;
	w->fault = *fault;
	if (outcome == 0) {
		buf_clear(&w->file);
		buf_add(&w->file, file);
	}
}

static void world_init(struct world *w)
{
	*w = (struct world){.loop = loop_new(), .file = BUF_INIT(16 * MIB)};
	assert_non_null(w->loop);
	const struct channel_client_conf conf = {w->loop, &pdf_service, &address, &quiet};
	w->client = channel_client_new(&conf);
	assert_non_null(w->client);
	w->printer = channel_client_channel(w->client);
}

static void world_free(struct world *w)
{
	channel_client_free(w->client);
	loop_free(w->loop);
	buf_free(&w->file);
}

static void turn_until(struct world *w, int done)
{
	struct mono end = mono_add(mono_now(), SECONDS(60));
	while (w->done < done) {
		assert_int_equal(loop_turn(w->loop, MILLIS(20)), 0);
		if (mono_since(mono_now(), end).us > 0)
			fail_msg("%d of %d calls ended", w->done, done);
	}
}

static struct channel_call *ask(struct world *w, const struct pdf_facts *f, size_t n,
                              struct duration limit)
{
	struct channel_call *call = NULL;
	assert_int_equal(pdf_print(w->printer, f, n, limit, on_done, w, &call), 0);
	return call;
}

/* ---- tests ---- */

static void test_prints(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_SKILL_GRADE);
	struct world w;
	start_pdf();
	world_init(&w);
	ask(&w, &f, 1, SECONDS(15));
	turn_until(&w, 1);
	assert_int_equal(w.ok, 1);
	assert_memory_equal(w.file.p, "%PDF-1.", 7);
	struct buf first = w.file;
	w.file = BUF_INIT(16 * MIB);
	ask(&w, &f, 1, SECONDS(15)); /* from the cache */
	turn_until(&w, 2);
	assert_true(slice_eq(buf_slice(&w.file), buf_slice(&first)));
	buf_free(&first);
	world_free(&w);
	end_pdf(SIGTERM);
}

static void test_refusals_name_the_page(void **state)
{
	struct pdf_facts f[] = {paper_facts(KIND_SKILL_GRADE), paper_facts(KIND_COMPANY)};
	struct world w;
	start_pdf();
	world_init(&w);
	f[1].holder = SLICE("\xf0\xb0\x80\x80");
	ask(&w, f, 2, SECONDS(15));
	turn_until(&w, 1);
	assert_int_equal(w.ok, 1); /* the first is printed */
	assert_int_equal(w.n_faults, 1);
	assert_int_equal(w.fault.character, 0x30000);
	assert_int_equal(w.fault.page, 1);
	assert_string_equal(w.fault.field, "holder");
	f[0].holder = SLICE("\xee\x80\x80"); /* neither can be */
	ask(&w, f, 2, SECONDS(15));
	turn_until(&w, 2);
	assert_int_equal(w.by_outcome[-E_REFUSED], 1);
	assert_int_equal(w.fault.character, 0xE000);
	assert_int_equal(w.fault.page, 0);
	world_free(&w);
	end_pdf(SIGTERM);
}

/* A batch in the making lets single documents pass. */
static void test_single_before_batch(void **state)
{
	struct pdf_facts f[60];
	struct world batch, single;
	for (size_t i = 0; i < ARRAY_LEN(f); i++)
		f[i] = paper_facts(KIND_SKILL_GRADE);
	start_pdf();
	world_init(&batch);
	ask(&batch, f, ARRAY_LEN(f), SECONDS(20));
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_turn(batch.loop, MILLIS(10)), 0);
	world_init(&single);
	ask(&single, f, 1, SECONDS(20));
	turn_until(&single, 1);
	assert_int_equal(loop_turn(batch.loop, MILLIS(0)), 0);
	assert_int_equal(batch.done, 0);
	turn_until(&batch, 1);
	assert_int_equal(batch.ok, 1);
	world_free(&batch);
	world_free(&single);
	end_pdf(SIGTERM);
}

/* The PDF process dies with requests in its queue: the next one gets them. */
static void test_death_and_restart(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct world w;
	start_pdf();
	world_init(&w);
	kill(printer, SIGSTOP);
	for (int i = 0; i < 3; i++)
		ask(&w, &f, 1, SECONDS(15));
	for (int i = 0; i < 3; i++)
		assert_int_equal(loop_turn(w.loop, MILLIS(5)), 0);
	end_pdf(SIGKILL);
	assert_int_equal(loop_turn(w.loop, MILLIS(50)), 0);
	assert_int_equal(w.done, 0);
	start_pdf();
	turn_until(&w, 3);
	assert_int_equal(w.ok, 3);
	world_free(&w);
	end_pdf(SIGTERM);
}

/* Takes a connection, and closes it once something came. */
static void be_a_dying_pdf(struct world *w)
{
	char byte;
	int fd = -1;
	while (fd < 0) {
		assert_int_equal(loop_turn(w->loop, MILLIS(5)), 0);
		fd = accept(listening, NULL, NULL);
	}
	while (recv(fd, &byte, 1, MSG_DONTWAIT) != 1)
		assert_int_equal(loop_turn(w->loop, MILLIS(5)), 0);
	close(fd);
}

/* What has seen two of them die may be what kills them. */
static void test_given_up_after_two(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct world w;
	world_init(&w);
	ask(&w, &f, 1, SECONDS(15));
	be_a_dying_pdf(&w);
	be_a_dying_pdf(&w);
	turn_until(&w, 1);
	assert_int_equal(w.by_outcome[-E_CLOSED], 1);
	start_pdf(); /* others are served again */
	ask(&w, &f, 1, SECONDS(15));
	turn_until(&w, 2);
	assert_int_equal(w.ok, 1);
	world_free(&w);
	end_pdf(SIGTERM);
}

static void test_queue_full(void **state)
{
	const struct pdf_facts f[] = {paper_facts(KIND_COMPANY), paper_facts(KIND_SKILL_GRADE)};
	struct world w;
	struct channel_call *call;
	start_pdf();
	kill(printer, SIGSTOP);
	world_init(&w);
	for (int i = 0; i < 32; i++) /* more batches than may wait */
		ask(&w, f, 2, SECONDS(20));
	assert_int_equal(pdf_print(w.printer, f, 1, SECONDS(1), on_done, &w, &call), E_FULL);
	kill(printer, SIGCONT);
	turn_until(&w, 32);
	assert_int_equal(w.ok, PDF_BATCHES_MAX);
	assert_int_equal(w.by_outcome[-E_FULL], 32 - PDF_BATCHES_MAX);
	world_free(&w);
	end_pdf(SIGTERM);
}

static void test_deadline_and_cancel(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct world w;
	start_pdf();
	kill(printer, SIGSTOP);
	world_init(&w);
	ask(&w, &f, 1, MILLIS(30));
	channel_cancel(ask(&w, &f, 1, SECONDS(15)));
	turn_until(&w, 1);
	assert_int_equal(w.by_outcome[-E_TIMEOUT], 1);
	kill(printer, SIGCONT);
	ask(&w, &f, 1, SECONDS(15)); /* answers to the others come first and are nobody's */
	turn_until(&w, 2);
	assert_int_equal(w.ok, 1);
	ask(&w, &f, 1, SECONDS(15));
	channel_client_free(w.client);
	assert_int_equal(w.by_outcome[-E_CLOSED], 1);
	w.client = NULL;
	world_free(&w);
	end_pdf(SIGTERM);
}

static int connect_raw(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address.at, address.n), 0);
	return fd;
}

/* The type of the first frame that comes back, or 0 when the connection was closed. */
static int first_answer(int fd)
{
	unsigned char head[FRAME_HEAD];
	size_t n = 0;
	while (n < sizeof head) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&p, 1, 60000), 1);
		ssize_t got = recv(fd, head + n, sizeof head - n, 0);
		if (got <= 0)
			return 0;
		n += (size_t)got;
	}
	return head[5];
}

static void test_garbage(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int answer;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", 18, 0},          /* an impossible length */
		{"\xff\xff\xff\xff", 4, 0},
		{"\0\0\0\5" "2\1\0\0\0", 9, 0},
		{"\0\0\0\6" "1\1\0\0\0\1", 10, 0},              /* of another version */
		{"\0\0\0\6" "2\2\0\0\0\1", 10, 255},            /* an unknown type */
		{"\0\0\0\6" "2\1\0\0\0\1", 10, 255},            /* nothing to print */
		{"\0\0\0\10" "2\1\0\0\0\1\0\1", 12, 255},       /* facts missing */
		{"\0\0\0\10" "2\1\0\0\0\1\xff\xff", 12, 255},   /* too many */
		{"\0\0\0\15" "2\1\0\0\0\1\0\2\1\0\0\0", 17, 255},
	};
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct world w;
	start_pdf();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int fd = connect_raw();
		assert_int_equal(send(fd, cases[i].bytes, cases[i].n, MSG_NOSIGNAL), cases[i].n);
		assert_int_equal(first_answer(fd), cases[i].answer);
		close(fd);
	}
	world_init(&w);
	ask(&w, &f, 1, SECONDS(15)); /* nobody else is disturbed */
	turn_until(&w, 1);
	assert_int_equal(w.ok, 1);
	world_free(&w);
	end_pdf(SIGTERM);
}

/* What an answer that makes no sense does to the client: as if the PDF process had died. */
static void test_nonsense_answers(void **state)
{
	const struct pdf_facts f = paper_facts(KIND_COMPANY);
	struct world w;
	world_init(&w);
	ask(&w, &f, 1, SECONDS(15));
	for (int i = 0; i < 2; i++) {
		int fd = -1;
		while (fd < 0) {
			assert_int_equal(loop_turn(w.loop, MILLIS(5)), 0);
			fd = accept(listening, NULL, NULL);
		}
		const char *bytes = i ? "\0\0\0\6" "1\201\0\0\0\1" : "\377\377\377\377";
		assert_true(send(fd, bytes, i ? 10 : 4, MSG_NOSIGNAL) > 0);
		for (int turn = 0; turn < 10; turn++)
			assert_int_equal(loop_turn(w.loop, MILLIS(5)), 0);
		close(fd);
	}
	turn_until(&w, 1);
	assert_int_equal(w.by_outcome[-E_CLOSED], 1);
	world_free(&w);
}

/* After pdf_jail nothing of the kind works any more. */
static void test_jail(void **state)
{
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (pdf_jail() != 0)
			_exit(1);
		if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
			_exit(2);
		char *const argv[] = {NULL};
		execve("/bin/true", argv, argv);
		_exit(access("/", R_OK) == 0 ? 0 : 3);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int setup(void **state)
{
	listening = channel_listen(&address);
	return listening >= 0 ? 0 : -1;
}

static int teardown(void **state)
{
	end_pdf(SIGKILL);
	close(listening);
	return 0;
}

int main(void)
{
#define ON_A_SOCKET(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		ON_A_SOCKET(test_prints),
		ON_A_SOCKET(test_refusals_name_the_page),
		ON_A_SOCKET(test_single_before_batch),
		ON_A_SOCKET(test_death_and_restart),
		ON_A_SOCKET(test_given_up_after_two),
		ON_A_SOCKET(test_queue_full),
		ON_A_SOCKET(test_deadline_and_cancel),
		ON_A_SOCKET(test_garbage),
		ON_A_SOCKET(test_nonsense_answers),
		cmocka_unit_test(test_jail),
	};
	return cmocka_run_group_tests_name("pdf process", tests, NULL, NULL);
}
