/* tests/integration/test_db_plans.c - no plan depends on how full the tables were when it was made.
 *
 * Workers make each plan once and keep it. So the plans of every statement, of everything inside the
 * write functions and of foreign-key checks are read as a worker's connection makes them: in a
 * registry that has just begun, in one whose tables the server has analysed for the first time (it
 * does so after fifty rows), and in a full one, where it is also counted how many rows each step
 * looks at. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "db/settings.h"

/* Tables that stay small, whatever is issued: read whole they cost nothing. count_delta is kept
 * small by a background job. */
static const char *const small[] = {
	"level", "occupation", "work_type", "work_type_level", "standard", "standard_version", "standard_work_type",
	"standard_level", "standard_condition", "district", "area", "area_district",
	"organisation", "organisation_kind", "organisation_area", "programme", "goal", "counting_rule",
	"measure", "programme_measure", "programme_version", "counting", "policy", "policy_version",
	"status_clock", "journal_host", "count_grand", "count_delta", "schema_migration", "accreditation",
	"recognition", "agreement", "person_key", "agreement_title", "issuer_key",
};

enum { ROWS_MAX = 250 }; /* of a growing table, that one step of a statement may look at */

struct reading {
	const char *where; /* a statement's name, or the call that led to it */
	int plans, nested, faults;
	bool counted; /* with the numbers of rows */
};

static bool is_small(const char *table)
{
	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		if (strcmp(table, small[i]) == 0)
			return true;
	return false;
}

static void fault(struct reading *r, const char *what, const char *table, const char *query)
{
	print_error("%s: %s of %s in: %.300s\n", r->where, what, table, query);
	r->faults++;
}

static double number(const json_t *node, const char *member)
{
	return json_number_value(json_object_get(node, member));
}

/* A step that reads a growing table looks rows up by an index; a list may begin without a cursor,
 * when a LIMIT is above it. */
static void read_step(struct reading *r, const json_t *node, bool limited, const char *query)
{
	const char *type = json_string_value(json_object_get(node, "Node Type"));
	const char *table = json_string_value(json_object_get(node, "Relation Name"));
	if (type && table && !is_small(table)) {
		bool index = strncmp(type, "Index", 5) == 0;
		if (strcmp(type, "Seq Scan") == 0)
			fault(r, "sequential scan", table, query);
		if (index && !json_object_get(node, "Index Cond") && !limited)
			fault(r, "scan of a whole index", table, query);
		double rows = (number(node, "Actual Rows") + number(node, "Rows Removed by Filter") +
		               number(node, "Rows Removed by Index Recheck")) * number(node, "Actual Loops");
		if (r->counted && rows > ROWS_MAX)
			fault(r, "too many rows", table, query);
	}
	limited = limited || (type && strcmp(type, "Limit") == 0);
	size_t i;
	json_t *child;
	json_array_foreach(json_object_get(node, "Plans"), i, child)
		read_step(r, child, limited, query);
}

static void read_plan(struct reading *r, const char *text, const char *query)
{
	json_error_t error;
	json_t *json = json_loads(text, 0, &error);
	if (!json)
		fail_msg("%s: %s", error.text, text);
	const json_t *whole = json_is_array(json) ? json_array_get(json, 0) : json;
	read_step(r, json_object_get(whole, "Plan"), false,
	          query ? query : json_string_value(json_object_get(whole, "Query Text")));
	r->plans++;
	json_decref(json);
}

/* ---- the statements ---- */

/* A worker's connection, as the pool makes it for this lane; all of its settings hold. */
static PGconn *connect_lane(struct registry *reg, const char *role, enum db_lane lane)
{
	const char *keys[] = {"dbname", "options", NULL};
	const char *values[] = {cluster_conninfo(reg->cluster, reg->database, role),
	                        settings_of_lane(lane), NULL};
	PGconn *conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(conn) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(conn));
	return conn;
}

