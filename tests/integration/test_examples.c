/* tests/integration/test_examples.c - the examples of /openapi.json, replayed in the order of a story against
 * a real daemon with the demonstration's data: what is sent and what comes back is of its schema, and the
 * answer is the one that stands there.
 *
 * Ids, numbers, codes and the like are others each time: the first that differs stands for the example's
 * from then on, in requests as well. Days keep their distance from STORY_DAY.
 * EXAMPLES=write fills in the answers of the files (from source) instead of comparing; the clock has to show
 * STORY_DAY then, or days would be written as far from it as today is. */
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

#include "../lib/cluster.h"
#include "../lib/json_schema.h"
#include "api/api.h"
#include "base/buf.h"
#include "base/clock.h"
#include "text/json.h"

#define STORY_DAY "2026-11-30"
#define SITE "talent.example"

enum { SHOWN_ITEMS = 2, NAMES_MAX = 400 };

static const struct {
	const char *route;
	int by;
} story[] = {
	{"occupation_list", BY_NOBODY},
	{"occupation_create", BY_ADMIN},
	{"occupation_view", BY_NOBODY},
	{"occupation_history", BY_AUDITOR},
	{"standard_create", BY_ADMIN},
	{"standard_view", BY_NOBODY},
	{"standard_list", BY_NOBODY},
	{"standard_preview", BY_ADMIN},
	{"standard_version_add", BY_ADMIN},
	{"standard_end", BY_ADMIN},
	{"standard_history", BY_AUDITOR},
	{"issuer_list", BY_NOBODY},
	{"job_list", BY_AUDITOR},
	{"job_failure_list", BY_AUDITOR},
	{"job_retry", BY_ADMIN},
	{"session_create", BY_SHILI},
	{"enrolment_create", BY_SHILI},
	{"enrolment_create_list", BY_SHILI},
	{"enrolment_withdraw", BY_SHILI},
	{"enrolment_view", BY_SHILI},
	{"enrolment_list", BY_SHILI},
	{"session_change", BY_SHILI},
	{"session_publish", BY_SHILI},
	{"session_attend", BY_SHILI},
	{"attendance_list", BY_SHILI},
	{"session_complete", BY_SHILI},
	{"session_view", BY_SHILI},
	{"session_list", BY_SHILI},
	{"session_history", BY_SHILI},
	{"enrolment_history", BY_SHILI},
	{"session_cancel", BY_SHILI},
	{"exam_create", BY_SHILI},
	{"exam_enrol_session", BY_SHILI},
	{"exam_view", BY_SHILI},
	{"exam_list", BY_SHILI},
	{"eligibility_ask", BY_SHILI},
	{"exam_close", BY_SHILI},
	{"exam_reopen", BY_ADMIN},
	{"exam_change", BY_SHILI},
	{"exam_plan_file", BY_SHILI},
	{"exam_plan", BY_SHILI},
	{"exam_enrol", BY_SHILI},
	{"exam_unenrol", BY_SHILI},
	{"exam_roster", BY_SHILI},
	{"exam_cancel", BY_SHILI},
	{"assessment_submit", BY_SHILI},
	{"assessment_view", BY_SHILI},
	{"assessment_list", BY_SHILI},
	{"correction_request", BY_SHILI},
	{"correction_view", BY_SHILI},
	{"correction_list", BY_ADMIN},
	{"correction_approve", BY_ADMIN},
	{"correction_refuse", BY_ADMIN},
	{"correction_withdraw", BY_SHILI},
	{"correction_history", BY_AUDITOR},
	{"certificate_view", BY_SHILI},
	{"verification_view", BY_NOBODY},
	{"verification_page", BY_NOBODY},
	{"verification_page_upper", BY_NOBODY},
	{"verification_create", BY_NOBODY},
	{"verification_record", BY_NOBODY},
	{"verification_page_name", BY_NOBODY},
	{"verification_page_name_upper", BY_NOBODY},
	{"verification_form_send", BY_NOBODY},
	{"person_lookup", BY_DISTRICT},
	{"certificate_suspend", BY_ADMIN},
	{"certificate_reinstate", BY_ADMIN},
	{"certificate_reissue", BY_ADMIN},
	{"progress_list", BY_NOBODY},
	{"progress_view", BY_NOBODY},
	{"progress_audit", BY_AUDITOR},
	{"issuer_profile", BY_NOBODY},
	{"issuer_status_lists", BY_NOBODY},
	{"achievement", BY_NOBODY},
	{"criteria", BY_NOBODY},
	{"adoption_create", BY_ADMIN},
	{"certificate_revoke", BY_ADMIN},
	{"assessment_annul", BY_ADMIN},
	{"certificate_history", BY_SHILI},
	{"accreditation_create", BY_ADMIN},
	{"accreditation_view", BY_ADMIN},
	{"accreditation_list", BY_ADMIN},
	{"accreditation_suspend", BY_ADMIN},
	{"accreditation_history", BY_AUDITOR},
	{"accreditation_reinstate", BY_ADMIN},
	{"accreditation_end", BY_ADMIN},
	{"recognition_create", BY_ADMIN},
	{"recognition_view", BY_ADMIN},
	{"recognition_list", BY_ADMIN},
	{"recognition_suspend", BY_ADMIN},
	{"recognition_history", BY_AUDITOR},
	{"recognition_reinstate", BY_ADMIN},
	{"recognition_end", BY_ADMIN},
	{"agreement_view", BY_ADMIN},
	{"agreement_list", BY_ADMIN},
	{"agreement_suspend", BY_ADMIN},
	{"agreement_reinstate", BY_ADMIN},
	{"agreement_end", BY_ADMIN},
	{"agreement_history", BY_AUDITOR},
	{"agreement_propose", BY_SHILI},
	{"agreement_confirm", BY_YUNXUAN},
	{"agreement_approve", BY_ADMIN},
	{"agreement_withdraw", BY_SHILI},
	{"agreement_refuse", BY_ADMIN},
	{"organisation_apply", BY_NOBODY},
	{"organisation_list", BY_ADMIN},
	{"organisation_approve", BY_ADMIN},
	{"organisation_change", BY_ADMIN},
	{"site_create", BY_ADMIN},
	{"site_list", BY_SHILI},
	{"site_view", BY_SHILI},
	{"site_change", BY_ADMIN},
	{"site_end", BY_ADMIN},
	{"site_history", BY_AUDITOR},
	{"organisation_suspend", BY_ADMIN},
	{"organisation_view", BY_ADMIN},
	{"organisation_export", BY_ADMIN},
	{"organisation_reinstate", BY_ADMIN},
	{"organisation_end", BY_ADMIN},
	{"organisation_history", BY_AUDITOR},
	{"organisation_refuse", BY_ADMIN},
	{"token_create", BY_ADMIN},
	{"token_list", BY_ADMIN},
	{"client_certificate_create", BY_ADMIN},
	{"client_certificate_list", BY_ADMIN},
	{"client_certificate_revoke", BY_ADMIN},
	{"adoption_list", BY_AUDITOR},
	{"adoption_reject", BY_SECOND},
	{"adoption_approve", BY_SECOND},
	{"key_create", BY_ADMIN},
	{"key_list", BY_ADMIN},
	{"key_retire", BY_ADMIN},
	{"key_action_reject", BY_SECOND},
	{"key_rotate", BY_ADMIN},
	{"key_action_approve", BY_SECOND},
	{"key_revoke", BY_ADMIN},
	{"key_action_list", BY_AUDITOR},
	{"key_rewrap", BY_ADMIN},
	{"signature_list", BY_AUDITOR},
	{"area_list", BY_AUDITOR},
	{"area_set", BY_ADMIN},
	{"area_join_preview", BY_ADMIN},
	{"area_join", BY_ADMIN},
	{"programme_list", BY_AUDITOR},
	{"programme_create_preview", BY_ADMIN},
	{"programme_create", BY_ADMIN},
	{"programme_change_preview", BY_ADMIN},
	{"programme_change", BY_ADMIN},
	{"programme_count_preview", BY_ADMIN},
	{"programme_count", BY_ADMIN},
	{"rule_list", BY_AUDITOR},
	{"goal_preview", BY_ADMIN},
	{"goal_set", BY_ADMIN},
	{"milestone_reach", BY_ADMIN},
	{"milestone_withdraw", BY_ADMIN},
	{"programme_view", BY_AUDITOR},
	{"programme_history", BY_AUDITOR},
	{"policy_list", BY_AUDITOR},
	{"policy_preview", BY_ADMIN},
	{"policy_set", BY_ADMIN},
	{"policy_view", BY_AUDITOR},
	{"person_report", BY_ADMIN},
	{"person_key_raise", BY_ADMIN},
	{"person_link_request", BY_ADMIN},
	{"person_link_reject", BY_SECOND},
	{"person_link_approve", BY_SECOND},
	{"person_link_list", BY_AUDITOR},
	{"erasure_request", BY_ADMIN},
	{"erasure_reject", BY_SECOND},
	{"erasure_approve", BY_SECOND},
	{"erasure_list", BY_AUDITOR},
	{"token_revoke", BY_ADMIN},
	{"audit_list", BY_AUDITOR},
	{"staff_create", BY_ADMIN},
	{"staff_request_list", BY_AUDITOR},
	{"staff_request_approve", BY_SECOND},
	{"organisation_staff_create", BY_ADMIN},
	{"invitation_accept", BY_NOBODY},
	{"staff_change", BY_ADMIN},
	{"staff_view", BY_AUDITOR},
	{"organisation_staff_list", BY_SHILI},
	{"staff_list", BY_AUDITOR},
	{"staff_invite", BY_ADMIN},
	{"staff_history", BY_SHILI},
	{"staff_leave", BY_ADMIN},
	{"staff_request_reject", BY_ADMIN},
	{"exam_move", BY_SHILI},
	{"exam_history", BY_AUDITOR},
	{"recheck_request", BY_SHILI},
	{"recheck_list", BY_SHILI},
	{"recheck_answer", BY_SHILI},
	{"assessment_confirm", BY_YUNXUAN},
	{"assessment_veto", BY_YUNXUAN},
	{"exam_number", BY_SHILI},
};

