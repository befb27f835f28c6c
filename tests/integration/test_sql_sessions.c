/* tests/integration/test_sql_sessions.c - a training session's life in PostgreSQL: the table that is its machine, what
 * holds whoever writes, 64 clients at each transition, and random histories of many at once, after which the counts are
 * those of a recount. */
#include "../lib/registry.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "api/exam.h"
#include "base/attr.h"
#include "domain/session.h"

enum { CLIENTS = REGISTRY_CLIENTS, WRITERS = 8, ROUNDS = 60, SESSIONS = 12, PEOPLE = 10, MEASURES = 8, SQL = 1000 };

static struct registry R;

#define OF(title) "test.session_id('" title "')"
#define NONE "'0d000000-0000-4000-8000-00000000dead'"
#define ENROLMENT(title, who) \
	"coalesce((SELECT e.id FROM talent.enrolment e JOIN talent.person p ON p.id = e.person WHERE e.session = " OF(title) \
	" AND p.id_hash = test.hash('" who "')), " NONE ")"
#define PUBLISH(title) "SELECT outcome FROM talent.session_move(NULL, 't', NULL, NULL, " OF(title) ", 'publish', NULL, NULL)"
#define CANCEL(title) "SELECT outcome FROM talent.session_move(NULL, 't', NULL, NULL, " OF(title) ", 'cancel', 'other', NULL)"
#define COMPLETE(title) \
	"SELECT outcome FROM talent.session_complete(NULL, 't', NULL, NULL, " OF(title) ", talent._today() - 1, '{}', '{}')"
#define LEAVE(title, who) \
	"SELECT outcome FROM talent.enrolment_withdraw(NULL, 't', NULL, NULL, " OF(title) ", " ENROLMENT(title, who) ", 'other', NULL)"
#define ATTEND(title, who, day, hours) \
	"SELECT outcome FROM talent.session_attend(NULL, 't', NULL, NULL, " OF(title) ", " day ", ARRAY[" \
	ENROLMENT(title, who) "]::uuid[], '{" hours "}')"
#define ROSTER(title, one, two) \
	"SELECT outcome FROM talent.session_enrol_list(NULL, 't', NULL, NULL, " OF(title) ", ARRAY[gen_random_uuid()," \
	" gen_random_uuid()], to_json(ARRAY[test.person('" one "'), test.person('" two "')]))"
#define CHANGE(title, what) "SELECT outcome FROM talent.session_change(NULL, 't', NULL, NULL, " OF(title) ", " what ", NULL)"
#define STATES(title) \
	"SELECT string_agg(e.state, ',' ORDER BY p.name) FROM talent.enrolment e JOIN talent.person p ON p.id = e.person" \
	" WHERE e.session = " OF(title)

static int setup(void **state)
{
	registry_open(&R);
	return 0;
}

static int teardown(void **state)
{
	registry_close(&R);
	return 0;
}

/* ---- the machine ---- */

static void expect_states(const char *noun, const char *const *words)
{
	char sql[SQL];
	size_t n = 0;
	for (; words[n]; n++) {
		snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM talent.life WHERE noun = '%s' AND '%s' IN (state, becomes)",
		         noun, words[n]);
		expect(R.worker, sql, "t");
	}
	snprintf(sql, sizeof sql, "SELECT count(*) = %zu FROM (SELECT state FROM talent.life WHERE noun = '%s' UNION"
	         " SELECT becomes FROM talent.life WHERE noun = '%s') s", n, noun, noun);
	expect(R.worker, sql, "t");
}

static void the_api_calls_the_states_as_the_table_does(void **state)
{
	expect_states("session", session_states);
	expect_states("enrolment", enrolment_states);
}

