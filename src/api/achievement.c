/* api/achievement.c - what stands at the addresses that credentials sign: of an achievement, and of its
 * criteria. A page for people, in Chinese and English, and JSON of Open Badges 3.0 for software.
 *
 * Each address that was ever signed answers for ever, with what was signed there and nothing else: neither
 * an edition that is over nor a title that has changed takes it away. Who holds such a certificate is asked
 * elsewhere. */

#include "api/english_title.h"
#include "base/clock.h"
#include "credential/vocabulary.h"
#include "domain/grading.h"
#include "domain/kind.h"
#include "http/accept.h"
#include "sql/achievement_load.h"
#include "sql/criteria_load.h"
#include "text/jsonw.h"
#include "web/page.h"
#include "web/request.h"

static const char *const types[] = {"text/html", "application/json", "application/ld+json"};

/* NULL: a page. */
static const char *media_of(const struct request *rq)
{
	size_t type = accept_pick(request_header(rq, "accept"), types, ARRAY_LEN(types));
	return type == 0 || type == ARRAY_LEN(types) ? NULL : types[type];
}

static struct jsonw json_begin(struct request *rq)
{
	struct jsonw w;
	request_set_header(rq, "Vary", SLICE("Accept, Accept-Language"));
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_karray(&w, "@context");
	jsonw_cstr(&w, CONTEXT_CREDENTIALS);
	jsonw_cstr(&w, CONTEXT_OPEN_BADGES);
	jsonw_end(&w);
	return w;
}

static void write_type(struct jsonw *w, const char *type)
{
	jsonw_karray(w, "type");
	jsonw_cstr(w, type);
	jsonw_end(w);
}

static struct slice day_slice(struct request *rq, struct day d)
{
	char text[DAY_TEXT];
	day_format(d, text);
	return arena_slice(rq->arena, slice_of(text));
}

/* The criteria as signed; in the language of the page where we have the words. */
static void write_narrative(struct html *h, struct slice narrative)
{
	if (slice_is(narrative, GRADING_TWO_PARTS))
		page_term_word(h, W_CRITERIA, W_TWO_PARTS);
	else if (slice_is(narrative, GRADING_THREE_PARTS))
		page_term_word(h, W_CRITERIA, W_THREE_PARTS);
	else
		page_term(h, W_CRITERIA, narrative);
}

static void write_note(struct html *h)
{
	HTML(h, P, ATTR(CLASS, "note"))
		html_word(h, W_ACHIEVEMENT_NOTE);
	HTML(h, P)
		HTML(h, A, ATTR(HREF, "/v"))
			html_word(h, W_VERIFY_CERTIFICATE);
}

/* ---- GET /achievements/… ---- */

static step_fn achievement_begin, achievement_done;

static SHAPE(criteria_named, MEMBER(STRING, "id"), MEMBER(STRING, "narrative"));
static SHAPE(achievement_before,
             MEMBER(STRING, "name"),
             MEMBER(STRING, "description"),
             MEMBER(STRING, "humanCode"),
             MEMBER(OBJECT, "criteria", .of = &criteria_named_shape));
static SHAPE(achievement,
             MEMBER(LIST, "@context"),
             MEMBER(STRING, "id"),
             MEMBER(LIST, "type"),
             MEMBER(STRING, "name"),
             MEMBER(STRING, "description"),
             MEMBER(STRING, "humanCode"),
             MEMBER(OBJECT, "criteria", .of = &criteria_named_shape),
             MEMBER(LIST, "previously", .of = &achievement_before_shape, .omitted = true));

const struct route route_achievement = {
	.name = "achievement",
	.method = HTTP_GET,
	.path = "/achievements/{path:path}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(HTML_PAGE, JSON_OF(200, achievement_shape), MEDIA(200, "application/ld+json")),
	.first = achievement_begin,
};

static struct step achievement_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, achievement_done, ACHIEVEMENT_LOAD_CALL(rq->param[0].text));
}

static void write_facts(struct jsonw *w, const struct achievement_load_row *a)
{
	jsonw_kstr(w, "name", a->name);
	jsonw_kstr(w, "description", a->description);
	jsonw_kstr(w, "humanCode", a->human_code);
	jsonw_kobject(w, "criteria");
	jsonw_kstr(w, "id", a->criteria);
	jsonw_kstr(w, "narrative", a->narrative);
	jsonw_end(w);
}

/* As last signed; what was signed before at the same address comes behind. */
static struct step achievement_json(struct request *rq, const PGresult *res, const char *type)
{
	struct achievement_load_row a;
	struct jsonw w = json_begin(rq);
	achievement_load_read(res, 0, &a);
	jsonw_kstr(&w, "id", a.id);
	write_type(&w, "Achievement");
	write_facts(&w, &a);
	if (rows_n(res) > 1)
		jsonw_karray(&w, "previously");
	for (int i = 1; i < rows_n(res); i++) {
		achievement_load_read(res, i, &a);
		jsonw_object(&w);
		write_facts(&w, &a);
		jsonw_end(&w);
	}
	if (rows_n(res) > 1)
		jsonw_end(&w);
	jsonw_end(&w);
	return reply(rq, 200, type);
}

static void write_issuer(struct request *rq, struct html *h, const struct achievement_load_row *a)
{
	char *href = arena_printf(rq->arena, "/issuers/%.*s", SLICE_ARGS(a->issuer_slug));
	HTML(h, DT)
		html_word(h, W_ISSUED_BY);
	HTML(h, DD)
		HTML(h, A, ATTR(HREF, slice_of(href)))
			html_text(h, a->issuer_name);
}

