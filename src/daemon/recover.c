/* daemon/recover.c - reads the journals into a table of its own and has the database do the rest. It
 * blocks: the daemons may run meanwhile, they hold still as long as the history is held. */
#include "daemon/recover.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "daemon/exit.h"
#include "db/session.h"
#include "journal/read.h"

enum { WHY = 512, BATCH_LINES = 1000 };

struct recover {
	const struct recover_request *request;
	PGconn *db;
	char id[RECOVER_FILES_MAX][UUID_TEXT]; /* of the journals, in their order */
	/* the one that is read */
	const char *reading;
	struct buf batch;
	uint64_t first;
	size_t n, total;
};

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "talentd recover: %s: %s\n", what, why);
	return E_REFUSED;
}

/* NULL after a complaint. */
static PGresult *ask(struct recover *r, const char *sql, int n, const char *const *values)
{
	PGresult *res = PQexecParams(r->db, sql, n, NULL, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(res);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return res;
	complain("the database", PQresultErrorMessage(res));
	PQclear(res);
	return NULL;
}

static int run(struct recover *r, const char *sql, int n, const char *const *values)
{
	PGresult *res = ask(r, sql, n, values);
	PQclear(res);
	return res ? 0 : E_REFUSED;
}

/* ---- which journals ---- */

static int take_id(void *arg, const struct journal_line *line)
{
	char *id = arg;
	struct uuid parsed;
	struct slice rest = line->entry;
	if (!slice_is(slice_cut(&rest, ' '), "journal:") || !uuid_parse(slice_cut(&rest, ' '), &parsed))
		return E_REFUSED;
	uuid_format(parsed, id);
	return 1;
}

static int identify(struct recover *r)
{
	for (size_t i = 0; i < r->request->n_journals; i++) {
		uint64_t line;
		const char *path = r->request->journals[i];
		int rc = journal_read(path, 0, take_id, r->id[i], &line);
		if (rc != 1)
			return complain(path, rc == E_ABSENT ? "there is no such file"
			                                     : "its first line does not name a registry's journal");
	}
	for (size_t i = 0; i < r->request->n_lost; i++) {
		struct uuid id;
		if (!uuid_parse(slice_of(r->request->lost[i]), &id))
			return complain(r->request->lost[i], "this is not the ID of a journal");
	}
	return 0;
}

static bool is_given(const struct recover *r, const char *id)
{
	for (size_t i = 0; i < r->request->n_journals; i++)
		if (strcmp(r->id[i], id) == 0)
			return true;
	for (size_t i = 0; i < r->request->n_lost; i++)
		if (strcmp(r->request->lost[i], id) == 0)
			return true;
	return false;
}

/* Names every journal that is missing. */
static int expect_all(struct recover *r)
{
	int rc = 0;
	PGresult *res = ask(r, "SELECT id, name, talent._instant(seen_at) FROM talent.journal_host"
	                       " WHERE lost_at IS NULL ORDER BY seen_at DESC",
	                    0, NULL);
	if (!res)
		return E_REFUSED;
	for (int i = 0; i < PQntuples(res); i++) {
		const char *id = PQgetvalue(res, i, 0);
		if (is_given(r, id))
			continue;
		fprintf(stderr,
		        "talentd recover: the journal of host %s, last compared %s, is missing: give its file"
		        " (registry-journal in its state_directory, or a copy) with --journal; is there none any"
		        " more, give it up with --lost %s: what that host alone revoked is valid again then\n",
		        PQgetvalue(res, i, 1), PQgetvalue(res, i, 2), id);
		rc = E_REFUSED;
	}
	PQclear(res);
	return rc;
}

/* ---- reading ---- */

static int send_batch(struct recover *r)
{
	char first[24];
	snprintf(first, sizeof first, "%llu", (unsigned long long)r->first);
	if (!r->n)
		return 0;
	r->batch.n--; /* the last line feed */
	buf_addc(&r->batch, '\0');
	const char *const values[] = {r->reading, first, r->batch.p};
	int rc = buf_failed(&r->batch)
	                 ? E_NOMEM
	                 : run(r,
	                       "INSERT INTO talent.recover_line SELECT $1::uuid, $2::bigint + l.at - 1,"
	                       " string_to_array(l.line, ' ')"
	                       " FROM unnest(string_to_array($3::text, E'\\n')) WITH ORDINALITY l (line, at)",
	                       3, values);
	r->total += r->n;
	r->n = 0;
	buf_clear(&r->batch);
	return rc;
}

static int take_line(void *arg, const struct journal_line *line)
{
	struct recover *r = arg;
	if (r->n == 0)
		r->first = line->sequence;
	r->n++;
	buf_add(&r->batch, line->entry);
	buf_addc(&r->batch, '\n');
	return r->n == BATCH_LINES ? send_batch(r) : 0;
}

/* How far this very history has been compared with it: what comes before is there. One that has become
 * shorter since is read from its beginning: its lines are not those that were compared. */
static int compared(struct recover *r, const char *path, uint64_t *ret)
{
	const char *const values[] = {r->reading};
	int rc = run(r, "INSERT INTO talent.journal_host (id, name) VALUES ($1::uuid, 'recovered')"
	                " ON CONFLICT DO NOTHING",
	             1, values);
	PGresult *res = rc ? NULL
	                   : ask(r, "SELECT compared FROM talent.journal_host WHERE id = $1::uuid"
	                            " FOR NO KEY UPDATE",
	                         1, values);
	if (!res)
		return E_REFUSED;
	*ret = strtoull(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);
	uint64_t last;
	rc = journal_read_last(path, &last);
	if (rc == 0 && last < *ret)
		*ret = 0;
	return rc;
}

/* A host that joined after the backup is not known here; the issuers that its journal speaks of are. */
static int expect_ours(struct recover *r, const char *path)
{
	const char *const values[] = {r->reading};
	PGresult *res = ask(r, "SELECT count(*) > 0 AND count(o.id) = 0 FROM (SELECT CASE l.w[1]"
	                       " WHEN 'stored:' THEN l.w[5] WHEN 'made:' THEN l.w[3] ELSE l.w[2] END AS id"
	                       " FROM talent.recover_line l WHERE l.journal = $1::uuid"
	                       " AND l.w[1] IN ('stored:', 'made:', 'numbers:', 'positions:')) i"
	                       " LEFT JOIN talent.organisation o ON o.id::text = i.id",
	                    1, values);
	if (!res)
		return E_REFUSED;
	bool foreign = *PQgetvalue(res, 0, 0) == 't';
	PQclear(res);
	return foreign ? complain(path, "no issuer that it names is in this database: it is of another registry")
	               : 0;
}

/* One that was edited or damaged says something else than what was acknowledged. */
static int expect_whole(struct recover *r, const char *path)
{
	const char *const values[] = {r->reading};
	PGresult *res = ask(r, "SELECT l.n, x.line FROM talent.recover_line l"
	                       " CROSS JOIN LATERAL (SELECT array_to_string(l.w, ' ') AS line) x"
	                       " WHERE l.journal = $1::uuid AND NOT talent._journal_line_ok(x.line)"
	                       " ORDER BY l.n LIMIT 1",
	                    1, values);
	int rc = !res             ? E_REFUSED
	         : PQntuples(res) ? complain(path, "a line is not as it was written")
	                          : 0;
	if (res && rc)
		fprintf(stderr,
		        "talentd recover: it is line %s: %s\ntalentd recover: give the file as it was, or a copy;"
		        " is there none any more, give it up with --lost %s: what that host alone revoked is valid"
		        " again then\n",
		        PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1), r->reading);
	PQclear(res);
	return rc;
}

