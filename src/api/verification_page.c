/* api/verification_page.c - the page behind the QR code: one screen, no account, no JavaScript.
 *
 * GET /v/{code} shows the certificate and asks for the full name, because "张**" proves nothing
 * about the applicant; POST answers match or not. GET / and /v are for those who type. */

#include "api/api.h"
#include "api/verification.h"
#include "domain/lookup.h"
#include "http/accept.h"
#include "http/problem.h"
#include "net/exchange.h"
#include "verifying/record.h"
#include "verifying/disclosed.h"
#include "web/page.h"
#include "web/request.h"

/* ---- pieces of the page ---- */

struct words {
	enum page_sign sign;
	enum word title, note;
};

static const struct words result_words[] = {
	[VERDICT_VALID] = {SIGN_GOOD, W_VALID, W_VALID_NOTE},
	[VERDICT_REVOKED] = {SIGN_BAD, W_REVOKED, W_REVOKED_NOTE},
	[VERDICT_REPLACED] = {SIGN_WARN, W_REPLACED, W_REPLACED_NOTE},
	[VERDICT_SUSPENDED] = {SIGN_WARN, W_SUSPENDED, W_SUSPENDED_NOTE},
	[VERDICT_EXPIRED] = {SIGN_WARN, W_EXPIRED, W_EXPIRED_NOTE},
	[VERDICT_NO_MATCH] = {SIGN_BAD, W_NO_MATCH, W_NO_MATCH_NOTE},
	[VERDICT_LINK_EXPIRED] = {SIGN_WARN, W_LINK_EXPIRED, W_LINK_EXPIRED_NOTE},
	[VERDICT_UNKNOWN] = {SIGN_WARN, W_UNCONFIRMED, W_UNCONFIRMED_NOTE},
};
static const struct words key_revoked_words = {SIGN_WARN, W_UNCONFIRMED, W_KEY_REVOKED_NOTE};
static const struct words incomplete_code_words = {SIGN_WARN, W_INCOMPLETE_CODE, W_INCOMPLETE_CODE_NOTE};
static const struct words incomplete_words = {SIGN_WARN, W_INCOMPLETE, W_INCOMPLETE_NOTE};
static const struct words name_differs_words = {SIGN_BAD, W_NAME_DIFFERS, W_NAME_DIFFERS_NOTE};
static const struct words signature_failed_words = {SIGN_BAD, W_SIGNATURE_FAILED,
                                                    W_SIGNATURE_FAILED_NOTE};

/* What was typed, to be shown again where it did not match; and what becomes of it. */
struct sent {
	struct slice number, name;
	struct verify *verify;
};

static const struct decode_field sent_fields[] = {
	{.name = "number", .kind = DECODE_ANY_STRING, .offset = offsetof(struct sent, number),
	 .max = LOOKUP_MAX_CHARACTERS},
	{.name = "name", .kind = DECODE_ANY_STRING, .offset = offsetof(struct sent, name), .max = 100},
};
static const struct decode_table number_and_name = {sent_fields, 2, sizeof(struct sent)};
static const struct decode_table name_alone = {sent_fields + 1, 1, sizeof(struct sent)};

static const struct page_field number_field = {&sent_fields[0], W_NUMBER_OR_CODE, .code = true};
static const struct page_field name_field = {&sent_fields[1], W_HOLDER_NAME, .code = false};
static const struct page_field check_field = {&sent_fields[1], W_CHECK_HOLDER_NAME, .code = false};

static const struct page_form number_form = {"/v", {&number_field, &name_field}, W_VERIFY, W_NONE};
static const struct page_form name_form = {NULL, {&check_field}, W_CHECK, W_CHECK_NOTE};

enum word verification_title(enum verdict_result result)
{
	return result_words[result].title;
}

enum page_sign verification_sign(enum verdict_result result)
{
	return result_words[result].sign;
}

static bool signature_failed(const struct verify *v)
{
	return v->verdict.checks[CHECK_SIGNATURE] == CHECK_FAILED;
}

static const struct words *words_of(const struct verify *v)
{
	bool key = v->verdict.result == VERDICT_UNKNOWN && v->verdict.signature_code;
	if (v->incomplete)
		return v->by_code ? &incomplete_code_words : &incomplete_words;
	if (v->name_differs)
		return &name_differs_words;
	if (signature_failed(v))
		return &signature_failed_words;
	return key ? &key_revoked_words : &result_words[v->verdict.result];
}

/* What was typed otherwise than it is recorded, and taken for the same. */
static void write_folded(struct html *h, enum word what, fold_steps steps)
{
	if (!steps)
		return;
	HTML(h, P, ATTR(CLASS, "note")) {
		html_word(h, what);
		const char *between = "";
		for (unsigned i = 0; i < FOLD_STEP_COUNT; i++) {
			if (!(steps & 1u << i))
				continue;
			html_cstr(h, between);
			html_cstr(h, fold_step_words((enum fold_step)i, h->lang));
			between = h->lang == LANG_ZH ? "、" : ", ";
		}
	}
}

