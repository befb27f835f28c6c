/* ctl/noun.c - from a row and the command line to a request, and from its answer to the terminal. */
#include "ctl/noun.h"

#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/batch.h"
#include "ctl/dates.h"
#include "ctl/json_file.h"

enum { PATH_MAX_BYTES = 4 * KIB, SHOWN_MAX = 32 };

const struct body_field note_fields[] = {{"note", "note", BODY_TEXT, false}, {0}};
const struct body_field reason_fields[] = {
	{"reason", "reason", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};
const struct body_field purpose_fields[] = {
	{"purpose", "purpose", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};
const struct body_field last_day_fields[] = {
	{"reason", "reason", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{"to", "valid_to", BODY_DATE, true},
	{0},
};

const struct answer_view noun_history_view = {.columns = (const struct column_spec[]){
	{"at", "at", "时间"},
	{"action", "what", "操作"},
	{"detail.version", "version", "版本"},
	{"detail.valid_from", "from", "施行日期"},
	{"detail.from.standard", "from", "原标准"},
	{"detail.to.standard", "to", "后续标准"},
	{"detail.to", "last day", "终止日期"},
	{"detail.reason", "reason", "原因"},
	{"detail.note", "note", "备注"},
	{"by.staff", "by", "经办人"},
	{"by.organisation", "of", "经办机构"},
	{"by.role", "as", "经办角色"},
	{"by.credential", "credential", "凭证名称"},
	{"request_id", "request", "请求编号"},
	{0},
}};

/* ---- the request ---- */

static const char *value_of(const struct ctl *ctl, const char *option)
{
	return option ? args_option(ctl->args, option) : NULL;
}

/* The path's words for PATH: the option's value that stands first, then arguments, as many as it has places.
 * *ret_left is the argument behind them, or NULL. */
static void fill_path(const struct ctl *ctl, const struct request *r, const char *path, const char *first,
                      const char **ret, const char **ret_left)
{
	const char *value = r->of ? value_of(ctl, r->of) : value_of(ctl, r->instead.option);
	int n = 0, used = 0;
	ret[n++] = path;
	for (const char *at = path; (at = strchr(at, '%')); at++) {
		if (n == 1 && value && *value)
			ret[n++] = value;
		else
			ret[n++] = used++ == 0 && first ? first : ctl->args->rest[used - 1];
	}
	ret[n] = NULL;
	*ret_left = used < ctl->args->n_rest ? ctl->args->rest[used] : NULL;
}

/* The first option given of those that make the body; NULL: none. */
static const char *given_of(const struct ctl *ctl, const struct body_field *fields)
{
	for (const struct body_field *f = fields; f && f->option; f++)
		if (f->kind != BODY_ARGUMENT && args_option(ctl->args, f->option))
			return f->option;
	return NULL;
}

/* A file says everything, or options do. */
static int check_source(const struct ctl *ctl, const struct request *r, const char *file)
{
	const struct verb *v = ctl->args->verb;
	const char *option = given_of(ctl, r->fields);
	if (r->file < FILE_IF_GIVEN || !file == !!option)
		return CTL_OK;
	if (file)
		return ctl_usage(ctl, pick(ctl->lang, "%s says everything: not --%s besides", "已给出文件 %s，不得再用 --%s"), file,
		                 option);
	return ctl_usage(ctl, pick(ctl->lang, "give a file, or options: %s %s %s", "请给出文件或选项：%s %s %s"), v->name,
	                 v->sub ? v->sub : "", v->args);
}

static int make_body(struct ctl *ctl, const struct request *r, const char *left, json_t **ret)
{
	const struct day today = day_of(instant_now());
	int code = check_source(ctl, r, left);
	if (code != CTL_OK)
		return code;
	if (r->file && left)
		return json_file_read(ctl, left, today, ret);
	if (r->fields)
		code = body_from_fields(ctl, r->fields, left, today, ret);
	return code == CTL_OK && r->complete ? r->complete(ctl, *ret) : code;
}

/* The id of what the first argument names. */
static int find(struct ctl *ctl, const struct named *named, char id[static UUID_TEXT])
{
	const char *name = ctl->args->rest[0];
	struct ctl quiet = *ctl;
	struct uuid found;
	json_t *answer = NULL;
	if (uuid_parse(slice_of(name), &found)) {
		uuid_format(found, id);
		return CTL_OK;
	}
	quiet.json = false;
	int code = api_call(&quiet, "GET", PATH(named->path, name), NULL, NULL, &answer);
	const json_t *thing = named->member ? api_find(json_object_get(answer, "items"), named->member, name) : answer;
	if (code == CTL_OK && uuid_parse(slice_of(api_str(thing, named->id)), &found)) {
		uuid_format(found, id);
	} else if (code == CTL_OK) {
		const char *words = pick(ctl->lang, named->en, named->zh), *place = strchr(words, '%');
		ctl_usage(ctl, "%.*s%s%s", (int)(place - words), words, name, place + 1);
		code = CTL_PROBLEM;
	}
	json_decref(answer);
	return code;
}

/* "--work-type" is work_type, unless a field says otherwise. */
static void add_name(const struct request *r, const char *option, struct buf *at)
{
	for (const struct body_field *f = r->fields; f && f->option; f++)
		if (strcmp(f->option, option) == 0) {
			buf_adds(at, f->member);
			return;
		}
	for (const char *c = option; *c; c++)
		buf_addc(at, *c == '-' ? '_' : *c);
}

static bool is_of_path(const struct request *r, const char *option)
{
	return (r->of && strcmp(option, r->of) == 0) || (r->instead.option && strcmp(option, r->instead.option) == 0);
}

/* The options that were given are parameters; a DATE may be said relative to today. */
static int add_parameters(struct ctl *ctl, const struct request *r, struct buf *at)
{
	const struct option *o = ctl->args->verb->options;
	for (; o < ctl->args->verb->options + VERB_OPTIONS_MAX && o->name; o++) {
		const char *value = args_option(ctl->args, o->name);
		char date[DAY_TEXT];
		struct day day;
		if (!value || is_of_path(r, o->name))
			continue;
		if (o->value && strcmp(o->value, "DATE") == 0) {
			if (!date_read(slice_of(value), day_of(instant_now()), &day))
				return body_no_date(ctl, o->name, value);
			day_format(day, date);
			value = date;
		}
		buf_addc(at, memchr(at->p, '?', at->n) ? '&' : '?');
		add_name(r, o->name, at);
		buf_addc(at, '=');
		path_add(at, slice_of(o->value ? value : "true"));
	}
	return CTL_OK;
}

static int list_all(struct ctl *ctl, const struct request *r, const char *const *path, json_t **ret)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	path_fill(&at, path);
	int code = add_parameters(ctl, r, &at);
	buf_addc(&at, '\0');
	if (code == CTL_OK && buf_failed(&at))
		code = ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are too long", "参数过长"));
	if (code == CTL_OK)
		code = api_list_of(ctl, (const char *const[]){at.p, NULL}, r->items ? r->items : "items", ret);
	buf_free(&at);
	return code;
}

/* ---- the answer ---- */

/* The columns that have a heading in this language and, where they are to, something in a line. */
static size_t columns_of(const struct ctl *ctl, const struct column_spec *all, const json_t *lines,
                         struct column_spec out[static SHOWN_MAX])
{
	size_t n = 0;
	for (; all->name && n < SHOWN_MAX; all++)
		if (pick(ctl->lang, all->en, all->zh) && (!lines || table_has(lines, all->name)))
			out[n++] = *all;
	return n;
}

static void print_lines(struct ctl *ctl, const struct column_spec *columns, const json_t *lines, bool sparse)
{
	struct column_spec some[SHOWN_MAX];
	size_t n = columns_of(ctl, columns, sparse && json_array_size(lines) ? lines : NULL, some);
	table_print(ctl->out, ctl->lang, some, n, lines);
}

void view_print(struct ctl *ctl, const struct answer_view *view, const json_t *answer)
{
	struct column_spec some[SHOWN_MAX];
	size_t n = columns_of(ctl, view->columns, NULL, some);
	table_print_item(ctl->out, ctl->lang, some, n, answer);
	for (size_t i = 0; i < ARRAY_LEN(view->tables) && view->tables[i].member; i++) {
		const json_t *lines = json_object_get(answer, view->tables[i].member);
		if (!json_is_object(json_array_get(lines, 0)))
			continue;
		fputc('\n', ctl->out);
		print_lines(ctl, view->tables[i].columns, lines, false);
	}
}

void view_list(struct ctl *ctl, const struct answer_view *view, const json_t *items)
{
	print_lines(ctl, view->columns, items, false);
}

static void print_sentence(struct ctl *ctl, const struct request *r, const json_t *answer)
{
	const char *const *member = r->says.members;
	for (const char *at = pick(ctl->lang, r->says.en, r->says.zh); *at; at++) {
		const json_t *value = *at == '%' ? json_object_get(answer, *member++) : NULL;
		if (json_is_integer(value))
			fprintf(ctl->out, "%lld", (long long)json_integer_value(value));
		else if (*at == '%')
			fputs(json_is_string(value) ? json_string_value(value) : "", ctl->out);
		else
			fputc(*at, ctl->out);
	}
	fputc('\n', ctl->out);
}

static void print_answer(struct ctl *ctl, const struct request *r, const json_t *answer)
{
	if (r->show)
		r->show(ctl, answer);
	else if (r->says.en)
		print_sentence(ctl, r, answer);
	else if (r->method)
		view_print(ctl, r->view, answer);
	else
		print_lines(ctl, r->view->columns, answer, r->sparse);
}

int noun_run(struct ctl *ctl)
{
	return noun_do(ctl, ctl->args->verb->request);
}

/* Sends the body, or the list's questions, to the path, and shows what comes of it. */
static int ask(struct ctl *ctl, const struct request *r, const char *const *path, const json_t *body)
{
	const char *method = value_of(ctl, r->instead.option) && r->instead.method ? r->instead.method : r->method;
	json_t *answer = NULL;
	int code = !method    ? list_all(ctl, r, path, &answer)
	           : r->keyed ? api_call_once(ctl, method, path, body, &answer)
	                      : api_call(ctl, method, path, body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		print_answer(ctl, r, answer);
	json_decref(answer);
	return code;
}

static int ask_many(struct ctl *ctl, const struct request *r, const char *const *path, const char *file, const json_t *entries)
{
	json_t *answers = json_array();
	int code = batch_send(ctl, r->method, path, file, entries, r->keyed, answers);
	if (json_array_size(answers) && !ctl->json)
		view_list(ctl, r->many, answers);
	json_decref(answers);
	return code;
}

int noun_do(struct ctl *ctl, const struct request *r)
{
	const char *path[ARGS_MAX + 2], *left, *what = ctl->args->rest[0];
	char id[UUID_TEXT];
	json_t *body = NULL;
	if (r->of && !option_needed(ctl, r->of))
		return CTL_USAGE;
	fill_path(ctl, r, value_of(ctl, r->instead.option) ? r->instead.path : r->path, r->named ? id : NULL, path, &left);
	int code = r->method ? make_body(ctl, r, left, &body) : CTL_OK;
	if (code == CTL_OK && r->named)
		code = find(ctl, r->named, id);
	if (code == CTL_OK && r->question)
		code = r->question->confirm(ctl, r->named ? id : what, pick(ctl->lang, r->question->en, r->question->zh));
	if (code == CTL_OK)
		code = r->file == FILE_OF_MANY && left ? ask_many(ctl, r, path, left, body) : ask(ctl, r, path, body);
	json_decref(body);
	return code;
}