/* The statement's one plan, for whatever arguments. */
static void read_statement(struct reading *r, PGconn *conn, const struct statement_text *s)
{
	char sql[256];
	size_t n = (size_t)snprintf(sql, sizeof sql, "EXPLAIN (FORMAT JSON) EXECUTE %s", s->name);
	for (int i = 0; i < s->n_args; i++)
		n += (size_t)snprintf(sql + n, sizeof sql - n, "%sNULL", i ? "," : "(");
	if (s->n_args)
		snprintf(sql + n, sizeof sql - n, ")");
	PQclear(PQprepare(conn, s->name, s->text, 0, NULL));
	PGresult *res = PQexec(conn, sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", s->name, PQerrorMessage(conn));
	r->where = s->name;
	read_plan(r, PQgetvalue(res, 0, 0), s->name);
	PQclear(res);
}

static void ignore(void *arg, const PGresult *res)
{
}

/* Of the queries; what functions do is read where they do it. A recount reads everything. */
static void read_statements(struct reading *r, struct registry *reg)
{
	PGconn *conn = connect_lane(reg, "talent_worker", DB_READ);
	PQsetNoticeReceiver(conn, ignore, NULL);
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		const struct statement_text *s = &statements[i];
		if (strncmp(s->text, "SELECT \"", 8) != 0 && i != Q_PROGRESS_AUDIT &&
		    i != Q_PROGRESS_UNTIMELY && i != Q_PROGRESS_DOUBTFUL)
			read_statement(r, conn, s);
	}
	assert_true(r->plans > 30);
	PQfinish(conn);
}

/* ---- inside the functions ---- */

/* What a certificate and its people can live through. Names end with a turn's letter, so that it can
 * be lived through again. */
#define PLANNED "'[{\"slug\": \"x\", \"name\": \"x\", \"name_en\": \"x\", \"levels\": [{\"level\": \"4\", \"conditions\":" \
	" [{\"years\": 2}]}]}]'::json"
#define EXPORTED(part) \
	"SELECT count(*) FROM talent.organisation_export('0d0000ff-0000-4000-8000-000000000001', 'test', 'shili', '" part \
	"', NULL, 'other', NULL, 20, 400000)"
