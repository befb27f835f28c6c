/* credential/jwt.c - the claims are put behind the credential's own members; they repeat what
 * stands there, and a verifier compares. */
#include "credential/jwt.h"

#include <assert.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/jwk.h"
#include "crypt/encode.h"
#include "text/jsonw.h"

enum { HEADER_MAX = 2 * KIB, CLAIMS_MAX = 2 * KIB, URN_TEXT = UUID_TEXT + 9 };

#define SECOND_US 1000000

static int add_header(struct buf *b, struct arena *a, struct crypt *c,
                      const struct credential_facts *f, const uint8_t *public)
{
	char thumbprint[P256_THUMBPRINT_TEXT];
	struct buf text = BUF_INIT(HEADER_MAX);
	struct jsonw w;
	p256_thumbprint(c, public, thumbprint);
	struct slice kid = jwk_url(a, f->public_url, f->issuer_slug, slice_of(thumbprint));
	jsonw_init(&w, &text);
	jsonw_object(&w);
	jsonw_kcstr(&w, "alg", "ES256");
	jsonw_kstr(&w, "kid", kid);
	jsonw_kcstr(&w, "typ", "JWT");
	jsonw_end(&w);
	int r = !kid.p || buf_failed(&text) ? E_NOMEM : 0;
	if (r == 0)
		base64url_add(b, buf_slice(&text));
	buf_free(&text);
	return r;
}

static void claim_urn(struct jsonw *w, const char *key, struct uuid id)
{
	char urn[URN_TEXT] = "urn:uuid:";
	uuid_format(id, urn + sizeof "urn:uuid:" - 1);
	jsonw_kcstr(w, key, urn);
}

/* The object of the claims; its braces are the caller's business. */
static void write_claims(struct buf *b, const struct credential_facts *f, struct slice did)
{
	struct jsonw w;
	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kstr(&w, "iss", did);
	claim_urn(&w, "jti", f->id);
	claim_urn(&w, "sub", f->subject);
	jsonw_ki64(&w, "nbf", f->valid_from.us / SECOND_US);
	if (f->expires)
		jsonw_ki64(&w, "exp", f->valid_until.us / SECOND_US);
	jsonw_end(&w);
}

static int add_payload(struct buf *b, struct arena *a, const struct credential_facts *f,
                       struct slice json)
{
	struct buf claims = BUF_INIT(CLAIMS_MAX), text = BUF_INIT(json.n + CLAIMS_MAX);
	struct slice did;
	int r = did_web(a, f->public_url, f->issuer_slug, &did);
	if (r)
		return r;
	write_claims(&claims, f, did);
	buf_add(&text, slice_from(json.p, json.n - 1));
	buf_addc(&text, ',');
	buf_add(&text, slice_skip(buf_slice(&claims), 1));
	if (buf_failed(&claims) || buf_failed(&text))
		r = E_NOMEM;
	else
		base64url_add(b, buf_slice(&text));
	buf_free(&claims);
	buf_free(&text);
	return r;
}

int jwt_input(struct arena *a, struct crypt *c, const struct credential_facts *facts,
              struct slice json, const uint8_t public[static P256_PUBLIC], struct slice *ret)
{
	assert(json.n > 2 && json.p[0] == '{' && json.p[json.n - 1] == '}');
	struct buf b = BUF_INIT(2 * (json.n + CLAIMS_MAX) + 2 * HEADER_MAX);
	int r = add_header(&b, a, c, facts, public);
	buf_addc(&b, '.');
	if (r == 0)
		r = add_payload(&b, a, facts, json);
	struct slice text = r || buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!text.p)
		return r ? r : E_NOMEM;
	*ret = text;
	return 0;
}

int jwt_attach(struct arena *a, struct slice input, const uint8_t signature[static P256_SIGNATURE],
               struct slice *ret)
{
	char digits[2 * P256_SIGNATURE];
	struct buf b = {.p = digits, .size = sizeof digits, .max = sizeof digits};
	base64url_add(&b, slice_from(signature, P256_SIGNATURE));
	struct slice text = ARENA_JOIN(a, input, SLICE("."), buf_slice(&b));
	if (!text.p)
		return E_NOMEM;
	*ret = text;
	return 0;
}
