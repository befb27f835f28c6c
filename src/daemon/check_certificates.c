/* daemon/check_certificates.c - certificates as those see them who connect. That they can be loaded has
 * been tried before (daemon/certificates.c). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/check.h"
#include "daemon/child.h"
#include "tls/certificate.h"

enum { CHAIN_MAX = 32, HOUR_US = 3600000, WARNED_HOURS = 7 * 24, HOST_TEXT = 256 };

static int64_t hours_to(struct instant t, struct instant now)
{
	return (t.us - now.us) / 1000 / HOUR_US;
}

/* what: "" for the certificate itself, or which other one of the file. */
static void check_time(struct check_report *k, const char *const *field, const char *what,
                       const struct tls_certificate *x)
{
	char from[INSTANT_LOCAL_TEXT], until[INSTANT_LOCAL_TEXT];
	struct instant now = instant_now();
	instant_format_local(x->from, from);
	instant_format_local(x->until, until);
	if (x->from.us > now.us)
		check_refuse(k, field, "%s:%s begins only at %s Beijing time; set the clock, or take another", *field,
		             what, from);
	else if (x->until.us <= now.us)
		check_refuse(k, field, "%s:%s is over since %s Beijing time; renew it, then reload (SIGHUP)", *field,
		             what, until);
	else if (hours_to(x->until, now) < WARNED_HOURS)
		check_warn(k, field, "%s:%s is over in %d h, at %s Beijing time; renew it, then reload (SIGHUP)", *field,
		           what, (int)hours_to(x->until, now), until);
}

/* Without the brackets of an IPv6 address; false when there is no room. */
static bool host_of(const struct conf *c, char host[static HOST_TEXT])
{
	struct slice rest = slice_skip(slice_of(c->public_url), strlen("https://"));
	struct slice authority = slice_cut(&rest, '/');
	struct slice name = slice_cut(&authority, ':');
	if (name.n >= HOST_TEXT)
		return false;
	memcpy(host, name.p, name.n);
	host[name.n] = '\0';
	return true;
}

static void check_served(struct check_report *k, enum conf_listener l, struct slice pem)
{
	const struct conf_listen *listen = &k->conf->listen[l];
	struct tls_certificate chain[CHAIN_MAX];
	char host[HOST_TEXT];
	size_t n = tls_certificates_of(pem, chain, CHAIN_MAX);
	for (size_t i = 0; i < n; i++)
		check_time(k, &listen->certificate, i == 0 ? "" : " one of its chain", &chain[i]);
	if (n && !chain[0].serves)
		check_refuse(k, &listen->certificate, "%s: is not for servers (extendedKeyUsage): no client takes it",
		             listen->certificate);
	/* institutions may be given another name for the listener that asks for certificates */
	if (l == LISTEN_PUBLIC && n && check_url_leads_somewhere(k->conf) && host_of(k->conf, host) &&
	    !tls_certificate_is_for(pem, host))
		check_refuse(k, &listen->certificate,
		             "%s: is for another host than %s of public_url: browsers refuse it; get one whose "
		             "subjectAltName has that name",
		             listen->certificate, host);
}

static void check_authorities(struct check_report *k, enum conf_listener l, struct slice pem)
{
	struct tls_certificate all[CHAIN_MAX];
	size_t n = tls_certificates_of(pem, all, CHAIN_MAX);
	for (size_t i = 0; i < n; i++)
		check_time(k, &k->conf->listen[l].client_ca, " an authority of it", &all[i]);
}

/* What cannot be read has been said when it was loaded. */
static void look(struct check_report *k, enum conf_listener l, const char *path,
                 void (*check)(struct check_report *, enum conf_listener, struct slice))
{
	struct buf text = BUF_INIT(CONF_FILE_MAX + 8 * KIB), why = BUF_INIT(8 * KIB);
	if (*path && conf_read_file(path, &text, &why) == 0)
		check(k, l, buf_slice(&text));
	buf_free(&text);
	buf_free(&why);
}

/* Under units the whole daemon runs as its user, also when it reads them again. */
static void check_readable(struct check_report *k, const struct identity *id, const char *const *field)
{
	struct identity_own own;
	if (!id->change || k->conf->signer.spawn || !**field || identity_assume(id, &own) != 0)
		return;
	int readable = eaccess(*field, R_OK), error = errno;
	identity_return(&own);
	if (readable != 0 && error == EACCES)
		check_refuse(k, field, "%s: the daemon's user may not read it (chgrp, chmod 0640)", *field);
}

void check_certificates(struct check_report *k, const struct identity *id)
{
	for (int l = LISTEN_PUBLIC; l <= LISTEN_CLIENT; l++) {
		const struct conf_listen *listen = &k->conf->listen[l];
		check_readable(k, id, &listen->certificate);
		check_readable(k, id, &listen->key);
		check_readable(k, id, &listen->client_ca);
		look(k, (enum conf_listener)l, listen->certificate, check_served);
		look(k, (enum conf_listener)l, listen->client_ca, check_authorities);
	}
}
