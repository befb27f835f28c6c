/* ctl/cmd_session_move.c - what becomes of a training session before it is completed: changed, published, cancelled;
 * and its history. */
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/noun.h"

static int change_run(struct ctl *ctl);
static int publish_run(struct ctl *ctl);
static int cancel_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/session_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/session_reason_list.h"
#undef X
	;

#define NOTE_OPTION {"note", "TEXT", "for the file", "备注"}
#define ONE(of, arguments) \
	.name = "session", .sub = of, .args = arguments, .min_args = 1, .max_args = 1, .token = "TALENT_INSTITUTION_TOKEN"

const struct verb cmd_session_move[] = {
	{
		ONE("change", "SESSION [--title TEXT] [--starts-on DATE] [--ends-on DATE] [--hours N] [--capacity N] "
		              "[--note TEXT]"),
		.en = "change a session that is not over; what is not given stays; refused: capacity_below_enrolled "
		      "attendance_before attendance_after begins_before_enrolment begins_after_exam "
		      "standard_not_in_force_then",
		.zh = "更改未结束的培训班，未填的不变；退回代码：capacity_below_enrolled attendance_before attendance_after "
		      "begins_before_enrolment begins_after_exam standard_not_in_force_then",
		.options =
			{
				{"title", "TEXT", "its name", "名称"},
				{"starts-on", "DATE", "YYYY-MM-DD, today or today-N", "开班日期，可写 today-N"},
				{"ends-on", "DATE", "the last day", "结束日期"},
				{"hours", "N", "class hours", "课时"},
				{"capacity", "N", "seats", "名额"},
				NOTE_OPTION,
			},
		.run = change_run,
	},
	{ONE("publish", "SESSION [--note TEXT]"), .en = "publish a session", .zh = "发布培训班", .options = {NOTE_OPTION},
	 .run = publish_run},
	{ONE("cancel", "SESSION --reason CODE [--note TEXT]"), .en = "cancel a session; nothing of it is counted",
	 .zh = "取消培训班，不计入统计", .options = {{"reason", "CODE", reasons_en, reasons_zh}, NOTE_OPTION},
	 .run = cancel_run},
	{ONE("history", "SESSION"), .en = "tell what was done to a session, the newest first",
	 .zh = "列出培训班的变更记录，最新的在前", .run = history_run},
	{0},
};

static const struct column_spec moved[] = {
	{"id", "id", "编号"},           {"state", "state", "状态"}, {"reason", "reason", "原因"},
	{"enrolments_cancelled", "enrolments cancelled", "取消的报名"},
	{"title", "title", "名称"},     {"starts_on", "starts", "开班"}, {"ends_on", "ends", "结束"},
	{"hours", "hours", "课时"},     {"capacity", "seats", "名额"},
};
static const struct noun sessions = NOUN("/v1/sessions", moved, moved);

static int change_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"title", "title", BODY_TEXT, false},
		{"starts-on", "starts_on", BODY_DATE, false},
		{"ends-on", "ends_on", BODY_DATE, false},
		{"hours", "hours", BODY_COUNT, false},
		{"capacity", "capacity", BODY_COUNT, false},
		{"note", "note", BODY_TEXT, false},
	};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	return code == CTL_OK ? noun_send(ctl, &sessions, "PATCH", "", body) : code;
}

static int publish_run(struct ctl *ctl)
{
	return noun_send(ctl, &sessions, "POST", "/publication",
	                 json_pack("{s:s*}", "note", args_option(ctl->args, "note")));
}

static int cancel_run(struct ctl *ctl)
{
	json_t *body = noun_reason(ctl, reasons_en, reasons_zh);
	return body ? noun_send(ctl, &sessions, "POST", "/cancellation", body) : CTL_USAGE;
}

static int history_run(struct ctl *ctl)
{
	return noun_history(ctl, &sessions);
}
