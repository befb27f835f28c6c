/* A database restored to an earlier point while two hosts run: nothing is valid and nothing is issued
 * from it until talentd recover has run with the journals of both; then no number is given twice, what
 * was revoked is revoked, and what is lost is named. */
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/cluster.h"
#include "../lib/load.h"
#include "base/attr.h"
#include "base/uuid.h"
#include "journal/read.h"

enum { EARLY = 4, LATE = 8, AFTER = 6 };
enum { ADOPTED = 3 }; /* of the late ones */
enum { REVOKED_LATER, SUSPENDED_LATER, ANNULLED_LATER, UNTOUCHED };

static struct fleet f;
static struct talk talk[FLEET_HOSTS];
static struct issued early[EARLY], late[LATE], after_cut[2];
static char new_key[80]; /* that shili's late certificates are signed with */
static char credential[TALK_BODY]; /* of late[ADOPTED], presented by its holder */
static char said[65536]; /* by the last program */

static void submit(int n, struct issued *is)
{
	struct tally tally = {0};
	struct talk_answer a;
	if (!load_submit(&f, &talk[n % FLEET_HOSTS], n, is, &tally, &a))
		fail_msg("submission %d: %d %s", n, a.status, a.body);
}

static void change(int n, enum load_change what)
{
	struct tally tally = {0};
	struct talk_answer a;
	if (!load_change(&f, &talk[n % FLEET_HOSTS], what, early[n].number[0], &tally, &a))
		fail_msg("change %d: %d %s", n, a.status, a.body);
}

static int ask(int host, const char *method, const char *path, const char *body,
               struct talk_answer *a)
{
	const struct talk_request rq = {method, path, f.admin, NULL, body};
	return talk_ask(&talk[host], &rq, a);
}

static void expect_result(int host, const char *code, const char *want)
{
	struct talk_answer a;
	char result[24];
	load_verify(&talk[host], code, result, &a);
	if (strcmp(result, want) != 0)
		fail_msg("host %d: \"%s\" instead of \"%s\": %d %.300s", host, result, want, a.status, a.body);
}

/* The exit code, its words in said. */
static int run(const char *const *argv)
{
	int pipes[2], status;
	size_t n = 0;
	ssize_t got;
	fflush(NULL);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char url[64];
		snprintf(url, sizeof url, "https://127.0.0.1:%d", f.host[0].port);
		setenv("LC_ALL", "C.UTF-8", 1);
		setenv("HOME", f.dir, 1);
		setenv("TALENT_URL", url, 1);
		setenv("TALENT_CA", f.pki.ca, 1);
		setenv("TALENT_TOKEN", f.admin, 1);
		setenv("TALENT_SECOND_TOKEN", f.second, 1);
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], said + n, sizeof said - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipes[0]);
	while (waitpid(pid, &status, 0) != pid)
		;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const char *program(const char *variable, const char *otherwise)
{
	const char *named = getenv(variable);
	return named ? named : otherwise;
}

static int recover(const char *option, const char *value)
{
	const char *const argv[] = {
		program("TALENT_BIN", "build/test/talentd"), "-c", f.host[0].conf, "-d",
		cluster_conninfo(f.cluster, f.database, NULL), option ? option : "recover",
		option ? value : NULL, option ? "recover" : NULL, NULL,
	};
	return run(argv);
}

/* Runs a talentctl command; wants this exit code and this text in what it prints. */
static void expect_ctl(int want, const char *text, const char **argv)
{
	argv[0] = program("TALENTCTL_BIN", "build/test/talentctl");
	int code = run(argv);
	if (code != want || !strstr(said, text))
		fail_msg("%s %s: exit %d instead of %d, or no \"%s\" in:\n%s", argv[1], argv[2], code, want,
		         text, said);
}
#define CTL(want, text, ...) expect_ctl((want), (text), (const char *[]){"", __VA_ARGS__, NULL})

