/* ctl/cmd_annul.c - a result that should never have been: both certificates are revoked and the
 * participation is taken back. */
#include "base/uuid.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/change.h"

static int annul_run(struct ctl *ctl);

const struct verb cmd_annul[] = {
	{
		.name = "annul",
		.args = "RESULT|NUMBER --reason CODE [--note TEXT] [--yes]",
		.en = "annul a result, named by its id or by the number of one of its certificates: revokes its "
		      "certificates and takes the participation back",
		.zh = "作废一次考评成绩（考评记录编号，或其任一证书编号）：撤销其全部证书，并扣回人次",
		.min_args = 1,
		.max_args = 1,
		.options = {CHANGE_OPTIONS},
		.run = annul_run,
	},
	{0},
};

/* The result of the certificate with this number, into id. */
static int find_result(const struct ctl *ctl, const char *number, char id[static UUID_TEXT])
{
	struct ctl quiet = *ctl;
	json_t *certificate = NULL;
	struct uuid result;
	quiet.json = false;
	int code = api_call(&quiet, "GET", PATH("/v1/certificates/%", number), NULL, NULL, &certificate);
	if (code == CTL_OK && uuid_parse(slice_of(api_str(certificate, "assessment_id")), &result))
		uuid_format(result, id);
	else if (code == CTL_OK)
		code = ctl_usage(ctl, pick(ctl->lang, "%s: no result is known of it", "%s：未找到其考评记录"), number);
	json_decref(certificate);
	return code;
}

static int annul_run(struct ctl *ctl)
{
	struct args args = *ctl->args;
	struct ctl named = *ctl;
	struct uuid result;
	char id[UUID_TEXT];
	int code = CTL_OK;
	named.args = &args;
	if (!uuid_parse(slice_of(args.rest[0]), &result)) {
		code = find_result(ctl, args.rest[0], id);
		args.rest[0] = id;
	}
	return code != CTL_OK ? code
	                      : change_state(&named, &(struct change){
							     .method = "POST",
							     .path = "/v1/assessments/%/annulment",
							     .confirm = confirm_result,
							     .question_en = "Annul this result? Its certificates are revoked, and this is final.",
							     .question_zh = "作废该考评成绩？其证书将全部撤销，此操作不可恢复。",
						     });
}
