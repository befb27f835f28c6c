/* ctl/cmd_annul.c - a result that should never have been: both certificates are revoked and the
 * participation is taken back. */
#include "ctl/change.h"

/* By the number of one of its certificates. */
static const struct named result = {"/v1/certificates/%", NULL, "assessment_id", "%: no result is known of it", "%：未找到其考评记录"};
static const struct question question = {confirm_result, "Annul this result? Its certificates are revoked, and this is final.",
                                         "作废该考评成绩？其证书将全部撤销，此操作不可恢复。"};

const struct verb cmd_annul[] = {
	{
		.name = "annul",
		CHANGES("RESULT|NUMBER"),
		.en = "annul a result, named by its id or by the number of one of its certificates: revokes its "
		      "certificates and takes the participation back",
		.zh = "作废一次考评成绩（考评记录编号，或其任一证书编号）：撤销其全部证书，并扣回人次",
		CHANGE("POST", "/v1/assessments/%/annulment", .named = &result, .question = &question),
	},
	{0},
};
