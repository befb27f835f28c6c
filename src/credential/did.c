/* credential/did.c - all addresses in a DID document are written in full: several verifiers do
 * not resolve relative ones. */
#include "credential/did.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "credential/jwk.h"
#include "crypt/multikey.h"
#include "domain/registry.h"
#include "text/jsonw.h"

enum { DID_MAX = 2 * KIB, DOCUMENT_MAX = 256 * KIB };

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_host_char(char ch)
{
	return is_digit(ch) || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '-' ||
	       ch == '.';
}

static bool all(struct slice s, bool (*is)(char))
{
	for (size_t i = 0; i < s.n; i++)
		if (!is(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_path_char(char ch)
{
	return is_host_char(ch) || ch == '_';
}

/* Takes "https://host[:port][/path]" apart; port and path stay SLICE_NONE when absent. */
static bool split(struct slice url, struct slice *host, struct slice *port, struct slice *path)
{
	if (!slice_starts(url, SLICE("https://")))
		return false;
	struct slice rest = slice_skip(url, sizeof "https://" - 1);
	*port = slice_cut(&rest, '/');
	*path = rest;
	*host = slice_cut(port, ':');
	return all(*host, is_host_char) && (!port->p || all(*port, is_digit));
}

int did_web(struct arena *a, struct slice public_url, struct slice slug, struct slice *ret)
{
	struct slice host, port, path;
	struct buf b = BUF_INIT(DID_MAX);
	if (!split(public_url, &host, &port, &path) || !all(slug, is_path_char))
		return E_SYNTAX;
	buf_adds(&b, "did:web:");
	buf_add(&b, host);
	if (port.p) {
		buf_adds(&b, "%3A");
		buf_add(&b, port);
	}
	while (path.p) {
		struct slice part = slice_cut(&path, '/');
		if (!all(part, is_path_char)) {
			buf_free(&b);
			return E_SYNTAX;
		}
		buf_addc(&b, ':');
		buf_add(&b, part);
	}
	if (!slice_is(slug, REGISTRY_ISSUER)) {
		buf_adds(&b, ":issuers:");
		buf_add(&b, slug);
	}
	struct slice did = buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!did.p)
		return E_NOMEM;
	*ret = did;
	return 0;
}

static bool is_address_char(char ch)
{
	return is_digit(ch) || ch == '.';
}

bool did_host_is_address(struct slice public_url)
{
	struct slice host, port, path;
	if (!split(public_url, &host, &port, &path))
		return slice_starts(public_url, SLICE("https://["));
	return all(host, is_address_char);
}

int did_parse(struct arena *a, struct slice did, struct slice *ret_public_url,
              struct slice *ret_slug)
{
	struct buf b = BUF_INIT(DID_MAX);
	struct slice rest = did, part = slice_cut(&rest, ':'), again;
	if (!slice_is(part, "did") || !slice_is(slice_cut(&rest, ':'), "web"))
		return E_SYNTAX;
	part = slice_cut(&rest, ':');
	const char *colon = part.n ? memmem(part.p, part.n, "%3A", 3) : NULL;
	size_t host = colon ? (size_t)(colon - part.p) : part.n;
	buf_adds(&b, "https://");
	buf_add(&b, slice_from(part.p, host));
	if (colon) {
		buf_addc(&b, ':');
		buf_add(&b, slice_skip(part, host + 3));
	}
	for (part = slice_cut(&rest, ':'); rest.p && memchr(rest.p, ':', rest.n);
	     part = slice_cut(&rest, ':')) {
		buf_addc(&b, '/');
		buf_add(&b, part);
	}
	struct slice url = buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!url.p)
		return did.n > DID_MAX ? E_SYNTAX : E_NOMEM;
	int r = rest.p ? did_web(a, url, rest, &again) : E_SYNTAX;
	if (r == 0 && !slice_eq(again, did))
		r = E_SYNTAX;
	if (r)
		return r;
	*ret_public_url = url;
	*ret_slug = rest;
	return 0;
}

/* A key as it is listed: an Ed25519 key once, a P-256 key in both forms, because some software looks for one
 * of them alone. */
struct entry {
	bool p256;
	uint8_t public[P256_PUBLIC];
	char thumbprint[P256_THUMBPRINT_TEXT];
};

static bool entry_of(struct crypt *c, const struct did_key *key, struct entry *ret)
{
	ret->p256 = false;
	if (multikey_parse(key->id, ret->public))
		return true;
	if (!p256_multikey_parse(key->id, ret->public))
		return false;
	ret->p256 = true;
	p256_thumbprint(c, ret->public, ret->thumbprint);
	return true;
}

/* "did#fragment" in the space of id. */
static struct slice method_id(char *id, size_t size, struct slice did, struct slice fragment)
{
	struct buf text = {.p = id, .size = size, .max = size};
	buf_add(&text, did);
	buf_addc(&text, '#');
	buf_add(&text, fragment);
	return buf_slice(&text);
}

/* What both forms have; the object stays open. */
static void open_method(struct jsonw *w, struct slice did, struct slice fragment, const char *type,
                        const struct did_key *key)
{
	char id[DID_MAX + MULTIKEY_TEXT];
	jsonw_object(w);
	jsonw_kstr(w, "id", method_id(id, sizeof id, did, fragment));
	jsonw_kcstr(w, "type", type);
	jsonw_kstr(w, "controller", did);
	if (key->state == DID_KEY_REVOKED)
		jsonw_kinstant(w, "revoked", key->revoked);
}

static void write_method(struct jsonw *w, struct slice did, const struct did_key *key,
                         const struct entry *e)
{
	if (e->p256) {
		open_method(w, did, slice_of(e->thumbprint), "JsonWebKey", key);
		jsonw_kobject(w, "publicKeyJwk");
		jwk_write(w, e->public);
		jsonw_end(w);
		jsonw_end(w);
	}
	open_method(w, did, key->id, "Multikey", key);
	jsonw_kstr(w, "publicKeyMultibase", key->id);
	jsonw_end(w);
}

static void write_methods(struct jsonw *w, struct slice did, const struct did_key *keys,
                          const struct entry *entries, size_t n)
{
	jsonw_karray(w, "verificationMethod");
	for (size_t i = 0; i < n; i++)
		write_method(w, did, &keys[i], &entries[i]);
	jsonw_end(w);
}

static void write_assertions(struct jsonw *w, struct slice did, const struct did_key *keys,
                             const struct entry *entries, size_t n)
{
	char id[DID_MAX + MULTIKEY_TEXT];
	jsonw_karray(w, "assertionMethod");
	for (size_t i = 0; i < n; i++) {
		if (keys[i].state == DID_KEY_REVOKED)
			continue;
		if (entries[i].p256)
			jsonw_str(w, method_id(id, sizeof id, did, slice_of(entries[i].thumbprint)));
		jsonw_str(w, method_id(id, sizeof id, did, keys[i].id));
	}
	jsonw_end(w);
}

static void write_contexts(struct jsonw *w, const struct entry *entries, size_t n)
{
	bool jwk = false;
	for (size_t i = 0; i < n; i++)
		jwk |= entries[i].p256;
	jsonw_karray(w, "@context");
	jsonw_cstr(w, "https://www.w3.org/ns/did/v1");
	jsonw_cstr(w, "https://w3id.org/security/multikey/v1");
	if (jwk)
		jsonw_cstr(w, "https://w3id.org/security/jwk/v1");
	jsonw_end(w);
}

int did_document(struct arena *a, struct crypt *c, struct slice public_url, struct slice slug,
                 const struct did_key *keys, size_t n, struct slice *ret)
{
	struct buf b = BUF_INIT(DOCUMENT_MAX);
	struct jsonw w;
	struct slice did;
	struct entry *entries = arena_alloc(a, (n + 1) * sizeof *entries);
	int r = did_web(a, public_url, slug, &did);
	if (r || !entries)
		return r ? r : E_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (!entry_of(c, &keys[i], &entries[i]))
			return E_SYNTAX;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	write_contexts(&w, entries, n);
	jsonw_kstr(&w, "id", did);
	write_methods(&w, did, keys, entries, n);
	write_assertions(&w, did, keys, entries, n);
	jsonw_end(&w);
	struct slice text = buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!text.p)
		return E_NOMEM;
	*ret = text;
	return 0;
}
