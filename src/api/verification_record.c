/* api/verification_record.c - what was answered, for whoever holds its reference; beside it how the
 * certificate stands now, by a verification of its own. Nobody can guess 80 bits, so nothing is limited. */
#include "api/verification_record.h"

#include "api/pdf_file.h"
#include "api/verification.h"
#include "http/accept.h"
#include "sql/receipt_begin.h"
#include "sql/verification_record.h"
#include "verifying/record.h"
#include "web/helper.h"

static step_fn record_begin, record_read, record_tell;

/* What a receipt adds to the answers of a record. */
#define RECEIPT_PROBLEMS SIGNER_PROBLEMS, P_HISTORY_HELD, PDF_PROBLEMS, P_DOCUMENT_TEXT_REFUSED

static const char *const results[] = {"valid",   "revoked",  "replaced",     "suspended",
                                      "expired", "no_match", "link_expired", "unknown", NULL};
static const char *const outcomes[] = {"not_made", "passed", "failed", NULL};

static SHAPE(record_certificate,
             MEMBER(STRING, "number"),
             MEMBER(STRING, "title"),
             MEMBER(STRING, "holder"),
             MEMBER(STRING, "issuer"));
static SHAPE(record_now,
             MEMBER(STRING, "result", .words = results),
             MEMBER(DAY, "since", .nullable = true));
static SHAPE(verification_record,
             MEMBER(STRING, "reference"),
             MEMBER(INSTANT, "checked_at"),
             MEMBER(STRING, "result", .words = results),
             MEMBER(STRING, "name", .words = outcomes),
             MEMBER(OBJECT, "certificate", .nullable = true, .of = &record_certificate_shape),
             MEMBER(OBJECT, "now", .nullable = true, .of = &record_now_shape),
             MEMBER(DAY, "kept_until"));

const struct route route_verification_record = {
	.name = "verification_record",
	.method = HTTP_GET,
	.path = RECORD_ADDRESS "{reference}",
	.state_size = sizeof(struct record_state),
	.deadline = INIT_SECONDS(10),
	.speaks = LANG_ZH,
	.open = true,
	.answers = ANSWERS(JSON_OF(200, verification_record_shape), HTML_PAGE, MEDIA(200, "application/pdf")),
	.problems = PROBLEMS(P_NOT_FOUND, P_STATUS_UNKNOWN, RECEIPT_PROBLEMS),
	.write = &receipt_begin_statement,
	.first = record_begin,
};

/* For a link, which cannot say what it accepts. */
const struct route route_verification_receipt = {
	.name = "verification_receipt",
	.method = HTTP_GET,
	.path = RECORD_ADDRESS "{reference}" RECEIPT_ADDRESS,
	.state_size = sizeof(struct record_state),
	.deadline = INIT_SECONDS(10),
	.speaks = LANG_ZH,
	.open = true,
	.answers = ANSWERS(MEDIA(200, "application/pdf")),
	.problems = PROBLEMS(P_NOT_FOUND, P_STATUS_UNKNOWN, RECEIPT_PROBLEMS),
	.write = &receipt_begin_statement,
	.first = record_begin,
};

static struct step record_begin(struct request *rq, const struct db_result *none)
{
	struct record_state *st = rq->state;
	if (!reference_parse(rq->param[0].text, st->reference))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, record_read,
	                  VERIFICATION_RECORD_CALL(slice_from(st->reference, sizeof st->reference)));
}

static enum check_outcome outcome_of(struct slice code)
{
	enum check_outcome o = CHECK_FAILED;
	while (o != CHECK_NOT_MADE && !slice_is(code, check_outcome_code(o)))
		o--;
	return o;
}

