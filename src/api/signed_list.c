/* api/signed_list.c - lists from committed state, now and of earlier revisions. */
#include "api/signed_list.h"

#include <string.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "crypt/digest.h"
#include "signer/journal.h"
#include "web/request.h"

#define LIST_TTL SECONDS(300)

uint8_t *signed_list_bits(struct arena *a, struct slice indices)
{
	uint8_t *bits = arena_alloc(a, STATUS_LIST_BYTES);
	while (bits && indices.n) {
		uint64_t index;
		if (slice_to_u64(slice_cut(&indices, ','), &index) && index < STATUS_LIST_SIZE)
			status_bit_set(bits, (uint32_t)index);
	}
	return bits;
}

int signed_list_make(struct arena *a, const struct status_list_facts *facts, struct slice key_id,
                     struct proof_options *ret_options, struct unsecured_document *ret,
                     struct slice *ret_proof)
{
	struct status_list_facts f = *facts;
	struct proof_options options = {.key_id = key_id};
	f.ttl = LIST_TTL;
	int r = did_web(a, f.public_url, f.issuer_slug, &options.did);
	if (r == 0)
		r = status_list_build(a, &f, ret, &options.created);
	if (r == 0)
		r = proof_canonical(a, &options, ret_proof);
	if (r == 0)
		*ret_options = options;
	return r;
}

/* ---- notes ---- */

/* Whether the encoding that was noted is of the bits that were set, whichever zlib made it. */
static int same_bits(struct arena *a, struct slice encoded, struct slice indices)
{
	const uint8_t *noted = NULL, *bits = signed_list_bits(a, indices);
	size_t n = 0;
	if (!bits)
		return E_NOMEM;
	int r = status_list_unpack(a, encoded, &noted, &n);
	if (r)
		return r;
	return n == STATUS_LIST_BYTES && memcmp(noted, bits, n) == 0 ? 0 : E_SYNTAX;
}

static int hash_list(struct request *rq, struct arena *a, const struct signature_list_row *note,
                     uint8_t out[static SHA256_SIZE])
{
	const struct status_list_facts facts = {
		.public_url = request_public_url(rq),
		.issuer_slug = note->slug,
		.purpose = note->purpose,
		.list = (uint32_t)note->list.v,
		.changed = note->changed_at.v,
		.now = note->day.v,
		.encoded = note->encoded,
	};
	struct proof_options options;
	struct unsecured_document document;
	struct sign_job job = {.kind = SIGNER_ED25519};
	int r = same_bits(a, facts.encoded, note->indices);
	if (r == 0)
		r = signed_list_make(a, &facts, note->key, &options, &document, &job.proof);
	if (r)
		return r;
	job.document = document.canonical;
	journal_hash(request_crypt(rq), &job, out);
	return 0;
}

int signed_list_check(struct request *rq, struct arena *scratch,
                      const struct signature_list_row *note, bool *ret)
{
	uint8_t hash[SHA256_SIZE];
	*ret = false;
	if (!note->stood || !note->has_hash)
		return 0;
	int r = hash_list(rq, scratch, note, hash);
	*ret = r == 0 && memcmp(note->hash, hash, sizeof hash) == 0;
	arena_reset(scratch);
	return r == E_NOMEM ? r : 0;
}
