/* http/chunks.c - what may pass to llhttp's chunk decoder.
 *
 * Sizes are one to fifteen hexadecimal digits; extensions are allowed, but bounded; trailers are
 * refused. A client that sends mountains of framing around crumbs of data is cut off.
 *
 *     SIZE ─► (NAME ─► EXT) ─► SIZE_LF ─► DATA ─► DATA_CR ─► DATA_LF ─► SIZE …
 *                         └ size 0 ─► END_CR ─► END_LF ─► ready
 */
#include "http/chunks.h"

enum state { SIZE, NAME, EXT, SIZE_LF, DATA, DATA_CR, DATA_LF, END_CR, END_LF };

enum { LINE_MAX_BYTES = 256, DIGITS_MAX = 15, FRAMING_FREE = 4096, FRAMING_PER_BYTE = 16 };

static int hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool size_byte(struct http_chunks *c, unsigned char b)
{
	int v = hex_value(b);
	if (v >= 0) {
		c->_left = c->_left << 4 | (unsigned)v;
		return ++c->_digits <= DIGITS_MAX;
	}
	c->_state = b == '\r' ? SIZE_LF : NAME;
	return c->_digits > 0 && (b == '\r' || b == ';');
}

/* An extension begins with its name, a token (RFC 9112 section 7.1.1). */
static bool name_byte(struct http_chunks *c, unsigned char b)
{
	c->_state = EXT;
	return b > 0x20 && b < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", b);
}

static bool extension_byte(struct http_chunks *c, unsigned char b)
{
	if (b == '\r') {
		c->_state = SIZE_LF;
		return true;
	}
	return (b >= 0x20 && b <= 0x7e) || b == '\t';
}

static bool size_end(struct http_chunks *c, unsigned char b)
{
	c->_state = c->_left ? DATA : END_CR;
	c->_digits = 0;
	c->_line = 0;
	return b == '\n';
}

static bool expect(struct http_chunks *c, unsigned char b, char wanted, enum state next)
{
	c->_state = (uint8_t)next;
	return b == (unsigned char)wanted;
}

/* One byte of framing. */
static bool step(struct http_chunks *c, unsigned char b)
{
	c->_framing++;
	if (c->_framing > FRAMING_FREE + c->_data * FRAMING_PER_BYTE)
		return false;
	if (c->_state <= EXT && ++c->_line > LINE_MAX_BYTES)
		return false;
	switch ((enum state)c->_state) {
	case SIZE:
		return size_byte(c, b);
	case NAME:
		return name_byte(c, b);
	case EXT:
		return extension_byte(c, b);
	case SIZE_LF:
		return size_end(c, b);
	case DATA_CR:
		return expect(c, b, '\r', DATA_LF);
	case DATA_LF:
		return expect(c, b, '\n', SIZE);
	case END_CR:
		return expect(c, b, '\r', END_LF);
	case END_LF:
		return b == '\n';
	case DATA:
		break;
	}
	return false;
}

enum http_result http_chunks(struct http_chunks *c, struct slice in, uint64_t max,
                             size_t *ret_used, enum problem_id *ret_why)
{
	size_t i = 0;
	while (i < in.n) {
		if (c->_state == DATA) {
			size_t n = in.n - i < c->_left ? in.n - i : (size_t)c->_left;
			i += n;
			c->_left -= n;
			c->_data += n;
			if (c->_left == 0)
				c->_state = DATA_CR;
			continue;
		}
		bool last = c->_state == END_LF;
		*ret_used = i;
		*ret_why = P_MALFORMED_REQUEST;
		if (!step(c, (unsigned char)in.p[i]))
			return HTTP_REFUSED;
		*ret_why = P_BODY_TOO_LARGE;
		if (c->_state == DATA && (c->_data > max || c->_left > max - c->_data))
			return HTTP_REFUSED;
		i++;
		if (last) {
			*ret_used = i;
			return HTTP_READY;
		}
	}
	*ret_used = i;
	return HTTP_MORE;
}
