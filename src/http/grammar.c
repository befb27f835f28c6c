/* http/grammar.c - llhttp's callbacks fill a struct grammar_parts or a body buffer.
 *
 * llhttp is never paused: it gets exactly the bytes of one head, later exactly the bytes of that
 * message's chunks. A callback's span may come in pieces; pieces of one field are adjacent in the
 * text, so that extending the slice is enough. */
#include "http/grammar.h"

#include <llhttp.h>

#include "base/outcome.h"

#ifndef LLHTTP_STRICT_MODE
#error "llhttp.h without LLHTTP_STRICT_MODE"
#endif

struct grammar {
	llhttp_t ll;
	struct grammar_parts *head; /* while a head is read */
	struct buf *out;            /* while a body is read */
	bool headers_done, message_done, in_value, full;
};

static struct grammar *of(llhttp_t *ll)
{
	return ll->data;
}

static void extend(struct slice *s, const char *at, size_t n)
{
	if (!s->p)
		*s = slice_from(at, n);
	else
		s->n += n;
}

static int on_method(llhttp_t *ll, const char *at, size_t n)
{
	extend(&of(ll)->head->method, at, n);
	return HPE_OK;
}

static int on_url(llhttp_t *ll, const char *at, size_t n)
{
	extend(&of(ll)->head->target, at, n);
	return HPE_OK;
}

static int on_field(llhttp_t *ll, const char *at, size_t n)
{
	struct grammar *g = of(ll);
	struct grammar_parts *h = g->head;
	if (!h || g->headers_done)
		return HPE_USER;
	if (h->n_fields == 0 || g->in_value) {
		if (h->n_fields == HTTP_FIELDS_MAX)
			return HPE_USER;
		h->fields[h->n_fields++] = (struct http_field){0};
		g->in_value = false;
	}
	extend(&h->fields[h->n_fields - 1].name, at, n);
	return HPE_OK;
}

static int on_value(llhttp_t *ll, const char *at, size_t n)
{
	struct grammar *g = of(ll);
	struct grammar_parts *h = g->head;
	if (!h || h->n_fields == 0)
		return HPE_USER;
	g->in_value = true;
	extend(&h->fields[h->n_fields - 1].value, at, n);
	return HPE_OK;
}

/* A field without a value has no value span. */
static int on_value_complete(llhttp_t *ll)
{
	of(ll)->in_value = true;
	return HPE_OK;
}

/* What follows an Upgrade is HTTP/1.1 all the same: nobody here says 101. */
static int on_headers_complete(llhttp_t *ll)
{
	of(ll)->headers_done = true;
	ll->upgrade = 0;
	return HPE_OK;
}

static int on_body(llhttp_t *ll, const char *at, size_t n)
{
	struct grammar *g = of(ll);
	if (!g->out)
		return HPE_USER;
	buf_add(g->out, slice_from(at, n));
	g->full = buf_failed(g->out);
	return g->full ? HPE_USER : HPE_OK;
}

static int on_message_complete(llhttp_t *ll)
{
	of(ll)->message_done = true;
	return HPE_OK;
}

static const llhttp_settings_t settings = {
	.on_method = on_method,
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

struct grammar *grammar_new(struct arena *a)
{
	struct grammar *g = arena_alloc(a, sizeof *g);
	if (!g)
		return NULL;
	llhttp_init(&g->ll, HTTP_REQUEST, &settings);
	g->ll.data = g;
	return g;
}

int grammar_head(struct grammar *g, struct slice text, struct grammar_parts *ret)
{
	g->head = ret;
	llhttp_errno_t e = llhttp_execute(&g->ll, text.p, text.n);
	g->head = NULL;
	if (e != HPE_OK || !g->headers_done)
		return E_SYNTAX;
	for (size_t i = 0; i < ret->n_fields; i++)
		ret->fields[i].value = slice_trim(ret->fields[i].value);
	ret->minor = g->ll.http_minor;
	return g->ll.http_major == 1 ? 0 : E_SYNTAX;
}

bool grammar_chunked(const struct grammar *g)
{
	return g->ll.flags & F_CHUNKED;
}

uint64_t grammar_content_length(const struct grammar *g)
{
	return g->ll.content_length;
}

int grammar_chunks(struct grammar *g, struct slice in, struct buf *out, bool *ret_done)
{
	g->out = out;
	llhttp_errno_t e = llhttp_execute(&g->ll, in.p, in.n);
	g->out = NULL;
	if (e != HPE_OK)
		return g->full ? E_LIMIT : E_SYNTAX;
	*ret_done = g->message_done;
	return 0;
}
