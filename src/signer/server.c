/* signer/server.c - queues requests in two priorities, works them off in turns.
 *
 *   request ─► priority ─► work() ─┬─────────────────────► answered
 *                              └► signed ─► force() ───┘
 *
 * With a journal, a signature leaves only after its line is on disk: what was signed in one turn is
 * held, forced to disk together, and let go; meanwhile the next turn's requests come in.
 *
 * A connection that ends after something was signed over it may be the end of its process: a second
 * later that is known, and the journal says so. A process that asks over a new one has not ended. */
#include "signer/server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/failpoint.h"
#include "base/list.h"
#include "base/outcome.h"
#include "channel/server.h"
#include "signer/codec.h"

enum { SIGNED_MAX = 16 * 1024 * 1024 }; /* bytes of signatures in one turn */

#define TURN MILLIS(2)         /* of signing, before what is held is forced to disk */
#define ENDS_WITHIN SECONDS(1) /* a process whose sockets are closed */

struct signer_server {
	struct signer_server_conf conf;
	struct channel_server *channel;
	struct loop_task work;
	struct list priority[SIGNER_PRIORITIES]; /* of struct channel_request */
	struct list held;               /* signed; n signatures each, */
	struct buf signatures;          /* in this order */
	struct list callers;
	struct sign_request sign; /* scratch: too large for the stack */
};

/* A process with a connection, or one whose connection is gone. */
struct caller {
	struct signer_server *server;
	struct list node;
	struct loop_timer timer;
	pid_t process; /* 0: not known */
	int pidfd;     /* of it; -1: none */
	bool signed_any;
};

/* ---- who asks ---- */

static void caller_free(struct caller *k)
{
	loop_timer_stop(&k->timer);
	list_remove(&k->node);
	if (k->pidfd >= 0)
		close(k->pidfd);
	free(k);
}

/* What its line is missing from is not lost, only listed among what nobody knows the end of. */
static void has_it_ended(void *arg)
{
	struct caller *k = arg;
	const struct signer_server *s = k->server;
	struct pollfd ended = {.fd = k->pidfd, .events = POLLIN};
	if (poll(&ended, 1, 0) == 1) {
		if (journal_add_end(s->conf.journal, instant_now(), (uint32_t)k->process) != 0 ||
		    journal_sync(s->conf.journal) != 0)
			log_error(s->conf.log, "signer_journal_failed", LOG_S("system", strerror(errno)));
	}
	caller_free(k);
}

static void *came(void *arg, pid_t process)
{
	struct signer_server *s = arg;
	struct caller *k = calloc(1, sizeof *k);
	if (!k)
		return NULL; /* its end will not be known */
	k->server = s;
	k->process = process;
	k->pidfd = s->conf.journal && process > 0 ? pidfd_open(process, 0) : -1;
	loop_timer_init(&k->timer, s->conf.loop, has_it_ended, k);
	list_append(&s->callers, &k->node);
	return k;
}

static void left(void *arg, void *kept)
{
	struct caller *k = kept;
	if (!k)
		return;
	if (k->signed_any && k->pidfd >= 0)
		loop_timer_after(&k->timer, ENDS_WITHIN);
	else
		caller_free(k);
}

/* ---- requests ---- */

static void asked(void *arg, struct channel_request *r)
{
	struct signer_server *s = arg;
	list_append(&s->priority[signer_priority_of(r->body)], &r->node);
	loop_defer(s->conf.loop, &s->work);
}

static void do_generate(struct signer_server *s, struct channel_request *r)
{
	struct generate_request request;
	struct generated_key key;
	if (signer_read_generate(r->body, &request) != 0) {
		channel_refuse(r, E_SYNTAX);
	} else if (vault_generate(s->conf.vault, request.kind, request.issuer, &key) != 0) {
		channel_refuse(r, E_NOMEM);
	} else {
		signer_write_generated(channel_answer(r), &key);
		channel_answered(r);
	}
}

/* Refuses what needed a key; one that does not open is the operator's to mend. */
static void refuse_key(const struct signer_server *s, struct channel_request *r, int failure,
                       struct slice issuer, struct slice key_id)
{
	if (failure == E_REFUSED)
		log_error(s->conf.log, "signer_key_not_opened",
		          LOG_SLICE("issuer", issuer), LOG_SLICE("key_id", key_id),
		          LOG_S("cause", "it is wrapped under another key-encryption key, or damaged"),
		          LOG_S("remedy", "set signer.key_file, or signer.previous_key_file, to the one "
		                          "it was wrapped with, and restart the signer"));
	else
		log_error(s->conf.log, "signer_key_not_used", LOG_SLICE("issuer", issuer),
		          LOG_I("failure", failure));
	channel_refuse(r, failure == E_REFUSED ? E_REFUSED : E_NOMEM);
}

/* False: refused. */
static bool wrap_anew(struct signer_server *s, struct channel_request *r, struct rewrapped_key *ret)
{
	struct rewrap_request request;
	if (signer_read_key(r->body, &request) != 0) {
		channel_refuse(r, E_SYNTAX);
		return false;
	}
	int failure = vault_rewrap(s->conf.vault, &request.job, ret);
	if (failure)
		refuse_key(s, r, failure, request.job.issuer, request.job.key_id);
	return failure == 0;
}

static void do_rewrap(struct signer_server *s, struct channel_request *r)
{
	struct rewrapped_key key;
	if (!wrap_anew(s, r, &key))
		return;
	signer_write_rewrapped(channel_answer(r), &key);
	channel_answered(r);
}

/* Whether a signature could be given now: the key opens, and its line can be written. */
static void do_check(struct signer_server *s, struct channel_request *r)
{
	struct rewrapped_key key;
	if (!wrap_anew(s, r, &key))
		return;
	if (s->conf.journal && journal_try(s->conf.journal) != 0) {
		channel_refuse(r, E_SYSTEM);
		return;
	}
	channel_answer(r);
	channel_answered(r);
}

