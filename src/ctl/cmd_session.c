/* ctl/cmd_session.c - training sessions: planned, filled, completed. `record` does all three for
 * sessions that are over, from one file; each request carries a key made of its content, so the
 * same file may be sent again. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/hours.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"
#include "ctl/word.h"

static int record_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static void print_completion(struct ctl *ctl, const json_t *answer);

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"title", "title", "名称"},
	{"state", "state", "状态"},
	{"occupation", "occupation", "职业"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{"starts_on", "starts", "开班"},
	{"ends_on", "ends", "结束"},
	{"completed_on", "completed", "结业"},
	{"enrolled", "enrolled", "报名"},
	{"completed", "completed", "结业人数"},
	{"reason", "reason", "原因"},
	{"allowed", "possible", "可进行的操作"},
	{0},
}};
static const struct answer_view people = {.columns = (const struct column_spec[]){
	{"id", "enrolment", "报名编号"},
	{"state", "state", "状态"},
	{"candidate.name", "name", "姓名"},
	{"candidate.id_number", "ID number", "证件号码"},
	{"hours_attended", "hours", "课时"},
	{"reason", "reason", "原因"},
	{0},
}};

static const struct body_field plans[] = {
	{"title", "title", BODY_TEXT, true},
	{"occupation", "occupation", BODY_TEXT, true},
	{"edition", "edition", BODY_TEXT, true},
	{"work-type", "work_type", BODY_TEXT, true},
	{"level", "level", BODY_TEXT, true},
	{"starts-on", "starts_on", BODY_DATE, true},
	{"ends-on", "ends_on", BODY_DATE, true},
	{"hours", "hours", BODY_COUNT, true},
	{"capacity", "capacity", BODY_COUNT, true},
	{"district", "district", BODY_TEXT, false},
	{"standard", "standard", BODY_TEXT, false},
	{"site", "site", BODY_TEXT, false},
	{0},
};
static const struct body_field enrols[] = {
	{"name", "candidate.name", BODY_TEXT, true},
	{"id-type", "candidate.id_type", BODY_TEXT, true},
	{"id-number", "candidate.id_number", BODY_TEXT, true},
	{"id-country", "candidate.id_country", BODY_TEXT, false},
	{"id-confirmed", "candidate.id_confirmed", BODY_TRUE, false},
	{0},
};
static const struct body_field completes[] = {
	{"completed-on", "completed_on", BODY_DATE, true},
	{"hours", "hours", BODY_COUNT, false},
	{0},
};

#define TOKEN "TALENT_INSTITUTION_TOKEN"

const struct verb cmd_session[] = {
	{
		.name = "session",
		.sub = "create",
		.args = "FILE.json | --title TEXT …",
		.en = "plan a training session, from a file or by options",
		.zh = "新建培训班：由 JSON 文件或选项",
		.max_args = 1,
		.token = TOKEN,
		.options =
			{
				{"title", "TEXT", "its name", "名称"},
				{"occupation", "CODE", "e.g. 4-01-06-02", "职业编码，如 4-01-06-02"},
				{"edition", "YEAR", "of the occupation", "职业标准版本"},
				{"work-type", "NAME", "e.g. 直播销售员", "工种，如 直播销售员"},
				{"level", "CODE", "5 4 3 2 1", "等级：5 4 3 2 1"},
				{"starts-on", "DATE", "YYYY-MM-DD, today or today-N", "开班日期，可写 today-N"},
				{"ends-on", "DATE", "the last day", "结束日期"},
				{"hours", "N", "class hours", "课时"},
				{"capacity", "N", "seats", "名额"},
				{"site", "ID", "where it takes place; needed when you have several", "站点；本机构有多个站点时必填"},
				{"district", "CODE", "the institution's; may be left out", "本机构所在区的代码，可不填"},
				{"standard", "NAME", "e.g. 互联网营销师/2021; otherwise the one in force on the last day",
				 "职业技能标准，如 互联网营销师/2021；不填则为结束日期施行的标准"},
			},
		ASK("POST", "/v1/sessions", .file = FILE_IF_GIVEN, .keyed = true, .fields = plans, .says = {"%", "%", {"id"}}),
	},
	{
		.name = "session",
		.sub = "enrol",
		.args = "SESSION --name NAME --id-type CODE --id-number NUMBER [--id-country CODE] [--id-confirmed]",
		.en = "enrol one person",
		.zh = "报名一名学员",
		.min_args = 1,
		.max_args = 1,
		.token = TOKEN,
		.options =
			{
				{"name", "NAME", "full name", "姓名"},
				{"id-type", "CODE", "resident_id, hmt_residence, foreign_pr, passport, …",
				 "证件类型代码"},
				{"id-number", "NUMBER", "as on the document", "证件号码"},
				{"id-country", "CODE", "of a passport", "护照签发国家"},
				{"id-confirmed", NULL, "the number ends in 000 and that is right",
				 "号码末三位为 000，已与证件核对"},
			},
		/* Without a key: somebody is enrolled once anyway, and may have left and come back. */
		ASK("POST", "/v1/sessions/%/enrolments", .fields = enrols, .says = {"%", "%", {"id"}}),
	},
	{
		.name = "session",
		.sub = "complete",
		.args = "SESSION (FILE.json | --completed-on DATE [--hours N])",
		.en = "end a session; the file lists the hours of each enrolment, --hours is the same for all, otherwise "
		      "those count that were recorded (session attend)",
		.zh = "结业：由文件列出各学员课时，或用 --hours 统一课时；否则以已登记的考勤为准",
		.min_args = 1,
		.max_args = 2,
		.token = TOKEN,
		.options =
			{
				{"completed-on", "DATE", "YYYY-MM-DD, today or today-N", "结业日期，可写 today-N"},
				{"hours", "N", "hours attended by everybody enrolled", "全体学员的课时"},
			},
		ASK("POST", "/v1/sessions/%/completion", .file = FILE_IF_GIVEN, .keyed = true, .fields = completes,
		    .complete = hours_of_all, .show = print_completion),
	},
	{
		.name = "session",
		.sub = "record",
		.args = "FILE.json",
		.en = "record sessions that are over: create, enrol, complete; the file is an array of "
		      "{\"session\",\"completed_on\",\"candidates\":[{…,\"hours_attended\"}]}",
		.zh = "补录已结束的培训班：建班、报名、结业；文件为数组，成员为 "
		      "{\"session\",\"completed_on\",\"candidates\":[{…,\"hours_attended\"}]}",
		.min_args = 1,
		.max_args = 1,
		.token = TOKEN,
		.run = record_run,
	},
	{
		.name = "session",
		.sub = "show",
		.args = "SESSION",
		.en = "show a session and who is enrolled",
		.zh = "查看培训班及学员",
		.min_args = 1,
		.max_args = 1,
		.token = TOKEN,
		.run = show_run,
	},
	{
		.name = "session",
		.sub = "list",
		.args = "[--state STATE] [--institution SLUG]",
		.en = "list sessions",
		.zh = "列出培训班",
		.token = TOKEN,
		.options = {{"state", "STATE", "planned, published, completed or cancelled",
			     "planned 计划中、published 已发布、completed 已结业、cancelled 已取消"},
			    {"institution", "SLUG", "of one institution", "某一机构的代号"}},
		LIST("/v1/sessions", .view = &shown),
	},
	{0},
};

