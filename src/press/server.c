/* press/server.c - accepts, reads frames, queues them in two lanes, works them off.
 *
 *   client bytes -> in -> press_frame_take -> job in a lane -> work() -> out -> client bytes
 *
 * A job holds a copy of its facts. Jobs of a client that leaves are dropped with it. What clients
 * can make us hold is bounded: jobs by count, each by the size of a frame, unread answers by the
 * size of out (then the client is not reading, and is cut off). */
#include "press/server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/list.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "crypt/digest.h"
#include "press/cache.h"
#include "press/document.h"
#include "press/frame.h"

enum {
	CLIENT_MAGIC = 0x1e55c11e,
	READ_SIZE = 64 * 1024,
	KEEP = 1024 * 1024, /* of an empty buffer */
	IN_MAX = PRESS_REQUEST_MAX + READ_SIZE,
	OUT_MAX = 2 * PRESS_FRAME_MAX,
};

enum lane { SINGLES, BATCHES, LANES };

struct press_server {
	struct press_server_conf conf;
	struct press_fonts *fonts;
	struct cache *cache;
	struct loop_fd listening;
	int listening_fd;
	struct loop_task work;
	struct list clients;
	struct list lane[LANES]; /* of struct job */
	size_t n_jobs[LANES];
	size_t n_clients, hits;
	struct buf file; /* scratch */
};

struct client {
	unsigned magic;
	struct press_server *server;
	struct list node;
	struct list jobs; /* its own, in whatever lane */
	struct buf in, out;
	struct loop_fd watch;
	int fd;
};

struct job {
	struct client *client;
	struct list by_lane, by_client;
	enum lane lane;
	uint32_t id;
	size_t pages;
	struct slice rest; /* of the facts, not yet taken */
	struct press_document *document; /* begun */
	size_t n;
	char body[];
};

/* ---- jobs ---- */

static void job_free(struct job *j)
{
	list_remove(&j->by_lane);
	list_remove(&j->by_client);
	j->client->server->n_jobs[j->lane]--;
	press_document_free(j->document);
	free(j);
}

static void enqueue(struct client *c, const struct press_frame *f)
{
	static const size_t most[LANES] = {PRESS_SINGLES_MAX, PRESS_BATCHES_MAX};
	struct press_server *s = c->server;
	struct slice body = f->body;
	size_t pages = f->type == PRESS_FRAME_PRINT ? press_frame_count(&body) : 0;
	enum lane lane = pages > 1 ? BATCHES : SINGLES;
	if (!pages) {
		press_frame_write_refused(&c->out, f->id, PRESS_MALFORMED, NULL);
		return;
	}
	struct job *j = s->n_jobs[lane] >= most[lane] ? NULL : malloc(sizeof *j + body.n);
	if (!j) {
		press_frame_write_refused(&c->out, f->id, PRESS_FULL, NULL);
		return;
	}
	*j = (struct job){.client = c, .lane = lane, .id = f->id, .pages = pages, .n = body.n};
	memcpy(j->body, body.p, body.n);
	j->rest = slice_from(j->body, body.n);
	list_append(&s->lane[lane], &j->by_lane);
	list_append(&c->jobs, &j->by_client);
	s->n_jobs[lane]++;
	loop_defer(s->conf.loop, &s->work);
}

/* ---- making ---- */

/* One more of the facts into the document. */
static int take_page(struct job *j, struct press_fault *fault)
{
	struct press_facts f;
	int r = press_facts_read(&j->rest, &f);
	if (r == 0)
		r = press_document_add(j->document, &f, fault);
	if (r == 0 && --j->pages == 0 && j->rest.n)
		r = E_SYNTAX; /* bytes behind the last one */
	return r;
}

enum { JOB_GOES_ON = 1 };

/* One piece of work: a page laid out, a page drawn, or the file put together. 0: s->file has it. */
static int piece(struct press_server *s, struct job *j, struct press_fault *fault)
{
	int r;
	if (!j->document && !(j->document = press_document_new(s->fonts)))
		return E_NOMEM;
	if (j->pages) {
		r = take_page(j, fault);
		return r ? r : JOB_GOES_ON;
	}
	r = press_document_draw(j->document);
	if (r != PRESS_DRAWN)
		return r ? r : JOB_GOES_ON;
	return press_document_finish(j->document, &s->file);
}

static int whole(struct press_server *s, struct job *j, struct press_fault *fault)
{
	int r;
	while ((r = piece(s, j, fault)) == JOB_GOES_ON)
		;
	return r;
}

static void answer(struct press_server *s, struct job *j, int r, const struct press_fault *fault)
{
	if (r == 0)
		press_frame_write_printed(&j->client->out, j->id, buf_slice(&s->file));
	else
		press_frame_write_refused(&j->client->out, j->id, press_reason_of(r), fault);
	if (r == E_ABSENT)
		log_error(s->conf.log, "fonts_missing",
		          LOG_S("remedy", "install fonts-noto-cjk and run fc-cache -s, then restart"));
}

/* True: the job is done with. */
static bool do_batch(struct press_server *s, struct job *j)
{
	struct press_fault fault = {0};
	buf_clear(&s->file);
	int r = piece(s, j, &fault);
	if (r == JOB_GOES_ON)
		return false;
	answer(s, j, r, &fault);
	return true;
}

static void do_single(struct press_server *s, struct job *j)
{
	struct press_fault fault = {0};
	uint8_t key[CACHE_KEY];
	sha256(s->conf.crypt, slice_from(j->body, j->n), key);
	struct slice kept = cache_get(s->cache, key);
	buf_clear(&s->file);
	if (kept.p) {
		s->hits++;
		press_frame_write_printed(&j->client->out, j->id, kept);
		return;
	}
	int r = FAILPOINT("press_print") ? E_NOMEM : whole(s, j, &fault);
	answer(s, j, r, &fault);
	if (r == 0)
		cache_put(s->cache, key, buf_slice(&s->file));
}

