/* telemetry/quota.c - two hash tables that are only ever added to.
 *
 * Each generation has a table: open addressing, linear probing, and no removal, so that all who look
 * for a key walk the same slots and meet at the same first free one: a compare-and-swap decides who
 * has it, and no key gets two. A slot is two words, each complete in itself:
 *
 *     owner   generation 16 | tag 48        who; decided once in a generation
 *     count   generation 16 | until 28 s | n 20        how often, until when
 *
 * A word of another generation means "free", or "none yet": a table is emptied for its next
 * generation by the number alone. `until` is a time of the monotonic clock, so a word that has
 * survived from long ago counts for nothing either.
 *
 * A key that still has a window in the generation before is counted there; otherwise in the present
 * one. Somebody may still be adding to the generation before, because he has not noticed that it is
 * over. So before a key is added, its way there is closed: the first free slot gets a mark that
 * whoever comes late finds instead of room, and then he looks at the time again. */
#include "telemetry/quota.h"

#include <assert.h>
#include <stdatomic.h>

enum {
	SLOTS = 2 * QUOTA_KEYS,
	PROBES_MAX = 512, /* half full, the longest way is about 60 */
	GENERATION_LAST = 0xffff,
	GENERATION_FIRST = 2, /* after the last one; 0 is that of fresh memory. Even follows odd */
	UNTIL_BITS = 28,
	N_BITS = 20,
	TAG_BITS = 48,
	CLOSED = 0, /* the tag of a slot that nobody gets in this generation any more */
};

struct slot {
	_Atomic uint64_t owner, count;
};

struct quota {
	_Alignas(64) _Atomic uint64_t present; /* generation 16 | since 28 s | keys 20 */
	_Alignas(64) struct slot slot[2][SLOTS];
};

/* ---- words ---- */

static uint64_t word(unsigned generation, uint64_t s, uint64_t n)
{
	return (uint64_t)generation << TAG_BITS | s << N_BITS | n;
}

static unsigned generation_of(uint64_t word)
{
	return (unsigned)(word >> TAG_BITS);
}

static int64_t seconds_of(uint64_t word)
{
	return (int64_t)(word >> N_BITS & ((1U << UNTIL_BITS) - 1));
}

static uint32_t n_of(uint64_t word)
{
	return (uint32_t)word & ((1U << N_BITS) - 1);
}

static uint64_t owner_of(unsigned generation, uint64_t key)
{
	uint64_t tag = key >> (64 - TAG_BITS);
	return (uint64_t)generation << TAG_BITS | (tag == CLOSED ? 1 : tag);
}

/* ---- generations ---- */

static unsigned before(unsigned generation)
{
	return generation == GENERATION_FIRST ? GENERATION_LAST : generation - 1;
}

static unsigned after(unsigned generation)
{
	return generation == GENERATION_LAST ? GENERATION_FIRST : generation + 1;
}

static unsigned present(const struct quota *q)
{
	return generation_of(atomic_load(&q->present));
}

static bool remembered(const struct quota *q, unsigned generation)
{
	unsigned now = present(q);
	return generation == now || generation == before(now);
}

static int64_t window_s(const struct quota_use *u)
{
	return (u->window.us + 999999) / 1000000;
}

/* Whole seconds: one more, so that no window is shorter than told. */
static int64_t until_of(const struct quota_use *u, int64_t now_s)
{
	return now_s + window_s(u) + 1;
}

/* Unless somebody else has. */
static void begin_next(struct quota *q, unsigned generation, int64_t now_s)
{
	uint64_t p = atomic_load(&q->present), next = word(after(generation), (uint64_t)now_s, 0);
	while (generation_of(p) == generation && !atomic_compare_exchange_weak(&q->present, &p, next))
		;
}

/* The present generation, a new one where that is due. */
static unsigned keep_time(struct quota *q, const struct quota_use *u, int64_t now_s)
{
	uint64_t p = atomic_load(&q->present);
	if (n_of(p) >= QUOTA_KEYS || now_s >= until_of(u, seconds_of(p)))
		begin_next(q, generation_of(p), now_s);
	return present(q);
}

static void count_key(struct quota *q, unsigned generation)
{
	uint64_t p = atomic_load(&q->present);
	while (generation_of(p) == generation && n_of(p) < QUOTA_KEYS &&
	       !atomic_compare_exchange_weak(&q->present, &p, p + 1))
		;
}

/* ---- slots ---- */

static struct slot *slot_at(struct quota *q, unsigned generation, uint64_t key, size_t i)
{
	return &q->slot[generation % 2][(key + i) % SLOTS];
}

static struct slot *find(struct quota *q, unsigned generation, uint64_t key)
{
	uint64_t mine = owner_of(generation, key);
	for (size_t i = 0; i < PROBES_MAX; i++) {
		struct slot *s = slot_at(q, generation, key, i);
		uint64_t owner = atomic_load(&s->owner);
		if (owner == mine)
			return s;
		if (generation_of(owner) != generation || owner == word(generation, 0, CLOSED))
			return NULL;
	}
	return NULL;
}

enum found { FOUND, ADDED, BARRED, FULL, LATE };