/* BY_ADMIN's token, who asked */
#define FIRST "(SELECT t.id FROM talent.token t JOIN talent.staff s ON s.id = t.staff WHERE s.name = '陈静')"

static struct daemon *d;
static json_t *document;

/* ---- the files ---- */

static void file_of(const char *route, char out[static 256])
{
	snprintf(out, 256, "%s/src/api/openapi/%s.json", getenv("TALENT_SOURCE"), route);
}

static json_t *example_of(const char *route)
{
	char path[256];
	json_error_t error;
	file_of(route, path);
	json_t *example = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!example)
		fail_msg("%s: %s, line %d", path, error.text, error.line);
	return example;
}

static bool is_writing(void)
{
	const char *how = getenv("EXAMPLES");
	return how && strcmp(how, "write") == 0;
}

static const struct route *route_named(const char *name)
{
	for (const struct route *const *r = api_routes; *r; r++)
		if (strcmp((*r)->name, name) == 0)
			return *r;
	fail_msg("no route %s", name);
	return NULL;
}

/* ---- what stands for what ---- */

static struct {
	char *example, *real;
} names[NAMES_MAX];
static size_t n_names;

static void name(const char *example, const char *real)
{
	assert_true(n_names < NAMES_MAX && *example && *real);
	names[n_names].example = strdup(example);
	names[n_names++].real = strdup(real);
}