static const char *const worker_calls[] = {
	"SELECT test.exam('A$', '4')", "SELECT test.exam('B$', '5', NULL)",
	"SELECT test.exam('C$', '3', 'xingbo', talent._today(), 3)",
	"SELECT test.submit('A$', 'p1$', 80, 80, NULL, NULL, now(), 'key$', 'print')",
	"SELECT test.submit('A$', 'p1$', 80, 80, NULL, NULL, now(), 'key$', 'print')",
	"SELECT test.submit('A$', 'p1$', 80, 80)", "SELECT test.submit('A$', 'p2$', 50, 80)",
	"SELECT test.submit('A$', 'p3$')", "SELECT test.submit('B$', 'p1$', 80, 80)",
	"SELECT test.submit('B$', 'p4$', 80, 80, NULL, 'S000031000123' || to_char(talent._today(), 'YY')"
	" || '5' || lpad(ascii('$')::text, 6, '9'))",
	"SELECT test.exam('W$', '4', 'yunxuan')", "SELECT test.submit('W$', 'p8$', 80, 80)",
	"SELECT test.submit('C$', 'p5$', 80, 80)", "SELECT test.submit('C$', 'p6$', 80, 80)",
	"SELECT test.move('suspend', 'A$', 'p1$')", "SELECT test.move('reinstate', 'A$', 'p1$')",
	"SELECT test.move('revoke', 'A$', 'p1$')", "SELECT test.annul('B$', 'p1$')",
	"SELECT test.annul('C$', 'p6$')",
	"SELECT outcome FROM talent.certificate_reissue(NULL, 'test', NULL, NULL,"
	" test.number('B$', 'p4$'), gen_random_uuid(), uuid_send(gen_random_uuid()), 'z6Mkshili', 4711,"
	" ascii('$'), now(), test.document())",
	"SELECT outcome FROM talent.certificate_jwt_store('test', (SELECT version FROM"
	" talent.certificate_state s JOIN talent.certificate c ON c.id = s.certificate WHERE c.number ="
	" test.number('B$', 'p4$')), 'zDnshili', 'a.b.' || repeat('c', 86))",
	"SELECT test.session('S$')", "SELECT test.enrol('S$', 'p7$')", "SELECT test.enrol('S$', 'p1$')",
	"SELECT outcome FROM talent.session_enrol_list(NULL, 'test', NULL, NULL, test.session_id('S$'),"
	" ARRAY[md5('l1$')::uuid, md5('l2$')::uuid], to_json(ARRAY[test.person('p8$'), test.person('p7$')]))",
	"SELECT outcome FROM talent.session_attend(NULL, 'test', NULL, NULL, test.session_id('S$'), talent._today() - 3,"
	" ARRAY(SELECT id FROM talent.enrolment WHERE session = test.session_id('S$') ORDER BY id LIMIT 1), '{7.5}')",
	"SELECT outcome FROM talent.session_change(NULL, 'test', NULL, NULL, test.session_id('S$'), NULL,"
	" talent._today() - 29, talent._today() - 2, NULL, 30, NULL)",
	"SELECT outcome FROM talent.session_move(NULL, 'test', NULL, NULL, test.session_id('S$'), 'publish', NULL, NULL)",
	"SELECT outcome FROM talent.enrolment_withdraw(NULL, 'test', NULL, NULL, test.session_id('S$'), (SELECT id FROM"
	" talent.enrolment WHERE session = test.session_id('S$') ORDER BY id DESC LIMIT 1), 'other', NULL)",
	"SELECT test.exam('O$', '4')",
	"SELECT outcome FROM talent.exam_enrol(NULL, 'test', NULL, NULL, test.exam_id('O$'), json_build_array("
	"test.candidate('p7$'), test.candidate('p8$', 'x')))",
	"SELECT outcome FROM talent.exam_change(NULL, 'test', NULL, NULL, test.exam_id('O$'), json_build_object('session',"
	" test.session_id('S$')), NULL, true)",
	"SELECT outcome FROM talent.exam_enrol_session(NULL, 'test', NULL, NULL, test.exam_id('O$'))",
	"SELECT outcome FROM talent.exam_unenrol(NULL, 'test', NULL, NULL, test.exam_id('O$'), (SELECT id FROM"
	" talent.exam_candidate WHERE exam = test.exam_id('O$') ORDER BY id LIMIT 1), 'other', NULL)",
	"SELECT outcome FROM talent.exam_plan_file(NULL, 'test', NULL, NULL, json_build_object('id', gen_random_uuid(), 'exam',"
	" test.exam_id('O$'), 'candidates', 1, 'rooms', 1, 'invigilators', 2, 'staff', json_build_array(test.staff('1'))), NULL,"
	" NULL)",
	"SELECT outcome FROM talent.exam_change(NULL, 'test', NULL, NULL, test.exam_id('O$'), json_build_object('level', '3',"
	" 'held_on', talent._today() + 1, 'session', test.session_id('S$')), 1, false)",
	"SELECT outcome FROM talent.exam_end(NULL, 'test', NULL, NULL, test.exam_id('O$'), 'close', NULL, NULL)",
	"SELECT outcome FROM talent.exam_end(NULL, 'test', NULL, NULL, test.exam_id('O$'), 'reopen', 'x', NULL)",
	"SELECT outcome FROM talent.exam_end(NULL, 'test', NULL, NULL, test.exam_id('O$'), 'cancel', 'other', NULL)",
	"SELECT test.session('X$')", "SELECT test.enrol('X$', 'p7$')",
	"SELECT outcome FROM talent.session_move(NULL, 'test', NULL, NULL, test.session_id('X$'), 'cancel', 'other', NULL)",
	"SELECT test.complete('S$', 104)",
	"SELECT outcome FROM talent.token_create(NULL, 'test', NULL, NULL, md5('t$')::uuid, 'institution',"
	" (SELECT id FROM talent.organisation WHERE slug = 'shili'), '{}', 'x', sha256('t$'), NULL, NULL, NULL)",
	"SELECT outcome FROM talent.token_revoke(NULL, 'test', NULL, NULL, md5('t$')::uuid)",
	"SELECT outcome FROM talent.client_certificate_add(NULL, 'test', NULL, NULL, md5('c$')::uuid,"
	" 'auditor', NULL, '{}', 'x', sha256('c$'), NULL, NULL)",
	"SELECT outcome FROM talent.client_certificate_revoke(NULL, 'test', NULL, NULL, md5('c$')::uuid)",
	"SELECT outcome FROM talent.key_action_request('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('a$')::uuid, 'yunxuan', 'rotation', NULL, NULL)",
	"SELECT outcome FROM talent.key_action_approve('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL,"
	" md5('a$')::uuid, 'z6Mknew$', sha256('n$'), sha512('n$'), 'zDnnew$', sha512('n$'), sha512('n$'))",
	"SELECT outcome FROM talent.key_action_request('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('b$')::uuid, 'pujiang', 'rotation', NULL, NULL)",
	"SELECT outcome FROM talent.key_action_reject('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL,"
	" md5('b$')::uuid)",
	"SELECT outcome FROM talent.person_lookup(NULL, 'test', NULL, NULL, test.hash('p1$'), '310105', 'audit', NULL)",
	"SELECT outcome FROM talent.eligibility_ask(NULL, 'test', NULL, NULL, (SELECT id FROM talent.exam ORDER BY id LIMIT 1),"
	" row_to_json(test.person('p1$')), '5', 2, NULL, 'other')",
	"SELECT outcome FROM talent.person_lookup(NULL, 'test', NULL, NULL, test.hash('p1$'), NULL, 'audit', NULL)",
	"SELECT outcome FROM talent.person_report(NULL, 'test', NULL, NULL,"
	" (SELECT id FROM talent.person WHERE id_hash = test.hash('p1$')), 'audit', NULL)",
	"SELECT outcome FROM talent.erasure_request('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL, md5('e$')::uuid,"
	" (SELECT id FROM talent.person WHERE id_hash = test.hash('p2$')), 'other', NULL)",
	"SELECT outcome FROM talent.erasure_request('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL, md5('f$')::uuid,"
	" (SELECT id FROM talent.person WHERE id_hash = test.hash('p3$')), 'other', NULL)",
	"SELECT outcome FROM talent.erasure_reject('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL, md5('f$')::uuid)",
	"SELECT outcome FROM talent.erasure_approve('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL, md5('e$')::uuid, '{}', '{}', '{}')",
	"SELECT outcome FROM talent.staff_add('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('s$')::uuid, NULL, 'administrator', 'x', 'manages', '{}', md5('i$')::uuid, sha256('i$'), now() + '1 day')",
	"SELECT outcome FROM talent.staff_approve('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL,"
	" md5('s$')::uuid)",
	"SELECT outcome FROM talent.invitation_accept(NULL, 'test', NULL, NULL, sha256('i$'), md5('u$')::uuid,"
	" sha256('u$'), 'x', now() + '1 day')",
	"SELECT outcome FROM talent.staff_change('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('s$')::uuid, 'y', NULL, NULL, md5('q$')::uuid)",
	"SELECT outcome FROM talent.staff_reject('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL,"
	" md5('q$')::uuid)",
	"SELECT outcome FROM talent.staff_leave('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('s$')::uuid, NULL)",
	"SELECT outcome FROM talent.staff_add('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('v$')::uuid, NULL, 'auditor', 'x', 'reads', '{}', md5('j$')::uuid, sha256('j$'), now() + '1 day')",
	"SELECT outcome FROM talent.staff_invite('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL,"
	" md5('v$')::uuid, md5('k$')::uuid, sha256('k$'), now() + '1 day')",
	"SELECT retried FROM talent.job_retry(NULL, 'test', NULL, NULL, 'publish', 'x')",
	"SELECT touched FROM talent.credentials_touch(ARRAY[md5('t$')::uuid, md5('c$')::uuid])",
	"SELECT outcome FROM talent.programme_create(NULL, 'test', NULL, NULL, to_json(ROW(gen_random_uuid(), 'plans' ||"
	" ascii('$'), 'x', 'x', '2025-01-01', '2027-12-31', '31', NULL, NULL, '{trained_people}')::talent.new_programme), 'x')",
	"SELECT outcome FROM talent.programme_change(NULL, 'test', NULL, NULL, 'plans' || ascii('$'), 'y', NULL, NULL, NULL, 'x')",
	"SELECT outcome FROM talent.programme_count(NULL, 'test', NULL, NULL, 'plans' || ascii('$'), '{newly_certified}', 'y')",
	"SELECT outcome FROM talent.milestone_reach(NULL, 'test', NULL, NULL, 'hongqiao-cbd-2026', 'bases',"
	" talent._today(), 'x')",
	"SELECT outcome FROM talent.milestone_withdraw(NULL, 'test', NULL, NULL, 'hongqiao-cbd-2026', 'bases', 'x')",
	"SELECT outcome FROM talent.goal_set(NULL, 'test', NULL, NULL, 'shanghai-2025-27', 'plans$',"
	" '{\"title\":\"x\",\"title_en\":\"x\",\"target\":1,\"measures\":\"{trained_people}\",\"rule\":\"participation\","
	"\"rule_version\":1}', 'x')",
	"SELECT outcome FROM talent.site_change(NULL, 'test', NULL, NULL, (SELECT s.id FROM talent.site s WHERE s.organisation ="
	" (SELECT o.id FROM talent.organisation o WHERE o.slug = 'pujiang') LIMIT 1), NULL, NULL, NULL, 'supplied_later', NULL, NULL)",
	"SELECT test.exam('L$', '5', NULL, _body => 'pujiang')", "SELECT test.submit('L$', 'p9$', 80, 80)",
	"SELECT outcome FROM talent.exam_number(NULL, 'test', NULL, NULL, test.exam_id('L$'), json_build_array(json_build_object("
	"'person', test.person('p9$'), 'number', 'S000031000124' || to_char(talent._today(), 'YY') || '50009' || ascii('$'), 'printed_on',"
	" talent._today())))",
	"SELECT outcome FROM talent.recheck_request(NULL, 'test', NULL, NULL, md5('rc$')::uuid, test.assessment_id('C$', 'p6$'), 'other',"
	" NULL)",
	"SELECT outcome FROM talent.recheck_answer(NULL, 'test', NULL, NULL, md5('rc$')::uuid, NULL)",
	"SELECT outcome FROM talent.assessment_decide(NULL, 'test', NULL, NULL, test.assessment_id('W$', 'p8$'), 'veto', 'other', NULL)",
	"SELECT test.correct('A$', 'p2$', 80, 80)", "SELECT test.correct('A$', 'p3$', 50, 80)", "SELECT test.correct('B$', 'p1$', 81, 80)",
	"SELECT test.rename('B$', 'p4$', 'Other p4$')", "SELECT test.redocument('B$', 'p4$', 'q4$')",
	"SELECT outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.correction(md5('c$')::uuid,"
	" test.assessment_id('C$', 'p5$'), 'score', 81, 80))",
	"SELECT outcome FROM talent.correction_end(NULL, 'test', NULL, NULL, md5('c$')::uuid, 'refuse', 'other', NULL)",
	"SELECT test.submit('A$', 'm$', 50, 50)", "SELECT test.submit('B$', 'n$', 50, 50)", "SELECT test.link('m$', 'n$')",
	"SELECT outcome FROM talent.person_link_request('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL, md5('l$')::uuid,"
	" (SELECT id FROM talent.person WHERE id_hash = test.hash('p2$')), (SELECT id FROM talent.person WHERE id_hash = test.hash('p3$')),"
	" 'other', 'x', NULL)",
	"SELECT outcome FROM talent.person_link_reject('0d0000ff-0000-4000-8000-000000000002', 'test', NULL, NULL, md5('l$')::uuid)",
	"SELECT outcome FROM talent.policy_set(NULL, 'test', NULL, NULL, gen_random_uuid(), 'publicity_days',"
	" (ascii('$') % 50)::text, NULL, 'reason')",
	"SELECT outcome FROM talent.occupation_create(NULL, 'test', NULL, NULL, md5('o$')::uuid, '9-99-99-' || (ascii('$') % 90 + 10),"
	" '2022', 'x$', 'x')",
	"SELECT outcome FROM talent.standard_create(NULL, 'test', NULL, NULL, json_build_object('id', md5('s$')::uuid, 'name',"
	" 'x$/2020', 'occupation', '9-99-99-' || (ascii('$') % 90 + 10), 'edition', '2022', 'document', 'x', 'valid_from', '2020-01-01', 'work_types', "
	PLANNED "))",
	"SELECT outcome FROM talent.standard_version_add(NULL, 'test', NULL, NULL, json_build_object('standard', md5('s$')::uuid,"
	" 'valid_from', talent._today() + 9, 'work_types', " PLANNED "))",
	"SELECT outcome FROM talent.standard_end(NULL, 'test', NULL, NULL, md5('s$')::uuid, talent._today() + 10, false, NULL)",
	"SELECT outcome FROM talent.exam_move(NULL, 'test', NULL, NULL, md5('e$')::uuid, '互联网营销师/2021', NULL, 'x')",
	"SELECT exams FROM talent._standard_preview((SELECT id FROM talent.standard WHERE name = '互联网营销师/2021'),"
	" talent._today() + 9, NULL)",
	"SELECT outcome FROM talent.organisation_apply(NULL, 'test', NULL, NULL, json_build_object('id',"
	" md5('o$')::uuid, 'slug', NULL, 'credit_code', '9131011' || (ascii('$') % 10) || 'MA1TEXT144', 'name', 'x',"
	" 'kinds', '{school}', 'district', '310115'), 'x')",
	"SELECT outcome FROM talent.site_create(NULL, 'test', NULL, NULL, json_build_object('id', md5('t$')::uuid,"
	" 'organisation', 'shili', 'code', 's' || ascii('$'), 'name', 'x', 'district', '310115', 'number_prefix', 'J0000310002'"
	" || lpad((ascii('$') % 99)::text, 2, '0'), 'number_mode', 'minted', 'also_supplied', false))",
	"SELECT outcome FROM talent.site_change(NULL, 'test', NULL, NULL, '0d000000-0000-4000-8000-000000000012', 'x$', NULL,"
	" 'J0000310003' || lpad((ascii('$') % 99)::text, 2, '0'), NULL, NULL, NULL)",
	"SELECT outcome FROM talent.site_end(NULL, 'test', NULL, NULL, '0d000000-0000-4000-8000-000000000012',"
	" talent._today() + ascii('$'), 'other', NULL)",
	"SELECT outcome FROM talent.organisation_change(NULL, 'test', NULL, NULL, 'haolai', 'x$', NULL, NULL, NULL, NULL,"
	" NULL)",
	"SELECT outcome FROM talent.organisation_move(NULL, 'test', NULL, NULL, 'haolai', 'suspended', 'other', NULL)",
	"SELECT outcome FROM talent.organisation_move(NULL, 'test', NULL, NULL, 'haolai', 'reinstated', 'other', NULL)",
	EXPORTED("organisation"),
	EXPORTED("sites"),
	EXPORTED("staff"),
	EXPORTED("standing"),
	EXPORTED("sessions"),
	EXPORTED("enrolments"),
	EXPORTED("exams"),
	EXPORTED("results"),
	EXPORTED("certificates"),
	EXPORTED("history"),
	"SELECT added FROM talent.verification_records_add(test.verification_records('$', 50))",
	"SELECT outcome FROM talent.issuer_key_store(NULL, 'test', NULL, NULL, NULL, 'receipts', 'zDnOwn', sha512('x'),"
	" sha512('x'))",
	"SELECT outcome FROM talent.receipt_begin((SELECT reference FROM"
	" talent.verification_record LIMIT 1), 'valid', now(), 'zDnOwn', 'eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh$')",
	"SELECT outcome FROM talent.receipt_signed(sha256('eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh$'),"
	" sha512('x'))",
};
static const char *const jobs_calls[] = {
	"SELECT count(*) FROM talent.job_claim('publish', 'plans', 50, 60000, 3)",
	"SELECT count(*) FROM talent.job_claim('confirm', 'plans', 50, 60000, 3)",
	"SELECT count(*) FROM talent.job_claim('list_key', 'plans', 50, 60000, 3)",
	"SELECT count(*) FROM talent.job_claim('reseal', 'plans', 50, 60000, 3)",
	"SELECT count(*) FROM talent.person_boxes(ARRAY[md5('x')::uuid])",
	"SELECT resealed FROM talent.person_reseal('test', ARRAY[md5('x')::uuid], ARRAY['00'], ARRAY['00'], 2)",
	"SELECT begun FROM talent.keys_begin(100)",
	"SELECT count(*) FROM talent.job_claim('verify', 'plans', 50, 60000, 3)",
	"SELECT failed FROM talent.job_failed('publish', 'plans', ARRAY[test.assessment_id('C$', 'p5$')::text],"
	" 'why', 1000, true, true, 3)",
	"SELECT ended FROM talent.job_end('verify', 'plans', ARRAY(SELECT serial::text FROM"
	" talent.unverified_signature LIMIT 3), '{}')",
	"SELECT swept FROM talent.job_sweep(100)",
	"SELECT count(*) FROM talent.job_progress()",
	"SELECT test.publish('C$', 'p5$')",
	"SELECT folded FROM talent.counts_fold(1000)",
	"SELECT purged FROM talent.idempotency_purge('1 day', 1000)",
	"SELECT forgotten FROM talent.verification_records_forget(100)",
	"SELECT failed FROM talent.signatures_verified('test', ARRAY(SELECT u.serial FROM"
	" talent.unverified_signature u ORDER BY u.serial LIMIT 3), ARRAY(SELECT max(u.serial) FROM"
	" talent.unverified_signature u), '{differs}')",
};

