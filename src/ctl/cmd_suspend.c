/* ctl/cmd_suspend.c - taking a certificate out of force for a while, and putting it back. */
#include "ctl/change.h"

static int suspend_run(struct ctl *ctl);
static int reinstate_run(struct ctl *ctl);

const struct verb cmd_suspend[] = {
	{
		.name = "suspend",
		.args = "NUMBER --reason CODE [--note TEXT] [--yes]",
		.en = "suspend a certificate until it is reinstated",
		.zh = "暂停一张证书，直至恢复",
		.min_args = 1,
		.max_args = 1,
		.options = {CHANGE_OPTIONS},
		.run = suspend_run,
	},
	{
		.name = "reinstate",
		.args = "NUMBER --reason CODE [--note TEXT] [--yes]",
		.en = "lift the suspension of a certificate",
		.zh = "恢复一张已暂停的证书",
		.min_args = 1,
		.max_args = 1,
		.options = {CHANGE_OPTIONS},
		.run = reinstate_run,
	},
	{0},
};

static int suspend_run(struct ctl *ctl)
{
	return change_state(ctl, &(struct change){
					 .method = "PUT",
					 .path = "/v1/certificates/%/suspension",
					 .confirm = confirm_certificate,
					 .question_en = "Suspend this certificate?",
					 .question_zh = "暂停该证书？",
				 });
}

static int reinstate_run(struct ctl *ctl)
{
	return change_state(ctl, &(struct change){
					 .method = "DELETE",
					 .path = "/v1/certificates/%/suspension",
					 .confirm = confirm_certificate,
					 .question_en = "Put this certificate back in force?",
					 .question_zh = "恢复该证书？",
				 });
}
