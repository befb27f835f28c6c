/* ctl/offline.c - the file to be judged, the bundle it is judged by, and the answer.
 *
 * Three answers: valid, not valid and why, unknown and what could not be checked. What is told is
 * what the credential says, never what a page around it shows. */
#include "ctl/offline.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "credential/unwrap.h"
#include "ctl/args.h"
#include "ctl/attachment.h"
#include "ctl/bundle.h"
#include "ctl/json_file.h"
#include "ctl/table.h"
#include "ctl/verdict.h"
#include "domain/lookup.h"

enum { LINK_ARENA = 1 << 20 };

struct judge {
	struct ctl *ctl;
	struct verify_conf conf;
	struct bundle bundle;
	json_t *answers;
	enum verify_answer worst; /* of those so far */
	bool clock_is_behind;     /* the bundle was made later than it says */
};

static int out_of_memory(const struct ctl *ctl)
{
	return ctl_usage(ctl, "%s", strerror(ENOMEM));
}

/* ---- an answer as JSON; printing follows from it ---- */

static json_t *text(struct slice s)
{
	return json_stringn(s.p, s.n);
}

static json_t *instant(struct instant t)
{
	char out[INSTANT_TEXT];
	instant_format(t, out);
	return json_string(out);
}

static json_t *check_json(const char *name, struct verify_finding f)
{
	json_t *check = json_pack("{s:s, s:s, s:s*}", "check", name, "outcome",
	                          check_outcome_code(f.outcome), "code", f.code);
	if (check && f.limit)
		json_object_set_new(check, "limit", json_integer((json_int_t)f.limit));
	return check;
}

static json_t *checks_json(const struct verify_result *r)
{
	json_t *checks = json_array();
	json_array_append_new(checks, check_json("form", r->form));
	for (int i = 0; i < CHECK_COUNT; i++)
		json_array_append_new(checks, check_json(check_code((enum check)i), r->checks[i]));
	return checks;
}

static json_t *certificate_json(const struct verify_result *r)
{
	const struct credential_facts *f = &r->facts;
	return json_pack("{s:s, s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o*}", "kind",
	                 kind_code(f->kind), "number", text(f->number), "holder",
	                 text(f->holder), "title", text(f->title), "issuer", "name",
	                 text(f->issuer_name), "did", text(r->did), "valid_from",
	                 instant(f->valid_from), "valid_until",
	                 f->expires ? instant(f->valid_until) : NULL);
}

/* Facts that are not proved are not told. */
static bool is_proved(const struct verify_result *r)
{
	return r->checks[CHECK_SIGNATURE].outcome == CHECK_PASSED;
}

/* What had to be folded for the name to match; NULL, none. */
static json_t *folded_json(fold_steps steps)
{
	json_t *list = steps ? json_array() : NULL;
	for (unsigned i = 0; i < FOLD_STEP_COUNT; i++)
		if (steps & 1u << i)
			json_array_append_new(list, json_string(fold_step_code((enum fold_step)i)));
	return list;
}

static int add_answer(struct judge *j, const struct verify_result *r, fold_steps folded)
{
	json_t *answer = json_pack("{s:s, s:s*, s:o, s:o, s:i, s:o*, s:o*, s:o}", "result",
	                           verify_answer_code(r->answer), "code", r->code, "checked_at",
	                           instant(j->conf.now), "bundle_made_at",
	                           instant(j->bundle.made_at), "tolerance_seconds",
	                           (int)(j->conf.tolerance.us / 1000000), "certificate",
	                           is_proved(r) ? certificate_json(r) : NULL, "name_folded",
	                           folded_json(folded), "checks",
	                           checks_json(r));
	if (r->answer == VERIFY_NOT_VALID ||
	    (r->answer == VERIFY_UNKNOWN && j->worst == VERIFY_VALID))
		j->worst = r->answer;
	return json_array_append_new(j->answers, answer) == 0 ? CTL_OK : out_of_memory(j->ctl);
}

/* ---- one credential ---- */

