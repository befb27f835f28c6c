/* ctl/results.c - a row as the request that submits it. Numbers are copied digit for digit, never through
 * floating point. */
#include "ctl/results.h"

#include "text/character.h"
#include "text/csv.h"
#include "text/jsonw.h"

/* "" for an empty or unknown one: the registry says so. */
static const char *type_of(const struct results_row *row)
{
	enum id_type type;
	return id_type_parse(row->cell[RESULTS_ID_TYPE], &type) ? id_type_code(type) : "";
}

/* As the registry will understand it, so that one person's rows are one request. */
static void body_plain(struct jsonw *w, const char *key, struct slice cell)
{
	struct buf plain = BUF_INIT(CSV_FIELD_MAX);
	character_plain(cell, &plain);
	jsonw_kstr(w, key, plain.n ? buf_slice(&plain) : SLICE(""));
	buf_free(&plain);
}

static void body_score(struct jsonw *w, const char *key, struct slice cell)
{
	struct buf score = BUF_INIT(CSV_FIELD_MAX);
	jsonw_key(w, key);
	if (results_score(cell, &score))
		jsonw_raw(w, buf_slice(&score));
	buf_free(&score);
}

static void body_candidate(const struct results_row *row, struct jsonw *w)
{
	const char *type = type_of(row);
	bool confirmed;
	jsonw_key(w, "candidate");
	jsonw_object(w);
	jsonw_kstr(w, "name", row->cell[RESULTS_NAME]);
	jsonw_kcstr(w, "id_type", type);
	body_plain(w, "id_number", row->cell[RESULTS_ID_NUMBER]);
	if (row->cell[RESULTS_ID_COUNTRY].n)
		body_plain(w, "id_country", row->cell[RESULTS_ID_COUNTRY]);
	if (results_confirmed(row->cell[RESULTS_ID_CONFIRMED], &confirmed) && confirmed)
		jsonw_kbool(w, "id_confirmed", true);
	jsonw_end(w);
}

static void body_scores(const struct results_row *row, struct jsonw *w)
{
	static const char *const names[] = {"theory", "skill", "review"};
	if (!row->cell[RESULTS_THEORY].n && !row->cell[RESULTS_SKILL].n && !row->cell[RESULTS_REVIEW].n)
		return;
	jsonw_key(w, "scores");
	jsonw_object(w);
	for (enum results_column c = RESULTS_THEORY; c <= RESULTS_REVIEW; c++)
		if (row->cell[c].n)
			body_score(w, names[c - RESULTS_THEORY], row->cell[c]);
	jsonw_end(w);
}

void results_row_body(const struct results_row *row, struct buf *out)
{
	struct jsonw w;
	jsonw_init(&w, out);
	jsonw_object(&w);
	body_candidate(row, &w);
	body_scores(row, &w);
	if (row->cell[RESULTS_ATTENDANCE].n)
		jsonw_kcstr(&w, "attendance", results_attendance(row->cell[RESULTS_ATTENDANCE]));
	if (row->cell[RESULTS_CERTIFICATE].n)
		jsonw_kstr(&w, "certificate_number", row->cell[RESULTS_CERTIFICATE]);
	jsonw_end(&w);
}

void results_row_person(const struct results_row *row, struct buf *out)
{
	const char *type = type_of(row);
	buf_add(out, row->cell[RESULTS_EXAM]);
	buf_addf(out, "\n%s\n", type);
	size_t start = out->n;
	character_plain(row->cell[RESULTS_ID_NUMBER], out);
	for (size_t i = start; i < out->n && !buf_failed(out); i++)
		if (out->p[i] >= 'a' && out->p[i] <= 'z')
			out->p[i] = (char)(out->p[i] - 'a' + 'A');
	const char *country = iddoc_country(row->cell[RESULTS_ID_COUNTRY]);
	buf_addf(out, "\n%.3s\n", country ? country : "");
}
