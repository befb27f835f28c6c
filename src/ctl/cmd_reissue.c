/* ctl/cmd_reissue.c - the same certificate anew, signed with the issuer's active key: the way out
 * when the key that signed it was revoked. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int reissue_run(struct ctl *ctl);

const struct verb cmd_reissue[] = {
	{
		.name = "reissue",
		.args = "NUMBER",
		.en = "sign a certificate anew under its number, as after its key was revoked",
		.zh = "以同一编号重新签发证书，例如其签名密钥被撤销之后",
		.min_args = 1,
		.max_args = 1,
		.run = reissue_run,
	},
	{0},
};

static const struct column_spec facts[] = {
	{"number", "number", "编号"},
	{"state", "state", "状态"},
	{"verification_code", "new code", "新验证码"},
};

static int reissue_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "POST", PATH("/v1/certificates/%/reissue", ctl->args->rest[0]), NULL, NULL,
	                    &answer);
	if (code == CTL_OK && !ctl->json) {
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
		fputs(pick(ctl->lang,
		           "Give the holder the new document; the old code answers that it was replaced.\n",
		           "请将新证书交给持证人；旧验证码将显示已被替换。\n"),
		      ctl->out);
	}
	json_decref(answer);
	return code;
}
