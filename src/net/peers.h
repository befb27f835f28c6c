/* net/peers.h - how many connections each address holds. */
#pragma once

#include <sys/socket.h>

#include "base/attr.h"
#include "base/slice.h"

struct peers; /* opaque */

/* NULL when out of memory. max: addresses at most; more are not told apart from having none. */
struct peers *peers_new(size_t max, const uint8_t seed[static 16]);
void peers_free(struct peers *p);

/* Counts one more and returns the count with it. */
size_t peers_add(struct peers *p, const struct sockaddr_storage *addr);
void peers_remove(struct peers *p, const struct sockaddr_storage *addr);
