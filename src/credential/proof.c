/* credential/proof.c - proof options in canonical form, and the proof put into the JSON. */
#include "credential/proof.h"

#include <assert.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/nquads.h"
#include "credential/vocabulary.h"
#include "crypt/encode.h"
#include "crypt/multikey.h"
#include "text/json.h"
#include "text/jsonw.h"

#define RDF_TYPE "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#define DC_CREATED "http://purl.org/dc/terms/created"
#define CRYPTOSUITE "eddsa-rdfc-2022"

enum { PROOF_MAX = 8 * KIB };

static struct slice method(struct arena *a, const struct proof_options *o)
{
	return ARENA_JOIN(a, o->did, SLICE("#"), o->key_id);
}

int proof_canonical(struct arena *a, const struct proof_options *o, struct slice *ret)
{
	struct nquads *q = nquads_new(a);
	struct slice self = NQUADS_BLANK, verification_method = method(a, o);
	char created[INSTANT_TEXT];
	if (!q || !verification_method.p)
		return E_NOMEM;
	instant_format(o->created, created);
	nquads_link(q, self, SLICE(RDF_TYPE), SLICE(SECURITY_("DataIntegrityProof")));
	nquads_literal(q, self, SLICE(DC_CREATED), slice_of(created), SLICE(XSD_DATETIME));
	nquads_literal(q, self, SLICE(SECURITY_("cryptosuite")), SLICE(CRYPTOSUITE),
	               SLICE(SECURITY_("cryptosuiteString")));
	nquads_link(q, self, SLICE(SECURITY_("proofPurpose")), SLICE(SECURITY_("assertionMethod")));
	nquads_link(q, self, SLICE(SECURITY_("verificationMethod")), verification_method);
	return nquads_finish(q, ret);
}

static void write_proof(struct buf *b, const struct proof_options *o, struct slice method_id,
                        struct slice value)
{
	struct jsonw w;
	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kcstr(&w, "type", "DataIntegrityProof");
	jsonw_kcstr(&w, "cryptosuite", CRYPTOSUITE);
	jsonw_kinstant(&w, "created", o->created);
	jsonw_kstr(&w, "verificationMethod", method_id);
	jsonw_kcstr(&w, "proofPurpose", "assertionMethod");
	jsonw_kstr(&w, "proofValue", value);
	jsonw_end(&w);
}

int proof_attach(struct arena *a, struct slice json, const struct proof_options *o,
                 const uint8_t signature[static ED25519_SIGNATURE], struct slice *ret)
{
	char digits[96];
	struct buf value = {.p = digits, .size = sizeof digits, .max = sizeof digits};
	struct slice method_id = method(a, o);
	assert(json.n > 2 && json.p[0] == '{' && json.p[json.n - 1] == '}');
	if (!method_id.p)
		return E_NOMEM;
	buf_addc(&value, 'z');
	base58_add(&value, slice_from(signature, ED25519_SIGNATURE));
	struct buf b = BUF_INIT(json.n + PROOF_MAX);
	buf_add(&b, slice_from(json.p, json.n - 1));
	buf_adds(&b, ",\"proof\":[");
	write_proof(&b, o, method_id, buf_slice(&value));
	buf_adds(&b, "]}");
	struct slice text = buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!text.p)
		return E_NOMEM;
	*ret = text;
	return 0;
}

/* ------------------------------------------------------------------ reading */

static struct slice member(const json_t *object, const char *key)
{
	return json_text(json_object_get(object, key));
}

static bool read_created(struct slice text, struct instant *ret)
{
	char again[INSTANT_TEXT];
	if (!instant_parse(text, ret))
		return false;
	instant_format(*ret, again);
	return slice_is(text, again);
}

static bool read_method(struct slice text, struct proof_parts *p)
{
	struct slice rest = text;
	uint8_t public[ED25519_PUBLIC];
	p->options.did = slice_cut(&rest, '#');
	p->options.key_id = rest;
	return slice_starts(text, SLICE("did:web:")) && rest.p && multikey_parse(rest, public);
}

static bool read_value(struct slice text, uint8_t signature[static ED25519_SIGNATURE])
{
	size_t n;
	return text.n > 1 && text.p[0] == 'z' &&
	       base58_decode(slice_skip(text, 1), signature, ED25519_SIGNATURE, &n) == 0 &&
	       n == ED25519_SIGNATURE;
}

const char *proof_read(const json_t *proof, struct proof_parts *ret)
{
	enum { MEMBERS = 6 };
	struct proof_parts p;
	const json_t *one = json_is_array(proof) ? json_array_get(proof, 0) : proof;
	if (!proof || (json_is_array(proof) && json_array_size(proof) == 0))
		return "proof_missing";
	if ((json_is_array(proof) && json_array_size(proof) != 1) || !json_is_object(one) ||
	    !slice_is(member(one, "type"), "DataIntegrityProof"))
		return "proof_form";
	if (!slice_is(member(one, "cryptosuite"), CRYPTOSUITE))
		return "cryptosuite";
	if (!slice_is(member(one, "proofPurpose"), "assertionMethod"))
		return "proof_purpose";
	if (!read_method(member(one, "verificationMethod"), &p))
		return "verification_method";
	if (!read_created(member(one, "created"), &p.options.created))
		return "proof_created";
	if (!read_value(member(one, "proofValue"), p.signature) || json_object_size(one) != MEMBERS)
		return "proof_form";
	*ret = p;
	return NULL;
}
