/* ctl/cmd_enrolment.c - who is in a training session: a list of people enrolled at once, somebody who leaves; who
 * attended on which day how long. */
#include "base/buf.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/hours.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static int roster_run(struct ctl *ctl);
static int unenrol_run(struct ctl *ctl);
static int attend_run(struct ctl *ctl);
static int attendance_run(struct ctl *ctl);
static int enrolments_run(struct ctl *ctl);
static int enrolment_history_run(struct ctl *ctl);

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/withdrawal_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/withdrawal_reason_list.h"
#undef X
	;

enum { PORTION = 100, PATH_MAX_BYTES = 1024 }; /* people that the API takes at once */

#define OF(of, arguments, n, most) \
	.name = "session", .sub = of, .args = arguments, .min_args = n, .max_args = most, \
	.token = "TALENT_INSTITUTION_TOKEN"

const struct verb cmd_enrolment[] = {
	{OF("roster", "SESSION FILE.json", 2, 2),
	 .en = "enrol a list of people, an array of {\"name\",\"id_type\",\"id_number\",…}: of each hundred all or nobody",
	 .zh = "批量报名；文件为数组，成员为 {\"name\",\"id_type\",\"id_number\",…}：每一百人全部登记或全部不登记",
	 .run = roster_run},
	{OF("unenrol", "SESSION ENROLMENT --reason CODE [--note TEXT]", 2, 2),
	 .en = "take somebody out of a session that is not over; the seat is free", .zh = "学员退出培训班，名额释放",
	 .options = {{"reason", "CODE", reasons_en, reasons_zh}, {"note", "TEXT", "for the file", "备注"}},
	 .run = unenrol_run},
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
		.run = attend_run,
	},
	{OF("attendance", "SESSION [--day DATE] [--enrolment ID]", 1, 1),
	 .en = "list who attended on which day how long", .zh = "列出各日考勤",
	 .options = {{"day", "DATE", "of one day: YYYY-MM-DD", "某日：YYYY-MM-DD"},
		     {"enrolment", "ID", "of one enrolment", "某一报名编号"}},
	 .run = attendance_run},
	{OF("enrolments", "SESSION [--state STATE]", 1, 1), .en = "list who is enrolled", .zh = "列出学员",
	 .options = {{"state", "STATE", "enrolled, withdrawn, completed, not_completed or cancelled",
		      "enrolled 已报名、withdrawn 已退出、completed 已结业、not_completed 未结业、cancelled 已取消"}},
	 .run = enrolments_run},
	{OF("enrolment-history", "SESSION ENROLMENT", 2, 2), .en = "tell what was done to an enrolment, the newest first",
	 .zh = "列出报名的变更记录，最新的在前", .run = enrolment_history_run},
	{0},
};

static const struct column_spec people[] = {
	{"id", "enrolment", "报名编号"},      {"state", "state", "状态"},
	{"candidate.name", "name", "姓名"},   {"candidate.id_number", "ID number", "证件号码"},
	{"hours_attended", "hours", "课时"},  {"reason", "reason", "原因"},
	{"since", "since", "自"},
};
static const struct column_spec days[] = {
	{"day", "day", "日期"}, {"enrolment", "enrolment", "报名编号"}, {"name", "name", "姓名"}, {"hours", "hours", "课时"},
};
static const struct column_spec recorded[] = {
	{"session", "session", "班次"}, {"day", "day", "日期"},       {"recorded", "recorded", "登记人数"},
	{"id", "enrolment", "报名编号"}, {"state", "state", "状态"}, {"reason", "reason", "原因"},
};
static const struct noun attendances = NOUN("/v1/sessions", days, recorded);
static const struct noun enrolments = NOUN("/v1/sessions", people, recorded);

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

/* "/enrolments/ID" and what stands behind, with a NUL. False: too long, which is explained. */
static bool behind(struct ctl *ctl, const char *more, struct buf *ret)
{
	buf_adds(ret, "/enrolments/");
	path_add(ret, slice_of(ctl->args->rest[1]));
	buf_adds(ret, more);
	buf_addc(ret, '\0');
	if (buf_failed(ret))
		ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are too long", "参数过长"));
	return !buf_failed(ret);
}

static int unenrol_run(struct ctl *ctl)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	json_t *body = noun_reason(ctl, reasons_en, reasons_zh);
	int code = body && behind(ctl, "/withdrawal", &at) ? CTL_OK : CTL_USAGE;
	if (code == CTL_OK)
		code = noun_send(ctl, &enrolments, "POST", at.p, json_incref(body));
	json_decref(body);
	buf_free(&at);
	return code;
}

/* ---- attending ---- */

static int hours_body(struct ctl *ctl, struct day today, json_t **ret)
{
	static const struct body_field fields[] = {
		{"day", "day", BODY_DATE, false},
		{"hours", "hours", BODY_COUNT, true},
	};
	json_t *body = NULL, *list = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), today, &body);
	if (code == CTL_OK)
		code = hours_of_all(ctl, ctl->args->rest[0], json_object_get(body, "hours"), &list);
	if (code != CTL_OK) {
		json_decref(body);
		return code;
	}
	json_object_del(body, "hours");
	json_object_set_new(body, "enrolments", list);
	*ret = body;
	return CTL_OK;
}

static int attend_run(struct ctl *ctl)
{
	struct day today = day_of(instant_now());
	json_t *body = NULL;
	int code = ctl->args->n_rest > 1 ? json_file_read(ctl, ctl->args->rest[1], today, &body)
	                                 : hours_body(ctl, today, &body);
	return code == CTL_OK ? noun_send(ctl, &attendances, "POST", "/attendance", body) : code;
}

/* ---- looking ---- */

static int list_behind(struct ctl *ctl, const struct noun *noun, const char *what, const char *const *filters, size_t n)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	buf_adds(&at, noun->path);
	buf_addc(&at, '/');
	path_add(&at, slice_of(ctl->args->rest[0]));
	buf_adds(&at, what);
	buf_addc(&at, '\0');
	int code = buf_failed(&at) ? ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are too long", "参数过长"))
	                           : noun_list(ctl, noun, at.p, filters, n);
	buf_free(&at);
	return code;
}

static int attendance_run(struct ctl *ctl)
{
	static const char *const filters[] = {"day", "enrolment"};
	return list_behind(ctl, &attendances, "/attendance", filters, ARRAY_LEN(filters));
}

static int enrolments_run(struct ctl *ctl)
{
	static const char *const filters[] = {"state"};
	return list_behind(ctl, &enrolments, "/enrolments", filters, ARRAY_LEN(filters));
}

static int enrolment_history_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"at", "at", "时间"},
		{"action", "what", "操作"},
		{"detail.reason", "reason", "原因"},
		{"by.staff", "by", "经办人"},
		{"by.organisation", "of", "经办机构"},
		{"request_id", "request", "请求编号"},
	};
	return api_print_list(ctl, PATH("/v1/sessions/%/enrolments/%/history", ctl->args->rest[0], ctl->args->rest[1]),
	                      columns, ARRAY_LEN(columns));
}
