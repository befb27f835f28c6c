/* tests/integration/test_policy.c - a walk over every route, every kind of caller and objects of
 * two organisations: what is allowed is exactly what `talentd routes` prints for an auditor. */
#include "../lib/objects.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/cluster.h"
#include "api/api.h"
#include "base/attr.h"
#include "db/statement.h"
#include "web/route.h"

static struct daemon *d;

/* ---- what an auditor is told ---- */

enum { CELLS = 5, LINES_MAX = 256 };
static const enum role columns[CELLS] = {ROLE_INSTITUTION, ROLE_COMPANY, ROLE_ADMINISTRATOR,
                                         ROLE_AUDITOR, ROLE_EMPLOYER};
static struct line {
	char method[8], path[80], cell[CELLS][16], right[8], nobody[8];
} matrix[LINES_MAX];
static size_t n_lines;

static void read_matrix(void)
{
	char command[300], text[300];
	snprintf(command, sizeof command, "%s routes", getenv("TALENT_BIN"));
	FILE *f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof text, f)); /* the heading */
	while (n_lines < LINES_MAX && fgets(text, sizeof text, f)) {
		struct line *l = &matrix[n_lines++];
		assert_int_equal(sscanf(text, "%7s %79s %15s %15s %15s %15s %15s %7s %7s", l->method, l->path,
		                        l->cell[0], l->cell[1], l->cell[2], l->cell[3], l->cell[4],
		                        l->right, l->nobody), 9);
	}
	assert_int_equal(pclose(f), 0);
}

static const struct line *line_of(const struct route *r)
{
	for (size_t i = 0; i < n_lines; i++)
		if (strcmp(matrix[i].path, r->path) == 0 &&
		    strcmp(matrix[i].method, http_method_name(r->method)) == 0)
			return &matrix[i];
	fail_msg("%s is not printed", r->name);
	return NULL;
}

static const char *access_of(const struct route *r, enum role role)
{
	const struct line *l = line_of(r);
	size_t i = 0;
	while (columns[i] != role)
		i++;
	return l->cell[i];
}

static bool is_about_owners(const char *access)
{
	return strcmp(access, "own") == 0 || strcmp(access, "partner") == 0 ||
	       strcmp(access, "district") == 0;
}

static const struct caller {
	enum role role;
	int refused;        /* 0, or what every closed route answers */
	bool owns[OWNERS];
	bool limited;       /* to districts */
} callers[DAEMON_TOKENS + 1] = {
	[BY_SHILI] = {ROLE_INSTITUTION, 0, {true, false}, false},
	[BY_PUJIANG] = {ROLE_INSTITUTION, 0, {false, true}, false},
	[BY_XINGBO] = {ROLE_COMPANY, 0, {true, false}, false}, /* partner of shili's exam */
	[BY_YUNXUAN] = {ROLE_COMPANY, 0, {false, false}, false},
	[BY_ADMIN] = {ROLE_ADMINISTRATOR, 0, {true, true}, false},
	[BY_SECOND] = {ROLE_ADMINISTRATOR, 0, {true, true}, false},
	[BY_DISTRICT] = {ROLE_ADMINISTRATOR, 0, {true, false}, true},
	[BY_ELSEWHERE] = {ROLE_ADMINISTRATOR, 0, {false, false}, true},
	[BY_AUDITOR] = {ROLE_AUDITOR, 0, {true, true}, false},
	[BY_EMPLOYER] = {ROLE_EMPLOYER, 0, {false, false}, false},
	[BY_EXPIRED] = {ROLE_INSTITUTION, 401, {true, false}, false},
	[BY_REVOKED] = {ROLE_INSTITUTION, 401, {true, false}, false},
	[BY_SUSPENDED] = {ROLE_INSTITUTION, 403, {false, false}, false},
	[BY_NOBODY] = {ROLE_INSTITUTION, 401, {false, false}, false},
};

static const struct answer *ask_as(int by, const struct route *r, enum owner owner)
{
	const char *path = objects_address(r, by, owner);
	if (!path)
		fail_msg("%s: this test has no object for %s", r->name, r->path);
	return ASK(d->https, .method = http_method_name(r->method), .path = path, .body = objects_body(r, by),
	           .token = by == BY_NOBODY ? NULL : d->token[by]);
}

/* ---- the walk ---- */

static void expect_refusal(const struct answer *a, const struct caller *c, const struct route *r,
                           bool role_fits)
{
	if (c->refused == 401)
		expect_problem(a, 401, "unauthenticated");
	else if (c->refused == 403 && !r->while_suspended)
		expect_problem(a, 403, "caller_suspended");
	else if (!role_fits)
		expect_problem(a, 403, "forbidden");
	else
		expect_problem(a, 404, "not_found");
}

