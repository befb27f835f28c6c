/* api/invitation.c - whoever has the code of an invitation gets a token of their own: once. The code has the form of a
 * token, so that a mistyped one never reaches the database, and as many random bits. */
#include "api/outcome.h"
#include "api/staff.h"
#include "crypt/random.h"
#include "crypt/secret.h"
#include "sql/invitation_accept.h"

enum { TOKEN_DAYS = 365 };

struct acceptance {
	struct slice code, label;
	struct uuid id;
	char token[TOKEN_TEXT];
	const char *shown;
	struct instant expires_at;
	struct invitation_accept_row row;
};

static const struct decode_field fields[] = {
	{.name = "code", .kind = DECODE_ANY_STRING, .required = true, .offset = offsetof(struct acceptance, code)},
	{.name = "label", .kind = DECODE_STRING, .nullable = true, .offset = offsetof(struct acceptance, label),
	 .min = 1, .max = 100},
};
static const struct decode_table table = {fields, ARRAY_LEN(fields), sizeof(struct acceptance)};

static const struct view_field accepted_fields[] = {
	VIEW_FIELD(struct acceptance, id, "id"),
	VIEW_FIELD(struct acceptance, shown, "token", .omitted = true),
	VIEW_FIELD(struct acceptance, expires_at, "expires_at"),
	VIEW_FIELD(struct acceptance, row.staff, "staff"),
	VIEW_FIELD(struct acceptance, row.name, "name", .nullable = true),
	VIEW_FIELD(struct acceptance, row.role, "role", .nullable = true),
	VIEW_FIELD(struct acceptance, row.rights, "rights", .words = staff_rights, .nullable = true),
	VIEW_FIELD(struct acceptance, row.organisation_slug, "organisation", .nullable = true),
};
static const struct view accepted_view = VIEW(invitation_accepted, struct acceptance, accepted_fields);

static step_fn begin, done;

const struct route route_invitation_accept = {
	.name = "invitation_accept",
	.method = HTTP_POST,
	.path = "/v1/invitations/acceptance",
	.open = true,
	.media = "application/json",
	.body_max = 4 * KIB,
	.body = &table,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, accepted_view)),
	.write = &invitation_accept_statement,
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	struct acceptance *a = rq->state;
	uint8_t code[SHA256_SIZE], hash[SHA256_SIZE];
	struct slice kind;
	if (!token_check(a->code, &kind) || !slice_is(kind, "invitation"))
		return reply_problem(rq, P_NOT_FOUND);
	token_hash(request_crypt(rq), a->code, code);
	token_make(SLICE("staff"), a->token);
	token_hash(request_crypt(rq), slice_of(a->token), hash);
	struct instant now = instant_now();
	a->id = uuid_v7(now);
	a->expires_at = (struct instant){now.us + TOKEN_DAYS * (int64_t)86400 * 1000000};
	return AWAIT_WRITE(rq, done,
	                   INVITATION_ACCEPT_CALL(request_context(rq), slice_from(code, sizeof code), a->id,
	                                          slice_from(hash, sizeof hash),
	                                          a->label.p ? a->label : SLICE("invitation"), a->expires_at));
}

static struct step done(struct request *rq, const struct db_result *rows)
{
	struct acceptance *a = rq->state;
	invitation_accept_read(rows->res[0], 0, &a->row);
	if (a->row.outcome != INVITATION_ACCEPT_ACCEPTED && a->row.outcome != INVITATION_ACCEPT_REPLAYED)
		return reply_outcome(rq, a->row.outcome);
	bool same = uuid_eq(a->row.token, a->id);
	if (!same)
		request_replayed(rq); /* of the token only the hash was kept */
	a->id = a->row.token;
	a->shown = same ? a->token : NULL;
	struct step answer = reply_view(rq, 201, &accepted_view, a);
	secret_wipe(a->token, sizeof a->token);
	return answer;
}
