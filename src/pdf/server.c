/* pdf/server.c - queues requests in two lanes, works them off.
 *
 *   request ─► lane ─► work() ─► answered
 *
 * How many wait is bounded for all clients together, each by the size of a frame. */
#include "pdf/server.h"

#include <stdlib.h>

#include "base/failpoint.h"
#include "base/list.h"
#include "base/outcome.h"
#include "channel/server.h"
#include "crypt/digest.h"
#include "pdf/cache.h"
#include "pdf/codec.h"
#include "pdf/document.h"

enum lane { SINGLES, BATCHES, LANES };

struct pdf_server {
	struct pdf_server_conf conf;
	struct channel_server *channel;
	struct pdf_fonts *fonts;
	struct cache *cache;
	struct loop_task work;
	struct list lane[LANES]; /* of struct job */
	size_t n_jobs[LANES];
	struct buf file; /* scratch: an answer's body */
};

/* A request's work. */
struct job {
	struct channel_request *request;
	struct list node;
	enum lane lane;
	size_t pages;
	size_t taken;      /* of them, into the document */
	struct pdf_fault first; /* of a page that it goes without */
	int first_outcome;
	struct slice rest; /* of the facts, not yet taken */
	struct pdf_document *document; /* begun */
};

/* ---- jobs ---- */

static void job_free(struct pdf_server *s, struct job *j)
{
	list_remove(&j->node);
	s->n_jobs[j->lane]--;
	pdf_document_free(j->document);
	free(j);
}

static void asked(void *arg, struct channel_request *r)
{
	static const size_t most[LANES] = {PDF_SINGLES_MAX, PDF_BATCHES_MAX};
	struct pdf_server *s = arg;
	struct slice body = r->body;
	size_t pages = r->type == PDF_PRINT ? pdf_read_count(&body) : r->type == PDF_RECEIPT ? 1
	                                                                                     : 0;
	enum lane lane = pages > 1 ? BATCHES : SINGLES;
	if (!pages) {
		channel_refuse(r, E_SYNTAX);
		return;
	}
	struct job *j = s->n_jobs[lane] >= most[lane] ? NULL : malloc(sizeof *j);
	if (!j) {
		channel_refuse(r, E_FULL);
		return;
	}
	*j = (struct job){.request = r, .lane = lane, .pages = pages, .rest = body};
	r->work = j;
	list_append(&s->lane[lane], &j->node);
	s->n_jobs[lane]++;
	loop_defer(s->conf.loop, &s->work);
}

static void dropped(void *arg, struct channel_request *r)
{
	if (r->work)
		job_free(arg, r->work);
}

/* ---- making ---- */

/* Of several pages one that cannot be made does not keep the others. */
static int page_taken(struct job *j, int r, const struct pdf_fault *fault)
{
	if (r == 0)
		j->taken++;
	else if (!pdf_fault_is_of_page(r, fault))
		return r;
	else if (!j->first_outcome)
		j->first = *fault, j->first_outcome = r;
	return 0;
}

/* One more of the facts into the document. */
static int take_page(struct job *j, struct pdf_fault *fault)
{
	struct pdf_facts f;
	int r = pdf_facts_read(&j->rest, &f);
	if (r == 0)
		r = page_taken(j, pdf_document_add(j->document, &f, fault), fault);
	if (r == 0 && --j->pages == 0 && j->rest.n)
		return E_SYNTAX; /* bytes behind the last one */
	if (r || j->pages || j->taken)
		return r;
	*fault = j->first; /* none of them can be made */
	return j->first_outcome;
}

static int take_receipt(struct job *j, struct pdf_fault *fault)
{
	struct pdf_receipt receipt;
	int r = pdf_receipt_read(j->rest, &receipt);
	j->pages = 0;
	return r ? r : pdf_document_add_receipt(j->document, &receipt, fault);
}

enum { JOB_GOES_ON = 1 };

