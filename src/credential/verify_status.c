/* credential/verify_status.c - the issuer's revocation and suspension lists.
 *
 * The credential names the revocation list; the suspension list of the same number beside it has
 * the certificate at the same index. A list counts only when everything about it is right; then
 * its bit decides. In every other case the finding is "not made": never "not revoked". */
#include "credential/verify_impl.h"

#include "base/outcome.h"
#include "credential/status_list.h"

struct slice verify_status_url(struct arena *a, const struct credential_facts *f,
                               struct slice purpose)
{
	return status_list_url(a, f->public_url, f->issuer_slug, purpose, f->list);
}

struct question {
	struct arena *arena;
	const struct verify_conf *conf;
	const json_t *issuer;
	struct slice did, purpose, url;
};

/* The proof of a list: by a key of the same issuer that is in force. */
static bool proof_ok(const struct question *q, const json_t *proof, const struct status_list *list,
                     struct instant *ret_created)
{
	struct proof_parts p;
	struct did_method m;
	struct slice canonical;
	if (proof_read(proof, &p) != NULL || !slice_eq(p.options.did, q->did))
		return false;
	*ret_created = p.options.created;
	struct slice id = ARENA_JOIN(q->arena, p.options.did, SLICE("#"), p.options.key_id);
	return id.p && did_find_method(q->issuer, q->did, id, &m) == 0 &&
	       m.kind == DID_METHOD_ED25519 && verify_key_in_force(&m, p.options.created) &&
	       proof_canonical(q->arena, &p.options, &canonical) == 0 &&
	       verify_eddsa(q->conf->crypt, m.public, canonical, list->document.canonical,
	                    p.signature);
}

/* NULL and the bits, or the code of why they cannot be known. */
static const char *open_list(const struct question *q, struct slice text, const uint8_t **ret_bits,
                             size_t *ret_n)
{
	struct verify_finding form;
	struct status_list list;
	enum template_op at;
	json_t *json;
	struct instant now = q->conf->now, created;
	struct duration tolerance = q->conf->tolerance;
	if (verify_read_json(q->arena, text, VERIFY_DOCUMENT_MAX, &json, &form) != 0)
		return "status_list_invalid";
	json_t *proof = json_incref(json_object_get(json, "proof"));
	json_object_del(json, "proof");
	bool ok = status_list_parse(q->arena, json, &list, &at) == 0 &&
	          slice_eq(list.did, q->did) && slice_eq(list.url, q->url) &&
	          slice_eq(list.purpose, q->purpose) && proof_ok(q, proof, &list, &created);
	json_decref(proof);
	if (!ok)
		return "status_list_invalid";
	if (list.valid_from.us > now.us + tolerance.us || created.us > now.us + tolerance.us)
		return "clock";
	if (list.valid_until.us + tolerance.us <= now.us)
		return "status_list_expired";
	return status_list_unpack(q->arena, list.encoded, ret_bits, ret_n) == 0
	               ? NULL
	               : "status_list_invalid";
}

/* NULL and the bit, or the code of why it cannot be known. */
static const char *look(const struct question *q, struct slice text, uint32_t index, bool *ret_bit)
{
	const uint8_t *bits;
	size_t n;
	const char *code = open_list(q, text, &bits, &n);
	if (code)
		return code;
	if (index / 8 >= n)
		return "status_list_invalid";
	*ret_bit = status_bit(bits, index);
	return NULL;
}

static int ask(const struct question *q, uint32_t index, const char *set,
               struct verify_finding *ret)
{
	struct slice text;
	bool bit = false;
	int r = q->conf->status_list ? q->conf->status_list(q->conf->arg, q->url, &text) : E_ABSENT;
	const char *code = r ? "status_list_unavailable" : look(q, text, index, &bit);
	if (r == E_NOMEM || arena_failed(q->arena))
		return E_NOMEM;
	if (code)
		*ret = (struct verify_finding){.outcome = CHECK_NOT_MADE, .code = code};
	else if (bit)
		*ret = (struct verify_finding){.outcome = CHECK_FAILED, .code = set};
	else
		*ret = (struct verify_finding){.outcome = CHECK_PASSED};
	return 0;
}

int verify_status(struct arena *a, const struct verify_conf *conf, const json_t *issuer,
                  const struct verify_input *in, struct verify_result *ret)
{
	struct question q = {.arena = a, .conf = conf, .issuer = issuer, .did = in->did};
	q.purpose = SLICE("revocation");
	q.url = verify_status_url(a, &in->facts, q.purpose);
	int r = q.url.p ? ask(&q, in->facts.index, "revoked", &ret->checks[CHECK_REVOCATION]) : E_NOMEM;
	if (r)
		return r;
	q.purpose = SLICE("suspension");
	q.url = verify_status_url(a, &in->facts, q.purpose);
	return q.url.p ? ask(&q, in->facts.index, "suspended", &ret->checks[CHECK_SUSPENSION]) : E_NOMEM;
}

int verify_list(struct arena *a, const struct verify_conf *conf, struct slice did,
                struct slice url, struct slice purpose, struct slice text, const char **ret_code)
{
	struct question q = {.arena = a, .conf = conf, .did = did, .url = url, .purpose = purpose};
	struct verify_finding form;
	struct slice document;
	const uint8_t *bits;
	json_t *issuer = NULL;
	size_t n;
	int r = conf->issuer(conf->arg, did, &document);
	if (r == 0 && verify_read_json(a, document, VERIFY_DOCUMENT_MAX, &issuer, &form) != 0)
		r = E_REFUSED;
	q.issuer = issuer;
	const char *code = r ? "status_list_invalid" : open_list(&q, text, &bits, &n);
	if (r == E_NOMEM || arena_failed(a))
		return E_NOMEM;
	*ret_code = code;
	return 0;
}
