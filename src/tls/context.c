/* tls/context.c - building SSL_CTXs and swapping them.
 *
 * A struct tls_context holds the current SSL_CTX; a reload builds a whole new one first and only
 * then swaps, so a bad file can never take down a listener. Old connections hold their own
 * reference. */
#include "tls/context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/magic.h"
#include "base/outcome.h"

enum { MAGIC = 0x544c5343, CHAIN_DEPTH = 4, SESSION_SECONDS = 3600 };

struct tls_context {
	unsigned magic;
	enum tls_kind kind;
	const struct tls_tickets *tickets;
	SSL_CTX *ctx;
};

static int fail(char error[static TLS_ERROR_TEXT], const char *what, const char *path)
{
	unsigned long e = ERR_peek_last_error();
	const char *reason = e ? ERR_reason_error_string(e) : NULL;
	ERR_clear_error();
	snprintf(error, TLS_ERROR_TEXT, "%s%s%s%s%s", what, path ? " " : "", path ? path : "",
	         reason ? ": " : "", reason ? reason : "");
	return E_LIBRARY;
}

/* Only HTTP/1.1; a client that insists on something else gets an alert (RFC 7301 section 3.2). */
static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                       const unsigned char *in, unsigned in_n, void *arg)
{
	for (unsigned i = 0; i < in_n && in[i] < in_n - i; i += 1u + in[i]) {
		if (!slice_is(slice_from(in + i + 1, in[i]), "http/1.1"))
			continue;
		*out = in + i + 1;
		*out_n = in[i];
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool set_rules(SSL_CTX *ctx)
{
	char groups[] = "X25519:P-256:P-384"; /* OpenSSL's macro wants it writable */
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION |
	                                 SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
	                                 SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
	                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_max_early_data(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(ctx, select_alpn, NULL);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
	       SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
	                                     "TLS_CHACHA20_POLY1305_SHA256") == 1 &&
	       SSL_CTX_set1_groups_list(ctx, groups) == 1;
}

static bool set_resumption(SSL_CTX *ctx, enum tls_kind kind, const struct tls_tickets *tickets)
{
	struct slice id = kind == TLS_PUBLIC ? SLICE("talent-public") : SLICE("talent-client");
	if (SSL_CTX_set_session_id_context(ctx, (const unsigned char *)id.p, (unsigned)id.n) != 1)
		return false;
	if (kind == TLS_PUBLIC && tickets) {
		SSL_CTX_set_timeout(ctx, SESSION_SECONDS);
		return SSL_CTX_set_num_tickets(ctx, 1) == 1 &&
		       tls_tickets_install(ctx, tickets) == 0;
	}
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	return SSL_CTX_set_num_tickets(ctx, 0) == 1;
}

/* An encrypted key must not stop a daemon at a prompt. */
static int no_password(char *buf, int size, int writing, void *arg)
{
	return -1;
}

static X509 *next_certificate(BIO *from)
{
	return from ? PEM_read_bio_X509(from, NULL, no_password, NULL) : NULL;
}

/* Reading ended because there was no further one, and not in the middle of one. */
static bool at_end(void)
{
	unsigned long e = ERR_peek_last_error();
	bool end = ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_NO_START_LINE;
	if (end)
		ERR_clear_error();
	return end;
}

static bool add_client_ca(SSL_CTX *ctx, X509 *ca)
{
	return SSL_CTX_add_client_CA(ctx, ca) == 1 &&
	       X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), ca) == 1;
}

static bool add_chain(SSL_CTX *ctx, X509 *ca)
{
	return SSL_CTX_add1_chain_cert(ctx, ca) == 1;
}

/* Returns how many there were, or -1. */
static int each_certificate(BIO *from, SSL_CTX *ctx, bool (*add)(SSL_CTX *, X509 *))
{
	int n = 0;
	for (X509 *x; (x = next_certificate(from)); n++) {
		bool added = add(ctx, x);
		X509_free(x);
		if (!added)
			return -1;
	}
	return from && at_end() ? n : -1;
}

static BIO *open_text(const struct tls_pem *pem)
{
	return BIO_new_mem_buf(pem->text.p ? pem->text.p : "", (int)pem->text.n);
}

static bool use_certificates(SSL_CTX *ctx, const struct tls_pem *pem)
{
	BIO *from = open_text(pem);
	X509 *leaf = next_certificate(from);
	bool ok = leaf && SSL_CTX_use_certificate(ctx, leaf) == 1 &&
	          each_certificate(from, ctx, add_chain) >= 0;
	X509_free(leaf);
	BIO_free(from);
	return ok;
}

