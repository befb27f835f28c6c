/* api/issuer_profile.c - who an issuer is: the Profile of Open Badges 3.0 (section B.1.18) for
 * software, a small page for people, in Chinese and English. */

#include "credential/did.h"
#include "domain/kind.h"
#include "http/accept.h"
#include "sql/did_document.h"
#include "sql/organisation_load.h"
#include "text/jsonw.h"
#include "web/page.h"
#include "web/request.h"

static const char *const types[] = {"text/html", "application/json", "application/ld+json"};

static step_fn begin, done;

struct profile {
	struct slice contexts, id, types, name, url;
	const char *description;
};

static const struct view_field profile_fields[] = {
	VIEW_FIELD(struct profile, contexts, "@context", .as = VIEW_WORDS),
	VIEW_FIELD(struct profile, id, "id"),
	VIEW_FIELD(struct profile, types, "type", .as = VIEW_WORDS),
	VIEW_FIELD(struct profile, name, "name"),
	VIEW_FIELD(struct profile, url, "url"),
	VIEW_FIELD(struct profile, description, "description"),
};
static const struct view profile_view = VIEW(profile, struct profile, profile_fields);

const struct route route_issuer_profile = {
	.name = "issuer_profile",
	.method = HTTP_GET,
	.path = "/issuers/{slug}",
	.deadline = INIT_SECONDS(5),
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(HTML_PAGE, JSON_VIEW(200, profile_view), MEDIA(200, "application/ld+json")),
	.problems = PROBLEMS(P_NOT_FOUND),
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, done, ORGANISATION_LOAD_CALL(rq->param[0].text),
	                  DID_DOCUMENT_CALL(rq->param[0].text));
}

/* The name in the language asked for; not every organisation has an English one. */
static struct slice name_of(const struct request *rq, const struct organisation_load_row *issuer)
{
	return rq->lang == LANG_EN && issuer->name_en.n ? issuer->name_en : issuer->name;
}

static struct slice url_of(struct request *rq, const char *suffix)
{
	return slice_of(arena_printf(rq->arena, "%.*s/issuers/%.*s%s",
	                             SLICE_ARGS(request_public_url(rq)), SLICE_ARGS(rq->param[0].text),
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
			return kind_words_in(&kind->many, rq->lang);
	}
	return "";
}

static struct step reply_profile(struct request *rq, const char *type,
                                 const struct organisation_load_row *issuer, struct slice did)
{
	const struct profile profile = {
		.contexts = SLICE("https://www.w3.org/ns/credentials/v2,"
	                          "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
		.id = did,
		.types = SLICE("Profile"),
		.name = name_of(rq, issuer),
		.url = url_of(rq, ""),
		.description = issues(rq, issuer),
	};
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	view_write(&w, &profile_view, &profile);
	return reply(rq, 200, type);
}

static enum word state_word(const struct did_document_row *key)
{
	if (slice_is(key->state, "published"))
		return W_KEY_PUBLISHED;
	if (slice_is(key->state, "active"))
		return slice_is(key->signs, "lists") ? W_KEY_LISTS : W_KEY_ACTIVE;
	return slice_is(key->state, "retired") ? W_KEY_RETIRED : W_KEY_REVOKED;
}

static void write_key(struct html *h, const struct did_document_row *key)
{
	HTML(h, TR) {
		HTML(h, TD)
			html_word(h, state_word(key));
		HTML(h, TD)
			HTML(h, CODE)
				html_text(h, key->key);
	}
}

static void write_keys(struct html *h, const PGresult *keys, struct arena *arena)
{
	HTML(h, SECTION, ATTR(CLASS, "card")) {
		HTML(h, H2)
			html_word(h, W_ISSUING_KEYS);
		HTML(h, TABLE) {
			PAGE_COLUMNS(h, W_STATE, W_KEY_ID);
			for (int i = 0; i < rows_n(keys); i++) {
				struct did_document_row key;
				did_document_read(keys, i, arena, &key);
				write_key(h, &key);
			}
		}
	}
}

static void write_terms(struct request *rq, struct html *h,
                        const struct organisation_load_row *issuer, struct slice did)
{
	page_term(h, W_NAME, issuer->name);
	page_term(h, W_ENGLISH_NAME, issuer->name_en);
	page_term(h, W_ISSUES, slice_of(issues(rq, issuer)));
	if (slice_is(issuer->state, "suspended"))
		page_term_word(h, W_STATE, W_ISSUER_SUSPENDED);
	page_term(h, W_DID, did);
	page_term_link(h, W_DID_DOCUMENT, url_of(rq, "/did.json"));
	page_term_link(h, W_KEY_SET, url_of(rq, "/jwks.json"));
}

static struct step reply_page(struct request *rq, const struct organisation_load_row *issuer,
                              const PGresult *keys, struct slice did)
{
	struct html h = page_start(rq, name_of(rq, issuer));
	HTML(&h, SECTION, ATTR(CLASS, "card")) {
		HTML(&h, H1)
			html_text(&h, name_of(rq, issuer));
		HTML(&h, DL)
			write_terms(rq, &h, issuer, did);
	}
	write_keys(&h, keys, rq->arena);
	return page_reply(rq, &h);
}

/* An organisation that has never had a key is no issuer. */
static struct step done(struct request *rq, const struct db_result *rows)
{
	struct organisation_load_row issuer;
	struct slice did;
	if (rows_n(rows->res[0]) == 0 || rows_n(rows->res[1]) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	organisation_load_read(rows->res[0], 0, &issuer);
	if (did_web(rq->arena, request_public_url(rq), rq->param[0].text, &did) < 0)
		return reply_out_of_memory(rq);
	size_t type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	if (type == 0 || type == ARRAY_LEN(types))
		return reply_page(rq, &issuer, rows->res[1], did);
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	request_set_header(rq, "Content-Language", slice_of(language_tag(rq->lang)));
	return reply_profile(rq, types[type], &issuer, did);
}
