/* net/peers.c - a map from address to count. An IPv6 client owns its /64, so that is one address;
 * an IPv4 address mapped into IPv6 is the IPv4 address. Other families are one address each. */
#include "net/peers.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/map.h"

struct peers {
	struct map *counts;
};

struct count {
	size_t n;
};

struct peers *peers_new(size_t max, const uint8_t seed[static 16])
{
	struct peers *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	p->counts = map_new(max, seed, free);
	if (!p->counts) {
		free(p);
		return NULL;
	}
	return p;
}

void peers_free(struct peers *p)
{
	if (!p)
		return;
	map_free(p->counts);
	free(p);
}

enum { KEY_SIZE = 9 };

static struct slice key_of(const struct sockaddr_storage *addr, char key[static KEY_SIZE])
{
	memset(key, 0, KEY_SIZE);
	key[0] = (char)addr->ss_family;
	if (addr->ss_family == AF_INET) {
		memcpy(key + 1, &((const struct sockaddr_in *)(const void *)addr)->sin_addr, 4);
	} else if (addr->ss_family == AF_INET6) {
		const struct in6_addr *a =
			&((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(a)) {
			key[0] = AF_INET;
			memcpy(key + 1, a->s6_addr + 12, 4);
		} else {
			memcpy(key + 1, a->s6_addr, 8);
		}
	}
	return slice_from(key, KEY_SIZE);
}

size_t peers_add(struct peers *p, const struct sockaddr_storage *addr)
{
	char bytes[KEY_SIZE];
	struct slice key = key_of(addr, bytes);
	struct count *c = map_get(p->counts, key);
	if (c)
		return ++c->n;
	c = calloc(1, sizeof *c);
	if (!c)
		return 1;
	c->n = 1;
	int e = map_put(p->counts, key, c); /* out of memory: not counted */
	(void)e;
	return 1;
}

void peers_remove(struct peers *p, const struct sockaddr_storage *addr)
{
	char bytes[KEY_SIZE];
	struct slice key = key_of(addr, bytes);
	struct count *c = map_get(p->counts, key);
	if (c && --c->n == 0)
		map_remove(p->counts, key);
}
