/* ctl/cmd_standard.c - the dictionary of occupations, and the standards that exams are held under: what they say,
 * from when until when, and what a change would touch. */
#include "ctl/api.h"
#include "ctl/noun.h"

static void print_occupation(struct ctl *ctl, const json_t *answer);
static void print_standard(struct ctl *ctl, const json_t *answer);

#define FILE_EN "valid_from, note, work_types (slug, name, name_en, levels (level, min_hours, min_age, conditions " \
		"(prerequisite, years, education, wording)))"
#define EDUCATION "secondary_vocational senior_technical higher_vocational associate bachelor master doctor"

static const struct answer_view occupation = {.columns = (const struct column_spec[]){
	{"code", "code", "职业编码"},
	{"edition", "edition", "版本"},
	{"name", "name", "名称"},
	{"name_en", "in English", "英文名称"},
	{"standard", "standard", "施行标准"},
	{0},
}};
static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"name", "name", "名称"},
	{"occupation", "occupation", "职业编码"},
	{"edition", "edition", "版本"},
	{"document", "document", "文号"},
	{"issued_on", "issued", "颁布日期"},
	{"printed_code", "prints", "标准所印编码"},
	{"valid_from", "from", "施行日期"},
	{"valid_to", "to", "终止日期"},
	{"id", "id", "编号"},
	{0},
}};
static const struct answer_view touched = {.columns = (const struct column_spec[]){
	{"touched.exams", "exams", "考试"},
	{"touched.sessions", "planned sessions", "计划中的培训班"},
	{"touched.accreditations", "accreditations", "备案"},
	{"touched.recognitions", "recognitions", "认可"},
	{"touched.agreement_titles", "titles in agreements", "协议中的证书名称"},
	{"no_longer_covered.exams", "no longer covered: exams", "不再涵盖：考试"},
	{"no_longer_covered.sessions", "planned sessions", "计划中的培训班"},
	{"no_longer_covered.accreditations", "accreditations", "备案"},
	{"no_longer_covered.recognitions", "recognitions", "认可"},
	{"no_longer_covered.agreement_titles", "titles in agreements", "协议中的证书名称"},
	{0},
}, .tables = {{"exams_to_move", (const struct column_spec[]){
	{"id", "exam", "考试"},
	{"code", "code", "批次"},
	{"body", "body", "评价机构"},
	{"held_on", "held on", "考试日期"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{0},
}}}};

static const struct body_field occupations[] = {
	{"code", "code", BODY_TEXT, true},
	{"edition", "edition", BODY_TEXT, true},
	{"name", "name", BODY_TEXT, true},
	{"name-en", "name_en", BODY_TEXT, true},
	{0},
};
static const struct body_field last_day[] = {{"to", "valid_to", BODY_DATE, true}, {0}};
static const struct body_field ends[] = {
	{"to", "valid_to", BODY_DATE, true},
	{"note", "note", BODY_TEXT, false},
	{"announced-stay", "announced_stay", BODY_TRUE, false},
	{0},
};

static const struct named standard = {"/v1/standards?name=%", "name", "id", "there is no standard %", "没有名为 % 的标准"};

const struct verb cmd_standard[] = {
	{
		.name = "occupation",
		.sub = "list",
		.args = "[--text TEXT]",
		.en = "list the dictionary of occupations, with the standard in force today",
		.zh = "列出职业分类大典中的职业及今天施行的标准",
		.options = {{"text", "TEXT", "what its name contains or its code begins with", "名称中包含或代码开头的文字"}},
		LIST("/v1/occupations", .items = "occupations", .view = &occupation),
	},
	{
		.name = "occupation",
		.sub = "show",
		.args = "CODE EDITION",
		.en = "show one occupation with its work types and levels, e.g. 4-01-06-02 2022",
		.zh = "查看一项职业的工种和等级，如 4-01-06-02 2022",
		.min_args = 2,
		.max_args = 2,
		ASK("GET", "/v1/occupations/%/%", .show = print_occupation),
	},
	{
		.name = "occupation",
		.sub = "add",
		.args = "--code CODE --edition YEAR --name NAME --name-en NAME",
		.en = "add an entry to the dictionary; refused: occupation_code, edition, already_exists (409)",
		.zh = "新增职业条目；退回代码：occupation_code 编码格式、edition 版本格式、already_exists 已存在（409）",
		.options =
			{
				{"code", "CODE", "e.g. 4-13-01-10", "职业编码，如 4-13-01-10"},
				{"edition", "YEAR", "of the dictionary, e.g. 2022", "大典版本，如 2022"},
				{"name", "NAME", "in Chinese", "中文名称"},
				{"name-en", "NAME", "in English", "英文名称"},
			},
		ASK("POST", "/v1/occupations", .fields = occupations, .view = &occupation),
	},
	{
		.name = "occupation",
		.sub = "history",
		.args = "CODE EDITION",
		.en = "tell what was done to an entry, by whom",
		.zh = "列出职业条目的变更记录",
		.min_args = 2,
		.max_args = 2,
		HISTORY("/v1/occupations/%/%/history"),
	},
	{
		.name = "standard",
		.sub = "list",
		.args = "[--name NAME] [--occupation CODE] [--edition YEAR] [--on DATE]",
		.en = "list standards",
		.zh = "列出职业技能标准",
		.options =
			{
				{"name", "NAME", "only this one, e.g. 互联网营销师/2021", "仅此标准，如 互联网营销师/2021"},
				{"occupation", "CODE", "of one occupation", "某一职业"},
				{"edition", "YEAR", "of the dictionary", "大典版本"},
				{"on", "DATE", "in force on that day: YYYY-MM-DD", "在该日施行的：YYYY-MM-DD"},
			},
		LIST("/v1/standards", .view = &listed),
	},
	{
		.name = "standard",
		.sub = "show",
		.args = "NAME | ID",
		.en = "show one standard, e.g. 互联网营销师/2021, and what each of its versions says; its conditions are "
		      "stated, nobody is refused for them yet",
		.zh = "查看一项标准及其各版本，如 互联网营销师/2021；申报条件仅作登记，系统尚不据以拒绝",
		.min_args = 1,
		.max_args = 1,
		ASK("GET", "/v1/standards/%", .named = &standard, .show = print_standard),
	},
	{
		.name = "standard",
		.sub = "add",
		.args = "FILE.json",
		.en = "add a standard: name, occupation, edition, document, issued_on, printed_code, valid_to, " FILE_EN
		      "; education: " EDUCATION "; refused: occupation_code edition standard_name standard_year "
		      "date_in_future before_issue date_order name_taken name_differs occupation_unknown "
		      "standard_overlaps work_type_slug work_type_name work_type_differs level_unknown "
		      "prerequisite_not_below condition_empty duplicate",
		.zh = "新增标准（JSON 文件）：成员 name、occupation、edition、document、issued_on、printed_code、valid_to、"
		      "valid_from、note、work_types（slug、name、name_en、levels（level、min_hours、min_age、conditions"
		      "（prerequisite、years、education、wording）））；education 取值：" EDUCATION
		      "；退回代码：occupation_code edition standard_name standard_year date_in_future before_issue "
		      "date_order name_taken name_differs occupation_unknown standard_overlaps work_type_slug "
		      "work_type_name work_type_differs level_unknown prerequisite_not_below condition_empty duplicate",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/standards", .file = FILE_BODY, .show = print_standard),
	},
	{
		.name = "standard",
		.sub = "revise",
		.args = "NAME|ID FILE.json",
		.en = "add a version, which says all that the standard has from a day on: " FILE_EN "; refused: date_gone_by "
		      "before_version after_end versions_full standard_ended standard_in_use, and of the content as add",
		.zh = "新增版本，载明自某日起标准的全部内容，成员同 add；退回代码：date_gone_by before_version after_end "
		      "versions_full standard_ended standard_in_use，内容同 add",
		.min_args = 2,
		.max_args = 2,
		ASK("POST", "/v1/standards/%/versions", .file = FILE_BODY, .named = &standard, .show = print_standard),
	},
	{
		.name = "standard",
		.sub = "end",
		.args = "NAME|ID --to DATE [--note TEXT] [--announced-stay]",
		.en = "set its last day, today or later; refused: date_gone_by before_version standard_overlaps "
		      "standard_ended standard_in_use",
		.zh = "设定终止日期（最后一天，今天或以后）；退回代码：date_gone_by before_version standard_overlaps "
		      "standard_ended standard_in_use",
		.min_args = 1,
		.max_args = 1,
		.options =
			{
				{"to", "DATE", "the last day: YYYY-MM-DD, today, today+N", "最后一天：YYYY-MM-DD、today、today+N"},
				{"note", "TEXT", "why", "原因"},
				{"announced-stay", NULL,
				 "also when something is announced for later: exams take no results until they are moved "
				 "(exam move), sessions go on",
				 "此后已登记的考试和培训班保留：考试须改为依据后续标准（exam move）后方可报送成绩，培训班照常进行"},
			},
		ASK("POST", "/v1/standards/%/ending", .fields = ends, .named = &standard, .show = print_standard),
	},
	{
		.name = "standard",
		.sub = "preview",
		.args = "NAME|ID FILE.json | NAME|ID --to DATE",
		.en = "tell what a version or an end would touch, and which exams would have to be moved; nothing is stored",
		.zh = "预览新版本或终止所涉及的数量，以及须改为依据其他标准的考试，不作任何保存",
		.min_args = 1,
		.max_args = 2,
		.options = {{"to", "DATE", "the last day: YYYY-MM-DD, today, today+N", "最后一天：YYYY-MM-DD、today、today+N"}},
		ASK("POST", "/v1/standards/%/preview", .file = FILE_IF_GIVEN, .fields = last_day, .named = &standard,
		    .view = &touched),
	},
	{
		.name = "standard",
		.sub = "history",
		.args = "NAME | ID",
		.en = "tell what was done to a standard, by whom",
		.zh = "列出标准的变更记录",
		.min_args = 1,
		.max_args = 1,
		HISTORY("/v1/standards/%/history", .named = &standard),
	},
	{0},
};

/* A line for each level of a work type; members of it that stand above stay blank. */
static void print_levels(const struct ctl *ctl, const json_t *work_types)
{
	static const struct column_spec columns[] = {
		{"work_type", "work type", "工种"},
		{"level", "level", "等级"},
		{"min_hours", "hours", "最低课时"},
		{"min_age", "age", "最低年龄"},
		{"conditions", "conditions", "申报条件"},
	};
	json_t *rows = json_array(), *w, *l;
	size_t i, j;
	json_array_foreach(work_types, i, w)
		json_array_foreach(json_object_get(w, "levels"), j, l) {
			json_t *row = json_copy(l), *code = json_object_get(l, "level");
			json_object_set(row, "work_type", json_object_get(w, "name"));
			json_object_set(row, "level", code ? code : json_object_get(l, "code"));
			json_object_set_new(row, "conditions",
			                    json_integer((json_int_t)json_array_size(json_object_get(l, "conditions"))));
			json_array_append_new(rows, row);
		}
	table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), rows);
	json_decref(rows);
}

static void print_occupation(struct ctl *ctl, const json_t *answer)
{
	view_print(ctl, &occupation, answer);
	print_levels(ctl, json_object_get(answer, "work_types"));
}

static void print_standard(struct ctl *ctl, const json_t *answer)
{
	json_t *version;
	size_t i;
	view_print(ctl, &listed, answer);
	json_array_foreach(json_object_get(answer, "versions"), i, version) {
		fprintf(ctl->out, pick(ctl->lang, "\nversion %lld, from %s\n", "\n第 %lld 版，自 %s 起施行\n"),
		        (long long)json_integer_value(json_object_get(version, "version")),
		        api_str(version, "valid_from"));
		print_levels(ctl, json_object_get(version, "work_types"));
	}
}
