/* journal/line.c - reading and writing lines. */
#include "journal/line.h"

#include "base/outcome.h"
#include "crypt/encode.h"

#define SIGNED "signed:"
#define ENDED "ended:"

/* ---- reading ---- */

/* *ret is SLICE_NONE for a "-". False: there is no word. */
static bool word_or_none(struct slice *rest, struct slice *ret)
{
	struct slice word = slice_cut(rest, ' ');
	*ret = slice_is(word, "-") ? SLICE_NONE : word;
	return word.n > 0;
}

static bool parse_u32(struct slice text, uint32_t *ret)
{
	uint64_t v = 0;
	if (text.p && (!slice_to_u64(text, &v) || v > UINT32_MAX))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool parse_process(struct slice text, uint32_t *ret)
{
	return text.p && parse_u32(text, ret) && *ret;
}

static bool parse_key(struct slice *rest, struct journal_signed *s)
{
	s->issuer = slice_cut(rest, ' ');
	s->key_id = slice_cut(rest, ' ');
	return s->issuer.n && s->key_id.n && hex_decode(slice_cut(rest, ' '), s->hash, sizeof s->hash);
}

/* Behind "signed:". */
static bool parse_signed(struct slice rest, struct journal_signed *s)
{
	struct slice version, list, index;
	s->what = slice_cut(&rest, ' ');
	if (!s->what.n || !parse_key(&rest, s) || !word_or_none(&rest, &version) ||
	    !word_or_none(&rest, &s->subject) || !word_or_none(&rest, &list) ||
	    !word_or_none(&rest, &index))
		return false;
	s->indexed = index.p != NULL;
	return (!version.p || uuid_parse(version, &s->version)) && parse_u32(list, &s->list) &&
	       parse_u32(index, &s->index) && s->subject.n <= JOURNAL_SUBJECT_MAX &&
	       (!rest.p || parse_process(rest, &s->process));
}

/* Of the first version: everything behind the time. */
static bool parse_first(struct slice entry, struct journal_signed *s)
{
	s->what = SLICE("");
	return parse_key(&entry, s) && !entry.p;
}

static bool printable(struct slice entry)
{
	for (size_t i = 0; i < entry.n; i++)
		if ((unsigned char)entry.p[i] < ' ' || (unsigned char)entry.p[i] >= 0x7f)
			return false;
	return entry.n > 0 && entry.n <= JOURNAL_ENTRY_MAX;
}

static bool is_first_version(struct slice entry)
{
	struct slice word = slice_cut(&entry, ' ');
	return word.n && word.p[word.n - 1] != ':';
}

int journal_line_parse(struct slice line, struct journal_line *ret)
{
	struct journal_line l = {0};
	struct slice rest = line, sequence = slice_cut(&rest, ' '), time = slice_cut(&rest, ' ');
	l.entry = rest;
	if (!slice_to_u64(sequence, &l.sequence) || !instant_parse(time, &l.time) ||
	    !printable(l.entry))
		return E_SYNTAX;
	bool good = true;
	struct slice word = slice_cut(&rest, ' ');
	if (is_first_version(l.entry)) {
		l.is_signed = true;
		good = parse_first(l.entry, &l.signature);
	} else if (slice_is(word, SIGNED)) {
		l.is_signed = true;
		good = parse_signed(rest, &l.signature);
	} else if (slice_is(word, ENDED)) {
		good = parse_process(rest, &l.ended);
	}
	if (!good)
		return E_SYNTAX;
	*ret = l;
	return 0;
}

/* ---- writing ---- */

static bool word_ok(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7f)
			return false;
	return s.n > 0;
}

bool journal_entry_ok(struct slice entry)
{
	return printable(entry) && !is_first_version(entry);
}

static void add_version(struct buf *b, struct uuid version)
{
	char text[UUID_TEXT] = "-";
	if (!uuid_is_nil(version))
		uuid_format(version, text);
	buf_adds(b, text);
}

static void add_number(struct buf *b, uint32_t v, bool there)
{
	buf_addc(b, ' ');
	if (there)
		buf_addu(b, v);
	else
		buf_addc(b, '-');
}

bool journal_add_signed(struct buf *b, const struct journal_signed *s)
{
	if (!word_ok(s->what) || !word_ok(s->issuer) || !word_ok(s->key_id) ||
	    (s->subject.n && !word_ok(s->subject)) || s->subject.n > JOURNAL_SUBJECT_MAX)
		return false;
	buf_addf(b, SIGNED " %.*s %.*s %.*s ", SLICE_ARGS(s->what), SLICE_ARGS(s->issuer),
	         SLICE_ARGS(s->key_id));
	hex_add(b, slice_from(s->hash, sizeof s->hash));
	buf_addc(b, ' ');
	add_version(b, s->version);
	buf_addc(b, ' ');
	buf_add(b, s->subject.n ? s->subject : SLICE("-"));
	add_number(b, s->list, s->list != 0);
	add_number(b, s->index, s->indexed);
	if (s->process)
		add_number(b, s->process, true);
	return true;
}

void journal_add_ended(struct buf *b, uint32_t process)
{
	buf_addf(b, ENDED " %lu", (unsigned long)process);
}
