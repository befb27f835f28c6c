/* api/assessment_json.c - writing one assessment. */
#include "api/assessment_json.h"

#include "crypt/encode.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_view.h"
#include "web/request.h"

static const char *const states[] = {"awaiting_publication", "awaiting_number", "published", "withheld", "superseded",
                                     "annulled", NULL};
const char *const window_states[] = {"open", "confirmed", "vetoed", "silent", NULL};
static const char *const outcomes[] = {"pass", "fail", "absent", NULL};

/* ---- as it is shown ---- */

static const struct view_field link_fields[] = {
	VIEW_FIELD(struct assessment_certificate, verify, "verify"),
	VIEW_FIELD(struct assessment_certificate, credential, "credential"),
	VIEW_FIELD(struct assessment_certificate, document, "document"),
};
static const struct view link_view = VIEW(certificate_links, struct assessment_certificate, link_fields);

static const struct view_field certificate_fields[] = {
	VIEW_FIELD(struct assessment_certificate, kind, "kind", .code = kind_text),
	VIEW_FIELD(struct assessment_certificate, number, "number"),
	VIEW_FIELD(struct assessment_certificate, level, "level", .nullable = true),
	VIEW_FIELD(struct assessment_certificate, title, "title"),
	VIEW_FIELD(struct assessment_certificate, issuer, "issuer"),
	VIEW_FIELD(struct assessment_certificate, issued_on, "issued_on"),
	VIEW_FIELD(struct assessment_certificate, code, "verification_code", .made = code_text),
	VIEW_SELF(link_view, "links"),
};
static const struct view certificate_view =
	VIEW(certificate_issued, struct assessment_certificate, certificate_fields);

static const struct view_field candidate_fields[] = {
	VIEW_FIELD(struct assessment_answer, name, "name"),
	VIEW_FIELD(struct assessment_answer, id_type, "id_type"),
	VIEW_FIELD(struct assessment_answer, id_masked, "id_number"),
};
static const struct view candidate_view = VIEW(candidate_masked, struct assessment_answer, candidate_fields);

static const struct view_field score_fields[] = {
	VIEW_FIELD(struct assessment_answer, theory, "theory", .as = VIEW_NUMBER, .omitted = true),
	VIEW_FIELD(struct assessment_answer, skill, "skill", .as = VIEW_NUMBER, .omitted = true),
	VIEW_FIELD(struct assessment_answer, review, "review", .as = VIEW_NUMBER, .omitted = true),
};
static const struct view score_view = VIEW(scores, struct assessment_answer, score_fields);

static const struct view_field window_fields[] = {
	VIEW_FIELD(struct assessment_answer, window_state, "state", .words = window_states),
	VIEW_FIELD(struct assessment_answer, window_to, "to"),
	VIEW_FIELD(struct assessment_answer, veto_reason, "reason", .omitted = true),
	VIEW_FIELD(struct assessment_answer, decision_note, "note", .omitted = true),
	VIEW_FIELD(struct assessment_answer, decided_on, "decided_on", .omitted = true),
};
static const struct view window_view = VIEW(company_window, struct assessment_answer, window_fields);

static const struct view_field recheck_fields[] = {
	VIEW_FIELD(struct assessment_answer, recheck_state, "state", .words = recheck_states),
	VIEW_FIELD(struct assessment_answer, recheck, "id"),
	VIEW_FIELD(struct assessment_answer, recheck_by, "answer_by"),
};
static const struct view recheck_view = VIEW(recheck_of_result, struct assessment_answer, recheck_fields);

static const struct view_field withheld_fields[] = {
	VIEW_FIELD(struct assessment_answer, withheld_reason, "reason"),
	VIEW_FIELD(struct assessment_answer, withheld_at, "since"),
	VIEW_FIELD(struct assessment_answer, withheld_number, "certificate_number", .omitted = true),
};
static const struct view withheld_view = VIEW(withholding, struct assessment_answer, withheld_fields);

static const struct view_field declared_fields[] = {
	VIEW_FIELD(struct assessment_answer, declared.level, "level", .omitted = true),
	VIEW_FIELD(struct assessment_answer, declared.years, "years", .omitted = true),
	VIEW_FIELD(struct assessment_answer, declared.education, "education", .omitted = true, .words = educations),
	VIEW_FIELD(struct assessment_answer, declared.basis, "basis", .words = declared_bases),
};
static const struct view declared_view = VIEW(declared, struct assessment_answer, declared_fields);

