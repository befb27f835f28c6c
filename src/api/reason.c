/* api/reason.c - the body of everything that takes a certificate or a result back. */
#include "api/reason.h"
#include "web/request.h"

static const char *const reasons[] = {
#define X(code, zh) #code,
#include "domain/reason_list.h"
#undef X
	NULL,
};

static const struct decode_field reason_fields[] = {
	{.name = "reason", .kind = DECODE_CHOICE, .required = true,
	 .offset = offsetof(struct reason, reason), .choices = reasons},
	{.name = "note", .kind = DECODE_PROSE, .nullable = true,
	 .offset = offsetof(struct reason, note), .max = 1000},
};
const struct decode_table reason_table = {reason_fields, ARRAY_LEN(reason_fields),
                                          sizeof(struct reason)};

struct reason reason_of(const struct request *rq)
{
	return *(const struct reason *)rq->state;
}

/* What has happened to it, by the state it is in. */
static const struct {
	const char *state, *en, *zh;
} happened[] = {
	{"valid", "reinstated", "恢复"},  {"suspended", "suspended", "暂停"}, {"revoked", "revoked", "撤销"},
	{"void", "annulled", "作废"},     {"annulled", "annulled", "作废"},   {"rejected", "rejected", "否决"},
	{"refused", "refused", "退回"},   {"ended", "ended", "终止"},
	{"vetoed", "vetoed", "否决"},
	{"cancelled", "cancelled", "取消"}, {"withdrawn", "withdrawn", "退出"},
};

struct step reply_other_reason(struct request *rq, struct slice state, struct slice reason, struct opt_day on)
{
	const bool zh = rq->lang == LANG_ZH;
	const char *what = "";
	char day[DAY_TEXT] = "";
	for (size_t i = 0; i < ARRAY_LEN(happened); i++)
		if (slice_is(state, happened[i].state))
			what = zh ? happened[i].zh : happened[i].en;
	if (on.given)
		day_format(on.v, day);
	const struct problem_member members[] = {
		{.name = "state", .kind = PROBLEM_TEXT, .text = state},
		{.name = "reason", .kind = PROBLEM_TEXT, .text = reason},
		{.name = "on", .kind = PROBLEM_TEXT, .text = slice_of(day)},
	};
	const char *detail = arena_printf(
		rq->arena,
		zh ? "此前已%s%s%s，记录的原因是 %.*s；本次未作任何更改。"
		   : "It was %s before%s%s, and the reason on record is %.*s. Nothing was changed.",
		what, on.given ? (zh ? "，日期 " : ", on ") : "", day, (int)reason.n, reason.p);
	if (!detail)
		return reply_out_of_memory(rq);
	return reply_problem_with(rq, P_OTHER_REASON, slice_of(detail), members, on.given ? 3 : 2);
}
