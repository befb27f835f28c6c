/* tests/lib/paper.h - PDF files as other people's programs see them: poppler, qpdf, zbar. And the
 * facts of the example pair to make some of. */
#pragma once

#include "base/slice.h"
#include "pdf/facts.h"

struct paper; /* a file in a folder of its own */

struct paper *paper_new(struct slice pdf);
void paper_free(struct paper *p); /* NULL is allowed */

/* Runs a shell command in the folder, where the file is a.pdf, and returns what it wrote to
 * standard output (at most 256 KiB), valid until the next run. Ends the test when it fails. */
const char *paper_run(struct paper *p, const char *command);

/* The text of all pages, without spaces and line breaks. */
const char *paper_text(struct paper *p);

struct pdf_facts paper_facts(enum certificate_kind kind);
