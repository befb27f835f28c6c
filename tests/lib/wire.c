/* tests/lib/wire.c - non-blocking client with polling: simple, and fast enough for tests. */
#include "wire.h"

#include <errno.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fair_clock.h"

enum { GENEROUS_MS = 5000, NAP_US = 200 };

static void on_message(int sending, int version, int type, const void *p, size_t n, SSL *ssl,
                       void *arg)
{
	struct wire *w = arg;
	if (!sending && type == SSL3_RT_HEADER && n > 0 &&
	    *(const unsigned char *)p == SSL3_RT_APPLICATION_DATA)
		w->records++;
}

void wire_init(struct wire *w, struct event_base *base, int fd, SSL_CTX *ctx, SSL_SESSION *session)
{
	*w = (struct wire){.base = base, .fd = fd, .got = BUF_INIT(128 * MIB)};
	if (!ctx)
		return;
	w->ssl = SSL_new(ctx);
	SSL_set_fd(w->ssl, fd);
	SSL_set_connect_state(w->ssl);
	SSL_set_msg_callback(w->ssl, on_message);
	SSL_set_msg_callback_arg(w->ssl, w);
	if (session)
		SSL_set_session(w->ssl, session);
}

static void mark(struct wire *w, int r)
{
	int e = SSL_get_error(w->ssl, r);
	if (e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE)
		return;
	w->closed = true;
	w->failed = e != SSL_ERROR_ZERO_RETURN;
}

static bool read_once(struct wire *w)
{
	static char piece[65536];
	if (w->closed)
		return false;
	if (w->ssl) {
		size_t n;
		ERR_clear_error();
		int r = SSL_read_ex(w->ssl, piece, sizeof piece, &n);
		w->established = SSL_is_init_finished(w->ssl);
		if (r == 1)
			buf_add(&w->got, slice_from(piece, n));
		else
			mark(w, r);
		return r == 1;
	}
	ssize_t n = recv(w->fd, piece, sizeof piece, 0);
	if (n > 0)
		buf_add(&w->got, slice_from(piece, (size_t)n));
	else if (n == 0 || errno != EAGAIN)
		w->closed = true;
	return n > 0;
}

static void turn(struct wire *w)
{
	event_base_loop(w->base, EVLOOP_NONBLOCK);
	if (!read_once(w))
		usleep(NAP_US);
}

static bool contains(const struct wire *w, const char *text)
{
	return w->got.n && memmem(w->got.p, w->got.n, text, strlen(text));
}

void wire_run(struct wire *w, int ms)
{
	for (struct mono end = mono_add(mono_now(), MILLIS(ms)); mono_now().us < end.us;)
		turn(w);
}

bool wire_sees_within(struct wire *w, const char *text, int ms)
{
	int64_t end = fair_ms() + ms;
	while (!contains(w, text) && !w->closed && fair_ms() < end)
		turn(w);
	return contains(w, text);
}

bool wire_sees(struct wire *w, const char *text)
{
	return wire_sees_within(w, text, GENEROUS_MS);
}

bool wire_closed_within(struct wire *w, int ms)
{
	int64_t end = fair_ms() + ms;
	while (!w->closed && fair_ms() < end)
		turn(w);
	return w->closed;
}

bool wire_got_within(struct wire *w, size_t n, int ms)
{
	int64_t end = fair_ms() + ms;
	while (w->got.n < n && !w->closed && fair_ms() < end)
		turn(w);
	return w->got.n >= n;
}

bool wire_handshake(struct wire *w)
{
	int64_t end = fair_ms() + GENEROUS_MS;
	while (!w->established && !w->closed && fair_ms() < end)
		turn(w);
	return w->established;
}

bool wire_send_bytes(struct wire *w, const char *p, size_t n)
{
	int64_t end = fair_ms() + GENEROUS_MS;
	if (w->ssl && !w->established && !wire_handshake(w))
		return false;
	while (n && fair_ms() < end) {
		size_t k = 0;
		if (w->ssl) {
			ERR_clear_error();
			if (SSL_write_ex(w->ssl, p, n, &k) != 1)
				k = 0;
		} else {
			ssize_t r = send(w->fd, p, n, MSG_NOSIGNAL);
			k = r > 0 ? (size_t)r : 0;
			if (r < 0 && errno != EAGAIN)
				return false;
		}
		p += k;
		n -= k;
		event_base_loop(w->base, EVLOOP_NONBLOCK);
	}
	return n == 0;
}

bool wire_send(struct wire *w, const char *text)
{
	return wire_send_bytes(w, text, strlen(text));
}

size_t wire_count(const struct wire *w, const char *text)
{
	size_t count = 0;
	struct slice rest = buf_slice(&w->got);
	for (const char *hit; rest.n && (hit = memmem(rest.p, rest.n, text, strlen(text))); count++)
		rest = slice_skip(rest, (size_t)(hit - rest.p) + 1);
	return count;
}

void wire_forget(struct wire *w)
{
	buf_clear(&w->got);
}

void wire_close(struct wire *w)
{
	SSL_free(w->ssl);
	close(w->fd);
	buf_free(&w->got);
	w->ssl = NULL;
	w->fd = -1;
}

SSL_CTX *wire_context(const char *cert, const char *key)
{
	static const unsigned char alpn[] = "\x08http/1.1";
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	SSL_CTX_set_alpn_protos(ctx, alpn, sizeof alpn - 1);
	SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	if (cert && (SSL_CTX_use_certificate_file(ctx, cert, SSL_FILETYPE_PEM) != 1 ||
	             SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1)) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}
