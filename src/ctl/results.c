/* ctl/results.c - rows of the results template. The registry judges whether a result is right;
 * this file only translates a line of text into its JSON, and refuses what would change meaning
 * on the way: numbers are copied digit for digit, never through floating point. */
#include "ctl/results.h"

#include "text/jsonw.h"

static const struct {
	const char *zh, *en, *pointer;
	bool required;
} columns[COL_COUNT] = {
	[COL_EXAM] = {"考试批次", "exam", "/exam", false},
	[COL_NAME] = {"姓名", "name", "/candidate/name", true},
	[COL_ID_TYPE] = {"证件类型", "id_type", "/candidate/id_type", true},
	[COL_ID_NUMBER] = {"证件号码", "id_number", "/candidate/id_number", true},
	[COL_ID_COUNTRY] = {"签发国家", "id_country", "/candidate/id_country", false},
	[COL_THEORY] = {"理论成绩", "theory", "/scores/theory", true},
	[COL_SKILL] = {"技能成绩", "skill", "/scores/skill", true},
	[COL_REVIEW] = {"综合评审成绩", "review", "/scores/review", false},
	[COL_ATTENDANCE] = {"到考", "attendance", "/attendance", false},
	[COL_CERTIFICATE] = {"证书编号", "certificate_number", "/certificate_number", false},
};

static const struct {
	const char *zh, *code;
} id_types[] = {
	{"居民身份证", "resident_id"},
	{"港澳台居民居住证", "hmt_residence"},
	{"外国人永久居留身份证", "foreign_pr"},
	{"护照", "passport"},
	{"港澳居民来往内地通行证", "hm_permit"},
	{"台湾居民来往大陆通行证", "tw_permit"},
};

const char *column_name(enum column c, enum lang lang)
{
	if (c >= COL_COUNT)
		return pick(lang, "row", "整行");
	return lang == LANG_ZH ? columns[c].zh : columns[c].en;
}

enum column column_of_pointer(const char *pointer)
{
	for (int c = 0; c < COL_COUNT; c++)
		if (strcmp(columns[c].pointer, pointer) == 0)
			return (enum column)c;
	return COL_NONE;
}

static int heading(struct slice cell)
{
	for (int c = 0; c < COL_COUNT; c++)
		if (slice_is(cell, columns[c].zh) || slice_eq_nocase(cell, slice_of(columns[c].en)))
			return c;
	return -1;
}

static bool is_reasons_heading(struct slice cell)
{
	return slice_is(cell, RESULTS_REASONS_ZH) || slice_is(cell, RESULTS_REASONS_EN);
}

enum header_outcome results_header_read(const struct slice *cells, size_t n,
					struct results_header *ret, int *ret_culprit)
{
	struct results_header h = {.reasons_at = -1, .width = n};
	for (int c = 0; c < COL_COUNT; c++)
		h.at[c] = -1;
	for (size_t i = 0; i < n; i++) {
		struct slice cell = slice_trim(cells[i]);
		*ret_culprit = (int)i;
		if (cell.n == 0 && i + 1 == n)
			continue;
		if (is_reasons_heading(cell)) {
			h.reasons_at = (int)i;
			continue;
		}
		int c = heading(cell);
		if (c < 0)
			return HEADER_UNKNOWN;
		if (h.at[c] >= 0)
			return HEADER_TWICE;
		h.at[c] = (int)i;
	}
	for (int c = 0; c < COL_COUNT; c++)
		if (columns[c].required && h.at[c] < 0) {
			*ret_culprit = c;
			return HEADER_MISSING;
		}
	*ret = h;
	return HEADER_OK;
}

struct results_row results_row_read(const struct results_header *h, const struct slice *cells,
				    size_t n)
{
	struct results_row row = {.too_wide = false};
	for (int c = 0; c < COL_COUNT; c++)
		row.cell[c] = SLICE("");
	for (int c = 0; c < COL_COUNT; c++)
		if (h->at[c] >= 0 && (size_t)h->at[c] < n)
			row.cell[c] = slice_trim(cells[h->at[c]]);
	for (size_t i = h->width; i < n; i++)
		if (slice_trim(cells[i]).n)
			row.too_wide = true;
	return row;
}

bool results_row_is_empty(const struct results_row *row)
{
	for (int c = 0; c < COL_COUNT; c++)
		if (row->cell[c].n)
			return false;
	return !row->too_wide;
}

const char *id_type_code(struct slice s)
{
	for (size_t i = 0; i < ARRAY_LEN(id_types); i++)
		if (slice_is(s, id_types[i].zh) || slice_eq_nocase(s, slice_of(id_types[i].code)))
			return id_types[i].code;
	return NULL;
}

/* NULL when the word is unknown; an empty cell means present. */
static const char *attendance_code(struct slice s)
{
	if (s.n == 0 || slice_is(s, "到考") || slice_eq_nocase(s, SLICE("present")))
		return "present";
	if (slice_is(s, "缺考") || slice_eq_nocase(s, SLICE("absent")))
		return "absent";
	return NULL;
}

