/* telemetry/shared.c - the shared segment.
 *
 * Limits: two rows of 32768 slots; a key owns one slot in each row and its count is the smaller
 * of the two (count-min sketch, Cormode and Muthukrishnan 2005). A slot is one 64-bit word, the
 * end of its window in eighths of a second of the monotonic clock above the count, so that one
 * compare-and-swap both opens a window and counts in it. Colliding keys share a window: the
 * count can only be too high. */
#include "telemetry/shared.h"

#include <assert.h>
#include <sys/mman.h>
#include <sys/random.h>

enum {
	ROWS = 2,
	LIMIT_SLOTS = 32768,
	TICKS_PER_S = 8,
	CACHE_LINE = 64,
};

struct slot {
	_Alignas(CACHE_LINE) _Atomic int state;
	_Atomic uint32_t confirmed;
	_Atomic uint32_t connections;
	_Atomic bool accepts;
	_Atomic int64_t beat_us;
};

struct shared {
	size_t slots, size;
	uint8_t hash_key[16];
	_Atomic uint32_t announced, tickets;
	struct slot *slot;       /* [slots], behind the limits */
	struct metrics *metrics; /* [slots], behind them */
	_Alignas(CACHE_LINE) _Atomic uint64_t limit[ROWS][LIMIT_SLOTS];
};

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

struct shared *shared_create(size_t slots)
{
	size_t at_slots = round_up(sizeof(struct shared), CACHE_LINE);
	size_t at_metrics = at_slots + slots * sizeof(struct slot);
	size_t size = at_metrics + slots * sizeof(struct metrics);
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	struct shared *s = (struct shared *)(void *)p;
	s->slots = slots;
	s->size = size;
	s->slot = (struct slot *)(void *)(p + at_slots);
	s->metrics = (struct metrics *)(void *)(p + at_metrics);
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

void shared_announce_tickets(struct shared *s, uint32_t generation)
{
	atomic_store(&s->tickets, generation);
}

uint32_t shared_tickets(const struct shared *s)
{
	return atomic_load(&s->tickets);
}

void shared_slot_reset(struct shared *s, size_t slot)
{
	struct slot *l = slot_of(s, slot);
	atomic_store(&l->state, SLOT_EMPTY);
	atomic_store(&l->confirmed, 0);
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

/* The rows take different halves of the hash. */
static size_t row_index(uint64_t hash, size_t row)
{
	return (size_t)(row ? hash >> 32 : hash & 0xffffffff) % LIMIT_SLOTS;
}

static uint32_t ticks(int64_t us)
{
	return (uint32_t)(us / (1000000 / TICKS_PER_S));
}

static uint32_t count_in(_Atomic uint64_t *slot, uint32_t now, uint32_t until, uint32_t n)
{
	uint64_t old = atomic_load_explicit(slot, memory_order_relaxed), new;
	do {
		bool open = (uint32_t)(old >> 32) > now;
		uint32_t count = open ? (uint32_t)old : 0;
		if (n == 0)
			return count;
		count = n > UINT32_MAX - count ? UINT32_MAX : count + n;
		new = (open ? old >> 32 << 32 : (uint64_t)until << 32) | count;
	} while (!atomic_compare_exchange_weak_explicit(slot, &old, new, memory_order_relaxed,
		memory_order_relaxed));
	return (uint32_t)new;
}

uint32_t shared_limit_add(struct shared *s, uint64_t key_hash, struct duration window,
	struct mono now, uint32_t n)
{
	uint32_t least = UINT32_MAX, at = ticks(now.us), until = at + ticks(window.us);
	if (until == at)
		until++;
	for (size_t row = 0; row < ROWS; row++) {
		size_t i = row_index(key_hash, row);
		uint32_t count = count_in(&s->limit[row][i], at, until, n);
		least = count < least ? count : least;
	}
	return least;
}

struct duration shared_limit_left(const struct shared *s, uint64_t key_hash, struct mono now)
{
	int64_t least = INT64_MAX;
	for (size_t row = 0; row < ROWS; row++) {
		size_t i = row_index(key_hash, row);
		uint64_t v = atomic_load_explicit(&s->limit[row][i], memory_order_relaxed);
		int64_t left = (int64_t)(v >> 32) * (1000000 / TICKS_PER_S) - now.us;
		least = left < least ? left : least;
	}
	return (struct duration){least > 0 ? least : 0};
}

const uint8_t *shared_hash_key(const struct shared *s)
{
	return s->hash_key;
}
