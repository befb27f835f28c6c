/* Submitting one result, over a scripted database and a signer in the process: what is asked of
 * them and in which order, and what the client is told. */
#include "submit.h"

#include "credential/did.h"
#include "credential/credential.h"
#include "credential/proof.h"
#include "crypt/digest.h"

static void expect_order(struct office *o, const int *statements)
{
	for (int i = 0; statements[i] >= 0; i++)
		assert_int_equal(fake_db_statement(o->db, i), statements[i]);
}

static void a_pass_of_a_dual_exam(void **state)
{
	struct office *o = *state;
	static const int order[] = {Q_PRINCIPAL_BY_TOKEN, Q_EXAM_LOAD, Q_ELIGIBILITY, F_NUMBERS_RESERVE,
	                            F_STATUS_RESERVE, F_NUMBERS_RESERVE, F_STATUS_RESERVE, SUBMIT, -1};
	office_reserve(o, 2);
	struct visit *v = until_stored(o, &dual, PASS);
	assert_int_equal(v->phase, VISIT_WAITS);
	expect_order(o, order);
	assert_int_equal(fake_db_n_args(o->db, SUBMIT), ARGS);
	assert_int_equal(fake_db_lane(o->db, SUBMIT), DB_WRITE);
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 0, 0), OFFICE_SITE));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 0, 1), "skill_grade"));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 0, 3), "4"));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 1, 0), OFFICE_COMPANY));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 1, 1), "company"));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 1, 2), "2026"));
	assert_true(slice_is(fake_db_arg_of(o->db, F_NUMBERS_RESERVE, 1, 3), ""));
	char id[40];
	snprintf(id, sizeof id, "%s", arg(o, "assessment"));
	answer(o, v, "stored", id, NULL);
	assert_int_equal(v->status, 201);
	assert_true(slice_is(visit_member(v, "id"), id));
	assert_true(slice_is(visit_member(v, "state"), "published"));
	assert_true(slice_is(visit_member(v, "outcome"), "pass"));
	assert_null(visit_field(v, "Idempotent-Replayed").p);
	char location[64];
	snprintf(location, sizeof location, "/v1/assessments/%s", id);
	assert_true(slice_is(visit_field(v, "Location"), location));
	assert_non_null(strstr(v->body, "\"number\":\"S000031000123264000001\""));
	assert_non_null(strstr(v->body, "\"number\":\"XINGBO-2026-00000001\""));
	assert_null(strstr(v->body, "310199199003070014"));
	assert_null(strstr(v->body, "proof"));
}

static void the_arguments(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	struct visit *v = until_stored(o, &dual, PASS);
	const struct {
		const char *path, *text; /* NULL: null */
	} expected[] = {
		{"person.id_type", "resident_id"}, {"person.id_country", NULL}, {"person.id_key", "1"},
		{"person.id_masked", "**************0014"}, {"person.name", "张伟"},
		{"attendance", "present"}, {"theory", "78.5"}, {"skill", "60"}, {"review", NULL},
		{"supplied_number", NULL}, {"outcome", "pass"}, {"failed_parts", "{}"},
		{"publish_on", NULL},
		{GRADE "kind", "skill_grade"}, {GRADE "number", "S000031000123264000001"},
		{GRADE "title", "互联网营销师 直播销售员 四级/中级工"}, {GRADE "key", o->keys[0].id},
		{GRADE "list", "1"}, {GRADE "expires", NULL},
		{COMPANY "kind", "company"}, {COMPANY "number", "XINGBO-2026-00000001"},
		{COMPANY "title", "星播直播销售 中级"}, {COMPANY "key", o->keys[1].id},
		{COMPANY "list", "1"}, {COMPANY "expires", "2027-11-19"},
	};
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		if (expected[i].text)
			assert_string_equal(arg(o, expected[i].path), expected[i].text);
		else
			assert_null(arg(o, expected[i].path));
	}
	const char *const around[] = {"99999999-0000-4000-8000-000000000001", "visit-1", NULL, NULL, OFFICE_EXAM};
	for (int k = 0; k < (int)ARRAY_LEN(around); k++)
		assert_true(around[k] ? slice_is(fake_db_arg(o->db, SUBMIT, k), around[k])
		                      : !fake_db_arg(o->db, SUBMIT, k).p);
	assert_memory_equal(fake_db_arg(o->db, SUBMIT, ISSUED_AT).p, "2026-11-20", 10);
	struct slice hash = fake_db_arg(o->db, Q_EXAM_LOAD, 1);
	char text[65];
	assert_int_equal(hash.n, 32);
	hex_format(hash, text);
	assert_string_equal(arg(o, "person.id_hash") + 2, text);
	assert_int_equal(strlen(arg(o, "person.id_cipher")), 2 + 2 * (18 + 28));
	assert_int_equal(strlen(arg(o, GRADE "code")), 2 + 2 * 16);
	assert_string_not_equal(arg(o, GRADE "code"), arg(o, COMPANY "code"));
	const char *const ids[] = {"assessment", "person.id", GRADE "certificate", GRADE "version",
	                           COMPANY "certificate", COMPANY "version"};
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(arg(o, ids[i]), arg(o, ids[k]));
	loopback_leave(v);
}

