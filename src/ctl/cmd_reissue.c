/* ctl/cmd_reissue.c - the same certificate anew, signed with the issuer's active key: the way out
 * when the key that signed it was revoked. */
#include "ctl/noun.h"

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"number", "number", "编号"},
	{"state", "state", "状态"},
	{"verification_code", "new code", "新验证码"},
	{0},
}};

static void show(struct ctl *ctl, const json_t *answer)
{
	view_print(ctl, &shown, answer);
	fputs(pick(ctl->lang, "Give the holder the new document; the old code answers that it was replaced.\n",
	           "请将新证书交给持证人；旧验证码将显示已被替换。\n"),
	      ctl->out);
}

const struct verb cmd_reissue[] = {
	{
		.name = "reissue",
		.args = "NUMBER",
		.en = "sign a certificate anew under its number, as after its key was revoked",
		.zh = "以同一编号重新签发证书，例如其签名密钥被撤销之后",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/certificates/%/reissue", .show = show),
	},
	{0},
};
