/* daemon/check.c - the report, and what needs neither keys, certificates nor database. */
#include "daemon/check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "daemon/boot.h"
#include "daemon/child.h"

/* ---- the report ---- */

static void say(struct check_report *k, const void *field, const char *mark, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));
static void say(struct check_report *k, const void *field, const char *mark, const char *fmt, va_list ap)
{
	char text[1024];
	vsnprintf(text, sizeof text, fmt, ap);
	conf_say(k->conf, k->name, field, mark, k->out);
	buf_addf(k->out, "%s\n", text);
}

void check_refuse(struct check_report *k, const void *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(k, field, "", fmt, ap);
	va_end(ap);
	k->refused++;
}

void check_warn(struct check_report *k, const void *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(k, field, "warning: ", fmt, ap);
	va_end(ap);
	k->warned++;
}

void check_note(struct check_report *k, const void *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(k, field, "not looked at: ", fmt, ap);
	va_end(ap);
}

/* ---- public_url ---- */

/* RFC 2606: names that lead nowhere, and never will. */
static bool is_reserved(struct slice host)
{
	static const char *const NAMES[] = {"example", "invalid", "example.com", "example.net", "example.org"};
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		struct slice name = slice_of(NAMES[i]);
		if (host.n >= name.n && slice_eq(slice_skip(host, host.n - name.n), name) &&
		    (host.n == name.n || host.p[host.n - name.n - 1] == '.'))
			return true;
	}
	return false;
}

static struct slice host_of(const struct conf *c)
{
	struct slice rest = slice_skip(slice_of(c->public_url), strlen("https://"));
	struct slice authority = slice_cut(&rest, '/');
	return slice_cut(&authority, ':');
}

enum url_trouble { URL_FINE, URL_EXAMPLE, URL_NO_DID, URL_RESERVED };

static enum url_trouble url_trouble(const struct conf *c)
{
	struct arena *a = arena_new(8 * KIB);
	struct slice did;
	enum url_trouble trouble = URL_FINE;
	if (strcmp(c->public_url, conf_example_url()) == 0)
		trouble = URL_EXAMPLE;
	else if (!a || did_web(a, slice_of(c->public_url), SLICE("a"), &did) != 0)
		trouble = URL_NO_DID;
	else if (is_reserved(host_of(c)))
		trouble = URL_RESERVED;
	arena_free(a);
	return trouble;
}

bool check_url_leads_somewhere(const struct conf *c)
{
	return url_trouble(c) == URL_FINE;
}

void check_public_url(struct check_report *k)
{
	const char *url = k->conf->public_url;
	enum url_trouble trouble = url_trouble(k->conf);
	if (trouble == URL_EXAMPLE)
		check_refuse(k, &k->conf->public_url,
		             "%s is the example; give the address under which the world reaches this registry: "
		             "it is printed on every certificate and can never change",
		             url);
	if (trouble == URL_NO_DID)
		check_refuse(k, &k->conf->public_url,
		             "%s cannot be written as a DID: https://, a host name of letters, digits, - and ., "
		             "perhaps :port and a path, nothing else",
		             url);
}

/* did:web (section 2.1) has names and no addresses. What this registry signs names its issuers so, for ever. */
static void check_address(struct check_report *k)
{
	if (did_host_is_address(slice_of(k->conf->public_url)))
		check_warn(k, &k->conf->public_url,
		           "%s is an IP address, which the names of issuers (did:web) may not have: other people's "
		           "verifiers may refuse every certificate; give a host name before the first one is issued",
		           k->conf->public_url);
}

/* Refused by -t alone: tests and trials start under such names. */
static void check_reserved_host(struct check_report *k)
{
	if (url_trouble(k->conf) == URL_RESERVED)
		check_refuse(k, &k->conf->public_url,
		             "%s leads nowhere, its name is reserved for examples (RFC 2606); give the address under "
		             "which the world reaches this registry",
		             k->conf->public_url);
}

