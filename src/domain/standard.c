/* domain/standard.c - bodies described by tables, and the rules that need no registry. */
#include "domain/standard.h"

#include "domain/eligibility.h"

#include <stdio.h>

#include "domain/pattern.h"

/* ---- the tables ---- */

#define AT(type, member) .offset = offsetof(struct type, member)

static const struct decode_field occupation_fields[] = {
	{"code", DECODE_STRING, .required = true, .min = 1, .max = 32, AT(occupation_body, code)},
	{"edition", DECODE_STRING, .required = true, .min = 1, .max = 16, AT(occupation_body, edition)},
	{"name", DECODE_STRING, .required = true, .min = 1, .max = 60, AT(occupation_body, name)},
	{"name_en", DECODE_STRING, .required = true, .min = 1, .max = 120, AT(occupation_body, name_en)},
};
const struct decode_table occupation_table = {occupation_fields, ARRAY_LEN(occupation_fields),
                                              sizeof(struct occupation_body)};

static const struct decode_field condition_fields[] = {
	{"prerequisite", DECODE_STRING, .nullable = true, .min = 1, .max = 16, AT(standard_condition, prerequisite)},
	{"years", DECODE_INT, .nullable = true, .min = 1, .max = 50, AT(standard_condition, years)},
	{"education", DECODE_CHOICE, .nullable = true, .choices = educations, AT(standard_condition, education)},
	{"wording", DECODE_PROSE, .nullable = true, .min = 1, .max = 500, AT(standard_condition, wording)},
};
static const struct decode_table condition_table = {condition_fields, ARRAY_LEN(condition_fields),
                                                    sizeof(struct standard_condition)};

static const struct decode_field level_fields[] = {
	{"level", DECODE_STRING, .required = true, .min = 1, .max = 16, AT(standard_level, level)},
	{"min_hours", DECODE_INT, .nullable = true, .min = 1, .max = 2000, AT(standard_level, min_hours)},
	{"min_age", DECODE_INT, .nullable = true, .min = 1, .max = 100, AT(standard_level, min_age)},
	{"conditions", DECODE_ARRAY, .nullable = true, .max = STANDARD_CONDITIONS_MAX, .table = &condition_table,
	 AT(standard_level, conditions)},
};
static const struct decode_table level_table = {level_fields, ARRAY_LEN(level_fields), sizeof(struct standard_level)};

static const struct decode_field work_type_fields[] = {
	{"slug", DECODE_STRING, .required = true, .min = 1, .max = 40, AT(standard_work_type, slug)},
	{"name", DECODE_STRING, .required = true, .nullable = true, .min = 1, .max = 60, AT(standard_work_type, name)},
	{"name_en", DECODE_STRING, .required = true, .nullable = true, .min = 1, .max = 120,
	 AT(standard_work_type, name_en)},
	{"levels", DECODE_ARRAY, .required = true, .max = STANDARD_LEVELS_MAX, .table = &level_table,
	 AT(standard_work_type, levels)},
};
static const struct decode_table work_type_table = {work_type_fields, ARRAY_LEN(work_type_fields),
                                                    sizeof(struct standard_work_type)};

#define VERSION_FIELDS(type, prefix, needed) \
	{"valid_from", DECODE_DAY, .required = needed, AT(type, prefix valid_from)}, \
	{"note", DECODE_PROSE, .nullable = true, .min = 1, .max = 1000, AT(type, prefix note)}

#define WORK_TYPES(type, prefix, ...) \
	{"work_types", DECODE_ARRAY, .min = 1, .max = STANDARD_WORK_TYPES_MAX, .table = &work_type_table, \
	 AT(type, prefix work_types), __VA_ARGS__}

static const struct decode_field version_fields[] = {
	VERSION_FIELDS(standard_version, , true),
	WORK_TYPES(standard_version, , .required = true),
};
const struct decode_table standard_version_table = {version_fields, ARRAY_LEN(version_fields),
                                                    sizeof(struct standard_version)};

static const struct decode_field standard_fields[] = {
	{"name", DECODE_STRING, .required = true, .min = 1, .max = STANDARD_NAME_MAX, AT(standard_body, name)},
	{"occupation", DECODE_STRING, .required = true, .min = 1, .max = 32, AT(standard_body, occupation)},
	{"edition", DECODE_STRING, .required = true, .min = 1, .max = 16, AT(standard_body, edition)},
	{"document", DECODE_STRING, .required = true, .min = 1, .max = 80, AT(standard_body, document)},
	{"issued_on", DECODE_DAY, .required = true, AT(standard_body, issued_on)},
	{"printed_code", DECODE_STRING, .required = true, .nullable = true, .min = 1, .max = 32,
	 AT(standard_body, printed_code)},
	{"valid_to", DECODE_DAY, .nullable = true, AT(standard_body, valid_to)},
	VERSION_FIELDS(standard_body, first., true),
	WORK_TYPES(standard_body, first., .required = true),
};
const struct decode_table standard_table = {standard_fields, ARRAY_LEN(standard_fields),
                                            sizeof(struct standard_body)};

