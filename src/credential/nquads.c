/* credential/nquads.c - one line per statement, sorted at the end.
 *
 * Sorting by bytes is sorting by code points, because UTF-8 keeps their order. */
#include "credential/nquads.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/outcome.h"

enum { TEXT_MAX = 512 * KIB };

struct nquads {
	struct arena *arena;
	size_t n;
	int failure;
	struct slice subject; /* the last that was found well-formed: lines come in runs of one */
	struct slice line[NQUADS_MAX];
};

struct nquads *nquads_new(struct arena *a)
{
	struct nquads *q = arena_alloc(a, sizeof *q);
	if (q)
		q->arena = a;
	return q;
}

/* What a byte is: one that no IRI contains (RFC 3987; ours have no characters beyond ASCII), the colon that an
 * absolute one has, one that needs an escape in a literal or that no literal contains, part of a longer character. */
enum { NO_IRI = 1, COLON = 2, ESCAPED = 4, NO_LITERAL = 8, LONG = 16 };

#define CONTROL (NO_IRI | NO_LITERAL)
#define TIMES_16(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x

static const unsigned char class[256] = {
	TIMES_16(CONTROL), TIMES_16(CONTROL),
	[' '] = NO_IRI, ['"'] = NO_IRI | ESCAPED, ['<'] = NO_IRI, ['>'] = NO_IRI, ['\\'] = NO_IRI | ESCAPED,
	['^'] = NO_IRI, ['`'] = NO_IRI, ['{'] = NO_IRI, ['|'] = NO_IRI, ['}'] = NO_IRI, [':'] = COLON,
	[0x7f] = CONTROL,
	[0x80] = TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG),
	TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG), TIMES_16(NO_IRI | LONG),
};

/* All that its bytes are. */
static unsigned classes(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;
	unsigned found = 0;
	for (; end - p >= 8; p += 8)
		found |= class[p[0]] | class[p[1]] | class[p[2]] | class[p[3]] | class[p[4]] | class[p[5]] | class[p[6]] |
		         class[p[7]];
	while (p < end)
		found |= class[*p++];
	return found;
}

static bool iri_ok(struct slice iri)
{
	return (classes(iri) & (NO_IRI | COLON)) == COLON;
}

static bool is_blank(struct slice node)
{
	return slice_eq(node, NQUADS_BLANK);
}

static size_t node_size(struct slice node)
{
	return node.n + 2;
}

static char *put(char *at, struct slice s)
{
	if (s.n)
		memcpy(at, s.p, s.n);
	return at + s.n;
}

static char *put_node(char *at, struct slice node)
{
	if (is_blank(node))
		return put(at, node);
	*at++ = '<';
	at = put(at, node);
	*at++ = '>';
	return at;
}

/* The length of the well-formed UTF-8 sequence at p (Unicode 15, table 3-7); 0 when broken. */
static size_t sequence(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0x80   ? 1
	             : p[0] < 0xc2 ? 0
	             : p[0] < 0xe0 ? 2
	             : p[0] < 0xf0 ? 3
	             : p[0] < 0xf5 ? 4
	                           : 0;
	if (len == 0 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	bool low = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
	bool high = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
	return low || high ? 0 : len;
}

static bool literal_ok(struct slice value, unsigned found)
{
	const unsigned char *p = (const unsigned char *)value.p;
	if (found & NO_LITERAL)
		return false;
	for (size_t i = 0, len; found & LONG && i < value.n; i += len)
		if ((len = sequence(p + i, value.n - i)) == 0)
			return false;
	return true;
}

/* Without control characters only these two need an escape (RDFC-1.0 section 5). */
static char *put_escaped(char *at, struct slice value)
{
	for (size_t i = 0; i < value.n; i++) {
		if (class[(unsigned char)value.p[i]] & ESCAPED)
			*at++ = '\\';
		*at++ = value.p[i];
	}
	return at;
}

static bool subject_ok(struct nquads *q, struct slice subject)
{
	if (is_blank(subject) || (subject.p == q->subject.p && subject.n == q->subject.n))
		return true;
	q->subject = subject;
	return iri_ok(subject);
}

/* Memory for one more line, after the checks every statement has in common. */
static char *line_new(struct nquads *q, struct slice subject, struct slice predicate, size_t rest)
{
	if (q->failure)
		return NULL;
	if (!iri_ok(predicate) || !subject_ok(q, subject)) {
		q->failure = E_SYNTAX;
		return NULL;
	}
	size_t size = node_size(subject) + 1 + node_size(predicate) + 1 + rest + 3;
	if (q->n == NQUADS_MAX || size > TEXT_MAX) {
		q->failure = E_LIMIT;
		return NULL;
	}
	char *start = arena_text(q->arena, size);
	if (!start) {
		q->failure = E_NOMEM;
		return NULL;
	}
	char *at = put_node(start, subject);
	*at++ = ' ';
	at = put_node(at, predicate);
	*at++ = ' ';
	q->line[q->n++] = slice_from(start, (size_t)(at - start));
	return at;
}

static void line_end(struct nquads *q, char *at)
{
	struct slice *line = &q->line[q->n - 1];
	at = put(at, SLICE(" .\n"));
	line->n = (size_t)(at - line->p);
}

void nquads_link(struct nquads *q, struct slice subject, struct slice predicate,
                 struct slice object)
{
	if (!is_blank(object) && !iri_ok(object))
		q->failure = q->failure ? q->failure : E_SYNTAX;
	char *at = line_new(q, subject, predicate, node_size(object));
	if (at)
		line_end(q, put_node(at, object));
}

void nquads_literal(struct nquads *q, struct slice subject, struct slice predicate,
                    struct slice value, struct slice datatype)
{
	unsigned found = classes(value);
	if (!literal_ok(value, found) || (datatype.p && !iri_ok(datatype)))
		q->failure = q->failure ? q->failure : E_SYNTAX;
	char *at = line_new(q, subject, predicate, 2 * value.n + 2 + 2 + node_size(datatype));
	if (!at)
		return;
	*at++ = '"';
	at = found & ESCAPED ? put_escaped(at, value) : put(at, value);
	*at++ = '"';
	if (datatype.p) {
		at = put(at, SLICE("^^"));
		at = put_node(at, datatype);
	}
	line_end(q, at);
}

static int compare(const void *pa, const void *pb)
{
	const struct slice *a = pa, *b = pb;
	int d = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);
	return d ? d : (a->n > b->n) - (a->n < b->n);
}

int nquads_finish(struct nquads *q, struct slice *ret)
{
	size_t total = 0;
	if (q->failure)
		return q->failure;
	qsort(q->line, q->n, sizeof q->line[0], compare);
	for (size_t i = 0; i < q->n; i++)
		total += q->line[i].n;
	char *text = arena_text(q->arena, total), *at = text;
	if (!text)
		return E_NOMEM;
	for (size_t i = 0; i < q->n; i++)
		if (i == 0 || !slice_eq(q->line[i], q->line[i - 1]))
			at = put(at, q->line[i]);
	*ret = slice_from(text, (size_t)(at - text));
	return 0;
}
