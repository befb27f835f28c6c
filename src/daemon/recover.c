/* daemon/recover.c - reads the journals into a table of its own and has the database do the rest. It
 * blocks: the daemons may run meanwhile, they hold still as long as the history is held. */
#include "daemon/recover.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/outcome.h"
#include "daemon/exit.h"
#include "journal/read.h"
#include "sql/recover_begin.h"
#include "sql/recover_damaged.h"
#include "sql/recover_end.h"
#include "sql/recover_foreign.h"
#include "sql/recover_journal_lock.h"
#include "sql/recover_journal_meet.h"
#include "sql/recover_journals.h"
#include "sql/recover_lines_add.h"
#include "sql/recover_lost_certificates.h"
#include "sql/recover_lost_keys.h"
#include "sql/recover_run.h"

enum { WHY = 512, BATCH_LINES = 1000 };

struct recover {
	const struct recover_request *request;
	PGconn *db;
	struct uuid id[RECOVER_FILES_MAX], lost[RECOVER_FILES_MAX]; /* of the journals, in their order */
	/* the one that is read */
	struct uuid reading;
	struct buf batch;
	uint64_t first;
	size_t n, total;
};

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "talentd recover: %s: %s\n", what, why);
	return E_REFUSED;
}

/* E_REFUSED after a complaint; the caller clears *ret in either case. */
static int ask(struct recover *r, struct session_call call, PGresult **ret)
{
	char reason[SESSION_REASON];
	int rc = session_ask(r->db, call, ret, reason, sizeof reason);
	return rc < 0 ? complain("the database", reason) : 0;
}

static int run(struct recover *r, struct session_call call)
{
	PGresult *res;
	int rc = ask(r, call, &res);
	PQclear(res);
	return rc;
}

/* A word about the transaction. */
static int control(struct recover *r, const char *sql)
{
	PGresult *res = PQexec(r->db, sql);
	int rc = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : complain("the database", session_reason(res));
	PQclear(res);
	return rc;
}

/* ---- which journals ---- */

static int take_id(void *arg, const struct journal_line *line)
{
	struct uuid *id = arg;
	struct slice rest = line->entry;
	if (!slice_is(slice_cut(&rest, ' '), "journal:") || !uuid_parse(slice_cut(&rest, ' '), id))
		return E_REFUSED;
	return 1;
}

static int identify(struct recover *r)
{
	for (size_t i = 0; i < r->request->n_journals; i++) {
		uint64_t line;
		const char *path = r->request->journals[i];
		int rc = journal_read(path, 0, take_id, &r->id[i], &line);
		if (rc != 1)
			return complain(path, rc == E_ABSENT ? "there is no such file"
			                                     : "its first line does not name a registry's journal");
	}
	for (size_t i = 0; i < r->request->n_lost; i++)
		if (!uuid_parse(slice_of(r->request->lost[i]), &r->lost[i]))
			return complain(r->request->lost[i], "this is not the ID of a journal");
	return 0;
}

static bool is_given(const struct recover *r, struct uuid id)
{
	for (size_t i = 0; i < r->request->n_journals; i++)
		if (uuid_eq(r->id[i], id))
			return true;
	for (size_t i = 0; i < r->request->n_lost; i++)
		if (uuid_eq(r->lost[i], id))
			return true;
	return false;
}

/* Names every journal that is missing. */
static int expect_all(struct recover *r)
{
	PGresult *res;
	int rc = ask(r, RECOVER_JOURNALS_CALL(), &res);
	for (int i = 0, n = rc == 0 ? rows_n(res) : 0; i < n; i++) {
		struct recover_journals_row row;
		char id[UUID_TEXT], seen[INSTANT_TEXT];
		recover_journals_read(res, i, &row);
		if (is_given(r, row.id))
			continue;
		uuid_format(row.id, id);
		instant_format(row.seen_at, seen);
		fprintf(stderr,
		        "talentd recover: the journal of host %.*s, last compared %s, is missing: give its file"
		        " (registry-journal in its state_directory, or a copy) with --journal; is there none any"
		        " more, give it up with --lost %s: what that host alone revoked is valid again then\n",
		        SLICE_ARGS(row.name), seen, id);
		rc = E_REFUSED;
	}
	PQclear(res);
	return rc;
}

/* ---- reading ---- */

