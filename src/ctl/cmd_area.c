/* ctl/cmd_area.c - areas that lie across districts, and who is in them. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);
static int set_run(struct ctl *ctl);
static int join_run(struct ctl *ctl);

#define REASON_OPTION {"reason", "TEXT", "why, for the file", "更改原因，存档"}

const struct verb cmd_area[] = {
	{
		.name = "area",
		.sub = "list",
		.args = "",
		.en = "list the areas",
		.zh = "列出各区域",
		.run = list_run,
	},
	{
		.name = "area",
		.sub = "set",
		.args = "AREA --name TEXT --name-en TEXT --districts CODE,… --reason TEXT",
		.en = "add an area, or change its names and the districts it lies in",
		.zh = "新增区域，或更改其名称和所涉区划",
		.min_args = 1,
		.max_args = 1,
		.options = {{"name", "TEXT", "in Chinese", "中文名称"},
			    {"name-en", "TEXT", "in English", "英文名称"},
			    {"districts", "CODE,…", "all districts that it lies in", "所涉区划代码，须列全"},
			    REASON_OPTION},
		.run = set_run,
	},
	{
		.name = "area",
		.sub = "join",
		.args = "AREA ORGANISATION --from DATE --reason TEXT",
		.en = "put an organisation into an area from a day on; AREA none takes it out",
		.zh = "自某日起将机构列入区域；AREA 为 none 时移出",
		.min_args = 2,
		.max_args = 2,
		.options = {{"from", "DATE", "the first day, YYYY-MM-DD or today+N", "生效日期，YYYY-MM-DD 或 today+N"}, REASON_OPTION},
		.run = join_run,
	},
	{0},
};

static int list_run(struct ctl *ctl)
{
	static const struct column_spec zh[] = {{"area", "area", "区域"}, {"name", "name", "名称"}};
	static const struct column_spec en[] = {{"area", "area", "区域"}, {"name_en", "name", "名称"}};
	return api_print_list(ctl, PATH("/v1/areas"), ctl->lang == LANG_ZH ? zh : en, ARRAY_LEN(zh));
}

static int send(struct ctl *ctl, const char *const *path, json_t *body)
{
	static const struct column_spec facts[] = {
		{"area", "area", "区域"},
		{"name", "name", "名称"},
		{"organisation", "organisation", "机构"},
		{"from", "from", "生效日期"},
	};
	json_t *answer = NULL;
	int code = api_call(ctl, "PUT", path, body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
	json_decref(answer);
	json_decref(body);
	return code;
}

static int set_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"name", "name", BODY_TEXT, true},
		{"name-en", "name_en", BODY_TEXT, true},
		{"reason", "reason", BODY_TEXT, true},
	};
	const char *districts = option_needed(ctl, "districts");
	json_t *body = NULL, *codes = json_array();
	int code = districts ? body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body) : CTL_USAGE;
	if (code != CTL_OK) {
		json_decref(codes);
		return code;
	}
	for (struct slice rest = slice_of(districts); rest.n;) {
		struct slice one = slice_cut(&rest, ',');
		json_array_append_new(codes, json_stringn(one.p, one.n));
	}
	json_object_set_new(body, "districts", codes);
	return send(ctl, PATH("/v1/areas/%", ctl->args->rest[0]), body);
}

static int join_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"from", "from", BODY_DATE, true},
		{"reason", "reason", BODY_TEXT, true},
	};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	return send(ctl, PATH("/v1/areas/%/organisations/%", ctl->args->rest[0], ctl->args->rest[1]), body);
}