static void forget_names(void)
{
	while (n_names > 0) {
		free(names[--n_names].example);
		free(names[n_names].real);
	}
}

static char *replace(char *text, const char *from, const char *to)
{
	struct buf b = BUF_INIT(MIB);
	const char *rest = text, *at;
	while ((at = strstr(rest, from))) {
		buf_add(&b, slice_from(rest, (size_t)(at - rest)));
		buf_adds(&b, to);
		rest = at + strlen(from);
	}
	buf_adds(&b, rest);
	buf_addc(&b, '\0');
	assert_false(buf_failed(&b));
	free(text);
	return b.p;
}

/* The example's text with what stands for its names; to be freed. */
static char *real_of(const char *example)
{
	char *text = strdup(example);
	for (size_t i = 0; i < n_names; i++)
		text = replace(text, names[i].example, names[i].real);
	return text;
}

static char *example_text(const char *real)
{
	char *text = strdup(real);
	for (size_t i = 0; i < n_names; i++)
		text = replace(text, names[i].real, names[i].example);
	return text;
}

static bool is_day(const char *text, struct day *ret)
{
	return day_parse(slice_of(text), ret);
}

/* A day as far from the reference day as the example's is from the story's. */
static int shift(void)
{
	struct day then;
	assert_true(is_day(STORY_DAY, &then));
	return day_of(instant_now()).n - then.n;
}

static json_t *real_text(const char *example)
{
	struct day day;
	char text[DAY_TEXT];
	if (is_day(example, &day)) {
		day.n += shift();
		day_format(day, text);
		return json_string(text);
	}
	char *real = real_of(example);
	json_t *value = json_string(real);
	free(real);
	return value;
}

/* The example as it is sent; new. */
static json_t *real_value(json_t *example)
{
	const char *key;
	json_t *value, *made;
	if (json_is_string(example))
		return real_text(json_string_value(example));
	if (json_is_object(example)) {
		made = json_object();
		json_object_foreach(example, key, value)
			json_object_set_new(made, key, real_value(value));
		return made;
	}
	if (!json_is_array(example))
		return json_incref(example);
	made = json_array();
	for (size_t i = 0; i < json_array_size(example); i++)
		json_array_append_new(made, real_value(json_array_get(example, i)));
	return made;
}

/* ---- comparing ---- */

/* What is another one each time, or follows from when it was. */
static bool is_variable(const char *member)
{
	static const char *const members[] = {
		"id", "session", "exam", "exam_id", "assessment_id", "request_id", "decided_by", "number",
		"certificate_number", "verification_code", "code", "reference", "token", "key_id", "jwt_key_id",
		"list_key_id", "new_key_id", "new_jwt_key_id", "other_key_id", "signs_from",
		"sha256", "spki_sha256", "next_cursor", "checked_at", "created_at", "expires_at", "revoked_at",
		"last_used_at", "decided_at", "retired_at", "revoked_from", "since", "at", "as_of",
		"certificates", "position", "expires_on", "kept_until", "object", "staff_id", "credential_id", "staff",
		"invited_until", "result_id", "made", "admitted_at", "left_at", "requested_at", "to",
		/* of a programme that may be over */
		"plan_to_date", "ahead", "ahead_weeks", "count", "remaining", "percent", "counted", "recounted",
		"by_day", "sessions_completed", "training_completions", "trained_people", "assessments_taken",
		"skill_grade", "company", "newly_certified", "mid_or_higher", NULL};
	const char *const *m = members;
	while (*m && strcmp(*m, member) != 0)
		m++;
	return *m;
}

/* Whether something stands for a part of it already. */
static bool is_named(const char *example)
{
	char *real = real_of(example);
	bool differs = strcmp(real, example) != 0;
	free(real);
	return differs;
}

