/* signer/server.c - accepts, reads frames, queues them in two lanes, works them off in turns.
 *
 *   client bytes -> in -> frame_take -> job in a lane -> work() ─┬──────────────► out -> client bytes
 *                                                                └► held, force ─┘
 *
 * With a journal, a signature leaves only after its line is on disk: what was signed in one turn is
 * held, forced to disk together, and let go; meanwhile the next turn's requests come in.
 *
 * A connection that ends after something was signed over it may be the end of its process: a second
 * later that is known, and the journal says so. A process that asks over a new one has not ended.
 *
 * A job holds a copy of its frame. Jobs of a client that leaves are dropped with it. What a
 * client can make us hold is bounded: its frames by count and bytes (refused beyond), unread
 * answers by the size of out (then it is not reading, and is cut off). */
#include "signer/server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/list.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "signer/frame.h"

enum {
	CLIENT_MAGIC = 0x51c11e47,
	READ_SIZE = 64 * 1024,
	IN_MAX = FRAME_MAX + READ_SIZE,
	OUT_MAX = 2 * 1024 * 1024,
};

#define TURN MILLIS(2)         /* of signing, before what is held is forced to disk */
#define ENDS_WITHIN SECONDS(1) /* a process whose sockets are closed */

struct server {
	struct server_conf conf;
	struct loop_fd listening;
	int listening_fd;
	struct loop_task work;
	struct list clients, leaving;
	struct list lane[SIGNER_LANES]; /* of struct job */
	size_t n_clients, n_leaving;
	struct sign_request sign; /* scratch: too large for the stack */
};

struct client {
	unsigned magic;
	struct server *server;
	struct list node;
	struct list jobs; /* its own, in whatever lane */
	size_t n_jobs, n_bytes;
	struct buf in, out;
	struct buf held; /* signatures whose lines are not on disk yet */
	struct loop_fd watch;
	int fd;
	pid_t process; /* 0: not known */
	int pidfd;     /* of it; -1: none */
	bool signed_any;
};

/* A process whose connection is gone. */
struct leaving {
	struct server *server;
	struct list node;
	struct loop_timer timer;
	pid_t process;
	int pidfd;
};

struct job {
	struct client *client;
	struct list by_lane, by_client;
	uint8_t type;
	uint32_t id;
	size_t n;
	char body[];
};

static void job_free(struct job *j)
{
	list_remove(&j->by_lane);
	list_remove(&j->by_client);
	j->client->n_jobs--;
	j->client->n_bytes -= j->n;
	free(j);
}

static void leaving_free(struct leaving *l)
{
	loop_timer_stop(&l->timer);
	list_remove(&l->node);
	l->server->n_leaving--;
	close(l->pidfd);
	free(l);
}

/* What its line is missing from is not lost, only listed among what nobody knows the end of. */
static void has_it_ended(void *arg)
{
	struct leaving *l = arg;
	struct server *s = l->server;
	struct pollfd ended = {.fd = l->pidfd, .events = POLLIN};
	if (poll(&ended, 1, 0) == 1) {
		if (journal_add_end(s->conf.journal, instant_now(), (uint32_t)l->process) != 0 ||
		    journal_sync(s->conf.journal) != 0)
			log_error(s->conf.log, "signer_journal_failed", LOG_S("system", strerror(errno)));
	}
	leaving_free(l);
}

static void watch_leaving(struct client *c)
{
	struct server *s = c->server;
	struct leaving *l = NULL;
	if (s->conf.journal && c->signed_any && c->pidfd >= 0 && s->n_leaving < SERVER_CLIENTS_MAX)
		l = malloc(sizeof *l);
	if (!l) {
		if (c->pidfd >= 0)
			close(c->pidfd);
		return;
	}
	*l = (struct leaving){.server = s, .process = c->process, .pidfd = c->pidfd};
	list_append(&s->leaving, &l->node);
	s->n_leaving++;
	loop_timer_init(&l->timer, s->conf.loop, has_it_ended, l);
	loop_timer_after(&l->timer, ENDS_WITHIN);
}

