/* tests/integration/test_upgrade.c - registries that earlier releases filled (tests/upgrade) are
 * brought up to date: no row is lost or altered, the schema is what a new installation has, and the
 * program answers what the release answered, for the same certificates, counts and keys. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <glob.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "crypt/encode.h"
#include "db/migrate.h"

enum { MIGRATIONS_MAX = 256 };

static struct cluster *cluster;
static struct daemon *d;
static const char *folder;   /* of the release's fixture */
static const char *database; /* restored from it */

/* ---- restoring ---- */

static const char *in_folder(const char *name)
{
	static char path[200];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* The migrations up to the release's, which never change; its functions and rows as it had them. */
static void restore(int release)
{
	static struct migration_file then[MIGRATIONS_MAX];
	static const struct migration_file none[1];
	char why[MIGRATE_TEXT];
	size_t n = 0;
	memset(then, 0, sizeof then);
	for (const struct migration_file *f = migrations; f->name && f->number <= release; f++)
		then[n++] = *f;
	database = cluster_empty_database(cluster);
	cluster_file(cluster, database, in_folder("bootstrap.sql"));
	const struct migration_set set = {then, none};
	if (migrate_run(cluster_conninfo(cluster, database, NULL), set, NULL, NULL, why) != 0)
		fail_msg("%s", why);
	cluster_file(cluster, database, in_folder("functions.sql"));
	cluster_file(cluster, database, in_folder("data.sql"));
}

/* Whoever follows an address that a credential has signed finds what it said. */
static void signed_addresses_answer(void **state)
{
	PGconn *db = cluster_connect(cluster, database, NULL);
	PGresult *rows = PQexec(db, "SELECT DISTINCT substr(a->>'id', length('https://registry.example') + 1),"
	                            " substr(a#>>'{criteria,id}', length('https://registry.example') + 1), a->>'name',"
	                            " a#>>'{criteria,narrative}', a->>'humanCode' FROM before.certificate_document d,"
	                            " LATERAL (SELECT d.document::jsonb#>'{credentialSubject,achievement}' AS a) a");
	assert_int_equal(PQresultStatus(rows), PGRES_TUPLES_OK);
	assert_true(PQntuples(rows) > 3);
	for (int i = 0; i < PQntuples(rows); i++) {
		const struct answer *a = expect_status(ASK(d->https, .path = PQgetvalue(rows, i, 0),
		                                           .accept = "application/json"), 200);
		assert_string_equal(answer_text(a, "name"), PQgetvalue(rows, i, 2));
		assert_string_equal(answer_text(a, "criteria.narrative"), PQgetvalue(rows, i, 3));
		assert_string_equal(answer_text(a, "humanCode"), PQgetvalue(rows, i, 4));
		a = expect_status(ASK(d->https, .path = PQgetvalue(rows, i, 1), .accept = "text/html"), 200);
		assert_non_null(strstr(a->body, PQgetvalue(rows, i, 2)));
	}
	PQclear(rows);
	PQfinish(db);
}

/* What the operator does first: roles are a superuser's to make, and to let in. Until then nothing happens. */
static void make_roles(void)
{
	char why[MIGRATE_TEXT] = "";
	const char *owner = cluster_conninfo(cluster, database, NULL);
	const char *let_in = cluster_ask(cluster, database, "SELECT has_database_privilege('talent_jobs',"
	                                 " current_database(), 'CONNECT')");
	if (strcmp(let_in, "f") == 0) {
		assert_true(migrate_run(owner, migration_set_builtin(), NULL, NULL, why) < 0);
		assert_non_null(strstr(why, "the role talent_jobs is missing"));
		assert_non_null(strstr(why, "sql/bootstrap.sql"));
	}
	cluster_load(cluster, database, "sql/bootstrap.sql");
}

/* ---- the rows ---- */

/* What a migration changes on purpose in rows of earlier releases; everything else stays. */
static const char changed[] =
	"(VALUES ('schema_migration', 'checksum', 'the functions of another version'),"
	" ('schema_migration', 'applied_at', 'likewise'), ('schema_migration', 'applied_by', 'likewise'),"
	" ('count_delta', '*', 'made anew'), ('count_total', '*', 'likewise'), ('count_grand', '*', 'likewise'),"
	" ('person_standing', '*', 'likewise'), ('number_block', 'issuer', 'numbers_go_on'),"
	" ('organisation', 'number_prefix', 'likewise')"
	") changed (relation, attribute, why)";

static void keep_rows(void)
{
	cluster_sql(cluster, database,
	            "CREATE SCHEMA before; DO $$ DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class"
	            " WHERE relnamespace = 'talent'::regnamespace AND relkind = 'r' LOOP"
	            " EXECUTE format('CREATE TABLE before.%I AS TABLE talent.%I', t, t);"
	            " END LOOP; END $$");
}

/* Each row as it was is there still, in all the columns that it had. */
static void every_row_stays(void **state)
{
	char list[2000], why[64];
	snprintf(list, sizeof list,
	         "SELECT c.relname, format('SELECT count(*) || ''/'' || (SELECT count(*) FROM before.%%1$I)"
	         " FROM (SELECT %%2$s FROM before.%%1$I EXCEPT ALL SELECT %%2$s FROM talent.%%1$I) x',"
	         " c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))"
	         " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
	         " WHERE c.relnamespace = 'before'::regnamespace AND NOT EXISTS (SELECT FROM %s"
	         " WHERE relation = c.relname AND attribute IN (a.attname, '*')) GROUP BY 1 ORDER BY 1", changed);
	PGconn *db = cluster_connect(cluster, database, NULL);
	PGresult *tables = PQexec(db, list);
	assert_int_equal(PQresultStatus(tables), PGRES_TUPLES_OK);
	assert_true(PQntuples(tables) > 30);
	size_t filled = 0;
	for (int i = 0; i < PQntuples(tables); i++) {
		PGresult *lost = PQexec(db, PQgetvalue(tables, i, 1));
		if (PQresultStatus(lost) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", PQgetvalue(tables, i, 0), PQresultErrorMessage(lost));
		snprintf(why, sizeof why, "%s", PQgetvalue(lost, 0, 0));
		if (strncmp(why, "0/", 2) != 0)
			fail_msg("talent.%s: %s rows are not there or altered", PQgetvalue(tables, i, 0), why);
		filled += strcmp(why, "0/0") != 0;
		PQclear(lost);
	}
	assert_true(filled > 30);
	PQclear(tables);
	PQfinish(db);
}

/* Counts are made anew from the source rows, with more dimensions: of each day of recording and each
 * bucket that the release knew there are as many as there were, and the same people stand for them. */
static void every_figure_stays(void **state)
{
	assert_string_equal(cluster_ask(cluster, database,
		"WITH was AS (SELECT measure, day, district, body, coalesce(nullif(level, ''), 'none') AS level, month,"
		"  sum(n)::bigint AS n FROM (SELECT measure, day, district, body, level, month, n"
		"  FROM before.count_total UNION ALL SELECT measure, day, district, body, level, month, n"
		"  FROM before.count_delta) t GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0),"
		" is_now AS (SELECT measure, day, district, organisation, level, month, sum(n)::bigint"
		"  FROM talent.count_total WHERE measure IN (SELECT measure FROM was) AND programme ="
		"  'shanghai-2025-27' GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0)"
		" SELECT count(*) FILTER (WHERE x = 1) > 20 AND count(*) FILTER (WHERE x <> 1) = 0 FROM ("
		"  SELECT 1 AS x FROM was"
		"  UNION ALL SELECT 2 FROM (TABLE was EXCEPT ALL TABLE is_now) a"
		"  UNION ALL SELECT 3 FROM (TABLE is_now EXCEPT ALL TABLE was) b) x"), "t");
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) FROM before.person_standing b FULL JOIN (SELECT * FROM talent.person_standing"
		" WHERE measure IN ('newly_certified', 'mid_or_higher') AND programme = 'shanghai-2025-27') s"
		" ON s.person = b.person AND s.measure = b.measure AND s.unit = b.certificate"
		" AND s.organisation = b.body WHERE s.person IS NULL OR b.person IS NULL"), "0");
}