static void expect_allowed(const struct answer *a, const struct route *r, int by)
{
	if (a->status == 401 || a->status == 403 || a->status == 404 || a->status >= 500)
		fail_msg("%s by %d: %d %s", r->name, by, a->status, a->body);
}

/* What follows from the descriptor: who is known, then role and right, then whose it is. */
static void walk_one(const struct route *r, int by, enum owner owner, bool enough)
{
	const struct caller *c = &callers[by];
	const char *access = access_of(r, c->role);
	bool role_fits = enough && strcmp(access, "-") != 0 && !(strcmp(access, "city") == 0 && c->limited);
	bool owned = !is_about_owners(access) || !strchr(r->path, '{') || c->owns[owner];
	const struct answer *a = ask_as(by, r, owner);
	if (!c->refused && role_fits && owned)
		expect_allowed(a, r, by);
	else
		expect_refusal(a, c, r, role_fits);
}

/* Somebody with each kind of document, in what the walk shows of shili. */
static void enrol_everybody(void)
{
	static const char *const documents[][3] = {{"resident_id", "31019919870516001X", ""},
	                                           {"hmt_residence", "810000199208150131", ""},
	                                           {"foreign_pr", "932682198501010017", ""},
	                                           {"passport", "E88123457", "\"id_country\":\"SGP\","},
	                                           {"hm_permit", "H12348765", ""},
	                                           {"tw_permit", "87651234", ""}};
	static const char *const names[] = {"秦一", "秦二", "秦三", "QIN FOUR", "秦五", "秦六"};
	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		char path[96], body[400];
		const char *number = documents[i][1];
		snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", objects[SHILIS].session);
		snprintf(body, sizeof body, "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"%s\",%s\"id_number\":\"%s\"}}", names[i],
		         documents[i][0], documents[i][2], number);
		expect_status(ASK(d->https, .path = path, .body = body, .token = d->token[BY_SHILI]), 201);
		snprintf(path, sizeof path, "/v1/exams/%s/assessments", objects[SHILIS].exam);
		snprintf(body, sizeof body,
		         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"%s\",%s\"id_number\":\"%s\"},\"attendance\":\"present\","
		         "\"scores\":{\"theory\":80,\"skill\":80}}", names[i], documents[i][0], documents[i][2], number);
		expect_status(ASK(d->https, .path = path, .body = body, .token = d->token[BY_SHILI]), 201);
	}
}

/* Whoever asks for whatever there is to see, in whatever form, sees no whole number: the client looks at each
 * answer (lib/http.c), and the daemon itself, unless the route says that it shows them. */
static void test_masking(void **state)
{
	static const char *const forms[] = {"application/json", "text/csv", "text/html"};
	static const int callers_of[] = {BY_ADMIN, BY_AUDITOR, BY_SHILI, BY_XINGBO, BY_DISTRICT};
	size_t seen = 0;
	enrol_everybody();
	for (const struct route *const *r = api_routes; *r; r++)
		for (size_t i = 0; (*r)->method == HTTP_GET && !(*r)->open && i < ARRAY_LEN(callers_of); i++)
			for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
				int by = callers_of[i];
				const struct answer *a = ASK(d->https, .path = objects_address(*r, by, SHILIS), .token = d->token[by],
				                             .accept = forms[form]);
				assert_true(a->status < 500);
				seen += a->status == 200;
			}
	assert_true(seen > 200);
	expect_status(ASK(d->ops, .path = "/metrics"), 200);
	char path[96];
	snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", objects[SHILIS].session);
	assert_non_null(strstr(expect_status(ASK(d->https, .path = path, .token = d->token[BY_SHILI]), 200)->body,
	                       "*****3457"));
}

static void test_walk(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++)
		for (int by = 0; !(*r)->open && by <= BY_NOBODY; by++)
			for (int owner = 0; owner < OWNERS; owner++)
				walk_one(*r, by, (enum owner)owner, true);
}

/* Who has not the right that is printed is refused whatever the role and whose it is; who has it is not. */
static void test_rights(void **state)
{
	static const enum daemon_token whom[] = {BY_SHILI, BY_XINGBO, BY_ADMIN, BY_AUDITOR, BY_EMPLOYER};
	static const char *const rights[] = {"reads", "submits"};
	for (size_t has = 0; has < ARRAY_LEN(rights); has++) {
		char sql[96];
		snprintf(sql, sizeof sql, "UPDATE talent.staff SET rights = '%s' WHERE left_at IS NULL", rights[has]);
		cluster_sql(d->cluster, d->database, sql);
		for (const struct route *const *r = api_routes; *r; r++)
			for (size_t i = 0; !(*r)->open && i < ARRAY_LEN(whom) * OWNERS; i++) {
				const char *right = line_of(*r)->right;
				bool enough = strcmp(right, "reads") == 0 || (has == 1 && strcmp(right, "submits") == 0);
				walk_one(*r, (int)whom[i / OWNERS], (enum owner)(i % OWNERS), enough);
			}
	}
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET rights = 'manages' WHERE left_at IS NULL");
}