static void client_free(struct client *c)
{
	CHECK_MAGIC(c, CLIENT_MAGIC);
	while (!list_empty(&c->jobs))
		job_free(CONTAINER_OF(list_first(&c->jobs), struct job, by_client));
	loop_fd_stop(&c->watch);
	close(c->fd);
	watch_leaving(c);
	list_remove(&c->node);
	c->server->n_clients--;
	buf_free(&c->in);
	buf_free(&c->out);
	buf_free(&c->held);
	c->magic = 0;
	free(c);
}

static void client_refuse(struct client *c, uint32_t id, enum frame_reason reason)
{
	frame_write_refused(&c->out, id, reason);
}

/* Where a frame waits: bulk only when it is well formed and says so. */
static enum signer_lane lane_of(const struct frame *f)
{
	return f->body.n && f->body.p[0] == SIGNER_BULK ? SIGNER_BULK : SIGNER_INTERACTIVE;
}

static void enqueue(struct client *c, const struct frame *f)
{
	struct server *s = c->server;
	if (f->type != FRAME_SIGN && f->type != FRAME_GENERATE && f->type != FRAME_REWRAP &&
	    f->type != FRAME_CHECK) {
		client_refuse(c, f->id, REASON_MALFORMED);
		return;
	}
	if (c->n_jobs >= SERVER_JOBS_MAX || c->n_bytes + f->body.n > SERVER_BYTES_MAX) {
		client_refuse(c, f->id, REASON_FULL);
		return;
	}
	struct job *j = malloc(sizeof *j + f->body.n);
	if (!j) {
		client_refuse(c, f->id, REASON_INTERNAL);
		return;
	}
	*j = (struct job){.client = c, .type = f->type, .id = f->id, .n = f->body.n};
	memcpy(j->body, f->body.p, f->body.n);
	list_append(&s->lane[lane_of(f)], &j->by_lane);
	list_append(&c->jobs, &j->by_client);
	c->n_jobs++;
	c->n_bytes += j->n;
	loop_defer(s->conf.loop, &s->work);
}

static void do_generate(struct server *s, struct job *j)
{
	struct generate_request request;
	struct generated_key key;
	if (frame_read_generate(slice_from(j->body, j->n), &request) != 0)
		client_refuse(j->client, j->id, REASON_MALFORMED);
	else if (vault_generate(s->conf.vault, request.kind, request.issuer, &key) != 0)
		client_refuse(j->client, j->id, REASON_INTERNAL);
	else
		frame_write_generated(&j->client->out, j->id, &key);
}

/* Refuses what needed a key; one that does not open is the operator's to mend. */
static void refuse_key(const struct job *j, int failure, struct slice issuer, struct slice key_id)
{
	if (failure == E_REFUSED)
		log_error(j->client->server->conf.log, "signer_key_not_opened",
		          LOG_SLICE("issuer", issuer), LOG_SLICE("key_id", key_id),
		          LOG_S("cause", "it is wrapped under another key-encryption key, or damaged"),
		          LOG_S("remedy", "set signer.key_file, or signer.previous_key_file, to the one "
		                          "it was wrapped with, and restart the signer"));
	else
		log_error(j->client->server->conf.log, "signer_key_not_used",
		          LOG_SLICE("issuer", issuer), LOG_I("failure", failure));
	client_refuse(j->client, j->id, failure == E_REFUSED ? REASON_KEY : REASON_INTERNAL);
}

static void do_rewrap(struct server *s, struct job *j)
{
	struct rewrap_request request;
	struct rewrapped_key key;
	if (frame_read_rewrap(slice_from(j->body, j->n), &request) != 0) {
		client_refuse(j->client, j->id, REASON_MALFORMED);
		return;
	}
	int r = vault_rewrap(s->conf.vault, &request.job, &key);
	if (r)
		refuse_key(j, r, request.job.issuer, request.job.key_id);
	else
		frame_write_rewrapped(&j->client->out, j->id, &key);
}

/* Whether a signature could be given now: the key opens, and its line can be written. */
static void do_check(struct server *s, struct job *j)
{
	struct rewrap_request request;
	struct rewrapped_key key;
	if (frame_read_rewrap(slice_from(j->body, j->n), &request) != 0) {
		client_refuse(j->client, j->id, REASON_MALFORMED);
		return;
	}
	int r = vault_rewrap(s->conf.vault, &request.job, &key);
	if (r)
		refuse_key(j, r, request.job.issuer, request.job.key_id);
	else if (s->conf.journal && journal_try(s->conf.journal) != 0)
		client_refuse(j->client, j->id, REASON_JOURNAL);
	else
		frame_write_checked(&j->client->out, j->id);
}

