/* tests/lib/http.c - libcurl, one easy handle per client so that connections are kept. */
#include "http.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "api/api.h"
#include "http/head.h"
#include "web/route.h"
#include "witness.h"

enum { TIMEOUT_MS = 20000, RAW_SILENCE_MS = 3000, RAW_MAX = 65536, AT_ONCE_MAX = 128 };

struct growing {
	char *p;
	size_t n;
};

/* One request under way. */
struct call {
	CURL *easy;
	struct curl_slist *headers;
	struct growing head, body;
};

struct http {
	char base[128];
	char *ca, *cert, *key;
	struct witness *witness;
	CURL *easy; /* for one request after the other */
	struct answer **answers;
	size_t n;
	long connections;
};

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

struct http *http_new(const char *base, const char *ca, const char *cert, const char *key,
                      struct witness *witness)
{
	struct http *h = calloc(1, sizeof *h);
	assert_non_null(h);
	snprintf(h->base, sizeof h->base, "%s", base);
	h->ca = copy(ca);
	h->cert = copy(cert);
	h->key = copy(key);
	h->witness = witness;
	h->easy = curl_easy_init();
	assert_non_null(h->easy);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		free(h->answers[i]->head);
		free(h->answers[i]->body);
		json_decref(h->answers[i]->json);
		free(h->answers[i]);
	}
	free(h->answers);
	curl_easy_cleanup(h->easy);
	free(h->ca);
	free(h->cert);
	free(h->key);
	free(h);
}

long http_connections(const struct http *h)
{
	return h->connections;
}

/* ---- asking ---- */

static size_t grow(char *p, size_t size, size_t n, void *arg)
{
	struct growing *g = arg;
	g->p = realloc(g->p, g->n + n * size + 1);
	memcpy(g->p + g->n, p, n * size);
	g->n += n * size;
	g->p[g->n] = '\0';
	return n * size;
}

static void add_header(struct call *c, const char *name, const char *value)
{
	char line[1024];
	if (!value)
		return;
	snprintf(line, sizeof line, "%s: %s", name, value);
	c->headers = curl_slist_append(c->headers, line);
}

static void set_headers(struct call *c, const struct http_asked *q)
{
	char bearer[256];
	snprintf(bearer, sizeof bearer, "Bearer %s", q->token ? q->token : "");
	const char *type = q->type ? q->type : "application/json";
	add_header(c, "Authorization", q->token ? bearer : NULL);
	if (q->body && type[0])
		add_header(c, "Content-Type", type);
	else
		c->headers = curl_slist_append(c->headers, "Content-Type:");
	c->headers = curl_slist_append(c->headers, "Expect:");
	add_header(c, "Accept", q->accept);
	add_header(c, "Accept-Language", q->language);
	add_header(c, "Idempotency-Key", q->key);
	add_header(c, "If-None-Match", q->etag);
	if (q->header)
		c->headers = curl_slist_append(c->headers, q->header);
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
}

static void set_peer(const struct http *h, CURL *e)
{
	curl_easy_setopt(e, CURLOPT_CAINFO, h->ca);
	if (h->cert) {
		curl_easy_setopt(e, CURLOPT_SSLCERT, h->cert);
		curl_easy_setopt(e, CURLOPT_SSLKEY, h->key);
	}
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static void prepare(const struct http *h, struct call *c, const struct http_asked *q)
{
	char url[4096];
	CURL *e = c->easy;
	snprintf(url, sizeof url, "%s%s", h->base, q->path);
	curl_easy_reset(e);
	set_peer(h, e);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
	if (q->body) {
		curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)(q->body_n ? q->body_n : strlen(q->body)));
		curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, q->body);
	}
	if (q->method && strcmp(q->method, "HEAD") == 0)
		curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
	else if (q->method)
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, q->method);
	if (q->from)
		curl_easy_setopt(e, CURLOPT_INTERFACE, q->from);
	if (q->fresh)
		curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	set_headers(c, q);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, grow);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, &c->body);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, grow);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, &c->head);
}

