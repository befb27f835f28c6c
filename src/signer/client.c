/* signer/client.c - one connection, many requests, matched by id.
 *
 *   DOWN --timer--> connect() --ok--> UP --closed, malformed--> DOWN
 *
 * A call keeps its encoded frame until it ends. On every new connection all frames are queued
 * for sending in their old order, so a signer that was killed in between costs time only. */
#include "signer/client.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "signer/frame.h"

enum {
	CALL_MAGIC = 0x51ca11ed,
	IN_FLIGHT_DEFAULT = 256,
	BYTES_MAX = 16 * 1024 * 1024, /* of all frames in flight */
	READ_SIZE = 64 * 1024,
	BACKOFF_FIRST_MS = 5,
	BACKOFF_MAX_MS = 500,
};

enum state { DOWN, UP };

struct signer_client {
	struct signer base;
	struct signer_client_conf conf;
	enum state state;
	int fd;
	struct loop_fd watch;
	struct loop_timer retry;
	struct loop_task send; /* flush, in the next turn: requests of one turn go together */
	uint32_t backoff_ms;
	bool reported; /* that the connection is down */
	struct list calls;
	size_t n_calls, n_bytes;
	uint32_t last_id;
	struct buf in, out;
};

struct signer_call {
	unsigned magic;
	struct signer_client *client;
	struct list node;
	struct loop_timer deadline;
	uint32_t id;
	size_t n_jobs;
	signer_sign_done *sign_done; /* exactly one of these four is set: it tells the request */
	signer_generate_done *generate_done;
	signer_rewrap_done *rewrap_done;
	signer_check_done *check_done;
	void *arg;
	struct buf frame;
};

static void call_free(struct signer_call *call)
{
	CHECK_MAGIC(call, CALL_MAGIC);
	list_remove(&call->node);
	loop_timer_stop(&call->deadline);
	call->client->n_calls--;
	call->client->n_bytes -= call->frame.n;
	buf_free(&call->frame);
	call->magic = 0;
	free(call);
}

/* Ends the call: it is gone before its callback runs, which may make new ones. */
static void call_fail(struct signer_call *call, int outcome)
{
	signer_sign_done *sign_done = call->sign_done;
	signer_generate_done *generate_done = call->generate_done;
	signer_rewrap_done *rewrap_done = call->rewrap_done;
	signer_check_done *check_done = call->check_done;
	void *arg = call->arg;
	call_free(call);
	if (sign_done)
		sign_done(arg, outcome, NULL, 0);
	else if (generate_done)
		generate_done(arg, outcome, NULL);
	else if (rewrap_done)
		rewrap_done(arg, outcome, NULL);
	else
		check_done(arg, outcome);
}

static void call_expired(void *arg)
{
	struct signer_call *call = arg;
	CHECK_MAGIC(call, CALL_MAGIC);
	call_fail(call, E_TIMEOUT);
}

/* ------------------------------------------------------------------ connection */

static void schedule_retry(struct signer_client *c)
{
	uint32_t jitter = random_below(c->backoff_ms);
	loop_timer_after(&c->retry, MILLIS(c->backoff_ms / 2 + jitter));
	c->backoff_ms = c->backoff_ms * 2 < BACKOFF_MAX_MS ? c->backoff_ms * 2 : BACKOFF_MAX_MS;
}

static void go_down(struct signer_client *c, const char *cause)
{
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
		c->fd = -1;
		c->state = DOWN;
	}
	buf_clear(&c->in);
	buf_clear(&c->out);
	if (!c->reported)
		log_warning(c->conf.log, "signer_away", LOG_S("cause", cause),
		            LOG_S("socket", c->conf.socket_path));
	c->reported = true;
	schedule_retry(c);
}

