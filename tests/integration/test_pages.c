/* tests/integration/test_pages.c - lists page by page while rows come in: each row that was there and is for
 * this caller is shown once, no other ever, and a cursor is the key of a row that was shown. */
#include "../lib/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "base/attr.h"
#include "web/cursor.h"

static struct daemon *d;
static char session[40]; /* of shili, with people */

/* Ids that are no UUIDv7 come to stand anywhere among the others. */
#define MORE(n) \
	"INSERT INTO talent.training_session (id, institution, title, occupation, edition, work_type, level," \
	" starts_on, ends_on, hours, capacity, district) SELECT gen_random_uuid(), o.id, 'x', '4-01-06-02'," \
	" '2022', w.slug, '4', '2026-01-05', '2026-01-09', 40, 40, o.district FROM talent.organisation o," \
	" generate_series(1, " #n "), LATERAL (SELECT slug FROM talent.work_type WHERE occupation = '4-01-06-02'" \
	" AND edition = '2022' AND name = '直播销售员') w WHERE o.slug IN ('shili', 'pujiang');" \
	"INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, partner, held_on, district, late_reason)" \
	" SELECT gen_random_uuid(), o.id, gen_random_uuid()::text, '4-01-06-02', '2022', w.slug, '4'," \
	" CASE WHEN o.slug = 'shili' THEN (SELECT id FROM talent.organisation WHERE slug = 'xingbo') END," \
	" '2026-11-02', o.district, 'x' FROM talent.organisation o, generate_series(1, " #n ")," \
	" LATERAL (SELECT slug FROM talent.work_type WHERE occupation = '4-01-06-02'" \
	" AND edition = '2022' AND name = '直播销售员') w WHERE o.slug IN ('shili', 'pujiang');" \
	"INSERT INTO talent.key_action (id, organisation, action, requested_by, state, decided_at)" \
	" SELECT gen_random_uuid(), o.id, 'rotation', gen_random_uuid(), 'expired', now()" \
	" FROM talent.organisation o, generate_series(1, " #n ") WHERE o.slug IN ('shili', 'pujiang');" \
	"INSERT INTO talent.token (id, role, districts, label, hash, expires_at)" \
	" SELECT gen_random_uuid(), 'auditor', '{}', 'x', sha256(gen_random_uuid()::text::bytea), now()" \
	" FROM generate_series(1, " #n ");" \
	"INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx, state, journal," \
	" line) SELECT x.id, x.id, x.id::text, o.id, 1, 0, 'valid', (SELECT id FROM talent.journal_host LIMIT 1), x.i" \
	" FROM talent.organisation o, LATERAL (SELECT gen_random_uuid() AS id, i FROM generate_series(1, 2 * " #n ") i" \
	" WHERE o.id IS NOT NULL) x WHERE o.slug = 'shili';" \
	"INSERT INTO talent.adoption (id, version, number, holder, requested_by, state, decided_at)" \
	" SELECT gen_random_uuid(), l.version, l.number, 'x', gen_random_uuid()," \
	" CASE WHEN l.line % 2 = 0 THEN 'awaiting_approval' ELSE 'expired' END," \
	" CASE WHEN l.line % 2 = 0 THEN NULL ELSE now() END" \
	" FROM talent.lost_certificate l WHERE NOT EXISTS" \
	" (SELECT FROM talent.adoption a WHERE a.number = l.number)"

/* ---- what was shown ---- */

enum { SHOWN_MAX = 600, KEY_MAX = 80 };

struct walk {
	const char *key; /* the member that tells items apart */
	char shown[SHOWN_MAX][KEY_MAX];
	int n;
};

static int times(const struct walk *w, const char *key)
{
	int n = 0;
	for (int i = 0; i < w->n; i++)
		n += strcmp(w->shown[i], key) == 0;
	return n;
}

static void take(struct walk *w, const json_t *items)
{
	json_t *item;
	size_t i;
	json_array_foreach(items, i, item) {
		const json_t *key = json_object_get(item, w->key);
		assert_true(w->n < SHOWN_MAX);
		if (json_is_integer(key))
			snprintf(w->shown[w->n], KEY_MAX, "%lld", (long long)json_integer_value(key));
		else
			snprintf(w->shown[w->n], KEY_MAX, "%s", json_string_value(key));
		assert_int_equal(times(w, w->shown[w->n]), 0);
		w->n++;
	}
}

