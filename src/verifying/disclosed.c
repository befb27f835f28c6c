/* verifying/disclosed.c - from the row to what is told. Never more than the verdict discloses: whoever shows it
 * asks that first. */
#include "verifying/disclosed.h"

#include "base/outcome.h"
#include "credential/did.h"
#include "text/name.h"

static const struct view_field occupation_fields[] = {
	VIEW_FIELD(struct disclosed, occupation, "code"),
	VIEW_FIELD(struct disclosed, edition, "edition"),
	VIEW_FIELD(struct disclosed, occupation_name, "name"),
};
static const struct view occupation_view = VIEW(occupation_named, struct disclosed, occupation_fields);

static const struct view_field level_fields[] = {
	VIEW_FIELD(struct disclosed, level, "code"),
	VIEW_FIELD(struct disclosed, level_name, "name"),
	VIEW_FIELD(struct disclosed, level_name_en, "name_en"),
};
static const struct view level_view = VIEW(level_named, struct disclosed, level_fields);

static const struct view_field issuer_fields[] = {
	VIEW_FIELD(struct disclosed, issuer, "name"),
	VIEW_FIELD(struct disclosed, did, "did", .nullable = true),
};
static const struct view issuer_view = VIEW(issuer_named, struct disclosed, issuer_fields);

static const struct view_field fields[] = {
	VIEW_FIELD(struct disclosed, kind, "kind", .code = kind_text),
	VIEW_FIELD(struct disclosed, number, "number"),
	VIEW_FIELD(struct disclosed, holder, "holder"),
	VIEW_FIELD(struct disclosed, title, "title"),
	VIEW_SELF(occupation_view, "occupation"),
	VIEW_FIELD(struct disclosed, work_type, "work_type"),
	VIEW_SELF(level_view, "level", .nullable = true),
	VIEW_SELF(issuer_view, "issuer"),
	VIEW_FIELD(struct disclosed, issued_on, "issued_on"),
	VIEW_FIELD(struct disclosed, expires_on, "expires_on"),
	VIEW_FIELD(struct disclosed, dual, "dual"),
};
const struct view disclosed_view = VIEW(certificate_disclosed, struct disclosed, fields);

int disclosed_of(const struct verdict_row *row, struct arena *arena, struct slice public_url, struct disclosed *ret)
{
	const bool graded = row->level.n > 0;
	*ret = (struct disclosed){
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
	VIEW_FIELD(struct check_disclosed, check, "check", .words = checks),
	VIEW_FIELD(struct check_disclosed, outcome, "outcome", .words = outcomes),
	VIEW_FIELD(struct check_disclosed, code, "code", .omitted = true),
	VIEW_FIELD(struct check_disclosed, limit, "limit", .omitted = true),
};
const struct view check_disclosed_view = VIEW(check, struct check_disclosed, check_fields);

/* ---- since when ---- */

static const struct view_field since_fields[] = {
	VIEW_FIELD(struct disclosed_since, revoked_on, "revoked_on", .omitted = true),
	VIEW_FIELD(struct disclosed_since, suspended_on, "suspended_on", .omitted = true),
	VIEW_FIELD(struct disclosed_since, replaced_on, "replaced_on", .omitted = true),
};
const struct view disclosed_since_view = VIEW(disclosed_since, struct disclosed_since, since_fields);

struct disclosed_since disclosed_since(const struct verdict_row *row, const struct verdict *verdict)
{
	struct disclosed_since since = {{false, {0}}, {false, {0}}, {false, {0}}};
	if (verdict->result == VERDICT_REVOKED)
		since.revoked_on = (struct opt_day){true, row->revoked_on};
	if (verdict->result == VERDICT_SUSPENDED)
		since.suspended_on = (struct opt_day){true, row->suspended_on};
	if (verdict->result == VERDICT_REPLACED)
		since.replaced_on = (struct opt_day){true, row->replaced_on};
	return since;
}
