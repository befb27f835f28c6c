/* ctl/cmd_revoke.c - ending a certificate for good. */
#include "ctl/change.h"

static const struct question question = {confirm_certificate, "Revoke this certificate? This is final.",
                                         "撤销该证书？此操作不可恢复。"};

const struct verb cmd_revoke[] = {
	{
		.name = "revoke",
		CHANGES("NUMBER"),
		.en = "revoke one certificate; this is final, the other half of a pair stays",
		.zh = "撤销一张证书；不可恢复，同批的另一张不受影响",
		CHANGE("POST", "/v1/certificates/%/revocation", .question = &question),
	},
	{0},
};