/* Who works for what is stopped may ask for nothing that is closed, whatever the role and whose it is, administrators
 * of an authority too; who has left is nobody. Behind these nobody may do anything: they come last. */
static void test_state_of_the_caller(void **state)
{
	static const struct {
		const char *sql;
		int status;
		const char *code;
	} states[] = {
		{"UPDATE talent.organisation SET suspended_at = now() WHERE state = 'approved'", 403, "caller_suspended"},
		{"UPDATE talent.organisation SET state = 'ended' WHERE state = 'suspended'", 403, "caller_suspended"},
		{"UPDATE talent.staff SET left_at = now() WHERE left_at IS NULL", 401, "unauthenticated"},
	};
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.organisation (id, slug, credit_code, name, district) VALUES (gen_random_uuid(), 'bureau',"
	            " '91310115MA1TEXT144', '示例区人社局', '310115');"
	            "INSERT INTO talent.organisation_kind SELECT id, 'authority' FROM talent.organisation WHERE slug = 'bureau';"
	            "UPDATE talent.staff SET organisation = (SELECT id FROM talent.organisation WHERE slug = 'bureau')"
	            " WHERE organisation IS NULL");
	for (size_t s = 0; s < ARRAY_LEN(states); s++) {
		cluster_sql(d->cluster, d->database, states[s].sql);
		for (const struct route *const *r = api_routes; *r; r++)
			for (int by = 0; !(*r)->open && by < BY_NOBODY; by++)
				if (!callers[by].refused && !((*r)->while_suspended && states[s].status == 403))
					expect_problem(ask_as(by, *r, by % 2 ? PUJIANGS : SHILIS), states[s].status, states[s].code);
	}
}

static bool says(const struct route *r, const char *word)
{
	const char *const *w = r->write ? statements[*r->write].outcomes : NULL;
	while (w && *w && strcmp(*w, word) != 0)
		w++;
	return w && *w;
}

/* What shili asks of such a route about its dual exam, or to announce another. */
static const struct answer *ask_for_standing(const struct route *r)
{
	char body[256];
	if (strcmp(r->name, "assessment_submit") == 0) /* of somebody who has none yet */
		return daemon_submit(d, BY_SHILI, objects[SHILIS].exam, "戊己庚", 500, "\"theory\":80,\"skill\":80");
	if (strcmp(r->name, "exam_create") != 0)
		return ask_as(BY_SHILI, r, SHILIS);
	snprintf(body, sizeof body,
	         "{\"code\":\"S\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\",\"work_type\":\"直播销售员\","
	         "\"level\":\"4\",\"held_on\":\"%s\",\"partner\":\"xingbo\"}", daemon_day(0));
	return ASK(d->https, .method = "POST", .path = r->path, .body = body, .token = d->token[BY_SHILI]);
}

/* Every route whose write function judges standing refuses in every state but in force, and no other does. (An exam
 * is moved for a day to come, whose standing alone counts: test_e2e_standards.) */
static void test_standing(void **state)
{
	static const struct {
		const char *noun, *refusal, *suspended;
	} nouns[] = {
		{"accreditation", "not_accredited", "accreditation_suspended"},
		{"recognition", "recognition_not_in_force", "recognition_not_in_force"},
		{"agreement", "agreement_not_in_force", "agreement_not_in_force"},
	};
	static const struct {
		const char *change, *back;
		bool suspends;
	} states[] = {
		{"suspended_at = now()", "suspended_at = NULL", true},
		{"valid_from = talent._today() + 1", "valid_from = talent._today() - 700", false},
		{"valid_to = talent._today() - 1", "valid_to = talent._today() + 700", false},
	};
	size_t judged = 0;
	for (size_t n = 0; n < ARRAY_LEN(nouns); n++)
		for (size_t s = 0; s < ARRAY_LEN(states); s++) {
			char sql[160];
			snprintf(sql, sizeof sql, "UPDATE talent.%s SET %s", nouns[n].noun, states[s].change);
			cluster_sql(d->cluster, d->database, sql);
			for (const struct route *const *r = api_routes; *r; r++) {
				if ((*r)->open || !route_admits(*r, &(struct principal){.role = ROLE_INSTITUTION,
				                                                         .right = RIGHT_SUBMITS}))
					continue;
				if (says(*r, "standing") && strcmp((*r)->name, "exam_move") != 0 &&
				    strcmp((*r)->name, "exam_change") != 0) {
					expect_problem(ask_for_standing(*r), 409,
					               states[s].suspends ? nouns[n].suspended : nouns[n].refusal);
					judged++;
				} else {
					expect_allowed(ask_as(BY_SHILI, *r, SHILIS), *r, BY_SHILI);
				}
			}
			snprintf(sql, sizeof sql, "UPDATE talent.%s SET %s", nouns[n].noun, states[s].back);
			cluster_sql(d->cluster, d->database, sql);
		}
	assert_int_equal(judged, 2 * ARRAY_LEN(nouns) * ARRAY_LEN(states)); /* to announce, to submit */
}

