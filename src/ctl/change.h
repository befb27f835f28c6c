/* ctl/change.h - what revoke, suspend, reinstate and annul have in common: one request about one
 * thing, a reason, and the new state as the answer. Each may be repeated. */
#pragma once

#include "ctl/confirm.h"
#include "ctl/verb.h"

/* The codes of domain/reason_list.h, for --help and for whoever gives none. */
static const char change_reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/reason_list.h"
#undef X
	;
static const char change_reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/reason_list.h"
#undef X
	;

#define CHANGE_OPTIONS {"reason", "CODE", change_reasons_en, change_reasons_zh}, \
		{"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}, \
		CONFIRM_OPTION

struct change {
	const char *method, *path; /* with % for what the argument names */
	int (*confirm)(const struct ctl *ctl, const char *what, const char *question);
	const char *question_en, *question_zh;
};

int change_state(struct ctl *ctl, const struct change *change);
