/* tests/lib/office.c - as daemon/service.c wires it, with fakes at both ends. */
#include "office.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/outcome.h"
#include "auth/gate.h"
#include "base/buf.h"
#include "base/map.h"
#include "crypt/crypt.h"
#include "crypt/encode.h"
#include "loop/loop.h"
#include "store/blocks.h"
#include "store/outbox.h"
#include "store/records.h"
#include "store/refill.h"
#include "store/status.h"
#include "store/verdict.h"
#include "telemetry/shared.h"

static const uint8_t seed[16] = "office of a test";
static const char *const slugs[2] = {"shili", "xingbo"};

static void make_stores(struct office *o)
{
	struct registry *registry = &o->registry;
	registry->blocks = blocks_new(seed);
	registry->verdicts = verdict_cache_new(64, seed);
	registry->status_lists = map_new(8, seed, free);
	registry->outbox = outbox_new(o->turns, registry->db);
	registry->records = records_new(o->turns, registry->db);
	fake_db_always(o->db, F_VERIFICATION_RECORDS_ADD, FAKE_ROW("added", "1"));
	registry->refills = registry->blocks ? refills_new(registry->db, registry->blocks, NULL) : NULL;
	assert(registry->outbox && registry->records && registry->refills && registry->blocks && registry->verdicts && registry->status_lists);
	const struct status_observer observer = {
		.changed = verdict_cache_changed,
		.forget = verdict_cache_forget,
		.arg = registry->verdicts,
	};
	registry->status = status_new(o->turns, registry->db, &observer);
	assert(registry->status);
	fake_db_always(o->db, Q_STATUS_READ, office_status("7", NULL, false));
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
	memset(o->registry.keys.hash, 'h', sizeof o->registry.keys.hash);
	memset(o->registry.keys.cipher, 'c', sizeof o->registry.keys.cipher);
	o->registry.keys.cipher_version = 1;
}