static bool named; /* all that differs in this answer has been named */

/* Addresses follow from what is in them. */
static bool is_link(const char *member)
{
	return strcmp(member, "verify") == 0 || strcmp(member, "credential") == 0 ||
	       strcmp(member, "document") == 0;
}

/* A moment stands for no other. */
static bool is_moment(json_t *value)
{
	struct slice s = json_text(value);
	return s.n == 20 && s.p[10] == 'T' && s.p[19] == 'Z';
}

/* Where today stands to a programme's window. */
static bool is_of_window(json_t *value)
{
	struct slice s = json_text(value);
	return slice_is(s, "upcoming") || slice_is(s, "open") || slice_is(s, "ended");
}

static bool is_same_text(const char *member, json_t *example, json_t *real)
{
	if (is_moment(example))
		return is_moment(real);
	if (is_of_window(example))
		return is_of_window(real);
	json_t *expected = real_text(json_string_value(example));
	bool same = json_equal(expected, real) || json_equal(example, real);
	json_decref(expected);
	if (is_link(member))
		return same || !named;
	return same || (is_variable(member) && !is_named(json_string_value(example)));
}

static bool is_same(const char *member, json_t *example, json_t *real);

/* Whether another example's id stands for it already. */
static bool is_anothers(json_t *id)
{
	for (size_t i = 0; json_is_string(id) && i < n_names; i++)
		if (strcmp(names[i].real, json_string_value(id)) == 0)
			return true;
	return false;
}

/* The item of a list that is the example's; NULL: none is. Lists have an order, but not the example's; of items that
 * differ in their ids alone, each is one of them. */
static json_t *item_of(const char *member, json_t *example, json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *real = json_array_get(list, i), *id = json_object_get(real, "id");
		if (is_same(member, example, real) && (!is_anothers(id) || is_named(json_string_value(json_object_get(example, "id")))))
			return real;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (is_same(member, example, json_array_get(list, i)))
			return json_array_get(list, i);
	return NULL;
}

static bool is_same(const char *member, json_t *example, json_t *real)
{
	const char *key;
	json_t *value;
	if (json_is_string(example))
		return json_is_string(real) && is_same_text(member, example, real);
	if (json_is_object(example)) {
		json_object_foreach(example, key, value)
			if (!json_object_get(real, key) || !is_same(key, value, json_object_get(real, key)))
				return false;
		return json_object_size(example) == json_object_size(real);
	}
	for (size_t i = 0; i < json_array_size(example); i++)
		if (!item_of(member, json_array_get(example, i), real))
			return false;
	if (json_is_array(example))
		return json_is_array(real) && (json_array_size(example) > 0 || json_array_size(real) == 0);
	return json_equal(example, real) || (is_variable(member) && json_is_number(real));
}

/* What differs stands for the example's from now on. */
static void name_differences(const char *member, json_t *example, json_t *real)
{
	const char *key;
	json_t *value;
	if (json_is_string(example)) {
		json_t *expected = real_text(json_string_value(example));
		if (!json_equal(expected, real) && !json_equal(example, real) && !is_link(member) &&
		    !is_moment(example) && !is_of_window(example)) /* which others have as a word of their own */
			name(json_string_value(example), json_string_value(real));
		json_decref(expected);
	}
	json_object_foreach(example, key, value)
		name_differences(key, value, json_object_get(real, key));
	for (size_t i = 0; i < json_array_size(example); i++) {
		json_t *item = json_array_get(example, i);
		name_differences(member, item, item_of(member, item, real));
	}
}

/* Fails, too, when an earlier difference of the same answer makes a later one impossible. */
static void compare(const char *route, json_t *example, json_t *real)
{
	named = false;
	bool same = is_same("", example, real);
	if (same)
		name_differences("", example, real);
	named = true;
	if (same && is_same("", example, real))
		return;
	char *a = json_dumps(example, JSON_INDENT(1)), *b = json_dumps(real, JSON_INDENT(1));
	fail_msg("%s: the example has %s, the answer %s", route, a, b);
}

/* ---- writing ---- */

/* What the file says already of the answer names what is another one each time; all else is taken as it came. */
static void name_members(const char *member, json_t *draft, json_t *real)
{
	const char *key;
	json_t *value;
	if (json_is_string(draft) && json_is_string(real) && !json_equal(draft, real) && is_variable(member))
		name(json_string_value(draft), json_string_value(real));
	json_object_foreach(draft, key, value)
		name_members(key, value, json_object_get(real, key));
	for (size_t i = 0; i < json_array_size(draft); i++)
		name_members(member, json_array_get(draft, i), json_array_get(real, i));
}

static json_t *shown(json_t *real)
{
	const char *key;
	json_t *value, *made;
	if (json_is_string(real)) {
		char *text = example_text(json_string_value(real));
		made = json_string(text);
		free(text);
		return made;
	}
	if (json_is_object(real)) {
		made = json_object();
		json_object_foreach(real, key, value)
			json_object_set_new(made, key, shown(value));
		return made;
	}
	if (!json_is_array(real))
		return json_incref(real);
	made = json_array();
	for (size_t i = 0; i < json_array_size(real) && i < SHOWN_ITEMS; i++)
		json_array_append_new(made, shown(json_array_get(real, i)));
	return made;
}