/* A kind that this program does not know is shown with the words that were signed. */
static void write_achievement(struct request *rq, struct html *h, const struct achievement_load_row *a)
{
	enum certificate_kind kind;
	bool known = kind_described(a->description, &kind);
	HTML(h, SECTION, ATTR(CLASS, "card")) {
		HTML(h, H1)
			html_text(h, a->name);
		HTML(h, P)
			html_text(h, known ? slice_of(kind_words_in(&kind_row(kind)->name, rq->lang))
			                   : a->description);
		HTML(h, DL) {
			if (known && kind_row(kind)->names_grade)
				page_term(h, W_ENGLISH_NAME,
				          english_title(rq->arena, a->occupation_en, a->work_type_en, a->level_en));
			if (a->issuer_slug.p)
				write_issuer(rq, h, a);
			page_term(h, W_CODE, a->human_code);
			write_narrative(h, a->narrative);
			page_term_link(h, W_CRITERIA_PAGE, a->criteria);
			page_term(h, W_ADDRESS, a->id);
			page_term(h, W_SIGNED_SINCE, day_slice(rq, a->signed_on));
		}
	}
}

static void write_before(struct request *rq, struct html *h, const PGresult *res)
{
	struct achievement_load_row a;
	HTML(h, SECTION, ATTR(CLASS, "card")) {
		HTML(h, H2)
			html_word(h, W_SIGNED_BEFORE);
		HTML(h, TABLE) {
			PAGE_COLUMNS(h, W_TITLE, W_CODE, W_SIGNED_SINCE);
			for (int i = 1; i < rows_n(res); i++) {
				achievement_load_read(res, i, &a);
				HTML(h, TR) {
					HTML(h, TD)
						html_text(h, a.name);
					HTML(h, TD)
						html_text(h, a.human_code);
					HTML(h, TD)
						html_text(h, day_slice(rq, a.signed_on));
				}
			}
		}
	}
}

static struct step achievement_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	const char *type = media_of(rq);
	struct achievement_load_row a;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (type)
		return achievement_json(rq, res, type);
	achievement_load_read(res, 0, &a);
	struct html h = page_start(rq, a.name);
	write_achievement(rq, &h, &a);
	if (rows_n(res) > 1)
		write_before(rq, &h, res);
	write_note(&h);
	return page_reply(rq, &h);
}

/* ---- GET /criteria/… ---- */

static step_fn criteria_begin, criteria_done;

static SHAPE(achievement_named, MEMBER(STRING, "id"), MEMBER(STRING, "name"));
static SHAPE(criteria,
             MEMBER(LIST, "@context"),
             MEMBER(STRING, "id"),
             MEMBER(LIST, "type"),
             MEMBER(STRING, "narrative"),
             MEMBER(LIST, "achievements", .of = &achievement_named_shape));

const struct route route_criteria = {
	.name = "criteria",
	.method = HTTP_GET,
	.path = "/criteria/{path:path}",
	.deadline = INIT_SECONDS(5),
	.speaks = LANG_ZH,
	.open = true,
	.cache = CACHE_PUBLIC,
	.shared = true,
	.answers = ANSWERS(HTML_PAGE, JSON_OF(200, criteria_shape), MEDIA(200, "application/ld+json")),
	.first = criteria_begin,
};

static struct step criteria_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_READ(rq, criteria_done, CRITERIA_LOAD_CALL(rq->param[0].text));
}

static struct step criteria_json(struct request *rq, const PGresult *res, const char *type)
{
	struct criteria_load_row c;
	struct jsonw w = json_begin(rq);
	criteria_load_read(res, 0, &c);
	jsonw_kstr(&w, "id", c.id);
	write_type(&w, "Criteria");
	jsonw_kstr(&w, "narrative", c.narrative);
	jsonw_karray(&w, "achievements");
	for (int i = 0; i < rows_n(res); i++) {
		criteria_load_read(res, i, &c);
		jsonw_object(&w);
		jsonw_kstr(&w, "id", c.achievement);
		jsonw_kstr(&w, "name", c.name);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	return reply(rq, 200, type);
}

static void write_achievements(struct html *h, const PGresult *res)
{
	struct criteria_load_row c;
	HTML(h, SECTION, ATTR(CLASS, "card")) {
		HTML(h, H2)
			html_word(h, W_CRITERIA_OF);
		HTML(h, TABLE) {
			PAGE_COLUMNS(h, W_TITLE);
			for (int i = 0; i < rows_n(res); i++) {
				criteria_load_read(res, i, &c);
				HTML(h, TR)
					HTML(h, TD)
						HTML(h, A, ATTR(HREF, c.achievement))
							html_text(h, c.name);
			}
		}
	}
}

static struct step criteria_done(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	const char *type = media_of(rq);
	struct criteria_load_row c;
	if (rows_n(res) == 0)
		return reply_problem(rq, P_NOT_FOUND);
	if (type)
		return criteria_json(rq, res, type);
	criteria_load_read(res, 0, &c);
	struct html h = page_start(rq, slice_of(word_text(W_CRITERIA, rq->lang)));
	HTML(&h, SECTION, ATTR(CLASS, "card")) {
		HTML(&h, H1)
			html_word(&h, W_CRITERIA);
		HTML(&h, DL) {
			write_narrative(&h, c.narrative);
			page_term(&h, W_ADDRESS, c.id);
		}
	}
	write_achievements(&h, res);
	write_note(&h);
	return page_reply(rq, &h);
}
