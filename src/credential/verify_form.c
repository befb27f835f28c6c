/* credential/verify_form.c - from bytes to a credential of our form with an embedded proof. */
#include "credential/verify_impl.h"

#include "base/outcome.h"
#include "text/json.h"

int verify_refuse(struct verify_finding *form, const char *code)
{
	*form = (struct verify_finding){.outcome = CHECK_FAILED, .code = code};
	return E_REFUSED;
}

int verify_not_understood(struct verify_finding *form, const char *code)
{
	*form = (struct verify_finding){.outcome = CHECK_NOT_MADE, .code = code};
	return E_REFUSED;
}

bool verify_names_issuer(struct slice text)
{
	static const char method[] = "did:web:", folder[] = ":issuers:";
	return text.n && memmem(text.p, text.n, method, sizeof method - 1) &&
	       memmem(text.p, text.n, folder, sizeof folder - 1);
}

const char *verify_code_of(enum template_op at)
{
	return at == T_CONTEXT ? "context"
	       : at == T_TYPE  ? "type"
	                       : "unsupported_form";
}

/* A text that ends too early, or is no JSON, says nothing either way. What no credential of ours has, where
 * one of ours is named, has been put there. */
static void refuse_json(struct slice text, const char *reason, struct verify_finding *form)
{
	bool deep = strcmp(reason, "depth") == 0, syntax = strcmp(reason, "json_syntax") == 0 ||
	                                                   strcmp(reason, "utf8") == 0;
	const char *code = deep ? "too_deep" : "malformed";
	if (!syntax && verify_names_issuer(text))
		verify_refuse(form, code);
	else
		verify_not_understood(form, code);
	form->limit = deep ? VERIFY_DEPTH_MAX : 0;
}

int verify_read_json(struct arena *a, struct slice text, size_t max, json_t **ret,
                     struct verify_finding *ret_form)
{
	struct json_error_at error;
	json_t *json;
	if (text.n > max) {
		verify_not_understood(ret_form, "too_large");
		ret_form->limit = max;
		return E_REFUSED;
	}
	int r = json_read(text, VERIFY_DEPTH_MAX, &json, &error);
	if (r == E_NOMEM)
		return r;
	if (r) {
		refuse_json(text, error.reason, ret_form);
		return E_REFUSED;
	}
	r = json_keep(a, json);
	if (r)
		return r;
	*ret = json;
	return 0;
}

static int read_parts(struct arena *a, json_t *json, struct verify_input *ret,
                      struct verify_finding *ret_form)
{
	struct proof_parts proof;
	enum template_op at;
	int r;
	json_t *proof_json = json_incref(json_object_get(json, "proof"));
	json_object_del(json, "proof");
	if (proof_json) {
		r = json_keep(a, proof_json);
		if (r)
			return r;
	}
	r = credential_read(a, json, &ret->facts, &ret->document, &at);
	if (r)
		return r == E_NOMEM ? r : verify_refuse(ret_form, verify_code_of(at));
	const char *code = proof_read(proof_json, &proof);
	if (code)
		return verify_refuse(ret_form, code);
	ret->kind = VERIFY_EMBEDDED;
	ret->did = json_text(json_object_get(json_object_get(json, "issuer"), "id"));
	if (!slice_eq(proof.options.did, ret->did))
		return verify_refuse(ret_form, "verification_method");
	ret->fragment = proof.options.key_id;
	ret->created = proof.options.created;
	memcpy(ret->signature, proof.signature, sizeof ret->signature);
	return proof_canonical(a, &proof.options, &ret->proof_canonical) ? E_NOMEM : 0;
}

int verify_read_embedded(struct arena *a, struct slice text, struct verify_input *ret,
                         struct verify_finding *ret_form)
{
	json_t *json;
	int r = verify_read_json(a, text, VERIFY_SIZE_MAX, &json, ret_form);
	if (r)
		return r;
	r = read_parts(a, json, ret, ret_form);
	if (r == E_REFUSED && !verify_names_issuer(text))
		ret_form->outcome = CHECK_NOT_MADE;
	return r;
}