/* Of each action in each state, what becomes of the session: as the table says, or a refusal that names what it says. */
static void every_action_in_every_state(void **state)
{
	static const struct {
		const char *action, *sql;
	} actions[] = {
		{"change", CHANGE("M", "NULL, NULL, NULL, 105, NULL")}, {"publish", PUBLISH("M")},
		{"enrol", "SELECT test.enrol('M', 'B')"},                {"unenrol", LEAVE("M", "A")},
		{"attend", ATTEND("M", "A", "NULL", "8")},              {"complete", COMPLETE("M")},
		{"cancel", CANCEL("M")},
	};
	static const struct {
		const char *state, *before;
	} states[] = {{"planned", "SELECT 1"}, {"published", PUBLISH("M")}, {"completed", COMPLETE("M")}, {"cancelled", CANCEL("M")}};
	static const char *const refused = " session_state session_closed session_cancelled ";
	expect(R.worker, "SELECT test.session('M', 9), test.enrol('M', 'A')", "created|enrolled");
	for (size_t s = 0; s < ARRAY_LEN(states); s++)
		for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
			char sql[SQL], word[64], becomes[32], now[32];
			expect(R.worker, "BEGIN", "");
			expect(R.worker, states[s].before, NULL);
			snprintf(sql, sizeof sql, "SELECT becomes FROM talent._life('session', '%s', '%s')", states[s].state,
			         actions[i].action);
			snprintf(becomes, sizeof becomes, "%s", ask(R.owner, sql));
			snprintf(word, sizeof word, " %s ", ask(R.worker, actions[i].sql));
			snprintf(now, sizeof now, "%s", ask(R.worker, "SELECT state FROM talent.training_session"));
			bool again = strcmp(word, " replayed ") == 0;
			if (becomes[0] ? strcmp(now, becomes) != 0 || strstr(refused, word)
			               : strcmp(now, states[s].state) != 0 || (!again && !strstr(refused, word)))
				fail_msg("%s in %s: %s, is %s", actions[i].action, states[s].state, word, now);
			expect(R.worker, "ROLLBACK", "");
		}
}

static void whoever_writes_is_held_to_it(void **state)
{
	static const struct {
		const char *sql, *sqlstate, *constraint;
	} wrong[] = {
		{"UPDATE talent.training_session SET title = 'x' WHERE title = 'GONE'", "TA003", "training_session_transition"},
		{"UPDATE talent.training_session SET state = 'planned' WHERE title = 'GONE'", "TA003",
	         "training_session_transition"},
		{"UPDATE talent.training_session SET state = 'planned' WHERE title = 'S'", "TA003", "training_session_transition"},
		{"UPDATE talent.training_session SET level = '5' WHERE title = 'S'", "TA002", "training_session_immutable"},
		{"UPDATE talent.training_session SET capacity = 1 WHERE title = 'S'", "23514", "enrolment_seats"},
		{"UPDATE talent.enrolment SET state = 'completed' WHERE state = 'withdrawn'", "TA003", "enrolment_transition"},
		{"UPDATE talent.enrolment SET person = gen_random_uuid()", "TA002", "enrolment_immutable"},
		{"UPDATE talent.enrolment SET state = 'enrolled', state_reason = NULL WHERE state = 'withdrawn'", "23514", "enrolment_seats"},
		{"INSERT INTO talent.enrolment (id, session, person) SELECT gen_random_uuid(), " OF("GONE") ", person"
	         " FROM talent.enrolment WHERE state = 'withdrawn'", "23514", "enrolment_session_open"},
		{"INSERT INTO talent.attendance SELECT id, talent._today(), 8 FROM talent.enrolment", "23514",
	         "attendance_in_session"},
		{"INSERT INTO talent.attendance SELECT id, talent._today() - 2, 25 FROM talent.enrolment", "23514",
	         "attendance_hours"},
		{"DELETE FROM talent.attendance", "TA002", "attendance_immutable"},
		{"UPDATE talent.life SET becomes = 'planned'", "TA002", "life_immutable"},
	};
	expect(R.worker, "SELECT test.session('S', 2), test.session('GONE', 2)", "created|created");
	expect(R.worker, "SELECT test.enrol('S', 'A'), test.enrol('S', 'B')", "enrolled|enrolled");
	expect(R.worker, LEAVE("S", "B"), "withdrawn");
	expect(R.worker, "SELECT test.enrol('S', 'C')", "enrolled");
	expect(R.worker, ATTEND("S", "A", "talent._today() - 3", "8"), "recorded");
	expect(R.worker, PUBLISH("S"), "published");
	expect(R.worker, CANCEL("GONE"), "cancelled");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		expect_error(R.owner, wrong[i].sql, wrong[i].sqlstate, wrong[i].constraint);
}

