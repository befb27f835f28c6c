/* ctl/api.c - requests and refusals. Whatever goes wrong ends in a sentence that says what to do
 * next; the request id is printed so that the registry's operator can find the same request. */
#include "ctl/api.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "base/outcome.h"

enum { PATH_MAX_BYTES = 4096 };

json_t *api_json(const struct answer *a)
{
	return a->body.n ? json_loadb(a->body.p, a->body.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
}

const char *api_str(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));
	return s ? s : "";
}

json_t *api_find(const json_t *items, const char *member, const char *text)
{
	json_t *item;
	size_t i;
	json_array_foreach(items, i, item)
		if (strcmp(api_str(item, member), text) == 0)
			return item;
	return NULL;
}

void api_key(struct slice route, struct slice body, char out[static API_KEY_TEXT])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct buf all = BUF_INIT(SIZE_MAX / 2);
	buf_add(&all, route);
	buf_addc(&all, '\n');
	buf_add(&all, body);
	SHA256((const unsigned char *)all.p, all.n, digest);
	buf_free(&all);
	memcpy(out, "ctl-", 5);
	for (size_t i = 0; i < 20; i++)
		snprintf(out + 4 + 2 * i, 3, "%02x", digest[i]);
}

int api_explain_failure(const struct ctl *ctl, int failure, bool is_read)
{
	const char *url = client_url(ctl->client), *why = client_failure(ctl->client);
	if (failure == E_REFUSED) {
		fprintf(ctl->err,
		        pick(ctl->lang,
		             "talentctl: %s is not trusted: %s\n"
		             "  Set TALENT_CA to the PEM file of the registry's certificate authority, or "
		             "use --env build/run.env.\n",
		             "talentctl：不信任 %s：%s\n"
		             "  请将 TALENT_CA 设为登记系统证书颁发机构的 PEM 文件，或使用 --env "
		             "build/run.env。\n"),
		        url, why);
		return CTL_UNREACHABLE;
	}
	if (failure == E_TIMEOUT && !is_read) {
		fprintf(ctl->err,
		        pick(ctl->lang,
		             "talentctl: no complete answer from %s: %s\n"
		             "  Whether the change was made is not known. Run the same command again, or "
		             "look at the present state first.\n",
		             "talentctl：未收到 %s 的完整答复：%s\n"
		             "  无法确定更改是否已生效。请再次运行同一命令，或先查看当前状态。\n"),
		        url, why);
		return CTL_UNKNOWN;
	}
	if (failure == E_NOMEM) {
		fprintf(ctl->err, "%s\n",
		        pick(ctl->lang, "talentctl: the answer does not fit into memory",
		             "talentctl：答复过大，内存不足"));
		return CTL_UNREACHABLE;
	}
	fprintf(ctl->err,
	        pick(ctl->lang,
	             "talentctl: cannot reach the registry at %s: %s\n"
	             "  Check that it is running and that TALENT_URL is right.\n",
	             "talentctl：无法连接登记系统 %s：%s\n"
	             "  请确认系统正在运行，且 TALENT_URL 正确。\n"),
	        url, why);
	return CTL_UNREACHABLE;
}

/* "row 4 · /scores/skill" as far as the registry named them. */
static void explain_field(const struct ctl *ctl, const json_t *error)
{
	json_t *row = json_object_get(error, "row");
	if (json_is_integer(row))
		fprintf(ctl->err, pick(ctl->lang, "  row %lld ", "  第 %lld 行 "),
		        (long long)json_integer_value(row));
	const char *where = api_str(error, "pointer");
	if (!*where)
		where = api_str(error, "column");
	if (!*where)
		where = api_str(error, "parameter");
	fprintf(ctl->err, "  %s: %s (%s)\n", where, api_str(error, "detail"), api_str(error, "code"));
}

