/* tests/unit/test_loop.c - timers, descriptors, signals and deferred calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/loop.h"

struct seen {
	struct loop *l;
	int calls;
	unsigned ready;
	struct mono at;
	struct loop_timer timer, other;
	struct loop_fd fd;
	struct loop_task task, task2;
};

static int setup(void **state)
{
	static struct seen s;
	s = (struct seen){.l = loop_new()};
	*state = &s;
	return s.l ? 0 : -1;
}

static int teardown(void **state)
{
	loop_free(((struct seen *)*state)->l);
	return 0;
}

static void note_and_stop(void *arg)
{
	struct seen *s = arg;
	s->calls++;
	s->at = loop_now(s->l);
	loop_stop(s->l);
}

static void test_timer(void **state)
{
	struct seen *s = *state;
	struct mono start = mono_now();
	loop_timer_init(&s->timer, s->l, note_and_stop, s);
	assert_false(loop_timer_armed(&s->timer));
	loop_timer_after(&s->timer, SECONDS(60));
	assert_true(loop_timer_armed(&s->timer));
	loop_timer_at(&s->timer, mono_add(start, MILLIS(20))); /* replaces */
	assert_int_equal(loop_run(s->l), 0);
	assert_int_equal(s->calls, 1);
	assert_in_range(mono_since(s->at, start).us, 19000, 5000000);
	assert_false(loop_timer_armed(&s->timer));
}

static void test_stopped_timer_stays_silent(void **state)
{
	struct seen *s = *state;
	struct loop_timer never = {0};
	loop_timer_stop(&never);
	loop_timer_init(&s->timer, s->l, note_and_stop, s);
	loop_timer_after(&s->timer, MILLIS(1));
	loop_timer_stop(&s->timer);
	assert_int_equal(loop_turn(s->l, MILLIS(20)), 0);
	assert_int_equal(s->calls, 0);
}

static void test_past_deadline_is_due(void **state)
{
	struct seen *s = *state;
	loop_timer_init(&s->timer, s->l, note_and_stop, s);
	loop_timer_at(&s->timer, (struct mono){1});
	assert_int_equal(loop_run(s->l), 0);
	assert_int_equal(s->calls, 1);
}

static void on_ready(void *arg, unsigned ready)
{
	struct seen *s = arg;
	s->calls++;
	s->ready = ready;
}

static void test_fd(void **state)
{
	struct seen *s = *state;
	int fds[2];
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	loop_fd_init(&s->fd, s->l, fds[0], on_ready, s);
	assert_int_equal(loop_fd_watch(&s->fd, LOOP_READ), 0);
	assert_int_equal(loop_turn(s->l, (struct duration){0}), 0);
	assert_int_equal(s->calls, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	for (int i = 1; i <= 2; i++) { /* level-triggered: not read, so ready again */
		assert_int_equal(loop_turn(s->l, SECONDS(5)), 0);
		assert_int_equal(s->calls, i);
		assert_int_equal(s->ready, LOOP_READ);
	}
	assert_int_equal(loop_fd_watch(&s->fd, 0), 0);
	assert_int_equal(loop_turn(s->l, (struct duration){0}), 0);
	assert_int_equal(s->calls, 2);
	loop_fd_stop(&s->fd);
	loop_fd_init(&s->fd, s->l, fds[1], on_ready, s);
	assert_int_equal(loop_fd_watch(&s->fd, LOOP_READ | LOOP_WRITE), 0);
	assert_int_equal(loop_turn(s->l, SECONDS(5)), 0);
	assert_int_equal(s->ready, LOOP_WRITE);
	loop_fd_stop(&s->fd);
	close(fds[0]);
	close(fds[1]);
}

static void be_silent(int severity UNUSED, const char *message UNUSED)
{
}

static void test_bad_fd(void **state)
{
	struct seen *s = *state;
	loop_fd_init(&s->fd, s->l, 987654, on_ready, s);
	event_set_log_callback(be_silent);
	assert_int_not_equal(loop_fd_watch(&s->fd, LOOP_READ), 0);
	loop_fd_stop(&s->fd);
}

static void test_signal(void **state)
{
	struct seen *s = *state;
	assert_int_equal(loop_signal(s->l, SIGUSR1, note_and_stop, s), 0);
	assert_int_equal(loop_signal(s->l, SIGUSR2, note_and_stop, s), 0);
	raise(SIGUSR2);
	assert_int_equal(loop_run(s->l), 0);
	assert_int_equal(s->calls, 1);
	raise(SIGUSR1);
	assert_int_equal(loop_run(s->l), 0);
	assert_int_equal(s->calls, 2);
}

/* A child makes a loop of its own while its parent's is alive; neither disturbs the other. */
static void test_fork(void **state)
{
	struct seen *s = *state;
	assert_int_equal(loop_signal(s->l, SIGUSR1, note_and_stop, s), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct seen own = {.l = loop_new()};
		if (!own.l || loop_signal(own.l, SIGUSR1, note_and_stop, &own) != 0)
			_exit(2);
		raise(SIGUSR1);
		int rc = loop_run(own.l);
		loop_free(own.l);
		_exit(rc == 0 && own.calls == 1 ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(loop_turn(s->l, (struct duration){0}), 0);
	assert_int_equal(s->calls, 0);
	raise(SIGUSR1);
	assert_int_equal(loop_run(s->l), 0);
	assert_int_equal(s->calls, 1);
}

static void defer_again(void *arg)
{
	struct seen *s = arg;
	s->calls++;
	loop_defer(s->l, &s->task);
}

static void cancel_second(void *arg)
{
	struct seen *s = arg;
	s->calls++;
	loop_cancel(&s->task2);
}

static void test_defer(void **state)
{
	struct seen *s = *state;
	loop_task_init(&s->task, defer_again, s);
	loop_defer(s->l, &s->task);
	loop_defer(s->l, &s->task); /* waits already */
	assert_int_equal(s->calls, 0);
	assert_int_equal(loop_turn(s->l, SECONDS(1)), 0);
	assert_int_equal(s->calls, 1); /* once per turn, although it defers itself */
	assert_int_equal(loop_turn(s->l, SECONDS(1)), 0);
	assert_int_equal(s->calls, 2);
	loop_cancel(&s->task);
	assert_int_equal(loop_turn(s->l, MILLIS(5)), 0);
	assert_int_equal(s->calls, 2);
}

static void test_task_cancelled_by_the_one_before(void **state)
{
	struct seen *s = *state;
	loop_task_init(&s->task, cancel_second, s);
	loop_task_init(&s->task2, note_and_stop, s);
	loop_defer(s->l, &s->task);
	loop_defer(s->l, &s->task2);
	assert_int_equal(loop_turn(s->l, MILLIS(5)), 0);
	assert_int_equal(s->calls, 1);
}

static void test_now_is_one_per_turn(void **state)
{
	struct seen *s = *state;
	struct mono a = loop_now(s->l);
	usleep(2000);
	assert_int_equal(loop_now(s->l).us, a.us);
	loop_timer_init(&s->timer, s->l, note_and_stop, s);
	loop_timer_after(&s->timer, (struct duration){0});
	assert_int_equal(loop_run(s->l), 0);
	assert_true(s->at.us > a.us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_timer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stopped_timer_stays_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past_deadline_is_due, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_fd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fork, setup, teardown),
		cmocka_unit_test_setup_teardown(test_defer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_task_cancelled_by_the_one_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_now_is_one_per_turn, setup, teardown),
	};
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
