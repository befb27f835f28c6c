/* ctl/cmd_bundle.c - fetches what verifying offline takes and checks it on the way: an issuer's
 * document must be its own, a status list must be signed by its issuer and in force. What the registry
 * does not give, or gives wrongly, is named and left out: one issuer's trouble is not the others'. Nothing
 * is written when nothing of it is good, or the registry goes away meanwhile. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/bundle.h"
#include "text/json.h"

static int bundle_run(struct ctl *ctl);

const struct verb cmd_bundle[] = {
	{
		.name = "bundle",
		.args = "[--issuer SLUG,…] OUT.json",
		.en = "fetch issuers' keys and status lists, for `verify --offline`",
		.zh = "下载发证机构的公钥和状态列表，供 verify --offline 离线核验使用",
		.min_args = 1,
		.max_args = 1,
		.options = {{"issuer", "SLUG,…", "only these issuers (default: all)",
		             "仅限这些发证机构（默认：全部）"}},
		.run = bundle_run,
	},
	{0},
};

struct work {
	struct ctl *ctl;
	struct bundle bundle;
	struct verify_conf conf;
	size_t issuers, lists;
	int missed; /* what the first failure that was passed over would have ended with */
};

static int out_of_memory(const struct ctl *ctl)
{
	return ctl_usage(ctl, "%s", strerror(ENOMEM));
}

static int refuse(const struct ctl *ctl, const char *path, const char *code)
{
	fprintf(ctl->err, pick(ctl->lang, "talentctl: %s%s cannot be relied on: %s\n", "talentctl：%s%s 不可信：%s\n"),
	        client_url(ctl->client), path, code);
	return CTL_PROBLEM;
}

/* What could not be had (code is why) is noted, and the work goes on; what ends it is returned. */
static int miss(struct work *w, const char *path, int code)
{
	if (code != CTL_PROBLEM && code != CTL_UNKNOWN)
		return code;
	fprintf(w->ctl->err,
	        pick(w->ctl->lang, "talentctl: the bundle lacks %s%s\n", "talentctl：离线核验包缺少 %s%s\n"),
	        client_url(w->ctl->client), path);
	if (!w->missed)
		w->missed = code;
	char *address = arena_printf(w->bundle.arena, "%s%s", client_url(w->ctl->client), path);
	return address && bundle_miss(&w->bundle, slice_of(address)) == 0 ? CTL_OK : out_of_memory(w->ctl);
}

/* GET; the answer must be freed whatever comes back. */
static int get(struct work *w, const char *path, struct answer *ret)
{
	const struct call call = {.method = "GET", .path = path};
	int r = client_call(w->ctl->client, &call, ret);
	if (r < 0) {
		*ret = (struct answer){0};
		return api_explain_failure(w->ctl, r, true);
	}
	return ret->status >= 300 ? api_explain_problem(w->ctl, ret) : CTL_OK;
}

/* All of a list; with --json only the result is printed. */
static int get_items(struct work *w, const char *const *path, json_t **ret)
{
	struct ctl quiet = *w->ctl;
	quiet.json = false;
	return api_list(&quiet, path, ret);
}

/* ---- one list ---- */

static int check_list(struct work *w, const char *path, struct slice did, const json_t *item,
                      struct slice text)
{
	struct slice url = json_text(json_object_get(item, "url"));
	const char *bad = NULL;
	struct arena *a = arena_new(VERIFY_ARENA);
	int r = a ? verify_list(a, &w->conf, did, url, json_text(json_object_get(item, "purpose")),
	                        text, &bad)
	          : E_NOMEM;
	arena_free(a);
	if (r < 0 || (!bad && bundle_add(&w->bundle, url, text) < 0))
		return out_of_memory(w->ctl);
	return bad ? refuse(w->ctl, path, bad) : CTL_OK;
}

/* public_url: what the addresses of this issuer begin with. */
static int fetch_list(struct work *w, struct slice did, struct slice public_url,
                      const json_t *item)
{
	struct slice url = json_text(json_object_get(item, "url"));
	struct answer answer;
	if (!slice_starts(url, public_url) || url.n == public_url.n || url.p[public_url.n] != '/')
		return miss(w, "", refuse(w->ctl, "", "malformed"));
	const char *path = json_string_value(json_object_get(item, "url")) + public_url.n;
	int code = get(w, path, &answer);
	if (code == CTL_OK)
		code = check_list(w, path, did, item, buf_slice(&answer.body));
	if (code == CTL_OK)
		w->lists++;
	answer_free(&answer);
	return code == CTL_OK ? code : miss(w, path, code);
}

static int fetch_lists(struct work *w, struct slice slug, struct slice did,
                       struct slice public_url)
{
	char *path = arena_printf(w->bundle.arena, "/issuers/%.*s/status", SLICE_ARGS(slug));
	json_t *items = NULL, *item;
	size_t i;
	int code = path ? get_items(w, PATH(path), &items) : out_of_memory(w->ctl);
	if (path && code != CTL_OK)
		code = miss(w, path, code);
	json_array_foreach(items, i, item)
		if (code == CTL_OK)
			code = fetch_list(w, did, public_url, item);
	json_decref(items);
	return code;
}

/* ---- one issuer ---- */