/* What to do about a refusal that has one way out. */
static const char *way_out(const struct ctl *ctl, const char *code)
{
	if (strcmp(code, "second_person_needed") == 0)
		return pick(ctl->lang,
		            "Another administrator must approve with a token of his own: --as ROLE, or "
		            "TALENT_TOKEN.",
		            "须由另一位管理员使用其本人的令牌批准：--as 角色，或设置 TALENT_TOKEN。");
	if (strcmp(code, "staff_unnamed") == 0)
		return pick(ctl->lang, "`talentctl staff list` shows who is named; `talentctl staff change ID --name NAME` asks for it.",
		            "talentctl staff list 可查看实名情况；talentctl staff change 编号 --name 姓名 可申请实名。");
	if (strcmp(code, "action_over") == 0)
		return pick(ctl->lang, "`talentctl key actions` or `talentctl adoption list` shows what became of it.",
		            "talentctl key actions 可查看处理结果（补登申请：talentctl adoption list）。");
	if (strcmp(code, "issuer_not_ready") == 0)
		return pick(ctl->lang,
		            "An administrator makes a new key: talentctl key generate --issuer SLUG "
		            "(also after a revocation; or key rotate). Then run this again.",
		            "由管理员生成新密钥：talentctl key generate --issuer 机构（密钥撤销后亦同；"
		            "或 key rotate），然后再次运行本命令。");
	return NULL;
}

static const char *advice(const struct ctl *ctl, long status, const char *code)
{
	const char *way = way_out(ctl, code);
	if (way)
		return way;
	switch (status) {
	case 401:
		return pick(ctl->lang, "Set TALENT_TOKEN to a token that is in force, or use --env FILE.",
		            "请将 TALENT_TOKEN 设为有效的令牌，或使用 --env 文件。");
	case 403:
		return pick(ctl->lang, "This token may not do that; --as ROLE chooses another one.",
		            "此令牌无权执行该操作；可用 --as 角色 选择其他令牌。");
	case 429:
		return pick(ctl->lang, "Wait a little, then run the same command again.",
		            "请稍候，再运行同一命令。");
	case 500:
	case 502:
	case 503:
	case 504:
		return pick(ctl->lang, "Run the same command again; repeating it is safe.",
		            "请再次运行同一命令；重复执行是安全的。");
	default:
		return NULL;
	}
}

/* What the refusal names besides, so that another verb can be given it. */
static void explain_objects(const struct ctl *ctl, const json_t *problem)
{
	const char *result = api_str(problem, "assessment_id"), *number = api_str(problem, "certificate_number");
	if (*result)
		fprintf(ctl->err, pick(ctl->lang, "  result %s\n", "  考评记录 %s\n"), result);
	if (*number)
		fprintf(ctl->err, pick(ctl->lang, "  certificate %s\n", "  证书 %s\n"), number);
}

int api_explain_problem(const struct ctl *ctl, const struct answer *a)
{
	json_t *problem = api_json(a), *error;
	const char *title = api_str(problem, "title"), *id = api_str(problem, "request_id");
	const char *todo = advice(ctl, a->status, api_str(problem, "code"));
	size_t i;
	fprintf(ctl->err, "talentctl: %ld %s%s%s\n", a->status,
	        *title ? title : pick(ctl->lang, "without explanation", "无说明"),
	        *api_str(problem, "detail") ? ": " : "", api_str(problem, "detail"));
	json_array_foreach(json_object_get(problem, "errors"), i, error)
		explain_field(ctl, error);
	explain_objects(ctl, problem);
	if (todo)
		fprintf(ctl->err, "  %s\n", todo);
	if (a->retry_after >= 0)
		fprintf(ctl->err, pick(ctl->lang, "  Retry after %d s.\n", "  请在 %d 秒后重试。\n"),
		        a->retry_after);
	if (!*id)
		id = a->request_id;
	if (*id)
		fprintf(ctl->err, pick(ctl->lang, "  request %s, code %s\n", "  请求 %s，代码 %s\n"), id,
		        api_str(problem, "code"));
	json_decref(problem);
	return a->status >= 500 ? CTL_UNKNOWN : CTL_PROBLEM;
}

static int take_answer(struct ctl *ctl, const struct answer *a, json_t **ret)
{
	if (a->status >= 400 || a->status < 200) {
		if (ctl->json && a->body.n)
			fprintf(ctl->out, "%.*s\n", SLICE_ARGS(buf_slice(&a->body)));
		return api_explain_problem(ctl, a);
	}
	json_t *body = api_json(a);
	if (!body && a->status != 204) {
		fprintf(ctl->err, pick(ctl->lang, "talentctl: %s answered %ld with something that is no JSON; "
		                                  "is TALENT_URL a registry?\n",
		                       "talentctl：%s 答复 %ld，但内容不是 JSON；TALENT_URL 是否正确？\n"),
		        client_url(ctl->client), a->status);
		return CTL_PROBLEM;
	}
	if (ctl->json && body)
		fprintf(ctl->out, "%.*s\n", SLICE_ARGS(buf_slice(&a->body)));
	*ret = body;
	return CTL_OK;
}

