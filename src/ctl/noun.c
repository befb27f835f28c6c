/* ctl/noun.c - paths from a noun's row and the command line. */
#include "ctl/noun.h"

#include "ctl/api.h"
#include "ctl/args.h"

enum { PATH_MAX_BYTES = 4 * KIB };

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

json_t *noun_words(const char *option)
{
	struct slice rest = slice_of(option ? option : "");
	json_t *words = json_array();
	while (rest.n) {
		struct slice one = slice_trim(slice_cut(&rest, ','));
		if (one.n)
			json_array_append_new(words, json_stringn(one.p, one.n));
	}
	return words;
}
