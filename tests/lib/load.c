/* tests/lib/load.c - clients as they should be: one key per change, repeated until the answer is
 * definite. 503, a refused and a lost connection are not definite; everything else is. */
#include "load.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "db/statement.h"
#include "sql_statements.h"

enum { RETRY_MS = 20 };

/* ---- clients ---- */

static const char *candidate_body(int n, char body[static 512])
{
	snprintf(body, 512,
	         "{\"candidate\":{\"name\":\"Jean Martin\",\"id_type\":\"passport\",\"id_country\":"
	         "\"FRA\",\"id_number\":\"C%08d\"},\"scores\":{\"theory\":78.5,\"skill\":60}}",
	         n);
	return body;
}

int load_submit_once(struct fleet *f, struct talk *t, int n, const char *key, struct talk_answer *a)
{
	char path[96], body[512];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", f->exam);
	const struct talk_request rq = {"POST", path, f->institution, key, candidate_body(n, body)};
	return talk_ask(t, &rq, a);
}

/* True when the answer is definite. Counts why not. */
static bool definite(const struct talk_answer *a, struct tally *tally)
{
	char replayed[8];
	talk_header(a, "Idempotent-Replayed", replayed, sizeof replayed);
	tally->replayed += strcmp(replayed, "true") == 0;
	tally->refused += a->status == 0 && !a->connected;
	tally->lost += a->status == 0 && a->connected;
	tally->unavailable += a->status == 503;
	return a->status != 0 && a->status != 503;
}

static void read_issued(const struct talk_answer *a, struct issued *ret)
{
	talk_text(a, "id", 0, ret->assessment, sizeof ret->assessment);
	for (int i = 0; i < 2; i++) {
		talk_text(a, "number", i, ret->number[i], sizeof ret->number[i]);
		talk_text(a, "verification_code", i, ret->code[i], sizeof ret->code[i]);
	}
	ret->body = strdup(a->body);
}

bool load_submit(struct fleet *f, struct talk *t, int n, struct issued *ret, struct tally *tally,
                 struct talk_answer *a)
{
	char key[48];
	snprintf(key, sizeof key, "submit-%d", n);
	for (int i = 0; i < LOAD_TRIES; i++) {
		load_submit_once(f, t, n, key, a);
		if (definite(a, tally))
			break;
		nap_ms(RETRY_MS);
	}
	if (a->status != 201)
		return false;
	read_issued(a, ret);
	return ret->code[1][0] != '\0';
}

bool load_change(struct fleet *f, struct talk *t, enum load_change what, const char *number,
                 struct tally *tally, struct talk_answer *a)
{
	char path[128], key[96];
	const bool revoke = what == LOAD_REVOKE;
	snprintf(path, sizeof path, "/v1/certificates/%s/%s", number,
	         revoke ? "revocation" : "suspension");
	snprintf(key, sizeof key, "revoke-%s", number);
	const struct talk_request rq = {
		.method = revoke ? "POST" : what == LOAD_SUSPEND ? "PUT" : "DELETE",
		.path = path,
		.token = f->admin,
		.key = revoke ? key : NULL,
		.body = "{\"reason\":\"issued_in_error\"}",
	};
	for (int i = 0; i < LOAD_TRIES; i++) {
		talk_ask(t, &rq, a);
		if (definite(a, tally))
			break;
		nap_ms(RETRY_MS);
	}
	return a->status == 200;
}

void load_verify(struct talk *t, const char *code, char result[static 24], struct talk_answer *a)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/verifications/%s", code);
	result[0] = '\0';
	if (talk_ask(t, &(struct talk_request){.method = "GET", .path = path}, a) == 200)
		talk_text(a, "result", 0, result, 24);
}

/* ---- invariants ---- */

long load_count(struct fleet *f, const char *sql)
{
	return atol(cluster_ask(f->cluster, f->database, sql));
}

