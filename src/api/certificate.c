/* api/certificate.c - one certificate: what it says, and the three changes of its state. Every
 * change is one write function; the answer leaves after its commit, and from then on no
 * verification that arrives anywhere can miss it (store/status.h). */
#include "api/certificate.h"

#include "api/outcome.h"
#include "api/reason.h"
#include "api/routes.h"
#include "auth/gate.h"
#include "base/failpoint.h"
#include "crypt/encode.h"
#include "http/problem.h"
#include "sql/certificate_load.h"
#include "sql/certificate_reinstate.h"
#include "sql/certificate_revoke.h"
#include "sql/certificate_suspend.h"
#include "text/json.h"
#include "text/name.h"

enum { DOCUMENT_DEPTH = 12 };

/* ---- loading, and whether the caller may touch it ---- */

static struct step load(struct request *rq, step_fn *next)
{
	return AWAIT_READ(rq, next, CERTIFICATE_LOAD_CALL(rq->param[0].text));
}

/* False: there is none, or it is none of the caller's. */
static bool load_done(struct request *rq, const struct db_result *rows,
                      struct certificate_load_row *ret)
{
	if (rows_n(rows->res[0]) == 0)
		return false;
	certificate_load_read(rows->res[0], 0, ret);
	return certificate_may_touch(rq, &ret->belongings);
}

bool certificate_may_touch(struct request *rq, const struct belongings_row *whose)
{
	const struct belongings what = {
		.holder = whose->body,
		.partner = whose->company,
		.district = whose->district,
	};
	return auth_owns(rq, &what);
}

int certificate_facts(struct request *rq, struct slice document, struct credential_facts *ret,
                      struct document *ret_bare)
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

/* ---- GET /v1/certificates/{number} ---- */

static step_fn view_begin, view_done;

const struct route route_certificate_view = {
	.name = "certificate_view",
	.method = HTTP_GET,
	.path = "/v1/certificates/{number:certificate}",
	.deadline = INIT_SECONDS(5),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	return load(rq, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_load_row c;
	char code[CODE_TEXT];
	if (!load_done(rq, rows, &c))
		return reply_problem(rq, P_NOT_FOUND);
	code_format(c.code, code);
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kcstr(&w, "kind", kind_code(c.kind));
	jsonw_kstr(&w, "number", c.number);
	jsonw_kstr(&w, "level", c.level);
	jsonw_kstr(&w, "title", c.title);
	jsonw_kstr(&w, "state", c.state);
	jsonw_kday(&w, "issued_on", c.issued_on);
	jsonw_kopt_day(&w, "expires_on", c.expires_on);
	jsonw_kopt_day(&w, "revoked_on", c.revoked_on);
	jsonw_kopt_day(&w, "suspended_on", c.suspended_on);
	jsonw_kstr(&w, "issuer", c.issuer_name);
	jsonw_kuuid_or_null(&w, "assessment_id", c.assessment);
	jsonw_kcstr(&w, "verification_code", code);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- changes of state ---- */

static struct step begin_change(struct request *rq, step_fn *next)
{
	if (FAILPOINT("change_begin"))
		return reply_problem(rq, P_INTERNAL);
	return load(rq, next);
}

/* The certificate, when the caller may change it. False: *refused is the reply. */
static bool may_change(struct request *rq, const struct db_result *rows,
                       struct certificate_load_row *ret, struct step *refused)
{
	enum problem_id problem = P_NONE;
	if (FAILPOINT("change_loaded"))
		problem = P_INTERNAL;
	else if (!load_done(rq, rows, ret))
		problem = P_NOT_FOUND;
	else if (FAILPOINT("change_store"))
		problem = P_INTERNAL;
	if (problem != P_NONE)
		*refused = reply_problem(rq, problem);
	return problem == P_NONE;
}

/* How it stands then. */
struct standing {
	struct slice number, state;
	struct opt_day revoked_on, suspended_on;
};

static struct step reply_change(struct request *rq, int outcome, const struct standing *c)
{
	if (FAILPOINT("change_committed"))
		return reply_problem(rq, P_INTERNAL);
	if (outcome == OUTCOME_REPLAYED)
		request_replayed(rq);
	else if (outcome != OUTCOME_REVOKED && outcome != OUTCOME_SUSPENDED &&
	         outcome != OUTCOME_REINSTATED)
		return reply_outcome(rq, outcome);
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "number", c->number);
	jsonw_kstr(&w, "state", c->state);
	if (slice_is(c->state, "revoked") || slice_is(c->state, "void"))
		jsonw_kopt_day(&w, "revoked_on", c->revoked_on);
	if (slice_is(c->state, "suspended"))
		jsonw_kopt_day(&w, "suspended_on", c->suspended_on);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- POST /v1/certificates/{number}/revocation ---- */

static step_fn revoke_begin, revoke_store, revoke_done;

const struct route route_certificate_revoke = {
	.name = "certificate_revoke",
	.method = HTTP_POST,
	.path = "/v1/certificates/{number:certificate}/revocation",
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = revoke_begin,
};

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	return begin_change(rq, revoke_store);
}

static struct step revoke_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	struct step refused;
	if (!may_change(rq, rows, &c, &refused))
		return refused;
	return AWAIT_WRITE(rq, revoke_done,
	                   CERTIFICATE_REVOKE_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step revoke_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_revoke_row c;
	certificate_revoke_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on,
	                                                      c.suspended_on});
}

/* ---- PUT and DELETE /v1/certificates/{number}/suspension ---- */

static step_fn suspend_begin, suspend_store, suspend_done;

const struct route route_certificate_suspend = {
	.name = "certificate_suspend",
	.method = HTTP_PUT,
	.path = "/v1/certificates/{number:certificate}/suspension",
	.media = "application/json",
	.body_max = 16 * KIB,
	.body = &reason_table,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = suspend_begin,
};

static struct step suspend_begin(struct request *rq, const struct db_result *none)
{
	return begin_change(rq, suspend_store);
}

static struct step suspend_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	struct step refused;
	if (!may_change(rq, rows, &c, &refused))
		return refused;
	return AWAIT_WRITE(rq, suspend_done,
	                   CERTIFICATE_SUSPEND_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step suspend_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_suspend_row c;
	certificate_suspend_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on,
	                                                      c.suspended_on});
}

static step_fn reinstate_begin, reinstate_store, reinstate_done;

const struct route route_certificate_reinstate = {
	.name = "certificate_reinstate",
	.method = HTTP_DELETE,
	.path = "/v1/certificates/{number:certificate}/suspension",
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = reinstate_begin,
};

static struct step reinstate_begin(struct request *rq, const struct db_result *none)
{
	return begin_change(rq, reinstate_store);
}

static struct step reinstate_store(struct request *rq, const struct db_result *rows)
{
	const struct reason why = reason_of(rq);
	struct certificate_load_row c;
	struct step refused;
	if (!may_change(rq, rows, &c, &refused))
		return refused;
	return AWAIT_WRITE(rq, reinstate_done,
	                   CERTIFICATE_REINSTATE_CALL(request_context(rq), c.number, why.reason, why.note));
}

static struct step reinstate_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_reinstate_row c;
	certificate_reinstate_read(rows->res[0], 0, &c);
	return reply_change(rq, c.outcome, &(struct standing){c.number, c.state, c.revoked_on,
	                                                      c.suspended_on});
}
