/* http/head.c - looking things up in a request head. Heads are small: a linear search over at most
 * 64 fields is faster than any index. */
#include "http/head.h"

#include "base/outcome.h"

struct slice http_header(const struct http_head *h, const char *lower_name)
{
	struct slice name = slice_of(lower_name);
	for (size_t i = 0; i < h->n_fields; i++)
		if (slice_eq(h->fields[i].name, name))
			return h->fields[i].value.p ? h->fields[i].value : SLICE("");
	return SLICE_NONE;
}

size_t http_header_count(const struct http_head *h, const char *lower_name)
{
	struct slice name = slice_of(lower_name);
	size_t n = 0;
	for (size_t i = 0; i < h->n_fields; i++)
		n += slice_eq(h->fields[i].name, name);
	return n;
}

bool http_list_has(struct slice value, const char *token)
{
	while (value.p)
		if (slice_eq_nocase(slice_trim(slice_cut(&value, ',')), slice_of(token)))
			return true;
	return false;
}

/* The length of the UTF-8 sequence that c begins, and the range of its second byte (Unicode
 * standard, table 3-7); 0 when none can begin with c. */
static size_t sequence(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = c == 0xe0   ? 0xa0
	       : c == 0xf0 ? 0x90
	                   : 0x80;
	*high = c == 0xed   ? 0x9f
	        : c == 0xf4 ? 0x8f
	                    : 0xbf;
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* Where printable ASCII ends that begins at i: most of a path is nothing else. */
static size_t plain_end(const unsigned char *p, size_t i, size_t n)
{
	while (i < n && (unsigned char)(p[i] - 0x20) < 0x5f)
		i++;
	return i;
}

bool http_is_text(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	for (size_t i = plain_end(p, 0, s.n); i < s.n; i = plain_end(p, i, s.n)) {
		unsigned char low, high;
		size_t n = sequence(p[i], &low, &high);
		if (n == 0 || n > s.n - i || p[i] < 0x20 || p[i] == 0x7f)
			return false;
		for (size_t k = 1; k < n; k++) {
			if (p[i + k] < low || p[i + k] > high)
				return false;
			low = 0x80;
			high = 0xbf;
		}
		i += n;
	}
	return true;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	char l = (char)(c | 0x20);
	return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* Returns the decoded length, or -1 for a broken escape. */
static ptrdiff_t decode_into(struct slice in, bool plus_is_space, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];
		if (c == '+' && plus_is_space)
			c = ' ';
		if (c == '%') {
			int high = i + 2 < in.n ? hex_value(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex_value(in.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[n++] = c;
	}
	return (ptrdiff_t)n;
}

int http_decode(struct slice in, bool plus_is_space, struct arena *a, struct slice *ret)
{
	bool plain = in.n == 0 || (!memchr(in.p, '%', in.n) &&
	                           !(plus_is_space && memchr(in.p, '+', in.n)));
	if (plain) {
		if (!http_is_text(in))
			return E_SYNTAX;
		*ret = in;
		return 0;
	}
	char *out = arena_alloc(a, in.n + 1);
	if (!out)
		return E_NOMEM;
	ptrdiff_t n = decode_into(in, plus_is_space, out);
	if (n < 0 || !http_is_text(slice_from(out, (size_t)n)))
		return E_SYNTAX;
	*ret = slice_from(out, (size_t)n);
	return 0;
}

/* How much at its end means nothing. */
static size_t idle_end(struct slice path)
{
	static const char *const idle[] = {"%09", "%0A", "%0a", "%0D", "%0d"};
	const char *end = path.p + path.n;
	if (path.n && end[-1] == '/')
		return 1;
	if (path.n < 3 || end[-3] != '%')
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(idle); i++)
		if (memcmp(end - 3, idle[i], 3) == 0)
			return 3;
	return 0;
}

struct slice http_path_trim(struct slice path)
{
	for (size_t n; (n = idle_end(path)) > 0;)
		path.n -= n;
	return path;
}

int http_query(const struct http_head *h, const char *name, struct arena *a, struct slice *ret)
{
	struct slice rest = h->query;
	while (rest.p) {
		struct slice value = slice_cut(&rest, '&');
		struct slice key = slice_cut(&value, '=');
		if (!slice_is(key, name))
			continue;
		return http_decode(value.p ? value : SLICE(""), true, a, ret);
	}
	return E_ABSENT;
}
