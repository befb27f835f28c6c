/* ctl/cmd_organisation.c - organisations: who applies, what is decided, what they are called. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/organisation_reason_list.h"
#include "ctl/codes.h"
#define CODES kinds
#define CODES_LIST "domain/organisation_kind_list.h"
#define CODES_EN "of:"
#define CODES_ZH "类别："
#include "ctl/codes.h"

#define REASON_OPTIONS {"reason", "CODE", reasons_en, reasons_zh}, NOUN_NOTE
#define ONE(of, arguments) .name = "organisation", .sub = of, .args = arguments, .min_args = 1, .max_args = 1
#define DECIDE(method, behind) ASK(method, "/v1/organisations/%" behind, .fields = reason_fields, .view = &shown)

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"slug", "slug", "代号"},
	{"name", "name", "名称"},
	{"kinds", "kinds", "类别"},
	{"district", "district", "区划"},
	{"state", "state", "状态"},
	{"since", "since", "自"},
	{0},
}};
static const struct answer_view shown = {.columns = (const struct column_spec[]){
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
	{0},
}};

static const struct body_field applies[] = {
	{"name", "name", BODY_TEXT, true},
	{"name-en", "name_en", BODY_TEXT, false},
	{"credit-code", "credit_code", BODY_TEXT, true},
	{"kinds", "kinds", BODY_WORDS, true},
	{"district", "district", BODY_TEXT, true},
	{"area", "area", BODY_TEXT, false},
	{"contact", "contact.name", BODY_TEXT, true},
	{"phone", "contact.phone", BODY_TEXT, true},
	{"slug", "slug", BODY_TEXT, false},
	{"evidence", "evidence", BODY_WORDS, false},
	{0},
};
static const struct body_field renames[] = {
	{"name", "name", BODY_TEXT, false},
	{"name-en", "name_en", BODY_TEXT, false},
	{"district", "district", BODY_TEXT, false},
	{"contact", "contact.name", BODY_TEXT, false},
	{"phone", "contact.phone", BODY_TEXT, false},
	{"note", "note", BODY_TEXT, false},
	{0},
};

const struct verb cmd_organisation[] = {
	{
		.name = "organisation",
		.sub = "list",
		.args = "[--state STATE] [--kind KIND] [--district CODE] [--area SLUG] [--text TEXT]",
		.en = "list organisations; --state applied: what waits for a decision",
		.zh = "列出机构；--state applied 为待审核的申请",
		.options = {{"state", "STATE", "applied, approved, refused, suspended or ended",
			     "applied 待审核、approved 已批准、refused 已退回、suspended 已暂停、ended 已终止"},
			    {"kind", "KIND", kinds_en, kinds_zh},
			    {"district", "CODE", "in this district, e.g. 310105", "仅列出该区划的，如 310105"},
			    {"area", "SLUG", "in this area", "仅列出该区域的"},
			    {"text", "TEXT", "what its name or slug contains", "名称或代号中包含的文字"}},
		LIST("/v1/organisations", .view = &listed),
	},
	{ONE("show", "SLUG"), .en = "show one organisation", .zh = "查看一个机构", ASK("GET", "/v1/organisations/%", .view = &shown)},
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
		ASK("POST", "/v1/organisations", .file = FILE_OF_MANY, .keyed = true, .fields = applies, .view = &shown, .many = &listed),
	},
	{ONE("approve", "SLUG [--note TEXT]"), .en = "approve an application", .zh = "批准申请", .options = {NOUN_NOTE},
	 ASK("POST", "/v1/organisations/%/approval", .fields = note_fields, .view = &shown)},
	{ONE("refuse", "SLUG --reason CODE [--note TEXT]"), .en = "refuse an application; it may apply again",
	 .zh = "退回申请，可再次申请", .options = {REASON_OPTIONS}, DECIDE("POST", "/refusal")},
	{ONE("suspend", "SLUG --reason CODE [--note TEXT]"),
	 .en = "suspend an organisation: its accounts and exams stop at once, its certificates stay valid",
	 .zh = "暂停机构：其账号和考试立即停止，已发证书仍有效", .options = {REASON_OPTIONS}, DECIDE("PUT", "/suspension")},
	{ONE("reinstate", "SLUG --reason CODE [--note TEXT]"), .en = "lift the suspension of an organisation",
	 .zh = "恢复已暂停的机构", .options = {REASON_OPTIONS}, DECIDE("DELETE", "/suspension")},
	{ONE("end", "SLUG --reason CODE [--note TEXT]"),
	 .en = "end an organisation for good: as suspending it; there is no way back",
	 .zh = "终止机构：同暂停，且不可恢复", .options = {REASON_OPTIONS}, DECIDE("POST", "/ending")},
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
				NOUN_NOTE,
			},
		ASK("PATCH", "/v1/organisations/%", .fields = renames, .view = &shown),
	},
	{ONE("history", "SLUG"), .en = "tell what was done to an organisation, the newest first",
	 .zh = "列出机构的变更记录，最新的在前", HISTORY("/v1/organisations/%/history")},
	{0},
};
