/* api/organisation_apply.c - applying, open to anybody and so often from one address; and what an administrator
 * changes afterwards. */
#include "api/organisation.h"
#include "api/outcome.h"
#include "base/outcome.h"
#include "crypt/random.h"
#include "db/array.h"
#include "domain/organisation.h"
#include "sql/organisation_apply.h"
#include "sql/organisation_change.h"
#include "text/character.h"
#include "verifying/guess.h"

enum { LITERAL_MAX = 16 * KIB };

struct contact {
	struct slice name, phone;
};

static const struct decode_field contact_fields[] = {
	{.name = "name", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct contact, name), .min = 1,
	 .max = 100},
	{.name = "phone", .kind = DECODE_STRING, .required = true, .offset = offsetof(struct contact, phone), .min = 1,
	 .max = 40},
};
static const struct decode_table contact_table = {contact_fields, ARRAY_LEN(contact_fields),
                                                  sizeof(struct contact)};
static const struct view_field contact_shown[] = {
	VIEW_FIELD(struct contact, name, "name"),
	VIEW_FIELD(struct contact, phone, "phone"),
};
static const struct view contact_view = VIEW(applicant_contact, struct contact, contact_shown);

/* ---- POST /v1/organisations: what was written is what is answered ---- */

struct application {
	struct slice slug, name, name_en, credit_code, district, area;
	struct decode_array kinds, evidence;
	struct contact contact;
	const char *state;
	char offered[SLUG_MAX + 1];
};

#define AT(member) .offset = offsetof(struct application, member)
static const struct decode_field application_fields[] = {
	{.name = "name", .kind = DECODE_STRING, .required = true, AT(name), .min = 1, .max = ORGANISATION_NAME_MAX},
	{.name = "name_en", .kind = DECODE_STRING, .nullable = true, AT(name_en), .min = 1, .max = 200},
	{.name = "credit_code", .kind = DECODE_ANY_STRING, .required = true, AT(credit_code)},
	{.name = "kinds", .kind = DECODE_ARRAY, .required = true, AT(kinds), .min = 1, .max = 12},
	{.name = "district", .kind = DECODE_STRING, .required = true, AT(district), .min = 1, .max = 6},
	{.name = "area", .kind = DECODE_STRING, .nullable = true, AT(area), .min = 1, .max = 40},
	{.name = "contact", .kind = DECODE_OBJECT, .required = true, .table = &contact_table, AT(contact)},
	{.name = "slug", .kind = DECODE_ANY_STRING, .nullable = true, AT(slug)},
	{.name = "evidence", .kind = DECODE_ARRAY, .nullable = true, AT(evidence), .max = EVIDENCE_MAX},
};
static const struct decode_table application_table = {application_fields, ARRAY_LEN(application_fields),
                                                      sizeof(struct application)};

static const struct view_field applied_fields[] = {
	VIEW_FIELD(struct application, slug, "slug"),
	VIEW_FIELD(struct application, name, "name"),
	VIEW_FIELD(struct application, name_en, "name_en", .nullable = true),
	VIEW_FIELD(struct application, credit_code, "credit_code"),
	VIEW_FIELD(struct application, kinds, "kinds"),
	VIEW_FIELD(struct application, district, "district"),
	VIEW_FIELD(struct application, area, "area", .nullable = true),
	VIEW_STRUCT(struct application, contact, contact_view, "contact"),
	VIEW_FIELD(struct application, evidence, "evidence"),
	VIEW_FIELD(struct application, state, "state", .words = organisation_states),
};
static const struct view applied_view = VIEW(application, struct application, applied_fields);

static void check_credit_code(struct slice code, struct fields *errors)
{
	struct field wrong = {.pointer = "/credit_code"};
	size_t place = 0;
	wrong.code = credit_code_check(code, &place);
	wrong.limit[0] = (int64_t)(place ? place : code.n);
	if (wrong.code)
		fields_put(errors, wrong);
}