/* The holder's name is checked as soon as it is proved. */
static int check_name(struct arena *a, const char *name, struct verify_result *r, fold_steps *folded)
{
	enum name_answer is;
	if (!name || !is_proved(r))
		return 0;
	if (verdict_compare_names(r->facts.holder, slice_of(name), a, &is, folded) < 0)
		return E_NOMEM;
	if (is == NAME_NOT_GIVEN)
		return 0;
	r->checks[CHECK_NAME].outcome = is == NAME_MATCHES ? CHECK_PASSED : CHECK_FAILED;
	if (is == NAME_DIFFERS) {
		r->checks[CHECK_NAME].code = "name";
		if (r->answer != VERIFY_NOT_VALID)
			r->code = "name";
		r->answer = VERIFY_NOT_VALID;
	}
	return 0;
}

static void doubt(struct verify_result *r, const char *code)
{
	r->answer = VERIFY_UNKNOWN;
	r->code = code;
}

static bool is_because(const struct verify_result *r, const char *code)
{
	return r->code && strcmp(r->code, code) == 0;
}

/* A bundle knows nothing of what was signed after it was made, not even the key; and a clock that it
 * contradicts says nothing of dates. What speaks against the credential apart from that still does. */
static void weigh_against_bundle(const struct judge *j, struct verify_result *r)
{
	bool open = r->answer != VERIFY_NOT_VALID && !is_because(r, "key_revoked");
	if (r->form.outcome != CHECK_PASSED)
		return;
	if (r->created.us > j->bundle.made_at.us && (open || is_because(r, "key_not_listed")))
		doubt(r, "newer_than_bundle");
	if (j->clock_is_behind && (open || is_because(r, "not_yet_valid")))
		doubt(r, "clock");
}

/* One text. beside: it lies beside others, and is passed over when it is no credential. *ret_judged counts. */
static int judge_text(struct judge *j, struct slice text, bool beside, size_t *ret_judged)
{
	struct verify_result r;
	fold_steps folded = 0;
	struct arena *a = arena_new(VERIFY_ARENA);
	int code = CTL_OK;
	if (!a || verify_credential(a, &j->conf, text, &r) < 0) {
		code = out_of_memory(j->ctl);
	} else if (!beside || r.form.outcome != CHECK_NOT_MADE) {
		weigh_against_bundle(j, &r);
		code = check_name(a, args_option(j->ctl->args, "name"), &r, &folded) < 0
		               ? out_of_memory(j->ctl)
		               : add_answer(j, &r, folded);
		++*ret_judged;
	}
	arena_free(a);
	return code;
}

static int judge_texts(struct judge *j, const struct unwrapped *found, bool beside,
                       size_t *ret_judged)
{
	int code = CTL_OK;
	for (size_t i = 0; code == CTL_OK && i < found->n; i++)
		code = judge_text(j, found->text[i], beside, ret_judged);
	return code;
}

/* There is nothing that could be checked. */
static int judge_nothing(struct judge *j, const char *code)
{
	const struct verify_result r = {
		.answer = VERIFY_UNKNOWN,
		.code = code,
		.form = {.outcome = CHECK_NOT_MADE, .code = code},
	};
	return add_answer(j, &r, 0);
}

/* What stands in the file, or in a PDF's attachment. */
static int judge_wrapped(struct judge *j, struct slice input, bool beside, size_t *ret_judged)
{
	struct unwrapped found;
	struct arena *a = arena_new(VERIFY_ARENA);
	int r = a ? unwrap(a, input, &found) : E_NOMEM, code = CTL_OK;
	if (r == 0)
		code = judge_texts(j, &found, beside, ret_judged);
	else if (r == E_NOMEM)
		code = out_of_memory(j->ctl);
	else
		code = judge_nothing(j, "too_many");
	arena_free(a);
	return code;
}

/* Others may have attached other things to it. What cannot be read may be a credential; what is larger than
 * one may be is none. */
