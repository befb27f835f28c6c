/* tests/lib/corpus.c - lines to bytes. */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = c ? strchr(digits, c) : NULL;
	return p ? (int)(p - digits) : -1;
}

static const char *unescape(const char *p, char end, struct buf *out);

/* N:piece} */
static const char *repeat(const char *p, struct buf *out)
{
	char *colon;
	unsigned long n = strtoul(p, &colon, 10);
	struct buf piece = BUF_INIT(64 * KIB);
	const char *after = *colon == ':' ? unescape(colon + 1, '}', &piece) : NULL;
	for (unsigned long i = 0; after && i < n; i++)
		buf_add(out, buf_slice(&piece));
	buf_free(&piece);
	return after;
}

static const char *escape(const char *p, struct buf *out)
{
	switch (*p) {
	case 'r':
		buf_addc(out, '\r');
		return p + 1;
	case 'n':
		buf_addc(out, '\n');
		return p + 1;
	case 't':
		buf_addc(out, '\t');
		return p + 1;
	case '0':
		buf_addc(out, '\0');
		return p + 1;
	case '\\':
		buf_addc(out, '\\');
		return p + 1;
	case '{':
		return repeat(p + 1, out);
	case 'x':
		if (hex(p[1]) < 0 || hex(p[2]) < 0)
			return NULL;
		buf_addc(out, (char)(hex(p[1]) << 4 | hex(p[2])));
		return p + 3;
	default:
		return NULL;
	}
}

/* Returns what follows end, or NULL. */
static const char *unescape(const char *p, char end, struct buf *out)
{
	while (p && *p != end) {
		if (*p == '\0')
			return NULL;
		if (*p == '\\')
			p = escape(p + 1, out);
		else
			buf_addc(out, *p++);
	}
	return p ? p + 1 : NULL;
}

int corpus_read(const char *path, corpus_each *each, void *arg)
{
	FILE *f = fopen(path, "r");
	if (!f)
		return -1;
	char line[4096];
	int n = 0;
	while (n >= 0 && fgets(line, sizeof line, f)) {
		char *colon = strstr(line, ": ");
		if (line[0] == '#')
			continue;
		struct buf bytes = BUF_INIT(MIB);
		if (!colon || !unescape(colon + 2, '\n', &bytes) || buf_failed(&bytes)) {
			n = -1;
		} else {
			*colon = '\0';
			each(arg, line, buf_slice(&bytes));
			n++;
		}
		buf_free(&bytes);
	}
	fclose(f);
	return n;
}
