/* ctl/cmd_verify.c - is this certificate real, now, and this person's? */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/offline.h"
#include "ctl/save.h"
#include "ctl/table.h"
#include "ctl/verdict.h"
#include "domain/lookup.h"
#include "verifying/record.h"

enum { VERIFY_ARENA = 1 << 20 };

static int verify_run(struct ctl *ctl);

const struct verb cmd_verify[] = {
	{
		.name = "verify",
		.args = "CODE [NAME] | NUMBER NAME | --record V-… [--receipt FILE.pdf] | --offline FILE --bundle BUNDLE",
		.en = "check a certificate by its code or link, or by its number and the holder's name",
		.zh = "核验证书：验证码或链接，或证书编号加持证人姓名",
		.max_args = 2,
		.alone = "offline",
		.options = {
			{"record", "V-…", "what was answered under this reference, and how it stands now",
			 "按查验记录号查看当时答复及目前状态"},
			{"receipt", "FILE", "with --record: save that as a signed receipt (PDF)",
			 "与 --record 同用：保存已签名的查验回执（PDF）"},
			{"offline", NULL, "check a credential (.json, .jwt or .pdf) without the registry",
			 "不联网核验电子凭证（.json、.jwt 或 .pdf）"},
			{"bundle", "BUNDLE", "offline: the file that `talentctl bundle` made",
			 "离线核验：由 talentctl bundle 生成的离线包"},
			{"name", "NAME", "offline: the holder's full name", "离线核验：持证人完整姓名"},
			{"at", "INSTANT", "offline: as of this time (default: now)",
			 "离线核验：以此时刻为准（默认：现在）"},
		},
		.run = verify_run,
	},
	{0},
};

static const struct {
	const char *result, *en, *zh;
} results[] = {
	{"valid", "VALID", "有效"},
	{"revoked", "REVOKED", "已撤销"},
	{"suspended", "SUSPENDED", "已暂停"},
	{"expired", "EXPIRED", "已过期"},
	{"replaced", "REPLACED by a newer version", "已换发"},
	{"no_match", "NO MATCH: number, code or name is wrong, or there is no such certificate",
	 "不匹配：编号、验证码或姓名有误，或无此证书"},
	{"link_expired", "LINK EXPIRED", "链接已过期"},
	{"unknown", "UNKNOWN: the registry cannot tell now; ask again", "暂无法判定：请稍后再试"},
};

static const struct column_spec facts[] = {
	{"certificate.title", "title", "名称"},
	{"certificate.number", "number", "编号"},
	{"certificate.holder", "holder", "持证人"},
	{"certificate.issuer.name", "issuer", "发证机构"},
	{"certificate.issued_on", "issued on", "发证日期"},
	{"certificate.expires_on", "expires on", "有效期至"},
	{"revoked_on", "revoked on", "撤销日期"},
	{"suspended_on", "suspended on", "暂停日期"},
	{"replaced_on", "replaced on", "换发日期"},
	{"checked_at", "checked at", "核验时间"},
	{"reference", "reference", "核验编号"},
};

static bool check_says(const json_t *answer, const char *name, const char *outcome)
{
	size_t i;
	json_t *check;
	json_array_foreach(json_object_get(answer, "checks"), i, check)
		if (strcmp(api_str(check, "check"), name) == 0)
			return strcmp(api_str(check, "outcome"), outcome) == 0;
	return false;
}

static void print_verdict(const struct ctl *ctl, const json_t *answer)
{
	const char *result = api_str(answer, "result"), *words = result;
	for (size_t i = 0; i < ARRAY_LEN(results); i++)
		if (strcmp(results[i].result, result) == 0)
			words = pick(ctl->lang, results[i].en, results[i].zh);
	if (check_says(answer, "signature", "failed") && strcmp(result, "no_match") == 0)
		words = pick(ctl->lang,
		             "NO MATCH: what is recorded was not signed by its issuer; do not rely on it, "
		             "ask the issuer",
		             "不匹配：登记的内容并非发证机构所签，请勿采信，并联系发证机构核实");
	fprintf(ctl->out, "%s\n", words);
	table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
	verdict_print_folded(ctl, answer);
	if (json_object_get(answer, "record"))
		fprintf(ctl->out, "  %s\n",
		        pick(ctl->lang, "No record of this check could be kept: it has no reference.",
		             "本次核验未能留存记录，没有核验编号。"));
	if (json_object_get(answer, "certificate") && !check_says(answer, "name", "passed"))
		fprintf(ctl->out, "  %s\n",
		        pick(ctl->lang,
		             "The name was not checked: add the full name to know whose certificate this is.",
		             "未核对姓名：请加上完整姓名，以确认证书属于谁。"));
}

