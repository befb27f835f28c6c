/* ctl/bundle.c - a map of texts as JSON. */
#include "ctl/bundle.h"

#include <stdlib.h>

#include "base/outcome.h"
#include "credential/did.h"
#include "text/json.h"

bool bundle_init(struct bundle *b, struct instant made_at)
{
	*b = (struct bundle){.arena = arena_new(MIB), .made_at = made_at, .documents = json_object(), .missing = json_array()};
	if (b->arena && b->documents && b->missing)
		return true;
	bundle_release(b);
	return false;
}

void bundle_release(struct bundle *b)
{
	json_decref(b->documents);
	json_decref(b->missing);
	arena_free(b->arena);
	*b = (struct bundle){0};
}

static bool all_texts(json_t *documents)
{
	const char *address;
	json_t *text;
	json_object_foreach(documents, address, text)
		if (!json_is_string(text))
			return false;
	return json_is_object(documents);
}

int bundle_read(struct slice text, struct bundle *ret)
{
	struct bundle b;
	struct json_error_at at;
	struct instant made_at;
	json_t *json;
	int r = json_read(text, BUNDLE_DEPTH, &json, &at);
	if (r < 0)
		return r;
	json_t *documents = json_object_get(json, "documents");
	if (!instant_parse(json_text(json_object_get(json, "made_at")), &made_at) ||
	    !all_texts(documents))
		r = E_SYNTAX;
	else if (!bundle_init(&b, made_at) || json_object_update(b.documents, documents) != 0)
		r = E_NOMEM;
	else
		*ret = b;
	json_decref(json);
	return r;
}

int bundle_write(const struct bundle *b, struct buf *out)
{
	char made_at[INSTANT_TEXT];
	instant_format(b->made_at, made_at);
	json_t *json = json_pack("{s:s, s:O}", "made_at", made_at, "documents", b->documents);
	if (json_array_size(b->missing) && json_object_set(json, "missing", b->missing) != 0) {
		json_decref(json);
		return E_NOMEM;
	}
	char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
	if (text) {
		buf_adds(out, text);
		buf_addc(out, '\n');
	}
	json_decref(json);
	free(text);
	return text && !buf_failed(out) ? 0 : E_NOMEM;
}

int bundle_add(struct bundle *b, struct slice address, struct slice text)
{
	json_t *value = json_stringn(text.p, text.n);
	if (!value)
		return E_SYNTAX;
	return json_object_setn_new(b->documents, address.p, address.n, value) == 0 ? 0 : E_NOMEM;
}

int bundle_miss(struct bundle *b, struct slice address)
{
	return json_array_append_new(b->missing, json_stringn(address.p, address.n)) == 0 ? 0 : E_NOMEM;
}

int bundle_list(void *arg, struct slice address, struct slice *ret)
{
	const struct bundle *b = arg;
	json_t *text = json_object_getn(b->documents, address.p, address.n);
	if (!text)
		return E_ABSENT;
	*ret = json_text(text);
	return 0;
}

int bundle_issuer(void *arg, struct slice did, struct slice *ret)
{
	struct bundle *b = arg;
	struct slice url, slug;
	int r = did_parse(b->arena, did, &url, &slug);
	if (r == E_SYNTAX)
		return E_ABSENT;
	char *address = r < 0 ? NULL : arena_printf(b->arena, "%.*s/issuers/%.*s/did.json", SLICE_ARGS(url), SLICE_ARGS(slug));
	return address ? bundle_list(b, slice_of(address), ret) : E_NOMEM;
}