/* The text between two marks. */
static struct slice between(const char *text, const char *before, char after)
{
	const char *p = strstr(text, before);
	assert_non_null(p);
	p += strlen(before);
	return slice_from(p, (size_t)(strchr(p, after) - p));
}

static const char *half(struct office *o, int which, const char *member)
{
	char path[64];
	snprintf(path, sizeof path, "certificates.%d.%s", which, member);
	return arg(o, path);
}

static void expect_signed(struct office *o, int key, enum certificate_kind kind)
{
	const char *json = document(o, key);
	struct arena *a = arena_new(MIB);
	struct credential_facts f = {
		.kind = kind, .title = slice_of(half(o, key, "title")), .number = slice_of(half(o, key, "number")),
		.holder = SLICE("张伟"), .issuer_slug = key ? SLICE("xingbo") : SLICE("shili"),
		.issuer_name = key ? SLICE("星播示例科技有限公司") : SLICE("上海示例技能评价中心"),
		.occupation = SLICE("4-01-06-02"), .edition = SLICE("2022"),
		.work_type = SLICE("livestream-sales"), .level = SLICE("4"),
		.code = key ? SLICE("XINGBO-001") : SLICE_NONE,
		.narrative = SLICE("theory and skill each at least 60"), .expires = key == 1,
		.public_url = o->registry.public_url, .list = 1, .index = (uint32_t)strtoul(half(o, key, "idx"), NULL, 10),
	};
	assert_true(uuid_parse(slice_of(half(o, key, "version")), &f.id));
	assert_true(uuid_parse(between(json, "\"credentialSubject\":{\"id\":\"urn:uuid:", '"'),
	                       &f.subject));
	assert_true(instant_parse(SLICE("2026-11-20T02:15:07Z"), &f.valid_from));
	assert_true(instant_parse(SLICE("2027-11-19T15:59:59Z"), &f.valid_until));
	struct unsecured_document built;
	assert_int_equal(credential_build(a, &f, &built), 0);
	assert_memory_equal(json, built.json.p, built.json.n - 1);
	struct proof_options options = {.key_id = slice_of(o->keys[key].id), .created = f.valid_from};
	assert_int_equal(did_web(a, o->registry.public_url, f.issuer_slug, &options.did), 0);
	struct slice proof;
	assert_int_equal(proof_canonical(a, &options, &proof), 0);
	uint8_t hashes[64], signature[64];
	size_t n;
	sha256(o->registry.crypt, proof, hashes);
	sha256(o->registry.crypt, built.canonical, hashes + 32);
	assert_int_equal(base58_decode(between(json, "\"proofValue\":\"z", '"'), signature,
	                               sizeof signature, &n), 0);
	assert_true(ed25519_verify(o->registry.crypt, o->keys[key].public, slice_from(hashes, 64),
	                           signature));
	arena_free(a);
}