/* ---- standards ---- */

/* Exams and sessions name the standard that was in force; their results are called what was signed, byte by
 * byte, and the English words for it come from the same rows as ever. */
static void what_was_held_names_its_standard(void **state)
{
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) > 5 AND bool_and(d.name IS NOT DISTINCT FROM CASE"
		" WHEN e.occupation = '4-13-01-05' AND e.held_on >= '2023-10-11' THEN '全媒体运营师/2023'"
		" WHEN e.occupation = '4-01-06-02' AND e.held_on >= '2021-10-15' THEN '互联网营销师/2021' END)"
		" FROM talent.exam e JOIN before.exam b ON b.id = e.id LEFT JOIN talent.standard d ON d.id = e.standard"),
		"t");
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) > 1 AND bool_and(d.name = '互联网营销师/2021') FROM talent.training_session t"
		" JOIN before.training_session b ON b.id = t.id LEFT JOIN talent.standard d ON d.id = t.standard"), "t");
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) > 20 AND bool_and(f.title = v.title AND f.title = d.document::jsonb"
		" #>> '{credentialSubject,achievement,name}') FROM before.certificate_version v"
		" JOIN before.certificate_document d ON d.version = v.id JOIN before.certificate c ON c.id = v.certificate"
		" JOIN before.assessment a ON a.id = c.assessment JOIN talent.exam_facts f ON f.id = a.exam"
		" WHERE c.kind = 'skill_grade'"), "t");
}