static const char *journal_of(int host, const char *name)
{
	static char paths[4][FLEET_PATH + 32];
	static int turn;
	char *p = paths[turn++ % 4];
	snprintf(p, sizeof paths[0], "%s/%s", f.host[host].dir, name);
	return p;
}

static void shell(const char *command, const char *from, const char *to)
{
	char text[1024];
	snprintf(text, sizeof text, "%s '%s/%s' '%s/%s'", command, cluster_dir(f.cluster), from,
	         cluster_dir(f.cluster), to);
	assert_int_equal(system(text), 0);
}

static void restore(void)
{
	cluster_server_shutdown(f.cluster);
	shell("rm -rf", "data", "data");
	shell("cp -a", "saved", "data");
	cluster_server_start(f.cluster);
}

static void expect_new_numbers(int first)
{
	struct issued is;
	for (int n = 0; n < AFTER; n++) {
		struct tally tally = {0};
		struct talk_answer a;
		if (!load_submit(&f, &talk[0], first + n, &is, &tally, &a))
			fail_msg("%d %s", a.status, a.body);
		for (int k = 0; k < 2; k++) {
			for (int i = 0; i < LATE; i++)
				assert_string_not_equal(is.number[k], late[i].number[k]);
			for (int i = 0; i < EARLY; i++)
				assert_string_not_equal(is.number[k], early[i].number[k]);
		}
		free(is.body);
	}
}

static void wait_for(int host, const char *code, const char *want)
{
	struct talk_answer a;
	char result[24] = "";
	for (int ms = 0; ms < 10000 && strcmp(result, want) != 0; ms += 20) {
		load_verify(&talk[host], code, result, &a);
		nap_ms(20);
	}
	assert_string_equal(result, want);
}

/* The ID in what the last command printed behind this text. */
static const char *id_behind(const char *text)
{
	static char id[UUID_TEXT];
	const char *at = strstr(said, text);
	assert_non_null(at);
	snprintf(id, sizeof id, "%s", at + strlen(text));
	return id;
}

/* ---- the story ---- */

static void a_backup_is_taken(void **state)
{
	for (int i = 0; i < EARLY; i++)
		submit(i, &early[i]);
	for (int h = 0; h < FLEET_HOSTS; h++)
		expect_result(h, early[UNTOUCHED].code[0], "valid");
	cluster_server_shutdown(f.cluster);
	shell("cp -a", "data", "saved");
	cluster_server_start(f.cluster);
	wait_for(0, early[UNTOUCHED].code[0], "valid");
}

static void more_is_acknowledged(void **state)
{
	struct talk_answer a;
	char path[96];
	CTL(0, "approve", "key", "rotate", "--issuer", "shili");
	CTL(0, "", "key", "approve", id_behind("talentctl key approve "), "--as", "second");
	cluster_sql(f.cluster, f.database, /* published long enough */
	            "UPDATE talent.issuer_key SET signs_from = now() WHERE state = 'published'");
	for (int ms = 0; ms < 30000 && load_count(&f, "SELECT count(*) FROM talent.key_due"); ms += 20)
		nap_ms(20);
	snprintf(new_key, sizeof new_key, "%s",
	         cluster_ask(f.cluster, f.database,
	                     "SELECT k.key FROM talent.issuer_key k JOIN talent.organisation o"
	                     " ON o.id = k.organisation WHERE o.slug = 'shili' AND k.state = 'active'"
	                     " AND k.kind = 'ed25519' AND k.signs = 'certificates'"));
	for (int i = 0; i < LATE; i++)
		submit(100 + i, &late[i]);
	change(REVOKED_LATER, LOAD_REVOKE);
	change(SUSPENDED_LATER, LOAD_SUSPEND);
	snprintf(path, sizeof path, "/v1/assessments/%s/annulment", early[ANNULLED_LATER].assessment);
	assert_int_equal(ask(1, "POST", path, "{\"reason\":\"issued_in_error\"}", &a), 200);
	struct tally tally = {0};
	assert_true(load_change(&f, &talk[0], LOAD_REVOKE, late[0].number[0], &tally, &a));
	snprintf(path, sizeof path, "/v1/certificates/%s/credential", late[ADOPTED].number[0]);
	assert_int_equal(ask(0, "GET", path, NULL, &a), 200);
	snprintf(credential, sizeof credential, "%s", a.body);
	for (int h = 0; h < FLEET_HOSTS; h++) {
		expect_result(h, early[REVOKED_LATER].code[0], "revoked");
		expect_result(h, late[1].code[1], "valid");
	}
}

