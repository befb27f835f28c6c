/* ctl/cmd_enrolment.c - who is in a training session: a list of people enrolled at once, somebody who leaves; who
 * attended on which day how long. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/hours.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static int roster_run(struct ctl *ctl);

#define CODES reasons
#define CODES_LIST "domain/withdrawal_reason_list.h"
#include "ctl/codes.h"

enum { PORTION = 100 }; /* people that the API takes at once */

#define OF(of, arguments, n, most) \
	.name = "session", .sub = of, .args = arguments, .min_args = n, .max_args = most, \
	.token = "TALENT_INSTITUTION_TOKEN"

static const struct answer_view people = {.columns = (const struct column_spec[]){
	{"id", "enrolment", "报名编号"},
	{"state", "state", "状态"},
	{"candidate.name", "name", "姓名"},
	{"candidate.id_number", "ID number", "证件号码"},
	{"hours_attended", "hours", "课时"},
	{"reason", "reason", "原因"},
	{"since", "since", "自"},
	{0},
}};
static const struct answer_view days = {.columns = (const struct column_spec[]){
	{"day", "day", "日期"}, {"enrolment", "enrolment", "报名编号"}, {"name", "name", "姓名"}, {"hours", "hours", "课时"}, {0},
}};
static const struct answer_view recorded = {.columns = (const struct column_spec[]){
	{"session", "session", "班次"},
	{"day", "day", "日期"},
	{"recorded", "recorded", "登记人数"},
	{"id", "enrolment", "报名编号"},
	{"state", "state", "状态"},
	{"reason", "reason", "原因"},
	{0},
}};

static const struct body_field attends[] = {{"day", "day", BODY_DATE, false}, {"hours", "hours", BODY_COUNT, true}, {0}};

const struct verb cmd_enrolment[] = {
	{OF("roster", "SESSION FILE.json", 2, 2),
	 .en = "enrol a list of people, an array of {\"name\",\"id_type\",\"id_number\",…}: of each hundred all or nobody",
	 .zh = "批量报名；文件为数组，成员为 {\"name\",\"id_type\",\"id_number\",…}：每一百人全部登记或全部不登记",
	 .run = roster_run},
	{OF("unenrol", "SESSION ENROLMENT --reason CODE [--note TEXT]", 2, 2),
	 .en = "take somebody out of a session that is not over; the seat is free", .zh = "学员退出培训班，名额释放",
	 .options = {{"reason", "CODE", reasons_en, reasons_zh}, {"note", "TEXT", "for the file", "备注"}},
	 ASK("POST", "/v1/sessions/%/enrolments/%/withdrawal", .fields = reason_fields, .view = &recorded)},
	{
		OF("attend", "SESSION (FILE.json | [--day DATE] --hours N)", 1, 2),
		.en = "record who attended how long, on a day or in all: {\"day\",\"enrolments\":[{\"id\",\"hours_attended\"}]}, "
		      "or the same for everybody enrolled",
		.zh = "登记考勤（按日或合计课时）：文件为 {\"day\",\"enrolments\":[{\"id\",\"hours_attended\"}]}，或用选项统一登记",
		.options =
			{
				{"day", "DATE", "YYYY-MM-DD, today or today-N; otherwise in all", "日期，可写 today-N；不填为合计课时"},
				{"hours", "N", "hours attended by everybody enrolled", "全体学员的课时"},
			},
		ASK("POST", "/v1/sessions/%/attendance", .file = FILE_IF_GIVEN, .fields = attends, .complete = hours_of_all,
		    .view = &recorded),
	},
	{OF("attendance", "SESSION [--day DATE] [--enrolment ID]", 1, 1),
	 .en = "list who attended on which day how long", .zh = "列出各日考勤",
	 .options = {{"day", "DATE", "of one day: YYYY-MM-DD", "某日：YYYY-MM-DD"},
		     {"enrolment", "ID", "of one enrolment", "某一报名编号"}},
	 LIST("/v1/sessions/%/attendance", .view = &days)},
	{OF("enrolments", "SESSION [--state STATE]", 1, 1), .en = "list who is enrolled", .zh = "列出学员",
	 .options = {{"state", "STATE", "enrolled, withdrawn, completed, not_completed or cancelled",
		      "enrolled 已报名、withdrawn 已退出、completed 已结业、not_completed 未结业、cancelled 已取消"}},
	 LIST("/v1/sessions/%/enrolments", .view = &people)},
	{OF("enrolment-history", "SESSION ENROLMENT", 2, 2), .en = "tell what was done to an enrolment, the newest first",
	 .zh = "列出报名的变更记录，最新的在前", HISTORY("/v1/sessions/%/enrolments/%/history")},
	{0},
};

/* ---- enrolling ---- */

/* Those from first on, as many as go at once. */
static int send_portion(struct ctl *ctl, const json_t *candidates, size_t first, size_t *ret_enrolled)
{
	json_t *portion = json_array(), *body, *answer = NULL;
	for (size_t i = first; i < first + PORTION && i < json_array_size(candidates); i++)
		json_array_append(portion, json_array_get(candidates, i));
	body = json_pack("{s:o}", "candidates", portion);
	int code = api_call(ctl, "POST", PATH("/v1/sessions/%/roster", ctl->args->rest[0]), body, NULL, &answer);
	*ret_enrolled += json_array_size(json_object_get(answer, "enrolments"));
	json_decref(body);
	json_decref(answer);
	return code;
}

static int roster_run(struct ctl *ctl)
{
	json_t *candidates = NULL;
	size_t enrolled = 0;
	int code = json_file_read(ctl, ctl->args->rest[1], day_of(instant_now()), &candidates);
	if (code == CTL_OK && !json_is_array(candidates))
		code = ctl_usage(ctl, pick(ctl->lang, "%s: expected an array", "%s：应为数组"), ctl->args->rest[1]);
	for (size_t i = 0; code == CTL_OK && i < json_array_size(candidates); i += PORTION)
		code = send_portion(ctl, candidates, i, &enrolled);
	if (!ctl->json && json_is_array(candidates))
		fprintf(ctl->out, pick(ctl->lang, "enrolled: %zu of %zu\n", "已报名：%zu / %zu\n"), enrolled,
		        json_array_size(candidates));
	json_decref(candidates);
	return code;
}
