/* ctl/cmd_staff.c - who works for an organisation or administers the registry: invited, accepted, changed, gone; and
 * what two administrators decide about a third. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/credential.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);
static int invite_run(struct ctl *ctl);
static int accept_run(struct ctl *ctl);
static int reinvite_run(struct ctl *ctl);
static int change_run(struct ctl *ctl);
static int leave_run(struct ctl *ctl);
static int requests_run(struct ctl *ctl);
static int approve_run(struct ctl *ctl);
static int reject_run(struct ctl *ctl);

#define RIGHTS_OPTION \
	{"rights", "RIGHT", "reads, submits (changes things too) or manages (people too)", \
	 "权限：reads 查看、submits 查看和报送、manages 另可管理人员"}
#define DISTRICTS_OPTION \
	{"districts", "CODE,…", "limits an administrator, e.g. 310105,310106", "管理员的辖区，例如 310105,310106"}
#define OF_ONE(named, does_en, does_zh, runs) \
	{.name = "staff", .sub = named, .args = "ID", .en = does_en, .zh = does_zh, .min_args = 1, .max_args = 1, \
	 .run = runs}

const struct verb cmd_staff[] = {
	{
		.name = "staff",
		.sub = "list",
		.args = "[--organisation SLUG]",
		.en = "list staff, of one organisation or all",
		.zh = "列出人员（某一机构或全部）",
		.options = {{"organisation", "SLUG", "only of this one", "仅列出该机构的人员"}},
		.run = list_run,
	},
	OF_ONE("show", "show a staff member", "查看人员", show_run),
	OF_ONE("history", "tell who did what to a staff member, when", "列出人员的变更记录", history_run),
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
		.run = invite_run,
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
		.run = accept_run,
	},
	OF_ONE("invite-again", "print another code for somebody; the one before is good no more",
	       "重新生成邀请码；原邀请码失效", reinvite_run),
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
		.run = change_run,
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
		.run = leave_run,
	},
	{
		.name = "staff",
		.sub = "requests",
		.args = "",
		.en = "list what was asked about administrators, by whom, and what was decided",
		.zh = "列出有关管理员的申请、申请人及处理结果",
		.run = requests_run,
	},
	OF_ONE("approve", "approve what another administrator asked for", "批准另一位管理员的申请", approve_run),
	OF_ONE("reject", "leave it as it is; also takes back one's own request", "驳回申请；也可撤回本人的申请", reject_run),
	{0},
};

static const struct column_spec columns[] = {
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
};

static int list_run(struct ctl *ctl)
{
	const char *of = args_option(ctl->args, "organisation");
	return api_print_list(ctl, of ? PATH("/v1/organisations/%/staff", of) : PATH("/v1/staff"), columns,
	                      ARRAY_LEN(columns));
}

static int show_run(struct ctl *ctl)
{
	json_t *staff = NULL;
	int code = api_call(ctl, "GET", PATH("/v1/staff/%", ctl->args->rest[0]), NULL, NULL, &staff);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), staff);
	json_decref(staff);
	return code;
}

static int history_run(struct ctl *ctl)
{
	static const struct column_spec history[] = {
		{"at", "at", "时间"},
		{"action", "what", "操作"},
		{"by.staff", "by", "经办人"},
		{"by.organisation", "of", "经办机构"},
		{"by.role", "as", "经办角色"},
		{"request_id", "request", "请求编号"},
	};
	return api_print_list(ctl, PATH("/v1/staff/%/history", ctl->args->rest[0]), history, ARRAY_LEN(history));
}

/* ---- coming ---- */

/* Prints the member, on a line of its own: it is to be copied. */
static int print_secret(struct ctl *ctl, int code, json_t *answer, const char *secret)
{
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, "%s\n", secret);
	json_decref(answer);
	return code;
}