static void make_web(struct office *o)
{
	const struct web_conf conf = {
		.routes = api_routes,
		.ops_routes = ops_routes,
		.constraints = api_constraints,
		.outcome_gives = outcome_gives,
		.gate = auth_gate,
		.db = o->registry.db,
		.channels = &o->channels,
		.app = &o->registry,
		.public_url = o->registry.public_url,
		.fingerprint_key = "a key of tests",
		.crypt = o->registry.crypt,
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
	o->turns = loop_new();
	assert(o->turns);
	o->db = fake_db_new();
	o->signer = fake_signer_new();
	o->registry.db = fake_db_of(o->db);
	o->channel[0] = fake_signer_channel(o->signer);
	o->channels = (struct channels){o->channel, 1};
	o->registry.crypt = crypt_new();
	assert(o->registry.crypt);
	o->registry.public_url = SLICE("https://localhost:8443");
	o->registry.guess = (struct guess_limits){SECONDS(60), 6, 4, 2, 3, 3, 3};
	o->registry.shared = limits ? shared_create(2) : NULL;
	assert(!limits || o->registry.shared);
	make_stores(o);
	make_keys(o);
	make_web(o);
	token_make(SLICE("institution"), o->token);
	snprintf(o->fields, sizeof o->fields,
	         "Authorization: Bearer %s\r\n", o->token);
	return o;
}

void office_free(struct office *o)
{
	struct registry *registry = &o->registry;
	loopback_free(o->loop);
	assert(web_active(o->web) == 0);
	web_free(o->web);
	status_free(registry->status);
	fake_signer_free(o->signer);
	records_free(registry->records);
	outbox_free(registry->outbox);
	refills_free(registry->refills);
	fake_db_free(o->db);
	map_free(registry->status_lists);
	verdict_cache_free(registry->verdicts);
	blocks_free(registry->blocks);
	crypt_free(registry->crypt);
	shared_free(registry->shared);
	loop_free(o->turns);
	free(o);
}

void office_caller(struct office *o, const char *role, const char *organisation, const char *state)
{
	fake_db_always(o->db, Q_ELIGIBILITY,
	               FAKE_ROW("sitting advancement warned refused declared", "first", "first", "", "", NULL));
	fake_db_always(o->db, Q_PRINCIPAL_BY_TOKEN,
	               FAKE_ROW("id role organisation organisation_slug districts state staff staff_name rights",
	                        "99999999-0000-4000-8000-000000000001", role, organisation,
	                        organisation ? "shili" : NULL, "", state,
	                        "99999999-0000-4000-8000-000000000002", "陈静", "manages"));
}

/* Lets happen what is put off for a few turns. */
static void put_off(struct office *o)
{
	for (int i = 0; i < 8; i++) {
		int r = loop_turn(o->turns, MILLIS(0));
		assert(r == 0);
	}
}

void office_target(const struct route *r, char out[static OFFICE_TARGET])
{
	struct buf text = {.p = out, .size = OFFICE_TARGET, .max = OFFICE_TARGET};
	for (const char *p = r->path; *p; p++) {
		if (*p != '{') {
			buf_addc(&text, *p);
			continue;
		}
		const char *end = strchr(p, '}');
		bool number = end - p > 8 && strncmp(end - 8, ":integer", 8) == 0;
		buf_adds(&text, number ? "7" : OFFICE_EXAM);
		p = end;
	}
	buf_addc(&text, '\0');
	assert(!buf_failed(&text));
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
	put_off(o);
	return v;
}

bool office_step(struct office *o)
{
	put_off(o);
	bool did = fake_db_step(o->db) || fake_signer_answer(o->signer, 0);
	put_off(o);
	return loopback_run(o->loop) > 0 || did;
}

void office_run(struct office *o)
{
	while (office_step(o))
		;
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

static const char *or(const char *given, const char *usual)
{
	return given ? given : usual;
}

PGresult *office_exam(struct office *o, const struct exam_terms *t)
{
	static const char columns[] =
		"now today exam_id district occupation edition occupation_name work_type level "
		"level_digit has_review held_on publicity_days window_days body body_slug body_name "
		"body_key body_wrapped partner partner_slug partner_name company_key company_wrapped "
		"body_number_prefix site numbers title partner_title partner_code partner_validity_months standing person "
		"assessment person_name certified number_taken off_roster seen";
	bool dual = !t->plain, ready = dual && !t->keyless;
	return FAKE_ROW(columns,
		"2026-11-20T02:15:07Z", "2026-11-20", OFFICE_EXAM, "310105", "4-01-06-02", "2022",
		"互联网营销师", "livestream-sales", or(t->level, "4"), t->level ? NULL : "4", "f",
		or(t->held_on, "2026-11-14"), or(t->publicity_days, "0"), "0", or(t->body, OFFICE_BODY), "shili",
		"上海示例技能评价中心", o->keys[0].id, o->wrapped[0], dual ? OFFICE_COMPANY : NULL,
		dual ? "xingbo" : NULL, dual ? "星播示例科技有限公司" : NULL,
		ready ? o->keys[1].id : NULL, ready ? o->wrapped[1] : NULL, "S000031000123",
		t->siteless ? NULL : OFFICE_SITE, or(t->numbers, t->siteless ? "supplied" : "either"), "互联网营销师 直播销售员 四级/中级工", dual ? "星播直播销售 中级" : NULL, dual ? "XINGBO-001" : NULL,
		dual ? "12" : NULL, or(t->standing, "ok"), t->person, t->assessment,
		t->person_name, t->certified, t->number_taken ? "t" : "f", "f", t->seen);
}

void office_reserve(struct office *o, int halves)
{
	for (int i = 0; i < halves; i++) {
		fake_db_answer_one(o->db, F_NUMBERS_RESERVE, FAKE_ROW("first", "1"));
		fake_db_answer_one(o->db, F_STATUS_RESERVE,
		                   FAKE_ROW("first list_key", "0", office_bytea(o->keys[0].public, 32)));
	}
}

#define VERDICT_COLUMNS \
	"epoch rev now today in_recovery found certificate kind number holder title occupation edition " \
	"occupation_name work_type level level_name level_name_en issuer_name issuer_slug issued_on " \
	"expires_on dual state revoked_on suspended_on replaced replaced_on key_revoked held signature " \
	"version"

PGresult *office_verdict(const struct verdict_terms *t)
{
	const char *state = or(t->state, "valid");
	const char *const cells[] = {
		OFFICE_EPOCH_TEXT, or(t->rev, "7"), "2026-11-22T03:04:05Z", "2026-11-22",
		t->in_recovery ? "t" : "f", t->missing ? "f" : "t",
		or(t->certificate, OFFICE_CERTIFICATE), "skill_grade", "S000031000123264000001", "张伟",
		"互联网营销师 直播销售员 四级/中级工", "4-01-06-02", "2022", "互联网营销师", "直播销售员", "4",
		"四级/中级工", "intermediate worker", "上海示例技能评价中心", "shili", "2026-11-20",
		t->expires_on, "t", state, strcmp(state, "revoked") == 0 ? "2026-11-21" : NULL,
		strcmp(state, "suspended") == 0 ? "2026-11-21" : NULL, t->replaced_on ? "t" : "f",
		t->replaced_on, t->key_revoked ? "t" : "f", t->held ? "t" : "f",
		or(t->signature, "passed"), OFFICE_VERSION, t->document,
	};
	return fake_rows(t->document ? VERDICT_COLUMNS " document" : VERDICT_COLUMNS, 1, cells);
}

PGresult *office_status(const char *rev, const char *changed, bool overflow)
{
	return FAKE_ROW("epoch rev now today in_recovery changed overflow held", OFFICE_EPOCH_TEXT, rev,
	                "2026-11-22T03:04:06Z",
	                "2026-11-22", "f", changed, overflow ? "t" : "f", "f");
}
