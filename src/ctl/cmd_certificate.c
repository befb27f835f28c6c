/* ctl/cmd_certificate.c - a certificate as it stands, and what happened to it from its result to now. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/noun.h"
#include "ctl/save.h"

static int print_run(struct ctl *ctl);

static const struct answer_view history = {.columns = (const struct column_spec[]){
	{"at", "at", "时间"},
	{"event", "what", "事项"},
	{"by_role", "by", "经办角色"},
	{"by_organisation", "of", "经办机构"},
	{"by_label", "credential", "凭证名称"},
	{"reason", "reason", "原因"},
	{"note", "note", "备注"},
	{"request_id", "request", "请求编号"},
	{0},
}};

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"number", "number", "证书编号"},
	{"title", "title", "名称"},
	{"issuer", "issuer", "发证机构"},
	{"state", "state", "状态"},
	{"issued_on", "issued on", "发证日期"},
	{"expires_on", "expires on", "有效期至"},
	{"suspended_on", "suspended on", "暂停日期"},
	{"revoked_on", "revoked on", "撤销日期"},
	{"verification_code", "verification code", "查验码"},
	{"assessment_id", "result", "考评记录"},
	{0},
}};

const struct verb cmd_certificate[] = {
	{
		.name = "certificate",
		.sub = "show",
		.args = "NUMBER",
		.en = "show a certificate, and the result that it was issued for",
		.zh = "查看证书及其对应的考评记录",
		.min_args = 1,
		.max_args = 1,
		ASK("GET", "/v1/certificates/%", .view = &shown),
	},
	{
		.name = "certificate",
		.sub = "history",
		.args = "NUMBER",
		.en = "tell what happened to a certificate: what, when, by whom and why",
		.zh = "列出证书的全部经过：何事、何时、由谁、何故",
		.min_args = 1,
		.max_args = 1,
		LIST("/v1/certificates/%/history", .view = &history),
	},
	{
		.name = "certificate",
		.sub = "print",
		.args = "NUMBER FILE.pdf",
		.en = "save the print of the national form, with the holder's ID number: for the evaluation body, to hand out",
		.zh = "保存按国家式样打印的证书（载证件号码），供评价机构打印并交付持证人",
		.token = "TALENT_INSTITUTION_TOKEN",
		.min_args = 2,
		.max_args = 2,
		.run = print_run,
	},
	{0},
};

static int print_run(struct ctl *ctl)
{
	return save_answer(ctl, "POST", PATH("/v1/certificates/%/conforming-print", ctl->args->rest[0]),
	                   "application/pdf", ctl->args->rest[1]);
}