/* ---- a life, counted ---- */

static void hours_on_record_decide_who_completes(void **state)
{
	expect(R.worker, "SELECT test.session('S', 5)", "created");
	expect(R.worker, ROSTER("S", "A", "B"), "enrolled");
	expect(R.worker, ROSTER("S", "C", "D"), "enrolled");
	expect(R.worker, LEAVE("S", "D"), "withdrawn");
	expect(R.worker, ATTEND("S", "A", "NULL", "104"), "recorded");
	expect(R.worker, ATTEND("S", "B", "NULL", "103.5"), "recorded");
	expect(R.worker, ATTEND("S", "C", "talent._today() - 3", "8"), "recorded");
	expect(R.worker, ATTEND("S", "C", "talent._today() - 2", "7.25"), "recorded");
	expect(R.worker, "SELECT hours_attended, attendance FROM talent.enrolment WHERE id = " ENROLMENT("S", "C"),
	       "15.25|daily");
	expect(R.worker, ATTEND("S", "C", "talent._today() - 2", "6"), "recorded"); /* corrected, and both are on record */
	expect(R.worker, "SELECT detail -> 'hours' -> 0 ->> 'from', detail -> 'hours' -> 0 ->> 'to' FROM talent.audit"
	       " WHERE action = 'session_attend' ORDER BY id DESC LIMIT 1", "7.25|6");
	expect(R.worker, COMPLETE("S"), "completed");
	expect(R.worker, STATES("S"), "completed,not_completed,not_completed,withdrawn");
	expect(R.worker, COMPLETE("S"), "replayed");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void whoever_left_or_was_in_a_cancelled_session_is_not_counted(void **state)
{
	expect(R.worker, "SELECT test.session('S', 1), test.session('X', 5)", "created|created");
	expect(R.worker, "SELECT test.enrol('S', 'A'), test.enrol('X', 'A')", "enrolled|enrolled");
	expect(R.worker, "SELECT test.enrol('S', 'B')", "session_full");
	expect(R.worker, LEAVE("S", "A"), "withdrawn");
	expect(R.worker, "SELECT test.enrol('S', 'B')", "enrolled");
	expect(R.worker, "SELECT test.enrol('S', 'A')", "session_full");
	expect(R.worker, LEAVE("S", "B"), "withdrawn");
	expect(R.worker, "SELECT test.enrol('S', 'A', 'Other')", "enrolled"); /* the same enrolment, under the name that is right */
	expect(R.worker, "SELECT count(*) FROM talent.enrolment WHERE session = " OF("S"), "2");
	expect(R.worker, ATTEND("S", "A", "NULL", "104"), "recorded");
	expect(R.worker, ATTEND("X", "A", "NULL", "104"), "recorded");
	expect(R.worker, CANCEL("X"), "cancelled");
	expect(R.worker, STATES("X"), "cancelled");
	expect(R.worker, COMPLETE("S"), "completed");
	expect(R.worker, COMPLETE("X"), "session_cancelled");
	expect(R.worker, "SELECT test.figures()", "1|0|0");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void a_list_is_enrolled_or_nobody_of_it(void **state)
{
	expect(R.worker, "SELECT test.session('S', 3), test.enrol('S', 'A'), test.enrol('S', 'B')", "created|enrolled|enrolled");
	expect(R.worker, ROSTER("S", "C", "D"), "session_full");
	expect(R.worker, STATES("S"), "enrolled,enrolled");
	expect(R.worker, "SELECT count(*) FROM talent.person WHERE id_hash IN (test.hash('C'), test.hash('D'))", "0");
	expect(R.worker, ROSTER("S", "C", "A"), "enrolled");
	expect(R.worker, ROSTER("S", "A", "C"), "replayed");
	expect(R.worker, STATES("S"), "enrolled,enrolled,enrolled");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action = 'session_enrol'", "3");
	/* a repetition under its key is answered as it was, whatever has become of them */
	static const char keyed[] = "SELECT outcome, enrolments::jsonb -> 0 ->> 'state' FROM talent.session_enrol_list(NULL, 't', 'k',"
		" 'p', " OF("S") ", ARRAY[gen_random_uuid()], to_json(ARRAY[test.person('A')]))";
	expect(R.worker, keyed, "replayed|enrolled");
	expect(R.worker, LEAVE("S", "A"), "withdrawn");
	expect(R.worker, keyed, "replayed|enrolled");
	expect(R.worker, STATES("S"), "withdrawn,enrolled,enrolled");
}

static void an_exam_holds_the_first_day(void **state)
{
	expect(R.worker, "SELECT test.session('S', 3)", "created");
	PGconn *other = registry_connect(&R, "talent_worker");
	expect(other, "SET lock_timeout = '20s'; SET statement_timeout = '20s'", "");
	expect(R.worker, "BEGIN", "");
	expect(R.worker, "SELECT outcome FROM test.exam_create(gen_random_uuid(), '0d000000-0000-4000-8000-000000000001', 'E',"
	       " " OF("S") ", '4-01-06-02', '2022', '直播销售员', '4', NULL, talent._today() - 5, 0)", "created");
	start(other, CHANGE("S", "NULL, talent._today() - 4, NULL, NULL, NULL"));
	until_waiting(&R, other);
	expect(R.worker, "COMMIT", "");
	assert_string_equal(finish(other), "begins_after_exam");
	PQfinish(other);
}

/* ---- 64 at once ---- */

/* The same call by all: one does it, for the others it is done. */
static void expect_one(const char *sql, const char *won)
{
	int counts[2];
	registry_race(&R, (const char *const[]){sql, sql}, (const char *const[]){won, "replayed"}, counts, 2);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], CLIENTS - 1);
}

