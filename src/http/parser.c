/* http/parser.c - the gate of meaning.
 *
 * What the grammar allows is still not safe: two servers that read a head differently can be made
 * to disagree where a message ends (request smuggling). So everything ambiguous is refused here,
 * and in the end our reading of the framing must equal llhttp's. The rules, RFC 9112 unless said:
 *
 *   - the request line has exactly two spaces; the version is HTTP/1.1 or HTTP/1.0 (2.3): http/scan.c,
 *     at once
 *   - the target is origin-form, or absolute-form naming the same host, or * for OPTIONS (3.2)
 *   - exactly one Host; only HTTP/1.0 may go without (3.2)
 *   - at most one Content-Length, digits only (6.2); at most one Transfer-Encoding, exactly
 *     "chunked", in HTTP/1.1 only; never both (6.1)
 *   - Expect is 100-continue or refused (RFC 9110 section 10.1.1)
 *   - no CONNECT; Upgrade is passed over (RFC 9110 section 7.8): nobody here speaks anything else, and no
 *     101 ever says so
 *   - what we read of is said once: Content-Type, Authorization
 */
#include "http/parser.h"

#include "base/outcome.h"
#include "http/grammar.h"

#include <string.h>

static const struct {
	const char *name;
	enum http_method method;
} methods[] = {
	{"GET", HTTP_GET},     {"HEAD", HTTP_HEAD},   {"POST", HTTP_POST},
	{"PUT", HTTP_PUT},     {"PATCH", HTTP_PATCH}, {"DELETE", HTTP_DELETE},
	{"OPTIONS", HTTP_OPTIONS},
};

static enum http_method method_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (slice_is(name, methods[i].name))
			return methods[i].method;
	return HTTP_OTHER;
}

const char *http_method_name(enum http_method m)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (methods[i].method == m)
			return methods[i].name;
	return "OTHER";
}

/* RFC 3986: what may stand in path and query besides %-escapes. */
static bool target_byte(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	return c != 0 && strchr("-._~!$&'()*+,;=:@/?%", c) != NULL;
}

static bool target_bytes(struct slice t)
{
	for (size_t i = 0; i < t.n; i++)
		if (!target_byte((unsigned char)t.p[i]))
			return false;
	return true;
}

/* Removes scheme and authority from an absolute-form target if they name the host of the Host
 * field; false otherwise. */
static bool absolute_form(struct slice *target, struct slice host)
{
	struct slice t = *target;
	struct slice scheme = slice_cut(&t, ':');
	if (!t.p || !slice_starts(t, SLICE("//")))
		return false;
	if (!slice_eq_nocase(scheme, SLICE("https")) && !slice_eq_nocase(scheme, SLICE("http")))
		return false;
	t = slice_skip(t, 2);
	size_t n = 0;
	while (n < t.n && t.p[n] != '/' && t.p[n] != '?')
		n++;
	if (n == 0 || !slice_eq_nocase(slice_from(t.p, n), host))
		return false;
	*target = slice_skip(t, n);
	return true;
}

/* An escaped slash, or bytes that do not decode, would let one path look like another. */
static bool path_decodes(struct slice path, struct arena *a)
{
	for (size_t i = 0; i + 2 < path.n; i++)
		if (path.p[i] == '%' && path.p[i + 1] == '2' && (path.p[i + 2] | 0x20) == 'f')
			return false;
	struct slice decoded;
	return http_decode(http_path_trim(path), false, a, &decoded) == 0;
}

static bool split_target(struct http_head *h, struct arena *a)
{
	struct slice t = h->target;
	if (slice_is(t, "*")) {
		h->path = t;
		return h->method == HTTP_OPTIONS;
	}
	if (!target_bytes(t))
		return false;
	if (t.p[0] != '/' && !absolute_form(&t, h->host))
		return false;
	h->path = slice_cut(&t, '?');
	h->query = t;
	if (h->path.n == 0)
		h->path = SLICE("/");
	return h->path.p[0] == '/' && path_decodes(h->path, a);
}

static bool host_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != 0 && strchr("-._~", c) != NULL);
}

static bool port_valid(struct slice port)
{
	uint64_t n;
	return !port.p || (slice_to_u64(port, &n) && n <= 65535);
}

/* "[" IPv6address "]" of RFC 3986 section 3.2.2, by its characters. */
static bool literal_valid(struct slice host)
{
	struct slice rest = slice_skip(host, 1);
	struct slice literal = slice_cut(&rest, ']');
	if (!rest.p || literal.n < 2)
		return false;
	for (size_t i = 0; i < literal.n; i++)
		if (!strchr("0123456789abcdefABCDEF:.", literal.p[i]))
			return false;
	if (rest.n == 0)
		return true;
	return rest.p[0] == ':' && port_valid(slice_skip(rest, 1));
}

/* uri-host [":" port], RFC 9110 section 7.2. */
static bool host_valid(struct slice host)
{
	if (host.n == 0 || host.n > 255)
		return false;
	if (host.p[0] == '[')
		return literal_valid(host);
	struct slice port = host;
	struct slice name = slice_cut(&port, ':');
	for (size_t i = 0; i < name.n; i++)
		if (!host_byte((unsigned char)name.p[i]))
			return false;
	return name.n && port_valid(port);
}

static bool check_host(struct http_head *h)
{
	size_t n = http_header_count(h, "host");
	h->host = http_header(h, "host");
	if (n == 0)
		return h->minor == 0;
	return n == 1 && host_valid(h->host);
}

