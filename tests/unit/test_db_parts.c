/* The parts of src/db that need no server: parameters, rows, hosts, causes, error codes, segments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/outcome.h"
#include "db/cause.h"
#include "db/hosts.h"
#include "db/rows.h"
#include "db/segment.h"
#include "db/sqlstate.h"
#include "db/statement.h"
#include "domain/kind.h"

static void args_format_themselves(void **state)
{
	struct uuid u;
	assert_true(uuid_parse(SLICE("0123abcd-0000-4000-8000-00000000ffff"), &u));
	struct {
		struct db_arg arg;
		const char *text;
	} cases[] = {
		{db_i64(INT64_MIN), "-9223372036854775808"},
		{db_i64(0), "0"},
		{db_bool(true), "t"},
		{db_bool(false), "f"},
		{db_uuid(u), "0123abcd-0000-4000-8000-00000000ffff"},
		{db_day((struct day){0}), "1970-01-01"},
		{db_instant((struct instant){1}), "1970-01-01T00:00:00.000001Z"},
		{db_instant((struct instant){-1}), "1969-12-31T23:59:59.999999Z"},
		{db_cstr("x"), "x"},
		{db_text(SLICE("")), ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct db_arg copy = cases[i].arg;
		struct slice s = db_arg_slice(&copy);
		assert_non_null(s.p);
		assert_true(slice_is(s, cases[i].text));
	}
	struct db_arg nulls[] = {db_null(), db_text(SLICE_NONE), db_cstr(NULL), db_bytes(SLICE_NONE),
	                         db_uuid_or_null((struct uuid){{0}})};
	for (size_t i = 0; i < ARRAY_LEN(nulls); i++)
		assert_null(db_arg_slice(&nulls[i]).p);
}

static PGresult *one_row(const char *const *values, int n)
{
	PGresult *res = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	PGresAttDesc atts[16] = {0};
	char names[16][2];
	for (int i = 0; i < n; i++) {
		names[i][0] = (char)('a' + i);
		names[i][1] = '\0';
		atts[i].name = names[i];
	}
	assert_int_equal(PQsetResultAttrs(res, n, atts), 1);
	for (int i = 0; i < n; i++) {
		char *v = values[i] ? strdup(values[i]) : NULL;
		assert_int_equal(PQsetvalue(res, 0, i, v, v ? (int)strlen(v) : -1), 1);
		free(v);
	}
	return res;
}

/* What a header promises is held against every result before anybody reads it. */
static void a_breach_is_named(void **state)
{
	static const struct statement_column columns[] = {
		{"outcome", "text", false, 0, NULL}, {"code", "bytea", true, 2, NULL},
		{"kind", "text", true, 0, kind_known}};
	static const char *const words[] = {"stored", "not_found", NULL};
	static const struct statement_text s = {
		.name = "s", .columns = columns, .n_columns = 3, .outcomes = words};
	static const struct {
		const char *cells[3];
		int n;
		const char *why;
	} cases[] = {
		{{"stored", "\\x00ff", "company"}, 3, NULL},
		{{"not_found", NULL, NULL}, 3, NULL},
		{{NULL, "\\x00ff", NULL}, 3, "s: outcome is null"},
		{{"stored", "\\x00ff10", NULL}, 3, "s: code is of another length"},
		{{"sold", NULL, NULL}, 3, "s says \"sold\""},
		{{"stored", NULL, "appointment"}, 3, "s: kind is a word that is not known"},
		{{"stored", NULL}, 2, "s has 2 columns, not 3"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char why[STATEMENT_WHY];
		PGresult *res = one_row(cases[i].cells, cases[i].n);
		const char *got = statement_breach(&s, res, why);
		if (cases[i].why)
			assert_string_equal(got, cases[i].why);
		else
			assert_null(got);
		PQclear(res);
	}
}

static void rows_are_read(void **state)
{
	const char *const values[] = {
		"-42", "t", "0123abcd-0000-4000-8000-00000000ffff", "2026-11-22", "\\x00ff10", NULL,
		"2026-11-22 04:00:00.5+00", "\\x", "张三"};
	PGresult *res = one_row(values, ARRAY_LEN(values));
	struct arena *a = arena_new(4096);
	assert_int_equal(rows_n(res), 1);
	assert_int_equal(row_i64(res, 0, 0), -42);
	assert_true(row_bool(res, 0, 1));
	char text[UUID_TEXT];
	uuid_format(row_uuid(res, 0, 2), text);
	assert_string_equal(text, values[2]);
	struct day d;
	assert_true(day_from_civil(2026, 11, 22, &d));
	assert_int_equal(row_day(res, 0, 3).n, d.n);
	struct slice bytes = row_bytes(res, 0, 4, a);
	assert_int_equal(bytes.n, 3);
	assert_memory_equal(bytes.p, "\x00\xff\x10", 3);
	uint8_t exact[3] = {7, 7, 7};
	assert_false(row_bytes_exact(res, 0, 4, exact, 2));
	assert_int_equal(exact[0], 7);
	assert_true(row_bytes_exact(res, 0, 4, exact, 3));
	assert_memory_equal(exact, "\x00\xff\x10", 3);
	assert_true(row_is_null(res, 0, 5));
	assert_null(row_text(res, 0, 5).p);
	assert_string_equal(row_cstr(res, 0, 5), "");
	assert_int_equal(row_i64(res, 0, 5), 0);
	assert_false(row_bool(res, 0, 5));
	assert_null(row_bytes(res, 0, 5, a).p);
	assert_int_equal(row_instant(res, 0, 6).us % 1000000, 500000);
	bytes = row_bytes(res, 0, 7, a);
	assert_non_null(bytes.p);
	assert_int_equal(bytes.n, 0);
	assert_true(slice_is(row_text(res, 0, 8), "张三"));
	arena_free(a);
	PQclear(res);
}

static void hosts_are_taken_apart(void **state)
{
	struct hosts *h;
	char why[256] = "", label[512];
	assert_int_equal(hosts_parse("host=db1,db2,/run/pg port=5432,5433,5434 dbname=t "
	                             "options='-c a=b'",
	                             &h, why, sizeof(why)),
	                 0);
	assert_int_equal(hosts_count(h), 3);
	host_label(hosts_at(h, 1), label, sizeof(label));
	assert_string_equal(label, "db2 port 5433");
	host_label(hosts_at(h, 2), label, sizeof(label));
	assert_string_equal(label, "socket /run/pg port 5434");
	assert_false(host_is_numeric(hosts_at(h, 0)));
	assert_true(host_is_numeric(hosts_at(h, 2)));
	struct host_params p;
	host_params(h, hosts_at(h, 1), "app", "-c c=d", &p);
	int seen = 0;
	for (int i = 0; p.keywords[i]; i++) {
		const char *k = p.keywords[i], *v = p.values[i];
		if (strcmp(k, "host") == 0)
			assert_string_equal(v, "db2");
		else if (strcmp(k, "port") == 0)
			assert_string_equal(v, "5433");
		else if (strcmp(k, "options") == 0)
			assert_string_equal(v, "-c c=d -c a=b");
		else if (strcmp(k, "dbname") == 0)
			assert_string_equal(v, "t");
		else
			continue;
		seen++;
	}
	assert_int_equal(seen, 4);
	hosts_free(h);

	assert_int_equal(hosts_parse("postgresql://u@10.0.0.1,[::1]:6000/t", &h, why, sizeof(why)), 0);
	assert_int_equal(hosts_count(h), 2);
	assert_true(host_is_numeric(hosts_at(h, 0)) && host_is_numeric(hosts_at(h, 1)));
	assert_string_equal(hosts_at(h, 1)->name, "::1");
	assert_string_equal(hosts_at(h, 1)->port, "6000");
	hosts_free(h);

	assert_int_equal(hosts_parse("host=a,b hostaddr=10.0.0.1,10.0.0.2 port=1", &h, why,
	                             sizeof(why)),
	                 0);
	assert_true(host_is_numeric(hosts_at(h, 0)));
	host_label(hosts_at(h, 1), label, sizeof(label));
	assert_string_equal(label, "b (10.0.0.2) port 1");
	hosts_free(h);

	assert_int_equal(hosts_parse("dbname=t", &h, why, sizeof(why)), 0);
	assert_int_equal(hosts_count(h), 1);
	hosts_free(h);
}

static void wrong_conninfos_are_refused(void **state)
{
	static const char *const wrong[] = {"host=a,b port=1,2,3", "nonsense=1", "host",
	                                    "host=a,b,c hostaddr=10.0.0.1,10.0.0.2",
	                                    "host=a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a"};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct hosts *h = NULL;
		char why[256] = "";
		assert_int_equal(hosts_parse(wrong[i], &h, why, sizeof(why)), E_SYNTAX);
		assert_null(h);
		assert_memory_equal(why, "database: ", 10);
		assert_null(strchr(why, '\n'));
	}
}