static void journal_failed(const struct server *s, int r)
{
	log_error(s->conf.log, "signer_journal_failed",
	          LOG_S("system", r == E_SYSTEM ? strerror(errno) : ""),
	          LOG_S("remedy", "make room for the journal: nothing is signed without it"));
}

static int record(struct server *s, struct client *c)
{
	if (!s->conf.journal)
		return 0;
	int r = journal_add_jobs(s->conf.journal, s->conf.crypt, instant_now(), s->sign.job,
	                         s->sign.n, (uint32_t)c->process);
	if (r)
		journal_failed(s, r);
	c->signed_any |= r == 0;
	return r;
}

/* All signatures of a request or none. */
static void do_sign(struct server *s, struct job *j)
{
	uint8_t signatures[SIGNER_JOBS_MAX * SIGNER_SIGNATURE];
	if (frame_read_sign(slice_from(j->body, j->n), &s->sign) != 0) {
		client_refuse(j->client, j->id, REASON_MALFORMED);
		return;
	}
	for (size_t i = 0; i < s->sign.n; i++) {
		int r = FAILPOINT("signer_sign") ? E_NOMEM :
			vault_sign(s->conf.vault, &s->sign.job[i],
			           signatures + i * SIGNER_SIGNATURE);
		if (r != 0) {
			refuse_key(j, r, s->sign.job[i].issuer, s->sign.job[i].key_id);
			return;
		}
	}
	if (record(s, j->client) != 0) {
		client_refuse(j->client, j->id, REASON_JOURNAL);
		return;
	}
	if (FAILPOINT("signer_signed")) {
		client_refuse(j->client, j->id, REASON_INTERNAL);
		return;
	}
	frame_write_signed(s->conf.journal ? &j->client->held : &j->client->out, j->id, signatures,
	                   s->sign.n);
}

/* Sends what it can. False: the client is gone or does not read, and has been freed. */
static bool client_flush(struct client *c)
{
	while (c->out.n && !buf_failed(&c->out)) {
		ssize_t n = send(c->fd, c->out.p, c->out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0) {
			client_free(c);
			return false;
		}
		buf_consume(&c->out, (size_t)n);
	}
	unsigned wait = c->out.n ? LOOP_READ | LOOP_WRITE : LOOP_READ;
	if (buf_failed(&c->out) || loop_fd_watch(&c->watch, wait) != 0) {
		client_free(c);
		return false;
	}
	return true;
}

static struct job *next_job(struct server *s)
{
	for (size_t i = 0; i < SIGNER_LANES; i++)
		if (!list_empty(&s->lane[i]))
			return CONTAINER_OF(list_first(&s->lane[i]), struct job, by_lane);
	return NULL;
}

static void do_job(struct server *s, struct job *j)
{
	if (j->type == FRAME_GENERATE)
		do_generate(s, j);
	else if (j->type == FRAME_REWRAP)
		do_rewrap(s, j);
	else if (j->type == FRAME_CHECK)
		do_check(s, j);
	else
		do_sign(s, j);
	job_free(j);
}

/* Nobody was given these signatures; their lines have been taken back. */
static void refuse_held(struct client *c)
{
	struct frame f;
	size_t n;
	while (frame_take(buf_slice(&c->held), &f, &n) == 0) {
		client_refuse(c, f.id, REASON_JOURNAL);
		buf_consume(&c->held, n);
	}
}

static void let_go(struct client *c, int failed)
{
	if (failed)
		refuse_held(c);
	buf_add(&c->out, buf_slice(&c->held));
	buf_clear(&c->held);
}

static int force(struct server *s)
{
	int r = s->conf.journal ? journal_sync(s->conf.journal) : 0;
	if (r) {
		journal_failed(s, r);
		journal_take_back(s->conf.journal);
	}
	return r;
}

/* A client whose answers did not fit is cut off by client_flush. */
static void answer_all(struct server *s)
{
	int failed = force(s);
	for (struct list *it = s->clients.next, *next; it != &s->clients; it = next) {
		struct client *c = CONTAINER_OF(it, struct client, node);
		next = it->next;
		bool full = buf_failed(&c->held);
		if (c->held.n)
			let_go(c, failed);
		if (full)
			client_free(c);
		else if (c->out.n || buf_failed(&c->out))
			client_flush(c);
	}
}

