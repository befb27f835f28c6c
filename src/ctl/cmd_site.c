/* ctl/cmd_site.c - sites of organisations, and what the numbers given there begin with. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/noun.h"

static int create_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);

static const char modes_en[] = "minted (here, from the site's own series; needs --prefix) or supplied (each pass brings "
	"its number); otherwise minted if there is a prefix";
static const char modes_zh[] = "minted 由本站点编号（须有 --prefix）、supplied 随成绩提供编号；不填时有前缀即为 minted";

#define ONE(of, arguments) .name = "site", .sub = of, .args = arguments, .min_args = 1, .max_args = 1

const struct verb cmd_site[] = {
	{
		ONE("create", "SLUG --code CODE --name NAME --district CODE [--prefix PREFIX] [--mode MODE] [--also-supplied]"),
		.en = "open a site of an organisation, where its exams and sessions take place",
		.zh = "登记机构的站点，即举行考试和培训的地点",
		.options =
			{
				{"code", "CODE", "the organisation's own: small letters, digits, hyphens, as in main",
				 "机构自定的代码：小写字母、数字、连字符，如 main"},
				{"name", "NAME", "what it is called", "名称"},
				{"district", "CODE", "6 digits, e.g. 310105", "区划代码（6 位），如 310105"},
				{"prefix", "PREFIX", "the first 13 characters of its certificates' numbers, e.g. S000031000123",
				 "证书编号的前 13 位，如 S000031000123"},
				{"mode", "MODE", modes_en, modes_zh},
				{"also-supplied", NULL, "a result may bring its number although the site mints",
				 "由本站点编号，但也接受随成绩提供的编号"},
			},
		.run = create_run,
	},
	{ONE("list", "SLUG"), .en = "list the sites of an organisation", .zh = "列出机构的站点", .run = list_run},
	{ONE("show", "ID"), .en = "show one site", .zh = "查看一个站点", .run = show_run},
	{ONE("history", "ID"), .en = "tell what was done to a site, the newest first", .zh = "列出站点的变更记录，最新的在前",
	 .run = history_run},
	{0},
};

static const struct column_spec listed[] = {
	{"id", "id", "编号"},
	{"code", "code", "代码"},
	{"name", "name", "名称"},
	{"district", "district", "区划"},
	{"number_prefix", "prefix", "编号前缀"},
	{"number_mode", "numbers", "编号方式"},
	{"valid_to", "to", "截止日"},
};
static const struct column_spec shown[] = {
	{"id", "id", "编号"},
	{"organisation", "organisation", "机构"},
	{"code", "code", "代码"},
	{"name", "name", "名称"},
	{"district", "district", "区划"},
	{"number_prefix", "prefix", "编号前缀"},
	{"number_mode", "numbers", "编号方式"},
	{"also_supplied", "also supplied", "也接受提供的编号"},
	{"valid_to", "to", "截止日"},
	{"reason", "reason", "原因"},
};
static const struct noun sites = NOUN("/v1/sites", listed, shown);
static const struct noun of_organisation = NOUN("/v1/organisations", listed, shown);

static int create_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"code", "code", BODY_TEXT, true},
		{"name", "name", BODY_TEXT, true},
		{"district", "district", BODY_TEXT, true},
		{"prefix", "number_prefix", BODY_TEXT, false},
		{"mode", "number_mode", BODY_TEXT, false},
	};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	if (args_option(ctl->args, "also-supplied"))
		json_object_set_new(body, "also_supplied", json_true());
	return noun_send(ctl, &of_organisation, "POST", "/sites", body);
}

static int list_run(struct ctl *ctl)
{
	return api_print_list(ctl, PATH("/v1/organisations/%/sites", ctl->args->rest[0]), listed, ARRAY_LEN(listed));
}

static int show_run(struct ctl *ctl)
{
	return noun_show(ctl, &sites);
}

static int history_run(struct ctl *ctl)
{
	return noun_history(ctl, &sites);
}
