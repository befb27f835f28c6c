/* api/credentials.c - the common half of tokens and client certificates. */
#include "api/credentials.h"

#include "api/listing.h"
#include "api/outcome.h"
#include "crypt/encode.h"
#include "db/rows.h"
#include "sql_statements.h"

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
		*ret = row_uuid(rows->res[0], 0, rows_col(rows->res[0], "id"));
		return true;
	}
	*refused = reply_outcome(rq, SLICE("organisation_unknown"));
	return false;
}

static bool is_code(struct slice s)
{
	uint64_t ignored;
	return s.n == 6 && slice_to_u64(s, &ignored);
}

void credential_check(const struct credential_body *b, struct fields *errors)
{
	const struct slice *codes = b->districts.items;
	for (size_t i = 0; i < b->districts.n; i++)
		if (!is_code(codes[i]))
			fields_addf(errors, "district_unknown", "/districts/%zu", i);
	if (b->districts.n && b->role.p && !slice_is(b->role, "administrator"))
		fields_add(errors, "/districts", "districts_for_administrators");
}

struct db_arg credential_districts(struct request *rq, const struct credential_body *b)
{
	const struct slice *codes = b->districts.items;
	char *text = arena_alloc(rq->arena, b->districts.n * 7 + 3);
	size_t n = 0;
	if (!text)
		return db_cstr(NULL); /* refused by the database: no limit was meant */
	text[n++] = '{';
	for (size_t i = 0; i < b->districts.n; i++) {
		if (n > 1)
			text[n++] = ',';
		memcpy(text + n, codes[i].p, 6);
		n += 6;
	}
	text[n++] = '}';
	return db_text(slice_from(text, n));
}

struct db_arg credential_expiry(const struct credential_body *b)
{
	const int64_t day_us = (int64_t)86400 * 1000000;
	struct day last = b->expires_on.v;
	if (!b->expires_on.given)
		last.n = day_of(instant_now()).n + DEFAULT_DAYS;
	return db_instant((struct instant){(last.n + 1) * day_us -
	                                   DAY_US_SHANGHAI_OFFSET_H * (int64_t)3600 * 1000000});
}

void credential_write_body(struct jsonw *w, const struct credential_body *b)
{
	const struct slice *codes = b->districts.items;
	jsonw_kstr(w, "role", b->role);
	jsonw_kstr(w, "organisation", b->organisation);
	jsonw_karray(w, "districts");
	for (size_t i = 0; i < b->districts.n; i++)
		jsonw_str(w, codes[i]);
	jsonw_end(w);
	jsonw_kstr(w, "label", b->label);
	if (b->expires_on.given)
		jsonw_kday(w, "expires_on", b->expires_on.v);
}

/* ---- list ---- */

static step_fn list_done;

struct step credential_list(struct request *rq, int statement)
{
	struct step refused;
	struct listing *l = request_state(rq, sizeof *l);
	if (!l)
		return reply_out_of_memory(rq);
	if (!listing_read(rq, l, &refused))
		return refused;
	return AWAIT_READ(rq, list_done,
	                  CALL(statement, db_null(), db_uuid_or_null(l->after), listing_rows(l)));
}

static void write_row(struct request *rq, struct jsonw *w, const PGresult *res, int row)
{
	(void)rq;
	static const char *const texts[] = {"id", "role", "state", "label", "created_at",
	                                    "expires_at", "revoked_at", "last_used_at"};
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		jsonw_kstr(w, texts[i], row_text(res, row, rows_col(res, texts[i])));
	jsonw_kstr(w, "organisation", row_text(res, row, rows_col(res, "organisation_slug")));
	struct slice districts = row_text(res, row, rows_col(res, "districts"));
	jsonw_karray(w, "districts");
	while (districts.n)
		jsonw_str(w, slice_cut(&districts, ','));
	jsonw_end(w);
	jsonw_end(w);
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, rows, write_row);
}

/* ---- revocation ---- */

static step_fn revoke_done;

struct step credential_revoke(struct request *rq, int statement)
{
	struct uuid id;
	if (!uuid_parse(rq->param[0], &id))
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_WRITE(rq, revoke_done, CALL(statement, WRITE_CONTEXT(rq), db_uuid(id)));
}

static struct step revoke_done(struct request *rq, const struct db_result *rows)
{
	struct slice outcome = outcome_of(rows);
	if (slice_is(outcome, "revoked") || slice_is(outcome, "replayed"))
		return reply_empty(rq, 204);
	return reply_outcome(rq, outcome);
}