/* ---- users, folders, addresses ---- */

static void check_user(struct check_report *k, const void *field, const char *user)
{
	struct buf why = BUF_INIT(KIB);
	uid_t uid;
	if (*user && identity_uid(user, &uid, &why) != 0) {
		buf_addc(&why, '\0');
		why.p[strcspn(why.p, "\n")] = '\0';
		check_refuse(k, field, "%s", why.p);
	}
	buf_free(&why);
}

static void check_users(struct check_report *k)
{
	const struct conf *c = k->conf;
	check_user(k, &c->user, c->user);
	if (c->signer.spawn)
		check_user(k, &c->signer.user, c->signer.user);
	if (*c->group && c->group[strspn(c->group, "0123456789")] && !getgrnam(c->group))
		check_refuse(k, &c->group, "group \"%s\" does not exist; create it or name another", c->group);
	if (!*c->user && !c->signer.spawn)
		check_refuse(k, &c->user,
		             "is empty, so a signer with a unit of its own serves nobody but its own user, and this "
		             "daemon can sign nothing (signer_peer_refused): name the user that the daemon runs as");
}

static const char *why_no_state_directory(const char *path, uid_t uid)
{
	struct stat st;
	if (path[0] != '/')
		return "must be an absolute path";
	if (stat(path, &st) != 0)
		return strerror(errno);
	if (!S_ISDIR(st.st_mode))
		return "must be a folder";
	if (uid != 0 && st.st_uid != uid)
		return "must belong to the daemon's user";
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0 || !(st.st_mode & S_IWUSR))
		return "must be writable by the daemon's user and by nobody else (chmod 0700)";
	return NULL;
}

void check_state_directory(struct check_report *k, uid_t uid)
{
	const char *path = k->conf->state_directory, *why = why_no_state_directory(path, uid);
	if (why)
		check_refuse(k, &k->conf->state_directory, "%s: %s", path, why);
}

/* Whether this machine has it: asked by taking any port there. */
static bool is_here(const char *address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	bool four = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	if (!four && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
		return false;
	int fd = socket(four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	const void *to = four ? (const void *)&v4 : &v6;
	bool here = bind(fd, to, four ? sizeof v4 : sizeof v6) == 0;
	close(fd);
	return here;
}

static void check_addresses(struct check_report *k)
{
	for (int l = 0; l < LISTENERS; l++) {
		const struct conf_listen *listen = &k->conf->listen[l];
		if (listen->port && !is_here(listen->address))
			check_refuse(k, &listen->address, "%s is no address of this machine: %s; 0.0.0.0 means all of them",
			             listen->address, strerror(errno));
	}
}

/* ---- all ---- */

static void check_conf(struct check_report *k)
{
	const struct conf *c = k->conf;
	struct identity id = {.change = false};
	struct buf why = BUF_INIT(KIB);
	check_reserved_host(k);
	check_address(k);
	check_users(k);
	check_addresses(k);
	/* who does not exist has been named above */
	if (identity_resolve(c->user, c->group, &id, &why) == 0) {
		check_state_directory(k, identity_uid_of(&id));
		check_secrets(k, identity_uid_of(&id));
		check_signer(k, &id);
		check_certificates(k, &id);
		check_database(k, &id);
	}
	buf_free(&why);
}

static unsigned lines_in(const char *text)
{
	unsigned n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

int check_all(const char *path, struct buf *out, unsigned *ret_warned)
{
	struct conf *c = NULL;
	int rc = boot_load(path, &c, out);
	if (rc != 0 && !c)
		return rc;
	struct check_report k = {.conf = c, .name = path, .out = out, .refused = rc != 0};
	check_conf(&k);
	buf_adds(out, c->warnings);
	*ret_warned = k.warned + lines_in(c->warnings);
	conf_free(c);
	return (int)k.refused;
}
