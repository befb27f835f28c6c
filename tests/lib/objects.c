/* tests/lib/objects.c - what a route's address may name: made through the API where it can be. */
#include "objects.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "cluster.h"

#define ACTION "0d0000aa-0000-4000-8000-000000000001"
#define RECOGNITION "0d0000aa-0000-4000-8000-000000000003"
#define AGREEMENT "0d0000aa-0000-4000-8000-000000000004"
#define ERASURE "0d0000aa-0000-4000-8000-000000000003"
#define PERSON_LINK "0d0000aa-0000-4000-8000-000000000007"
#define ADOPTION "0d0000aa-0000-4000-8000-000000000002"
#define SITE "0d0000aa-0000-4000-8000-000000000006" /* of xingbo */
#define RECHECK "0d0000aa-0000-4000-8000-00000000000"
#define STAFF_REQUEST "0d0000aa-0000-4000-8000-000000000004"

struct objects objects[OWNERS];
static char companys_staff[40], person_id[40], token_id[40], certificate_id[40], key_of[OWNERS][64];

static void make_of(struct daemon *d, enum owner owner, enum daemon_token by,
                    const char *slug, const char *partner, const char *district)
{
	struct objects *o = &objects[owner];
	char body[512];
	snprintf(body, sizeof body,
	         "{\"title\":\"班\",\"occupation\":\"4-01-06-02\",\"edition\":\"2022\","
	         "\"work_type\":\"直播销售员\",\"level\":\"4\",\"starts_on\":\"%s\",\"ends_on\":\"%s\","
	         "\"hours\":104,\"capacity\":40,\"district\":\"%s\"}",
	         daemon_day(-9), daemon_day(-1), district);
	const struct answer *a =
		ASK(d->https, .path = "/v1/sessions", .token = d->token[by], .body = body);
	o->slug = slug;
	o->session = answer_text(expect_status(a, 201), "id");
	char path[80];
	snprintf(path, sizeof path, "/v1/sessions/%s/enrolments", o->session);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"庚辛壬\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"}}",
	         daemon_resident_id(owner + 50U));
	o->enrolment = answer_text(expect_status(ASK(d->https, .path = path, .token = d->token[by], .body = body), 201),
	                           "id");
	o->exam = daemon_exam(d, by, "4", partner);
	a = expect_status(daemon_submit(d, by, o->exam, "甲乙丙", owner + 1U, "\"theory\":80,\"skill\":80"),
	                  201);
	o->assessment = answer_text(a, "id");
	o->number = answer_text(a, "certificates.0.number");
	o->partners = partner ? answer_text(a, "certificates.1.number") : NULL;
	snprintf(path, sizeof path, "/v1/assessments/%s/corrections", o->assessment);
	o->correction = answer_text(expect_status(ASK(d->https, .path = path, .token = d->token[by],
	                                              .body = "{\"kind\":\"score\",\"scores\":{\"theory\":70,\"skill\":80},"
	                                                      "\"reason\":\"other\",\"evidence\":\"x\"}"), 201), "id");
	static const char *const rechecks[OWNERS] = {RECHECK "7", RECHECK "8"};
	snprintf(body, sizeof body,
	         "BEGIN; SET LOCAL talent.maintenance = 'on'; INSERT INTO talent.recheck (id, assessment, exam, body, reason, answer_by)"
	         " SELECT '%s', a.id, e.id, e.body, 'other', talent._today() FROM talent.assessment a JOIN talent.exam e"
	         " ON e.id = a.exam WHERE a.id = '%s'; COMMIT", rechecks[owner], o->assessment);
	cluster_sql(d->cluster, d->database, body);
	o->recheck = rechecks[owner];
}

/* The demonstration's, of shili and xingbo, who is in shili's district here; and of pujiang and a company that
 * nobody of the callers is. */