static void write_example(const char *route, json_t *example, json_t *real)
{
	char path[256];
	FILE *f;
	if (shift() != 0)
		fail_msg("examples are written when it is %s: .make/check.sh OUT %sT04:00Z test_examples", STORY_DAY, STORY_DAY);
	name_members("", json_object_get(example, "answer"), real);
	if (real)
		json_object_set_new(example, "answer", shown(real));
	file_of(route, path);
	f = fopen(path, "w");
	assert_non_null(f);
	json_dumpf(example, f, JSON_INDENT(2));
	fputc('\n', f);
	fclose(f);
}

/* ---- asking ---- */

static json_t *operation_of(const struct route *r)
{
	const char *path, *method;
	json_t *methods, *operation;
	json_object_foreach(json_object_get(document, "paths"), path, methods)
		json_object_foreach(methods, method, operation)
			if (strcmp(json_string_value(json_object_get(operation, "operationId")), r->name) == 0)
				return operation;
	fail_msg("%s is not described", r->name);
	return NULL;
}

static void expect_schema(const char *route, json_t *schema, json_t *value)
{
	char why[SCHEMA_WHY];
	if (!schema_accepts(document, schema, value, why))
		fail_msg("%s: not of its schema: %s", route, why);
}

static json_t *schema_in(json_t *content, const char *media)
{
	return json_object_get(json_object_get(content, media), "schema");
}

/* "a=1&b=%E5…" of an object's members. */
static void add_form(struct buf *b, json_t *members)
{
	const char *key;
	json_t *value;
	json_object_foreach(members, key, value) {
		buf_addf(b, "%s%s=", b->n && b->p[b->n - 1] != '?' ? "&" : "", key);
		struct slice text = json_text(value);
		for (size_t i = 0; i < text.n; i++)
			buf_addf(b, "%%%02X", (unsigned char)text.p[i]);
	}
}

static void add_path(struct buf *b, const struct route *r, json_t *values)
{
	struct slice rest = slice_skip(slice_of(r->path), 1);
	while (rest.p) {
		struct slice segment = slice_cut(&rest, '/');
		buf_addc(b, '/');
		if (segment.n < 3 || segment.p[0] != '{') {
			buf_add(b, segment);
			continue;
		}
		struct slice inner = slice_from(segment.p + 1, segment.n - 2), key = slice_cut(&inner, ':');
		json_t *value = json_object_getn(values, key.p, key.n);
		if (!value)
			fail_msg("%s: the example has no %.*s", r->name, SLICE_ARGS(key));
		buf_add(b, json_text(value));
	}
}

static char *target_of(const struct route *r, json_t *example)
{
	struct buf b = BUF_INIT(4 * KIB);
	json_t *path = real_value(json_object_get(example, "path") ? json_object_get(example, "path") : json_null());
	json_t *query = json_object_get(example, "query") ? real_value(json_object_get(example, "query")) : NULL;
	add_path(&b, r, path);
	if (query)
		buf_addc(&b, '?');
	add_form(&b, query);
	buf_addc(&b, '\0');
	json_decref(path);
	json_decref(query);
	return b.p;
}

static char *body_of(const struct route *r, json_t *request)
{
	struct buf b = BUF_INIT(64 * KIB);
	if (!request)
		return NULL;
	if (r->body)
		return json_dumps(request, JSON_COMPACT);
	add_form(&b, request);
	buf_addc(&b, '\0');
	return b.p;
}

static bool answers_json(const struct route *r)
{
	for (const struct route_answer *a = r->answers; a->status; a++)
		if (a->media && strcmp(a->media, "application/json") == 0)
			return true;
	return false;
}

static const char *token_of(int by)
{
	return by == BY_NOBODY ? NULL : d->token[by];
}

static const struct answer *ask(const struct route *r, int by, json_t *example, json_t *request)
{
	char *target = target_of(r, example), *body = body_of(r, request);
	const struct answer *a = ASK(d->https, .method = http_method_name(r->method), .path = target,
	                             .token = token_of(by), .body = body, .type = body ? r->media : NULL,
	                             .accept = answers_json(r) ? "application/json" : NULL, .language = "zh");
	if (a->status != r->answers->status)
		fail_msg("%s %s: %d %s", r->name, target, a->status, a->body);
	free(target);
	free(body);
	return a;
}

