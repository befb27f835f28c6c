/* Each word that a write function declares as an outcome, made by a call: nothing is declared that
 * cannot be answered, and nothing is answered that no table of words knows. Each case has a
 * transaction of its own, which is checked as if it were to commit and then rolled back. A race that
 * was lost is a call with what its loser had read. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <string.h>

#include "../lib/cluster.h"

#define SHILI "'0d000000-0000-4000-8000-000000000001'"
#define XINGBO "'0d000000-0000-4000-8000-000000000003'"
#define QIHANG "'0d000000-0000-4000-8000-000000000005'"
#define NOBODY "'0d000000-0000-4000-8000-00000000dead'"
#define ACCREDITATION "'0d000000-0000-4000-8000-000000000101'"
#define RECOGNITION "'0d000000-0000-4000-8000-000000000201'"
#define AGREEMENT "'0d000000-0000-4000-8000-000000000301'"
#define NEW "'0d0000aa-0000-4000-8000-000000000001'" /* id of what is made */
#define TWIN "'0d0000aa-0000-4000-8000-000000000002'"
#define NINA "'0d0000ff-0000-4000-8000-000000000001'" /* who calls */
#define OTTO "'0d0000ff-0000-4000-8000-000000000002'"
#define NINA_IS "'0d0000fe-0000-4000-8000-000000000001'" /* staff */
#define OTTO_IS "'0d0000fe-0000-4000-8000-000000000002'"
#define ROLF_IS "'0d0000fe-0000-4000-8000-000000000003'"
#define BY_NINA NINA ", 't', NULL, NULL, "

/* The first case of a function is the one that succeeds. The arguments are those behind actor,
 * request, Idempotency-Key and its print, if the function has those. */
struct outcome_case {
	enum statement function;
	const char *word;
	const char *before; /* what comes first; NULL: nothing */
	const char *args;
	bool again; /* the call itself comes first too: its answer was not heard */
};
#define ONCE(function, word, before, args) {F_##function, word, before, args, false}
#define AGAIN(function, word, before, args) {F_##function, word, before, args, true}

/* Suspended, or has ended, applied or was refused: each is not approved. */
#define STOPPED(organisation) "UPDATE talent.organisation SET suspended_at = now() WHERE id = " organisation

/* ---- the rule of two people ---- */

/* Nina, who approves */
#define UNNAMED "UPDATE talent.staff SET admission = 'none' WHERE id = " NINA_IS
/* Otto, who asked */
#define OTTO_LEFT "UPDATE talent.staff SET left_at = now() WHERE id = " OTTO_IS
#define OTTO_REVOKED "UPDATE talent.token SET revoked_at = now() WHERE id = " OTTO
#define TOO_NEW "UPDATE talent.staff SET named_at = now() WHERE id = " NINA_IS
#define BY_THE_FIRST \
	"UPDATE talent.staff SET admission = 'two_people', admitted_by = " ROLF_IS ", approved_by = " OTTO_IS \
	" WHERE id = " NINA_IS
#define TWO_PEOPLE(APPROVE, requested_by_otto, requested_by_nina, args) \
	ONCE(APPROVE, "approved", requested_by_otto, args), \
	AGAIN(APPROVE, "replayed", requested_by_otto, args), \
	ONCE(APPROVE, "second_person_needed", requested_by_nina, args), \
	ONCE(APPROVE, "staff_unnamed", requested_by_otto ";" UNNAMED, args), \
	ONCE(APPROVE, "first_person_gone", requested_by_otto ";" OTTO_LEFT, args), \
	ONCE(APPROVE, "first_person_gone", requested_by_otto ";" OTTO_REVOKED, args), \
	ONCE(APPROVE, "second_person_too_new", requested_by_otto ";" TOO_NEW, args), \
	ONCE(APPROVE, "second_person_not_independent", requested_by_otto ";" BY_THE_FIRST, args)

/* ---- results ---- */

#define SUBMIT_TO(id, exam, ...) \
	id ", now(), json_build_array(test.result('" exam "', " __VA_ARGS__ "))"
#define SUBMIT(exam, ...) SUBMIT_TO("test.exam_id('" exam "')", exam, __VA_ARGS__)
#define SUBMITTED(...) "SELECT outcome FROM test.submit(" __VA_ARGS__ ")"
#define SUPPLIED "'S000031000123263000777'"
#define MINTED "'S000031000123265000042'"
#define SUSPENDED "UPDATE talent.accreditation SET suspended_at = now()"
/* The exam DUE has passes that wait: of DAY, whose day has come, and of WAIT with MINTED. */
#define PUBLISH(who, number) \
	"test.assessment_id('DUE', '" who "'), now(), (SELECT test.certificates(ARRAY[" \
	"test.certificate('skill_grade', f, now(), " number ")]) FROM talent.exam_facts f" \
	" WHERE f.id = test.exam_id('DUE'))"

/* The exam WIN, whose company has five days: of W, who waits. */
#define WINDOW "SELECT test.exam('WIN', '4', 'yunxuan'); SELECT outcome FROM test.submit('WIN', 'W', 80, 80)"
#define DECIDE(action) "test.assessment_id('WIN', 'W'), " action ", NULL"
#define DECIDED(action) WINDOW ";SELECT outcome FROM talent.assessment_decide(NULL, 't', NULL, NULL, " DECIDE(action) ")"
#define VETO "'veto', 'conduct'"

/* The exam LATER at a site that is given its numbers later: of L, who waits. */
#define LATER \
	"SELECT test.exam('LATER', '4'); SET LOCAL talent.maintenance = 'on'; UPDATE talent.site SET number_mode = 'supplied_later', also_supplied = false" \
	" WHERE number_prefix = 'S000031000123'; SELECT outcome FROM test.submit('LATER', 'L', 80, 80)"
#define NUMBERS(exam, who, number) \
	exam ", json_build_array(json_build_object('person', test.person('" who "'), 'number', " number ", 'printed_on'," \
	" talent._today()))"
#define ITS_NUMBER "'S000031000123' || to_char(talent._today(), 'YY') || '4000777'"

/* Of WAIT, who is in publicity. */
#define RECHECK(who, reason) NEW ", test.assessment_id('DUE', '" who "'), '" reason "', NULL"
#define RECHECKED "SELECT outcome FROM talent.recheck_request(NULL, 't', NULL, NULL, " RECHECK("WAIT", "adding_up") ")"
#define ANSWERED "SELECT outcome FROM talent.recheck_answer(NULL, 't', NULL, NULL, " NEW ", NULL)"

#define SITE_OF_SHILI "(SELECT id FROM talent.site WHERE number_prefix = 'S000031000123')"
#define SECOND_SITE \
	"INSERT INTO talent.site (id, organisation, code, name, district, number_mode) SELECT " NEW ", o.id, 'minhang'," \
	" '闵行分部', '310112', 'supplied' FROM talent.organisation o WHERE slug = 'shili'"

#define LOST(state) LOST_AS("LOST-1", state)
#define LOST_AS(number, state) \
	"INSERT INTO talent.journal_host (id, name) VALUES (" NOBODY ", 'lost');" \
	"INSERT INTO talent.lost_certificate (version, certificate, number, issuer, list, idx, state," \
	" journal, line) VALUES (" TWIN ", " TWIN ", '" number "', " SHILI ", 1, 1, '" state "', " NOBODY ", 1)"
#define MINTS_ALL "UPDATE talent.site SET also_supplied = false"
#define ADOPTED \
	LOST_AS("S000031000123263000777", "valid") ";INSERT INTO talent.adoption (id, version, number, holder," \
	" requested_by, state, decided_by, decided_at) VALUES (" NEW ", " TWIN ", 'S000031000123263000777', 'Name T', " OTTO "," \
	" 'approved', " NINA ", now())"
/* The exam E4 at a site of shili that mints no numbers. */
#define E4 \
	SECOND_SITE ";INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, held_on," \
	" publicity_days, district, standard, site) SELECT " TWIN ", e.body, 'E4', e.occupation, e.edition, e.work_type," \
	" '3', e.held_on, 0, e.district, e.standard, " NEW " FROM talent.exam e WHERE e.code = 'E3'"

/* A's result is corrected; the one that was wrong. */
#define SUPERSEDED "SELECT test.correct('E1', 'A', 81, 80)"
#define WRONG_ONE "(SELECT id FROM talent.assessment WHERE state = 'superseded')"

