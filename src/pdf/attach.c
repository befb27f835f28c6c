/* pdf/attach.c - the file stays as it is; behind it come the streams, their file specifications,
 * the catalog once more (the same object, now naming the files), a cross-reference section for
 * these objects and a trailer that points back to the first one.
 *
 * Viewers list the files by the name tree; AF and AFRelationship (ISO 32000-2, 14.13) say what they
 * are to the document: its data. */
#include "pdf/attach.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"

/* What the update must know of the original. */
struct base {
	uint64_t root, info, size, startxref;
	struct slice catalog; /* of its dictionary, without the closing >> */
};

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

static bool read_catalog(struct slice pdf, struct base *b)
{
	struct slice table = after(slice_skip(pdf, b->startxref), "xref\n0 ");
	struct slice entries = after(table, "\n");
	uint64_t offset;
	if (!entries.p || !number(slice_skip(entries, b->root * 20), &offset) || offset >= pdf.n)
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
	b->catalog = slice_from(object.p, object.n - 2);
	return true;
}

static bool read_base(struct slice pdf, struct base *ret)
{
	struct base b = {0};
	struct slice trailer = last_of(pdf, "trailer");
	if (!number(last_of(pdf, "startxref"), &b.startxref) || b.startxref >= pdf.n ||
	    !number(after(trailer, "/Root"), &b.root) || !number(after(trailer, "/Info"), &b.info) ||
	    !number(after(trailer, "/Size"), &b.size) || b.root >= b.size || !read_catalog(pdf, &b))
		return false;
	*ret = b;
	return true;
}

static int by_name(const void *a, const void *b)
{
	struct slice x = ((const struct attachment *)a)->name, y = ((const struct attachment *)b)->name;
	int r = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
	return r ? r : (x.n > y.n) - (x.n < y.n);
}

/* Objects 2i and 2i+1 behind the original's are a file's stream and its specification. */
static uint64_t stream_of(const struct base *b, size_t i)
{
	return b->size + 2 * i;
}

static void add_file(struct buf *pdf, const struct base *b, const struct attachment *f, size_t i,
                     size_t offsets[static 2])
{
	offsets[0] = pdf->n;
	buf_addf(pdf, "%" PRIu64 " 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fvc\n"
	              "   /Params << /Size %zu >> /Length %zu >>\nstream\n",
	         stream_of(b, i), f->bytes.n, f->bytes.n);
	buf_add(pdf, f->bytes);
	buf_adds(pdf, "\nendstream\nendobj\n");
	offsets[1] = pdf->n;
	buf_addf(pdf, "%" PRIu64 " 0 obj\n<< /Type /Filespec /F (%.*s) /UF (%.*s)\n"
	              "   /Desc (Verifiable credential) /AFRelationship /Data\n"
	              "   /EF << /F %" PRIu64 " 0 R /UF %" PRIu64 " 0 R >> >>\nendobj\n",
	         stream_of(b, i) + 1, SLICE_ARGS(f->name), SLICE_ARGS(f->name), stream_of(b, i),
	         stream_of(b, i));
}

/* original: where the first catalog's text stands; buf may have moved it. */
static size_t add_catalog(struct buf *pdf, const struct base *b, size_t original,
                          const struct attachment *files, size_t n)
{
	size_t at = pdf->n;
	char *copy = malloc(b->catalog.n ? b->catalog.n : 1);
	if (!copy) {
		pdf->failed = true;
		return at;
	}
	memcpy(copy, pdf->p + original, b->catalog.n);
	buf_addf(pdf, "%" PRIu64 " 0 obj\n<<", b->root);
	buf_add(pdf, slice_from(copy, b->catalog.n));
	free(copy);
	buf_adds(pdf, "/Version /1.7 /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >>\n"
	              "   /Names << /EmbeddedFiles << /Names [");
	for (size_t i = 0; i < n; i++)
		buf_addf(pdf, "\n      (%.*s) %" PRIu64 " 0 R", SLICE_ARGS(files[i].name),
		         stream_of(b, i) + 1);
	buf_adds(pdf, " ] >> >>\n   /AF [");
	for (size_t i = 0; i < n; i++)
		buf_addf(pdf, " %" PRIu64 " 0 R", stream_of(b, i) + 1);
	buf_adds(pdf, " ]\n>>\nendobj\n");
	return at;
}

int attach_files(struct buf *pdf, struct attachment *files, size_t n)
{
	struct base b;
	if (buf_failed(pdf))
		return E_LIMIT;
	if (!read_base(buf_slice(pdf), &b))
		return E_SYNTAX;
	size_t original = (size_t)(b.catalog.p - pdf->p);
	size_t *offsets = calloc(2 * n + 1, sizeof *offsets);
	if (!offsets)
		return E_NOMEM;
	if (n)
		qsort(files, n, sizeof *files, by_name);
	buf_addc(pdf, '\n');
	for (size_t i = 0; i < n && !buf_failed(pdf); i++)
		add_file(pdf, &b, &files[i], i, &offsets[2 * i]);
	size_t catalog = buf_failed(pdf) ? 0 : add_catalog(pdf, &b, original, files, n);
	size_t xref = pdf->n;
	buf_addf(pdf, "xref\n%" PRIu64 " 1\n%010zu 00000 n \n%" PRIu64 " %zu\n", b.root, catalog, b.size,
	         2 * n);
	for (size_t i = 0; i < 2 * n; i++)
		buf_addf(pdf, "%010zu 00000 n \n", offsets[i]);
	buf_addf(pdf, "trailer\n<< /Size %" PRIu64 " /Root %" PRIu64 " 0 R /Info %" PRIu64 " 0 R\n"
	              "   /Prev %" PRIu64 " >>\nstartxref\n%zu\n%%%%EOF\n",
	         b.size + 2 * n, b.root, b.info, b.startxref, xref);
	free(offsets);
	return buf_failed(pdf) ? E_LIMIT : 0;
}