/* Nothing is wrong with a database that was only started again. */
static void a_restart_holds_nothing(void **state)
{
	struct talk_answer a;
	char result[24] = "";
	cluster_server_shutdown(f.cluster);
	cluster_server_start(f.cluster);
	for (int ms = 0; ms < 10000 && strcmp(result, "valid") != 0; ms += 20) {
		load_verify(&talk[0], late[1].code[0], result, &a);
		nap_ms(20);
	}
	assert_string_equal(result, "valid");
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 0);
}

static void sql(const char *text)
{
	char all[768];
	snprintf(all, sizeof all, "%s; SELECT 0", text);
	load_count(&f, all);
}

/* What a third host would say: where it is in its journal, and whether it has read all of it. */
static void third_host_says(bool all)
{
	sql(all ? "SELECT talent.journal_check('00000000-0000-4000-8000-000000000003', 'third', 0, 0, '', true)"
	        : "SELECT talent.journal_check('00000000-0000-4000-8000-000000000003', 'third', 0, 0, '',"
	          " false)");
}

static void until_both_have_compared(void)
{
	while (load_count(&f, "SELECT count(*) FROM talent.journal_host WHERE epoch = talent._epoch()") <
	       FLEET_HOSTS)
		nap_ms(10);
}

static void nobody_says_valid(int ms)
{
	struct talk_answer a;
	char result[24];
	for (int64_t until = now_ms() + ms; now_ms() < until; nap_ms(20))
		for (int h = 0; h < FLEET_HOSTS; h++) {
			load_verify(&talk[h], late[1].code[0], result, &a);
			assert_string_not_equal(result, "valid");
			assert_int_equal(load_submit_once(&f, &talk[h], 500, NULL, &a) / 100 % 5, 0);
		}
}

/* Whoever is comparing is waited for, however long it takes; whoever lived until the server ended has
 * some seconds; whoever died has not. */
static void a_slow_host_is_waited_for(void **state)
{
	third_host_says(true);
	cluster_server_shutdown(f.cluster);
	cluster_server_start(f.cluster);
	third_host_says(false);
	sql("UPDATE talent.status_clock SET rev = rev + 1, epoch_since = now() - interval '1 hour'");
	until_both_have_compared();
	nobody_says_valid(400);
	assert_int_equal(load_count(&f, "SELECT (cleared_epoch = talent._epoch())::int"
	                                " FROM talent.status_clock"), 0);
	assert_true(host_logged(&f.host[0], "journals_not_compared") > 0);
	third_host_says(true);
	wait_for(0, late[1].code[0], "valid");
	wait_for(1, late[1].code[0], "valid");
	cluster_server_shutdown(f.cluster);
	cluster_server_start(f.cluster);
	until_both_have_compared();
	sql("UPDATE talent.status_clock SET rev = rev + 1, epoch_since = now() - interval '4 s'");
	nobody_says_valid(200);
	sql("UPDATE talent.status_clock SET rev = rev + 1, epoch_since = now() - interval '9 s'");
	wait_for(0, late[1].code[0], "valid");
	wait_for(1, late[1].code[0], "valid");
}

