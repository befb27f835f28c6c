/* ctl/cmd_revoke.c - ending a certificate for good. */
#include "ctl/change.h"

static int revoke_run(struct ctl *ctl);

const struct verb cmd_revoke[] = {
	{
		.name = "revoke",
		.args = "NUMBER --reason CODE [--note TEXT] [--yes]",
		.en = "revoke one certificate; this is final, the other half of a pair stays",
		.zh = "撤销一张证书；不可恢复，同批的另一张不受影响",
		.min_args = 1,
		.max_args = 1,
		.options = {CHANGE_OPTIONS},
		.run = revoke_run,
	},
	{0},
};

static int revoke_run(struct ctl *ctl)
{
	return change_state(ctl, &(struct change){
					 .method = "POST",
					 .path = "/v1/certificates/%/revocation",
					 .confirm = confirm_certificate,
					 .question_en = "Revoke this certificate? This is final.",
					 .question_zh = "撤销该证书？此操作不可恢复。",
				 });
}
