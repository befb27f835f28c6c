/* ctl/cmd_organisation.c - organisations: who applies, what is decided, what they are called. */
#include "ctl/args.h"
#include "ctl/batch.h"
#include "ctl/body.h"
#include "ctl/client.h"
#include "ctl/noun.h"

static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int apply_run(struct ctl *ctl);
static int approve_run(struct ctl *ctl);
static int refuse_run(struct ctl *ctl);
static int suspend_run(struct ctl *ctl);
static int reinstate_run(struct ctl *ctl);
static int end_run(struct ctl *ctl);
static int rename_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/organisation_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/organisation_reason_list.h"
#undef X
	;
static const char kinds_en[] = "of:"
#define X(code, zh) " " #code
#include "domain/organisation_kind_list.h"
#undef X
	;
static const char kinds_zh[] = "类别："
#define X(code, zh) " " #code " " zh
#include "domain/organisation_kind_list.h"
#undef X
	;

#define NOTE_OPTION {"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}
#define REASON_OPTIONS {"reason", "CODE", reasons_en, reasons_zh}, NOTE_OPTION
#define ONE(of, arguments) .name = "organisation", .sub = of, .args = arguments, .min_args = 1, .max_args = 1

const struct verb cmd_organisation[] = {
	{
		.name = "organisation",
		.sub = "list",
		.args = "[--state STATE] [--kind KIND]",
		.en = "list organisations; --state applied: what waits for a decision",
		.zh = "列出机构；--state applied 为待审核的申请",
		.options = {{"state", "STATE", "applied, approved, refused, suspended or ended",
			     "applied 待审核、approved 已批准、refused 已退回、suspended 已暂停、ended 已终止"},
			    {"kind", "KIND", kinds_en, kinds_zh}},
		.run = list_run,
	},
	{ONE("show", "SLUG"), .en = "show one organisation", .zh = "查看一个机构", .run = show_run},
	{
		.name = "organisation",
		.sub = "apply",
		.args = "FILE.json | --name NAME --credit-code CODE --kinds KIND,… --district CODE --contact NAME --phone NUMBER …",
		.en = "apply as an organisation, or for those of a file: an object or an array with the members name, name_en, "
		      "credit_code, kinds [], district, area, contact {name, phone}, slug, evidence []; an administrator decides",
		.zh = "提交机构登记申请，或由 JSON 文件提交一个或多个（成员为 name、name_en、credit_code、kinds []、district、area、"
		      "contact {name, phone}、slug、evidence []）；由管理部门审核",
		.max_args = 1,
		.options =
			{
				{"name", "NAME", "as registered", "名称"},
				{"name-en", "NAME", "in English", "英文名称"},
				{"credit-code", "CODE", "unified social credit code, 18 characters", "统一社会信用代码（18 位）"},
				{"kinds", "KIND,…", kinds_en, kinds_zh},
				{"district", "CODE", "6 digits, e.g. 310105", "区划代码（6 位），如 310105"},
				{"area", "NAME", "e.g. hongqiao-cbd", "区域，如 hongqiao-cbd"},
				{"contact", "NAME", "whom to ask", "联系人"},
				{"phone", "NUMBER", "of the contact", "联系电话"},
				{"slug", "NAME", "the short name in addresses and numbers, for good; otherwise made of --name-en",
				 "代号，用于网址和证书编号，批准后不变；不填则由英文名称生成"},
				{"evidence", "TEXT,…", "where what was shown is to be found", "材料编号"},
			},
		.run = apply_run,
	},
	{ONE("approve", "SLUG [--note TEXT]"), .en = "approve an application", .zh = "批准申请", .options = {NOTE_OPTION},
	 .run = approve_run},
	{ONE("refuse", "SLUG --reason CODE [--note TEXT]"), .en = "refuse an application; it may apply again",
	 .zh = "退回申请，可再次申请", .options = {REASON_OPTIONS}, .run = refuse_run},
	{ONE("suspend", "SLUG --reason CODE [--note TEXT]"),
	 .en = "suspend an organisation: its accounts and exams stop at once, its certificates stay valid",
	 .zh = "暂停机构：其账号和考试立即停止，已发证书仍有效", .options = {REASON_OPTIONS}, .run = suspend_run},
	{ONE("reinstate", "SLUG --reason CODE [--note TEXT]"), .en = "lift the suspension of an organisation",
	 .zh = "恢复已暂停的机构", .options = {REASON_OPTIONS}, .run = reinstate_run},
	{ONE("end", "SLUG --reason CODE [--note TEXT]"),
	 .en = "end an organisation for good: as suspending it; there is no way back",
	 .zh = "终止机构：同暂停，且不可恢复", .options = {REASON_OPTIONS}, .run = end_run},
	{
		ONE("rename", "SLUG [--name NAME] [--name-en NAME] [--district CODE] [--contact NAME --phone NUMBER]"),
		.en = "rename an organisation, move it, or say whom to ask; what was issued keeps what was signed",
		.zh = "机构更名、迁址或变更联系人；已签发的内容不变",
		.options =
			{
				{"name", "NAME", "the new name", "新名称"},
				{"name-en", "NAME", "in English", "新英文名称"},
				{"district", "CODE", "6 digits", "区划代码（6 位）"},
				{"contact", "NAME", "whom to ask", "联系人"},
				{"phone", "NUMBER", "of the contact", "联系电话"},
				NOTE_OPTION,
			},
		.run = rename_run,
	},
	{ONE("history", "SLUG"), .en = "tell what was done to an organisation, the newest first",
	 .zh = "列出机构的变更记录，最新的在前", .run = history_run},
	{0},
};

