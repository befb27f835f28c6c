/* ctl/submit.c - rows into requests.
 *
 * The file is read twice: first to see that all of it is readable (nothing is sent from a file
 * that is broken further down), then row by row over one connection. A request's key is made of
 * the exam and the body, so a row that is sent again, in this run or in another, is recognised
 * by the registry whatever happened to the first answer. */
#include "ctl/submit.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/outcome.h"
#include "ctl/api.h"
#include "ctl/json_file.h"
#include "ctl/output.h"
#include "ctl/patience.h"
#include "ctl/report.h"
#include "ctl/results.h"
#include "domain/kind.h"
#include "text/csv.h"

enum { TEXT_MAX = 128 * 1024 * 1024, STOPPED = 1, SILENCE_MS = 2000 };

/* Ctrl-C: the present row is brought to its end, the next is not begun. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	interrupted = signal;
}

/* The second one ends the program at once. */
static void catch_interrupts(void)
{
	const struct sigaction once = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	interrupted = 0;
	sigaction(SIGINT, &once, NULL);
	sigaction(SIGTERM, &once, NULL);
}

struct submit {
	struct ctl *ctl;
	const char *exam;
	struct results_header header;
	bool have_header, sending, bar;
	size_t total, done; /* rows with content */
	struct summary summary;
	json_t *exams;   /* code → id, or null: there is no such exam */
	json_t *persons; /* exam and person → {"row","key"} of the row that was accepted */
	json_t *refusals; /* rejected rows by reason (ctl/report.h) */
	struct buf report;
	struct buf certificates; /* CSV, when wanted */
	struct buf reasons;      /* of the present row */
	size_t common;           /* so much of them says nothing of this row alone; 0: all */
	size_t row;         /* the present one, as the spreadsheet numbers it */
	struct slice name;  /* in it */
	int code;           /* exit code when a row stopped the run */
};

/* --- reasons --- */

/* heading: of its column, NULL: of the whole row. */
static void add_reason(struct submit *s, const char *heading, const char *code, const char *detail)
{
	enum lang lang = s->ctl->lang;
	struct slice text = reason_text(code, lang);
	if (s->reasons.n)
		buf_adds(&s->reasons, pick(lang, "; ", "；"));
	if (heading)
		buf_addf(&s->reasons, "%s%s", heading, pick(lang, ": ", "："));
	buf_add(&s->reasons, text.p    ? text
	                     : *detail ? slice_of(detail)
	                               : slice_of(code));
}

static const char *heading_of(const struct submit *s, enum results_column column)
{
	return column == RESULTS_NONE ? NULL : results_column_name(column, s->ctl->lang);
}

/* The reasons of a refused request: its fields, or its own code when it names none. */
static void add_problem(struct submit *s, const struct answer *a)
{
	json_t *problem = api_json(a), *error;
	size_t i, before = s->reasons.n;
	json_array_foreach(json_object_get(problem, "errors"), i, error)
		add_reason(s, heading_of(s, results_column_of(api_str(error, "pointer"))),
		           api_str(error, "code"), api_str(error, "detail"));
	if (s->reasons.n == before)
		add_reason(s, NULL, *api_str(problem, "code") ? api_str(problem, "code") : "refused",
		           api_str(problem, "detail"));
	const char *result = api_str(problem, "assessment_id");
	s->common = s->reasons.n;
	if (*result)
		buf_addf(&s->reasons, pick(s->ctl->lang, " (result %s)", "（考评记录 %s）"), result);
	json_decref(problem);
}

/* --- talking to the registry --- */

static int stop(struct submit *s, int code)
{
	s->code = code;
	return STOPPED;
}

/* Once for each silence: whoever watches should know that it is one. */
static void tell_silence(const struct submit *s, long status)
{
	const struct ctl *ctl = s->ctl;
	if (s->bar)
		fputc('\n', ctl->err);
	if (status)
		fprintf(ctl->err,
		        pick(ctl->lang, "talentctl: %s answers %ld; trying again, for up to two minutes\n",
		             "talentctl：%s 答复 %ld；正在重试，最长两分钟\n"),
		        client_url(ctl->client), status);
	else
		fprintf(ctl->err,
		        pick(ctl->lang, "talentctl: no answer from %s (%s); trying again, for up to two minutes\n",
		             "talentctl：%s 没有答复（%s）；正在重试，最长两分钟\n"),
		        client_url(ctl->client),
		        client_failure(ctl->client));
}

