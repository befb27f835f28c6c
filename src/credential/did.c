/* credential/did.c - all addresses in a DID document are written in full: several verifiers do
 * not resolve relative ones. */
#include "credential/did.h"

#include "base/buf.h"
#include "base/outcome.h"
#include "crypt/multikey.h"
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
	buf_adds(&b, ":issuers:");
	buf_add(&b, slug);
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

/* "did#key" in the space of id. */
static struct slice method_id(char *id, size_t size, struct slice did, struct slice key)
{
	struct buf text = {.p = id, .size = size, .max = size};
	buf_add(&text, did);
	buf_addc(&text, '#');
	buf_add(&text, key);
	return buf_slice(&text);
}

static void write_methods(struct jsonw *w, struct slice did, const struct did_key *keys, size_t n)
{
	char id[DID_MAX + MULTIKEY_TEXT];
	jsonw_karray(w, "verificationMethod");
	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		jsonw_kstr(w, "id", method_id(id, sizeof id, did, keys[i].id));
		jsonw_kcstr(w, "type", "Multikey");
		jsonw_kstr(w, "controller", did);
		jsonw_kstr(w, "publicKeyMultibase", keys[i].id);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void write_assertions(struct jsonw *w, struct slice did, const struct did_key *keys,
                             size_t n)
{
	char id[DID_MAX + MULTIKEY_TEXT];
	jsonw_karray(w, "assertionMethod");
	for (size_t i = 0; i < n; i++)
		if (keys[i].state != DID_KEY_REVOKED)
			jsonw_str(w, method_id(id, sizeof id, did, keys[i].id));
	jsonw_end(w);
}

int did_document(struct arena *a, struct slice public_url, struct slice slug,
                 const struct did_key *keys, size_t n, struct slice *ret)
{
	struct buf b = BUF_INIT(DOCUMENT_MAX);
	struct jsonw w;
	struct slice did;
	uint8_t public[ED25519_PUBLIC];
	int r = did_web(a, public_url, slug, &did);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++)
		if (!multikey_parse(keys[i].id, public))
			return E_SYNTAX;
	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kraw(&w, "@context",
	           SLICE("[\"https://www.w3.org/ns/did/v1\",\"https://w3id.org/security/multikey/v1\"]"));
	jsonw_kstr(&w, "id", did);
	write_methods(&w, did, keys, n);
	write_assertions(&w, did, keys, n);
	jsonw_end(&w);
	struct slice text = buf_failed(&b) ? SLICE_NONE : arena_slice(a, buf_slice(&b));
	buf_free(&b);
	if (!text.p)
		return E_NOMEM;
	*ret = text;
	return 0;
}