static void a_restored_history_says_nothing(void **state)
{
	struct talk_answer a;
	char result[24];
	int asked = 0;
	restore();
	int64_t until = now_ms() + 500;
	while (now_ms() < until || asked < 20 ||
	       load_count(&f, "SELECT held::int FROM talent.status_clock") == 0) {
		for (int h = 0; h < FLEET_HOSTS; h++, asked++) {
			load_verify(&talk[h], early[REVOKED_LATER + asked % EARLY].code[0], result, &a);
			assert_string_not_equal(result, "valid");
			int status = load_submit_once(&f, &talk[h], 200 + asked, NULL, &a);
			assert_true(status == 503 || status == 0);
			nap_ms(5);
		}
	}
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 1);
	for (int h = 0; h < FLEET_HOSTS; h++) {
		do /* until this host has connected anew */
			assert_int_equal(load_submit_once(&f, &talk[h], 990, NULL, &a), 503);
		while (!strstr(a.body, "\"history_held\"") && now_ms() < until + 10000);
		assert_non_null(strstr(a.body, "\"history_held\""));
		load_verify(&talk[h], early[UNTOUCHED].code[0], result, &a);
		assert_int_equal(a.status, 503);
		assert_non_null(strstr(a.body, "\"result\":\"unknown\""));
		assert_int_equal(ask(h, "GET", "/issuers/shili/status/revocation/1", NULL, &a), 503);
	}
	assert_true(host_logged(&f.host[0], "history_older_than_journal") +
	            host_logged(&f.host[1], "history_older_than_journal") > 0);
}

/* A copy of a host's journal with another text at one place, the last one: what stands before the
 * backup has been compared and is not read again. */
static const char *edited(int host, const char *was, const char *is)
{
	static char text[256 * 1024];
	const char *path = journal_of(host, "edited");
	FILE *in = fopen(journal_of(host, "registry-journal"), "re"), *out = fopen(path, "we");
	size_t n = fread(text, 1, sizeof text - 1, in);
	text[n] = '\0';
	char *at = NULL;
	for (char *next = text; (next = strstr(next, was)) != NULL; next++)
		at = next;
	assert_non_null(at);
	fprintf(out, "%.*s%s%s", (int)(at - text), text, is, at + strlen(was));
	assert_int_equal(fclose(out), 0);
	fclose(in);
	return path;
}

/* What does not say what was acknowledged is not believed: the line is named, and the way out. */
static void an_edited_journal_is_refused(void **state)
{
	char number[LOAD_NUMBER + 2];
	snprintf(number, sizeof number, " %s", late[1].number[0]);
	const struct {
		const char *was, *is;
	} edits[] = {
		{"stored: ", "stored: zz"}, {"stored: ", "stroed: "}, {"stored: ", "stored:  "},
		{number, ""}, {"state: suspended", "state: valid?"}, {"state: suspended ", "state: "},
		{"annulled: ", "annulled: x"},
	};
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		int code = recover("--journal", edited(1, edits[i].was, edits[i].is));
		if (code != 1 || !strstr(said, "a line is not as it was written") ||
		    !strstr(said, "give it up with --lost ") || strstr(said, "ERROR"))
			fail_msg("\"%s\": exit %d: %s", edits[i].is, code, said);
	}
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 1);
	assert_int_equal(load_count(&f, "SELECT count(*) FROM talent.lost_certificate"), 0);
}

/* Nor is it by the host that finds it in its own. */
static void an_edited_line_is_not_compared(void **state)
{
	assert_int_equal(load_count(&f, "SELECT (outcome = 'damaged' AND missing = 'annulled: 12')::int"
	                                " FROM talent.journal_check("
	                                "'00000000-0000-4000-8000-000000000004', 'edited', 0, 2,"
	                                " E'resumed: recording\\nannulled: 12', true)"), 1);
	sql("UPDATE talent.journal_host SET lost_at = now() WHERE name = 'edited'");
}