static int open_socket(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof at.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) != 0) {
		int saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static void flush(void *arg)
{
	struct signer_client *c = arg;
	if (c->state != UP)
		return;
	if (buf_failed(&c->out)) {
		go_down(c, "out of memory");
		return;
	}
	while (c->out.n) {
		ssize_t n = send(c->fd, c->out.p, c->out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0) {
			go_down(c, "the signer closed the connection");
			return;
		}
		buf_consume(&c->out, (size_t)n);
	}
	if (loop_fd_watch(&c->watch, c->out.n ? LOOP_READ | LOOP_WRITE : LOOP_READ) != 0)
		go_down(c, "the connection cannot be watched");
}

static void ready(void *arg, unsigned what);

static void try_connect(void *arg)
{
	struct signer_client *c = arg;
	c->fd = open_socket(c->conf.socket_path);
	if (c->fd < 0) {
		go_down(c, strerror(errno));
		return;
	}
	c->state = UP;
	loop_fd_init(&c->watch, c->conf.loop, c->fd, ready, c);
	LIST_FOR(it, &c->calls)
		buf_add(&c->out, buf_slice(&CONTAINER_OF(it, struct signer_call, node)->frame));
	flush(c);
}

/* ------------------------------------------------------------------ answers */

static int outcome_of(struct slice body)
{
	enum frame_reason reason;
	if (frame_read_refused(body, &reason) != 0)
		return E_SYNTAX;
	switch (reason) {
	case REASON_MALFORMED:
		return E_SYNTAX;
	case REASON_KEY:
		return E_REFUSED;
	case REASON_FULL:
		return E_FULL;
	case REASON_JOURNAL:
		return E_SYSTEM;
	case REASON_INTERNAL:
		break;
	}
	return E_NOMEM;
}

static struct signer_call *find_call(struct signer_client *c, uint32_t id)
{
	LIST_FOR(it, &c->calls) {
		struct signer_call *call = CONTAINER_OF(it, struct signer_call, node);
		if (call->id == id)
			return call;
	}
	return NULL;
}

/* An answer to each kind of request. The bytes lie in c->in, which callbacks cannot touch; the
 * call is gone before its callback runs. False: nonsense. */
static bool answer_signed(struct signer_call *call, const struct frame *f)
{
	signer_sign_done *done = call->sign_done;
	void *arg = call->arg;
	size_t n = call->n_jobs;
	const uint8_t *signatures;
	if (f->type != FRAME_SIGNED || frame_read_signed(f->body, n, &signatures) != 0)
		return false;
	call_free(call);
	done(arg, 0, signatures, n);
	return true;
}

static bool answer_generated(struct signer_call *call, const struct frame *f)
{
	signer_generate_done *done = call->generate_done;
	void *arg = call->arg;
	struct generated_key key;
	if (f->type != FRAME_GENERATED || frame_read_generated(f->body, &key) != 0)
		return false;
	call_free(call);
	done(arg, 0, &key);
	return true;
}

static bool answer_rewrapped(struct signer_call *call, const struct frame *f)
{
	signer_rewrap_done *done = call->rewrap_done;
	void *arg = call->arg;
	struct rewrapped_key key;
	if (f->type != FRAME_REWRAPPED || frame_read_rewrapped(f->body, &key) != 0)
		return false;
	call_free(call);
	done(arg, 0, &key);
	return true;
}

static bool answer_checked(struct signer_call *call, const struct frame *f)
{
	signer_check_done *done = call->check_done;
	void *arg = call->arg;
	if (f->type != FRAME_CHECKED || f->body.n)
		return false;
	call_free(call);
	done(arg, 0);
	return true;
}

static bool answer(struct signer_client *c, const struct frame *f)
{
	struct signer_call *call = find_call(c, f->id);
	if (!call)
		return true; /* cancelled or expired meanwhile */
	if (f->type == FRAME_REFUSED) {
		call_fail(call, outcome_of(f->body));
		return true;
	}
	if (call->sign_done)
		return answer_signed(call, f);
	if (call->generate_done)
		return answer_generated(call, f);
	return call->rewrap_done ? answer_rewrapped(call, f) : answer_checked(call, f);
}

static void read_answers(struct signer_client *c)
{
	struct frame f;
	size_t used = 0, n;
	int r;
	while ((r = frame_take(slice_skip(buf_slice(&c->in), used), &f, &n)) == 0) {
		if (!answer(c, &f)) {
			go_down(c, "the signer's answer makes no sense");
			return;
		}
		used += n;
		c->backoff_ms = BACKOFF_FIRST_MS;
		if (c->reported)
			log_notice(c->conf.log, "signer_back");
		c->reported = false;
	}
	buf_consume(&c->in, used);
	if (r != FRAME_PARTIAL)
		go_down(c, "the signer's answer makes no sense");
}

static void ready(void *arg, unsigned what)
{
	struct signer_client *c = arg;
	if (what & LOOP_WRITE)
		flush(c);
	if (c->state != UP || !(what & LOOP_READ))
		return;
	char *room = buf_reserve(&c->in, READ_SIZE);
	ssize_t n = room ? recv(c->fd, room, READ_SIZE, MSG_DONTWAIT) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		go_down(c, "the signer closed the connection");
		return;
	}
	buf_commit(&c->in, (size_t)n);
	read_answers(c);
}

