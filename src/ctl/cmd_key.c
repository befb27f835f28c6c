/* ctl/cmd_key.c - the issuing keys of evaluation bodies and companies. Keys are made inside the
 * registry's signer and never leave it in the clear; this only asks for one. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int generate_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);

#define ISSUER_OPTION {"issuer", "SLUG", "the organisation; _registry: the registry's own", "机构；_registry 为登记系统自身"}

const struct verb cmd_key[] = {
	{
		.name = "key",
		.sub = "generate",
		.args = "--issuer SLUG",
		.en = "make the issuer's keys; where there is an active one, show it",
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

static const struct column_spec made[] = {
	{"issuer", "issuer", "机构"},
	{"key_id", "key", "密钥"},
	{"jwt_key_id", "key for JWTs", "JWT 密钥"},
	{"list_key_id", "key for lists", "状态列表密钥"},
	{"state", "state", "状态"},
};

static const struct column_spec columns[] = {
	{"issuer", "issuer", "机构"},
	{"key_id", "key", "密钥"},
	{"kind", "kind", "类型"},
	{"signs", "signs", "用途"},
	{"state", "state", "状态"},
	{"created_at", "created", "生成时间"},
	{"signs_from", "signs from", "启用时间"},
	{"retired_at", "retired", "停用时间"},
	{"revoked_from", "revoked from", "自此不可信"},
};

static int generate_run(struct ctl *ctl)
{
	const char *issuer = option_needed(ctl, "issuer");
	json_t *answer = NULL;
	int code = issuer ? api_call(ctl, "POST", PATH("/v1/issuers/%/keys", issuer), NULL, NULL, &answer)
	                  : CTL_USAGE;
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, made, ARRAY_LEN(made), answer);
	json_decref(answer);
	return code;
}

static int list_run(struct ctl *ctl)
{
	const char *issuer = option_needed(ctl, "issuer");
	return issuer ? api_print_list(ctl, PATH("/v1/issuers/%/keys", issuer), columns, ARRAY_LEN(columns))
	              : CTL_USAGE;
}