static void write_banner(struct html *h, const struct verify *v)
{
	const struct words *w = words_of(v);
	bool matches = v->verdict.discloses && v->verdict.checks[CHECK_NAME] == CHECK_PASSED;
	HTML(h, SECTION, ATTR(CLASS, page_sign_class(w->sign)), ATTR(ROLE, "status")) {
		page_sign(h, w->sign);
		HTML(h, H1)
			html_word(h, w->title);
		HTML(h, P)
			html_word(h, w->note);
		if (matches) {
			HTML(h, P)
				HTML(h, STRONG) {
					html_word(h, W_NAME_MATCHES);
					html_text(h, v->name); /* as it was typed, so that a picture of the screen says it */
				}
			write_folded(h, W_NAME_FOLDED, v->name_folded);
			write_folded(h, W_NUMBER_FOLDED, v->number_folded);
		} else if (v->verdict.result == VERDICT_VALID) {
			HTML(h, P)
				html_word(h, W_CHECK_NAME_BELOW);
		}
	}
}

#define DISCLOSED(member) VIEW_FIELD(struct disclosed, member, #member)
#define SINCE(member) VIEW_FIELD(struct disclosed_since, member, #member)
#define ROW(word, member) {word, DISCLOSED(member), false}
#define ROWS(level) \
	ROW(W_HOLDER, holder), ROW(W_TITLE, title), ROW(W_LEVEL, level), {W_NUMBER, DISCLOSED(number), true}, \
	ROW(W_ISSUER, issuer), ROW(W_ISSUED_ON, issued_on), ROW(W_VALID_UNTIL, expires_on)
static const struct page_row rows[LANG_COUNT][7] = {[LANG_ZH] = {ROWS(level_name)},
                                                    [LANG_EN] = {ROWS(level_name_en)}};
static const struct page_row since_rows[] = {{W_REVOKED_ON, SINCE(revoked_on), false},
                                             {W_SUSPENDED_ON, SINCE(suspended_on), false}};

static void write_certificate(struct html *h, const struct verify *v, const struct disclosed *disclosed)
{
	const struct disclosed_since since = disclosed_since(v->row, &v->verdict);
	struct disclosed shown = *disclosed;
	if (!kind_row(disclosed->kind)->names_grade) /* the exam's, not the certificate's */
		shown.level = shown.level_name = shown.level_name_en = SLICE_NONE;
	HTML(h, SECTION, ATTR(CLASS, "card")) {
		HTML(h, H2)
			html_cstr(h, kind_words_in(&kind_row(disclosed->kind)->name, h->lang));
		HTML(h, DL) {
			page_terms(h, rows[h->lang], ARRAY_LEN(rows[h->lang]), &shown);
			page_terms(h, since_rows, ARRAY_LEN(since_rows), &since);
		}
	}
}

/* The record that whoever has this page may look at again. */
static void write_reference(struct html *h, const struct verify *v)
{
	char text[REFERENCE_TEXT];
	if (v->record == NOT_RECORDED)
		return;
	HTML_EMPTY(h, BR);
	if (v->record == RECORD_NOT_KEPT) {
		html_word(h, W_RECORD_NOT_KEPT);
		return;
	}
	reference_format(v->reference, text);
	html_word(h, W_REFERENCE);
	HTML(h, A, ATTR(HREF, arena_printf(v->rq->arena, RECORD_ADDRESS "%s", text)))
		html_cstr(h, text);
}

static void write_receipt(struct html *h, const struct verify *v)
{
	char at[INSTANT_LOCAL_TEXT];
	instant_format_local(v->now, at);
	HTML(h, P, ATTR(CLASS, "note")) {
		html_word(h, W_CHECKED_AT);
		HTML(h, SPAN)
			html_cstr(h, at);
		write_reference(h, v);
	}
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
	.answers = ANSWERS(HTML_PAGE, JSON_VIEW(200, verdict_view)),
	.state_size = sizeof(struct sent),
	.problems = PROBLEMS(P_STATUS_UNKNOWN),
	.first = page_begin,
};

/* QR codes carry the address in upper case: fewer and larger squares. */
const struct route route_verification_page_upper = {
	.name = "verification_page_upper",
	.method = HTTP_GET,
	.path = "/V/{code}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.answers = ANSWERS(HTML_PAGE, JSON_VIEW(200, verdict_view)),
	.state_size = sizeof(struct sent),
	.problems = PROBLEMS(P_STATUS_UNKNOWN),
	.first = page_begin,
};

static bool wants_json(const struct request *rq)
{
	static const char *const types[] = {"text/html", "application/json"};
	return accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types)) == 1;
}