static void check_kinds(const struct decode_array *kinds, struct fields *errors)
{
	const struct slice *kind = kinds->items;
	for (size_t i = 0; i < kinds->n; i++) {
		bool known = false;
		for (const char *const *k = organisation_kinds; *k; k++)
			known = known || slice_is(kind[i], *k);
		if (!known)
			fields_addf(errors, "not_a_choice", "/kinds/%zu", i);
		for (size_t before = 0; before < i; before++)
			if (slice_eq(kind[i], kind[before]))
				fields_addf(errors, "duplicate", "/kinds/%zu", i);
	}
}

static void check_shows(const struct decode_array *texts, struct fields *errors)
{
	const struct slice *text = texts->items;
	for (size_t i = 0; i < texts->n; i++) {
		struct slice rest = text[i];
		int32_t c;
		while ((c = character_next(&rest)) >= 0 && c >= ' ' && c != 0x7f)
			;
		if (c >= 0)
			fields_addf(errors, "characters", "/evidence/%zu", i);
	}
}

static bool begins_with_letter(struct slice s)
{
	return s.n && s.p[0] >= 'a' && s.p[0] <= 'z';
}

static int check(struct request *rq, void *state, struct fields *errors)
{
	struct application *a = state;
	if (a->credit_code.p)
		check_credit_code(a->credit_code, errors);
	check_kinds(&a->kinds, errors);
	check_shows(&a->evidence, errors);
	if (a->slug.p && (!slug_valid(a->slug) || !begins_with_letter(a->slug)))
		fields_add(errors, "/slug", "slug_form");
	if (!a->slug.p && !slug_offer(a->name_en, a->offered) && !fields_has(errors, "/name_en"))
		fields_add(errors, "/slug", "slug_needed");
	return 0;
}

static step_fn apply_begin, apply_done;

const struct route route_organisation_apply = {
	.name = "organisation_apply",
	.method = HTTP_POST,
	.path = "/v1/organisations",
	.open = true,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &application_table,
	.check = check,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, applied_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &organisation_apply_statement,
	.first = apply_begin,
};

/* As PostgreSQL writes an array; p == NULL when memory is out. */
static struct slice array_of(struct request *rq, const struct decode_array *texts)
{
	const struct slice *text = texts->items;
	struct buf literal = BUF_INIT(LITERAL_MAX);
	db_array_begin(&literal);
	for (size_t i = 0; i < texts->n; i++)
		db_array_text(&literal, text[i]);
	db_array_end(&literal);
	struct slice kept = buf_failed(&literal) ? SLICE_NONE : arena_slice(rq->arena, buf_slice(&literal));
	buf_free(&literal);
	return kept;
}

static struct step apply_begin(struct request *rq, const struct db_result *none)
{
	const struct application *a = rq->state;
	struct guess_refusal refusal;
	const struct new_organisation organisation = {
		.id = uuid_v7(instant_now()),
		.slug = a->slug,
		.credit_code = a->credit_code,
		.name = a->name,
		.name_en = a->name_en,
		.kinds = array_of(rq, &a->kinds),
		.district = a->district,
		.area = a->area,
		.contact_name = a->contact.name,
		.contact_phone = a->contact.phone,
		.evidence = array_of(rq, &a->evidence),
	};
	if (!organisation.kinds.p || !organisation.evidence.p)
		return reply_out_of_memory(rq);
	if (!guess_may_apply(rq, &refusal))
		return guess_refuse(rq, &refusal);
	return AWAIT_WRITE(rq, apply_done,
	                   ORGANISATION_APPLY_CALL(request_context(rq),
	                                           new_organisation_json(request_record(rq), &organisation),
	                                           slice_of(a->offered)));
}

/* Another one that is free, so that nobody has to try. */
static struct step reply_slug_taken(struct request *rq, struct slice free_one)
{
	const struct problem_member offered = {.name = "offered", .kind = PROBLEM_TEXT, .text = free_one};
	const char *detail = arena_printf(rq->arena,
	                                  rq->lang == LANG_ZH ? "该代号已被使用，可用：%.*s。"
	                                                      : "Another organisation has this short name; %.*s is free.",
	                                  (int)free_one.n, free_one.p);
	if (!detail)
		return reply_out_of_memory(rq);
	return reply_problem_with(rq, P_SLUG_TAKEN, slice_of(detail), &offered, 1);
}

