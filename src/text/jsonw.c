/* text/jsonw.c - the writer keeps two facts: which bracket closes each open level, and whether a
 * comma is due. A key takes the comma and then clears the debt, so that its value brings none. */
#include "text/jsonw.h"

#include <assert.h>
#include <inttypes.h>

void jsonw_init(struct jsonw *w, struct buf *buf)
{
	*w = (struct jsonw){._buf = buf};
}

static void begin_value(struct jsonw *w)
{
	if (w->_after_value)
		buf_addc(w->_buf, ',');
	w->_after_value = true;
}

static void open_level(struct jsonw *w, char open, char close)
{
	assert(w->_depth < JSONW_DEPTH_MAX);
	begin_value(w);
	buf_addc(w->_buf, open);
	w->_close[w->_depth++] = close;
	w->_after_value = false;
}

void jsonw_object(struct jsonw *w)
{
	open_level(w, '{', '}');
}

void jsonw_array(struct jsonw *w)
{
	open_level(w, '[', ']');
}

void jsonw_end(struct jsonw *w)
{
	assert(w->_depth > 0);
	buf_addc(w->_buf, w->_close[--w->_depth]);
	w->_after_value = true;
}

/* RFC 8259 section 7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped. */
static void add_escaped(struct buf *b, unsigned char c)
{
	static const char letters[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	if (c == '"' || c == '\\') {
		buf_addc(b, '\\');
		buf_addc(b, (char)c);
	} else if (letters[c]) {
		buf_addc(b, '\\');
		buf_addc(b, letters[c]);
	} else {
		buf_addf(b, "\\u%04x", c);
	}
}

/* Whether any byte of the word must be escaped: by the carries of a subtraction from each byte
 * (H. S. Warren, Hacker's Delight, section 6-1). Bytes above 0x7f are passed. */
static bool word_is_plain(const char *p)
{
	const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
	uint64_t w, quote, slash;
	memcpy(&w, p, sizeof w);
	quote = w ^ ones * '"';
	slash = w ^ ones * '\\';
	return ((((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) &
	        highs) == 0;
}

static bool byte_is_plain(char ch)
{
	return (unsigned char)ch >= 0x20 && ch != '"' && ch != '\\';
}

static bool is_plain(struct slice s)
{
	size_t i = 0;
	if (s.n < 8) {
		char word[] = "        ";
		while (i < s.n) {
			word[i] = s.p[i];
			i++;
		}
		return word_is_plain(word);
	}
	while (s.n - i >= 8 && word_is_plain(s.p + i))
		i += 8;
	return s.n - i < 8 && word_is_plain(s.p + s.n - 8); /* the last may overlap */
}

static void add_plain(struct buf *b, struct slice s)
{
	char *to = buf_reserve(b, s.n + 2);
	if (!to)
		return;
	to[0] = '"';
	if (s.n)
		memcpy(to + 1, s.p, s.n);
	to[s.n + 1] = '"';
	buf_commit(b, s.n + 2);
}

static void add_string(struct buf *b, struct slice s)
{
	if (is_plain(s)) {
		add_plain(b, s);
		return;
	}
	buf_addc(b, '"');
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (byte_is_plain(s.p[i]))
			continue;
		buf_add(b, slice_from(s.p + from, i - from));
		add_escaped(b, (unsigned char)s.p[i]);
		from = i + 1;
	}
	if (s.n > from)
		buf_add(b, slice_from(s.p + from, s.n - from));
	buf_addc(b, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	const size_t n = strlen(key);
	char *to = buf_reserve(w->_buf, n + 4);
	assert(w->_depth > 0 && w->_close[w->_depth - 1] == '}');
	if (!to)
		return;
	size_t at = 0;
	if (w->_after_value)
		to[at++] = ',';
	to[at++] = '"';
	memcpy(to + at, key, n);
	memcpy(to + at + n, "\":", 2);
	buf_commit(w->_buf, at + n + 2);
	w->_after_value = false;
}

void jsonw_str(struct jsonw *w, struct slice s)
{
	if (!s.p) {
		jsonw_null(w);
		return;
	}
	begin_value(w);
	add_string(w->_buf, s);
}

void jsonw_cstr(struct jsonw *w, const char *s)
{
	jsonw_str(w, slice_of(s));
}

void jsonw_i64(struct jsonw *w, int64_t v)
{
	begin_value(w);
	if (v < 0)
		buf_addc(w->_buf, '-');
	buf_addu(w->_buf, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	begin_value(w);
	buf_adds(w->_buf, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	begin_value(w);
	buf_adds(w->_buf, "null");
}

void jsonw_uuid(struct jsonw *w, struct uuid v)
{
	char text[UUID_TEXT];
	uuid_format(v, text);
	jsonw_cstr(w, text);
}

void jsonw_day(struct jsonw *w, struct day v)
{
	char text[DAY_TEXT];
	day_format(v, text);
	jsonw_cstr(w, text);
}

void jsonw_instant(struct jsonw *w, struct instant v)
{
	char text[INSTANT_TEXT];
	instant_format(v, text);
	jsonw_cstr(w, text);
}

void jsonw_decimal(struct jsonw *w, int64_t v, unsigned places)
{
	static const uint64_t powers[] = {1, 10, 100, 1000, 10000,
	                                  100000, 1000000, 10000000, 100000000, 1000000000};
	assert(places < ARRAY_LEN(powers));
	uint64_t size = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	begin_value(w);
	buf_addf(w->_buf, "%s%" PRIu64, v < 0 ? "-" : "", size / powers[places]);
	if (places != 0)
		buf_addf(w->_buf, ".%0*" PRIu64, (int)places, size % powers[places]);
}

void jsonw_score(struct jsonw *w, int64_t hundredths)
{
	if (hundredths % 100 == 0)
		jsonw_i64(w, hundredths / 100);
	else if (hundredths % 10 == 0)
		jsonw_decimal(w, hundredths / 10, 1);
	else
		jsonw_decimal(w, hundredths, 2);
}

void jsonw_raw(struct jsonw *w, struct slice json)
{
	begin_value(w);
	buf_add(w->_buf, json);
}

void jsonw_kobject(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_object(w);
}

void jsonw_karray(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_array(w);
}

void jsonw_kstr(struct jsonw *w, const char *key, struct slice s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void jsonw_kcstr(struct jsonw *w, const char *key, const char *s)
{
	jsonw_key(w, key);
	jsonw_cstr(w, s);
}

void jsonw_ki64(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_i64(w, v);
}

void jsonw_kbool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void jsonw_knull(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_null(w);
}

void jsonw_kuuid(struct jsonw *w, const char *key, struct uuid v)
{
	jsonw_key(w, key);
	jsonw_uuid(w, v);
}

void jsonw_kday(struct jsonw *w, const char *key, struct day v)
{
	jsonw_key(w, key);
	jsonw_day(w, v);
}

void jsonw_kinstant(struct jsonw *w, const char *key, struct instant v)
{
	jsonw_key(w, key);
	jsonw_instant(w, v);
}

void jsonw_kraw(struct jsonw *w, const char *key, struct slice json)
{
	jsonw_key(w, key);
	jsonw_raw(w, json);
}

void jsonw_kuuid_or_null(struct jsonw *w, const char *key, struct uuid v)
{
	jsonw_key(w, key);
	if (uuid_is_nil(v))
		jsonw_null(w);
	else
		jsonw_uuid(w, v);
}

void jsonw_kopt_int(struct jsonw *w, const char *key, struct opt_int v)
{
	jsonw_key(w, key);
	if (v.given)
		jsonw_i64(w, v.v);
	else
		jsonw_null(w);
}

void jsonw_kopt_day(struct jsonw *w, const char *key, struct opt_day v)
{
	jsonw_key(w, key);
	if (v.given)
		jsonw_day(w, v.v);
	else
		jsonw_null(w);
}

void jsonw_kopt_instant(struct jsonw *w, const char *key, struct opt_instant v)
{
	jsonw_key(w, key);
	if (v.given)
		jsonw_instant(w, v.v);
	else
		jsonw_null(w);
}
