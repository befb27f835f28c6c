/* pdf/update.c - reads as much of the original as the update must know, and keeps the books of it. */
#include "pdf/update.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"

/* ---- the original ---- */

static struct slice last_of(struct slice s, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = s.n; i >= n; i--)
		if (memcmp(s.p + i - n, word, n) == 0)
			return slice_skip(s, i);
	return SLICE_NONE;
}

static struct slice after(struct slice s, const char *word)
{
	const char *p = s.n ? memmem(s.p, s.n, word, strlen(word)) : NULL;
	return p ? slice_skip(s, (size_t)(p - s.p) + strlen(word)) : SLICE_NONE;
}

static bool number(struct slice s, uint64_t *ret)
{
	size_t n = 0;
	while (s.n && (*s.p == ' ' || *s.p == '\n'))
		s = slice_skip(s, 1);
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return slice_to_u64(slice_from(s.p, n), ret);
}

static bool read_catalog(struct slice pdf, struct update *u)
{
	struct slice table = after(slice_skip(pdf, u->_startxref), "xref\n0 ");
	struct slice entries = after(table, "\n");
	uint64_t offset;
	if (!entries.p || !number(slice_skip(entries, u->_root * 20), &offset) || offset >= pdf.n)
		return false;
	struct slice object = after(slice_skip(pdf, offset), "<<");
	struct slice rest = after(object, "endobj");
	if (!rest.p)
		return false;
	object.n -= rest.n + strlen("endobj");
	while (object.n && object.p[object.n - 1] != '>')
		object.n--;
	if (object.n < 2 || after(object, "/Names").p || !after(object, "/Catalog").p)
		return false;
	u->_was = slice_from(object.p, object.n - 2);
	return true;
}

static bool read_original(struct slice pdf, struct update *u)
{
	struct slice trailer = last_of(pdf, "trailer");
	return number(last_of(pdf, "startxref"), &u->_startxref) && u->_startxref < pdf.n &&
	       number(after(trailer, "/Root"), &u->_root) && number(after(trailer, "/Info"), &u->_info) &&
	       number(after(trailer, "/Size"), &u->_first) && u->_root < u->_first &&
	       u->_info < u->_first && read_catalog(pdf, u);
}

/* ---- the update ---- */

enum { CATALOG_MAX = 64 * 1024 };

int update_begin(struct update *u, struct buf *pdf, size_t objects)
{
	if (buf_failed(pdf))
		return E_LIMIT;
	*u = (struct update){.pdf = pdf, .catalog = BUF_INIT(CATALOG_MAX), ._max = objects};
	if (!read_original(buf_slice(pdf), u))
		return E_SYNTAX;
	char *copy = malloc(u->_was.n + 1); /* the buffer may move */
	u->_at = calloc(objects + 1, sizeof *u->_at);
	if (!copy || !u->_at) {
		free(copy);
		free(u->_at);
		return E_NOMEM;
	}
	memcpy(copy, u->_was.p, u->_was.n);
	u->_was.p = copy;
	buf_addc(pdf, '\n');
	return 0;
}

static size_t begin(struct update *u, uint64_t n)
{
	size_t at = u->pdf->n;
	buf_addf(u->pdf, "%" PRIu64 " 0 obj\n", n);
	return at;
}

uint64_t update_object(struct update *u)
{
	assert(u->_n < u->_max);
	u->_at[u->_n] = begin(u, update_next(u));
	return u->_first + u->_n++;
}

void update_info(struct update *u)
{
	u->_info_at = begin(u, u->_info);
}

void update_close(struct update *u)
{
	buf_adds(u->pdf, "\nendobj\n");
}

static void add_catalog(struct update *u)
{
	u->_root_at = begin(u, u->_root);
	buf_adds(u->pdf, "<<");
	buf_add(u->pdf, u->_was);
	buf_add(u->pdf, buf_slice(&u->catalog));
	buf_adds(u->pdf, ">>");
	update_close(u);
}

static void add_again(struct update *u, uint64_t n, size_t at)
{
	buf_addf(u->pdf, "%" PRIu64 " 1\n%010zu 00000 n \n", n, at);
}

static void add_table(struct update *u, const char *id)
{
	size_t xref = u->pdf->n;
	buf_adds(u->pdf, "xref\n");
	if (u->_info_at && u->_info < u->_root)
		add_again(u, u->_info, u->_info_at);
	add_again(u, u->_root, u->_root_at);
	if (u->_info_at && u->_info > u->_root)
		add_again(u, u->_info, u->_info_at);
	if (u->_n)
		buf_addf(u->pdf, "%" PRIu64 " %zu\n", u->_first, u->_n);
	for (size_t i = 0; i < u->_n; i++)
		buf_addf(u->pdf, "%010zu 00000 n \n", u->_at[i]);
	buf_addf(u->pdf, "trailer\n<< /Size %" PRIu64 " /Root %" PRIu64 " 0 R /Info %" PRIu64 " 0 R\n"
	                 "   /ID [<%s> <%s>] /Prev %" PRIu64 " >>\nstartxref\n%zu\n%%%%EOF\n",
	         u->_first + u->_n, u->_root, u->_info, id, id, u->_startxref, xref);
}

int update_end(struct update *u, const char *id)
{
	bool failed = buf_failed(&u->catalog);
	add_catalog(u);
	add_table(u, id);
	buf_free(&u->catalog);
	free((char *)(uintptr_t)u->_was.p);
	free(u->_at);
	if (failed)
		return E_NOMEM;
	return buf_failed(u->pdf) ? E_LIMIT : 0;
}