static void replay(const char *route, int by)
{
	const struct route *r = route_named(route);
	json_t *operation = operation_of(r), *example = example_of(route);
	json_t *request = json_object_get(example, "request"), *answer = json_object_get(example, "answer");
	json_t *real = request ? real_value(request) : NULL;
	char status[16];
	snprintf(status, sizeof status, "%d", r->answers->status);
	json_t *content = json_object_get(json_object_get(json_object_get(operation, "responses"), status),
	                                  "content");
	json_t *taken = schema_in(json_object_get(json_object_get(operation, "requestBody"), "content"),
	                          r->media ? r->media : "");
	assert_int_equal(request != NULL, r->media != NULL);
	if (request) {
		expect_schema(route, taken, request);
		expect_schema(route, taken, real);
	}
	const struct answer *a = ask(r, by, example, real);
	if (answers_json(r))
		expect_schema(route, schema_in(content, "application/json"), a->json);
	if (is_writing()) {
		write_example(route, example, answers_json(r) ? a->json : NULL);
	} else if (answers_json(r)) {
		expect_schema(route, schema_in(content, "application/json"), answer);
		compare(route, answer, a->json);
	}
	json_decref(real);
	json_decref(example);
}

/* ---- things that no request makes ---- */

#define JWT "eyJhbGciOiJFUzI1NiJ9.eyJpZCI6InVybjp1dWlkOuKApiJ9.c2lnbmF0dXJl"

#define CALLED_OFF "019acf0e-5c00-7000-8000-0000000001f3" /* a session and an exam that will be cancelled */
#define NUMBER "S000031000123264000001"
#define STANDARD_OF "直播内容策划师/"
#define STANDARD_ISSUED "2026-01-15"
#define ASKED "019acf0e-5c00-7000-8000-000000000011"
#define UNWANTED "0c0000aa-0000-4000-8000-0000000000a4" /* agreements that were proposed */
#define DOUBTFUL "0c0000aa-0000-4000-8000-0000000000a5"
#define DOUBTED "019acf0e-5c00-7000-8000-000000000031"
#define NEWCOMER "019acf0e-5c00-7000-8000-000000000041"
#define TO_MOVE "019acf0e-5c00-7000-8000-000000000051"
#define TO_CONFIRM "0c0000aa-0000-4000-8000-0000000000c1"
#define TO_VETO "0c0000aa-0000-4000-8000-0000000000c2"
#define MISMARKED "019acf0e-5c00-7000-8000-000000000061" /* a result that is corrected */
#define NOT_MISMARKED "019acf0e-5c00-7000-8000-000000000062" /* corrections that are refused and withdrawn, and of what */
#define NOT_MEANT "019acf0e-5c00-7000-8000-000000000063"
#define NUMBERED_LATER "0c0000aa-0000-4000-8000-0000000000c3"
#define TWICE_AT "0c0000aa-0000-4000-8000-0000000000e" /* and a digit: people and a link */
#define RENAMED "019acf0e-5c00-7000-8000-000000000042"

/* What a restored database lost, and the credential that its holder has: for the adoption. And an erasure that
 * somebody asked for. */
static void lose_a_certificate(void)
{
	const struct answer *a;
	char sql[1024], path[160];
	char *number = real_of(NUMBER);
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", number);
	a = expect_status(ASK(d->https, .path = path, .token = d->token[BY_ADMIN], .accept = "application/jwt"),
	                  200);
	name(JWT, a->body);
	snprintf(sql, sizeof sql,
	         "INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx, state,"
	         " journal, line) SELECT v.id, c.id, c.number, c.issuer, 1, 0, 'valid',"
	         " (SELECT id FROM talent.journal_host LIMIT 1), 1 FROM talent.certificate c"
	         " JOIN talent.certificate_version v ON v.certificate = c.id WHERE c.number = '%s'"
	         " ORDER BY v.ordinal DESC LIMIT 1", number);
	cluster_sql(d->cluster, d->database, sql);
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx,"
	            " state, journal, line) SELECT '" ASKED "', '" ASKED "', 'S000031000123264000002', o.id, 1,"
	            " 0, 'valid', (SELECT id FROM talent.journal_host LIMIT 1), 1"
	            " FROM talent.organisation o WHERE o.slug = 'shili';"
	            "INSERT INTO talent.adoption (id, version, number, holder, requested_by)"
	            " VALUES ('" ASKED "', '" ASKED "', 'S000031000123264000002', '李娜', " FIRST ");"
	            "INSERT INTO talent.erasure (id, person, basis, requested_by)"
	            " VALUES ('" DOUBTED "', gen_random_uuid(), 'other', " FIRST ");"
	            "INSERT INTO talent.agreement (id, body, company, valid_from) SELECT x.id::uuid, b.id, c.id, '2026-11-30'"
	            " FROM talent.organisation b, talent.organisation c, (VALUES ('" UNWANTED "'), ('" DOUBTFUL "')) x (id)"
	            " WHERE b.slug = 'shili' AND c.slug = 'yunxuan';"
	            "INSERT INTO talent.staff (id, role, name, rights, admission, admitted_by, named_at)"
	            " SELECT '" NEWCOMER "', 'administrator', '王五', 'manages', 'two_people', s.id, now()"
	            " FROM talent.staff s WHERE s.name = '陈静';"
	            "INSERT INTO talent.staff_request (id, staff, what, requested_by)"
	            " VALUES ('" NEWCOMER "', '" NEWCOMER "', 'admission', " FIRST ");"
	            "INSERT INTO talent.staff_request (id, staff, what, districts, requested_by)"
	            " SELECT '" RENAMED "', s.id, 'change', '{310105}', " FIRST " FROM talent.staff s WHERE s.name = '周明'");
	free(number);
}