static void causes_name_the_remedy(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"connection to server failed: FATAL:  28P01: password authentication failed\nLOCATION:",
		 "refused the password"},
		{"FATAL:  28000: role \"talent_worker\" does not exist", "refused the role"},
		{"FATAL:  3D000: database \"x\" does not exist", "no such database"},
		{"致命错误:  57P03: 数据库系统正在启动", "is starting up"},
		{"FATAL:  53300: sorry, too many clients already", "max_connections"},
		{"connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or directory",
		 "no server at HERE"},
		{"connection to server on socket \"/x\" failed: FATAL:  58P01: could not access file "
		 "\"$libdir/plugins/x\": No such file or directory\nLOCATION:",
		 "HERE refused it: see PostgreSQL's log"},
		{"failed: Connection refused", "no server listens at HERE"},
		{"timeout", "does not answer"},
		{"standby", "is a standby"},
		{"read-only", "accepts no writes"},
		{"resolve", "cannot be resolved"},
		{"something new\nand more", "HERE cannot be used: something new"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char out[256];
		cause_of_connect(cases[i].text, "HERE", out, sizeof(out));
		assert_non_null(strstr(out, cases[i].part));
		assert_non_null(strstr(out, "HERE"));
		assert_null(strchr(out, '\n'));
	}
	static const struct {
		const char *state, *part;
	} refused[] = {{"53100", "make room"}, {"53200", "out of memory"}, {"53400", "limit of its"},
		{"53999", "no resources left"}, {"XX000", "see PostgreSQL's log"}, {"", "see PostgreSQL's log"}};
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char out[CAUSE_TEXT];
		cause_of_state(refused[i].state, "HERE", out, sizeof(out));
		assert_non_null(strstr(out, refused[i].part));
		assert_non_null(strstr(out, "HERE"));
	}
	char small[12];
	cause_of_connect("timeout", "HERE", small, sizeof(small));
	assert_int_equal(strlen(small), sizeof(small) - 1);
}

