/* db/timeline.h - which of several servers that call themselves primary is the one.
 *
 * Every promotion begins a new timeline in the WAL (PostgreSQL documentation, section 26.3.5). Of
 * two primaries of one cluster, which has one system identifier, the one on the higher timeline was
 * promoted last; the other is its past, whatever it answers. A whole host works with one timeline:
 * what one of its processes has met, all of them have. */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct timeline {
	uint64_t system; /* identifier of the cluster; 0: no server was met yet */
	uint32_t id;
};

enum timeline_rank {
	TIMELINE_CURRENT,
	TIMELINE_NEWER,   /* promoted since, or the first one met: the newest from now on */
	TIMELINE_OLDER,   /* deposed: never to be asked again */
	TIMELINE_FOREIGN, /* of another cluster: not comparable */
};

/* How a server's timeline stands to the newest one met. */
enum timeline_rank timeline_rank(struct timeline met, struct timeline newest);

/* The host's memory of the newest timeline. */
struct timeline_memory {
	/* Cheap: asked before each send and for each answer. */
	struct timeline (*newest)(void *arg);
	/* A primary on a newer timeline was met, or the first one. After 0 newest() is that timeline
	 * or one that ranks above it, also after a restart. Otherwise a failure, and the server must
	 * not be used. May block for a moment: it runs once for each promotion. */
	int (*learn)(void *arg, struct timeline met);
	void *arg;
};

/* NULL when a server's timeline is one to work with, which the memory has learnt then; otherwise a
 * word for cause_of_connect. */
const char *timeline_judge(const struct timeline_memory *m, struct timeline met);

/* What a connection is asked before it is used. Not pg_control_checkpoint(): the control file learns
 * of a promotion at the next checkpoint. */
#define TIMELINE_NOW                                                                               \
	"CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN ('x' || pg_catalog.left("               \
	"pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))::pg_catalog.bit(32)"     \
	"::pg_catalog.int8 ELSE 0 END"
#define TIMELINE_STATEMENT                                                                         \
	"SELECT " TIMELINE_NOW ", system_identifier::pg_catalog.text"                              \
	" FROM pg_catalog.pg_control_system()"

/* And what it is asked while nobody else does. Without the control file, which a checkpoint may
 * hold locked. */
#define TIMELINE_PROBE "SELECT " TIMELINE_NOW

/* The answer to either (to a probe: system stays as it was). False: a standby, or no such answer. */
bool timeline_read(const PGresult *res, struct timeline *t);