/* What the signer was given are the canonical bytes of the very document that is stored. */
static void the_documents_are_signed(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	struct visit *v = until_stored(o, &dual, PASS);
	expect_signed(o, 0, KIND_SKILL_GRADE);
	expect_signed(o, 1, KIND_COMPANY);
	loopback_leave(v);
}

static void a_plain_exam_has_one_half(void **state)
{
	struct office *o = *state;
	office_reserve(o, 1);
	struct visit *v = until_stored(o, &plain, PASS);
	assert_non_null(arg(o, GRADE "number"));
	assert_null(arg(o, COMPANY "number"));
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_int_equal(v->status, 201);
	assert_null(strstr(v->body, "company"));
}

static void nothing_is_issued(struct office *o)
{
	assert_null(arg(o, GRADE "number"));
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 0);
}

static void failures_and_absences(void **state)
{
	struct office *o = *state;
	struct visit *v = until_stored(o, &dual, FAIL);
	nothing_is_issued(o);
	assert_true(arg_is(o, "outcome", "fail"));
	assert_true(arg_is(o, "failed_parts", "{theory,skill}"));
	assert_true(arg_is(o, "theory", "59.5"));
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_non_null(strstr(v->body, "\"failed_parts\":[\"theory\",\"skill\"]"));
	assert_non_null(strstr(v->body, "\"scores\":{\"theory\":59.5,\"skill\":59.99}"));
	assert_non_null(strstr(v->body, "\"certificates\":[]"));
	v = until_stored(o, &dual, CANDIDATE "\"attendance\":\"absent\"}");
	nothing_is_issued(o);
	assert_true(arg_is(o, "attendance", "absent"));
	assert_true(arg_is(o, "outcome", "absent"));
	assert_null(arg(o, "theory"));
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_null(strstr(v->body, "scores"));
}

static void a_pass_that_waits_for_publication(void **state)
{
	struct office *o = *state;
	struct visit *v = until_stored(o, &(struct exam_terms){.publicity_days = "10"}, PASS);
	nothing_is_issued(o);
	assert_true(arg_is(o, "publish_on", "2026-12-01"));
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_true(slice_is(visit_member(v, "state"), "awaiting_publication"));
	assert_true(slice_is(visit_member(v, "publish_on"), "2026-12-01"));
}

/* Numbers and positions are taken from the worker's block while there are some. */
static void blocks_are_reserved_once(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	char first[8];
	for (int i = 1; i <= 3; i++) {
		char number[32];
		struct visit *v = until_stored(o, &dual, PASS);
		snprintf(number, sizeof number, "S000031000123264%06d", i);
		assert_true(arg_is(o, GRADE "number", number));
		if (i == 1)
			snprintf(first, sizeof first, "%s", arg(o, GRADE "idx"));
		else
			assert_string_not_equal(first, arg(o, GRADE "idx"));
		answer(o, v, "stored", arg(o, "assessment"), NULL);
	}
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 2);
	assert_int_equal(fake_db_sent(o->db, F_STATUS_RESERVE), 2);
}

/* Many results at once on a worker that has no numbers: one reservation for each series, whoever
 * asked for it may leave, and everybody gets a number of their own. */