/* Each organisation with a prefix has a site that mints with it from where it was; its exams and sessions
 * are there. */
static void numbers_go_on(void **state)
{
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) FILTER (WHERE s.id IS NULL OR s.number_mode <> 'minted') || '/' || (count(*) > 0)"
		" FROM before.organisation o LEFT JOIN talent.site s ON (s.organisation, s.continues, s.number_prefix)"
		" = (o.id, o.id, o.number_prefix) WHERE o.number_prefix IS NOT NULL"), "0/true");
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) FILTER (WHERE n.next IS DISTINCT FROM b.next) || '/' || (count(*) > 1)"
		" FROM before.number_block b LEFT JOIN talent.number_block n ON (n.kind, n.year, n.level)"
		" = (b.kind, b.year, b.level) AND n.series = talent._series(b.issuer, b.kind)"), "0/true");
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) || '/' || (SELECT count(*) > 0 FROM talent.exam WHERE site IS NOT NULL)"
		" FROM (SELECT site, body FROM talent.exam UNION ALL SELECT site, institution FROM talent.training_session)"
		" x (site, body) JOIN before.organisation o ON o.id = x.body LEFT JOIN talent.site s ON s.id = x.site"
		" WHERE o.number_prefix IS DISTINCT FROM s.number_prefix"), "0/true");
}

/* ---- the schema ---- */

static const char schema[] =
	"SELECT string_agg(x, E'\\n' ORDER BY x COLLATE \"C\") FROM ("
	" SELECT format('%s %s', p.oid::regprocedure, md5(concat(pg_get_functiondef(p.oid), p.proacl)))"
	" FROM pg_proc p WHERE p.pronamespace = 'talent'::regnamespace"
	" UNION ALL SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid,"
	"  a.atttypmod), a.attnotnull, pg_get_expr(f.adbin, f.adrelid))"
	" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
	" LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum"
	" WHERE c.relnamespace = 'talent'::regnamespace"
	" UNION ALL SELECT format('%s acl %s %s', c.relname, c.relacl, md5(pg_get_viewdef(c.oid)))"
	" FROM pg_class c WHERE c.relnamespace = 'talent'::regnamespace AND c.relkind IN ('r', 'v')"
	" UNION ALL SELECT format('%s %s %s', coalesce(nullif(k.conrelid, 0)::regclass::text,"
	"  k.contypid::regtype::text), k.conname, replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''))"
	" FROM pg_constraint k WHERE k.connamespace = 'talent'::regnamespace"
	" UNION ALL SELECT format('%s %s', g.tgname, pg_get_triggerdef(g.oid)) FROM pg_trigger g"
	" JOIN pg_class c ON c.oid = g.tgrelid WHERE c.relnamespace = 'talent'::regnamespace"
	"  AND NOT g.tgisinternal"
	" UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'talent'"
	") x (x)";

static char *schema_of(const char *of)
{
	PGconn *db = cluster_connect(cluster, of, NULL);
	PGresult *res = PQexec(db, schema);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s", PQresultErrorMessage(res));
	char *text = strdup(PQgetvalue(res, 0, 0));
	assert_non_null(text);
	PQclear(res);
	PQfinish(db);
	return text;
}