static int read_journal(struct recover *r, size_t i)
{
	uint64_t after, line;
	r->reading = r->id[i];
	int rc = compared(r, r->request->journals[i], &after);
	if (rc == 0)
		rc = journal_read(r->request->journals[i], after, take_line, r, &line);
	if (rc == 0)
		rc = send_batch(r);
	if (rc == 0)
		rc = expect_whole(r, r->request->journals[i]);
	if (rc == 0)
		rc = expect_ours(r, r->request->journals[i]);
	if (rc == E_SYNTAX)
		return complain(r->request->journals[i], "a line is damaged, or lines are missing");
	return rc && rc != E_REFUSED ? complain(r->request->journals[i], "cannot be read") : rc;
}

/* ---- the whole ---- */

static int report(struct recover *r, const PGresult *done)
{
	for (int i = 0; i < PQntuples(done); i++)
		printf("%8s  %s\n", PQgetvalue(done, i, 1), PQgetvalue(done, i, 0));
	PGresult *lost = ask(r, "SELECT number, version, state FROM talent.lost_certificate"
	                        " ORDER BY number, version",
	                     0, NULL);
	for (int i = 0; i < PQntuples(lost); i++)
		printf("lost: %s %s %s\n", PQgetvalue(lost, i, 0), PQgetvalue(lost, i, 1),
		       PQgetvalue(lost, i, 2));
	PQclear(lost);
	PGresult *keys = lost ? ask(r, "SELECT o.slug, k.key, k.state FROM talent.issuer_key k"
	                               " JOIN talent.organisation o ON o.id = k.organisation"
	                               " WHERE k.wrapped IS NULL ORDER BY o.slug, k.key",
	                            0, NULL)
	                      : NULL;
	for (int i = 0; i < PQntuples(keys); i++)
		printf("lost key: %s %s %s\n", PQgetvalue(keys, i, 0), PQgetvalue(keys, i, 1),
		       PQgetvalue(keys, i, 2));
	PQclear(keys);
	return keys ? 0 : E_REFUSED;
}