/* Calls until there is an answer that is not "later": 0, or STOPPED when patience has ended. */
static int call_patiently(struct submit *s, const struct call *call, struct answer *ret)
{
	struct patience p = patience_start();
	struct ctl *ctl = s->ctl;
	for (bool told = false;;) {
		int r = client_call(ctl->client, call, ret);
		if (r == 0 && !patience_is_later(ret->status)) {
			s->sending = true;
			return 0;
		}
		bool hopeless = r == E_REFUSED || r == E_NOMEM || (r == E_CLOSED && !s->sending);
		int wait = r == 0 ? ret->retry_after : -1;
		if (!hopeless && patience_wait(&p, wait, &interrupted)) {
			if (!told && p.waited_ms >= SILENCE_MS) {
				tell_silence(s, r == 0 ? ret->status : 0);
				told = true;
			}
			if (r == 0)
				answer_free(ret);
			continue;
		}
		if (interrupted) {
			if (r == 0)
				answer_free(ret);
			return stop(s, CTL_UNKNOWN);
		}
		if (s->bar)
			fputc('\n', ctl->err);
		int code = r ? api_explain_failure(ctl, r, strcmp(call->method, "GET") == 0)
		             : api_explain_problem(ctl, ret);
		if (r == 0)
			answer_free(ret);
		return stop(s, r == 0 && code == CTL_PROBLEM ? CTL_UNKNOWN : code);
	}
}

/* Remembers the exam's id, or null when there is none. */
static int look_up_exam(struct submit *s, struct slice code)
{
	struct buf path = BUF_INIT(CSV_FIELD_MAX * 4), text = BUF_INIT(CSV_FIELD_MAX + 1);
	struct answer a;
	buf_add(&text, code);
	buf_addc(&text, '\0');
	buf_adds(&path, "/v1/exams?code=");
	path_add(&path, code);
	buf_addc(&path, '\0');
	int r = buf_failed(&path) || buf_failed(&text)
	                ? stop(s, CTL_USAGE)
	                : call_patiently(s, &(struct call){.method = "GET", .path = path.p}, &a);
	buf_free(&path);
	if (r != 0) {
		buf_free(&text);
		return r;
	}
	if (a.status != 200) {
		r = stop(s, api_explain_problem(s->ctl, &a));
	} else {
		json_t *answer = api_json(&a);
		json_t *exam = api_find(json_object_get(answer, "items"), "code", text.p);
		json_t *id = json_object_get(exam, "id");
		json_object_setn_new(s->exams, code.p, code.n,
		                     json_is_string(id) ? json_incref(id) : json_null());
		json_decref(answer);
	}
	answer_free(&a);
	buf_free(&text);
	return r;
}

/* What people call it; a kind that this program does not know by its code. */
static struct slice kind_word(const char *code, enum lang lang)
{
	enum certificate_kind kind;
	return slice_of(kind_parse(slice_of(code), &kind) ? kind_words_in(&kind_row(kind)->name, lang) : code);
}

/* One line a certificate: row, name, kind, number, code, link. */
static void add_certificates(struct submit *s, const json_t *answer)
{
	static const char *const members[] = {"number", "verification_code"};
	json_t *certificate;
	size_t i;
	json_array_foreach(json_object_get(answer, "certificates"), i, certificate) {
		buf_addf(&s->certificates, "%zu,", s->row);
		csv_cell(&s->certificates, s->name, false);
		buf_addc(&s->certificates, ',');
		csv_cell(&s->certificates, kind_word(api_str(certificate, "kind"), s->ctl->lang), false);
		for (size_t k = 0; k < ARRAY_LEN(members); k++) {
			buf_addc(&s->certificates, ',');
			csv_cell(&s->certificates, slice_of(api_str(certificate, members[k])), false);
		}
		buf_addc(&s->certificates, ',');
		csv_cell(&s->certificates,
		         slice_of(api_str(json_object_get(certificate, "links"), "verify")), false);
		buf_adds(&s->certificates, "\r\n");
	}
}

static enum row_outcome judge(struct submit *s, const struct answer *a)
{
	if (a->status >= 300) {
		add_problem(s, a);
		return ROW_REJECTED;
	}
	json_t *answer = api_json(a);
	enum row_outcome outcome = row_outcome_of(a->replayed, slice_of(api_str(answer, "outcome")),
	                                          slice_of(api_str(answer, "state")));
	add_certificates(s, answer);
	json_decref(answer);
	return outcome;
}

