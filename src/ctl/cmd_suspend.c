/* ctl/cmd_suspend.c - taking a certificate out of force for a while, and putting it back. */
#include "ctl/change.h"

static const struct question suspends = {confirm_certificate, "Suspend this certificate?", "暂停该证书？"};
static const struct question reinstates = {confirm_certificate, "Put this certificate back in force?", "恢复该证书？"};

const struct verb cmd_suspend[] = {
	{
		.name = "suspend",
		CHANGES("NUMBER"),
		.en = "suspend a certificate until it is reinstated",
		.zh = "暂停一张证书，直至恢复",
		CHANGE("PUT", "/v1/certificates/%/suspension", .question = &suspends),
	},
	{
		.name = "reinstate",
		CHANGES("NUMBER"),
		.en = "lift the suspension of a certificate",
		.zh = "恢复一张已暂停的证书",
		CHANGE("DELETE", "/v1/certificates/%/suspension", .question = &reinstates),
	},
	{0},
};