static size_t digits(struct slice s)
{
	size_t n = 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Takes digits off the front; false when there are none. */
static bool skip_digits(struct slice *s)
{
	size_t n = digits(*s);
	*s = slice_skip(*s, n);
	return n > 0;
}

/* A JSON number without exponent, RFC 8259 section 6. */
static bool is_number(struct slice s)
{
	if (s.n > 32)
		return false;
	if (slice_starts(s, SLICE("-")))
		s = slice_skip(s, 1);
	if (slice_starts(s, SLICE("0")) && s.n > 1 && s.p[1] != '.')
		return false;
	if (!skip_digits(&s))
		return false;
	if (slice_starts(s, SLICE("."))) {
		s = slice_skip(s, 1);
		return skip_digits(&s) && s.n == 0;
	}
	return s.n == 0;
}

/* 3.10199E+17, 3.10199199003070E+17, 31019919900307000.0 are not ID numbers but what is left
 * of one: digits, a point, digits, and perhaps an exponent. */
static bool is_spreadsheet_number(struct slice s)
{
	if (!skip_digits(&s) || s.n == 0)
		return false;
	if (*s.p == '.') {
		s = slice_skip(s, 1);
		if (!skip_digits(&s))
			return false;
		if (s.n == 0)
			return true;
	}
	if (*s.p != 'E' && *s.p != 'e')
		return false;
	s = slice_skip(s, 1);
	if (!slice_starts(s, SLICE("+")))
		return false;
	s = slice_skip(s, 1);
	return skip_digits(&s) && s.n == 0;
}

size_t results_row_check(const struct results_row *row, struct row_error out[ROW_ERRORS_MAX])
{
	size_t n = 0;
	if (row->too_wide)
		out[n++] = (struct row_error){COL_NONE, "row_too_wide"};
	if (row->cell[COL_ID_TYPE].n && !id_type_code(row->cell[COL_ID_TYPE]))
		out[n++] = (struct row_error){COL_ID_TYPE, "id_type_unknown"};
	if (is_spreadsheet_number(row->cell[COL_ID_NUMBER]))
		out[n++] = (struct row_error){COL_ID_NUMBER, "id_spreadsheet_number"};
	for (enum column c = COL_THEORY; c <= COL_REVIEW; c++)
		if (row->cell[c].n && !is_number(row->cell[c]))
			out[n++] = (struct row_error){c, "not_a_number"};
	if (!attendance_code(row->cell[COL_ATTENDANCE]))
		out[n++] = (struct row_error){COL_ATTENDANCE, "not_a_choice"};
	return n;
}

static void body_candidate(const struct results_row *row, struct jsonw *w)
{
	const char *type = id_type_code(row->cell[COL_ID_TYPE]);
	jsonw_key(w, "candidate");
	jsonw_object(w);
	jsonw_kstr(w, "name", row->cell[COL_NAME]);
	jsonw_kcstr(w, "id_type", type ? type : "");
	jsonw_kstr(w, "id_number", row->cell[COL_ID_NUMBER]);
	if (row->cell[COL_ID_COUNTRY].n)
		jsonw_kstr(w, "id_country", row->cell[COL_ID_COUNTRY]);
	jsonw_end(w);
}

static void body_scores(const struct results_row *row, struct jsonw *w)
{
	static const char *const names[] = {"theory", "skill", "review"};
	if (!row->cell[COL_THEORY].n && !row->cell[COL_SKILL].n && !row->cell[COL_REVIEW].n)
		return;
	jsonw_key(w, "scores");
	jsonw_object(w);
	for (enum column c = COL_THEORY; c <= COL_REVIEW; c++)
		if (row->cell[c].n) {
			jsonw_key(w, names[c - COL_THEORY]);
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
	if (row->cell[COL_ATTENDANCE].n)
		jsonw_kcstr(&w, "attendance", attendance_code(row->cell[COL_ATTENDANCE]));
	if (row->cell[COL_CERTIFICATE].n)
		jsonw_kstr(&w, "certificate_number", row->cell[COL_CERTIFICATE]);
	jsonw_end(&w);
}

void results_row_person(const struct results_row *row, struct buf *out)
{
	const char *type = id_type_code(row->cell[COL_ID_TYPE]);
	buf_add(out, row->cell[COL_EXAM]);
	buf_addf(out, "\n%s\n", type ? type : "");
	for (enum column c = COL_ID_NUMBER; c <= COL_ID_COUNTRY; c++) {
		for (size_t i = 0; i < row->cell[c].n; i++) {
			char k = row->cell[c].p[i];
			if (k != ' ')
				buf_addc(out, k >= 'a' && k <= 'z' ? (char)(k - 'a' + 'A') : k);
		}
		buf_addc(out, '\n');
	}
}
