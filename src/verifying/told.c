/* verifying/told.c - from the row to what is told. Never more than the verdict discloses: whoever shows it
 * asks that first. */
#include "verifying/told.h"

#include "base/outcome.h"
#include "credential/did.h"
#include "text/name.h"

static const struct view_field occupation_fields[] = {
	VIEW_FIELD(struct told, occupation, "code"),
	VIEW_FIELD(struct told, edition, "edition"),
	VIEW_FIELD(struct told, occupation_name, "name"),
};
static const struct view occupation_view = VIEW(occupation_named, struct told, occupation_fields);

static const struct view_field level_fields[] = {
	VIEW_FIELD(struct told, level, "code"),
	VIEW_FIELD(struct told, level_name, "name"),
	VIEW_FIELD(struct told, level_name_en, "name_en"),
};
static const struct view level_view = VIEW(level_named, struct told, level_fields);

static const struct view_field issuer_fields[] = {
	VIEW_FIELD(struct told, issuer, "name"),
	VIEW_FIELD(struct told, did, "did", .nullable = true),
};
static const struct view issuer_view = VIEW(issuer_named, struct told, issuer_fields);

static const struct view_field fields[] = {
	VIEW_FIELD(struct told, kind, "kind", .code = kind_text),
	VIEW_FIELD(struct told, number, "number"),
	VIEW_FIELD(struct told, holder, "holder"),
	VIEW_FIELD(struct told, title, "title"),
	VIEW_SELF(occupation_view, "occupation"),
	VIEW_FIELD(struct told, work_type, "work_type"),
	VIEW_SELF(level_view, "level", .nullable = true),
	VIEW_SELF(issuer_view, "issuer"),
	VIEW_FIELD(struct told, issued_on, "issued_on"),
	VIEW_FIELD(struct told, expires_on, "expires_on"),
	VIEW_FIELD(struct told, dual, "dual"),
};
const struct view told_view = VIEW(certificate_told, struct told, fields);

int told_of(const struct verdict_row *row, struct arena *arena, struct slice public_url, struct told *ret)
{
	const bool graded = row->level.n > 0;
	*ret = (struct told){
		.kind = row->kind,
		.holder = name_mask(row->holder, arena),
		.number = row->number,
		.title = row->title,
		.occupation = row->occupation,
		.edition = row->edition,
		.occupation_name = row->occupation_name,
		.work_type = row->work_type,
		.level = graded ? row->level : SLICE_NONE,
		.level_name = graded ? row->level_name : SLICE_NONE,
		.level_name_en = graded ? row->level_name_en : SLICE_NONE,
		.issuer = row->issuer_name,
		.issued_on = row->issued_on,
		.expires_on = {row->facts.expires, row->facts.expires_on},
		.dual = row->dual,
	};
	int r = did_web(arena, public_url, row->issuer_slug, &ret->did);
	return r == E_NOMEM || arena_failed(arena) ? E_NOMEM : 0;
}

/* ---- checks ---- */

static const char *const outcomes[] = {"not_made", "passed", "failed", NULL};
static const char *const checks[] = {"form",       "name",       "signature",    "issuer", "dates",
                                     "revocation", "suspension", "registration", NULL};

static const struct view_field check_fields[] = {
	VIEW_FIELD(struct check_told, check, "check", .words = checks),
	VIEW_FIELD(struct check_told, outcome, "outcome", .words = outcomes),
	VIEW_FIELD(struct check_told, code, "code", .omitted = true),
	VIEW_FIELD(struct check_told, limit, "limit", .omitted = true),
};
const struct view check_told_view = VIEW(check, struct check_told, check_fields);

/* ---- since when ---- */

static const struct view_field since_fields[] = {
	VIEW_FIELD(struct told_since, revoked_on, "revoked_on", .omitted = true),
	VIEW_FIELD(struct told_since, suspended_on, "suspended_on", .omitted = true),
	VIEW_FIELD(struct told_since, replaced_on, "replaced_on", .omitted = true),
};
const struct view told_since_view = VIEW(told_since, struct told_since, since_fields);

struct told_since told_since(const struct verdict_row *row, const struct verdict *verdict)
{
	struct told_since since = {{false, {0}}, {false, {0}}, {false, {0}}};
	if (verdict->result == VERDICT_REVOKED)
		since.revoked_on = (struct opt_day){true, row->revoked_on};
	if (verdict->result == VERDICT_SUSPENDED)
		since.suspended_on = (struct opt_day){true, row->suspended_on};
	if (verdict->result == VERDICT_REPLACED)
		since.replaced_on = (struct opt_day){true, row->replaced_on};
	return since;
}
