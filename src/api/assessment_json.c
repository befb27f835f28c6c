/* api/assessment_json.c - writing one assessment. */
#include "api/assessment_json.h"

#include "crypt/encode.h"
#include "sql/assessment_certificates.h"
#include "sql/assessment_view.h"
#include "web/request.h"

static const char *const states[] = {"awaiting_publication", "published", "withheld", "annulled", NULL};
static const char *const outcomes[] = {"pass", "fail", "absent", NULL};

static SHAPE(certificate_links, MEMBER(STRING, "verify"), MEMBER(STRING, "credential"), MEMBER(STRING, "document"));
static SHAPE(certificate_issued,
             MEMBER(STRING, "kind"),
             MEMBER(STRING, "number"),
             MEMBER(STRING, "level", .nullable = true),
             MEMBER(STRING, "title"),
             MEMBER(STRING, "issuer"),
             MEMBER(DAY, "issued_on"),
             MEMBER(STRING, "verification_code"),
             MEMBER(OBJECT, "links", .of = &certificate_links_shape));
SHAPE(candidate_masked, MEMBER(STRING, "name"), MEMBER(STRING, "id_type"), MEMBER(STRING, "id_number"));
static SHAPE(scores,
             MEMBER(NUMBER, "theory", .omitted = true),
             MEMBER(NUMBER, "skill", .omitted = true),
             MEMBER(NUMBER, "review", .omitted = true));
SHAPE(withholding,
      MEMBER(STRING, "reason"),
      MEMBER(INSTANT, "since", .nullable = true),
      MEMBER(STRING, "certificate_number", .omitted = true));
SHAPE(assessment,
      MEMBER(UUID, "id"),
      MEMBER(UUID, "exam_id"),
      MEMBER(STRING, "state", .words = states),
      MEMBER(STRING, "outcome", .words = outcomes),
      MEMBER(LIST, "failed_parts"),
      MEMBER(OBJECT, "candidate", .of = &candidate_masked_shape),
      MEMBER(OBJECT, "scores", .omitted = true, .of = &scores_shape),
      MEMBER(DAY, "publish_on", .omitted = true),
      MEMBER(OBJECT, "withheld", .omitted = true, .of = &withholding_shape),
      MEMBER(LIST, "certificates", .of = &certificate_issued_shape));

static void write_certificate(struct jsonw *w, const struct assessment_certificate *c,
                              struct arena *arena, struct slice public_url)
{
	char code[CODE_TEXT];
	code_format(c->code, code);
	const char *verify = arena_printf(arena, "%.*s/v/%s", SLICE_ARGS(public_url), code);
	const char *credential =
		arena_printf(arena, "/v1/certificates/%.*s/credential", SLICE_ARGS(c->number));
	const char *document =
		arena_printf(arena, "/v1/certificates/%.*s/document.pdf", SLICE_ARGS(c->number));
	jsonw_object(w);
	jsonw_kcstr(w, "kind", kind_code(c->kind));
	jsonw_kstr(w, "number", c->number);
	jsonw_kstr(w, "level", c->level);
	jsonw_kstr(w, "title", c->title);
	jsonw_kstr(w, "issuer", c->issuer);
	jsonw_kday(w, "issued_on", c->issued_on);
	jsonw_kcstr(w, "verification_code", code);
	jsonw_kobject(w, "links");
	jsonw_kcstr(w, "verify", verify);
	jsonw_kcstr(w, "credential", credential);
	jsonw_kcstr(w, "document", document);
	jsonw_end(w);
	jsonw_end(w);
}

static void write_scores(struct jsonw *w, const struct assessment_answer *a)
{
	if (!a->theory.p && !a->skill.p && !a->review.p)
		return;
	jsonw_kobject(w, "scores");
	if (a->theory.p)
		jsonw_kraw(w, "theory", a->theory);
	if (a->skill.p)
		jsonw_kraw(w, "skill", a->skill);
	if (a->review.p)
		jsonw_kraw(w, "review", a->review);
	jsonw_end(w);
}

void assessment_write_withheld(struct jsonw *w, struct slice reason, struct slice number,
                               struct opt_instant at)
{
	if (!reason.p)
		return;
	jsonw_kobject(w, "withheld");
	jsonw_kstr(w, "reason", reason);
	jsonw_kopt_instant(w, "since", at);
	if (number.p)
		jsonw_kstr(w, "certificate_number", number);
	jsonw_end(w);
}

void assessment_write(struct jsonw *w, const struct assessment_answer *a, struct arena *arena,
                      struct slice public_url)
{
	struct slice parts = a->failed_parts;
	jsonw_object(w);
	jsonw_kuuid(w, "id", a->id);
	jsonw_kuuid(w, "exam_id", a->exam);
	jsonw_kstr(w, "state", a->state);
	jsonw_kstr(w, "outcome", a->outcome);
	jsonw_karray(w, "failed_parts");
	while (parts.n)
		jsonw_str(w, slice_cut(&parts, ','));
	jsonw_end(w);
	jsonw_kobject(w, "candidate");
	jsonw_kstr(w, "name", a->name);
	jsonw_kstr(w, "id_type", a->id_type);
	jsonw_kstr(w, "id_number", a->id_masked);
	jsonw_end(w);
	write_scores(w, a);
	if (a->publish_on.given && slice_is(a->state, "awaiting_publication"))
		jsonw_kday(w, "publish_on", a->publish_on.v);
	assessment_write_withheld(w, a->withheld_reason, a->withheld_number, a->withheld_at);
	jsonw_karray(w, "certificates");
	for (int i = 0; i < a->n_certificates; i++)
		write_certificate(w, &a->certificates[i], arena, public_url);
	jsonw_end(w);
	jsonw_end(w);
}

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
		.withheld_reason = r.withheld_reason,
		.withheld_number = r.withheld_number,
		.withheld_at = r.withheld_at,
	};
	int n = rows_n(certificates);
	ret->n_certificates = n > KIND_COUNT ? KIND_COUNT : n;
	for (int i = 0; i < ret->n_certificates; i++)
		read_certificate(certificates, i, arena, &ret->certificates[i]);
	return !arena_failed(arena);
}