/* ---- clients ---- */

static void client_free(struct client *c)
{
	CHECK_MAGIC(c, CLIENT_MAGIC);
	while (!list_empty(&c->jobs))
		job_free(CONTAINER_OF(list_first(&c->jobs), struct job, by_client));
	loop_fd_stop(&c->watch);
	close(c->fd);
	list_remove(&c->node);
	c->server->n_clients--;
	buf_free(&c->in);
	buf_free(&c->out);
	c->magic = 0;
	free(c);
}

/* Sends what it can. False: the client is gone or does not read, and has been freed. */
static bool client_flush(struct client *c)
{
	size_t sent = 0;
	while (sent < c->out.n && !buf_failed(&c->out)) {
		ssize_t n = send(c->fd, c->out.p + sent, c->out.n - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0) {
			client_free(c);
			return false;
		}
		sent += (size_t)n;
	}
	buf_consume(&c->out, sent);
	if (!c->out.n && c->out.size > KEEP)
		buf_free(&c->out);
	unsigned wait = c->out.n ? LOOP_READ | LOOP_WRITE : LOOP_READ;
	if (buf_failed(&c->out) || loop_fd_watch(&c->watch, wait) != 0) {
		client_free(c);
		return false;
	}
	return true;
}

static struct job *next_job(struct press_server *s)
{
	for (size_t i = 0; i < LANES; i++)
		if (!list_empty(&s->lane[i]))
			return CONTAINER_OF(list_first(&s->lane[i]), struct job, by_lane);
	return NULL;
}

static void work(void *arg)
{
	struct press_server *s = arg;
	struct job *j = next_job(s);
	bool done = true;
	if (!j)
		return;
	struct client *c = j->client;
	if (j->lane == BATCHES)
		done = do_batch(s, j);
	else
		do_single(s, j);
	if (done) {
		job_free(j);
		client_flush(c);
	}
	if (next_job(s))
		loop_defer(s->conf.loop, &s->work);
}

/* Queues every whole frame. False: the stream makes no sense. */
static bool client_parse(struct client *c)
{
	struct press_frame f;
	size_t used = 0, n;
	int r;
	while ((r = press_frame_take(slice_skip(buf_slice(&c->in), used), PRESS_REQUEST_MAX, &f, &n)) ==
	       0) {
		enqueue(c, &f);
		used += n;
	}
	buf_consume(&c->in, used);
	if (!c->in.n && c->in.size > KEEP)
		buf_free(&c->in);
	return r == PRESS_FRAME_PARTIAL;
}

static void client_read(struct client *c)
{
	char *room = buf_reserve(&c->in, READ_SIZE);
	ssize_t n = room ? recv(c->fd, room, READ_SIZE, MSG_DONTWAIT) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		client_free(c);
		return;
	}
	buf_commit(&c->in, (size_t)n);
	if (!client_parse(c)) {
		log_warning(c->server->conf.log, "press_client_malformed");
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

static bool peer_allowed(struct press_server *s, int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
		return false;
	if (peer.uid == s->conf.uid || peer.uid == geteuid())
		return true;
	log_warning(s->conf.log, "press_peer_refused", LOG_I("uid", peer.uid), LOG_I("pid", peer.pid));
	return false;
}

static bool client_new(struct press_server *s, int fd)
{
	struct client *c = calloc(1, sizeof *c);
	if (!c)
		return false;
	*c = (struct client){
		.magic = CLIENT_MAGIC, .server = s, .fd = fd,
		.in = BUF_INIT(IN_MAX), .out = BUF_INIT(OUT_MAX),
	};
	list_init(&c->jobs);
	loop_fd_init(&c->watch, s->conf.loop, fd, client_ready, c);
	if (loop_fd_watch(&c->watch, LOOP_READ) != 0) {
		free(c);
		return false;
	}
	list_append(&s->clients, &c->node);
	s->n_clients++;
	return true;
}

static void accept_ready(void *arg, unsigned ready)
{
	struct press_server *s = arg;
	int fd = accept4(s->listening_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (s->n_clients >= PRESS_CLIENTS_MAX || !peer_allowed(s, fd) || !client_new(s, fd))
		close(fd);
}

struct press_server *press_server_new(const struct press_server_conf *conf, int listening)
{
	struct press_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->conf = *conf;
	s->listening_fd = listening;
	s->fonts = press_fonts_new();
	s->cache = cache_new(PRESS_CACHE_BYTES);
	s->file = BUF_INIT(PRESS_FILE_MAX);
	list_init(&s->clients);
	for (size_t i = 0; i < LANES; i++)
		list_init(&s->lane[i]);
	loop_task_init(&s->work, work, s);
	loop_fd_init(&s->listening, conf->loop, listening, accept_ready, s);
	if (s->fonts && s->cache && loop_fd_watch(&s->listening, LOOP_READ) == 0)
		return s;
	press_server_free(s);
	return NULL;
}

void press_server_free(struct press_server *s)
{
	if (!s)
		return;
	loop_fd_stop(&s->listening);
	loop_cancel(&s->work);
	while (!list_empty(&s->clients))
		client_free(CONTAINER_OF(list_first(&s->clients), struct client, node));
	press_fonts_free(s->fonts);
	cache_free(s->cache);
	buf_free(&s->file);
	free(s);
}

size_t press_server_hits(const struct press_server *s)
{
	return s->hits;
}