static int recover_all(struct recover *r)
{
	struct buf lost = BUF_INIT(RECOVER_FILES_MAX * (UUID_TEXT + 1) + 8);
	buf_addc(&lost, '{');
	for (size_t i = 0; i < r->request->n_lost; i++)
		buf_addf(&lost, "%s%s", i ? "," : "", r->request->lost[i]);
	buf_addc(&lost, '}');
	buf_addc(&lost, '\0');
	const char *const values[] = {lost.p};
	PGresult *done = ask(r, "SELECT what, n FROM talent._recover($1::uuid[])", 1, values);
	int rc = done ? report(r, done) : E_REFUSED;
	PQclear(done);
	buf_free(&lost);
	return rc;
}

static int work(struct recover *r)
{
	int rc = identify(r);
	if (rc == 0)
		rc = run(r, "BEGIN", 0, NULL);
	if (rc == 0)
		rc = run(r, "SET LOCAL ROLE talent_owner", 0, NULL);
	if (rc == 0)
		rc = run(r, "CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])", 0, NULL);
	for (size_t i = 0; rc == 0 && i < r->request->n_journals; i++)
		rc = read_journal(r, i);
	if (rc == 0)
		rc = expect_all(r);
	if (rc == 0)
		rc = recover_all(r);
	if (rc == 0)
		rc = run(r, "DROP TABLE talent.recover_line", 0, NULL);
	return rc == 0 ? run(r, "COMMIT", 0, NULL) : rc;
}

int recover_run(const struct recover_request *request)
{
	struct recover r = {
		.request = request,
		.batch = BUF_INIT((size_t)BATCH_LINES * JOURNAL_LINE_MAX + 1),
	};
	char why[WHY] = "";
	int rc = session_open(request->database, "talentd recover", &r.db, why, sizeof why);
	if (rc)
		complain("the database", why);
	else
		rc = work(&r);
	if (rc == 0)
		printf("%8zu  lines of %zu journals\n", r.total, request->n_journals);
	PQfinish(r.db);
	buf_free(&r.batch);
	return rc == 0 ? EXIT_DONE : EXIT_TROUBLE;
}
