/* verifying/issuer_keys.c - rows of keys to a DID document, for whoever fetches it and for our own
 * verification of credentials: both must see the same. */
#include "verifying/issuer_keys.h"

#include "base/outcome.h"
#include "credential/did.h"
#include "sql/did_document.h"
#include "web/request.h"

enum { KEYS_MAX = 256 };

static enum did_key_state state_of(struct slice text)
{
	if (slice_is(text, "active") || slice_is(text, "published"))
		return DID_KEY_ACTIVE;
	return slice_is(text, "retired") ? DID_KEY_RETIRED : DID_KEY_REVOKED;
}

int issuer_keys_document(struct request *rq, struct slice slug, const PGresult *res,
                         struct slice *ret)
{
	struct did_key keys[KEYS_MAX];
	int n = rows_n(res) < KEYS_MAX ? rows_n(res) : KEYS_MAX;
	if (n == 0)
		return E_ABSENT;
	for (int i = 0; i < n; i++) {
		struct did_document_row row;
		did_document_read(res, i, rq->arena, &row);
		keys[i] = (struct did_key){
			.id = row.key, .state = state_of(row.state), .revoked = row.revoked_from.v};
	}
	return did_document(rq->arena, request_crypt(rq), request_public_url(rq), slug, keys,
	                    (size_t)n, ret);
}
