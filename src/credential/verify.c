/* credential/verify.c - the checks in their order: form, issuer, signature, dates, status.
 *
 * A check that fails ends the work; one that cannot be made lets the later ones go on where they
 * do not need it, so that as much as possible is told. */
#include "credential/verify_impl.h"

#include "base/outcome.h"
#include "crypt/digest.h"
#include "crypt/ed25519.h"
#include "text/json.h"

const char *verify_answer_code(enum verify_answer answer)
{
	switch (answer) {
	case VERIFY_UNKNOWN:
		return "unknown";
	case VERIFY_VALID:
		return "valid";
	case VERIFY_NOT_VALID:
		break;
	}
	return "not_valid";
}

static void set(struct verify_finding *f, enum check_outcome outcome, const char *code)
{
	*f = (struct verify_finding){.outcome = outcome, .code = code};
}

static int read_form(struct arena *a, struct slice input, struct verify_input *ret,
                     struct verify_finding *form)
{
	struct slice text = json_trim(input);
	if (input.n > VERIFY_SIZE_MAX) {
		verify_not_understood(form, "too_large");
		form->limit = VERIFY_SIZE_MAX;
		return E_REFUSED;
	}
	if (!text.n)
		return verify_not_understood(form, "malformed");
	int r = text.p[0] == '{' ? verify_read_embedded(a, text, ret, form)
	                         : verify_read_jwt(a, text, ret, form);
	if (r == 0)
		set(form, CHECK_PASSED, NULL);
	return r;
}

/* ------------------------------------------------------------------ issuer and signature */

/* 0 with the document when the issuer check may go on; its finding is set otherwise. */
static int fetch_issuer(struct arena *a, const struct verify_conf *conf, struct slice did,
                        json_t **ret, struct verify_finding *finding)
{
	struct slice text;
	struct verify_finding form;
	int r = conf->issuer(conf->arg, did, &text);
	if (r == E_NOMEM)
		return r;
	if (r == E_REFUSED)
		set(finding, CHECK_FAILED, "foreign_issuer");
	else if (r)
		set(finding, CHECK_NOT_MADE, "issuer_unavailable");
	else if (verify_read_json(a, text, VERIFY_DOCUMENT_MAX, ret, &form) == 0)
		return 0;
	else
		set(finding, CHECK_NOT_MADE, "issuer_document");
	return arena_failed(a) ? E_NOMEM : E_REFUSED;
}

static const char *code_of_lookup(int failure)
{
	return failure == E_REFUSED ? "issuer_mismatch" : "key_not_listed";
}

/* 0: *ret is the key, and it is the issuer's. */
static int check_issuer(struct arena *a, struct crypt *c, const struct verify_input *in,
                        const json_t *document, struct did_method *ret,
                        struct verify_finding *finding)
{
	char thumbprint[P256_THUMBPRINT_TEXT];
	struct slice id = ARENA_JOIN(a, in->did, SLICE("#"), in->fragment);
	if (!id.p)
		return E_NOMEM;
	int r = did_find_method(document, in->did, id, ret);
	if (r == E_SYNTAX)
		set(finding, CHECK_NOT_MADE, "issuer_document");
	else if (r)
		set(finding, CHECK_FAILED, code_of_lookup(r));
	if (r)
		return E_REFUSED;
	if (ret->kind == DID_METHOD_P256)
		p256_thumbprint(c, ret->public, thumbprint);
	bool named = in->kind == VERIFY_JWT
	                     ? ret->kind == DID_METHOD_P256 && slice_is(in->fragment, thumbprint)
	                     : ret->kind == DID_METHOD_ED25519;
	if (!named)
		set(finding, CHECK_FAILED, "key_not_listed");
	else if (!ret->asserts && !ret->revoked)
		set(finding, CHECK_FAILED, "key_not_for_assertion");
	else
		set(finding, CHECK_PASSED, NULL);
	return finding->outcome == CHECK_PASSED ? 0 : E_REFUSED;
}

/* The 64 bytes that Ed25519 signs (Data Integrity EdDSA 1.0, section 3.2.4). */
static void eddsa_hash(struct crypt *c, struct slice proof, struct slice document,
                       uint8_t out[static 2 * SHA256_SIZE])
{
	sha256(c, proof, out);
	sha256(c, document, out + SHA256_SIZE);
}

bool verify_eddsa(struct crypt *c, const uint8_t public[static ED25519_PUBLIC],
                  struct slice proof, struct slice document,
                  const uint8_t signature[static ED25519_SIGNATURE])
{
	uint8_t hash[2 * SHA256_SIZE];
	eddsa_hash(c, proof, document, hash);
	return ed25519_verify(c, public, slice_from(hash, sizeof hash), signature);
}

