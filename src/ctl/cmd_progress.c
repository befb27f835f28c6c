/* ctl/cmd_progress.c - where the city stands against the plan, and whether the counters agree
 * with a recount from the source rows. */
#include "base/clock.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int progress_run(struct ctl *ctl);
static int audit_run(struct ctl *ctl);

const struct verb cmd_progress[] = {
	{
		.name = "progress",
		.sub = "audit",
		.args = "[PROGRAMME]",
		.en = "recount from the source rows and compare, exit code 1 when a figure differs; list what was "
		      "recorded before its day, sessions of another district, and people who may be one",
		.zh = "从原始记录重新计数并比对，有差异时退出码为 1；并列出早于应有日期的记录、区不一致的班次和可能为同一人的记录",
		.max_args = 1,
		.limit_s = 320, /* everything is read again */
		.run = audit_run,
	},
	{
		.name = "progress",
		.args = "[PROGRAMME]",
		.en = "show the counts against the goals, of one programme or all",
		.zh = "显示各项目标的完成进度",
		.max_args = 1,
		.run = progress_run,
	},
	{0},
};

#define DEFAULT_PROGRAMME "shanghai-2025-27"

static const struct column_spec goals[] = {
	{"key", "goal", "目标"},
	{"count", "count", "已完成"},
	{"target", "target", "目标值"},
	{"percent", "%", "%"},
	{"plan_to_date", "planned by now", "按计划应完成"},
	{"against", "against the plan", "与计划相比"},
	{"weeks", "in weeks", "折合周数"},
	{"unit", "unit", "单位"},
	{"reached", "reached", "已达成"},
	{"title", "what", "目标"},
};

static const struct column_spec also[] = {
	{"also.sessions_completed", "sessions completed", "已结业培训班"},
	{"also.training_completions", "training completions", "培训结业人次"},
	{"also.trained_people", "people trained", "培训结业人数"},
	{"also.assessments_taken", "assessments taken", "参加考评人次"},
	{"also.certificates_issued.skill_grade", "skill-grade certificates", "职业技能等级证书"},
	{"also.certificates_issued.company", "company certificates", "企业证书"},
	{"also.newly_certified", "newly certified", "新培养持证人才"},
	{"also.mid_or_higher", "of them intermediate or higher", "其中中级及以上"},
};

/* Units are codes, and whether a milestone was reached is a boolean: for people they are words. */
static void name_words(enum lang lang, json_t *list)
{
	size_t i;
	json_t *goal;
	json_array_foreach(list, i, goal) {
		const json_t *reached = json_object_get(goal, "reached");
		const char *unit = json_string_value(json_object_get(goal, "unit"));
		if (unit && lang == LANG_ZH)
			json_object_set_new(goal, "unit",
			                    json_string(strcmp(unit, "people") == 0 ? "人" : "人次"));
		if (reached)
			json_object_set_new(goal, "reached",
			                    json_string(json_is_true(reached) ? pick(lang, "yes", "是")
			                                                      : pick(lang, "no", "否")));
	}
}