static void recovering_wants_every_journal(void **state)
{
	assert_int_equal(recover(NULL, NULL), 1);
	if (!strstr(said, "give it up with --lost"))
		fail_msg("%s", said);
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 1);
	assert_int_equal(recover("--journal", "/nonexistent"), 1);
	FILE *foreign = fopen(journal_of(1, "foreign"), "we");
	fprintf(foreign, "1 2026-11-30T01:00:00Z journal: 5bd64aa9-2a37-4d1a-9c5e-5f2f8a1f2b10 elsewhere\n"
	                 "2 2026-11-30T01:00:00Z positions: 0f9f1f63-54a3-4d0c-8f0b-2f7a3c1f7a11 64\n");
	fclose(foreign);
	assert_int_equal(recover("--journal", journal_of(1, "foreign")), 1);
	assert_non_null(strstr(said, "another registry"));
	int code = recover("--journal", journal_of(1, "registry-journal"));
	if (code != 0)
		fail_msg("exit %d: %s", code, said);
	for (int i = 0; i < LATE; i++)
		for (int k = 0; k < 2; k++)
			assert_non_null(strstr(said, late[i].number[k]));
	assert_null(strstr(said, early[0].number[0]));
	assert_non_null(strstr(said, "       2  issuing keys entered again"));
	assert_non_null(strstr(said, new_key));
}

static void afterwards_nothing_is_forgotten(void **state)
{
	for (int h = 0; h < FLEET_HOSTS; h++) {
		wait_for(h, early[UNTOUCHED].code[0], "valid");
		expect_result(h, early[REVOKED_LATER].code[0], "revoked");
		expect_result(h, early[SUSPENDED_LATER].code[0], "suspended");
		expect_result(h, early[ANNULLED_LATER].code[0], "revoked");
		expect_result(h, early[ANNULLED_LATER].code[1], "revoked");
		expect_result(h, late[1].code[0], "no_match");
	}
	expect_new_numbers(300);
	/* No position of a lost certificate is given out again, and every one of them is void. */
	assert_int_equal(load_count(&f, "SELECT count(*) FROM talent.lost_certificate"), 2 * LATE);
	assert_int_equal(load_count(&f, "SELECT count(*) FROM talent.lost_certificate l"
	                                " JOIN talent.certificate_version v USING (issuer, list, idx)"), 0);
	assert_int_equal(load_count(&f, "SELECT count(*) FROM talent.lost_certificate l"
	                                " JOIN talent.status_bit b USING (issuer, list, idx)"
	                                " WHERE b.purpose = 'revocation'"), 2 * LATE);
	assert_int_equal(load_count(&f, "SELECT count(*) FROM talent.lost_certificate"
	                                " WHERE state = 'revoked'"), 1);
	load_check_invariants(&f);
}

static void the_audit_names_what_is_lost(void **state)
{
	const char *const argv[] = {
		program("TALENTCTL_BIN", "build/test/talentctl"), "key", "audit", "--journal",
		journal_of(0, "journal"), journal_of(1, "journal"), journal_of(0, "registry-journal"),
		journal_of(1, "registry-journal"), NULL,
	};
	int code = run(argv);
	if (code != 0)
		fail_msg("exit %d: %s", code, said);
	assert_non_null(strstr(said, "LOST"));
	for (int i = 0; i < LATE; i++)
		for (int k = 0; k < 2; k++)
			assert_non_null(strstr(said, late[i].number[k]));
}

static int submit_lost(const char *name, const char *number, struct talk_answer *a)
{
	char path[96], body[512];
	snprintf(path, sizeof path, "/v1/exams/%s/assessments", f.exam);
	snprintf(body, sizeof body,
	         "{\"candidate\":{\"name\":\"%s\",\"id_type\":\"passport\",\"id_country\":\"FRA\","
	         "\"id_number\":\"C%08d\"},\"scores\":{\"theory\":78.5,\"skill\":60},"
	         "\"certificate_number\":\"%s\"}", name, name[0] == 'J' ? 100 + ADOPTED : 999, number);
	const struct talk_request rq = {"POST", path, f.institution, NULL, body};
	return talk_ask(&talk[0], &rq, a);
}

static const char *credential_file(void)
{
	static char path[FLEET_PATH + 16];
	snprintf(path, sizeof path, "%s/lost.json", f.dir);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	fputs(credential, out);
	assert_int_equal(fclose(out), 0);
	return path;
}

/* What one administrator asks for is seen by all, and rejected with a reason; then it may be asked for
 * again. */
