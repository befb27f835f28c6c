/* bench/client.c - the load. Requests are far smaller than a socket's buffer, so writing never
 * waits; what a server answers too slowly is its own latency, not the client's. */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"

enum { ANSWER_MAX = 32 * 1024, PER_ADDRESS = 1000, EVENTS = 64 };

struct connection {
	int fd;
	SSL *ssl;
	int64_t asked_us;
	size_t n;
	char *in; /* ANSWER_MAX while an answer is on its way */
};

NORETURN PRINTF_LIKE(1, 2) static void die(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("load: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static int connect_from(const struct client *c, size_t i)
{
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in from = {.sin_family = AF_INET};
	from.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(i / PER_ADDRESS));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) ||
	    connect(fd, (const struct sockaddr *)&c->to, sizeof c->to))
		die("connection %zu: %s", i, strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

void client_open(struct client *c, size_t n)
{
	c->connections = calloc(n, sizeof *c->connections);
	c->latency = calloc(LATENCY_MAX + 1, sizeof *c->latency);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->n_connections = n;
	if (!c->connections || !c->latency || c->epoll < 0)
		die("out of memory");
	for (size_t i = 0; i < n; i++) {
		struct connection *k = &c->connections[i];
		k->fd = connect_from(c, i);
		k->ssl = SSL_new(c->tls);
		if (!k->ssl || SSL_set_fd(k->ssl, k->fd) != 1 ||
		    SSL_set_tlsext_host_name(k->ssl, "localhost") != 1 || SSL_connect(k->ssl) != 1)
			die("handshake %zu failed", i);
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = k};
		epoll_ctl(c->epoll, EPOLL_CTL_ADD, k->fd, &e);
	}
}

static void ask(struct client *c, struct connection *k)
{
	char request[REQUEST_MAX];
	size_t n = work_request(c->work, request);
	k->asked_us = now_us();
	k->n = 0;
	if (!k->in && !(k->in = malloc(ANSWER_MAX)))
		die("out of memory");
	if (SSL_write(k->ssl, request, (int)n) != (int)n)
		die("a request could not be written");
}

/* The length of the whole answer once its head is there, else 0. */
static size_t answer_length(const struct connection *k)
{
	const char *end = memmem(k->in, k->n, "\r\n\r\n", 4);
	if (!end)
		return 0;
	const char *field = memmem(k->in, (size_t)(end - k->in), "\r\nContent-Length: ", 18);
	if (!field)
		die("an answer without Content-Length: %.*s", (int)(end - k->in), k->in);
	return (size_t)(end + 4 - k->in) + strtoul(field + 18, NULL, 10);
}

static void judge(struct client *c, const struct connection *k, size_t n)
{
	int64_t took = now_us() - k->asked_us;
	bool good = memcmp(k->in, "HTTP/1.1 20", 11) == 0 &&
	            memmem(k->in, n, c->expect, strlen(c->expect));
	if (!good && c->wrong++ == 0)
		fprintf(stderr, "load: a wrong answer:\n%.*s\n", (int)n, k->in);
	c->answers += good;
	c->answer_size = n;
	c->latency[took < LATENCY_MAX ? took : LATENCY_MAX]++;
}

/* Reads what there is; true when the answer is whole. */
static bool take(struct client *c, struct connection *k)
{
	for (;;) {
		size_t got = 0;
		if (SSL_read_ex(k->ssl, k->in + k->n, ANSWER_MAX - k->n, &got) != 1) {
			if (SSL_get_error(k->ssl, 0) == SSL_ERROR_WANT_READ)
				return false;
			die("the server closed a connection");
		}
		k->n += got;
		size_t n = answer_length(k);
		if (n > ANSWER_MAX)
			die("an answer of %zu bytes", n);
		if (n && k->n >= n) {
			judge(c, k, n);
			return true;
		}
	}
}

void client_touch(struct client *c)
{
	for (size_t i = 0; i < c->n_connections; i++) {
		struct connection *k = &c->connections[i];
		ask(c, k);
		if (!take(c, k))
			die("no answer");
		free(k->in);
		k->in = NULL;
	}
}

static void set_nonblocking(const struct client *c)
{
	for (size_t i = 0; i < c->n_connections; i++)
		fcntl(c->connections[i].fd, F_SETFL, O_NONBLOCK);
}

void client_run(struct client *c, double seconds, uint64_t limit)
{
	int64_t end = now_us() + (int64_t)(seconds * 1e6);
	size_t busy = c->n_connections;
	set_nonblocking(c);
	for (size_t i = 0; i < c->n_connections; i++)
		ask(c, &c->connections[i]);
	while (busy) {
		struct epoll_event events[EVENTS];
		int n = epoll_wait(c->epoll, events, EVENTS, 10000);
		if (n <= 0)
			die("no answer for ten seconds");
		for (int i = 0; i < n; i++) {
			struct connection *k = events[i].data.ptr;
			if (!take(c, k))
				continue;
			if (now_us() < end && c->work->next < limit)
				ask(c, k);
			else
				busy--;
		}
	}
}

void client_count_from_here(struct client *c)
{
	c->answers = c->wrong = 0;
	memset(c->latency, 0, (LATENCY_MAX + 1) * sizeof *c->latency);
}

unsigned client_latency(const struct client *c, double share)
{
	uint64_t need = (uint64_t)((double)(c->answers + c->wrong) * share), seen = 0;
	unsigned us = 0;
	while (us < LATENCY_MAX && (seen += c->latency[us]) < need)
		us++;
	return us;
}