/* ------------------------------------------------------------------ requests */

static bool key_ok(struct slice issuer, struct slice key_id, struct slice wrapped)
{
	return issuer.n && issuer.n <= SIGNER_ISSUER_MAX && key_id.n &&
	       key_id.n < SIGNER_KEY_ID_TEXT && wrapped.n && wrapped.n <= SIGNER_WRAPPED_MAX;
}

static bool job_ok(const struct sign_job *j)
{
	return key_ok(j->issuer, j->key_id, j->wrapped) &&
	       j->about.subject.n <= SIGNER_SUBJECT_MAX && j->proof.n <= SIGNER_TEXT_MAX &&
	       (j->proof.n == 0) == (j->kind == SIGNER_P256) && j->document.n &&
	       j->document.n <= SIGNER_TEXT_MAX;
}

static struct signer_call *call_new(struct signer_client *c, void *arg)
{
	struct signer_call *call = calloc(1, sizeof *call);
	if (!call)
		return NULL;
	*call = (struct signer_call){
		.magic = CALL_MAGIC, .client = c, .arg = arg, .id = ++c->last_id,
		.frame = BUF_INIT(FRAME_MAX),
	};
	loop_timer_init(&call->deadline, c->conf.loop, call_expired, call);
	list_init(&call->node);
	c->n_calls++;
	return call;
}

/* The frame is written: check it, queue it, start its clock. */
static int call_start(struct signer_call *call, struct duration limit,
                      struct signer_call **ret_call)
{
	struct signer_client *c = call->client;
	bool failed = buf_failed(&call->frame);
	c->n_bytes += call->frame.n;
	if (failed || c->n_bytes > BYTES_MAX) {
		call_free(call);
		return failed ? E_LIMIT : E_FULL;
	}
	if (c->state == UP) {
		buf_add(&c->out, buf_slice(&call->frame));
		loop_defer(c->conf.loop, &c->send);
	}
	list_append(&c->calls, &call->node);
	loop_timer_after(&call->deadline, limit);
	if (ret_call)
		*ret_call = call;
	return 0;
}

static int client_sign(struct signer *s, enum signer_lane lane, const struct sign_job *jobs,
                       size_t n, struct duration limit, signer_sign_done *done, void *arg,
                       struct signer_call **ret_call)
{
	struct signer_client *c = CONTAINER_OF(s, struct signer_client, base);
	assert(n >= 1 && n <= SIGNER_JOBS_MAX);
	for (size_t i = 0; i < n; i++)
		if (!job_ok(&jobs[i]))
			return E_LIMIT;
	if (c->n_calls >= c->conf.in_flight_max)
		return E_FULL;
	struct signer_call *call = call_new(c, arg);
	if (!call)
		return E_NOMEM;
	call->sign_done = done;
	call->n_jobs = n;
	frame_write_sign(&call->frame, call->id, lane, jobs, n);
	return call_start(call, limit, ret_call);
}

