/* http/scan.c - the byte gate.
 *
 * llhttp is strict about much, but lets obs-folds, and in places bare line ends, through. So no
 * byte reaches it before this automaton has seen the whole head: every line ends in CR LF, no CR
 * or LF stands anywhere else, no line but the first may begin with a blank, and control characters
 * do not occur. One empty line before the request line is forgiven (RFC 9112 section 2.2).
 *
 *     START ─► (CR ─► LF ─►) FIRST ─► CR ─► LF ─► LINE ─► ... ─► CR at line start ─► LF: ready
 */
#include "http/scan.h"

#include "http/head.h"

enum state {
	START,      /* nothing seen */
	START_LF,   /* after the CR of a leading empty line */
	START_LINE, /* after that empty line */
	FIRST,      /* in the request line */
	LINE,       /* in a field line */
	LINE_LF,    /* after a line's CR */
	NEXT,       /* at the start of a field line */
	END_LF,     /* after the CR of the empty line */
};

static bool first_line_byte(unsigned char c)
{
	return c >= 0x20 && c <= 0x7e;
}

static bool field_line_byte(unsigned char c)
{
	return (c >= 0x20 && c != 0x7f) || c == '\t';
}

static bool begin_line(struct http_scan *s, unsigned char c)
{
	if (s->_state == NEXT && c == '\r') {
		s->_state = END_LF;
		return true;
	}
	if (s->_state == START && c == '\r') {
		s->_state = START_LF;
		return true;
	}
	s->_lines++;
	bool first = s->_state != NEXT;
	s->_state = first ? FIRST : LINE;
	return c != ' ' && c != '\t' && (first ? first_line_byte(c) : field_line_byte(c));
}

static bool in_line(struct http_scan *s, unsigned char c)
{
	if (c == '\r') {
		s->_state = LINE_LF;
		return true;
	}
	return s->_state == FIRST ? first_line_byte(c) : field_line_byte(c);
}

static bool line_feed(struct http_scan *s, unsigned char c)
{
	s->_state = s->_state == START_LF ? START_LINE : NEXT;
	return c == '\n';
}

static bool step(struct http_scan *s, unsigned char c)
{
	switch ((enum state)s->_state) {
	case START:
	case START_LINE:
	case NEXT:
		return begin_line(s, c);
	case FIRST:
	case LINE:
		return in_line(s, c);
	case START_LF:
	case LINE_LF:
		return line_feed(s, c);
	case END_LF:
		break;
	}
	return c == '\n';
}

/* Most bytes stand within lines: passes over them at once. */
static void skip_within_line(struct http_scan *s, struct slice in)
{
	size_t end = in.n < HTTP_HEAD_MAX ? in.n : HTTP_HEAD_MAX;
	size_t i = s->_seen;
	if (s->_state == FIRST)
		while (i < end && first_line_byte((unsigned char)in.p[i]))
			i++;
	else if (s->_state == LINE)
		while (i < end && field_line_byte((unsigned char)in.p[i]))
			i++;
	s->_seen = (uint16_t)i;
}

enum http_result http_scan(struct http_scan *s, struct slice in, size_t *ret_length,
                           enum problem_id *ret_why)
{
	for (skip_within_line(s, in); s->_seen < in.n; skip_within_line(s, in)) {
		if (s->_seen == HTTP_HEAD_MAX) {
			*ret_why = s->_lines <= 1 ? P_URI_TOO_LONG : P_HEADER_TOO_LARGE;
			return HTTP_REFUSED;
		}
		bool last = s->_state == END_LF;
		if (!step(s, (unsigned char)in.p[s->_seen])) {
			*ret_why = P_MALFORMED_REQUEST;
			return HTTP_REFUSED;
		}
		s->_seen++;
		if (s->_lines > 1 + HTTP_FIELDS_MAX) {
			*ret_why = P_HEADER_TOO_LARGE;
			return HTTP_REFUSED;
		}
		if (last) {
			*ret_length = s->_seen;
			return HTTP_READY;
		}
	}
	return HTTP_MORE;
}

bool http_scan_begun(const struct http_scan *s)
{
	return s->_lines > 0;
}
