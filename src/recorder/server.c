/* recorder/server.c - packets of all ready clients -> one write, one fdatasync -> answers.
 *
 * The loop hands out every client that is ready before a deferred task runs: so the task `commit`
 * finds what came in this turn. A client that does not take its answers is cut off; it connects again
 * and asks anew. */
#include "recorder/server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "base/magic.h"
#include "base/outcome.h"
#include "recorder/packet.h"

enum {
	CLIENT_MAGIC = 0x7ec0c11e,
	BATCH_MAX = 512 * 1024, /* bytes; one that is half full is written before more is read */
};

struct recorder_server {
	struct recorder_server_conf conf;
	struct loop_fd listening;
	int listening_fd;
	struct loop_task commit;
	struct list clients;
	size_t n_clients;
	struct list waiting; /* of struct waiting: their entries are in the batch */
	struct buf batch;
	bool failing; /* the last attempt could not be written */
	struct packet_request packet; /* scratch */
};

struct client {
	unsigned magic;
	struct recorder_server *server;
	struct list node;
	struct loop_fd watch;
	int fd;
};

struct waiting {
	struct list node;
	struct client *client;
	uint32_t id;
};

/* ---- clients ---- */

static void client_free(struct client *c)
{
	CHECK_MAGIC(c, CLIENT_MAGIC);
	for (struct list *it = c->server->waiting.next, *next; it != &c->server->waiting; it = next) {
		struct waiting *w = CONTAINER_OF(it, struct waiting, node);
		next = it->next;
		if (w->client != c)
			continue;
		list_remove(&w->node);
		free(w);
	}
	loop_fd_stop(&c->watch);
	close(c->fd);
	list_remove(&c->node);
	c->server->n_clients--;
	c->magic = 0;
	free(c);
}

/* False: the client is gone and has been freed. */
static bool answer(struct client *c, uint32_t id, enum packet_outcome outcome)
{
	const struct packet_answer a = {id, (uint8_t)outcome};
	ssize_t n;
	do
		n = send(c->fd, &a, PACKET_ANSWER, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n != PACKET_ANSWER)
		client_free(c);
	return n == PACKET_ANSWER;
}

/* ---- writing ---- */

static int write_batch(struct recorder_server *s)
{
	/* A line says that there was a time in which nothing could be recorded. */
	if (s->failing && !buf_failed(&s->batch))
		buf_adds(&s->batch, "resumed: recording\n");
	if (!s->batch.n && !buf_failed(&s->batch))
		return journal_try(s->conf.journal); /* somebody only asks */
	int r = buf_failed(&s->batch)
	                ? E_NOMEM
	                : journal_add(s->conf.journal, instant_now(), buf_slice(&s->batch));
	return r ? r : journal_sync(s->conf.journal);
}

static void tell(struct recorder_server *s, int r)
{
	if (r && !s->failing)
		log_error(s->conf.log, "registry_journal_failed",
		          LOG_S("system", r == E_SYSTEM ? strerror(errno) : ""),
		          LOG_S("remedy", "make room for the journal in state_directory: nothing is issued "
		                          "or revoked without it"));
	if (!r && s->failing)
		log_notice(s->conf.log, "registry_journal_resumed");
	s->failing = r != 0;
}

static void commit(void *arg)
{
	struct recorder_server *s = arg;
	int r = write_batch(s);
	struct list *l;
	tell(s, r);
	buf_clear(&s->batch);
	while ((l = list_pop(&s->waiting))) {
		struct waiting *w = CONTAINER_OF(l, struct waiting, node);
		answer(w->client, w->id, r ? PACKET_FAILED : PACKET_WRITTEN);
		free(w);
	}
}

/* ---- reading ---- */

static bool entries_ok(struct slice entries)
{
	while (entries.n)
		if (!journal_entry_ok(slice_cut(&entries, '\n')))
			return false;
	return true;
}

/* False: the client is gone. */
static bool take_packet(struct client *c, size_t n)
{
	struct recorder_server *s = c->server;
	struct slice entries = slice_from(s->packet.entries, n - PACKET_HEAD);
	if (!entries_ok(entries))
		return answer(c, s->packet.id, PACKET_MALFORMED);
	struct waiting *w = malloc(sizeof *w);
	if (!w)
		return answer(c, s->packet.id, PACKET_FAILED);
	*w = (struct waiting){.client = c, .id = s->packet.id};
	list_append(&s->waiting, &w->node);
	buf_add(&s->batch, entries);
	if (entries.n && entries.p[entries.n - 1] != '\n')
		buf_addc(&s->batch, '\n');
	loop_defer(s->conf.loop, &s->commit);
	return true;
}

static void client_ready(void *arg, unsigned ready)
{
	struct client *c = arg;
	CHECK_MAGIC(c, CLIENT_MAGIC);
	struct recorder_server *s = c->server;
	for (int i = 0; i < RECORDER_PACKETS_MAX && s->batch.n < BATCH_MAX / 2; i++) {
		ssize_t n = recv(c->fd, &s->packet, sizeof s->packet, MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (n < PACKET_HEAD || (size_t)n > sizeof s->packet) {
			client_free(c);
			return;
		}
		if (!take_packet(c, (size_t)n))
			return;
	}
}

static bool peer_allowed(const struct recorder_server *s, int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0)
		return false;
	if (peer.uid == s->conf.uid || peer.uid == geteuid())
		return true;
	log_warning(s->conf.log, "recorder_peer_refused", LOG_I("uid", peer.uid),
	            LOG_I("pid", peer.pid));
	return false;
}

static bool client_new(struct recorder_server *s, int fd)
{
	struct client *c = calloc(1, sizeof *c);
	if (!c)
		return false;
	*c = (struct client){.magic = CLIENT_MAGIC, .server = s, .fd = fd};
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
	struct recorder_server *s = arg;
	int fd = accept4(s->listening_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (s->n_clients >= RECORDER_CLIENTS_MAX || !peer_allowed(s, fd) || !client_new(s, fd))
		close(fd);
}

/* ---- the whole ---- */

struct recorder_server *recorder_server_new(const struct recorder_server_conf *conf, int listening)
{
	struct recorder_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->conf = *conf;
	s->listening_fd = listening;
	s->batch = BUF_INIT(BATCH_MAX);
	list_init(&s->clients);
	list_init(&s->waiting);
	loop_task_init(&s->commit, commit, s);
	loop_fd_init(&s->listening, conf->loop, listening, accept_ready, s);
	if (loop_fd_watch(&s->listening, LOOP_READ) == 0)
		return s;
	recorder_server_free(s);
	return NULL;
}

void recorder_server_free(struct recorder_server *s)
{
	if (!s)
		return;
	loop_fd_stop(&s->listening);
	loop_cancel(&s->commit);
	while (!list_empty(&s->clients))
		client_free(CONTAINER_OF(list_first(&s->clients), struct client, node));
	buf_free(&s->batch);
	free(s);
}