static struct step record_read(struct request *rq, const struct db_result *rows)
{
	struct record_state *st = rq->state;
	struct verification_record_row row;
	if (rows_n(rows->res[0]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	verification_record_read(rows->res[0], 0, &row);
	st->checked_at = row.checked_at;
	st->result = verdict_result_of(row.result);
	st->name = outcome_of(row.name);
	st->kept_until = row.kept_until;
	if (uuid_is_nil(row.version))
		return record_tell(rq, NULL);
	st->now = verify_by_version(rq, row.version);
	if (!st->now)
		return reply_out_of_memory(rq);
	return verify_go(rq, st->now, record_tell);
}

/* ---- as it is told ---- */

struct opt_day record_since(const struct record_state *st)
{
	const struct verify *now = st->now;
	struct disclosed_since since = {{false, {0}}, {false, {0}}, {false, {0}}};
	if (now->verdict.discloses)
		since = disclosed_since(now->row, &now->verdict);
	return since.revoked_on.given     ? since.revoked_on
	       : since.suspended_on.given ? since.suspended_on
	                                  : since.replaced_on;
}

static void write_now(struct jsonw *w, const struct record_state *st)
{
	jsonw_kobject(w, "now");
	jsonw_kcstr(w, "result", verdict_result_code(st->now->verdict.result));
	jsonw_kopt_day(w, "since", record_since(st));
	jsonw_end(w);
}

static void write_certificate(struct jsonw *w, const struct disclosed *disclosed)
{
	jsonw_kobject(w, "certificate");
	jsonw_kstr(w, "number", disclosed->number);
	jsonw_kstr(w, "title", disclosed->title);
	jsonw_kcstr(w, "holder", disclosed->holder);
	jsonw_kstr(w, "issuer", disclosed->issuer);
	jsonw_end(w);
}

void record_write(struct jsonw *w, const struct record_state *st, const struct disclosed *disclosed)
{
	char reference[REFERENCE_TEXT];
	reference_format(st->reference, reference);
	jsonw_object(w);
	jsonw_kcstr(w, "reference", reference);
	jsonw_kinstant(w, "checked_at", st->checked_at);
	jsonw_kcstr(w, "result", verdict_result_code(st->result));
	jsonw_kcstr(w, "name", check_outcome_code(st->name));
	if (disclosed)
		write_certificate(w, disclosed);
	else
		jsonw_knull(w, "certificate");
	if (st->now)
		write_now(w, st);
	else
		jsonw_knull(w, "now");
	jsonw_kday(w, "kept_until", st->kept_until);
	jsonw_end(w);
}

static struct step reply_record(struct request *rq, const struct record_state *st, const struct disclosed *disclosed)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	record_write(&w, st, disclosed);
	return reply_json(rq, 200);
}

enum word record_name_word(enum check_outcome name)
{
	static const enum word words[] = {[CHECK_NOT_MADE] = W_RECORD_NAME_NOT_MADE,
	                                  [CHECK_PASSED] = W_RECORD_NAME_PASSED,
	                                  [CHECK_FAILED] = W_RECORD_NAME_FAILED};
	return words[name];
}

static void write_then(struct html *h, const struct record_state *st)
{
	char at[INSTANT_LOCAL_TEXT], until[DAY_TEXT], reference[REFERENCE_TEXT];
	reference_format(st->reference, reference);
	instant_format_local(st->checked_at, at);
	day_format(st->kept_until, until);
	page_term_word(h, W_RECORD_RESULT, verification_title(st->result));
	page_term_word(h, W_RECORD_NAME, record_name_word(st->name));
	page_term(h, W_RECORD_CHECKED_AT, slice_of(at));
	page_term_code(h, W_RECORD_REFERENCE, slice_of(reference));
	page_term(h, W_RECORD_KEPT_UNTIL, slice_of(until));
}

static void write_disclosed(struct html *h, const struct disclosed *disclosed)
{
	page_term(h, W_TITLE, disclosed->title);
	page_term_code(h, W_NUMBER, disclosed->number);
	page_term(h, W_HOLDER, slice_of(disclosed->holder));
	page_term(h, W_ISSUER, disclosed->issuer);
}

bool record_has_changed(const struct record_state *st)
{
	return st->now && st->now->verdict.result != st->result;
}

/* How it stands now comes first: that is what a reader could mistake. */
static void write_standing(struct html *h, const struct record_state *st)
{
	const struct opt_day since = record_since(st);
	char day[DAY_TEXT];
	enum page_sign sign = verification_sign(st->now->verdict.result);
	HTML(h, SECTION, ATTR(CLASS, page_sign_class(sign)), ATTR(ROLE, "status")) {
		page_sign(h, sign);
		HTML(h, P)
			HTML(h, STRONG) {
				html_word(h, W_RECORD_NOW);
				html_cstr(h, " ");
				html_word(h, verification_title(st->now->verdict.result));
			}
		if (record_has_changed(st))
			HTML(h, P)
				html_word(h, W_RECORD_CHANGED);
		if (since.given)
			HTML(h, P) {
				day_format(since.v, day);
				html_word(h, W_RECORD_SINCE);
				html_cstr(h, " ");
				html_cstr(h, day);
			}
	}
}

static struct step show_record(struct request *rq, const struct record_state *st, const struct disclosed *disclosed)
{
	char reference[REFERENCE_TEXT];
	struct html h = page_start(rq, slice_of(word_text(W_RECORD, rq->lang)));
	HTML(&h, H1)
		html_word(&h, W_RECORD);
	if (st->now)
		write_standing(&h, st);
	HTML(&h, SECTION, ATTR(CLASS, "card"))
		HTML(&h, DL) {
			write_then(&h, st);
			if (disclosed)
				write_disclosed(&h, disclosed);
		}
	HTML(&h, P, ATTR(CLASS, "note"))
		html_word(&h, W_RECORD_NOTE);
	reference_format(st->reference, reference);
	const char *receipt = arena_printf(rq->arena, RECORD_ADDRESS "%s" RECEIPT_ADDRESS "%s", reference,
	                                   rq->lang == LANG_EN ? "?lang=en" : "");
	HTML(&h, P)
		HTML(&h, A, ATTR(HREF, receipt))
			html_word(&h, W_RECEIPT_LINK);
	HTML(&h, P)
		HTML(&h, A, ATTR(HREF, "/v"))
			html_word(&h, W_VERIFY_CERTIFICATE);
	return page_reply(rq, &h);
}

static struct step record_tell(struct request *rq, const struct db_result *none)
{
	static const char *const types[] = {"application/json", "text/html", "application/pdf"};
	struct record_state *st = rq->state;
	struct disclosed disclosed;
	bool shown = st->now && st->now->verdict.discloses;
	if (shown && disclosed_of(st->now->row, rq->arena, request_public_url(rq), &disclosed) < 0)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	size_t type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	if (type == 2 || rq->route == &route_verification_receipt)
		return receipt_reply(rq, st, shown ? &disclosed : NULL);
	if (type == 1)
		return show_record(rq, st, shown ? &disclosed : NULL);
	return reply_record(rq, st, shown ? &disclosed : NULL);
}
