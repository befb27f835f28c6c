/* tests/lib/office.c - as daemon/service.c wires it, with fakes at both ends. */
#include "office.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/gate.h"
#include "base/map.h"
#include "crypt/crypt.h"
#include "crypt/encode.h"
#include "store/blocks.h"
#include "store/status.h"
#include "store/verdict.h"
#include "telemetry/shared.h"

static const uint8_t seed[16] = "office of a test";
static const char *const slugs[2] = {"shili", "xingbo"};

static void make_stores(struct office *o)
{
	struct api *api = &o->api;
	api->blocks = blocks_new(seed);
	api->verdicts = verdict_cache_new(64, seed);
	api->status_lists = map_new(8, seed, free);
	assert(api->blocks && api->verdicts && api->status_lists);
	const struct status_observer observer = {
		.changed = verdict_cache_changed,
		.forget = verdict_cache_forget,
		.arg = api->verdicts,
	};
	api->status = status_new(api->db, Q_STATUS_READ, &observer);
	assert(api->status);
}

static void make_keys(struct office *o)
{
	for (int i = 0; i < 2; i++) {
		struct generated_key *key = &o->keys[i];
		int r = vault_generate(fake_signer_vault(o->signer), SIGNER_ED25519,
				       slice_of(slugs[i]), key);
		assert(r == 0);
		memcpy(o->wrapped[i], "\\x", 2);
		hex_format(slice_from(key->wrapped, key->wrapped_n), o->wrapped[i] + 2);
	}
	memset(o->api.keys.hash, 'h', sizeof o->api.keys.hash);
	memset(o->api.keys.cipher, 'c', sizeof o->api.keys.cipher);
	o->api.keys.cipher_version = 1;
}

static void make_web(struct office *o)
{
	const struct web_conf conf = {
		.routes = api_routes,
		.ops_routes = ops_routes,
		.constraints = api_constraints,
		.gate = auth_gate,
		.db = o->api.db,
		.app = &o->api,
		.public_url = o->api.public_url,
		.fingerprint_key = "a key of tests",
		.crypt = o->api.crypt,
		.process = "test",
	};
	o->web = web_new(&conf);
	assert(o->web);
	o->loop = loopback_new(web_exchange_app(o->web));
}

struct office *office_new(bool limits)
{
	struct office *o = calloc(1, sizeof *o);
	assert(o);
	o->db = fake_db_new();
	o->signer = fake_signer_new();
	o->api.db = fake_db_of(o->db);
	o->api.signer = fake_signer_signer(o->signer);
	o->api.crypt = crypt_new();
	assert(o->api.crypt);
	o->api.public_url = SLICE("https://localhost:8443");
	o->api.guess = (struct guess_limits){SECONDS(60), 4, 2, 3};
	o->api.shared = limits ? shared_create(2) : NULL;
	assert(!limits || o->api.shared);
	make_stores(o);
	make_keys(o);
	make_web(o);
	token_make(SLICE("institution"), o->token);
	snprintf(o->fields, sizeof o->fields,
	         "Authorization: Bearer %s\r\nAccept-Language: en\r\n", o->token);
	return o;
}

void office_free(struct office *o)
{
	struct api *api = &o->api;
	loopback_free(o->loop);
	assert(web_active(o->web) == 0);
	web_free(o->web);
	status_free(api->status);
	fake_signer_free(o->signer);
	fake_db_free(o->db);
	map_free(api->status_lists);
	verdict_cache_free(api->verdicts);
	blocks_free(api->blocks);
	crypt_free(api->crypt);
	shared_free(api->shared);
	free(o);
}

void office_caller(struct office *o, const char *role, const char *organisation, const char *state)
{
	fake_db_always(o->db, Q_PRINCIPAL_BY_TOKEN,
	               FAKE_ROW("id role organisation organisation_slug districts state",
	                        "99999999-0000-4000-8000-000000000001", role, organisation,
	                        organisation ? "shili" : NULL, "", state));
}

struct visit *office_ask(struct office *o, const char *method, const char *target,
                         const char *body)
{
	char fields[600];
	snprintf(fields, sizeof fields, "%s%s", o->fields,
	         body ? "Content-Type: application/json\r\n" : "");
	const struct visit_request r = {
		.method = method, .target = target, .fields = fields, .body = body};
	struct visit *v = loopback_open(o->loop, &r);
	loopback_head(v);
	return v;
}

void office_run(struct office *o)
{
	size_t n;
	do {
		n = (size_t)fake_db_run(o->db);
		n += fake_signer_run(o->signer);
		n += (size_t)loopback_run(o->loop);
	} while (n > 0);
}

struct visit *office_done(struct office *o, const char *method, const char *target,
                          const char *body)
{
	struct visit *v = office_ask(o, method, target, body);
	office_run(o);
	assert(v->phase == VISIT_OVER);
	return v;
}

const char *office_bytea(const void *p, size_t n)
{
	static char room[4][HEX_TEXT];
	static int at;
	char *out = room[at++ % 4];
	assert(2 * n + 3 <= HEX_TEXT);
	memcpy(out, "\\x", 2);
	hex_format(slice_from(p, n), out + 2);
	return out;
}