static const struct outcome_case results[] = {
	ONCE(ASSESSMENT_SUBMIT, "stored", NULL, SUBMIT("E1", "'B', 80, 80")),
	AGAIN(ASSESSMENT_SUBMIT, "replayed", NULL, SUBMIT("E1", "'B', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "already_assessed", NULL, SUBMIT("E1", "'A', 81, 80")),
	ONCE(ASSESSMENT_SUBMIT, "assessment_annulled", "SELECT test.annul('E1', 'A')", SUBMIT("E1", "'A', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "already_certified", "SELECT test.exam('E2', '4')", SUBMIT("E2", "'A', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "person_name_differs", NULL, SUBMIT("E1", "'A', 80, 80, _name => 'Other'")),
	ONCE(ASSESSMENT_SUBMIT, "number_taken", SUBMITTED("'E3', 'S', 80, 80, _number => " SUPPLIED),
	 SUBMIT("E3", "'T', 80, 80, _number => " SUPPLIED)),
	ONCE(ASSESSMENT_SUBMIT, "number_taken", SUBMITTED("'E3', 'S', 80, 80, _number => " SUPPLIED),
	 SUBMIT("E3", "'T', 80, 80, _mint => " SUPPLIED)),
	ONCE(ASSESSMENT_SUBMIT, "number_taken", "SELECT test.exam('E5', '5', NULL)",
	 SUBMIT("E5", "'T', 80, 80, _mint => " MINTED)),
	ONCE(ASSESSMENT_SUBMIT, "number_taken", E4, SUBMIT("E4", "'T', 80, 80, _number => " SUPPLIED)),
	ONCE(ASSESSMENT_SUBMIT, "number_needed", E4, SUBMIT("E4", "'T', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "stored", E4, SUBMIT("E4", "'T', 80, 50")),
	ONCE(ASSESSMENT_SUBMIT, "stored", E4, SUBMIT("E4", "'T', 80, 80, _number => 'S000031000166263000777'")),
	ONCE(ASSESSMENT_SUBMIT, "number_minted_here", MINTS_ALL, SUBMIT("E3", "'T', 80, 80, _number => " SUPPLIED)),
	ONCE(ASSESSMENT_SUBMIT, "stored", ADOPTED ";" MINTS_ALL, SUBMIT("E3", "'T', 80, 80, _number => " SUPPLIED)),
	ONCE(ASSESSMENT_SUBMIT, "standing", SUSPENDED, SUBMIT("E1", "'B', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "standing", NULL, SUBMIT("E1", "'B', 80, 80, _title => 'Former title'")),
	ONCE(ASSESSMENT_SUBMIT, "not_eligible", "INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason)"
	     " VALUES ('eligibility_prerequisite', 2, 'refuse', talent._today(), 'x'); SELECT test.exam('E2', '3')",
	     SUBMIT("E2", "'A', 80, 80")),
	ONCE(ELIGIBILITY_ASK, "asked", NULL, "test.exam_id('E1'), row_to_json(test.person('A')), NULL, NULL, NULL, NULL"),
	ONCE(ELIGIBILITY_ASK, "asked", NULL, "test.exam_id('E1'), row_to_json(test.person('A')), '4', 3, NULL, 'other'"),
	ONCE(ELIGIBILITY_ASK, "person_name_differs", NULL,
	     "test.exam_id('E1'), row_to_json(test.person('A', 'Else')), NULL, NULL, NULL, NULL"),
	ONCE(ASSESSMENT_SUBMIT, "exam_not_held", "SELECT test.exam('E2', '5', NULL, talent._today() + 1)",
	 SUBMIT("E2", "'B', 80, 80")),
	ONCE(ASSESSMENT_SUBMIT, "exam_not_found", NULL, SUBMIT_TO(NOBODY, "E1", "'B', 80, 80")),

	ONCE(ASSESSMENT_PUBLISH, "published", NULL, PUBLISH("DAY", "NULL")),
	AGAIN(ASSESSMENT_PUBLISH, "replayed", NULL, PUBLISH("DAY", "NULL")),
	ONCE(ASSESSMENT_PUBLISH, "not_due", NULL, PUBLISH("WAIT", MINTED)),
	ONCE(ASSESSMENT_PUBLISH, "recheck_open", "SET LOCAL talent.maintenance = 'on'; INSERT INTO talent.recheck (id, assessment, exam,"
	 " body, reason, answer_by) SELECT " NEW ", a.id, a.exam, " SHILI ", 'other', talent._today() FROM talent.assessment a"
	 " WHERE a.id = test.assessment_id('DUE', 'DAY')", PUBLISH("DAY", "NULL")),
	ONCE(ASSESSMENT_PUBLISH, "not_found", NULL, NOBODY ", now(), '[]'"),
	ONCE(ASSESSMENT_PUBLISH, "withheld", SUSPENDED, PUBLISH("DAY", "NULL")),
	AGAIN(ASSESSMENT_PUBLISH, "withheld", SUSPENDED, PUBLISH("DAY", "NULL")),
	ONCE(ASSESSMENT_PUBLISH, "assessment_annulled", "SELECT test.annul('DUE', 'DAY')", PUBLISH("DAY", "NULL")),
	ONCE(ASSESSMENT_PUBLISH, "number_taken", NULL, PUBLISH("DAY", MINTED)),
	ONCE(ASSESSMENT_PUBLISH, "number_taken",
	 "SELECT test.exam('E5', '5', NULL);" SUBMITTED("'E5', 'T', 80, 80, _mint => 'S000031000123265000043'"),
	 PUBLISH("DAY", "'S000031000123265000043'")),
	ONCE(ASSESSMENT_PUBLISH, "standing", NULL, "test.assessment_id('DUE', 'DAY'), now(), '[]'"),

	ONCE(RECHECK_REQUEST, "requested", NULL, RECHECK("WAIT", "adding_up")),
	AGAIN(RECHECK_REQUEST, "replayed", NULL, RECHECK("WAIT", "adding_up")),
	ONCE(RECHECK_REQUEST, "recheck_exists", RECHECKED, TWIN ", test.assessment_id('DUE', 'WAIT'), 'other', NULL"),
	ONCE(RECHECK_REQUEST, "recheck_exists", RECHECKED ";" ANSWERED, TWIN ", test.assessment_id('DUE', 'WAIT'), 'other', NULL"),
	ONCE(RECHECK_REQUEST, "recheck_closed", NULL, NEW ", test.assessment_id('E1', 'A'), 'other', NULL"),
	ONCE(RECHECK_REQUEST, "assessment_annulled", "SELECT test.annul('DUE', 'WAIT')", RECHECK("WAIT", "adding_up")),
	ONCE(RECHECK_REQUEST, "assessment_superseded", SUPERSEDED, NEW ", " WRONG_ONE ", 'other', NULL"),
	ONCE(RECHECK_REQUEST, "not_found", NULL, NEW ", " NOBODY ", 'other', NULL"),

	ONCE(RECHECK_ANSWER, "answered", RECHECKED, NEW ", NULL"),
	AGAIN(RECHECK_ANSWER, "replayed", RECHECKED, NEW ", NULL"),
	ONCE(RECHECK_ANSWER, "recheck_state", RECHECKED ";SELECT test.annul('DUE', 'WAIT')", NEW ", NULL"),
	ONCE(RECHECK_ANSWER, "not_found", NULL, NOBODY ", NULL"),

	ONCE(EXAM_NUMBER, "numbered", LATER, NUMBERS("test.exam_id('LATER')", "L", ITS_NUMBER)),
	AGAIN(EXAM_NUMBER, "replayed", LATER, NUMBERS("test.exam_id('LATER')", "L", ITS_NUMBER)),
	ONCE(EXAM_NUMBER, "exam_not_found", NULL, NUMBERS(NOBODY, "L", ITS_NUMBER)),
	ONCE(EXAM_NUMBER, "numbers_not_awaited", NULL, NUMBERS("test.exam_id('E1')", "A", ITS_NUMBER)),

	ONCE(ASSESSMENT_DECIDE, "confirmed", WINDOW, DECIDE("'confirm', NULL")),
	ONCE(ASSESSMENT_DECIDE, "vetoed", WINDOW, DECIDE(VETO)),
	AGAIN(ASSESSMENT_DECIDE, "replayed", WINDOW, DECIDE(VETO)),
	ONCE(ASSESSMENT_DECIDE, "other_reason", DECIDED(VETO), DECIDE("'veto', 'other'")),
	ONCE(ASSESSMENT_DECIDE, "window_state", DECIDED("'confirm', NULL"), DECIDE(VETO)),
	ONCE(ASSESSMENT_DECIDE, "window_state", DECIDED(VETO), DECIDE("'confirm', NULL")),
	ONCE(ASSESSMENT_DECIDE, "window_state", WINDOW ";SELECT test.annul('WIN', 'W')", DECIDE("'confirm', NULL")),
	ONCE(ASSESSMENT_DECIDE, "no_window", NULL, "test.assessment_id('E1', 'A'), " VETO ", NULL"),
	ONCE(ASSESSMENT_DECIDE, "not_found", NULL, NOBODY ", " VETO ", NULL"),

	ONCE(ASSESSMENT_ANNUL, "annulled", NULL, "test.assessment_id('E1', 'A'), 'reason', NULL"),
	AGAIN(ASSESSMENT_ANNUL, "replayed", NULL, "test.assessment_id('E1', 'A'), 'reason', NULL"),
	ONCE(ASSESSMENT_ANNUL, "other_reason", "SELECT test.annul('E1', 'A')",
	 "test.assessment_id('E1', 'A'), 'other', NULL"),
	ONCE(ASSESSMENT_ANNUL, "assessment_superseded", SUPERSEDED, WRONG_ONE ", 'reason', NULL"),
	ONCE(ASSESSMENT_ANNUL, "not_found", NULL, NOBODY ", 'reason', NULL"),
};

/* ---- corrections ---- */

#define CORRECTION(id, of, kind, scores) "test.correction(" id ", " of ", '" kind "', " scores ")"
#define RESULT_OF_A "test.assessment_id('E1', 'A')"
#define SCORE CORRECTION(NEW, RESULT_OF_A, "score", "81, 80")
#define NAME_OF_A(who, name) "test.identity(" NEW ", " RESULT_OF_A ", 'name', '" who "', '" name "')"
#define DOCUMENT_OF_A(who, name) "test.identity(" NEW ", " RESULT_OF_A ", 'id_document', '" who "', '" name "')"
#define CORRECTION_ASKED(correction) "SELECT outcome FROM talent.correction_request(NULL, 't', NULL, NULL, " correction ")"
#define FAILED SUBMITTED("'E3', 'F', 80, 50")
#define FAIL_TO_PASS CORRECTION_ASKED(CORRECTION(NEW, "test.assessment_id('E3', 'F')", "score", "80, 80"))
#define APPROVE(signed) NEW ", NULL, gen_random_uuid(), now(), " signed
#define CORRECTION_SIGNED APPROVE("test.correction_signed(" NEW ")")
#define CORRECTION_ENDED(how) \
	"SELECT outcome FROM talent.correction_end(NULL, 't', NULL, NULL, " NEW ", " how ", NULL)"
#define OF_SHILI "UPDATE talent.staff SET organisation = " SHILI " WHERE id = " NINA_IS

static const struct outcome_case corrections[] = {
	ONCE(CORRECTION_REQUEST, "requested", NULL, SCORE),
	ONCE(CORRECTION_REQUEST, "replayed", CORRECTION_ASKED(SCORE), CORRECTION(TWIN, RESULT_OF_A, "score", "81, 80")),
	ONCE(CORRECTION_REQUEST, "correction_open", CORRECTION_ASKED(SCORE),
	 CORRECTION(TWIN, RESULT_OF_A, "score", "82, 80")),
	ONCE(CORRECTION_REQUEST, "assessment_annulled", "SELECT test.annul('E1', 'A')", SCORE),
	ONCE(CORRECTION_REQUEST, "assessment_superseded", SUPERSEDED, CORRECTION(NEW, WRONG_ONE, "score", "90, 90")),
	ONCE(CORRECTION_REQUEST, "not_absent", NULL, CORRECTION(NEW, RESULT_OF_A, "absence", "81, 80")),
	ONCE(CORRECTION_REQUEST, "was_absent", SUBMITTED("'E3', 'F'"),
	 CORRECTION(NEW, "test.assessment_id('E3', 'F')", "score", "81, 80")),
	ONCE(CORRECTION_REQUEST, "nothing_changes", NULL, CORRECTION(NEW, RESULT_OF_A, "score", "80, 80")),
	ONCE(CORRECTION_REQUEST, "number_needed", E4 ";" SUBMITTED("'E4', 'F', 80, 50"),
	 CORRECTION(NEW, "test.assessment_id('E4', 'F')", "score", "80, 80")),
	ONCE(CORRECTION_REQUEST, "number_minted_here", FAILED ";" MINTS_ALL,
	 CORRECTION(NEW, "test.assessment_id('E3', 'F')", "score", "80, 80, " SUPPLIED)),
	ONCE(CORRECTION_REQUEST, "number_taken", FAILED,
	 CORRECTION(NEW, "test.assessment_id('E3', 'F')", "score", "80, 80, " MINTED)),
	ONCE(CORRECTION_REQUEST, "requested", NULL, NAME_OF_A("A", "Other")),
	ONCE(CORRECTION_REQUEST, "replayed", CORRECTION_ASKED(NAME_OF_A("A", "Other")), NAME_OF_A("A", "Other")),
	ONCE(CORRECTION_REQUEST, "document_differs", NULL, NAME_OF_A("B", "Other")),
	ONCE(CORRECTION_REQUEST, "same_name", NULL, NAME_OF_A("A", "Name A")),
	ONCE(CORRECTION_REQUEST, "requested", NULL, DOCUMENT_OF_A("B", "Name A")),
	ONCE(CORRECTION_REQUEST, "replayed", CORRECTION_ASKED(DOCUMENT_OF_A("B", "Name A")), DOCUMENT_OF_A("B", "Name A")),
	ONCE(CORRECTION_REQUEST, "candidate_name_differs", NULL, DOCUMENT_OF_A("B", "Other")),
	ONCE(CORRECTION_REQUEST, "same_document", NULL, DOCUMENT_OF_A("A", "Name A")),
	ONCE(CORRECTION_REQUEST, "not_found", NULL, CORRECTION(NEW, NOBODY, "score", "81, 80")),

	ONCE(CORRECTION_APPROVE, "approved", FAILED ";" FAIL_TO_PASS, CORRECTION_SIGNED),
	AGAIN(CORRECTION_APPROVE, "replayed", FAILED ";" FAIL_TO_PASS, CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "correction_state",
	 CORRECTION_ASKED(SCORE) ";" CORRECTION_ENDED("'refuse', 'not_founded'"), CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "decider_of_body", CORRECTION_ASKED(SCORE) ";" OF_SHILI, CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "assessment_annulled", CORRECTION_ASKED(SCORE) ";SELECT test.annul('E1', 'A')",
	 CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "already_certified", FAILED ";" FAIL_TO_PASS ";SELECT test.exam('E6', '3', NULL);"
	 SUBMITTED("'E6', 'F', 80, 80"), CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "number_taken", FAILED ";"
	 CORRECTION_ASKED(CORRECTION(NEW, "test.assessment_id('E3', 'F')", "score", "80, 80, " SUPPLIED)) ";"
	 SUBMITTED("'E3', 'S', 80, 80, _number => " SUPPLIED), CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "standing", FAILED ";" FAIL_TO_PASS ";" SUSPENDED, CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "standing", FAILED ";" FAIL_TO_PASS, APPROVE("'[]'")),
	ONCE(CORRECTION_APPROVE, "standing", CORRECTION_ASKED(NAME_OF_A("A", "Other")), APPROVE("'[]'")),
	ONCE(CORRECTION_APPROVE, "document_known", CORRECTION_ASKED(DOCUMENT_OF_A("DAY", "Name A")), CORRECTION_SIGNED),
	ONCE(CORRECTION_APPROVE, "not_found", NULL, CORRECTION_SIGNED),

	ONCE(CORRECTION_END, "refused", CORRECTION_ASKED(SCORE), NEW ", 'refuse', 'not_founded', NULL"),
	AGAIN(CORRECTION_END, "replayed", CORRECTION_ASKED(SCORE), NEW ", 'refuse', 'not_founded', NULL"),
	ONCE(CORRECTION_END, "withdrawn", CORRECTION_ASKED(SCORE), NEW ", 'withdraw', 'asked_in_error', NULL"),
	ONCE(CORRECTION_END, "other_reason", CORRECTION_ASKED(SCORE) ";" CORRECTION_ENDED("'refuse', 'not_founded'"),
	 NEW ", 'refuse', 'evidence_missing', NULL"),
	ONCE(CORRECTION_END, "correction_state", CORRECTION_ASKED(SCORE) ";" CORRECTION_ENDED("'withdraw', 'asked_in_error'"),
	 NEW ", 'refuse', 'not_founded', NULL"),
	ONCE(CORRECTION_END, "decider_of_body", CORRECTION_ASKED(SCORE) ";" OF_SHILI,
	 NEW ", 'refuse', 'not_founded', NULL"),
	ONCE(CORRECTION_END, "not_found", NULL, NEW ", 'refuse', 'not_founded', NULL"),
};

/* ---- certificates ---- */

#define OF_A "test.number('E1', 'A'), 'reason', NULL"
#define OF_A_ELSE "test.number('E1', 'A'), 'other', NULL"
#define OF_NONE "'NONE-1', 'reason', NULL"
#define REVOKED "SELECT test.move('revoke', 'E1', 'A')"
#define REISSUE(number, version, key, document) \
	number ", " version ", uuid_send(gen_random_uuid()), " key ", 1, 131071, now(), " document
#define VERSION "(SELECT id FROM talent.certificate_version WHERE number = test.number('E1', 'A'))"
#define JWT(version, key) "'t', " version ", '" key "', 'e30.e30.' || repeat('A', 86)"
#define ABANDON(version, key) \
	"'t', " version ", '" key "', test.document(), 1, 131071, " version

static const struct outcome_case certificates[] = {
	ONCE(CERTIFICATE_REVOKE, "revoked", NULL, OF_A),
	AGAIN(CERTIFICATE_REVOKE, "replayed", NULL, OF_A),
	ONCE(CERTIFICATE_REVOKE, "replayed", "SELECT test.annul('E1', 'A')", OF_A),
	ONCE(CERTIFICATE_REVOKE, "other_reason", REVOKED, OF_A_ELSE),
	ONCE(CERTIFICATE_REVOKE, "other_reason", "SELECT test.annul('E1', 'A')", OF_A_ELSE),
	ONCE(CERTIFICATE_REVOKE, "not_found", NULL, OF_NONE),

	ONCE(CERTIFICATE_SUSPEND, "suspended", NULL, OF_A),
	AGAIN(CERTIFICATE_SUSPEND, "replayed", NULL, OF_A),
	ONCE(CERTIFICATE_SUSPEND, "other_reason", "SELECT test.move('suspend', 'E1', 'A')", OF_A_ELSE),
	ONCE(CERTIFICATE_SUSPEND, "not_found", NULL, OF_NONE),
	ONCE(CERTIFICATE_SUSPEND, "revoked_is_final", REVOKED, OF_A),

	ONCE(CERTIFICATE_REINSTATE, "reinstated", "SELECT test.move('suspend', 'E1', 'A')", OF_A),
	ONCE(CERTIFICATE_REINSTATE, "replayed", NULL, OF_A),
	ONCE(CERTIFICATE_REINSTATE, "other_reason",
	 "SELECT test.move('suspend', 'E1', 'A'), test.move('reinstate', 'E1', 'A')", OF_A_ELSE),
	ONCE(CERTIFICATE_REINSTATE, "not_found", NULL, OF_NONE),
	ONCE(CERTIFICATE_REINSTATE, "revoked_is_final", REVOKED, OF_A),

	ONCE(CERTIFICATE_REISSUE, "reissued", NULL,
	 REISSUE("test.number('E1', 'A')", NEW, "'z6Mkshili'", "test.document()")),
	AGAIN(CERTIFICATE_REISSUE, "replayed", NULL,
	 REISSUE("test.number('E1', 'A')", NEW, "'z6Mkshili'", "test.document()")),
	ONCE(CERTIFICATE_REISSUE, "not_found", NULL,
	 REISSUE("'NONE-1'", NEW, "'z6Mkshili'", "test.document()")),
	ONCE(CERTIFICATE_REISSUE, "revoked_is_final", REVOKED,
	 REISSUE("test.number('E1', 'A')", NEW, "'z6Mkshili'", "test.document()")),
	ONCE(CERTIFICATE_REISSUE, "terms_changed",
	 "UPDATE talent.issuer_key SET state = 'retired', retired_at = now() WHERE key = 'z6Mkshili'",
	 REISSUE("test.number('E1', 'A')", NEW, "'z6Mkshili'", "test.document()")),
	ONCE(CERTIFICATE_REISSUE, "terms_changed", NULL, REISSUE("test.number('E1', 'A')", NEW, "NULL", "NULL")),

	ONCE(CERTIFICATE_JWT_STORE, "stored", NULL, JWT(VERSION, "zDnshili")),
	AGAIN(CERTIFICATE_JWT_STORE, "replayed", NULL, JWT(VERSION, "zDnshili")),
	ONCE(CERTIFICATE_JWT_STORE, "not_found", NULL, JWT(NOBODY, "zDnshili")),
	ONCE(CERTIFICATE_JWT_STORE, "key_unusable",
	 "UPDATE talent.issuer_key SET state = 'revoked', retired_at = now(), revoked_from = now()"
	 " WHERE key = 'zDnshili'",
	 JWT(VERSION, "zDnshili")),

	ONCE(CERTIFICATE_PRINT, "told", NULL, NINA ", 't', test.number('E1', 'A')"),
	ONCE(CERTIFICATE_PRINT, "not_found", NULL, NINA ", 't', 'NONE-1'"),
	ONCE(CERTIFICATE_PRINT, "wrong_state", "SELECT test.move('suspend', 'E1', 'A')", NINA ", 't', test.number('E1', 'A')"),

	ONCE(SIGNATURE_ABANDON, "abandoned", NULL, ABANDON(NEW, "z6Mkshili")),
	AGAIN(SIGNATURE_ABANDON, "abandoned", NULL, ABANDON(NEW, "z6Mkshili")),
	ONCE(SIGNATURE_ABANDON, "stored", NULL, ABANDON(VERSION, "z6Mkshili")),
	ONCE(SIGNATURE_ABANDON, "not_found", NULL, ABANDON(NEW, "z6Mknone")),

#define SIGNED(key) "sha256('list'), 'shili', 'revocation', 1, 1, '" key "', talent._today(), 'uH4sIAAAA'"
	ONCE(STATUS_LIST_SIGNED, "stored", NULL, SIGNED("z6Mkshili")),
	AGAIN(STATUS_LIST_SIGNED, "replayed", NULL, SIGNED("z6Mkshili")),
	ONCE(STATUS_LIST_SIGNED, "not_found", NULL, SIGNED("z6Mkxingbo")),
};

/* ---- sessions and exams ---- */

#define SESSION_OF(occupation, institution, work_type, level, district, ends_on, standard) \
	SESSION_WHERE(occupation, institution, work_type, level, district, ends_on, standard, "NULL")
#define SESSION_WHERE(occupation, institution, work_type, level, district, ends_on, standard, site) \
	"to_json(ROW(" NEW ", " institution ", 't', '" occupation "', '2022', '" work_type "', '" level \
	"', '2020-10-12', '" ends_on "', 104, 40, '" district "', " standard ", " site ")::talent.new_session)"
#define SESSION(institution, work_type, level, district) \
	SESSION_OF("4-01-06-02", institution, work_type, level, district, "2026-11-06", "NULL")
#define SESSION_UNDER(ends_on, standard) \
	SESSION_OF("4-01-06-02", QIHANG, "直播销售员", "4", "310104", ends_on, standard)
#define SESSION_AT(institution, work_type, level, district, site) \
	SESSION_WHERE("4-01-06-02", institution, work_type, level, district, "2026-11-06", "NULL", site)
#define ENROL(session, ...) NEW ", " session ", to_json(test.person(" __VA_ARGS__ "))"
#define ENROLLED "(SELECT array_agg(id) FROM talent.enrolment)"
#define COMPLETE(on, hours) "test.session_id('S'), talent._today() " on ", " ENROLLED ", '{" hours "}'"
#define ROSTER(session, people) \
	session ", ARRAY[" NEW ", " TWIN "]::uuid[], to_json(ARRAY[" people "])"
#define OTHERWISE(what) "test.session_id('S'), " what ", NULL"
#define CANCELLED "SELECT outcome FROM talent.session_move(NULL, 't', NULL, NULL, test.session_id('S'), 'cancel', 'other', NULL)"
#define WITHDRAW(reason) "test.session_id('S'), (SELECT id FROM talent.enrolment), " reason ", NULL"
#define WITHDRAWN "SELECT outcome FROM talent.enrolment_withdraw(NULL, 't', NULL, NULL, " WITHDRAW("'other'") ")"
#define ATTEND(day, hours) "test.session_id('S'), " day ", " ENROLLED ", '{" hours "}'"
#define ATTENDED(day) "SELECT outcome FROM talent.session_attend(NULL, 't', NULL, NULL, " ATTEND(day, "8") ")"
#define EXAM_ENDS(code, how) "test.exam_id('" code "'), " how ", NULL"
#define EXAM_ENDED(code, how) "SELECT outcome FROM talent.exam_end(NULL, 't', NULL, NULL, " EXAM_ENDS(code, how) ")"
#define CHANGED_EXAM(code, what) "test.exam_id('" code "'), json_build_object(" what "), NULL, NULL"
#define PLAN(code, candidates, panel, ...) \
	"json_build_object('id', " NEW ", 'exam', test.exam_id('" code "'), 'candidates', " candidates ", 'rooms', 1," \
	" 'invigilators', 2, 'staff', json_build_array(" __VA_ARGS__ ")), NULL, " panel
#define ASSESSORS "test.staff('A'), test.staff('B'), test.staff('C')"
#define REFUSES \
	"INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES" \
	" ('exam_staffing', 2, 'refuse', talent._today(), 'x')"
#define LISTING(code, ...) "test.exam_id('" code "'), json_build_array(" __VA_ARGS__ ")"
#define LISTED(code, who) \
	"SELECT outcome FROM talent.exam_enrol(NULL, 't', NULL, NULL, " LISTING(code, "test.candidate('" who "')") ")"
#define PLACE(code, who) \
	"(SELECT c.id FROM talent.exam_candidate c JOIN talent.person p ON p.id = c.person WHERE c.exam = test.exam_id('" code \
	"') AND p.id_hash = test.hash('" who "'))"
#define REMOVAL(code, who, reason) "test.exam_id('" code "'), " PLACE(code, who) ", '" reason "', NULL"
#define REMOVED(code, who) \
	"SELECT outcome FROM talent.exam_unenrol(NULL, 't', NULL, NULL, " REMOVAL(code, who, "other") ")"
#define DEMANDS \
	"INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES" \
	" ('exam_roster', 2, 'required', talent._today(), 'x')"
#define CROWD(code, n) \
	"SELECT talent._person_add(test.person('X' || n)) FROM generate_series(1, " n ") n;" \
	"INSERT INTO talent.exam_candidate (id, exam, person, name) SELECT gen_random_uuid(), test.exam_id('" code \
	"'), p.id, p.name FROM talent.person p WHERE p.name LIKE 'Name X%'"
#define WITH_SESSION \
	"SELECT outcome FROM test.exam_create(gen_random_uuid(), " SHILI ", 'OF', test.session_id('S'), '4-01-06-02', '2022'," \
	" '直播销售员', '4', NULL, talent._today(), 0)"
#define TODAY_O "SELECT test.exam('O', '4')"
#define NO_SITE_O TODAY_O ";SET LOCAL talent.maintenance = 'on';UPDATE talent.exam SET site = NULL WHERE code = 'O';" \
	"SET LOCAL talent.maintenance = 'off'"
#define PERSON(who) "(SELECT id FROM talent.person WHERE id_hash = test.hash('" who "'))"
#define ERASURE(id, who) id ", " PERSON(who) ", 'holder_request', NULL"
#define LINK(id, who, whom) id ", " PERSON(who) ", " PERSON(whom) ", 'other', 'file 7', NULL"
#define ASKED_LINK(by, id, who, whom) \
	"SELECT outcome FROM talent.person_link_request(" by ", 't', NULL, NULL, " LINK(id, who, whom) ")"
#define LINKED(id) "SELECT outcome FROM talent.person_link_approve(" BY_NINA id ")"
#define LINKABLE SUBMITTED("'E3', 'M', 80, 80") /* certified at another level than A, in another exam */
#define ASKED_ERASURE(by, id) "SELECT outcome FROM talent.erasure_request(" by ", 't', NULL, NULL, " ERASURE(id, "A") ")"
#define ERASE ERASE_AS(NEW)
#define ERASE_AS(id) id ", (SELECT array_agg(v.id) FROM talent.certificate_version v WHERE v.holder = 'Name A')," \
	" (SELECT array_agg(v.key) FROM talent.certificate_version v WHERE v.holder = 'Name A')," \
	" (SELECT array_agg(encode(sha256('x'), 'hex')) FROM talent.certificate_version v WHERE v.holder = 'Name A')"
#define LOOKUP(who, districts) "test.hash('" who "'), " districts ", 'audit', NULL"
#define EXAM_OF(occupation, code, session, level, work_type, partner, held_on, standard) \
	EXAM_WHERE(occupation, code, session, level, work_type, partner, held_on, standard, "NULL")
#define EXAM_WHERE(occupation, code, session, level, work_type, partner, held_on, standard, site) \
	"to_json(ROW(" NEW ", " SHILI ", '" code "', " session ", '" occupation "', '2022', '" work_type \
	"', '" level "', '" partner "', " held_on ", 0, " standard ", false, " site ", NULL, NULL, false)::talent.new_exam)"
#define EXAM(code, session, level, work_type, partner) \
	EXAM_OF("4-01-06-02", code, session, level, work_type, partner, "talent._today()", "NULL")
#define EXAM_UNDER(held_on, standard) \
	EXAM_OF("4-01-06-02", "X", "NULL", "4", "直播销售员", "xingbo", held_on, standard)
#define EXAM_AT(code, session, level, work_type, partner, site) \
	EXAM_WHERE("4-01-06-02", code, session, level, work_type, partner, "talent._today()", "NULL", site)

#define APPLY(slug, credit_code, district, area) \
	"json_build_object('id', " NEW ", 'slug', " slug ", 'credit_code', '" credit_code "', 'name', 'X', 'kinds'," \
	" '{school}', 'district', '" district "', 'area', " area "), 'x'"
#define APPLIED \
	"INSERT INTO talent.organisation (id, slug, credit_code, name, district, state) VALUES (" NEW ", 'x'," \
	" '91310115MA1TEXT144', 'X', '310115', 'applied')"
/* Xingbo is one, and these work for it. */
#define AUTHORITY(who) \
	"INSERT INTO talent.organisation_kind VALUES (" XINGBO ", 'authority'); UPDATE talent.staff SET organisation = " \
	XINGBO " WHERE id IN (" who ")"
#define REFUSED \
	"INSERT INTO talent.organisation (id, slug, credit_code, name, district, state, state_reason) VALUES (" NEW "," \
	" 'x', '91310115MA1TEXT144', 'X', '310115', 'refused', 'duplicate')"

/* A site without a prefix, where somebody passed with a number that begins with another one. */
#define SIX "'S000031000166'"
#define SIX_SUPPLIED \
	SECOND_SITE ";SELECT outcome FROM talent.exam_create(" BY_NINA EXAM_AT("SIX", "NULL", "4", "直播销售员", "xingbo", NEW) ");" SUBMITTED("'SIX', 'S', 80, 80, _number => " SIX " || '264000001'")
#define THIRD_SITE \
	"INSERT INTO talent.site (id, organisation, code, name, district, number_mode) SELECT " TWIN ", o.id, 'main'," \
	" 'X', '310112', 'supplied' FROM talent.organisation o WHERE slug = 'qihang'"
#define ENDED_SITE SECOND_SITE ";UPDATE talent.site SET valid_to = talent._today() - 1 WHERE id = " NEW
#define NEW_SITE(organisation, code, district, prefix, mode) \
	"json_build_object('id', " TWIN ", 'organisation', '" organisation "', 'code', '" code "', 'name', 'X', 'district'," \
	" '" district "', 'number_prefix', " prefix ", 'number_mode', '" mode "', 'also_supplied', false)"

static const struct outcome_case sites[] = {
	ONCE(SITE_CREATE, "created", NULL, NEW_SITE("shili", "minhang", "310112", "'S000031000177'", "minted")),
	AGAIN(SITE_CREATE, "replayed", NULL, NEW_SITE("shili", "minhang", "310112", "'S000031000177'", "minted")),
	ONCE(SITE_CREATE, "created", NULL, NEW_SITE("qihang", "main", "310104", "NULL", "supplied")),
	ONCE(SITE_CREATE, "code_taken", NULL, NEW_SITE("shili", "main", "310112", "'S000031000177'", "minted")),
	ONCE(SITE_CREATE, "prefix_taken", NULL, NEW_SITE("qihang", "main", "310104", "'S000031000123'", "minted")),
	ONCE(SITE_CREATE, "prefix_used", SIX_SUPPLIED, NEW_SITE("shili", "third", "310112", SIX, "minted")),
	ONCE(SITE_CREATE, "created", SIX_SUPPLIED, NEW_SITE("shili", "third", "310112", SIX, "supplied")),
	ONCE(SITE_CREATE, "prefix_used", SIX_SUPPLIED, NEW_SITE("pujiang", "second", "310112", SIX, "supplied")),
	ONCE(SITE_CREATE, "prefix_used", LOST_AS("S000031000166264000001", "valid"),
	 NEW_SITE("pujiang", "second", "310112", SIX, "minted")),
	ONCE(SITE_CREATE, "district_unknown", NULL, NEW_SITE("shili", "minhang", "999999", "'S000031000177'", "minted")),
	ONCE(SITE_CREATE, "wrong_state", APPLIED, NEW_SITE("x", "main", "310112", "'S000031000177'", "minted")),
	ONCE(SITE_CREATE, "not_found", NULL, NEW_SITE("nobody", "main", "310112", "'S000031000177'", "minted")),

	ONCE(SITE_CHANGE, "changed", SECOND_SITE, NEW ", 'Y', '310101', 'S000031000177', 'minted', true, NULL"),
	AGAIN(SITE_CHANGE, "replayed", SECOND_SITE, NEW ", 'Y', '310101', 'S000031000177', 'minted', true, NULL"),
	ONCE(SITE_CHANGE, "changed", NULL, SITE_OF_SHILI ", 'Y', '310101', NULL, NULL, false, 'file 1'"),
	ONCE(SITE_CHANGE, "site_numbered", NULL, SITE_OF_SHILI ", NULL, NULL, 'S000031000177', NULL, NULL, NULL"),
	ONCE(SITE_CHANGE, "site_numbered", NULL, SITE_OF_SHILI ", NULL, NULL, NULL, 'supplied', NULL, NULL"),
	ONCE(SITE_CHANGE, "prefix_taken", SECOND_SITE, NEW ", NULL, NULL, 'S000031000123', NULL, NULL, NULL"),
	ONCE(SITE_CHANGE, "prefix_used", SIX_SUPPLIED ";" THIRD_SITE, TWIN ", NULL, NULL, " SIX ", NULL, NULL, NULL"),
	ONCE(SITE_CHANGE, "prefix_needed", SECOND_SITE, NEW ", NULL, NULL, NULL, 'minted', NULL, NULL"),
	ONCE(SITE_CHANGE, "also_supplied_minted", SECOND_SITE, NEW ", NULL, NULL, NULL, NULL, true, NULL"),
	ONCE(SITE_CHANGE, "district_unknown", SECOND_SITE, NEW ", NULL, '999999', NULL, NULL, NULL, NULL"),
	ONCE(SITE_CHANGE, "wrong_state", ENDED_SITE, NEW ", 'Y', NULL, NULL, NULL, NULL, NULL"),
	ONCE(SITE_CHANGE, "not_found", NULL, NOBODY ", 'Y', NULL, NULL, NULL, NULL, NULL"),

	ONCE(SITE_END, "ended", SECOND_SITE, NEW ", talent._today(), 'merged', NULL"),
	AGAIN(SITE_END, "replayed", SECOND_SITE, NEW ", talent._today(), 'merged', NULL"),
	ONCE(SITE_END, "ended", SECOND_SITE ";UPDATE talent.site SET valid_to = talent._today(), end_reason = 'moved'"
	 " WHERE id = " NEW, NEW ", talent._today() + 9, 'merged', NULL"),
	ONCE(SITE_END, "date_in_past", SECOND_SITE, NEW ", talent._today() - 1, 'merged', NULL"),
	ONCE(SITE_END, "used_later", "SELECT test.exam('LATER', '4', NULL, talent._today() + 9)",
	 SITE_OF_SHILI ", talent._today() + 8, 'merged', NULL"),
	ONCE(SITE_END, "ended", "SELECT test.exam('LATER', '4', NULL, talent._today() + 9)",
	 SITE_OF_SHILI ", talent._today() + 9, 'merged', NULL"),
	ONCE(SITE_END, "wrong_state", ENDED_SITE, NEW ", talent._today(), 'merged', NULL"),
	ONCE(SITE_END, "not_found", NULL, NOBODY ", talent._today(), 'merged', NULL"),
};

static const struct outcome_case sessions[] = {
	ONCE(SESSION_CREATE, "created", NULL, SESSION(QIHANG, "直播销售员", "4", "310104")),
	AGAIN(SESSION_CREATE, "created", NULL, SESSION(QIHANG, "直播销售员", "4", "310104")),
	ONCE(SESSION_CREATE, "organisation_suspended",
	 "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'qihang'",
	 SESSION(QIHANG, "直播销售员", "4", "310104")),
	ONCE(SESSION_CREATE, "work_type_unknown", NULL, SESSION(QIHANG, "unknown", "4", "310104")),
	ONCE(SESSION_CREATE, "level_not_offered", NULL, SESSION(QIHANG, "平台管理员", "1", "310104")),
	ONCE(SESSION_CREATE, "standard_unknown", NULL, SESSION_UNDER("2026-11-06", "'互联网营销师/2020'")),
	ONCE(SESSION_CREATE, "standard_differs", NULL, SESSION_UNDER("2026-11-06", "'全媒体运营师/2023'")),
	ONCE(SESSION_CREATE, "standard_not_in_force", NULL, SESSION_UNDER("2021-10-14", "'互联网营销师/2021'")),
	ONCE(SESSION_CREATE, "no_standard_in_force", NULL, SESSION_UNDER("2021-10-14", "NULL")),
	ONCE(SESSION_CREATE, "district_differs", NULL, SESSION(QIHANG, "直播销售员", "4", "310101")),
	ONCE(SESSION_CREATE, "site_unknown", NULL, SESSION_AT(QIHANG, "直播销售员", "4", "310104", SITE_OF_SHILI)),
	ONCE(SESSION_CREATE, "site_ended", THIRD_SITE ";UPDATE talent.site SET valid_to = '2026-11-05' WHERE id = " TWIN,
	     SESSION(QIHANG, "直播销售员", "4", "310104")),
	ONCE(SESSION_CREATE, "site_needed", SECOND_SITE, SESSION(SHILI, "直播销售员", "4", "310105")),

	ONCE(SESSION_ENROL, "enrolled", NULL, ENROL("test.session_id('S')", "'N'")),
	AGAIN(SESSION_ENROL, "replayed", NULL, ENROL("test.session_id('S')", "'N'")),
	ONCE(SESSION_ENROL, "session_not_found", NULL, ENROL(NOBODY, "'N'")),
	ONCE(SESSION_ENROL, "session_closed", "SELECT test.complete('S', 104)",
	     ENROL("test.session_id('S')", "'N'")),
	ONCE(SESSION_ENROL, "session_full", "SELECT test.enrol('S', 'M')", ENROL("test.session_id('S')", "'N'")),
	ONCE(SESSION_ENROL, "person_name_differs", NULL, ENROL("test.session_id('S')", "'A', 'Other'")),

	ONCE(SESSION_ENROL, "session_closed", CANCELLED, ENROL("test.session_id('S')", "'A'")),

	ONCE(SESSION_ENROL_LIST, "enrolled", NULL, ROSTER("test.session_id('S')", "test.person('N'), test.person('A')")),
	AGAIN(SESSION_ENROL_LIST, "replayed", NULL, ROSTER("test.session_id('S')", "test.person('N'), test.person('A')")),
	ONCE(SESSION_ENROL_LIST, "session_not_found", NULL, ROSTER(NOBODY, "test.person('N')")),
	ONCE(SESSION_ENROL_LIST, "session_closed", "SELECT test.complete('S', 104)",
	 ROSTER("test.session_id('S')", "test.person('N')")),
	ONCE(SESSION_ENROL_LIST, "session_full", NULL,
	 ROSTER("test.session_id('S')", "test.person('N'), test.person('M')")),
	ONCE(SESSION_ENROL_LIST, "person_name_differs", NULL,
	 ROSTER("test.session_id('S')", "test.person('N'), test.person('A', 'Other')")),

	ONCE(SESSION_CHANGE, "changed", NULL, OTHERWISE("NULL, NULL, NULL, 96, 1")),
	AGAIN(SESSION_CHANGE, "replayed", NULL, OTHERWISE("NULL, NULL, NULL, 96, 1")),
	ONCE(SESSION_CHANGE, "session_not_found", NULL, NOBODY ", 'New', NULL, NULL, NULL, NULL, NULL"),
	ONCE(SESSION_CHANGE, "session_state", CANCELLED, OTHERWISE("'New', NULL, NULL, NULL, NULL")),
	ONCE(SESSION_CHANGE, "dates_order", NULL, OTHERWISE("NULL, talent._today(), NULL, NULL, NULL")),
	ONCE(SESSION_CHANGE, "capacity_below_enrolled", "SELECT test.enrol('S', 'N')",
	 OTHERWISE("NULL, NULL, NULL, NULL, 1")),
	ONCE(SESSION_CHANGE, "attendance_before", ATTENDED("talent._today() - 9"),
	 OTHERWISE("NULL, talent._today() - 8, NULL, NULL, NULL")),
	ONCE(SESSION_CHANGE, "attendance_after", ATTENDED("talent._today() - 9"),
	 OTHERWISE("NULL, NULL, talent._today() - 10, NULL, NULL")),
	ONCE(SESSION_CHANGE, "begins_before_enrolment", NULL, OTHERWISE("NULL, talent._today() - 31, NULL, NULL, NULL")),
	ONCE(SESSION_CHANGE, "begins_after_exam", "SELECT outcome FROM test.exam_create(gen_random_uuid(), " SHILI
	 ", 'OF', test.session_id('S'), '4-01-06-02', '2022', '直播销售员', '4', NULL, talent._today() - 5, 0)",
	 OTHERWISE("NULL, talent._today() - 4, NULL, NULL, NULL")),
	ONCE(SESSION_CHANGE, "site_ended_then", THIRD_SITE ";UPDATE talent.site SET valid_to = talent._today() WHERE id = " TWIN
	 "; SELECT outcome FROM talent.session_create(NULL, 't', NULL, NULL, json_build_object('id', " NEW ", 'institution', " QIHANG
	 ", 'title', 'x', 'occupation', '4-01-06-02', 'edition', '2022', 'work_type', 'livestream-sales', 'level', '4', 'starts_on',"
	 " talent._today() - 1, 'ends_on', talent._today(), 'hours', 9, 'capacity', 9, 'district', '310104'))",
	 NEW ", NULL, NULL, talent._today() + 1, NULL, NULL, NULL"),
	ONCE(SESSION_CHANGE, "standard_not_in_force_then", "UPDATE talent.standard SET valid_to = talent._today()",
	 OTHERWISE("NULL, NULL, talent._today() + 1, NULL, NULL")),

	ONCE(SESSION_MOVE, "published", NULL, "test.session_id('S'), 'publish', NULL, NULL"),
	AGAIN(SESSION_MOVE, "replayed", NULL, "test.session_id('S'), 'publish', NULL, NULL"),
	ONCE(SESSION_MOVE, "cancelled", NULL, "test.session_id('S'), 'cancel', 'too_few', NULL"),
	AGAIN(SESSION_MOVE, "replayed", NULL, "test.session_id('S'), 'cancel', 'too_few', NULL"),
	ONCE(SESSION_MOVE, "other_reason", CANCELLED, "test.session_id('S'), 'cancel', 'too_few', NULL"),
	ONCE(SESSION_MOVE, "session_state", CANCELLED, "test.session_id('S'), 'publish', NULL, NULL"),
	ONCE(SESSION_MOVE, "session_not_found", NULL, NOBODY ", 'publish', NULL, NULL"),

	ONCE(ENROLMENT_WITHDRAW, "withdrawn", NULL, WITHDRAW("'own_wish'")),
	AGAIN(ENROLMENT_WITHDRAW, "replayed", NULL, WITHDRAW("'own_wish'")),
	ONCE(ENROLMENT_WITHDRAW, "other_reason", WITHDRAWN, WITHDRAW("'own_wish'")),
	ONCE(ENROLMENT_WITHDRAW, "enrolment_not_found", NULL, "test.session_id('S'), " NOBODY ", 'other', NULL"),
	ONCE(ENROLMENT_WITHDRAW, "session_state", "SELECT test.complete('S', 104)", WITHDRAW("'own_wish'")),

	ONCE(SESSION_ATTEND, "recorded", NULL, ATTEND("talent._today() - 9", "7.5")),
	AGAIN(SESSION_ATTEND, "replayed", NULL, ATTEND("talent._today() - 9", "7.5")),
	ONCE(SESSION_ATTEND, "recorded", NULL, ATTEND("NULL", "104")),
	ONCE(SESSION_ATTEND, "session_not_found", NULL, NOBODY ", NULL, " ENROLLED ", '{1}'"),
	ONCE(SESSION_ATTEND, "session_state", CANCELLED, ATTEND("NULL", "104")),
	ONCE(SESSION_ATTEND, "day_outside_session", NULL, ATTEND("talent._today()", "7.5")),
	ONCE(SESSION_ATTEND, "day_in_future", "UPDATE talent.training_session SET ends_on = talent._today() + 9",
	 ATTEND("talent._today() + 1", "7.5")),
	ONCE(SESSION_ATTEND, "enrolment_unknown", WITHDRAWN, ATTEND("NULL", "104")),
	ONCE(SESSION_ATTEND, "attendance_mixed", ATTENDED("NULL"), ATTEND("talent._today() - 9", "7.5")),

	ONCE(SESSION_COMPLETE, "completed", NULL, COMPLETE("- 1", "104")),
	ONCE(SESSION_COMPLETE, "attendance_differs", ATTENDED("talent._today() - 9"), COMPLETE("- 1", "104")),
	ONCE(SESSION_COMPLETE, "enrolment_unknown", WITHDRAWN, COMPLETE("- 1", "104")),
	AGAIN(SESSION_COMPLETE, "replayed", NULL, COMPLETE("- 1", "104")),
	ONCE(SESSION_COMPLETE, "already_completed", "SELECT test.complete('S', 104)", COMPLETE("- 1", "103")),
	ONCE(SESSION_COMPLETE, "session_not_found", NULL, NOBODY ", talent._today(), '{}', '{}'"),
	ONCE(SESSION_COMPLETE, "session_cancelled", "UPDATE talent.training_session SET state = 'cancelled'",
	 COMPLETE("- 1", "104")),
	ONCE(SESSION_COMPLETE, "completed_before_end", NULL, COMPLETE("- 2", "104")),
	ONCE(SESSION_COMPLETE, "date_in_future", NULL, COMPLETE("+ 1", "104")),
	ONCE(SESSION_COMPLETE, "enrolment_unknown", NULL,
	 "test.session_id('S'), talent._today(), ARRAY[" NOBODY "]::uuid[], '{104}'"),

	ONCE(PERSON_LOOKUP, "found", NULL, LOOKUP("A", "NULL")),
	ONCE(PERSON_LOOKUP, "found", NULL, LOOKUP("A", "'310101,310105'")),
	ONCE(PERSON_LOOKUP, "not_found", NULL, LOOKUP("A", "'310101'")),
	ONCE(PERSON_LOOKUP, "not_found", NULL, LOOKUP("NONE", "NULL")),

	ONCE(PERSON_REPORT, "told", NULL, PERSON("A") ", 'holder_request', NULL"),
	ONCE(PERSON_REPORT, "not_found", NULL, NOBODY ", 'holder_request', NULL"),

	ONCE(PERSON_KEY_RAISE, "raised", NULL, "2"),
	AGAIN(PERSON_KEY_RAISE, "replayed", NULL, "2"),
	ONCE(PERSON_KEY_RAISE, "replayed", NULL, "1"),

	ONCE(ERASURE_REQUEST, "requested", NULL, ERASURE(NEW, "A")),
	ONCE(ERASURE_REQUEST, "replayed", ASKED_ERASURE(OTTO, TWIN), ERASURE(NEW, "A")),
	ONCE(ERASURE_REQUEST, "not_found", NULL, NEW ", " NOBODY ", 'other', NULL"),
	ONCE(ERASURE_REQUEST, "wrong_state", NULL, ERASURE(NEW, "DAY")),

	TWO_PEOPLE(ERASURE_APPROVE, ASKED_ERASURE(OTTO, NEW), ASKED_ERASURE(NINA, NEW), ERASE),
	ONCE(ERASURE_APPROVE, "action_over", ASKED_ERASURE(OTTO, NEW) ";SELECT outcome FROM talent.erasure_reject(" BY_NINA NEW ")", ERASE),
	ONCE(ERASURE_APPROVE, "wrong_state", ASKED_ERASURE(OTTO, NEW) ";" SUBMITTED("'DUE', 'A', 80, 80, _number => 'S000031000123265000099'"), ERASE),
	ONCE(ERASURE_APPROVE, "terms_changed", ASKED_ERASURE(OTTO, NEW), NEW ", '{}', '{}', '{}'"),
	ONCE(ERASURE_APPROVE, "not_found", NULL, ERASE),

	ONCE(ERASURE_REJECT, "rejected", ASKED_ERASURE(NINA, NEW), NEW),
	AGAIN(ERASURE_REJECT, "replayed", ASKED_ERASURE(NINA, NEW), NEW),
	ONCE(ERASURE_REJECT, "action_over", ASKED_ERASURE(OTTO, NEW) ";SELECT outcome FROM talent.erasure_approve(" BY_NINA ERASE ")", NEW),
	ONCE(ERASURE_REJECT, "not_found", NULL, NEW),

	ONCE(PERSON_LINK_REQUEST, "requested", LINKABLE, LINK(NEW, "A", "M")),
	ONCE(PERSON_LINK_REQUEST, "replayed", LINKABLE ";" ASKED_LINK(OTTO, TWIN, "A", "M"), LINK(NEW, "A", "M")),
	ONCE(PERSON_LINK_REQUEST, "already_linked", LINKABLE ";" ASKED_LINK(OTTO, TWIN, "A", "DAY"), LINK(NEW, "A", "M")),
	ONCE(PERSON_LINK_REQUEST, "already_linked", LINKABLE ";" ASKED_LINK(OTTO, TWIN, "M", "A") ";" LINKED(TWIN),
	 LINK(NEW, "A", "DAY")),
	ONCE(PERSON_LINK_REQUEST, "same_person", NULL, LINK(NEW, "A", "A")),
	ONCE(PERSON_LINK_REQUEST, "not_found", NULL, NEW ", " PERSON("A") ", " NOBODY ", 'other', 'file 7', NULL"),

	TWO_PEOPLE(PERSON_LINK_APPROVE, LINKABLE ";" ASKED_LINK(OTTO, NEW, "A", "M"),
	           LINKABLE ";" ASKED_LINK(NINA, NEW, "A", "M"), NEW),
	ONCE(PERSON_LINK_APPROVE, "action_over", LINKABLE ";" ASKED_LINK(OTTO, NEW, "A", "M")
	 ";SELECT outcome FROM talent.person_link_reject(" BY_NINA NEW ")", NEW),
	ONCE(PERSON_LINK_APPROVE, "already_linked", LINKABLE ";" ASKED_LINK(OTTO, NEW, "A", "M") ";"
	 ASKED_LINK(OTTO, TWIN, "M", "DAY") ";" LINKED(TWIN), NEW),
	ONCE(PERSON_LINK_APPROVE, "both_assessed", SUBMITTED("'E1', 'B', 50, 50") ";" ASKED_LINK(OTTO, NEW, "A", "B"), NEW),
	ONCE(PERSON_LINK_APPROVE, "both_certified", "SELECT test.exam('E7', '4', NULL);" SUBMITTED("'E7', 'C', 80, 80") ";"
	 ASKED_LINK(OTTO, NEW, "A", "C"), NEW),
	ONCE(PERSON_LINK_APPROVE, "wrong_state", LINKABLE ";" ASKED_LINK(OTTO, NEW, "A", "M") ";"
	 ASKED_ERASURE(OTTO, TWIN) ";SELECT outcome FROM talent.erasure_approve(" BY_NINA ERASE_AS(TWIN) ")", NEW),
	ONCE(PERSON_LINK_APPROVE, "not_found", NULL, NEW),

	ONCE(PERSON_LINK_REJECT, "rejected", LINKABLE ";" ASKED_LINK(NINA, NEW, "A", "M"), NEW),
	AGAIN(PERSON_LINK_REJECT, "replayed", LINKABLE ";" ASKED_LINK(NINA, NEW, "A", "M"), NEW),
	ONCE(PERSON_LINK_REJECT, "action_over", LINKABLE ";" ASKED_LINK(OTTO, NEW, "A", "M") ";" LINKED(NEW), NEW),
	ONCE(PERSON_LINK_REJECT, "not_found", NULL, NEW),

	ONCE(EXAM_END, "closed", "SELECT test.exam('O', '4')", EXAM_ENDS("O", "'close', NULL")),
	AGAIN(EXAM_END, "replayed", "SELECT test.exam('O', '4')", EXAM_ENDS("O", "'close', NULL")),
	ONCE(EXAM_END, "reopened", "SELECT test.exam('O', '4');" EXAM_ENDED("O", "'close', NULL"), EXAM_ENDS("O", "'reopen', 'x'")),
	ONCE(EXAM_END, "cancelled", "SELECT test.exam('O', '4');" EXAM_ENDED("O", "'close', NULL"), EXAM_ENDS("O", "'cancel', 'other'")),
	ONCE(EXAM_END, "other_reason", "SELECT test.exam('O', '4');" EXAM_ENDED("O", "'cancel', 'too_few'"),
	 EXAM_ENDS("O", "'cancel', 'other'")),
	ONCE(EXAM_END, "exam_state", "SELECT test.exam('O', '4');" EXAM_ENDED("O", "'cancel', 'too_few'"),
	 EXAM_ENDS("O", "'reopen', 'x'")),
	ONCE(EXAM_END, "exam_has_results", NULL, EXAM_ENDS("E1", "'cancel', 'other'")),
	ONCE(EXAM_END, "exam_not_found", NULL, NOBODY ", 'close', NULL, NULL"),

	ONCE(EXAM_CHANGE, "changed", TODAY_O, CHANGED_EXAM("O", "'held_on', talent._today() + 1, 'level', '3'")),
	AGAIN(EXAM_CHANGE, "replayed", TODAY_O, CHANGED_EXAM("O", "'work_type', '直播销售员', 'candidate_group', 'public'")),
	ONCE(EXAM_CHANGE, "exam_not_found", NULL, NOBODY ", '{}', 1, NULL"),
	ONCE(EXAM_CHANGE, "exam_state", TODAY_O ";" EXAM_ENDED("O", "'close', NULL"), CHANGED_EXAM("O", "'level', '3'")),
	ONCE(EXAM_CHANGE, "exam_has_results", NULL, CHANGED_EXAM("E1", "'candidate_group', 'students'")),
	ONCE(EXAM_CHANGE, "work_type_unknown", TODAY_O, CHANGED_EXAM("O", "'work_type', 'unknown'")),
	ONCE(EXAM_CHANGE, "level_not_offered", TODAY_O, CHANGED_EXAM("O", "'level', 'special'")),
	ONCE(EXAM_CHANGE, "no_standard_on_day", TODAY_O, CHANGED_EXAM("O", "'held_on', '2021-10-14'")),
	ONCE(EXAM_CHANGE, "session_not_found", TODAY_O, CHANGED_EXAM("O", "'session', " NOBODY)),
	ONCE(EXAM_CHANGE, "session_cancelled", TODAY_O ";" CANCELLED, CHANGED_EXAM("O", "'session', test.session_id('S')")),
	ONCE(EXAM_CHANGE, "before_session", TODAY_O,
	 CHANGED_EXAM("O", "'session', test.session_id('S'), 'held_on', talent._today() - 40")),
	ONCE(EXAM_CHANGE, "site_unknown", TODAY_O, CHANGED_EXAM("O", "'site', " NOBODY)),
	ONCE(EXAM_CHANGE, "site_needed", NO_SITE_O ";" SECOND_SITE, CHANGED_EXAM("O", "'held_on', talent._today() + 1")),
	ONCE(EXAM_CHANGE, "site_ended", TODAY_O ";" ENDED_SITE, CHANGED_EXAM("O", "'site', " NEW)),
	ONCE(EXAM_CHANGE, "announced_late", TODAY_O, CHANGED_EXAM("O", "'held_on', talent._today() - 1")),
	ONCE(EXAM_CHANGE, "publicity_too_short", TODAY_O ";INSERT INTO talent.policy_version (policy, version, value,"
	 " in_force_from, reason) VALUES ('publicity_days_min', 2, '9', talent._today(), 'x')",
	 "test.exam_id('O'), '{}', 8, NULL"),
	ONCE(EXAM_CHANGE, "level_not_agreed", TODAY_O ";DELETE FROM talent.agreement_title WHERE level = '3'",
	 CHANGED_EXAM("O", "'level', '3'")),
	ONCE(EXAM_CHANGE, "standing", TODAY_O ";" SUSPENDED, CHANGED_EXAM("O", "'level', '3'")),

	ONCE(EXAM_CHANGE, "roster_demanded", DEMANDS ";" TODAY_O, "test.exam_id('O'), '{}', NULL, false"),
	ONCE(ASSESSMENT_SUBMIT, "not_on_roster", DEMANDS ";" TODAY_O, SUBMIT("O", "'N', 80, 80")),

	ONCE(EXAM_ENROL, "enrolled", TODAY_O, LISTING("O", "test.candidate('N'), test.candidate('M')")),
	AGAIN(EXAM_ENROL, "replayed", TODAY_O, LISTING("O", "test.candidate('N')")),
	ONCE(EXAM_ENROL, "enrolled", TODAY_O ";" LISTED("O", "N"), LISTING("O", "test.candidate('N', 'Another Ltd')")),
	ONCE(EXAM_ENROL, "enrolled", TODAY_O ";" LISTED("O", "N") ";" REMOVED("O", "N"), LISTING("O", "test.candidate('N')")),
	ONCE(EXAM_ENROL, "exam_not_found", NULL, LISTING("none", "test.candidate('N')")),
	ONCE(EXAM_ENROL, "exam_state", TODAY_O ";" EXAM_ENDED("O", "'close', NULL"), LISTING("O", "test.candidate('N')")),
	ONCE(EXAM_ENROL, "person_name_differs", TODAY_O, LISTING("O", "test.candidate('A', NULL, 'Other')")),
	ONCE(EXAM_ENROL, "roster_full", TODAY_O ";" CROWD("O", "1000"), LISTING("O", "test.candidate('N')")),

	ONCE(EXAM_ENROL_SESSION, "enrolled", WITH_SESSION, "test.exam_id('OF')"),
	AGAIN(EXAM_ENROL_SESSION, "replayed", WITH_SESSION, "test.exam_id('OF')"),
	ONCE(EXAM_ENROL_SESSION, "exam_not_found", NULL, NOBODY),
	ONCE(EXAM_ENROL_SESSION, "exam_state", WITH_SESSION ";" EXAM_ENDED("OF", "'close', NULL"), "test.exam_id('OF')"),
	ONCE(EXAM_ENROL_SESSION, "no_session", TODAY_O, "test.exam_id('O')"),
	ONCE(EXAM_ENROL_SESSION, "roster_full", WITH_SESSION ";" CROWD("OF", "1000"), "test.exam_id('OF')"),

	ONCE(EXAM_UNENROL, "removed", TODAY_O ";" LISTED("O", "N"), REMOVAL("O", "N", "other")),
	AGAIN(EXAM_UNENROL, "replayed", TODAY_O ";" LISTED("O", "N"), REMOVAL("O", "N", "other")),
	ONCE(EXAM_UNENROL, "other_reason", TODAY_O ";" LISTED("O", "N") ";" REMOVED("O", "N"), REMOVAL("O", "N", "own_wish")),
	ONCE(EXAM_UNENROL, "candidate_not_found", TODAY_O, "test.exam_id('O'), " NOBODY ", 'other', NULL"),
	ONCE(EXAM_UNENROL, "exam_state", TODAY_O ";" LISTED("O", "N") ";" EXAM_ENDED("O", "'close', NULL"),
	 REMOVAL("O", "N", "other")),
	ONCE(EXAM_UNENROL, "candidate_has_result", TODAY_O ";" LISTED("O", "N") ";" SUBMITTED("'O', 'N', 80, 80"),
	 REMOVAL("O", "N", "other")),

	ONCE(EXAM_PLAN_FILE, "filed", TODAY_O, PLAN("O", "15", "NULL", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "filed", TODAY_O, PLAN("O", "16", "NULL", ASSESSORS)),
	AGAIN(EXAM_PLAN_FILE, "replayed", TODAY_O, PLAN("O", "15", "NULL", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "exam_not_found", NULL, PLAN("none", "15", "NULL", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "exam_state", TODAY_O ";" EXAM_ENDED("O", "'close', NULL"), PLAN("O", "15", "NULL", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "exam_was_held", "SELECT test.exam('O', '4', NULL, talent._today() - 1)",
	 PLAN("O", "15", "NULL", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "panel_not_applicable", TODAY_O, PLAN("O", "15", "3", ASSESSORS)),
	ONCE(EXAM_PLAN_FILE, "understaffed", TODAY_O ";" REFUSES, PLAN("O", "16", "NULL", ASSESSORS)),

	ONCE(EXAM_CREATE, "created", NULL, EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	AGAIN(EXAM_CREATE, "replayed", NULL, EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "code_taken", NULL, EXAM("E3", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "work_type_unknown", NULL, EXAM("X", "NULL", "4", "unknown", "xingbo")),
	ONCE(EXAM_CREATE, "level_not_offered", NULL, EXAM("X", "NULL", "special", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "standard_unknown", NULL, EXAM_UNDER("'2026-01-02'", "'互联网营销师/2020'")),
	ONCE(EXAM_CREATE, "standard_differs", NULL, EXAM_UNDER("'2026-01-02'", "'全媒体运营师/2023'")),
	ONCE(EXAM_CREATE, "standard_not_in_force", NULL, EXAM_UNDER("'2021-10-14'", "'互联网营销师/2021'")),
	ONCE(EXAM_CREATE, "no_standard_in_force", NULL, EXAM_UNDER("'2021-10-14'", "NULL")),
	ONCE(EXAM_CREATE, "no_standard_in_force", NULL, EXAM_OF("4-13-01-10", "X", "NULL", "4", "直播", "xingbo",
	 "talent._today()", "NULL")),
	ONCE(EXAM_CREATE, "announced_late", NULL, EXAM_UNDER("talent._today() - 1", "NULL")),
	ONCE(EXAM_CREATE, "level_not_agreed", "DELETE FROM talent.agreement_title WHERE level = '4'",
	 EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "partner_unknown", NULL, EXAM("X", "NULL", "4", "直播销售员", "qihang")),
	ONCE(EXAM_CREATE, "session_not_found", NULL, EXAM("X", NOBODY, "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "session_cancelled", CANCELLED, EXAM("X", "test.session_id('S')", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "site_unknown", NULL, EXAM_AT("X", "NULL", "4", "直播销售员", "xingbo", NOBODY)),
	ONCE(EXAM_CREATE, "site_ended", ENDED_SITE, EXAM_AT("X", "NULL", "4", "直播销售员", "xingbo", NEW)),
	ONCE(EXAM_CREATE, "created", ENDED_SITE, EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "site_needed", SECOND_SITE, EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "before_session", "SELECT outcome FROM test.session_create(NULL, NULL, " NEW ", " QIHANG
	 ", 'later', '4-01-06-02', '2022', '直播销售员', '4', talent._today() + 1, talent._today() + 9, 104, 40, NULL)",
	 EXAM("X", NEW, "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "publicity_too_short", "INSERT INTO talent.policy_version (policy, version, value,"
	 " in_force_from, reason) VALUES ('publicity_days_min', 2, '1', talent._today(), 'x')",
	 EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
	ONCE(EXAM_CREATE, "standing", SUSPENDED, EXAM("X", "NULL", "4", "直播销售员", "xingbo")),
};

/* ---- the dictionary and standards ---- */

#define SALES "(SELECT id FROM talent.standard WHERE name = '互联网营销师/2021')"
#define OCCUPATION(code, name) "'" NEW_ID "', '" code "', '2022', '" name "', 'host'"
#define NEW_ID "0d0000aa-0000-4000-8000-000000000001"
#define CONDITION(prerequisite) "{\"prerequisite\": \"" prerequisite "\", \"years\": 3}"
#define WORK(slug, name, level, conditions) \
	"[{\"slug\": \"" slug "\", \"name\": \"" name "\", \"name_en\": \"x\", \"levels\": [{\"level\": \"" level \
	"\", \"min_hours\": 0, \"min_age\": 16, \"conditions\": [" conditions "]}]}]"
#define STANDARD(name, occupation, from, to, work) \
	"'{\"id\": \"" NEW_ID "\", \"name\": \"" name "\", \"occupation\": \"" occupation "\", \"edition\": \"2022\"," \
	" \"document\": \"x\", \"issued_on\": \"2020-01-01\", \"valid_from\": \"" from "\", \"valid_to\": " to "," \
	" \"work_types\": " work "}'"
#define HOST(work) STANDARD("网络主播/2020", "4-13-01-10", "2020-01-01", "null", work)
#define LIVE WORK("live", "直播", "4", CONDITION("5"))
/* A version of 互联网营销师/2021 from a day on. */
#define VERSION_OF(standard, day, work) \
	"json_build_object('standard', " standard ", 'valid_from', " day ", 'work_types', '" work "'::json)"
#define VERSION_FROM(day, work) VERSION_OF(SALES, day, work)
#define SALE WORK("livestream-sales", "直播销售员", "4", "")
#define END_SALES(day) SALES ", " day ", false, NULL"
#define ENDED "UPDATE talent.standard SET valid_to = talent._today() + 30 WHERE name = '互联网营销师/2021'"
#define REVISED "SELECT outcome FROM talent.standard_version_add(NULL, 't', NULL, NULL, " \
	VERSION_FROM("talent._today() + 10", SALE) ")"

#define MOVE(code, standard, work_type) "test.exam_id(" code "), '" standard "', " work_type ", 'x'"
#define TO_2040(code, work_type) MOVE(code, "互联网营销师/2040", work_type)
/* An exam in ten days, when its standard has ended and another one follows; that has level 5 only. */
#define SUCCEEDED \
	"SELECT test.exam('E9', '5', NULL, talent._today() + 10);" \
	"UPDATE talent.standard SET valid_to = talent._today() + 9 WHERE name = '互联网营销师/2021';" \
	"SELECT outcome FROM talent.standard_create(NULL, 't', NULL, NULL, json_build_object('id', '" NEW_ID "', 'name'," \
	" '互联网营销师/2040', 'occupation', '4-01-06-02', 'edition', '2022', 'document', 'x', 'issued_on', '2020-01-01'," \
	" 'valid_from', talent._today() + 10, 'work_types', '" WORK("livestream-sales", "直播销售员", "5", "") "'::json))"

static const struct outcome_case standards[] = {
	ONCE(OCCUPATION_CREATE, "created", NULL, OCCUPATION("4-13-01-11", "主播")),
	AGAIN(OCCUPATION_CREATE, "replayed", NULL, OCCUPATION("4-13-01-11", "主播")),
	ONCE(OCCUPATION_CREATE, "code_taken", NULL, OCCUPATION("4-13-01-10", "主播")),

	ONCE(STANDARD_CREATE, "created", NULL, HOST(LIVE)),
	AGAIN(STANDARD_CREATE, "replayed", NULL, HOST(LIVE)),
	ONCE(STANDARD_CREATE, "name_taken", NULL, STANDARD("互联网营销师/2021", "4-01-06-02", "2020-01-01", "null", LIVE)),
	ONCE(STANDARD_CREATE, "occupation_unknown", NULL, STANDARD("主播/2020", "4-13-01-11", "2020-01-01", "null", LIVE)),
	ONCE(STANDARD_CREATE, "name_differs", NULL, STANDARD("主播/2020", "4-13-01-10", "2020-01-01", "null", LIVE)),
	ONCE(STANDARD_CREATE, "standard_overlaps", NULL,
	 STANDARD("互联网营销师/2020", "4-01-06-02", "2020-01-01", "\"2021-10-15\"", SALE)),
	ONCE(STANDARD_CREATE, "work_type_differs", NULL,
	 STANDARD("互联网营销师/2020", "4-01-06-02", "2020-01-01", "\"2021-10-14\"", WORK("livestream-sales", "直播", "4", ""))),
	ONCE(STANDARD_CREATE, "level_unknown", NULL, HOST(WORK("live", "直播", "9", ""))),
	ONCE(STANDARD_CREATE, "level_unknown", NULL, HOST(WORK("live", "直播", "4", CONDITION("9")))),
	ONCE(STANDARD_CREATE, "prerequisite_not_below", NULL, HOST(WORK("live", "直播", "4", CONDITION("4")))),

	/* what is announced is for today */
	ONCE(STANDARD_VERSION_ADD, "created", NULL, VERSION_FROM("talent._today() + 1", SALE)),
	AGAIN(STANDARD_VERSION_ADD, "replayed", NULL, VERSION_FROM("talent._today() + 1", SALE)),
	ONCE(STANDARD_VERSION_ADD, "not_found", NULL, VERSION_OF(NOBODY, "talent._today() + 1", SALE)),
	ONCE(STANDARD_VERSION_ADD, "standard_ended",
	 "UPDATE talent.standard SET valid_to = talent._today() - 1 WHERE name = '互联网营销师/2021'",
	 VERSION_FROM("talent._today() + 1", SALE)),
	ONCE(STANDARD_VERSION_ADD, "date_gone_by", NULL, VERSION_FROM("talent._today()", SALE)),
	ONCE(STANDARD_VERSION_ADD, "before_version", REVISED, VERSION_FROM("talent._today() + 10", LIVE)),
	ONCE(STANDARD_VERSION_ADD, "after_end", ENDED, VERSION_FROM("talent._today() + 31", SALE)),
	ONCE(STANDARD_VERSION_ADD, "versions_full", "INSERT INTO talent.standard_version (standard, version, valid_from)"
	 " SELECT " SALES ", n, talent._today() + n FROM generate_series(2, 20) n ORDER BY n",
	 VERSION_FROM("talent._today() + 40", SALE)),
	ONCE(STANDARD_VERSION_ADD, "standard_in_use", "SELECT test.exam('E9', '5', NULL, talent._today() + 10)",
	 VERSION_FROM("talent._today() + 10", SALE)),
	ONCE(STANDARD_VERSION_ADD, "work_type_differs", NULL,
	 VERSION_FROM("talent._today() + 1", WORK("live", "直播销售员", "4", ""))),
	ONCE(STANDARD_VERSION_ADD, "level_unknown", NULL,
	 VERSION_FROM("talent._today() + 1", WORK("livestream-sales", "直播销售员", "9", ""))),
	ONCE(STANDARD_VERSION_ADD, "prerequisite_not_below", NULL,
	 VERSION_FROM("talent._today() + 1", WORK("livestream-sales", "直播销售员", "4", CONDITION("3")))),

	ONCE(STANDARD_END, "ended", NULL, END_SALES("talent._today()")),
	AGAIN(STANDARD_END, "replayed", NULL, END_SALES("talent._today()")),
	ONCE(STANDARD_END, "not_found", NULL, NOBODY ", talent._today(), false, NULL"),
	ONCE(STANDARD_END, "standard_ended",
	 "UPDATE talent.standard SET valid_to = talent._today() - 1 WHERE name = '互联网营销师/2021'",
	 END_SALES("talent._today() + 1")),
	ONCE(STANDARD_END, "date_gone_by", NULL, END_SALES("talent._today() - 1")),
	ONCE(STANDARD_END, "before_version", REVISED, END_SALES("talent._today() + 9")),
	ONCE(STANDARD_END, "standard_overlaps", ENDED "; INSERT INTO talent.standard SELECT (jsonb_populate_record(s,"
	 " jsonb_build_object('id', gen_random_uuid(), 'name', '互联网营销师/2026', 'valid_from', talent._today() + 31,"
	 " 'valid_to', NULL))).* FROM talent.standard s WHERE name = '互联网营销师/2021'", END_SALES("talent._today() + 31")),
	ONCE(STANDARD_END, "standard_in_use", "SELECT test.exam('E9', '5', NULL, talent._today() + 10)",
	 END_SALES("talent._today() + 9")),
	ONCE(STANDARD_END, "ended", "SELECT test.exam('E9', '5', NULL, talent._today() + 10)",
	 SALES ", talent._today() + 9, true, NULL"),

	ONCE(EXAM_MOVE, "moved", SUCCEEDED, TO_2040("'E9'", "NULL")),
	AGAIN(EXAM_MOVE, "replayed", SUCCEEDED, TO_2040("'E9'", "NULL")),
	ONCE(EXAM_MOVE, "not_found", SUCCEEDED, NOBODY ", '互联网营销师/2040', NULL, 'x'"),
	ONCE(EXAM_MOVE, "exam_was_held", SUCCEEDED, TO_2040("'E1'", "NULL")),
	ONCE(EXAM_MOVE, "exam_closed", SUCCEEDED "; UPDATE talent.exam SET state = 'closed' WHERE code = 'E9'",
	 TO_2040("'E9'", "NULL")),
	ONCE(EXAM_MOVE, "standard_unknown", SUCCEEDED, MOVE("'E9'", "互联网营销师/2041", "NULL")),
	ONCE(EXAM_MOVE, "not_a_successor", SUCCEEDED, MOVE("'E9'", "全媒体运营师/2023", "'数据分析'")),
	ONCE(EXAM_MOVE, "standard_not_in_force", SUCCEEDED "; SELECT test.exam('E8', '5', NULL, talent._today() + 9)",
	 TO_2040("'E8'", "NULL")),
	ONCE(EXAM_MOVE, "work_type_unknown", SUCCEEDED, TO_2040("'E9'", "'选品员'")),
	ONCE(EXAM_MOVE, "level_not_offered", "SELECT test.exam('E8', '4', NULL, talent._today() + 10);" SUCCEEDED,
	 TO_2040("'E8'", "NULL")),
	ONCE(EXAM_MOVE, "standing", SUCCEEDED "; UPDATE talent.accreditation SET standard = " SALES
	 " WHERE occupation = '4-01-06-02'", TO_2040("'E9'", "NULL")),
};

/* ---- standing and credentials ---- */

#define TOKEN(id, role, organisation, districts, secret) \
	id ", '" role "', " organisation ", '" districts "', 'label', sha256('" secret "'), NULL"
#define CREDENTIAL(function, secret) \
	"SELECT outcome FROM talent." function "(" BY_NINA TOKEN(NEW, "auditor", "NULL", "{}", secret) ")"

/* Tokens and client certificates are given and withdrawn alike; nobodys: the arguments behind. */
#define CREDENTIAL_CASES(ADD, REMOVE, add, taken, nobodys, ottos) \
	ONCE(ADD, "created", NULL, TOKEN(NEW, "auditor", "NULL", "{}", "s") nobodys), \
	AGAIN(ADD, "replayed", NULL, TOKEN(NEW, "auditor", "NULL", "{}", "s") nobodys), \
	ONCE(ADD, "organisation_unknown", NULL, TOKEN(NEW, "employer", NOBODY, "{}", "s") nobodys), \
	ONCE(ADD, "role_unsuitable", NULL, TOKEN(NEW, "company", SHILI, "{}", "s") nobodys), \
	ONCE(ADD, "organisation_not_approved", STOPPED(SHILI), TOKEN(NEW, "employer", SHILI, "{}", "s") nobodys), \
	ONCE(ADD, "district_unknown", NULL, TOKEN(NEW, "administrator", "NULL", "{310199}", "s") nobodys), \
	ONCE(ADD, "name_needed", NULL, TOKEN(NEW, "administrator", "NULL", "{}", "s") nobodys), \
	ONCE(ADD, "not_yourself", NULL, TOKEN(NEW, "administrator", "NULL", "{}", "s") ottos), \
	ONCE(ADD, taken, CREDENTIAL(add, "s"), TOKEN(TWIN, "auditor", "NULL", "{}", "s") nobodys), \
	ONCE(REMOVE, "revoked", CREDENTIAL(add, "s"), NEW), \
	AGAIN(REMOVE, "replayed", CREDENTIAL(add, "s"), NEW), \
	ONCE(REMOVE, "not_found", NULL, NOBODY)

#define GRANT(noun, organisation, more) \
	"'" noun "', json_build_object('id', " NEW ", 'organisation', '" organisation "', 'occupation', '4-01-06-02'," \
	" 'edition', '2022', 'valid_from', talent._today(), 'valid_to', talent._today() + 9, " more ")"
#define ACCREDIT(work_type, levels) \
	GRANT("accreditation", "pujiang", "'work_type', '" work_type "', 'levels', json_build_array(" levels ")")
#define ACCREDIT_WHERE(work_type, levels, more) \
	GRANT("accreditation", "pujiang", more " 'work_type', '" work_type "', 'levels', json_build_array(" levels ")")
#define RECOGNISE(company, levels) GRANT("recognition", company, "'levels', json_build_array(" levels ")")
#define RECOGNISE_WHERE(company, levels, more) \
	GRANT("recognition", company, more " 'levels', json_build_array(" levels ")")
#define OF(noun, id) "'" noun "', " id
#define SUSPENDED_FOR(noun, id) \
	"SELECT outcome FROM talent.standing_suspend(" BY_NINA OF(noun, id) ", 'cause', NULL)"
/* Accreditations, recognitions and agreements are suspended, reinstated and ended alike. */
#define STANDING_CASES(noun, id) \
	ONCE(STANDING_SUSPEND, "suspended", NULL, OF(noun, id) ", 'cause', NULL"), \
	AGAIN(STANDING_SUSPEND, "replayed", NULL, OF(noun, id) ", 'cause', NULL"), \
	ONCE(STANDING_SUSPEND, "other_reason", SUSPENDED_FOR(noun, id), OF(noun, id) ", 'other', NULL"), \
	ONCE(STANDING_SUSPEND, "not_found", NULL, OF(noun, NOBODY) ", 'cause', NULL"), \
	ONCE(STANDING_REINSTATE, "reinstated", SUSPENDED_FOR(noun, id), OF(noun, id) ", 'cause', NULL"), \
	AGAIN(STANDING_REINSTATE, "replayed", SUSPENDED_FOR(noun, id), OF(noun, id) ", 'cause', NULL"), \
	ONCE(STANDING_REINSTATE, "not_found", NULL, OF(noun, NOBODY) ", 'cause', NULL"), \
	ONCE(STANDING_END, "ended", NULL, OF(noun, id) ", talent._today(), 'cause', NULL"), \
	AGAIN(STANDING_END, "replayed", NULL, OF(noun, id) ", talent._today(), 'cause', NULL"), \
	ONCE(STANDING_END, "date_in_past", NULL, OF(noun, id) ", talent._today() - 1, 'cause', NULL"), \
	ONCE(STANDING_END, "ends_before", NULL, OF(noun, id) ", talent._today() + 701, 'cause', NULL"), \
	ONCE(STANDING_END, "not_found", NULL, OF(noun, NOBODY) ", talent._today(), 'cause', NULL")

/* shili proposes to xingbo: its terms, and one title. */
#define PROPOSE(partner, more, work_type, level, title, title_more) \
	"json_build_object('id', " NEW ", 'proposer', " SHILI ", 'partner', '" partner "', 'window_days', 0, 'valid_from'," \
	" talent._today() + 701, " more " 'titles', json_build_array(json_build_object('occupation', '4-01-06-02'," \
	" 'edition', '2022', 'work_type', '" work_type "', 'level', '" level "', 'title', '" title "'" title_more ")))"
#define PROPOSE_TITLE(work_type, level, title, more) PROPOSE("xingbo", "", work_type, level, title, more)
#define FOR_EVER \
	"UPDATE talent.accreditation SET valid_to = NULL; UPDATE talent.recognition SET valid_to = NULL"
/* Until then and, as another one, from then on. */
#define RENEWED(noun, to, from) \
	FOR_EVER "; UPDATE talent." noun " SET valid_to = talent._today() + " to "; INSERT INTO talent." noun \
	" SELECT (jsonb_populate_record(x, jsonb_build_object('id', gen_random_uuid(), 'valid_from', talent._today() + " from \
	", 'valid_to', NULL))).* FROM talent." noun " x"
#define UNTIL_800 "'valid_to', talent._today() + 800,"
#define PROPOSED FOR_EVER "; SELECT outcome FROM talent.agreement_propose(" BY_NINA \
	PROPOSE_TITLE("直播销售员", "4", "星播主播", "") ")"
#define MOVED_BY(to, party) "SELECT outcome FROM talent.agreement_move(" BY_NINA NEW ", '" to "', " party ", NULL, NULL)"
#define CONFIRMED PROPOSED ";" MOVED_BY("confirmed", XINGBO)
#define TO(state, party) NEW ", '" state "', " party ", NULL, NULL"

#define BOTH_ARE_BOTH \
	FOR_EVER "; INSERT INTO talent.organisation_kind VALUES (" SHILI ", 'livestreaming_company'), (" XINGBO ", 'evaluation_body')"

static const struct outcome_case agreements[] = {
	ONCE(AGREEMENT_PROPOSE, "proposed", FOR_EVER, PROPOSE_TITLE("直播销售员", "4", "星播主播", "")),
	AGAIN(AGREEMENT_PROPOSE, "proposed", FOR_EVER, PROPOSE_TITLE("直播销售员", "4", "星播主播", "")),
	ONCE(AGREEMENT_PROPOSE, "organisation_unknown", NULL, PROPOSE("nobody", "", "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "kind_unsuitable", NULL, PROPOSE("pujiang", "", "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "party_unclear", BOTH_ARE_BOTH, PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "proposed", BOTH_ARE_BOTH, PROPOSE("xingbo", "'proposes_as', 'evaluation_body',", "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "not_accredited_then", BOTH_ARE_BOTH,
	     PROPOSE("xingbo", "'proposes_as', 'livestreaming_company',", "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "kind_unsuitable", NULL,
	     PROPOSE("xingbo", "'proposes_as', 'livestreaming_company',", "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "organisation_not_approved", FOR_EVER "; " STOPPED(XINGBO),
	     PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "organisation_not_approved", FOR_EVER "; " STOPPED(SHILI), /* the gate let it in before */
	     PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "work_type_unknown", FOR_EVER, PROPOSE_TITLE("nothing", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "level_not_offered", FOR_EVER, PROPOSE_TITLE("直播销售员", "chief", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "not_accredited_then", NULL, PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "not_recognised_then", "UPDATE talent.accreditation SET valid_to = NULL",
	     PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "no_standard_then", FOR_EVER "; UPDATE talent.standard SET valid_to = talent._today() + 700",
	     PROPOSE_TITLE("直播销售员", "4", "x", "")),
	/* a gap of one day; none, as one standard follows another; each side under another standard */
	ONCE(AGREEMENT_PROPOSE, "not_accredited_then", RENEWED("accreditation", "720", "722"),
	     PROPOSE("xingbo", UNTIL_800, "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "proposed", RENEWED("accreditation", "720", "721"),
	     PROPOSE("xingbo", UNTIL_800, "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "proposed", RENEWED("recognition", "720", "722"), PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "not_recognised_then", RENEWED("recognition", "720", "722"),
	     PROPOSE("xingbo", UNTIL_800, "直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "not_recognised_then", FOR_EVER "; UPDATE talent.recognition SET work_type = 'product-selection' WHERE occupation = '4-01-06-02'",
	     PROPOSE_TITLE("直播销售员", "4", "x", "")),
	ONCE(AGREEMENT_PROPOSE, "duplicate", FOR_EVER,
	     PROPOSE_TITLE("直播销售员", "4", "x", "), json_build_object('occupation', '4-01-06-02', 'edition', '2022',"
	                   " 'work_type', 'livestream-sales', 'level', '4', 'title', 'x'")),
	ONCE(AGREEMENT_PROPOSE, "reserved_words", FOR_EVER, PROPOSE_TITLE("直播销售员", "4", "国家级主播", "")),
	ONCE(AGREEMENT_PROPOSE, "reserved_words_en", FOR_EVER,
	     PROPOSE_TITLE("直播销售员", "4", "x", ", 'title_en', 'National host'")),
	ONCE(AGREEMENT_PROPOSE, "company_code", FOR_EVER,
	     PROPOSE_TITLE("直播销售员", "4", "x", ", 'code', '4-01-06-02'")),
	ONCE(AGREEMENT_PROPOSE, "company_code_taken", FOR_EVER,
	     PROPOSE_TITLE("直播销售员", "4", "x", ", 'code', 'XINGBO-001'")),

	ONCE(AGREEMENT_MOVE, "moved", PROPOSED, TO("confirmed", XINGBO)),
	AGAIN(AGREEMENT_MOVE, "replayed", PROPOSED, TO("confirmed", XINGBO)),
	ONCE(AGREEMENT_MOVE, "other_party_needed", PROPOSED, TO("confirmed", SHILI)),
	ONCE(AGREEMENT_MOVE, "wrong_state", PROPOSED, TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "moved", CONFIRMED, TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "replayed", CONFIRMED ";" MOVED_BY("approved", "NULL"), TO("confirmed", XINGBO)),
	ONCE(AGREEMENT_MOVE, "wrong_state", CONFIRMED ";" MOVED_BY("approved", "NULL"), TO("refused", "NULL")),
	ONCE(AGREEMENT_MOVE, "moved", PROPOSED, TO("withdrawn", SHILI)),
	ONCE(AGREEMENT_MOVE, "moved", CONFIRMED, TO("refused", "NULL")),
	ONCE(AGREEMENT_MOVE, "wrong_state", PROPOSED ";" MOVED_BY("refused", "NULL"), TO("confirmed", XINGBO)),
	ONCE(AGREEMENT_MOVE, "organisation_not_approved", PROPOSED "; " STOPPED(SHILI), TO("confirmed", XINGBO)),
	ONCE(AGREEMENT_MOVE, "organisation_not_approved", CONFIRMED "; " STOPPED(XINGBO), TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "moved", CONFIRMED "; " STOPPED(XINGBO), TO("refused", "NULL")), /* nothing begins */
	ONCE(AGREEMENT_MOVE, "date_in_past", CONFIRMED ";UPDATE talent.agreement SET valid_from = '2020-01-01',"
	     " valid_to = talent._today() - 1 WHERE id = " NEW, TO("approved", "NULL")),
	/* what was there when it was proposed and is not any more */
	ONCE(AGREEMENT_MOVE, "not_accredited_then", CONFIRMED "; UPDATE talent.accreditation SET suspended_at = now()",
	     TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "not_recognised_then", CONFIRMED "; UPDATE talent.recognition SET valid_to = talent._today()",
	     TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "no_standard_then", CONFIRMED "; UPDATE talent.standard SET valid_to = talent._today()",
	     TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "level_not_offered", CONFIRMED "; SET talent.maintenance = 'on'; UPDATE talent.agreement_title"
	     " SET level = '5' WHERE agreement = " NEW "; DELETE FROM talent.standard_condition WHERE level = '5';"
	     " DELETE FROM talent.standard_level WHERE level = '5'; RESET talent.maintenance", TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "overlaps", CONFIRMED ";UPDATE talent.agreement SET valid_from = talent._today()"
	     " WHERE id = " NEW, TO("approved", "NULL")),
	ONCE(AGREEMENT_MOVE, "not_found", NULL, TO("approved", "NULL")),
	ONCE(STANDING_SUSPEND, "wrong_state", PROPOSED, OF("agreement", NEW) ", 'cause', NULL"),
	ONCE(STANDING_END, "wrong_state", PROPOSED, OF("agreement", NEW) ", talent._today() + 800, 'cause', NULL"),
};

#define SITE_OF_PUJIANG(until) \
	"INSERT INTO talent.site (id, organisation, code, name, district, number_mode, valid_to) SELECT " TWIN ", o.id, 'old'," \
	" 'X', '310112', 'supplied', " until " FROM talent.organisation o WHERE slug = 'pujiang'"

static const struct outcome_case standing[] = {
	CREDENTIAL_CASES(TOKEN_CREATE, TOKEN_REVOKE, "token_create", "hash_taken", ", NULL, NULL",
	                 ", " OTTO_IS ", NULL"),
	ONCE(TOKEN_CREATE, "requested", NULL, TOKEN(NEW, "administrator", "NULL", "{}", "s") ", " TWIN ", 'Person'"),
	CREDENTIAL_CASES(CLIENT_CERTIFICATE_ADD, CLIENT_CERTIFICATE_REVOKE, "client_certificate_add",
	                 "spki_taken", ", NULL", ", " OTTO_IS),
	ONCE(STANDING_GRANT, "granted", NULL, ACCREDIT("product-selection", "'5', '3'")),
	AGAIN(STANDING_GRANT, "granted", NULL, ACCREDIT("选品员", "'5', '3'")),
	ONCE(STANDING_GRANT, "organisation_unknown", NULL, RECOGNISE("nobody", "'4'")),
	ONCE(STANDING_GRANT, "kind_unsuitable", NULL, RECOGNISE("pujiang", "'4'")),
	ONCE(STANDING_GRANT, "organisation_not_approved", STOPPED("(SELECT id FROM talent.organisation WHERE slug = 'pujiang')"),
	     ACCREDIT("product-selection", "'5', '3'")),
	ONCE(STANDING_GRANT, "organisation_not_approved", "UPDATE talent.recognition SET valid_to = talent._today() - 1;"
	     " UPDATE talent.organisation SET state = 'ended' WHERE id = " XINGBO, RECOGNISE("xingbo", "'4'")),
	ONCE(STANDING_GRANT, "granted", "SELECT outcome FROM talent.standing_grant(" BY_NINA
	     ACCREDIT("product-selection", "'5', '3'") "); " STOPPED("(SELECT id FROM talent.organisation WHERE slug = 'pujiang')"),
	     ACCREDIT("product-selection", "'5', '3'")), /* its COMMIT was not heard */
	ONCE(STANDING_GRANT, "occupation_unknown", "SELECT 1",
	     "'recognition', '{\"organisation\": \"xingbo\", \"occupation\": \"4-01-06-99\", \"edition\": \"2022\"}'"),
	ONCE(STANDING_GRANT, "work_type_unknown", NULL, ACCREDIT("nothing", "'4'")),
	ONCE(STANDING_GRANT, "site_unknown", NULL, ACCREDIT_WHERE("选品员", "'4'", "'site', " NOBODY ",")),
	ONCE(STANDING_GRANT, "site_ended", SITE_OF_PUJIANG("talent._today() - 1"), ACCREDIT_WHERE("选品员", "'4'", "'site', " TWIN ",")),
	ONCE(STANDING_GRANT, "granted", SITE_OF_PUJIANG("'2100-01-01'"), ACCREDIT_WHERE("选品员", "'4'", "'site', " TWIN ",")),
	ONCE(STANDING_GRANT, "standard_unknown", NULL, ACCREDIT_WHERE("选品员", "'4'", "'standard', 'x/2020',")),
	ONCE(STANDING_GRANT, "standard_differs", NULL, ACCREDIT_WHERE("选品员", "'4'", "'standard', '全媒体运营师/2023',")),
	ONCE(STANDING_GRANT, "standard_not_in_force", "UPDATE talent.standard SET valid_to = talent._today() - 1",
	     ACCREDIT_WHERE("选品员", "'4'", "'standard', '互联网营销师/2021',")),
	ONCE(STANDING_GRANT, "granted", NULL, ACCREDIT_WHERE("选品员", "'4'", "'standard', '互联网营销师/2021',")),
	ONCE(STANDING_GRANT, "level_not_offered", NULL,
	     ACCREDIT_WHERE("平台管理员", "'4', '1'", "'standard', '互联网营销师/2021',")),
	ONCE(STANDING_GRANT, "level_not_offered", NULL, ACCREDIT("product-selection", "'4', 'chief'")),
	ONCE(STANDING_GRANT, "overlaps", NULL, ACCREDIT("livestream-sales", "'1', '3'")),
	ONCE(STANDING_GRANT, "overlaps", NULL, RECOGNISE("xingbo", "'4'")),
	ONCE(STANDING_GRANT, "overlaps", NULL, RECOGNISE_WHERE("xingbo", "'4'", "'work_type', '选品员',")),
	ONCE(STANDING_GRANT, "granted", "UPDATE talent.recognition SET work_type = 'product-selection' WHERE occupation = '4-01-06-02'",
	     RECOGNISE_WHERE("xingbo", "'4'", "'work_type', '直播销售员',")),
	ONCE(STANDING_GRANT, "work_type_unknown", NULL, RECOGNISE_WHERE("xingbo", "'4'", "'work_type', 'nothing',")),
	ONCE(STANDING_GRANT, "standard_differs", NULL, RECOGNISE_WHERE("xingbo", "'4'", "'standard', '全媒体运营师/2023',")),
	ONCE(STANDING_GRANT, "level_not_offered", NULL,
	     RECOGNISE_WHERE("xingbo", "'4', 'chief'", "'standard', '互联网营销师/2021',")),
	ONCE(STANDING_GRANT, "level_not_offered", NULL,
	     RECOGNISE_WHERE("xingbo", "'4', '1'", "'work_type', '平台管理员',")),
	STANDING_CASES("accreditation", ACCREDITATION),
	STANDING_CASES("recognition", RECOGNITION),
	STANDING_CASES("agreement", AGREEMENT),
	ONCE(STANDING_END, "date_order",
	     "UPDATE talent.recognition SET valid_from = talent._today() + 5 WHERE id = " RECOGNITION,
	     OF("recognition", RECOGNITION) ", talent._today() + 4, 'cause', NULL"),
};

/* ---- staff ---- */

#define MEMBER_UNTIL(organisation, role, rights, districts, until) \
	NEW ", " organisation ", '" role "', 'Person', '" rights "', '" districts "', " TWIN ", sha256('code'), now() " until
#define MEMBER(organisation, role, rights, districts) \
	MEMBER_UNTIL(organisation, role, rights, districts, "+ interval '1 day'")
#define CLERK MEMBER(SHILI, "institution", "submits", "{}")
#define ADMINISTRATOR MEMBER("NULL", "administrator", "manages", "{}")
#define ADDED(who, whom) "SELECT outcome FROM talent.staff_add(" who ", 't', NULL, NULL, " whom ")"
#define CODE(code, token) "sha256('" code "'), " token ", sha256('t'), 'label', now() + interval '1 day'"
#define CHANGE(whom, name, rights, districts) whom ", " name ", " rights ", " districts ", " TWIN
#define LEFT(whom) "SELECT outcome FROM talent.staff_leave(" BY_NINA whom ", NULL)"
#define STAFF_DECISION(verb) "SELECT outcome FROM talent.staff_" verb "(" BY_NINA NEW ")"
static const struct outcome_case staff[] = {
	ONCE(STAFF_ADD, "invited", NULL, CLERK),
	AGAIN(STAFF_ADD, "replayed", NULL, CLERK),
	ONCE(STAFF_ADD, "requested", NULL, ADMINISTRATOR),
	ONCE(STAFF_ADD, "organisation_unknown", NULL, MEMBER(NOBODY, "institution", "submits", "{}")),
	ONCE(STAFF_ADD, "role_unsuitable", NULL, MEMBER(SHILI, "company", "submits", "{}")),
	ONCE(STAFF_ADD, "role_unsuitable", NULL, MEMBER(SHILI, "administrator", "manages", "{}")),
	ONCE(STAFF_ADD, "organisation_not_approved", STOPPED(SHILI), CLERK),
	ONCE(STAFF_ADD, "organisation_not_approved", "INSERT INTO talent.organisation_kind VALUES (" SHILI ", 'authority');"
	     STOPPED(SHILI), MEMBER(SHILI, "administrator", "manages", "{}")),
	ONCE(STAFF_ADD, "right_unsuitable", NULL, MEMBER("NULL", "auditor", "manages", "{}")),
	ONCE(STAFF_ADD, "district_unknown", NULL, MEMBER("NULL", "administrator", "manages", "{310199}")),

	ONCE(STAFF_INVITE, "invited", ADDED(NINA, CLERK), NEW ", " NOBODY ", sha256('other'), now() + interval '1 day'"),
	AGAIN(STAFF_INVITE, "replayed", ADDED(NINA, CLERK), NEW ", " NOBODY ", sha256('other'), now() + interval '1 day'"),
	ONCE(STAFF_INVITE, "wrong_state", ADDED(NINA, ADMINISTRATOR),
	     NEW ", " NOBODY ", sha256('other'), now() + interval '1 day'"),
	ONCE(STAFF_INVITE, "organisation_not_approved", ADDED(NINA, CLERK) ";" STOPPED(SHILI),
	     NEW ", " NOBODY ", sha256('other'), now() + interval '1 day'"),
	ONCE(STAFF_INVITE, "not_found", NULL, NOBODY ", " NOBODY ", sha256('other'), now() + interval '1 day'"),

	ONCE(INVITATION_ACCEPT, "accepted", ADDED(NINA, CLERK), CODE("code", NOBODY)),
	AGAIN(INVITATION_ACCEPT, "replayed", ADDED(NINA, CLERK), CODE("code", NOBODY)),
	ONCE(INVITATION_ACCEPT, "not_found", ADDED(NINA, CLERK), CODE("other", NOBODY)),
	ONCE(INVITATION_ACCEPT, "invitation_used", ADDED(NINA, CLERK) ";SELECT outcome FROM talent.invitation_accept("
	     BY_NINA CODE("code", TWIN) ")", CODE("code", NOBODY)),
	ONCE(INVITATION_ACCEPT, "invitation_expired",
	     ADDED(NINA, MEMBER_UNTIL(SHILI, "institution", "submits", "{}", "")), CODE("code", NOBODY)),
	ONCE(INVITATION_ACCEPT, "not_approved", ADDED(NINA, ADMINISTRATOR), CODE("code", NOBODY)),

	ONCE(INVITATION_ACCEPT, "organisation_not_approved", ADDED(NINA, CLERK) ";" STOPPED(SHILI), CODE("code", NOBODY)),

	ONCE(STAFF_CHANGE, "changed", ADDED(NINA, CLERK), CHANGE(NEW, "'Other'", "'reads'", "NULL")),
	AGAIN(STAFF_CHANGE, "replayed", ADDED(NINA, CLERK), CHANGE(NEW, "'Other'", "'reads'", "NULL")),
	ONCE(STAFF_CHANGE, "requested", NULL, CHANGE(OTTO_IS, "'Other'", "NULL", "'{310105}'")),
	AGAIN(STAFF_CHANGE, "replayed", NULL, CHANGE(OTTO_IS, "'Other'", "NULL", "NULL")),
	ONCE(STAFF_CHANGE, "wrong_state", "SELECT outcome FROM talent.staff_change(" BY_NINA
	     CHANGE(OTTO_IS, "'Third'", "NULL", "NULL") ")", CHANGE(OTTO_IS, "'Other'", "NULL", "NULL")),
	ONCE(STAFF_CHANGE, "wrong_state", LEFT(OTTO_IS), CHANGE(OTTO_IS, "'Other'", "NULL", "NULL")),
	ONCE(STAFF_CHANGE, "role_unsuitable", ADDED(NINA, CLERK), CHANGE(NEW, "NULL", "NULL", "'{310105}'")),
	ONCE(STAFF_CHANGE, "right_unsuitable", ADDED(NINA, MEMBER("NULL", "auditor", "reads", "{}")),
	     CHANGE(NEW, "NULL", "'manages'", "NULL")),
	ONCE(STAFF_CHANGE, "district_unknown", NULL, CHANGE(OTTO_IS, "NULL", "NULL", "'{310199}'")),
	ONCE(STAFF_CHANGE, "not_found", NULL, CHANGE(NOBODY, "'Other'", "NULL", "NULL")),

	ONCE(STAFF_LEAVE, "left", NULL, OTTO_IS ", 'moved away'"),
	AGAIN(STAFF_LEAVE, "replayed", NULL, OTTO_IS ", NULL"),
	ONCE(STAFF_LEAVE, "last_administrator", LEFT(OTTO_IS), NINA_IS ", NULL"),
	ONCE(STAFF_LEAVE, "not_found", NULL, NOBODY ", NULL"),

	TWO_PEOPLE(STAFF_APPROVE, ADDED(OTTO, ADMINISTRATOR), ADDED(NINA, ADMINISTRATOR), NEW),
	ONCE(STAFF_APPROVE, "action_over", ADDED(OTTO, ADMINISTRATOR) ";" STAFF_DECISION("reject"), NEW),
	ONCE(STAFF_APPROVE, "action_over", ADDED(OTTO, ADMINISTRATOR) ";" LEFT(NEW), NEW),
	ONCE(STAFF_APPROVE, "not_found", NULL, NOBODY),
	ONCE(STAFF_REJECT, "rejected", ADDED(NINA, ADMINISTRATOR), NEW),
	AGAIN(STAFF_REJECT, "replayed", ADDED(NINA, ADMINISTRATOR), NEW),
	ONCE(STAFF_REJECT, "action_over", ADDED(OTTO, ADMINISTRATOR) ";" STAFF_DECISION("approve"), NEW),
	ONCE(STAFF_REJECT, "not_found", NULL, NOBODY),
};

/* ---- issuing keys ---- */

#define KEY(organisation) organisation ", 'certificates', 'z6MkNew', sha256('n'), sha512('n')"
#define WRAPPED "(SELECT wrapped FROM talent.issuer_key WHERE key = 'zDnshili')"
#define REWRAP(old) "'zDnshili', " old ", sha512('anew')"
#define REWRAPPED "SELECT outcome FROM talent.issuer_key_rewrap(" BY_NINA REWRAP(WRAPPED) ")"
#define ROTATION "'shili', 'rotation', NULL, NULL"
#define REVOCATION(from) "'shili', 'revocation', 'z6Mkshili', talent._today() " from
#define ASKED(who, id, what) \
	"SELECT outcome FROM talent.key_action_request(" who ", 't', NULL, NULL, " id ", " what ")"
#define RETIRED "UPDATE talent.issuer_key SET state = 'retired', retired_at = now()"
#define KEY_ACTION_LATE \
	"INSERT INTO talent.key_action (id, organisation, action, requested_by, requested_at, expires_at)" \
	" VALUES (" NEW ", " SHILI ", 'rotation', " OTTO ", now() - interval '24 hours', now())"
#define KEY_ACTION(verb) "SELECT outcome FROM talent.key_action_" verb "(" BY_NINA NEW
#define NEW_KEYS ", 'z6MkNew', sha256('n'), sha512('n'), 'zDnNew', sha512('n'), sha512('n')"

static const struct outcome_case keys[] = {
	ONCE(ISSUER_KEY_STORE, "stored", NULL, KEY(QIHANG)),
	AGAIN(ISSUER_KEY_STORE, "replayed", NULL, KEY(QIHANG)),
	ONCE(ISSUER_KEY_STORE, "replayed", NULL, KEY(SHILI)),
	ONCE(ISSUER_KEY_STORE, "organisation_unknown", NULL, KEY(NOBODY)),

	ONCE(ISSUER_KEY_REWRAP, "rewrapped", NULL, REWRAP(WRAPPED)),
	AGAIN(ISSUER_KEY_REWRAP, "unchanged", NULL, REWRAP(WRAPPED)),
	ONCE(ISSUER_KEY_REWRAP, "changed_meanwhile", NULL, REWRAP("sha512('former')")),
	ONCE(ISSUER_KEY_REWRAP, "not_found", NULL, "'zDnnone', sha512('x'), sha512('anew')"),

	ONCE(ISSUER_KEY_CONFIRM, "confirmed", REWRAPPED, "'t', 'zDnshili', " WRAPPED ", true"),
	ONCE(ISSUER_KEY_CONFIRM, "restored", REWRAPPED, "'t', 'zDnshili', " WRAPPED ", false"),
	ONCE(ISSUER_KEY_CONFIRM, "changed_meanwhile", REWRAPPED, "'t', 'zDnshili', sha512('former'), true"),
	AGAIN(ISSUER_KEY_CONFIRM, "changed_meanwhile", REWRAPPED, "'t', 'zDnshili', " WRAPPED ", true"),

	ONCE(KEY_ACTION_REQUEST, "requested", NULL, NEW ", " ROTATION),
	ONCE(KEY_ACTION_REQUEST, "replayed", ASKED(OTTO, TWIN, ROTATION), NEW ", " ROTATION),
	ONCE(KEY_ACTION_REQUEST, "not_found", NULL, NEW ", 'shili', 'retirement', 'z6Mkxingbo', NULL"),
	ONCE(KEY_ACTION_REQUEST, "no_active_key", RETIRED, NEW ", " ROTATION),
	ONCE(KEY_ACTION_REQUEST, "wrong_state", ASKED(OTTO, TWIN, REVOCATION("- 1")), NEW ", " REVOCATION("- 2")),
	ONCE(KEY_ACTION_REQUEST, "from_in_future", NULL, NEW ", " REVOCATION("+ 1")),

	TWO_PEOPLE(KEY_ACTION_APPROVE, ASKED(OTTO, NEW, ROTATION), ASKED(NINA, NEW, ROTATION), NEW NEW_KEYS),
	ONCE(KEY_ACTION_APPROVE, "action_over",
	     ASKED(OTTO, NEW, ROTATION) ";" KEY_ACTION("reject") ")", NEW NEW_KEYS),
	ONCE(KEY_ACTION_APPROVE, "action_over", KEY_ACTION_LATE, NEW NEW_KEYS),
	ONCE(KEY_ACTION_APPROVE, "wrong_state", ASKED(OTTO, NEW, ROTATION) ";" RETIRED, NEW NEW_KEYS),
	ONCE(KEY_ACTION_APPROVE, "not_found", NULL, NOBODY NEW_KEYS),

	ONCE(KEY_ACTION_REJECT, "rejected", ASKED(NINA, NEW, ROTATION), NEW),
	AGAIN(KEY_ACTION_REJECT, "replayed", ASKED(NINA, NEW, ROTATION), NEW),
	ONCE(KEY_ACTION_REJECT, "action_over",
	     ASKED(OTTO, NEW, ROTATION) ";" KEY_ACTION("approve") NEW_KEYS ")", NEW),
	ONCE(KEY_ACTION_REJECT, "action_over", KEY_ACTION_LATE, NEW),
	ONCE(KEY_ACTION_REJECT, "not_found", NULL, NOBODY),
};

/* ---- what was lost ---- */

#define ADOPT NEW ", " TWIN ", 'LOST-1', 'Holder'"
#define ADOPTION(who, expires) \
	LOST("valid") ";INSERT INTO talent.adoption (id, version, number, holder, requested_by," \
	" requested_at, expires_at) VALUES (" ADOPT ", " who ", now() - interval '24 hours', now() " expires ")"
#define OPEN "+ interval '1 hour'"
#define JOURNAL(after, lines) NEW ", 'host', " after ", 1, '" lines "', false"

#define PROGRAMME(slug, to, prefix, area, occupations, measures) \
	"to_json(ROW(" NEW ", '" slug "', 't', 't', '2025-01-01', '" to "', '" prefix "', " area ", '" occupations "', '" measures \
	"')::talent.new_programme), 'x'"
#define BASES "'hongqiao-cbd-2026', 'bases'"
#define NEWLY "'shanghai-2025-27', 'newly_certified'"
#define REACHED "UPDATE talent.goal SET reached_on = '2026-01-15', evidence = 'x' WHERE key = 'bases'"
#define VERSION_2 \
	"INSERT INTO talent.measure (name, rule, unit, kind, intermediate, first_time, title, title_en, position)" \
	" SELECT 'newly_certified_2', rule, unit, kind, intermediate, first_time, title, title_en, 20" \
	" FROM talent.measure WHERE name = 'newly_certified'"
#define GOAL(key, measures, rule, target) \
	"'shanghai-2025-27', '" key "', to_json(ROW('t', 't', NULL, " target ", '" measures "', '" rule "', 1)" \
	"::talent.new_goal), 'x'"

static const struct outcome_case recovery[] = {
	ONCE(ADOPTION_REQUEST, "requested", LOST("valid"), ADOPT),
	AGAIN(ADOPTION_REQUEST, "replayed", LOST("valid"), ADOPT),
	ONCE(ADOPTION_REQUEST, "not_found", NULL, ADOPT),
	ONCE(ADOPTION_REQUEST, "revoked_is_final", LOST("revoked"), ADOPT),
	ONCE(ADOPTION_REQUEST, "wrong_state", LOST("suspended"), ADOPT),

	TWO_PEOPLE(ADOPTION_APPROVE, ADOPTION(OTTO, OPEN), ADOPTION(NINA, OPEN), NEW),
	ONCE(ADOPTION_APPROVE, "action_over", ADOPTION(OTTO, ""), NEW),
	ONCE(ADOPTION_APPROVE, "action_over", ADOPTION(OTTO, OPEN) ";SELECT outcome FROM"
	 " talent.adoption_reject(" BY_NINA NEW ", 'withdrawn', NULL)", NEW),
	ONCE(ADOPTION_APPROVE, "not_found", NULL, NEW),

	ONCE(ADOPTION_REJECT, "rejected", ADOPTION(OTTO, OPEN), NEW ", 'withdrawn', NULL"),
	AGAIN(ADOPTION_REJECT, "replayed", ADOPTION(OTTO, OPEN), NEW ", 'withdrawn', NULL"),
	ONCE(ADOPTION_REJECT, "other_reason", ADOPTION(OTTO, OPEN) ";SELECT outcome FROM"
	 " talent.adoption_reject(" BY_NINA NEW ", 'withdrawn', NULL)", NEW ", 'other', NULL"),
	ONCE(ADOPTION_REJECT, "action_over", ADOPTION(OTTO, ""), NEW ", 'withdrawn', NULL"),
	ONCE(ADOPTION_REJECT, "action_over",
	 ADOPTION(OTTO, OPEN) ";SELECT outcome FROM talent.adoption_approve(" BY_NINA NEW ")",
	 NEW ", 'withdrawn', NULL"),
	ONCE(ADOPTION_REJECT, "not_found", NULL, NEW ", 'withdrawn', NULL"),

	ONCE(AREA_SET, "set", NULL, "'zhangjiang', '张江', 'Zhangjiang', '{310115}', 'x'"),
	AGAIN(AREA_SET, "replayed", NULL, "'zhangjiang', '张江', 'Zhangjiang', '{310115}', 'x'"),
	ONCE(AREA_SET, "not_found", NULL, "'none', '张江', 'Zhangjiang', '{310115}', 'x'"),
	ONCE(AREA_SET, "district_unknown", NULL, "'zhangjiang', '张江', 'Zhangjiang', '{440100}', 'x'"),
	ONCE(AREA_JOIN, "joined", NULL, "'hongqiao-cbd', 'pujiang', talent._today() + 1, 'x'"),
	AGAIN(AREA_JOIN, "replayed", NULL, "'hongqiao-cbd', 'pujiang', talent._today() + 1, 'x'"),
	ONCE(AREA_JOIN, "not_found", NULL, "'nothing', 'pujiang', talent._today() + 1, 'x'"),
	ONCE(AREA_JOIN, "not_found", NULL, "'hongqiao-cbd', 'nobody', talent._today() + 1, 'x'"),
	ONCE(AREA_JOIN, "organisation_not_approved", APPLIED, "'hongqiao-cbd', 'x', talent._today() + 1, 'x'"),
	ONCE(AREA_JOIN, "from_in_past", NULL, "'hongqiao-cbd', 'pujiang', talent._today() - 1, 'x'"),

	ONCE(PROGRAMME_CREATE, "created", NULL, PROGRAMME("new", "2027-12-31", "31", "NULL", "{4-01-06-02}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "programme_slug", NULL, PROGRAMME("N", "2027-12-31", "31", "NULL", "{}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "programme_taken", NULL,
	 PROGRAMME("hongqiao-cbd-2026", "2027-12-31", "31", "NULL", "{}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "window_order", NULL, PROGRAMME("new", "2024-12-31", "31", "NULL", "{}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "district_prefix", NULL, PROGRAMME("new", "2027-12-31", "44", "NULL", "{}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "area_unknown", NULL, PROGRAMME("new", "2027-12-31", "31", "'x'", "{}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "occupations_unknown", NULL,
	 PROGRAMME("new", "2027-12-31", "31", "NULL", "{9-99-99-99}", "{trained_people}")),
	ONCE(PROGRAMME_CREATE, "measure_unknown", NULL, PROGRAMME("new", "2027-12-31", "31", "NULL", "{}", "{nothing}")),
	ONCE(PROGRAMME_CHANGE, "changed", NULL, "'hongqiao-cbd-2026', 'x', NULL, NULL, '2027-12-31', 'x'"),
	AGAIN(PROGRAMME_CHANGE, "replayed", NULL, "'hongqiao-cbd-2026', 'x', NULL, NULL, '2027-12-31', 'x'"),
	ONCE(PROGRAMME_CHANGE, "not_found", NULL, "'nothing', 'x', NULL, NULL, NULL, 'x'"),
	ONCE(PROGRAMME_CHANGE, "window_order", NULL, "'hongqiao-cbd-2026', NULL, NULL, NULL, '2024-12-31', 'x'"),
	ONCE(PROGRAMME_COUNT, "added", VERSION_2, "'shanghai-2025-27', ARRAY['newly_certified_2'], 'x'"),
	AGAIN(PROGRAMME_COUNT, "replayed", VERSION_2, "'shanghai-2025-27', ARRAY['newly_certified_2'], 'x'"),
	ONCE(PROGRAMME_COUNT, "not_found", NULL, "'nothing', ARRAY['newly_certified'], 'x'"),
	ONCE(PROGRAMME_COUNT, "measure_unknown", NULL, "'shanghai-2025-27', ARRAY['newly_certified', 'newly_certified'], 'x'"),
	ONCE(PROGRAMME_CHANGE, "milestone_before_window", REACHED, "'hongqiao-cbd-2026', NULL, NULL, '2026-02-01', NULL, 'x'"),

	ONCE(MILESTONE_REACH, "reached", NULL, BASES ", '2026-01-15', 'x'"),
	AGAIN(MILESTONE_REACH, "replayed", NULL, BASES ", '2026-01-15', 'x'"),
	ONCE(MILESTONE_REACH, "not_found", NULL, "'hongqiao-cbd-2026', 'nothing', '2026-01-15', 'x'"),
	ONCE(MILESTONE_REACH, "not_a_milestone", NULL, NEWLY ", '2026-01-15', 'x'"),
	ONCE(MILESTONE_REACH, "already_reached", REACHED, BASES ", '2026-01-15', 'other'"),
	ONCE(MILESTONE_REACH, "reached_in_future", NULL, BASES ", talent._today() + 1, 'x'"),
	ONCE(MILESTONE_REACH, "before_window", NULL, BASES ", '2024-12-31', 'x'"),
	ONCE(MILESTONE_WITHDRAW, "withdrawn", REACHED, BASES ", 'x'"),
	AGAIN(MILESTONE_WITHDRAW, "replayed", REACHED, BASES ", 'x'"),
	ONCE(MILESTONE_WITHDRAW, "not_found", NULL, "'hongqiao-cbd-2026', 'nothing', 'x'"),
	ONCE(MILESTONE_WITHDRAW, "not_a_milestone", NULL, NEWLY ", 'x'"),

	ONCE(GOAL_SET, "set", NULL, GOAL("new", "{trained_people}", "participation", "10")),
	AGAIN(GOAL_SET, "replayed", NULL, GOAL("new", "{trained_people}", "participation", "10")),
	ONCE(GOAL_SET, "not_found", NULL, "'nothing', 'new', '{}', 'x'"),
	ONCE(GOAL_SET, "goal_kind", NULL, GOAL("newly_certified", "{}", "participation", "0")),
	ONCE(GOAL_SET, "milestone_has_no_measures", NULL, GOAL("new", "{trained_people}", "participation", "0")),
	ONCE(GOAL_SET, "measure_unknown", NULL, GOAL("new", "{nothing}", "participation", "10")),
	ONCE(GOAL_SET, "measures_not_added", NULL, GOAL("new", "{trained_people,newly_certified}", "participation", "10")),
	ONCE(GOAL_SET, "rule_unknown", NULL, GOAL("new", "{trained_people}", "nothing", "10")),

	ONCE(ORGANISATION_APPLY, "applied", NULL, APPLY("'x'", "91310115MA1TEXT144", "310115", "NULL")),
	AGAIN(ORGANISATION_APPLY, "replayed", NULL, APPLY("'x'", "91310115MA1TEXT144", "310115", "NULL")),
	ONCE(ORGANISATION_APPLY, "applied", REFUSED, APPLY("'y'", "91310115MA1TEXT144", "310115", "NULL")),
	ONCE(ORGANISATION_APPLY, "slug_taken", NULL, APPLY("'shi-li'", "91310115MA1TEXT144", "310115", "NULL")),
	ONCE(ORGANISATION_APPLY, "credit_code_taken", NULL, APPLY("'x'", "52310105000000117N", "310115", "NULL")),
	ONCE(ORGANISATION_APPLY, "credit_code_taken", APPLIED, APPLY("'y'", "91310115MA1TEXT144", "310115", "NULL")),
	ONCE(ORGANISATION_APPLY, "district_unknown", NULL, APPLY("'x'", "91310115MA1TEXT144", "999999", "NULL")),
	ONCE(ORGANISATION_APPLY, "area_unknown", NULL, APPLY("'x'", "91310115MA1TEXT144", "310115", "'nowhere'")),
	ONCE(ORGANISATION_MOVE, "approved", APPLIED, "'x', 'approved', NULL, NULL"),
	AGAIN(ORGANISATION_MOVE, "replayed", APPLIED, "'x', 'approved', NULL, NULL"),
	ONCE(ORGANISATION_MOVE, "refused", APPLIED, "'x', 'refused', 'duplicate', NULL"),
	ONCE(ORGANISATION_MOVE, "replayed", REFUSED, "'x', 'refused', 'duplicate', NULL"),
	ONCE(ORGANISATION_MOVE, "other_reason", REFUSED, "'x', 'refused', 'other', NULL"),
	ONCE(ORGANISATION_MOVE, "wrong_state", REFUSED, "'x', 'approved', NULL, NULL"),
	ONCE(ORGANISATION_MOVE, "wrong_state", APPLIED, "'x', 'suspended', 'fraud', NULL"),
	ONCE(ORGANISATION_MOVE, "suspended", NULL, "'xingbo', 'suspended', 'fraud', NULL"),
	ONCE(ORGANISATION_MOVE, "suspended", AUTHORITY(NINA_IS), "'xingbo', 'suspended', 'fraud', NULL"),
	ONCE(ORGANISATION_MOVE, "last_administrator", AUTHORITY(NINA_IS ", " OTTO_IS), "'xingbo', 'suspended', 'fraud', NULL"),
	ONCE(ORGANISATION_MOVE, "last_administrator", AUTHORITY(NINA_IS ", " OTTO_IS), "'xingbo', 'ended', 'fraud', NULL"),
	ONCE(ORGANISATION_MOVE, "reinstated",
	 "UPDATE talent.organisation SET suspended_at = now() WHERE slug = 'xingbo'", "'xingbo', 'reinstated', 'remedied', NULL"),
	ONCE(ORGANISATION_MOVE, "ended", NULL, "'xingbo', 'ended', 'merged', NULL"),
	ONCE(ORGANISATION_MOVE, "not_found", NULL, "'nobody', 'ended', 'merged', NULL"),
	ONCE(ORGANISATION_EXPORT, "told", NULL, NINA ", 't', 'xingbo', 'staff', NULL, 'other', NULL, 9, 9"),
	ONCE(ORGANISATION_EXPORT, "not_found", NULL, NINA ", 't', 'nobody', 'staff', NULL, 'other', NULL, 9, 9"),
	ONCE(ORGANISATION_EXPORT, "caller_unnamed", NULL, NOBODY ", 't', 'xingbo', 'staff', NULL, 'other', NULL, 9, 9"),
	ONCE(ORGANISATION_CHANGE, "changed", NULL, "'xingbo', 'X', NULL, NULL, NULL, NULL, NULL"),
	AGAIN(ORGANISATION_CHANGE, "replayed", NULL, "'xingbo', 'X', NULL, NULL, NULL, NULL, NULL"),
	ONCE(ORGANISATION_CHANGE, "district_unknown", NULL, "'xingbo', 'X', NULL, '999999', NULL, NULL, NULL"),
	ONCE(ORGANISATION_CHANGE, "wrong_state", REFUSED, "'x', 'X', NULL, NULL, NULL, NULL, NULL"),
	ONCE(ORGANISATION_CHANGE, "not_found", NULL, "'nobody', 'X', NULL, NULL, NULL, NULL, NULL"),
	ONCE(POLICY_SET, "set", NULL, NEW ", 'publicity_days', '7', NULL, 'reason'"),
	AGAIN(POLICY_SET, "replayed", NULL, NEW ", 'publicity_days', '7', NULL, 'reason'"),
	ONCE(POLICY_SET, "not_found", NULL, NEW ", 'nothing', '7', NULL, 'reason'"),
	ONCE(POLICY_SET, "from_in_past", NULL, NEW ", 'publicity_days', '7', talent._today() - 1, 'reason'"),
	ONCE(POLICY_SET, "policy_order", NULL, NEW ", 'publicity_days_min', '7', NULL, 'reason'"),

	ONCE(JOB_RETRY, "retried", NULL, "'publish', NULL"),
	ONCE(JOB_RETRY, "not_found", NULL, "'nonsense', NULL"),

	ONCE(JOURNAL_CHECK, "fits", NULL, JOURNAL("0", "resumed: recording")),
	ONCE(JOURNAL_CHECK, "gap", NULL, JOURNAL("0", "annulled: 0d000000-0000-4000-8000-00000000dead")),
	ONCE(JOURNAL_CHECK, "behind", NULL, JOURNAL("7", "resumed: recording")),
	ONCE(JOURNAL_CHECK, "damaged", NULL, JOURNAL("0", "annulled: 12")),
};

/* ---- running them ---- */

/* ---- receipts ---- */

#define REFERENCE "'\\x0cc175b9c0f1b6a831c3'" /* as test.verification_records makes it of 'a' */
#define TEXT "'eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh1'"
#define RECORD "SELECT added FROM talent.verification_records_add(test.verification_records('a', 1));"
#define RECEIPT_KEY \
	RECORD "SELECT outcome FROM talent.issuer_key_store(NULL, 't', NULL, NULL, NULL, 'receipts', 'zDnOwn'," \
	       " sha512('x'), sha512('x'))"
#define OF_RECORD REFERENCE ", 'valid', now(), 'zDnOwn', " TEXT
#define BEGUN RECEIPT_KEY ";SELECT outcome FROM talent.receipt_begin(" OF_RECORD ")"

static const struct outcome_case receipts[] = {
	ONCE(RECEIPT_BEGIN, "stored", RECEIPT_KEY, OF_RECORD),
	AGAIN(RECEIPT_BEGIN, "replayed", RECEIPT_KEY, OF_RECORD),
	ONCE(RECEIPT_BEGIN, "not_found", NULL, OF_RECORD),
	ONCE(RECEIPT_BEGIN, "terms_changed", RECORD, OF_RECORD),

	ONCE(RECEIPT_SIGNED, "stored", BEGUN, "sha256(" TEXT "), sha512('one')"),
	AGAIN(RECEIPT_SIGNED, "replayed", BEGUN, "sha256(" TEXT "), sha512('one')"),
	ONCE(RECEIPT_SIGNED, "not_found", NULL, "sha256(" TEXT "), sha512('one')"),
};

static const struct {
	const struct outcome_case *cases;
	size_t n;
} tables[] = {
#define TABLE(t) {t, sizeof(t) / sizeof((t)[0])}
	TABLE(results), TABLE(corrections), TABLE(certificates), TABLE(sites), TABLE(sessions), TABLE(standards), TABLE(standing), TABLE(agreements),
	TABLE(staff), TABLE(keys), TABLE(recovery), TABLE(receipts),
};
enum { TABLES = sizeof(tables) / sizeof(tables[0]), WORDS_MAX = 32, SQL_MAX = 4096 };

static const char KEY_REUSED[] = "idempotency_key_reused";

static struct registry R;
static PGconn *conn; /* the superuser's: it takes the owner's role and those of the daemons */
static bool produced[STATEMENT_COUNT][WORDS_MAX];
static size_t wrong;

static int setup(void **state)
{
	R.cluster = cluster_start();
	registry_open(&R);
	expect(R.worker, "SELECT test.exam('E1', '4'), test.exam('E3', '3', NULL),"
	                 " test.exam('DUE', '5', NULL, talent._today(), 3), test.session('S', 2)",
	       "created|created|created|created");
	expect(R.worker, SUBMITTED("'E1', 'A', 80, 80"), "stored");
	expect(R.worker, "SELECT test.enrol('S', 'A')", "enrolled");
	expect(R.worker, SUBMITTED("'DUE', 'DAY', 80, 80"), "stored");
	expect(R.worker, SUBMITTED("'DUE', 'WAIT', 80, 80, _number => " MINTED), "stored");
	expect(R.owner, "ALTER TABLE talent.assessment DISABLE TRIGGER USER", "");
	expect(R.owner, "UPDATE talent.assessment SET publish_on = talent._today() - 1"
	                " WHERE id = test.assessment_id('DUE', 'DAY')", "");
	expect(R.owner, "ALTER TABLE talent.assessment ENABLE TRIGGER USER", "");
	conn = registry_connect(&R, NULL);
	return 0;
}

static int teardown(void **state)
{
	PQfinish(conn);
	registry_close(&R);
	cluster_stop(R.cluster);
	return 0;
}

/* Index of the word among those that the function declares; -1: not declared. */
static int word_of(enum statement function, const char *word)
{
	const char *const *words = statements[function].outcomes;
	for (int i = 0; words && words[i]; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static void become(const char *role)
{
	char sql[64];
	snprintf(sql, sizeof sql, "SET LOCAL ROLE %s", role);
	expect(conn, sql, "");
}

/* The daemon that the function is granted to. */
static const char *caller_of(enum statement function)
{
	char sql[240];
	snprintf(sql, sizeof sql, "SELECT bool_and(has_function_privilege('talent_worker', p.oid, 'EXECUTE'))"
	         " FROM pg_proc p WHERE p.pronamespace = 'talent'::regnamespace AND p.proname = '%s'",
	         statements[function].name);
	return strcmp(ask(conn, sql), "t") == 0 ? "talent_worker" : "talent_jobs";
}

static const char *call(const struct outcome_case *c, const char *key, const char *print)
{
	char sql[SQL_MAX], leading[128] = "";
	if (word_of(c->function, KEY_REUSED) >= 0)
		snprintf(leading, sizeof leading, NINA ", 't', %s, %s, ", key, print);
	int n = snprintf(sql, sizeof sql, "SELECT outcome FROM talent.%s(%s%s)",
	                 statements[c->function].name, leading, c->args);
	assert_true(n > 0 && (size_t)n < sizeof sql);
	return ask(conn, sql);
}

static void differs(const struct outcome_case *c, const char *want, const char *got)
{
	wrong++;
	print_error("%s: want %s, got %s %s\n", statements[c->function].name, want, got,
	            PQerrorMessage(conn));
}

/* Calls; the answer must be that word, and a repetition is not audited again. */
static void want_word(const struct outcome_case *c, const char *want, const char *key, const char *print)
{
	static const char audited[] = "SELECT count(*) FROM talent.audit";
	const char *before = ask(conn, audited), *got = call(c, key, print);
	int word = word_of(c->function, want);
	if (strcmp(got, want) != 0)
		differs(c, want, got);
	else if (word < 0)
		differs(c, "a word that it declares", want);
	else if (strcmp(want, "replayed") == 0 && strcmp(before, ask(conn, audited)) != 0)
		differs(c, "no audit of a repetition", "one");
	else
		produced[c->function][word] = true;
}

static void begin(const struct outcome_case *c)
{
	expect(conn, "BEGIN", "");
	become("talent_owner");
	if (c->before)
		expect(conn, c->before, NULL);
	become(caller_of(c->function));
}

/* What is checked at COMMIT is checked now. */
static void end(void)
{
	if (PQtransactionStatus(conn) == PQTRANS_INTRANS)
		expect(conn, "SET CONSTRAINTS ALL IMMEDIATE", "");
	expect(conn, "ROLLBACK", "");
}

static void run_case(const struct outcome_case *c)
{
	begin(c);
	if (c->again)
		call(c, "NULL", "NULL");
	want_word(c, c->word, "NULL", "NULL");
	end();
}

/* A call that succeeded is recognised by its Idempotency-Key; another with the same key is refused. */
static void run_keyed(const struct outcome_case *c)
{
	if (word_of(c->function, KEY_REUSED) < 0)
		return;
	begin(c);
	want_word(c, c->word, "'key'", "'print'");
	if (word_of(c->function, "replayed") >= 0)
		want_word(c, "replayed", "'key'", "'print'");
	want_word(c, KEY_REUSED, "'key'", "'other'");
	end();
}

static void each_case_answers_its_word(void **state)
{
	bool seen[STATEMENT_COUNT] = {false};
	for (size_t t = 0; t < TABLES; t++)
		for (size_t i = 0; i < tables[t].n; i++) {
			const struct outcome_case *c = &tables[t].cases[i];
			run_case(c);
			if (!seen[c->function])
				run_keyed(c);
			seen[c->function] = true;
		}
	assert_int_equal(wrong, 0);
}

static void each_word_that_is_declared_was_answered(void **state)
{
	size_t missing = 0;
	for (int f = 0; f < STATEMENT_COUNT; f++) {
		const char *const *words = statements[f].outcomes;
		for (int i = 0; words && words[i]; i++) {
			assert_true(i < WORDS_MAX);
			if (produced[f][i])
				continue;
			missing++;
			print_error("%s: no case answers %s\n", statements[f].name, words[i]);
		}
	}
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_case_answers_its_word),
		cmocka_unit_test(each_word_that_is_declared_was_answered),
	};
	return cmocka_run_group_tests_name("sql_outcomes", tests, setup, teardown);
}