static int client_generate(struct signer *s, enum signer_kind kind, struct slice issuer,
                           struct duration limit, signer_generate_done *done, void *arg,
                           struct signer_call **ret_call)
{
	struct signer_client *c = CONTAINER_OF(s, struct signer_client, base);
	if (!issuer.n || issuer.n > SIGNER_ISSUER_MAX)
		return E_LIMIT;
	if (c->n_calls >= c->conf.in_flight_max)
		return E_FULL;
	struct signer_call *call = call_new(c, arg);
	if (!call)
		return E_NOMEM;
	call->generate_done = done;
	frame_write_generate(&call->frame, call->id, SIGNER_INTERACTIVE, kind, issuer);
	return call_start(call, limit, ret_call);
}

static int client_rewrap(struct signer *s, const struct rewrap_job *job, struct duration limit,
                         signer_rewrap_done *done, void *arg, struct signer_call **ret_call)
{
	struct signer_client *c = CONTAINER_OF(s, struct signer_client, base);
	if (!key_ok(job->issuer, job->key_id, job->wrapped))
		return E_LIMIT;
	if (c->n_calls >= c->conf.in_flight_max)
		return E_FULL;
	struct signer_call *call = call_new(c, arg);
	if (!call)
		return E_NOMEM;
	call->rewrap_done = done;
	frame_write_rewrap(&call->frame, call->id, SIGNER_BULK, job);
	return call_start(call, limit, ret_call);
}

static int client_check(struct signer *s, const struct rewrap_job *job, struct duration limit,
                        signer_check_done *done, void *arg, struct signer_call **ret_call)
{
	struct signer_client *c = CONTAINER_OF(s, struct signer_client, base);
	if (!key_ok(job->issuer, job->key_id, job->wrapped))
		return E_LIMIT;
	if (c->n_calls >= c->conf.in_flight_max)
		return E_FULL;
	struct signer_call *call = call_new(c, arg);
	if (!call)
		return E_NOMEM;
	call->check_done = done;
	frame_write_check(&call->frame, call->id, SIGNER_INTERACTIVE, job);
	return call_start(call, limit, ret_call);
}

static void client_cancel(struct signer *s, struct signer_call *call)
{
	call_free(call);
}

static const struct signer_ops ops = {client_sign, client_generate, client_rewrap, client_check,
                                      client_cancel};

struct signer_client *signer_client_new(const struct signer_client_conf *conf)
{
	struct signer_client *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->base.ops = &ops;
	c->conf = *conf;
	if (!c->conf.in_flight_max)
		c->conf.in_flight_max = IN_FLIGHT_DEFAULT;
	c->state = DOWN;
	c->fd = -1;
	c->backoff_ms = BACKOFF_FIRST_MS;
	c->in = BUF_INIT(FRAME_MAX + READ_SIZE);
	c->out = BUF_INIT(2 * BYTES_MAX);
	list_init(&c->calls);
	loop_task_init(&c->send, flush, c);
	loop_timer_init(&c->retry, conf->loop, try_connect, c);
	loop_timer_after(&c->retry, MILLIS(0));
	return c;
}

void signer_client_free(struct signer_client *c)
{
	if (!c)
		return;
	while (!list_empty(&c->calls))
		call_fail(CONTAINER_OF(list_first(&c->calls), struct signer_call, node), E_CLOSED);
	loop_timer_stop(&c->retry);
	loop_cancel(&c->send);
	if (c->state == UP) {
		loop_fd_stop(&c->watch);
		close(c->fd);
	}
	buf_free(&c->in);
	buf_free(&c->out);
	free(c);
}

struct signer *signer_client_signer(struct signer_client *c)
{
	return &c->base;
}

bool signer_client_up(const struct signer_client *c)
{
	return c->state == UP;
}