/* The address in <>, without the host. */
static bool follow(const struct answer *a, char next[static 600])
{
	const char *link = answer_header(a, "Link");
	if (!link) {
		assert_true(json_is_null(answer_at(a, "next_cursor")));
		return false;
	}
	assert_int_equal(sscanf(link, "<%599[^>]>; rel=\"next\"", next), 1);
	assert_non_null(strstr(next, answer_text(a, "next_cursor")));
	return true;
}

/* Every page but the last is full. */
static void walk(struct walk *w, const char *path, const char *items, enum daemon_token by, int limit,
                 int disturbed)
{
	char next[600];
	snprintf(next, sizeof next, "%s%climit=%d", path, strchr(path, '?') ? '&' : '?', limit);
	for (bool on = true; on;) {
		const struct answer *a =
			expect_status(ASK(d->https, .path = next, .token = by == BY_NOBODY ? NULL : d->token[by]), 200);
		const json_t *list = answer_at(a, items);
		assert_true(json_is_array(list));
		take(w, list);
		on = follow(a, next);
		assert_true(!on || (int)json_array_size(list) == limit);
		if (on && disturbed-- > 0)
			cluster_sql(d->cluster, d->database, MORE(1));
	}
}

/* To be freed. */
static char *keys_of(const char *sql)
{
	PGconn *conn = cluster_connect(d->cluster, d->database, NULL);
	PGresult *res = PQexec(conn, sql);
	assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
	char *keys = strdup(PQgetvalue(res, 0, 0));
	PQclear(res);
	PQfinish(conn);
	return keys;
}

/* Each key that this statement finds now is shown once in a walk that is disturbed. */
static void expect_all(const char *path, const char *items, const char *key, enum daemon_token by,
                       const char *sql)
{
	static struct walk w;
	char *there = keys_of(sql), *rest = there;
	w = (struct walk){.key = key};
	walk(&w, path, items, by, 3, 2);
	int n = 0;
	for (char *one; (one = strsep(&rest, ",")) && *one; n++)
		if (times(&w, one) != 1)
			fail_msg("%s by %d: %s shown %d times", path, by, one, times(&w, one));
	free(there);
	if (n == 0 && w.n > 0)
		fail_msg("%s by %d: %d shown to nobody", path, by, w.n);
}

#define IDS(table, where) "SELECT string_agg(id::text, ',') FROM talent." table " WHERE " where
#define OF(column, slug) column " = (SELECT id FROM talent.organisation WHERE slug = '" slug "')"

static void own_rows_once_and_no_others(void **state)
{
	static const struct {
		const char *path;
		enum daemon_token by;
		const char *sql, *foreign; /* ids that are never shown */
	} cases[] = {
		{"/v1/sessions", BY_SHILI, IDS("training_session", OF("institution", "shili")),
		 IDS("training_session", "NOT " OF("institution", "shili"))},
		{"/v1/sessions", BY_DISTRICT, IDS("training_session", "district = '310105'"),
		 IDS("training_session", "district <> '310105'")},
		{"/v1/sessions", BY_AUDITOR, IDS("training_session", "true"), NULL},
		{"/v1/exams", BY_PUJIANG, IDS("exam", OF("body", "pujiang")), IDS("exam", "NOT " OF("body", "pujiang"))},
		{"/v1/exams", BY_XINGBO, IDS("exam", OF("partner", "xingbo")), IDS("exam", "partner IS NULL")},
		{"/v1/exams", BY_YUNXUAN, IDS("exam", "false"), IDS("exam", "true")},
		{"/v1/exams", BY_DISTRICT, IDS("exam", "district = '310105'"), IDS("exam", "district <> '310105'")},
		{"/v1/exams", BY_ADMIN, IDS("exam", "true"), NULL},
	};
	static struct walk w;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		expect_all(cases[i].path, "items", "id", cases[i].by, cases[i].sql);
		if (!cases[i].foreign)
			continue;
		w = (struct walk){.key = "id"};
		walk(&w, cases[i].path, "items", cases[i].by, 7, 0);
		char *rest = keys_of(cases[i].foreign), *at = rest;
		for (char *one; (one = strsep(&at, ",")) && *one;)
			assert_int_equal(times(&w, one), 0);
		free(rest);
	}
}