static void a_request_is_rejected(void **state)
{
	struct talk_answer a;
	char path[96];
	const char *number = late[ADOPTED].number[0];
	CTL(0, "\"items\":[]", "adoption", "list", "--open", "--json");
	assert_null(strstr(said, number));
	CTL(2, "does not hold exactly one credential", "adoption", "request", "/dev/null");
	CTL(0, number, "adoption", "request", credential_file());
	const char *id = id_behind("talentctl adoption approve ");
	CTL(0, "awaiting_approval", "adoption", "list", "--open");
	assert_non_null(strstr(said, id));
	assert_non_null(strstr(said, number));
	assert_non_null(strstr(said, "Jean Martin"));
	CTL(3, "second_person_needed", "adoption", "approve", id);
	CTL(2, "--reason is missing", "adoption", "reject", id, "--as", "second");
	CTL(3, "/reason", "adoption", "reject", id, "--reason", "whim", "--as", "second");
	CTL(0, number, "adoption", "reject", id, "--reason", "not_the_holder", "--note", "another face",
	    "--as", "second");
	/* it stays as it was decided: what is recorded is said */
	CTL(3, "not_the_holder", "adoption", "reject", id, "--reason", "other");
	CTL(0, "not_the_holder", "adoption", "list");
	assert_null(strstr(said, "awaiting_approval"));
	CTL(0, "\"note\":\"another face\"", "adoption", "list", "--json");
	CTL(3, "talentctl adoption list", "adoption", "approve", id, "--as", "second");
	assert_int_equal(submit_lost("Jean Martin", number, &a), 409);
	assert_int_equal(ask(0, "GET", "/v1/adoptions?state=whatever", NULL, &a), 400);
	snprintf(path, sizeof path, "/v1/adoptions/%s/rejection", "01890000-0000-7000-8000-000000000000");
	assert_int_equal(ask(0, "POST", path, "{\"reason\":\"other\"}", &a), 404);
}

/* Whoever holds a lost certificate gets its number back, by two persons; nobody else gets it. */
static void a_holder_is_given_the_number_back(void **state)
{
	struct talk_answer a;
	char body[TALK_BODY + 32], path[96], id[40], result[24];
	const char *number = late[ADOPTED].number[0];
	assert_int_equal(submit_lost("Jean Martin", number, &a), 409);
	assert_non_null(strstr(a.body, "\"number_taken\""));
	snprintf(body, sizeof body, "{\"credential\":%s}", credential);
	char *name = strstr(body, "Jean Martin");
	assert_non_null(name);
	*name = 'K'; /* not what was signed */
	assert_int_equal(ask(0, "POST", "/v1/adoptions", body, &a), 409);
	assert_non_null(strstr(a.body, "\"credential_not_proven\""));
	*name = 'J';
	assert_int_equal(ask(0, "POST", "/v1/adoptions", body, &a), 202);
	talk_text(&a, "id", 0, id, sizeof id);
	snprintf(path, sizeof path, "/v1/adoptions/%s/approval", id);
	assert_int_equal(ask(0, "POST", path, NULL, &a), 409);
	assert_non_null(strstr(a.body, "\"second_person_needed\""));
	assert_int_equal(submit_lost("Jean Martin", number, &a), 409);
	CTL(0, number, "adoption", "approve", id, "--as", "second");
	CTL(3, "action_over", "adoption", "reject", id, "--reason", "other");
	assert_int_equal(submit_lost("Karl Martin", number, &a), 409);
	if (submit_lost("Jean Martin", number, &a) != 201)
		fail_msg("%d %s", a.status, a.body);
	talk_text(&a, "number", 0, path, sizeof path);
	assert_string_equal(path, number);
	talk_text(&a, "verification_code", 0, id, sizeof id);
	load_verify(&talk[1], id, result, &a);
	assert_string_equal(result, "valid");
	load_check_invariants(&f);
}