/* Whether the route is there to show whole ID numbers, or says the same to everybody. */
static bool may_show_numbers(const struct http_asked *q)
{
	const char *method = q->method ? q->method : q->body ? "POST" : "GET", *end = strchr(q->path, '?');
	struct slice path = slice_from(q->path, end ? (size_t)(end - q->path) : strlen(q->path));
	for (enum http_method m = 0; m < HTTP_OTHER; m++) {
		const struct route *r = strcmp(http_method_name(m), method) == 0 ? route_find(api_routes, m, path).route : NULL;
		if (r && (r->shows_numbers || (r->local && r->cache)))
			return true;
	}
	return false;
}

/* No answer of any test has a whole ID number that was sent to the registry, unless its route says that it has. */
static void expect_masked(const struct http *h, const struct http_asked *q, const struct answer *a)
{
	const char *in_body = witness_find_in(h->witness, WITNESS_NUMBER, a->body, a->n);
	const char *in_head = witness_find_in(h->witness, WITNESS_NUMBER, a->head, strlen(a->head));
	if ((in_body || in_head) && !may_show_numbers(q))
		fail_msg("%s %s shows %s", q->method ? q->method : "", q->path, in_body ? in_body : in_head);
}

static void watch(const struct http *h, const struct http_asked *q, const struct answer *a)
{
	if (!h->witness)
		return;
	json_t *sent = q->body ? json_loads(q->body, 0, NULL) : NULL;
	witness_note_json(h->witness, sent);
	json_decref(sent);
	expect_masked(h, q, a);
	witness_note_json(h->witness, a->json);
	witness_note(h->witness, WITNESS_TOKEN, q->token);
}

static const struct answer *keep(struct http *h, struct call *c, const struct http_asked *q)
{
	struct answer *a = calloc(1, sizeof *a);
	long status = 0, made = 0;
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c->easy, CURLINFO_NUM_CONNECTS, &made);
	h->connections += made;
	a->status = (int)status;
	a->head = c->head.p ? c->head.p : strdup("");
	a->body = c->body.p ? c->body.p : strdup("");
	a->n = c->body.n;
	a->json = json_loads(a->body, JSON_REJECT_DUPLICATES, NULL);
	h->answers = realloc(h->answers, (h->n + 1) * sizeof(struct answer *));
	h->answers[h->n++] = a;
	curl_slist_free_all(c->headers);
	watch(h, q, a);
	return a;
}

static void drop(struct call *c)
{
	curl_slist_free_all(c->headers);
	free(c->head.p);
	free(c->body.p);
}

const struct answer *http_ask(struct http *h, const struct http_asked *q)
{
	struct call c = {.easy = h->easy};
	prepare(h, &c, q);
	CURLcode r = curl_easy_perform(c.easy);
	if (r != CURLE_OK) {
		drop(&c);
		fail_msg("%s %s: %s", q->method ? q->method : "", q->path, curl_easy_strerror(r));
	}
	return keep(h, &c, q);
}

bool http_fails(struct http *h, const struct http_asked *q)
{
	struct call c = {.easy = h->easy};
	prepare(h, &c, q);
	CURLcode r = curl_easy_perform(c.easy);
	drop(&c);
	return r != CURLE_OK;
}

void http_ask_all(struct http *h, const struct http_asked *asked, const struct answer **ret, int n)
{
	struct call c[AT_ONCE_MAX] = {0};
	CURLM *m = curl_multi_init();
	int running = n;
	assert_true(m && n <= AT_ONCE_MAX);
	for (int i = 0; i < n; i++) {
		c[i].easy = curl_easy_init();
		prepare(h, &c[i], &asked[i]);
		curl_easy_setopt(c[i].easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_multi_add_handle(m, c[i].easy);
	}
	while (running > 0) {
		curl_multi_perform(m, &running);
		if (running > 0)
			curl_multi_poll(m, NULL, 0, 100, NULL);
	}
	for (int i = 0; i < n; i++) {
		ret[i] = keep(h, &c[i], &asked[i]);
		curl_multi_remove_handle(m, c[i].easy);
		curl_easy_cleanup(c[i].easy);
	}
	curl_multi_cleanup(m);
}

/* ---- reading answers ---- */

const char *answer_header(const struct answer *a, const char *name)
{
	static char buffers[8][512];
	static int at;
	size_t n = strlen(name);
	for (const char *line = a->head; *line; line = strchr(line, '\n') + 1) {
		if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
			char *out = buffers[at++ % 8];
			const char *value = line + n + 1 + strspn(line + n + 1, " ");
			snprintf(out, sizeof buffers[0], "%.*s", (int)strcspn(value, "\r\n"), value);
			return out;
		}
		if (!strchr(line, '\n'))
			break;
	}
	return NULL;
}

