/* http/scan.c - the byte gate.
 *
 * llhttp is strict about much, but lets obs-folds, and in places bare line ends, through. So no
 * byte reaches it before this automaton has seen the whole head: every line ends in CR LF, no CR
 * or LF stands anywhere else, no line but the first may begin with a blank, and control characters
 * do not occur. One empty line before the request line is forgiven (RFC 9112 section 2.2).
 *
 *     START ─► (CR ─► LF ─►) FIRST ─► CR ─► LF ─► LINE ─► ... ─► CR at line start ─► LF: ready
 *
 * A field line that begins with a C is a NAME first, until its colon says whether it is a cookie's. Of
 * those nothing is kept: what follows moves up, so that the head is in one piece.
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
	NAME,       /* in the name of a field that may be a cookie */
	COOKIE,     /* behind a cookie's colon */
	COOKIE_LF,  /* after that line's CR */
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

/* METHOD SP target SP HTTP/1.x, looked at by ourselves before llhttp does. */
static bool check_request_line(struct slice text, enum problem_id *ret_why)
{
	if (slice_starts(text, SLICE("\r\n")))
		text = slice_skip(text, 2);
	struct slice rest = slice_cut(&text, '\r');
	struct slice method = slice_cut(&rest, ' ');
	struct slice target = slice_cut(&rest, ' ');
	*ret_why = P_MALFORMED_REQUEST;
	if (method.n == 0 || target.n == 0 || rest.n == 0)
		return false;
	if (target.n > HTTP_TARGET_MAX) {
		*ret_why = P_URI_TOO_LONG;
		return false;
	}
	if (slice_is(rest, "HTTP/1.1") || slice_is(rest, "HTTP/1.0"))
		return true;
	if (rest.n == 8 && slice_starts(rest, SLICE("HTTP/")) && rest.p[6] == '.')
		*ret_why = P_HTTP_VERSION;
	return false;
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
	s->_state = first ? FIRST : (c | 0x20) == 'c' ? NAME
	                                              : LINE;
	s->_line = s->_seen;
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

static bool in_name(struct http_scan *s, const struct buf *in, unsigned char c)
{
	if (c != ':')
		return in_line(s, c);
	struct slice name = slice_from(in->p + s->_line, (size_t)(s->_seen - s->_line));
	s->_state = slice_eq_nocase(name, SLICE("cookie")) ? COOKIE : LINE;
	if (s->_state == COOKIE) {
		s->_dropped = (uint16_t)(s->_dropped + name.n);
		s->_seen = s->_line;
	}
	return true;
}

static bool in_cookie(struct http_scan *s, unsigned char c)
{
	if (c == '\r')
		s->_state = COOKIE_LF;
	return c == '\r' || field_line_byte(c);
}

static bool line_feed(struct http_scan *s, unsigned char c)
{
	s->_state = s->_state == START_LF ? START_LINE : NEXT;
	return c == '\n';
}

static bool first_line_feed(struct http_scan *s, const struct buf *in, unsigned char c, enum problem_id *ret_why)
{
	return line_feed(s, c) && check_request_line(slice_from(in->p, s->_seen), ret_why);
}

static bool step(struct http_scan *s, const struct buf *in, unsigned char c, enum problem_id *ret_why)
{
	switch ((enum state)s->_state) {
	case START:
	case START_LINE:
	case NEXT:
		return begin_line(s, c);
	case FIRST:
	case LINE:
		return in_line(s, c);
	case NAME:
		return in_name(s, in, c);
	case COOKIE:
		return in_cookie(s, c);
	case LINE_LF:
		if (s->_lines == 1)
			return first_line_feed(s, in, c, ret_why);
		return line_feed(s, c);
	case START_LF:
	case COOKIE_LF:
		return line_feed(s, c);
	case END_LF:
		break;
	}
	return c == '\n';
}

static void keep(struct http_scan *s, struct buf *in, size_t at, size_t n)
{
	if (at != s->_seen)
		memmove(in->p + s->_seen, in->p + at, n);
	s->_seen = (uint16_t)(s->_seen + n);
}

static size_t room(const struct http_scan *s)
{
	size_t max = s->_state == FIRST ? HTTP_LINE_MAX : HTTP_HEAD_MAX;
	return s->_seen < max ? max - s->_seen : 0;
}

/* Most bytes stand within lines: passes over them at once. */
static size_t skip_within_line(struct http_scan *s, struct buf *in, size_t at)
{
	size_t n = in->n - at, i = 0;
	const unsigned char *p = (const unsigned char *)in->p + at;
	if (s->_state != FIRST && s->_state != LINE)
		return 0;
	if (n > room(s))
		n = room(s);
	if (s->_state == FIRST)
		while (i < n && first_line_byte(p[i]))
			i++;
	else
		while (i < n && field_line_byte(p[i]))
			i++;
	keep(s, in, at, i);
	return i;
}

static bool is_dropped(enum state before, enum state now)
{
	return now == COOKIE || before == COOKIE || before == COOKIE_LF;
}

/* The name of one more may be dropped at once. */
static bool cookies_fit(const struct http_scan *s)
{
	return s->_dropped < HTTP_COOKIES_MAX - strlen("cookie");
}

/* Looks at one byte and keeps it, or not. */
static bool take(struct http_scan *s, struct buf *in, size_t at, enum problem_id *ret_why)
{
	enum state before = s->_state;
	*ret_why = s->_lines <= 1 ? P_URI_TOO_LONG : P_HEADER_TOO_LARGE;
	if (room(s) == 0 && before != COOKIE && before != COOKIE_LF)
		return false;
	*ret_why = P_MALFORMED_REQUEST;
	if (!step(s, in, (unsigned char)in->p[at], ret_why))
		return false;
	if (is_dropped(before, s->_state))
		s->_dropped++;
	else
		keep(s, in, at, 1);
	*ret_why = P_HEADER_TOO_LARGE;
	return s->_lines <= 1 + HTTP_FIELDS_MAX && cookies_fit(s);
}

/* What is not looked at yet moves up behind what is kept. */
static void close_gap(const struct http_scan *s, struct buf *in, size_t at)
{
	if (at == s->_seen)
		return;
	memmove(in->p + s->_seen, in->p + at, in->n - at);
	in->n -= at - s->_seen;
}

enum http_result http_scan(struct http_scan *s, struct buf *in, size_t *ret_length, enum problem_id *ret_why)
{
	enum http_result r = HTTP_MORE;
	size_t at = s->_seen;
	while (r == HTTP_MORE && (at += skip_within_line(s, in, at)) < in->n) {
		bool last = s->_state == END_LF;
		if (!take(s, in, at, ret_why))
			r = HTTP_REFUSED;
		else if (last)
			r = HTTP_READY;
		at++;
	}
	close_gap(s, in, at);
	if (r == HTTP_READY)
		*ret_length = s->_seen;
	return r;
}

bool http_scan_begun(const struct http_scan *s)
{
	return s->_lines > 0;
}