/* The same database once more, started again: the journals fit it now. */
static void a_recovered_history_stays(void **state)
{
	cluster_server_shutdown(f.cluster);
	cluster_server_start(f.cluster);
	for (int h = 0; h < FLEET_HOSTS; h++)
		wait_for(h, early[UNTOUCHED].code[0], "valid");
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 0);
}

/* A journal that cannot be written: nothing is confirmed, verification goes on, and the repetition of
 * what was not confirmed is, once the disk has room. */
static void a_full_disk_confirms_nothing(void **state)
{
	struct talk_answer a;
	struct tally tally = {0};
	struct issued is;
	talk_close(&talk[0]);
	host_kill(&f.host[0]);
	f.host[0].env[0] = "FAIL=journal_sync:1:error";
	f.host[0].env[1] = "FAIL_IN=recorder";
	host_start(&f.host[0]);
	wait_for(0, early[UNTOUCHED].code[0], "valid");
	assert_int_equal(load_submit_once(&f, &talk[0], 800, "submit-800", &a), 503);
	assert_non_null(strstr(a.body, "\"journal_away\""));
	expect_result(0, early[UNTOUCHED].code[0], "valid");
	assert_true(host_logged(&f.host[0], "registry_journal_failed") > 0);
	assert_true(load_submit(&f, &talk[0], 800, &is, &tally, &a));
	assert_true(host_logged(&f.host[0], "registry_journal_resumed") > 0);
	free(is.body);
}

/* A host is lost with its journal. What it gave out is not known, and is not given out again; what it
 * alone acknowledged is forgotten, and the report says so. */
static void a_lost_journal_costs_what_only_it_knew(void **state)
{
	char id[UUID_TEXT];
	talk_close(&talk[1]);
	host_kill(&f.host[1]);
	assert_int_equal(unlink(journal_of(1, "registry-journal")), 0);
	restore();
	while (load_count(&f, "SELECT held::int FROM talent.status_clock") == 0)
		nap_ms(20);
	assert_int_equal(recover(NULL, NULL), 1);
	const char *named = strstr(said, "--lost ");
	assert_non_null(named);
	snprintf(id, sizeof id, "%s", named + strlen("--lost "));
	assert_int_equal(recover("--lost", "the other one"), 1);
	assert_non_null(strstr(said, "not the ID of a journal"));
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 1);
	if (recover("--lost", id) != 0)
		fail_msg("%s", said);
	assert_non_null(strstr(said, "       1  journals given up"));
	for (int i = 0; i < LATE; i++)
		if (i != ADOPTED) /* which both hosts have stored */
			assert_int_equal(strstr(said, late[i].number[0]) != NULL, i % FLEET_HOSTS == 0);
	wait_for(0, early[UNTOUCHED].code[0], "valid");
	expect_result(0, early[REVOKED_LATER].code[0], "revoked");
	expect_result(0, early[SUSPENDED_LATER].code[0], "valid"); /* the lost host's word */
	expect_new_numbers(900);
	/* Series that the restored database does not know may have been begun by the lost host. */
	assert_int_equal(load_count(&f, "SELECT (talent.numbers_reserve(s.id, 'skill_grade',"
	                                " extract(year FROM now())::int, '1', 10)).first"
	                                " FROM talent.site s WHERE s.number_prefix = 'S000031000123'"), 25601);
	assert_int_equal(load_count(&f, "SELECT (talent.status_reserve(o.id, 10)).first"
	                                " FROM talent.organisation o WHERE NOT EXISTS (SELECT FROM"
	                                " talent.status_block b WHERE b.issuer = o.id) LIMIT 1"), 131072);
}

/* All that host 0 has written is compared; what its journal says last. */
static uint64_t until_compared_to_the_end(void)
{
	uint64_t last = 0;
	while (journal_read_last(journal_of(0, "registry-journal"), &last) != 0 || last == 0 ||
	       (uint64_t)load_count(&f, "SELECT compared FROM talent.journal_host"
	                                " WHERE lost_at IS NULL") != last)
		nap_ms(20);
	return last;
}

static void stop_first(void)
{
	talk_close(&talk[0]);
	host_kill(&f.host[0]);
}

