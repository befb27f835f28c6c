/* ctl/cmd_certificate.c - what happened to a certificate, from its result to now. */
#include "base/buf.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int history_run(struct ctl *ctl);

const struct verb cmd_certificate[] = {
	{
		.name = "certificate",
		.sub = "history",
		.args = "NUMBER",
		.en = "tell what happened to a certificate: what, when, by whom and why",
		.zh = "列出证书的全部经过：何事、何时、由谁、何故",
		.min_args = 1,
		.max_args = 1,
		.run = history_run,
	},
	{0},
};

static const struct column_spec columns[] = {
	{"at", "at", "时间"},
	{"event", "what", "事项"},
	{"by_role", "by", "经办角色"},
	{"by_organisation", "of", "经办机构"},
	{"by_label", "credential", "凭证名称"},
	{"reason", "reason", "原因"},
	{"note", "note", "备注"},
	{"request_id", "request", "请求编号"},
};

static int history_run(struct ctl *ctl)
{
	struct buf path = BUF_INIT(4096);
	json_t *items = NULL;
	buf_adds(&path, "/v1/certificates/");
	path_add(&path, slice_of(ctl->args->rest[0]));
	buf_adds(&path, "/history");
	buf_addc(&path, '\0');
	int code = api_list(ctl, path.p, &items);
	if (code == CTL_OK && !ctl->json)
		table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), items);
	json_decref(items);
	buf_free(&path);
	return code;
}
