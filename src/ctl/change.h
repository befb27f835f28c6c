/* ctl/change.h - what revoke, suspend, reinstate and annul have in common: one request about one
 * thing, a reason, and the new state as the answer. Each may be repeated. */
#pragma once

#include "ctl/verb.h"

#define CHANGE_OPTIONS                                                                          \
	{"reason", "CODE", "why, as a code: issued_in_error, fraud, …", "原因代码：issued_in_error、fraud 等"}, \
		{"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}

struct change {
	const char *method, *collection, *action; /* collection/ARGUMENT/action */
	bool needs_reason;
};

int change_state(struct ctl *ctl, const struct change *change);
