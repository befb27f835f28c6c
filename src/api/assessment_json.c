/* api/assessment_json.c - writing one assessment. */
#include "api/assessment_json.h"

#include "crypt/encode.h"
#include "db/rows.h"

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
	jsonw_kcstr(w, "kind", c->kind);
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
                               struct slice at)
{
	if (!reason.p)
		return;
	jsonw_kobject(w, "withheld");
	jsonw_kstr(w, "reason", reason);
	jsonw_kstr(w, "since", at);
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
	if (a->publish_on.p && slice_is(a->state, "awaiting_publication"))
		jsonw_kstr(w, "publish_on", a->publish_on);
	assessment_write_withheld(w, a->withheld_reason, a->withheld_number, a->withheld_at);
	jsonw_karray(w, "certificates");
	for (int i = 0; i < a->n_certificates; i++)
		write_certificate(w, &a->certificates[i], arena, public_url);
	jsonw_end(w);
	jsonw_end(w);
}

static bool read_certificate(const PGresult *res, int row, struct arena *arena,
                             struct assessment_certificate *c)
{
	bool company = slice_is(row_text(res, row, rows_col(res, "kind")), "company");
	c->kind = company ? "company" : "skill_grade";
	c->number = arena_slice(arena, row_text(res, row, rows_col(res, "number")));
	c->title = arena_slice(arena, row_text(res, row, rows_col(res, "title")));
	c->issuer = arena_slice(arena, row_text(res, row, rows_col(res, "issuer_name")));
	c->issued_on = row_day(res, row, rows_col(res, "issued_on"));
	if (!row_is_null(res, row, rows_col(res, "level")))
		c->level = arena_slice(arena, row_text(res, row, rows_col(res, "level")));
	return row_bytes_exact(res, row, rows_col(res, "code"), c->code, sizeof c->code);
}

static struct slice copy(const PGresult *res, const char *column, struct arena *arena)
{
	int col = rows_col(res, column);
	return row_is_null(res, 0, col) ? SLICE_NONE : arena_slice(arena, row_text(res, 0, col));
}

bool assessment_read(const PGresult *view, const PGresult *certificates, struct arena *arena,
                     struct assessment_answer *ret)
{
	if (rows_n(view) == 0)
		return false;
	*ret = (struct assessment_answer){
		.id = row_uuid(view, 0, rows_col(view, "id")),
		.exam = row_uuid(view, 0, rows_col(view, "exam_id")),
		.state = copy(view, "state", arena),
		.outcome = copy(view, "outcome", arena),
		.failed_parts = copy(view, "failed_parts", arena),
		.name = copy(view, "name", arena),
		.id_type = copy(view, "id_type", arena),
		.id_masked = copy(view, "id_masked", arena),
		.theory = copy(view, "theory", arena),
		.skill = copy(view, "skill", arena),
		.review = copy(view, "review", arena),
		.attendance = copy(view, "attendance", arena),
		.publish_on = copy(view, "publish_on", arena),
		.withheld_reason = copy(view, "withheld_reason", arena),
		.withheld_number = copy(view, "withheld_number", arena),
		.withheld_at = copy(view, "withheld_at", arena),
	};
	int n = rows_n(certificates);
	ret->n_certificates = n > 2 ? 2 : n;
	for (int i = 0; i < ret->n_certificates; i++)
		if (!read_certificate(certificates, i, arena, &ret->certificates[i]))
			return false;
	return !arena_failed(arena);
}
