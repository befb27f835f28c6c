/* verifying/stored_signature.c - one document, one key, one row. */
#include "verifying/stored_signature.h"

#include "base/outcome.h"
#include "credential/did.h"
#include "credential/verify.h"
#include "store/registry.h"
#include "telemetry/log.h"
#include "web/request.h"

/* ---- one ---- */

struct stored {
	struct request *rq;
	struct arena *scratch;
	const struct proof_row *row;
};

/* The issuer's document with the key that the row names and no other, under the address that the
 * registry had when it signed. */
static int issuer_document(void *arg, struct slice did, struct slice *ret)
{
	const struct stored *s = arg;
	const struct did_key key = {.id = s->row->key, .state = DID_KEY_ACTIVE};
	struct slice url, slug;
	int r = did_parse(s->scratch, did, &url, &slug);
	if (r == 0 && !slice_eq(slug, s->row->issuer_slug))
		r = E_REFUSED;
	if (r == 0)
		r = did_document(s->scratch, request_crypt(s->rq), url, slug, &key, 1, ret);
	return r == E_NOMEM || r == 0 ? r : E_REFUSED;
}

static bool same_end(struct opt_day end, const struct credential_facts *f)
{
	return end.given == f->expires && (!end.given || day_of(f->valid_until).n == end.v.n);
}

/* An issuer's own code stands in place of these: the row has them as facts of the exam. */
static bool same_codes(const struct proof_row *p, const struct credential_facts *f)
{
	return f->code.n || (slice_eq(f->occupation, p->occupation) && slice_eq(f->edition, p->edition) &&
	                     slice_eq(f->level, p->level));
}

/* Whether what was signed is this version, and all that a verdict tells of it. */
static bool says_the_same(const struct proof_row *p, const struct credential_facts *f)
{
	return uuid_eq(f->id, p->version) && f->kind == p->kind &&
	       slice_eq(f->number, p->number) && slice_eq(f->holder, p->holder) &&
	       slice_eq(f->title, p->title) && same_codes(p, f) &&
	       slice_eq(f->issuer_slug, p->issuer_slug) && f->list == p->list &&
	       f->index == p->idx && same_end(p->expires_on, f);
}

static const char *why_not(const struct proof_row *p, const struct verify_result *v)
{
	const struct verify_finding *checks[] = {&v->form, &v->checks[CHECK_ISSUER],
	                                         &v->checks[CHECK_SIGNATURE]};
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i]->outcome != CHECK_PASSED)
			return checks[i]->code ? checks[i]->code : "signature";
	return says_the_same(p, &v->facts) ? NULL : "differs";
}

int stored_signature_verify(struct request *rq, struct arena *scratch, const struct proof_row *p,
                            const char **ret_why)
{
	struct stored s = {.rq = rq, .scratch = scratch, .row = p};
	const struct verify_conf conf = {
		.crypt = request_crypt(rq),
		.now = instant_now(),
		.issuer = issuer_document,
		.arg = &s,
	};
	struct verify_result result;
	int r = 0;
	*ret_why = "key_not_listed";
	if (p->listed) {
		r = verify_credential(scratch, &conf, p->document, &result);
		if (r == 0)
			*ret_why = why_not(p, &result);
	}
	arena_reset(scratch);
	return r;
}

void stored_signature_log(const struct request *rq, struct slice number, struct uuid version,
                          struct slice key, const char *why)
{
	const struct registry *registry = request_app(rq);
	char id[UUID_TEXT];
	uuid_format(version, id);
	if (registry->log)
		log_error(registry->log, "stored_signature_failed", LOG_SLICE("certificate", number),
		          LOG_S("version", id), LOG_SLICE("key_id", key), LOG_S("why", why),
		          LOG_S("meaning", "something was stored as signed that its issuer's key did not "
		                           "sign; it is never called valid, nor handed out"),
		          LOG_S("remedy", "find out who stored it: no sound worker does, and nobody may "
		                          "change what is stored"));
}

/* ---- before it is handed out ---- */

static int is_good(struct request *rq, const struct proof_row *p, struct slice known, bool *ret)
{
	const char *why = NULL;
	*ret = slice_is(known, check_outcome_code(CHECK_PASSED));
	if (*ret || slice_is(known, check_outcome_code(CHECK_FAILED)))
		return 0;
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = scratch ? stored_signature_verify(rq, scratch, p, &why) : E_NOMEM;
	arena_free(scratch);
	*ret = r == 0 && !why;
	if (why && r == 0)
		stored_signature_log(rq, p->number, p->version, p->key, why);
	return r;
}

bool stored_signature_good(struct request *rq, const struct proof_row *p, struct slice known,
                           struct step *ret_refused)
{
	bool good;
	int r = is_good(rq, p, known, &good);
	if (r < 0)
		*ret_refused = reply_out_of_memory(rq);
	else if (!good)
		*ret_refused = reply_problem_about(rq, P_STORED_SIGNATURE_FAILED, "number", p->number);
	return r == 0 && good;
}