/* Lists hold what is one's own, and nothing else. */
static void test_lists(void **state)
{
	static const char *const paths[] = {"/v1/sessions?limit=200", "/v1/exams?limit=200",
	                                    "/v1/accreditations?limit=200", "/v1/recognitions?limit=200",
	                                    "/v1/agreements?limit=200"};
	for (int by = 0; by < BY_NOBODY; by++) {
		const struct caller *c = &callers[by];
		for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
			const struct answer *a = ASK(d->https, .path = paths[i], .token = d->token[by]);
			for (int owner = 0; owner < OWNERS && a->status == 200; owner++) {
				const struct objects *o = &objects[owner];
				const char *const ids[] = {o->session, o->exam, o->accreditation, o->recognition,
				                           o->agreement};
				const char *id = ids[i];
				bool there = strstr(a->body, id) != NULL;
				if (there != c->owns[owner])
					fail_msg("%s by %d: %s is %sthere", paths[i], by, id, there ? "" : "not ");
			}
		}
	}
}

static void test_batch(void **state)
{
	const struct route *const *batch = api_routes;
	while (strcmp((*batch)->name, "verification_create") != 0)
		batch++;
	static const char body[] = "{\"items\":[{\"code\":\"0\"}]}";
	for (int by = 0; by <= BY_NOBODY; by++) {
		const struct caller *c = &callers[by];
		bool fits = strcmp(access_of(*batch, c->role), "all") == 0;
		const struct answer *a = ASK(d->https, .path = "/v1/verifications", .body = body,
		                             .token = by == BY_NOBODY ? NULL : d->token[by]);
		if (!c->refused && fits)
			expect_status(a, 200);
		else
			expect_refusal(a, c, *batch, fits);
	}
}

/* An open route looks at no credential, not even at a bad one. */
static void test_open_routes(void **state)
{
	size_t n = 0;
	for (const struct route *const *r = api_routes; *r; r++) {
		if (!(*r)->open)
			continue;
		n++;
		assert_string_equal(line_of(*r)->nobody, "open");
		assert_true((*r)->method == HTTP_GET || strncmp((*r)->name, "verification_", 13) == 0 ||
		            strcmp((*r)->name, "invitation_accept") == 0 ||
		            strcmp((*r)->name, "organisation_apply") == 0);
	}
	assert_true(n > 0);
	for (int by = 0; by <= BY_NOBODY; by++)
		expect_status(ASK(d->https, .path = "/v1/progress",
		                  .token = by == BY_NOBODY ? NULL : d->token[by]), 200);
}

/* Each route is printed, and nothing else. */
static void test_matrix(void **state)
{
	size_t n = 0;
	for (const struct route *const *r = api_routes; *r; r++, n++)
		assert_string_equal(line_of(*r)->nobody, (*r)->open ? "open" : "-");
	assert_int_equal(n, n_lines);
}

/* Auditors read and change nothing, but whom they look up is written down; whoever writes is named. */
static void test_auditors(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++)
		if (!(*r)->open && (*r)->method != HTTP_GET && strcmp((*r)->name, "person_lookup") != 0)
			assert_string_equal(access_of(*r, ROLE_AUDITOR), "-");
	assert_string_equal(cluster_ask(d->cluster, d->database,
	                                "SELECT count(*) FROM talent.audit a"
	                                " LEFT JOIN talent.token t ON t.id = a.actor"
	                                " WHERE a.action NOT IN ('journal_joined', 'organisation_apply') AND NOT (a.action = 'issuer_key_store'"
	                                " AND a.actor IS NULL) AND (t.id IS NULL" /* the registry's own key */
	                                " OR t.role IN ('auditor', 'employer') OR a.request IS NULL)"), "0");
}

static void test_logs(void **state)
{
	daemon_expect_clean_logs(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_open_routes),
		cmocka_unit_test(test_masking),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_standing),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_auditors),
		cmocka_unit_test(test_rights),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_state_of_the_caller),
	};
	struct cluster *c = cluster_start();
	d = daemon_start(c, (struct daemon_options){0});
	objects_make(d);
	read_matrix();
	int failed = cmocka_run_group_tests_name("policy", tests, NULL, NULL);
	daemon_free(d);
	cluster_stop(c);
	return failed;
}