static bool check_framing(struct http_head *h)
{
	size_t lengths = http_header_count(h, "content-length");
	size_t codings = http_header_count(h, "transfer-encoding");
	if (lengths + codings > 1)
		return false;
	if (lengths && !slice_to_u64(http_header(h, "content-length"), &h->content_length))
		return false;
	if (codings) {
		struct slice coding = http_header(h, "transfer-encoding");
		if (h->minor == 0 || !slice_eq_nocase(coding, SLICE("chunked")))
			return false;
		h->chunked = true;
	}
	h->has_body = h->chunked || h->content_length > 0;
	return true;
}

static bool check_expect(struct http_head *h)
{
	struct slice expect = http_header(h, "expect");
	if (!expect.p || h->minor == 0)
		return true;
	h->expect_continue = h->has_body;
	return http_header_count(h, "expect") == 1 &&
	       slice_eq_nocase(expect, SLICE("100-continue"));
}

static void find_keep_alive(struct http_head *h)
{
	bool close = false, keep = false;
	for (size_t i = 0; i < h->n_fields; i++) {
		if (!slice_is(h->fields[i].name, "connection"))
			continue;
		close |= http_list_has(h->fields[i].value, "close");
		keep |= http_list_has(h->fields[i].value, "keep-alive");
	}
	h->keep_alive = !close && (h->minor == 1 || keep);
}

/* The names stand in the caller's text, which is ours to change. */
static void lower_names(struct http_head *h, char *text)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		char *p = text + (h->fields[i].name.p - text);
		for (size_t k = 0; k < h->fields[i].name.n; k++)
			if (p[k] >= 'A' && p[k] <= 'Z')
				p[k] = (char)(p[k] | 0x20);
	}
}

static bool names_present(const struct http_head *h)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (h->fields[i].name.n == 0)
			return false;
	return true;
}

/* Of two that differ, another server would take the other. */
static bool singletons_once(const struct http_head *h)
{
	static const char *const names[] = {"content-type", "authorization"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (http_header_count(h, names[i]) > 1)
			return false;
	return true;
}

static bool check_meaning(struct http_head *h, const struct grammar *g, struct arena *a)
{
	if (!names_present(h) || !check_host(h) || !check_framing(h))
		return false;
	if (slice_is(h->method_name, "CONNECT") || !singletons_once(h))
		return false;
	if (grammar_chunked(g) != h->chunked)
		return false;
	if (!h->chunked && h->content_length && grammar_content_length(g) != h->content_length)
		return false;
	return split_target(h, a);
}

/* A copy of just those that are there: a head has room for many more than anybody sends. */
static struct http_field *keep_fields(const struct grammar_parts *parts, struct arena *a)
{
	struct http_field *kept = arena_alloc(a, parts->n_fields * sizeof *kept);
	if (kept && parts->n_fields)
		memcpy(kept, parts->fields, parts->n_fields * sizeof *kept);
	return kept;
}

static bool read_parts(struct grammar *g, char *text, size_t n, struct arena *a, struct http_head *h)
{
	struct http_field fields[HTTP_FIELDS_MAX];
	struct grammar_parts parts = {.fields = fields};
	if (grammar_head(g, slice_from(text, n), &parts) || !(h->fields = keep_fields(&parts, a)))
		return false;
	h->method_name = parts.method;
	h->method = method_of(parts.method);
	h->target = parts.target;
	h->minor = parts.minor;
	h->n_fields = parts.n_fields;
	lower_names(h, text);
	return true;
}

enum http_result http_parser_head(struct http_parser *p, char *text, size_t n, struct arena *a,
                                  struct http_head **ret, enum problem_id *ret_why)
{
	*p = (struct http_parser){._grammar = grammar_new(a)};
	struct http_head *h = arena_alloc(a, sizeof *h);
	if (!p->_grammar || !h) {
		*ret_why = P_INTERNAL;
		return HTTP_REFUSED;
	}
	*ret_why = P_MALFORMED_REQUEST;
	if (!read_parts(p->_grammar, text, n, a, h))
		return HTTP_REFUSED;
	if (!check_meaning(h, p->_grammar, a))
		return HTTP_REFUSED;
	find_keep_alive(h);
	*ret = h; /* from here on the language of the answer can be the client's */
	if (!check_expect(h)) {
		*ret_why = P_EXPECTATION_FAILED;
		return HTTP_REFUSED;
	}
	p->_left = h->content_length;
	return HTTP_READY;
}

static enum http_result chunked_body(struct http_parser *p, struct slice in, struct buf *out,
                                     size_t *ret_used, enum problem_id *ret_why)
{
	size_t used = 0;
	bool done = false;
	enum http_result r = http_chunks(&p->_chunks, in, out->max, &used, ret_why);
	/* What stands before a refused byte is still shown to llhttp, whose objection would have
	 * come first if the bytes had come one by one. */
	int e = used ? grammar_chunks(p->_grammar, slice_from(in.p, used), out, &done) : 0;
	if (e || done != (r == HTTP_READY)) {
		*ret_why = e == E_LIMIT ? P_BODY_TOO_LARGE : P_MALFORMED_REQUEST;
		return HTTP_REFUSED;
	}
	if (r == HTTP_REFUSED)
		return r;
	*ret_used = used;
	return r;
}

enum http_result http_parser_body(struct http_parser *p, const struct http_head *h,
                                  struct slice in, struct buf *out, size_t *ret_used,
                                  enum problem_id *ret_why)
{
	if (h->chunked)
		return chunked_body(p, in, out, ret_used, ret_why);
	size_t n = in.n < p->_left ? in.n : (size_t)p->_left;
	buf_add(out, slice_from(in.p, n));
	if (buf_failed(out)) {
		*ret_why = P_BODY_TOO_LARGE;
		return HTTP_REFUSED;
	}
	p->_left -= n;
	*ret_used = n;
	return p->_left ? HTTP_MORE : HTTP_READY;
}