static void make_standing(struct daemon *d)
{
	cluster_sql(d->cluster, d->database,
	            "UPDATE talent.organisation SET district = '310105' WHERE slug = 'xingbo';"
	            "INSERT INTO talent.recognition (id, company, occupation, edition, levels, valid_from)"
	            " SELECT '" RECOGNITION "', id, '4-01-06-02', '2022', '{4}', talent._today()"
	            " FROM talent.organisation WHERE slug = 'haolai';"
	            "INSERT INTO talent.agreement (id, body, company, valid_from, state)"
	            " SELECT '" AGREEMENT "', b.id, c.id, talent._today(), 'approved'"
	            " FROM talent.organisation b, talent.organisation c WHERE b.slug = 'pujiang' AND c.slug = 'haolai'");
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.site (id, organisation, code, name, district, number_mode)"
	            " SELECT '" SITE "', id, 'main', 'x', '310105', 'supplied' FROM talent.organisation WHERE slug = 'xingbo'");
	objects[SHILIS].site = "0d000000-0000-4000-8000-000000000011";
	objects[PUJIANGS].site = "0d000000-0000-4000-8000-000000000012";
	objects[SHILIS].accreditation = "0d000000-0000-4000-8000-000000000101";
	objects[SHILIS].recognition = "0d000000-0000-4000-8000-000000000201";
	objects[SHILIS].agreement = "0d000000-0000-4000-8000-000000000301";
	objects[PUJIANGS].accreditation = "0d000000-0000-4000-8000-000000000104";
	objects[PUJIANGS].recognition = RECOGNITION;
	objects[PUJIANGS].agreement = AGREEMENT;
}

/* Somebody of that organisation, who has no credential to lose. */
static void make_staff(struct daemon *d, const char *slug, char id[static 40])
{
	char sql[400];
	snprintf(sql, sizeof sql,
	         "INSERT INTO talent.staff (id, organisation, role, name, rights, admission, admitted_at, named_at)"
	         " SELECT gen_random_uuid(), o.id, '%s', '赵六', 'reads', 'owner', now(), now()"
	         " FROM talent.organisation o WHERE o.slug = '%s' RETURNING id",
	         strcmp(slug, "xingbo") == 0 ? "company" : "institution", slug);
	snprintf(id, 40, "%s", cluster_ask(d->cluster, d->database, sql));
}

void objects_make(struct daemon *d)
{
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET rights = 'manages' WHERE role <> 'auditor'");
	cluster_sql(d->cluster, d->database, "UPDATE talent.staff SET name = '庚辛', named_at = now() WHERE name IS NULL");
	make_staff(d, "shili", objects[SHILIS].staff);
	make_staff(d, "pujiang", objects[PUJIANGS].staff);
	make_staff(d, "xingbo", companys_staff);
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.staff_request (id, staff, what, requested_by) SELECT '" STAFF_REQUEST "', s.id,"
	            " 'change', gen_random_uuid() FROM talent.staff s WHERE s.name = '周明'");
	make_of(d, SHILIS, BY_SHILI, "shili", "xingbo", "310105");
	make_of(d, PUJIANGS, BY_PUJIANG, "pujiang", NULL, "310115");
	make_standing(d);
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.client_certificate (id, role, districts, label, spki, expires_at)"
	            " VALUES (gen_random_uuid(), 'auditor', '{}', 'x', sha256('x'), now())");
	snprintf(certificate_id, sizeof certificate_id, "%s",
	         cluster_ask(d->cluster, d->database, "SELECT id FROM talent.client_certificate"));
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.key_action (id, organisation, action, requested_by)"
	            " SELECT '" ACTION "', id, 'rotation', gen_random_uuid() FROM talent.organisation"
	            " WHERE slug = 'yunxuan'");
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx,"
	            " state, journal, line) SELECT '" ADOPTION "', '" ADOPTION "', 'LOST-1', o.id, 1, 0,"
	            " 'valid', (SELECT id FROM talent.journal_host LIMIT 1), 1"
	            " FROM talent.organisation o WHERE o.slug = 'yunxuan';"
	            "INSERT INTO talent.adoption (id, version, number, holder, requested_by)"
	            " VALUES ('" ADOPTION "', '" ADOPTION "', 'LOST-1', 'x', gen_random_uuid())");
	snprintf(person_id, sizeof person_id, "%s", cluster_ask(d->cluster, d->database, "SELECT id FROM talent.person LIMIT 1"));
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.erasure (id, person, basis, requested_by)"
	            " VALUES ('" ERASURE "', gen_random_uuid(), 'other', gen_random_uuid());"
	            "INSERT INTO talent.exam_candidate (id, exam, person, name)"
	            " SELECT e.id, e.id, p.id, p.name FROM talent.exam e CROSS JOIN (SELECT * FROM talent.person LIMIT 1) p"
	            " WHERE e.state = 'open'");
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.person_link (id, person, canonical, reason, evidence, requested_by) SELECT '" PERSON_LINK "',"
	            " min(id::text)::uuid, max(id::text)::uuid, 'other', 'x', gen_random_uuid() FROM talent.person");
	for (int i = 0; i < OWNERS; i++) {
		char sql[192];
		snprintf(sql, sizeof sql,
		         "SELECT k.key FROM talent.issuer_key k JOIN talent.organisation o"
		         " ON o.id = k.organisation WHERE o.slug = '%s' ORDER BY k.key LIMIT 1",
		         objects[i].slug);
		snprintf(key_of[i], sizeof key_of[i], "%s", cluster_ask(d->cluster, d->database, sql));
	}
	snprintf(token_id, sizeof token_id, "%s",
	         cluster_ask(d->cluster, d->database,
	                     "SELECT id FROM talent.token WHERE revoked_at IS NOT NULL"));
}