/* By the innermost function: what the test's own helpers ask is no statement of the registry. */
static bool is_ours(const char *context)
{
	static const char plpgsql[] = "PL/pgSQL function ";
	const char *at = context ? strstr(context, "function ") : NULL;
	if (!at || at < context + strlen("PL/pgSQL "))
		return false;
	at -= strlen("PL/pgSQL ");
	return strncmp(at, plpgsql, strlen(plpgsql)) == 0 && strncmp(at + strlen(plpgsql), "test.", 5) != 0;
}

static void on_plan(void *arg, const PGresult *res)
{
	struct reading *r = arg;
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *plan = text ? strstr(text, "plan:\n") : NULL;
	const char *context = PQresultErrorField(res, PG_DIAG_CONTEXT);
	bool check = plan && strstr(plan, "SELECT 1 FROM ONLY"); /* a foreign key's */
	if (!plan || (!check && !is_ours(context)))
		return;
	read_plan(r, plan + strlen("plan:\n"), NULL);
	r->nested++;
}

static void call_all(struct reading *r, struct registry *reg, const char *role,
                     const char *const *calls, size_t n, char turn)
{
	PGconn *conn = connect_lane(reg, role, DB_WRITE);
	PQsetNoticeReceiver(conn, on_plan, r);
	for (size_t i = 0; i < n; i++) {
		char sql[700];
		snprintf(sql, sizeof sql, "%s", calls[i]);
		for (char *p = sql; (p = strchr(p, '$')) != NULL;)
			*p = turn;
		r->where = calls[i];
		int before = r->nested;
		PGresult *res = PQexec(conn, sql);
		if (PQresultStatus(res) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", sql, PQerrorMessage(conn));
		PQclear(res);
		if (r->nested == before)
			fail_msg("%s: no plan was read", sql);
	}
	PQfinish(conn);
}

static void call_functions(struct reading *r, struct registry *reg, char turn)
{
	call_all(r, reg, "talent_worker", worker_calls, ARRAY_LEN(worker_calls), turn);
	cluster_sql(reg->cluster, reg->database,
	            "SET session_replication_role = replica; UPDATE talent.assessment SET publish_on ="
	            " current_date - 1 WHERE state = 'awaiting_publication'");
	call_all(r, reg, "talent_jobs", jobs_calls, ARRAY_LEN(jobs_calls), turn);
}

/* ---- the two registries ---- */

/* Every plan that a session makes is sent to it as a notice; rows are counted when asked for. */
static void open_registry(struct registry *reg, bool counted)
{
	static const char *const settings[] = {
		"session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0",
		"auto_explain.log_nested_statements = on", "auto_explain.log_timing = off",
		"auto_explain.log_format = 'json'", "auto_explain.log_level = 'notice'",
		"auto_explain.log_analyze = on", /* last */
	};
	registry_open(reg);
	for (size_t i = 0; i < ARRAY_LEN(settings) - !counted; i++) {
		char sql[200];
		snprintf(sql, sizeof sql, "ALTER DATABASE %s SET %s", reg->database, settings[i]);
		cluster_sql(reg->cluster, reg->database, sql);
	}
}

static void fill(struct registry *reg, const char *pairs)
{
	setenv("FILL_PAIRS", pairs, 1);
	cluster_file(reg->cluster, reg->database, "tests/bench/fill.sql");
}

static void a_registry_that_begins(void **state)
{
	struct registry reg = {.cluster = *state};
	struct reading r = {0};
	open_registry(&reg, false);
	read_statements(&r, &reg);
	call_functions(&r, &reg, 'X');
	registry_close(&reg);
	assert_int_equal(r.faults, 0);
	assert_true(r.nested > 200);
}

static void a_registry_first_analysed(void **state)
{
	struct registry reg = {.cluster = *state};
	struct reading r = {0};
	open_registry(&reg, false);
	fill(&reg, "60");
	read_statements(&r, &reg);
	call_functions(&r, &reg, 'Y');
	registry_close(&reg);
	assert_int_equal(r.faults, 0);
	assert_true(r.nested > 200);
}

static void a_full_registry(void **state)
{
	struct registry reg = {.cluster = *state};
	struct reading r = {.counted = true};
	open_registry(&reg, true);
	fill(&reg, "5000");
	read_statements(&r, &reg);
	call_functions(&r, &reg, 'Z');
	registry_close(&reg);
	assert_int_equal(r.faults, 0);
	assert_true(r.nested > 200);
}

/* The reading sees what it is to see: without the settings, after the first analysis, there are
 * sequential scans. */
static void without_the_settings(void **state)
{
	struct registry reg = {.cluster = *state};
	struct reading r = {0};
	registry_open(&reg);
	fill(&reg, "60");
	PGconn *conn = registry_connect(&reg, "talent_worker");
	read_statement(&r, conn, &statements[Q_VERDICT_BY_NUMBER]);
	PQfinish(conn);
	registry_close(&reg);
	assert_true(r.faults > 0);
}

static int begin(void **state)
{
	*state = cluster_start();
	return 0;
}

static int end(void **state)
{
	cluster_stop(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_registry_that_begins),
		cmocka_unit_test(a_registry_first_analysed),
		cmocka_unit_test(a_full_registry),
		cmocka_unit_test(without_the_settings),
	};
	return cmocka_run_group_tests_name("db_plans", tests, begin, end);
}
