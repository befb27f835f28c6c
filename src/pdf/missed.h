/* pdf/missed.h - the last page of a file whose other pages could not all be made: which are missing, and why. */
#pragma once

#include "pdf/facts.h"
#include "pdf/text.h"

struct missed {
	struct slice number; /* of the certificate */
	struct pdf_fault fault;
};

/* As pen_text. As many as the page takes are named, and how many more there are. */
MUSTUSE int missed_draw(struct pen *pen, const struct missed *missed, size_t n);
