/* api/stored_signature.c - one document, one key, one row. The clerk asks itself for all that nobody
 * has verified yet (clerk/errand.h); no listener has that route, and no worker may say what came of
 * it. */
#include "api/stored_signature.h"

#include "api/api.h"
#include "api/routes.h"
#include "base/outcome.h"
#include "credential/did.h"
#include "credential/verify.h"
#include "db/rows.h"
#include "sql_statements.h"
#include "telemetry/log.h"

/* ---- one ---- */

const struct signed_form signed_document = {"document", "key", "listed", "signature"};
const struct signed_form signed_jwt = {"jwt", "jwt_key", "jwt_listed", "jwt_signature"};

struct stored {
	struct request *rq;
	const struct signed_form *form;
	struct arena *scratch;
	const PGresult *res;
	int i;
};

static struct slice text(const struct stored *s, const char *column)
{
	return row_text(s->res, s->i, rows_col(s->res, column));
}

/* The issuer's document with the key that the row names and no other, under the address that the
 * registry had when it signed. */
static int issuer_document(void *arg, struct slice did, struct slice *ret)
{
	const struct stored *s = arg;
	const struct did_key key = {.id = text(s, s->form->key), .state = DID_KEY_ACTIVE};
	struct slice url, slug;
	int r = did_parse(s->scratch, did, &url, &slug);
	if (r == 0 && !slice_eq(slug, text(s, "issuer_slug")))
		r = E_REFUSED;
	if (r == 0)
		r = did_document(s->scratch, request_crypt(s->rq), url, slug, &key, 1, ret);
	return r == E_NOMEM || r == 0 ? r : E_REFUSED;
}

static bool same_end(const struct stored *s, const struct credential_facts *f)
{
	int column = rows_col(s->res, "expires_on");
	bool expires = !row_is_null(s->res, s->i, column);
	return expires == f->expires &&
	       (!expires || day_of(f->valid_until).n == row_day(s->res, s->i, column).n);
}

/* Whether what was signed is this version, and all that a verdict tells of it. */
static bool says_the_same(const struct stored *s, const struct credential_facts *f)
{
	const char *kind = f->kind == CREDENTIAL_COMPANY ? "company" : "skill_grade";
	return uuid_eq(f->id, row_uuid(s->res, s->i, rows_col(s->res, "version"))) &&
	       slice_is(text(s, "kind"), kind) && slice_eq(f->number, text(s, "number")) &&
	       slice_eq(f->holder, text(s, "holder")) && slice_eq(f->title, text(s, "title")) &&
	       slice_eq(f->occupation, text(s, "occupation")) &&
	       slice_eq(f->edition, text(s, "edition")) && slice_eq(f->level, text(s, "level")) &&
	       slice_eq(f->issuer_slug, text(s, "issuer_slug")) &&
	       f->list == row_i64(s->res, s->i, rows_col(s->res, "list")) &&
	       f->index == row_i64(s->res, s->i, rows_col(s->res, "idx")) && same_end(s, f);
}

static const char *why_not(const struct stored *s, const struct verify_result *v)
{
	const struct verify_finding *checks[] = {&v->form, &v->checks[CHECK_ISSUER],
	                                         &v->checks[CHECK_SIGNATURE]};
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		if (checks[i]->outcome != CHECK_PASSED)
			return checks[i]->code ? checks[i]->code : "signature";
	return says_the_same(s, &v->facts) ? NULL : "differs";
}

static int verify_one(struct stored *s, const char **ret_why)
{
	const struct verify_conf conf = {
		.crypt = request_crypt(s->rq),
		.now = instant_now(),
		.issuer = issuer_document,
		.arg = s,
	};
	struct verify_result result;
	int r = 0;
	*ret_why = "key_not_listed";
	if (row_bool(s->res, s->i, rows_col(s->res, s->form->listed))) {
		r = verify_credential(s->scratch, &conf, text(s, s->form->text), &result);
		if (r == 0)
			*ret_why = why_not(s, &result);
	}
	arena_reset(s->scratch);
	return r;
}

int stored_signature_verify(struct request *rq, struct arena *scratch, const PGresult *res, int i,
                            const char **ret_why)
{
	struct stored s = {.rq = rq, .form = &signed_document, .scratch = scratch, .res = res, .i = i};
	return verify_one(&s, ret_why);
}

static void tell(const struct request *rq, struct slice number, struct slice version,
                 struct slice key, const char *why)
{
	const struct api *api = request_app(rq);
	if (api->log)
		log_error(api->log, "stored_signature_failed", LOG_SLICE("certificate", number),
		          LOG_SLICE("version", version), LOG_SLICE("key_id", key), LOG_S("why", why),
		          LOG_S("meaning", "something was stored as signed that its issuer's key did not "
		                           "sign; it is never called valid, nor handed out"),
		          LOG_S("remedy", "find out who stored it: no sound worker does, and nobody may "
		                          "change what is stored"));
}

/* ---- before it is handed out ---- */