/* A standard has the year of its issue in its name, which moves with the day. */
static void name_standard(void)
{
	struct day issued;
	char real[64];
	int year, month, dom;
	assert_true(is_day(STANDARD_ISSUED, &issued));
	issued.n += shift();
	day_to_civil(issued, &year, &month, &dom);
	snprintf(real, sizeof real, STANDARD_OF "%d", year);
	name(STANDARD_OF "2026", real);
}

/* One that is refused: the other application of the story is approved. */
static void apply_in_vain(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.organisation (id, slug, credit_code, name, district, state) VALUES"
	            " (gen_random_uuid(), 'huguang', '52310115000000999X', '湖光示例学校', '310115', 'applied')");
}

/* One that is cancelled: the other session of the story is completed. */
static void plan_in_vain(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.training_session (id, institution, title, occupation, edition, work_type, level,"
	            " starts_on, ends_on, hours, capacity, district) SELECT '" CALLED_OFF "', institution, '周末班',"
	            " occupation, edition, work_type, level, starts_on, ends_on, hours, capacity, district"
	            " FROM talent.training_session");
}

/* An exam that is announced for a day on which its standard has been followed by another one. */
static void a_standard_follows(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district, standard,"
	            " site) SELECT '" TO_MOVE "', o.id, 'HLW-2026-119', s.occupation, s.edition, 'livestream-sales', '4',"
	            " talent._today() + 30, o.district, s.id, (SELECT t.id FROM talent.site t WHERE t.organisation = o.id"
	            " ORDER BY t.created_at LIMIT 1) FROM talent.organisation o, talent.standard s WHERE o.slug = 'shili'"
	            " AND s.name = '互联网营销师/2021';"
	            "UPDATE talent.standard SET valid_to = talent._today() + 19 WHERE name = '互联网营销师/2021';"
	            "INSERT INTO talent.standard (id, name, occupation, edition, document, valid_from) VALUES"
	            " ('" TO_MOVE "', '互联网营销师/2026', '4-01-06-02', '2022', '人社厅发〔2026〕99号', talent._today() + 20);"
	            "SELECT talent._standard_version_add('" TO_MOVE "', talent._today() + 20, NULL,"
	            " ARRAY[jsonb_populate_record(NULL::talent.new_standard_work_type, '{\"slug\":\"livestream-sales\",\"name\":\"直播销售员\",\"name_en\":\"x\",\"levels\":"
	            " [{\"level\":\"4\"}]}')])");
}

/* One that is cancelled: the other exam of the story has a result. */
static void announce_in_vain(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district, site)"
	            " SELECT '" CALLED_OFF "', body, 'called-off', occupation, edition, work_type, level, talent._today(),"
	            " district, site FROM talent.exam ORDER BY id LIMIT 1");
}

/* Two passes that wait for their company. */
static void a_company_has_a_window(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, partner, held_on,"
	            " publicity_days, district, site) SELECT x.id::uuid, e.body, 'HLW-2026-12-' || x.level, e.occupation,"
	            " e.edition, e.work_type, x.level, c.id, talent._today(), 2, e.district, e.site FROM (SELECT * FROM talent.exam"
	            " ORDER BY id LIMIT 1) e, talent.organisation c, (VALUES ('" TO_CONFIRM "', '4'), ('" TO_VETO "', '5'))"
	            " x (id, level) WHERE c.slug = 'yunxuan';"
	            "INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, outcome, failed_parts, state,"
	            " publish_on, window_to) SELECT x.id::uuid, x.id::uuid, p.person, p.name, 'present', 80, 80, 'pass', '{}',"
	            " 'awaiting_publication', talent._today() + 6, talent._today() + 5 FROM (SELECT * FROM talent.assessment"
	            " ORDER BY id LIMIT 1) p, (VALUES ('" TO_CONFIRM "'), ('" TO_VETO "')) x (id);"
	            "INSERT INTO talent.audit (request, action, object) VALUES ('x', 'x', '" TO_CONFIRM "')");
}

/* Two people whom somebody knows to be one, and two of whom somebody only thinks so. */
static void people_are_one(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.person (id, id_type, id_hash, id_cipher, id_key, id_masked, name) SELECT ('" TWICE_AT "' || n)::uuid,"
	            " 'passport', sha256(n::text::bytea), decode(repeat('00', 40), 'hex'), 1, '*****', '陈明' FROM generate_series(1, 4) n;"
	            "INSERT INTO talent.person_link (id, person, canonical, reason, evidence, requested_by) VALUES"
	            " ('" TWICE_AT "5', '" TWICE_AT "3', '" TWICE_AT "4', 'other', '来函 7 号', " FIRST ")");
}

