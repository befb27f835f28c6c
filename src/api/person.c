/* api/person.c - hash, seal, mask. */
#include "api/person.h"

#include <stdio.h>

#include "api/api.h"
#include "crypt/aead.h"
#include "crypt/digest.h"
#include "telemetry/log.h"
#include "text/fold.h"
#include "verifying/guess.h"
#include "web/request.h"

void person_hash(struct request *rq, const struct iddoc *document, uint8_t out[static PERSON_HASH])
{
	const struct registry *registry = request_app(rq);
	const struct slice key = slice_from(registry->keys.hash, sizeof registry->keys.hash);
	const struct slice parts[] = {
		slice_of(id_type_code(document->type)),
		SLICE("\n"),
		slice_of(document->country),
		SLICE("\n"),
		slice_of(document->number),
	};
	hmac_sha256_parts(registry->crypt, key, parts, ARRAY_LEN(parts), out);
}

enum { SEAL_MAX = 64 };

/* The associated data ties the box to its table, row and column. */
static struct slice seal_of(struct uuid id, char out[static SEAL_MAX])
{
	char text[UUID_TEXT];
	uuid_format(id, text);
	int n = snprintf(out, SEAL_MAX, "person/id_cipher/%s", text);
	return slice_from(out, (size_t)n);
}

struct slice person_seal(struct request *rq, struct uuid id, struct slice number)
{
	const struct registry *registry = request_app(rq);
	char aad[SEAL_MAX];
	uint8_t *box = arena_alloc(rq->arena, number.n + AEAD_OVERHEAD);
	if (!box)
		return SLICE_NONE;
	aes256gcm_seal(registry->crypt, registry->keys.cipher, number, seal_of(id, aad), box);
	return slice_from(box, number.n + AEAD_OVERHEAD);
}

bool person_number(struct request *rq, struct uuid id, struct slice box, char out[static ID_NUMBER_MAX + 1])
{
	const struct registry *registry = request_app(rq);
	const struct person_keys *keys = &registry->keys;
	char aad[SEAL_MAX];
	if (box.n <= AEAD_OVERHEAD || box.n > AEAD_OVERHEAD + ID_NUMBER_MAX)
		return false;
	struct slice seal = seal_of(id, aad);
	if (aes256gcm_open(registry->crypt, keys->cipher, box, seal, (uint8_t *)out) < 0 &&
	    (!keys->has_previous ||
	     aes256gcm_open(registry->crypt, keys->previous_cipher, box, seal, (uint8_t *)out) < 0))
		return false;
	out[box.n - AEAD_OVERHEAD] = '\0';
	return true;
}

struct step reply_sealed(struct request *rq, struct uuid id, int64_t key_version)
{
	const struct registry *registry = request_app(rq);
	char text[UUID_TEXT];
	uuid_format(id, text);
	if (registry->log)
		log_error(registry->log, "id_number_sealed", LOG_S("person", text), LOG_I("key_version", key_version),
		          LOG_S("meaning", "the identity number does not open under this host's id_cipher_key"),
		          LOG_S("remedy", "give this host the key that the registry's numbers are sealed under"));
	return reply_problem(rq, P_INTERNAL);
}

bool person_record(struct request *rq, struct uuid id, const struct candidate_facts *who,
                   struct new_person *ret)
{
	const struct registry *registry = request_app(rq);
	const struct iddoc *document = &who->document;
	struct name_key key;
	uint8_t *hash = arena_alloc(rq->arena, PERSON_HASH);
	char *masked = arena_alloc(rq->arena, ID_NUMBER_MAX + 1);
	struct slice cipher = person_seal(rq, id, slice_of(document->number));
	if (!hash || !masked || !cipher.p || name_key(who->name, FOLD_ALL, rq->arena, &key) < 0)
		return false;
	person_hash(rq, document, hash);
	iddoc_mask(document->number, masked);
	*ret = (struct new_person){
		.id = id,
		.id_type = slice_of(id_type_code(document->type)),
		.id_country = document->country[0] ? slice_of(document->country) : SLICE_NONE,
		.id_hash = slice_from(hash, PERSON_HASH),
		.id_cipher = cipher,
		.id_key = registry->keys.cipher_version,
		.id_masked = slice_of(masked),
		.name = who->name,
		.name_rule = NAME_KEY_RULE,
		.name_joined = key.joined,
		.name_ordered = key.ordered,
		.born = iddoc_born_on(document),
	};
	return true;
}

void person_refuse_twice(struct fields *errors, const struct slice *documents, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (slice_eq(documents[i], documents[j])) {
				fields_addf(errors, "duplicate", "/candidates/%zu/id_number", i);
				break;
			}
}

struct step person_names_differ(struct request *rq, const struct slice *documents, size_t n, struct slice places)
{
	struct guess_refusal refusal;
	while (places.n) {
		uint64_t at;
		if (!slice_to_u64(slice_cut(&places, ','), &at) || at >= n)
			return reply_problem(rq, P_INTERNAL);
		if (!guess_missed(rq, documents[at], &refusal))
			return guess_refuse(rq, &refusal);
		fields_addf(rq->errors, "person_name_differs", "/candidates/%zu/name", (size_t)at);
	}
	fields_sort(rq->errors);
	return reply_fields(rq, rq->errors);
}