static void many_at_once_reserve_once(void **state)
{
	struct office *o = *state;
	enum { MANY = 64 };
	struct visit *v[MANY];
	fake_db_always(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
	for (int i = 0; i < MANY; i++)
		v[i] = office_ask(o, "POST", TARGET, PASS);
	for (int i = 0; i < MANY; i++)
		assert_true(fake_db_step(o->db)); /* who asks */
	while (loopback_run(o->loop) > 0)
		;
	assert_int_equal(fake_db_sent(o->db, Q_EXAM_LOAD), MANY);
	for (int i = 0; i < MANY; i++)
		assert_true(fake_db_step(o->db)); /* the exam */
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 2);
	assert_int_equal(fake_db_sent(o->db, F_STATUS_RESERVE), 2);
	loopback_leave(v[0]);
	loopback_forget(v[0]);
	office_reserve(o, 2);
	fake_db_always(o->db, SUBMIT, ROW("stored", OTHER, NULL));
	office_run(o);
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 2);
	assert_int_equal(fake_db_sent(o->db, SUBMIT), MANY - 1);
	for (int i = 0; i < MANY - 1; i++) {
		char number[32];
		snprintf(number, sizeof number, "S000031000123264%06d", i + 1);
		assert_true(slice_is(slice_of(arg_of(o, i, GRADE "number")), number));
	}
	for (int i = 1; i < MANY; i++)
		assert_int_equal(v[i]->status, 201);
}

static void a_reservation_that_fails(void **state)
{
	struct office *o = *state;
	static const struct {
		enum db_outcome outcome;
		int status;
		const char *code;
	} cases[] = {
		{DB_AWAY, 503, "database_away"},
		{DB_TIMEOUT, 503, "overloaded"},
		{DB_ERROR, 500, "internal"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		fake_db_fail(o->db, F_NUMBERS_RESERVE, cases[i].outcome, NULL);
		if (i == 0)
			fake_db_answer_one(o->db, F_STATUS_RESERVE,
			                   FAKE_ROW("first list_key", "0",
			                            office_bytea(o->keys[0].public, 32)));
		struct visit *v = until_stored(o, &plain, PASS);
		expect_problem(v, cases[i].status, cases[i].code);
	}
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 0);
	assert_int_equal(fake_signer_asked(o->signer), 0);
}

static void numbers_run_out(void **state)
{
	struct office *o = *state;
	fake_db_answer_one(o->db, F_NUMBERS_RESERVE, FAKE_ROW("first", NULL));
	fake_db_answer_one(o->db, F_STATUS_RESERVE,
	                   FAKE_ROW("first list_key", "0", office_bytea(o->keys[0].public, 32)));
	struct visit *v = until_stored(o, &plain, PASS);
	expect_problem(v, 409, "numbers_used_up");
	/* A level that has no digit cannot have a number; and that is no crash. */
	office_reserve(o, 1);
	v = until_stored(o, &(struct exam_terms){.plain = true, .level = "chief"}, PASS);
	expect_problem(v, 409, "numbers_used_up");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 0);
}

/* Where nothing is minted a pass without a number costs neither a number nor a signature. */
static void a_site_that_mints_nothing(void **state)
{
	struct office *o = *state;
	static const struct exam_terms none[] = {{.plain = true, .siteless = true}, {.plain = true, .numbers = "supplied"}};
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		struct visit *v = until_stored(o, &none[i], PASS);
		expect_problem(v, 422, "invalid_fields");
		assert_non_null(strstr(v->body, "number_needed"));
	}
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 0);
	assert_int_equal(fake_signer_asked(o->signer), 0);
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 0);
}

