/* store/verdict.c - rows as one allocation each, and the cache that forgets the least used. */
#include "store/verdict.h"

#include <stdlib.h>

#include "base/map.h"
#include "db/rows.h"

enum { CHANGED_MAX = 65536 }; /* certificates whose change is remembered before all is forgotten */

/* ---- rows ---- */

static const char *const text_columns[] = {
	"kind",      "number", "holder",     "title",         "occupation",  "edition",
	"occupation_name", "work_type", "level", "level_name", "level_name_en", "issuer_name",
	"issuer_slug",
};
enum { TEXTS = ARRAY_LEN(text_columns) };

static size_t text_size(const PGresult *res)
{
	size_t n = 0;
	for (size_t i = 0; i < TEXTS; i++)
		n += row_text(res, 0, rows_col(res, text_columns[i])).n;
	return n;
}

static void copy_texts(const PGresult *res, char *to, struct slice *const *targets)
{
	for (size_t i = 0; i < TEXTS; i++) {
		struct slice from = row_text(res, 0, rows_col(res, text_columns[i]));
		if (from.n)
			memcpy(to, from.p, from.n);
		*targets[i] = from.p ? slice_from(to, from.n) : SLICE_NONE;
		to += from.n;
	}
}

static enum check_outcome read_signature(struct slice text)
{
	if (slice_is(text, check_outcome_code(CHECK_PASSED)))
		return CHECK_PASSED;
	return slice_is(text, check_outcome_code(CHECK_FAILED)) ? CHECK_FAILED : CHECK_NOT_MADE;
}

static void read_facts(const PGresult *res, struct verdict_row *v)
{
	int expires = rows_col(res, "expires_on");
	v->facts = (struct verdict_facts){
		.found = v->found,
		.state = CERTIFICATE_VOID,
		.replaced = row_bool(res, 0, rows_col(res, "replaced")),
		.key_revoked = row_bool(res, 0, rows_col(res, "key_revoked")),
		.expires = !row_is_null(res, 0, expires),
		.expires_on = row_day(res, 0, expires),
		.today = v->today,
		.signature = read_signature(row_text(res, 0, rows_col(res, "signature"))),
		.issuer = CHECK_PASSED,
		.status_known = true,
	};
	/* A state this program does not know must not read as valid: void stays. */
	(void)certificate_state_parse(row_text(res, 0, rows_col(res, "state")), &v->facts.state);
}

struct verdict_row *verdict_row_new(const PGresult *res, bool *ret_empty)
{
	*ret_empty = rows_n(res) == 0;
	if (*ret_empty)
		return NULL;
	struct verdict_row *v = calloc(1, sizeof *v);
	char *text = malloc(text_size(res) + 1);
	if (!v || !text) {
		free(v);
		free(text);
		return NULL;
	}
	v->_text = text;
	v->epoch = row_i64(res, 0, rows_col(res, "epoch"));
	v->rev = row_i64(res, 0, rows_col(res, "rev"));
	v->now = row_instant(res, 0, rows_col(res, "now"));
	v->today = row_day(res, 0, rows_col(res, "today"));
	v->in_recovery = row_bool(res, 0, rows_col(res, "in_recovery"));
	v->held = row_bool(res, 0, rows_col(res, "held"));
	v->found = row_bool(res, 0, rows_col(res, "found"));
	v->version = row_uuid(res, 0, rows_col(res, "version"));
	v->certificate = row_uuid(res, 0, rows_col(res, "certificate"));
	v->issued_on = row_day(res, 0, rows_col(res, "issued_on"));
	v->dual = row_bool(res, 0, rows_col(res, "dual"));
	v->revoked_on = row_day(res, 0, rows_col(res, "revoked_on"));
	v->suspended_on = row_day(res, 0, rows_col(res, "suspended_on"));
	v->replaced_on = row_day(res, 0, rows_col(res, "replaced_on"));
	struct slice *const targets[TEXTS] = {
		&v->kind,       &v->number,     &v->holder,        &v->title,       &v->occupation,
		&v->edition,    &v->occupation_name, &v->work_type, &v->level,      &v->level_name,
		&v->level_name_en, &v->issuer_name, &v->issuer_slug,
	};
	copy_texts(res, text, targets);
	read_facts(res, v);
	return v;
}

void verdict_row_free(struct verdict_row *v)
{
	if (!v)
		return;
	char *told = (char *)(uintptr_t)v->told.p;
	free(told);
	free(v->_text);
	free(v);
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
                        struct slice told)
{
	struct verdict_row *v = map_get(c->by_code, slice_from(code, VERDICT_CODE));
	char *copy = v && !v->told.p ? malloc(told.n + 1) : NULL;
	if (!copy)
		return;
	memcpy(copy, told.p, told.n);
	v->told = slice_from(copy, told.n);
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
