/* pdf/attach.c - a file is two objects: its stream, and its specification.
 *
 * Viewers list the files by the name tree; AF and AFRelationship (ISO 32000-2, 14.13) say what they
 * are to the document: its data. */
#include "pdf/attach.h"

#include <inttypes.h>
#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
	struct slice x = ((const struct attachment *)a)->name, y = ((const struct attachment *)b)->name;
	int r = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
	return r ? r : (x.n > y.n) - (x.n < y.n);
}

static void add_file(struct update *u, const struct attachment *f, const char *date)
{
	uint64_t stream = update_object(u);
	buf_addf(u->pdf, "<< /Type /EmbeddedFile /Subtype /%s\n"
	                 "   /Params << /Size %zu /ModDate (%s) >> /Length %zu >>\nstream\n",
	         f->type, f->bytes.n, date, f->bytes.n);
	buf_add(u->pdf, f->bytes);
	buf_adds(u->pdf, "\nendstream");
	update_close(u);
	update_object(u);
	buf_addf(u->pdf, "<< /Type /Filespec /F (%.*s) /UF (%.*s)\n"
	                 "   /Desc (%s) /AFRelationship /Data\n"
	                 "   /EF << /F %" PRIu64 " 0 R /UF %" PRIu64 " 0 R >> >>",
	         SLICE_ARGS(f->name), SLICE_ARGS(f->name), f->what, stream, stream);
	update_close(u);
}

void attach_files(struct update *u, struct attachment *files, size_t n, const char *date)
{
	const uint64_t first = update_next(u);
	if (n)
		qsort(files, n, sizeof *files, by_name);
	for (size_t i = 0; i < n && !buf_failed(u->pdf); i++)
		add_file(u, &files[i], date);
	if (buf_failed(u->pdf))
		return;
	buf_adds(&u->catalog, "   /Names << /EmbeddedFiles << /Names [");
	for (size_t i = 0; i < n; i++)
		buf_addf(&u->catalog, "\n      (%.*s) %" PRIu64 " 0 R", SLICE_ARGS(files[i].name),
		         first + 2 * i + 1);
	buf_adds(&u->catalog, " ] >> >>\n   /AF [");
	for (size_t i = 0; i < n; i++)
		buf_addf(&u->catalog, " %" PRIu64 " 0 R", first + 2 * i + 1);
	buf_adds(&u->catalog, " ]\n");
}
