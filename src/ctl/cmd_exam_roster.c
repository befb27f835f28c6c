/* ctl/cmd_exam_roster.c - whom a body has registered for an exam. */
#include "ctl/noun.h"

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

static const struct column_spec columns[] = {
	{"candidate.name", "name", "姓名"},
	{"candidate.id_number", "number", "证件号码"},
	{"employer", "employer", "所在单位"},
	{"state", "state", "状态"},
	{"reason", "reason", "原因"},
	{"assessment", "result", "成绩"},
	{"id", "id", "编号"},
	{0},
};
static const struct answer_view listed = {.columns = columns};
static const struct column_spec removed_columns[] = {
	{"id", "id", "编号"}, {"state", "state", "状态"}, {"reason", "reason", "原因"}, {0}};
static const struct answer_view removed = {.columns = removed_columns};
static const struct column_spec made[] = {{"id", "id", "编号"}, {"state", "state", "状态"}, {0}};
static const struct column_spec none[] = {{0}};
static const struct answer_view enrolled = {.columns = none, .tables = {{"candidates", made}}};
static const struct body_field filters[] = {{"state", "state", BODY_TEXT, false}, {0}};

#define OF .name = "exam", .token = "TALENT_INSTITUTION_TOKEN"

const struct verb cmd_exam_roster[] = {
	{
		OF, .sub = "enrol", .args = "ID FILE.json", .min_args = 2, .max_args = 2,
		.en = "put people on the roster of an exam, all of the file or nobody: {\"candidates\": [{name, id_type, "
		      "id_number, employer}]}; refused: person_name_differs duplicate born_after_exam",
		.zh = "将文件中的考生列入考试名册（全部或都不列入）：{\"candidates\": [{name、id_type、id_number、employer "
		      "所在单位}]}；退回代码：person_name_differs duplicate born_after_exam",
		ASK("POST", "/v1/exams/%/roster", .file = true, .view = &enrolled),
	},
	{
		OF, .sub = "enrol-session", .args = "ID", .min_args = 1, .max_args = 1,
		.en = "put on the roster of an exam whoever is in the session that it ends; who was taken off it stays off",
		.zh = "将对应培训班的学员列入考试名册；已移出的不再列入",
		ASK("PUT", "/v1/exams/%/roster/session", .says = {"%: % added\n", "%：新列入 % 人\n", {"exam", "added"}}),
	},
	{
		OF, .sub = "roster", .args = "ID [--state STATE]", .min_args = 1, .max_args = 1,
		.en = "list the roster of an exam",
		.zh = "列出考试名册",
		.options = {{"state", "STATE", "listed or removed", "状态：listed 在册、removed 已移除"}},
		LIST("/v1/exams/%/roster", .fields = filters, .view = &listed),
	},
	{
		OF, .sub = "unenrol", .args = "ID CANDIDATE --reason CODE [--note TEXT]", .min_args = 2, .max_args = 2,
		.en = "take somebody off the roster of an exam who has no result in it",
		.zh = "将尚无成绩的考生移出考试名册",
		.options = {{"reason", "CODE", reasons_en, reasons_zh}, NOUN_NOTE},
		ASK("POST", "/v1/exams/%/roster/%/removal", .fields = reason_fields, .view = &removed),
	},
	{0},
};
