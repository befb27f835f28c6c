/* ctl/cmd_recheck.c - results that a candidate wants checked again: asked for by the body, answered in time. */
#include "ctl/noun.h"

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/recheck_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/recheck_reason_list.h"
#undef X
	;

#define ONE(of, arguments) .name = "recheck", .sub = of, .args = arguments, .min_args = 1, .max_args = 1
#define OF_BODY .token = "TALENT_INSTITUTION_TOKEN"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"exam_code", "exam", "批次"},
	{"name", "name", "姓名"},
	{"reason", "reason", "原因"},
	{"state", "state", "状态"},
	{"asked_on", "asked", "申请日期"},
	{"answer_by", "answer by", "答复期限"},
	{"answered_on", "answered", "答复日期"},
	{"assessment_id", "assessment", "成绩编号"},
	{0},
}};

static const struct answer_view asked = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"state", "state", "状态"},
	{"answer_by", "answer by", "答复期限"},
	{0},
}};

static const struct answer_view answered = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"state", "state", "状态"},
	{0},
}};

static const struct body_field filters[] = {{"state", "state", BODY_TEXT, false}, {0}};

const struct verb cmd_recheck[] = {
	{ONE("request", "RESULT --reason CODE [--note TEXT]"),
	 .en = "ask for the candidate, during publicity, that a result (its id) be checked again; it is not published meanwhile",
	 .zh = "公示期内为考生申请复核成绩（成绩编号），其间不发布", OF_BODY,
	 .options = {{"reason", "CODE", reasons_en, reasons_zh}, NOUN_NOTE},
	 ASK("POST", "/v1/assessments/%/recheck", .fields = reason_fields, .view = &asked)},
	{
		.name = "recheck",
		.sub = "list",
		.args = "[--state STATE]",
		.en = "list re-checks, the newest first",
		.zh = "列出成绩复核，最新的在前",
		OF_BODY,
		.options = {{"state", "STATE", "open, overdue, stands, changed or lapsed",
			     "open 进行中、overdue 逾期、stands 维持原成绩、changed 已更正、lapsed 已失效"}},
		LIST("/v1/rechecks", .fields = filters, .view = &listed, .sparse = true),
	},
	{ONE("answer", "ID [--note TEXT]"),
	 .en = "answer that the result stands; another score is asked for as a correction, whose approval answers too",
	 .zh = "答复：维持原成绩；成绩有变的，另行申请更正，批准即为答复", OF_BODY, .options = {NOUN_NOTE},
	 ASK("POST", "/v1/rechecks/%/answer", .fields = note_fields, .view = &answered)},
	{0},
};