static int send_batch(struct recover *r)
{
	if (!r->n)
		return 0;
	r->batch.n--; /* the last line feed */
	int rc = buf_failed(&r->batch)
	                 ? E_NOMEM
	                 : run(r, RECOVER_LINES_ADD_CALL(r->reading, (int64_t)r->first, buf_slice(&r->batch)));
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
	PGresult *res = NULL;
	uint64_t last;
	int rc = run(r, RECOVER_JOURNAL_MEET_CALL(r->reading));
	if (rc == 0)
		rc = ask(r, RECOVER_JOURNAL_LOCK_CALL(r->reading), &res);
	if (rc == 0) {
		struct recover_journal_lock_row row;
		recover_journal_lock_read(res, 0, &row);
		*ret = (uint64_t)row.compared;
		rc = journal_read_last(path, &last);
	}
	PQclear(res);
	if (rc == 0 && last < *ret)
		*ret = 0;
	return rc;
}

/* A host that joined after the backup is not known here; the issuers that its journal speaks of are. */
static int expect_ours(struct recover *r, const char *path)
{
	struct recover_foreign_row row = {0};
	PGresult *res;
	int rc = ask(r, RECOVER_FOREIGN_CALL(r->reading), &res);
	if (rc == 0)
		recover_foreign_read(res, 0, &row);
	PQclear(res);
	return row.foreign ? complain(path, "no issuer that it names is in this database: it is of another registry")
	                   : rc;
}

static int say_damaged(struct recover *r, const char *path, const PGresult *res)
{
	struct recover_damaged_row row;
	char id[UUID_TEXT];
	recover_damaged_read(res, 0, &row);
	uuid_format(r->reading, id);
	complain(path, "a line is not as it was written");
	fprintf(stderr,
	        "talentd recover: it is line %" PRId64 ": %.*s\ntalentd recover: give the file as it was, or a copy;"
	        " is there none any more, give it up with --lost %s: what that host alone revoked is valid"
	        " again then\n",
	        row.n, SLICE_ARGS(row.line), id);
	return E_REFUSED;
}

/* One that was edited or damaged says something else than what was acknowledged. */
static int expect_whole(struct recover *r, const char *path)
{
	PGresult *res;
	int rc = ask(r, RECOVER_DAMAGED_CALL(r->reading), &res);
	if (rc == 0 && rows_n(res) > 0)
		rc = say_damaged(r, path, res);
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

static int report_certificates(struct recover *r)
{
	PGresult *res;
	int rc = ask(r, RECOVER_LOST_CERTIFICATES_CALL(), &res);
	for (int i = 0, n = rc == 0 ? rows_n(res) : 0; i < n; i++) {
		struct recover_lost_certificates_row row;
		char version[UUID_TEXT];
		recover_lost_certificates_read(res, i, &row);
		uuid_format(row.version, version);
		printf("lost: %.*s %s %.*s\n", SLICE_ARGS(row.number), version, SLICE_ARGS(row.state));
	}
	PQclear(res);
	return rc;
}

static int report_keys(struct recover *r)
{
	PGresult *res;
	int rc = ask(r, RECOVER_LOST_KEYS_CALL(), &res);
	for (int i = 0, n = rc == 0 ? rows_n(res) : 0; i < n; i++) {
		struct recover_lost_keys_row row;
		recover_lost_keys_read(res, i, &row);
		printf("lost key: %.*s %.*s %.*s\n", SLICE_ARGS(row.issuer), SLICE_ARGS(row.key), SLICE_ARGS(row.state));
	}
	PQclear(res);
	return rc;
}

static void report(const PGresult *done)
{
	for (int i = 0; i < rows_n(done); i++) {
		struct recover_run_row row;
		recover_run_read(done, i, &row);
		printf("%8" PRId64 "  %.*s\n", row.n, SLICE_ARGS(row.what));
	}
}

static int recover_all(struct recover *r)
{
	struct buf lost = BUF_INIT(RECOVER_FILES_MAX * (UUID_TEXT + 1) + 8);
	PGresult *res = NULL;
	for (size_t i = 0; i < r->request->n_lost; i++)
		buf_addf(&lost, "%s%s", i ? "," : "", r->request->lost[i]);
	int rc = ask(r, RECOVER_RUN_CALL(buf_slice(&lost)), &res);
	if (rc == 0)
		report(res);
	PQclear(res);
	buf_free(&lost);
	if (rc == 0)
		rc = report_certificates(r);
	return rc == 0 ? report_keys(r) : rc;
}

static int work(struct recover *r)
{
	int rc = identify(r);
	if (rc == 0)
		rc = control(r, "BEGIN");
	if (rc == 0)
		rc = control(r, "SET LOCAL ROLE talent_owner");
	if (rc == 0)
		rc = run(r, RECOVER_BEGIN_CALL());
	for (size_t i = 0; rc == 0 && i < r->request->n_journals; i++)
		rc = read_journal(r, i);
	if (rc == 0)
		rc = expect_all(r);
	if (rc == 0)
		rc = recover_all(r);
	if (rc == 0)
		rc = run(r, RECOVER_END_CALL());
	return rc == 0 ? control(r, "COMMIT") : rc;
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
