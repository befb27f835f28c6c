/* web/html.c - writing elements, attributes and text; what may stand in what. */
#include "web/html.h"

#include <assert.h>

enum content {
	DOCUMENT, PARTS, METADATA, RULES, TEXT, FLOW, PHRASING, TERMS, ROWS, CELLS, SHAPES, NOTHING
};
enum lines { NONE, AFTER, BOTH }; /* after the end tag; after the start tag too */
enum value { VALUE, BARE, ADDRESS };

struct element {
	const char *name;
	enum content is, holds;
	enum lines lines;
};

static const struct element elements[TAG_COUNT] = {
#define ELEMENT(tag, name, is, holds, lines) [TAG_##tag] = {name, is, holds, lines},
#include "web/html_list.h"
#undef ELEMENT
};

static const struct {
	const char *name;
	enum value value;
} attribute_rows[ATTR_COUNT] = {
#define ATTRIBUTE(attr, name, value) [ATTR_##attr] = {name, value},
#include "web/html_list.h"
#undef ATTRIBUTE
};

static enum content content_here(const struct html *h)
{
	return h->depth ? elements[h->open[h->depth - 1]].holds : DOCUMENT;
}

static bool may_stand(enum content what, enum content where)
{
	return what == where || (where == FLOW && what == PHRASING);
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void escape(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		const char *e = entity(text.p[i]);
		if (e)
			buf_adds(out, e);
		else
			buf_addc(out, text.p[i]);
	}
}

/* Escaping makes no address harmless: "javascript:" needs no quotation mark. */
static bool goes_nowhere_else(struct slice address)
{
	return slice_starts(address, SLICE("/")) || slice_starts(address, SLICE("?")) ||
	       slice_starts(address, SLICE("https://")) || slice_starts(address, SLICE("http://"));
}

static void write_attribute(struct buf *out, const struct html_attribute *a)
{
	enum value value = attribute_rows[a->name].value;
	if (!a->value.p || (value == ADDRESS && !goes_nowhere_else(a->value)))
		return;
	buf_addc(out, ' ');
	buf_adds(out, attribute_rows[a->name].name);
	if (value == BARE)
		return;
	buf_adds(out, "=\"");
	escape(out, a->value);
	buf_addc(out, '"');
}

/* An attribute that is given twice counts once for a browser. */
static bool differ(const struct html_attribute *attributes)
{
	for (const struct html_attribute *a = attributes; a->name != ATTR_END_; a++)
		for (const struct html_attribute *b = attributes; b < a; b++)
			if (a->name == b->name)
				return false;
	return true;
}

static void start_tag(struct html *h, enum html_tag tag, const struct html_attribute *attributes)
{
	assert(may_stand(elements[tag].is, content_here(h)) && differ(attributes));
	buf_addc(h->out, '<');
	buf_adds(h->out, elements[tag].name);
	for (; attributes->name != ATTR_END_; attributes++)
		write_attribute(h->out, attributes);
	buf_adds(h->out, elements[tag].is == SHAPES ? "/>" : ">"); /* XML's rule inside SVG */
}

int html_open(struct html *h, enum html_tag tag, const struct html_attribute *attributes)
{
	assert(elements[tag].holds != NOTHING && h->depth < HTML_DEPTH);
	start_tag(h, tag, attributes);
	h->open[h->depth++] = tag;
	if (elements[tag].lines == BOTH)
		buf_addc(h->out, '\n');
	return 1;
}

int html_close(struct html *h, enum html_tag tag)
{
	assert(h->depth > 0 && h->open[h->depth - 1] == tag);
	h->depth--;
	buf_adds(h->out, "</");
	buf_adds(h->out, elements[tag].name);
	buf_adds(h->out, elements[tag].lines == NONE ? ">" : ">\n");
	return 0;
}

void html_empty(struct html *h, enum html_tag tag, const struct html_attribute *attributes)
{
	assert(elements[tag].holds == NOTHING);
	start_tag(h, tag, attributes);
	if (elements[tag].lines != NONE)
		buf_addc(h->out, '\n');
}

void html_text(struct html *h, struct slice text)
{
	assert(may_stand(PHRASING, content_here(h)) || content_here(h) == TEXT);
	escape(h->out, text);
}

void html_cstr(struct html *h, const char *text)
{
	html_text(h, slice_of(text));
}

void html_word(struct html *h, enum word word)
{
	html_cstr(h, word_text(word, h->lang));
}

void html_rules(struct html *h, struct slice style_sheet)
{
	assert(content_here(h) == RULES);
	buf_add(h->out, style_sheet);
}