static void lists_of_the_registry(void **state)
{
	char enrolments[96], sql[200];
	snprintf(enrolments, sizeof enrolments, "/v1/sessions/%s/enrolments", session);
	snprintf(sql, sizeof sql, IDS("enrolment", "session = '%s'"), session);
	expect_all("/v1/key-actions", "items", "id", BY_ADMIN, IDS("key_action", "true"));
	expect_all("/v1/adoptions", "items", "id", BY_AUDITOR, IDS("adoption", "true"));
	expect_all("/v1/adoptions?state=awaiting_approval", "items", "id", BY_AUDITOR,
	           IDS("adoption", "state = 'awaiting_approval'"));
	expect_all("/v1/adoptions?state=expired", "items", "id", BY_AUDITOR, IDS("adoption", "state = 'expired'"));
	expect_all("/v1/areas", "items", "area", BY_AUDITOR, "SELECT string_agg(slug, ',') FROM talent.area");
	expect_all("/v1/programmes", "items", "programme", BY_AUDITOR, "SELECT string_agg(slug, ',') FROM talent.programme");
	expect_all("/v1/policies", "items", "policy", BY_AUDITOR, "SELECT string_agg(name, ',') FROM talent.policy");
	expect_all("/v1/tokens", "items", "id", BY_ADMIN, IDS("token", "true"));
	expect_all("/v1/audit", "items", "id", BY_AUDITOR, IDS("audit", "true"));
	expect_all(enrolments, "items", "id", BY_SHILI, sql);
	expect_all("/v1/issuers/shili/keys", "items", "key_id", BY_ADMIN,
	           "SELECT string_agg(key, ',') FROM talent.issuer_key WHERE " OF("organisation", "shili"));
	expect_all("/issuers", "items", "slug", BY_NOBODY,
	           "SELECT string_agg(slug, ',') FROM talent.organisation o"
	           " WHERE EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id)");
	expect_all("/issuers/shili/status", "items", "url", BY_NOBODY, "SELECT ''");
}