/* Whatever is not stored is not told either: no code, no number, no proof. */
static void conflicts(void **state)
{
	struct office *o = *state;
	static const struct {
		const char *outcome, *id, *other;
		int status;
		const char *code, *member, *value;
	} cases[] = {
		{"already_assessed", OTHER, NULL, 409, "already_assessed", "assessment_id", OTHER},
		{"already_certified", NULL, "S000031000123254000009", 409, "already_certified",
		 "certificate_number", "S000031000123254000009"},
		{"person_name_differs", NULL, NULL, 409, "person_name_differs", NULL, NULL},
		{"assessment_annulled", OTHER, NULL, 409, "assessment_annulled", NULL, NULL},
		{"standing", NULL, "exam_closed", 409, "exam_closed", NULL, NULL},
		{"standing", NULL, "organisation_suspended", 409, "organisation_suspended", NULL, NULL},
		{"exam_not_found", NULL, NULL, 404, "not_found", NULL, NULL},
		{"idempotency_key_reused", NULL, NULL, 422, "idempotency_key_reused", NULL, NULL},
		{"something_new", NULL, NULL, 500, "internal", NULL, NULL},
	};
	office_reserve(o, 2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = until_stored(o, &dual, PASS);
		char code[CODE_TEXT];
		code_of(o, GRADE "code", code);
		answer(o, v, cases[i].outcome, cases[i].id, cases[i].other);
		expect_problem(v, cases[i].status, cases[i].code);
		if (cases[i].member)
			assert_true(slice_is(visit_member(v, cases[i].member), cases[i].value));
		assert_null(strstr(v->body, code));
		assert_null(strstr(v->body, arg(o, GRADE "number")));
		assert_null(strstr(v->body, "proof"));
		assert_null(strstr(v->body, "张"));
		assert_null(visit_field(v, "Location").p);
	}
}

/* What was loaded is judged before numbers are reserved and anything is signed; the write function
 * is asked without certificates, and its answer is the client's. */
static void nothing_is_signed_for_what_will_be_refused(void **state)
{
	struct office *o = *state;
	const char *supplied = CANDIDATE "\"scores\":{\"theory\":78.5,\"skill\":60},"
	                                 "\"certificate_number\":\"S000031000123264000777\"}";
	static const struct exam_terms certified = {.person = OTHER, .certified = "S0"},
		taken = {.number_taken = true},
		renamed = {.person = OTHER, .person_name = "张三"},
		repeated = {.seen = "replayed"}, reused = {.seen = "idempotency_key_reused"};
	const struct {
		const struct exam_terms *terms;
		const char *body, *outcome, *other, *code;
	} cases[] = {
		{&certified, PASS, "already_certified", "S0", "already_certified"},
		{&taken, supplied, "number_taken", "S000031000123264000777", "number_taken"},
		{&renamed, PASS, "person_name_differs", NULL, "person_name_differs"},
		{&repeated, PASS, "already_assessed", NULL, "already_assessed"},
		{&reused, PASS, "idempotency_key_reused", NULL, "idempotency_key_reused"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct visit *v = until_stored(o, cases[i].terms, cases[i].body);
		nothing_is_issued(o);
		answer(o, v, cases[i].outcome, OTHER, cases[i].other);
		assert_true(slice_is(visit_member(v, "code"), cases[i].code));
	}
	assert_int_equal(fake_db_sent(o->db, F_STATUS_RESERVE), 0);
	assert_int_equal(fake_signer_asked(o->signer), 0);
	assert_true(slice_is(fake_db_arg_of(o->db, Q_EXAM_LOAD, 1, 3), "S000031000123264000777"));
	/* What stood in the way is gone by the time of the write: then it is signed. */
	fake_db_answer_one(o->db, SUBMIT, ROW("standing", NULL, "terms_changed"));
	struct visit *v = until_stored(o, &certified, PASS);
	fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &(struct exam_terms){.person = OTHER}));
	office_reserve(o, 2);
	while (fake_db_sent(o->db, SUBMIT) < 7 && office_step(o))
		;
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_int_equal(v->status, 201);
	assert_int_equal(fake_signer_asked(o->signer), 2);
}

