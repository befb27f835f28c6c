/* ctl/cmd_staff.c - who works for an organisation or administers the registry: invited, accepted, changed, gone; and
 * what two administrators decide about a third. */
#include "ctl/api.h"
#include "ctl/noun.h"

#define RIGHTS_OPTION \
	{"rights", "RIGHT", "reads, submits (changes things too) or manages (people too)", \
	 "权限：reads 查看、submits 查看和报送、manages 另可管理人员"}
#define DISTRICTS_OPTION \
	{"districts", "CODE,…", "limits an administrator, e.g. 310105,310106", "管理员的辖区，例如 310105,310106"}
#define OF_ONE(named, does_en, does_zh, ...) \
	{.name = "staff", .sub = named, .args = "ID", .en = does_en, .zh = does_zh, .min_args = 1, .max_args = 1, \
	 __VA_ARGS__}

static void say_second(const struct ctl *ctl, FILE *out, const char *request)
{
	fprintf(out,
	        pick(ctl->lang, "Another administrator approves: talentctl staff approve %s\n",
	             "须由另一位管理员批准：talentctl staff approve %s\n"),
	        request);
}

/* The code on a line of its own: it is to be copied. */
static void show_invited(struct ctl *ctl, const json_t *answer)
{
	if (strcmp(api_str(answer, "state"), "awaiting_approval") == 0)
		say_second(ctl, ctl->err, api_str(answer, "id"));
	fprintf(ctl->out, "%s\n", api_str(json_object_get(answer, "invitation"), "code"));
}

static void show_changed(struct ctl *ctl, const json_t *answer)
{
	if (*api_str(answer, "request"))
		say_second(ctl, ctl->out, api_str(answer, "request"));
	else
		fprintf(ctl->out, "%s\n", pick(ctl->lang, "changed", "已更改"));
}

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"name", "name", "姓名"},
	{"organisation", "organisation", "机构"},
	{"role", "role", "角色"},
	{"rights", "rights", "权限"},
	{"districts", "districts", "辖区"},
	{"state", "state", "状态"},
	{"admission", "let in by", "设立方式"},
	{"admitted_by", "asked by", "申请人"},
	{"approved_by", "approved by", "批准人"},
	{"admitted_at", "since", "自"},
	{"left_at", "left", "离任"},
	{"invited_until", "invited until", "邀请有效至"},
	{"credentials", "credentials", "有效凭证数"},
	{0},
}};

static const struct answer_view asked = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"what", "what", "事项"},
	{"staff", "whom", "人员"},
	{"name", "name", "新姓名"},
	{"rights", "rights", "新权限"},
	{"districts", "districts", "新辖区"},
	{"state", "state", "状态"},
	{"requested_by.staff", "asked by", "申请人"},
	{"requested_at", "asked at", "申请时间"},
	{"expires_at", "until", "截止"},
	{"decided_by.staff", "decided by", "处理人"},
	{"decided_at", "decided at", "处理时间"},
	{0},
}};

static const struct body_field invites[] = {
	{"name", "name", BODY_TEXT, true},
	{"role", "role", BODY_TEXT, true},
	{"rights", "rights", BODY_TEXT, true},
	{"districts", "districts", BODY_WORDS, false},
	{0},
};
static const struct body_field accepts[] = {
	{"CODE", "code", BODY_ARGUMENT, false},
	{"label", "label", BODY_TEXT, false},
	{0},
};
static const struct body_field changes[] = {
	{"name", "name", BODY_TEXT, false},
	{"rights", "rights", BODY_TEXT, false},
	{"districts", "districts", BODY_WORDS_IF, false},
	{"whole-city", "districts", BODY_NONE, false},
	{0},
};

