/* net/stream.c - SSL_read and SSL_write on a socket.
 *
 * The error queue is cleared before each call, or an old error would be taken for this one's.
 * A peer that ends without close_notify has ended, too (SSL_OP_IGNORE_UNEXPECTED_EOF): HTTP's own
 * framing tells whether a message was whole. Either way it only ends its own side (RFC 8446 section
 * 6.1; TLS 1.2 asks us to stop as well, but its clients wait for the answer all the same). */
#include "net/stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/outcome.h"
#include "tls/context.h"

int stream_open(struct stream *s, int fd, struct tls_context *tls)
{
	SSL *ssl = tls ? tls_accept(tls, fd) : NULL;
	if (tls && !ssl) {
		close(fd);
		return E_NOMEM;
	}
	*s = (struct stream){.fd = fd, .ssl = ssl};
	return 0;
}

static enum stream_result of_tls(const struct stream *s, int r)
{
	switch (SSL_get_error(s->ssl, r)) {
	case SSL_ERROR_NONE:
		return STREAM_OK;
	case SSL_ERROR_WANT_READ:
		return STREAM_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return STREAM_WANT_WRITE;
	default:
		return STREAM_CLOSED;
	}
}

static bool again(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

enum stream_result stream_peek(const struct stream *s, char *ret_first)
{
	ssize_t k = recv(s->fd, ret_first, 1, MSG_PEEK);
	if (k == 1)
		return STREAM_OK;
	return k < 0 && again() ? STREAM_WANT_READ : STREAM_CLOSED;
}

void stream_make_plain(struct stream *s)
{
	SSL_free(s->ssl);
	s->ssl = NULL;
}

enum stream_result stream_handshake(struct stream *s)
{
	if (!s->ssl)
		return STREAM_OK;
	ERR_clear_error();
	enum stream_result r = of_tls(s, SSL_do_handshake(s->ssl));
	if (r == STREAM_CLOSED)
		ERR_clear_error();
	return r;
}

bool stream_resumed(const struct stream *s)
{
	return s->ssl && SSL_session_reused(s->ssl);
}

enum stream_result stream_read(struct stream *s, char *p, size_t n, size_t *ret_n)
{
	if (s->ssl) {
		ERR_clear_error();
		int r = SSL_read_ex(s->ssl, p, n, ret_n);
		bool end = r == 0 && SSL_get_error(s->ssl, r) == SSL_ERROR_ZERO_RETURN;
		return end ? STREAM_END : of_tls(s, r);
	}
	ssize_t k = recv(s->fd, p, n, 0);
	if (k > 0)
		*ret_n = (size_t)k;
	if (k < 0)
		return again() ? STREAM_WANT_READ : STREAM_CLOSED;
	return k > 0 ? STREAM_OK : STREAM_END;
}

enum stream_result stream_write(struct stream *s, const char *p, size_t n, size_t *ret_n)
{
	if (s->ssl) {
		ERR_clear_error();
		return of_tls(s, SSL_write_ex(s->ssl, p, n, ret_n));
	}
	ssize_t k = send(s->fd, p, n, MSG_NOSIGNAL);
	if (k >= 0) {
		*ret_n = (size_t)k;
		return STREAM_OK;
	}
	return again() ? STREAM_WANT_WRITE : STREAM_CLOSED;
}

bool stream_pending(const struct stream *s)
{
	return s->ssl && SSL_has_pending(s->ssl);
}

bool stream_reset(const struct stream *s)
{
	struct pollfd p = {.fd = s->fd};
	return poll(&p, 1, 0) < 0 || (p.revents & (POLLERR | POLLHUP)) != 0;
}

void stream_finish(struct stream *s)
{
	if (s->ssl) {
		ERR_clear_error();
		if (SSL_is_init_finished(s->ssl))
			SSL_shutdown(s->ssl);
		ERR_clear_error();
		SSL_free(s->ssl);
		s->ssl = NULL;
	}
	shutdown(s->fd, SHUT_WR);
}

enum stream_result stream_discard(struct stream *s, size_t *ret_n)
{
	char waste[4096];
	ssize_t k = recv(s->fd, waste, sizeof waste, 0);
	*ret_n = k > 0 ? (size_t)k : 0;
	if (k > 0)
		return STREAM_OK;
	return k < 0 && again() ? STREAM_WANT_READ : STREAM_CLOSED;
}

void stream_close(struct stream *s)
{
	SSL_free(s->ssl);
	close(s->fd);
	*s = (struct stream){.fd = -1};
}
