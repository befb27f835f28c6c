/* ctl/cmd_token.c - who may use the API with a bearer token. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/credential.h"

static int create_run(struct ctl *ctl);

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
		.run = create_run,
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

static int create_run(struct ctl *ctl)
{
	json_t *body = NULL, *answer = NULL;
	const char *name = args_option(ctl->args, "name");
	int code = credential_body(ctl, &body);
	if (code == CTL_OK && name && json_object_set_new(body, "name", json_string(name)) != 0)
		code = ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	if (code == CTL_OK)
		code = api_call(ctl, "POST", PATH("/v1/tokens"), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json && strcmp(api_str(answer, "state"), "awaiting_approval") == 0)
		fprintf(ctl->err, pick(ctl->lang, "Another administrator approves: talentctl staff approve %s\n", "须由另一位管理员批准：talentctl staff approve %s\n"), api_str(answer, "staff"));
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, "%s\n", api_str(answer, "token"));
	json_decref(body);
	json_decref(answer);
	return code;
}
