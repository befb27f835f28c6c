/* ctl/cmd_key.c - the issuing keys of evaluation bodies and companies. Keys are made inside the
 * registry's signer and never leave it in the clear; this only asks for one. */
#include "ctl/noun.h"

#define ISSUER_OPTION {"issuer", "SLUG", "the organisation; _registry: the registry's own", "机构；_registry 为登记系统自身"}

static const struct answer_view made = {.columns = (const struct column_spec[]){
	{"issuer", "issuer", "机构"},
	{"key_id", "key", "密钥"},
	{"jwt_key_id", "key for JWTs", "JWT 密钥"},
	{"list_key_id", "key for lists", "状态列表密钥"},
	{"state", "state", "状态"},
	{0},
}};

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"issuer", "issuer", "机构"},
	{"key_id", "key", "密钥"},
	{"kind", "kind", "类型"},
	{"signs", "signs", "用途"},
	{"state", "state", "状态"},
	{"created_at", "created", "生成时间"},
	{"signs_from", "signs from", "启用时间"},
	{"retired_at", "retired", "停用时间"},
	{"revoked_from", "revoked from", "自此不可信"},
	{0},
}};

const struct verb cmd_key[] = {
	{
		.name = "key",
		.sub = "generate",
		.args = "--issuer SLUG",
		.en = "make the issuer's keys; where there is an active one, show it",
		.zh = "生成签发密钥；已有在用密钥时显示该密钥",
		.options = {ISSUER_OPTION},
		ASK("POST", "/v1/issuers/%/keys", .of = "issuer", .view = &made),
	},
	{
		.name = "key",
		.sub = "list",
		.args = "--issuer SLUG",
		.en = "list an issuer's keys",
		.zh = "列出签发密钥",
		.options = {ISSUER_OPTION},
		LIST("/v1/issuers/%/keys", .of = "issuer", .view = &listed),
	},
	{0},
};
