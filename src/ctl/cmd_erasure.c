/* ctl/cmd_erasure.c - people who are erased: one administrator asks, another one decides within 24 hours. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int request_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);
static int approve_run(struct ctl *ctl);
static int reject_run(struct ctl *ctl);

static const char bases_en[] =
#define X(code, zh) " " #code
	"on what ground:"
#include "domain/basis_list.h"
#undef X
	;
static const char bases_zh[] =
#define X(code, zh) " " #code " " zh
	"删除依据："
#include "domain/basis_list.h"
#undef X
	;

const struct verb cmd_erasure[] = {
	{
		.name = "erasure",
		.sub = "request",
		.args = "PERSON --basis CODE [--note TEXT]",
		.en = "ask that a person be erased (the id is what `person lookup` prints); changes nothing yet",
		.zh = "申请删除个人信息（人员编号由 person lookup 给出），此时不作任何更改",
		.min_args = 1,
		.max_args = 1,
		.options = {{"basis", "CODE", bases_en, bases_zh},
			    {"note", "TEXT", "for the file, without ID numbers", "备注，不得含证件号码"}},
		.run = request_run,
	},
	{
		.name = "erasure",
		.sub = "list",
		.args = "",
		.en = "list what was asked for, who asked and who decided",
		.zh = "列出各项申请、申请人及处理结果",
		.run = list_run,
	},
	{
		.name = "erasure",
		.sub = "approve",
		.args = "ID",
		.en = "erase whom another administrator asked to erase: the certificates answer no_match from then on. Final",
		.zh = "批准另一位管理员的申请：删除个人信息，证书此后均答复“不符”，不可恢复",
		.min_args = 1,
		.max_args = 1,
		.run = approve_run,
	},
	{
		.name = "erasure",
		.sub = "reject",
		.args = "ID",
		.en = "erase nobody; also takes back one's own request",
		.zh = "驳回申请；也可撤回本人的申请",
		.min_args = 1,
		.max_args = 1,
		.run = reject_run,
	},
	{0},
};

static int request_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"basis", "basis", BODY_TEXT, true},
		{"note", "note", BODY_TEXT, false},
	};
	json_t *body = NULL, *answer = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code == CTL_OK)
		code = api_call(ctl, "POST", PATH("/v1/people/%/erasure", ctl->args->rest[0]), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out,
		        pick(ctl->lang,
		             "Nothing is erased yet. Another administrator decides with a token of his own:\n"
		             "  talentctl erasure approve %s\n",
		             "尚未删除。须由另一位管理员使用其本人的令牌处理：\n"
		             "  talentctl erasure approve %s\n"),
		        api_str(answer, "id"));
	json_decref(answer);
	json_decref(body);
	return code;
}

static int list_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"id", "id", "编号"},
		{"person", "person", "人员"},
		{"basis", "ground", "依据"},
		{"state", "state", "状态"},
		{"requested_by_label", "asked by", "申请人"},
		{"requested_at", "asked", "申请时间"},
		{"expires_at", "until", "截止时间"},
		{"decided_by_label", "decided by", "处理人"},
	};
	return api_print_list(ctl, PATH("/v1/erasures"), columns, ARRAY_LEN(columns));
}

static int approve_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/erasures/%/approval", ctl->args->rest[0]), NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, pick(ctl->lang, "erased; certificates that ended: %lld\n", "已删除；终止的证书：%lld\n"),
		        (long long)json_integer_value(json_object_get(answer, "certificates")));
	json_decref(answer);
	return code;
}

static int reject_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/erasures/%/rejection", ctl->args->rest[0]), NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, pick(ctl->lang, "rejected: %s\n", "已驳回：%s\n"), api_str(answer, "id"));
	json_decref(answer);
	return code;
}
