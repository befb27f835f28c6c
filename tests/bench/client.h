/* bench/client.h - HTTP/1.1 over TLS 1.3 on many kept-alive connections, one request at a time on
 * each: the next goes out when the answer to the last is whole. One thread, epoll. */
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "work.h"

struct connection; /* opaque */

struct client {
	SSL_CTX *tls;
	struct sockaddr_in to;
	struct work *work;
	const char *expect; /* must stand in every body */
	int epoll;
	struct connection *connections;
	size_t n_connections;
	/* since client_count_from_here */
	uint64_t answers, wrong;
	size_t answer_size; /* of the last, head and body */
	uint32_t *latency;  /* histogram, a microsecond each; the last takes all above */
};

enum { LATENCY_MAX = 1000000 };

/* Connects n times and shakes hands, one after the other; exits with a message when that fails.
 * The i-th comes from 127.0.0.(2 + i / 1000), so that ports do not run out. */
void client_open(struct client *c, size_t n);

/* One request on every connection, one after the other. */
void client_touch(struct client *c);

/* Keeps every connection busy for that long, or until the work's number reaches limit. */
void client_run(struct client *c, double seconds, uint64_t limit);

void client_count_from_here(struct client *c);

/* The latency that this share of the answers did not exceed, in microseconds. */
unsigned client_latency(const struct client *c, double share);
