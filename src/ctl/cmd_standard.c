/* ctl/cmd_standard.c - the dictionary of occupations, and the standards that exams are held under: what they say,
 * from when until when, and what a change would touch. */
#include "base/buf.h"
#include "base/uuid.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/client.h"
#include "ctl/json_file.h"
#include "ctl/table.h"

static int occupation_list_run(struct ctl *ctl);
static int occupation_show_run(struct ctl *ctl);
static int occupation_add_run(struct ctl *ctl);
static int occupation_history_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int add_run(struct ctl *ctl);
static int revise_run(struct ctl *ctl);
static int end_run(struct ctl *ctl);
static int preview_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);

#define FILE_EN "valid_from, note, work_types (slug, name, name_en, levels (level, min_hours, min_age, conditions " \
		"(prerequisite, years, education, wording)))"
#define EDUCATION "secondary_vocational senior_technical higher_vocational associate bachelor master doctor"

const struct verb cmd_standard[] = {
	{
		.name = "occupation",
		.sub = "list",
		.args = "",
		.en = "list the dictionary of occupations, with the standard in force today",
		.zh = "列出职业分类大典中的职业及今天施行的标准",
		.run = occupation_list_run,
	},
	{
		.name = "occupation",
		.sub = "show",
		.args = "CODE EDITION",
		.en = "show one occupation with its work types and levels, e.g. 4-01-06-02 2022",
		.zh = "查看一项职业的工种和等级，如 4-01-06-02 2022",
		.min_args = 2,
		.max_args = 2,
		.run = occupation_show_run,
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
		.run = occupation_add_run,
	},
	{
		.name = "occupation",
		.sub = "history",
		.args = "CODE EDITION",
		.en = "tell what was done to an entry, by whom",
		.zh = "列出职业条目的变更记录",
		.min_args = 2,
		.max_args = 2,
		.run = occupation_history_run,
	},
	{
		.name = "standard",
		.sub = "list",
		.args = "[--occupation CODE] [--edition YEAR] [--on DATE]",
		.en = "list standards",
		.zh = "列出职业技能标准",
		.options =
			{
				{"occupation", "CODE", "of one occupation", "某一职业"},
				{"edition", "YEAR", "of the dictionary", "大典版本"},
				{"on", "DATE", "in force on that day: YYYY-MM-DD", "在该日施行的：YYYY-MM-DD"},
			},
		.run = list_run,
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
		.run = show_run,
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
		.run = add_run,
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
		.run = revise_run,
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
		.run = end_run,
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
		.run = preview_run,
	},
	{
		.name = "standard",
		.sub = "history",
		.args = "NAME | ID",
		.en = "tell what was done to a standard, by whom",
		.zh = "列出标准的变更记录",
		.min_args = 1,
		.max_args = 1,
		.run = history_run,
	},
	{0},
};

/* ---- the dictionary ---- */

static const struct column_spec occupations[] = {
	{"code", "code", "职业编码"},       {"edition", "edition", "版本"},     {"name", "name", "名称"},
	{"name_en", "in English", "英文名称"}, {"standard", "standard", "施行标准"},
};
static const struct column_spec history[] = {
	{"at", "at", "时间"},
	{"action", "what", "操作"},
	{"by.staff", "by", "经办人"},
	{"by.organisation", "of", "经办机构"},
	{"detail.valid_from", "from", "施行日期"},
	{"detail.to", "last day", "终止日期"},
	{"detail.note", "note", "备注"},
};

/* The dictionary is small, but it comes in pages too. */
static int keep_occupations(void *items, const json_t *page)
{
	json_array_extend(items, json_object_get(page, "occupations"));
	return CTL_OK;
}

static int occupation_list_run(struct ctl *ctl)
{
	json_t *items = json_array();
	int code = api_pages(ctl, PATH("/v1/occupations"), keep_occupations, items);
	if (code == CTL_OK && !ctl->json)
		table_print(ctl->out, ctl->lang, occupations, ARRAY_LEN(occupations), items);
	json_decref(items);
	return code;
}

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

