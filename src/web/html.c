/* web/html.c - the frame every page shares, and escaping. */
#include "web/html.h"

#include "crypt/digest.h"
#include "crypt/encode.h"
#include "web/asset.h"

void html_raw(struct buf *out, const char *markup)
{
	buf_adds(out, markup);
}

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void html_text(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		const char *e = entity(text.p[i]);
		if (e)
			buf_adds(out, e);
		else
			buf_addc(out, text.p[i]);
	}
}

void html_cstr(struct buf *out, const char *text)
{
	html_text(out, slice_of(text));
}

void html_attr(struct buf *out, const char *name, struct slice value)
{
	buf_addf(out, " %s=\"", name);
	html_text(out, value);
	buf_addc(out, '"');
}

/* On an English page a browser may show Chinese text in Japanese forms, unless it is told. */
static bool is_chinese(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0xe3) /* U+3000 and above */
			return true;
	return false;
}

void html_term(struct buf *out, const char *term, struct slice value)
{
	if (value.n == 0)
		return;
	html_raw(out, "<dt>");
	html_cstr(out, term);
	html_raw(out, is_chinese(value) ? "</dt><dd lang=\"zh-CN\">" : "</dt><dd>");
	html_text(out, value);
	html_raw(out, "</dd>\n");
}

void html_begin(struct buf *out, enum lang lang, const char *title, struct slice other_language)
{
	bool zh = lang == LANG_ZH;
	html_raw(out, "<!doctype html>\n<html lang=\"");
	html_raw(out, zh ? "zh-CN" : "en");
	html_raw(out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
	              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	              "<meta name=\"robots\" content=\"noindex\">\n<title>");
	html_cstr(out, title);
	html_raw(out, "</title>\n<style>");
	buf_add(out, asset_find("page.css"));
	html_raw(out, "</style>\n</head>\n<body>\n<header><strong>");
	html_cstr(out, zh ? "人才证书登记" : "Talent certificate registry");
	html_raw(out, "</strong> <a");
	html_attr(out, "href", other_language);
	html_attr(out, "hreflang", zh ? SLICE("en") : SLICE("zh-CN"));
	html_attr(out, "lang", zh ? SLICE("en") : SLICE("zh-CN"));
	html_raw(out, zh ? ">English</a></header>\n<main>\n" : ">中文</a></header>\n<main>\n");
}

void html_end(struct buf *out, enum lang lang)
{
	html_raw(out, "</main>\n<footer><p>");
	html_cstr(out, lang == LANG_ZH
	                       ? "请核对浏览器地址栏中的网址；假冒的查询网站会使用相似的名称和地址。"
	                       : "Check the address in your browser: counterfeit look-up sites use "
	                         "similar names and addresses.");
	html_raw(out, "</p></footer>\n</body>\n</html>\n");
}

struct slice html_policy(struct crypt *crypt)
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
