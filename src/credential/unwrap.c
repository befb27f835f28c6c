/* credential/unwrap.c - takes one wrapping off at a time, until what is left is none. */
#include "credential/unwrap.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "text/json.h"

struct unwrapping {
	struct arena *arena;
	struct unwrapped found;
	int level;
};

static int take_text(struct unwrapping *u, struct slice text);
static int take_json(struct unwrapping *u, const json_t *value, struct slice text);

/* ------------------------------------------------------------------ bytes to UTF-8 */

/* The next UTF-16 unit of whole pairs of bytes. */
static uint32_t unit(struct slice *s, bool little)
{
	uint32_t first = (unsigned char)s->p[0], second = (unsigned char)s->p[1];
	*s = slice_skip(*s, 2);
	return little ? second << 8 | first : first << 8 | second;
}

/* False: no UTF-16. */
static bool add_character(struct slice *s, bool little, struct buf *out)
{
	utf8proc_uint8_t bytes[4];
	uint32_t high = unit(s, little);
	if (high >> 10 == 0xd800 >> 10 && s->n >= 2) {
		uint32_t low = unit(s, little);
		if (low >> 10 != 0xdc00 >> 10)
			return false;
		high = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
	}
	if (!utf8proc_codepoint_valid((utf8proc_int32_t)high))
		return false;
	buf_add(out, slice_from(bytes, (size_t)utf8proc_encode_char((utf8proc_int32_t)high, bytes)));
	return true;
}

static int from_utf16(struct arena *a, struct slice s, bool little, struct slice *ret)
{
	struct buf out = BUF_INIT(2 * VERIFY_DOCUMENT_MAX);
	bool ok = s.n % 2 == 0;
	while (ok && s.n)
		ok = add_character(&s, little, &out);
	int r = 0;
	if (ok && !buf_failed(&out)) {
		*ret = arena_slice(a, buf_slice(&out));
		r = ret->p || out.n == 0 ? 0 : E_NOMEM;
	}
	buf_free(&out);
	return r;
}

/* A text of ours begins with an ASCII character, so a zero byte beside it tells UTF-16 without a mark.
 * What is neither, or broken, stays as it is. */
static int to_utf8(struct arena *a, struct slice input, struct slice *ret)
{
	*ret = input;
	if (slice_starts(input, SLICE("\xef\xbb\xbf")))
		*ret = slice_skip(input, 3);
	else if (input.n < 2 || input.n > VERIFY_DOCUMENT_MAX)
		return 0;
	else if (slice_starts(input, SLICE("\xff\xfe")))
		return from_utf16(a, slice_skip(input, 2), true, ret);
	else if (slice_starts(input, SLICE("\xfe\xff")))
		return from_utf16(a, slice_skip(input, 2), false, ret);
	else if (input.p[0] && !input.p[1])
		return from_utf16(a, input, true, ret);
	else if (!input.p[0] && input.p[1])
		return from_utf16(a, input, false, ret);
	return 0;
}

/* ------------------------------------------------------------------ what has come out */

static int add(struct unwrapping *u, struct slice text)
{
	if (u->found.n == UNWRAP_MAX)
		return E_LIMIT;
	u->found.text[u->found.n++] = text;
	return 0;
}

static int add_json(struct unwrapping *u, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (!text || arena_on_dispose(u->arena, free, text) < 0)
		return E_NOMEM;
	return add(u, slice_of(text));
}

/* ------------------------------------------------------------------ presentations, envelopes */

static bool has_type(const json_t *object, const char *type)
{
	const json_t *types = json_object_get(object, "type"), *one;
	size_t i;
	if (slice_is(json_text(types), type))
		return true;
	json_array_foreach(types, i, one)
		if (slice_is(json_text(one), type))
			return true;
	return false;
}

static bool is_envelope(const json_t *object)
{
	return has_type(object, "EnvelopedVerifiableCredential") ||
	       has_type(object, "EnvelopedVerifiablePresentation");
}

/* "data:application/vc+jwt,eyJ…" (RFC 2397). */
static int take_data(struct unwrapping *u, struct slice address)
{
	struct buf bytes = BUF_INIT(VERIFY_DOCUMENT_MAX);
	struct slice rest = address, media = slice_cut(&rest, ','), coding = SLICE(";base64");
	bool packed = media.n >= coding.n &&
	              slice_eq(slice_skip(media, media.n - coding.n), coding);
	if (!rest.p || u->level == UNWRAP_LEVELS)
		return add(u, address);
	if (packed && base64_decode(rest, &bytes) == 0) {
		rest = arena_slice(u->arena, buf_slice(&bytes));
		packed = false;
	}
	buf_free(&bytes);
	if (arena_failed(u->arena))
		return E_NOMEM;
	if (packed)
		return add(u, address);
	u->level++;
	int r = take_text(u, rest);
	u->level--;
	return r;
}

static int take_object(struct unwrapping *u, const json_t *object, struct slice text)
{
	if (is_envelope(object)) {
		struct slice id = json_text(json_object_get(object, "id"));
		return slice_starts(id, SLICE("data:")) ? take_data(u, id) : 0;
	}
	if (has_type(object, "VerifiablePresentation")) {
		const json_t *inside = json_object_get(object, "verifiableCredential");
		return inside ? take_json(u, inside, SLICE_NONE) : 0;
	}
	return text.p ? add(u, text) : add_json(u, object);
}

