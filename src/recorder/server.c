/* recorder/server.c - requests of all ready clients -> one write, one fdatasync -> answers.
 *
 * The loop hands out every client that is ready before a deferred task runs: so the task `commit`
 * finds what came in this turn. */
#include "recorder/server.h"

#include <errno.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/outcome.h"
#include "channel/server.h"
#include "recorder/codec.h"

enum { BATCH_MAX = 512 * 1024 }; /* bytes; one that is half full is written before more is taken */

struct recorder_server {
	struct recorder_server_conf conf;
	struct channel_server *channel;
	struct loop_task commit;
	struct list waiting; /* of struct channel_request: their entries are in the batch */
	struct buf batch;
	bool failing; /* the last attempt could not be written */
};

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

static void write_and_answer(struct recorder_server *s)
{
	int r = write_batch(s);
	struct list *l;
	tell(s, r);
	buf_clear(&s->batch);
	while ((l = list_pop(&s->waiting))) {
		struct channel_request *request = CONTAINER_OF(l, struct channel_request, node);
		if (r) {
			channel_refuse(request, E_SYSTEM);
		} else {
			channel_answer(request);
			channel_answered(request);
		}
	}
}

static void commit(void *arg)
{
	struct recorder_server *s = arg;
	if (s->batch.n || buf_failed(&s->batch) || !list_empty(&s->waiting))
		write_and_answer(s);
	channel_server_flush(s->channel);
}

/* ---- requests ---- */

static bool entries_ok(struct slice entries)
{
	while (entries.n)
		if (!journal_entry_ok(slice_cut(&entries, '\n')))
			return false;
	return true;
}

static void asked(void *arg, struct channel_request *r)
{
	struct recorder_server *s = arg;
	struct slice entries = r->body;
	if (r->type != RECORDER_RECORD || !entries_ok(entries)) {
		channel_refuse(r, E_SYNTAX);
		return;
	}
	buf_add(&s->batch, entries);
	if (entries.n && entries.p[entries.n - 1] != '\n')
		buf_addc(&s->batch, '\n');
	list_append(&s->waiting, &r->node);
	if (s->batch.n >= BATCH_MAX / 2)
		write_and_answer(s);
	loop_defer(s->conf.loop, &s->commit);
}

/* ---- the whole ---- */

struct recorder_server *recorder_server_new(const struct recorder_server_conf *conf, int listening)
{
	struct recorder_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	const struct channel_server_conf channel = {
		.loop = conf->loop,
		.service = &recorder_service,
		.uids = conf->uids,
		.n_uids = conf->n_uids,
		.log = conf->log,
		.asked = asked,
		.arg = s,
	};
	s->conf = *conf;
	s->batch = BUF_INIT(BATCH_MAX);
	list_init(&s->waiting);
	loop_task_init(&s->commit, commit, s);
	s->channel = channel_server_new(&channel, listening);
	if (s->channel)
		return s;
	recorder_server_free(s);
	return NULL;
}

void recorder_server_free(struct recorder_server *s)
{
	if (!s)
		return;
	loop_cancel(&s->commit);
	channel_server_free(s->channel);
	buf_free(&s->batch);
	free(s);
}
