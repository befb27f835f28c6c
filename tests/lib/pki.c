/* tests/lib/pki.c - P-256 certificates by OpenSSL's API. */
#include "pki.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tls/context.h"

static void extend(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

static X509 *make_cert(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, bool ca)
{
	char names[120];
	snprintf(names, sizeof names, "DNS:%s,IP:127.0.0.1%s", name,
	         strcmp(name, "localhost") == 0 ? ",DNS:registry.test" : "");
	static long serial = 1;
	X509 *x = X509_new();
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 10L * 366 * 86400); /* also where the clock is made to jump */
	X509_set_pubkey(x, key);
	X509_NAME *subject = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : subject);
	if (ca)
		extend(x, NID_basic_constraints, "critical,CA:TRUE");
	else
		extend(x, NID_subject_alt_name, names);
	X509_sign(x, issuer_key ? issuer_key : key, EVP_sha256());
	return x;
}

static bool write_cert(const char *path, X509 *x)
{
	FILE *f = fopen(path, "w");
	bool ok = f && PEM_write_X509(f, x) == 1;
	return f && fclose(f) == 0 && ok;
}

static bool write_key(const char *path, EVP_PKEY *k)
{
	FILE *f = fopen(path, "w");
	bool ok = f && PEM_write_PrivateKey(f, k, NULL, NULL, 0, NULL, NULL) == 1;
	return f && fclose(f) == 0 && ok;
}

static bool make_pair(const char *name, const char *cert, const char *key, X509 *ca, EVP_PKEY *ca_key)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	X509 *x = make_cert(name, k, ca, ca_key, false);
	bool ok = write_cert(cert, x) && write_key(key, k);
	X509_free(x);
	EVP_PKEY_free(k);
	return ok;
}

bool pki_make_leaf(const char *cert, const char *key, const char *host, long from, long until)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	X509 *x = make_cert(host, k, NULL, NULL, false);
	X509_gmtime_adj(X509_getm_notBefore(x), from);
	X509_gmtime_adj(X509_getm_notAfter(x), until);
	X509_sign(x, k, EVP_sha256());
	bool ok = write_cert(cert, x) && write_key(key, k);
	X509_free(x);
	EVP_PKEY_free(k);
	return ok;
}

static void name_files(struct pki *p)
{
	const struct {
		char *path;
		const char *name;
	} files[] = {{p->ca, "ca.pem"},
	             {p->cert, "cert.pem"},
	             {p->key, "key.pem"},
	             {p->other_cert, "other_cert.pem"},
	             {p->other_key, "other_key.pem"},
	             {p->client_cert, "client_cert.pem"},
	             {p->client_key, "client_key.pem"},
	             {p->foreign_cert, "foreign_cert.pem"},
	             {p->foreign_key, "foreign_key.pem"},
	             {p->junk, "junk.pem"}};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		snprintf(files[i].path, PKI_PATH, "%.90s/%s", p->dir, files[i].name);
}

bool pki_make(struct pki *p)
{
	char dir[] = "/tmp/talent-pki-XXXXXX";
	return mkdtemp(dir) && pki_make_in(p, dir);
}

bool pki_make_in(struct pki *p, const char *dir)
{
	snprintf(p->dir, sizeof p->dir, "%s", dir);
	name_files(p);
	EVP_PKEY *ca_key = EVP_EC_gen("P-256");
	X509 *ca = make_cert("test authority", ca_key, NULL, NULL, true);
	FILE *junk = fopen(p->junk, "w");
	bool ok = write_cert(p->ca, ca) && junk && fputs("junk\n", junk) >= 0 &&
	          make_pair("localhost", p->cert, p->key, ca, ca_key) &&
	          make_pair("other", p->other_cert, p->other_key, ca, ca_key) &&
	          make_pair("client", p->client_cert, p->client_key, ca, ca_key) &&
	          make_pair("foreign", p->foreign_cert, p->foreign_key, NULL, NULL);
	if (junk)
		fclose(junk);
	X509_free(ca);
	EVP_PKEY_free(ca_key);
	return ok;
}

void pki_remove(struct pki *p)
{
	const char *files[] = {p->ca, p->cert, p->key, p->other_cert, p->other_key, p->client_cert,
	                       p->client_key, p->foreign_cert, p->foreign_key, p->junk};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(files[i]);
	rmdir(p->dir);
}

enum { SETS = 8, PEM_TEXT = 16384 };

static struct tls_pem read_pem(const char *path, char text[static PEM_TEXT])
{
	FILE *f = path ? fopen(path, "re") : NULL;
	size_t n = f ? fread(text, 1, PEM_TEXT, f) : 0;
	if (f)
		fclose(f);
	return (struct tls_pem){path, slice_from(text, n)};
}

struct tls_pems pki_pems(const char *certificate, const char *key, const char *client_ca)
{
	static char text[SETS][3][PEM_TEXT];
	static unsigned next;
	char (*set)[PEM_TEXT] = text[next++ % SETS];
	return (struct tls_pems){
		.kind = client_ca ? TLS_CLIENT : TLS_PUBLIC,
		.certificate = read_pem(certificate, set[0]),
		.key = read_pem(key, set[1]),
		.client_ca = read_pem(client_ca, set[2]),
	};
}
