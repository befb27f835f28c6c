/* store/verdict.h - the row a verdict is made from (sql/queries/verdict_by_*), and the cache of
 * such rows by verification code.
 *
 * A cached row is only as good as the status clock says: whoever answers from it waits for a
 * shared read (store/status.h) first, and rows with a later event are dropped before anybody is
 * told. Verdicts are never cached, only rows. */
#pragma once

#include <libpq-fe.h>

#include "base/clock.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "domain/kind.h"
#include "domain/verdict.h"

enum { VERDICT_CODE = 16 };

struct verdict_row {
	int64_t epoch; /* of the server that gave it (store/status.h) */
	int64_t rev; /* the row knows of every event up to this */
	struct instant now;
	struct day today;
	bool in_recovery;
	bool held; /* as struct status_now */
	bool found; /* false: the texts belong to some other certificate, for equal work only */
	struct uuid certificate, version;
	enum certificate_kind kind;
	struct slice number, holder, title, occupation, edition, occupation_name, work_type;
	struct slice level, level_name, level_name_en, issuer_name, issuer_slug; /* level.p may be NULL */
	struct day issued_on;
	bool dual;
	struct day revoked_on, suspended_on, replaced_on; /* where the state says so */
	struct verdict_facts facts; /* without the name; signature not made: verify it before it counts */
	struct slice disclosed;          /* see verdict_cache_keep; p NULL: nothing kept yet */
	void *_text;                /* what the slices point into */
	unsigned _holders;          /* beside the first */
};

/* The row by itself, owned by the caller. NULL when memory is out or the set is empty (then
 * *ret_empty is true: the registry has no certificate at all). */
struct verdict_row *verdict_row_new(const PGresult *res, bool *ret_empty);
void verdict_row_free(struct verdict_row *v);

/* The same row for one more owner, each of whom frees it: it outlives the cache's. */
struct verdict_row *verdict_row_hold(const struct verdict_row *v);

struct verdict_cache; /* opaque */

/* NULL when out of memory. */
struct verdict_cache *verdict_cache_new(size_t max_rows, const uint8_t seed[static 16]);
void verdict_cache_free(struct verdict_cache *c);

/* The row of a code if it is at hand, as far as the last status read knows; it stays valid until
 * the loop runs on. */
const struct verdict_row *verdict_cache_get(struct verdict_cache *c,
                                            const uint8_t code[static VERDICT_CODE]);

/* Takes over a row that was found, whose signature passed, and that status_covers: in any other
 * some event might be missing. Freed when there is no memory for it. */
void verdict_cache_put(struct verdict_cache *c, const uint8_t code[static VERDICT_CODE],
                       struct verdict_row *v);

/* Keeps a copy of what answers say about the certificate of this code with its row, so that it is
 * put into words once: what it says depends on nothing but the row. Without memory it is not
 * kept. */
void verdict_cache_keep(struct verdict_cache *c, const uint8_t code[static VERDICT_CODE],
                        struct slice disclosed);

/* For struct status_observer (arg = the cache). */
void verdict_cache_changed(void *cache, struct uuid certificate, int64_t rev);
void verdict_cache_forget(void *cache);