static int judge_pdf(struct judge *j, struct slice file)
{
	struct slice attached;
	size_t at = 0, judged = 0;
	bool unread = false, large = false;
	int code = CTL_OK, r = 0;
	for (int n = 0; code == CTL_OK && r != E_ABSENT && n <= ATTACHMENTS_MAX; n++) {
		struct arena *a = arena_new(MIB);
		r = a ? attachment_next(a, file, &at, &attached) : E_NOMEM;
		if (r == 0)
			code = judge_wrapped(j, attached, true, &judged);
		else if (r == E_NOMEM)
			code = out_of_memory(j->ctl);
		unread = unread || r == E_SYNTAX;
		large = large || r == E_LIMIT;
		arena_free(a);
	}
	if (code == CTL_OK && r != E_ABSENT)
		return judge_nothing(j, "too_many");
	if (code == CTL_OK && (unread || (large && judged == 0)))
		return judge_nothing(j, "attachment");
	return code == CTL_OK && judged == 0 ? judge_nothing(j, "no_credential") : code;
}

static int judge_input(struct judge *j, struct slice input)
{
	size_t judged = 0;
	int code = judge_wrapped(j, input, false, &judged);
	return code == CTL_OK && json_array_size(j->answers) == 0 ? judge_nothing(j, "no_credential")
	                                                          : code;
}

/* An address, or a code however it was pasted; a credential of JSON may have a code inside. */
static bool is_link(struct slice s)
{
	struct arena *a = s.n < LOOKUP_MAX_BYTES ? arena_new(LINK_ARENA) : NULL;
	struct lookup found;
	bool yes = a && s.n > 0 && !memchr(s.p, '{', s.n) &&
	           ((lookup_read(s, a, &found) == 0 && found.kind == LOOKUP_CODE) ||
	            slice_starts(s, SLICE("https://")) || slice_starts(s, SLICE("HTTPS://")));
	arena_free(a);
	return yes;
}

static int judge_file(struct judge *j)
{
	const char *path = j->ctl->args->rest[0];
	struct buf file = BUF_INIT(FILE_MAX);
	if (strcmp(path, "-") != 0 && access(path, F_OK) != 0 && is_link(slice_of(path)))
		return judge_nothing(j, "link_only");
	int code = file_read(j->ctl, path, &file);
	if (code != CTL_OK) {
		buf_free(&file);
		return code;
	}
	if (attachment_is_pdf(buf_slice(&file)))
		code = judge_pdf(j, buf_slice(&file));
	else if (is_link(buf_slice(&file)))
		code = judge_nothing(j, "link_only");
	else
		code = judge_input(j, buf_slice(&file));
	buf_free(&file);
	return code;
}

/* ---- printing ---- */

static const struct column_spec facts[] = {
	{"certificate.title", "title", "名称"},
	{"certificate.number", "number", "编号"},
	{"certificate.holder", "holder", "持证人"},
	{"certificate.issuer.name", "issuer", "发证机构"},
	{"certificate.valid_from", "issued", "签发时间"},
	{"certificate.valid_until", "valid until", "有效期至"},
	{"bundle_made_at", "as of", "离线包时间"},
	{"checked_at", "checked for", "核验时点"},
};

static const char *headline(enum lang lang, const char *result)
{
	if (strcmp(result, "valid") == 0)
		return pick(lang, "VALID, as of the time of the bundle", "有效（以离线包时间为准）");
	if (strcmp(result, "unknown") == 0)
		return pick(lang, "UNKNOWN", "无法判定");
	return pick(lang, "NOT VALID", "无效");
}

static bool names_a_check(const json_t *answer, const char *check)
{
	size_t i;
	json_t *c;
	json_array_foreach(json_object_get(answer, "checks"), i, c)
		if (strcmp(json_string_value(json_object_get(c, "check")), check) == 0)
			return strcmp(json_string_value(json_object_get(c, "outcome")), "passed") == 0;
	return false;
}

