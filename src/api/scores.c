/* api/scores.c - hundredths as decimal text; parts as words. */
#include "api/scores.h"

struct slice score_text(struct request *rq, const struct scores *scores, enum part part)
{
	const struct opt_int *score = &scores->part[part];
	char room[32];
	struct buf text = {.p = room, .size = sizeof room, .max = sizeof room};
	struct jsonw w;
	if (!score->given)
		return SLICE_NONE;
	jsonw_init(&w, &text);
	jsonw_score(&w, score->v);
	return arena_slice(rq->arena, buf_slice(&text));
}

struct slice failed_parts_text(struct request *rq, const struct grade *g)
{
	char room[64];
	struct buf text = {.p = room, .size = sizeof room, .max = sizeof room};
	for (size_t i = 0; i < g->n_failed; i++) {
		if (i > 0)
			buf_addc(&text, ',');
		buf_adds(&text, part_code(g->failed[i]));
	}
	return arena_slice(rq->arena, buf_slice(&text));
}
