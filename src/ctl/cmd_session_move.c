/* ctl/cmd_session_move.c - what becomes of a training session before it is completed: changed, published, cancelled;
 * and its history. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/session_reason_list.h"
#include "ctl/codes.h"

#define NOTE_OPTION {"note", "TEXT", "for the file", "备注"}
#define ONE(of, arguments) \
	.name = "session", .sub = of, .args = arguments, .min_args = 1, .max_args = 1, .token = "TALENT_INSTITUTION_TOKEN"

static const struct answer_view moved = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"state", "state", "状态"},
	{"reason", "reason", "原因"},
	{"enrolments_cancelled", "enrolments cancelled", "取消的报名"},
	{"title", "title", "名称"},
	{"starts_on", "starts", "开班"},
	{"ends_on", "ends", "结束"},
	{"hours", "hours", "课时"},
	{"capacity", "seats", "名额"},
	{0},
}};
static const struct body_field changes[] = {
	{"title", "title", BODY_TEXT, false},
	{"starts-on", "starts_on", BODY_DATE, false},
	{"ends-on", "ends_on", BODY_DATE, false},
	{"hours", "hours", BODY_COUNT, false},
	{"capacity", "capacity", BODY_COUNT, false},
	{"note", "note", BODY_TEXT, false},
	{0},
};

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
		ASK("PATCH", "/v1/sessions/%", .fields = changes, .view = &moved),
	},
	{ONE("publish", "SESSION [--note TEXT]"), .en = "publish a session", .zh = "发布培训班", .options = {NOTE_OPTION},
	 ASK("POST", "/v1/sessions/%/publication", .fields = note_fields, .view = &moved)},
	{ONE("cancel", "SESSION --reason CODE [--note TEXT]"), .en = "cancel a session; nothing of it is counted",
	 .zh = "取消培训班，不计入统计", .options = {{"reason", "CODE", reasons_en, reasons_zh}, NOTE_OPTION},
	 ASK("POST", "/v1/sessions/%/cancellation", .fields = reason_fields, .view = &moved)},
	{ONE("history", "SESSION"), .en = "tell what was done to a session, the newest first",
	 .zh = "列出培训班的变更记录，最新的在前", HISTORY("/v1/sessions/%/history")},
	{0},
};
