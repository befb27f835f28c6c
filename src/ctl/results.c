/* ctl/results.c - a row as the request that submits it. Numbers are copied digit for digit, never through
 * floating point. */
#include "ctl/results.h"

#include "text/jsonw.h"

/* "" for an empty or unknown one: the registry says so. */
static const char *type_of(const struct results_row *row)
{
	enum id_type type;
	return results_id_type(row->cell[RESULTS_ID_TYPE], &type) ? id_type_code(type) : "";
}

static void body_candidate(const struct results_row *row, struct jsonw *w)
{
	const char *type = type_of(row);
	jsonw_key(w, "candidate");
	jsonw_object(w);
	jsonw_kstr(w, "name", row->cell[RESULTS_NAME]);
	jsonw_kcstr(w, "id_type", type);
	jsonw_kstr(w, "id_number", row->cell[RESULTS_ID_NUMBER]);
	if (row->cell[RESULTS_ID_COUNTRY].n)
		jsonw_kstr(w, "id_country", row->cell[RESULTS_ID_COUNTRY]);
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
		if (row->cell[c].n) {
			jsonw_key(w, names[c - RESULTS_THEORY]);
			jsonw_raw(w, row->cell[c]);
		}
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
	for (enum results_column c = RESULTS_ID_NUMBER; c <= RESULTS_ID_COUNTRY; c++) {
		for (size_t i = 0; i < row->cell[c].n; i++) {
			char k = row->cell[c].p[i];
			if (k != ' ')
				buf_addc(out, k >= 'a' && k <= 'z' ? (char)(k - 'a' + 'A') : k);
		}
		buf_addc(out, '\n');
	}
}
