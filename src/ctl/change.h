/* ctl/change.h - what revoke, suspend, reinstate and annul have in common: one request about one
 * thing, a reason, and the new state as the answer. Each may be repeated. */
#pragma once

#include "ctl/confirm.h"
#include "ctl/noun.h"

/* The codes of domain/reason_list.h, for --help and for whoever gives none. */
#define CODES change_reasons
#define CODES_LIST "domain/reason_list.h"
#include "ctl/codes.h"

extern const struct answer_view change_view;

/* A verb's arguments and options, and its request but for .named and .question. */
#define CHANGES(what) \
	.args = what " --reason CODE [--note TEXT] [--yes]", .min_args = 1, .max_args = 1, \
	.options = {{"reason", "CODE", change_reasons_en, change_reasons_zh}, NOUN_NOTE, CONFIRM_OPTION}
#define CHANGE(how, at, ...) ASK(how, at, .fields = reason_fields, .view = &change_view, __VA_ARGS__)