static void a_minted_number_that_is_taken(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	for (int i = 0; i < 3; i++)
		fake_db_answer_one(o->db, SUBMIT, ROW("number_taken", NULL, "S000031000123264000001"));
	struct visit *v = until_stored(o, &dual, PASS);
	while (fake_db_sent(o->db, SUBMIT) < 4 && office_step(o))
		;
	for (int i = 0; i < 4; i++) {
		char number[32];
		snprintf(number, sizeof number, "S000031000123264%06d", i + 1);
		assert_true(slice_is(slice_of(arg_of(o, i, GRADE "number")), number));
		assert_true(slice_eq(slice_of(arg_of(o, i, "assessment")), slice_of(arg(o, "assessment"))));
		/* What was signed under the other numbers is abandoned, with its place and code. */
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(arg_of(o, i, GRADE "version"),
			                        arg_of(o, k, GRADE "version"));
			assert_string_not_equal(arg_of(o, i, GRADE "idx"),
			                        arg_of(o, k, GRADE "idx"));
		}
	}
	expect_signed(o, 0, KIND_SKILL_GRADE);
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_int_equal(v->status, 201);
	assert_non_null(strstr(v->body, "S000031000123264000004"));
	assert_null(strstr(v->body, "S000031000123264000001"));
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 2);
	/* And not for ever. */
	for (int i = 0; i < 3; i++)
		fake_db_answer_one(o->db, SUBMIT, ROW("number_taken", NULL, "x"));
	v = until_stored(o, &dual, PASS);
	while (fake_db_sent(o->db, SUBMIT) < 8 && office_step(o))
		;
	answer(o, v, "number_taken", NULL, "x");
	expect_problem(v, 409, "number_taken");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 8);
}

static void a_supplied_number_that_is_taken(void **state)
{
	struct office *o = *state;
	const char *body = CANDIDATE "\"scores\":{\"theory\":78.5,\"skill\":60},"
	                             "\"certificate_number\":\"S000031000123264000777\"}";
	PGresult *res[] = {FAKE_ROW("first list_key", "0", office_bytea(o->keys[0].public, 32))};
	fake_db_answer(o->db, F_STATUS_RESERVE, 1, res);
	struct visit *v = until_stored(o, &plain, body);
	assert_true(arg_is(o, "supplied_number", "S000031000123264000777"));
	assert_true(arg_is(o, GRADE "number", "S000031000123264000777"));
	assert_int_equal(fake_db_sent(o->db, F_NUMBERS_RESERVE), 0);
	answer(o, v, "number_taken", NULL, "S000031000123264000777");
	expect_problem(v, 409, "number_taken");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 1);
}

static void changed_terms_are_loaded_again(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	fake_db_answer_one(o->db, SUBMIT, ROW("standing", NULL, "terms_changed"));
	struct visit *v = until_stored(o, &dual, PASS);
	fake_db_answer_one(o->db, Q_EXAM_LOAD, office_exam(o, &(struct exam_terms){.publicity_days = "1"}));
	while (fake_db_sent(o->db, SUBMIT) < 2 && office_step(o))
		;
	assert_int_equal(fake_db_sent(o->db, Q_EXAM_LOAD), 2);
	assert_true(arg_is(o, "publish_on", "2026-11-22"));
	assert_null(arg(o, GRADE "certificate"));
	answer(o, v, "stored", arg(o, "assessment"), NULL);
	assert_int_equal(v->status, 201);
	/* Terms that never stand still are not waited for. */
	fake_db_always(o->db, Q_EXAM_LOAD, office_exam(o, &dual));
	fake_db_always(o->db, SUBMIT, ROW("standing", NULL, "terms_changed"));
	v = office_done(o, "POST", TARGET, PASS);
	expect_problem(v, 503, "overloaded");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 2 + 4);
}

