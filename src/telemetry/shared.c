/* telemetry/shared.c - the shared segment. */
#include "telemetry/shared.h"

#include <assert.h>
#include <sys/mman.h>
#include <sys/random.h>

enum {
	CACHE_LINE = 64,
};

struct slot {
	_Alignas(CACHE_LINE) _Atomic int state;
	_Atomic uint32_t confirmed, refused;
	_Atomic uint32_t connections;
	_Atomic bool accepts, down;
	_Atomic int64_t beat_us;
	char name[SHARED_NAME]; /* written before anything forks */
};

struct shared {
	size_t slots, size;
	uint8_t hash_key[16];
	_Atomic uint32_t announced, tickets;
	_Atomic uint64_t system;
	_Atomic uint32_t timeline; /* 0 until just after system is set */
	struct slot *slot;       /* [slots], behind this */
	struct metrics *metrics; /* [slots], behind them */
	struct quota *quota[SHARED_QUOTAS]; /* behind them */
};

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

struct shared *shared_create(size_t slots)
{
	size_t at_slots = round_up(sizeof(struct shared), CACHE_LINE);
	size_t at_metrics = at_slots + slots * sizeof(struct slot);
	size_t at_quotas = round_up(at_metrics + slots * sizeof(struct metrics), CACHE_LINE);
	size_t size = at_quotas + SHARED_QUOTAS * quota_size();
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	struct shared *s = (struct shared *)(void *)p;
	s->slots = slots;
	s->size = size;
	s->slot = (struct slot *)(void *)(p + at_slots);
	s->metrics = (struct metrics *)(void *)(p + at_metrics);
	for (size_t i = 0; i < SHARED_QUOTAS; i++) {
		s->quota[i] = (struct quota *)(void *)(p + at_quotas + i * quota_size());
		quota_init(s->quota[i]);
	}
	if (getrandom(s->hash_key, sizeof s->hash_key, 0) != sizeof s->hash_key) {
		munmap(p, size);
		return NULL;
	}
	return s;
}

void shared_free(struct shared *s)
{
	if (s)
		munmap(s, s->size);
}

size_t shared_slots(const struct shared *s)
{
	return s->slots;
}

static struct slot *slot_of(const struct shared *s, size_t slot)
{
	assert(slot < s->slots);
	return &s->slot[slot];
}

struct metrics *shared_metrics(struct shared *s, size_t slot)
{
	assert(slot < s->slots);
	return &s->metrics[slot];
}

void shared_metrics_write(struct buf *out, const struct shared *s)
{
	metrics_write(out, s->metrics, s->slots);
}

void shared_set_state(struct shared *s, size_t slot, enum slot_state state)
{
	atomic_store(&slot_of(s, slot)->state, (int)state);
}

enum slot_state shared_state(const struct shared *s, size_t slot)
{
	return (enum slot_state)atomic_load(&slot_of(s, slot)->state);
}

void shared_set_name(struct shared *s, size_t slot, const char *name)
{
	struct slot *l = slot_of(s, slot);
	memccpy(l->name, name, '\0', sizeof l->name - 1);
}

void shared_set_down(struct shared *s, size_t slot, bool down)
{
	atomic_store(&slot_of(s, slot)->down, down);
}

const char *shared_down_name(const struct shared *s, size_t slot)
{
	const struct slot *l = slot_of(s, slot);
	return l->name[0] && atomic_load(&l->down) ? l->name : NULL;
}

void shared_beat(struct shared *s, size_t slot, struct mono now)
{
	atomic_store_explicit(&slot_of(s, slot)->beat_us, now.us, memory_order_relaxed);
}

struct mono shared_last_beat(const struct shared *s, size_t slot)
{
	struct slot *l = slot_of(s, slot);
	return (struct mono){atomic_load_explicit(&l->beat_us, memory_order_relaxed)};
}

void shared_announce(struct shared *s, uint32_t generation)
{
	atomic_store(&s->announced, generation);
}

uint32_t shared_announced(const struct shared *s)
{
	return atomic_load(&s->announced);
}

void shared_confirm(struct shared *s, size_t slot, uint32_t generation)
{
	atomic_store(&slot_of(s, slot)->confirmed, generation);
}

uint32_t shared_confirmed(const struct shared *s, size_t slot)
{
	return atomic_load(&slot_of(s, slot)->confirmed);
}

void shared_refuse(struct shared *s, size_t slot, uint32_t generation)
{
	atomic_store(&slot_of(s, slot)->refused, generation);
}

uint32_t shared_refused(const struct shared *s, size_t slot)
{
	return atomic_load(&slot_of(s, slot)->refused);
}

void shared_announce_tickets(struct shared *s, uint32_t generation)
{
	atomic_store(&s->tickets, generation);
}

uint32_t shared_tickets(const struct shared *s)
{
	return atomic_load(&s->tickets);
}

uint64_t shared_timeline(const struct shared *s, uint32_t *ret_timeline)
{
	uint64_t system = atomic_load(&s->system);
	*ret_timeline = atomic_load(&s->timeline);
	return system;
}

void shared_raise_timeline(struct shared *s, uint64_t system, uint32_t timeline)
{
	uint64_t none = 0;
	uint32_t had = atomic_load(&s->timeline);
	if (!atomic_compare_exchange_strong(&s->system, &none, system) && none != system)
		return;
	while (had < timeline && !atomic_compare_exchange_weak(&s->timeline, &had, timeline))
		;
}

void shared_slot_reset(struct shared *s, size_t slot)
{
	struct slot *l = slot_of(s, slot);
	atomic_store(&l->state, SLOT_EMPTY);
	atomic_store(&l->confirmed, 0);
	atomic_store(&l->refused, 0);
	atomic_store(&l->connections, 0);
	atomic_store(&l->accepts, false);
	atomic_store(&l->beat_us, 0);
	metrics_set(&s->metrics[slot], METRIC_CONNECTIONS_OPEN, 0);
}

uint32_t shared_connections_add(struct shared *s, size_t slot, int delta)
{
	struct slot *l = slot_of(s, slot);
	metrics_add(&s->metrics[slot], METRIC_CONNECTIONS_OPEN, delta);
	return atomic_fetch_add(&l->connections, (uint32_t)delta) + (uint32_t)delta;
}

uint32_t shared_connections(const struct shared *s, size_t slot)
{
	struct slot *l = slot_of(s, slot);
	return atomic_load_explicit(&l->connections, memory_order_relaxed);
}

uint32_t shared_connections_all(const struct shared *s)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < s->slots; i++)
		sum += shared_connections(s, i);
	return sum;
}

void shared_set_accepts(struct shared *s, size_t slot)
{
	atomic_store(&slot_of(s, slot)->accepts, true);
}

uint32_t shared_connections_share(const struct shared *s)
{
	uint32_t sum = 0, ready = 0;
	for (size_t i = 0; i < s->slots; i++) {
		if (shared_state(s, i) != SLOT_READY || !atomic_load(&slot_of(s, i)->accepts))
			continue;
		sum += shared_connections(s, i);
		ready++;
	}
	uint32_t share = ready ? (sum + ready - 1) / ready : 0;
	return share ? share : 1;
}

struct quota *shared_quota(const struct shared *s, enum shared_quota which)
{
	return s->quota[which];
}

const uint8_t *shared_hash_key(const struct shared *s)
{
	return s->hash_key;
}