/* Three results that somebody takes for wrong. */
static void results_are_doubted(void)
{
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district, site)"
	            " SELECT x.id::uuid, e.body, x.code, e.occupation, e.edition, e.work_type, x.level, talent._today(),"
	            " e.district, e.site FROM (SELECT * FROM talent.exam ORDER BY id LIMIT 1) e, (VALUES ('" MISMARKED "',"
	            " 'HLW-2026-120', '5'), ('" NOT_MISMARKED "', 'HLW-2026-121', '3'), ('" NOT_MEANT "', 'HLW-2026-122', '3'))"
	            " x (id, code, level);"
	            "INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, outcome, failed_parts, state)"
	            " SELECT x.id::uuid, x.id::uuid, p.person, p.name, 'present', 58, 80, 'fail', '{theory}', 'published'"
	            " FROM (SELECT n.id AS person, n.name FROM talent.person n WHERE n.name = '李娜') p,"
	            " (VALUES ('" MISMARKED "'),"
	            " ('" NOT_MISMARKED "'), ('" NOT_MEANT "')) x (id);"
	            "SELECT talent._count_result(a.id, 1) FROM talent.assessment a WHERE a.theory = 58;"
	            "INSERT INTO talent.correction (id, assessment, exam, body, kind, theory, skill, outcome, failed_parts, reason,"
	            " evidence) SELECT a.id, a.id, a.exam, e.body, 'score', 60, 80, 'pass', '{}', 'recheck', '复核登记表 18 号'"
	            " FROM talent.assessment a JOIN talent.exam e ON e.id = a.exam WHERE a.id IN ('" NOT_MISMARKED "',"
	            " '" NOT_MEANT "');"
	            "INSERT INTO talent.audit (request, action, object) VALUES ('x', 'x', '" MISMARKED "')");
}

/* A pass at a site that is given its numbers after the results. */
static void a_number_comes_later(void)
{
	static const char *const numbers[] = {"S000031000187264000001", "S000031000187264000002"};
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) { /* the year stands in it */
		char real[32];
		snprintf(real, sizeof real, "%.13s%.2s%s", numbers[i], daemon_day(0) + 2, numbers[i] + 15);
		if (strcmp(real, numbers[i]) != 0)
			name(numbers[i], real);
	}
	cluster_sql(d->cluster, d->database,
	            "INSERT INTO talent.site (id, organisation, code, name, district, number_mode) SELECT '" NUMBERED_LATER "', o.id,"
	            " 'later', '闵行考点', '310112', 'supplied_later' FROM talent.organisation o WHERE o.slug = 'shili';"
	            "INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on, district, site)"
	            " SELECT '" NUMBERED_LATER "', body, 'HLW-2026-130', occupation, edition, work_type, level, talent._today(),"
	            " district, '" NUMBERED_LATER "' FROM talent.exam ORDER BY id LIMIT 1");
	expect_status(ASK(d->https, .path = "/v1/exams/" NUMBERED_LATER "/assessments", .token = d->token[BY_SHILI],
	                  .body = "{\"candidate\":{\"name\":\"陈家豪\",\"id_type\":\"hmt_residence\","
	                          "\"id_number\":\"810000199208150131\"},\"scores\":{\"theory\":80,\"skill\":80}}"), 201);
}

static void every_example_is_as_it_says(void **state)
{
	char did[64];
	document = json_deep_copy(expect_status(ASK(d->https, .path = "/openapi.json"), 200)->json);
	snprintf(did, sizeof did, "did:web:localhost%%3A%d", d->port[PORT_PUBLIC]);
	name("https://" SITE, d->url[PORT_PUBLIC]);
	name("did:web:" SITE, did);
	name_standard();
	for (size_t i = 0; i < ARRAY_LEN(story); i++) {
		if (strcmp(story[i].route, "adoption_create") == 0)
			lose_a_certificate();
		if (strcmp(story[i].route, "organisation_refuse") == 0)
			apply_in_vain();
		if (strcmp(story[i].route, "exam_change") == 0)
			announce_in_vain();
		if (strcmp(story[i].route, "session_cancel") == 0)
			plan_in_vain();
		if (strcmp(story[i].route, "exam_move") == 0)
			a_standard_follows();
		if (strcmp(story[i].route, "correction_request") == 0)
			results_are_doubted();
		if (strcmp(story[i].route, "person_link_request") == 0)
			people_are_one();
		if (strcmp(story[i].route, "recheck_request") == 0)
			a_company_has_a_window();
		if (strcmp(story[i].route, "exam_number") == 0)
			a_number_comes_later();
		replay(story[i].route, story[i].by);
	}
	forget_names();
	json_decref(document);
}

/* Whatever takes a body, and whatever answers JSON of its own, has an example that is replayed. */
static void every_operation_with_a_body_is_told(void **state)
{
	for (const struct route *const *r = api_routes; *r; r++) {
		bool told = false;
		for (size_t i = 0; i < ARRAY_LEN(story); i++)
			told |= strcmp(story[i].route, (*r)->name) == 0;
		if (!told && ((*r)->media || (*r)->answers->shape))
			fail_msg("%s has no example", (*r)->name);
	}
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){.workers = 1});
	return 0;
}

static int stop(void **state)
{
	struct cluster *cluster = d->cluster;
	daemon_free(d);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_with_a_body_is_told),
		cmocka_unit_test(every_example_is_as_it_says),
	};
	return cmocka_run_group_tests_name("examples", tests, start, stop);
}