static void journal_failed(const struct signer_server *s, int r)
{
	log_error(s->conf.log, "signer_journal_failed",
	          LOG_S("system", r == E_SYSTEM ? strerror(errno) : ""),
	          LOG_S("remedy", "make room for the journal: nothing is signed without it"));
}

static int record(struct signer_server *s, struct caller *by)
{
	if (!s->conf.journal)
		return 0;
	int r = journal_add_jobs(s->conf.journal, s->conf.crypt, instant_now(), s->sign.job, s->sign.n,
	                         by ? (uint32_t)by->process : 0);
	if (r)
		journal_failed(s, r);
	else if (by)
		by->signed_any = true;
	return r;
}

/* Signatures of all jobs behind those that are held. */
static int sign_jobs(struct signer_server *s, struct channel_request *r)
{
	size_t n = s->sign.n * SIGNER_SIGNATURE;
	char *room = buf_reserve(&s->signatures, n);
	if (!room) {
		channel_refuse(r, E_NOMEM);
		return E_NOMEM;
	}
	for (size_t i = 0; i < s->sign.n; i++) {
		uint8_t *to = (uint8_t *)room + i * SIGNER_SIGNATURE;
		int failure = FAILPOINT("signer_sign") ? E_NOMEM : vault_sign(s->conf.vault, &s->sign.job[i], to);
		if (failure != 0) {
			refuse_key(s, r, failure, s->sign.job[i].issuer, s->sign.job[i].key_id);
			return failure;
		}
	}
	return 0;
}

/* All signatures of a request or none; they are held until their lines are on disk. */
static void do_sign(struct signer_server *s, struct channel_request *r)
{
	if (signer_read_sign(r->body, &s->sign) != 0) {
		channel_refuse(r, E_SYNTAX);
		return;
	}
	if (sign_jobs(s, r) != 0)
		return;
	if (record(s, channel_request_kept(r)) != 0) {
		channel_refuse(r, E_SYSTEM);
		return;
	}
	if (FAILPOINT("signer_signed")) {
		channel_refuse(r, E_NOMEM);
		return;
	}
	buf_commit(&s->signatures, s->sign.n * SIGNER_SIGNATURE);
	r->n = s->sign.n;
	list_append(&s->held, &r->node);
}

/* ---- turns ---- */

static struct channel_request *next_request(const struct signer_server *s)
{
	for (size_t i = 0; i < SIGNER_PRIORITIES; i++)
		if (!list_empty(&s->priority[i]))
			return CONTAINER_OF(list_first(&s->priority[i]), struct channel_request, node);
	return NULL;
}

static void do_request(struct signer_server *s, struct channel_request *r)
{
	list_remove(&r->node);
	switch (r->type) {
	case SIGNER_GENERATE:
		do_generate(s, r);
		break;
	case SIGNER_SIGN:
		do_sign(s, r);
		break;
	case SIGNER_REWRAP:
		do_rewrap(s, r);
		break;
	case SIGNER_CHECK:
		do_check(s, r);
		break;
	default:
		channel_refuse(r, E_SYNTAX);
	}
}

static int force(struct signer_server *s)
{
	int r = s->conf.journal ? journal_sync(s->conf.journal) : 0;
	if (r) {
		journal_failed(s, r);
		journal_take_back(s->conf.journal);
	}
	return r;
}

/* Nobody is given a signature whose line could not be forced to disk and was taken back. */
static void let_go(struct signer_server *s)
{
	const uint8_t *signatures = (const uint8_t *)s->signatures.p;
	int failed = force(s);
	struct list *l;
	while ((l = list_pop(&s->held))) {
		struct channel_request *r = CONTAINER_OF(l, struct channel_request, node);
		size_t n = r->n;
		if (failed) {
			channel_refuse(r, E_SYSTEM);
		} else {
			signer_write_signed(channel_answer(r), signatures, n);
			channel_answered(r);
		}
		signatures += n * SIGNER_SIGNATURE;
	}
	buf_clear(&s->signatures);
}

static void work(void *arg)
{
	struct signer_server *s = arg;
	struct mono end = mono_add(mono_now(), TURN);
	struct channel_request *r;
	while ((r = next_request(s))) {
		do_request(s, r);
		if (mono_since(mono_now(), end).us >= 0)
			break;
	}
	let_go(s);
	channel_server_flush(s->channel);
	if (next_request(s))
		loop_defer(s->conf.loop, &s->work);
}

/* ---- the whole ---- */

struct signer_server *signer_server_new(const struct signer_server_conf *conf, int listening)
{
	struct signer_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	const struct channel_server_conf channel = {
		.loop = conf->loop,
		.service = &signer_service,
		.uids = conf->uids,
		.n_uids = conf->n_uids,
		.log = conf->log,
		.asked = asked,
		.came = came,
		.left = left,
		.arg = s,
	};
	s->conf = *conf;
	s->signatures = BUF_INIT(SIGNED_MAX);
	list_init(&s->held);
	list_init(&s->callers);
	for (size_t i = 0; i < SIGNER_PRIORITIES; i++)
		list_init(&s->priority[i]);
	loop_task_init(&s->work, work, s);
	s->channel = channel_server_new(&channel, listening);
	if (s->channel)
		return s;
	free(s);
	return NULL;
}

void signer_server_free(struct signer_server *s)
{
	if (!s)
		return;
	loop_cancel(&s->work);
	channel_server_free(s->channel);
	while (!list_empty(&s->callers))
		caller_free(CONTAINER_OF(list_first(&s->callers), struct caller, node));
	buf_free(&s->signatures);
	free(s);
}
