/* ctl/cmd_token.c - who may use the API with a bearer token. */
#include "ctl/api.h"
#include "ctl/credential.h"

/* The token on a line of its own: it is to be copied. */
static void show_token(struct ctl *ctl, const json_t *answer)
{
	if (strcmp(api_str(answer, "state"), "awaiting_approval") == 0)
		fprintf(ctl->err, pick(ctl->lang, "Another administrator approves: talentctl staff approve %s\n", "须由另一位管理员批准：talentctl staff approve %s\n"), api_str(answer, "staff"));
	fprintf(ctl->out, "%s\n", api_str(answer, "token"));
}

static const struct body_field creates[] = {CREDENTIAL_FIELDS, {"name", "name", BODY_TEXT, false}, {0}};

const struct verb cmd_token[] = {
	{
		.name = "token",
		.sub = "create",
		.args = "--role ROLE [--organisation SLUG] [--districts CODE,…] [--label TEXT] [--expires-days N] [--name NAME | --staff ID]",
		.en = "make a token; it is shown once",
		.zh = "新建令牌；仅显示一次",
		.options = {CREDENTIAL_OPTIONS,
		            {"name", "NAME", "of a new administrator: the token works when a second one has approved",
		             "新管理员的姓名：令牌经第二名管理员批准后生效"}},
		ASK("POST", "/v1/tokens", .fields = creates, .complete = credential_complete, .show = show_token),
	},
	{
		.name = "token",
		.sub = "list",
		.args = "",
		.en = "list the tokens, never their secrets",
		.zh = "列出令牌（不含密文）",
		CREDENTIALS("/v1/tokens"),
	},
	{
		.name = "token",
		.sub = "revoke",
		.args = "ID",
		.en = "end a token at once",
		.zh = "立即停用令牌",
		.min_args = 1,
		.max_args = 1,
		CREDENTIAL_ENDS("/v1/tokens/%"),
	},
	{0},
};
