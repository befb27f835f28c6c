/* tls/certificate.h - what a certificate file says of itself: for how long, and for whom. Nothing is
 * verified here; tls/context.h tries what is to be served. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "base/slice.h"

struct tls_certificate {
	struct instant from, until; /* RFC 5280 section 4.1.2.5 */
	bool serves; /* may be a TLS server's: RFC 5280 section 4.2.1.12 */
};

/* The certificates of a PEM text, at most max of them, as they stand. Returns how many; an ill-formed
 * one ends the list. */
size_t tls_certificates_of(struct slice pem, struct tls_certificate *ret, size_t max);

/* Whether the first one is for a host, a name or a numeric address (RFC 6125). */
bool tls_certificate_is_for(struct slice pem, const char *host);
