/* credential/jwk.c - no member of a private key exists here: only points are ever written. */
#include "credential/jwk.h"

#include "base/outcome.h"
#include "crypt/encode.h"
#include "domain/registry.h"

enum { DOCUMENT_MAX = 64 * KIB, COORDINATE = P256_PUBLIC / 2, COORDINATE_TEXT = 44 };

struct slice jwk_url(struct arena *a, struct slice public_url, struct slice slug,
                     struct slice thumbprint)
{
	struct slice did;
	if (slice_is(slug, REGISTRY_ISSUER))
		return did_web(a, public_url, slug, &did) < 0
		               ? SLICE_NONE
		               : ARENA_JOIN(a, did, SLICE("#"), thumbprint);
	return ARENA_JOIN(a, public_url, SLICE("/issuers/"), slug, SLICE("/keys/"), thumbprint);
}

static void write_coordinate(struct jsonw *w, const char *key, const uint8_t *bytes)
{
	char digits[COORDINATE_TEXT];
	struct buf b = {.p = digits, .size = sizeof digits, .max = sizeof digits};
	base64url_add(&b, slice_from(bytes, COORDINATE));
	jsonw_kstr(w, key, buf_slice(&b));
}

void jwk_write(struct jsonw *w, const uint8_t public[static P256_PUBLIC])
{
	jsonw_kcstr(w, "kty", "EC");
	jsonw_kcstr(w, "crv", "P-256");
	write_coordinate(w, "x", public);
	write_coordinate(w, "y", public + COORDINATE);
}

/* E_NOMEM. */
static int write_key(struct jsonw *w, struct arena *a, struct crypt *c, struct slice public_url,
                     struct slice slug, const uint8_t public[static P256_PUBLIC])
{
	char thumbprint[P256_THUMBPRINT_TEXT];
	p256_thumbprint(c, public, thumbprint);
	struct slice url = jwk_url(a, public_url, slug, slice_of(thumbprint));
	if (!url.p)
		return E_NOMEM;
	jsonw_object(w);
	jwk_write(w, public);
	jsonw_kcstr(w, "alg", "ES256");
	jsonw_kcstr(w, "use", "sig");
	jsonw_kstr(w, "kid", url);
	jsonw_end(w);
	return 0;
}

static int keep(struct arena *a, struct buf *b, int r, struct slice *ret)
{
	struct slice text = r || buf_failed(b) ? SLICE_NONE : arena_slice(a, buf_slice(b));
	buf_free(b);
	if (!text.p)
		return r ? r : E_NOMEM;
	*ret = text;
	return 0;
}

int jwk_document(struct arena *a, struct crypt *c, struct slice public_url, struct slice slug,
                 const uint8_t public[static P256_PUBLIC], struct slice *ret)
{
	struct buf b = BUF_INIT(DOCUMENT_MAX);
	struct jsonw w;
	jsonw_init(&w, &b);
	return keep(a, &b, write_key(&w, a, c, public_url, slug, public), ret);
}
