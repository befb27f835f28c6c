/* credential/template.c - walks a table once and writes both forms side by side. */
#include "credential/template.h"

#include <assert.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/nquads.h"
#include "text/jsonw.h"

#define RDF_TYPE SLICE("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

enum { DEPTH_MAX = 8, JSON_MAX = 512 * KIB };

struct filler {
	struct jsonw json;
	struct nquads *quads;
	const struct slice *values;
	struct slice node[DEPTH_MAX]; /* addresses of the objects that are open */
	bool in_array[DEPTH_MAX];
	size_t depth;
};

static struct slice value_of(const struct filler *f, const struct template_row *r)
{
	return r->text ? slice_of(r->text) : f->values[r->value];
}

static struct slice optional_slice(const char *cstr)
{
	return cstr ? slice_of(cstr) : SLICE_NONE;
}

static void open_object(struct filler *f, const struct template_row *r)
{
	struct slice node = r->op == T_OPEN ? value_of(f, r) : NQUADS_BLANK;
	nquads_link(f->quads, f->node[f->depth], slice_of(r->iri), node);
	assert(f->depth + 1 < DEPTH_MAX);
	f->depth++;
	f->node[f->depth] = node;
	f->in_array[f->depth] = r->op == T_OPEN_BLANK;
	jsonw_key(&f->json, r->key);
	if (f->in_array[f->depth])
		jsonw_array(&f->json);
	jsonw_object(&f->json);
}

static void close_object(struct filler *f)
{
	assert(f->depth > 0);
	jsonw_end(&f->json);
	if (f->in_array[f->depth])
		jsonw_end(&f->json);
	f->depth--;
}

static void fill_row(struct filler *f, const struct template_row *r)
{
	struct slice self = f->node[f->depth];
	switch (r->op) {
	case T_CONTEXT:
		jsonw_kraw(&f->json, "@context", slice_of(r->json));
		return;
	case T_ID:
		jsonw_kstr(&f->json, "id", self);
		return;
	case T_TYPE:
		if (r->json)
			jsonw_kraw(&f->json, "type", slice_of(r->json));
		nquads_link(f->quads, self, RDF_TYPE, slice_of(r->iri));
		return;
	case T_TEXT:
		jsonw_kstr(&f->json, r->key, value_of(f, r));
		nquads_literal(f->quads, self, slice_of(r->iri), value_of(f, r),
		               optional_slice(r->datatype));
		return;
	case T_RAW:
		jsonw_kraw(&f->json, r->key, value_of(f, r));
		nquads_literal(f->quads, self, slice_of(r->iri), value_of(f, r),
		               optional_slice(r->datatype));
		return;
	case T_LINK:
		jsonw_kstr(&f->json, r->key, value_of(f, r));
		nquads_link(f->quads, self, slice_of(r->iri), value_of(f, r));
		return;
	case T_OPEN:
	case T_OPEN_BLANK:
		open_object(f, r);
		return;
	case T_CLOSE:
		close_object(f);
		return;
	}
}

int template_fill(struct arena *a, const struct template_row *rows, size_t n,
                  const struct slice *values, unsigned root, struct unsecured_document *ret)
{
	struct buf text = BUF_INIT(JSON_MAX);
	struct filler f = {.quads = nquads_new(a), .values = values, .node = {values[root]}};
	struct unsecured_document d;
	if (!f.quads)
		return E_NOMEM;
	buf_reserve(&text, 4 * KIB); /* what most documents need */
	jsonw_init(&f.json, &text);
	jsonw_object(&f.json);
	for (size_t i = 0; i < n; i++)
		if (!rows[i].optional || value_of(&f, &rows[i]).p)
			fill_row(&f, &rows[i]);
	assert(f.depth == 0);
	jsonw_end(&f.json);
	int r = nquads_finish(f.quads, &d.canonical);
	if (r == 0 && buf_failed(&text))
		r = E_NOMEM;
	if (r == 0) {
		d.json = arena_slice(a, buf_slice(&text));
		r = d.json.p ? 0 : E_NOMEM;
	}
	buf_free(&text);
	if (r == 0)
		*ret = d;
	return r;
}