/* text: where value was read from, if it stands alone there. */
static int take_json(struct unwrapping *u, const json_t *value, struct slice text)
{
	size_t i;
	const json_t *item;
	int r = 0;
	if (u->level == UNWRAP_LEVELS)
		return text.p ? add(u, text) : add_json(u, value);
	u->level++;
	if (json_is_array(value)) {
		json_array_foreach(value, i, item)
			if (r == 0)
				r = take_json(u, item, SLICE_NONE);
	} else if (json_is_string(value)) {
		r = take_text(u, json_text(value));
	} else if (json_is_object(value)) {
		r = take_object(u, value, text);
	} else {
		r = text.p ? add(u, text) : add_json(u, value);
	}
	u->level--;
	return r;
}

/* ------------------------------------------------------------------ texts */

/* A value that begins here, or NULL: it is no JSON, and the verifier says why. */
static int read_json(struct unwrapping *u, struct slice text, json_t **ret)
{
	struct json_error_at error;
	json_t *value;
	*ret = NULL;
	if (text.n > VERIFY_DOCUMENT_MAX)
		return 0;
	int r = json_read(text, UNWRAP_DEPTH_MAX, &value, &error);
	if (r)
		return r == E_NOMEM ? r : 0;
	r = json_keep(u->arena, value);
	if (r == 0)
		*ret = value;
	return r;
}

/* What a JWT says, when that is a presentation; else NULL. */
static int read_jwt(struct unwrapping *u, struct slice text, const json_t **ret)
{
	struct buf bytes = BUF_INIT(VERIFY_DOCUMENT_MAX);
	struct slice rest = text, payload = SLICE_NONE;
	json_t *value = NULL;
	slice_cut(&rest, '.');
	payload = slice_cut(&rest, '.');
	*ret = NULL;
	int r = 0;
	if (rest.p && payload.n && text.n <= VERIFY_DOCUMENT_MAX && base64url_decode(payload, &bytes) == 0)
		r = read_json(u, buf_slice(&bytes), &value);
	buf_free(&bytes);
	if (r)
		return r;
	const json_t *inside = json_object_get(value, "vp"); /* as of version 1.1 */
	if (has_type(inside, "VerifiablePresentation"))
		*ret = inside;
	else if (has_type(value, "VerifiablePresentation"))
		*ret = value;
	return 0;
}

static bool is_of_jwt(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == '.';
}

/* Behind the line end that a message put in, SLICE_NONE when there is none. */
static struct slice behind_line_end(struct slice s)
{
	struct slice rest = json_trim(s);
	size_t gap = rest.n ? (size_t)(rest.p - s.p) : 0;
	return gap && memchr(s.p, '\n', gap) ? slice_skip(s, gap) : SLICE_NONE;
}

/* The JWT without the quotation marks of any kind, words and punctuation around it, and without the line ends
 * inside. It begins as JSON objects do in base64. What has none stays as it is. */
static int take_out_jwt(struct unwrapping *u, struct slice *text)
{
	struct slice rest = *text, next;
	while (rest.n && !(slice_starts(rest, SLICE("eyJ")) && (rest.p == text->p || !is_of_jwt(rest.p[-1]))))
		rest = slice_skip(rest, 1);
	char *out = rest.n && text->n <= VERIFY_DOCUMENT_MAX ? arena_alloc(u->arena, rest.n) : NULL;
	size_t n = 0, dots = 0;
	if (!out)
		return arena_failed(u->arena) ? E_NOMEM : 0;
	for (; rest.n; rest = next) {
		bool in = is_of_jwt(rest.p[0]);
		next = in ? slice_skip(rest, 1) : behind_line_end(rest);
		dots += rest.p[0] == '.';
		if (!next.p || dots > 2)
			break; /* also the full stop of a sentence */
		if (in)
			out[n++] = rest.p[0];
	}
	*text = slice_from(out, n);
	return 0;
}

static int take_text(struct unwrapping *u, struct slice text)
{
	const json_t *value = NULL;
	json_t *read = NULL;
	text = json_trim(text);
	if (slice_starts(text, SLICE("data:")))
		return take_data(u, text);
	bool json = text.n && memchr("{[\"", text.p[0], 3) != NULL;
	int r = json ? read_json(u, text, &read) : take_out_jwt(u, &text);
	if (r == 0 && !json)
		r = read_jwt(u, text, &value);
	if (r)
		return r;
	if (json)
		value = read;
	return value ? take_json(u, value, json ? text : SLICE_NONE) : add(u, text);
}

/* ------------------------------------------------------------------ */

int unwrap(struct arena *a, struct slice input, struct unwrapped *ret)
{
	struct unwrapping u = {.arena = a};
	struct slice text;
	int r = to_utf8(a, input, &text);
	if (r == 0)
		r = take_text(&u, text);
	if (r == 0)
		*ret = u.found;
	return r;
}

int unwrap_json(struct arena *a, const json_t *value, struct unwrapped *ret)
{
	struct unwrapping u = {.arena = a};
	if (json_is_string(value))
		return unwrap(a, json_text(value), ret);
	int r = take_json(&u, value, SLICE_NONE);
	if (r == 0)
		*ret = u.found;
	return r;
}
