/* channel/server.c - accepts, reads frames, hands them to the service, sends its answers.
 *
 *   peer's bytes ─► in ─► frame_take ─► a request, asked() ─► … ─► answered ─► out ─► peer's bytes */
#include "channel/server.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/magic.h"
#include "base/outcome.h"
#include "channel/end.h"
#include "channel/frame.h"

enum { PEER_MAGIC = 0x51c11e47 };

struct channel_server {
	struct channel_server_conf conf;
	struct loop_fd listening;
	int listening_fd;
	struct list peers, answered; /* of the latter, those with something to be sent */
	size_t n_peers;
};

struct channel_peer {
	unsigned magic;
	struct channel_server *server;
	struct list node, by_answered;
	struct list requests;
	size_t n_requests, n_bytes;
	struct channel_end end;
	size_t at; /* in end.out: where the answer in the making begins */
	void *kept;
};

static void tell_refused(const struct channel_server *s, const struct ucred *who)
{
	char event[LOG_NAME_MAX];
	snprintf(event, sizeof event, "%s_peer_refused", s->conf.service->name);
	log_at(s->conf.log, LEVEL_WARNING, event, LOG_I("uid", who->uid), LOG_I("pid", who->pid), LOG_END);
}

/* Somebody who may connect says what makes no sense here: after an upgrade, what was right before it. */
static void tell_malformed(const struct channel_server *s, int failure)
{
	char event[LOG_NAME_MAX];
	bool version = failure == E_REFUSED;
	snprintf(event, sizeof event, "%s_peer_malformed", s->conf.service->name);
	log_at(s->conf.log, LEVEL_WARNING, event,
	       LOG_S("cause", version ? "its frames are of another version" : "its frames have no end"),
	       LOG_S(version ? "remedy" : NULL, "restart both after an upgrade"), LOG_END);
}

/* ---- requests ---- */

static void request_free(struct channel_request *r)
{
	list_remove(&r->node);
	list_remove(&r->by_peer);
	r->peer->n_requests--;
	r->peer->n_bytes -= r->body.n;
	free(r);
}

void *channel_request_kept(const struct channel_request *r)
{
	return r->peer->kept;
}

static void answer_begin(struct channel_peer *p, uint8_t type, uint32_t id)
{
	p->at = frame_begin(&p->end.out, p->server->conf.service->version, type, id);
}

static void answer_end(struct channel_peer *p)
{
	frame_end(&p->end.out, p->at, p->server->conf.service->answer_max);
	list_remove(&p->by_answered);
	list_append(&p->server->answered, &p->by_answered);
}

struct buf *channel_answer(struct channel_request *r)
{
	answer_begin(r->peer, (uint8_t)(r->type + FRAME_ANSWER), r->id);
	return &r->peer->end.out;
}

struct buf *channel_refuse_begin(struct channel_request *r, int failure)
{
	answer_begin(r->peer, FRAME_REFUSED, r->id);
	buf_addc(&r->peer->end.out, (char)-failure);
	return &r->peer->end.out;
}

void channel_answered(struct channel_request *r)
{
	answer_end(r->peer);
	request_free(r);
}

void channel_refuse(struct channel_request *r, int failure)
{
	channel_refuse_begin(r, failure);
	channel_answered(r);
}

/* Without a request: there was no room for one. */
static void turn_away(struct channel_peer *p, uint32_t id, int failure)
{
	answer_begin(p, FRAME_REFUSED, id);
	buf_addc(&p->end.out, (char)-failure);
	answer_end(p);
}

static void take_request(struct channel_peer *p, const struct frame *f)
{
	const struct channel_server_conf *conf = &p->server->conf;
	if (f->type >= FRAME_ANSWER) {
		turn_away(p, f->id, E_SYNTAX);
		return;
	}
	if (p->n_requests >= conf->service->waiting_max ||
	    p->n_bytes + f->body.n > conf->service->waiting_bytes) {
		turn_away(p, f->id, E_FULL);
		return;
	}
	struct channel_request *r = malloc(sizeof *r + f->body.n);
	if (!r) {
		turn_away(p, f->id, E_NOMEM);
		return;
	}
	*r = (struct channel_request){.peer = p, .type = f->type, .id = f->id};
	if (f->body.n)
		memcpy(r->_bytes, f->body.p, f->body.n);
	r->body = slice_from(r->_bytes, f->body.n);
	list_append(&p->requests, &r->by_peer);
	p->n_requests++;
	p->n_bytes += f->body.n;
	conf->asked(conf->arg, r);
}

