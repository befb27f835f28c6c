/* api/client_certificate.c - client certificates: the caller is known by the SHA-256 of the
 * leaf's public key (SubjectPublicKeyInfo), never by a name inside the certificate. */

#include "api/caller_credential.h"
#include "api/outcome.h"
#include "crypt/digest.h"
#include "crypt/encode.h"
#include "crypt/random.h"
#include "sql/client_certificate_add.h"
#include "sql/client_certificate_list.h"
#include "sql/client_certificate_revoke.h"
#include "sql/organisation_load.h"
#include "tls/spki.h"
#include "web/request.h"

struct certificate_state {
	struct credential_body body;
	struct slice pem;
	uint8_t spki[SHA256_SIZE];
	struct uuid id;
};

static const struct decode_field certificate_fields[] = {
	CREDENTIAL_FIELDS(struct certificate_state, body),
	/* with whatever ends its lines, RFC 7468 section 2 */
	{.name = "certificate_pem", .kind = DECODE_ANY_STRING, .required = true,
	 .offset = offsetof(struct certificate_state, pem)},
};
static const struct decode_table certificate_table = {
	certificate_fields, ARRAY_LEN(certificate_fields), sizeof(struct certificate_state)};

static int check(struct request *rq, void *state, struct fields *errors)
{
	struct certificate_state *st = state;
	if (st->pem.p && !tls_spki_of_pem(st->pem, st->spki))
		fields_add(errors, "/certificate_pem", "certificate_pem");
	credential_check(&st->body, errors);
	return 0;
}

/* hex_format for views. */
static void spki_text(const void *spki, char *text)
{
	hex_format(slice_from(spki, SHA256_SIZE), text);
}

static const struct view_field made_fields[] = {
	VIEW_FIELD(struct certificate_state, id, "id"),
	VIEW_FIELD(struct certificate_state, spki, "spki_sha256", .made = spki_text),
	VIEW_INCLUDE_STRUCT(struct certificate_state, body, credential_made_view),
};
static const struct view made_view = VIEW(client_certificate_made, struct certificate_state, made_fields);

static step_fn create_begin, create_store, create_done, list_begin, list_done;
static step_fn revoke_begin, revoke_done;

const struct route route_client_certificate_create = {
	.name = "client_certificate_create",
	.method = HTTP_POST,
	.path = "/v1/client-certificates",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.media = "application/json",
	.body_max = 32 * KIB,
	.body = &certificate_table,
	.check = check,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(JSON_VIEW(201, made_view)),
	.write = &client_certificate_add_statement,
	.first = create_begin,
};

static struct step create_begin(struct request *rq, const struct db_result *none)
{
	const struct certificate_state *st = rq->state;
	if (!st->body.organisation.p)
		return request_continue(rq, create_store);
	return AWAIT_READ(rq, create_store, ORGANISATION_LOAD_CALL(st->body.organisation));
}

static struct step create_store(struct request *rq, const struct db_result *rows)
{
	struct certificate_state *st = rq->state;
	struct uuid organisation;
	struct step refused;
	if (!credential_organisation(rq, &st->body, rows, &organisation, &refused))
		return refused;
	return AWAIT_WRITE(rq, create_done,
	                   CLIENT_CERTIFICATE_ADD_CALL(
				   request_context(rq), uuid_v7(instant_now()), st->body.role, organisation,
				   districts_literal(rq, &st->body.districts), st->body.label,
				   slice_from(st->spki, sizeof st->spki), credential_expiry(&st->body), st->body.staff.v));
}

static struct step create_done(struct request *rq, const struct db_result *rows)
{
	struct certificate_state *st = rq->state;
	struct client_certificate_add_row row;
	client_certificate_add_read(rows->res[0], 0, &row);
	if (row.outcome == CLIENT_CERTIFICATE_ADD_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != CLIENT_CERTIFICATE_ADD_CREATED)
		return reply_outcome(rq, row.outcome);
	st->id = row.client_certificate;
	return reply_view(rq, 201, &made_view, st);
}

static const struct listed certificate_list = CREDENTIAL_LIST("client_certificate");
LISTING_TABLE(list_query, certificate_list);

const struct route route_client_certificate_list = {
	.name = "client_certificate_list",
	.method = HTTP_GET,
	.path = "/v1/client-certificates",
	.roles = ROLE_ADMINISTRATOR | ROLE_AUDITOR,
	.own = OWN_REGISTRY,
	.query = &list_query,
	.deadline = INIT_SECONDS(5),
	.answers = ANSWERS(VIEW_PAGE(credential_view)),
	.first = list_begin,
};

static struct step list_begin(struct request *rq, const struct db_result *none)
{
	const struct listing *l = rq->query;
	return AWAIT_READ(rq, list_done,
	                  CLIENT_CERTIFICATE_LIST_CALL((struct uuid){{0}}, l->after.key[0].uuid, listing_rows(l)));
}

static struct step list_done(struct request *rq, const struct db_result *rows)
{
	return listing_reply(rq, &certificate_list, rq->query, rows->res[0]);
}

const struct route route_client_certificate_revoke = {
	.name = "client_certificate_revoke",
	.method = HTTP_DELETE,
	.path = "/v1/client-certificates/{id:uuid}",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.deadline = INIT_SECONDS(5),
	.recorded = true,
	.answers = ANSWERS(NO_BODY(204)),
	.write = &client_certificate_revoke_statement,
	.first = revoke_begin,
};

static struct step revoke_begin(struct request *rq, const struct db_result *none)
{
	return AWAIT_WRITE(rq, revoke_done, CLIENT_CERTIFICATE_REVOKE_CALL(request_context(rq), rq->param[0].uuid));
}

static struct step revoke_done(struct request *rq, const struct db_result *rows)
{
	struct client_certificate_revoke_row row;
	client_certificate_revoke_read(rows->res[0], 0, &row);
	return credential_revoked(rq, row.outcome);
}
