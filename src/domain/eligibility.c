/* domain/eligibility.c - declarations, and refusals at their place in a submission. */
#include "domain/eligibility.h"

const char *const educations[] = {"secondary_vocational", "senior_technical", "higher_vocational", "associate",
                                  "bachelor", "master", "doctor", NULL};
const char *const sittings[] = {"first", "resit", NULL};
const char *const advancements[] = {"first", "promotion", NULL};

const char *const declared_bases[] = {
#define X(code, zh) #code,
#include "domain/declared_basis_list.h"
#undef X
	NULL,
};

static const struct decode_field declared_fields[] = {
	{"level", DECODE_STRING, .nullable = true, .min = 1, .max = 16, .offset = offsetof(struct declared, level)},
	{"years", DECODE_INT, .nullable = true, .min = 1, .max = 50, .offset = offsetof(struct declared, years)},
	{"education", DECODE_CHOICE, .nullable = true, .choices = educations, .offset = offsetof(struct declared, education)},
	{"basis", DECODE_CHOICE, .required = true, .choices = declared_bases, .offset = offsetof(struct declared, basis)},
};
const struct decode_table declared_table = {declared_fields, ARRAY_LEN(declared_fields), sizeof(struct declared)};

void declared_check(const struct declared *d, struct fields *f)
{
	if (d->basis.p && !fields_has(f, "/declared/level") && !fields_has(f, "/declared/years") && !fields_has(f, "/declared/education") &&
	    !d->level.p && !d->years.given && !d->education.p)
		fields_add(f, "/declared", "declared_empty");
}

static const struct {
	const char *code, *pointer;
} refusals[] = {
	{"age_below_minimum", "/candidate/id_number"},
	{"prerequisite_unmet", "/declared"},
	{"prerequisite_too_recent", "/declared"},
	{"level_held", "/candidate"},
};

void eligibility_refuse(struct slice words, struct fields *f)
{
	while (words.p) {
		struct slice word = slice_cut(&words, ',');
		for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
			if (slice_is(word, refusals[i].code))
				fields_add(f, refusals[i].pointer, refusals[i].code);
	}
	fields_sort(f);
}