static void print_answer(const struct ctl *ctl, const json_t *answer)
{
	const char *code = json_string_value(json_object_get(answer, "code"));
	fputs(headline(ctl->lang, json_string_value(json_object_get(answer, "result"))), ctl->out);
	if (code)
		fprintf(ctl->out, pick(ctl->lang, ": %s (%s)", "：%s（%s）"),
		        offline_words(ctl->lang, code), code);
	fputc('\n', ctl->out);
	table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
	verdict_print_folded(ctl, answer);
	if (json_object_get(answer, "certificate") && !names_a_check(answer, "name"))
		fprintf(ctl->out, "  %s\n",
		        pick(ctl->lang, "The name was not checked, or differs: compare the holder with an "
		                        "identity document.",
		             "姓名未核对或不符：请将持证人与身份证件核对。"));
}

static void print(const struct ctl *ctl, const json_t *answers)
{
	size_t i;
	json_t *answer;
	json_array_foreach(answers, i, answer) {
		if (!ctl->json) {
			print_answer(ctl, answer);
			continue;
		}
		json_dumpf(answer, ctl->out, JSON_COMPACT);
		fputc('\n', ctl->out);
	}
	if (!ctl->json)
		fprintf(ctl->out, "  %s\n",
		        pick(ctl->lang, "Clocks may differ by an hour. Nothing was asked of the registry.",
		             "允许一小时的时钟误差。未联网向登记系统查询。"));
}

static int exit_of(enum verify_answer worst)
{
	if (worst == VERIFY_VALID)
		return CTL_OK;
	return worst == VERIFY_UNKNOWN ? CTL_UNKNOWN : CTL_NEGATIVE;
}

/* ---- the verb ---- */

static int open_bundle(struct ctl *ctl, const char *path, struct bundle *ret)
{
	struct buf file = BUF_INIT(FILE_MAX);
	int code = file_read(ctl, path, &file);
	int r = code == CTL_OK ? bundle_read(buf_slice(&file), ret) : 0;
	if (r == E_NOMEM)
		code = out_of_memory(ctl);
	else if (r < 0)
		code = ctl_usage(ctl, pick(ctl->lang, "%s is no bundle; `talentctl bundle` makes one", "%s 不是离线包；请用 talentctl bundle 生成"),
		                 path);
	buf_free(&file);
	return code;
}

static int judge_and_print(struct judge *j)
{
	int code = j->answers && j->conf.crypt ? judge_file(j) : out_of_memory(j->ctl);
	if (code == CTL_OK) {
		print(j->ctl, j->answers);
		code = exit_of(j->worst);
	}
	return code;
}

int offline_run(struct ctl *ctl)
{
	const char *at = args_option(ctl->args, "at"), *path = args_option(ctl->args, "bundle");
	struct judge j = {
		.ctl = ctl,
		.worst = VERIFY_VALID,
		.conf = {.now = instant_now(), .tolerance = VERIFY_TOLERANCE_OFFLINE, .issuer = bundle_issuer, .status_list = bundle_list},
	};
	j.conf.arg = &j.bundle;
	if (!path || ctl->args->n_rest != 1)
		return ctl_usage(ctl, pick(ctl->lang, "verify --offline FILE --bundle BUNDLE [--name NAME]",
		                           "verify --offline 文件 --bundle 离线包 [--name 姓名]"));
	if (at && !instant_parse(slice_of(at), &j.conf.now))
		return ctl_usage(ctl, pick(ctl->lang, "--at %s: expected 2026-11-22T03:04:05Z", "--at %s：应形如 2026-11-22T03:04:05Z"),
		                 at);
	int code = open_bundle(ctl, path, &j.bundle);
	if (code != CTL_OK)
		return code;
	j.conf.crypt = crypt_new();
	j.answers = json_array();
	j.clock_is_behind = !at && j.conf.now.us + j.conf.tolerance.us < j.bundle.made_at.us;
	code = judge_and_print(&j);
	json_decref(j.answers);
	crypt_free(j.conf.crypt);
	bundle_release(&j.bundle);
	return code;
}