static struct step go(struct request *rq, struct verify *v, step_fn *next)
{
	struct sent *sent = rq->state;
	sent->verify = v;
	return v ? verify_go(rq, v, next) : reply_out_of_memory(rq);
}

static struct step page_begin(struct request *rq, const struct db_result *none)
{
	struct sent *sent = rq->state;
	sent->number = rq->param[0].text;
	return go(rq, verify_by_code(rq, sent->number, SLICE_NONE), page_done);
}

/* The address has the code: the name is all that is asked for there. */
static bool is_at_its_address(const struct request *rq, const struct verify *v)
{
	return strchr(rq->route->path, '{') && !v->incomplete;
}

static void write_form(struct html *h, const struct request *rq, const struct sent *sent)
{
	const struct verify *v = sent->verify;
	bool asks_name = v->verdict.discloses || (v->name.p && !signature_failed(v));
	if (v->verdict.discloses && v->verdict.checks[CHECK_NAME] != CHECK_NOT_MADE)
		return;
	page_form(h, asks_name && is_at_its_address(rq, v) ? &name_form : &number_form, sent);
}

static struct step show(struct request *rq, const struct sent *sent)
{
	const struct verify *v = sent->verify;
	struct disclosed disclosed;
	if (v->verdict.discloses && disclosed_of(v->row, rq->arena, request_public_url(rq), &disclosed) < 0)
		return reply_out_of_memory(rq);
	struct html h = page_start(rq, slice_of(word_text(words_of(v)->title, rq->lang)));
	write_banner(&h, v);
	if (v->verdict.discloses)
		write_certificate(&h, v, &disclosed);
	write_form(&h, rq, sent);
	write_receipt(&h, v);
	return page_reply(rq, &h);
}

static struct step page_done(struct request *rq, const struct db_result *none)
{
	const struct sent *sent = rq->state;
	struct jsonw w;
	if (!wants_json(rq))
		return show(rq, sent);
	jsonw_init(&w, request_out(rq));
	if (verify_write(&w, sent->verify) < 0)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Vary", SLICE("Accept"));
	return reply_json(rq, 200);
}

/* ---- POST /v/{code}: the name ---- */

static step_fn name_begin, form_judged, form_done;

#define FORM_ROUTE(route_name, route_path, table, page, step) \
	{.name = (route_name), .method = HTTP_POST, .path = (route_path), \
	 .media = "application/x-www-form-urlencoded", .body_max = 16 * KIB, .form = &(table), .again = &(page), \
	 .deadline = INIT_SECONDS(5), .speaks = LANG_ZH, .open = true, .question = true, \
	 .answers = ANSWERS(HTML_PAGE), \
	 .problems = PROBLEMS(P_STATUS_UNKNOWN, P_RATE_LIMITED), .first = (step)}

const struct route route_verification_page_name =
	FORM_ROUTE("verification_page_name", "/v/{code}", name_alone, name_form, name_begin);
const struct route route_verification_page_name_upper =
	FORM_ROUTE("verification_page_name_upper", "/V/{code}", name_alone, name_form, name_begin);

static struct step name_begin(struct request *rq, const struct db_result *none)
{
	struct sent *sent = rq->state;
	sent->number = rq->param[0].text;
	return go(rq, verify_by_code(rq, sent->number, sent->name.n ? sent->name : SLICE_NONE), form_judged);
}

static struct step form_judged(struct request *rq, const struct db_result *none)
{
	struct sent *sent = rq->state;
	if (sent->verify->refusal.policy)
		return guess_refuse(rq, &sent->verify->refusal);
	return verify_record(rq, &sent->verify, 1, form_done);
}

static struct step form_done(struct request *rq, const struct db_result *none)
{
	return show(rq, rq->state);
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
	.local = true,
	.answers = ANSWERS(HTML_PAGE),
	.first = form_begin,
};

const struct route route_verification_form = {
	.name = "verification_form",
	.method = HTTP_GET,
	.path = "/v",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.local = true,
	.answers = ANSWERS(HTML_PAGE),
	.first = form_begin,
};

static struct step form_begin(struct request *rq, const struct db_result *none)
{
	struct html h = page_start(rq, slice_of(word_text(W_VERIFY_CERTIFICATE, rq->lang)));
	HTML(&h, H1)
		html_word(&h, W_VERIFY_CERTIFICATE);
	page_form(&h, &number_form, NULL);
	return page_reply(rq, &h);
}

const struct route route_verification_form_send =
	FORM_ROUTE("verification_form_send", "/v", number_and_name, number_form, form_send_begin);

static struct step form_send_begin(struct request *rq, const struct db_result *none)
{
	const struct sent *sent = rq->state;
	return go(rq, verify_by_either(rq, sent->number, sent->name.n ? sent->name : SLICE_NONE), form_judged);
}
