/* tls/spki.c - public key digests of certificates that arrive as text. */
#include "tls/spki.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

bool tls_spki_of_pem(struct slice pem, uint8_t out[static 32])
{
	unsigned char *der = NULL;
	X509 *certificate = NULL;
	BIO *bio = pem.n && pem.n < INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	int n = -1;
	if (bio)
		certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (certificate)
		n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (n > 0)
		SHA256(der, (size_t)n, out);
	OPENSSL_free(der);
	X509_free(certificate);
	BIO_free(bio);
	ERR_clear_error();
	return n > 0;
}
