/* pdf/qr.c - one filled path of all dark modules, so that no hairlines show between them. */
#include "pdf/qr.h"

#include <qrcodegen/qrcodegen.h>

#include "base/outcome.h"

enum { QUIET = 4, VERSION_MAX = 15 };

int qr_draw(cairo_t *cr, struct slice text, double x, double y, double size)
{
	uint8_t scratch[qrcodegen_BUFFER_LEN_FOR_VERSION(VERSION_MAX)];
	uint8_t code[qrcodegen_BUFFER_LEN_FOR_VERSION(VERSION_MAX)];
	char z[PDF_TEXT_MAX + 1] = "";
	if (text.n > PDF_TEXT_MAX)
		return E_LIMIT;
	memcpy(z, text.p, text.n);
	if (!qrcodegen_encodeText(z, scratch, code, qrcodegen_Ecc_MEDIUM, qrcodegen_VERSION_MIN,
	                          VERSION_MAX, qrcodegen_Mask_AUTO, false))
		return E_LIMIT;
	int n = qrcodegen_getSize(code);
	double module = size / (n + 2 * QUIET);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_rectangle(cr, x, y, size, size);
	cairo_fill(cr);
	for (int row = 0; row < n; row++)
		for (int from = 0, to; from < n; from = to + 1) {
			for (to = from; to < n && qrcodegen_getModule(code, to, row); to++)
				;
			if (to > from)
				cairo_rectangle(cr, x + (from + QUIET) * module, y + (row + QUIET) * module,
				                (to - from) * module, module);
		}
	cairo_set_source_rgb(cr, 0, 0, 0);
	cairo_fill(cr);
	return 0;
}
