/* ctl/report.c - words and numbers about a file of results. The reasons are the short forms of
 * the registry's details, because they share a spreadsheet cell. */
#include "ctl/report.h"

#include "text/field_text.h"
#include "text/jsonw.h"

void summary_add(struct summary *s, enum row_outcome outcome)
{
	s->rows++;
	switch (outcome) {
	case ROW_ISSUED:
		s->issued++;
		break;
	case ROW_FAILED_EXAM:
		s->failed_exam++;
		break;
	case ROW_ABSENT:
		s->absent++;
		break;
	case ROW_AWAITING:
		s->awaiting++;
		break;
	case ROW_AWAITING_NUMBER:
		s->awaiting_number++;
		break;
	case ROW_ALREADY_THERE:
		s->already_there++;
		break;
	case ROW_REJECTED:
		s->rejected++;
		break;
	case ROW_UNKNOWN:
		s->unknown++;
		break;
	}
}

enum row_outcome row_outcome_of(bool replayed, struct slice outcome, struct slice state)
{
	if (replayed)
		return ROW_ALREADY_THERE;
	if (slice_is(outcome, "fail"))
		return ROW_FAILED_EXAM;
	if (slice_is(outcome, "absent"))
		return ROW_ABSENT;
	if (slice_is(outcome, "pass"))
		return slice_is(state, "published")         ? ROW_ISSUED
		       : slice_is(state, "awaiting_number") ? ROW_AWAITING_NUMBER
		                                            : ROW_AWAITING;
	return ROW_UNKNOWN;
}

void summary_json(const struct summary *s, struct buf *out)
{
	struct jsonw w;
	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_ki64(&w, "rows", s->rows);
	jsonw_ki64(&w, "issued", s->issued);
	jsonw_ki64(&w, "failed_exam", s->failed_exam);
	jsonw_ki64(&w, "absent", s->absent);
	jsonw_ki64(&w, "already_there", s->already_there);
	jsonw_ki64(&w, "rejected", s->rejected);
	if (s->awaiting)
		jsonw_ki64(&w, "awaiting_publication", s->awaiting);
	if (s->awaiting_number)
		jsonw_ki64(&w, "awaiting_number", s->awaiting_number);
	if (s->unknown)
		jsonw_ki64(&w, "unknown", s->unknown);
	jsonw_end(&w);
}

void summary_text(const struct summary *s, enum lang lang, struct buf *out)
{
	buf_addf(out,
	         pick(lang,
	              "%u rows: %u issued, %u failed the exam, %u absent, %u already there, %u rejected",
	              "共 %u 行：发证 %u，未通过 %u，缺考 %u，已在库 %u，退回 %u"),
	         s->rows, s->issued, s->failed_exam, s->absent, s->already_there, s->rejected);
	if (s->awaiting)
		buf_addf(out, pick(lang, ", %u awaiting publication", "，公示中 %u"), s->awaiting);
	if (s->awaiting_number)
		buf_addf(out, pick(lang, ", %u awaiting their number", "，待编号 %u"), s->awaiting_number);
	if (s->unknown)
		buf_addf(out, pick(lang, ", %u unknown", "，结果未知 %u"), s->unknown);
}

/* Codes of this program and of conflicts; those of fields come from text/field_text.h. */
static const struct {
	const char *code, *en, *zh;
} reasons[] = {
	{"already_assessed", "already has a result in this exam with other scores or another certificate number",
	 "此人在本批次已有成绩，分数或证书编号不同"},
	{"already_certified", "already holds this certificate", "此人已持有同一证书"},
	{"assessment_annulled", "the result was annulled", "该成绩已作废"},
	{"duplicate_in_file", "same person as in an earlier row, other content",
	 "与前面某行为同一人，内容不同"},
	{"exam_differs", "differs from --exam", "与 --exam 指定的批次不一致"},
	{"exam_missing", "no exam is named", "未填考试批次"},
	{"exam_not_found", "no such exam", "没有此考试批次"},
	{"not_a_number", "is no number", "不是数字"},
	{"number_taken", "the certificate number is in use", "证书编号已被使用"},
	{"out_of_range", "must be from 0 to 100", "应在 0 至 100 之间"},
	{"person_name_differs", "this ID number is on record with another name",
	 "该证件号码已登记为其他姓名"},
	{"row_too_wide", "more cells than headings", "单元格多于表头"},
};

struct slice reason_text(const char *code, enum lang lang)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return slice_of(pick(lang, reasons[i].en, reasons[i].zh));
	struct slice text = field_text_short(code, lang);
	return text.p && !memchr(text.p, '%', text.n) ? text : SLICE_NONE;
}

/* Digits, one point, one sign in front. */
static bool is_plain_number(struct slice s)
{
	bool digit = false, point = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9')
			digit = true;
		else if (c == '.' && !point)
			point = true;
		else if (!((c == '-' || c == '+') && i == 0))
			return false;
	}
	return digit;
}

void csv_cell(struct buf *out, struct slice cell, bool always)
{
	bool formula = cell.n && strchr("=+-@\t\r", *cell.p) && !is_plain_number(cell);
	bool quote = always;
	for (size_t i = 0; i < cell.n && !quote; i++)
		quote = strchr(",\"\r\n", cell.p[i]) && cell.p[i];
	if (quote)
		buf_addc(out, '"');
	if (formula)
		buf_addc(out, '\'');
	for (size_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, cell.p[i]);
	}
	if (quote)
		buf_addc(out, '"');
}

enum { ROWS_NAMED = 8 };

void refusal_add(json_t *refusals, size_t row, struct slice common, struct slice whole)
{
	json_t *refusal = json_object_getn(refusals, common.p, common.n);
	if (!refusal) {
		refusal = json_pack("{s:s%, s:[]}", "whole", whole.p, whole.n, "rows");
		json_object_setn_new(refusals, common.p, common.n, refusal);
	}
	json_array_append_new(json_object_get(refusal, "rows"), json_integer((json_int_t)row));
}

static void add_rows(const json_t *rows, enum lang lang, struct buf *out)
{
	json_t *row;
	size_t i, n = json_array_size(rows);
	if (n > 1)
		buf_addf(out, pick(lang, "%zu rows (", "%zu 行（第 "), n);
	else
		buf_adds(out, pick(lang, "row ", "第 "));
	json_array_foreach(rows, i, row) {
		if (i == ROWS_NAMED)
			break;
		buf_addf(out, "%s%lld", i ? pick(lang, ", ", "、") : "", (long long)json_integer_value(row));
	}
	if (n > ROWS_NAMED)
		buf_adds(out, pick(lang, ", …", "…"));
	buf_adds(out, n > 1 ? pick(lang, ")", " 行）") : pick(lang, "", " 行"));
}

void refusals_text(const json_t *refusals, enum lang lang, struct buf *out)
{
	const char *common;
	json_t *refusal;
	json_object_foreach((json_t *)(uintptr_t)refusals, common, refusal) {
		const json_t *rows = json_object_get(refusal, "rows");
		add_rows(rows, lang, out);
		buf_addf(out, "  %s\n",
		         json_array_size(rows) > 1 ? common : json_string_value(json_object_get(refusal, "whole")));
	}
}
