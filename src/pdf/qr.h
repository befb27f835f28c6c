/* pdf/qr.h - a QR code (ISO/IEC 18004) as lines of the page. */
#pragma once

#include <cairo.h>

#include "pdf/facts.h"

/* Error correction level M, quiet zone of 4 modules within size (points). text: upper-case letters,
 * digits and $%*+-./: make the smallest code. Returns 0, or E_LIMIT when it is too long. */
MUSTUSE int qr_draw(cairo_t *cr, struct slice text, double x, double y, double size);
