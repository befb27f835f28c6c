/* api/verification_page.c - the page behind the QR code: one screen, no account, no JavaScript.
 *
 * GET /v/{code} shows the certificate and asks for the full name, because "张**" proves nothing
 * about the applicant; POST answers match or not. GET / and /v are for those who type. */
#include "api/routes.h"

#include "api/api.h"
#include "api/verify.h"
#include "http/problem.h"
#include "net/exchange.h"
#include "text/name.h"
#include "web/form.h"
#include "web/html.h"

#define HTML "text/html; charset=utf-8"

static const char *say(const struct request *rq, const char *zh, const char *en)
{
	return rq->lang == LANG_ZH ? zh : en;
}

/* ---- pieces of the page ---- */

struct words {
	const char *style, *zh, *en, *zh_note, *en_note;
};

static const struct words result_words[] = {
	[VERDICT_VALID] = {"good", "证书有效", "Valid certificate", "由登记系统即时核对。",
	                   "Checked against the registry just now."},
	[VERDICT_REVOKED] = {"bad", "证书已撤销", "Certificate revoked",
	                     "该证书曾经签发，现已被撤销，不再有效。",
	                     "It was issued and later revoked. It is not valid."},
	[VERDICT_REPLACED] = {"warn", "证书已更换", "Certificate replaced",
	                      "此二维码属于旧版证书，请向持证人索取新版。",
	                      "This code belongs to an older version. Ask for the new one."},
	[VERDICT_SUSPENDED] = {"warn", "证书已暂停", "Certificate suspended",
	                       "该证书目前被暂停使用。", "It may not be relied on at present."},
	[VERDICT_EXPIRED] = {"warn", "证书已过期", "Certificate expired", "有效期已过。",
	                     "Its period of validity is over."},
	[VERDICT_NO_MATCH] = {"bad", "未找到相符的证书", "No matching certificate",
	                      "请核对编号和姓名；如仍不符，请联系发证机构。",
	                      "Check number and name; if it still fails, ask the issuer."},
	[VERDICT_LINK_EXPIRED] = {"warn", "分享链接已失效", "Share link has ended",
	                          "请向持证人索取新的链接。", "Ask the holder for a new link."},
	[VERDICT_UNKNOWN] = {"warn", "暂时无法确认", "Cannot be confirmed now", "请稍后再试。",
	                     "Try again shortly."},
};

/* Asking again changes nothing here: the certificate has to be issued anew. */
static const struct words key_revoked_words = {
	"warn", "暂时无法确认", "Cannot be confirmed now",
	"签发该证书的密钥已被撤销，请持证人联系发证机构重新签发。",
	"The key it was signed with was revoked. Ask the holder to have it issued anew."};

/* Number and name are right, and what is stored for them is not what the issuer signed: nothing that
 * the one who asks, or the holder, can mend. */
static const struct words signature_failed_words = {
	"bad", "证书签名未通过核验", "The certificate's signature failed",
	"登记系统中有此证书的记录，但其签名并非发证机构所签，不能作为有效证书使用；"
	"这可能不是持证人的过错。请凭查验记录号联系发证机构核实，核实之前请勿采信。",
	"The registry has a record of it whose signature is not its issuer's. Do not rely on it; it may "
	"not be the holder's fault. Ask the issuer and quote the reference below."};

static bool signature_failed(const struct verify *v)
{
	return v->verdict.checks[CHECK_SIGNATURE] == CHECK_FAILED;
}

static const struct words *words_of(const struct verify *v)
{
	bool key = v->verdict.result == VERDICT_UNKNOWN && v->verdict.signature_code;
	if (signature_failed(v))
		return &signature_failed_words;
	return key ? &key_revoked_words : &result_words[v->verdict.result];
}

static void write_banner(struct request *rq, struct buf *out, const struct verify *v)
{
	const struct words *w = words_of(v);
	html_raw(out, "<section class=\"verdict ");
	html_raw(out, w->style);
	html_raw(out, "\" role=\"status\"><h1>");
	html_cstr(out, say(rq, w->zh, w->en));
	html_raw(out, "</h1><p>");
	html_cstr(out, say(rq, w->zh_note, w->en_note));
	html_raw(out, "</p>");
	if (v->verdict.discloses && v->verdict.checks[CHECK_NAME] == CHECK_PASSED) {
		html_raw(out, "<p><strong>");
		html_cstr(out, say(rq, "姓名相符：", "The name matches: "));
		html_text(out, v->name); /* as it was typed, so that a picture of the screen says it */
		html_raw(out, "</strong></p>");
	} else if (v->verdict.result == VERDICT_VALID) {
		html_raw(out, "<p>");
		html_cstr(out, say(rq, "是否为本人的证书，请在下方核对姓名。",
		                   "Check below whether it is this person's."));
		html_raw(out, "</p>");
	}
	html_raw(out, "</section>\n");
}

