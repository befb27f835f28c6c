/* api/caller_credential.h - what tokens and client certificates have in common: a role, perhaps an
 * organisation, districts, a label, an end. */
#pragma once

#include "api/listing.h"
#include "sql/rows/caller_credential.h"
#include "text/decode.h"
#include "text/jsonw.h"
#include "web/request.h"

struct credential_body {
	struct slice role, organisation, label;
	struct decode_array districts; /* of slices */
	struct opt_day expires_on;
	struct opt_uuid staff; /* whose it is: the caller's own id */
};

extern const char *const credential_roles[];

#define CREDENTIAL_FIELDS(type, member) \
	{.name = "role", .kind = DECODE_CHOICE, .required = true, \
	 .offset = offsetof(type, member.role), .choices = credential_roles}, \
	{.name = "organisation", .kind = DECODE_STRING, .nullable = true, \
	 .offset = offsetof(type, member.organisation), .min = 1, .max = 40}, \
	{.name = "districts", .kind = DECODE_ARRAY, .nullable = true, \
	 .offset = offsetof(type, member.districts), .max = 40}, \
	{.name = "label", .kind = DECODE_STRING, .required = true, \
	 .offset = offsetof(type, member.label), .min = 1, .max = 100}, \
	{.name = "expires_on", .kind = DECODE_DAY, .nullable = true, \
	 .offset = offsetof(type, member.expires_on)}, \
	{.name = "staff", .kind = DECODE_UUID, .nullable = true, .offset = offsetof(type, member.staff)}

/* The organisation's id from organisation_load's row (rows NULL: none was named, nil). False:
 * *refused is the reply. */
bool credential_organisation(struct request *rq, const struct credential_body *b,
                             const struct db_result *rows, struct uuid *ret,
                             struct step *refused);

/* Adds what the table cannot say: districts are codes of six digits, and belong to
 * administrators only. A limit that was mistyped must never become no limit. */
void credential_check(const struct credential_body *b, struct fields *errors);

/* Of districts alone, at /districts. */
void districts_check(const struct decode_array *districts, struct fields *errors);

/* As an array literal of codes that were checked. */
struct slice districts_literal(struct request *rq, const struct decode_array *districts);

/* The end of that Shanghai day, or a year from now. */
struct instant credential_expiry(const struct credential_body *b);

/* What the answer to a new one says beside its own members. */
extern const struct view credential_made_view;

/* Of rows of caller_credential (sql/rows); LIST of one kind is CREDENTIAL_LIST("token"). */
extern const struct view credential_view;
int credential_read_row(struct request *rq, const PGresult *res, int row, void *item);
#define CREDENTIAL_LIST(kind) \
	{.key = {kind, 1, {CURSOR_KEY(struct caller_credential_row, id)}}, .view = &credential_view, \
	 .read = credential_read_row}

/* The reply to a revocation, of what its write function said. */
MUSTUSE struct step credential_revoked(struct request *rq, int outcome);