static const struct view_field assessment_fields[] = {
	VIEW_FIELD(struct assessment_answer, id, "id"),
	VIEW_FIELD(struct assessment_answer, exam, "exam_id"),
	VIEW_FIELD(struct assessment_answer, state, "state", .words = states),
	VIEW_FIELD(struct assessment_answer, outcome, "outcome", .words = outcomes),
	VIEW_FIELD(struct assessment_answer, failed_parts, "failed_parts", .as = VIEW_WORDS),
	VIEW_SELF(candidate_view, "candidate"),
	VIEW_SELF(score_view, "scores", .omitted = true),
	VIEW_FIELD(struct assessment_answer, publish_on, "publish_on", .omitted = true),
	VIEW_SELF(window_view, "window", .omitted = true),
	VIEW_SELF(recheck_view, "recheck", .omitted = true),
	VIEW_SELF(withheld_view, "withheld", .omitted = true),
	VIEW_FIELD(struct assessment_answer, supersedes, "supersedes", .nullable = true, .omitted = true),
	VIEW_FIELD(struct assessment_answer, superseded_by, "superseded_by", .nullable = true, .omitted = true),
	VIEW_FIELD(struct assessment_answer, superseded_on, "superseded_on", .omitted = true),
	VIEW_FIELD(struct assessment_answer, sitting, "sitting", .omitted = true, .words = sittings),
	VIEW_FIELD(struct assessment_answer, advancement, "advancement", .omitted = true, .words = advancements),
	VIEW_FIELD(struct assessment_answer, warned, "warnings", .as = VIEW_WORDS, .nullable = true, .omitted = true),
	VIEW_SELF(declared_view, "declared", .omitted = true),
	VIEW_FIELD(struct assessment_answer, _shown, "certificates", .view = &certificate_view),
};
const struct view assessment_whole_view = VIEW(assessment, struct assessment_answer, assessment_fields);

static void set_links(struct assessment_certificate *c, struct arena *arena, struct slice public_url)
{
	char code[CODE_TEXT];
	code_format(c->code, code);
	c->verify = ARENA_JOIN(arena, public_url, SLICE("/v/"), slice_of(code)).p;
	c->credential = ARENA_JOIN(arena, SLICE("/v1/certificates/"), c->number, SLICE("/credential")).p;
	c->document = ARENA_JOIN(arena, SLICE("/v1/certificates/"), c->number, SLICE("/document.pdf")).p;
}

void assessment_write(struct jsonw *w, struct assessment_answer *a, struct arena *arena,
                      struct slice public_url)
{
	for (int i = 0; i < a->n_certificates; i++)
		set_links(&a->certificates[i], arena, public_url);
	a->_shown = (struct view_list){a->certificates, (size_t)a->n_certificates};
	a->publish_on.given &= slice_is(a->state, "awaiting_publication") || slice_is(a->state, "awaiting_number");
	view_write(w, &assessment_whole_view, a);
}

struct step assessment_reply(struct request *rq, int status, struct assessment_answer *a)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	assessment_write(&w, a, rq->arena, request_public_url(rq));
	return reply_json(rq, status);
}

struct step reply_about_assessment(struct request *rq, enum problem_id problem, struct uuid assessment)
{
	char *id = arena_alloc(rq->arena, UUID_TEXT);
	if (!id)
		return reply_out_of_memory(rq);
	uuid_format(assessment, id);
	return reply_problem_about(rq, problem, "assessment_id", slice_of(id));
}

/* ---- from rows ---- */

static void read_certificate(const PGresult *res, int row, struct arena *arena,
                             struct assessment_certificate *c)
{
	struct assessment_certificates_row r;
	assessment_certificates_read(res, row, &r);
	assessment_certificates_keep(arena, &r);
	*c = (struct assessment_certificate){
		.kind = r.kind,
		.number = r.number,
		.title = r.title,
		.issuer = r.issuer_name,
		.level = r.level,
		.issued_on = r.issued_on,
	};
	memcpy(c->code, r.code, sizeof c->code);
}

bool assessment_read(const PGresult *view, const PGresult *certificates, struct arena *arena,
                     struct assessment_answer *ret)
{
	struct assessment_view_row r;
	if (rows_n(view) == 0)
		return false;
	assessment_view_read(view, 0, &r);
	assessment_view_keep(arena, &r);
	*ret = (struct assessment_answer){
		.id = r.id,
		.exam = r.exam_id,
		.state = r.state,
		.outcome = r.outcome,
		.failed_parts = r.failed_parts,
		.name = r.name,
		.id_type = r.id_type,
		.id_masked = r.id_masked,
		.theory = r.theory,
		.skill = r.skill,
		.review = r.review,
		.attendance = r.attendance,
		.publish_on = r.publish_on,
		.promised_on = r.promised_on,
		.awaited_number = r.awaited_number,
		.window_to = r.window_to,
		.window_state = r.window_state,
		.veto_reason = r.veto_reason,
		.decision_note = r.decision_note,
		.decided_on = r.decided_on,
		.recheck = r.recheck,
		.recheck_state = r.recheck_state,
		.recheck_by = r.recheck_by,
		.withheld_reason = r.withheld_reason,
		.withheld_number = r.withheld_number,
		.withheld_at = r.withheld_at,
		.supersedes = r.supersedes,
		.superseded_by = r.superseded_by,
		.superseded_on = r.superseded_on,
		.sitting = r.sitting,
		.advancement = r.advancement,
		.warned = r.warned,
		.declared = {r.declared_level, r.declared_years, r.declared_education, r.declared_basis},
	};
	int n = rows_n(certificates);
	ret->n_certificates = n > KIND_COUNT ? KIND_COUNT : n;
	for (int i = 0; i < ret->n_certificates; i++)
		read_certificate(certificates, i, arena, &ret->certificates[i]);
	return !arena_failed(arena);
}