static void print_completion(struct ctl *ctl, const json_t *answer)
{
	json_t *missed;
	size_t i;
	fprintf(ctl->out, pick(ctl->lang, "completed: %lld\n", "结业：%lld\n"),
	        (long long)json_integer_value(json_object_get(answer, "completed")));
	json_array_foreach(json_object_get(answer, "not_completed"), i, missed) {
		const char *reason = code_word("reason", api_str(missed, "code"), ctl->lang);
		fprintf(ctl->out, pick(ctl->lang, "  not completed: %s (%s)\n", "  未结业：%s（%s）\n"),
		        api_str(missed, "id"), reason ? reason : api_str(missed, "code"));
	}
}

/* Enrols the candidates and collects {"id","hours_attended"} of each. */
static int record_enrolments(struct ctl *ctl, const char *session, const json_t *candidates,
                             json_t *enrolments)
{
	json_t *candidate;
	size_t i;
	json_array_foreach(candidates, i, candidate) {
		json_t *hours = json_incref(json_object_get(candidate, "hours_attended"));
		json_t *person = json_copy(candidate), *answer = NULL;
		json_object_del(person, "hours_attended");
		json_t *body = json_pack("{s:o}", "candidate", person);
		int code = api_call_once(ctl, "POST", PATH("/v1/sessions/%/enrolments", session), body, &answer);
		if (code == CTL_OK)
			json_array_append_new(enrolments,
			                      json_pack("{s:s, s:O}", "id", api_str(answer, "id"),
			                                "hours_attended", hours));
		json_decref(hours);
		json_decref(body);
		json_decref(answer);
		if (code != CTL_OK)
			return code;
	}
	return CTL_OK;
}

static int record_one(struct ctl *ctl, const json_t *record)
{
	struct ctl quiet = *ctl;
	json_t *session = NULL, *answer = NULL, *enrolments = json_array();
	quiet.json = false;
	int code = api_call_once(&quiet, "POST", PATH("/v1/sessions"), json_object_get(record, "session"), &session);
	if (code == CTL_OK)
		code = record_enrolments(&quiet, api_str(session, "id"),
		                         json_object_get(record, "candidates"), enrolments);
	if (code == CTL_OK) {
		json_t *body = json_pack("{s:O, s:O}", "completed_on",
		                         json_object_get(record, "completed_on"), "enrolments", enrolments);
		code = body ? api_call_once(ctl, "POST", PATH("/v1/sessions/%/completion", api_str(session, "id")), body, &answer)
		            : ctl_usage(ctl, "%s", pick(ctl->lang, "completed_on is missing", "缺少 completed_on"));
		json_decref(body);
	}
	if (code == CTL_OK && !ctl->json) {
		fprintf(ctl->out, "%s  %s\n", api_str(session, "id"), api_str(session, "title"));
		print_completion(ctl, answer);
	}
	json_decref(enrolments);
	json_decref(session);
	json_decref(answer);
	return code;
}

static int record_run(struct ctl *ctl)
{
	json_t *records = NULL, *record;
	size_t i;
	int code = json_file_read(ctl, ctl->args->rest[0], day_of(instant_now()), &records);
	if (code == CTL_OK && !json_is_array(records))
		code = ctl_usage(ctl, pick(ctl->lang, "%s: expected an array", "%s：应为数组"),
		                 ctl->args->rest[0]);
	if (code == CTL_OK)
		json_array_foreach(records, i, record) {
			code = record_one(ctl, record);
			if (code != CTL_OK)
				break;
		}
	json_decref(records);
	return code;
}

static int show_run(struct ctl *ctl)
{
	int code = noun_do(ctl, &(const struct request){.method = "GET", .path = "/v1/sessions/%", .view = &shown});
	return code == CTL_OK ? noun_do(ctl, &(const struct request){.path = "/v1/sessions/%/enrolments", .view = &people})
	                      : code;
}
