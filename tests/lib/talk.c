/* tests/lib/talk.c - as little HTTP as the daemon speaks: a status line, Content-Length, a body. */
#include "talk.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_WAIT_S = 15 };

SSL_CTX *talk_context(const char *ca)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	if (ca && SSL_CTX_load_verify_locations(ctx, ca, NULL) == 1)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	return ctx;
}

void talk_init(struct talk *t, SSL_CTX *ctx, int port)
{
	*t = (struct talk){.ctx = ctx, .port = port, .fd = -1};
}

void talk_close(struct talk *t)
{
	SSL_free(t->ssl);
	if (t->fd >= 0)
		close(t->fd);
	t->ssl = NULL;
	t->fd = -1;
}

bool talk_connect(struct talk *t)
{
	if (t->fd >= 0)
		return true;
	struct sockaddr_in to = {.sin_family = AF_INET,
	                               .sin_port = htons((unsigned short)t->port),
	                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct timeval limit = {ANSWER_WAIT_S, 0};
	char name[] = "localhost";
	int one = 1;
	t->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->fd < 0)
		return false;
	setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(t->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(t->fd, (struct sockaddr *)&to, sizeof to) == 0) {
		t->ssl = SSL_new(t->ctx);
		SSL_set_fd(t->ssl, t->fd);
		SSL_set_tlsext_host_name(t->ssl, name);
		if (SSL_connect(t->ssl) == 1)
			return true;
	}
	talk_close(t);
	return false;
}

static bool write_all(struct talk *t, const char *p, size_t n)
{
	return n == 0 || SSL_write(t->ssl, p, (int)n) == (int)n;
}

bool talk_send(struct talk *t, const struct talk_request *rq)
{
	char text[TALK_HEAD + 4096];
	const size_t body = rq->body ? strlen(rq->body) : 0;
	size_t n = (size_t)snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: localhost:%d\r\n",
	                            rq->method, rq->path, t->port);
	if (rq->token)
		n += (size_t)snprintf(text + n, sizeof text - n, "Authorization: Bearer %s\r\n", rq->token);
	if (rq->key)
		n += (size_t)snprintf(text + n, sizeof text - n, "Idempotency-Key: %s\r\n", rq->key);
	if (rq->body)
		n += (size_t)snprintf(text + n, sizeof text - n,
		                      "Content-Type: application/json\r\nContent-Length: %zu\r\n", body);
	n += (size_t)snprintf(text + n, sizeof text - n, "\r\n");
	if (n + body < sizeof text) /* mostly in one record */
		n += (size_t)snprintf(text + n, sizeof text - n, "%s", rq->body ? rq->body : "");
	else if (n < sizeof text)
		return write_all(t, text, n) && write_all(t, rq->body, body);
	return n < sizeof text && write_all(t, text, n);
}

void talk_header(const struct talk_answer *a, const char *name, char *out, size_t out_n)
{
	size_t n = strlen(name);
	out[0] = '\0';
	for (const char *line = strstr(a->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
			continue;
		const char *value = line + 2 + n + 1;
		value += strspn(value, " ");
		snprintf(out, out_n, "%.*s", (int)strcspn(value, "\r\n"), value);
		return;
	}
}

/* Reads up to the end of the head; what came of the body moves to a->body. Returns its size, or -1. */
static int read_head(struct talk *t, struct talk_answer *a)
{
	size_t n = 0;
	for (;;) {
		char *end = strstr(a->head, "\r\n\r\n");
		if (end) {
			size_t head = (size_t)(end + 4 - a->head);
			memcpy(a->body, end + 4, n - head);
			a->body[n - head] = '\0';
			end[2] = '\0';
			return (int)(n - head);
		}
		if (n + 1 >= sizeof a->head)
			return -1;
		int r = SSL_read(t->ssl, a->head + n, (int)(sizeof a->head - 1 - n));
		if (r <= 0)
			return -1;
		n += (size_t)r;
		a->head[n] = '\0';
	}
}

/* What does not fit is read and forgotten. */
static bool read_body(struct talk *t, struct talk_answer *a, size_t n, size_t want)
{
	char rest[4096];
	const size_t keep = want < sizeof a->body ? want : sizeof a->body - 1;
	while (n < want) {
		const size_t left = n < keep ? keep - n : want - n;
		int r = n < keep ? SSL_read(t->ssl, a->body + n, (int)left)
		                 : SSL_read(t->ssl, rest, (int)(left < sizeof rest ? left : sizeof rest));
		if (r <= 0)
			return false;
		n += (size_t)r;
	}
	a->body[keep] = '\0';
	return true;
}

bool talk_read(struct talk *t, const char *method, struct talk_answer *a)
{
	char value[32];
	*a = (struct talk_answer){.connected = true};
	int n = read_head(t, a), status = 0;
	bool headless = n < 0 || sscanf(a->head, "HTTP/1.1 %d", &status) != 1;
	if (!headless)
		talk_header(a, "Content-Length", value, sizeof value);
	size_t want = headless || strcmp(method, "HEAD") == 0 ? 0 : strtoul(value, NULL, 10);
	if (headless || !read_body(t, a, (size_t)n, want)) {
		talk_close(t);
		return false;
	}
	a->status = status;
	talk_header(a, "Connection", value, sizeof value);
	if (t->again || strcasecmp(value, "close") == 0)
		talk_close(t);
	return true;
}

int talk_ask(struct talk *t, const struct talk_request *rq, struct talk_answer *a)
{
	a->status = 0;
	a->connected = false;
	a->head[0] = a->body[0] = '\0';
	if (!talk_connect(t))
		return 0;
	a->connected = true;
	if (!talk_send(t, rq)) {
		talk_close(t);
		return 0;
	}
	return talk_read(t, rq->method, a) ? a->status : 0;
}

void talk_text(const struct talk_answer *a, const char *key, int nth, char *out, size_t out_n)
{
	char sought[64];
	const char *at = a->body;
	snprintf(sought, sizeof sought, "\"%s\":\"", key);
	out[0] = '\0';
	for (int i = 0; (at = strstr(at, sought)) != NULL; i++) {
		at += strlen(sought);
		if (i == nth) {
			snprintf(out, out_n, "%.*s", (int)strcspn(at, "\""), at);
			return;
		}
	}
}
