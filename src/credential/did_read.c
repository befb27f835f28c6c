/* credential/did_read.c - members that do not concern keys (services and the like) are passed
 * over; in the method that is looked for nothing unknown may stand. */
#include "credential/did_read.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "crypt/encode.h"
#include "crypt/multikey.h"
#include "text/json.h"

static struct slice member(const json_t *object, const char *key)
{
	return json_text(json_object_get(object, key));
}

static bool read_coordinate(struct slice text, uint8_t *out)
{
	enum { SIZE = P256_PUBLIC / 2 };
	char bytes[SIZE + 4] = {0};
	struct buf b = {.p = bytes, .size = sizeof bytes, .max = sizeof bytes};
	if (text.n > sizeof bytes * 2 || base64url_decode(text, &b) != 0 || b.n != SIZE)
		return false;
	memcpy(out, bytes, SIZE);
	return true;
}

/* A public P-256 key with nothing but its four members. */
static bool read_jwk(const json_t *jwk, uint8_t public[static P256_PUBLIC])
{
	return json_object_size(jwk) == 4 && slice_is(member(jwk, "kty"), "EC") &&
	       slice_is(member(jwk, "crv"), "P-256") && read_coordinate(member(jwk, "x"), public) &&
	       read_coordinate(member(jwk, "y"), public + P256_PUBLIC / 2);
}

static bool read_method(const json_t *method, struct slice did, struct slice id,
                        struct did_method *m)
{
	struct slice type = member(method, "type"), revoked = member(method, "revoked");
	struct slice multibase = member(method, "publicKeyMultibase"), fragment = id;
	slice_cut(&fragment, '#');
	m->revoked = json_object_get(method, "revoked") != NULL;
	if (m->revoked && !instant_parse(revoked, &m->revoked_at))
		return false;
	if (!slice_eq(member(method, "controller"), did) ||
	    json_object_size(method) != 4u + m->revoked)
		return false;
	if (slice_is(type, "Multikey")) {
		bool p256 = p256_multikey_parse(multibase, m->public);
		m->kind = p256 ? DID_METHOD_P256 : DID_METHOD_ED25519;
		return slice_eq(multibase, fragment) && (p256 || multikey_parse(multibase, m->public));
	}
	m->kind = DID_METHOD_P256;
	return slice_is(type, "JsonWebKey") &&
	       read_jwk(json_object_get(method, "publicKeyJwk"), m->public);
}

static bool lists(const json_t *array, struct slice id)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		if (slice_eq(json_text(json_array_get(array, i)), id))
			return true;
	return false;
}

int did_find_method(const json_t *document, struct slice did, struct slice id,
                    struct did_method *ret)
{
	const json_t *methods = json_object_get(document, "verificationMethod");
	const json_t *assertions = json_object_get(document, "assertionMethod"), *found = NULL;
	struct did_method m = {0};
	if (!json_is_object(document) || !json_is_array(methods) || !json_is_array(assertions))
		return E_SYNTAX;
	if (!slice_eq(member(document, "id"), did))
		return E_REFUSED;
	for (size_t i = 0; i < json_array_size(methods); i++) {
		const json_t *one = json_array_get(methods, i);
		if (!slice_eq(member(one, "id"), id))
			continue;
		if (found)
			return E_SYNTAX;
		found = one;
	}
	if (!found)
		return E_ABSENT;
	if (!read_method(found, did, id, &m))
		return E_SYNTAX;
	m.asserts = lists(assertions, id);
	*ret = m;
	return 0;
}
