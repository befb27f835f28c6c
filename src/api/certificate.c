/* api/certificate.c - one certificate: what it says, and the three changes of its state. Every
 * change is one write function; the answer leaves after its commit, and from then on no
 * verification that arrives anywhere can miss it (store/status.h). */
#include "api/certificate.h"

#include "api/listing.h"
#include "api/outcome.h"
#include "api/reason.h"
#include "base/failpoint.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "http/problem.h"
#include "sql/certificate_history.h"
#include "sql/certificate_load.h"
#include "sql/certificate_reinstate.h"
#include "sql/certificate_revoke.h"
#include "sql/certificate_suspend.h"
#include "text/json.h"
#include "text/name.h"
#include "text/view.h"
#include "verifying/stored_signature.h"
#include "web/request.h"

enum { DOCUMENT_DEPTH = 12 };

/* ---- whose it is ---- */

static struct step load(struct request *rq, step_fn *next)
{
	if (rq->route->method != HTTP_GET && FAILPOINT("change_begin"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_READ(rq, next, CERTIFICATE_LOAD_CALL(rq->param[0].text));
}

int certificate_whose(const struct belongings_row *row, struct belongings *ret)
{
	*ret = (struct belongings){
		.holder = row->body, .partner = row->company, .district = row->district};
	return 0;
}

static int whose(struct request *rq, const PGresult *res, int row, struct belongings *ret)
{
	struct certificate_load_row c;
	certificate_load_read(res, row, &c);
	return certificate_whose(&c.belongings, ret);
}

static const struct route_object certificate = {.load = load, .whose = whose};

int certificate_facts(struct request *rq, struct slice document, struct credential_facts *ret,
                      struct unsecured_document *ret_bare)
{
	struct json_error_at at;
	enum template_op op;
	json_t *json;
	int r = json_read(document, DOCUMENT_DEPTH, &json, &at);
	if (r == 0)
		r = json_keep(rq->arena, json);
	if (r)
		return r;
	json_object_del(json, "proof");
	return credential_read(rq->arena, json, ret, ret_bare, &op);
}

bool certificate_renew(struct request *rq, const struct proof_row *proof, struct slice signature, struct slice holder,
                       struct renewed *r, struct issue_order *ret, struct step *ret_refused)
{
	struct unsecured_document old;
	if (!stored_signature_good(rq, proof, signature, ret_refused))
		return false; /* signing what it says would make a forged one good */
	int failed = certificate_facts(rq, proof->document, &r->said, &old);
	r->issuer.slug = r->said.issuer_slug;
	r->issuer.name = r->said.issuer_name;
	*ret = issue_order_of_version(&r->said, r->certificate, &r->issuer, holder);
	if (failed < 0)
		*ret_refused = failed == E_NOMEM ? reply_out_of_memory(rq) : reply_problem(rq, P_INTERNAL);
	return failed == 0;
}

/* ---- GET /v1/certificates/{number} ---- */

static step_fn view;

static const char *const states[] = {"valid", "suspended", "revoked", "void", NULL};

static const struct view_field certificate_fields[] = {
	VIEW_COLUMN(certificate_load_row, kind, "kind", .code = kind_text),
	VIEW_COLUMN(certificate_load_row, number, "number"),
	VIEW_COLUMN(certificate_load_row, level, "level"),
	VIEW_COLUMN(certificate_load_row, title, "title"),
	VIEW_COLUMN(certificate_load_row, state, "state", .words = states),
	VIEW_COLUMN(certificate_load_row, issued_on, "issued_on"),
	VIEW_COLUMN(certificate_load_row, expires_on, "expires_on"),
	VIEW_COLUMN(certificate_load_row, revoked_on, "revoked_on"),
	VIEW_COLUMN(certificate_load_row, suspended_on, "suspended_on"),
	VIEW_COLUMN(certificate_load_row, issuer_name, "issuer"),
	VIEW_COLUMN(certificate_load_row, assessment, "assessment_id"),
	VIEW_COLUMN(certificate_load_row, code, "verification_code", .made = code_text),
};
static const struct view certificate_view = VIEW(certificate, struct certificate_load_row, certificate_fields);

const struct route route_certificate_view = {
	.name = "certificate_view",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number:certificate}",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &certificate,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(200, certificate_view)),
	.first = view,
};

static struct step view(struct request *rq, const struct db_result *rows)
{
	struct certificate_load_row c;
	certificate_load_read(rows->res[0], 0, &c);
	return reply_view(rq, 200, &certificate_view, &c);
}

/* ---- GET /v1/certificates/{number}/history: who did what to it, when, and why ---- */

static step_fn history_read, history_done;

static const struct view_field event_fields[] = {
	VIEW_COLUMN(certificate_history_row, at, "at"),
	VIEW_COLUMN(certificate_history_row, event, "event"),
	VIEW_COLUMN(certificate_history_row, by_role, "by_role"),
	VIEW_COLUMN(certificate_history_row, by_organisation, "by_organisation"),
	VIEW_COLUMN(certificate_history_row, by_label, "by_label"),
	VIEW_COLUMN(certificate_history_row, reason, "reason"),
	VIEW_COLUMN(certificate_history_row, note, "note"),
	VIEW_COLUMN(certificate_history_row, request, "request_id"),
};
static const struct view event_view = VIEW(certificate_event, struct certificate_history_row, event_fields);

static int read_event(struct request *rq, const PGresult *res, int row, void *item)
{
	certificate_history_read(res, row, item);
	return 1;
}

static const struct listed history = {
	.key = {"certificate_history", 1, {CURSOR_KEY(struct certificate_history_row, position)}},
	.view = &event_view,
	.read = read_event,
};
LISTING_TABLE(history_query, history);

const struct route route_certificate_history = {
	.name = "certificate_history",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number:certificate}/history",
	.roles = ROLE_INSTITUTION | ROLE_COMPANY | ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_ORG,
	.object = &certificate,
	.query = &history_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(event_view)),
	.first = history_read,
};