static void the_schema_is_a_new_ones(void **state)
{
	char why[MIGRATE_TEXT];
	char *new_one = schema_of(cluster_database(cluster)), *upgraded = schema_of(database);
	for (char *a = new_one, *b = upgraded; *a || *b;) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
		if (n != m || memcmp(a, b, n) != 0)
			fail_msg("new:      %.*s\nupgraded: %.*s", (int)n, a, (int)m, b);
		a += n + (a[n] != '\0');
		b += m + (b[m] != '\0');
	}
	free(new_one);
	free(upgraded);
	if (migrate_check(cluster_conninfo(cluster, database, "talent_worker"), migration_set_builtin(),
	                  why) != MIGRATE_CURRENT)
		fail_msg("%s", why);
}

/* ---- the answers ---- */

/* Lists in which later releases have items between those of its own: a recount their measures, the methods of
 * a DID document and their names another form of the same key. */
static bool may_be_joined(const json_t *item)
{
	const char *text = json_string_value(item);
	return json_object_get(item, "measure") || json_object_get(item, "controller") ||
	       (text && strncmp(text, "did:", 4) == 0 && strchr(text, '#'));
}

/* Whether everything that want has is in got, at the same place. */
static bool holds(const json_t *got, const json_t *want)
{
	const char *key;
	json_t *value;
	size_t i;
	if (json_is_object(want)) {
		json_object_foreach((json_t *)(uintptr_t)want, key, value)
			if (!holds(json_object_get(got, key), value))
				return false;
		return json_is_object(got);
	}
	if (json_object_get(got, "credential_id")) /* who decided is named besides */
		return holds(json_object_get(got, "credential_id"), want);
	if (!json_is_array(want))
		return got && json_equal(got, want);
	bool more = may_be_joined(json_array_get(want, 0));
	size_t at = 0;
	json_array_foreach((json_t *)(uintptr_t)want, i, value) {
		while (more && at < json_array_size(got) && !holds(json_array_get(got, at), value))
			at++;
		if (!holds(json_array_get(got, at++), value))
			return false;
	}
	return more || json_array_size(got) == json_array_size(want);
}

static const char *token_of(const char *who)
{
	return strcmp(who, "nobody") == 0 ? NULL
	     : d->token[strcmp(who, "employer") == 0 ? BY_EMPLOYER : BY_ADMIN];
}

/* Every question of the file; two lines each, see tests/upgrade/README.md. */
static void answers_are_the_same(void **state)
{
	char *question = NULL, *answer = NULL;
	size_t size[2] = {0}, n = 0;
	FILE *f = fopen(in_folder("answers"), "r");
	assert_non_null(f);
	while (getline(&question, &size[0], f) > 0 && getline(&answer, &size[1], f) > 0) {
		char who[16], method[8], path[200];
		int body = 0;
		question[strcspn(question, "\n")] = '\0';
		assert_int_equal(sscanf(question, "%15s %7s %199s%n", who, method, path, &body), 3);
		const struct answer *a =
			ASK(d->https, .method = method, .path = path, .token = token_of(who),
		            .body = question[body] ? question + body + 1 : NULL);
		json_t *want = json_loads(answer + 4, 0, NULL);
		assert_non_null(want);
		if (a->status != atoi(answer) || !holds(a->json, want))
			fail_msg("%s\n%d %s\ninstead of\n%s", question, a->status, a->body, answer);
		json_decref(want);
		n++;
	}
	assert_true(n > 100);
	free(question);
	free(answer);
	fclose(f);
}

static const char *result_of_credential(const char *text, bool jwt)
{
	const size_t size = strlen(text) + 32;
	const char *quote = jwt ? "\"" : "";
	char *body = malloc(size);
	assert_non_null(body);
	snprintf(body, size, "{\"credential\":%s%s%s}", quote, text, quote);
	const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body,
	                             .token = d->token[BY_EMPLOYER]);
	free(body);
	return answer_text(expect_status(a, 200), "result");
}

/* A company's certificate that was signed with the national code, signed anew: it says what it said. */
static void an_old_form_is_signed_anew(void **state)
{
	char number[64], path[128];
	snprintf(number, sizeof number, "%s", cluster_ask(cluster, database,
		"SELECT c.number FROM talent.certificate c JOIN talent.certificate_state s ON s.certificate = c.id"
		" AND s.state = 'valid' JOIN before.certificate b ON b.id = c.id JOIN talent.issuer_key k ON"
		" k.organisation = c.issuer AND k.state = 'active' AND k.kind = 'ed25519'"
		" JOIN talent.certificate_document d ON d.version = s.version"
		" WHERE c.kind = 'company' AND d.document LIKE '%\"humanCode\":\"4-%' ORDER BY c.number LIMIT 1"));
	assert_true(number[0] != '\0');
	snprintf(path, sizeof path, "/v1/certificates/%s/reissue", number);
	expect_status(ASK(d->https, .method = "POST", .path = path, .token = d->token[BY_ADMIN]), 200);
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	const struct answer *a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN],
	                                           .accept = "application/json"), 200);
	assert_memory_equal(answer_text(a, "credentialSubject.achievement.humanCode"), "4-", 2);
	assert_string_equal(result_of_credential(a->body, false), "valid");
}