const char *objects_address(const struct route *r, int by, enum owner owner)
{
	static char path[256];
	const struct objects *o = &objects[owner];
	const char *number = by == BY_XINGBO && o->partners ? o->partners : o->number;
	bool companys = by == BY_XINGBO && owner == SHILIS;
	const struct {
		const char *prefix, *value;
	} known[] = {{"/v1/sessions/{", o->session},      {"/v1/exams/{", o->exam},
	             {"/v1/assessments/{", o->assessment}, {"/v1/certificates/{", number},
	             {"/v1/issuers/{", o->slug},           {"/v1/progress/{", "shanghai-2025-27"},
	             {"/v1/key-actions/{", ACTION},        {"/v1/adoptions/{", ADOPTION},
	             {"/v1/tokens/{", token_id},           {"/v1/client-certificates/{", certificate_id},
	             {"/v1/accreditations/{", o->accreditation}, {"/v1/recognitions/{", o->recognition},
	             {"/v1/agreements/{", o->agreement},
	             {"/v1/standards/{", "57a0da2d-0001-4000-8000-000000000001"},
	             {"/v1/sites/{", companys ? SITE : o->site},
	             {"/v1/staff/{", companys ? companys_staff : o->staff},
	             {"/v1/organisations/{", companys ? "xingbo" : o->slug},
	             {"/v1/staff-requests/{", STAFF_REQUEST},
	             {"/v1/rechecks/{", o->recheck},       {"/v1/corrections/{", o->correction},
	             {"/v1/jobs/{", "publish"},            {"/v1/policies/{", "publicity_days"},
	             {"/v1/people/{", person_id},          {"/v1/erasures/{", ERASURE},
	             {"/v1/person-links/{", PERSON_LINK},
	             {"/v1/programmes/{", "hongqiao-cbd-2026"}, {"/v1/areas/{", "hongqiao-cbd"}};
	const char *open = strchr(r->path, '{');
	if (!open)
		return r->path;
	const char *key = strstr(r->path, "{key_id}");
	if (key) {
		snprintf(path, sizeof path, "/v1/issuers/%s/keys/%s%s", o->slug, key_of[owner],
		         strchr(key, '}') + 1);
		return path;
	}
	const char *enrolment = strstr(r->path, "{enrolment:uuid}");
	if (enrolment) {
		snprintf(path, sizeof path, "/v1/sessions/%s/enrolments/%s%s", o->session, o->enrolment,
		         strchr(enrolment, '}') + 1);
		return path;
	}
	const char *candidate = strstr(r->path, "{candidate:uuid}");
	if (candidate) { /* of the exam's roster: under its own id */
		snprintf(path, sizeof path, "/v1/exams/%s/roster/%s%s", o->exam, o->exam, strchr(candidate, '}') + 1);
		return path;
	}
	const char *member = strstr(r->path, "{organisation}");
	if (member && strncmp(r->path, "/v1/areas/", 10) == 0) {
		snprintf(path, sizeof path, "/v1/areas/hongqiao-cbd/organisations/shili%s", strchr(member, '}') + 1);
		return path;
	}
	const char *goal = strstr(r->path, "/{key}");
	if (goal) {
		snprintf(path, sizeof path, "/v1/programmes/hongqiao-cbd-2026%.*s/bases%s",
		         (int)(goal - strchr(r->path, '}') - 1), strchr(r->path, '}') + 1, strchr(goal, '}') + 1);
		return path;
	}
	if (strncmp(r->path, "/v1/occupations/{", 17) == 0)
		return "/v1/occupations/4-01-06-02/2022/history";
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strncmp(r->path, known[i].prefix, strlen(known[i].prefix)) != 0)
			continue;
		snprintf(path, sizeof path, "%.*s%s%s", (int)(open - r->path), r->path, known[i].value,
		         strchr(open, '}') + 1);
		return path;
	}
	return NULL;
}