/* Each filter leaves some and takes some away: the same as SQL says. */
static void lists_by_what_is_asked(void **state)
{
#define SLUGS(where) "SELECT string_agg(o.slug, ',') FROM talent.organisation o WHERE " where
#define STANDING(table, of, where) \
	"SELECT string_agg(s.id::text, ',') FROM talent." table " s JOIN talent.organisation o ON o.id = s." of " WHERE " where
	static const struct {
		const char *path, *items, *key, *all, *sql;
	} cases[] = {
		{"/v1/organisations?district=310105", "items", "slug", SLUGS("true"), SLUGS("o.district = '310105'")},
		{"/v1/organisations?area=hongqiao-cbd", "items", "slug", SLUGS("true"),
		 SLUGS("EXISTS (SELECT FROM talent.organisation_area a WHERE a.organisation = o.id AND a.area = 'hongqiao-cbd')")},
		{"/v1/organisations?text=SHILI", "items", "slug", SLUGS("true"), SLUGS("o.slug LIKE '%shili%'")},
		{"/v1/accreditations?occupation=4-01-06-02", "items", "id", STANDING("accreditation", "body", "true"),
		 STANDING("accreditation", "body", "s.occupation = '4-01-06-02'")},
		{"/v1/accreditations?district=310105", "items", "id", STANDING("accreditation", "body", "true"),
		 STANDING("accreditation", "body", "o.district = '310105'")},
		{"/v1/recognitions?occupation=4-01-06-02", "items", "id", STANDING("recognition", "company", "true"),
		 STANDING("recognition", "company", "s.occupation = '4-01-06-02'")},
		{"/v1/recognitions?district=310112", "items", "id", STANDING("recognition", "company", "true"),
		 STANDING("recognition", "company", "o.district = '310112'")},
		{"/v1/agreements?occupation=4-01-06-02", "items", "id", STANDING("agreement", "body", "true"),
		 STANDING("agreement", "body", "EXISTS (SELECT FROM talent.agreement_title t WHERE t.agreement = s.id"
		                               " AND t.occupation = '4-01-06-02')")},
		{"/v1/agreements?district=310105", "items", "id", STANDING("agreement", "body", "true"),
		 STANDING("agreement", "body", "o.district = '310105'")},
		{"/v1/staff?role=administrator", "items", "id", IDS("staff", "true"), IDS("staff", "role = 'administrator'")},
		{"/v1/staff?state=left", "items", "id", IDS("staff", "true"), IDS("staff", "left_at IS NOT NULL")},
		{"/v1/staff?text=zhou%20MIN", "items", "id", IDS("staff", "true"), IDS("staff", "name = 'Zhou Min'")},
		{"/v1/organisations/shili/staff?role=institution", "items", "id", IDS("staff", "true"),
		 IDS("staff", "role = 'institution' AND " OF("organisation", "shili"))},
		{"/v1/organisations/shili/sites?district=310105", "items", "id", IDS("site", OF("organisation", "shili")),
		 IDS("site", "district = '310105' AND " OF("organisation", "shili"))},
		{"/v1/organisations/shili/sites?on=2099-01-01", "items", "id", IDS("site", OF("organisation", "shili")),
		 IDS("site", "coalesce(valid_to, 'infinity') >= '2099-01-01' AND " OF("organisation", "shili"))},
		{"/v1/occupations?text=4-01-06", "occupations", "code", "SELECT string_agg(code, ',') FROM talent.occupation",
		 "SELECT string_agg(code, ',') FROM talent.occupation WHERE code LIKE '4-01-06%'"},
		{"/v1/occupations?text=%E4%B8%BB%E6%92%AD", "occupations", "code",
		 "SELECT string_agg(code, ',') FROM talent.occupation",
		 "SELECT string_agg(code, ',') FROM talent.occupation WHERE name LIKE '%主播%'"},
	};
	static struct walk w;
	cluster_sql(d->cluster, d->database, /* one that is otherwise than the others */
	            "INSERT INTO talent.staff (id, role, name, rights, admission, admitted_at, named_at, left_at)"
	            " VALUES (gen_random_uuid(), 'auditor', 'Zhou Min', 'reads', 'owner', now(), now(), now());"
	            "INSERT INTO talent.site (id, organisation, code, name, district, number_mode, valid_to, end_reason)"
	            " SELECT gen_random_uuid(), o.id, 'pudong', '浦东分部', '310115', 'supplied', '2098-12-31', 'closed'"
	            " FROM talent.organisation o WHERE o.slug = 'shili';"
	            "INSERT INTO talent.agreement (id, body, company, window_days, valid_from, valid_to, state)"
	            " SELECT gen_random_uuid(), b.id, c.id, 0, '2000-01-01', '2000-12-31', 'approved'"
	            " FROM talent.organisation b, talent.organisation c WHERE b.slug = 'pujiang' AND c.slug = 'yunxuan'");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *want = keys_of(cases[i].sql), *all = keys_of(cases[i].all), *rest = want;
		w = (struct walk){.key = cases[i].key};
		walk(&w, cases[i].path, cases[i].items, BY_ADMIN, 2, 0);
		int n = 0;
		if (w.n == 0 || strlen(want) >= strlen(all))
			fail_msg("%s: %d shown, %s of %s: nothing tells the filter", cases[i].path, w.n, want, all);
		for (char *one; (one = strsep(&rest, ",")) && *one; n++)
			if (times(&w, one) != 1)
				fail_msg("%s: %s shown %d times", cases[i].path, one, times(&w, one));
		if (w.n != n)
			fail_msg("%s: %d shown instead of %d", cases[i].path, w.n, n);
		free(want);
		free(all);
	}
}

/* An occupation is one item, however many rows its work types and levels are. */
static void occupations(void **state)
{
	static struct walk w;
	w = (struct walk){.key = "code"};
	const struct answer *whole = expect_status(ASK(d->https, .path = "/v1/occupations"), 200);
	const json_t *all = answer_at(whole, "occupations");
	assert_true(json_array_size(all) > 2);
	assert_string_equal(answer_text(whole, "occupations.2.code"), "4-01-06-02");
	assert_true(json_array_size(answer_at(whole, "occupations.2.work_types")) > 1);
	assert_string_equal(answer_text(whole, "occupations.2.work_types.0.levels.1.level"), "4");
	assert_int_equal(answer_int(whole, "occupations.2.work_types.0.levels.0.min_hours"), 120);
	walk(&w, "/v1/occupations", "occupations", BY_NOBODY, 1, 0);
	assert_int_equal(w.n, json_array_size(all));
}

