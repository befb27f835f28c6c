/* domain/number_list.c - each entry is judged as a submission's candidate and number are. */
#include "domain/number_list.h"

#include <string.h>

#include "base/outcome.h"

#define AT(member) .offset = offsetof(struct number_entry, member)
static const struct decode_field entry_fields[] = {
	CANDIDATE_FIELDS(struct number_entry, candidate),
	{"certificate_number", DECODE_ANY_STRING, .required = true, AT(certificate_number)},
	{"printed_on", DECODE_DAY, .required = true, AT(printed_on)},
};
static const struct decode_table entry_table = {entry_fields, ARRAY_LEN(entry_fields), sizeof(struct number_entry)};

static const struct decode_field list_fields[] = {
	{"candidates", DECODE_ARRAY, .required = true, .min = 1, .max = CANDIDATES_MAX, .table = &entry_table,
	 .offset = offsetof(struct number_list, candidates)},
};
const struct decode_table number_list_table = {list_fields, ARRAY_LEN(list_fields), sizeof(struct number_list)};

static void check_day(const struct number_entry *e, size_t at, const struct exam_rules *exam, struct day today,
                      struct fields *f)
{
	if (!e->printed_on.given)
		return;
	if (e->printed_on.v.n > today.n)
		fields_addf(f, "date_in_future", "/candidates/%zu/printed_on", at);
	else if (e->printed_on.v.n < exam->held_on.n)
		fields_addf(f, "printed_before_exam", "/candidates/%zu/printed_on", at);
}

static int check_number(const struct number_entry *e, size_t at, const struct exam_rules *exam, struct day today,
                        struct arena *arena, struct fields *f)
{
	int exam_year, printed_year, month, dom;
	if (!e->certificate_number.p)
		return 0;
	day_to_civil(exam->held_on, &exam_year, &month, &dom);
	day_to_civil(e->printed_on.given ? e->printed_on.v : today, &printed_year, &month, &dom);
	const char *code = number_check_supplied(e->certificate_number, exam->number_prefix, exam->level_digit, exam_year,
	                                         printed_year);
	if (!code)
		return 0;
	char *pointer = arena_printf(arena, "/candidates/%zu/certificate_number", at);
	if (!pointer)
		return E_NOMEM;
	submission_tell_number(e->certificate_number, code, pointer, f);
	return 0;
}

static bool same_document(const struct iddoc *a, const struct iddoc *b)
{
	return a->type == b->type && strcmp(a->country, b->country) == 0 && strcmp(a->number, b->number) == 0;
}

/* Whoever or whatever is in the list twice is told at the second place. */
static void check_twice(const struct number_entry *entries, const struct candidate_facts *who, size_t at, struct fields *f)
{
	bool person = false, number = false;
	for (size_t i = 0; i < at; i++) {
		person |= same_document(&who[i].document, &who[at].document);
		number |= slice_eq(entries[i].certificate_number, entries[at].certificate_number);
	}
	if (person)
		fields_addf(f, "duplicate", "/candidates/%zu/id_number", at);
	if (number)
		fields_addf(f, "duplicate", "/candidates/%zu/certificate_number", at);
}

int number_list_check(const struct number_list *list, const struct exam_rules *exam, struct day today,
                      struct arena *arena, struct fields *f, struct candidate_facts *who)
{
	const struct number_entry *entries = list->candidates.items;
	for (size_t i = 0; i < list->candidates.n; i++) {
		int r = candidate_check_at(&entries[i].candidate, i, today, arena, f, &who[i]);
		if (r == 0)
			r = check_number(&entries[i], i, exam, today, arena, f);
		if (r < 0)
			return r;
		check_day(&entries[i], i, exam, today, f);
	}
	if (!fields_any(f))
		for (size_t i = 1; i < list->candidates.n; i++)
			check_twice(entries, who, i, f);
	fields_sort(f);
	return arena_failed(arena) ? E_NOMEM : 0;
}