static void of_64_clients_one_makes_each_transition(void **state)
{
	expect(R.worker, "SELECT test.session('S', 64), test.session('X', 9)", "created|created");
	expect_one("SELECT test.enrol('S', 'A')", "enrolled");
	expect_one(ROSTER("S", "B", "C"), "enrolled");
	expect_one(CHANGE("S", "NULL, NULL, NULL, 96, 50"), "changed");
	expect_one(PUBLISH("S"), "published");
	expect_one(ATTEND("S", "A", "talent._today() - 3", "8"), "recorded");
	expect_one(LEAVE("S", "C"), "withdrawn");
	expect_one(COMPLETE("S"), "completed");
	expect_one(CANCEL("X"), "cancelled");
	expect(R.worker, "SELECT count(*) FROM talent.audit WHERE action LIKE 'session%' OR action LIKE 'enrolment%'", "11");
	expect(R.worker, "SELECT count(*) FROM talent.person", "3");
}

static void completion_and_cancellation_exclude_each_other(void **state)
{
	int n[5];
	expect(R.worker, "SELECT test.session('S', 9), test.enrol('S', 'A')", "created|enrolled");
	expect(R.worker, ATTEND("S", "A", "NULL", "104"), "recorded");
	registry_race(&R, (const char *const[]){COMPLETE("S"), CANCEL("S")},
	     (const char *const[]){"completed", "cancelled", "replayed", "session_state", "session_cancelled"}, n, 5);
	assert_int_equal(n[0] + n[1], 1);
	assert_int_equal(n[2], CLIENTS / 2 - 1);
	assert_int_equal(n[3] + n[4], CLIENTS / 2);
	expect(R.worker, "SELECT test.figures()", n[0] ? "1|0|0" : "0|0|0");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

static void the_last_seats_are_given_once(void **state)
{
	int n[3];
	expect(R.worker, "SELECT test.session('S', 2)", "created");
	registry_race(&R, (const char *const[]){ROSTER("S", "A", "B"), ROSTER("S", "D", "C")},
	     (const char *const[]){"enrolled", "replayed", "session_full"}, n, 3);
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], CLIENTS / 2 - 1);
	assert_int_equal(n[2], CLIENTS / 2);
	expect(R.worker, STATES("S"), "enrolled,enrolled");
}

