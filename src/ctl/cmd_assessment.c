/* ctl/cmd_assessment.c - results: those that wait for something, one of them, and what a company says to it. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/veto_reason_list.h"
#include "ctl/codes.h"

#define ONE(of, arguments) .name = "assessment", .sub = of, .args = arguments, .min_args = 1, .max_args = 1
#define OF_COMPANY .token = "TALENT_COMPANY_TOKEN"
#define VETO_NOTE {"note", "TEXT", "for the evaluation body, without ID numbers", "备注，评价机构可见，不得含证件号码"}

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"publish_on", "due on", "应发布日期"},
	{"exam_code", "exam", "批次"},
	{"name", "name", "姓名"},
	{"state", "state", "状态"},
	{"window.state", "company", "企业确认"},
	{"window.to", "until", "确认截止"},
	{"id", "assessment", "成绩编号"},
	{0},
}};

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"exam_id", "exam", "批次"},
	{"state", "state", "状态"},
	{"outcome", "outcome", "结果"},
	{"candidate.name", "name", "姓名"},
	{"candidate.id_number", "document", "证件号码"},
	{"publish_on", "due on", "应发布日期"},
	{"supersedes", "corrects", "更正的成绩编号"},
	{"superseded_by", "corrected by", "被更正为"},
	{"superseded_on", "corrected on", "更正日期"},
	{"window.state", "company", "企业确认"},
	{"window.to", "until", "确认截止"},
	{"window.reason", "why", "否决原因"},
	{"window.note", "note", "备注"},
	{0},
}, .tables = {{"certificates", (const struct column_spec[]){
	{"number", "number", "证书编号"},
	{"title", "title", "名称"},
	{"issuer", "issuer", "发证方"},
	{"issued_on", "issued on", "发证日期"},
	{0},
}}}};

static const struct answer_view decided = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"window", "company", "企业确认"},
	{"publish_on", "published on", "发布日期"},
	{0},
}};

const struct verb cmd_assessment[] = {
	{
		.name = "assessment",
		.sub = "list",
		.args = "--state STATE [--window open]",
		.en = "list passes that have no certificates yet, or those that wait for their company",
		.zh = "列出尚未发证的合格成绩，或其中待企业确认的成绩",
		.options = {{"state", "STATE", "awaiting_publication, awaiting_number or withheld",
			     "awaiting_publication 公示中、awaiting_number 待编号、withheld 暂缓发布"},
			    {"window", "open", "only where the company may still confirm or veto", "仅列出企业仍可确认或否决的成绩"}},
		LIST("/v1/assessments", .view = &listed, .sparse = true),
	},
	{ONE("show", "ID"), .en = "show one result and its certificates", .zh = "查看一条成绩及其证书",
	 ASK("GET", "/v1/assessments/%", .view = &shown)},
	{ONE("confirm", "ID [--note TEXT]"),
	 .en = "confirm a pass as the company of its dual exam: nobody waits for the window to end",
	 .zh = "以合作企业身份确认合格成绩，无须等待确认期届满", OF_COMPANY, .options = {VETO_NOTE},
	 ASK("POST", "/v1/assessments/%/confirmation", .fields = note_fields, .view = &decided)},
	{ONE("veto", "ID --reason CODE [--note TEXT]"),
	 .en = "veto a pass as the company of its dual exam: the public certificate is issued alone. Final",
	 .zh = "以合作企业身份否决合格成绩，仅发放职业技能等级证书，不可恢复", OF_COMPANY,
	 .options = {{"reason", "CODE", reasons_en, reasons_zh}, VETO_NOTE},
	 ASK("POST", "/v1/assessments/%/veto", .fields = reason_fields, .view = &decided)},
	{0},
};