static int ask(struct ctl *ctl, const char *key, const char *value, const char *name)
{
	json_t *answer = NULL, *body = json_pack("{s:s, s:s*}", key, value, "name", name);
	if (!body)
		return ctl_usage(ctl, pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "POST", PATH("/v1/verifications"), body, NULL, &answer);
	if (code == CTL_OK) {
		if (!ctl->json)
			print_verdict(ctl, answer);
		code = verdict_exit(api_str(answer, "result"));
	}
	json_decref(body);
	json_decref(answer);
	return code;
}

/* What was pasted is taken apart here as the registry does it: a piece of a code is not asked for. */
static int verify_typed(struct ctl *ctl, struct arena *a, const char *name)
{
	char text[CODE_TEXT];
	struct lookup found;
	if (lookup_read(slice_of(ctl->args->rest[0]), a, &found) < 0)
		return CTL_UNKNOWN;
	switch (found.kind) {
	case LOOKUP_CODE:
		code_format(found.code, text);
		return ask(ctl, "code", text, name);
	case LOOKUP_NUMBER:
		if (name)
			return ask(ctl, "number", arena_copy(a, found.number), name);
		return ctl_usage(ctl, pick(ctl->lang, "a number needs the holder's full name: verify NUMBER NAME",
		                           "按编号核验须同时提供持证人完整姓名：verify 编号 姓名"));
	case LOOKUP_NEITHER:
		break;
	}
	return ctl_usage(ctl, pick(ctl->lang,
	                           "not a complete code or number: a code has 26 letters and digits, a number is "
	                           "a letter and 21 digits, or of a company like XINGBO-2026-00000001",
	                           "不是完整的查验码或编号：查验码为 26 位字母和数字，编号为 1 位字母加 21 位数字，"
	                           "企业证书编号形如 XINGBO-2026-00000001"));
}

/* ---- what was answered before ---- */

static const struct column_spec record_facts[] = {
	{"reference", "reference", "查验记录号"},
	{"checked_at", "checked at", "核验时间"},
	{"result", "answered then", "当时结果"},
	{"name", "name", "姓名核对"},
	{"certificate.title", "title", "名称"},
	{"certificate.number", "number", "编号"},
	{"certificate.holder", "holder", "持证人"},
	{"certificate.issuer", "issuer", "发证机构"},
	{"now.result", "now", "目前状态"},
	{"now.since", "since", "自"},
	{"kept_until", "kept until", "保存至"},
};

/* 0 as long as the certificate stands as it did; what has changed is what the exit code tells. */
static int record_exit(const json_t *record)
{
	const json_t *now = json_object_get(record, "now");
	return verdict_exit(json_is_object(now) ? api_str(now, "result") : api_str(record, "result"));
}

static int show_record(struct ctl *ctl, const char *reference)
{
	json_t *record = NULL;
	int code = api_call(ctl, "GET", PATH(RECORD_ADDRESS "%", reference), NULL, NULL, &record);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, record_facts, ARRAY_LEN(record_facts), record);
	if (code == CTL_OK)
		code = record_exit(record);
	json_decref(record);
	return code;
}

static int record_run(struct ctl *ctl, const char *reference)
{
	const char *file = args_option(ctl->args, "receipt");
	if (ctl->args->n_rest)
		return ctl_usage(ctl, pick(ctl->lang, "--record names what is looked at: nothing else goes with it",
		                           "--record 已指明要查看的记录，不能再带其他参数"));
	return file ? save_answer(ctl, "GET", PATH(RECORD_ADDRESS "%" RECEIPT_ADDRESS, reference), "application/pdf", file)
	            : show_record(ctl, reference);
}

static int verify_run(struct ctl *ctl)
{
	const char *reference = args_option(ctl->args, "record");
	if (reference)
		return record_run(ctl, reference);
	if (args_option(ctl->args, "receipt"))
		return ctl_usage(ctl, pick(ctl->lang, "--receipt goes with --record", "--receipt 只能与 --record 一起使用"));
	if (!ctl->args->n_rest)
		return ctl_usage(ctl, pick(ctl->lang, "what is to be verified is missing: see talentctl help verify",
		                           "缺少要核验的内容：见 talentctl help verify"));
	if (args_option(ctl->args, "offline"))
		return offline_run(ctl);
	if (args_option(ctl->args, "bundle") || args_option(ctl->args, "name") ||
	    args_option(ctl->args, "at"))
		return ctl_usage(ctl, pick(ctl->lang, "--bundle, --name and --at go with --offline",
		                           "--bundle、--name、--at 只能与 --offline 一起使用"));
	const char *name = ctl->args->rest[1];
	struct arena *a = arena_new(VERIFY_ARENA);
	int code = a ? verify_typed(ctl, a, name) : CTL_UNKNOWN;
	arena_free(a);
	return code;
}