static void work(void *arg)
{
	struct server *s = arg;
	struct mono end = mono_add(mono_now(), TURN);
	struct job *j;
	while ((j = next_job(s))) {
		do_job(s, j);
		if (mono_since(mono_now(), end).us >= 0)
			break;
	}
	answer_all(s);
	if (next_job(s))
		loop_defer(s->conf.loop, &s->work);
}

/* Queues every whole frame. False: the stream makes no sense. */
static bool client_parse(struct client *c)
{
	struct frame f;
	size_t used = 0, n;
	int r;
	while ((r = frame_take(slice_skip(buf_slice(&c->in), used), &f, &n)) == 0) {
		enqueue(c, &f);
		used += n;
	}
	buf_consume(&c->in, used);
	return r == FRAME_PARTIAL;
}

static void client_read(struct client *c)
{
	char *room = buf_reserve(&c->in, READ_SIZE);
	if (!room) {
		client_free(c);
		return;
	}
	ssize_t n = recv(c->fd, room, READ_SIZE, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	buf_commit(&c->in, (size_t)n);
	if (!client_parse(c)) {
		log_warning(c->server->conf.log, "signer_client_malformed");
		client_free(c);
		return;
	}
	client_flush(c);
}

static void client_ready(void *arg, unsigned ready)
{
	struct client *c = arg;
	CHECK_MAGIC(c, CLIENT_MAGIC);
	if ((ready & LOOP_WRITE) && !client_flush(c))
		return;
	if (ready & LOOP_READ)
		client_read(c);
}

static bool peer_allowed(struct server *s, int fd, pid_t *ret)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
		return false;
	for (size_t i = 0; i < s->conf.n_uids; i++)
		if (peer.uid == s->conf.uids[i]) {
			*ret = peer.pid;
			return true;
		}
	log_warning(s->conf.log, "signer_peer_refused", LOG_I("uid", peer.uid),
	            LOG_I("pid", peer.pid));
	return false;
}

static bool client_new(struct server *s, int fd, pid_t process)
{
	struct client *c = calloc(1, sizeof *c);
	if (!c)
		return false;
	*c = (struct client){
		.magic = CLIENT_MAGIC, .server = s, .fd = fd,
		.in = BUF_INIT(IN_MAX), .out = BUF_INIT(OUT_MAX), .held = BUF_INIT(OUT_MAX),
		.process = process, .pidfd = -1,
	};
	list_init(&c->jobs);
	loop_fd_init(&c->watch, s->conf.loop, fd, client_ready, c);
	if (loop_fd_watch(&c->watch, LOOP_READ) != 0) {
		free(c);
		return false;
	}
	if (s->conf.journal && process > 0)
		c->pidfd = pidfd_open(process, 0);
	list_append(&s->clients, &c->node);
	s->n_clients++;
	return true;
}

static void accept_ready(void *arg, unsigned ready)
{
	struct server *s = arg;
	pid_t process = 0;
	int fd = accept4(s->listening_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (s->n_clients >= SERVER_CLIENTS_MAX || !peer_allowed(s, fd, &process) ||
	    !client_new(s, fd, process))
		close(fd);
}

struct server *server_new(const struct server_conf *conf, int listening)
{
	struct server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->conf = *conf;
	s->listening_fd = listening;
	list_init(&s->clients);
	list_init(&s->leaving);
	for (size_t i = 0; i < SIGNER_LANES; i++)
		list_init(&s->lane[i]);
	loop_task_init(&s->work, work, s);
	loop_fd_init(&s->listening, conf->loop, listening, accept_ready, s);
	if (loop_fd_watch(&s->listening, LOOP_READ) != 0) {
		free(s);
		return NULL;
	}
	return s;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	loop_fd_stop(&s->listening);
	loop_cancel(&s->work);
	while (!list_empty(&s->clients))
		client_free(CONTAINER_OF(list_first(&s->clients), struct client, node));
	while (!list_empty(&s->leaving))
		leaving_free(CONTAINER_OF(list_first(&s->leaving), struct leaving, node));
	free(s);
}

size_t server_clients(const struct server *s)
{
	return s->n_clients;
}