/* The rows that the first writing left behind, as a repetition reads them. */
static void script_replay(struct office *o)
{
	const char *grade_code = arg(o, GRADE "code");
	const char *company_code = arg(o, COMPANY "code");
	const char *const certificates[] = {
		"skill_grade", arg(o, GRADE "number"), "4", arg(o, GRADE "title"), "上海示例技能评价中心",
		"2026-11-20", grade_code,
		"company", arg(o, COMPANY "number"), "4", arg(o, COMPANY "title"), "星播示例科技有限公司",
		"2026-11-20", company_code,
	};
	PGresult *res[] = {
		FAKE_ROW("id exam_id body partner district state outcome failed_parts name id_type "
		         "id_masked theory skill review attendance publish_on "
		         "withheld_reason withheld_number withheld_at",
		         arg(o, "assessment"), OFFICE_EXAM, OFFICE_BODY, OFFICE_COMPANY, "310105", "published",
		         "pass", "", "张伟", "resident_id", arg(o, "person.id_masked"), "78.5", "60", NULL, "present",
		         NULL, NULL, NULL, NULL),
		fake_rows("kind number level title issuer_name issued_on code", 2, certificates),
	};
	fake_db_answer(o->db, Q_ASSESSMENT_VIEW, 2, res);
}

static void a_repetition_has_the_first_body(void **state)
{
	struct office *o = *state;
	static char first[4096];
	char id[40], person[40];
	office_reserve(o, 2);
	struct visit *v = until_stored(o, &dual, PASS);
	snprintf(id, sizeof id, "%s", arg(o, "assessment"));
	snprintf(person, sizeof person, "%s", arg(o, "person.id"));
	script_replay(o);
	answer(o, v, "stored", id, NULL);
	assert_int_equal(v->status, 201);
	assert_true(v->body_n < sizeof first);
	memcpy(first, v->body, v->body_n + 1);
	v = until_stored(o, &(struct exam_terms){.person = person, .assessment = id}, PASS);
	assert_true(arg_is(o, "person.id", person));
	assert_null(arg(o, GRADE "certificate"));
	answer(o, v, "replayed", id, NULL);
	assert_int_equal(v->status, 201);
	assert_string_equal(v->body, first);
	assert_true(slice_is(visit_field(v, "Idempotent-Replayed"), "true"));
	assert_non_null(strstr(visit_field(v, "Location").p, id));
}

/* The write's COMMIT was lost: the same call again, bit by bit, and what it finds is the answer. */
static void an_unknown_outcome(void **state)
{
	struct office *o = *state;
	office_reserve(o, 2);
	struct visit *v = until_stored(o, &dual, PASS);
	script_replay(o);
	char id[40];
	snprintf(id, sizeof id, "%s", arg(o, "assessment"));
	fake_db_fail(o->db, SUBMIT, DB_UNKNOWN, NULL);
	fake_db_step(o->db);
	assert_int_equal(fake_db_lane(o->db, SUBMIT), DB_REPEAT);
	for (int k = 0; k < ARGS; k++)
		assert_true(slice_eq(fake_db_arg_of(o->db, SUBMIT, 0, k), fake_db_arg(o->db, SUBMIT, k)));
	answer(o, v, "replayed", id, NULL);
	assert_int_equal(v->status, 201);
	assert_non_null(strstr(v->body, "S000031000123264000001"));
	/* Stored for sure, but it cannot be read back: never "nothing was stored". */
	v = until_stored(o, &dual, PASS);
	fake_db_fail(o->db, SUBMIT, DB_UNKNOWN, NULL);
	fake_db_answer_one(o->db, SUBMIT, ROW("replayed", id, NULL));
	fake_db_fail(o->db, Q_ASSESSMENT_VIEW, DB_AWAY, NULL);
	office_run(o);
	expect_problem(v, 503, "outcome_unknown");
}