/* Whoever holds the signed bytes is told what the code says. */
static void credentials_verify_as_before(void **state)
{
	PGconn *db = cluster_connect(cluster, database, NULL);
	PGresult *rows = PQexec(db, "SELECT encode(v.code, 'hex'), d.document::text, j.jwt::text"
	                            " FROM before.certificate_version v"
	                            " JOIN before.certificate_document d ON d.version = v.id"
	                            " LEFT JOIN before.certificate_jwt j ON j.version = v.id");
	assert_true(PQntuples(rows) > 30);
	for (int i = 0; i < PQntuples(rows); i++) {
		uint8_t code[CODE_BYTES];
		char text[CODE_TEXT], path[64], want[32];
		assert_true(hex_decode(slice_of(PQgetvalue(rows, i, 0)), code, sizeof code));
		code_format(code, text);
		snprintf(path, sizeof path, "/v1/verifications/%s", text);
		snprintf(want, sizeof want, "%s",
		         answer_text(expect_status(ASK(d->https, .path = path), 200), "result"));
		assert_string_equal(result_of_credential(PQgetvalue(rows, i, 1), false), want);
		if (!PQgetisnull(rows, i, 2))
			assert_string_equal(result_of_credential(PQgetvalue(rows, i, 2), true), want);
	}
	PQclear(rows);
	PQfinish(db);
}

/* ---- the journal ---- */

/* talentctl key audit over the release's journal, which the signer goes on with. */
static void every_signature_is_stored(void **state)
{
	char command[1200], said[4096];
	const char *program = getenv("TALENTCTL_BIN");
	snprintf(command, sizeof command,
	         "TALENT_URL=%s TALENT_CA=%s TALENT_TOKEN=%s HOME=%s %s key audit --journal %s/journal --json"
	         " 2>&1", d->url[PORT_PUBLIC], d->pki.ca, d->token[BY_AUDITOR], d->dir,
	         program ? program : "build/test/talentctl", d->dir);
	FILE *f = popen(command, "r");
	assert_non_null(f);
	said[fread(said, 1, sizeof said - 1, f)] = '\0';
	if (pclose(f) != 0 || !strstr(said, "\"explained\":true"))
		fail_msg("%s", said);
}

/* Who had let whom in was not asked: credentials of an organisation and role have one owner, whom nobody has named. */
static void credentials_belong_to_the_unnamed(void **state)
{
	assert_string_equal(cluster_ask(cluster, database,
		"SELECT count(*) > 3 AND count(DISTINCT s.id) = count(DISTINCT (b.organisation, b.role))"
		" AND bool_and(s.name IS NULL AND s.admission = 'none' AND s.role = b.role"
		" AND s.organisation IS NOT DISTINCT FROM b.organisation AND s.admitted_at <= b.created_at)"
		" FROM before.token b JOIN talent.token t ON t.id = b.id JOIN talent.staff s ON s.id = t.staff"), "t");
}

/* ---- and on it goes ---- */

static const char *ask_database(const char *sql)
{
	return cluster_ask(cluster, database, sql);
}

static void counts_agree(void)
{
	const struct answer *a = ASK(d->https, .path = "/v1/progress/shanghai-2025-27/audit",
	                             .token = d->token[BY_ADMIN]);
	assert_true(json_is_true(answer_at(expect_status(a, 200), "agrees")));
}

