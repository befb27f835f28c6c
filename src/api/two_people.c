/* api/two_people.c - who asked, until when that stands, who decided. */
#include "api/two_people.h"

static const struct view_field asked_fields[] = {
	VIEW_COLUMN(decision_row, requested_by_staff, "staff"),
	VIEW_COLUMN(decision_row, requested_by_organisation, "organisation"),
	VIEW_COLUMN(decision_row, requested_by, "credential_id"),
	VIEW_COLUMN(decision_row, requested_by_label, "credential"),
};
static const struct view asked_view = VIEW(requested_by, struct decision_row, asked_fields);

static const struct view_field decided_fields[] = {
	VIEW_COLUMN(decision_row, decided_by_staff, "staff"),
	VIEW_COLUMN(decision_row, decided_by_organisation, "organisation"),
	VIEW_COLUMN(decision_row, decided_by, "credential_id"),
	VIEW_COLUMN(decision_row, decided_by_label, "credential"),
};
static const struct view decided_view = VIEW(decided_by, struct decision_row, decided_fields);

static const struct view_field fields[] = {
	VIEW_SELF(asked_view, "requested_by", .nullable = true),
	VIEW_COLUMN(decision_row, requested_at, "requested_at"),
	VIEW_COLUMN(decision_row, expires_at, "expires_at"),
	VIEW_SELF(decided_view, "decided_by", .nullable = true),
	VIEW_COLUMN(decision_row, decided_at, "decided_at"),
};
const struct view two_people_view = VIEW(two_people, struct decision_row, fields);