const json_t *answer_at(const struct answer *a, const char *path)
{
	const json_t *at = a->json;
	while (at && *path) {
		char key[64];
		size_t n = strcspn(path, ".");
		snprintf(key, sizeof key, "%.*s", (int)n, path);
		at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(key, NULL, 10))
		                       : json_object_get(at, key);
		path += n + (path[n] == '.');
	}
	return at;
}

const char *answer_text(const struct answer *a, const char *path)
{
	const json_t *at = answer_at(a, path);
	if (!json_is_string(at))
		fail_msg("no text at %s in %d %s", path, a->status, a->body);
	return json_string_value(at);
}

long long answer_int(const struct answer *a, const char *path)
{
	const json_t *at = answer_at(a, path);
	if (!json_is_integer(at))
		fail_msg("no integer at %s in %d %s", path, a->status, a->body);
	return json_integer_value(at);
}

const struct answer *expect_status(const struct answer *a, int status)
{
	if (a->status != status)
		fail_msg("status %d, not %d: %s", a->status, status, a->body);
	return a;
}

const struct answer *expect_problem(const struct answer *a, int status, const char *code)
{
	const char *type = answer_header(a, "Content-Type"), *id = answer_header(a, "X-Request-Id");
	if (a->status != status || !type || strcmp(type, "application/problem+json") != 0)
		fail_msg("status %d %s, not problem %d %s: %s", a->status, type ? type : "", status, code,
		         a->body);
	assert_string_equal(answer_text(a, "code"), code);
	assert_int_equal(answer_int(a, "status"), status);
	assert_true(answer_text(a, "title")[0] && answer_text(a, "detail")[0]);
	assert_non_null(id);
	assert_string_equal(answer_text(a, "request_id"), id);
	return a;
}

static bool matches(const char *want, const char *have)
{
	while (*want) {
		if (*want == '@') {
			have += strcspn(have, "\"");
			want++;
		} else if (*want++ != *have++) {
			return false;
		}
	}
	return *have == '\0';
}

const struct answer *expect_body(const struct answer *a, const char *want)
{
	if (!matches(want, a->body))
		fail_msg("status %d, body\n%s\nis not\n%s", a->status, a->body, want);
	return a;
}

/* ---- bytes as they are ---- */

static int connect_to(const struct http *h)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	to.sin_port = htons((uint16_t)strtoul(strrchr(h->base, ':') + 1, NULL, 10));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct timeval silence = {RAW_SILENCE_MS / 1000, 0};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

char *http_raw_cut(struct http *h, const char *bytes, size_t n, size_t record, enum http_end end)
{
	char *got = calloc(1, RAW_MAX);
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(ctx);
	int fd = connect_to(h), r = 1;
	size_t at = 0;
	SSL_set_fd(ssl, fd);
	assert_int_equal(SSL_connect(ssl), 1);
	for (size_t sent = 0; sent < n;) {
		size_t k = n - sent < record ? n - sent : record;
		assert_int_equal(SSL_write(ssl, bytes + sent, (int)k), (int)k);
		sent += k;
	}
	if (end == HTTP_END_TLS)
		SSL_shutdown(ssl);
	if (end != HTTP_STAYS)
		shutdown(fd, SHUT_WR);
	while (r > 0 && at < RAW_MAX - 1) {
		r = SSL_read(ssl, got + at, (int)(RAW_MAX - 1 - at));
		at += r > 0 ? (size_t)r : 0;
	}
	SSL_free(ssl);
	SSL_CTX_free(ctx);
	close(fd);
	return got;
}

char *http_raw(struct http *h, const char *bytes, size_t n)
{
	return http_raw_cut(h, bytes, n, n, HTTP_STAYS);
}
