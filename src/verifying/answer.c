/* verifying/answer.c - a verdict as JSON: EXAMPLES section 2. */
#include "base/outcome.h"
#include "verifying/presented.h"
#include "verifying/disclosed.h"
#include "verifying/verify.h"

static const char *const results[] = {"valid",   "revoked",  "replaced",     "suspended",
                                      "expired", "no_match", "link_expired", "unknown", NULL};

static const char *const records[] = {"not_kept", NULL};

/* As it is told: a reference only of a record that is kept. */
struct answer {
	const char *result, *reference, *record;
	struct instant checked_at;
	struct disclosed_since since;
	struct view_item certificate;
	struct slice name_folded, number_folded;
	struct view_list checks;
};

static const struct view_field verdict_fields[] = {
	VIEW_FIELD(struct answer, result, "result", .words = results),
	VIEW_FIELD(struct answer, checked_at, "checked_at"),
	VIEW_FIELD(struct answer, reference, "reference", .omitted = true),
	VIEW_FIELD(struct answer, record, "record", .omitted = true, .words = records),
	VIEW_INCLUDE_STRUCT(struct answer, since, disclosed_since_view),
	VIEW_FIELD(struct answer, certificate, "certificate", .omitted = true, .view = &disclosed_view),
	VIEW_FIELD(struct answer, name_folded, "name_folded", .as = VIEW_WORDS, .nullable = true, .omitted = true),
	VIEW_FIELD(struct answer, number_folded, "number_folded", .as = VIEW_WORDS, .nullable = true, .omitted = true),
	VIEW_FIELD(struct answer, checks, "checks", .view = &check_disclosed_view),
};
const struct view verdict_view = VIEW(verdict, struct answer, verdict_fields);

/* In a batch, where other items have answers: 429 cannot be said of one alone. */
struct unjudged {
	const char *result, *code;
	struct slice detail;
	int64_t retry_after;
	struct view_list checks;
};

static const struct view_field unjudged_fields[] = {
	VIEW_FIELD(struct unjudged, result, "result", .words = results),
	VIEW_FIELD(struct unjudged, code, "code"),
	VIEW_FIELD(struct unjudged, detail, "detail"),
	VIEW_FIELD(struct unjudged, retry_after, "retry_after"),
	VIEW_FIELD(struct unjudged, checks, "checks", .view = &check_disclosed_view),
};
const struct view unjudged_view = VIEW(unjudged, struct unjudged, unjudged_fields);

/* What is not disclosed is not told of, but that a signature is wrong. */
static size_t checks_of(const struct verdict *verdict, struct check_disclosed ret[static CHECKS_DISCLOSED_MAX])
{
	if (!verdict->discloses && verdict->checks[CHECK_SIGNATURE] != CHECK_FAILED)
		return 0;
	for (int i = 0; i < CHECK_COUNT; i++)
		ret[i] = (struct check_disclosed){
			.check = check_code((enum check)i),
			.outcome = check_outcome_code(verdict->checks[i]),
			.code = i == CHECK_SIGNATURE    ? verdict->signature_code
		                : i == CHECK_REVOCATION ? verdict->revocation_code
		                                        : NULL,
		};
	return CHECK_COUNT;
}

static void write_refusal(struct jsonw *w, const struct verify *v)
{
	const struct unjudged unjudged = {
		.result = verdict_result_code(VERDICT_UNKNOWN),
		.code = problems[P_RATE_LIMITED].code,
		.detail = guess_detail(v->rq, &v->refusal),
		.retry_after = v->refusal.wait_s,
	};
	view_write(w, &unjudged_view, &unjudged);
}

static void write_verdict(struct jsonw *w, const struct verify *v, struct view_item certificate)
{
	struct check_disclosed checks[CHECKS_DISCLOSED_MAX];
	char name[FOLD_CODES_TEXT], number[FOLD_CODES_TEXT];
	char reference[REFERENCE_TEXT];
	bool tells = v->verdict.discloses;
	if (v->record == RECORD_KEPT) /* of a bare look, the hot one, there is none */
		reference_format(v->reference, reference);
	const struct answer answer = {
		.result = verdict_result_code(v->verdict.result),
		.checked_at = v->now,
		.reference = v->record == RECORD_KEPT ? reference : NULL,
		.record = v->record == RECORD_NOT_KEPT ? records[0] : NULL,
		.since = disclosed_since(v->row, &v->verdict),
		.certificate = certificate,
		.name_folded = tells ? fold_codes(v->name_folded, name) : SLICE_NONE,
		.number_folded = tells ? fold_codes(v->number_folded, number) : SLICE_NONE,
		.checks = {checks, v->presented ? presented_checks(v->presented, &v->verdict, checks)
	                                        : checks_of(&v->verdict, checks)},
	};
	view_write(w, &verdict_view, &answer);
}

int verify_write(struct jsonw *w, const struct verify *v)
{
	struct arena *arena = v->rq->arena;
	struct view_item certificate = {NULL, NULL, SLICE_NONE};
	struct disclosed disclosed;
	if (v->refusal.policy) {
		write_refusal(w, v);
		return arena_failed(arena) ? E_NOMEM : 0;
	}
	if (v->verdict.discloses && v->row->disclosed.p)
		certificate.made = v->row->disclosed;
	else if (v->verdict.discloses && disclosed_of(v->row, arena, request_public_url(v->rq), &disclosed) < 0)
		return E_NOMEM;
	else if (v->verdict.discloses)
		certificate = (struct view_item){&disclosed_view, &disclosed, SLICE_NONE};
	write_verdict(w, v, certificate);
	return arena_failed(arena) ? E_NOMEM : 0;
}
