/* tests/unit/test_conf.c - the configuration: values, messages with lines, sample and dump. */
#include <setjmp.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/outcome.h"
#include "conf/options.h"

#define URL "public_url = \"https://a.example\"\n"

/* A text that says public_url itself, or one that is given it. */
static struct conf *parse_ok(const char *text)
{
	struct buf errors = BUF_INIT(64 * KIB), all = BUF_INIT(MIB);
	struct conf *c = NULL;
	buf_addf(&all, "%s%s", strstr(text, "public_url") ? "" : URL, text);
	int rc = conf_parse(buf_slice(&all), "t.conf", &c, &errors);
	buf_free(&all);
	if (rc != 0)
		print_message("%.*s", SLICE_ARGS(buf_slice(&errors)));
	assert_int_equal(rc, 0);
	assert_int_equal(errors.n, 0);
	buf_free(&errors);
	return c;
}

static void assert_refused(const char *text, const char *message)
{
	struct buf errors = BUF_INIT(64 * KIB);
	struct conf *c = NULL;
	if (conf_parse(slice_of(text), "t.conf", &c, &errors) != E_SYNTAX)
		fail_msg("accepted: %s", text);
	assert_null(c);
	buf_addc(&errors, '\0');
	if (!strstr(errors.p, message))
		fail_msg("expected \"%s\" in \"%s\"", message, errors.p);
	buf_free(&errors);
}

static void test_defaults(void **state UNUSED)
{
	struct conf *c = parse_ok("");
	assert_int_equal(c->workers, 0);
	assert_true(conf_workers(c) >= 1);
	for (int l = 0; l < LISTENERS; l++)
		assert_int_equal(c->listen[l].port, 0); /* off until a section names a port */
	assert_int_equal(c->limits.head.us, 10000000);
	assert_int_equal(c->limits.guess_window.us, 3600000000);
	assert_false(c->signer.spawn);
	assert_string_equal(c->log.level, "info");
	conf_free(c);
}

static void test_values(void **state UNUSED)
{
	struct conf *c = parse_ok("# comment\n"
				  "public_url = \"https://a.example:8443\"\n"
				  "workers = 3\n"
				  "listen public { address = \"::1\" port = 8443\n"
				  "  certificate = \"/a.pem\" key = \"/a.key\" }\n"
				  "listen ops { port = 9 }\n"
				  "signer { spawn = yes socket = \"/x\" }\n"
				  "limits { idle = 1500ms body_rate_min = \"1MiB/s\" }\n"
				  "log { level = debug access = on }\n");
	assert_int_equal(conf_workers(c), 3);
	assert_string_equal(c->listen[LISTEN_PUBLIC].address, "::1");
	assert_int_equal(c->listen[LISTEN_PUBLIC].port, 8443);
	assert_string_equal(c->listen[LISTEN_PUBLIC].key, "/a.key");
	assert_string_equal(c->listen[LISTEN_OPS].address, "127.0.0.1");
	assert_int_equal(c->listen[LISTEN_OPS].port, 9);
	assert_true(c->signer.spawn);
	assert_int_equal(c->limits.idle.us, 1500000);
	assert_int_equal(c->limits.body_rate_min, 1 << 20);
	assert_true(c->log.access);
	conf_free(c);
}

