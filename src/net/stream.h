/* net/stream.h - bytes on a non-blocking socket, through TLS or plain. */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

struct tls_context;
typedef struct ssl_st SSL;

enum stream_result {
	STREAM_OK,
	STREAM_WANT_READ,  /* go on when the socket is readable */
	STREAM_WANT_WRITE, /* go on when the socket is writable */
	STREAM_END,        /* the peer will send no more, but still takes what we write */
	STREAM_CLOSED,     /* the connection is gone, or the peer broke the protocol */
};

struct stream {
	int fd;
	SSL *ssl; /* NULL = plain, or TLS was ended */
};

/* Takes the non-blocking fd; tls NULL = plain. Returns 0, or E_NOMEM (then fd is closed). */
MUSTUSE int stream_open(struct stream *s, int fd, struct tls_context *tls);

/* The first byte that a client has sent, only looked at; WANT_READ while there is none. */
enum stream_result stream_peek(const struct stream *s, char *ret_first);

/* Forgets a TLS that has not begun: what the client sends is read as it is. */
void stream_make_plain(struct stream *s);

enum stream_result stream_handshake(struct stream *s);

/* Whether the handshake went on with a session of before. */
bool stream_resumed(const struct stream *s);

/* At most n bytes; OK means at least one. END: close_notify, or an orderly end of the socket. */
enum stream_result stream_read(struct stream *s, char *p, size_t n, size_t *ret_n);

/* One TLS record while n <= 16 KiB. *ret_n may be less than n. */
enum stream_result stream_write(struct stream *s, const char *p, size_t n, size_t *ret_n);

/* True when bytes wait inside the TLS library, for which the socket will not become readable. */
bool stream_pending(const struct stream *s);

/* True when the connection is broken, whatever may be left to read. Before stream_finish only. */
bool stream_reset(const struct stream *s);

/* Says goodbye: close_notify, then no more writing. TLS ends; reading becomes raw. */
void stream_finish(struct stream *s);

/* Reads and throws away what the peer still sends; CLOSED when it is done. */
enum stream_result stream_discard(struct stream *s, size_t *ret_n);

void stream_close(struct stream *s);
