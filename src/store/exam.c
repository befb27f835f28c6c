/* store/exam.c - row to struct. */
#include "store/exam.h"

#include "sql/exam_load.h"

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
		.district = arena_slice_or_none(arena, row.district),
		.occupation = arena_slice_or_none(arena, row.occupation),
		.edition = arena_slice_or_none(arena, row.edition),
		.occupation_name = arena_slice_or_none(arena, row.occupation_name),
		.work_type = arena_slice_or_none(arena, row.work_type),
		.level = arena_slice_or_none(arena, row.level),
		.level_digit = arena_slice_or_none(arena, row.level_digit),
		.has_review = row.has_review,
		.held_on = row.held_on,
		.publicity_days = row.publicity_days,
		.window_days = row.window_days,
		.body = {row.body, arena_slice_or_none(arena, row.body_slug),
		         arena_slice_or_none(arena, row.body_name),
		         arena_slice_or_none(arena, row.body_key), row.body_wrapped},
		.company = {row.partner, arena_slice_or_none(arena, row.partner_slug),
		            arena_slice_or_none(arena, row.partner_name),
		            arena_slice_or_none(arena, row.company_key), row.company_wrapped},
		.number_prefix = arena_slice_or_none(arena, row.body_number_prefix),
		.title = arena_slice_or_none(arena, row.title),
		.company_title = arena_slice_or_none(arena, row.partner_title),
		.company_validity_months = row.partner_validity_months.v,
		.standing = arena_slice_or_none(arena, row.standing),
		.person = row.person,
		.assessment = row.assessment,
		.person_name = arena_slice_or_none(arena, row.person_name),
		.certified = arena_slice_or_none(arena, row.certified),
		.number_taken = row.number_taken,
		.seen = arena_slice_or_none(arena, row.seen),
	};
	return !arena_failed(arena);
}