static void test_refusals(void **state UNUSED)
{
	static const struct {
		const char *text, *message;
	} CASES[] = {
		{"", "t.conf: public_url is missing"},
		{"workers = 3\n", "t.conf: public_url is missing"},
		{"\n\nworker = 3\n", "t.conf:3: unknown option \"worker\"; did you mean \"workers\"?"},
		{"limit { }\n", "t.conf:1: unknown option \"limit\"; did you mean \"limits\"?"},
		{"listen public {\n prot = 1 }", "t.conf:2: unknown option \"prot\"; did you mean \"port\"?"},
		{"zzzzzzzzzzzz = 1\n", "t.conf:1: unknown option \"zzzzzzzzzzzz\"\n"},
		{"# one\n# \"two\n\nworkers = many\n", "t.conf:4: workers must"},
		{"user = \"#\" # three\n#\nlog {\n# four\n\taccess = maybe }", "t.conf:5: access must"},
		{"\nworkers = many\n", "t.conf:2: workers must be a whole number, not \"many\""},
		{"workers = -1", "must be a whole number"},
		{"workers = 300", "workers must be between 0 and 256"},
		{"workers = 99999999999999999999999", "must be a whole number"},
		{"limits { idle = 5 }", "idle must be a time such as"},
		{"limits { idle = 9999h }", "idle must be between 100ms and 1h"},
		{"limits { body_rate_min = 16KiB }", "must be a rate such as 16KiB/s"},
		{"limits { body_rate_min = \"1B/s\" }", "body_rate_min must be"},
		{"log { access = maybe }", "access must be true or false"},
		{"log { level = loud }", "level must be one of: error warning"},
		{"database = \"host=a nonsense=1\"", "is not a PostgreSQL connection string"},
		{"database = \"\"", "database must not be empty"},
		{"public_url = \"http://a.example\"", "public_url must begin with https://"},
		{"public_url = \"https://a.example/\"", "must not end in /"},
		{"listen web { port = 1 }", "unknown listener \"web\""},
		{"listen ops { certificate = \"/a\" }", "listen ops has no certificate"},
		{URL "listen public { port = 1 }", "listen public needs a certificate and a key"},
		{URL "listen client { port = 1 certificate = a key = b }", "listen client needs client_ca"},
		{"listen public { port = 70000 }", "port must be between 0 and 65535"},
		{"workers = 1\nworkers\n", "missing equal sign after option 'workers'"},
		{"listen public {\n address = localhost }", "t.conf:2: address must be a numeric address such as"},
		{URL "listen ops { port = 7 }\nlisten public { port = 7 certificate = a key = b\n address = \"::\" }",
			"t.conf:2: listen ops: port: 7 is the port of listen public already"},
		{URL "database = \"postgresql://h/talent\"", "t.conf:2: database: a URI cannot be used with another user"},
		{"listen public {", "the file ends inside a section"},
	};
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_refused(CASES[i].text, CASES[i].message);
	struct buf errors = BUF_INIT(KIB);
	struct conf *c;
	assert_int_equal(conf_parse(slice_from("a\0b", 3), "t", &c, &errors), E_SYNTAX);
	buf_free(&errors);
}

static void test_dump_is_input_and_masks(void **state UNUSED)
{
	struct conf *c = parse_ok("database = \"host=db password='it is\\\\' hush' user=u\"\n"
				  "public_url = \"https://a.example\"\nlimits { idle = 90s }\n");
	assert_non_null(strstr(c->database, "hush"));
	struct buf dump = BUF_INIT(64 * KIB);
	conf_dump(c, &dump);
	buf_addc(&dump, '\0');
	assert_null(strstr(dump.p, "hush"));
	assert_non_null(strstr(dump.p, "password=****"));
	assert_non_null(strstr(dump.p, "idle = 90s"));
	struct conf *again = parse_ok(dump.p);
	struct buf differs = BUF_INIT(KIB);
	conf_restart_needed(c, again, &differs);
	assert_true(slice_is(buf_slice(&differs), "database")); /* by the mask only */
	buf_free(&differs);
	buf_free(&dump);
	conf_free(again);
	conf_free(c);
}

static void test_uri_password_is_masked(void **state UNUSED)
{
	struct conf *c = parse_ok("database = \"postgresql://u:hush@h/talent\"\n"
	                          "database_jobs = \"postgresql://j:hush@h/talent\"");
	struct buf dump = BUF_INIT(64 * KIB);
	conf_dump(c, &dump);
	buf_addc(&dump, '\0');
	assert_null(strstr(dump.p, "hush"));
	assert_non_null(strstr(dump.p, "dbname=talent"));
	buf_free(&dump);
	conf_free(c);
}

static void test_restart_needed(void **state UNUSED)
{
	struct conf *a = parse_ok("workers = 2"), *b = parse_ok("workers = 4\nlog { level = debug }");
	struct buf names = BUF_INIT(KIB);
	conf_restart_needed(a, a, &names);
	assert_int_equal(names.n, 0);
	conf_restart_needed(a, b, &names);
	assert_true(slice_is(buf_slice(&names), "workers"));
	buf_free(&names);
	conf_free(a);
	conf_free(b);
}