static void write_day(struct request *rq, struct buf *out, const char *zh, const char *en,
                      struct day d)
{
	char text[DAY_TEXT];
	day_format(d, text);
	html_term(out, say(rq, zh, en), slice_of(text));
}

static void write_certificate(struct request *rq, struct buf *out, const struct verify *v)
{
	const struct verdict_row *row = v->row;
	const char *masked = name_mask(row->holder, rq->arena);
	const struct kind_words *kind = &kind_row(row->kind)->name;
	html_raw(out, "<section class=\"card\"><h2>");
	html_cstr(out, say(rq, kind->zh, kind->en));
	html_raw(out, "</h2>\n<dl>\n");
	html_term(out, say(rq, "持证人", "Holder"), slice_of(masked));
	html_term(out, say(rq, "证书名称", "Title"), row->title);
	html_term(out, say(rq, "等级", "Level"),
	          rq->lang == LANG_ZH ? row->level_name : row->level_name_en);
	html_term(out, say(rq, "证书编号", "Number"), row->number);
	html_term(out, say(rq, "发证机构", "Issuer"), row->issuer_name);
	write_day(rq, out, "发证日期", "Issued", row->issued_on);
	if (row->facts.expires)
		write_day(rq, out, "有效期至", "Valid until", row->facts.expires_on);
	if (v->verdict.result == VERDICT_REVOKED)
		write_day(rq, out, "撤销日期", "Revoked", row->revoked_on);
	if (v->verdict.result == VERDICT_SUSPENDED)
		write_day(rq, out, "暂停日期", "Suspended", row->suspended_on);
	html_raw(out, "</dl></section>\n");
}

/* action "" posts to the page's own address. */
static void write_name_form(struct request *rq, struct buf *out)
{
	html_raw(out, "<form class=\"card\" method=\"post\"><label for=\"name\">");
	html_cstr(out, say(rq, "核对持证人姓名", "Check the holder's full name"));
	html_raw(out, "</label><input id=\"name\" name=\"name\" required maxlength=\"100\" "
	              "autocomplete=\"off\"><button>");
	html_cstr(out, say(rq, "核对", "Check"));
	html_raw(out, "</button><p class=\"note\">");
	html_cstr(out, say(rq, "请输入求职者出示的完整姓名。",
	                   "Enter the full name the applicant has shown you."));
	html_raw(out, "</p></form>\n");
}

static void write_number_form(struct request *rq, struct buf *out)
{
	html_raw(out, "<form class=\"card\" method=\"post\" action=\"/v");
	html_raw(out, say(rq, "", "?lang=en"));
	html_raw(out, "\"><label for=\"number\">");
	html_cstr(out, say(rq, "证书编号或查验码", "Certificate number or verification code"));
	html_raw(out, "</label><input id=\"number\" name=\"number\" required maxlength=\"64\" "
	              "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\">"
	              "<label for=\"name\">");
	html_cstr(out, say(rq, "持证人姓名", "Holder's full name"));
	html_raw(out, "</label><input id=\"name\" name=\"name\" required maxlength=\"100\" "
	              "autocomplete=\"off\"><button>");
	html_cstr(out, say(rq, "查验", "Verify"));
	html_raw(out, "</button></form>\n");
}

static void write_receipt(struct request *rq, struct buf *out, const struct verify *v)
{
	char at[INSTANT_LOCAL_TEXT];
	instant_format_local(v->now, at);
	html_raw(out, "<p class=\"note\">");
	html_cstr(out, say(rq, "查验时间（北京时间）", "Checked at (Beijing time) "));
	html_raw(out, "<span>");
	html_cstr(out, at);
	html_raw(out, "</span><br>");
	html_cstr(out, say(rq, "查验记录号 ", "Reference "));
	html_raw(out, "<span>");
	html_cstr(out, v->reference);
	html_raw(out, "</span></p>\n");
}

static struct step finish_page(struct request *rq, struct buf *out)
{
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	request_set_header(rq, "Content-Security-Policy", html_policy(request_crypt(rq)));
	request_set_header(rq, "Referrer-Policy", SLICE("no-referrer"));
	html_end(out, rq->lang);
	return reply(rq, 200, HTML);
}

static struct buf *begin_page(struct request *rq, const char *title)
{
	struct buf *out = request_out(rq);
	html_begin(out, rq->lang, title, slice_of(say(rq, "?lang=en", "?lang=zh")));
	return out;
}

/* ---- GET /v/{code} ---- */

static step_fn page_begin, page_done;

const struct route route_verification_page = {
	.name = "verification_page",
	.method = HTTP_GET,
	.path = "/v/{code}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.first = page_begin,
};

