/* ctl/cmd_erasure.c - people who are erased: one administrator asks, another one decides within 24 hours. */
#include "ctl/noun.h"

#define CODES bases
#define CODES_LIST "domain/basis_list.h"
#define CODES_EN "on what ground:"
#define CODES_ZH "删除依据："
#include "ctl/codes.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"person", "person", "人员"},
	{"basis", "ground", "依据"},
	{"state", "state", "状态"},
	{"requested_by.staff", "asked by", "申请人"},
	{"requested_at", "asked", "申请时间"},
	{"expires_at", "until", "截止时间"},
	{"decided_by.staff", "decided by", "处理人"},
	{0},
}};

static const struct body_field asks[] = {{"basis", "basis", BODY_TEXT, true}, {"note", "note", BODY_TEXT, false}, {0}};

const struct verb cmd_erasure[] = {
	{
		.name = "erasure",
		.sub = "request",
		.args = "PERSON --basis CODE [--note TEXT]",
		.en = "ask that a person be erased (the id is what `person lookup` prints); changes nothing yet",
		.zh = "申请删除个人信息（人员编号由 person lookup 给出），此时不作任何更改",
		.min_args = 1,
		.max_args = 1,
		.options = {{"basis", "CODE", bases_en, bases_zh},
			    {"note", "TEXT", "for the file, without ID numbers", "备注，不得含证件号码"}},
		ASK("POST", "/v1/people/%/erasure", .fields = asks, .says = {
			    "Nothing is erased yet. Another administrator decides with a token of his own:\n"
			    "  talentctl erasure approve %",
			    "尚未删除。须由另一位管理员使用其本人的令牌处理：\n  talentctl erasure approve %", {"id"}}),
	},
	{
		.name = "erasure",
		.sub = "list",
		.args = "",
		.en = "list what was asked for, who asked and who decided",
		.zh = "列出各项申请、申请人及处理结果",
		LIST("/v1/erasures", .view = &listed),
	},
	{
		.name = "erasure",
		.sub = "approve",
		.args = "ID",
		.en = "erase whom another administrator asked to erase: the certificates answer no_match from then on. Final",
		.zh = "批准另一位管理员的申请：删除个人信息，证书此后均答复“不符”，不可恢复",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/erasures/%/approval",
		    .says = {"erased; certificates that ended: %", "已删除；终止的证书：%", {"certificates"}}),
	},
	{
		.name = "erasure",
		.sub = "reject",
		.args = "ID",
		.en = "erase nobody; also takes back one's own request",
		.zh = "驳回申请；也可撤回本人的申请",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/erasures/%/rejection", .says = {"rejected: %", "已驳回：%", {"id"}}),
	},
	{0},
};