/* A journal that has become shorter: an old copy was put back, or a power cut took what nobody was told
 * of. What is written from then on has old numbers, and is compared all the same. */
static void a_journal_that_was_cut_is_compared_anew(void **state)
{
	uint64_t before = until_compared_to_the_end();
	stop_first();
	char text[2 * JOURNAL_LINE_MAX] = "";
	int fd = open(journal_of(0, "registry-journal"), O_RDWR | O_CLOEXEC);
	assert_true(read(fd, text, sizeof text - 1) > 0);
	assert_int_equal(ftruncate(fd, strchr(text, '\n') + 1 - text), 0); /* its name remains */
	close(fd);
	host_start(&f.host[0]);
	submit(950, &after_cut[0]);
	assert_true(until_compared_to_the_end() < before);
	assert_true(host_logged(&f.host[0], "registry_journal_shorter") > 0);
	assert_int_equal(load_count(&f, "SELECT held::int FROM talent.status_clock"), 0);
}

/* The oldest file, whose first line once named the journal, is archived. */
static void older_files_may_be_archived(void **state)
{
	uint64_t before = until_compared_to_the_end();
	char older[FLEET_PATH + 32];
	snprintf(older, sizeof older, "%s", journal_of(0, "registry-journal.1"));
	stop_first();
	assert_int_equal(rename(journal_of(0, "registry-journal"), older), 0);
	host_start(&f.host[0]);
	submit(952, &after_cut[1]);
	until_compared_to_the_end();
	stop_first();
	assert_int_equal(unlink(older), 0);
	cluster_server_shutdown(f.cluster); /* a new epoch: all is compared before anything is said */
	cluster_server_start(f.cluster);
	host_start(&f.host[0]);
	wait_for(0, early[UNTOUCHED].code[0], "valid");
	assert_true(until_compared_to_the_end() > before);
}

static int open_all(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	fleet_open(&f, cluster_start(), 1);
	for (int i = 0; i < FLEET_HOSTS; i++) {
		host_start(&f.host[i]);
		talk_init(&talk[i], f.ctx, f.host[i].port);
	}
	fleet_furnish(&f);
	return 0;
}

static int close_all(void **state)
{
	struct cluster *cluster = f.cluster;
	if (getenv("TALENT_SHOW_LOG"))
		for (int i = 0; i < FLEET_HOSTS; i++)
			host_show_log(&f.host[i]);
	for (int i = 0; i < FLEET_HOSTS; i++)
		talk_close(&talk[i]);
	for (int i = 0; i < EARLY; i++)
		free(early[i].body);
	for (int i = 0; i < LATE; i++)
		free(late[i].body);
	for (size_t i = 0; i < ARRAY_LEN(after_cut); i++)
		free(after_cut[i].body);
	fleet_close(&f);
	cluster_stop(cluster);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backup_is_taken),
		cmocka_unit_test(more_is_acknowledged),
		cmocka_unit_test(a_restart_holds_nothing),
		cmocka_unit_test(a_slow_host_is_waited_for),
		cmocka_unit_test(a_restored_history_says_nothing),
		cmocka_unit_test(an_edited_journal_is_refused),
		cmocka_unit_test(an_edited_line_is_not_compared),
		cmocka_unit_test(recovering_wants_every_journal),
		cmocka_unit_test(afterwards_nothing_is_forgotten),
		cmocka_unit_test(the_audit_names_what_is_lost),
		cmocka_unit_test(a_request_is_rejected),
		cmocka_unit_test(a_holder_is_given_the_number_back),
		cmocka_unit_test(a_recovered_history_stays),
		cmocka_unit_test(a_full_disk_confirms_nothing),
		cmocka_unit_test(a_lost_journal_costs_what_only_it_knew),
		cmocka_unit_test(a_journal_that_was_cut_is_compared_anew),
		cmocka_unit_test(older_files_may_be_archived),
	};
	return cmocka_run_group_tests_name("restore", tests, open_all, close_all);
}