static int is_good(struct stored *s, bool *ret)
{
	struct slice known = text(s, s->form->signature);
	const char *why = NULL;
	int r = 0;
	*ret = slice_is(known, check_outcome_code(CHECK_PASSED));
	if (*ret || slice_is(known, check_outcome_code(CHECK_FAILED)))
		return 0;
	if (!s->scratch)
		s->scratch = arena_new(VERIFY_ARENA);
	r = s->scratch ? verify_one(s, &why) : E_NOMEM;
	*ret = r == 0 && !why;
	if (why && r == 0)
		tell(s->rq, text(s, "number"), text(s, "version"), text(s, s->form->key), why);
	return r;
}

bool stored_signature_good(struct request *rq, const struct signed_form *form, const PGresult *res,
                           int n, stored_signature_skip *skip, void *arg, struct step *ret_refused)
{
	struct stored s = {.rq = rq, .form = form, .res = res};
	bool good = true;
	int r = 0;
	for (; s.i < n; s.i++) {
		if (skip && skip(arg, text(&s, "number")))
			continue;
		if ((r = is_good(&s, &good)) < 0 || !good)
			break;
	}
	arena_free(s.scratch);
	if (r < 0)
		*ret_refused = reply_out_of_memory(rq);
	else if (!good)
		*ret_refused = reply_problem_about(rq, P_STORED_SIGNATURE_FAILED, "number",
		                                   text(&s, "number"));
	return r == 0 && good;
}

/* ---- all that are new: POST /signatures/verification, for the clerk ---- */

enum { PORTION = 100 };

struct bad_signature {
	struct slice version, number, key;
	const char *why;
};

struct round {
	bool full; /* there may be more */
	size_t n;
	struct bad_signature failed[PORTION];
	const char *good, *bad, *reasons; /* arrays, as PostgreSQL reads them */
};

static step_fn begin, loaded, written;

const struct route route_signature_verify = {
	.name = "signature_verify",
	.method = HTTP_POST,
	.path = "/signatures/verification",
	.deadline = INIT_SECONDS(30),
	.open = true,
	.chore = true,
	.first = begin,
};

static struct step begin(struct request *rq, const struct db_result *none)
{
	(void)none;
	if (!request_state(rq, sizeof(struct round)))
		return reply_out_of_memory(rq);
	return AWAIT_READ(rq, loaded, CALL(Q_SIGNATURES_UNVERIFIED, db_i64(PORTION)));
}

static const char *append(struct request *rq, const char *array, struct slice item)
{
	return array ? arena_printf(rq->arena, "%s%s%.*s", array, *array ? "," : "", SLICE_ARGS(item))
	             : NULL;
}

/* What cannot be found out now is left for the next round. */
static void take_row(struct request *rq, struct arena *scratch, const PGresult *res, int i)
{
	struct round *st = rq->state;
	struct slice serial = row_text(res, i, rows_col(res, "serial"));
	const char *why;
	if (stored_signature_verify(rq, scratch, res, i, &why) < 0)
		return;
	if (!why) {
		st->good = append(rq, st->good, serial);
		return;
	}
	st->bad = append(rq, st->bad, serial);
	st->reasons = append(rq, st->reasons, slice_of(why));
	st->failed[st->n++] = (struct bad_signature){
		.version = arena_slice(rq->arena, row_text(res, i, rows_col(res, "version"))),
		.number = arena_slice(rq->arena, row_text(res, i, rows_col(res, "number"))),
		.key = arena_slice(rq->arena, row_text(res, i, rows_col(res, "key"))),
		.why = why,
	};
}

static struct slice array_of(struct request *rq, const char *items)
{
	const char *array = items ? arena_printf(rq->arena, "{%s}", items) : NULL;
	return array ? slice_of(array) : SLICE_NONE;
}

static struct step loaded(struct request *rq, const struct db_result *rows)
{
	const PGresult *res = rows->res[0];
	struct round *st = rq->state;
	struct arena *scratch = arena_new(VERIFY_ARENA);
	if (!scratch)
		return reply_out_of_memory(rq);
	st->good = st->bad = st->reasons = "";
	for (int i = 0; i < rows_n(res) && i < PORTION; i++)
		take_row(rq, scratch, res, i);
	arena_free(scratch);
	st->full = rows_n(res) == PORTION;
	struct slice good = array_of(rq, st->good), bad = array_of(rq, st->bad);
	struct slice reasons = array_of(rq, st->reasons);
	if (arena_failed(rq->arena))
		return reply_out_of_memory(rq);
	if (!*st->good && !*st->bad)
		return reply_empty(rq, 204);
	return AWAIT_WRITE(rq, written,
	                   CALL(F_SIGNATURES_VERIFIED, db_text(slice_of(rq->id)), db_text(good),
	                        db_text(bad), db_text(reasons)));
}

static struct step written(struct request *rq, const struct db_result *none)
{
	(void)none;
	const struct round *st = rq->state;
	for (size_t i = 0; i < st->n; i++)
		tell(rq, st->failed[i].number, st->failed[i].version, st->failed[i].key,
		     st->failed[i].why);
	return reply_empty(rq, st->full ? 200 : 204);
}
