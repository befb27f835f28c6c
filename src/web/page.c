/* web/page.c - head, header, footer and policy of every page; terms, forms and signs. */
#include "web/page.h"

#include <assert.h>
#include <stdio.h>

#include "crypt/digest.h"
#include "crypt/encode.h"
#include "http/language.h"
#include "web/asset.h"

/* ---- layout ---- */

static void write_head(struct html *h, struct slice title)
{
	HTML(h, HEAD) {
		HTML_EMPTY(h, META, ATTR(CHARSET, "utf-8"));
		HTML_EMPTY(h, META, ATTR(NAME, "viewport"),
		           ATTR(CONTENT, "width=device-width,initial-scale=1"));
		HTML_EMPTY(h, META, ATTR(NAME, "robots"), ATTR(CONTENT, "noindex"));
		HTML(h, TITLE)
			html_text(h, title);
		HTML(h, STYLE)
			html_rules(h, asset_find("page.css"));
	}
}

static void write_header(struct html *h)
{
	bool zh = h->lang == LANG_ZH;
	const char *tag = language_tag(zh ? LANG_EN : LANG_ZH);
	HTML(h, HEADER) {
		HTML(h, STRONG)
			html_word(h, W_REGISTRY);
		html_cstr(h, " ");
		HTML(h, A, ATTR(HREF, zh ? "?lang=en" : "?lang=zh"), ATTR(HREFLANG, tag), ATTR(LANG, tag))
			html_word(h, W_OTHER_LANGUAGE);
	}
}

static void open_frame(struct html *h, enum html_tag tag, const char *language)
{
	html_open(h, tag, HTML_ATTRIBUTES_(ATTR(LANG, language), {ATTR_END_, SLICE_NONE}));
}

struct html page_head(struct buf *out, enum lang lang, struct slice title)
{
	struct html h = HTML_INIT(out, lang);
	buf_adds(out, "<!doctype html>\n");
	open_frame(&h, TAG_HTML, language_tag(lang));
	write_head(&h, title);
	open_frame(&h, TAG_BODY, NULL);
	write_header(&h);
	open_frame(&h, TAG_MAIN, NULL);
	return h;
}

void page_foot(struct html *h)
{
	html_close(h, TAG_MAIN);
	HTML(h, FOOTER)
		HTML(h, P)
			html_word(h, W_CHECK_ADDRESS);
	html_close(h, TAG_BODY);
	html_close(h, TAG_HTML);
}

struct html page_start(struct request *rq, struct slice title)
{
	return page_head(request_out(rq), rq->lang, title);
}

/* Fits the style sheet of page_head; constant after the first call. */
static struct slice page_policy(struct crypt *crypt)
{
	static char policy[256];
	static size_t n;
	if (n == 0) {
		struct buf b = {.p = policy, .size = sizeof policy, .max = sizeof policy};
		uint8_t hash[32];
		sha256(crypt, asset_find("page.css"), hash);
		buf_adds(&b, "default-src 'none'; style-src 'sha256-");
		base64_add(&b, slice_from(hash, sizeof hash));
		buf_adds(&b, "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
		n = b.n;
	}
	return slice_from(policy, n);
}

void page_fields(struct http_response *r, struct crypt *crypt)
{
	response_header(r, "Content-Security-Policy", page_policy(crypt));
	response_header(r, "Referrer-Policy", SLICE("no-referrer"));
}

struct step page_reply(struct request *rq, struct html *h)
{
	page_foot(h);
	request_set_header(rq, "Content-Language", slice_of(language_tag(h->lang)));
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	request_set_header(rq, "Content-Security-Policy", page_policy(request_crypt(rq)));
	request_set_header(rq, "Referrer-Policy", SLICE("no-referrer"));
	return reply(rq, 200, PAGE_TYPE);
}

/* ---- terms ---- */

/* On an English page a browser may show Chinese text in Japanese forms, unless it is told. */
static bool is_chinese(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0xe3) /* U+3000 and above */
			return true;
	return false;
}

void page_term(struct html *h, enum word term, struct slice value)
{
	if (value.n == 0)
		return;
	HTML(h, DT)
		html_word(h, term);
	HTML(h, DD, ATTR(LANG, is_chinese(value) ? language_tag(LANG_ZH) : NULL))
		html_text(h, value);
}