static int occupation_show_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "GET", PATH("/v1/occupations/%/%", ctl->args->rest[0], ctl->args->rest[1]), NULL, NULL,
	                    &answer);
	if (code == CTL_OK && !ctl->json) {
		table_print_item(ctl->out, ctl->lang, occupations, ARRAY_LEN(occupations), answer);
		print_levels(ctl, json_object_get(answer, "work_types"));
	}
	json_decref(answer);
	return code;
}

static int occupation_add_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"code", "code", BODY_TEXT, true},
		{"edition", "edition", BODY_TEXT, true},
		{"name", "name", BODY_TEXT, true},
		{"name-en", "name_en", BODY_TEXT, true},
	};
	json_t *body = NULL, *answer = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = api_call(ctl, "POST", PATH("/v1/occupations"), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, occupations, ARRAY_LEN(occupations), answer);
	json_decref(body);
	json_decref(answer);
	return code;
}

static int occupation_history_run(struct ctl *ctl)
{
	return api_print_list(ctl, PATH("/v1/occupations/%/%/history", ctl->args->rest[0], ctl->args->rest[1]), history,
	                      ARRAY_LEN(history));
}

/* ---- standards ---- */

static const struct column_spec standards[] = {
	{"name", "name", "名称"},           {"occupation", "occupation", "职业编码"}, {"edition", "edition", "版本"},
	{"document", "document", "文号"},   {"issued_on", "issued", "颁布日期"},     {"printed_code", "prints", "标准所印编码"},
	{"valid_from", "from", "施行日期"}, {"valid_to", "to", "终止日期"},          {"id", "id", "编号"},
};

static int list_run(struct ctl *ctl)
{
	static const char *const filters[] = {"occupation", "edition", "on"};
	struct buf path = BUF_INIT(4 * KIB);
	buf_adds(&path, "/v1/standards");
	for (size_t i = 0, n = 0; i < ARRAY_LEN(filters); i++) {
		const char *value = args_option(ctl->args, filters[i]);
		if (!value)
			continue;
		buf_addf(&path, "%c%s=", n++ ? '&' : '?', filters[i]);
		path_add(&path, slice_of(value));
	}
	buf_addc(&path, '\0');
	int code = buf_failed(&path) ? ctl_usage(ctl, pick(ctl->lang, "too long", "参数过长"))
	                             : api_print_list(ctl, PATH(path.p), standards, ARRAY_LEN(standards));
	buf_free(&path);
	return code;
}

/* The id that the first argument is, or is the name of. */
static int find(struct ctl *ctl, char id[static UUID_TEXT])
{
	const char *name = ctl->args->rest[0];
	struct ctl quiet = *ctl;
	struct uuid ignored;
	json_t *answer = NULL;
	if (uuid_parse(slice_of(name), &ignored)) {
		snprintf(id, UUID_TEXT, "%s", name);
		return CTL_OK;
	}
	quiet.json = false;
	int code = api_call(&quiet, "GET", PATH("/v1/standards?name=%", name), NULL, NULL, &answer);
	const json_t *found = api_find(json_object_get(answer, "items"), "name", name);
	if (code == CTL_OK && !found) {
		fprintf(ctl->err, pick(ctl->lang, "talentctl: there is no standard %s\n", "talentctl：没有名为 %s 的标准\n"),
		        name);
		code = CTL_PROBLEM;
	} else if (code == CTL_OK) {
		snprintf(id, UUID_TEXT, "%s", api_str(found, "id"));
	}
	json_decref(answer);
	return code;
}

