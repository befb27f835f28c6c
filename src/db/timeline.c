/* db/timeline.c - a pure rule, and the answer of a server it is applied to. */
#include "db/timeline.h"

#include <stdlib.h>

enum timeline_rank timeline_rank(struct timeline met, struct timeline newest)
{
	if (newest.system == 0)
		return TIMELINE_NEWER;
	if (met.system != newest.system)
		return TIMELINE_FOREIGN;
	if (met.id == newest.id)
		return TIMELINE_CURRENT;
	return met.id > newest.id ? TIMELINE_NEWER : TIMELINE_OLDER;
}

const char *timeline_judge(const struct timeline_memory *m, struct timeline met)
{
	enum timeline_rank rank = timeline_rank(met, m->newest(m->arg));
	if (rank == TIMELINE_NEWER && m->learn(m->arg, met) < 0)
		return "not remembered";
	if (rank == TIMELINE_NEWER)
		rank = timeline_rank(met, m->newest(m->arg)); /* others learn too */
	switch (rank) {
	case TIMELINE_CURRENT:
		return NULL;
	case TIMELINE_FOREIGN:
		return "other system identifier";
	case TIMELINE_OLDER:
	case TIMELINE_NEWER:
		break;
	}
	return "older timeline";
}

bool timeline_read(const PGresult *res, struct timeline *t)
{
	if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
		return false;
	t->id = (uint32_t)strtoul(PQgetvalue(res, 0, 0), NULL, 10);
	if (PQnfields(res) > 1)
		t->system = strtoull(PQgetvalue(res, 0, 1), NULL, 10);
	return t->id != 0 && t->system != 0;
}