void page_term_word(struct html *h, enum word term, enum word value)
{
	page_term(h, term, slice_of(word_text(value, h->lang)));
}

void page_term_link(struct html *h, enum word term, struct slice address)
{
	HTML(h, DT)
		html_word(h, term);
	HTML(h, DD)
		HTML(h, A, ATTR(HREF, address))
			html_text(h, address);
}

void page_term_code(struct html *h, enum word term, struct slice code)
{
	if (code.n == 0)
		return;
	HTML(h, DT)
		html_word(h, term);
	HTML(h, DD, ATTR(CLASS, "code"))
		while (code.p) {
			const char *from = code.p;
			struct slice part = slice_cut(&code, '-');
			HTML(h, SPAN)
				html_text(h, slice_from(from, part.n + (code.p ? 1 : 0)));
			if (code.p)
				HTML_EMPTY(h, WBR);
		}
}

void page_terms(struct html *h, const struct page_row *rows, size_t n, const void *of)
{
	char text[VIEW_TEXT_MAX];
	for (size_t i = 0; i < n; i++)
		(rows[i].code ? page_term_code : page_term)(h, rows[i].term, view_text(&rows[i].field, of, text));
}

/* ---- tables ---- */

void page_columns(struct html *h, const enum word *columns, size_t n)
{
	HTML(h, TR)
		for (size_t i = 0; i < n; i++)
			HTML(h, TH, ATTR(SCOPE, "col"))
				html_word(h, columns[i]);
}

/* ---- forms ---- */

static void write_field(struct html *h, const struct page_field *f, const void *sent)
{
	struct slice value = sent ? *(const struct slice *)(const void *)((const char *)sent + f->sent->offset)
	                          : SLICE_NONE;
	const char *name = f->sent->name;
	char most[24];
	snprintf(most, sizeof most, "%lld", (long long)f->sent->max);
	HTML(h, LABEL, ATTR(FOR, name))
		html_word(h, f->label);
	HTML_EMPTY(h, INPUT, ATTR(ID, name), ATTR(NAME, name), FLAG(REQUIRED), ATTR(MAXLENGTH, most),
	           ATTR(VALUE, value.n ? value : SLICE_NONE),
	           ATTR(AUTOCOMPLETE, "off"),
	           ATTR(AUTOCAPITALIZE, f->code ? "characters" : NULL),
	           ATTR(SPELLCHECK, f->code ? "false" : NULL));
}

void page_form(struct html *h, const struct page_form *form, const void *sent)
{
	char text[64];
	const char *action = NULL;
	if (form->action) {
		int n = snprintf(text, sizeof text, "%s%s", form->action,
		                 h->lang == LANG_ZH ? "" : "?lang=en");
		assert(n < (int)sizeof text);
		action = text;
	}
	HTML(h, FORM, ATTR(CLASS, "card"), ATTR(METHOD, "post"), ATTR(ACTION, action)) {
		for (int i = 0; i < PAGE_FIELDS && form->fields[i]; i++)
			write_field(h, form->fields[i], sent);
		HTML(h, BUTTON)
			html_word(h, form->button);
		if (form->note)
			HTML(h, P, ATTR(CLASS, "note"))
				html_word(h, form->note);
	}
}

/* ---- signs ---- */

static const struct {
	const char *class, *path; /* in a square of 24 */
} signs[SIGN_COUNT] = {
	[SIGN_GOOD] = {"verdict good", "M4 13l5 5L20 6"},
	[SIGN_WARN] = {"verdict warn", "M12 4v10M12 18v2"},
	[SIGN_BAD] = {"verdict bad", "M5 5l14 14M19 5L5 19"},
};

const char *page_sign_class(enum page_sign sign)
{
	return signs[sign].class;
}

void page_sign(struct html *h, enum page_sign sign)
{
	HTML(h, SVG, ATTR(CLASS, "sign"), ATTR(VIEWBOX, "0 0 24 24"), ATTR(ARIA_HIDDEN, "true"))
		HTML_EMPTY(h, PATH, ATTR(D, signs[sign].path));
}
