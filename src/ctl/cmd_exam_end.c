/* ctl/cmd_exam_end.c - an exam is closed, re-opened or cancelled. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/exam_reason_list.h"
#include "ctl/codes.h"

#define NOTE_OPTION {"note", "TEXT", "for the file", "备注"}
#define ONE(of, arguments) .name = "exam", .sub = of, .args = arguments, .min_args = 1, .max_args = 1

static const struct answer_view ended = {.columns = (const struct column_spec[]){{"id", "id", "编号"}, {"state", "state", "状态"}, {0}}};
static const struct body_field why[] = {{"reason", "reason", BODY_TEXT, true}, {0}};

const struct verb cmd_exam_end[] = {
	{ONE("close", "ID [--note TEXT]"), .en = "close an exam: it takes no more results", .zh = "关闭考试，不再接收成绩",
	 .token = "TALENT_INSTITUTION_TOKEN", .options = {NOTE_OPTION}, ASK("POST", "/v1/exams/%/closing", .fields = note_fields, .view = &ended)},
	{ONE("reopen", "ID --reason TEXT"), .en = "re-open a closed exam", .zh = "重新开放已关闭的考试",
	 .options = {{"reason", "TEXT", "why", "原因"}}, ASK("DELETE", "/v1/exams/%/closing", .fields = why, .view = &ended)},
	{ONE("cancel", "ID --reason CODE [--note TEXT]"), .en = "cancel an exam that has no result", .zh = "取消尚无成绩的考试",
	 .token = "TALENT_INSTITUTION_TOKEN", .options = {{"reason", "CODE", reasons_en, reasons_zh}, NOTE_OPTION},
	 ASK("POST", "/v1/exams/%/cancellation", .fields = reason_fields, .view = &ended)},
	{0},
};
