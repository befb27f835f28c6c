/* db/hosts.c - splits the comma lists of host, hostaddr and port as libpq's documentation
 * (PostgreSQL 15, section 34.1.1.3) does, and gives everything else through unchanged. */
#include "db/hosts.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/outcome.h"
#include "base/slice.h"

struct hosts {
	PQconninfoOption *options;
	size_t n;
	struct host host[HOSTS_MAX];
};

static const char *option(const struct hosts *h, const char *keyword)
{
	for (const PQconninfoOption *o = h->options; o->keyword; o++) {
		if (strcmp(o->keyword, keyword) == 0)
			return o->val && o->val[0] ? o->val : NULL;
	}
	return NULL;
}

static size_t list_n(const char *list)
{
	size_t n = list ? 1 : 0;
	for (; list && *list; list++)
		n += *list == ',';
	return n;
}

/* The i-th item of a comma list, copied; false when it does not fit. A list of one stands for
 * every i (one port for all hosts). */
static bool list_item(const char *list, size_t i, char *out, size_t out_n)
{
	struct slice rest = slice_of(list), item = SLICE_NONE;
	if (!list)
		return true;
	if (list_n(list) == 1)
		i = 0;
	for (size_t k = 0; k <= i; k++)
		item = slice_cut(&rest, ',');
	if (item.n >= out_n)
		return false;
	if (item.n)
		memcpy(out, item.p, item.n);
	out[item.n] = '\0';
	return true;
}

static int split(struct hosts *h, char *why, size_t why_n)
{
	const char *names = option(h, "host"), *addrs = option(h, "hostaddr"),
		   *ports = option(h, "port");
	size_t n_names = list_n(names), n_addrs = list_n(addrs), n_ports = list_n(ports);
	h->n = n_addrs   ? n_addrs
	       : n_names ? n_names
	                 : 1;
	if (h->n > HOSTS_MAX) {
		snprintf(why, why_n, "database: more than %d hosts", HOSTS_MAX);
		return E_SYNTAX;
	}
	if ((n_names && n_names != h->n) || (n_ports > 1 && n_ports != h->n)) {
		snprintf(why, why_n,
		         "database: host, hostaddr and port must list the same number of servers");
		return E_SYNTAX;
	}
	for (size_t i = 0; i < h->n; i++) {
		struct host *one = &h->host[i];
		if (!list_item(n_names ? names : NULL, i, one->name, sizeof(one->name)) ||
		    !list_item(n_addrs ? addrs : NULL, i, one->addr, sizeof(one->addr)) ||
		    !list_item(n_ports ? ports : NULL, i, one->port, sizeof(one->port))) {
			snprintf(why, why_n, "database: a host, address or port is too long");
			return E_SYNTAX;
		}
	}
	return 0;
}

int hosts_parse(const char *conninfo, struct hosts **ret, char *why, size_t why_n)
{
	struct hosts *h = calloc(1, sizeof(*h));
	char *error = NULL;
	int r;
	if (!h)
		return E_NOMEM;
	h->options = PQconninfoParse(conninfo, &error);
	if (!h->options) {
		snprintf(why, why_n, "database: %.*s", error ? (int)strcspn(error, "\n") : 13,
		         error ? error : "out of memory");
		r = error ? E_SYNTAX : E_NOMEM;
		goto done;
	}
	r = split(h, why, why_n);
done:
	PQfreemem(error);
	if (r == 0)
		*ret = h;
	else
		hosts_free(h);
	return r;
}

void hosts_free(struct hosts *h)
{
	if (!h)
		return;
	PQconninfoFree(h->options);
	free(h);
}

size_t hosts_count(const struct hosts *h)
{
	return h->n;
}

const struct host *hosts_at(const struct hosts *h, size_t i)
{
	return &h->host[i];
}

static bool is_socket(const struct host *host)
{
	return host->name[0] == '/' || host->name[0] == '@';
}

bool host_is_numeric(const struct host *host)
{
	struct in6_addr six;
	struct in_addr four;
	return host->addr[0] || !host->name[0] || is_socket(host) ||
	       inet_pton(AF_INET, host->name, &four) == 1 ||
	       inet_pton(AF_INET6, host->name, &six) == 1;
}

void host_label(const struct host *host, char *out, size_t out_n)
{
	const char *port = host->port[0] ? host->port : "5432";
	if (!host->name[0] && !host->addr[0])
		snprintf(out, out_n, "the default socket");
	else if (is_socket(host) && !host->addr[0])
		snprintf(out, out_n, "socket %s port %s", host->name, port);
	else if (host->name[0] && host->addr[0])
		snprintf(out, out_n, "%s (%s) port %s", host->name, host->addr, port);
	else
		snprintf(out, out_n, "%s port %s", host->name[0] ? host->name : host->addr, port);
}

static bool is_ours(const char *keyword)
{
	static const char *const ours[] = {"host", "hostaddr", "port", "application_name",
	                                   "target_session_attrs", "options", "client_encoding",
	                                   "connect_timeout"};
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		if (strcmp(keyword, ours[i]) == 0)
			return true;
	}
	return false;
}

static void put(struct host_params *p, size_t *n, const char *keyword, const char *value)
{
	if (!value || !value[0] || *n + 1 >= HOST_PARAMS)
		return;
	p->keywords[*n] = keyword;
	p->values[(*n)++] = value;
}

void host_params(const struct hosts *h, const struct host *host, const char *application,
                 const char *options, struct host_params *ret)
{
	size_t n = 0;
	const char *own = option(h, "options");
	snprintf(ret->options_text, sizeof(ret->options_text), "%s %s", options, own ? own : "");
	put(ret, &n, "host", host->name);
	put(ret, &n, "hostaddr", host->addr);
	put(ret, &n, "port", host->port);
	put(ret, &n, "application_name", application);
	put(ret, &n, "target_session_attrs", "any");
	put(ret, &n, "client_encoding", "UTF8");
	put(ret, &n, "connect_timeout", "5");
	put(ret, &n, "options", ret->options_text);
	if (!option(h, "tcp_user_timeout"))
		put(ret, &n, "tcp_user_timeout", "5000");
	if (!option(h, "keepalives_idle"))
		put(ret, &n, "keepalives_idle", "10");
	if (!option(h, "keepalives_interval"))
		put(ret, &n, "keepalives_interval", "5");
	for (const PQconninfoOption *o = h->options; o->keyword; o++) {
		if (!is_ours(o->keyword))
			put(ret, &n, o->keyword, o->val);
	}
	ret->keywords[n] = ret->values[n] = NULL;
}