static int send_row(struct submit *s, const char *exam_id, struct slice body, const char *key,
                    enum row_outcome *ret)
{
	struct buf path = BUF_INIT(4096);
	struct answer a;
	buf_adds(&path, "/v1/exams/");
	path_add(&path, slice_of(exam_id));
	buf_adds(&path, "/assessments");
	buf_addc(&path, '\0');
	struct call call = {.method = "POST", .path = path.p, .body = body, .key = key};
	int r = call_patiently(s, &call, &a);
	buf_free(&path);
	if (r != 0) {
		*ret = ROW_UNKNOWN;
		return r;
	}
	if (a.status == 401 || a.status == 403)
		r = stop(s, api_explain_problem(s->ctl, &a));
	else
		*ret = judge(s, &a);
	answer_free(&a);
	return r;
}

/* --- one row --- */

/* Whether an earlier row of the file, which was accepted, has this person with other content. */
static bool contradicts(const struct submit *s, struct slice person, const char *key)
{
	json_t *earlier = json_object_getn(s->persons, person.p, person.n);
	return earlier && strcmp(json_string_value(earlier), key) != 0;
}

static int submit_row(struct submit *s, const struct results_row *row, const char *exam_id,
                      enum row_outcome *ret)
{
	char key[API_KEY_TEXT];
	struct buf body = BUF_INIT(CSV_ROW_MAX * 2), person = BUF_INIT(CSV_ROW_MAX);
	int r = 0;
	results_row_body(row, &body);
	results_row_person(row, &person);
	if (buf_failed(&body) || buf_failed(&person)) {
		r = stop(s, api_explain_failure(s->ctl, E_NOMEM, true));
	} else {
		api_key(slice_of(exam_id), buf_slice(&body), key);
		if (contradicts(s, buf_slice(&person), key))
			add_reason(s, NULL, "duplicate_in_file", "");
		else
			r = send_row(s, exam_id, buf_slice(&body), key, ret);
	}
	if (r == 0 && *ret != ROW_REJECTED)
		json_object_setn_new(s->persons, person.p, person.n, json_string(key));
	buf_free(&body);
	buf_free(&person);
	return r;
}

/* The row's exam: its cell, or --exam when the cell is empty; the two must agree. */
static bool settle_exam(struct submit *s, struct results_row *row)
{
	struct slice *cell = &row->cell[RESULTS_EXAM];
	if (s->exam && cell->n && !slice_is(*cell, s->exam))
		add_reason(s, heading_of(s, RESULTS_EXAM), "exam_differs", "");
	else if (s->exam)
		*cell = slice_of(s->exam);
	else if (!cell->n)
		add_reason(s, heading_of(s, RESULTS_EXAM), "exam_missing", "");
	return s->reasons.n == 0;
}

static int judge_row(struct submit *s, struct results_row *row, enum row_outcome *ret)
{
	struct fields errors;
	fields_init(&errors, NULL);
	results_row_check(row, s->row, s->ctl->lang, &errors);
	*ret = ROW_REJECTED;
	bool has_exam = settle_exam(s, row);
	for (size_t i = 0; i < errors.n; i++)
		add_reason(s, errors.at[i].column, errors.at[i].hint ? errors.at[i].hint : errors.at[i].code, "");
	if (!has_exam || errors.n)
		return 0;
	struct slice code = row->cell[RESULTS_EXAM];
	if (!json_object_getn(s->exams, code.p, code.n)) {
		int r = look_up_exam(s, code);
		if (r != 0)
			return r;
	}
	const char *id = json_string_value(json_object_getn(s->exams, code.p, code.n));
	if (!id) {
		add_reason(s, heading_of(s, RESULTS_EXAM), "exam_not_found", "");
		return 0;
	}
	return submit_row(s, row, id, ret);
}

/* --- output --- */

static void draw_bar(const struct submit *s)
{
	enum { WIDTH = 40 };
	size_t full = s->total ? s->done * WIDTH / s->total : WIDTH;
	if (!s->bar)
		return;
	fprintf(s->ctl->err, "\r[");
	for (size_t i = 0; i < WIDTH; i++)
		fputc(i < full ? '#' : ' ', s->ctl->err);
	fprintf(s->ctl->err, "] %zu/%zu", s->done, s->total);
	fflush(s->ctl->err);
}

