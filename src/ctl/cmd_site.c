/* ctl/cmd_site.c - sites of organisations, and what the numbers given there begin with. */
#include "ctl/noun.h"

static const char modes_en[] = "minted (here, from the site's own series; needs --prefix), supplied (each pass brings "
	"its number) or supplied_later (a pass waits for it: `exam number`); otherwise minted if there is a prefix";
static const char modes_zh[] = "minted 由本站点编号（须有 --prefix）、supplied 随成绩提供编号、supplied_later 事后取得编号（exam number）；不填时有前缀即为 minted";

#define CODES reasons
#define CODES_LIST "domain/site_reason_list.h"
#include "ctl/codes.h"

#define ONE(of, arguments) .name = "site", .sub = of, .args = arguments, .min_args = 1, .max_args = 1

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"code", "code", "代码"},
	{"name", "name", "名称"},
	{"district", "district", "区划"},
	{"number_prefix", "prefix", "编号前缀"},
	{"number_mode", "numbers", "编号方式"},
	{"valid_to", "to", "截止日"},
	{0},
}};

static const struct answer_view shown = {.columns = (const struct column_spec[]){
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
	{0},
}};

static const struct body_field creates[] = {
	{"code", "code", BODY_TEXT, true},
	{"name", "name", BODY_TEXT, true},
	{"district", "district", BODY_TEXT, true},
	{"prefix", "number_prefix", BODY_TEXT, false},
	{"mode", "number_mode", BODY_TEXT, false},
	{"also-supplied", "also_supplied", BODY_TRUE, false},
	{0},
};
static const struct body_field changes[] = {
	{"name", "name", BODY_TEXT, false},
	{"district", "district", BODY_TEXT, false},
	{"prefix", "number_prefix", BODY_TEXT, false},
	{"mode", "number_mode", BODY_TEXT, false},
	{"also-supplied", "also_supplied", BODY_YES, false},
	{"note", "note", BODY_TEXT, false},
	{0},
};

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
		ASK("POST", "/v1/organisations/%/sites", .fields = creates, .view = &shown),
	},
	{ONE("list", "SLUG [--district CODE] [--on DATE]"), .en = "list the sites of an organisation", .zh = "列出机构的站点",
	 .options = {{"district", "CODE", "in this district, e.g. 310105", "仅列出该区划的，如 310105"},
	             {"on", "DATE", "that have not ended by then: YYYY-MM-DD, today, today-N",
	              "该日尚未终止的：YYYY-MM-DD、today、today-N"}},
	 LIST("/v1/organisations/%/sites", .view = &listed)},
	{ONE("show", "ID"), .en = "show one site", .zh = "查看一个站点", ASK("GET", "/v1/sites/%", .view = &shown)},
	{
		ONE("change", "ID [--name NAME] [--district CODE] [--prefix PREFIX] [--mode MODE] [--also-supplied yes|no] "
		    "[--note TEXT]"),
		.en = "rename a site or move it; prefix and mode only while nobody has passed there",
		.zh = "站点更名或迁址；尚无考试合格者时可变更前缀和编号方式",
		.options =
			{
				{"name", "NAME", "the new name", "新名称"},
				{"district", "CODE", "6 digits", "区划代码（6 位）"},
				{"prefix", "PREFIX", "13 characters; '' takes it away", "前缀（13 位）；'' 为取消"},
				{"mode", "MODE", modes_en, modes_zh},
				{"also-supplied", "yes|no", "whether a result may bring its number although the site mints",
				 "由本站点编号时是否也接受随成绩提供的编号：yes 是、no 否"},
				NOUN_NOTE,
			},
		ASK("PATCH", "/v1/sites/%", .fields = changes, .view = &shown),
	},
	{ONE("end", "ID --to DATE --reason CODE [--note TEXT]"),
	 .en = "have a site end: its last day, today or later; results of exams held until then still follow",
	 .zh = "终止站点：最后一天为今天或以后；此前已举行考试的成绩仍可报送",
	 .options = {NOUN_LAST_DAY,
		     {"reason", "CODE", reasons_en, reasons_zh}, NOUN_NOTE},
	 ASK("POST", "/v1/sites/%/ending", .fields = last_day_fields, .view = &shown)},
	{ONE("history", "ID"), .en = "tell what was done to a site, the newest first", .zh = "列出站点的变更记录，最新的在前",
	 HISTORY("/v1/sites/%/history")},
	{0},
};