static void print_standard(const struct ctl *ctl, const json_t *standard)
{
	json_t *version;
	size_t i;
	table_print_item(ctl->out, ctl->lang, standards, ARRAY_LEN(standards), standard);
	json_array_foreach(json_object_get(standard, "versions"), i, version) {
		fprintf(ctl->out, pick(ctl->lang, "\nversion %lld, from %s\n", "\n第 %lld 版，自 %s 起施行\n"),
		        (long long)json_integer_value(json_object_get(version, "version")),
		        api_str(version, "valid_from"));
		print_levels(ctl, json_object_get(version, "work_types"));
	}
}

/* Calls, and prints the standard that is the answer. */
static int change(struct ctl *ctl, const char *method, const char *const *path, const json_t *body)
{
	json_t *answer = NULL;
	int code = api_call(ctl, method, path, body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		print_standard(ctl, answer);
	json_decref(answer);
	return code;
}

static int show_run(struct ctl *ctl)
{
	char id[UUID_TEXT];
	int code = find(ctl, id);
	return code == CTL_OK ? change(ctl, "GET", PATH("/v1/standards/%", id), NULL) : code;
}

static int add_run(struct ctl *ctl)
{
	json_t *body = NULL;
	int code = json_file_read(ctl, ctl->args->rest[0], day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = change(ctl, "POST", PATH("/v1/standards"), body);
	json_decref(body);
	return code;
}

static int revise_run(struct ctl *ctl)
{
	char id[UUID_TEXT];
	json_t *body = NULL;
	int code = json_file_read(ctl, ctl->args->rest[1], day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = find(ctl, id);
	if (code == CTL_OK)
		code = change(ctl, "POST", PATH("/v1/standards/%/versions", id), body);
	json_decref(body);
	return code;
}

static const struct body_field end_fields[] = {
	{"to", "valid_to", BODY_DATE, true},
	{"note", "note", BODY_TEXT, false},
};

static int end_run(struct ctl *ctl)
{
	char id[UUID_TEXT];
	json_t *body = NULL;
	int code = body_from_options(ctl, end_fields, ARRAY_LEN(end_fields), day_of(instant_now()), &body);
	if (code == CTL_OK && args_option(ctl->args, "announced-stay"))
		json_object_set_new(body, "announced_stay", json_true());
	if (code == CTL_OK)
		code = find(ctl, id);
	if (code == CTL_OK)
		code = change(ctl, "POST", PATH("/v1/standards/%/ending", id), body);
	json_decref(body);
	return code;
}

static int preview_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
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
	};
	static const struct column_spec exams[] = {
		{"id", "exam", "考试"},
		{"code", "code", "批次"},
		{"body", "body", "评价机构"},
		{"held_on", "held on", "考试日期"},
		{"work_type", "work type", "工种"},
		{"level", "level", "等级"},
	};
	const bool file = args_option(ctl->args, "to") == NULL;
	char id[UUID_TEXT];
	json_t *body = NULL, *answer = NULL;
	int code = CTL_OK;
	if (file == (ctl->args->n_rest == 1))
		return ctl_usage(ctl, pick(ctl->lang, "give a file with the version, or --to for the end",
		                           "请给出新版本的文件，或用 --to 给出终止日期"));
	code = file ? json_file_read(ctl, ctl->args->rest[1], day_of(instant_now()), &body)
	            : body_from_options(ctl, end_fields, 1, day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = find(ctl, id);
	if (code == CTL_OK)
		code = api_call(ctl, "POST", PATH("/v1/standards/%/preview", id), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		table_print_item(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), answer);
		if (json_array_size(json_object_get(answer, "exams_to_move")))
			table_print(ctl->out, ctl->lang, exams, ARRAY_LEN(exams), json_object_get(answer, "exams_to_move"));
	}
	json_decref(body);
	json_decref(answer);
	return code;
}

static int history_run(struct ctl *ctl)
{
	char id[UUID_TEXT];
	int code = find(ctl, id);
	return code == CTL_OK ? api_print_list(ctl, PATH("/v1/standards/%/history", id), history, ARRAY_LEN(history))
	                      : code;
}