static struct step history_read(struct request *rq, const struct db_result *rows)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, history_done,
	                  CERTIFICATE_HISTORY_CALL(rq->param[0].text, l->after.key[0].number,
	                                           listing_rows(l)));
}

static struct step history_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &history, rq->query, rows->res[0]);
}

/* ---- changes of state ---- */

/* How far a test lets it come. */
static bool is_stopped(void)
{
	return FAILPOINT("change_loaded") || FAILPOINT("change_store");
}

/* How it stands then. */
struct standing {
	struct slice number, state;
	struct opt_day revoked_on, suspended_on;
};

static const struct view_field standing_fields[] = {
	VIEW_FIELD(struct standing, number, "number"),
	VIEW_FIELD(struct standing, state, "state", .words = states),
	VIEW_FIELD(struct standing, revoked_on, "revoked_on", .omitted = true),
	VIEW_FIELD(struct standing, suspended_on, "suspended_on", .omitted = true),
};
static const struct view standing_view = VIEW(certificate_standing, struct standing, standing_fields);

static struct step reply_change(struct request *rq, int outcome, struct standing *c, struct slice recorded)
{
	if (FAILPOINT("change_committed"))
		return reply_problem(rq, P_INTERNAL);
	if (outcome == OUTCOME_OTHER_REASON)
		return reply_other_reason(rq, c->state, recorded, slice_is(c->state, "suspended") ? c->suspended_on : c->revoked_on);
	if (outcome == OUTCOME_REPLAYED)
		request_replayed(rq);
	else if (outcome != OUTCOME_REVOKED && outcome != OUTCOME_SUSPENDED &&
	         outcome != OUTCOME_REINSTATED)
		return reply_outcome(rq, outcome);
	c->revoked_on.given &= slice_is(c->state, "revoked") || slice_is(c->state, "void");
	c->suspended_on.given &= slice_is(c->state, "suspended");
	return reply_view(rq, 200, &standing_view, c);
}

/* ---- POST /v1/certificates/{number}/revocation ---- */

static step_fn revoke_store, revoke_done;

const struct route route_certificate_revoke = {
	.name = "certificate_revoke",
	.method = HTTP_POST,
	.path = "/v1/certificates/{number:certificate}/revocation",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &certificate,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, standing_view)),
	.write = &certificate_revoke_statement,
	.first = revoke_store,
};

static struct step revoke_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	if (is_stopped())
		return reply_problem(rq, P_INTERNAL);
	certificate_load_read(rows->res[0], 0, &c);
	return AWAIT_WRITE(rq, revoke_done,
	                   CERTIFICATE_REVOKE_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step revoke_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_revoke_row c;
	certificate_revoke_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on, c.suspended_on},
	                    c.reason);
}

/* ---- PUT and DELETE /v1/certificates/{number}/suspension ---- */

static step_fn suspend_store, suspend_done;

const struct route route_certificate_suspend = {
	.name = "certificate_suspend",
	.method = HTTP_PUT,
	.path = "/v1/certificates/{number:certificate}/suspension",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &certificate,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, standing_view)),
	.write = &certificate_suspend_statement,
	.first = suspend_store,
};

static struct step suspend_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	if (is_stopped())
		return reply_problem(rq, P_INTERNAL);
	certificate_load_read(rows->res[0], 0, &c);
	return AWAIT_WRITE(rq, suspend_done,
	                   CERTIFICATE_SUSPEND_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step suspend_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_suspend_row c;
	certificate_suspend_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on, c.suspended_on},
	                    c.reason);
}

static step_fn reinstate_store, reinstate_done;

const struct route route_certificate_reinstate = {
	.name = "certificate_reinstate",
	.method = HTTP_DELETE,
	.path = "/v1/certificates/{number:certificate}/suspension",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_ORG,
	.object = &certificate,
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.answers = ANSWERS(JSON_VIEW(200, standing_view)),
	.write = &certificate_reinstate_statement,
	.first = reinstate_store,
};

static struct step reinstate_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	if (is_stopped())
		return reply_problem(rq, P_INTERNAL);
	certificate_load_read(rows->res[0], 0, &c);
	return AWAIT_WRITE(rq, reinstate_done,
	                   CERTIFICATE_REINSTATE_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step reinstate_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_reinstate_row c;
	certificate_reinstate_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on, c.suspended_on},
	                    c.reason);
}