const struct verb cmd_staff[] = {
	{
		.name = "staff",
		.sub = "list",
		.args = "[--organisation SLUG] [--role ROLE] [--state STATE] [--text TEXT]",
		.en = "list staff, of one organisation or all",
		.zh = "列出人员（某一机构或全部）",
		.options = {{"organisation", "SLUG", "only of this one", "仅列出该机构的人员"},
			    {"role", "ROLE", "institution, company, administrator, auditor or employer",
			     "institution 机构、company 企业、administrator 管理员、auditor 审计员、employer 用人单位"},
			    {"state", "STATE", "not_admitted, awaiting_approval, active or left",
			     "not_admitted 未设立、awaiting_approval 待批准、active 在任、left 已离任"},
			    {"text", "TEXT", "what the name contains", "姓名中包含的文字"}},
		LIST("/v1/staff", .view = &shown, .instead = {"organisation", NULL, "/v1/organisations/%/staff"}),
	},
	OF_ONE("show", "show a staff member", "查看人员",
	       ASK("GET", "/v1/staff/%", .view = &shown)),
	OF_ONE("history", "tell who did what to a staff member, when", "列出人员的变更记录",
	       HISTORY("/v1/staff/%/history")),
	{
		.name = "staff",
		.sub = "invite",
		.args = "--name NAME --role ROLE --rights RIGHT [--organisation SLUG] [--districts CODE,…]",
		.en = "invite somebody: prints a code, once, that is good for seven days; an administrator's when a second "
		      "administrator has approved (staff approve)",
		.zh = "邀请人员：邀请码仅显示一次，七日内有效；管理员须经第二名管理员批准（staff approve）",
		.options = {{"name", "NAME", "who it is", "姓名"},
		            {"role", "ROLE", "institution, company, administrator, auditor or employer",
		             "institution、company、administrator、auditor 或 employer"},
		            RIGHTS_OPTION,
		            {"organisation", "SLUG", "whose (none: administers or audits the registry)",
		             "所属机构（不填：登记平台的管理员或审计员）"},
		            DISTRICTS_OPTION},
		ASK("POST", "/v1/staff", .fields = invites, .show = show_invited,
		    .instead = {"organisation", NULL, "/v1/organisations/%/staff"}),
	},
	{
		.name = "staff",
		.sub = "accept",
		.args = "CODE [--label TEXT]",
		.en = "take the token of an invitation; it is shown once",
		.zh = "凭邀请码领取令牌；仅显示一次",
		.min_args = 1,
		.max_args = 1,
		.options = {{"label", "TEXT", "what the token is for", "令牌用途"}},
		ASK("POST", "/v1/invitations/acceptance", .fields = accepts, .says = {"%", "%", {"token"}}),
	},
	OF_ONE("invite-again", "print another code for somebody; the one before is good no more",
	       "重新生成邀请码；原邀请码失效",
	       ASK("POST", "/v1/staff/%/invitation", .says = {"%", "%", {"code"}})),
	{
		.name = "staff",
		.sub = "change",
		.args = "ID [--name NAME] [--rights RIGHT] [--districts CODE,…]",
		.en = "name somebody, or change what they may do; of an administrator a second one approves it",
		.zh = "登记姓名或更改权限；更改管理员须经第二名管理员批准",
		.min_args = 1,
		.max_args = 1,
		.options = {{"name", "NAME", "who it is", "姓名"}, RIGHTS_OPTION, DISTRICTS_OPTION,
		            {"whole-city", NULL, "no limit to districts", "不限辖区"}},
		ASK("PATCH", "/v1/staff/%", .fields = changes, .show = show_changed),
	},
	{
		.name = "staff",
		.sub = "leave",
		.args = "ID [--note TEXT]",
		.en = "somebody has left: all their tokens and client certificates end at once",
		.zh = "人员离任：其全部令牌和客户端证书立即失效",
		.min_args = 1,
		.max_args = 1,
		.options = {{"note", "TEXT", "for the file", "备注"}},
		ASK("POST", "/v1/staff/%/leaving", .fields = note_fields,
		    .says = {"left; all credentials have ended", "已离任，全部凭证已失效", {0}}),
	},
	{
		.name = "staff",
		.sub = "requests",
		.args = "",
		.en = "list what was asked about administrators, by whom, and what was decided",
		.zh = "列出有关管理员的申请、申请人及处理结果",
		LIST("/v1/staff-requests", .view = &asked),
	},
	OF_ONE("approve", "approve what another administrator asked for", "批准另一位管理员的申请",
	       ASK("POST", "/v1/staff-requests/%/approval", .says = {"approved", "已批准", {0}})),
	OF_ONE("reject", "leave it as it is; also takes back one's own request", "驳回申请；也可撤回本人的申请",
	       ASK("POST", "/v1/staff-requests/%/rejection", .says = {"rejected", "已驳回", {0}})),
	{0},
};
