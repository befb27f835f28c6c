/* ctl/word.c - one table, whatever the member. Reasons of refusals are codes of problems, whose titles say them. */
#include "ctl/word.h"

#include <string.h>

#include "base/attr.h"
#include "http/problem.h"

static const char *const members[] = {
	"state",   "role",       "by_role", "event", "reason", "action", "measure", "purpose",   "attendance",
	"outcome", "signs",      "basis",   "unit",  "kinds",  "rights", "what",    "admission", "detail.reason",
	"allowed",   "candidate_group", "lacks",
	"standing",
};

static const struct {
	const char *code, *zh;
} words[] = {
#define X(code, zh) {#code, zh},
#include "ctl/action_list.h"
#include "ctl/word_list.h"
#include "domain/basis_list.h"
#include "domain/candidate_group_list.h"
#include "domain/exam_reason_list.h"
#include "domain/organisation_kind_list.h"
#include "domain/organisation_reason_list.h"
#include "domain/purpose_list.h"
#include "domain/recheck_reason_list.h"
#include "domain/reason_list.h"
#include "domain/session_reason_list.h"
#include "domain/standing_reason_list.h"
#include "domain/veto_reason_list.h"
#include "domain/withdrawal_reason_list.h"
#undef X
#define X(code, field, zh) {#code, zh},
#include "domain/staffing_list.h"
#undef X
};

static bool is_coded(const char *member)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		if (strcmp(members[i], member) == 0)
			return true;
	return false;
}

const char *code_word(const char *member, const char *value, enum lang lang)
{
	if (lang != LANG_ZH || !is_coded(member))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i].code, value) == 0)
			return words[i].zh;
	const struct problem *problem = problem_find(slice_of(value));
	return problem ? problem->text[lang].title : NULL;
}