static void adoptions_that_wait_come_first(void **state)
{
	const struct answer *a =
		expect_status(ASK(d->https, .path = "/v1/adoptions?limit=200", .token = d->token[BY_AUDITOR]), 200);
	const json_t *items = answer_at(a, "items");
	bool over = false;
	json_t *item;
	size_t i;
	json_array_foreach(items, i, item) {
		bool waits = strcmp(json_string_value(json_object_get(item, "state")), "awaiting_approval") == 0;
		assert_false(over && waits);
		over = !waits;
	}
	assert_true(over);
}

/* A cursor of another list, of an earlier version, or of nothing. */
static void what_is_no_cursor(void **state)
{
	static const char *const lists[] = {"/v1/sessions", "/v1/key-actions", "/v1/adoptions", "/v1/tokens", "/v1/audit",
	                                    "/issuers", "/issuers/shili/status", "/v1/occupations"};
	char path[600];
	const struct answer *a =
		expect_status(ASK(d->https, .path = "/v1/exams?limit=1", .token = d->token[BY_ADMIN]), 200);
	const char *const bad[] = {answer_text(a, "next_cursor"), "00000000-0000-4000-8000-000000000001", "x", ""};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t k = 0; k < ARRAY_LEN(bad); k++) {
			snprintf(path, sizeof path, "%s?after=%s", lists[i], bad[k]);
			expect_problem(ASK(d->https, .path = path, .token = d->token[BY_ADMIN]), 400, "invalid_query");
		}
}

/* The same rows as a table: page by page, each with its head, until no Link is left. */
static void pages_as_csv(void **state)
{
	char next[600];
	int rows = 0, want = atoi(cluster_ask(d->cluster, d->database,
	                                      "SELECT count(*) FROM talent.enrolment"));
	snprintf(next, sizeof next, "/v1/sessions/%s/enrolments?limit=3", session);
	for (const char *link = next; link;) {
		const struct answer *a = expect_status(
			ASK(d->https, .path = next, .token = d->token[BY_SHILI], .accept = "text/csv"), 200);
		assert_string_equal(answer_header(a, "Content-Type"), "text/csv; charset=utf-8");
		assert_string_equal(answer_header(a, "Vary"), "Accept");
		assert_memory_equal(a->body, "\xef\xbb\xbfid,state,since,", 18);
		for (const char *end = a->body; (end = strstr(end, "\r\n")); end += 2)
			rows++;
		rows--; /* the head */
		assert_non_null(strstr(a->body, ",甲乙丙,resident_id,"));
		link = answer_header(a, "Link");
		if (link)
			assert_int_equal(sscanf(link, "<%599[^>]>; rel=\"next\"", next), 1);
	}
	assert_int_equal(rows, want);
}

static void prepare(void)
{
	char body[400], path[96];
	static const char joined[] = "SELECT EXISTS (SELECT FROM talent.journal_host)";
	while (strcmp(cluster_ask(d->cluster, d->database, joined), "t") != 0) /* the runner's limit ends it */
		usleep(20000);
	cluster_sql(d->cluster, d->database, MORE(4));
	snprintf(session, sizeof session, "%s",
	         cluster_ask(d->cluster, d->database,
	                     "SELECT id FROM talent.training_session WHERE " OF("institution", "shili") " LIMIT 1"));
	snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", session);
	for (unsigned i = 0; i < 7; i++) {
		snprintf(body, sizeof body,
		         "{\"candidate\":{\"name\":\"甲乙丙\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}",
		         daemon_resident_id(i));
		expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI], .body = body), 201);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adoptions_that_wait_come_first),
		cmocka_unit_test(own_rows_once_and_no_others),
		cmocka_unit_test(lists_of_the_registry),
		cmocka_unit_test(lists_by_what_is_asked),
		cmocka_unit_test(occupations),
		cmocka_unit_test(what_is_no_cursor),
		cmocka_unit_test(pages_as_csv),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	prepare();
	int failed = cmocka_run_group_tests_name("pages", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
