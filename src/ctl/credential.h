/* ctl/credential.h - what tokens and client certificates have in common. */
#pragma once

#include <jansson.h>

#include "ctl/noun.h"

#define CREDENTIAL_OPTIONS                                                                       \
	{"role", "ROLE", "institution, company, administrator, auditor or employer",             \
	 "institution、company、administrator、auditor 或 employer"},                            \
		{"organisation", "SLUG", "whose it is (institution, company, employer)",         \
		 "所属机构（institution、company、employer）"},                                  \
		{"districts", "CODE,…", "limits an administrator, e.g. 310105,310106",           \
		 "管理员的辖区，例如 310105,310106"},                                            \
		{"label", "TEXT", "what it is for", "用途"},                                     \
		{"expires-days", "N", "days from today until it ends (default 365)",             \
		 "自今日起的有效天数（默认 365）"},                                              \
		{"staff", "ID", "your own id, when it is to be yours; an administrator's is always somebody's", \
		 "归本人所有时填本人 id；管理员凭证必须归属到人"}

#define CREDENTIAL_FIELDS \
	{"role", "role", BODY_TEXT, true}, \
	{"organisation", "organisation", BODY_TEXT, false}, \
	{"districts", "districts", BODY_WORDS, false}, \
	{"label", "label", BODY_TEXT, false}, \
	{"staff", "staff", BODY_TEXT, false}

/* The day on which it ends, and the role as its label unless it has one; an exit_code. */
int credential_complete(struct ctl *ctl, json_t *body);

extern const struct answer_view credentials_listed; /* in a list */
#define CREDENTIALS(at) LIST(at, .view = &credentials_listed)
#define CREDENTIAL_ENDS(at) ASK("DELETE", at, .says = {"revoked", "已停用", {0}})
