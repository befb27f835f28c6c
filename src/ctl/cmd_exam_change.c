/* ctl/cmd_exam_change.c - an announced exam is changed while it has no result. */
#include "ctl/candidate_group.h"
#include "ctl/noun.h"

static const struct column_spec columns[] = {
	{"id", "id", "编号"},
	{"code", "code", "批次"},
	{"state", "state", "状态"},
	{"held_on", "held on", "考试日期"},
	{"site_name", "site", "站点"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{"standard", "standard", "标准"},
	{"session", "session", "培训班"},
	{"publicity_days", "publicity days", "公示天数"},
	{"candidate_group", "candidates", "考生类别"},
	{"roster_required", "roster required", "须有名册"},
	{0},
};
static const struct answer_view shown = {.columns = columns};

static const struct body_field changes[] = {
	{"held-on", "held_on", BODY_DATE, false},
	{"site", "site", BODY_TEXT, false},
	{"session", "session", BODY_TEXT, false},
	{"no-session", "no_session", BODY_TRUE, false},
	{"work-type", "work_type", BODY_TEXT, false},
	{"level", "level", BODY_TEXT, false},
	{"publicity-days", "publicity_days", BODY_COUNT, false},
	{"candidates", "candidate_group", BODY_TEXT, false},
	{"roster", "roster_required", BODY_YES, false},
	{"note", "note", BODY_TEXT, false},
	{"late-reason", "late_reason", BODY_TEXT, false},
	{0},
};

const struct verb cmd_exam_change[] = {
	{
		.name = "exam",
		.sub = "change",
		.args = "ID [--held-on DATE] [--site ID] [--session ID|--no-session] [--level CODE] …",
		.min_args = 1,
		.max_args = 1,
		.token = "TALENT_INSTITUTION_TOKEN",
		.en = "change an announced exam that has no result; what is not given stays. It is judged as if it were "
		      "announced so today; what was held already an administrator changes (--as administrator), with "
		      "--late-reason",
		.zh = "更改尚无成绩的考试，未填的不变；按当日登记审核。考试日期已过的，由管理部门（--as administrator）更改并填 "
		      "--late-reason",
		.options =
			{
				{"held-on", "DATE", "its day: YYYY-MM-DD, today, today+N", "考试日期：YYYY-MM-DD、today、today+N"},
				{"site", "ID", "where it takes place", "站点"},
				{"session", "ID", "the training session before it", "对应的培训班"},
				{"no-session", NULL, "it ends no training session", "不对应培训班"},
				{"work-type", "NAME", "of the same occupation", "同一职业的工种"},
				{"level", "CODE", "5 4 3 2 1", "等级：5 4 3 2 1"},
				{"publicity-days", "N", "days that results are public before certificates",
				 "发证前的公示天数"},
				{"roster", "yes|no", "whether results are taken for those on its roster only",
				 "是否只接收名册内考生的成绩：yes 是、no 否"},
				{"candidates", "GROUP", candidate_groups_en, candidate_groups_zh},
				{"late-reason", "TEXT", "administrators: why it is changed so late", "管理部门：逾期更改的原因"},
				NOUN_NOTE,
			},
		ASK("PATCH", "/v1/exams/%", .fields = changes, .view = &shown),
	},
	{0},
};
