/* ctl/cmd_correction.c - results that were recorded wrongly: a body asks for a correction, an administrator decides. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/correction_reason_list.h"
#include "ctl/codes.h"
#define CODES refusals
#define CODES_LIST "domain/correction_refusal_list.h"
#include "ctl/codes.h"

#define ONE(of, arguments) .name = "correction", .sub = of, .args = arguments, .min_args = 1, .max_args = 1
#define OF_BODY .token = "TALENT_INSTITUTION_TOKEN"

static const struct body_field asks[] = {
	{"kind", "kind", BODY_TEXT, true},
	{"theory", "scores.theory", BODY_DECIMAL, false},
	{"skill", "scores.skill", BODY_DECIMAL, false},
	{"review", "scores.review", BODY_DECIMAL, false},
	{"number", "certificate_number", BODY_TEXT, false},
	{"name", "candidate.name", BODY_TEXT, false},
	{"id-type", "candidate.id_type", BODY_TEXT, false},
	{"id-number", "candidate.id_number", BODY_TEXT, false},
	{"id-country", "candidate.id_country", BODY_TEXT, false},
	{"id-confirmed", "candidate.id_confirmed", BODY_TRUE, false},
	{"reason", "reason", BODY_TEXT, true},
	{"evidence", "evidence", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};

static const struct body_field filters[] = {{"result", "assessment", BODY_TEXT, false}, {0}};

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"exam_code", "exam", "批次"},
	{"candidate.name", "name", "姓名"},
	{"kind", "kind", "类别"},
	{"from.outcome", "from", "原结果"},
	{"to.outcome", "to", "更正后"},
	{"reason", "reason", "原因"},
	{"state", "state", "状态"},
	{"requested_at", "asked", "申请时间"},
	{0},
}};

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"assessment_id", "result", "成绩编号"},
	{"exam_code", "exam", "批次"},
	{"body_name", "body", "评价机构"},
	{"candidate.name", "name", "姓名"},
	{"candidate.id_number", "document", "证件号码"},
	{"kind", "kind", "类别"},
	{"from.outcome", "recorded as", "原结果"},
	{"from.scores.theory", "recorded theory", "原理论成绩"},
	{"from.scores.skill", "recorded skill", "原技能成绩"},
	{"from.scores.review", "recorded review", "原综合评审成绩"},
	{"to.outcome", "should be", "更正后"},
	{"to.scores.theory", "theory", "理论成绩"},
	{"to.scores.skill", "skill", "技能成绩"},
	{"to.scores.review", "review", "综合评审成绩"},
	{"to.certificate_number", "number", "证书编号"},
	{"from.id_number", "recorded document", "原证件号码"},
	{"to.name", "right name", "正确姓名"},
	{"to.id_number", "right document", "正确证件号码"},
	{"reason", "reason", "原因"},
	{"evidence", "evidence", "依据"},
	{"note", "note", "备注"},
	{"state", "state", "状态"},
	{"refusal", "why", "处理原因"},
	{"decision_note", "decision note", "处理备注"},
	{"requested_by.staff", "asked by", "申请人"},
	{"requested_at", "asked", "申请时间"},
	{"decided_by.staff", "decided by", "处理人"},
	{"decided_at", "decided", "处理时间"},
	{"result_id", "corrected result", "更正后的成绩编号"},
	{0},
}};

static const struct answer_view decided = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"state", "state", "状态"},
	{"result_id", "corrected result", "更正后的成绩编号"},
	{0},
}};

const struct verb cmd_correction[] = {
	{ONE("request", "RESULT --kind KIND (--theory N --skill N | --name NAME --id-type CODE --id-number NUMBER) "
	                "--reason CODE --evidence TEXT"),
	 .en = "ask that a wrong result (its id) be corrected; changes nothing yet. A re-sit is another exam",
	 .zh = "申请更正有误的成绩（成绩编号），此时不作任何更改；补考须另行登记考试", OF_BODY,
	 .options = {{"kind", "KIND", "score; absence: was present and recorded as absent; name or id_document: of whom it is, "
		      "given whole with what is right",
		      "类别：score 成绩有误、absence 误记缺考、name 姓名有误、id_document 证件有误（须填完整的正确信息）"},
		     {"theory", "N", "the right theory score", "正确的理论成绩"},
		     {"skill", "N", "the right skill score", "正确的技能成绩"},
		     {"review", "N", "the right score of the review, levels 2 and 1", "正确的综合评审成绩（二级、一级）"},
		     {"number", "NUMBER", "the certificate's, of what becomes a pass at a site that gives none",
		      "证书编号：改为合格且站点不自行编号时填写"},
		     {"name", "NAME", "full name", "姓名"},
		     {"id-type", "CODE", "resident_id, hmt_residence, foreign_pr, passport, …", "证件类型代码"},
		     {"id-number", "NUMBER", "as on the document", "证件号码"},
		     {"id-country", "CODE", "of a passport", "护照签发国家"},
		     {"id-confirmed", NULL, "the number ends in 000 and that is right", "号码末三位为 000，已与证件核对"},
		     {"reason", "CODE", reasons_en, reasons_zh},
		     {"evidence", "TEXT", "where the evidence is kept, as a file number", "依据材料的存放位置，如档案号"},
		     NOUN_NOTE},
	 ASK("POST", "/v1/assessments/%/corrections", .fields = asks, .says = {
		     "Nothing is changed yet. An administrator decides:\n  talentctl correction approve %",
		     "尚未更改，由管理部门处理：\n  talentctl correction approve %", {"id"}})},
	{
		.name = "correction",
		.sub = "list",
		.args = "[--state STATE] [--kind KIND] [--exam ID] [--result ID]",
		.en = "list corrections that were asked for, the newest first",
		.zh = "列出更正申请，最新的在前",
		.options = {{"state", "STATE", "requested, approved, refused or withdrawn",
			     "requested 待处理、approved 已批准、refused 未批准、withdrawn 已撤回"},
			    {"kind", "KIND", "score, absence, name or id_document",
			     "score 成绩有误、absence 误记缺考、name 姓名有误、id_document 证件有误"},
			    {"exam", "ID", "only of this exam", "仅列出该场考试的"},
			    {"result", "ID", "only of this result", "仅列出该条成绩的"}},
		LIST("/v1/corrections", .fields = filters, .view = &listed, .sparse = true),
	},
	{ONE("show", "ID"), .en = "show one correction", .zh = "查看一项更正申请",
	 ASK("GET", "/v1/corrections/%", .view = &shown)},
	{ONE("history", "ID"), .en = "tell what was done to a correction, by whom and why", .zh = "列出更正申请的变更记录",
	 HISTORY("/v1/corrections/%/history")},
	{ONE("approve", "ID [--note TEXT]"),
	 .en = "approve a correction: the corrected result takes the place of the wrong one, certificates and counts follow",
	 .zh = "批准更正：更正后的成绩取代原成绩，证书和统计随之更新", .options = {NOUN_NOTE},
	 ASK("POST", "/v1/corrections/%/approval", .fields = note_fields, .view = &decided)},
	{ONE("refuse", "ID --reason CODE [--note TEXT]"), .en = "refuse a correction", .zh = "不予更正",
	 .options = {{"reason", "CODE", refusals_en, refusals_zh}, NOUN_NOTE},
	 ASK("POST", "/v1/corrections/%/refusal", .fields = reason_fields, .view = &decided)},
	{ONE("withdraw", "ID --reason CODE [--note TEXT]"), .en = "take back a correction that was asked for",
	 .zh = "撤回更正申请", OF_BODY, .options = {{"reason", "CODE", refusals_en, refusals_zh}, NOUN_NOTE},
	 ASK("POST", "/v1/corrections/%/withdrawal", .fields = reason_fields, .view = &decided)},
	{0},
};