/* One piece of work: a page laid out, a page drawn, or the file put together. 0: s->file has it. */
static int piece(struct pdf_server *s, struct job *j, struct pdf_fault *fault)
{
	int r;
	if (!j->document && !(j->document = pdf_document_new(s->fonts)))
		return E_NOMEM;
	if (j->pages) {
		r = j->request->type == PDF_RECEIPT ? take_receipt(j, fault) : take_page(j, fault);
		return r ? r : JOB_GOES_ON;
	}
	r = pdf_document_draw(j->document);
	if (r != PDF_DRAWN)
		return r ? r : JOB_GOES_ON;
	const struct missed *missed;
	size_t n = pdf_document_missed(j->document, &missed);
	pdf_write_missed(&s->file, missed, n);
	return pdf_document_finish(j->document, &s->file);
}

static int whole(struct pdf_server *s, struct job *j, struct pdf_fault *fault)
{
	int r;
	while ((r = piece(s, j, fault)) == JOB_GOES_ON)
		;
	return r;
}

static void print(struct job *j, struct slice file)
{
	buf_add(channel_answer(j->request), file);
	channel_answered(j->request);
}

static void answer(struct pdf_server *s, struct job *j, int r, const struct pdf_fault *fault)
{
	if (r == E_ABSENT)
		log_error(s->conf.log, "fonts_missing",
		          LOG_S("remedy", "install fonts-noto-cjk and run fc-cache -s, then restart"));
	if (r == 0) {
		print(j, buf_slice(&s->file));
	} else {
		pdf_write_fault(channel_refuse_begin(j->request, r), fault);
		channel_answered(j->request);
	}
}

/* True: the job is done with. */
static bool do_batch(struct pdf_server *s, struct job *j)
{
	struct pdf_fault fault = {0};
	buf_clear(&s->file);
	int r = piece(s, j, &fault);
	if (r == JOB_GOES_ON)
		return false;
	answer(s, j, r, &fault);
	return true;
}

static void do_single(struct pdf_server *s, struct job *j)
{
	struct pdf_fault fault = {0};
	uint8_t key[CACHE_KEY];
	sha256(s->conf.crypt, j->rest, key);
	struct slice kept = cache_get(s->cache, key);
	buf_clear(&s->file);
	if (kept.p) {
		print(j, kept);
		return;
	}
	int r = FAILPOINT("pdf_print") ? E_NOMEM : whole(s, j, &fault);
	answer(s, j, r, &fault);
	if (r == 0)
		cache_put(s->cache, key, buf_slice(&s->file));
}

static struct job *next_job(const struct pdf_server *s)
{
	for (size_t i = 0; i < LANES; i++)
		if (!list_empty(&s->lane[i]))
			return CONTAINER_OF(list_first(&s->lane[i]), struct job, node);
	return NULL;
}

static void work(void *arg)
{
	struct pdf_server *s = arg;
	struct job *j = next_job(s);
	bool done = true;
	if (!j)
		return;
	if (j->lane == BATCHES)
		done = do_batch(s, j);
	else
		do_single(s, j);
	if (done)
		job_free(s, j);
	channel_server_flush(s->channel);
	if (next_job(s))
		loop_defer(s->conf.loop, &s->work);
}

/* ---- the whole ---- */

struct pdf_server *pdf_server_new(const struct pdf_server_conf *conf, int listening)
{
	struct pdf_server *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	const struct channel_server_conf channel = {
		.loop = conf->loop,
		.service = &pdf_service,
		.uids = conf->uids,
		.n_uids = conf->n_uids,
		.log = conf->log,
		.asked = asked,
		.dropped = dropped,
		.arg = s,
	};
	s->conf = *conf;
	s->fonts = pdf_fonts_new();
	s->cache = cache_new(PDF_CACHE_BYTES);
	s->file = BUF_INIT(PDF_FILE_MAX);
	for (size_t i = 0; i < LANES; i++)
		list_init(&s->lane[i]);
	loop_task_init(&s->work, work, s);
	if (s->fonts && s->cache)
		s->channel = channel_server_new(&channel, listening);
	if (s->channel)
		return s;
	pdf_server_free(s);
	return NULL;
}

void pdf_server_free(struct pdf_server *s)
{
	if (!s)
		return;
	loop_cancel(&s->work);
	channel_server_free(s->channel);
	pdf_fonts_free(s->fonts);
	cache_free(s->cache);
	buf_free(&s->file);
	free(s);
}
