/* ctl/noun.c - from a row and the command line to a request, and from its answer to the terminal. */
#include "ctl/noun.h"

#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/json_file.h"

enum { PATH_MAX_BYTES = 4 * KIB, SHOWN_MAX = 32 };

const struct body_field note_fields[] = {{"note", "note", BODY_TEXT, false}, {0}};
const struct body_field reason_fields[] = {
	{"reason", "reason", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{0},
};
const struct body_field last_day_fields[] = {
	{"reason", "reason", BODY_TEXT, true},
	{"note", "note", BODY_TEXT, false},
	{"to", "valid_to", BODY_DATE, true},
	{0},
};

const struct view noun_history_view = {.columns = (const struct column_spec[]){
	{"at", "at", "时间"},
	{"action", "what", "操作"},
	{"detail.version", "version", "版本"},
	{"detail.valid_from", "from", "施行日期"},
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

static bool is_instead(const struct ctl *ctl, const struct request *r)
{
	return r->instead.option && args_option(ctl->args, r->instead.option);
}

/* The path's words for PATH: the option's value that leads elsewhere, then arguments, as many as it has places.
 * *ret_left is the argument behind them, or NULL. */
static void fill_path(const struct ctl *ctl, const struct request *r, const char *path, const char *first,
                      const char **ret, const char **ret_left)
{
	const char *value = is_instead(ctl, r) ? args_option(ctl->args, r->instead.option) : "";
	int n = 0, used = 0;
	ret[n++] = path;
	for (const char *at = path; (at = strchr(at, '%')); at++) {
		if (n == 1 && *value)
			ret[n++] = value;
		else
			ret[n++] = used++ == 0 && first ? first : ctl->args->rest[used - 1];
	}
	ret[n] = NULL;
	*ret_left = used < ctl->args->n_rest ? ctl->args->rest[used] : NULL;
}

static int make_body(struct ctl *ctl, const struct request *r, const char *left, json_t **ret)
{
	const struct day today = day_of(instant_now());
	if (r->file)
		return json_file_read(ctl, left, today, ret);
	return r->fields ? body_from_fields(ctl, r->fields, left, today, ret) : CTL_OK;
}

/* The options that were given are parameters. */
static int list_all(struct ctl *ctl, const struct request *r, const char *const *path, json_t **ret)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	path_fill(&at, path);
	bool any = strchr(path[0], '?');
	for (const struct body_field *f = r->fields; f && f->option; f++) {
		const char *value = args_option(ctl->args, f->option);
		if (!value)
			continue;
		buf_addf(&at, "%c%s=", any ? '&' : '?', f->member);
		path_add(&at, slice_of(value));
		any = true;
	}
	buf_addc(&at, '\0');
	int code = buf_failed(&at) ? ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are too long", "参数过长"))
	                           : api_list_of(ctl, (const char *const[]){at.p, NULL}, r->items ? r->items : "items", ret);
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

void view_print(struct ctl *ctl, const struct view *view, const json_t *answer)
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
	if (ctl->json)
		return;
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

int noun_do(struct ctl *ctl, const struct request *r)
{
	bool instead = is_instead(ctl, r);
	const char *path[ARGS_MAX + 2], *left;
	char id[UUID_TEXT];
	json_t *body = NULL, *answer = NULL;
	fill_path(ctl, r, instead ? r->instead.path : r->path, r->find ? id : NULL, path, &left);
	int code = r->method ? make_body(ctl, r, left, &body) : CTL_OK;
	if (code == CTL_OK && r->find)
		code = r->find(ctl, id);
	if (code == CTL_OK && !r->method)
		code = list_all(ctl, r, path, &answer);
	else if (code == CTL_OK)
		code = api_call(ctl, instead && r->instead.method ? r->instead.method : r->method, path, body, NULL, &answer);
	if (code == CTL_OK)
		print_answer(ctl, r, answer);
	json_decref(body);
	json_decref(answer);
	return code;
}

/* ---- for verbs that are functions ---- */

static int too_long(const struct ctl *ctl)
{
	return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are too long", "参数过长"));
}

/* PATH/ARGUMENT and what stands behind, with a NUL. False: too long. */
static bool address(const struct ctl *ctl, const struct noun *noun, const char *behind, struct buf *ret)
{
	buf_adds(ret, noun->path);
	if (ctl->args->n_rest) {
		buf_addc(ret, '/');
		path_add(ret, slice_of(ctl->args->rest[0]));
	}
	buf_adds(ret, behind);
	buf_addc(ret, '\0');
	return !buf_failed(ret);
}

int noun_list(struct ctl *ctl, const struct noun *noun, const char *path, const char *const *filters, size_t n)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	buf_adds(&at, path);
	for (size_t i = 0, given = 0; i < n; i++) {
		const char *value = args_option(ctl->args, filters[i]);
		if (!value)
			continue;
		buf_addf(&at, "%c%s=", given++ ? '&' : '?', filters[i]);
		path_add(&at, slice_of(value));
	}
	buf_addc(&at, '\0');
	int code = buf_failed(&at) ? too_long(ctl) : api_print_list(ctl, PATH(at.p), noun->listed, noun->n_listed);
	buf_free(&at);
	return code;
}

int noun_send(struct ctl *ctl, const struct noun *noun, const char *method, const char *behind, json_t *body)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	json_t *answer = NULL;
	int code = CTL_OK;
	if (!body)
		code = ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	else if (!address(ctl, noun, behind, &at))
		code = too_long(ctl);
	if (code == CTL_OK)
		code = api_call(ctl, method, PATH(at.p), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, noun->shown, noun->n_shown, answer);
	json_decref(body);
	json_decref(answer);
	buf_free(&at);
	return code;
}

int noun_show(struct ctl *ctl, const struct noun *noun)
{
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	json_t *answer = NULL;
	int code = address(ctl, noun, "", &at) ? api_call(ctl, "GET", PATH(at.p), NULL, NULL, &answer) : too_long(ctl);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, noun->shown, noun->n_shown, answer);
	json_decref(answer);
	buf_free(&at);
	return code;
}

int noun_history(struct ctl *ctl, const struct noun *noun)
{
	static const struct column_spec columns[] = {
		{"at", "at", "时间"},
		{"action", "what", "操作"},
		{"detail.reason", "reason", "原因"},
		{"by.staff", "by", "经办人"},
		{"by.organisation", "of", "经办机构"},
		{"by.credential", "credential", "凭证名称"},
		{"request_id", "request", "请求编号"},
	};
	struct buf at = BUF_INIT(PATH_MAX_BYTES);
	int code = address(ctl, noun, "/history", &at) ? api_print_list(ctl, PATH(at.p), columns, ARRAY_LEN(columns))
	                                               : too_long(ctl);
	buf_free(&at);
	return code;
}

json_t *noun_reason(struct ctl *ctl, const char *reasons_en, const char *reasons_zh)
{
	const char *reason = args_option(ctl->args, "reason");
	if (!reason) {
		ctl_usage(ctl, pick(ctl->lang, "--reason is missing: %s", "缺少 --reason：%s"),
		          pick(ctl->lang, reasons_en, reasons_zh));
		return NULL;
	}
	json_t *body = json_pack("{s:s, s:s*}", "reason", reason, "note", args_option(ctl->args, "note"));
	if (!body)
		ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	return body;
}