static const struct column_spec listed[] = {
	{"slug", "slug", "代号"},	  {"name", "name", "名称"},   {"kinds", "kinds", "类别"},
	{"district", "district", "区划"}, {"state", "state", "状态"}, {"since", "since", "自"},
};
static const struct column_spec shown[] = {
	{"slug", "slug", "代号"},
	{"name", "name", "名称"},
	{"name_en", "in English", "英文名称"},
	{"credit_code", "credit code", "统一社会信用代码"},
	{"kinds", "kinds", "类别"},
	{"district", "district", "区划"},
	{"area", "area", "区域"},
	{"state", "state", "状态"},
	{"since", "since", "自"},
	{"reason", "reason", "原因"},
	{"contact.name", "contact", "联系人"},
	{"contact.phone", "phone", "联系电话"},
	{"evidence", "evidence", "材料"},
	{"id", "id", "编号"},
};
static const struct noun organisations = NOUN("/v1/organisations", listed, shown);

static int list_run(struct ctl *ctl)
{
	static const char *const filters[] = {"state", "kind"};
	return noun_list(ctl, &organisations, organisations.path, filters, ARRAY_LEN(filters));
}

static int show_run(struct ctl *ctl)
{
	return noun_show(ctl, &organisations);
}

static int history_run(struct ctl *ctl)
{
	return noun_history(ctl, &organisations);
}

/* ---- applying, changing ---- */

/* Both or neither. */
static json_t *contact_of(const struct ctl *ctl)
{
	const char *name = args_option(ctl->args, "contact"), *phone = args_option(ctl->args, "phone");
	return name || phone ? json_pack("{s:s*, s:s*}", "name", name, "phone", phone) : json_null();
}

static int apply_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"name", "name", BODY_TEXT, true},
		{"name-en", "name_en", BODY_TEXT, false},
		{"credit-code", "credit_code", BODY_TEXT, true},
		{"district", "district", BODY_TEXT, true},
		{"area", "area", BODY_TEXT, false},
		{"slug", "slug", BODY_TEXT, false},
	};
	json_t *body = NULL;
	if (ctl->args->n_rest)
		return batch_post(ctl, PATH(organisations.path), ctl->args->rest[0], true, listed, ARRAY_LEN(listed));
	if (!option_needed(ctl, "kinds") || !option_needed(ctl, "contact") || !option_needed(ctl, "phone"))
		return CTL_USAGE;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	json_object_set_new(body, "kinds", noun_words(args_option(ctl->args, "kinds")));
	json_object_set_new(body, "evidence", noun_words(args_option(ctl->args, "evidence")));
	json_object_set_new(body, "contact", contact_of(ctl));
	return noun_send(ctl, &organisations, "POST", "", body);
}

static int rename_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"name", "name", BODY_TEXT, false},
		{"name-en", "name_en", BODY_TEXT, false},
		{"district", "district", BODY_TEXT, false},
		{"note", "note", BODY_TEXT, false},
	};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	json_object_set_new(body, "contact", contact_of(ctl));
	return noun_send(ctl, &organisations, "PATCH", "", body);
}

/* ---- deciding ---- */

static int approve_run(struct ctl *ctl)
{
	return noun_send(ctl, &organisations, "POST", "/approval",
	                 json_pack("{s:s*}", "note", args_option(ctl->args, "note")));
}

static int decide(struct ctl *ctl, const char *method, const char *behind)
{
	json_t *body = noun_reason(ctl, reasons_en, reasons_zh);
	return body ? noun_send(ctl, &organisations, method, behind, body) : CTL_USAGE;
}

static int refuse_run(struct ctl *ctl)
{
	return decide(ctl, "POST", "/refusal");
}

static int suspend_run(struct ctl *ctl)
{
	return decide(ctl, "PUT", "/suspension");
}

static int reinstate_run(struct ctl *ctl)
{
	return decide(ctl, "DELETE", "/suspension");
}

static int end_run(struct ctl *ctl)
{
	return decide(ctl, "POST", "/ending");
}
