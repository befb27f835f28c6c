/* store/record.h - what a write says of itself for the registry's journal: the column "journal" of its
 * result (sql/README.md). Entries are separated by line feeds. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "db/db.h"

/* The entries that the results bring along, each ended by a line feed. */
void record_entries(const struct db_result *r, struct buf *out);

/* A copy of a successful result that lives as long as the arena. 0 or E_NOMEM. */
MUSTUSE int record_keep(struct arena *arena, const struct db_result *r, struct db_result **ret);
