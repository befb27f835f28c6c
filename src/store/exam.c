/* store/exam.c - row to struct. */
#include "store/exam.h"

#include "db/rows.h"

struct reader {
	const PGresult *res;
	struct arena *arena;
};

static struct slice text(const struct reader *r, const char *column)
{
	int col = rows_col(r->res, column);
	return row_is_null(r->res, 0, col) ? SLICE_NONE
	                                   : arena_slice(r->arena, row_text(r->res, 0, col));
}

static struct slice bytes(const struct reader *r, const char *column)
{
	return row_bytes(r->res, 0, rows_col(r->res, column), r->arena);
}

static int64_t number(const struct reader *r, const char *column)
{
	return row_i64(r->res, 0, rows_col(r->res, column));
}

static struct uuid id(const struct reader *r, const char *column)
{
	return row_uuid(r->res, 0, rows_col(r->res, column));
}

bool exam_from_rows(const PGresult *res, struct arena *arena, struct exam *ret)
{
	const struct reader r = {res, arena};
	if (rows_n(res) == 0)
		return false;
	*ret = (struct exam){
		.now = row_instant(res, 0, rows_col(res, "now")),
		.today = row_day(res, 0, rows_col(res, "today")),
		.id = id(&r, "exam_id"),
		.district = text(&r, "district"),
		.occupation = text(&r, "occupation"),
		.edition = text(&r, "edition"),
		.occupation_name = text(&r, "occupation_name"),
		.work_type = text(&r, "work_type"),
		.level = text(&r, "level"),
		.level_digit = text(&r, "level_digit"),
		.has_review = row_bool(res, 0, rows_col(res, "has_review")),
		.held_on = row_day(res, 0, rows_col(res, "held_on")),
		.publicity_days = number(&r, "publicity_days"),
		.window_days = number(&r, "window_days"),
		.body = {id(&r, "body"), text(&r, "body_slug"), text(&r, "body_name"),
		         text(&r, "body_key"), bytes(&r, "body_wrapped")},
		.company = {id(&r, "partner"), text(&r, "partner_slug"), text(&r, "partner_name"),
		            text(&r, "company_key"), bytes(&r, "company_wrapped")},
		.number_prefix = text(&r, "body_number_prefix"),
		.title = text(&r, "title"),
		.company_title = text(&r, "partner_title"),
		.company_validity_months = number(&r, "partner_validity_months"),
		.standing = text(&r, "standing"),
		.person = id(&r, "person"),
		.assessment = id(&r, "assessment"),
		.person_name = text(&r, "person_name"),
		.certified = text(&r, "certified"),
		.number_taken = row_bool(res, 0, rows_col(res, "number_taken")),
		.seen = text(&r, "seen"),
	};
	return !arena_failed(arena);
}