/* Every option: what is written is read again as the same, whatever stands in it. */
static void what_is_written_is_read_again(void **state UNUSED)
{
	struct conf *was = parse_ok("public_url = \"https://a.example:8443\"\nworkers = 3\n"
		"database = \"host=db password='it is\\\\' hush' user=u\"\n"
		"database_jobs = \"postgresql://u:hush@h/talent\"\nuser = \"a b\"\n"
		"listen public { address = \"::1\" port = 8443\n"
		"  certificate = \"/a \\\"b\\\" $HOME \\\\.pem\" key = \"/张.key\" }\n"
		"listen ops { port = 9 }\nsigner { spawn = yes socket = \"/x#y\" }\n"
		"limits { idle = 1500ms body_rate_min = \"1MiB/s\" connections = 77 }\n"
		"log { level = debug access = on }\n");
	struct buf text = BUF_INIT(64 * KIB), names = BUF_INIT(KIB), again_text = BUF_INIT(64 * KIB);
	conf_write(was, &text);
	buf_addc(&text, '\0');
	struct conf *again = parse_ok(text.p);
	conf_restart_needed(was, again, &names);
	assert_int_equal(names.n, 0);
	conf_write(again, &again_text);
	assert_true(slice_is(buf_slice(&again_text), text.p));
	assert_string_equal(again->listen[LISTEN_PUBLIC].certificate, "/a \"b\" $HOME \\.pem");
	buf_free(&text);
	buf_free(&again_text);
	conf_free(again);
	conf_free(was);
}

static void what_was_started_stays_until_the_next_start(void **state UNUSED)
{
	struct conf *was = parse_ok("public_url = \"https://a.example\"\nworkers = 2\n"
		"listen public { port = 1 certificate = a key = b }\nlog { level = debug }");
	struct conf *is = parse_ok("public_url = \"https://other.example\"\nworkers = 4\n"
		"listen ops { port = 9 }\nsigner { spawn = yes }\nlog { level = error }\n"
		"limits { idle = 7s }");
	struct buf names = BUF_INIT(KIB);
	conf_restart_needed(was, is, &names);
	assert_true(slice_is(buf_slice(&names),
		"public_url, workers, listen.port, listen.port, signer.spawn"));
	assert_int_equal(conf_keep_started(is, was), 0);
	buf_clear(&names);
	conf_restart_needed(was, is, &names);
	assert_int_equal(names.n, 0);
	conf_free(was); /* the texts are copies */
	assert_string_equal(is->public_url, "https://a.example");
	assert_int_equal(is->workers, 2);
	assert_int_equal(is->listen[LISTEN_PUBLIC].port, 1);
	assert_int_equal(is->listen[LISTEN_OPS].port, 0);
	assert_string_equal(is->listen[LISTEN_PUBLIC].certificate, ""); /* a reload changes it */
	assert_string_equal(is->log.level, "error");
	assert_int_equal(is->limits.idle.us, 7000000);
	buf_free(&names);
	conf_free(is);
}

static void test_read_file(void **state UNUSED)
{
	struct buf text = BUF_INIT(MIB), errors = BUF_INIT(KIB);
	assert_int_equal(conf_read_file("/nonexistent/talentd.conf", &text, &errors), E_SYSTEM);
	buf_addc(&errors, '\0');
	assert_non_null(strstr(errors.p, "/nonexistent/talentd.conf: No such file"));
	buf_clear(&errors);
	assert_int_equal(conf_read_file("/dev/zero", &text, &errors), E_LIMIT);
	buf_free(&text);
	buf_free(&errors);
}

/* The committed sample is what the table says, and it is valid. */
static void test_sample(void **state UNUSED)
{
	struct buf sample = BUF_INIT(MIB), committed = BUF_INIT(MIB), errors = BUF_INIT(KIB);
	const char *top = getenv("TALENT_SOURCE");
	char path[4096];
	snprintf(path, sizeof path, "%s/conf/talentd.conf", top ? top : ".");
	conf_write_sample(&sample);
	assert_false(buf_failed(&sample));
	assert_int_equal(conf_read_file(path, &committed, &errors), 0);
	assert_true(slice_eq(buf_slice(&sample), buf_slice(&committed)));
	buf_addc(&sample, '\0');
	struct conf *c = parse_ok(sample.p);
	assert_int_equal(c->listen[LISTEN_CLIENT].port, 8444);
	conf_free(c);
	buf_free(&sample);
	buf_free(&committed);
	buf_free(&errors);
}

