/* store/verdict.c - rows as one allocation each, and the cache that forgets the least used. */
#include "store/verdict.h"

#include <stdlib.h>

#include "base/map.h"
#include "sql/rows/certificate_verdict.h"

enum { CHANGED_MAX = 65536 }; /* certificates whose change is remembered before all is forgotten */

/* ---- rows ---- */

static enum check_outcome read_signature(struct slice text)
{
	if (slice_is(text, check_outcome_code(CHECK_PASSED)))
		return CHECK_PASSED;
	return slice_is(text, check_outcome_code(CHECK_FAILED)) ? CHECK_FAILED : CHECK_NOT_MADE;
}

static void read_facts(const struct certificate_verdict_row *row, struct verdict_row *v)
{
	v->facts = (struct verdict_facts){
		.found = row->found,
		.state = CERTIFICATE_VOID,
		.replaced = row->replaced,
		.key_revoked = row->key_revoked,
		.expires = row->expires_on.given,
		.expires_on = row->expires_on.v,
		.today = row->today,
		.signature = read_signature(row->signature),
		.issuer = CHECK_PASSED,
		.status_known = true,
	};
	/* A state this program does not know must not read as valid: void stays. */
	(void)certificate_state_parse(row->state, &v->facts.state);
}

/* One allocation for all texts, which so far point into the result. False: memory is out. */
static bool own_texts(struct verdict_row *v)
{
	struct slice *const texts[] = {
		&v->number,
		&v->holder,
		&v->title,
		&v->occupation,
		&v->edition,
		&v->occupation_name,
		&v->work_type,
		&v->level,
		&v->level_name,
		&v->level_name_en,
		&v->issuer_name,
		&v->issuer_slug,
	};
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		n += texts[i]->n;
	char *to = v->_text = malloc(n + 1);
	if (!to)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!texts[i]->p)
			continue;
		memcpy(to, texts[i]->p, texts[i]->n);
		texts[i]->p = to;
		to += texts[i]->n;
	}
	return true;
}

static struct verdict_row *from_row(const struct certificate_verdict_row *row)
{
	struct verdict_row *v = malloc(sizeof *v);
	if (!v)
		return NULL;
	*v = (struct verdict_row){
		.epoch = row->epoch.v,
		.rev = row->rev,
		.now = row->now,
		.today = row->today,
		.in_recovery = row->in_recovery,
		.held = row->held,
		.found = row->found,
		.certificate = row->certificate,
		.version = row->version,
		.kind = row->kind,
		.number = row->number,
		.holder = row->holder,
		.title = row->title,
		.occupation = row->occupation,
		.edition = row->edition,
		.occupation_name = row->occupation_name,
		.work_type = row->work_type,
		.level = row->level,
		.level_name = row->level_name,
		.level_name_en = row->level_name_en,
		.issuer_name = row->issuer_name,
		.issuer_slug = row->issuer_slug,
		.issued_on = row->issued_on,
		.dual = row->dual,
		.revoked_on = row->revoked_on.v,
		.suspended_on = row->suspended_on.v,
		.replaced_on = row->replaced_on.v,
	};
	read_facts(row, v);
	return v;
}

struct verdict_row *verdict_row_new(const PGresult *res, bool *ret_empty)
{
	struct certificate_verdict_row row;
	*ret_empty = rows_n(res) == 0;
	if (*ret_empty)
		return NULL;
	certificate_verdict_row_read(res, 0, 0, &row);
	struct verdict_row *v = from_row(&row);
	if (v && own_texts(v))
		return v;
	verdict_row_free(v);
	return NULL;
}

void verdict_row_free(struct verdict_row *v)
{
	if (!v)
		return;
	if (v->_holders > 0) {
		v->_holders--;
		return;
	}
	char *disclosed = (char *)(uintptr_t)v->disclosed.p;
	free(disclosed);
	free(v->_text);
	free(v);
}

struct verdict_row *verdict_row_hold(const struct verdict_row *v)
{
	struct verdict_row *held = (struct verdict_row *)(uintptr_t)v;
	held->_holders++;
	return held;
}

/* ---- cache ---- */

struct verdict_cache {
	struct map *by_code;
	struct map *changed; /* certificate -> rev of its last known event */
};

struct change {
	int64_t rev;
};

static void drop_row(void *v)
{
	verdict_row_free(v);
}

struct verdict_cache *verdict_cache_new(size_t max_rows, const uint8_t seed[static 16])
{
	struct verdict_cache *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->by_code = map_new(max_rows, seed, drop_row);
	c->changed = map_new(CHANGED_MAX, seed, free);
	if (c->by_code && c->changed)
		return c;
	verdict_cache_free(c);
	return NULL;
}

void verdict_cache_free(struct verdict_cache *c)
{
	if (!c)
		return;
	map_free(c->by_code);
	map_free(c->changed);
	free(c);
}

static struct slice id_key(const struct uuid *id)
{
	return slice_from(id->b, sizeof id->b);
}

const struct verdict_row *verdict_cache_get(struct verdict_cache *c,
                                            const uint8_t code[static VERDICT_CODE])
{
	struct slice key = slice_from(code, VERDICT_CODE);
	struct verdict_row *v = map_get(c->by_code, key);
	if (!v)
		return NULL;
	const struct change *change = map_get(c->changed, id_key(&v->certificate));
	if (!change || change->rev <= v->rev)
		return v;
	map_remove(c->by_code, key);
	return NULL;
}

void verdict_cache_put(struct verdict_cache *c, const uint8_t code[static VERDICT_CODE],
                       struct verdict_row *v)
{
	if (map_put(c->by_code, slice_from(code, VERDICT_CODE), v) < 0)
		return; /* dropped: no memory for it now */
}

void verdict_cache_keep(struct verdict_cache *c, const uint8_t code[static VERDICT_CODE],
                        struct slice disclosed)
{
	struct verdict_row *v = map_get(c->by_code, slice_from(code, VERDICT_CODE));
	char *copy = v && !v->disclosed.p ? malloc(disclosed.n + 1) : NULL;
	if (!copy)
		return;
	memcpy(copy, disclosed.p, disclosed.n);
	v->disclosed = slice_from(copy, disclosed.n);
}

void verdict_cache_forget(void *cache)
{
	struct verdict_cache *c = cache;
	map_clear(c->by_code);
	map_clear(c->changed);
}

/* What cannot be remembered must be forgotten entirely: a lost change would be a stale "valid". */
void verdict_cache_changed(void *cache, struct uuid certificate, int64_t rev)
{
	struct verdict_cache *c = cache;
	struct change *change = malloc(sizeof *change);
	if (!change || map_count(c->changed) >= CHANGED_MAX) {
		free(change);
		verdict_cache_forget(c);
		return;
	}
	change->rev = rev;
	if (map_put(c->changed, id_key(&certificate), change) < 0)
		verdict_cache_forget(c);
}
