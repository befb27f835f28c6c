/* store/exam.c - row to struct. */
#include "store/exam.h"

#include "sql/exam_load.h"

bool exam_from_rows(const PGresult *res, struct arena *arena, struct exam *ret)
{
	struct exam_load_row row;
	if (rows_n(res) == 0)
		return false;
	exam_load_read(res, 0, arena, &row);
	exam_load_keep(arena, &row);
	*ret = (struct exam){
		.now = row.now,
		.today = row.today,
		.id = row.exam_id,
		.site = row.site,
		.district = row.district,
		.occupation = row.occupation,
		.edition = row.edition,
		.occupation_name = row.occupation_name,
		.work_type = row.work_type,
		.level = row.level,
		.level_digit = row.level_digit,
		.has_review = row.has_review,
		.held_on = row.held_on,
		.publicity_days = row.publicity_days,
		.window_days = row.window_days,
		.body = {row.body, row.body_slug, row.body_name, row.body_key, row.body_wrapped},
		.company = {row.partner, row.partner_slug, row.partner_name, row.company_key,
	                    row.company_wrapped},
		.numbers = row.numbers,
		.number_prefix = row.body_number_prefix,
		.title = row.title,
		.company_title = row.partner_title,
		.company_code = row.partner_code,
		.company_validity_months = row.partner_validity_months.v,
		.standing = row.standing,
		.person = row.person,
		.assessment = row.assessment,
		.person_name = row.person_name,
		.certified = row.certified,
		.number_taken = row.number_taken,
		.off_roster = row.off_roster,
		.seen = row.seen,
	};
	return !arena_failed(arena);
}