/* The row as it came and what is wrong with it. */
static void report_row(struct submit *s, const struct slice *cells, size_t n, struct slice reason)
{
	size_t width = n > s->header.width ? n : s->header.width;
	for (size_t i = 0; i < width; i++) {
		if ((int)i == s->header.reasons_at)
			continue;
		if (i < n)
			csv_cell(&s->report, cells[i], false);
		buf_addc(&s->report, ',');
	}
	if (reason.n)
		csv_cell(&s->report, reason, true);
	buf_adds(&s->report, "\r\n");
}

static int on_row(void *arg, size_t number, const struct slice *cells, size_t n)
{
	struct submit *s = arg;
	enum row_outcome outcome = ROW_REJECTED;
	if (!s->have_header) {
		s->have_header = true;
		report_row(s, cells, n,
		           s->ctl->lang == LANG_ZH ? SLICE(RESULTS_REASONS_ZH) : SLICE(RESULTS_REASONS_EN));
		return 0;
	}
	struct results_row row = results_row_read(&s->header, cells, n);
	if (results_row_is_empty(&row))
		return 0;
	if (interrupted)
		return stop(s, CTL_UNKNOWN);
	buf_clear(&s->reasons);
	s->common = 0;
	s->row = number;
	s->name = row.cell[RESULTS_NAME];
	int r = judge_row(s, &row, &outcome);
	if (r == STOPPED && outcome == ROW_REJECTED)
		return r; /* not sent: a step before the request failed */
	summary_add(&s->summary, outcome);
	const struct slice reasons = buf_slice(&s->reasons);
	if (reasons.n)
		refusal_add(s->refusals, number, slice_from(reasons.p, s->common ? s->common : reasons.n), reasons);
	report_row(s, cells, n, buf_slice(&s->reasons));
	s->done++;
	draw_bar(s);
	return r;
}

/* --- the file's form --- */

static int refuse_header(const struct submit *s, enum results_header_outcome outcome, int culprit,
                         const struct slice *cells)
{
	enum lang lang = s->ctl->lang;
	if (outcome == RESULTS_HEADER_MISSING)
		return ctl_usage(s->ctl,
		                 pick(lang, "the first row has no column \"%s\"; it should read %s",
		                      "首行缺少“%s”列；首行应为 %s"),
		                 results_column_name((enum results_column)culprit, lang),
		                 pick(lang,
		                      "exam,name,id_type,id_number,id_country,theory,skill,review,attendance,"
		                      "certificate_number",
		                      "考试批次,姓名,证件类型,证件号码,签发国家,理论成绩,技能成绩,综合评审成绩,"
		                      "到考,证书编号"));
	struct slice cell = cells[culprit];
	if (outcome == RESULTS_HEADER_TWICE)
		return ctl_usage(s->ctl, pick(lang, "the first row has \"%.*s\" twice", "首行中“%.*s”出现两次"),
		                 SLICE_ARGS(cell));
	return ctl_usage(s->ctl, pick(lang, "the first row has an unknown column \"%.*s\"", "首行中有不认识的列“%.*s”"),
	                 SLICE_ARGS(cell));
}

static int count_row(void *arg, size_t number, const struct slice *cells, size_t n)
{
	struct submit *s = arg;
	int culprit;
	if (s->have_header) {
		struct results_row row = results_row_read(&s->header, cells, n);
		s->total += !results_row_is_empty(&row);
		return 0;
	}
	enum results_header_outcome outcome = results_header_read(cells, n, &s->header, &culprit);
	if (outcome != RESULTS_HEADER_OK)
		return stop(s, refuse_header(s, outcome, culprit, cells));
	s->have_header = true;
	return 0;
}

/* Reads the text once with fn. Returns 0, STOPPED, or explains and returns STOPPED. */
static int each_row(struct submit *s, struct slice text, csv_row_fn *fn)
{
	struct csv_reader *reader = csv_reader_new(fn, s);
	s->have_header = false;
	int r = reader ? csv_reader_feed(reader, text) : E_NOMEM;
	if (r == 0)
		r = csv_reader_end(reader);
	if (r < 0)
		stop(s, ctl_usage(s->ctl,
		                  r == E_SYNTAX
		                          ? pick(s->ctl->lang, "row %zu: a quotation mark is out of place",
		                                 "第 %zu 行：引号位置有误")
		                          : pick(s->ctl->lang, "row %zu: too long", "第 %zu 行：过长"),
		                  reader ? csv_reader_row(reader) : 0));
	csv_reader_free(reader);
	return r == 0 ? 0 : STOPPED;
}