/* QR codes carry the address in upper case: fewer and larger squares. */
const struct route route_verification_page_upper = {
	.name = "verification_page",
	.method = HTTP_GET,
	.path = "/V/{code}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.first = page_begin,
};

/* Whether a media type is listed, whatever its parameters. */
static bool accepts(struct slice accept, const char *type)
{
	while (accept.p) {
		struct slice one = slice_cut(&accept, ',');
		if (slice_eq_nocase(slice_trim(slice_cut(&one, ';')), slice_of(type)))
			return true;
	}
	return false;
}

static bool wants_json(const struct request *rq)
{
	struct slice accept = request_header(rq, "accept");
	return accepts(accept, "application/json") && !accepts(accept, "text/html");
}

static struct step page_begin(struct request *rq, const struct db_result *none)
{
	struct verify *v = verify_by_code(rq, rq->param[0], SLICE_NONE);
	if (!v)
		return reply_out_of_memory(rq);
	rq->state = v;
	return verify_go(rq, v, page_done);
}

static struct step show(struct request *rq, const struct verify *v)
{
	const struct words *w = words_of(v);
	struct buf *out = begin_page(rq, say(rq, w->zh, w->en));
	write_banner(rq, out, v);
	if (v->verdict.discloses) {
		write_certificate(rq, out, v);
		if (v->verdict.checks[CHECK_NAME] == CHECK_NOT_MADE)
			write_name_form(rq, out);
	} else if (v->by_code && v->name.p && !signature_failed(v)) {
		write_name_form(rq, out);
	} else {
		write_number_form(rq, out);
	}
	write_receipt(rq, out, v);
	return finish_page(rq, out);
}

static struct step page_done(struct request *rq, const struct db_result *none)
{
	const struct verify *v = rq->state;
	struct jsonw w;
	if (!wants_json(rq))
		return show(rq, v);
	jsonw_init(&w, request_out(rq));
	if (verify_write(&w, v) < 0)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Vary", SLICE("Accept"));
	return reply_json(rq, 200);
}

/* ---- POST /v/{code}: the name ---- */

static step_fn name_begin, form_done;

#define FORM_ROUTE(route_path, step) \
	{.name = "verification_page", .method = HTTP_POST, .path = (route_path), \
	 .media = "application/x-www-form-urlencoded", .body_max = 4 * KIB, \
	 .deadline = INIT_SECONDS(5), .speaks = LANG_ZH, .open = true, .question = true, \
	 .first = (step)}

const struct route route_verification_page_name = FORM_ROUTE("/v/{code}", name_begin);
const struct route route_verification_page_name_upper = FORM_ROUTE("/V/{code}", name_begin);

static struct step name_begin(struct request *rq, const struct db_result *none)
{
	struct slice name = form_field(rq->body, "name", rq->arena);
	struct verify *v = verify_by_code(rq, rq->param[0], name.n ? name : SLICE_NONE);
	if (!v)
		return reply_out_of_memory(rq);
	rq->state = v;
	return verify_go(rq, v, form_done);
}

static struct step form_done(struct request *rq, const struct db_result *none)
{
	const struct verify *v = rq->state;
	if (v->refusal.policy)
		return guess_refuse(rq, &v->refusal);
	return show(rq, v);
}

/* ---- GET / and /v, POST /v: number or code typed, and the name ---- */

static step_fn form_begin, form_send_begin;

const struct route route_front_page = {
	.name = "front_page",
	.method = HTTP_GET,
	.path = "/",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.first = form_begin,
};

const struct route route_verification_form = {
	.name = "verification_form",
	.method = HTTP_GET,
	.path = "/v",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.first = form_begin,
};

static struct step form_begin(struct request *rq, const struct db_result *none)
{
	const char *title = say(rq, "证书查验", "Verify a certificate");
	struct buf *out = begin_page(rq, title);
	html_raw(out, "<h1>");
	html_cstr(out, title);
	html_raw(out, "</h1>\n");
	write_number_form(rq, out);
	return finish_page(rq, out);
}

const struct route route_verification_form_send = FORM_ROUTE("/v", form_send_begin);

/* 26 characters once spaces and dashes are gone are a code; anything else is a number. */
static bool looks_like_code(struct slice typed, struct arena *arena)
{
	struct slice folded;
	return code_fold(typed, arena, &folded) == 0 && folded.n == 26;
}

static struct step form_send_begin(struct request *rq, const struct db_result *none)
{
	struct slice number = form_field(rq->body, "number", rq->arena);
	struct slice name = form_field(rq->body, "name", rq->arena);
	bool code = looks_like_code(number, rq->arena);
	struct verify *v = code ? verify_by_code(rq, number, name.n ? name : SLICE_NONE)
	                        : verify_by_number(rq, number, name);
	if (!v)
		return reply_out_of_memory(rq);
	rq->state = v;
	return verify_go(rq, v, form_done);
}
