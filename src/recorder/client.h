/* recorder/client.h - having something written into the registry's journal, from a worker's loop.
 *
 * What is acknowledged to a client is first written outside the database, by a process of its own:
 * forcing to disk takes milliseconds, which no loop that serves can wait, and one of them is enough
 * for all that came meanwhile. Entries whose recorder died are sent anew (channel/channel.h), so a
 * line may be there twice, which says nothing new. */
#pragma once

#include "base/slice.h"
#include "channel/channel.h"
#include "recorder/codec.h"

struct recorder; /* opaque */

/* 0: the entries are on disk. E_SYSTEM: they could not be written; E_SYNTAX: they are none; E_FULL;
 * E_NOMEM; E_TIMEOUT; E_CLOSED (the recorder died twice, or the channel is being freed). */
typedef void recorder_done(void *arg, int outcome);

/* NULL: memory. */
struct recorder *recorder_new(struct loop *loop, struct channel *channel);

/* Once its channel is freed, which ends what is in flight. NULL is allowed. */
void recorder_free(struct recorder *r);

/* Has entries written and forced to disk; copies them. No entries: asks whether some could be
 * written. After 0, done runs exactly once unless cancelled; otherwise never: E_FULL (too much in
 * flight), E_LIMIT (too long), E_NOMEM. ret may be NULL. */
MUSTUSE int recorder_record(struct recorder *r, struct slice entries, struct duration limit,
                            recorder_done *done, void *arg, struct channel_call **ret);

/* False while the journal is known not to take anything: what would have to be recorded need not be
 * begun. It is tried again by itself. */
bool recorder_well(const struct recorder *r);