/* ---- exams, whose life is in the same table ---- */

#define EXAM(code, how) "SELECT outcome FROM talent.exam_end(NULL, 't', NULL, NULL, test.exam_id('" code "'), " how ", NULL)"

static void of_64_clients_one_ends_an_exam(void **state)
{
	int n[5];
	expect_states("exam", exam_states);
	expect(R.worker, "SELECT test.exam('E', '4'), test.exam('F', '5', NULL)", "created|created");
	expect_one(EXAM("E", "'close', NULL"), "closed");
	expect(R.worker, "SELECT outcome, other FROM test.submit('E', 'A', 80, 80)", "standing|exam_closed");
	expect_one(EXAM("E", "'reopen', 'x'"), "reopened");
	registry_race(&R, (const char *const[]){"SELECT outcome FROM test.submit('E', 'A', 80, 80)", EXAM("E", "'cancel', 'other'")},
	     (const char *const[]){"stored", "cancelled", "replayed", "exam_has_results", "standing"}, n, 5);
	assert_int_equal(n[0] + n[1], 1); /* a result, or an exam that is cancelled */
	assert_int_equal(n[2], CLIENTS / 2 - 1);
	assert_int_equal(n[0] ? n[3] : n[4], CLIENTS / 2);
	expect(R.worker, "SELECT test.exam('G', '3', NULL)", "created");
	expect(R.worker, "SELECT outcome FROM test.submit('G', 'B', 50, 50)", "stored");
	expect_error(R.owner, "UPDATE talent.exam SET state = 'cancelled' WHERE code = 'G'", "23514", "exam_without_results");
	expect_one(EXAM("F", "'cancel', 'other'"), "cancelled");
	expect(R.worker, EXAM("F", "'reopen', 'x'"), "exam_state");
	expect_error(R.owner, "UPDATE talent.exam SET state = 'open' WHERE code = 'F'", "TA003", "exam_transition");
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
}

/* ---- random histories ---- */

/* With T for the session, P and Q for people and H for hours. */
static const char *const moves[] = {
	"SELECT test.enrol('T', 'P')", "SELECT test.enrol('T', 'P')", "SELECT test.enrol('T', 'P')", ROSTER("T", "P", "Q"),
	LEAVE("T", "P"), ATTEND("T", "P", "NULL", "H"), ATTEND("T", "P", "NULL", "H"),
	ATTEND("T", "P", "talent._today() - 3", "8"), PUBLISH("T"), CHANGE("T", "NULL, NULL, NULL, H, NULL"),
	CHANGE("T", "NULL, talent._today() - 29, talent._today() - 2, NULL, 3"), CHANGE("T", "NULL, NULL, NULL, NULL, 2"),
	CANCEL("T"), COMPLETE("T"),
};

/* One of them about somebody and something; a letter between quotation marks stands for a name. */
static void any_move(unsigned *dice, char out[static SQL])
{
	const char *from = moves[(size_t)rand_r(dice) % ARRAY_LEN(moves)];
	char person[8], other[8], title[8], hours[8];
	size_t n = 0;
	int who = rand_r(dice) % PEOPLE;
	snprintf(title, sizeof title, "S%d", rand_r(dice) % SESSIONS);
	snprintf(person, sizeof person, "p%d", who);
	snprintf(other, sizeof other, "p%d", (who + 1) % PEOPLE);
	snprintf(hours, sizeof hours, "%d", rand_r(dice) % 2 ? 104 : 60);
	for (const char *p = from; *p && n < SQL - 9; p++) {
		bool alone = p > from && strchr("'{ ", p[-1]) && strchr("',} ", p[1]);
		const char *word = !alone ? NULL : *p == 'T' ? title : *p == 'P' ? person : *p == 'Q' ? other : *p == 'H' ? hours : NULL;
		if (word)
			n += (size_t)snprintf(out + n, SQL - n, "%s", word);
		else
			out[n++] = *p;
	}
	out[n] = '\0';
}