static const struct {
	const char *what, *sql; /* counts what must not exist */
} invariants[] = {
	{"half pairs",
	 "SELECT count(*) FROM talent.assessment a JOIN talent.exam e ON e.id = a.exam "
	 "WHERE a.state <> 'annulled' AND (SELECT "
	 "count(*) FROM talent.certificate c WHERE c.assessment = a.id) <> CASE WHEN a.outcome <> 'pass' "
	 "OR a.state <> 'published' THEN 0 WHEN e.partner IS NULL THEN 1 ELSE 2 END"},
	{"pairs of one kind",
	 "SELECT count(*) FROM (SELECT FROM talent.certificate GROUP BY assessment, kind HAVING count(*) > "
	 "1) d"},
	{"people assessed twice in an exam",
	 "SELECT count(*) FROM (SELECT FROM talent.assessment GROUP BY exam, person HAVING count(*) > 1) d"},
	{"people recorded twice",
	 "SELECT count(*) FROM (SELECT FROM talent.person GROUP BY id_hash HAVING count(*) > 1) d"},
	{"numbers used twice",
	 "SELECT count(*) FROM (SELECT FROM talent.certificate GROUP BY number HAVING count(*) > 1) d"},
	{"codes used twice",
	 "SELECT count(*) FROM (SELECT FROM talent.certificate_version GROUP BY code HAVING count(*) > 1) d"},
	{"certificates without a version",
	 "SELECT count(*) FROM talent.certificate c WHERE NOT EXISTS (SELECT FROM "
	 "talent.certificate_version v WHERE v.certificate = c.id)"},
	{"certificates without a state",
	 "SELECT count(*) FROM talent.certificate c WHERE NOT EXISTS (SELECT FROM talent.certificate_state "
	 "s WHERE s.certificate = c.id)"},
	{"revoked without an event, or the reverse",
	 "SELECT count(*) FROM talent.certificate_state s WHERE (s.state = 'revoked') <> EXISTS (SELECT "
	 "FROM talent.certificate_event e WHERE e.certificate = s.certificate AND e.kind = 'revoked')"},
	{"certificates revoked twice",
	 "SELECT count(*) FROM (SELECT FROM talent.certificate_event WHERE kind = 'revoked' GROUP BY "
	 "certificate HAVING count(*) > 1) d"},
	{"events after the clock",
	 "SELECT count(*) FROM talent.certificate_event e, talent.status_clock k WHERE e.rev > k.rev"},
	{"assessments without their audit row",
	 "SELECT count(*) FROM talent.assessment a WHERE (SELECT count(*) FROM talent.audit u WHERE "
	 "u.object = a.id AND u.action = 'assessment_submit') <> 1"},
};

/* Runs sql with one argument; a programme's rows must have three equal figures. */
static void check_programme(PGconn *conn, const char *slug)
{
	const char *const args[10] = {slug};
	PGresult *res = PQexecParams(conn, statements[Q_PROGRESS_AUDIT].text, 10, NULL, args, NULL, NULL, 0);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("progress audit of %s: %s", slug, PQerrorMessage(conn));
	for (int i = 0; i < PQntuples(res); i++) {
		if (strcmp(PQgetvalue(res, i, 1), PQgetvalue(res, i, 2)) != 0 ||
		    strcmp(PQgetvalue(res, i, 1), PQgetvalue(res, i, 3)) != 0)
			fail_msg("%s %s: counted %s, recounted %s, by days %s", slug,
			         PQgetvalue(res, i, 0), PQgetvalue(res, i, 1), PQgetvalue(res, i, 2),
			         PQgetvalue(res, i, 3));
	}
	PQclear(res);
}

void load_check_invariants(struct fleet *f)
{
	for (size_t i = 0; i < sizeof invariants / sizeof *invariants; i++) {
		long n = load_count(f, invariants[i].sql);
		if (n != 0)
			fail_msg("%ld %s", n, invariants[i].what);
	}
	PGconn *conn = cluster_connect(f->cluster, f->database, NULL);
	PGresult *res = PQexec(conn, "SELECT slug FROM talent.programme");
	assert_true(PQntuples(res) > 0);
	for (int i = 0; i < PQntuples(res); i++)
		check_programme(conn, PQgetvalue(res, i, 0));
	PQclear(res);
	PQfinish(conn);
}
