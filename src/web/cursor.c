/* web/cursor.c - base64url of: version, check over the list's name and the keys, keys. A number is 8 bytes,
 * big-endian; a text its length and bytes, 255 for none at all. The check finds what was cut, mistyped or meant for another
 * list, not what somebody makes up. */
#include "web/cursor.h"

#include <assert.h>

#include "crypt/encode.h"
#include "http/head.h"

enum { VERSION = 1, CHECK_BYTES = 4, HEAD = 1 + CHECK_BYTES, NO_TEXT = CURSOR_TEXT_MAX + 1 };

/* FNV-1a, 32 bits. */
static uint32_t check_of(const struct cursor_shape *shape, struct slice keys)
{
	uint32_t h = 2166136261u;
	for (const char *p = shape->list; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	for (size_t i = 0; i < keys.n; i++)
		h = (h ^ (unsigned char)keys.p[i]) * 16777619u;
	return h;
}

static void add_number(struct buf *b, uint64_t v, int bytes)
{
	while (bytes-- > 0)
		buf_addc(b, (char)(v >> 8 * bytes));
}

static uint64_t take_number(struct slice *s, size_t bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (unsigned char)s->p[i];
	*s = slice_skip(*s, bytes);
	return v;
}

/* ---- writing ---- */

static void add_text(struct buf *b, struct slice s)
{
	if (s.n >= NO_TEXT) {
		b->failed = true; /* no list sorts by such: sticky, as if the buffer were full */
		return;
	}
	buf_addc(b, s.p ? (char)s.n : (char)NO_TEXT);
	buf_add(b, s);
}

static void add_key(struct buf *b, const struct cursor_key *key, const void *item)
{
	const void *p = (const char *)item + key->offset;
	switch (key->kind) {
	case CURSOR_UUID:
		buf_add(b, slice_from(p, sizeof(struct uuid)));
		break;
	case CURSOR_TEXT:
		add_text(b, *(const struct slice *)p);
		break;
	case CURSOR_NUMBER:
		add_number(b, (uint64_t) * (const int64_t *)p, 8);
		break;
	}
}

void cursor_add(struct buf *b, const struct cursor_shape *shape, const void *item)
{
	struct buf keys = BUF_INIT(CURSOR_BYTES_MAX), whole = BUF_INIT(CURSOR_BYTES_MAX);
	for (size_t i = 0; i < shape->n; i++)
		add_key(&keys, &shape->key[i], item);
	buf_addc(&whole, VERSION);
	add_number(&whole, check_of(shape, buf_slice(&keys)), CHECK_BYTES);
	buf_add(&whole, buf_slice(&keys));
	if (buf_failed(&keys) || buf_failed(&whole))
		b->failed = true;
	base64url_add(b, buf_slice(&whole));
	buf_free(&keys);
	buf_free(&whole);
}

/* ---- reading ---- */

static bool take_text(struct slice *rest, struct slice *ret)
{
	if (rest->n < 1)
		return false;
	size_t n = (unsigned char)*rest->p;
	*rest = slice_skip(*rest, 1);
	if (n == NO_TEXT) {
		*ret = SLICE_NONE;
		return true;
	}
	if (rest->n < n)
		return false;
	*ret = slice_from(rest->p, n);
	*rest = slice_skip(*rest, n);
	return http_is_text(*ret);
}

static bool take_key(struct slice *rest, enum cursor_kind kind, struct cursor *c, size_t i)
{
	switch (kind) {
	case CURSOR_UUID:
		if (rest->n < sizeof(struct uuid))
			return false;
		memcpy(&c->key[i].uuid, rest->p, sizeof(struct uuid));
		*rest = slice_skip(*rest, sizeof(struct uuid));
		return true;
	case CURSOR_TEXT:
		return take_text(rest, &c->key[i].text);
	case CURSOR_NUMBER:
		if (rest->n < 8)
			return false;
		c->key[i].number = (int64_t)take_number(rest, 8);
		return true;
	}
	return false;
}

static bool take_keys(const struct cursor_shape *shape, struct slice bytes, struct cursor *c)
{
	if (bytes.n < HEAD || bytes.p[0] != VERSION)
		return false;
	struct slice rest = slice_skip(bytes, 1);
	if (take_number(&rest, CHECK_BYTES) != check_of(shape, slice_skip(bytes, HEAD)))
		return false;
	for (size_t i = 0; i < shape->n; i++)
		if (!take_key(&rest, shape->key[i].kind, c, i))
			return false;
	return rest.n == 0;
}

const char *cursor_read(const void *shape, struct slice text, void *to)
{
	struct cursor *c = to;
	struct buf bytes = BUF_INIT(CURSOR_BYTES_MAX);
	bool ok = base64url_decode(text, &bytes) == 0 && !buf_failed(&bytes);
	if (ok && bytes.n)
		memcpy(c->_bytes, bytes.p, bytes.n);
	c->given = ok && take_keys(shape, slice_from(c->_bytes, bytes.n), c);
	buf_free(&bytes);
	return c->given ? NULL : "cursor";
}
