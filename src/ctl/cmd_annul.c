/* ctl/cmd_annul.c - a result that should never have been: both certificates are revoked and the
 * participation is taken back. */
#include "ctl/change.h"

static int annul_run(struct ctl *ctl);

const struct verb cmd_annul[] = {
	{
		.name = "annul",
		.args = "ASSESSMENT --reason CODE [--note TEXT]",
		.en = "annul a result: revokes its certificates and takes the participation back",
		.zh = "作废一次考评成绩：撤销其全部证书，并扣回人次",
		.min_args = 1,
		.max_args = 1,
		.options = {CHANGE_OPTIONS},
		.run = annul_run,
	},
	{0},
};

static int annul_run(struct ctl *ctl)
{
	return change_state(ctl, &(struct change){
					 .method = "POST",
					 .path = "/v1/assessments/%/annulment",
					 .needs_reason = true,
				 });
}