/* A file of the last version: accepted, with one line that says what replaced what. */
static void a_file_of_the_last_version(void **state UNUSED)
{
	struct buf text = BUF_INIT(MIB), errors = BUF_INIT(KIB), own = BUF_INIT(MIB);
	const char *top = getenv("TALENT_SOURCE");
	char path[4096];
	struct conf *c = NULL;
	snprintf(path, sizeof path, "%s/tests/upgrade/0008/talentd.conf", top ? top : ".");
	assert_int_equal(conf_read_file(path, &text, &errors), 0);
	assert_int_equal(conf_parse(buf_slice(&text), "old.conf", &c, &errors), 0);
	assert_int_equal(errors.n, 0);
	assert_int_equal(c->limits.guesses_per_number, 5);
	assert_string_equal(c->database_jobs, "");
	const char *end = strchr(c->warnings, '\n'), *second = end ? end + 1 : "";
	assert_true(strncmp(c->warnings, "old.conf:23: database_clerk is a former option", 46) == 0);
	assert_true(strncmp(second, "old.conf:91: limits.guesses_per_pair is a former option", 54) == 0);
	assert_non_null(strstr(second, "guesses_per_number is what it was"));
	end = strchr(second, '\n');
	assert_true(end && end[1] == '\0');
	/* What processes are handed has no word of it. */
	conf_write(c, &own);
	conf_free(c);
	assert_int_equal(conf_parse(buf_slice(&own), "own", &c, &errors), 0);
	assert_int_equal(c->limits.guesses_per_number, 5);
	assert_string_equal(c->warnings, "");
	conf_free(c);
	buf_free(&own);
	buf_free(&text);
	buf_free(&errors);
}

static void former_options(void **state UNUSED)
{
	/* Before or behind the one that takes its value. */
	static const char *const both[] = {
		"limits { guesses_per_number = 100\n guesses_per_pair = 7 }",
		"limits { guesses_per_pair = 7\n guesses_per_number = 100 }"};
	for (size_t i = 0; i < ARRAY_LEN(both); i++) {
		struct conf *c = parse_ok(both[i]);
		assert_int_equal(c->limits.guesses_per_number, 7);
		conf_free(c);
	}
	struct conf *c = parse_ok("database_clerk = \"host=db user=talent_clerk\"");
	assert_string_equal(c->database_jobs, "host=db user=talent_clerk");
	conf_free(c);
	assert_refused(URL "limits { guesses_per_pair = 0 }", "guesses_per_pair must");
	assert_refused(URL "guesses_per_pair = 5", "unknown option");
	for (size_t i = 0; i < CONF_FORMER_COUNT; i++) {
		const struct conf_former *f = &CONF_FORMER[i];
		assert_null(conf_option_find(f->section, f->name));
		assert_ptr_equal(conf_former_find(f->section, f->name), f);
		assert_true(f->section != IN_LISTEN); /* which of the listeners? */
		if (f->now)
			assert_non_null(conf_option_find(f->section, f->now));
	}
}

/* Every byte of a valid file cut off or replaced: an answer, never a crash. */
static void test_damaged(void **state UNUSED)
{
	struct buf sample = BUF_INIT(MIB), errors = BUF_INIT(64 * KIB);
	conf_write_sample(&sample);
	for (size_t i = 0; i < sample.n; i += 7) {
		struct conf *c = NULL;
		char was = sample.p[i];
		buf_clear(&errors);
		if (conf_parse(slice_from(sample.p, i), "cut", &c, &errors) == 0)
			conf_free(c);
		else
			assert_true(errors.n > 0);
		sample.p[i] = "{}\"=\\#\n"[i % 7];
		if (conf_parse(buf_slice(&sample), "changed", &c, &errors) == 0)
			conf_free(c);
		sample.p[i] = was;
	}
	buf_free(&sample);
	buf_free(&errors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_dump_is_input_and_masks),
		cmocka_unit_test(test_uri_password_is_masked),
		cmocka_unit_test(test_restart_needed),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(what_was_started_stays_until_the_next_start),
		cmocka_unit_test(test_read_file),
		cmocka_unit_test(test_sample),
		cmocka_unit_test(a_file_of_the_last_version),
		cmocka_unit_test(former_options),
		cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