const char *objects_body(const struct route *r, int by)
{
	if (strcmp(r->name, "organisation_staff_create") == 0)
		return by == BY_XINGBO ? "{\"name\":\"x\",\"role\":\"company\",\"rights\":\"reads\"}"
		                       : "{\"name\":\"x\",\"role\":\"institution\",\"rights\":\"reads\"}";
	if (strcmp(r->name, "exam_change") == 0)
		return by == BY_ADMIN || by == BY_SECOND || by == BY_DISTRICT || by == BY_ELSEWHERE ? "{\"late_reason\":\"x\"}"
		                                                                               : "{}";
	static char completion[96];
	static const struct {
		const char *route, *body;
	} bodies[] = {
		{"enrolment_create", "{\"candidate\":{\"name\":\"丁戊己\",\"id_type\":\"resident_id\","
		                     "\"id_number\":\"310199199003070014\"}}"},
		{"assessment_submit", "{\"candidate\":{\"name\":\"丁戊己\",\"id_type\":\"resident_id\","
		                      "\"id_number\":\"310199199003070014\"},\"attendance\":\"absent\"}"},
		{"enrolment_create_list", "{\"candidates\":[{\"name\":\"丁戊己\",\"id_type\":\"resident_id\","
		                          "\"id_number\":\"310199199003070014\"}]}"},
		{"enrolment_withdraw", "{\"reason\":\"other\"}"},
		{"session_cancel", "{\"reason\":\"other\"}"},
		{"exam_cancel", "{\"reason\":\"other\"}"},
		{"exam_reopen", "{\"reason\":\"x\"}"},
		{"exam_unenrol", "{\"reason\":\"other\"}"},
		{"exam_enrol", "{\"candidates\":[{\"name\":\"丁戊己\",\"id_type\":\"resident_id\","
		               "\"id_number\":\"310199199003070014\"}]}"},
		{"session_attend", "{\"enrolments\":[{\"id\":\"0d000000-0000-4000-8000-00000000dead\",\"hours_attended\":1}]}"},
		{"correction_refuse", "{\"reason\":\"other\"}"},
		{"correction_withdraw", "{\"reason\":\"other\"}"},
		{"recheck_request", "{\"reason\":\"other\"}"},
		{"assessment_veto", "{\"reason\":\"other\"}"},
		{"assessment_annul", "{\"reason\":\"fraud\"}"},
		{"certificate_revoke", "{\"reason\":\"fraud\"}"},
		{"certificate_suspend", "{\"reason\":\"fraud\"}"},
		{"certificate_reinstate", "{\"reason\":\"fraud\"}"},
		{"agreement_withdraw", "{\"reason\":\"other\"}"},
		{"exam_move", "{\"standard\":\"x\",\"reason\":\"x\"}"},
		{"organisation_export", "{\"purpose\":\"other\"}"},
	};
	if (r->body_max == 0)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		if (strcmp(bodies[i].route, r->name) == 0)
			return bodies[i].body;
	if (strcmp(r->name, "session_complete") != 0)
		return "{}"; /* 422: allowed */
	snprintf(completion, sizeof completion, "{\"completed_on\":\"%s\",\"enrolments\":[]}",
	         daemon_day(-1));
	return completion;
}
