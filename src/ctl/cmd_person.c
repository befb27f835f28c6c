/* ctl/cmd_person.c - people: whose a document is, for a purpose that goes into the audit. The number is read from
 * standard input unless it is given: what stands on a command line, every process of the machine may read. */
#include <stdlib.h>
#include <unistd.h>

#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/id_number.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static void show_person(struct ctl *ctl, const json_t *person);
static void show_report(struct ctl *ctl, const json_t *report);

#define CODES purposes
#define CODES_LIST "domain/purpose_list.h"
#define CODES_EN "why, for the audit:"
#define CODES_ZH "查询目的（记入审计）："
#include "ctl/codes.h"

static const struct body_field asks[] = {
	{"id-type", "candidate.id_type", BODY_TEXT, true},
	{"id-country", "candidate.id_country", BODY_TEXT, false},
	{"name", "candidate.name", BODY_TEXT, false},
	{"purpose", "purpose", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};

const struct verb cmd_person[] = {
	{
		.name = "person",
		.sub = "lookup",
		.args = "--id-type CODE [--id-number NUMBER] --purpose CODE",
		.en = "whose an ID document is, and what is recorded of that person; without --id-number it is read from "
		      "standard input",
		.zh = "凭证件查询人员及其登记情况；未给出 --id-number 时从标准输入读取号码",
		.options = {{"id-type", "CODE", "resident_id, hmt_residence, foreign_pr, passport, …", "证件类型代码"},
			    {"id-number", "NUMBER", "as on the document", "证件号码"},
			    {"id-country", "CODE", "of a passport", "护照签发国家"},
			    {"name", "NAME", "a name to be compared with the one in force", "拟核对的姓名"},
			    {"purpose", "CODE", purposes_en, purposes_zh},
			    {"note", "TEXT", "for the audit, without ID numbers", "备注（记入审计），不得含证件号码"}},
		ASK("POST", "/v1/people/lookup", .fields = asks, .complete = id_number_add, .show = show_person),
	},
	{
		.name = "person",
		.sub = "report",
		.args = "PERSON --purpose CODE [--note TEXT]",
		.en = "everything that is held about a person (the id is what lookup prints), and who asked; --json to hand over",
		.zh = "个人信息查阅报告：登记系统持有的该人全部信息及查询记录（人员编号由 lookup 给出）；--json 供交付",
		.min_args = 1,
		.max_args = 1,
		.options = {{"purpose", "CODE", purposes_en, purposes_zh},
			    {"note", "TEXT", "for the audit, without ID numbers", "备注（记入审计），不得含证件号码"}},
		ASK("POST", "/v1/people/%/report", .fields = purpose_fields, .show = show_report),
	},
	{
		.name = "person",
		.sub = "reseal",
		.args = "",
		.en = "every host has a new secrets.id_cipher_key: encrypt ID numbers anew, in the background",
		.zh = "各主机已换用新的 secrets.id_cipher_key：在后台重新加密证件号码",
		ASK("POST", "/v1/people/reseal", .says = {
			    "ID numbers are encrypted anew under version % of the key. How far that is:\n  talentctl job list",
			    "证件号码将以第 % 版密钥重新加密。查看进度：\n  talentctl job list", {"key_version"}}),
	},
	{0},
};

/* ---- showing ---- */

static const struct column_spec facts[] = {
	{"id", "person", "人员"},
	{"document.id_type", "document", "证件类型"},
	{"document.id_country", "country", "签发国家"},
	{"document.id_number", "number", "证件号码"},
	{"name", "name in force", "登记姓名"},
	{0},
};
static const struct column_spec names[] = {
	{"name", "name", "姓名"},
	{"basis", "basis", "依据"},
	{"since", "since", "登记时间"},
	{0},
};
static const struct column_spec enrolments[] = {
	{"title", "session", "培训班"},
	{"institution", "institution", "机构"},
	{"district", "district", "区"},
	{"ends_on", "ends", "结束"},
	{"state", "state", "状态"},
	{"name", "name", "姓名"},
	{0},
};
static const struct column_spec results[] = {
	{"exam_code", "exam", "考试"},
	{"body", "body", "机构"},
	{"district", "district", "区"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{"held_on", "held on", "考试日期"},
	{"outcome", "outcome", "结果"},
	{"state", "state", "状态"},
	{"id", "result", "考评记录"},
	{0},
};
static const struct column_spec certificates[] = {
	{"number", "certificate", "证书编号"},
	{"issuer", "issuer", "发证方"},
	{"district", "district", "区"},
	{"issued_on", "issued on", "发证日期"},
	{"state", "state", "状态"},
	{0},
};

static void show_person(struct ctl *ctl, const json_t *person)
{
	static const struct answer_view view = {
		facts, {{"names", names}, {"enrolments", enrolments}, {"results", results}, {"certificates", certificates}}};
	const json_t *same = json_object_get(person, "name_matches");
	view_print(ctl, &view, person);
	if (json_is_boolean(same))
		fputs(json_is_true(same) ? pick(ctl->lang, "\nThe name given is this one.\n", "\n所给姓名与登记姓名一致。\n")
		                         : pick(ctl->lang, "\nThe name given is another one.\n", "\n所给姓名与登记姓名不一致。\n"),
		      ctl->out);
}

/* ---- everything ---- */

enum { COLUMNS_MAX = 32 };

/* A heading, and a table under the columns that the registry names, each in this language. */
static void show_section(const struct ctl *ctl, const json_t *section)
{
	struct column_spec columns[COLUMNS_MAX];
	const json_t *items = json_object_get(section, "items"), *column;
	size_t i, n = 0;
	json_array_foreach(json_object_get(section, "columns"), i, column)
		if (n < COLUMNS_MAX)
			columns[n++] = (struct column_spec){api_str(column, "name"), api_str(column, "en"), api_str(column, "zh")};
	fprintf(ctl->out, "%s%s\n", api_str(section, pick(ctl->lang, "en", "zh")),
	        json_array_size(items) ? "" : pick(ctl->lang, ": nothing", "：无"));
	if (json_array_size(items))
		table_print(ctl->out, ctl->lang, columns, n, items);
	fputc('\n', ctl->out);
}

static void show_report(struct ctl *ctl, const json_t *report)
{
	json_t *section;
	size_t i;
	json_array_foreach(json_object_get(report, "sections"), i, section)
		show_section(ctl, section);
}