/* The document must be the one that its identifier stands for. */
static int add_document(struct work *w, const char *path, struct slice slug, struct slice text,
                        struct slice *ret_did, struct slice *ret_public_url)
{
	struct arena *a = w->bundle.arena;
	struct json_error_at at;
	struct slice named;
	json_t *json;
	if (json_read(text, VERIFY_DEPTH_MAX, &json, &at) < 0)
		return refuse(w->ctl, path, "issuer_document");
	*ret_did = arena_slice(a, json_text(json_object_get(json, "id")));
	json_decref(json);
	if (did_parse(a, *ret_did, ret_public_url, &named) < 0 || !slice_eq(named, slug))
		return refuse(w->ctl, path, "issuer_mismatch");
	char *address = arena_printf(a, "%.*s%s", SLICE_ARGS(*ret_public_url), path);
	if (!address || bundle_add(&w->bundle, slice_of(address), text) < 0)
		return out_of_memory(w->ctl);
	return CTL_OK;
}

static int fetch_issuer(struct work *w, struct slice slug)
{
	struct slice did, public_url;
	struct answer answer;
	char *path = arena_printf(w->bundle.arena, "/issuers/%.*s/did.json", SLICE_ARGS(slug));
	if (!path)
		return out_of_memory(w->ctl);
	int code = get(w, path, &answer);
	if (code == CTL_OK)
		code = add_document(w, path, slug, buf_slice(&answer.body), &did, &public_url);
	answer_free(&answer);
	if (code != CTL_OK)
		return miss(w, path, code);
	w->issuers++;
	return fetch_lists(w, slug, did, public_url);
}

static int fetch_all(struct work *w)
{
	json_t *items = NULL, *item;
	size_t i;
	int code = get_items(w, PATH("/issuers"), &items);
	json_array_foreach(items, i, item)
		if (code == CTL_OK)
			code = fetch_issuer(w, json_text(json_object_get(item, "slug")));
	json_decref(items);
	return code;
}

static int fetch_some(struct work *w, const char *slugs)
{
	struct slice rest = slice_of(slugs);
	int code = CTL_OK;
	while (rest.n && code == CTL_OK) {
		struct buf escaped = BUF_INIT(KIB);
		path_add(&escaped, slice_trim(slice_cut(&rest, ',')));
		code = buf_failed(&escaped) ? out_of_memory(w->ctl) : fetch_issuer(w, buf_slice(&escaped));
		buf_free(&escaped);
	}
	return code;
}

/* ---- the file ---- */

static bool put(const char *path, struct slice text)
{
	FILE *f = fopen(path, "we");
	if (!f)
		return false;
	bool ok = fwrite(text.p, 1, text.n, f) == text.n && fflush(f) == 0 && fsync(fileno(f)) == 0;
	return fclose(f) == 0 && ok;
}

/* Under another name first, so that an old bundle stays whole when this one cannot be written. */
static int store(struct work *w, const char *path)
{
	struct buf text = BUF_INIT(BUNDLE_MAX);
	char *temporary = arena_printf(w->bundle.arena, "%s.new", path);
	int code = CTL_OK;
	if (!temporary || bundle_write(&w->bundle, &text) < 0)
		code = out_of_memory(w->ctl);
	else if (!put(temporary, buf_slice(&text)) || rename(temporary, path) != 0)
		code = ctl_usage(w->ctl, "%s: %s", path, strerror(errno));
	if (code != CTL_OK && temporary)
		unlink(temporary);
	buf_free(&text);
	return code;
}

static int print(const struct work *w, const char *path)
{
	const struct ctl *ctl = w->ctl;
	size_t missing = json_array_size(w->bundle.missing);
	if (ctl->json) {
		json_t *all = json_pack("{sI sI sO}", "issuers", (json_int_t)w->issuers, "status_lists",
		                        (json_int_t)w->lists, "missing", w->bundle.missing);
		json_dumpf(all, ctl->out, JSON_COMPACT);
		fputc('\n', ctl->out);
		json_decref(all);
		return all ? CTL_OK : out_of_memory(ctl);
	}
	fprintf(ctl->out, pick(ctl->lang, "%s: %zu issuers, %zu status lists\n", "%s：%zu 个发证机构，%zu 份状态列表\n"),
	        path, w->issuers, w->lists);
	if (missing)
		fprintf(ctl->out,
		        pick(ctl->lang, "%zu addresses are missing: what they decide is unknown offline\n",
		             "缺少 %zu 项：与之有关的离线核验结果为未知\n"),
		        missing);
	return CTL_OK;
}

static int fetch_and_store(struct work *w)
{
	const struct ctl *ctl = w->ctl;
	const char *slugs = args_option(ctl->args, "issuer"), *path = ctl->args->rest[0];
	int code = slugs ? fetch_some(w, slugs) : fetch_all(w);
	if (code == CTL_OK && w->missed && w->issuers == 0)
		return w->missed;
	if (code == CTL_OK)
		code = store(w, path);
	if (code == CTL_OK)
		code = print(w, path);
	return code == CTL_OK ? w->missed : code;
}

static int bundle_run(struct ctl *ctl)
{
	struct work w = {.ctl = ctl};
	w.conf = (struct verify_conf){
		.crypt = crypt_new(),
		.now = instant_now(),
		.tolerance = VERIFY_TOLERANCE_OFFLINE,
		.issuer = bundle_issuer,
		.arg = &w.bundle,
	};
	int code = w.conf.crypt && bundle_init(&w.bundle, w.conf.now) ? fetch_and_store(&w)
	                                                              : out_of_memory(ctl);
	bundle_release(&w.bundle);
	crypt_free(w.conf.crypt);
	return code;
}