static int invite_run(struct ctl *ctl)
{
	const char *name = option_needed(ctl, "name"), *role = name ? option_needed(ctl, "role") : NULL;
	const char *rights = role ? option_needed(ctl, "rights") : NULL;
	const char *of = args_option(ctl->args, "organisation");
	json_t *answer = NULL;
	if (!rights)
		return CTL_USAGE;
	json_t *body = json_pack("{s:s, s:s, s:s, s:o}", "name", name, "role", role, "rights", rights, "districts",
	                         districts_array(args_option(ctl->args, "districts")));
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "POST", of ? PATH("/v1/organisations/%/staff", of) : PATH("/v1/staff"), body, NULL,
	                    &answer);
	json_decref(body);
	if (code == CTL_OK && !ctl->json && strcmp(api_str(answer, "state"), "awaiting_approval") == 0)
		fprintf(ctl->err, pick(ctl->lang, "Another administrator approves: talentctl staff approve %s\n", "须由另一位管理员批准：talentctl staff approve %s\n"), api_str(answer, "id"));
	return print_secret(ctl, code, answer, api_str(json_object_get(answer, "invitation"), "code"));
}

static int accept_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	json_t *body = json_pack("{s:s, s:s?}", "code", ctl->args->rest[0], "label", args_option(ctl->args, "label"));
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "POST", PATH("/v1/invitations/acceptance"), body, NULL, &answer);
	json_decref(body);
	return print_secret(ctl, code, answer, api_str(answer, "token"));
}

static int reinvite_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/staff/%/invitation", ctl->args->rest[0]), NULL, NULL, &answer);
	return print_secret(ctl, code, answer, api_str(answer, "code"));
}

/* ---- changing, leaving ---- */

/* A line in the caller's language, unless JSON was wanted. */
static int print_done(struct ctl *ctl, int code, json_t *answer, const char *en, const char *zh)
{
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, "%s\n", pick(ctl->lang, en, zh));
	json_decref(answer);
	return code;
}

static int change_run(struct ctl *ctl)
{
	const char *districts = args_option(ctl->args, "districts");
	bool city = args_option(ctl->args, "whole-city");
	json_t *answer = NULL;
	json_t *body = json_pack("{s:s*, s:s*, s:o*}", "name", args_option(ctl->args, "name"), "rights",
	                         args_option(ctl->args, "rights"), "districts",
	                         districts || city ? districts_array(districts) : NULL);
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "PATCH", PATH("/v1/staff/%", ctl->args->rest[0]), body, NULL, &answer);
	json_decref(body);
	const char *request = api_str(answer, "request");
	if (code == CTL_OK && !ctl->json && *request) {
		fprintf(ctl->out, pick(ctl->lang, "Another administrator approves: talentctl staff approve %s\n", "须由另一位管理员批准：talentctl staff approve %s\n"), request);
		json_decref(answer);
		return code;
	}
	return print_done(ctl, code, answer, "changed", "已更改");
}

static int leave_run(struct ctl *ctl)
{
	json_t *answer = NULL, *body = json_pack("{s:s?}", "note", args_option(ctl->args, "note"));
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = api_call(ctl, "POST", PATH("/v1/staff/%/leaving", ctl->args->rest[0]), body, NULL, &answer);
	json_decref(body);
	return print_done(ctl, code, answer, "left; all credentials have ended", "已离任，全部凭证已失效");
}

/* ---- what two decide ---- */

static int requests_run(struct ctl *ctl)
{
	static const struct column_spec asked[] = {
		{"id", "id", "编号"},
		{"what", "what", "事项"},
		{"staff", "whom", "人员"},
		{"name", "name", "新姓名"},
		{"rights", "rights", "新权限"},
		{"districts", "districts", "新辖区"},
		{"state", "state", "状态"},
		{"asked_by.staff", "asked by", "申请人"},
		{"asked_at", "asked at", "申请时间"},
		{"expires_at", "until", "截止"},
		{"decided_by.staff", "decided by", "处理人"},
		{"decided_at", "decided at", "处理时间"},
	};
	return api_print_list(ctl, PATH("/v1/staff-requests"), asked, ARRAY_LEN(asked));
}

static int approve_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/staff-requests/%/approval", ctl->args->rest[0]), NULL, NULL, &answer);
	return print_done(ctl, code, answer, "approved", "已批准");
}

static int reject_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/staff-requests/%/rejection", ctl->args->rest[0]), NULL, NULL,
	                    &answer);
	return print_done(ctl, code, answer, "rejected", "已驳回");
}
