/* api/issuer_profile.c - who an issuer is: the Profile of Open Badges 3.0 (section B.1.18) for
 * software, a small page for people, in Chinese and English. */
#include "api/routes.h"

#include "credential/did.h"
#include "domain/kind.h"
#include "http/accept.h"
#include "sql/did_document.h"
#include "sql/organisation_load.h"
#include "text/jsonw.h"
#include "web/html.h"
#include "web/request.h"

static const char *const types[] = {"text/html", "application/json", "application/ld+json"};

static step_fn begin, done;

const struct route route_issuer_profile = {
	.name = "issuer_profile",
	.method = HTTP_GET,
	.path = "/issuers/{slug}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, done, ORGANISATION_LOAD_CALL(rq->param[0]),
	                  DID_DOCUMENT_CALL(rq->param[0]));
}

static const char *say(const struct request *rq, const char *zh, const char *en)
{
	return rq->lang == LANG_ZH ? zh : en;
}

/* The name in the language asked for; not every organisation has an English one. */
static struct slice name_of(const struct request *rq, const struct organisation_load_row *issuer)
{
	return rq->lang == LANG_EN && issuer->name_en.n ? issuer->name_en : issuer->name;
}

static struct slice url_of(struct request *rq, const char *suffix)
{
	return slice_of(arena_printf(rq->arena, "%.*s/issuers/%.*s%s",
	                             SLICE_ARGS(request_public_url(rq)), SLICE_ARGS(rq->param[0]),
	                             suffix));
}

static bool has_kind(struct slice kinds, const char *kind)
{
	while (kinds.p)
		if (slice_is(slice_cut(&kinds, ','), kind))
			return true;
	return false;
}

/* What it issues; a company must not look like a public body. */
static const char *issues(const struct request *rq, const struct organisation_load_row *issuer)
{
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_row *kind = kind_row((enum certificate_kind)k);
		if (has_kind(issuer->kinds, kind->issuer))
			return say(rq, kind->many.zh, kind->many.en);
	}
	return "";
}

static struct step reply_profile(struct request *rq, const char *type,
                                 const struct organisation_load_row *issuer, struct slice did)
{
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "@context");
	jsonw_cstr(&w, "https://www.w3.org/ns/credentials/v2");
	jsonw_cstr(&w, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json");
	jsonw_end(&w);
	jsonw_kstr(&w, "id", did);
	jsonw_karray(&w, "type");
	jsonw_cstr(&w, "Profile");
	jsonw_end(&w);
	jsonw_kstr(&w, "name", name_of(rq, issuer));
	jsonw_kstr(&w, "url", url_of(rq, ""));
	jsonw_kcstr(&w, "description", issues(rq, issuer));
	jsonw_end(&w);
	return reply(rq, 200, type);
}

static void write_link(struct buf *out, const char *term, struct slice url)
{
	html_raw(out, "<dt>");
	html_cstr(out, term);
	html_raw(out, "</dt><dd><a");
	html_attr(out, "href", url);
	html_raw(out, ">");
	html_text(out, url);
	html_raw(out, "</a></dd>");
}

static const char *state_word(const struct request *rq, struct slice state)
{
	if (slice_is(state, "active"))
		return say(rq, "在用", "active");
	return slice_is(state, "retired") ? say(rq, "已停用，此前的签名仍有效", "retired, what it signed stays good")
	                                  : say(rq, "已撤销", "revoked");
}

static void write_keys(struct request *rq, struct buf *out, const PGresult *keys)
{
	html_raw(out, "<section class=\"card\"><h2>");
	html_cstr(out, say(rq, "签发密钥", "Issuing keys"));
	html_raw(out, "</h2><dl>");
	for (int i = 0; i < rows_n(keys); i++) {
		struct did_document_row key;
		did_document_read(keys, i, rq->arena, &key);
		html_raw(out, "<dt>");
		html_cstr(out, state_word(rq, key.state));
		html_raw(out, "</dt><dd><code>");
		html_text(out, key.key);
		html_raw(out, "</code></dd>");
	}
	html_raw(out, "</dl></section>\n");
}

static struct step reply_page(struct request *rq, const struct organisation_load_row *issuer,
                              const PGresult *keys, struct slice did)
{
	struct buf *out = request_out(rq);
	struct slice other = slice_of(rq->lang == LANG_ZH ? "?lang=en" : "?lang=zh");
	const char *title = arena_printf(rq->arena, "%.*s", SLICE_ARGS(name_of(rq, issuer)));
	if (!title)
		return reply_out_of_memory(rq);
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	request_set_header(rq, "Content-Security-Policy", html_policy(request_crypt(rq)));
	html_begin(out, rq->lang, title, other);
	html_raw(out, "<section class=\"card\"><h1>");
	html_cstr(out, title);
	html_raw(out, "</h1><dl>");
	html_term(out, say(rq, "名称", "Name"), issuer->name);
	html_term(out, say(rq, "英文名称", "English name"), issuer->name_en);
	html_term(out, say(rq, "签发", "Issues"), slice_of(issues(rq, issuer)));
	if (slice_is(issuer->state, "suspended"))
		html_term(out, say(rq, "状态", "State"),
		          slice_of(say(rq, "已暂停签发", "Suspended: issues nothing at present")));
	html_term(out, "DID", did);
	write_link(out, say(rq, "DID 文档", "DID document"), url_of(rq, "/did.json"));
	write_link(out, say(rq, "公钥集合", "Key set"), url_of(rq, "/jwks.json"));
	html_raw(out, "</dl></section>\n");
	write_keys(rq, out, keys);
	html_end(out, rq->lang);
	return reply(rq, 200, "text/html; charset=utf-8");
}

/* An organisation that has never had a key is no issuer. */
static struct step done(struct request *rq, const struct db_result *rows)
{
	struct organisation_load_row issuer;
	struct slice did;
	if (rows_n(rows->res[0]) == 0 || rows_n(rows->res[1]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	organisation_load_read(rows->res[0], 0, &issuer);
	if (did_web(rq->arena, request_public_url(rq), rq->param[0], &did) < 0)
		return reply_out_of_memory(rq);
	size_t type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	request_set_cache(rq, "public, max-age=300");
	if (type == 0 || type == ARRAY_LEN(types))
		return reply_page(rq, &issuer, rows->res[1], did);
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	return reply_profile(rq, types[type], &issuer, did);
}
