/* ctl/cmd_key.c - the issuing keys of evaluation bodies and companies. Keys are made inside the
 * registry's signer and never leave it in the clear; this only asks for one. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int generate_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);

#define ISSUER_OPTION {"issuer", "SLUG", "the organisation", "机构"}

const struct verb cmd_key[] = {
	{
		.name = "key",
		.sub = "generate",
		.args = "--issuer SLUG",
		.en = "make the issuer's key; when there is an active one, show it",
		.zh = "生成签发密钥；已有在用密钥时显示该密钥",
		.options = {ISSUER_OPTION},
		.run = generate_run,
	},
	{
		.name = "key",
		.sub = "list",
		.args = "--issuer SLUG",
		.en = "list an issuer's keys",
		.zh = "列出签发密钥",
		.options = {ISSUER_OPTION},
		.run = list_run,
	},
	{0},
};

static const struct column_spec columns[] = {
	{"issuer", "issuer", "机构"},
	{"key_id", "key", "密钥"},
	{"kind", "kind", "类型"},
	{"state", "state", "状态"},
	{"created_at", "created", "生成时间"},
	{"retired_at", "retired", "停用时间"},
	{"revoked_from", "revoked from", "自此不可信"},
};

/* The path of the issuer's keys, NUL-terminated in *path. */
static int key_path(const struct ctl *ctl, struct buf *path)
{
	const char *issuer = args_option(ctl->args, "issuer");
	if (!issuer)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "--issuer is missing", "缺少 --issuer"));
	buf_adds(path, "/v1/issuers/");
	path_add(path, slice_of(issuer));
	buf_adds(path, "/keys");
	buf_addc(path, '\0');
	return CTL_OK;
}

static int generate_run(struct ctl *ctl)
{
	struct buf path = BUF_INIT(4096);
	json_t *answer = NULL;
	int code = key_path(ctl, &path);
	if (code == CTL_OK)
		code = api_call(ctl, "POST", path.p, NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), answer);
	json_decref(answer);
	buf_free(&path);
	return code;
}

static int list_run(struct ctl *ctl)
{
	struct buf path = BUF_INIT(4096);
	json_t *items = NULL;
	int code = key_path(ctl, &path);
	if (code == CTL_OK)
		code = api_list(ctl, path.p, &items);
	if (code == CTL_OK && !ctl->json)
		table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), items);
	json_decref(items);
	buf_free(&path);
	return code;
}
