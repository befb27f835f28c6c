/* verifying/presented.c - reading what was presented, comparing it with what is stored, and telling
 * which check failed. */
#include "verifying/presented.h"

#include <stdlib.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "credential/credential.h"
#include "credential/unwrap.h"
#include "sql/verdict_by_version.h"
#include "verifying/issuer_keys.h"
#include "web/request.h"

/* ---- where to look ---- */

/* The one credential in it. */
static int text_of(struct request *rq, const json_t *value, struct presented *s)
{
	struct unwrapped found;
	int r = unwrap_json(rq->arena, value, &found);
	if (r == E_LIMIT || (r == 0 && found.n > 1))
		s->wrapping = "several_credentials";
	else if (r == 0 && found.n == 0)
		s->wrapping = "no_credential";
	else if (r == 0)
		s->text = found.text[0];
	return r == E_LIMIT ? 0 : r;
}

static int look_into(struct request *rq, struct arena *scratch, struct presented *s)
{
	struct verify_needs needs;
	struct slice url, slug;
	int r = verify_peek(scratch, s->text, &needs);
	if (r < 0 || needs.form.outcome != CHECK_PASSED)
		return r;
	s->version = needs.facts.id;
	r = did_parse(scratch, needs.did, &url, &slug);
	if (r == 0 && slice_eq(url, request_public_url(rq)))
		s->slug = arena_slice(rq->arena, slug);
	return r == E_NOMEM || arena_failed(rq->arena) ? E_NOMEM : 0;
}

struct presented *presented_new(struct request *rq, const json_t *value)
{
	struct presented *s = arena_alloc(rq->arena, sizeof *s);
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = s && scratch ? text_of(rq, value, s) : E_NOMEM;
	if (r == 0)
		r = look_into(rq, scratch, s);
	arena_free(scratch);
	return r == 0 ? s : NULL;
}

/* ---- the checks ---- */

static int issuer_document(void *arg, struct slice did, struct slice *ret)
{
	const struct slice *document = arg;
	if (!document->p)
		return E_REFUSED;
	*ret = *document;
	return 0;
}

/* Whether the stored document says the same, in canonical form: its proof aside. */
static int same_as_stored(struct arena *scratch, struct slice text, struct slice canonical,
                          bool *ret)
{
	struct credential_facts facts;
	struct unsecured_document stored;
	enum template_op at;
	json_t *json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	if (json)
		json_object_del(json, "proof");
	int r = json ? credential_read(scratch, json, &facts, &stored, &at) : E_SYNTAX;
	*ret = r == 0 && slice_eq(stored.canonical, canonical);
	json_decref(json);
	return r == E_NOMEM ? E_NOMEM : 0;
}

static int check(struct request *rq, struct arena *scratch, struct presented *s,
                 const struct verdict_by_version_row *version, const PGresult *keys)
{
	struct slice document = SLICE_NONE;
	struct verify_result result;
	struct verify_conf conf = {
		.crypt = request_crypt(rq),
		.now = version->certificate_verdict.now,
		.issuer = issuer_document,
		.arg = &document,
	};
	if (s->slug.n && issuer_keys_document(rq, s->slug, keys, &document) == E_NOMEM)
		return E_NOMEM;
	int r = verify_credential(scratch, &conf, s->text, &result);
	if (r < 0)
		return r;
	s->form = result.form;
	if (s->wrapping)
		s->form = (struct verify_finding){.code = s->wrapping};
	s->issuer = result.checks[CHECK_ISSUER];
	s->signature = result.checks[CHECK_SIGNATURE];
	if (s->form.outcome != CHECK_PASSED || !version->certificate_verdict.found)
		return 0;
	return same_as_stored(scratch, version->document, result.document.canonical, &s->registered);
}

int presented_check(struct request *rq, struct presented *s, const PGresult *version,
                    const PGresult *keys)
{
	struct verdict_by_version_row row;
	verdict_by_version_read(version, 0, &row);
	struct arena *scratch = arena_new(VERIFY_ARENA);
	int r = scratch ? check(rq, scratch, s, &row, keys) : E_NOMEM;
	arena_free(scratch);
	return r;
}

/* ---- the verdict ---- */

static bool key_is_revoked(const struct presented *s)
{
	return s->signature.outcome == CHECK_NOT_MADE && s->signature.code;
}

/* What a revoked key may have signed too late is unknown, unless the registry knows of something
 * that ends it anyway. */
struct verdict presented_verdict(struct presented *s, struct verdict_facts facts)
{
	bool doubtful = key_is_revoked(s);
	s->registered = s->registered && facts.signature == CHECK_PASSED;
	facts.found = facts.found && s->registered;
	facts.issuer = s->issuer.outcome;
	facts.signature = doubtful ? CHECK_PASSED : s->signature.outcome;
	facts.key_revoked = facts.key_revoked || doubtful;
	struct verdict v = verdict_of(&facts);
	if (s->form.outcome == CHECK_NOT_MADE && s->form.code)
		v.result = VERDICT_UNKNOWN;
	if (facts.found && facts.name == NAME_DIFFERS)
		v.checks[CHECK_NAME] = CHECK_FAILED;
	v.checks[CHECK_ISSUER] = s->issuer.outcome;
	if (!v.signature_code)
		v.checks[CHECK_SIGNATURE] = s->signature.outcome;
	return v;
}

static struct check_disclosed disclosed_check(const char *name, struct verify_finding f)
{
	return (struct check_disclosed){
		.check = name,
		.outcome = check_outcome_code(f.outcome),
		.code = f.code,
		.limit = {f.limit > 0, (int64_t)f.limit},
	};
}

static struct verify_finding registration(const struct presented *s)
{
	if (s->registered)
		return (struct verify_finding){.outcome = CHECK_PASSED};
	if (s->signature.outcome != CHECK_PASSED)
		return (struct verify_finding){.outcome = CHECK_NOT_MADE};
	return (struct verify_finding){.outcome = CHECK_FAILED, .code = "not_registered"};
}

size_t presented_checks(const struct presented *s, const struct verdict *verdict,
                        struct check_disclosed ret[static CHECKS_DISCLOSED_MAX])
{
	size_t n = 0;
	ret[n++] = disclosed_check("form", s->form);
	for (int i = 0; i < CHECK_COUNT; i++) {
		struct verify_finding f = {.outcome = verdict->checks[i]};
		if (i == CHECK_ISSUER)
			f = s->issuer;
		if (i == CHECK_SIGNATURE)
			f = verdict->signature_code ? (struct verify_finding){.code = verdict->signature_code}
			                            : s->signature;
		ret[n++] = disclosed_check(check_code((enum check)i), f);
	}
	ret[n++] = disclosed_check("registration", registration(s));
	return n;
}
