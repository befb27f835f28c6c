/* ctl/cmd_exam_plan.c - what is filed before an exam is held: how many are expected, where, and who staffs it. */
#include "ctl/noun.h"

static const struct column_spec columns[] = {
	{"exam", "exam", "考试"},
	{"version", "version", "版本"},
	{"candidates", "candidates", "预计考生"},
	{"rooms", "rooms", "考场"},
	{"stations", "stations", "工位"},
	{"invigilators", "invigilators", "监考人员"},
	{"panel", "panel", "综合评审委员"},
	{"lacks", "lacks", "不足"},
	{"filed_at", "filed", "报备时间"},
	{0},
};
static const struct column_spec people[] = {{"number", "number", "证号"}, {"name", "name", "姓名"}, {0}};
static const struct answer_view shown = {
	.columns = columns,
	.tables = {{"assessors", people}, {"supervisors", people}},
};

const struct verb cmd_exam_plan[] = {
	{
		.name = "exam",
		.sub = "file",
		.args = "ID FILE.json",
		.min_args = 2,
		.max_args = 2,
		.token = "TALENT_INSTITUTION_TOKEN",
		.en = "file the plan and the staff of an exam, on its day at the latest: candidates, rooms, stations, "
		      "invigilators, assessors and supervisors (each a number and a name), panel; refused: "
		      "invigilators_per_candidate invigilators_per_room assessors_below_three assessors_even "
		      "assessors_per_candidate panel_below_three panel_even panel_not_applicable",
		.zh = "报备考务计划和人员，最迟在考试当日：candidates、rooms、stations、invigilators、assessors 和 "
		      "supervisors（证号 number 和姓名 name）、panel；退回代码：invigilators_per_candidate "
		      "invigilators_per_room assessors_below_three assessors_even assessors_per_candidate "
		      "panel_below_three panel_even panel_not_applicable",
		ASK("PUT", "/v1/exams/%/plan", .file = true, .view = &shown),
	},
	{
		.name = "exam",
		.sub = "plan",
		.args = "ID",
		.min_args = 1,
		.max_args = 1,
		.token = "TALENT_INSTITUTION_TOKEN",
		.en = "show the plan and the staff of an exam",
		.zh = "查看考务计划和人员",
		ASK("GET", "/v1/exams/%/plan", .view = &shown),
	},
	{0},
};