static void refused_before_anything_is_written(void **state)
{
	struct office *o = *state;
	static const struct exam_terms closed = {.standing = "exam_closed"},
		foreign = {.body = OTHER}, keyless = {.keyless = true}, tomorrow = {.held_on = "2026-11-21"},
		long_ago = {.held_on = "1990-03-06"};
	static const struct {
		const struct exam_terms *terms;
		const char *body;
		int status;
		const char *code;
	} cases[] = {
		{&closed, PASS, 409, "exam_closed"},
		{&tomorrow, PASS, 409, "exam_not_held"},
		{&tomorrow, FAIL, 409, "exam_not_held"},
		{&long_ago, PASS, 422, "invalid_fields"}, /* on the day before birth */
		{&foreign, PASS, 404, "not_found"},
		{&foreign, CANDIDATE "\"scores\":{\"theory\":101}}", 404, "not_found"},
		{&keyless, PASS, 409, "issuer_not_ready"},
		{&dual, CANDIDATE "\"scores\":{\"theory\":101,\"skill\":60},\"x\":1}", 422,
		 "invalid_fields"},
		{&dual, "{}", 422, "invalid_fields"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_problem(until_stored(o, cases[i].terms, cases[i].body), cases[i].status,
		               cases[i].code);
	expect_problem(office_done(o, "POST", TARGET, "{\"a\":"), 400, "invalid_json");
	expect_problem(office_done(o, "POST", TARGET, "{\"a\":1,\"a\":2}"), 400, "invalid_json");
	expect_problem(office_done(o, "POST", "/v1/exams/none/assessments", PASS), 404, "not_found");
	fake_db_always(o->db, Q_EXAM_LOAD, FAKE_NONE("now"));
	expect_problem(office_done(o, "POST", TARGET, PASS), 404, "not_found");
	assert_int_equal(fake_db_sent(o->db, SUBMIT), 0);
	/* A result that is there already is compared, even when the exam is closed by now. */
	struct visit *v = until_stored(
		o, &(struct exam_terms){.standing = "exam_closed", .person = OTHER, .assessment = OTHER},
		FAIL);
	answer(o, v, "already_assessed", OTHER, NULL);
	expect_problem(v, 409, "already_assessed");
}

/* The day is named; a result that was taken before its exam, by an earlier version, is answered as it was. */
static void before_the_exam(void **state)
{
	struct office *o = *state;
	struct visit *v = until_stored(o, &(struct exam_terms){.held_on = "2026-11-21"}, PASS);
	expect_problem(v, 409, "exam_not_held");
	assert_true(slice_is(visit_member(v, "held_on"), "2026-11-21"));
	assert_non_null(strstr(v->body, "2026-11-21; no result"));
	office_reserve(o, 2);
	v = until_stored(o, &(struct exam_terms){.held_on = "2026-11-20"}, PASS); /* today it is */
	answer(o, v, "exam_not_held", NULL, "2026-11-21"); /* the database's today is another */
	expect_problem(v, 409, "exam_not_held");
	assert_true(slice_is(visit_member(v, "held_on"), "2026-11-21"));
	v = until_stored(o, &(struct exam_terms){.held_on = "2026-11-21", .person = OTHER, .assessment = OTHER},
	                 FAIL);
	answer(o, v, "already_assessed", OTHER, NULL);
	expect_problem(v, 409, "already_assessed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_pass_of_a_dual_exam),
		OFFICE_TEST(the_arguments),
		OFFICE_TEST(the_documents_are_signed),
		OFFICE_TEST(a_plain_exam_has_one_half),
		OFFICE_TEST(failures_and_absences),
		OFFICE_TEST(a_pass_that_waits_for_publication),
		OFFICE_TEST(blocks_are_reserved_once),
		OFFICE_TEST(many_at_once_reserve_once),
		OFFICE_TEST(a_reservation_that_fails),
		OFFICE_TEST(numbers_run_out),
		OFFICE_TEST(a_site_that_mints_nothing),
		OFFICE_TEST(conflicts),
		OFFICE_TEST(nothing_is_signed_for_what_will_be_refused),
		OFFICE_TEST(a_minted_number_that_is_taken),
		OFFICE_TEST(a_supplied_number_that_is_taken),
		OFFICE_TEST(changed_terms_are_loaded_again),
		OFFICE_TEST(a_repetition_has_the_first_body),
		OFFICE_TEST(an_unknown_outcome),
		OFFICE_TEST(refused_before_anything_is_written),
		OFFICE_TEST(before_the_exam),
	};
	return cmocka_run_group_tests_name("submit", tests, NULL, NULL);
}