static struct step reply_district_unknown(struct request *rq)
{
	struct fields errors;
	fields_init(&errors, rq->arena);
	fields_add(&errors, "/district", "district_unknown");
	return reply_fields(rq, &errors);
}

static struct step apply_done(struct request *rq, const struct db_result *rows)
{
	struct application *a = rq->state;
	struct organisation_apply_row row;
	organisation_apply_read(rows->res[0], 0, &row);
	if (row.outcome == ORGANISATION_APPLY_SLUG_TAKEN)
		return reply_slug_taken(rq, row.slug);
	if (row.outcome == ORGANISATION_APPLY_DISTRICT_UNKNOWN)
		return reply_district_unknown(rq);
	if (row.outcome == ORGANISATION_APPLY_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ORGANISATION_APPLY_APPLIED)
		return reply_outcome(rq, row.outcome);
	a->slug = row.slug;
	a->state = "applied";
	request_set_header(rq, "Location",
	                   slice_of(arena_printf(rq->arena, "/v1/organisations/%.*s", (int)row.slug.n, row.slug.p)));
	return reply_view(rq, 201, &applied_view, a);
}

/* ---- PATCH /v1/organisations/{slug} ---- */

struct change {
	struct slice name, name_en, district, note;
	struct contact contact;
	struct slice slug;
};

#define CHANGED(member) .nullable = true, .offset = offsetof(struct change, member)
static const struct decode_field change_fields[] = {
	{.name = "name", .kind = DECODE_STRING, CHANGED(name), .min = 1, .max = ORGANISATION_NAME_MAX},
	{.name = "name_en", .kind = DECODE_STRING, CHANGED(name_en), .min = 1, .max = 200},
	{.name = "district", .kind = DECODE_STRING, CHANGED(district), .min = 1, .max = 6},
	{.name = "contact", .kind = DECODE_OBJECT, .table = &contact_table, CHANGED(contact)},
	{.name = "note", .kind = DECODE_PROSE, CHANGED(note), .max = 1000},
};
static const struct decode_table change_table = {change_fields, ARRAY_LEN(change_fields), sizeof(struct change)};

static const struct view_field changed_fields[] = {
	VIEW_FIELD(struct change, slug, "slug"),
	VIEW_FIELD(struct change, name, "name", .omitted = true),
	VIEW_FIELD(struct change, name_en, "name_en", .omitted = true),
	VIEW_FIELD(struct change, district, "district", .omitted = true),
	VIEW_STRUCT(struct change, contact, contact_view, "contact", .omitted = true),
};
static const struct view changed_view = VIEW(organisation_changed, struct change, changed_fields);

static step_fn change_store, change_done;

const struct route route_organisation_change = {
	.name = "organisation_change",
	.method = HTTP_PATCH,
	.path = "/v1/organisations/{slug}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &change_table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, changed_view)),
	.write = &organisation_change_statement,
	.first = change_store,
};

static struct step change_store(struct request *rq, const struct db_result *none)
{
	const struct change *c = rq->state;
	return AWAIT_WRITE(rq, change_done,
	                   ORGANISATION_CHANGE_CALL(request_context(rq), rq->param[0].text, c->name, c->name_en, c->district,
	                                            c->contact.name, c->contact.phone, c->note));
}

static struct step change_done(struct request *rq, const struct db_result *rows)
{
	struct change *c = rq->state;
	struct organisation_change_row row;
	organisation_change_read(rows->res[0], 0, &row);
	if (row.outcome == ORGANISATION_CHANGE_DISTRICT_UNKNOWN)
		return reply_district_unknown(rq);
	if (row.outcome == ORGANISATION_CHANGE_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != ORGANISATION_CHANGE_CHANGED)
		return reply_outcome(rq, row.outcome);
	c->slug = rq->param[0].text;
	return reply_view(rq, 200, &changed_view, c);
}