/* The key's slot of a generation (FOUND), or `wanted` put into the first free one (ADDED). BARRED:
 * there is none any more. FULL: there is none on the way. LATE: the present is not what the caller
 * takes it for. */
static enum found reach(struct quota *q, unsigned generation, unsigned now, uint64_t key,
                        uint64_t wanted, struct slot **ret)
{
	uint64_t mine = owner_of(generation, key);
	for (size_t i = 0; i < PROBES_MAX; i++) {
		struct slot *s = slot_at(q, generation, key, i);
		uint64_t owner = atomic_load(&s->owner);
		while (generation_of(owner) != generation) {
			if (present(q) != now)
				return LATE;
			if (atomic_compare_exchange_strong(&s->owner, &owner, wanted)) {
				*ret = s;
				return ADDED;
			}
		}
		if (owner == mine) {
			*ret = s;
			return FOUND;
		}
		if (owner == word(generation, 0, CLOSED))
			return BARRED;
	}
	return FULL;
}

static bool running(uint64_t count, unsigned generation, int64_t now_s)
{
	return generation_of(count) == generation && now_s < seconds_of(count);
}

/* Nothing was counted yet: its owner is about to, and whoever comes meets him here. */
static bool fresh(uint64_t count, unsigned generation)
{
	return generation_of(count) != generation;
}

struct place {
	struct slot *slot;
	unsigned generation;
};

/* Where the key is counted now; false: look again. */
static bool seat(struct quota *q, const struct quota_use *u, int64_t now_s, struct place *ret)
{
	unsigned now = keep_time(q, u, now_s), old = before(now);
	struct slot *s = find(q, now, u->key);
	if (s) {
		*ret = (struct place){s, now};
		return true;
	}
	enum found f = reach(q, old, now, u->key, word(old, 0, CLOSED), &s);
	if (f == LATE)
		return false;
	if (f == FOUND) {
		uint64_t count = atomic_load(&s->count);
		*ret = (struct place){s, old};
		if (fresh(count, old) || running(count, old, now_s))
			return true;
	}
	f = reach(q, now, now, u->key, owner_of(now, u->key), &s);
	if (f == ADDED)
		count_key(q, now);
	if (f == FULL)
		begin_next(q, now, now_s);
	*ret = (struct place){s, now};
	return f == FOUND || f == ADDED;
}

/* ---- counting ---- */

static bool full(const struct quota_use *u, uint64_t count, unsigned generation, struct mono now,
                 struct duration *ret_wait)
{
	if (!running(count, generation, now.us / 1000000) || n_of(count) < u->limit)
		return false;
	ret_wait->us = seconds_of(count) * 1000000 - now.us;
	return true;
}

/* The word after one more use. */
static uint64_t counted(const struct quota_use *u, uint64_t count, unsigned generation,
                        int64_t now_s)
{
	if (running(count, generation, now_s))
		return count + 1;
	return word(generation, (uint64_t)until_of(u, now_s), 1);
}

bool quota_take(struct quota *q, const struct quota_use *u, struct mono now,
                struct duration *ret_wait)
{
	int64_t now_s = now.us / 1000000;
	struct place p;
	assert(u->limit >= 1 && u->limit <= QUOTA_LIMIT_MAX);
	for (;;) {
		if (!seat(q, u, now_s, &p))
			continue;
		uint64_t count = atomic_load(&p.slot->count);
		if (!remembered(q, p.generation)) /* the word may be another's */
			continue;
		if (full(u, count, p.generation, now, ret_wait))
			return false;
		uint64_t next = counted(u, count, p.generation, now_s);
		if (atomic_compare_exchange_strong(&p.slot->count, &count, next))
			return true;
	}
}

/* The key's running window, looked at only. */
static bool look(struct quota *q, uint64_t key, int64_t now_s, struct place *ret,
                 uint64_t *ret_count)
{
	unsigned now = present(q);
	const unsigned generations[] = {now, before(now)};
	for (size_t i = 0; i < 2; i++) {
		unsigned g = generations[i];
		struct slot *s = find(q, g, key);
		uint64_t count = s ? atomic_load(&s->count) : 0;
		if (s && running(count, g, now_s)) {
			*ret = (struct place){s, g};
			*ret_count = count;
			return true;
		}
	}
	return false;
}

bool quota_has(struct quota *q, const struct quota_use *u, struct mono now,
               struct duration *ret_wait)
{
	struct place p;
	uint64_t count;
	if (!look(q, u->key, now.us / 1000000, &p, &count))
		return true;
	return !full(u, count, p.generation, now, ret_wait);
}

void quota_return(struct quota *q, const struct quota_use *u, struct mono now)
{
	struct place p;
	uint64_t count;
	while (look(q, u->key, now.us / 1000000, &p, &count) && n_of(count) > 0)
		if (atomic_compare_exchange_strong(&p.slot->count, &count, count - 1))
			return;
}

/* ---- memory ---- */

size_t quota_size(void)
{
	return sizeof(struct quota);
}

void quota_init(struct quota *q)
{
	atomic_store(&q->present, word(GENERATION_FIRST, 0, 0));
}
