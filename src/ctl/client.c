/* ctl/client.c - libcurl with everything switched off that could surprise: no redirects (a token
 * must not travel elsewhere), no other scheme than https, peer and host always verified. The
 * easy handle is reused, so that a file of rows travels over one TLS connection. */
#include "ctl/client.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

#include "base/outcome.h"

struct client {
	CURL *easy;
	char *url, *token;
	enum lang lang;
	char failure[CURL_ERROR_SIZE];
};

/* What one header line means to us. */
static void take_header(struct answer *a, struct slice name, struct slice value)
{
	if (slice_eq_nocase(name, SLICE("retry-after"))) {
		uint64_t seconds;
		if (slice_to_u64(value, &seconds) && seconds < 86400)
			a->retry_after = (int)seconds;
	} else if (slice_eq_nocase(name, SLICE("idempotent-replayed"))) {
		a->replayed = slice_is(value, "true");
	} else if (slice_eq_nocase(name, SLICE("x-request-id"))) {
		snprintf(a->request_id, sizeof(a->request_id), "%.*s", SLICE_ARGS(value));
	} else if (slice_eq_nocase(name, SLICE("content-type"))) {
		snprintf(a->content_type, sizeof(a->content_type), "%.*s", SLICE_ARGS(value));
	}
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
	struct slice line = slice_from(p, size * n);
	while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	struct slice name = slice_cut(&line, ':');
	if (line.p)
		take_header(arg, name, slice_trim(line));
	return size * n;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	buf_add(&a->body, slice_from(p, size * n));
	return buf_failed(&a->body) ? 0 : size * n;
}

static bool configure(CURL *e, const struct client_conf *conf)
{
	long ms = (long)(conf->limit.us / 1000);
	return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       (!conf->ca || curl_easy_setopt(e, CURLOPT_CAINFO, conf->ca) == CURLE_OK) &&
	       curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, 5000L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_USERAGENT, "talentctl/1") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
}

struct client *client_new(const struct client_conf *conf)
{
	struct client *c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->lang = conf->lang;
	c->url = strdup(conf->url);
	c->token = conf->token ? strdup(conf->token) : NULL;
	c->easy = curl_easy_init();
	if (!c->url || (conf->token && !c->token) || !c->easy || !configure(c->easy, conf) ||
	    curl_easy_setopt(c->easy, CURLOPT_ERRORBUFFER, c->failure) != CURLE_OK) {
		client_free(c);
		return NULL;
	}
	return c;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->easy);
	if (c->token)
		explicit_bzero(c->token, strlen(c->token));
	free(c->token);
	free(c->url);
	free(c);
}

void answer_free(struct answer *a)
{
	buf_free(&a->body);
}

const char *client_failure(const struct client *c)
{
	return c->failure;
}

const char *client_url(const struct client *c)
{
	return c->url;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
	struct buf line = BUF_INIT(4096);
	buf_addf(&line, "%s%s", name, value);
	buf_addc(&line, '\0');
	struct curl_slist *longer = buf_failed(&line) ? NULL : curl_slist_append(*list, line.p);
	if (line.p)
		explicit_bzero(line.p, line.n);
	buf_free(&line);
	if (longer)
		*list = longer;
	return longer != NULL;
}

static struct curl_slist *headers_of(const struct client *c, const struct call *call)
{
	struct curl_slist *list = NULL;
	/* A header without value is one that libcurl must not add by itself: "Expect" would cost a
	 * second before larger bodies, "Content-Type" would claim a form where nothing is sent. */
	bool ok = add_header(&list, "Accept: ", "application/json") &&
	          add_header(&list, "Accept-Language: ", c->lang == LANG_ZH ? "zh-CN" : "en") &&
	          add_header(&list, "Expect:", "") &&
	          (!c->token || add_header(&list, "Authorization: Bearer ", c->token)) &&
	          (!call->key || add_header(&list, "Idempotency-Key: ", call->key)) &&
	          add_header(&list, "Content-Type:", call->body.p ? " application/json" : "");
	if (ok)
		return list;
	curl_slist_free_all(list);
	return NULL;
}

static int failure_of(CURLcode code, const struct answer *a)
{
	if (buf_failed(&a->body))
		return E_NOMEM;
	switch ((int)code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
		return E_CLOSED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
		return E_REFUSED;
	case CURLE_OUT_OF_MEMORY:
		return E_NOMEM;
	default:
		return E_TIMEOUT;
	}
}

/* Whether a time-out happened before anything could be sent. */
static bool never_connected(CURL *easy)
{
	curl_off_t handshake = 0;
	long connects = 0;
	curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &handshake);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
	return connects > 0 && handshake == 0;
}

static CURLcode perform(struct client *c, const struct call *call, struct curl_slist *headers,
                        const char *url, struct answer *a)
{
	CURL *e = c->easy;
	bool sends = call->body.p != NULL;
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, a);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, a);
	if (sends || strcmp(call->method, "POST") == 0) {
		curl_easy_setopt(e, CURLOPT_POST, 1L);
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, sends ? call->body.p : "");
	} else {
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, call->method);
	c->failure[0] = '\0';
	CURLcode code = curl_easy_perform(e);
	if (code != CURLE_OK && !c->failure[0])
		snprintf(c->failure, sizeof(c->failure), "%s", curl_easy_strerror(code));
	curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &a->status);
	return code;
}

int client_call(struct client *c, const struct call *call, struct answer *ret)
{
	struct answer a = {.retry_after = -1, .body = BUF_INIT(ANSWER_BODY_MAX)};
	struct buf url = BUF_INIT(16 * KIB);
	buf_addf(&url, "%s%s", c->url, call->path);
	buf_addc(&url, '\0');
	struct curl_slist *headers = headers_of(c, call);
	if (buf_failed(&url) || !headers) {
		curl_slist_free_all(headers);
		buf_free(&url);
		return E_NOMEM;
	}
	CURLcode code = perform(c, call, headers, url.p, &a);
	curl_slist_free_all(headers);
	buf_free(&url);
	if (code == CURLE_OK) {
		*ret = a;
		return 0;
	}
	int failure = failure_of(code, &a);
	if (failure == E_TIMEOUT && never_connected(c->easy))
		failure = E_CLOSED;
	answer_free(&a);
	return failure;
}

void path_add(struct buf *path, struct slice s)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];
		if ((b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') ||
		    b == '-' || b == '.' || b == '_' || b == '~') {
			buf_addc(path, (char)b);
		} else {
			buf_addc(path, '%');
			buf_addc(path, hex[b >> 4]);
			buf_addc(path, hex[b & 15]);
		}
	}
}

void path_fill(struct buf *out, const char *const *path)
{
	const char *const *arg = path + 1;
	for (const char *p = *path; *p; p++)
		if (*p == '%' && *arg)
			path_add(out, slice_of(*arg++));
		else
			buf_addc(out, *p);
}