static void hash_of(struct crypt *c, const struct verify_input *in, uint8_t out[static SHA256_SIZE])
{
	uint8_t hash[2 * SHA256_SIZE];
	if (in->kind == VERIFY_JWT) {
		sha256(c, in->jwt_input, out);
		return;
	}
	eddsa_hash(c, in->proof_canonical, in->document.canonical, hash);
	sha256(c, slice_from(hash, sizeof hash), out);
}

static void check_signature(struct crypt *c, const struct verify_input *in,
                            const struct did_method *key, struct verify_finding *finding)
{
	bool jwt = in->kind == VERIFY_JWT;
	bool good = jwt ? p256_verify(c, key->public, in->jwt_input, in->signature)
	                : verify_eddsa(c, key->public, in->proof_canonical, in->document.canonical,
	                               in->signature);
	if (!good)
		set(finding, CHECK_FAILED, "signature");
	else if (key->revoked && (jwt || !verify_key_in_force(key, in->created)))
		set(finding, CHECK_NOT_MADE, "key_revoked");
	else
		set(finding, CHECK_PASSED, NULL);
}

/* ------------------------------------------------------------------ dates, answer */

static void check_dates(const struct verify_conf *conf, const struct verify_input *in,
                        struct verify_finding *finding)
{
	int64_t now = conf->now.us, tolerance = conf->tolerance.us;
	const struct credential_facts *f = &in->facts;
	if (f->valid_from.us > now + tolerance || in->created.us > now + tolerance)
		set(finding, CHECK_FAILED, "not_yet_valid");
	else if (f->expires && f->valid_until.us + tolerance <= now)
		set(finding, CHECK_FAILED, "expired");
	else
		set(finding, CHECK_PASSED, NULL);
}

static void conclude(struct verify_result *r)
{
	static const enum check order[] = {
		CHECK_ISSUER,
		CHECK_SIGNATURE,
		CHECK_DATES,
		CHECK_REVOCATION,
		CHECK_SUSPENSION,
	};
	const struct verify_finding *failed = NULL, *open = NULL;
	if (r->form.outcome == CHECK_FAILED)
		failed = &r->form;
	if (r->form.outcome == CHECK_NOT_MADE)
		open = &r->form;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const struct verify_finding *f = &r->checks[order[i]];
		if (f->outcome == CHECK_FAILED && !failed)
			failed = f;
		if (f->outcome == CHECK_NOT_MADE && f->code && !open)
			open = f;
	}
	r->answer = failed ? VERIFY_NOT_VALID
	            : open ? VERIFY_UNKNOWN
	                   : VERIFY_VALID;
	r->code = failed ? failed->code
	          : open ? open->code
	                 : NULL;
}

/* The checks after form. 0 or E_NOMEM; findings that were not reached stay "not made". */
static int run(struct arena *a, const struct verify_conf *conf, const struct verify_input *in,
               struct verify_result *ret)
{
	struct verify_finding *checks = ret->checks;
	struct did_method key;
	json_t *document;
	int r = fetch_issuer(a, conf, in->did, &document, &checks[CHECK_ISSUER]);
	if (r == 0)
		r = check_issuer(a, conf->crypt, in, document, &key, &checks[CHECK_ISSUER]);
	if (r)
		return r == E_NOMEM ? r : 0;
	check_signature(conf->crypt, in, &key, &checks[CHECK_SIGNATURE]);
	if (checks[CHECK_SIGNATURE].outcome == CHECK_FAILED)
		return 0;
	check_dates(conf, in, &checks[CHECK_DATES]);
	return verify_status(a, conf, document, in, ret);
}

int verify_credential(struct arena *a, const struct verify_conf *conf, struct slice input,
                      struct verify_result *ret)
{
	struct verify_result result = {0};
	struct verify_input in = {0};
	int r = read_form(a, input, &in, &result.form);
	if (r == E_NOMEM || arena_failed(a))
		return E_NOMEM;
	result.kind = in.kind;
	if (r == 0) {
		result.facts = in.facts;
		result.document = in.document;
		result.did = in.did;
		result.key = in.fragment;
		result.created = in.created;
		hash_of(conf->crypt, &in, result.signed_hash);
		r = run(a, conf, &in, &result);
		if (r || arena_failed(a))
			return E_NOMEM;
	}
	conclude(&result);
	*ret = result;
	return 0;
}

int verify_peek(struct arena *a, struct slice input, struct verify_needs *ret)
{
	struct verify_input in = {0};
	struct verify_needs needs = {0};
	int r = read_form(a, input, &in, &needs.form);
	if (r == E_NOMEM || arena_failed(a))
		return E_NOMEM;
	if (r == 0) {
		needs.facts = in.facts;
		needs.did = in.did;
		needs.revocation_list = verify_status_url(a, &in.facts, SLICE("revocation"));
		needs.suspension_list = verify_status_url(a, &in.facts, SLICE("suspension"));
		if (!needs.revocation_list.p || !needs.suspension_list.p)
			return E_NOMEM;
	}
	*ret = needs;
	return 0;
}
