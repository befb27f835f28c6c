/* credential/receipt.c - typ comes first: the beginning says what it is (signer/sign.h looks there). */
#include "credential/receipt.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/jwk.h"
#include "crypt/encode.h"
#include "domain/registry.h"
#include "text/jsonw.h"

enum { HEADER_MAX = 2 * KIB, CLAIMS_MAX = 16 * KIB, INPUT_MAX = 2 * (HEADER_MAX + CLAIMS_MAX) };

#define SECOND_US 1000000

static int add_part(struct buf *out, const struct buf *json)
{
	if (buf_failed(json))
		return E_NOMEM;
	base64url_add(out, buf_slice(json));
	return 0;
}

static int add_header(struct buf *out, struct arena *a, struct crypt *c, const struct receipt_facts *f,
                      const uint8_t *public)
{
	char thumbprint[P256_THUMBPRINT_TEXT];
	struct buf json = BUF_INIT(HEADER_MAX);
	struct jsonw w;
	p256_thumbprint(c, public, thumbprint);
	struct slice kid = jwk_url(a, f->public_url, SLICE(REGISTRY_ISSUER), slice_of(thumbprint));
	jsonw_init(&w, &json);
	jsonw_object(&w);
	jsonw_kcstr(&w, "typ", RECEIPT_TYPE);
	jsonw_kcstr(&w, "alg", "ES256");
	jsonw_kstr(&w, "kid", kid);
	jsonw_end(&w);
	int r = kid.p ? add_part(out, &json) : E_NOMEM;
	buf_free(&json);
	return r;
}

static int add_claims(struct buf *out, struct slice did, const struct receipt_facts *f)
{
	struct buf json = BUF_INIT(CLAIMS_MAX);
	struct jsonw w;
	jsonw_init(&w, &json);
	jsonw_object(&w);
	jsonw_kstr(&w, "iss", did);
	jsonw_kstr(&w, "sub", f->reference);
	jsonw_ki64(&w, "iat", f->made.us / SECOND_US);
	jsonw_kraw(&w, "record", f->record);
	jsonw_end(&w);
	int r = add_part(out, &json);
	buf_free(&json);
	return r;
}

int receipt_input(struct arena *a, struct crypt *c, const struct receipt_facts *f,
                  const uint8_t public[static P256_PUBLIC], struct slice *ret)
{
	struct buf b = BUF_INIT(INPUT_MAX);
	struct slice did, text = SLICE_NONE;
	int r = did_web(a, f->public_url, SLICE(REGISTRY_ISSUER), &did);
	if (r == 0)
		r = add_header(&b, a, c, f, public);
	buf_addc(&b, '.');
	if (r == 0)
		r = add_claims(&b, did, f);
	if (r == 0 && !buf_failed(&b))
		text = arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!text.p)
		return r ? r : E_NOMEM;
	*ret = text;
	return 0;
}
