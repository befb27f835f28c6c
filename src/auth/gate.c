/* auth/gate.c - authentication and the role check, as steps before the handler's own.
 *
 * On the client-certificate listener the certificate says who asks; elsewhere a bearer token
 * (RFC 6750). A token whose checksum is wrong never reaches the database. */
#include "auth/gate.h"

#include "crypt/token.h"
#include "net/exchange.h"
#include "sql/principal_by_spki.h"
#include "sql/principal_by_token.h"
#include "web/web.h"

static step_fn gate_check;

static struct step refuse(struct request *rq, enum problem_id problem)
{
	if (problem == P_UNAUTHENTICATED)
		request_set_header(rq, "WWW-Authenticate", SLICE("Bearer realm=\"talentd\""));
	return reply_problem(rq, problem);
}

static struct slice bearer(const struct request *rq)
{
	struct slice value = request_header(rq, "authorization");
	struct slice scheme = slice_cut(&value, ' ');
	if (!value.p || !slice_eq_nocase(scheme, SLICE("Bearer")))
		return SLICE_NONE;
	return slice_trim(value);
}

static struct step look_up(struct request *rq, step_fn *next)
{
	const struct exchange_peer *peer = rq->x->peer;
	rq->behind_gate = next;
	if (peer->has_client_cert)
		return AWAIT_READ(rq, gate_check,
		                  PRINCIPAL_BY_SPKI_CALL(slice_from(peer->spki_sha256, 32)));
	struct slice token = bearer(rq);
	if (!token.p || !token_check(token, NULL))
		return refuse(rq, P_UNAUTHENTICATED);
	uint8_t hash[SHA256_SIZE];
	token_hash(request_crypt(rq), token, hash);
	return AWAIT_READ(rq, gate_check,
	                  PRINCIPAL_BY_TOKEN_CALL(slice_from(hash, sizeof hash)));
}

static bool keep_principal(struct request *rq, const struct principal_row *row)
{
	rq->who = (struct principal){
		.id = row->id,
		.role = role_from_code(row->role),
		.organisation = row->organisation,
		.slug = arena_slice(rq->arena, row->organisation_slug),
		.districts = arena_slice(rq->arena, row->districts),
		.staff = row->staff,
		.named = row->staff_name.p != NULL,
		.right = right_from_code(row->rights),
	};
	return !arena_failed(rq->arena);
}

static struct step gate_check(struct request *rq, const struct db_result *rows)
{
	struct principal_row row;
	if (rows_n(rows->res[0]) == 0)
		return refuse(rq, P_UNAUTHENTICATED);
	principal_row_read(rows->res[0], 0, 0, &row);
	bool suspended = slice_is(row.state, "suspended");
	if (suspended && !rq->route->while_suspended)
		return refuse(rq, P_CALLER_SUSPENDED);
	if (!suspended && !slice_is(row.state, "active"))
		return refuse(rq, P_UNAUTHENTICATED);
	if (!keep_principal(rq, &row))
		return reply_out_of_memory(rq);
	if (!route_admits(rq->route, &rq->who))
		return refuse(rq, P_FORBIDDEN);
	request_note_use(rq, rq->who.id);
	if (rq->behind_gate)
		return request_continue(rq, rq->behind_gate);
	return web_admit(rq);
}

bool auth_presented(const struct request *rq)
{
	return rq->x->peer->has_client_cert || request_header(rq, "authorization").p;
}

struct step auth_gate(struct request *rq)
{
	return look_up(rq, NULL);
}

struct step auth_require(struct request *rq, step_fn *next)
{
	return look_up(rq, next);
}
