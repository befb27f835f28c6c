/* tests/integration/test_reseal.c - ID numbers under another key while hosts serve: what was sealed under the old one
 * is sealed anew in the background, can be printed before, during and after, and what no key opens is given up. */
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
#include <time.h>

#include "../lib/cluster.h"

static struct daemon *d;
static char number[40], doubted[64]; /* of the first one: his certificate, and his result */

enum { PEOPLE = 150, WAIT_MS = 20000 };

#define ASKED(sql) cluster_ask(d->cluster, d->database, (sql))

static void until(const char *sql, const char *want)
{
	const struct timespec nap = {0, 50 * 1000 * 1000};
	for (int ms = 0; ms < WAIT_MS && strcmp(ASKED(sql), want) != 0; ms += 50)
		nanosleep(&nap, NULL);
	assert_string_equal(ASKED(sql), want);
}

#define UNDER(version) "SELECT count(*) FROM talent.person WHERE id_key = " version

/* The print that conforms to the national form is the one place where a number is opened. */
static void it_opens(void)
{
	char path[96];
	snprintf(path, sizeof path, "/v1/certificates/%s/conforming-print", number);
	expect_status(ASK(d->https, .method = "POST", .path = path, .token = d->token[BY_SHILI]), 200);
}

static void people(unsigned from, unsigned n)
{
	const char *exam = daemon_exam(d, BY_SHILI, "4", NULL);
	for (unsigned i = 0; i < n; i++) {
		const struct answer *a = expect_status(daemon_submit(d, BY_SHILI, exam, "王小明", from + i,
		                                                     "\"theory\":80,\"skill\":80"), 201);
		if (from + i > 1)
			continue;
		snprintf(number, sizeof number, "%s", answer_text(a, "certificates.0.number"));
		snprintf(doubted, sizeof doubted, "%s", answer_text(a, "id"));
	}
}

/* A document of the first one that waits to be corrected: the path of its approval. */
static const char *asks_for_another_document(void)
{
	static char path[96];
	char body[400];
	snprintf(path, sizeof path, "/v1/assessments/%s/corrections", doubted);
	snprintf(body, sizeof body,
	         "{\"kind\":\"id_document\",\"candidate\":{\"name\":\"王小明\",\"id_type\":\"resident_id\",\"id_number\":\"%s\"},"
	         "\"reason\":\"entry_error\",\"evidence\":\"登记表第 3 页\"}",
	         daemon_resident_id(PEOPLE + 9));
	const struct answer *a = expect_status(
		ASK(d->https, .method = "POST", .path = path, .token = d->token[BY_SHILI], .body = body), 201);
	snprintf(path, sizeof path, "/v1/corrections/%s/approval", answer_text(a, "id"));
	return path;
}

static void run_with(const char *lines)
{
	daemon_stop(d);
	d->options.conf = lines;
	daemon_run(d);
}

/* A new key file, the old one beside it. */
static void change_key(void)
{
	char command[600];
	snprintf(command, sizeof command,
	         "cd %s && cp -p cipher cipher.1 && head -c 32 /dev/urandom > cipher.2 && cat cipher.2 > cipher", d->dir);
	assert_int_equal(system(command), 0);
	static char lines[300];
	snprintf(lines, sizeof lines, "secrets { id_cipher_version = 2 previous_id_cipher_key = \"%s/cipher.1\" }", d->dir);
	run_with(lines);
}

static void numbers_move_to_the_new_key(void **state)
{
	it_opens();
	assert_int_equal(atoi(ASKED(UNDER("1"))), PEOPLE);
	const char *approval = asks_for_another_document();
	change_key();
	it_opens(); /* under the key before */
	people(PEOPLE + 1, 1); /* whoever comes now is sealed under the new one */
	assert_string_equal(ASKED(UNDER("2")), "1");
	expect_status(ASK(d->https, .method = "POST", .path = "/v1/people/reseal", .token = d->token[BY_ADMIN]), 202);
	until(UNDER("1"), "0");
	until("SELECT id_key FROM talent.correction WHERE id_cipher IS NOT NULL", "2");
	it_opens();
	assert_string_equal(ASKED("SELECT sum((detail ->> 'people')::int) FROM talent.audit WHERE action = 'person_reseal'"),
	                    "150");
	expect_status(ASK(d->https, .method = "POST", .path = "/v1/people/reseal", .token = d->token[BY_ADMIN]), 202);
	expect_problem(ASK(d->https, .method = "POST", .path = "/v1/people/reseal", .token = d->token[BY_DISTRICT]), 403,
	               "forbidden");
	/* The old key goes, then the document becomes his. */
	run_with("secrets { id_cipher_version = 2 }");
	expect_status(ASK(d->https, .method = "POST", .path = approval, .token = d->token[BY_ADMIN], .body = "{}"), 200);
	assert_string_equal(ASKED("SELECT count(*) FROM talent.person WHERE id_key = 2 AND sealed_for IS NOT NULL"), "1");
	it_opens();
}

/* Its reason is told, and the others are not kept from it. */
static void what_does_not_open_is_told(void **state)
{
	cluster_sql(d->cluster, d->database,
	            "BEGIN; SET LOCAL session_replication_role = replica; UPDATE talent.person SET id_key = 1,"
	            " id_cipher = decode(repeat('ab', 46), 'hex') WHERE id = (SELECT id FROM talent.person ORDER BY id LIMIT 1);"
	            " UPDATE talent.person SET id_key = 1 WHERE id = (SELECT id FROM talent.person ORDER BY id DESC LIMIT 1); COMMIT");
	until(UNDER("1"), "1");
	until("SELECT coalesce(max(reason), '') FROM talent.job_item WHERE job = 'reseal'", "number_not_opened");
}

static void nothing_wrote_a_number_down(void **state)
{
	daemon_expect_clean_logs(d);
}

static int start(void **state)
{
	d = daemon_start(cluster_start(), (struct daemon_options){0});
	people(1, PEOPLE);
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
		cmocka_unit_test(numbers_move_to_the_new_key),
		cmocka_unit_test(what_does_not_open_is_told),
		cmocka_unit_test(nothing_wrote_a_number_down),
	};
	return cmocka_run_group_tests_name("reseal", tests, start, stop);
}