static void random_histories_count_as_they_are_recounted(void **state)
{
	const char *given = getenv("SESSIONS_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid(), dice = seed;
	PGconn *writers[WRITERS];
	char sql[WRITERS][SQL];
	print_message("SESSIONS_SEED=%u\n", seed);
	for (int i = 0; i < SESSIONS; i++) {
		snprintf(sql[0], SQL, "SELECT test.session('S%d', 3)", i);
		expect(R.worker, sql[0], "created");
	}
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = registry_connect(&R, "talent_worker");
		expect(writers[i], "SET lock_timeout = '60s'; SET statement_timeout = '60s'", "");
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < WRITERS; i++) {
			any_move(&dice, sql[i]);
			start(writers[i], sql[i]);
		}
		if (round % 5 == 0)
			expect(R.jobs, "SELECT folded FROM talent.counts_fold(3)", NULL);
		for (int i = 0; i < WRITERS; i++) {
			const char *got = finish(writers[i]);
			if (got[0] == '!')
				fail_msg("SESSIONS_SEED=%u: %s: %s", seed, sql[i], got);
		}
	}
	expect_audit(R.worker, "shanghai-2025-27", MEASURES);
	static const char *const nothing[] = {
		"SELECT count(*) FROM talent.training_session s WHERE s.capacity < (SELECT count(*) FROM talent.enrolment e"
		" WHERE e.session = s.id AND e.state = 'enrolled')",
		"SELECT count(*) FROM talent.enrolment e JOIN talent.training_session s ON s.id = e.session WHERE (e.state ="
		" 'enrolled') <> (s.state IN ('planned', 'published')) AND e.state <> 'withdrawn'",
		"SELECT count(*) FROM talent.enrolment e WHERE (e.state = 'completed') <> (e.hours_attended >= 104) AND e.state"
		" IN ('completed', 'not_completed')",
		"SELECT count(*) FROM talent.enrolment e WHERE e.attendance = 'daily' AND e.hours_attended <> (SELECT"
		" sum(a.hours) FROM talent.attendance a WHERE a.enrolment = e.id)",
		/* each completion is counted, and nothing else is: by the states alone */
		"SELECT count(*) FROM (SELECT sum(n) AS n FROM (SELECT n, measure FROM talent.count_grand WHERE programme ="
		" 'shanghai-2025-27' UNION ALL SELECT n, measure FROM talent.count_delta WHERE programme = 'shanghai-2025-27') c"
		" WHERE measure = 'training_completions') c WHERE coalesce(c.n, 0) <> (SELECT count(*) FROM talent.enrolment"
		" WHERE state = 'completed')",
	};
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		expect(R.worker, nothing[i], "0");
	for (int i = 0; i < WRITERS; i++)
		PQfinish(writers[i]);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_api_calls_the_states_as_the_table_does),
		CASE(every_action_in_every_state),
		CASE(whoever_writes_is_held_to_it),
		CASE(hours_on_record_decide_who_completes),
		CASE(whoever_left_or_was_in_a_cancelled_session_is_not_counted),
		CASE(a_list_is_enrolled_or_nobody_of_it),
		CASE(an_exam_holds_the_first_day),
		CASE(of_64_clients_one_makes_each_transition),
		CASE(completion_and_cancellation_exclude_each_other),
		CASE(the_last_seats_are_given_once),
		CASE(of_64_clients_one_ends_an_exam),
		CASE(random_histories_count_as_they_are_recounted),
	};
	R.cluster = cluster_start();
	int failed = cmocka_run_group_tests_name("sql_sessions", tests, NULL, NULL);
	cluster_stop(R.cluster);
	return failed;
}
