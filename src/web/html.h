/* web/html.h - HTML and inline SVG through typed calls: what is written is escaped, what is opened is
 * closed.
 *
 *     HTML(h, P, ATTR(CLASS, "note"))
 *             html_word(h, W_HOLDER);
 *
 * runs what follows, a statement or a block, once inside the element and closes it. Tags and attributes are
 * those of html_list.h: an unknown one does not compile. An element where it may not stand, text where
 * none may be, and a block left by break or return end in an assertion, with the first page that does
 * it: nesting is the program's, never the data's. */
#pragma once

#include "base/buf.h"
#include "text/lang.h"
#include "web/word.h"

enum html_tag {
#define ELEMENT(tag, name, is, holds, lines) TAG_##tag,
#include "web/html_list.h"
#undef ELEMENT
	TAG_COUNT
};

enum html_attribute_name {
	ATTR_END_,
#define ATTRIBUTE(attr, name, value) ATTR_##attr,
#include "web/html_list.h"
#undef ATTRIBUTE
	ATTR_COUNT
};

/* An attribute without a value (p == NULL) is left out, as is an address of another scheme than ours. */
struct html_attribute {
	enum html_attribute_name name;
	struct slice value;
};

enum { HTML_DEPTH = 16 };

/* A document that is being written: HTML_INIT, then its elements. Failures are the buffer's, sticky. */
struct html {
	struct buf *out;
	enum lang lang; /* of its words */
	int depth;
	enum html_tag open[HTML_DEPTH];
};

#define HTML_INIT(buffer, language) ((struct html){.out = (buffer), .lang = (language)})

static inline struct slice html_slice_(struct slice s)
{
	return s;
}

/* The value is a C string or a slice. */
#define ATTR(name, value) \
	{ATTR_##name, _Generic((value), struct slice: html_slice_, default: slice_of)(value)}
#define FLAG(name) {ATTR_##name, SLICE("")}
#define HTML_ATTRIBUTES_(...) ((const struct html_attribute[]){__VA_ARGS__})

/* HTML(h, TAG, attributes...) statement */
#define HTML(...) HTML_BLOCK_(__VA_ARGS__, {ATTR_END_, SLICE_NONE})
#define HTML_BLOCK_(h, tag, ...) \
	HTML_FOR_(HTML_NAME_(__LINE__), h, TAG_##tag, HTML_ATTRIBUTES_(__VA_ARGS__))
#define HTML_FOR_(inside, h, tag, ...) \
	for (int inside = html_open(h, tag, __VA_ARGS__); inside; inside = html_close(h, tag))
#define HTML_NAME_(line) HTML_PASTE_(line)
#define HTML_PASTE_(line) inside_##line

/* An element that holds nothing: HTML_EMPTY(h, TAG, attributes...); */
#define HTML_EMPTY(...) HTML_ALONE_(__VA_ARGS__, {ATTR_END_, SLICE_NONE})
#define HTML_ALONE_(h, tag, ...) html_empty(h, TAG_##tag, HTML_ATTRIBUTES_(__VA_ARGS__))

/* For the macros. html_open gives 1, html_close 0. */
int html_open(struct html *h, enum html_tag tag, const struct html_attribute *attributes);
int html_close(struct html *h, enum html_tag tag);
void html_empty(struct html *h, enum html_tag tag, const struct html_attribute *attributes);

void html_text(struct html *h, struct slice text);
void html_cstr(struct html *h, const char *text);
void html_word(struct html *h, enum word word);

/* The content of a STYLE element, which cannot be escaped: a file of our own. */
void html_rules(struct html *h, struct slice style_sheet);
