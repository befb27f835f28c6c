/* domain/results.c - rows of the results template. Whether a result is right is judged by submission.c; here
 * is refused what would change its meaning on the way there. */
#include "domain/results.h"

#include "text/character.h"
#include "text/json.h"

enum { SCORE_CELL_MAX = 256 };

static const struct {
	const char *zh, *en, *pointer;
	bool required;
} columns[RESULTS_COLUMNS] = {
	[RESULTS_EXAM] = {"考试批次", "exam", "/exam", false},
	[RESULTS_NAME] = {"姓名", "name", "/candidate/name", true},
	[RESULTS_ID_TYPE] = {"证件类型", "id_type", "/candidate/id_type", true},
	[RESULTS_ID_NUMBER] = {"证件号码", "id_number", "/candidate/id_number", true},
	[RESULTS_ID_COUNTRY] = {"签发国家", "id_country", "/candidate/id_country", false},
	[RESULTS_THEORY] = {"理论成绩", "theory", "/scores/theory", true},
	[RESULTS_SKILL] = {"技能成绩", "skill", "/scores/skill", true},
	[RESULTS_REVIEW] = {"综合评审成绩", "review", "/scores/review", false},
	[RESULTS_ATTENDANCE] = {"到考", "attendance", "/attendance", false},
	[RESULTS_CERTIFICATE] = {"证书编号", "certificate_number", "/certificate_number", false},
	[RESULTS_ID_CONFIRMED] = {"已核对", "id_confirmed", "/candidate/id_confirmed", false},
};

const char *results_column_name(enum results_column c, enum lang lang)
{
	if (c >= RESULTS_COLUMNS)
		return lang == LANG_ZH ? "整行" : "row";
	return lang == LANG_ZH ? columns[c].zh : columns[c].en;
}

enum results_column results_column_of(const char *pointer)
{
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		if (strcmp(columns[c].pointer, pointer) == 0)
			return (enum results_column)c;
	return RESULTS_NONE;
}

static int heading(struct slice cell)
{
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		if (slice_is(cell, columns[c].zh) || slice_eq_nocase(cell, slice_of(columns[c].en)))
			return c;
	return -1;
}

static bool is_reasons_heading(struct slice cell)
{
	return slice_is(cell, RESULTS_REASONS_ZH) || slice_is(cell, RESULTS_REASONS_EN);
}

enum results_header_outcome results_header_read(const struct slice *cells, size_t n,
                                                struct results_header *ret, int *ret_culprit)
{
	struct results_header h = {.reasons_at = -1, .width = n};
	for (int c = 0; c < RESULTS_COLUMNS; c++)
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
			return RESULTS_HEADER_UNKNOWN;
		if (h.at[c] >= 0)
			return RESULTS_HEADER_TWICE;
		h.at[c] = (int)i;
	}
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		if (columns[c].required && h.at[c] < 0) {
			*ret_culprit = c;
			return RESULTS_HEADER_MISSING;
		}
	*ret = h;
	return RESULTS_HEADER_OK;
}

struct results_row results_row_read(const struct results_header *h, const struct slice *cells,
                                    size_t n)
{
	struct results_row row = {.too_wide = false};
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		row.cell[c] = SLICE("");
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		if (h->at[c] >= 0 && (size_t)h->at[c] < n)
			row.cell[c] = slice_trim(cells[h->at[c]]);
	for (size_t i = h->width; i < n; i++)
		if (slice_trim(cells[i]).n)
			row.too_wide = true;
	return row;
}

bool results_row_is_empty(const struct results_row *row)
{
	for (int c = 0; c < RESULTS_COLUMNS; c++)
		if (row->cell[c].n)
			return false;
	return !row->too_wide;
}

static bool is_one_of(struct slice word, const char *const *words)
{
	for (; *words; words++)
		if (slice_eq_nocase(word, slice_of(*words)))
			return true;
	return false;
}

bool results_confirmed(struct slice word, bool *ret)
{
	static const char *const yes[] = {"是", "已核对", "√", "✓", "yes", "y", "true", "1", NULL};
	static const char *const no[] = {"", "否", "未核对", "no", "n", "false", "0", NULL};
	*ret = is_one_of(word, yes);
	return *ret || is_one_of(word, no);
}

const char *results_attendance(struct slice s)
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

/* 78.50 and ７８．５ are 78.5: digit for digit, never through floating point. */
bool results_score(struct slice cell, struct buf *out)
{
	size_t start = out->n;
	character_plain(cell, out);
	if (buf_failed(out))
		return false;
	struct slice s = slice_from(out->p + start, out->n - start);
	bool good = is_number(s);
	if (good && memchr(s.p, '.', s.n))
		out->n = start + json_decimal_trim(s).n;
	return good;
}

static bool is_score(struct slice cell)
{
	struct buf b = BUF_INIT(SCORE_CELL_MAX);
	bool good = results_score(cell, &b);
	buf_free(&b);
	return good;
}

struct faults {
	struct fields *fields;
	size_t row;
	enum lang lang;
};

static void add_fault(struct faults *f, enum results_column c, const char *code, const char *hint)
{
	struct field fault = {.pointer = "", .code = code, .hint = hint, .row = f->row};
	if (c < RESULTS_NONE) {
		fault.pointer = columns[c].pointer;
		fault.column = results_column_name(c, f->lang);
	}
	fields_put(f->fields, fault);
}

/* What JSON would carry, and a spreadsheet has changed already. */
static void check_id_number(struct faults *f, const struct results_row *row, bool confirmed)
{
	enum id_type type = ID_PASSPORT; /* nothing more is known of its numbers */
	struct slice word = row->cell[RESULTS_ID_TYPE];
	if (!id_type_parse(word, &type) && word.n)
		add_fault(f, RESULTS_ID_TYPE, "id_type_unknown", NULL);
	struct id_fault fault = iddoc_check_spreadsheet(type, row->cell[RESULTS_ID_NUMBER], confirmed);
	if (fault.code)
		add_fault(f, RESULTS_ID_NUMBER, fault.code, fault.hint);
}

void results_row_check(const struct results_row *row, size_t number, enum lang lang, struct fields *fields)
{
	struct faults f = {fields, number, lang};
	bool confirmed;
	if (row->too_wide)
		add_fault(&f, RESULTS_NONE, "row_too_wide", NULL);
	for (enum results_column c = RESULTS_THEORY; c <= RESULTS_REVIEW; c++)
		if (row->cell[c].n && !is_score(row->cell[c]))
			add_fault(&f, c, "not_a_number", NULL);
	if (!results_confirmed(row->cell[RESULTS_ID_CONFIRMED], &confirmed))
		add_fault(&f, RESULTS_ID_CONFIRMED, "not_a_choice", NULL);
	check_id_number(&f, row, confirmed);
	if (!results_attendance(row->cell[RESULTS_ATTENDANCE]))
		add_fault(&f, RESULTS_ATTENDANCE, "not_a_choice", NULL);
}
