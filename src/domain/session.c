/* domain/session.c - bodies described by tables, and the few rules that need no database. */
#include "domain/session.h"

#include <stdlib.h>

#include "base/outcome.h"
#include "domain/pattern.h"
#include "domain/standard.h"

#define AT(member) .offset = offsetof(struct session_plan, member)
static const struct decode_field plan_fields[] = {
	{"title", DECODE_STRING, .required = true, .min = 1, .max = 200, AT(title)},
	{"occupation", DECODE_STRING, .required = true, .min = 1, AT(occupation)},
	{"edition", DECODE_STRING, .required = true, .min = 1, AT(edition)},
	{"work_type", DECODE_STRING, .required = true, .nullable = true, .min = 1, .max = 100,
	 AT(work_type)},
	{"level", DECODE_STRING, .required = true, .nullable = true, .min = 1, .max = 20, AT(level)},
	{"starts_on", DECODE_DAY, .required = true, AT(starts_on)},
	{"ends_on", DECODE_DAY, .required = true, AT(ends_on)},
	{"hours", DECODE_INT, .required = true, .min = 1, .max = SESSION_HOURS_MAX, AT(hours)},
	{"capacity", DECODE_INT, .required = true, .min = 1, .max = SESSION_ENROLMENTS_MAX,
	 AT(capacity)},
	{"district", DECODE_STRING, .nullable = true, .min = 1, AT(district)},
	{"standard", DECODE_STRING, .nullable = true, .min = 1, .max = STANDARD_NAME_MAX, AT(standard)},
	{"site", DECODE_UUID, .nullable = true, AT(site)},
};
const struct decode_table session_plan_table = {plan_fields, ARRAY_LEN(plan_fields),
						sizeof(struct session_plan)};

enum { HOUR = 100, DAY_HOURS = 24 * HOUR }; /* in hundredths */

const char *const session_states[] = {"planned", "published", "completed", "cancelled", NULL};
const char *const enrolment_states[] = {"enrolled", "withdrawn", "completed", "not_completed", "cancelled", NULL};

#define CHANGED(member) .nullable = true, .offset = offsetof(struct session_change, member)
static const struct decode_field change_fields[] = {
	{"title", DECODE_STRING, .min = 1, .max = 200, CHANGED(title)},
	{"starts_on", DECODE_DAY, CHANGED(starts_on)},
	{"ends_on", DECODE_DAY, CHANGED(ends_on)},
	{"hours", DECODE_INT, .min = 1, .max = SESSION_HOURS_MAX, CHANGED(hours)},
	{"capacity", DECODE_INT, .min = 1, .max = SESSION_ENROLMENTS_MAX, CHANGED(capacity)},
	{"note", DECODE_PROSE, .max = 1000, CHANGED(note)},
};
const struct decode_table session_change_table = {change_fields, ARRAY_LEN(change_fields),
						  sizeof(struct session_change)};

static const struct decode_field attendance_fields[] = {
	{"id", DECODE_UUID, .required = true, .offset = offsetof(struct session_attendance, id)},
	{"hours_attended", DECODE_SCORE, .required = true, .min = 0, .max = SESSION_HOURS_MAX * HOUR,
	 .hint = "hours_range", .offset = offsetof(struct session_attendance, hours_attended)},
};
static const struct decode_table attendance_table = {
	attendance_fields, ARRAY_LEN(attendance_fields), sizeof(struct session_attendance)};

static const struct decode_field hours_fields[] = {
	{"day", DECODE_DAY, .nullable = true, .offset = offsetof(struct session_hours, day)},
	{"enrolments", DECODE_ARRAY, .required = true, .min = 1, .max = SESSION_ENROLMENTS_MAX,
	 .table = &attendance_table, .offset = offsetof(struct session_hours, enrolments)},
};
const struct decode_table session_hours_table = {hours_fields, ARRAY_LEN(hours_fields),
						 sizeof(struct session_hours)};

static const struct decode_field completion_fields[] = {
	{"completed_on", DECODE_DAY, .required = true,
	 .offset = offsetof(struct session_completion, completed_on)},
	{"enrolments", DECODE_ARRAY, .nullable = true, .max = SESSION_ENROLMENTS_MAX,
	 .table = &attendance_table, .offset = offsetof(struct session_completion, enrolments)},
};
const struct decode_table session_completion_table = {
	completion_fields, ARRAY_LEN(completion_fields), sizeof(struct session_completion)};

void session_plan_check(const struct session_plan *plan, struct fields *f)
{
	pattern_check(plan->occupation, "9-99-99-99", "/occupation", "occupation_code", f);
	pattern_check(plan->edition, "9999", "/edition", "edition", f);
	pattern_check(plan->district, "999999", "/district", "district", f);
	if (plan->starts_on.given && plan->ends_on.given && plan->ends_on.v.n < plan->starts_on.v.n)
		fields_add(f, "/ends_on", "date_order");
	fields_sort(f);
}

void session_change_check(const struct session_change *change, struct fields *f)
{
	if (change->starts_on.given && change->ends_on.given && change->ends_on.v.n < change->starts_on.v.n)
		fields_add(f, "/ends_on", "date_order");
	fields_sort(f);
}

struct listed {
	struct uuid id;
	size_t index;
};

static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = memcmp(a->id.b, b->id.b, sizeof a->id.b);
	return order                 ? order
	       : a->index < b->index ? -1
	                             : 1;
}

/* Sorts a copy, so that a thousand enrolments do not take a million comparisons. */
static int refuse_duplicates(const struct decode_array *enrolments, struct arena *arena,
                             struct fields *f)
{
	const struct session_attendance *items = enrolments->items;
	struct listed *list = arena_alloc(arena, (enrolments->n + 1) * sizeof *list);
	if (!list)
		return E_NOMEM;
	size_t n = 0;
	for (size_t i = 0; i < enrolments->n; i++)
		if (items[i].id.given)
			list[n++] = (struct listed){items[i].id.v, i};
	qsort(list, n, sizeof *list, compare_listed);
	for (size_t i = 1; i < n; i++)
		if (uuid_eq(list[i].id, list[i - 1].id))
			fields_addf(f, "duplicate", "/enrolments/%zu/id", list[i].index);
	return 0;
}

int session_hours_check(const struct session_hours *body, struct day today, struct arena *arena, struct fields *f)
{
	const struct session_attendance *items = body->enrolments.items;
	if (body->day.given && body->day.v.n > today.n)
		fields_add(f, "/day", "date_in_future");
	for (size_t i = 0; i < body->enrolments.n; i++)
		if (body->day.given && items[i].hours_attended.v > DAY_HOURS)
			fields_addf(f, "hours_above_day", "/enrolments/%zu/hours_attended", i);
	if (refuse_duplicates(&body->enrolments, arena, f) < 0)
		return E_NOMEM;
	fields_sort(f);
	return arena_failed(arena) ? E_NOMEM : 0;
}

int session_completion_check(const struct session_completion *body, struct day ends_on,
                             struct day today, struct arena *arena, struct fields *f)
{
	if (body->completed_on.given && body->completed_on.v.n > today.n)
		fields_add(f, "/completed_on", "date_in_future");
	if (body->completed_on.given && body->completed_on.v.n < ends_on.n)
		fields_add(f, "/completed_on", "before_end");
	if (refuse_duplicates(&body->enrolments, arena, f) < 0)
		return E_NOMEM;
	fields_sort(f);
	return arena_failed(arena) ? E_NOMEM : 0;
}
