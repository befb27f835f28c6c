/* domain/candidate.c - name and document, each judged by its own module; here they meet their JSON
 * pointers. */
#include "domain/candidate.h"

#include <string.h>

#include "base/outcome.h"
#include "text/name.h"

struct whole_candidate {
	struct candidate of;
};
static const struct decode_field candidate_fields[] = {CANDIDATE_FIELDS(struct whole_candidate, of)};
const struct decode_table candidate_table = {candidate_fields, ARRAY_LEN(candidate_fields),
					     sizeof(struct candidate)};

static const struct decode_field enrolment_fields[] = {
	{"candidate", DECODE_OBJECT, .required = true, .table = &candidate_table,
	 .offset = offsetof(struct enrolment, candidate)},
};
const struct decode_table enrolment_table = {enrolment_fields, ARRAY_LEN(enrolment_fields),
					     sizeof(struct enrolment)};

static const struct decode_field list_fields[] = {
	{"candidates", DECODE_ARRAY, .required = true, .min = 1, .max = CANDIDATES_MAX, .table = &candidate_table,
	 .offset = offsetof(struct enrolment_list, candidates)},
};
const struct decode_table enrolment_list_table = {list_fields, ARRAY_LEN(list_fields), sizeof(struct enrolment_list)};

static void tell(struct fields *f, const char *pointer, const struct id_fault *fault)
{
	struct field entry = {.pointer = pointer, .code = fault->code, .hint = fault->hint};
	if (fault->character)
		fields_put_character(f, entry, fault->character, fault->place);
	else {
		entry.what = fault->lengths;
		entry.limit[0] = (int64_t)fault->length;
		fields_put(f, entry);
	}
}

bool candidate_document(const struct candidate *candidate, struct day today, struct fields *f, struct iddoc *ret)
{
	enum id_type type;
	if (!id_type_parse(candidate->id_type, &type)) {
		if (f && candidate->id_type.p)
			fields_add(f, "/candidate/id_type", "id_type_unknown");
		return false;
	}
	const struct id_typed typed = {candidate->id_number, candidate->id_country, candidate->id_confirmed.v};
	struct id_fault country = iddoc_check_country(type, typed.country);
	if (f && country.code)
		tell(f, "/candidate/id_country", &country);
	if (!candidate->id_number.p)
		return false;
	struct id_fault fault = iddoc_check(type, &typed, today, ret);
	if (f && fault.code && (!country.code || strcmp(fault.code, country.code) != 0))
		tell(f, "/candidate/id_number", &fault);
	return !fault.code;
}

static void tell_name(struct fields *f, struct slice name, const char *code)
{
	struct field entry = {.pointer = "/candidate/name", .code = code};
	size_t place;
	int32_t c = strcmp(code, "name_character") == 0 ? name_unfit(name, &place) : -1;
	if (c >= 0) {
		entry.hint = "name_character_at";
		fields_put_character(f, entry, c, place);
	} else {
		fields_put(f, entry);
	}
}

int candidate_check(const struct candidate *candidate, struct day today, struct arena *arena,
                    struct fields *f, struct candidate_facts *ret)
{
	candidate_document(candidate, today, f, &ret->document);
	if (!candidate->name.p)
		return 0;
	const char *code;
	int r = name_check(candidate->name, arena, &ret->name, &code);
	if (r == E_REFUSED)
		tell_name(f, candidate->name, code);
	return r == E_REFUSED ? 0 : r;
}

void candidate_check_born(const struct candidate_facts *who, struct day by, const char *code, struct fields *f)
{
	struct opt_day born = iddoc_born_on(&who->document);
	if (born.given && born.v.n > by.n && !fields_has(f, "/candidate/id_number"))
		fields_add(f, "/candidate/id_number", code);
}

/* What was told of one candidate, as of the Nth of a list. */
static void tell_at(const struct fields *one, size_t at, struct arena *arena, struct fields *f)
{
	for (size_t i = 0; i < one->n; i++) {
		struct field entry = one->at[i];
		entry.pointer = arena_printf(arena, "/candidates/%zu%s", at, one->at[i].pointer + strlen("/candidate"));
		if (entry.pointer)
			fields_put(f, entry);
	}
}

int candidate_check_at(const struct candidate *candidate, size_t at, struct day today, struct arena *arena,
                       struct fields *f, struct candidate_facts *ret)
{
	struct fields one;
	fields_init(&one, arena);
	int r = candidate_check(candidate, today, arena, &one, ret);
	tell_at(&one, at, arena, f);
	return r;
}

void candidate_check_born_at(const struct candidate_facts *who, size_t at, struct day by, const char *code,
                             struct fields *f)
{
	struct fields one;
	fields_init(&one, f->_arena);
	candidate_check_born(who, by, code, &one);
	tell_at(&one, at, f->_arena, f);
}