/* ---- peers ---- */

static void peer_free(struct channel_peer *p)
{
	const struct channel_server_conf *conf = &p->server->conf;
	struct list *first;
	CHECK_MAGIC(p, PEER_MAGIC);
	while ((first = list_first(&p->requests))) {
		struct channel_request *r = CONTAINER_OF(first, struct channel_request, by_peer);
		if (conf->dropped)
			conf->dropped(conf->arg, r);
		request_free(r);
	}
	channel_end_free(&p->end);
	if (conf->left)
		conf->left(conf->arg, p->kept);
	list_remove(&p->node);
	list_remove(&p->by_answered);
	p->server->n_peers--;
	p->magic = 0;
	free(p);
}

/* Sends what it can. False: the peer is gone or does not read, and has been freed. */
static bool peer_flush(struct channel_peer *p)
{
	list_remove(&p->by_answered);
	if (channel_end_flush(&p->end) == 0)
		return true;
	peer_free(p);
	return false;
}

void channel_server_flush(struct channel_server *s)
{
	struct list *first;
	while ((first = list_first(&s->answered)))
		peer_flush(CONTAINER_OF(first, struct channel_peer, by_answered));
}

/* 0, or why the stream makes no sense. */
static int take_requests(struct channel_peer *p)
{
	const struct channel_service *s = p->server->conf.service;
	struct frame f;
	size_t used = 0, n;
	int r;
	while ((r = frame_take(slice_skip(buf_slice(&p->end.in), used), s->version, s->request_max, &f,
	                       &n)) == 0) {
		take_request(p, &f);
		used += n;
	}
	channel_end_used(&p->end, used);
	return r == FRAME_PARTIAL ? 0 : r;
}

static void peer_read(struct channel_peer *p)
{
	int r = channel_end_read(&p->end);
	if (r != 0) {
		peer_free(p);
	} else if ((r = take_requests(p)) != 0) {
		tell_malformed(p->server, r);
		peer_free(p);
	} else if (!list_empty(&p->by_answered)) {
		peer_flush(p);
	}
}

static void peer_ready(void *arg, unsigned ready)
{
	struct channel_peer *p = arg;
	CHECK_MAGIC(p, PEER_MAGIC);
	if ((ready & LOOP_WRITE) && !peer_flush(p))
		return;
	if (ready & LOOP_READ)
		peer_read(p);
}

static bool may_connect(const struct channel_server *s, int fd, struct ucred *ret)
{
	socklen_t n = sizeof *ret;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &n) != 0)
		return false;
	for (size_t i = 0; i < s->conf.n_uids; i++)
		if (ret->uid == s->conf.uids[i])
			return true;
	tell_refused(s, ret);
	return false;
}

static void peer_new(struct channel_server *s, int fd, pid_t process)
{
	const struct channel_service *service = s->conf.service;
	struct channel_peer *p = calloc(1, sizeof *p);
	if (!p) {
		close(fd);
		return;
	}
	p->magic = PEER_MAGIC;
	p->server = s;
	list_init(&p->requests);
	channel_end_init(&p->end, service->request_max, service->unread_max);
	if (channel_end_open(&p->end, s->conf.loop, fd, peer_ready, p) != 0) {
		free(p);
		return;
	}
	p->kept = s->conf.came ? s->conf.came(s->conf.arg, process) : NULL;
	list_append(&s->peers, &p->node);
	s->n_peers++;
}

static void accept_ready(void *arg, unsigned ready)
{
	struct channel_server *s = arg;
	struct ucred who;
	int fd = accept4(s->listening_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (s->n_peers < s->conf.service->peers_max && may_connect(s, fd, &who))
		peer_new(s, fd, who.pid);
	else
		close(fd);
}

/* ---- the whole ---- */

struct channel_server *channel_server_new(const struct channel_server_conf *conf, int listening)
{
	struct channel_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->conf = *conf;
	s->listening_fd = listening;
	list_init(&s->peers);
	list_init(&s->answered);
	loop_fd_init(&s->listening, conf->loop, listening, accept_ready, s);
	if (loop_fd_watch(&s->listening, LOOP_READ) == 0)
		return s;
	channel_server_free(s);
	return NULL;
}

void channel_server_free(struct channel_server *s)
{
	struct list *first;
	if (!s)
		return;
	loop_fd_stop(&s->listening);
	while ((first = list_first(&s->peers)))
		peer_free(CONTAINER_OF(first, struct channel_peer, node));
	free(s);
}