static bool is_utf8(struct slice text)
{
	utf8proc_int32_t c;
	while (text.n) {
		utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)text.p,
		                                      (utf8proc_ssize_t)text.n, &c);
		if (k <= 0)
			return false;
		text = slice_skip(text, (size_t)k);
	}
	return true;
}

/* --- the whole --- */

static void print_rest(const struct submit *s)
{
	const struct ctl *ctl = s->ctl;
	if (interrupted)
		fprintf(ctl->err, "%s", pick(ctl->lang, "talentctl: interrupted.\n", "talentctl：已中断。\n"));
	if (s->done < s->total)
		fprintf(ctl->err,
		        pick(ctl->lang,
		             "talentctl: stopped with %zu rows not sent. Run the same command again: rows that "
		             "are stored are recognised.\n",
		             "talentctl：已停止，尚有 %zu 行未报送。请再次运行同一命令：已入库的行会被识别。\n"),
		        s->total - s->done);
}

static void print_summary(const struct submit *s)
{
	struct ctl *ctl = s->ctl;
	struct buf line = BUF_INIT(4096), bad = BUF_INIT(TEXT_MAX);
	FILE *people = ctl->json ? ctl->err : ctl->out;
	if (s->bar)
		fputc('\n', ctl->err);
	refusals_text(s->refusals, ctl->lang, &bad);
	fprintf(people, "%.*s", SLICE_ARGS(buf_slice(&bad)));
	if (ctl->json)
		summary_json(&s->summary, &line);
	else
		summary_text(&s->summary, ctl->lang, &line);
	fprintf(ctl->out, "%.*s\n", SLICE_ARGS(buf_slice(&line)));
	if (s->code)
		print_rest(s);
	buf_free(&bad);
	buf_free(&line);
}

static int write_files(const struct submit *s, struct output *report, struct output *certificates)
{
	int code = output_write(s->ctl, report, &s->report);
	return code == CTL_OK ? output_write(s->ctl, certificates, &s->certificates) : code;
}

static int send_all(struct submit *s, struct slice text, const struct submit_files *files)
{
	struct output report = {.fd = -1}, certificates = {.fd = -1};
	if (each_row(s, text, count_row) != 0)
		return s->code;
	if (!s->have_header)
		return ctl_usage(s->ctl, "%s", pick(s->ctl->lang, "the file is empty", "文件为空"));
	int code = output_open(s->ctl, files->report, files->results, NULL, &report);
	if (code == CTL_OK)
		code = output_open(s->ctl, files->certificates, files->results, &report, &certificates);
	if (code == CTL_OK) {
		catch_interrupts();
		each_row(s, text, on_row);
		if (s->done || !s->code || interrupted)
			print_summary(s);
		code = write_files(s, &report, &certificates);
	}
	output_end(&report);
	output_end(&certificates);
	if (code != CTL_OK)
		return code;
	if (s->code)
		return s->code;
	if (s->summary.unknown)
		return CTL_UNKNOWN;
	return s->summary.rejected ? CTL_NEGATIVE : CTL_OK;
}

int submit_file(struct ctl *ctl, const char *exam, const struct submit_files *files)
{
	struct submit s = {
		.ctl = ctl,
		.exam = exam,
		.bar = !ctl->json && isatty(fileno(ctl->err)),
		.exams = json_object(),
		.persons = json_object(),
		.refusals = json_object(),
		.report = BUF_INIT(TEXT_MAX),
		.certificates = BUF_INIT(TEXT_MAX),
		.reasons = BUF_INIT(64 * KIB),
	};
	struct buf text = BUF_INIT(FILE_MAX);
	int code = file_read(ctl, files->results, &text);
	if (code == CTL_OK && !is_utf8(buf_slice(&text)))
		code = ctl_usage(ctl, pick(ctl->lang, "%s is not UTF-8: save it as \"CSV UTF-8\" and try again", "%s 不是 UTF-8 编码：请另存为“CSV UTF-8”格式后重试"),
		                 files->results);
	buf_adds(&s.report, CSV_BOM);
	buf_adds(&s.certificates, pick(ctl->lang, CSV_BOM "row,name,kind,number,verification_code,link\r\n",
	                               CSV_BOM "行,姓名,证书种类,证书编号,查验码,查验链接\r\n"));
	if (code == CTL_OK)
		code = send_all(&s, buf_slice(&text), files);
	buf_free(&text);
	json_decref(s.refusals);
	buf_free(&s.report);
	buf_free(&s.certificates);
	buf_free(&s.reasons);
	json_decref(s.exams);
	json_decref(s.persons);
	return code;
}
