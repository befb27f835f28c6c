/* telemetry/shared.h - what the processes of one daemon share: a segment of atomic counters,
 * mapped by the supervisor before it forks. No locks; every field is independent.
 *
 * Each process has a slot (the supervisor's is slot 0, workers follow) with its state, its
 * heartbeat, its connections and its metrics. When a process dies the supervisor calls
 * shared_slot_reset, so nothing a dead process held stays counted. */
#pragma once

#include "base/attr.h"
#include "base/clock.h"
#include "telemetry/metrics.h"
#include "telemetry/quota.h"

struct shared; /* opaque */

/* A segment for this many processes in all, the supervisor included. NULL when memory is out. */
struct shared *shared_create(size_t slots);
void shared_free(struct shared *s);

enum slot_state {
	SLOT_EMPTY = 0, /* no process, or one that has not reported */
	SLOT_READY,     /* serving */
	SLOT_DRAINING,  /* finishing what it has, taking nothing new */
};

size_t shared_slots(const struct shared *s);
struct metrics *shared_metrics(struct shared *s, size_t slot);
void shared_metrics_write(struct buf *out, const struct shared *s);

/* Each process about itself. */
void shared_set_state(struct shared *s, size_t slot, enum slot_state state);
enum slot_state shared_state(const struct shared *s, size_t slot);

/* The supervisor about each process: its name, and whether it has none at present. shared_down_name
 * is NULL when the process is there, or the slot has no name. */
enum { SHARED_NAME = 24 };
void shared_set_name(struct shared *s, size_t slot, const char *name);
void shared_set_down(struct shared *s, size_t slot, bool down);
const char *shared_down_name(const struct shared *s, size_t slot);

/* The last sign of life; {0} before the first one. */
void shared_beat(struct shared *s, size_t slot, struct mono now);
struct mono shared_last_beat(const struct shared *s, size_t slot);

/* Configuration generations: the supervisor announces, each process confirms what it runs or
 * refuses it. 0 is what the daemon was started with. */
void shared_announce(struct shared *s, uint32_t generation);
uint32_t shared_announced(const struct shared *s);
void shared_confirm(struct shared *s, size_t slot, uint32_t generation);
uint32_t shared_confirmed(const struct shared *s, size_t slot);
void shared_refuse(struct shared *s, size_t slot, uint32_t generation);
uint32_t shared_refused(const struct shared *s, size_t slot);

/* The generation of the session ticket keys (daemon/ticket_file.h); 0 = none yet. */
void shared_announce_tickets(struct shared *s, uint32_t generation);
uint32_t shared_tickets(const struct shared *s);

/* The newest timeline of PostgreSQL that a process of this host has met (db/timeline.h says what that
 * is): returns the system identifier, 0 while none was met. Raising keeps the higher of two timelines
 * and the first system identifier of this daemon's life; of another one nothing is taken. */
uint64_t shared_timeline(const struct shared *s, uint32_t *ret_timeline);
void shared_raise_timeline(struct shared *s, uint64_t system, uint32_t timeline);

/* Forgets the state, heartbeat, connections and gauges of a process that is gone. Its counters
 * stay. */
void shared_slot_reset(struct shared *s, size_t slot);

/* Connections: delta is +1 when one opens, -1 when it closes. shared_connections_add returns
 * the count of this slot afterwards; shared_connections_all the sum over all slots. A worker
 * that holds more than shared_connections_share leaves the listening socket to the others. */
uint32_t shared_connections_add(struct shared *s, size_t slot, int delta);
uint32_t shared_connections(const struct shared *s, size_t slot);
uint32_t shared_connections_all(const struct shared *s);

/* This process accepts connections: its slot counts in the share until it is reset. */
void shared_set_accepts(struct shared *s, size_t slot);

/* The mean over the slots that accept and are ready, rounded up, at least 1. Others hold no
 * connections, and counting them would leave every worker above the mean. */
uint32_t shared_connections_share(const struct shared *s);

/* The limits on guessing (verifying/guess.h): what each caller has missed, and on each number;
 * what leaves records; and who looks people up. */
enum shared_quota { QUOTA_OF_CALLERS, QUOTA_OF_NUMBERS, QUOTA_OF_RECORDS, QUOTA_OF_LOOKUPS, QUOTA_OF_APPLICATIONS,
                    SHARED_QUOTAS };
struct quota *shared_quota(const struct shared *s, enum shared_quota which);

/* A key for siphash, random, the same in all processes of this daemon. */
const uint8_t *shared_hash_key(const struct shared *s);
