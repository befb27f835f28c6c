/* ctl/attachment.c - looks for "/Type /EmbeddedFile", reads the dictionary around it and takes
 * exactly the bytes that its Length names; they must end in "endstream". */
#include "ctl/attachment.h"

#include <zlib.h>

#include "base/outcome.h"

enum { DICTIONARY_MAX = 1024, HEADER_WITHIN = 1024 };

/* Position of word in s from `from`, or s.n. */
static size_t find(struct slice s, size_t from, const char *word)
{
	const char *p = from < s.n ? memmem(s.p + from, s.n - from, word, strlen(word)) : NULL;
	return p ? (size_t)(p - s.p) : s.n;
}

bool attachment_is_pdf(struct slice file)
{
	struct slice head = slice_from(file.p, file.n < HEADER_WITHIN ? file.n : HEADER_WITHIN);
	return find(head, 0, "%PDF-") < head.n;
}

static bool is_regular(char c)
{
	return !strchr("/<>[](){}% \t\r\n", c);
}

/* The value after a name that is a key of the dictionary, trimmed in front; SLICE_NONE: absent. */
static struct slice value_of(struct slice dictionary, const char *key)
{
	size_t n = strlen(key);
	for (size_t at = 0; (at = find(dictionary, at, key)) < dictionary.n; at += n) {
		struct slice rest = slice_skip(dictionary, at + n);
		if (rest.n && is_regular(rest.p[0]))
			continue;
		while (rest.n && strchr(" \t\r\n", rest.p[0]))
			rest = slice_skip(rest, 1);
		return rest;
	}
	return SLICE_NONE;
}

static bool is_name(struct slice value, const char *name)
{
	size_t n = strlen(name);
	return value.n >= n && memcmp(value.p, name, n) == 0 &&
	       (value.n == n || !is_regular(value.p[n]));
}

/* A direct number: what follows it is no generation number of a reference. */
static bool read_length(struct slice value, size_t *ret)
{
	size_t n = 0, at;
	uint64_t length;
	while (n < value.n && value.p[n] >= '0' && value.p[n] <= '9')
		n++;
	for (at = n; at < value.n && strchr(" \t\r\n", value.p[at]);)
		at++;
	if (!slice_to_u64(slice_from(value.p, n), &length) || length > SIZE_MAX / 2 ||
	    (at < value.n && value.p[at] >= '0' && value.p[at] <= '9'))
		return false;
	*ret = (size_t)length;
	return true;
}

static int inflate_to(struct arena *a, struct slice packed, struct slice *ret)
{
	uLongf n = ATTACHMENT_SIZE_MAX;
	unsigned char *out = arena_alloc(a, ATTACHMENT_SIZE_MAX);
	if (!out)
		return E_NOMEM;
	switch (uncompress(out, &n, (const unsigned char *)packed.p, packed.n)) {
	case Z_OK:
		*ret = slice_from(out, n);
		return 0;
	case Z_BUF_ERROR:
		return E_LIMIT;
	case Z_MEM_ERROR:
		return E_NOMEM;
	default:
		return E_SYNTAX;
	}
}

/* Where the dictionary around `at` begins, just behind "obj". */
static bool find_start(struct slice file, size_t at, size_t *ret)
{
	size_t least = at > DICTIONARY_MAX ? at - DICTIONARY_MAX : 0;
	for (size_t i = at; i >= least + 4; i--)
		if (memcmp(file.p + i - 4, " obj", 4) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static int read_stream(struct arena *a, struct slice file, size_t at, size_t *ret_end,
                       struct slice *ret)
{
	size_t start, length;
	size_t stream = find(file, at, "stream");
	if (!find_start(file, at, &start) || stream - start > DICTIONARY_MAX || stream == file.n)
		return E_SYNTAX;
	struct slice dictionary = slice_from(file.p + start, stream - start);
	struct slice rest = slice_skip(file, stream + strlen("stream"));
	if (slice_starts(rest, SLICE("\r\n")))
		rest = slice_skip(rest, 2);
	else if (slice_starts(rest, SLICE("\n")))
		rest = slice_skip(rest, 1);
	else
		return E_SYNTAX;
	if (!read_length(value_of(dictionary, "/Length"), &length) || length > rest.n)
		return E_SYNTAX;
	struct slice tail = slice_skip(rest, length);
	while (tail.n && (tail.p[0] == '\r' || tail.p[0] == '\n'))
		tail = slice_skip(tail, 1);
	if (!slice_starts(tail, SLICE("endstream")))
		return E_SYNTAX;
	struct slice data = slice_from(rest.p, length), filter = value_of(dictionary, "/Filter");
	*ret_end = (size_t)(rest.p - file.p) + length;
	if (filter.p)
		return is_name(filter, "/FlateDecode") ? inflate_to(a, data, ret) : E_SYNTAX;
	if (length > ATTACHMENT_SIZE_MAX)
		return E_LIMIT;
	*ret = data;
	return 0;
}

int attachment_next(struct arena *a, struct slice file, size_t *at, struct slice *ret)
{
	static const char type[] = "/EmbeddedFile";
	size_t n = sizeof type - 1;
	for (size_t i = *at; (i = find(file, i, type)) < file.n; i += n) {
		if (i + n < file.n && is_regular(file.p[i + n]))
			continue; /* the name tree, /EmbeddedFiles */
		*at = i + n;
		return read_stream(a, file, i, at, ret);
	}
	return E_ABSENT;
}
