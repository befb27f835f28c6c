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
#include "db/rows.h"
#include "http/problem.h"
#include "sql_statements.h"
#include "text/json.h"
#include "text/name.h"

enum { DOCUMENT_DEPTH = 12 };

/* ---- loading, and whether the caller may touch it ---- */

static struct step load(struct request *rq, step_fn *next)
{
	struct slice number;
	if (number_fold(rq->param[0], rq->arena, &number) < 0)
		return reply_problem(rq, P_NOT_FOUND);
	return AWAIT_READ(rq, next, CALL(Q_CERTIFICATE_LOAD, db_text(number)));
}

bool certificate_may_touch(struct request *rq, const PGresult *res)
{
	if (rows_n(res) == 0)
		return false;
	const struct belongings what = {
		.holder = row_uuid(res, 0, rows_col(res, "body")),
		.partner = row_uuid(res, 0, rows_col(res, "company")),
		.district = row_text(res, 0, rows_col(res, "district")),
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
	.path = "/v1/certificates/{number}",
	.deadline = INIT_SECONDS(5),
	.first = view_begin,
};

static struct step view_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return load(rq, view_done);
}

static struct step view_done(struct request *rq, const struct db_result *rows)
{
	static const char *const texts[] = {"kind", "number", "level", "title", "state", "issued_on",
	                                    "expires_on", "revoked_on", "suspended_on"};
	const PGresult *res = rows->res[0];
	uint8_t bytes[CODE_BYTES];
	char code[CODE_TEXT];
	if (!certificate_may_touch(rq, res))
		return reply_problem(rq, P_NOT_FOUND);
	if (!row_bytes_exact(res, 0, rows_col(res, "code"), bytes, sizeof bytes))
		return reply_problem(rq, P_INTERNAL);
	code_format(bytes, code);
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		jsonw_kstr(&w, texts[i], row_text(res, 0, rows_col(res, texts[i])));
	jsonw_kstr(&w, "issuer", row_text(res, 0, rows_col(res, "issuer_name")));
	jsonw_kstr(&w, "assessment_id", row_text(res, 0, rows_col(res, "assessment")));
	jsonw_kcstr(&w, "verification_code", code);
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- changes of state ---- */

/* The body is decoded before the certificate is loaded, so that a bad one costs no read. */
static struct step begin_change(struct request *rq, step_fn *next)
{
	struct step refused;
	if (FAILPOINT("change_begin"))
		return reply_problem(rq, P_INTERNAL);
	if (rq->route->body_max > 0 && !reason_read(rq, &refused))
		return refused;
	return load(rq, next);
}

static step_fn changed;

static struct step change(struct request *rq, const struct db_result *rows, int function)
{
	const PGresult *res = rows->res[0];
	const struct reason b = reason_of(rq);
	if (FAILPOINT("change_loaded"))
		return reply_problem(rq, P_INTERNAL);
	if (!certificate_may_touch(rq, res))
		return reply_problem(rq, P_NOT_FOUND);
	if (FAILPOINT("change_store"))
		return reply_problem(rq, P_INTERNAL);
	return AWAIT_WRITE(rq, changed,
	                   CALL(function, WRITE_CONTEXT(rq),
	                        db_text(row_text(res, 0, rows_col(res, "number"))),
	                        db_text(b.reason), db_text(b.note)));
}

static struct step changed(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	if (FAILPOINT("change_committed"))
		return reply_problem(rq, P_INTERNAL);
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "revoked") && !slice_is(outcome, "suspended") &&
	         !slice_is(outcome, "reinstated"))
		return reply_outcome(rq, outcome);
	struct slice state = row_text(res, 0, rows_col(res, "state"));
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kstr(&w, "number", row_text(res, 0, rows_col(res, "number")));
	jsonw_kstr(&w, "state", state);
	if (slice_is(state, "revoked") || slice_is(state, "void"))
		jsonw_kstr(&w, "revoked_on", row_text(res, 0, rows_col(res, "revoked_on")));
	if (slice_is(state, "suspended"))
		jsonw_kstr(&w, "suspended_on", row_text(res, 0, rows_col(res, "suspended_on")));
	jsonw_end(&w);
	return reply_json(rq, 200);
}

/* ---- POST /v1/certificates/{number}/revocation ---- */

static step_fn revoke_begin, revoke_store;

const struct route route_certificate_revoke = {
	.name = "certificate_revoke",
	.method = HTTP_POST,
	.path = "/v1/certificates/{number}/revocation",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = revoke_begin,
};

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return begin_change(rq, revoke_store);
}

static struct step revoke_store(struct request *rq, const struct db_result *rows)
{
	return change(rq, rows, F_CERTIFICATE_REVOKE);
}

/* ---- PUT and DELETE /v1/certificates/{number}/suspension ---- */

static step_fn suspend_begin, suspend_store;

const struct route route_certificate_suspend = {
	.name = "certificate_suspend",
	.method = HTTP_PUT,
	.path = "/v1/certificates/{number}/suspension",
	.media = "application/json",
	.body_max = 16 * KIB,
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = suspend_begin,
};

static struct step suspend_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return begin_change(rq, suspend_store);
}

static struct step suspend_store(struct request *rq, const struct db_result *rows)
{
	return change(rq, rows, F_CERTIFICATE_SUSPEND);
}

static step_fn reinstate_begin, reinstate_store;

const struct route route_certificate_reinstate = {
	.name = "certificate_reinstate",
	.method = HTTP_DELETE,
	.path = "/v1/certificates/{number}/suspension",
	.deadline = INIT_SECONDS(8),
	.recorded = true,
	.first = reinstate_begin,
};

static struct step reinstate_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return begin_change(rq, reinstate_store);
}

static struct step reinstate_store(struct request *rq, const struct db_result *rows)
{
	return change(rq, rows, F_CERTIFICATE_REINSTATE);
}
