/* ctl/cmd_link.c - two people who are one: one administrator asks, another one decides within 24 hours. */
#include "ctl/noun.h"

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/link_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/link_reason_list.h"
#undef X
	;

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"person", "person", "人员"},
	{"canonical", "is the same as", "关联到"},
	{"reason", "reason", "原因"},
	{"evidence", "evidence", "依据"},
	{"state", "state", "状态"},
	{"requested_by.staff", "asked by", "申请人"},
	{"requested_at", "asked", "申请时间"},
	{"expires_at", "until", "截止时间"},
	{"decided_by.staff", "decided by", "处理人"},
	{0},
}};

static const struct body_field asks[] = {
	{"to", "canonical", BODY_TEXT, true},
	{"reason", "reason", BODY_TEXT, true},
	{"evidence", "evidence", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};

const struct verb cmd_link[] = {
	{
		.name = "link",
		.sub = "request",
		.args = "PERSON --to PERSON --reason CODE --evidence TEXT [--note TEXT]",
		.en = "ask that a person be linked to another one who is the same and stands for both (ids are what `person lookup` "
		      "prints); changes nothing yet",
		.zh = "申请将人员记录关联到同一人的另一条记录，以后者为准（人员编号由 person lookup 给出），此时不作任何更改",
		.min_args = 1,
		.max_args = 1,
		.options = {{"to", "PERSON", "who stands for both", "以哪条人员记录为准"},
			    {"reason", "CODE", reasons_en, reasons_zh},
			    {"evidence", "TEXT", "where the evidence is kept, as a file number", "依据材料的存放位置，如档案号"},
			    {"note", "TEXT", "for the file, without ID numbers", "备注，不得含证件号码"}},
		ASK("POST", "/v1/people/%/link", .fields = asks, .says = {
			    "Nobody is linked yet. Another administrator decides with a token of his own:\n"
			    "  talentctl link approve %",
			    "尚未关联。须由另一位管理员使用其本人的令牌处理：\n  talentctl link approve %", {"id"}}),
	},
	{
		.name = "link",
		.sub = "list",
		.args = "",
		.en = "list who was to be linked to whom, who asked and who decided",
		.zh = "列出人员关联申请及处理结果",
		LIST("/v1/person-links", .view = &listed),
	},
	{
		.name = "link",
		.sub = "approve",
		.args = "ID",
		.en = "link whom another administrator asked to link: both count as one person from now on. Final",
		.zh = "批准另一位管理员的申请：两条记录此后按同一人统计，不可恢复",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/person-links/%/approval", .says = {"linked: %", "已关联：%", {"id"}}),
	},
	{
		.name = "link",
		.sub = "reject",
		.args = "ID",
		.en = "link nobody; also takes back one's own request",
		.zh = "驳回申请；也可撤回本人的申请",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/person-links/%/rejection", .says = {"rejected: %", "已驳回：%", {"id"}}),
	},
	{0},
};