/* With background jobs at work: what was due is published, what was folded in part is folded. */
static void what_was_due_is_done(void **state)
{
	assert_int_equal(daemon_stop(d), 0);
	d->options.conf = NULL;
	daemon_run(d);
	static const char waiting[] = "SELECT (SELECT count(*) FROM talent.assessment"
		" WHERE state = 'awaiting_publication') + (SELECT count(*) FROM talent.count_delta)";
	assert_string_not_equal(ask_database("SELECT count(*) FROM before.count_delta"), "0");
	/* whose signer is not up yet tries again later */
	for (int i = 0; i < 1800 && strcmp(ask_database(waiting), "0") != 0; i++)
		usleep(25000);
	assert_string_equal(ask_database(waiting), "0");
	assert_string_equal(ask_database(
		"SELECT count(*) FROM talent.certificate c JOIN before.assessment a ON a.id = c.assessment"
		" WHERE a.state = 'awaiting_publication'"), "2");
	counts_agree();
}

static const struct answer *submit(const char *exam, const char *name, const char *number)
{
	char path[96], body[400];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", exam);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"scores\":{\"theory\":80,\"skill\":80}}", name, number);
	return ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body);
}

/* The last result sent again is the same result; a new one is issued with the keys that stood in
 * the database, and a certificate of the release can be taken back. */
static void old_and_new_go_together(void **state)
{
	char exam[40], number[40], path[96];
	snprintf(exam, sizeof exam, "%s", ask_database(
		"SELECT a.exam FROM before.assessment a JOIN talent.person p ON p.id = a.person"
		" WHERE p.name = '王二'"));
	snprintf(number, sizeof number, "%s", ask_database(
		"SELECT c.number FROM before.certificate c JOIN talent.person p ON p.id = c.person"
		" WHERE p.name = '王二'"));
	const struct answer *again = submit(exam, "王二", "310199199001250003");
	expect_status(again, 201);
	assert_string_equal(answer_header(again, "Idempotent-Replayed"), "true");
	assert_string_equal(answer_text(again, "certificates.0.number"), number);
	expect_status(submit(exam, "王四", daemon_resident_id(26)), 201);
	expect_problem(submit(exam, "王五", daemon_resident_id(26)), 409, "person_name_differs");
	snprintf(path, sizeof path, "/v1/certificates/%s/revocation", number);
	expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN],
	                  .body = "{\"reason\":\"issued_in_error\"}"), 200);
	snprintf(path, sizeof path, "/v1/verifications/%s",
	         answer_text(again, "certificates.0.verification_code"));
	assert_string_equal(answer_text(expect_status(ASK(d->https, .path = path), 200), "result"),
	                    "revoked");
	counts_agree();
}

/* ---- the whole ---- */

static void print_line(void *arg, const char *line)
{
	print_message("%s\n", line);
}

static int upgrade(void **state)
{
	char why[MIGRATE_TEXT];
	restore(atoi(strrchr(folder, '/') + 1));
	keep_rows();
	make_roles();
	if (migrate_run(cluster_conninfo(cluster, database, NULL), migration_set_builtin(), print_line,
	                NULL, why) != 0)
		fail_msg("%s", why);
	return 0;
}

/* Without background jobs, so that everything is as the release left it. */
static int start(void **state)
{
	d = daemon_start(cluster, (struct daemon_options){.database = database,
	                                                  .secrets = folder,
	                                                  .public_url = "https://registry.example",
	                                                  .conf = "database_jobs = \"host=/nowhere\""});
	return 0;
}

static int end(void **state)
{
	daemon_free(d);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_stays),
		cmocka_unit_test(every_figure_stays),
		cmocka_unit_test(credentials_belong_to_the_unnamed),
		cmocka_unit_test(what_was_held_names_its_standard),
		cmocka_unit_test(numbers_go_on),
		cmocka_unit_test(the_schema_is_a_new_ones),
		cmocka_unit_test_setup(answers_are_the_same, start),
		cmocka_unit_test(credentials_verify_as_before),
		cmocka_unit_test(signed_addresses_answer),
		cmocka_unit_test(an_old_form_is_signed_anew),
		cmocka_unit_test(every_signature_is_stored),
		cmocka_unit_test(what_was_due_is_done),
		cmocka_unit_test(old_and_new_go_together),
		cmocka_unit_test(every_signature_is_stored),
	};
	glob_t releases;
	int failed = 0;
	if (glob("tests/upgrade/[0-9]*", 0, NULL, &releases) != 0)
		return 99;
	cluster = cluster_start();
	for (size_t i = 0; i < releases.gl_pathc; i++) {
		folder = releases.gl_pathv[i];
		failed += cmocka_run_group_tests_name(folder, tests, upgrade, end);
	}
	cluster_stop(cluster);
	globfree(&releases);
	return failed;
}
