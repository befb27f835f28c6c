/* pdf/page.h - one certificate on one page. */
#pragma once

#include "pdf/text.h"

/* Draws everything but the ornament. f has been checked. Returns as pen_text. */
MUSTUSE int page_draw(struct pen *p, const struct pdf_facts *f);
