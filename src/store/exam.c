/* store/exam.c - row to struct. */
#include "store/exam.h"

#include "sql/exam_load.h"

/* Text of the row, which dies soon, in the arena. */
static struct slice own(struct arena *arena, struct slice text)
{
	return text.p ? arena_slice(arena, text) : SLICE_NONE;
}

bool exam_from_rows(const PGresult *res, struct arena *arena, struct exam *ret)
{
	struct exam_load_row row;
	if (rows_n(res) == 0)
		return false;
	exam_load_read(res, 0, arena, &row);
	*ret = (struct exam){
		.now = row.now,
		.today = row.today,
		.id = row.exam_id,
		.district = own(arena, row.district),
		.occupation = own(arena, row.occupation),
		.edition = own(arena, row.edition),
		.occupation_name = own(arena, row.occupation_name),
		.work_type = own(arena, row.work_type),
		.level = own(arena, row.level),
		.level_digit = own(arena, row.level_digit),
		.has_review = row.has_review,
		.held_on = row.held_on,
		.publicity_days = row.publicity_days,
		.window_days = row.window_days,
		.body = {row.body, own(arena, row.body_slug), own(arena, row.body_name),
		         own(arena, row.body_key), row.body_wrapped},
		.company = {row.partner, own(arena, row.partner_slug), own(arena, row.partner_name),
		            own(arena, row.company_key), row.company_wrapped},
		.number_prefix = own(arena, row.body_number_prefix),
		.title = own(arena, row.title),
		.company_title = own(arena, row.partner_title),
		.company_validity_months = row.partner_validity_months.v,
		.standing = own(arena, row.standing),
		.person = row.person,
		.assessment = row.assessment,
		.person_name = own(arena, row.person_name),
		.certified = own(arena, row.certified),
		.number_taken = row.number_taken,
		.seen = own(arena, row.seen),
	};
	return !arena_failed(arena);
}
