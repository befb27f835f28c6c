/* ctl/cmd_exam_number.c - numbers that a body was given after the results of its exam. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static int number_run(struct ctl *ctl);

const struct verb cmd_exam_number[] = {
	{
		.name = "exam",
		.sub = "number",
		.args = "ID FILE.json",
		.en = "give passes the numbers that came after their results: {\"candidates\":[{\"name\",\"id_type\",\"id_number\","
		      "\"certificate_number\",\"printed_on\"}]}, up to 100; those that do not fit are told (exit code 1)",
		.zh = "为合格成绩登记事后取得的证书编号："
		      "{\"candidates\":[{\"name\",\"id_type\",\"id_number\",\"certificate_number\",\"printed_on\"}]}，每次至多 100 "
		      "条；不符的逐条列出（退出码 1）",
		.min_args = 2,
		.max_args = 2,
		.token = "TALENT_INSTITUTION_TOKEN",
		.run = number_run,
	},
	{0},
};

static const struct answer_view taken = {.columns = (const struct column_spec[]){
	{"numbered", "numbered", "已登记"},
	{"refused", "refused", "不符"},
	{0},
}, .tables = {{"items", (const struct column_spec[]){
	{"row", "row", "行"},
	{"outcome", "outcome", "结果"},
	{"publish_on", "published on", "发布日期"},
	{"assessment_id", "assessment", "成绩编号"},
	{0},
}}}};

static int number_run(struct ctl *ctl)
{
	json_t *body = NULL, *answer = NULL;
	int code = json_file_read(ctl, ctl->args->rest[1], day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = api_call(ctl, "POST", PATH("/v1/exams/%/numbers", ctl->args->rest[0]), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		view_print(ctl, &taken, answer);
	if (code == CTL_OK && json_integer_value(json_object_get(answer, "refused")) > 0)
		code = CTL_NEGATIVE;
	json_decref(body);
	json_decref(answer);
	return code;
}
