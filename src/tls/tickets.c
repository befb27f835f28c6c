/* tls/tickets.c - OpenSSL's ticket callback over keys that change under it. The keys live outside
 * the SSL_CTX, so rotation touches no context and reload loses no session. */
#include "tls/tickets.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/outcome.h"

static bool set_keys(const struct tls_ticket_key *k, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                     EVP_MAC_CTX *mac, bool seal)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)(uintptr_t)k->mac,
	                                          sizeof k->mac),
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){"SHA256"}, 0),
		OSSL_PARAM_construct_end(),
	};
	return EVP_MAC_CTX_set_params(mac, params) == 1 &&
	       EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, k->aes, iv, seal) == 1;
}

static int seal(const struct tls_tickets *t, unsigned char *name, unsigned char *iv,
                EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	if (!t->has_current)
		return 0; /* no ticket */
	if (RAND_bytes(iv, 16) != 1 || !set_keys(&t->current, iv, cipher, mac, true))
		return -1;
	memcpy(name, t->current.name, sizeof t->current.name);
	return 1;
}

/* 0: unknown key, full handshake; 1: resumed; 2: resumed, and renew the ticket. */
static int unseal(const struct tls_tickets *t, const unsigned char *name, unsigned char *iv,
                  EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac)
{
	const struct tls_ticket_key *k = NULL;
	if (t->has_current && memcmp(name, t->current.name, 16) == 0)
		k = &t->current;
	else if (t->has_previous && memcmp(name, t->previous.name, 16) == 0)
		k = &t->previous;
	if (!k)
		return 0;
	if (!set_keys(k, iv, cipher, mac, false))
		return -1;
	return k == &t->previous ? 2 : 1;
}

static int on_ticket(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                     EVP_MAC_CTX *mac, int sealing)
{
	const struct tls_tickets *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	return sealing ? seal(t, name, iv, cipher, mac) : unseal(t, name, iv, cipher, mac);
}

int tls_tickets_install(SSL_CTX *ctx, const struct tls_tickets *t)
{
	union {
		const void *in;
		void *out;
	} p = {.in = t};
	if (SSL_CTX_set_app_data(ctx, p.out) != 1)
		return E_LIBRARY;
	SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, on_ticket);
	return 0;
}

int tls_tickets_rotate(struct tls_tickets *t)
{
	struct tls_ticket_key k;
	if (RAND_bytes((unsigned char *)&k, sizeof k) != 1)
		return E_LIBRARY;
	t->previous = t->current;
	t->has_previous = t->has_current;
	t->current = k;
	t->has_current = true;
	OPENSSL_cleanse(&k, sizeof k);
	return 0;
}
