/* credential/verify_jwt.c - from bytes to a credential of our form in a JWT.
 *
 * The header decides nothing: it must say exactly what our own JWTs say (algorithm ES256, the
 * issuer's own key by its address), so none of the known tricks has a place to start from. */
#include "credential/verify_impl.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/jwk.h"
#include "crypt/encode.h"
#include "domain/registry.h"
#include "text/json.h"

enum { HEADER_MAX = 2048, THUMBPRINT = P256_THUMBPRINT_TEXT - 1 };

#define SECOND_US 1000000

static struct slice member(const json_t *object, const char *key)
{
	return json_text(json_object_get(object, key));
}

/* Decodes one part into the arena. SLICE_NONE: it is no base64url. */
static struct slice decode(struct arena *a, struct slice part)
{
	struct buf b = BUF_INIT(VERIFY_SIZE_MAX);
	bool ok = part.n > 0 && base64url_decode(part, &b) == 0;
	struct slice bytes = ok ? arena_slice(a, buf_slice(&b)) : SLICE_NONE;
	buf_free(&b);
	return bytes;
}

static int check_header(const json_t *header, struct verify_finding *form)
{
	const char *key;
	json_t *value;
	if (!json_is_object(header))
		return verify_refuse(form, "jwt_header");
	if (json_object_get(header, "jwk"))
		return verify_refuse(form, "jwt_embedded_key");
	json_object_foreach((json_t *)(uintptr_t)header, key, value)
		if (strcmp(key, "alg") && strcmp(key, "kid") && strcmp(key, "typ"))
			return verify_refuse(form, "jwt_header");
	if (slice_is(member(header, "typ"), RECEIPT_TYPE)) /* genuine perhaps, and no certificate */
		return verify_not_understood(form, "receipt");
	if (!slice_is(member(header, "alg"), "ES256"))
		return verify_refuse(form, "jwt_algorithm");
	if (json_object_get(header, "typ") && !slice_is(member(header, "typ"), "JWT"))
		return verify_refuse(form, "jwt_type");
	return member(header, "kid").n ? 0 : verify_refuse(form, "jwt_key_id");
}

static bool number_is(const json_t *payload, const char *key, struct instant t)
{
	const json_t *v = json_object_get(payload, key);
	return json_is_integer(v) && json_integer_value(v) == t.us / SECOND_US;
}

/* The claims repeat the credential; what is not exactly the same is refused. */
static bool claims_ok(const json_t *payload, const struct credential_facts *f)
{
	struct slice issuer = member(json_object_get(payload, "issuer"), "id");
	struct slice subject = member(json_object_get(payload, "credentialSubject"), "id");
	return issuer.n && slice_eq(member(payload, "iss"), issuer) &&
	       slice_eq(member(payload, "jti"), member(payload, "id")) &&
	       slice_eq(member(payload, "sub"), subject) && number_is(payload, "nbf", f->valid_from) &&
	       (f->expires ? number_is(payload, "exp", f->valid_until)
	                   : json_object_get(payload, "exp") == NULL);
}

/* The payload without its claims, read as a credential; then the claims. */
static int read_payload(struct arena *a, json_t *payload, struct verify_input *ret,
                        struct verify_finding *form)
{
	static const char *const claims[] = {"iss", "jti", "sub", "nbf", "exp"};
	enum template_op at;
	json_t *bare = json_is_object(payload) ? json_copy(payload) : NULL;
	if (!bare)
		return json_is_object(payload) ? E_NOMEM : verify_refuse(form, "unsupported_form");
	int r = json_keep(a, bare);
	if (r)
		return r;
	for (size_t i = 0; i < ARRAY_LEN(claims); i++)
		json_object_del(bare, claims[i]);
	r = credential_read(a, bare, &ret->facts, &ret->document, &at);
	if (r)
		return r == E_NOMEM ? r : verify_refuse(form, verify_code_of(at));
	if (!claims_ok(payload, &ret->facts))
		return verify_refuse(form, "jwt_claims");
	ret->did = member(json_object_get(bare, "issuer"), "id");
	ret->created = ret->facts.valid_from;
	return 0;
}

/* kid must be an address of the issuer's own keys; what follows is the key's thumbprint. */
static int read_kid(struct arena *a, struct slice kid, struct verify_input *ret,
                    struct verify_finding *form)
{
	struct slice prefix = jwk_url(a, ret->facts.public_url, ret->facts.issuer_slug, SLICE(""));
	if (!prefix.p)
		return E_NOMEM;
	if (!slice_starts(kid, prefix) || kid.n != prefix.n + THUMBPRINT)
		return verify_refuse(form, "jwt_key_id");
	ret->fragment = slice_skip(kid, prefix.n);
	return 0;
}

static int read_parts(struct arena *a, struct slice header_part, struct slice payload_part,
                      struct verify_input *ret, struct verify_finding *form)
{
	struct slice header_text = decode(a, header_part), payload_text = decode(a, payload_part);
	json_t *header, *payload;
	if (!header_text.p || !payload_text.p)
		return arena_failed(a) ? E_NOMEM : verify_refuse(form, "malformed");
	int r = verify_read_json(a, header_text, HEADER_MAX, &header, form);
	if (r == 0)
		r = check_header(header, form);
	if (r == 0)
		r = verify_read_json(a, payload_text, VERIFY_SIZE_MAX, &payload, form);
	if (r == 0)
		r = read_payload(a, payload, ret, form);
	return r ? r : read_kid(a, member(header, "kid"), ret, form);
}

/* Whether any part says so, also one that was altered until it is no JSON any more. */
static bool names_issuer(struct slice text)
{
	bool yes = false;
	while (text.p && !yes) {
		struct slice part = slice_cut(&text, '.');
		struct buf b = BUF_INIT(VERIFY_SIZE_MAX);
		part.n -= part.n % 4;
		yes = base64url_decode(part, &b) == 0 && verify_names_issuer(buf_slice(&b));
		buf_free(&b);
	}
	return yes;
}

static int read_jwt(struct arena *a, struct slice text, struct verify_input *ret,
                    struct verify_finding *ret_form)
{
	struct slice rest = text, header = slice_cut(&rest, '.'), payload = slice_cut(&rest, '.');
	if (!rest.p || memchr(rest.p, '.', rest.n))
		return verify_refuse(ret_form, "malformed");
	ret->kind = VERIFY_JWT;
	int r = read_parts(a, header, payload, ret, ret_form);
	if (r)
		return r;
	struct slice signature = decode(a, rest);
	if (arena_failed(a))
		return E_NOMEM;
	if (signature.n != P256_SIGNATURE || !p256_is_low((const uint8_t *)signature.p))
		return verify_refuse(ret_form, "jwt_signature_form");
	memcpy(ret->signature, signature.p, P256_SIGNATURE);
	ret->jwt_input = slice_from(text.p, header.n + 1 + payload.n);
	return 0;
}

int verify_read_jwt(struct arena *a, struct slice text, struct verify_input *ret,
                    struct verify_finding *ret_form)
{
	int r = read_jwt(a, text, ret, ret_form);
	if (r == E_REFUSED)
		ret_form->outcome = names_issuer(text) ? CHECK_FAILED : CHECK_NOT_MADE;
	return r;
}