static int call_text(struct ctl *ctl, const char *method, const char *path, struct slice body,
                     const char *key, json_t **ret)
{
	struct answer a;
	int r = client_call(ctl->client, &(struct call){method, path, body, key}, &a);
	if (r != 0)
		return api_explain_failure(ctl, r, strcmp(method, "GET") == 0);
	int code = take_answer(ctl, &a, ret);
	answer_free(&a);
	return code;
}

/* The path, with its NUL; to be freed whatever comes back. */
static int fill(const struct ctl *ctl, const char *const *path, struct buf *out)
{
	*out = BUF_INIT(PATH_MAX_BYTES);
	path_fill(out, path);
	buf_addc(out, '\0');
	return buf_failed(out) ? ctl_usage(ctl, "%s", pick(ctl->lang, "an argument is too long", "参数过长"))
	                       : CTL_OK;
}

int api_call(struct ctl *ctl, const char *method, const char *const *path, const json_t *body,
             const char *key, json_t **ret)
{
	struct buf filled;
	char *text = body ? json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
	int code = fill(ctl, path, &filled);
	if (body && !text)
		code = api_explain_failure(ctl, E_NOMEM, true);
	if (code == CTL_OK)
		code = call_text(ctl, method, filled.p, slice_of(text), key, ret);
	free(text);
	buf_free(&filled);
	return code;
}

int api_call_once(struct ctl *ctl, const char *method, const char *const *path, const json_t *body, json_t **ret)
{
	char key[API_KEY_TEXT];
	struct buf filled;
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	int code = fill(ctl, path, &filled);
	api_key(slice_from(filled.p, filled.n ? filled.n - 1 : 0), text ? slice_of(text) : SLICE_NONE, key);
	if (code == CTL_OK)
		code = api_call(ctl, method, path, body, key, ret);
	free(text);
	buf_free(&filled);
	return code;
}

/* ---- lists ---- */

/* The address of the page behind this one, into next; empty: there is none. */
static void next_page(const char *path, const json_t *page, struct buf *next)
{
	const char *cursor = api_str(page, "next_cursor");
	buf_clear(next);
	if (!*cursor)
		return;
	buf_addf(next, "%s%safter=", path, strchr(path, '?') ? "&" : "?");
	path_add(next, slice_of(cursor));
	buf_addc(next, '\0');
}

int api_pages(struct ctl *ctl, const char *const *path, int (*fn)(void *arg, const json_t *page), void *arg)
{
	struct buf first, next = BUF_INIT(2 * PATH_MAX_BYTES);
	int code = fill(ctl, path, &first);
	buf_add(&next, buf_slice(&first));
	while (code == CTL_OK && next.n) {
		json_t *page = NULL;
		code = call_text(ctl, "GET", next.p, SLICE_NONE, NULL, &page);
		if (code == CTL_OK)
			code = fn(arg, page);
		next_page(first.p, page, &next);
		if (buf_failed(&next))
			code = api_explain_failure(ctl, E_NOMEM, true);
		json_decref(page);
	}
	buf_free(&first);
	buf_free(&next);
	return code;
}

struct kept {
	json_t *items;
	const char *member;
};

static int keep_items(void *kept, const json_t *page)
{
	const struct kept *k = kept;
	json_array_extend(k->items, json_object_get(page, k->member));
	return CTL_OK;
}

int api_list_of(struct ctl *ctl, const char *const *path, const char *member, json_t **ret_items)
{
	struct kept k = {json_array(), member};
	int code = k.items ? api_pages(ctl, path, keep_items, &k) : api_explain_failure(ctl, E_NOMEM, true);
	if (code == CTL_OK)
		*ret_items = k.items;
	else
		json_decref(k.items);
	return code;
}

int api_list(struct ctl *ctl, const char *const *path, json_t **ret_items)
{
	return api_list_of(ctl, path, "items", ret_items);
}
