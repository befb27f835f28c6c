/* tls/certificate.c - OpenSSL reads, we keep the few facts. */
#include "tls/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

static X509 *next_of(BIO *from)
{
	X509 *x = from ? PEM_read_bio_X509(from, NULL, NULL, NULL) : NULL;
	ERR_clear_error();
	return x;
}

static BIO *open_pem(struct slice pem)
{
	return BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.n);
}

static struct instant instant_of(const ASN1_TIME *t)
{
	struct tm tm;
	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return (struct instant){0};
	return (struct instant){(int64_t)timegm(&tm) * 1000000};
}

size_t tls_certificates_of(struct slice pem, struct tls_certificate *ret, size_t max)
{
	BIO *from = open_pem(pem);
	size_t n = 0;
	for (X509 *x; n < max && (x = next_of(from)); n++) {
		ret[n] = (struct tls_certificate){
			.from = instant_of(X509_get0_notBefore(x)),
			.until = instant_of(X509_get0_notAfter(x)),
			.serves = X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0) == 1,
		};
		X509_free(x);
	}
	BIO_free(from);
	return n;
}

bool tls_certificate_is_for(struct slice pem, const char *host)
{
	BIO *from = open_pem(pem);
	X509 *x = next_of(from);
	bool is = x && (X509_check_ip_asc(x, host, 0) == 1 || X509_check_host(x, host, 0, 0, NULL) == 1);
	X509_free(x);
	BIO_free(from);
	ERR_clear_error();
	return is;
}