/* 37,049 */
static void format_count(long long n, char out[static 32])
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%lld", n), at = 0;
	for (int i = 0; i < length; i++) {
		bool between = i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0;
		if (between)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

/* Counts are read by people. */
static void group_digits(json_t *object)
{
	void *next;
	for (void *it = json_object_iter(object); it; it = next) {
		json_t *value = json_object_iter_value(it);
		char text[32];
		next = json_object_iter_next(object, it);
		if (json_is_object(value))
			group_digits(value);
		if (!json_is_integer(value))
			continue;
		format_count(json_integer_value(value), text);
		json_object_iter_set_new(object, it, json_string(text));
	}
}

/* "behind 37,049", not "ahead -37049". */
static void name_distance(enum lang lang, json_t *goal)
{
	const json_t *ahead = json_object_get(goal, "ahead"), *weeks = json_object_get(goal, "ahead_weeks");
	bool behind = json_integer_value(ahead) < 0;
	double far = json_number_value(weeks);
	char count[32], text[64];
	if (json_is_integer(ahead)) {
		long long n = json_integer_value(ahead);
		format_count(n < 0 ? -n : n, count);
		snprintf(text, sizeof text, "%s%s",
		         behind ? pick(lang, "behind ", "落后 ") : pick(lang, "ahead ", "超前 "), count);
		json_object_set_new(goal, "against", json_string(text));
	}
	if (json_is_number(weeks)) {
		snprintf(text, sizeof text, pick(lang, "%s %.1f", "%s %.1f"),
		         far < 0 ? pick(lang, "behind", "落后") : pick(lang, "ahead", "超前"), far < 0 ? -far : far);
		json_object_set_new(goal, "weeks", json_string(text));
	}
}

static void print_programme(const struct ctl *ctl, json_t *p)
{
	json_t *goal;
	size_t i;
	name_words(ctl->lang, json_object_get(p, "goals"));
	json_array_foreach(json_object_get(p, "goals"), i, goal) {
		name_distance(ctl->lang, goal);
		group_digits(goal);
	}
	group_digits(json_object_get(p, "also"));
	char when[INSTANT_LOCAL_TEXT];
	table_instant(p, "as_of", when);
	fprintf(ctl->out, "%s  %s  (%s)\n", api_str(p, "programme"), api_str(p, "title"), when);
	size_t skipped = ctl->lang == LANG_ZH; /* the keys are English, and the titles say it */
	table_print(ctl->out, ctl->lang, goals + skipped, ARRAY_LEN(goals) - skipped, json_object_get(p, "goals"));
	table_print_item(ctl->out, ctl->lang, also, ARRAY_LEN(also), p);
}

static int progress_run(struct ctl *ctl)
{
	const char *programme = ctl->args->rest[0];
	json_t *answer = NULL, *p;
	size_t i;
	int code = api_call(ctl, "GET", programme ? PATH("/v1/progress/%", programme) : PATH("/v1/progress"),
	                    NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		if (programme)
			print_programme(ctl, answer);
		json_array_foreach(json_object_get(answer, "programmes"), i, p)
			print_programme(ctl, p);
	}
	json_decref(answer);
	return code;
}

/* What earlier versions took before the exam was held or the session was over. */
static void print_untimely(const struct ctl *ctl, json_t *untimely)
{
	static const struct column_spec columns[] = {
		{"what", "what", "记录"},
		{"organisation", "organisation", "机构"},
		{"name", "exam or session", "考试或班次"},
		{"recorded_on", "recorded on", "记录日期"},
		{"not_before", "not before", "不得早于"},
		{"id", "id", "id"},
	};
	json_int_t total = json_integer_value(json_object_get(untimely, "total"));
	json_t *rows = json_object_get(untimely, "rows"), *row;
	size_t i;
	if (total == 0)
		return;
	json_array_foreach(rows, i, row) {
		bool result = strcmp(api_str(row, "what"), "result_before_exam") == 0;
		json_object_set_new(row, "what",
		                    json_string(result ? pick(ctl->lang, "result before the exam", "早于考试的成绩")
		                                       : pick(ctl->lang, "completion before the last day",
		                                              "早于最后一天的结业")));
	}
	fprintf(ctl->out, pick(ctl->lang, "\nrecorded before their day: %lld\n", "\n早于应有日期的记录：%lld\n"),
	        (long long)total);
	table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), rows);
}

/* What somebody should look at. */
static void print_doubtful(const struct ctl *ctl, json_t *doubtful)
{
	static const struct column_spec columns[] = {
		{"what", "what", "事项"},
		{"organisation", "organisation", "机构"},
		{"name", "session", "班次"},
		{"district", "district", "所记区"},
		{"belongs_in", "institution's", "机构所在区"},
		{"ids", "id", "id"},
	};
	json_int_t total = json_integer_value(json_object_get(doubtful, "total"));
	json_t *rows = json_object_get(doubtful, "rows"), *row;
	size_t i;
	if (total == 0)
		return;
	json_array_foreach(rows, i, row) {
		bool session = strcmp(api_str(row, "what"), "session_of_another_district") == 0;
		json_object_set_new(row, "what",
		                    json_string(session ? pick(ctl->lang, "session of another district",
		                                               "区与机构不一致的班次")
		                                        : pick(ctl->lang, "people who may be one", "可能为同一人")));
	}
	fprintf(ctl->out, pick(ctl->lang, "\nto be looked at: %lld\n", "\n需核查：%lld\n"), (long long)total);
	table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), rows);
}

static int audit_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"measure", "measure", "指标"},
		{"counted", "counted", "计数"},
		{"recounted", "recounted", "重新计数"},
		{"by_day", "by day", "按日合计"},
	};
	const char *programme = ctl->args->rest[0];
	json_t *answer = NULL;
	int code = api_call(ctl, "GET", PATH("/v1/progress/%/audit", programme ? programme : DEFAULT_PROGRAMME),
	                    NULL, NULL, &answer);
	if (code == CTL_OK) {
		bool agrees = json_is_true(json_object_get(answer, "agrees"));
		if (!ctl->json) {
			table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns),
			            json_object_get(answer, "measures"));
			fprintf(ctl->out, "%s\n",
			        agrees ? pick(ctl->lang, "the counts agree", "计数一致")
			               : pick(ctl->lang, "THE COUNTS DIFFER", "计数不一致"));
			print_untimely(ctl, json_object_get(answer, "untimely"));
			print_doubtful(ctl, json_object_get(answer, "doubtful"));
		}
		code = agrees ? CTL_OK : CTL_NEGATIVE;
	}
	json_decref(answer);
	return code;
}