static void codes_have_meanings(void **state)
{
	static const struct {
		const char *code;
		enum db_outcome outcome;
		enum sqlstate_repeat repeat;
		bool retire, lost;
	} cases[] = {
		{"0A000", DB_ERROR, REPEAT_PLAN, true, false},
		{"26000", DB_ERROR, REPEAT_PLAN, true, false},
		{"42P05", DB_ERROR, REPEAT_PLAN, true, false},
		{"42804", DB_ERROR, REPEAT_PLAN, true, false},
		{"40001", DB_TIMEOUT, REPEAT_SERIAL, false, false},
		{"40P01", DB_TIMEOUT, REPEAT_SERIAL, false, false},
		{"40002", DB_ERROR, REPEAT_NEVER, false, false},
		{"55P03", DB_TIMEOUT, REPEAT_NEVER, false, false},
		{"57014", DB_TIMEOUT, REPEAT_NEVER, false, false},
		{"23505", DB_CONSTRAINT, REPEAT_NEVER, false, false},
		{"TA001", DB_CONSTRAINT, REPEAT_NEVER, false, false},
		{"53100", DB_FULL, REPEAT_NEVER, false, false},
		{"25006", DB_AWAY, REPEAT_NEVER, true, false},
		{"57P01", DB_UNKNOWN, REPEAT_NEVER, true, true},
		{"08006", DB_UNKNOWN, REPEAT_NEVER, true, true},
		{"", DB_UNKNOWN, REPEAT_NEVER, true, true},
		{"42703", DB_ERROR, REPEAT_NEVER, false, false},
		{"22P02", DB_ERROR, REPEAT_NEVER, false, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct sqlstate_meaning m = sqlstate_meaning(cases[i].code);
		assert_int_equal(m.outcome, cases[i].outcome);
		assert_int_equal(m.repeat, cases[i].repeat);
		assert_int_equal(m.retire, cases[i].retire);
		assert_int_equal(m.lost, cases[i].lost);
	}
	assert_false(sqlstate_message_is_safe("22P02"));
	assert_false(sqlstate_message_is_safe("23505"));
	assert_true(sqlstate_message_is_safe("42703"));
}

static const struct statement_text two[] = {
	{.name = "none", .text = "SELECT 1"},
	{.name = "three", .text = "SELECT $1", .n_args = 3},
};

static void segments_copy_what_they_send(void **state)
{
	char text[] = "text";
	const struct db_arg args[] = {db_text(slice_of(text)), db_bytes(slice_from("\0\1", 2)),
	                              db_null()};
	const struct db_call calls[] = {{0, 0, NULL}, {1, 3, args}, {1, 3, args}};
	struct segment *s;
	assert_int_equal(segment_new(calls, 3, two, 2, &s), 0);
	text[0] = 'T';
	assert_int_equal(s->n_calls, 3);
	assert_int_equal(s->calls[0].n_args, 0);
	for (int i = 1; i < 3; i++) {
		const struct segment_call *c = &s->calls[i];
		assert_string_equal(c->values[0], "text");
		assert_int_equal(c->formats[0], 0);
		assert_memory_equal(c->values[1], "\0\1", 3);
		assert_int_equal(c->lengths[1], 2);
		assert_int_equal(c->formats[1], 1);
		assert_null(c->values[2]);
	}
	segment_free(s);
	segment_free(NULL);
}

static void a_text_with_nul_is_refused(void **state)
{
	const struct db_arg args[] = {db_text(slice_from("a\0b", 3)), db_null(), db_null()};
	const struct db_call call = {1, 3, args};
	struct segment *s = NULL;
	assert_int_equal(segment_new(&call, 1, two, 2, &s), E_SYNTAX);
	assert_null(s);
}

static void keep_outcome(void *arg, const struct db_result *r)
{
	enum db_outcome *o = arg;
	*o = r->outcome;
	assert_true((r->outcome == DB_OK) == (r->res != NULL));
}

static void a_cut_short_commit_is_unknown_for_writes(void **state)
{
	for (int write = 0; write < 2; write++) {
		const struct db_call call = {0, 0, NULL};
		struct segment *s;
		enum db_outcome seen = DB_ERROR;
		assert_int_equal(segment_new(&call, 1, two, 2, &s), 0);
		s->write = write;
		s->uncertain = true; /* the WARNING came */
		s->done = keep_outcome;
		s->arg = &seen;
		segment_finish(s, segment_outcome(s));
		assert_int_equal(seen, write ? DB_UNKNOWN : DB_OK);
	}
}

static void outcomes_have_names(void **state)
{
	assert_string_equal(db_outcome_name(DB_OK), "ok");
	assert_string_equal(db_outcome_name(DB_UNKNOWN), "unknown");
	assert_string_equal(db_outcome_name(DB_ERROR), "error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(args_format_themselves),
		cmocka_unit_test(rows_are_read),
		cmocka_unit_test(hosts_are_taken_apart),
		cmocka_unit_test(wrong_conninfos_are_refused),
		cmocka_unit_test(causes_name_the_remedy),
		cmocka_unit_test(codes_have_meanings),
		cmocka_unit_test(segments_copy_what_they_send),
		cmocka_unit_test(a_breach_is_named),
		cmocka_unit_test(a_text_with_nul_is_refused),
		cmocka_unit_test(a_cut_short_commit_is_unknown_for_writes),
		cmocka_unit_test(outcomes_have_names),
	};
	return cmocka_run_group_tests_name("db_parts", tests, NULL, NULL);
}
