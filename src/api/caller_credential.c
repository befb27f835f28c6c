/* api/caller_credential.c - the common half of tokens and client certificates. */
#include "api/caller_credential.h"

#include "api/outcome.h"
#include "crypt/encode.h"
#include "sql/organisation_load.h"
#include "web/request.h"

enum { DEFAULT_DAYS = 365, DAY_US_SHANGHAI_OFFSET_H = 8 };

const char *const credential_roles[] = {"institution", "company",  "administrator",
                                        "auditor",     "employer", NULL};

bool credential_organisation(struct request *rq, const struct credential_body *b,
                             const struct db_result *rows, struct uuid *ret,
                             struct step *refused)
{
	*ret = (struct uuid){{0}};
	if (!b->organisation.p)
		return true;
	if (rows && rows_n(rows->res[0]) == 1) {
		struct organisation_load_row row;
		organisation_load_read(rows->res[0], 0, &row);
		*ret = row.id;
		return true;
	}
	*refused = reply_outcome(rq, OUTCOME_ORGANISATION_UNKNOWN);
	return false;
}

static bool is_code(struct slice s)
{
	uint64_t ignored;
	return s.n == 6 && slice_to_u64(s, &ignored);
}

void districts_check(const struct decode_array *districts, struct fields *errors)
{
	const struct slice *codes = districts->items;
	for (size_t i = 0; i < districts->n; i++)
		if (!is_code(codes[i]))
			fields_addf(errors, "district_unknown", "/districts/%zu", i);
}

void credential_check(const struct credential_body *b, struct fields *errors)
{
	districts_check(&b->districts, errors);
	if (b->expires_on.given && b->expires_on.v.n < day_of(instant_now()).n)
		fields_add(errors, "/expires_on", "date_in_past");
	if (b->districts.n && b->role.p && !slice_is(b->role, "administrator"))
		fields_add(errors, "/districts", "districts_for_administrators");
}

struct slice districts_literal(struct request *rq, const struct decode_array *districts)
{
	const struct slice *codes = districts->items;
	char *text = arena_alloc(rq->arena, districts->n * 7 + 3);
	size_t n = 0;
	if (!text)
		return SLICE_NONE; /* refused by the database: no limit was meant */
	text[n++] = '{';
	for (size_t i = 0; i < districts->n; i++) {
		if (n > 1)
			text[n++] = ',';
		memcpy(text + n, codes[i].p, 6);
		n += 6;
	}
	text[n++] = '}';
	return slice_from(text, n);
}

struct instant credential_expiry(const struct credential_body *b)
{
	const int64_t day_us = (int64_t)86400 * 1000000;
	struct day last = b->expires_on.v;
	if (!b->expires_on.given)
		last.n = day_of(instant_now()).n + DEFAULT_DAYS;
	return (struct instant){(last.n + 1) * day_us -
	                        DAY_US_SHANGHAI_OFFSET_H * (int64_t)3600 * 1000000};
}

static const struct view_field made_fields[] = {
	VIEW_FIELD(struct credential_body, role, "role", .words = credential_roles),
	VIEW_FIELD(struct credential_body, organisation, "organisation", .nullable = true),
	VIEW_FIELD(struct credential_body, districts, "districts"),
	VIEW_FIELD(struct credential_body, label, "label"),
	VIEW_FIELD(struct credential_body, expires_on, "expires_on", .omitted = true),
};
const struct view credential_made_view = VIEW(credential_made, struct credential_body, made_fields);

/* ---- list ---- */

static const struct view_field fields[] = {
	VIEW_COLUMN(caller_credential_row, id, "id"),
	VIEW_COLUMN(caller_credential_row, role, "role"),
	VIEW_COLUMN(caller_credential_row, state, "state"),
	VIEW_COLUMN(caller_credential_row, label, "label"),
	VIEW_COLUMN(caller_credential_row, created_at, "created_at"),
	VIEW_COLUMN(caller_credential_row, expires_at, "expires_at"),
	VIEW_COLUMN(caller_credential_row, revoked_at, "revoked_at"),
	VIEW_COLUMN(caller_credential_row, last_used_at, "last_used_at"),
	VIEW_COLUMN(caller_credential_row, organisation_slug, "organisation"),
	VIEW_COLUMN(caller_credential_row, districts, "districts", .as = VIEW_WORDS),
};
const struct view credential_view = VIEW(caller_credential, struct caller_credential_row, fields);

int credential_read_row(struct request *rq, const PGresult *res, int row, void *item)
{
	caller_credential_row_read(res, row, 0, item);
	return 1;
}

/* ---- revocation ---- */

struct step credential_revoked(struct request *rq, int outcome)
{
	if (outcome == OUTCOME_REVOKED || outcome == OUTCOME_REPLAYED)
		return reply_empty(rq, 204);
	return reply_outcome(rq, outcome);
}