static const struct decode_field preview_fields[] = {
	VERSION_FIELDS(standard_preview, version., false),
	WORK_TYPES(standard_preview, version., .given = DECODE_GIVEN(struct standard_preview, has_work_types)),
	{"valid_to", DECODE_DAY, AT(standard_preview, valid_to)},
};
const struct decode_table standard_preview_table = {preview_fields, ARRAY_LEN(preview_fields),
                                                    sizeof(struct standard_preview)};

/* ---- the rules ---- */

void occupation_check(const struct occupation_body *o, struct fields *f)
{
	pattern_check(o->code, "9-99-99-99", "/code", "occupation_code", f);
	pattern_check(o->edition, "9999", "/edition", "edition", f);
	fields_sort(f);
}

/* Lower-case letters, digits and dashes behind a letter. */
static bool is_slug(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    (i == 0 || !((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-')))
			return false;
	return s.n > 0;
}

static void check_conditions(const struct standard_level *l, size_t type, size_t level, struct fields *f)
{
	const struct standard_condition *c = l->conditions.items;
	for (size_t i = 0; i < l->conditions.n; i++)
		if (!c[i].prerequisite.p && !c[i].years.given && !c[i].education.p)
			fields_addf(f, "condition_empty", "/work_types/%zu/levels/%zu/conditions/%zu", type, level, i);
}

static void check_levels(const struct standard_work_type *w, size_t type, struct fields *f)
{
	const struct standard_level *l = w->levels.items;
	for (size_t i = 0; i < w->levels.n; i++) {
		for (size_t j = 0; j < i; j++)
			if (l[i].level.p && slice_eq(l[i].level, l[j].level)) {
				fields_addf(f, "duplicate", "/work_types/%zu/levels/%zu/level", type, i);
				break;
			}
		check_conditions(&l[i], type, i, f);
	}
}

/* Without a name there is one only, and none in English. */
static void check_name(const struct standard_version *v, const struct standard_work_type *w, size_t type,
                       struct fields *f)
{
	if (!w->name.p && (w->name_en.p || v->work_types.n > 1))
		fields_addf(f, "work_type_name", "/work_types/%zu/name", type);
	else if (w->name.p && !w->name_en.p)
		fields_addf(f, "work_type_name", "/work_types/%zu/name_en", type);
}

void standard_version_check(const struct standard_version *v, struct fields *f)
{
	const struct standard_work_type *w = v->work_types.items;
	for (size_t i = 0; i < v->work_types.n; i++) {
		if (w[i].slug.p && !is_slug(w[i].slug))
			fields_addf(f, "work_type_slug", "/work_types/%zu/slug", i);
		check_name(v, &w[i], i, f);
		for (size_t j = 0; j < i; j++) {
			if (w[i].slug.p && slice_eq(w[i].slug, w[j].slug))
				fields_addf(f, "duplicate", "/work_types/%zu/slug", i);
			if (w[i].name.p && slice_eq(w[i].name, w[j].name))
				fields_addf(f, "duplicate", "/work_types/%zu/name", i);
		}
		check_levels(&w[i], i, f);
	}
}

/* "互联网营销师/2021": something, and the year in which it was issued. */
static void check_standard_name(const struct standard_body *s, struct fields *f)
{
	static const char end[] = "/9999";
	const size_t n = sizeof end - 1;
	int year, month, dom;
	char text[8];
	if (!s->name.p)
		return;
	const struct slice tail = s->name.n > n ? slice_from(s->name.p + s->name.n - n, n) : SLICE_NONE;
	if (!pattern_fits(tail, end)) {
		fields_add(f, "/name", "standard_name");
		return;
	}
	day_to_civil(s->issued_on.v, &year, &month, &dom);
	snprintf(text, sizeof text, "/%04d", year);
	if (s->issued_on.given && !slice_is(tail, text))
		fields_add(f, "/name", "standard_year");
}

void standard_check(const struct standard_body *s, struct day today, struct fields *f)
{
	const struct opt_day from = s->first.valid_from;
	pattern_check(s->occupation, "9-99-99-99", "/occupation", "occupation_code", f);
	pattern_check(s->edition, "9999", "/edition", "edition", f);
	pattern_check(s->printed_code, "9-99-99-99", "/printed_code", "occupation_code", f);
	check_standard_name(s, f);
	if (s->issued_on.given && s->issued_on.v.n > today.n)
		fields_add(f, "/issued_on", "date_in_future");
	if (s->issued_on.given && from.given && from.v.n < s->issued_on.v.n)
		fields_add(f, "/valid_from", "before_issue");
	if (s->valid_to.given && from.given && s->valid_to.v.n < from.v.n)
		fields_add(f, "/valid_to", "date_order");
	standard_version_check(&s->first, f);
	fields_sort(f);
}

void standard_preview_check(const struct standard_preview *p, struct fields *f)
{
	const bool version = p->version.valid_from.given || p->has_work_types || p->version.note.p;
	if (version == p->valid_to.given)
		fields_add(f, "", "version_or_end");
	else if (version && !p->version.valid_from.given)
		fields_add(f, "/valid_from", "required");
	else if (version && !p->has_work_types)
		fields_add(f, "/work_types", "required");
	standard_version_check(&p->version, f);
	fields_sort(f);
}
