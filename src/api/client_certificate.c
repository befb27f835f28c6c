/* api/client_certificate.c - client certificates: the caller is known by the SHA-256 of the
 * leaf's public key (SubjectPublicKeyInfo), never by a name inside the certificate. */
#include "api/routes.h"

#include "api/body.h"
#include "api/credentials.h"
#include "api/outcome.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "db/rows.h"
#include "sql_statements.h"
#include "tls/spki.h"

struct certificate_state {
	struct credential_body body;
	struct slice pem;
	uint8_t spki[32];
};

static const struct decode_field certificate_fields[] = {
	CREDENTIAL_FIELDS(struct certificate_state, body),
	{.name = "certificate_pem", .kind = DECODE_PROSE, .required = true,
	 .offset = offsetof(struct certificate_state, pem), .min = 1, .max = 16384},
};
static const struct decode_table certificate_table = {
	certificate_fields, ARRAY_LEN(certificate_fields), sizeof(struct certificate_state)};

static step_fn create_begin, create_store, create_done, list_begin, revoke_begin;

const struct route route_client_certificate_create = {
	.name = "client_certificate_create",
	.method = HTTP_POST,
	.path = "/v1/client-certificates",
	.media = "application/json",
	.body_max = 32 * KIB,
	.deadline = INIT_SECONDS(5),
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	struct fields errors;
	struct step refused;
	struct certificate_state *st = request_state(rq, sizeof *st);
	if (!st)
		return reply_out_of_memory(rq);
	if (!body_decode(rq, &certificate_table, st, &errors, &refused))
		return refused;
	if (st->pem.n && !tls_spki_of_pem(st->pem, st->spki))
		fields_add(&errors, "/certificate_pem", "certificate_pem");
	credential_check(&st->body, &errors);
	if (fields_any(&errors))
		return reply_fields(rq, &errors);
	if (!st->body.organisation.p)
		return request_continue(rq, create_store);
	return AWAIT_READ(rq, create_store,
	                  CALL(Q_ORGANISATION_LOAD, db_text(st->body.organisation)));
}

static struct step create_store(struct request *rq, const struct db_result *rows)
{
	struct certificate_state *st = rq->state;
	struct uuid organisation;
	struct step refused;
	if (!credential_organisation(rq, &st->body, rows, &organisation, &refused))
		return refused;
	return AWAIT_WRITE(rq, create_done,
	                   CALL(F_CLIENT_CERTIFICATE_ADD, WRITE_CONTEXT(rq),
	                        db_uuid(uuid_v7(instant_now())), db_text(st->body.role),
	                        db_uuid_or_null(organisation),
	                        credential_districts(rq, &st->body), db_text(st->body.label),
	                        db_bytes(slice_from(st->spki, sizeof st->spki)),
	                        credential_expiry(&st->body)));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	const struct certificate_state *st = rq->state;
	const PGresult *res = rows->res[0];
	struct slice outcome = outcome_of(rows);
	if (slice_is(outcome, "replayed"))
		request_replayed(rq);
	else if (!slice_is(outcome, "created"))
		return reply_outcome(rq, outcome);
	char hex[65];
	hex_format(slice_from(st->spki, sizeof st->spki), hex);
	struct jsonw w;
	jsonw_init(&w, request_out(rq));
	jsonw_object(&w);
	jsonw_kuuid(&w, "id", row_uuid(res, 0, rows_col(res, "client_certificate")));
	jsonw_kcstr(&w, "spki_sha256", hex);
	credential_write_body(&w, &st->body);
	jsonw_end(&w);
	return reply_json(rq, 201);
}

const struct route route_client_certificate_list = {
	.name = "client_certificate_list",
	.method = HTTP_GET,
	.path = "/v1/client-certificates",
	.deadline = INIT_SECONDS(5),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return credential_list(rq, Q_CLIENT_CERTIFICATE_LIST);
}

const struct route route_client_certificate_revoke = {
	.name = "client_certificate_revoke",
	.method = HTTP_DELETE,
	.path = "/v1/client-certificates/{id}",
	.deadline = INIT_SECONDS(5),
	.recorded = true,
	.first = revoke_begin,
};

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	return credential_revoke(rq, F_CLIENT_CERTIFICATE_REVOKE);
}
