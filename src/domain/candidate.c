/* domain/candidate.c - name and document, each judged by its own module; here they meet their JSON
 * pointers. */
#include "domain/candidate.h"

#include "base/outcome.h"
#include "text/name.h"

#define AT(member) .offset = offsetof(struct candidate, member)
static const struct decode_field candidate_fields[] = {
	{"name", DECODE_ANY_STRING, .required = true, AT(name)},
	{"id_type", DECODE_ANY_STRING, .required = true, AT(id_type)},
	{"id_country", DECODE_ANY_STRING, AT(id_country)},
	{"id_number", DECODE_ANY_STRING, .required = true, AT(id_number)},
};
const struct decode_table candidate_table = {candidate_fields, ARRAY_LEN(candidate_fields),
					     sizeof(struct candidate)};

static const struct decode_field enrolment_fields[] = {
	{"candidate", DECODE_OBJECT, .required = true, .table = &candidate_table,
	 .offset = offsetof(struct enrolment, candidate)},
};
const struct decode_table enrolment_table = {enrolment_fields, ARRAY_LEN(enrolment_fields),
					     sizeof(struct enrolment)};

static void check_document(const struct candidate *candidate, struct day today, struct fields *f,
                           struct iddoc *ret)
{
	enum id_type type;
	if (!candidate->id_type.p)
		return;
	if (!id_type_parse(candidate->id_type, &type)) {
		fields_add(f, "/candidate/id_type", "id_type_unknown");
		return;
	}
	const char *country_code = iddoc_check_country(type, candidate->id_country);
	if (country_code)
		fields_add(f, "/candidate/id_country", country_code);
	if (!candidate->id_number.p)
		return;
	const char *code =
		iddoc_check(type, candidate->id_number, candidate->id_country, today, ret);
	if (code && (!country_code || strcmp(code, country_code) != 0))
		fields_add(f, "/candidate/id_number", code);
}

int candidate_check(const struct candidate *candidate, struct day today, struct arena *arena,
                    struct fields *f, struct candidate_facts *ret)
{
	check_document(candidate, today, f, &ret->document);
	if (!candidate->name.p)
		return 0;
	const char *code;
	int r = name_check(candidate->name, arena, &ret->name, &code);
	if (r == E_REFUSED) {
		fields_add(f, "/candidate/name", code);
		return 0;
	}
	return r;
}
