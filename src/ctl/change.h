/* ctl/change.h - what revoke, suspend, reinstate and annul have in common: one request about one
 * thing, a reason, and the new state as the answer. Each may be repeated. */
#pragma once

#include "ctl/verb.h"

#define CHANGE_OPTIONS                                                                          \
	{"reason", "CODE",                                                                      \
	 "issued_in_error, fraud, exam_irregularity, identity_error, holder_request, "          \
	 "investigation, appeal_upheld or other",                                               \
	 "原因：issued_in_error 误发、fraud 舞弊、exam_irregularity 考务违规、identity_error 身份有误、" \
	 "holder_request 本人申请、investigation 调查中、appeal_upheld 申诉成立、other 其他"},  \
		{"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}

struct change {
	const char *method, *path; /* with % for what the argument names */
	bool needs_reason;
};

int change_state(struct ctl *ctl, const struct change *change);
