/* tests/lib/pki.h - keys and certificates made for one test run, as files in their own folder. */
#pragma once

#include <stdbool.h>

enum { PKI_PATH = 128 };

struct pki {
	char dir[PKI_PATH];
	char ca[PKI_PATH];          /* the test authority */
	char cert[PKI_PATH];        /* server "localhost", signed by it */
	char key[PKI_PATH];
	char other_cert[PKI_PATH];  /* another server certificate with another key */
	char other_key[PKI_PATH];
	char client_cert[PKI_PATH]; /* client, signed by the authority */
	char client_key[PKI_PATH];
	char foreign_cert[PKI_PATH]; /* client, signed by itself */
	char foreign_key[PKI_PATH];
	char junk[PKI_PATH];        /* not PEM at all */
};

struct tls_pems;

bool pki_make(struct pki *p);
bool pki_make_in(struct pki *p, const char *dir); /* a folder that is there, of at most 80 bytes */
/* One more for a host, signed by itself, valid between two moments in seconds from now. */
bool pki_make_leaf(const char *cert, const char *key, const char *host, long from, long until);
void pki_remove(struct pki *p);

/* What these files say, as a context wants it; client_ca makes it a client-certificate listener's.
 * A path that is NULL or not there gives an empty text. In one of eight sets of buffers. */
struct tls_pems pki_pems(const char *certificate, const char *key, const char *client_ca);
