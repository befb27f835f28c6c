/* api/issuer_keys.c - rows of keys to a DID document, for whoever fetches it and for our own
 * verification of credentials: both must see the same. */
#include "api/issuer_keys.h"

#include "base/outcome.h"
#include "credential/did.h"
#include "db/rows.h"

enum { KEYS_MAX = 256 };

static enum did_key_state state_of(struct slice text)
{
	if (slice_is(text, "active"))
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
	for (int i = 0; i < n; i++)
		keys[i] = (struct did_key){
			.id = row_text(res, i, rows_col(res, "key")),
			.state = state_of(row_text(res, i, rows_col(res, "state"))),
			.revoked = row_instant(res, i, rows_col(res, "revoked_from")),
		};
	return did_document(rq->arena, request_crypt(rq), request_public_url(rq), slug, keys,
	                    (size_t)n, ret);
}
