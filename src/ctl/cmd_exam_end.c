/* ctl/cmd_exam_end.c - an exam is closed, re-opened or cancelled. */
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/noun.h"

static int close_run(struct ctl *ctl);
static int reopen_run(struct ctl *ctl);
static int cancel_run(struct ctl *ctl);

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/exam_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/exam_reason_list.h"
#undef X
	;

#define NOTE_OPTION {"note", "TEXT", "for the file", "备注"}
#define ONE(of, arguments) .name = "exam", .sub = of, .args = arguments, .min_args = 1, .max_args = 1

const struct verb cmd_exam_end[] = {
	{ONE("close", "ID [--note TEXT]"), .en = "close an exam: it takes no more results", .zh = "关闭考试，不再接收成绩",
	 .token = "TALENT_INSTITUTION_TOKEN", .options = {NOTE_OPTION}, .run = close_run},
	{ONE("reopen", "ID --reason TEXT"), .en = "re-open a closed exam", .zh = "重新开放已关闭的考试",
	 .options = {{"reason", "TEXT", "why", "原因"}}, .run = reopen_run},
	{ONE("cancel", "ID --reason CODE [--note TEXT]"), .en = "cancel an exam that has no result", .zh = "取消尚无成绩的考试",
	 .token = "TALENT_INSTITUTION_TOKEN", .options = {{"reason", "CODE", reasons_en, reasons_zh}, NOTE_OPTION},
	 .run = cancel_run},
	{0},
};

static const struct column_spec ended[] = {{"id", "id", "编号"}, {"state", "state", "状态"}};
static const struct noun exams = NOUN("/v1/exams", ended, ended);

static int close_run(struct ctl *ctl)
{
	return noun_send(ctl, &exams, "POST", "/closing", json_pack("{s:s*}", "note", args_option(ctl->args, "note")));
}

static int reopen_run(struct ctl *ctl)
{
	const char *reason = option_needed(ctl, "reason");
	return reason ? noun_send(ctl, &exams, "DELETE", "/closing", json_pack("{s:s}", "reason", reason)) : CTL_USAGE;
}

static int cancel_run(struct ctl *ctl)
{
	json_t *body = noun_reason(ctl, reasons_en, reasons_zh);
	return body ? noun_send(ctl, &exams, "POST", "/cancellation", body) : CTL_USAGE;
}