static bool use_key(SSL_CTX *ctx, const struct tls_pem *pem)
{
	BIO *from = open_text(pem);
	EVP_PKEY *key = from ? PEM_read_bio_PrivateKey(from, NULL, no_password, NULL) : NULL;
	bool ok = key && SSL_CTX_use_PrivateKey(ctx, key) == 1;
	EVP_PKEY_free(key);
	BIO_free(from);
	return ok;
}

static int set_client_ca(SSL_CTX *ctx, const struct tls_pem *pem, char error[static TLS_ERROR_TEXT])
{
	if (!pem->path)
		return fail(error, "the client-certificate listener needs a client_ca file", NULL);
	BIO *from = open_text(pem);
	int n = each_certificate(from, ctx, add_client_ca);
	BIO_free(from);
	if (n <= 0)
		return fail(error, "cannot load client CA", pem->path);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_verify_depth(ctx, CHAIN_DEPTH);
	return 0;
}

static int load(SSL_CTX *ctx, const struct tls_pems *pems, char error[static TLS_ERROR_TEXT])
{
	if (!use_certificates(ctx, &pems->certificate))
		return fail(error, "cannot load certificate", pems->certificate.path);
	if (!use_key(ctx, &pems->key))
		return fail(error, "cannot load private key", pems->key.path);
	if (SSL_CTX_check_private_key(ctx) != 1) /* of another algorithm, for instance */
		return fail(error, "the private key does not belong to the certificate",
		            pems->key.path);
	if (X509_cmp_current_time(X509_get0_notAfter(SSL_CTX_get0_certificate(ctx))) < 0)
		return fail(error, "the certificate has expired:", pems->certificate.path);
	return pems->kind == TLS_CLIENT ? set_client_ca(ctx, &pems->client_ca, error) : 0;
}

static int build(const struct tls_pems *pems, const struct tls_tickets *tickets, SSL_CTX **ret,
                 char error[static TLS_ERROR_TEXT])
{
	ERR_clear_error();
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx) {
		fail(error, "out of memory", NULL);
		return E_NOMEM;
	}
	int e;
	if (!set_rules(ctx) || !set_resumption(ctx, pems->kind, tickets))
		e = fail(error, "the TLS library refuses our settings", NULL);
	else
		e = load(ctx, pems, error);
	if (e) {
		SSL_CTX_free(ctx);
		return e;
	}
	*ret = ctx;
	return 0;
}

int tls_context_new(const struct tls_pems *pems, const struct tls_tickets *tickets,
                    struct tls_context **ret, char error[static TLS_ERROR_TEXT])
{
	SSL_CTX *ctx;
	int e = build(pems, tickets, &ctx, error);
	if (e)
		return e;
	struct tls_context *c = calloc(1, sizeof *c);
	if (!c) {
		SSL_CTX_free(ctx);
		snprintf(error, TLS_ERROR_TEXT, "out of memory");
		return E_NOMEM;
	}
	*c = (struct tls_context){
		.magic = MAGIC, .kind = pems->kind, .tickets = tickets, .ctx = ctx};
	*ret = c;
	return 0;
}

int tls_context_reload(struct tls_context *c, const struct tls_pems *pems,
                       char error[static TLS_ERROR_TEXT])
{
	CHECK_MAGIC(c, MAGIC);
	assert(pems->kind == c->kind);
	SSL_CTX *ctx;
	int e = build(pems, c->tickets, &ctx, error);
	if (e)
		return e;
	SSL_CTX_free(c->ctx);
	c->ctx = ctx;
	return 0;
}

void tls_context_free(struct tls_context *c)
{
	if (!c)
		return;
	CHECK_MAGIC(c, MAGIC);
	SSL_CTX_free(c->ctx);
	free(c);
}

SSL *tls_accept(struct tls_context *c, int fd)
{
	CHECK_MAGIC(c, MAGIC);
	SSL *ssl = SSL_new(c->ctx);
	if (!ssl)
		return NULL;
	if (SSL_set_fd(ssl, fd) != 1) {
		SSL_free(ssl);
		return NULL;
	}
	SSL_set_accept_state(ssl);
	return ssl;
}

bool tls_peer_spki(const SSL *ssl, uint8_t ret[static 32])
{
	X509 *leaf = SSL_get0_peer_certificate(ssl);
	if (!leaf)
		return false;
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
	bool ok = n > 0 && EVP_Digest(der, (size_t)n, ret, NULL, EVP_sha256(), NULL) == 1;
	OPENSSL_free(der);
	return ok;
}
